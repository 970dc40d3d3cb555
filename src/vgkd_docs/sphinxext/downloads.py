"""Each notebook as a file for Colab or any Jupyter, which sets itself up where that is needed."""

from __future__ import annotations

import json
import posixpath
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

from vgkd_docs import words
from vgkd_docs.notebook_files import notebook_file
from vgkd_docs.repository import repository_address, repository_branch
from vgkd_docs.sphinxext.freshness import book_catalogue
from vgkd_docs.sphinxext.html_site import when_built
from vgkd_docs.sphinxext.notebooks import is_notebook

__all__ = ["COLAB_BRANCH", "archive", "set_up", "setup"]

COLAB_BRANCH = "notebooks"
"""The branch of published files: Colab opens what lies on GitHub, not what a site serves."""

_SET_UP = """\
# {about}
import subprocess
import sys

try:
    import vgkd_docs
except ImportError:
    source = "{source}"
    run = subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", source])
    if run.returncode:
        raise SystemExit("{failed}")"""


def archive(repository: str | None) -> str:
    """What pip installs the package from: the repository's archive, else a clone's folder."""
    if repository is None:
        return ".."
    branch, name = repository_branch(), repository.rpartition("/")[2]
    if "://gitlab." in repository:
        return f"{repository}/-/archive/{branch}/{name}-{branch}.zip"
    return f"{repository}/archive/refs/heads/{branch}.zip"


def set_up(source: str) -> str:
    """The code of a first cell: it installs the package from ``source`` where it is missing."""
    said = {name: words.message(f"set_up_{name}") for name in ("about", "failed")}
    return _SET_UP.format(source=source, **said)


def _offer(app: Sphinx, pagename: str, template: str, context: dict[str, Any],
           doctree: nodes.document | None) -> None:  # fmt: skip
    """Name the file, so that the theme offers it; it would only do so beside launch buttons."""
    if is_notebook(pagename):
        context["ipynb_source"] = f"{pagename}.ipynb"


def _lead_to_branch(app: Sphinx, pagename: str, template: str, context: dict[str, Any],
                    doctree: nodes.document | None) -> None:  # fmt: skip
    """Colab cannot open a text notebook: lead it to the file on the branch of published ones."""
    for group in context.get("header_buttons", []):
        for button in list(group.get("buttons", [])):
            if button.get("text") != "Colab":
                continue
            if is_notebook(pagename):
                repository = button["url"].partition("/blob/")[0]
                name = posixpath.basename(pagename)
                button["url"] = f"{repository}/blob/{COLAB_BRANCH}/{name}.ipynb"
            else:
                group["buttons"].remove(button)


def _write(app: Sphinx) -> None:
    root = Path(app.confdir).parent
    code = set_up(archive(repository_address(root)))
    for name in filter(is_notebook, app.env.found_docs):
        made = notebook_file(root / f"{name}.md", Path(app.srcdir), book_catalogue(),
                             site=app.config.html_baseurl or None, setup=code)  # fmt: skip
        target = Path(app.outdir, "_sources", f"{name}.ipynb")
        target.parent.mkdir(parents=True, exist_ok=True)
        text = json.dumps(made, ensure_ascii=False, indent=1)
        target.write_text(text + "\n", encoding="utf-8")


def setup(app: Sphinx) -> None:
    """Connect to Sphinx's events, before and after the theme makes its buttons."""
    app.connect("html-page-context", _offer, priority=400)
    app.connect("html-page-context", _lead_to_branch, priority=950)
    when_built(app, _write)
