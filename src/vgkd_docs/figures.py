"""Charts of the catalogue: SVG with real text, in the page's own colours, with words for all."""

from __future__ import annotations

import datetime
import html
import io
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

try:
    import matplotlib as mpl
    from matplotlib.figure import Figure as Canvas
    from matplotlib.patches import Rectangle

    PLAIN = False
except ImportError:  # as in a browser
    from vgkd_docs import plain_charts as mpl  # type: ignore[no-redef]
    from vgkd_docs.plain_charts import Canvas, Rectangle  # type: ignore[assignment]

    PLAIN = True

from vgkd_docs import words
from vgkd_docs.catalogue import Catalogue
from vgkd_docs.cost_model import Model
from vgkd_docs.costs import Cost, CostGroup
from vgkd_docs.lab_tables import model_name
from vgkd_docs.metrics import Box, accuracy, giou, iou
from vgkd_docs.svg import compact
from vgkd_docs.tables import matrix, select_works
from vgkd_docs.uncertainty import ASSUMPTIONS, CLUSTERED, needed_difference

__all__ = [
    "Figure",
    "accuracy_beside_cost",
    "accuracy_by_threshold",
    "beside",
    "datasets_by_size",
    "operations",
    "over_time",
    "overlap",
    "separation",
    "signals",
    "supervision_by_domain",
    "techniques",
    "timeline",
]

PALETTE = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#8a8a8a")
"""Okabe and Ito's colours for readers with any colour vision, in a fixed order."""

_HUES = ("blue", "orange", "green", "pink", "sky", "grey")
"""What the page calls them, so that it can lighten them in the dark: ``--vgkd-blue``, and so on."""

HATCHES = ("", "///", "---", "\\\\\\", "xx", "")
"""A second channel beside colour; lines, because a dot is a path of eight curves."""

_INK = "#010203"
_STYLE: Any = {
    # every other setting as it comes with the library, whatever the user's own file says
    **{name: value for name, value in mpl.rcParamsDefault.items()
       if not name.startswith(("backend", "interactive"))},
    "svg.fonttype": "none",
    "svg.hashsalt": "vgkd",
    "font.family": "sans-serif",
    "font.size": 10,
    "text.color": _INK,
    "axes.edgecolor": _INK,
    "axes.labelcolor": _INK,
    "xtick.color": _INK,
    "ytick.color": _INK,
    "hatch.color": _INK,
    "hatch.linewidth": 0.4,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "legend.frameon": False,
}  # fmt: skip


@dataclass(frozen=True)
class Figure:
    """A chart as inline SVG that follows light and dark, with its message in words.

    ``note`` says how it was drawn, where that is not as in the book.
    """

    svg: str
    alt: str
    linked: bool = False
    note: str = ""

    def html(self) -> str:
        """The chart for a page: the SVG is one image to assistive technology, named by ``alt``."""
        label = html.escape(self.alt, quote=True)
        # an image hides what is inside it, so a chart with links in it is a group
        role = "group" if self.linked else "img"
        image = self.svg.replace("<svg ", f'<svg role="{role}" aria-label="{label}" ', 1)
        note = f"<p><small>{html.escape(self.note)}</small></p>" if self.note else ""
        return f'<div class="chart" tabindex="0">{image}</div>{note}'

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        return {"text/html": self.html(), "text/plain": self.alt}


