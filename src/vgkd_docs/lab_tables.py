"""What the labs print: scores worked out, differences judged, costs counted, files to save."""

from __future__ import annotations

import html
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

from vgkd_docs import words
from vgkd_docs.catalogue import Catalogue
from vgkd_docs.cost_model import Generalist, Model, fastv_ratio, memory_gb, total
from vgkd_docs.findings import Finding
from vgkd_docs.metrics import (
    Box,
    SetSample,
    f1,
    giou,
    hits,
    iou,
    matches,
    mcnemar,
    paired_bootstrap,
)
from vgkd_docs.tables import Cell, Table, escape, results_table
from vgkd_docs.uncertainty import (
    ASSUMPTIONS,
    Comparison,
    Simulation,
    label_errors,
    needed_difference,
)

__all__ = [
    "Files",
    "answers_table",
    "comparison_table",
    "costs_table",
    "findings_table",
    "label_errors_table",
    "model_name",
    "overlaps_table",
    "pruning_table",
    "scores_table",
    "separation_table",
    "sets_table",
    "simulations_table",
]


def _yes(value: bool) -> Cell:
    return Cell.text(words.message("yes" if value else "no"))


def _percent(share: float, digits: int = 1) -> Cell:
    return Cell.text(f"{100 * share:.{digits}f}%")


def overlaps_table(
    predictions: Sequence[Box | None], truths: Sequence[Box], threshold: float = 0.5
) -> Table:
    """For each expression: both overlaps, and whether it is a hit at a threshold."""
    rows = []
    hit = hits(predictions, truths, threshold)
    for number, (box, true) in enumerate(zip(predictions, truths, strict=True), start=1):
        values = ["", ""] if box is None else [f"{iou(box, true):.3f}", f"{giou(box, true):.3f}"]
        rows.append([Cell.text(number), *map(Cell.text, values), _yes(hit[number - 1])])
    return Table(("number", "iou", "giou", "hit"), rows)


def sets_table(samples: Sequence[SetSample], threshold: float = 0.5) -> Table:
    """For each expression of generalized REC: what was returned, what matches, F1 by both rules."""
    rows = [
        [
            *map(Cell.text, (number, len(sample.predicted), len(sample.truths))),
            Cell.text(matches(sample, threshold)),
            Cell.text(f"{f1(sample, threshold):.2f}"),
            Cell.text(f"{f1(sample, threshold, iou):.2f}"),
        ]
        for number, sample in enumerate(samples, start=1)
    ]
    return Table(("number", "predicted", "truths", "matched", "f1_giou", "f1_iou"), rows)


def scores_table(scores: Mapping[str, float]) -> Table:
    """Scores by the name of their metric; shares are shown as percentages."""
    rows = [[Cell.text(name), _percent(value)] for name, value in scores.items()]
    return Table(("metric", "value"), rows)


def comparison_table(catalogue: Catalogue, comparison: Comparison) -> Table:
    """The two rows that are compared, each with its 95% interval and its source."""
    columns = ("method", "value", "backbone", "pretraining", "setting", "source")
    table = results_table(catalogue, [comparison.first, comparison.second], columns)
    for cells, (low, high) in zip(table.rows, comparison.intervals(), strict=True):
        cells.insert(2, Cell.text(f"{low:.1f}–{high:.1f}"))
    return Table((*columns[:2], "interval", *columns[2:]), table.rows)


def separation_table(comparison: Comparison, disagree: float) -> Table:
    """Whether the printed difference is enough, under what one assumes of the two systems.

    ``disagree`` is the share of expressions on which one of them alone is right.
    """
    printed = abs(comparison.difference)
    rows = []
    for assumption, (paired, inflation) in ASSUMPTIONS.items():
        share = disagree if paired else None
        needed = needed_difference(comparison.mean, comparison.expressions, disagree=share,
                                   inflation=inflation)  # fmt: skip
        name = Cell.text(words.label("assumption", assumption))
        points = [Cell.text(f"{value:.2f}") for value in (needed, printed)]
        rows.append([name, *points, _yes(printed > needed)])
    return Table(("assumption", "needed", "printed", "apart"), rows)


def answers_table(
    first: Sequence[bool], second: Sequence[bool], images: Sequence[Hashable]
) -> Table:
    """What two files of hits say of the first system's gain, by expression and by image."""
    alone, together = (paired_bootstrap(first, second, units=units, draws=1000)
                       for units in (None, images))  # fmt: skip
    p_values = (f"{mcnemar(first, second):.3f}", "")  # the exact test knows no images
    rows = [
        [Cell.text(words.label("assumption", assumption)), Cell.text(f"{low:.1f} – {high:.1f}"),
         Cell.text(p_value)]
        for assumption, (low, high), p_value in zip(
            ("paired", "paired_images"), (alone, together), p_values, strict=True
        )
    ]  # fmt: skip
    return Table(("assumption", "gain", "p_value"), rows)


