"""Rewrites the notebooks of this checkout in words that JupyterLab shows, too.

It reads Markdown and not MyST: a citation would stand there as typed. Binder's copy is thrown
away, so the notebooks may be changed in place.
"""

from pathlib import Path

import jupytext

from vgkd_docs import load_catalogue
from vgkd_docs.notebook_files import plain_markdown
from vgkd_docs.repository import site_address

ROOT = Path(__file__).resolve().parents[1]

catalogue, site = load_catalogue(), site_address(ROOT)
made = {}
for source in (ROOT / "notebooks").glob("*.md"):
    if source.name == "index.md":  # a page of the book, which lists them
        continue
    notebook = jupytext.read(source)
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = plain_markdown(cell.source, source, ROOT / "docs", catalogue, site)
    made[source] = notebook
for source, notebook in made.items():  # only now: titles are read from each other's files
    jupytext.write(notebook, source)