def _drawn(canvas: Canvas, name: str, alt: str) -> Figure:
    buffer = io.StringIO()
    nothing = dict.fromkeys(("Date", "Creator", "Format", "Type"))
    canvas.savefig(buffer, format="svg", transparent=True, bbox_inches="tight", metadata=nothing)
    text = buffer.getvalue()
    text = text[text.index("<svg ") :]
    text = re.sub(r"<metadata>.*?</metadata>\s*", "", text, flags=re.DOTALL)
    # a style sheet inside a drawing would hold for the whole page; its two rules as attributes
    text, lone = re.subn(
        r"\s*<style[^>]*>\*\{stroke-linejoin: round; stroke-linecap: butt\}</style>", "", text
    )
    text = text.replace("<svg ", '<svg stroke-linejoin="round" stroke-linecap="butt" ', lone)
    text = compact(text)
    text = text.replace(_INK, "currentColor")
    # the colour itself comes first, for readers that know no variables
    for hue, colour in zip(_HUES, PALETTE, strict=True):
        text = re.sub(rf"(fill|stroke): {colour}", rf"\g<0>; \1: var(--vgkd-{hue}, {colour})", text)
    text = re.sub(r"font: ([\d.]+px) [^;\"]+", r"font: \1 sans-serif", text)
    # several charts share a page, so ids carry the chart's name
    text = re.sub(r'\bid="', f'id="{name}-', text)
    text = re.sub(r'(href="#|url\(#)', rf"\g<1>{name}-", text)
    # the page sets the size: the view box keeps the proportions, a narrow screen shrinks it
    text = re.sub(r' height="[\d.]+pt"', "", text, count=1)
    return Figure(text, alt, note=words.message("plain_chart") if PLAIN else "")


def _canvas(width: float, height: float) -> tuple[Canvas, Any]:
    canvas = Canvas(figsize=(width, height))
    return canvas, canvas.add_subplot()


def _in_words(counts: Sequence[tuple[str, object]]) -> str:
    return ", ".join(f"{name} {count}" for name, count in counts)


def timeline(
    catalogue: Catalogue, keys: Sequence[str] | None = None, name: str = "timeline"
) -> Figure:
    """Works per year, stacked by technical stage; ``name`` tells charts on one page apart."""
    keys = list(catalogue.works if keys is None else keys)
    stages: dict[str | None, str] = dict(words.labels("stage").items())
    stages[None] = words.message("timeline_other")
    counts = {stage: Counter[int]() for stage in stages}
    for key in keys:
        counts[catalogue.works[key].stage][catalogue.references[key].year] += 1
    years = [catalogue.references[key].year for key in keys]
    first, last = min(years), max(years)
    span = range(first, last + 1)
    with mpl.rc_context(_STYLE):
        canvas, axes = _canvas(8, 3.6)
        base = [0] * len(span)
        for (stage, label), colour, hatch in zip(stages.items(), PALETTE, HATCHES, strict=True):
            heights = [counts[stage][year] for year in span]
            axes.bar(span, heights, bottom=base, color=colour, hatch=hatch, label=label, width=0.8)
            base = [below + height for below, height in zip(base, heights, strict=True)]
        axes.set_xticks([year for year in span if year % 2 == 0 or len(span) < 12])
        axes.set_xlabel(words.message("year_axis"))
        axes.set_ylabel(words.message("works_axis"))
        axes.legend(loc="upper left")
        per_year = Counter(years)
        peak, count = max(per_year.items(), key=lambda item: (item[1], item[0]))
        by_stage = [(label, counts[stage].total()) for stage, label in stages.items()]
        by_stage.sort(key=lambda item: -item[1])
        alt = words.message("timeline_alt", first=first, last=last, peak=peak, count=count,
                            stages=_in_words(by_stage))  # fmt: skip
        return _drawn(canvas, name, alt)


def supervision_by_domain(catalogue: Catalogue, keys: Sequence[str] | None = None) -> Figure:
    """A grid of supervision by domain; each filled cell holds its number of works."""
    cells = matrix(catalogue, "supervision", "domains", keys)
    rows, columns = words.labels("supervision"), words.labels("domains")
    with mpl.rc_context(_STYLE):
        canvas, axes = _canvas(8, 4.2)
        most = max(1, *(len(found) for found in cells.values()))
        for y, row in enumerate(rows):
            for x, column in enumerate(columns):
                count = len(cells[row, column])
                if count:
                    # area by count; the number itself is printed, so colour carries nothing alone
                    axes.scatter(x, y, s=120 + 900 * count / most, color=PALETTE[4], alpha=0.45)
                    axes.text(x, y, str(count), ha="center", va="center")
                else:
                    axes.text(x, y, "·", ha="center", va="center", alpha=0.5)
        axes.set_xticks(range(len(columns)), columns.values(), rotation=40, ha="right")
        axes.set_yticks(range(len(rows)), rows.values())
        axes.set_ylim(len(rows) - 0.4, -0.6)
        axes.set_xlim(-0.6, len(columns) - 0.4)
        axes.tick_params(length=0)
        for spine in axes.spines.values():
            spine.set_visible(False)
        (row, column), found = max(cells.items(), key=lambda item: len(item[1]))
        empty = sum(not found for found in cells.values())
        alt = words.message("matrix_alt", peak=f"{rows[row]}, {columns[column]}", count=len(found),
                            empty=empty, cells=len(cells))  # fmt: skip
        return _drawn(canvas, "matrix", alt)


