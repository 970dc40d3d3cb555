"""Each notebook's page leads to the notebook that runs in the reader's browser, if it is built."""

from __future__ import annotations

import posixpath

from docutils import nodes
from sphinx.application import Sphinx

from vgkd_docs import words
from vgkd_docs.sphinxext.notebooks import is_notebook

__all__ = ["LITE", "setup"]

LITE = "lite"
"""Folder of the built book that ``lite/build.py`` writes."""


def _add(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    if not app.config.vgkd_lite or app.builder.name != "html" or not is_notebook(docname):
        return
    section = next(iter(doctree.findall(nodes.section)), None)
    if section is None:
        return
    name = posixpath.basename(docname)
    link = nodes.reference(
        "", words.message("lite_open"), refuri=f"../{LITE}/notebooks/index.html?path={name}.ipynb",
        reftitle=words.message("lite_open_about"), internal=True,
    )  # fmt: skip
    section.insert(1, nodes.paragraph("", "", link, classes=["run-here"]))


def setup(app: Sphinx) -> None:
    """Connect to Sphinx's events; ``vgkd_lite`` says whether the site will hold what runs."""
    app.add_config_value("vgkd_lite", False, "html", types=(bool,))
    app.connect("doctree-resolved", _add)
