"""What the benchmarks measured so far: one row a measure and run, with where it was measured."""

from __future__ import annotations

import csv
import datetime
import math
import os
import platform
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

from pydantic import AwareDatetime, Field, NonNegativeFloat, StringConstraints, ValidationError

from vgkd_docs import words
from vgkd_docs.findings import from_validation, nearest
from vgkd_docs.models import Record
from vgkd_docs.tables import Cell, Table
from vgkd_docs.yamlfile import read_yaml

__all__ = ["HISTORY", "LIMITS", "Measurement", "append", "by_measure", "here", "latest_table",
           "limits", "ratio", "read"]  # fmt: skip

HISTORY = "benchmarks/history.csv"
"""Where the history stands, below the repository's root."""

LIMITS = "benchmarks/limits.yaml"
"""The most that each measure may be; some have no limit."""


def ratio(ours: float, beside: float) -> float:
    """Ours over what was measured beside it: below one is ahead, and two zeros are even."""
    if beside == 0:
        return math.inf if ours else 1
    return ours / beside


class Measurement(Record):
    """One figure; ``beside`` is what the thing compared with took in the same run and unit.

    ``load`` is how busy the machine was before the benchmark began, in running processes.
    """

    when: AwareDatetime
    # a plus: the tree held changes that no commit names
    commit: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{7,40}\+?$")]
    python: Annotated[str, StringConstraints(pattern=r"^3\.\d+\.\d+\S*$")]
    cores: int = Field(ge=1)
    load: NonNegativeFloat
    measure: str
    value: NonNegativeFloat
    unit: str = Field(max_length=20)
    beside: NonNegativeFloat | None = None

    @property
    def figure(self) -> float:
        """What the limit is about: the ratio where there is something beside, else the value."""
        return self.value if self.beside is None else ratio(self.value, self.beside)


def here(root: Path, load: float) -> dict[str, object]:
    """The conditions of a run that begins now: time, commit, Python, cores and ``load``.

    Raises:
        FileNotFoundError: where git is not installed.
        subprocess.CalledProcessError: where ``root`` is no git checkout.

    """

    def git(*arguments: str) -> str:
        command = ["git", "-C", str(root), *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()

    # what an earlier benchmark of the same run recorded does not count as a change
    changed = git("status", "--porcelain", "--", ".", f":!{HISTORY}")
    return {
        "when": datetime.datetime.now(datetime.UTC).replace(second=0, microsecond=0),
        "commit": git("rev-parse", "--short=10", "HEAD") + ("+" if changed else ""),
        "python": platform.python_version(),
        "cores": os.cpu_count() or 1,
        "load": round(load, 2),
    }


def _known(measure: str) -> None:
    names = list(words.labels("measures"))
    if measure not in names:
        mend = f"{nearest(measure, names)} A new one is named under 'measures' in words/en.yaml"
        raise ValueError(f"unknown measure {measure!r}: {mend}")


def append(path: Path, row: Measurement) -> None:
    """Add a row at the end of the history, with its header if there is none yet.

    Raises:
        ValueError: for a measure that the word table does not name.

    """
    _known(row.measure)
    new = not path.exists()
    with path.open("a", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(Measurement.model_fields), lineterminator="\n")
        if new:
            writer.writeheader()
        writer.writerow(row.model_dump(mode="json"))


def read(path: Path) -> list[Measurement]:
    """The history, in the order in which it was recorded.

    Raises:
        ValueError: naming file, line, problem and mend of everything that is wrong.

    """
    rows: list[Measurement] = []
    wrong: list[str] = []
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file, strict=True)
        columns = list(Measurement.model_fields)
        if reader.fieldnames != columns:
            raise ValueError(f"{path.name}:1: unexpected header. Mend: use {','.join(columns)}.")
        for number, record in enumerate(reader, start=2):
            given = {name: value for name, value in record.items() if value}
            try:
                rows.append(row := Measurement.model_validate(given))
                _known(row.measure)
            except ValidationError as error:
                subject = str(record["measure"])
                wrong += map(str, from_validation(error, path.name, number, subject))
            except ValueError as error:
                wrong.append(f"{path.name}:{number}: {error}")
    if wrong:
        raise ValueError("\n".join(wrong))
    return rows


def limits(path: Path) -> dict[str, float]:
    """The limit of each measure that has one.

    Raises:
        ValueError: for a limit of an unknown measure, or one that is no number.

    """
    value, findings = read_yaml(path, path.name)
    if findings:
        raise ValueError(str(findings[0]))
    found: dict[str, float] = {}
    for measure, limit in (value or {}).items():
        _known(measure)
        if not isinstance(limit, int | float):
            raise ValueError(f"{path.name}: {measure}: {limit!r} is no number")
        found[measure] = float(limit)
    return found


def by_measure(rows: list[Measurement]) -> dict[str, list[Measurement]]:
    """The rows of each measure, oldest first, in the order of the word table."""
    found: dict[str, list[Measurement]] = {name: [] for name in words.labels("measures")}
    for row in rows:
        found[row.measure].append(row)
    return {name: own for name, own in found.items() if own}


def _number(value: float | None) -> Cell:
    return Cell.text("" if value is None else f"{value:,.3g}" if value < 100 else f"{value:,.0f}")


def latest_table(rows: list[Measurement], most: Mapping[str, float]) -> Table:
    """The newest figure of each measure, its limit, and where it was measured."""
    columns = ("measure", "measured", "unit", "beside", "ratio", "limit", "measured_on", "commit",
               "cores", "load")  # fmt: skip
    shown = []
    for name, own in by_measure(rows).items():
        last = own[-1]
        shown.append([
            Cell.text(words.label("measures", name)), _number(last.value), Cell.text(last.unit),
            _number(last.beside), _number(None if last.beside is None else last.figure),
            _number(most.get(name)), Cell.text(last.when.date().isoformat()),
            Cell.text(last.commit), Cell.text(last.cores), Cell.text(last.load),
        ])  # fmt: skip
    return Table(columns, shown, empty="no_measurements")