def datasets_by_size(catalogue: Catalogue, slugs: Sequence[str]) -> Figure:
    """Expressions of each dataset on a logarithmic scale; datasets without a count are left out."""
    sizes = {
        catalogue.datasets[slug].name: count
        for slug in slugs
        if (count := catalogue.datasets[slug].expressions)
    }
    ordered = sorted(sizes.items(), key=lambda item: (item[1], item[0]))
    with mpl.rc_context(_STYLE):
        canvas, axes = _canvas(7, 0.8 + 0.24 * len(ordered))
        for y, (_, count) in enumerate(ordered):
            axes.plot([1, count], [y, y], color=PALETTE[4], linewidth=1)
            axes.plot(count, y, "o", color=PALETTE[0], markersize=5)
            axes.text(count * 1.25, y, f"{count:,}", va="center", fontsize=8)
        axes.set_yticks(range(len(ordered)), [name for name, _ in ordered])
        axes.set_xscale("log")
        axes.set_xlim(100, max(count for _, count in ordered) * 8)
        axes.set_ylim(-0.8, len(ordered) - 0.2)
        axes.set_xlabel(words.message("expressions_axis"))
        ends = [f"{name} ({count:,})" for name, count in (ordered[0], ordered[-1])]
        alt = words.message("datasets_alt", smallest=ends[0], largest=ends[1])
        return _drawn(canvas, "datasets", alt)


def _bars(counts: Sequence[tuple[str, int]], name: str, alt: str, axis: str) -> Figure:
    with mpl.rc_context(_STYLE):
        canvas, axes = _canvas(7, 0.8 + 0.3 * len(counts))
        names = [label for label, _ in counts]
        axes.barh(names, [count for _, count in counts], color=PALETTE[0], height=0.7)
        for y, (_, count) in enumerate(counts):
            axes.annotate(str(count), (count, y), (4, 0), textcoords="offset points", va="center")
        axes.invert_yaxis()
        axes.set_xlabel(words.message("works_axis"))
        axes.set_ylabel(axis)
        return _drawn(canvas, name, words.message(alt, counts=_in_words(counts)))


def signals(catalogue: Catalogue) -> Figure:
    """How many distillation works carry each signal from teacher to student."""
    keys = select_works(catalogue, where=lambda work: bool(work.teacher))
    tally: Counter[str] = Counter(signal for key in keys for signal in catalogue.works[key].signals)
    counts = [(name, tally[term]) for term, name in words.labels("signals").items()]
    ordered = sorted(counts, key=lambda item: -item[1])
    return _bars(ordered, "signals", "signals_alt", words.message("signal_axis"))


def techniques(catalogue: Catalogue) -> Figure:
    """The twelve techniques that most works carry."""
    tally: Counter[str] = Counter(
        term for work in catalogue.works.values() for term in work.techniques
    )
    counts = [(words.label("techniques", term), count) for term, count in tally.most_common(12)]
    return _bars(counts, "techniques", "techniques_alt", words.column("techniques"))


MARKERS = ("o", "s", "^", "D", "v")
"""One shape for each class of pre-training, beside its colour."""


_AROUND = tuple(
    (right * far, up * far)
    for far in (8, 14, 20)
    for right, up in ((1, 0.6), (-1, 0.6), (0, 1), (1, -0.6), (-1, -0.6), (0, -1))
)


