"""The box lab: a scene with a true box, and a box that a reader drags while the scores follow.

Without JavaScript it is a figure with its numbers worked out; ``_static/box-lab.js`` makes the
same elements move.
"""

from __future__ import annotations

import html

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from vgkd_docs import words
from vgkd_docs.metrics import Box, giou, intersection, iou
from vgkd_docs.sphinxext.html_site import data_attributes, script
from vgkd_docs.sphinxext.publishing import note_expansion
from vgkd_docs.tables import escape

__all__ = ["BoxLab", "scene", "setup", "worked_out"]

_WIDTH, _HEIGHT = 480, 260
_TRUE = Box(190, 92, 290, 192)
_START = Box(220, 110, 340, 210)
_HANDLE = 24
_TABLE = "M20 200H460M60 200V256M420 200V256"
_CUP = "M196 98H272L264 190H204ZM271 112C290 110 290 160 267 158"
_SAUCER = "M166 191H310L296 199H180Z"
_SOLID = 'fill="none" stroke="currentColor" stroke-width="2"'
_DASHED = (
    'fill="var(--vgkd-blue)" fill-opacity="0.15" stroke="var(--vgkd-blue)" stroke-width="3" '
    'stroke-dasharray="7 4"'
)
_FILLED = 'fill="var(--vgkd-blue)"'


def worked_out(true: Box, predicted: Box) -> dict[str, str]:
    """What the lab says of two boxes: the sum, both overlaps, and hit or miss at 0.5."""
    shared = intersection(true, predicted)
    value = iou(true, predicted)
    areas = {"shared": shared, "one": true.area, "other": predicted.area,
             "union": true.area + predicted.area - shared}  # fmt: skip
    return {
        "sum": words.message(
            "box_lab_sum", **{name: f"{area:.0f}" for name, area in areas.items()}
        ),
        "iou": f"{value:.2f}",
        "giou": f"{giou(true, predicted):.2f}",
        "hit": words.message("box_lab_hit" if value >= 0.5 else "box_lab_miss"),
    }


def _rectangle(box: Box, part: str, look: str) -> str:
    return (
        f'<rect data-part="{part}" x="{box.left:g}" y="{box.top:g}" '
        f'width="{box.right - box.left:g}" height="{box.bottom - box.top:g}" {look}/>'
    )


def scene(true: Box = _TRUE, predicted: Box = _START) -> str:
    """The lab as HTML: an SVG scene, and the numbers as a list of terms and values."""
    said = {name: html.escape(text) for name, text in worked_out(true, predicted).items()}
    alt = html.escape(words.message("box_lab_alt"), quote=True)
    corner = Box(predicted.right - _HANDLE / 2, predicted.bottom - _HANDLE / 2,
                 predicted.right + _HANDLE / 2, predicted.bottom + _HANDLE / 2)  # fmt: skip
    drawing = (
        f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-label="{alt}">'
        f'<path d="{_TABLE}{_CUP}{_SAUCER}" fill="none" stroke="currentColor" opacity="0.5"/>'
        f"{_rectangle(true, 'true', _SOLID)}{_rectangle(predicted, 'box', _DASHED)}"
        f"{_rectangle(corner, 'corner', _FILLED)}</svg>"
    )
    # the script fills the same templates with the numbers of the moment
    templates = {name: words.template(f"box_lab_{name}")
                 for name in ("sum", "hit", "miss", "move", "resize")}  # fmt: skip
    scores = "".join(
        f'<dt>{html.escape(words.column(name))}</dt><dd data-score="{name}">{said[name]}</dd>'
        for name in ("iou", "giou", "hit")
    )
    return (
        f'<div class="box-lab"{data_attributes(templates)}>'
        f'<figure class="vector"><div class="chart">{drawing}</div></figure>'
        f'<p data-score="sum">{said["sum"]}</p><dl aria-live="polite">{scores}</dl>'
        f"<noscript><p>{html.escape(words.message('box_lab_no_script'))}</p></noscript></div>"
    )


class BoxLab(SphinxDirective):
    """The lab; the content says how to use it, also to who reads the notebook elsewhere."""

    has_content = True

    def run(self) -> list[nodes.Node]:
        said = worked_out(_TRUE, _START)
        scores = "; ".join(f"{words.column(name)} {said[name]}" for name in ("iou", "giou", "hit"))
        note_expansion(self.env, self.lineno, escape(f"{said['sum']} {scores}"))
        lab = nodes.raw("", scene() + script(self.env.docname, "box-lab.js"), format="html")
        return [*self.parse_content_to_nodes(), lab]


def setup(app: Sphinx) -> None:
    """Register the directive."""
    app.add_directive("box-lab", BoxLab)
