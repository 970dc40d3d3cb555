"""What each notebook costs: alone, on one core, in a kernel of its own that knows nothing yet.

Prints the seconds from starting the kernel to the last output, those of them in which the kernel
and whatever it started were computing, and the most memory that they held, in MB. The limit is
about computing: on a quiet machine both are the same, on a busy one only this means something.
Needs Linux.
"""

from __future__ import annotations

import contextlib
import subprocess
import sys
import time
from pathlib import Path

import psutil

from measure import row
from record import ROOT, record
from vgkd_docs.benchmark_history import LIMITS, limits

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.md"))

# the kernel inherits the one core
RUN = """
import os, sys, time
os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
import jupytext
from nbclient import NotebookClient
client = NotebookClient(jupytext.read(sys.argv[1]), kernel_name="python3", timeout=120)
start = time.perf_counter()
client.execute()
print(time.perf_counter() - start)
"""


def held(process: psutil.Process) -> float:
    """The most memory a process held so far, in MB; nothing once it is gone."""
    try:
        status = Path(f"/proc/{process.pid}/status").read_text("ascii", errors="replace")
    except OSError:
        return 0.0
    lines = [line for line in status.splitlines() if line.startswith("VmHWM")]
    return int(lines[0].split()[1]) / 1024 if lines else 0.0


def cost(notebook: Path) -> tuple[float, float, float]:
    """Seconds, seconds of computing and MB of one notebook.

    Raises:
        SystemExit: when a cell fails.

    """
    command = [sys.executable, "-W", "ignore", "-c", RUN, str(notebook)]
    pipe = subprocess.PIPE
    with subprocess.Popen(
        command, cwd=notebook.parent, text=True, stdout=pipe, stderr=pipe
    ) as running:
        memory: dict[int, float] = {}
        computed: dict[int, float] = {}
        while running.poll() is None:
            for child in psutil.Process(running.pid).children(recursive=True):
                memory[child.pid] = max(held(child), memory.get(child.pid, 0.0))
                with contextlib.suppress(psutil.Error):  # it may end in between
                    computed[child.pid] = sum(child.cpu_times()[:2])
            time.sleep(0.05)
        said, wrong = running.communicate()
    if running.returncode:
        raise SystemExit(f"{notebook.name} failed:\n{wrong[-4000:]}")
    return float(said.split()[-1]), sum(computed.values()), sum(memory.values())


def main() -> None:
    if sys.platform != "linux":
        raise SystemExit("benchmarks/notebooks.py reads /proc: run it on Linux")
    most = limits(ROOT / LIMITS)
    row("notebook", "s", "computing s", "MB", "")
    found = []
    for notebook in NOTEBOOKS:
        seconds, computing, megabytes = cost(notebook)
        found.append((computing, megabytes))
        over = computing > most["notebooks.seconds"] or megabytes > most["notebooks.memory"]
        row(notebook.stem, seconds, computing, megabytes, "above the limit" if over else "")
    record("notebooks.seconds", max(computing for computing, _ in found), "s")
    record("notebooks.memory", max(megabytes for _, megabytes in found), "MB")


if __name__ == "__main__":
    main()
