"""Directives that put records of the catalogue into a chapter."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

from docutils import nodes
from docutils.parsers.rst import directives as options
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from vgkd_docs import tables, words
from vgkd_docs.catalogue import Catalogue
from vgkd_docs.costs import COSTS, cost_groups
from vgkd_docs.figures import accuracy_beside_cost
from vgkd_docs.leaderboard import groups, split_size
from vgkd_docs.sphinxext.freshness import book_catalogue, note_catalogue
from vgkd_docs.sphinxext.html_site import to_root
from vgkd_docs.sphinxext.publishing import note_expansion
from vgkd_docs.status import status
from vgkd_docs.tables import escape

__all__ = ["setup"]


def _words(argument: str | None) -> list[str]:
    return re.split(r"[,\s]+", argument.strip()) if argument and argument.strip() else []


class _FromCatalogue(SphinxDirective):
    """Renders MyST made from the catalogue; a wrong option is an error at the directive's line."""

    def myst(self, catalogue: Catalogue) -> str:
        raise NotImplementedError

    def run(self) -> list[nodes.Node]:
        note_catalogue(self.env)
        try:
            text = self.myst(book_catalogue())
        except ValueError as error:
            raise self.error(f"{self.name}: {error}") from None
        note_expansion(self.env, self.lineno, text)
        return self.parse_text_to_nodes(text)

    def chosen(self, name: str, default: tuple[str, ...]) -> list[str]:
        return self.options.get(name) or list(default)


class WorkCard(_FromCatalogue):
    """The record of one work: teacher, student, signal, loss, data, result, limits, sources."""

    required_arguments = 1
    option_spec: ClassVar[dict[str, Callable[[str], Any]]] = {"facts": options.flag}

    def myst(self, catalogue: Catalogue) -> str:
        return tables.work_card(catalogue, self.arguments[0], facts="facts" in self.options)

    def run(self) -> list[nodes.Node]:
        card = nodes.container(ids=[f"card-{self.arguments[0]}"], classes=["work-card"])
        card += super().run()
        return [card]


class WorksTable(_FromCatalogue):
    """Works that match the options, oldest first."""

    option_spec: ClassVar[dict[str, Callable[[str], Any]]] = {
        name: _words for name in (*tables.FILTERS, "keys", "columns")
    }

    def myst(self, catalogue: Catalogue) -> str:
        filters = {name: self.options[name] for name in tables.FILTERS if name in self.options}
        keys = tables.select_works(catalogue, keys=self.options.get("keys"), **filters)
        columns = self.chosen("columns", ("work", "year", "venue"))
        return tables.works_table(catalogue, keys, columns).myst()


class DatasetsTable(_FromCatalogue):
    """Datasets that match the options, by name."""

    option_spec: ClassVar[dict[str, Callable[[str], Any]]] = {
        "tasks": _words, "domains": _words, "keys": _words, "columns": _words, "seed": options.flag,
    }  # fmt: skip

    def myst(self, catalogue: Catalogue) -> str:
        known = catalogue.datasets
        filters = {
            name: self.options[name] for name in ("tasks", "domains") if name in self.options
        }
        slugs = tables.select_datasets(catalogue, **filters)
        if keys := self.options.get("keys"):
            for slug in keys:
                if slug not in known:
                    raise ValueError(f"unknown dataset {slug!r}")
            slugs = [slug for slug in keys if slug in slugs]
        if "seed" in self.options:
            slugs = [slug for slug in slugs if known[slug].seed_name]
        columns = self.chosen("columns", ("dataset", "tasks", "images", "expressions", "licence"))
        return tables.datasets_table(catalogue, slugs, columns).myst()


_RESULT_FILTERS = ("benchmark", "split", "metric", "setting", "work", "read_from")


class ResultsTable(_FromCatalogue):
    """Results that match the options, in the catalogue's order: never a ranking."""

    option_spec: ClassVar[dict[str, Callable[[str], Any]]] = {
        name: _words for name in (*_RESULT_FILTERS, "columns")
    }

    def myst(self, catalogue: Catalogue) -> str:
        rows = [
            row
            for row in catalogue.results
            if all(
                getattr(row, name) in self.options[name]
                for name in _RESULT_FILTERS
                if name in self.options
            )
        ]
        columns = self.chosen(
            "columns", ("method", "split", "value", "backbone", "setting", "source")
        )
        return tables.results_table(catalogue, rows, columns).myst()


