"""Each page leads to the form for reporting an error in it, filled in with the page's address."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from docutils import nodes
from sphinx.application import Sphinx

from vgkd_docs import words
from vgkd_docs.sphinxext.metadata import address_of

__all__ = ["report_address", "setup"]

FORM = "report-an-error.yml"
"""The form below ``.github/ISSUE_TEMPLATE``; ``page`` and ``section`` are fields of it."""


def report_address(repository: str, page: str, title: str) -> str | None:
    """Where an error in a page is reported; none where the repository's host has no such forms."""
    if not repository.startswith("https://github.com/"):
        return None
    query = {"template": FORM, "title": words.message("report_error_title", title=title)}
    return f"{repository}/issues/new?{urlencode(query | {'page': page})}"


def _add(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any],
         doctree: nodes.document | None) -> None:  # fmt: skip
    if doctree is None:
        return
    repository = app.config.html_theme_options.get("repository_url", "")
    page = address_of(app, pagename) or pagename
    address = report_address(repository, page, app.env.titles[pagename].astext())
    if address:
        context["report_error"] = {"address": address, "text": words.message("report_error")}


def setup(app: Sphinx) -> None:
    """Connect to Sphinx's events."""
    app.connect("html-page-context", _add)
