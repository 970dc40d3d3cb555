"""Equations as MathML in the page: no script to load, readable by screen readers and offline."""

from __future__ import annotations

import re

from docutils import nodes
from math_core import LatexError, LatexToMathML
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.util.math import get_node_equation_number
from sphinx.writers.html5 import HTML5Translator

__all__ = ["setup"]


def _mathml(node: nodes.Element, *, display: bool) -> str:
    latex = node.astext()
    try:
        return LatexToMathML().convert_with_local_state(latex, displaystyle=display)
    except LatexError as error:
        said = re.sub(r"\x1b\[[0-9;]*m", "", str(error)).strip()
        raise ExtensionError(f"{node.source}:{node.line}: equation {latex!r}: {said}") from None


def _inline(self: HTML5Translator, node: nodes.Element) -> None:
    self.body.append(f'<span class="math">{_mathml(node, display=False)}</span>')
    raise nodes.SkipNode


def _display(self: HTML5Translator, node: nodes.Element) -> None:
    self.body.append(self.starttag(node, "div", CLASS="math"))
    if node["number"]:
        number = get_node_equation_number(self, node)
        self.body.append(f'<span class="eqno">({number})</span>')
    self.body.append(f"{_mathml(node, display=True)}</div>\n")
    raise nodes.SkipNode


def setup(app: Sphinx) -> None:
    """Register the renderer; choose it with ``html_math_renderer = "mathml"``."""
    app.add_html_math_renderer("mathml", (_inline, None), (_display, None))
