"""Accuracy beside cost: what each method pays for its score, and which of them nobody beats."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from vgkd_docs.catalogue import Catalogue
from vgkd_docs.models import Result

__all__ = ["COSTS", "Cost", "CostGroup", "Point", "cost_groups"]

Cost = Literal["params_m", "flops_g", "latency_ms"]

COSTS: tuple[Cost, ...] = ("params_m", "flops_g", "latency_ms")
"""Millions of parameters, 10^9 operations for one input, milliseconds on a named device."""


@dataclass(frozen=True)
class Point:
    """A score with its price; ``front`` when no comparable row scores as much for less."""

    row: Result
    cost: float
    pretraining: str
    front: bool


@dataclass(frozen=True)
class CostGroup:
    """Points that share setting and, for latency, device; fronts are drawn per pre-training."""

    setting: str
    device: str
    points: list[Point]


def _fronts(rows: Sequence[tuple[Result, float, str]]) -> list[Point]:
    best: dict[str, float] = {}
    points = []
    for row, cost, seen in sorted(rows, key=lambda item: (item[1], -item[0].comparable)):
        front = seen != "unstated" and row.comparable > best.get(seen, float("-inf"))
        best[seen] = max(best.get(seen, float("-inf")), row.comparable)
        points.append(Point(row, cost, seen, front))
    return points


def cost_groups(
    catalogue: Catalogue, benchmark: str, metric: str, split: str, cost: Cost, least: int = 3
) -> list[CostGroup]:
    """Rows that print both score and cost, cheapest first, in groups of at least ``least`` works.

    Raises:
        ValueError: when no group is that large.

    """
    found: dict[tuple[str, str], list[tuple[Result, float, str]]] = {}
    for row in catalogue.results:
        price = getattr(row, cost)
        if (row.benchmark, row.metric, row.split) == (benchmark, metric, split) and price:
            device = row.device if cost == "latency_ms" else ""
            if cost == "latency_ms" and not device:
                continue  # a time without its device says nothing
            seen = catalogue.pretraining_class(row)
            found.setdefault((row.setting, device), []).append((row, float(price), seen))
    groups = [
        CostGroup(setting, device, _fronts(rows))
        for (setting, device), rows in found.items()
        if len({row.work for row, _, _ in rows}) >= least
    ]
    if not groups:
        raise ValueError(f"no {least} works with {cost} on {benchmark}, {metric}, {split}")
    return sorted(groups, key=lambda group: (-len(group.points), group.setting, group.device))