def _room(axes: Any, places: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Where each point's number stands, in points from it: the nearest spot that is still free."""
    marks = axes.transData.transform(places) * 72 / axes.figure.dpi
    taken = [(x, y) for x, y in marks]
    chosen: list[tuple[float, float]] = []
    for x, y in marks:

        def crowd(spot: tuple[float, float], x: float = x, y: float = y) -> int:
            return sum(abs(x + spot[0] - a) < 9 and abs(y + spot[1] - b) < 7 for a, b in taken)

        spot = min(_AROUND, key=crowd)
        taken.append((x + spot[0], y + spot[1]))
        chosen.append(spot)
    return chosen


def accuracy_beside_cost(
    group: CostGroup, cost: Cost, axis: str, name: str, works: str | None = None
) -> Figure:
    """Score against cost, numbered as in the table below it; filled points are on their front.

    ``works`` is the address of the folder of work pages, to which each point then leads.
    """
    classes = list(words.labels("pretraining_class"))
    marks: list[tuple[Any, Any]] = []
    with mpl.rc_context(_STYLE):
        canvas, axes = _canvas(8, 4.4)
        for colour, marker, seen in zip(PALETTE, MARKERS, classes, strict=False):
            own = [point for point in group.points if point.pretraining == seen]
            front = [point for point in own if point.front]
            if len(front) > 1:
                axes.plot([p.cost for p in front], [p.row.comparable for p in front], color=colour,
                          drawstyle="steps-post", linewidth=1, linestyle="--")  # fmt: skip
            if own:
                axes.plot(
                    [], [], marker, color=colour, label=words.label("pretraining_class", seen)
                )
            for point in own:
                fill = "full" if point.front else "none"
                (mark,) = axes.plot(point.cost, point.row.comparable, marker, color=colour,
                                    markersize=6, fillstyle=fill)  # fmt: skip
                marks.append((mark, point))
        costs = [point.cost for point in group.points]
        if max(costs) > 20 * min(costs):
            axes.set_xscale("log")
        axes.set_xlabel(words.column(cost) + (f", {group.device}" if group.device else ""))
        axes.set_ylabel(axis)
        axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.13), ncols=2)
        places = [(point.cost, point.row.comparable) for _, point in marks]
        for (mark, point), place, beside in zip(marks, places, _room(axes, places), strict=True):
            count = str(group.points.index(point) + 1)
            number = axes.annotate(count, place, beside, textcoords="offset points", ha="center",
                                   va="center", fontsize=7.5)  # fmt: skip
            if works:
                for artist in (mark, number):
                    artist.set_url(f"{works}{point.row.work}.html")
        winners = [point.row.method for point in group.points if point.front]
        alt = words.message("cost_alt", axis=axis, cost=words.column(cost),
                            count=len(group.points), front=", ".join(winners))  # fmt: skip
        return replace(_drawn(canvas, name, alt), linked=works is not None)


def over_time(
    points: Sequence[tuple[datetime.datetime, float]], limit: float | None, measure: str,
    unit: str, name: str,
) -> Figure:  # fmt: skip
    """How a measured figure went from run to run, with the limit it is held to."""
    with mpl.rc_context(_STYLE):
        canvas, axes = _canvas(7, 1.8)
        # by run, not by day: several runs of one day would lie on each other
        values = [value for _, value in points]
        axes.plot(range(len(values)), values, "o-", color=PALETTE[0], markersize=4)
        if limit is not None:
            axes.axhline(limit, color=PALETTE[1], linestyle="--", linewidth=1)
            axes.text(0, limit, words.message("history_limit"), va="bottom", fontsize=8)
        ends = sorted({0, len(points) - 1})
        days = [points[at][0].date().isoformat() for at in ends]
        axes.set_xticks(ends, days)
        axes.set_ylim(0, 1.2 * max(*values, limit or 0, 1e-9))
        axes.set_ylabel(unit)
        alt = words.message("history_alt", measure=measure, count=len(points), first=days[0],
                            last=days[-1], value=f"{values[-1]:.3g} {unit}")  # fmt: skip
        return _drawn(canvas, name, alt)


