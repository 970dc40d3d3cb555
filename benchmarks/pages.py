"""What a first visit costs a reader on a phone, beside public Sphinx books built here.

Each book comes from its source distribution, pinned below, and is served like ours: compressed,
over HTTP/1.1, from this machine. Chromium opens every page in turn, with an empty cache, slowed as
Lighthouse slows a phone, and the median of the rounds is printed. Other hosts cannot be reached;
what a page asks of them is counted, and costs it no time.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tarfile
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, CDPSession

from browsing import chromium, our_site, served
from measure import row
from record import record
from vgkd_docs.benchmark_history import ratio
from vitals import OBSERVE, blocking, layout_shift

ROOT = Path(__file__).parent.parent
CACHE = ROOT / "_build" / "bench"
ROUNDS = 5
QUIET = 3
"""Seconds after the load event in which a page may still shift or block."""

# Lighthouse's phone: viewport, slow 4G (bytes and milliseconds), a processor four times slower
SCREEN = {"width": 412, "height": 823}
SCALE = 1.75
NETWORK = {"offline": False, "latency": 150, "downloadThroughput": 1.6e6 / 8,
           "uploadThroughput": 750e3 / 8}  # fmt: skip
SLOWDOWN = 4


@dataclass(frozen=True)
class Book:
    """A public book: what to install, what its build needs to do without the network, its pages."""

    package: str
    version: str
    installed: Sequence[str]
    source: str
    front: str
    chapter: str
    environment: dict[str, str] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return f"{self.package} {self.version}"


# the newest versions on 2026-11-26; the chapter is the longest page written by hand
BOOKS = (
    Book(
        "sphinx-book-theme", "1.4.0",
        ("sphinx-book-theme[doc]==1.4.0", "pydata-sphinx-theme==0.20.0", "sphinx==9.0.4"),
        "docs", "index.html", "content/content-blocks.html",
        # leaves out the scripts that stand in for Read the Docs in the authors' own tests
        {"GITHUB_ACTIONS": "true"},
        # fetched from GitHub by its configuration unless it is there
        {"content/pydata-content-blocks.md": "# PyData theme elements\n"},
    ),
    Book(
        "jupyter_server", "2.21.1",
        ("jupyter_server[docs]==2.21.1", "pydata-sphinx-theme==0.20.0"),
        "docs/source", "index.html", "operators/security.html",
    ),
    Book(
        "ipython", "9.18.1", ("ipython[doc]==9.18.1", "sphinx-rtd-theme==3.1.0"),
        "docs/source", "index.html", "interactive/reference.html",
        # writes the pages of the interface, as on Read the Docs
        {"READTHEDOCS": "True"},
    ),
)  # fmt: skip

OURS = {
    "front": "index.html",
    "chapter": "lightweighting/token-sparsification.html",
    "charts": "evidence/accuracy-and-cost.html",
    "board": "evidence/leaderboards-vlm.html",
    "notebook": "notebooks/timeline.html",
}


def _do(*command: str | Path, cwd: Path | None = None, **environment: str) -> None:
    run = subprocess.run(
        [str(part) for part in command], cwd=cwd, env=os.environ | environment, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False,
    )  # fmt: skip
    if run.returncode:
        raise SystemExit(f"{' '.join(map(str, command))} failed:\n{run.stdout[-4000:]}")


def built(book: Book) -> Path:
    """The folder of the book's pages, built unless an earlier run has (needs the network, once)."""
    folder = CACHE / f"{book.package}-{book.version}"
    html = folder / "html"
    if html.is_dir():
        return html
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    print(f"building {book.name} (once)", file=sys.stderr)
    python = folder / "venv" / "bin" / "python"
    _do(sys.executable, "-m", "venv", folder / "venv")
    _do(python, "-m", "pip", "install", "--quiet", *book.installed)
    _do(python, "-m", "pip", "download", "--quiet", "--no-deps", "--no-binary", book.package,
        "--dest", folder, f"{book.package}=={book.version}")  # fmt: skip
    (archive,) = folder.glob("*.tar.gz")
    with tarfile.open(archive) as file:
        file.extractall(folder / "archive", filter="data")
    (top,) = (folder / "archive").iterdir()
    docs = top / book.source
    for name, text in book.files.items():
        (docs / name).write_text(text, "utf-8")
    with (docs / "conf.py").open("a", encoding="utf-8") as conf:
        conf.write("\nintersphinx_mapping = {}\n")  # other books' indexes are on the network
    _do(python, "-m", "sphinx", "-q", "-b", "html", docs, folder / "part", **book.environment)
    (folder / "part").rename(html)
    return html


