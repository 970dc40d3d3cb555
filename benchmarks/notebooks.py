"""What each notebook costs: alone, on one core, in a kernel of its own that knows nothing yet.

Prints the seconds from starting the kernel to the last output, and the most memory that the kernel
and whatever it starts held, in MB. Needs Linux.
"""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import psutil
from measure import row
from record import ROOT, record

from vgkd_docs.history import LIMITS, limits

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


def cost(notebook: Path) -> tuple[float, float]:
    """Seconds and MB of one notebook.

    Raises:
        SystemExit: when a cell fails.

    """
    command = [sys.executable, "-W", "ignore", "-c", RUN, str(notebook)]
    pipe = subprocess.PIPE
    with subprocess.Popen(
        command, cwd=notebook.parent, text=True, stdout=pipe, stderr=pipe
    ) as running:
        kernels: dict[int, float] = {}
        while running.poll() is None:
            for child in psutil.Process(running.pid).children(recursive=True):
                kernels[child.pid] = max(held(child), kernels.get(child.pid, 0.0))
            time.sleep(0.05)
        said, wrong = running.communicate()
    if running.returncode:
        raise SystemExit(f"{notebook.name} failed:\n{wrong[-4000:]}")
    return float(said.split()[-1]), sum(kernels.values())


def main() -> None:
    if sys.platform != "linux":
        raise SystemExit("benchmarks/notebooks.py reads /proc: run it on Linux")
    most = limits(ROOT / LIMITS)
    row("notebook", "s", "MB", "")
    found = {}
    for notebook in NOTEBOOKS:
        seconds, megabytes = found[notebook.stem] = cost(notebook)
        over = seconds > most["notebooks.seconds"] or megabytes > most["notebooks.memory"]
        row(notebook.stem, seconds, megabytes, "above the limit" if over else "")
    record("notebooks.seconds", max(seconds for seconds, _ in found.values()), "s")
    record("notebooks.memory", max(megabytes for _, megabytes in found.values()), "MB")


if __name__ == "__main__":
    main()
