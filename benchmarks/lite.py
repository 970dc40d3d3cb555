"""What a notebook in the browser alone costs, and whether each of them runs to its end.

``python benchmarks/lite.py`` builds the part of the site that runs notebooks, serves it, and opens
each notebook in Chromium as a first visitor does: nothing is cached, and nothing but the site
answers. Megabytes are counted as served, and packed as a server that compresses sends them. With
the folder of a built site as argument, that site's are opened. An error fails the run.
"""

from __future__ import annotations

import gzip
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from measure import row

ROOT = Path(__file__).parent.parent
PATIENCE = 240_000
"""Milliseconds for what should take some seconds: machines that run tests are busy."""

FAILED = ("[data-mime-type='application/vnd.jupyter.error'], "
          "[data-mime-type='application/vnd.jupyter.stderr']")  # fmt: skip
FINISHED = """() => {
  const prompts = [...document.querySelectorAll(".jp-CodeCell .jp-InputPrompt")];
  return prompts.length && prompts.every((prompt) => /\\d/.test(prompt.innerText));
}"""
"""Each cell bears its number once it has run."""


class _Quiet(SimpleHTTPRequestHandler):
    extensions_map = SimpleHTTPRequestHandler.extensions_map | {
        ".mjs": "text/javascript", ".wasm": "application/wasm",
    }  # fmt: skip

    def log_message(self, *arguments: object) -> None:
        pass


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The address at which ``folder`` is served, ending in a slash."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=folder))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()


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
        page.goto(f"{address}lite/notebooks/index.html?path={notebook}.ipynb")
        run_all(page)
        page.wait_for_selector(".jp-OutputArea-output", timeout=PATIENCE)
        found.first = time.perf_counter() - start
        page.wait_for_function(FINISHED, timeout=PATIENCE)
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
    """The size of the files that were asked for, once each: as they lie, and packed by gzip."""
    paths = {unquote(urlsplit(url).path) for url in asked if url.startswith(address)}
    files = [folder / path.lstrip("/") for path in paths]
    data = [file.read_bytes() for file in files if file.is_file()]
    return sum(map(len, data)) / 1e6, sum(len(gzip.compress(one, 6)) for one in data) / 1e6


def build(site: Path, **environment: str) -> None:
    """Write the part that runs notebooks into ``site``; its output is shown only when it fails."""
    command = [sys.executable, str(ROOT / "lite" / "build.py"), str(site / "lite")]
    run = subprocess.run(command, capture_output=True, text=True, check=False,
                         env=os.environ | environment)  # fmt: skip
    if run.returncode:
        raise SystemExit(f"lite/build.py failed:\n{run.stdout[-2000:]}{run.stderr[-4000:]}")


def main() -> None:
    from playwright.sync_api import sync_playwright

    names = (os.environ.get("VGKD_CHROMIUM", ""), "chromium", "chromium-browser", "google-chrome")
    chromium = next((path for name in names if name and (path := shutil.which(name))), None)
    if not chromium:
        raise SystemExit("no Chromium: install Debian's chromium, or set VGKD_CHROMIUM")
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
        wrong = False
        with served(site) as address, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
            for path in sorted((site / "lite" / "files").glob("*.ipynb")):
                seen = visit(browser, address, path.stem)
                sizes = megabytes(seen.asked, address, site)
                row(path.stem, *sizes, seen.first, seen.whole, seen.tables, seen.charts,
                    len(seen.errors) + len(seen.strangers))  # fmt: skip
                for line in (*seen.errors, *(f"asked elsewhere: {url}" for url in seen.strangers)):
                    wrong = True
                    print(line)
            browser.close()
        if wrong:
            raise SystemExit("not every notebook ran to its end in the browser alone")


if __name__ == "__main__":
    main()
