"""Runs a command and says how long it took and how much memory it held at most."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Cost:
    """Wall-clock seconds, and the peak resident memory in MB of the process."""

    seconds: float
    megabytes: float


def run(command: Sequence[str | Path], **environment: str) -> Cost:
    """Run ``command``; its output is shown only when it fails.

    Raises:
        SystemExit: when the command fails.

    """
    values: Mapping[str, str] = os.environ | environment
    start = time.perf_counter()
    process = subprocess.Popen(
        [str(part) for part in command], env=values, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    assert process.stdout is not None
    output = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"{' '.join(map(str, command))} failed:\n{output[-4000:]}")
    return Cost(time.perf_counter() - start, usage.ru_maxrss / 1024)


def row(*cells: object) -> None:
    """Print one line of a table."""
    shown = [f"{cell:.2f}" if isinstance(cell, float) else str(cell) for cell in cells]
    print("  ".join(f"{cell:>14}" if at else f"{cell:<28}" for at, cell in enumerate(shown)))
