"""Equations as MathML in the page: no script to load, readable by screen readers and offline."""

from __future__ import annotations

import re

from docutils import nodes
from math_core import LatexError, LatexToMathML
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.util.math import get_node_equation_number
from sphinx.writers.html5 import HTML5Translator

from vgkd_docs import words

__all__ = ["setup"]

_LONG = 40
"""Characters of LaTeX from which an equation may not fit a narrow screen."""


def _mathml(node: nodes.Element, *, display: bool) -> str:
    latex = node.astext()
    try:
        return LatexToMathML().convert_with_local_state(latex, displaystyle=display)
    except LatexError as error:
        said = re.sub(r"\x1b\[[0-9;]*m", "", str(error)).strip()
        raise ExtensionError(f"{node.source}:{node.line}: equation {latex!r}: {said}") from None


def _inline(self: HTML5Translator, node: nodes.Element) -> None:
    long = len(node.astext()) > _LONG
    names = 'class="math long" tabindex="0"' if long else 'class="math"'
    self.body.append(f"<span {names}>{_mathml(node, display=False)}</span>")
    raise nodes.SkipNode


def _display(self: HTML5Translator, node: nodes.Element) -> None:
    number = get_node_equation_number(self, node) if node["number"] else ""
    # one that may be wider than a phone scrolls by key as well
    long = len(node.astext()) > _LONG
    label = words.message("equation_region", number=number).strip()
    names = {"TABINDEX": "0", "ROLE": "group", "ARIA-LABEL": label} if long else {}
    self.body.append(self.starttag(node, "div", CLASS="math", **names))
    if number:
        self.body.append(f'<span class="eqno">({number})</span>')
    self.body.append(f"{_mathml(node, display=True)}</div>\n")
    raise nodes.SkipNode


def setup(app: Sphinx) -> None:
    """Register the renderer; choose it with ``html_math_renderer = "mathml"``."""
    app.add_html_math_renderer("mathml", (_inline, None), (_display, None))
