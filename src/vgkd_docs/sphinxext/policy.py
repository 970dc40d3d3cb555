"""What a page may do, said in its head: run the book's own files, and nothing else."""

from __future__ import annotations

import re
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError

__all__ = ["POLICY", "offence", "setup"]

POLICY = "; ".join((
    "default-src 'none'",
    # WebAssembly is the search engine's; no script stands in a page
    "script-src 'self' 'wasm-unsafe-eval'",
    "style-src 'self'",
    # charts and equations carry style attributes, which load and run nothing
    "style-src-attr 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "worker-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
))  # fmt: skip
"""The content security policy of every page; a host of plain files cannot send it as a header."""

_INLINE = (
    (re.compile(r"<script(?![^>]*\bsrc=)(?![^>]*\btype=\"application/)[^>]*>"), "an inline script"),
    (re.compile(r"<style\b[^>]*>"), "an inline style sheet"),
    (re.compile(r"<[a-z][^<>]*\son[a-z]+=\"[^\"]*\"[^<>]*>"), "an event handler"),
)


def offence(body: str) -> str | None:
    """What of a page's own text the policy would block, if anything."""
    for pattern, what in _INLINE:
        if found := pattern.search(body):
            return f"{what} ({found[0][:80]})"
    return None


def _rule(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any],
          doctree: nodes.document | None) -> None:  # fmt: skip
    """Put the policy first; a page that it would break is an error, not a blank."""
    if not app.config.vgkd_policy:
        return
    if blocked := offence(context.get("body", "")):
        raise ExtensionError(
            f"{pagename}: the page holds {blocked}, which its content security policy blocks: "
            "put it into a file below docs/_static"
        )
    policy = f'\n    <meta http-equiv="Content-Security-Policy" content="{POLICY}" />\n'
    context["metatags"] = policy + context.get("metatags", "")


def setup(app: Sphinx) -> None:
    """Connect to Sphinx's events; ``vgkd_policy`` is off where a tool adds scripts of its own."""
    app.add_config_value("vgkd_policy", True, "html", types=(bool,))
    app.connect("html-page-context", _rule, priority=950)