def simulations_table(simulations: Sequence[Simulation]) -> Table:
    """What a better system looks like on simulated test sets."""
    rows = [
        [Cell.number(one.expressions), _percent(one.disagree, 0), _percent(one.ahead),
         _percent(one.tied), _percent(one.behind), _percent(one.found)]
        for one in simulations
    ]  # fmt: skip
    return Table(("expressions", "disagree", "ahead", "tied", "behind", "found"), rows)


def label_errors_table(value: float, shares: Sequence[float]) -> Table:
    """What a printed score can mean when such shares of the labels are wrong."""
    rows = []
    for share in shares:
        found = label_errors(value, share)
        rows.append([_percent(share, 0), Cell.text(f"{found.perfect:.1f}"),
                     Cell.text(f"{found.low:.1f}–{found.high:.1f}"),
                     Cell.text(f"{found.blur:.1f}")])  # fmt: skip
    return Table(("wrong", "perfect", "true_range", "blur"), rows)


def model_name(name: str, model: Model) -> str:
    """A model's name, with its pruning in words if it has one."""
    if not isinstance(model, Generalist) or model.pruning.kept == 1:
        return name
    kept, after = f"{100 * model.pruning.kept:.0f}", model.pruning.after
    return words.message("pruned_model", model=name, kept=kept, after=after)


def costs_table(models: Sequence[tuple[str, Model]], bits: float = 16) -> Table:
    """Parameters, weights, operations and cache of each model; numbers are kept in so many bits."""
    rows = []
    for name, model in models:
        parameters, macs = total(model.parts())
        rows.append([
            Cell.text(model_name(name, model)),
            Cell.text(f"{parameters / 1e6:,.0f}"),
            Cell.text(f"{memory_gb(parameters, bits):.2f}"),
            Cell.text(f"{macs / 1e9:,.0f}"),
            Cell.text(f"{2 * macs / 1e9:,.0f}"),
            Cell.text(f"{1000 * memory_gb(model.cache_values(), bits):,.0f}"),
        ])  # fmt: skip
    return Table(("model", "params_m", "weights_gb", "gmacs", "gflops", "cache_mb"), rows)


def pruning_table(model: Generalist, settings: Sequence[tuple[int, float]]) -> Table:
    """What is left after pruning, ``(layer, share kept)``: as FastV counts, and of the model.

    The first share is of two feed-forward matrices a layer, the second of the language model's
    reading, the third of everything that runs, the last of the cache.
    """
    image, layers = model.image.tokens, model.language.layers
    whole, parts = total(model.parts())[1], model.parts()
    rows = []
    for after, kept in settings:
        pruned = model.pruned(after, kept)
        left = model.words + round(image * kept)
        printed = fastv_ratio(layers, model.words + image, left, after)
        reading = pruned.parts()[2].macs / parts[2].macs
        rows.append([
            Cell.text(after), _percent(kept, 0), _percent(printed, 0), _percent(reading, 0),
            _percent(total(pruned.parts())[1] / whole, 0),
            _percent(pruned.cache_values() / model.cache_values(), 0),
        ])  # fmt: skip
    return Table(
        ("after_layer", "image_kept", "fastv_left", "reading_left", "all_left", "cache_left"), rows
    )


def findings_table(findings: Sequence[Finding]) -> Table:
    """Everything that is wrong with a record, and how to mend it."""
    rows = [
        [Cell.text(value) for value in (item.file, item.line, item.problem, item.mend)]
        for item in findings
    ]
    return Table(("file", "line", "problem", "mend"), rows, empty="no_findings")


@dataclass(frozen=True)
class Files:
    """Texts to save, by their path in the repository; shown one under the other."""

    texts: Mapping[str, str]

    def _heads(self) -> list[tuple[str, str]]:
        known = {"references.bib": "file_entry", "results.csv": "file_rows",
                 "pretraining.yaml": "file_classes"}  # fmt: skip
        return [
            (words.message(known.get(path.rpartition("/")[2], "file_new"), path=path), text)
            for path, text in self.texts.items()
        ]

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        # a fence longer than any that a text may hold
        myst = [f"{escape(head)}\n\n``````text\n{text}``````" for head, text in self._heads()]
        plain = [f"<p>{html.escape(h)}</p><pre>{html.escape(t)}</pre>" for h, t in self._heads()]
        return {"text/markdown": "\n\n".join(myst) + "\n", "text/html": "".join(plain),
                "text/plain": "\n".join(self.texts)}  # fmt: skip