class Leaderboard(_FromCatalogue):
    """The groups of a benchmark, each ranked in bands by one split; other splits stand beside."""

    required_arguments = 1
    option_spec: ClassVar[dict[str, Callable[[str], Any]]] = {
        "metric": options.unchanged_required, "split": options.unchanged_required, "splits": _words,
    }  # fmt: skip

    def myst(self, catalogue: Catalogue) -> str:
        benchmark, split = self.arguments[0], self.options.get("split", "val")
        splits = [split, *(name for name in self.chosen("splits", ()) if name != split)]
        metric = self.options.get("metric", "acc@0.5")
        size = split_size(catalogue, benchmark, split)
        count = words.message("split_size", split=split, size=f"{size:,}") if size else ""
        parts = [escape(count)] if count else []
        for group in groups(catalogue, benchmark, metric, split, splits):
            setting = words.label("setting", group.setting)
            seen = words.label("pretraining_class", group.pretraining)
            parts.append(f"**{escape(setting[:1].upper() + setting[1:])}; {escape(seen)}**")
            table = tables.leaderboard_table(catalogue, group, split, splits)
            parts.append(tables.uncited(table.myst()))
            if (more := len(group.entries) - tables.MOST) > 0:
                parts.append(f"*{escape(words.message('more_rows', count=more))}*")
        return "\n\n".join(parts)

    def run(self) -> list[nodes.Node]:
        board = nodes.container(classes=["leaderboard"])
        board += super().run()
        return [board]


class CostChart(_FromCatalogue):
    """Accuracy beside one cost: for each comparable group a chart and the table that says it."""

    required_arguments = 1
    option_spec: ClassVar[dict[str, Callable[[str], Any]]] = {
        "metric": options.unchanged_required, "split": options.unchanged_required,
        "cost": lambda name: options.choice(name, COSTS), "least": options.positive_int,
    }  # fmt: skip

    def run(self) -> list[nodes.Node]:
        note_catalogue(self.env)
        catalogue, benchmark = book_catalogue(), self.arguments[0]
        metric, split = self.options.get("metric", "acc@0.5"), self.options.get("split", "val")
        cost = self.options.get("cost", "params_m")
        try:
            found = cost_groups(
                catalogue, benchmark, metric, split, cost, self.options.get("least", 3)
            )
        except ValueError as error:
            raise self.error(f"{self.name}: {error}") from None
        works = to_root(self.env.docname) + "works/"
        shown: list[nodes.Node] = []
        said: list[str] = []
        for group in found:
            name = re.sub(r"\W+", "-", f"{benchmark} {split} {cost} {group.setting} {group.device}")
            axis = words.message("cost_axis", benchmark=benchmark, split=split, metric=metric)
            chart = accuracy_beside_cost(group, cost, axis, name.strip("-").lower(), works)
            title = words.label("setting", group.setting)
            title += f"; {group.device}" if group.device else ""
            text = f"**{escape(title[:1].upper() + title[1:])}**"
            table = tables.uncited(tables.cost_table(catalogue, group, cost).myst())
            shown += self.parse_text_to_nodes(text)
            shown.append(nodes.raw("", chart.html(), format="html"))
            shown += self.parse_text_to_nodes(table)
            said.append(f"{text}\n\n{table}")
        note_expansion(self.env, self.lineno, "\n\n".join(said))
        board = nodes.container(classes=["cost-chart"])
        board += shown
        return [board]


class CorrectionsTable(_FromCatalogue):
    """Every correction of the seed text."""

    def myst(self, catalogue: Catalogue) -> str:
        return tables.corrections_table(catalogue).myst()


class VerificationsTable(_FromCatalogue):
    """Every second reading, with its count of errors."""

    def myst(self, catalogue: Catalogue) -> str:
        return tables.verifications_table(catalogue).myst()


class StatusTable(_FromCatalogue):
    """One table of what wants another look; the argument names it."""

    required_arguments = 1

    def myst(self, catalogue: Catalogue) -> str:
        return status(catalogue, self.arguments[0])