def _patch(box: Box, **look: Any) -> Rectangle:
    return Rectangle(
        (box.left, box.top), box.right - box.left, box.bottom - box.top, facecolor="none", **look
    )


def overlap(true: Box, predicted: Box, name: str = "overlap") -> Figure:
    """A true box, a predicted one and what both share, in the image's own directions."""
    with mpl.rc_context(_STYLE):
        canvas, axes = _canvas(4.5, 3.2)
        axes.add_patch(_patch(true, edgecolor=PALETTE[2], linewidth=2,
                              label=words.message("overlap_true")))  # fmt: skip
        axes.add_patch(_patch(predicted, edgecolor=PALETTE[0], linewidth=2, linestyle="--",
                              label=words.message("overlap_predicted")))  # fmt: skip
        if shared := true.common(predicted):
            axes.add_patch(_patch(shared, linewidth=0, hatch="///"))
        around = true.hull(predicted)
        margin = 0.05 * max(around.right - around.left, around.bottom - around.top)
        axes.set_xlim(around.left - margin, around.right + margin)
        axes.set_ylim(around.bottom + margin, around.top - margin)  # images count downwards
        axes.set_aspect("equal")
        axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.12), ncols=2)
        alt = words.message("overlap_alt", iou=f"{iou(true, predicted):.2f}",
                            giou=f"{giou(true, predicted):.2f}")  # fmt: skip
        return _drawn(canvas, name, alt)


def accuracy_by_threshold(
    predictions: Sequence[Box | None], truths: Sequence[Box], name: str = "threshold"
) -> Figure:
    """Acc@threshold as the threshold rises from 0.05 to 1."""
    thresholds = [step / 20 for step in range(1, 21)]
    shares = [100 * accuracy(predictions, truths, threshold) for threshold in thresholds]
    with mpl.rc_context(_STYLE):
        canvas, axes = _canvas(6, 2.8)
        axes.plot(thresholds, shares, "o-", color=PALETTE[0], drawstyle="steps-pre", markersize=4)
        axes.axvline(0.5, color=PALETTE[5], linestyle=":", linewidth=1)
        axes.set_ylim(-4, 104)
        axes.set_xlabel(words.message("threshold_axis"))
        axes.set_ylabel(words.message("accuracy_axis"))
        at = {
            threshold: f"{share:.0f}" for threshold, share in zip(thresholds, shares, strict=True)
        }
        alt = words.message("threshold_alt", half=at[0.5], high=at[0.75], strict=at[0.9])
        return _drawn(canvas, name, alt)


def separation(
    value: float, entries: Sequence[tuple[str, int]], disagree: float, name: str = "separation"
) -> Figure:
    """The difference that two scores near ``value`` percent need, by the number of expressions.

    ``entries`` are splits with their sizes, marked on the curves; ``disagree`` is as in
    :func:`~vgkd_docs.uncertainty.needed_difference`.
    """
    sizes = [round(100 * 10 ** (step / 20)) for step in range(54)]
    with mpl.rc_context(_STYLE):
        canvas, axes = _canvas(7, 3.6)
        for colour, line, (key, (paired, inflation)) in zip(
            PALETTE, ("--", "-", "-.", ":"), ASSUMPTIONS.items(), strict=False
        ):
            share = disagree if paired else None
            curve = [needed_difference(value, size, disagree=share, inflation=inflation)
                     for size in sizes]  # fmt: skip
            axes.plot(sizes, curve, line, color=colour, label=words.label("assumption", key))
        marks = [needed_difference(value, size, inflation=CLUSTERED) for _, size in entries]
        for (label, size), needed in zip(entries, marks, strict=True):
            axes.plot(size, needed, "o", color=PALETTE[1], markersize=5)
            axes.annotate(label, (size, needed), xytext=(4, 5), textcoords="offset points",
                          fontsize=8)  # fmt: skip
        axes.set_xscale("log")
        axes.set_ylim(0, None)
        axes.set_xlabel(words.message("size_axis"))
        axes.set_ylabel(words.message("needed_axis"))
        axes.legend(loc="upper right")
        shown = _in_words(
            [(label, f"{n:.1f}") for (label, _), n in zip(entries, marks, strict=True)]
        )
        return _drawn(
            canvas, name, words.message("separation_alt", value=f"{value:.0f}", marks=shown)
        )