UNITS = {"FCP": "ms", "LCP": "ms", "CLS": "score", "TBT": "ms", "kB": "kB", "requests": "",
         "others": ""}  # fmt: skip
"""First and largest contentful paint, layout shift, blocking time, transfer, requests, of which to
other hosts."""


def visit(browser: Browser, address: str) -> dict[str, float]:
    """Open a page as a first visit; returns a number for each measure of ``UNITS``."""
    context = browser.new_context(viewport=SCREEN, device_scale_factor=SCALE, is_mobile=True,
                                  has_touch=True)  # fmt: skip
    page = context.new_page()
    page.add_init_script(OBSERVE)
    tools: CDPSession = context.new_cdp_session(page)
    asked: list[str] = []
    transferred: list[float] = []

    def ask(event: dict[str, Any]) -> None:
        if event["request"]["url"].startswith("http"):
            asked.append(event["request"]["url"])

    tools.on("Network.requestWillBeSent", ask)
    tools.on("Network.loadingFinished", lambda end: transferred.append(end["encodedDataLength"]))
    tools.send("Network.enable")
    tools.send("Network.setCacheDisabled", {"cacheDisabled": True})
    tools.send("Network.emulateNetworkConditions", NETWORK)
    tools.send("Emulation.setCPUThrottlingRate", {"rate": SLOWDOWN})
    page.goto(address, wait_until="load", timeout=120_000)
    page.wait_for_timeout(1000 * QUIET)
    seen = page.evaluate("vitals()")
    context.close()
    if not seen["fcp"]:
        raise SystemExit(f"{address} painted nothing within {QUIET} s of its load event")
    host = address.split("/")[2]
    return {
        "FCP": seen["fcp"],
        "LCP": seen["lcp"],
        "CLS": round(layout_shift(seen["shifts"]), 3),
        "TBT": blocking(seen["tasks"], seen["fcp"]),
        "kB": sum(transferred) / 1000,
        "requests": len(asked),
        "others": sum(url.split("/")[2] != host for url in asked),
    }


Seen = dict[tuple[str, str], dict[str, float]]
"""The measures of each page, under its book and its kind."""


def measured(pages: dict[tuple[str, str], str], rounds: int) -> Seen:
    """The median of each measure of each page; the rounds take the pages in turn."""
    runs: dict[tuple[str, str], list[dict[str, float]]] = {page: [] for page in pages}
    with chromium("--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1") as browser:
        for _ in range(rounds):
            for page, address in pages.items():
                runs[page].append(visit(browser, address))
    return {
        page: {name: statistics.median(run[name] for run in own) for name in UNITS}
        for page, own in runs.items()
    }


def best_of_others(seen: Seen, kind: str, name: str) -> float | None:
    """The least that another book's page of this kind costs, or None where none has one."""
    values = (own[name] for (book, what), own in seen.items() if book != "ours" and what == kind)
    return min(values, default=None)


def show(seen: Seen) -> None:
    """Print every page, then ours over each other book's page of the same kind."""
    heads = (f"{name} {unit}" if unit == "ms" else name for name, unit in UNITS.items())
    row("median of the rounds", *heads)
    for (book, kind), own in seen.items():
        row(f"{kind}, {book}", *(f"{own[name]:.{3 if name == 'CLS' else 0}f}" for name in UNITS))
    for (book, kind), own in seen.items():
        if book != "ours":
            mine = seen["ours", kind]
            row(f"{kind}, ours/{book}", *(f"{ratio(mine[name], own[name]):.2f}" for name in UNITS))


def main() -> None:
    html = Path(sys.argv[1]) if len(sys.argv) > 1 else our_site()
    with ExitStack() as servers:
        root = servers.enter_context(served(html)) + "/"
        pages = {("ours", kind): root + page for kind, page in OURS.items()}
        for book in BOOKS:
            root = servers.enter_context(served(built(book))) + "/"
            pages[book.name, "front"] = root + book.front
            pages[book.name, "chapter"] = root + book.chapter
        seen = measured(pages, ROUNDS)
    show(seen)
    for kind in ("front", "chapter"):
        for name in ("LCP", "CLS", "TBT", "kB"):
            record(f"page.{kind}.{name}", seen["ours", kind][name], UNITS[name],
                   best_of_others(seen, kind, name))  # fmt: skip


if __name__ == "__main__":
    main()
