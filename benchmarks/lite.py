"""What a notebook in the browser alone costs, and whether each of them runs to its end.

``python benchmarks/lite.py`` builds the part of the site that runs notebooks, serves it, and opens
each notebook in Chromium as a first visitor does: nothing is cached, and nothing but the site
answers. Megabytes are counted as served, and packed as a server that compresses sends them. With
the folder of a built site as argument, that site's are opened. An error fails the run.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from browsing import chromium, packed_size, served
from measure import row
from record import record

ROOT = Path(__file__).parent.parent
PATIENCE = 240_000
"""Milliseconds for what should take some seconds: machines that run tests are busy."""

FAILED = ("[data-mime-type='application/vnd.jupyter.error'], "
          "[data-mime-type='application/vnd.jupyter.stderr']")  # fmt: skip
FINISHED = """(failed) => {
  if (document.querySelector(failed)) return true;
  const prompts = [...document.querySelectorAll(".jp-CodeCell .jp-InputPrompt")];
  return prompts.length && prompts.every((prompt) => /\\d/.test(prompt.innerText));
}"""
"""Each cell bears its number once it has run; an error ends the run before the last."""


@dataclass
class Visit:
    """What one visitor saw: seconds since the click, outputs, errors, and who else was asked."""

    first: float = 0.0
    whole: float = 0.0
    tables: int = 0
    charts: int = 0
    errors: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    strangers: list[str] = field(default_factory=list)


def closed(context: Any, address: str, visit: Visit) -> None:
    """Close the network to everything but the site at ``address``, and note who is asked."""

    def answer(route: Any) -> None:
        url = route.request.url
        if url.startswith((address, "data:", "blob:")):
            visit.asked.append(url)
            route.continue_()
        else:
            visit.strangers.append(url)
            route.abort()

    context.route("**/*", answer)


def run_all(page: Any) -> None:
    """Run all cells from the menu, once the kernel has been named."""
    page.wait_for_selector(".jp-Notebook .jp-CodeCell", timeout=PATIENCE)
    page.wait_for_selector("text=Python (Pyodide)", timeout=PATIENCE)
    page.click(".lm-MenuBar-item:has-text('Run')", timeout=PATIENCE)
    page.click(".lm-Menu-item:has-text('Run All Cells')", timeout=PATIENCE)


def visit(browser: Any, address: str, notebook: str) -> Visit:
    """Open a notebook at the site's ``address`` as a first visitor, and run it to its end."""
    found = Visit()
    context = browser.new_context()
    try:
        closed(context, address, found)
        page = context.new_page()
        start = time.perf_counter()
        page.goto(f"{address}/lite/notebooks/index.html?path={notebook}.ipynb")
        run_all(page)
        page.wait_for_selector(".jp-OutputArea-output", timeout=PATIENCE)
        found.first = time.perf_counter() - start
        page.wait_for_function(FINISHED, arg=FAILED, timeout=PATIENCE)
        found.whole = time.perf_counter() - start
        found.tables = page.locator(".jp-OutputArea-output table").count()
        found.charts = page.locator(".jp-OutputArea-output .chart svg").count()
        found.errors = page.locator(FAILED).all_inner_texts()
        if (state := page.get_attribute("#vgkd-notice", "data-state")) != "running":
            found.errors.append(f"the notice says: {state}")
    finally:
        context.close()
    return found


def megabytes(asked: list[str], address: str, folder: Path) -> tuple[float, float]:
    """The size of the files that were asked for, once each: as they lie, and on their way."""
    packed = packed_size(folder, [url for url in asked if url.startswith(address)])
    return sum((folder / name).stat().st_size for name in packed) / 1e6, sum(packed.values()) / 1e6


def build(site: Path, **environment: str) -> None:
    """Write the part that runs notebooks into ``site``; its output is shown only when it fails."""
    command = [sys.executable, str(ROOT / "lite" / "build.py"), str(site / "lite")]
    run = subprocess.run(command, capture_output=True, text=True, check=False,
                         env=os.environ | environment)  # fmt: skip
    if run.returncode:
        raise SystemExit(f"lite/build.py failed:\n{run.stdout[-2000:]}{run.stderr[-4000:]}")


def main() -> None:
    with tempfile.TemporaryDirectory() as empty:
        site = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(empty)
        if len(sys.argv) < 2:
            start = time.perf_counter()
            build(site)
            print(f"built in {time.perf_counter() - start:.1f} s")
        files = [path for path in (site / "lite").rglob("*") if path.is_file()]
        whole = sum(path.stat().st_size for path in files)
        print(f"{len(files)} files, {whole / 1e6:.1f} MB on the server")
        row("notebook", "MB", "MB packed", "first s", "all s", "tables", "charts", "errors")
        wrong, first, sent = False, [], []
        with served(site) as address, chromium() as browser:
            for path in sorted((site / "lite" / "files").glob("*.ipynb")):
                seen = visit(browser, address, path.stem)
                sizes = megabytes(seen.asked, address, site)
                first.append(seen.first)
                sent.append(sizes[1])
                row(path.stem, *sizes, seen.first, seen.whole, seen.tables, seen.charts,
                    len(seen.errors) + len(seen.strangers))  # fmt: skip
                for line in (*seen.errors, *(f"asked elsewhere: {url}" for url in seen.strangers)):
                    wrong = True
                    print(line)
        if wrong:
            raise SystemExit("not every notebook ran to its end in the browser alone")
        record("lite.first", max(first), "s")
        record("lite.transfer", max(sent), "MB")


if __name__ == "__main__":
    main()