def operations(models: Sequence[tuple[str, Model]], name: str = "operations") -> Figure:
    """Where each model's multiply-adds go: one bar for each, stacked by part."""
    parts = {model_name(label, model): model.parts() for label, model in models}
    kinds = list(dict.fromkeys(part.name for own in parts.values() for part in own))
    with mpl.rc_context(_STYLE):
        canvas, axes = _canvas(7.5, 1.2 + 0.45 * len(parts))
        starts = [0.0] * len(parts)
        for colour, hatch, kind in zip(PALETTE, HATCHES, kinds, strict=False):
            widths = [sum(p.macs for p in own if p.name == kind) / 1e9 for own in parts.values()]
            axes.barh(list(parts), widths, left=starts, color=colour, hatch=hatch, height=0.65,
                      label=words.label("part", kind))  # fmt: skip
            starts = [start + width for start, width in zip(starts, widths, strict=True)]
        axes.invert_yaxis()
        axes.set_xlim(0, 1.12 * max(starts))
        for at, whole in enumerate(starts):
            axes.annotate(f"{whole:,.0f}", (whole, at), (4, 0), textcoords="offset points",
                          va="center")  # fmt: skip
        axes.set_xlabel(words.column("gmacs"))
        axes.legend(loc="upper center", bbox_to_anchor=(0.3, -0.2), ncols=3)
        shown = _in_words([(label, f"{whole:,.0f}")
                           for label, whole in zip(parts, starts, strict=True)])  # fmt: skip
        return _drawn(canvas, name, words.message("operations_alt", models=shown))


def beside(
    catalogue: Catalogue, key: str, benchmark: str, split: str, metric: str = "acc@0.5",
    name: str = "beside",
) -> Figure:  # fmt: skip
    """Every score on a split by the year of its work, those of one work marked.

    Raises:
        ValueError: when the work has no score there.

    """
    rows = [
        r
        for r in catalogue.results
        if (r.benchmark, r.split, r.metric) == (benchmark, split, metric)
    ]
    own = [row for row in rows if row.work == key]
    if not own:
        raise ValueError(f"{key!r} has no {metric} on {benchmark} {split}")
    with mpl.rc_context(_STYLE):
        canvas, axes = _canvas(7.5, 3.8)
        classes = words.labels("pretraining_class")
        for colour, marker, seen in zip(PALETTE, MARKERS, classes, strict=False):
            found = [r for r in rows if r.work != key and catalogue.pretraining_class(r) == seen]
            years = [catalogue.references[row.work].year for row in found]
            axes.plot(years, [row.comparable for row in found], marker, color=colour, markersize=4,
                      fillstyle="none", label=classes[seen])  # fmt: skip
        year = catalogue.references[key].year
        axes.plot([year] * len(own), [row.comparable for row in own], "*", color=_INK,
                  markersize=13, label=catalogue.works[key].name)  # fmt: skip
        span = [catalogue.references[row.work].year for row in rows]
        axes.set_xticks(range(min(span), max(span) + 1))
        axes.set_xlabel(words.message("year_axis"))
        axes.set_ylabel(words.message("cost_axis", benchmark=benchmark, split=split, metric=metric))
        axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.15), fontsize=8, ncols=2)
        best = max(row.comparable for row in own)
        alt = words.message("beside_alt", work=catalogue.works[key].name, score=f"{best:.2f}",
                            count=len(rows) - len(own),
                            above=sum(row.comparable > best for row in rows))  # fmt: skip
        return _drawn(canvas, name, alt)
