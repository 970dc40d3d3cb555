"""Tables keep their shape on any screen: numbers line up, wide ones scroll by finger or key."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.writers.html5 import HTML5Translator

from vgkd_docs import words

__all__ = ["is_number", "setup"]

LONG = 45
"""Characters from which a cell is text to be read, so that its column gets room for words."""

_NUMBER = re.compile(
    r"[<>~≈±+−-]?\s?\d[\d.,\s]*(?:[%×KMBG]|ms|s|h)?(?:\s?[–±/-]\s?\d[\d.,]*%?)*(?:\s?\([\d.,–\s]+\))?"
)
_NOTHING = ("", "-", "–", "—", "·")


def is_number(text: str) -> bool:
    """Whether a cell holds a number, with its unit, span or interval, and nothing else."""
    return bool(_NUMBER.fullmatch(text.strip()))


class table_region(nodes.General, nodes.Element):  # type: ignore[misc]  # docutils has no types
    """What a wide table scrolls in."""


def _rows(table: nodes.table, part: type[nodes.Element]) -> list[Sequence[nodes.Element]]:
    return [row.children for body in table.findall(part) for row in body.findall(nodes.row)]


def _mark(cells: Iterable[nodes.Element], name: str) -> None:
    for cell in cells:
        cell["classes"].append(name)


def _lay_out(table: nodes.table) -> int:
    """Mark columns of numbers and cells of prose; returns the number of columns."""
    heads, body = _rows(table, nodes.thead), _rows(table, nodes.tbody)
    width = max((len(row) for row in (*heads, *body)), default=0)
    if any(len(row) != width for row in (*heads, *body)):
        return width  # cells that span leave no plain columns
    for column in range(width):
        cells = [row[column] for row in body]
        texts = [text for cell in cells if (text := cell.astext().strip()) not in _NOTHING]
        if texts and all(map(is_number, texts)):
            _mark((row[column] for row in (*heads, *body)), "num")
        elif any(len(text) > LONG for text in texts):
            _mark((row[column] for row in (*heads, *body)), "long")
    return width


def _title(table: nodes.table, count: int) -> str:
    """How a screen reader names the region: the table's caption, else its section and number."""
    if caption := table.next_node(nodes.title):
        return str(caption.astext())
    section = table.parent
    while section is not None and not isinstance(section, nodes.section):
        section = section.parent
    heading = section.next_node(nodes.title) if section is not None else None
    return words.message("table_region", count=count, section=heading.astext() if heading else "")


class TableLayout(SphinxPostTransform):
    """Lays out each table; one of three columns or more gets a region to scroll in."""

    default_priority = 800
    formats = ("html",)

    def run(self, **_: Any) -> None:
        """Mark, and wrap."""
        for count, table in enumerate(list(self.document.findall(nodes.table)), 1):
            if _lay_out(table) < 3:
                continue
            region = table_region(label=_title(table, count))
            table.replace_self(region)
            region += table


def _visit(self: HTML5Translator, node: table_region) -> None:
    names = {"ROLE": "region", "TABINDEX": "0", "ARIA-LABEL": node["label"]}
    self.body.append(self.starttag(node, "div", CLASS="table-region", **names))


def _depart(self: HTML5Translator, node: table_region) -> None:
    self.body.append("</div>\n")


def setup(app: Sphinx) -> None:
    """Register the node and the transform."""
    app.add_node(table_region, html=(_visit, _depart))
    app.add_post_transform(TableLayout)
