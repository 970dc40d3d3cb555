"""Ranks only what can be compared, and says where chance alone could have made the order."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from vgkd_docs.catalogue import Catalogue
from vgkd_docs.metrics import interval
from vgkd_docs.models import PROPORTIONS, Result

__all__ = ["Entry", "Group", "around", "conditions", "groups", "split_size"]


def split_size(catalogue: Catalogue, benchmark: str, split: str) -> int | None:
    """How many expressions a split of a benchmark holds, where a source was read for it."""
    dataset = catalogue.datasets.get(benchmark)
    sizes = {part.name: part.expressions for part in dataset.splits} if dataset else {}
    return sizes.get(split)


@dataclass(frozen=True)
class Entry:
    """One line of a leaderboard: a method under one condition, with its score on each split."""

    row: Result
    scores: Mapping[str, Result]
    band: int | None = None
    low: float | None = None
    high: float | None = None


@dataclass
class Group:
    """Entries that may be ranked together: same benchmark, metric, setting, pre-training class."""

    setting: str
    pretraining: str
    entries: list[Entry] = field(default_factory=list)


def _condition(row: Result) -> tuple[str, ...]:
    return (row.method, row.backbone, row.pretraining, row.setting, row.read_from,
            re.sub(r"#.*", "", row.source))  # fmt: skip


def conditions(catalogue: Catalogue, benchmark: str, metric: str) -> list[dict[str, Result]]:
    """Each method under one condition, with its scores by split; of a repeated row, the first."""
    found: dict[tuple[str, ...], dict[str, Result]] = {}
    for row in catalogue.results:
        if (row.benchmark, row.metric) == (benchmark, metric):
            found.setdefault(_condition(row), {}).setdefault(row.split, row)
    return list(found.values())


def _banded(entries: list[Entry], split: str, size: int | None) -> list[Entry]:
    """Bands: an entry opens a new one when its interval lies wholly below its band's first."""
    ordered = sorted(entries, key=lambda entry: (-entry.scores[split].comparable, entry.row.method))
    if size is None or not ordered:
        return sorted(entries, key=lambda entry: entry.row.method.casefold())
    banded: list[Entry] = []
    band, floor = 0, math.inf
    for entry in ordered:
        low, high = interval(entry.scores[split].comparable, size)
        if high < floor:
            band, floor = band + 1, low
        banded.append(Entry(entry.row, entry.scores, band, low, high))
    return banded


def groups(
    catalogue: Catalogue, benchmark: str, metric: str, split: str, splits: Sequence[str] = ()
) -> list[Group]:
    """The leaderboard of a benchmark: its groups, largest first, each ordered by ``split``.

    Rows without a score on ``split`` are left out; the other ``splits`` are shown beside it.

    Raises:
        ValueError: when nothing was reported on that benchmark, metric and split.

    """
    made: dict[tuple[str, str], Group] = {}
    for every in conditions(catalogue, benchmark, metric):
        scores = {name: row for name, row in every.items() if name in {split, *splits}}
        if split in scores:
            row = scores[split]
            key = (row.setting, catalogue.pretraining_class(row))
            made.setdefault(key, Group(*key)).entries.append(Entry(row, scores))
    if not made:
        raise ValueError(f"no result on {benchmark}, {metric}, {split}")
    size = split_size(catalogue, benchmark, split) if metric in PROPORTIONS else None
    for group in made.values():
        # what a method saw before is not known here, so nothing in this group is ranked
        known = size if group.pretraining != "unstated" else None
        group.entries = _banded(group.entries, split, known)
    return sorted(made.values(), key=lambda group: (-len(group.entries), group.setting))


def around(every: Sequence[Group], work: str, most: int = 5) -> Group:
    """The first group that ranks a work, cut to its best entry and at most so many on each side.

    Raises:
        ValueError: when no group holds the work.

    """
    for group in every:
        places = [at for at, entry in enumerate(group.entries) if entry.row.work == work]
        if places:
            start = max(0, places[0] - most)
            return replace(group, entries=group.entries[start : places[0] + most + 1])
    raise ValueError(f"no group holds {work!r}")
