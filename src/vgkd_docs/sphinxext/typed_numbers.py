"""A score typed by hand must be cited in its sentence: everything else comes from the catalogue."""

from __future__ import annotations

import re
from collections.abc import Iterator

from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.util import logging

__all__ = ["setup", "uncited_scores"]

CHAPTERS = ("foundations/", "settings/", "lightweighting/", "evidence/", "notes/")

_CITED = "\ue000"
_SKIPPED = (nodes.literal, nodes.math, nodes.math_block, nodes.literal_block, nodes.table)
# a percentage, or a number of the size and precision that scores have; not a version or a threshold
_SCORE = re.compile(r"(?<![\w.–-])(?:\d+(?:\.\d+)?\s?(?:%|percent\b)|\d\d\.\d+)(?![\w.]*\w)")
_SENTENCE_END = re.compile(r"(?<=[.!?])[\"”’)]*\s+(?=[\W\dA-Z\ue000])")

_log = logging.getLogger(__name__)


def _text(node: nodes.Node) -> str:
    if isinstance(node, nodes.Text):
        return str(node.astext())
    if isinstance(node, _SKIPPED):
        return ""
    cites = isinstance(node, pending_xref) and node.get("refdomain") == "cite"
    if cites or (isinstance(node, nodes.reference) and "result" in node["classes"]):
        return _CITED
    return "".join(_text(child) for child in node.children)


def uncited_scores(paragraph: nodes.Element) -> Iterator[str]:
    """Each sentence that types a score and cites nothing.

    >>> list(uncited_scores(nodes.paragraph("", "It scores 87.07 on val. Version 1.5 is out.")))
    ['It scores 87.07 on val.']
    """
    for sentence in _SENTENCE_END.split(_text(paragraph)):
        if _CITED not in sentence and _SCORE.search(sentence):
            yield " ".join(sentence.split())


def _check(app: Sphinx, doctree: nodes.document) -> None:
    if not app.env.docname.startswith(CHAPTERS):
        return
    for paragraph in doctree.findall(nodes.paragraph):
        parent = paragraph.parent
        while parent is not None and not isinstance(parent, (nodes.table, nodes.container)):
            parent = parent.parent
        if parent is None:  # tables and cards made from the catalogue carry sources of their own
            for sentence in uncited_scores(paragraph):
                _log.warning(
                    "a score typed by hand and cited nowhere in its sentence: %r. Mend: use the "
                    "result role, or cite the work it was read in",
                    sentence if len(sentence) < 120 else sentence[:117] + "...",
                    location=paragraph, type="vgkd", subtype="typed_number",
                )  # fmt: skip


def setup(app: Sphinx) -> None:
    """Connect to Sphinx's events."""
    app.connect("doctree-read", _check)
