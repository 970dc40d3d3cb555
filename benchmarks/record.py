"""Keeps what a benchmark measured, when it is told to: ``nox -s bench -- --record NAME``."""

from __future__ import annotations

import os
from pathlib import Path

from vgkd_docs.benchmark_history import HISTORY, LIMITS, Measurement, append, here, limits

ROOT = Path(__file__).parent.parent
# before the benchmark itself makes the machine busy
_LOAD = os.getloadavg()[0]


def record(measure: str, value: float, unit: str, beside: float | None = None) -> None:
    """Print a figure that is above its limit, and keep it where ``VGKD_RECORD`` is set.

    ``measure`` is named under ``measures`` in the word table; its limit, if it has one, stands in
    ``benchmarks/limits.yaml`` and is about ``value / beside`` where there is a ``beside``: what the
    thing compared with took, in the same run and ``unit``.
    """
    most = limits(ROOT / LIMITS).get(measure)
    row = Measurement.model_validate(
        here(ROOT, _LOAD)
        | {"measure": measure, "value": round(value, 3), "unit": unit}
        | {"beside": None if beside is None else round(beside, 3)}
    )
    if most is not None and row.figure > most:
        print(f"{measure}: {row.figure:.3g} is above its limit of {most:g}")
    if os.environ.get("VGKD_RECORD"):
        append(ROOT / HISTORY, row)
