"""The gap lab tells whether two scores are apart, for numbers that a reader changes.

Without JavaScript it is the table for two entries of a leaderboard; ``_static/gap-lab.js`` shows
the form and works the same table out for any numbers.
"""

from __future__ import annotations

import html
import json
from collections.abc import Callable
from typing import Any, ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from vgkd_docs import words
from vgkd_docs.catalogue import Catalogue
from vgkd_docs.lab_tables import separation_table
from vgkd_docs.leaderboard import split_size
from vgkd_docs.metrics import Z
from vgkd_docs.models import PROPORTIONS
from vgkd_docs.sphinxext.freshness import book_catalogue, note_catalogue
from vgkd_docs.sphinxext.html_site import data_attributes, script
from vgkd_docs.sphinxext.publishing import note_expansion
from vgkd_docs.uncertainty import ASSUMPTIONS, Comparison, compare

__all__ = ["GapLab", "gap_lab", "setup", "sized_splits"]


def sized_splits(catalogue: Catalogue) -> dict[tuple[str, str], int]:
    """Expressions of every benchmark and split on which the catalogue holds a share, if known."""
    scored = {(row.benchmark, row.split) for row in catalogue.results if row.metric in PROPORTIONS}
    sizes = {place: split_size(catalogue, *place) for place in sorted(scored)}
    return {place: size for place, size in sizes.items() if size}


def _number(name: str, value: str, most: str, step: str) -> str:
    head = html.escape(words.message(f"gap_lab_{name}"))
    return (
        f'<label>{head}<input type="number" name="{name}" value="{value}" min="0" '
        f'max="{most}" step="{step}" required></label>'
    )


def _form(catalogue: Catalogue, pair: Comparison, disagree: float) -> str:
    chosen = (pair.first.benchmark, pair.first.split)
    options = [f'<option value="">{html.escape(words.message("gap_lab_own"))}</option>']
    for (benchmark, split), size in sized_splits(catalogue).items():
        name = html.escape(f"{catalogue.datasets[benchmark].name} {split}")
        mark = " selected" if (benchmark, split) == chosen else ""
        options.append(f'<option value="{size}"{mark}>{name}</option>')
    return (
        "<form hidden>"
        + _number("first", pair.first.value, "100", "0.01")
        + _number("second", pair.second.value, "100", "0.01")
        + f"<label>{html.escape(words.message('gap_lab_set'))}"
        f'<select name="set">{"".join(options)}</select></label>'
        + _number("expressions", str(pair.expressions), "10000000", "1")
        + _number("disagree", f"{100 * disagree:g}", "100", "0.1")
        + "</form>"
    )


def gap_lab(catalogue: Catalogue, pair: Comparison, disagree: float) -> str:
    """The lab as HTML: the form, hidden until the script runs, and the table for this pair."""
    said = {"z": str(Z), "assumptions": json.dumps(list(ASSUMPTIONS.values()))}
    said |= {"yes": words.message("yes"), "no": words.message("no")}
    said["impossible"] = words.template("gap_lab_impossible")
    return (
        f'<div class="gap-lab"{data_attributes(said)}>{_form(catalogue, pair, disagree)}'
        '<p role="status"></p><div class="pst-scrollable-table-container" tabindex="0">'
        + separation_table(pair, disagree).html().replace("<table>", '<table class="table">', 1)
        + "</div></div>"
    )


class GapLab(SphinxDirective):
    """The lab, beginning with ``:methods: A | B``, a benchmark, a split, and a share."""

    has_content = True
    option_spec: ClassVar[dict[str, Callable[[str], Any]]] = {
        "methods": directives.unchanged_required,
        "benchmark": directives.unchanged_required,
        "split": directives.unchanged_required,
        "disagree": float,
    }

    def run(self) -> list[nodes.Node]:
        note_catalogue(self.env)
        catalogue = book_catalogue()
        names = [name.strip() for name in self.options["methods"].split("|")]
        try:
            first, second = names
            pair = compare(catalogue, first, second, self.options["benchmark"],
                           self.options["split"])  # fmt: skip
        except ValueError as problem:
            raise self.error(str(problem)) from problem
        disagree = self.options["disagree"]
        note_expansion(self.env, self.lineno, separation_table(pair, disagree).myst())
        page = gap_lab(catalogue, pair, disagree) + script(self.env.docname, "gap-lab.js")
        return [*self.parse_content_to_nodes(), nodes.raw("", page, format="html")]


def setup(app: Sphinx) -> None:
    """Register the directive."""
    app.add_directive("gap-lab", GapLab)
