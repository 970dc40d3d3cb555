"""The directive ``benchmark-history``: the newest figures with their limits, and how they went."""

from __future__ import annotations

from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from vgkd_docs import words
from vgkd_docs.benchmark_history import HISTORY, LIMITS, by_measure, latest_table, limits, read
from vgkd_docs.figures import over_time
from vgkd_docs.sphinxext.publishing import note_expansion
from vgkd_docs.tables import escape

__all__ = ["setup"]


class BenchmarkHistory(SphinxDirective):
    """A table of the newest figures, then a chart of each measure that was recorded twice."""

    def run(self) -> list[nodes.Node]:
        root = Path(self.env.srcdir).parent
        for name in (HISTORY, LIMITS):
            self.env.note_dependency(str(root / name))
        try:
            rows, most = read(root / HISTORY), limits(root / LIMITS)
        except (OSError, ValueError) as error:
            raise self.error(f"{self.name}: {error}") from None
        table = latest_table(rows, most).myst()
        note_expansion(self.env, self.lineno, table)
        shown = self.parse_text_to_nodes(table)
        for name, own in by_measure(rows).items():
            if len(own) < 2:
                continue
            label = words.label("measures", name)
            unit = words.message("history_ratio") if own[-1].beside is not None else own[-1].unit
            points = [(row.when, row.figure) for row in own]
            chart = over_time(points, most.get(name), label, unit, name.replace(".", "-"))
            shown += self.parse_text_to_nodes(f"**{escape(label)}**")
            shown.append(nodes.raw("", chart.html(), format="html"))
        return shown


def setup(app: Sphinx) -> None:
    """Register the directive."""
    app.add_directive("benchmark-history", BenchmarkHistory)