_PATHS: dict[str, tuple[str, ...]] = {
    "distillation": ("teacher", "signal", "student"),
    "sparsification": ("tokens", "choice", "kept"),
}


class SignalPath(SphinxDirective):
    """A diagram of what passes to the smaller model: three paragraphs, from left to right.

    The first says what the signal comes from, the second the signal and its loss, the third what
    receives it. ``:kind:`` names the boxes: ``distillation`` (the default) or ``sparsification``.
    It is made of text, so that it can be read aloud, translated and narrowed.
    """

    has_content = True
    option_spec: ClassVar[dict[str, Callable[[str], Any]]] = {
        "kind": lambda name: options.choice(name, tuple(_PATHS)),
    }

    def run(self) -> list[nodes.Node]:
        parts = _PATHS[self.options.get("kind", "distillation")]
        found = self.parse_content_to_nodes()
        if len(found) != len(parts) or not all(isinstance(n, nodes.paragraph) for n in found):
            raise self.error(f"{self.name} needs {len(parts)} paragraphs: {', '.join(parts)}")
        path = nodes.container(classes=["signal-path"])
        for part, paragraph in zip(parts, found, strict=True):
            box = nodes.container(classes=["step", part])
            head = nodes.paragraph("", words.label("signal_path", part), classes=["head"])
            box += [head, paragraph]
            path += box
        return [path]


class VectorFigure(SphinxDirective):
    """A figure of the book's own from ``docs/figures``, inline so that it follows light and dark.

    ``{{name}}`` in the SVG stands for a word of the package's word table, so that a translation
    reaches the figure; ``:alt:`` carries the figure's message; the content is the caption.
    """

    required_arguments = 1
    has_content = True
    option_spec: ClassVar[dict[str, Callable[[str], Any]]] = {
        "alt": options.unchanged_required, "name": options.unchanged,
    }  # fmt: skip

    def run(self) -> list[nodes.Node]:
        path = Path(self.env.srcdir) / "figures" / f"{self.arguments[0]}.svg"
        self.env.note_dependency(str(path))
        if not path.exists():
            raise self.error(f"no figure {path}")
        if not self.options.get("alt"):
            raise self.error(f"figure {path.name} needs :alt:, its message in words")
        if not self.options["alt"].endswith("."):
            raise self.error(f"figure {path.name}: :alt: breaks off; it stands on one line and "
                             "ends with a full stop")  # fmt: skip
        try:
            svg = re.sub(
                r"\{\{(\w+)\}\}",
                lambda match: html.escape(words.label("figures", match.group(1))),
                path.read_text(encoding="utf-8"),
            )
        except KeyError as error:
            raise self.error(f"{path.name}: no word {error} in the word table") from None
        label = html.escape(self.options["alt"], quote=True)
        svg = svg.replace("<svg ", f'<svg role="img" aria-label="{label}" ', 1)
        # a wide figure scrolls on a phone, by finger or by key, rather than shrinking out of sight
        wide = (found := re.search(r'viewBox="0 0 (\d+)', svg)) and int(found[1]) > 480
        figure = nodes.figure(classes=["vector", "wide"] if wide else ["vector"])
        box = '<div class="chart" tabindex="0">' if wide else '<div class="chart">'
        figure += nodes.raw("", f"{box}{svg}</div>", format="html")
        if self.content:
            caption = nodes.caption("", "")
            caption += self.parse_inline(" ".join(self.content), lineno=self.lineno)[0]
            figure += caption
        self.add_name(figure)
        return [figure]


def setup(app: Sphinx) -> None:
    """Register the directives."""
    app.add_directive("work-card", WorkCard)
    app.add_directive("works-table", WorksTable)
    app.add_directive("datasets-table", DatasetsTable)
    app.add_directive("results-table", ResultsTable)
    app.add_directive("corrections-table", CorrectionsTable)
    app.add_directive("cost-chart", CostChart)
    app.add_directive("verifications-table", VerificationsTable)
    app.add_directive("status-table", StatusTable)
    app.add_directive("leaderboard", Leaderboard)
    app.add_directive("signal-path", SignalPath)
    app.add_directive("vector-figure", VectorFigure)
