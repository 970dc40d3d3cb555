"""Footnotes beside the text: each follows its paragraph, and floats into a margin that is wide.

Without this, or in a format without a margin, they stay footnotes at the end of the page.
"""

from __future__ import annotations

from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.writers.html5 import HTML5Translator

__all__ = ["setup"]

# where a note has no margin to go to
_INSIDE = (nodes.table, nodes.Admonition, nodes.footnote, nodes.caption, nodes.title)


class sidenote(nodes.inline):  # type: ignore[misc]  # docutils has no types
    """The text of one note, at the end of the paragraph that refers to it."""


def _paragraph(reference: nodes.Node) -> nodes.paragraph | None:
    node = reference.parent
    found = None
    while node is not None:
        if isinstance(node, _INSIDE):
            return None
        if isinstance(node, nodes.paragraph):
            found = found or node
        node = node.parent
    return found


def _label(note: nodes.footnote) -> nodes.reference:
    text = note.next_node(nodes.label)
    back = nodes.reference("", text.astext() if text else "", internal=True, classes=["label"])
    back["refid"] = note["backrefs"][0]
    return back


class BesideTheText(SphinxPostTransform):
    """Moves each footnote to the paragraph that refers to it first."""

    default_priority = 250  # after citations and cross-references are resolved
    builders = ("html",)

    def run(self, **_: Any) -> None:
        """Move them; one in a table or an admonition stays where it is."""
        notes = {name: note for note in self.document.findall(nodes.footnote)
                 for name in note["ids"]}  # fmt: skip
        for reference in list(self.document.findall(nodes.footnote_reference)):
            note = notes.get(reference.get("refid", ""))
            paragraph = _paragraph(reference)
            if note is None or note.parent is None or paragraph is None:
                continue
            beside = sidenote(ids=note["ids"], classes=["beside"])
            beside += [_label(note), nodes.Text(" ")]
            for index, part in enumerate(note.findall(nodes.paragraph)):
                beside += [*([nodes.Text(" ")] if index else []), *part.children]
            paragraph += beside
            note.parent.remove(note)
            note.parent = None
        if not any(True for _ in self.document.findall(nodes.footnote)):
            for line in list(self.document.findall(nodes.transition)):
                if "footnotes" in line["classes"]:
                    line.parent.remove(line)


def _visit(self: HTML5Translator, node: sidenote) -> None:
    self.body.append(self.starttag(node, "span", "", ROLE="note"))


def _depart(self: HTML5Translator, node: sidenote) -> None:
    self.body.append("</span>")


def setup(app: Sphinx) -> None:
    """Register the node and the transform."""
    app.add_node(sidenote, html=(_visit, _depart))
    app.add_post_transform(BesideTheText)
