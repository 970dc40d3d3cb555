"""How long a reader waits for the search, from a key to a result on the screen, in a real browser.

Asks every query of the tests in the box of one page. Prints the median and the worst time to the
first result and to the last passage, what the search loads, and how long indexing takes. The first
queries of a visit stand apart: typed by a fast hand into a box just opened, timed from the last
key, the median of a few visits. Brings ``_build/html`` up to date, or reads the folder given.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
from pathlib import Path

import yaml
from playwright.sync_api import Page

from browsing import chromium, our_site, packed_size, served
from measure import row, run
from record import record

ROOT = Path(__file__).parent.parent

ROUNDS = 5
KEY = 60
"""Milliseconds between two keys of a fast hand."""

# once the box holds the query: the milliseconds to the first result and to all of them
WAIT = """query => { window.waited = new Promise((resolve) => {
  const input = document.querySelector('#pst-search-dialog input');
  const panel = document.querySelector('#pst-search-dialog .hits');
  document.addEventListener('input', function asked() {
    if (input.value !== query) return;
    document.removeEventListener('input', asked, true);
    panel.querySelector('[role=listbox]').replaceChildren();
    let first = null;
    const start = performance.now();
    const look = () => requestAnimationFrame(() => {
      if (first === null && panel.querySelector('[role=option]')) first = performance.now() - start;
      const all = panel.dataset.finished === 'true';
      if (all) resolve([first ?? performance.now() - start, performance.now() - start]);
      else look();
    });
    look();
  }, true); // before the box hears of it
}); }"""


def typed(page: Page, query: str, delay: float = 0) -> tuple[float, float]:
    """Milliseconds from the last key to the first result and to the last passage."""
    page.evaluate(WAIT, query)
    if delay:
        page.keyboard.type(query, delay=delay)
    else:
        page.locator("input:focus").fill(query)
    return tuple(page.evaluate("window.waited"))


def main() -> None:
    html = Path(sys.argv[1]) if len(sys.argv) > 1 else our_site()
    queries = [
        query
        for query, _ in yaml.safe_load((ROOT / "tests/search_queries.yaml").read_text("utf-8"))
    ]
    asked: list[str] = []
    with served(html, asked) as address, chromium() as browser:
        cold: list[tuple[float, float]] = []
        for query in ("SimVG", "知识蒸馏", "87.07"):
            rounds = []
            for _ in range(ROUNDS):
                page = browser.new_context().new_page()
                page.goto(f"{address}/foundations/tasks.html", wait_until="networkidle")
                asked.clear()
                page.keyboard.press("/")
                rounds.append(typed(page, query, KEY))
            first, last = zip(*rounds, strict=True)
            cold.append((statistics.median(first), statistics.median(last)))
        loaded = sum(packed_size(html, asked).values())
        warm = []
        for query in queries:
            page.locator("input:focus").fill("")
            warm.append(typed(page, query))
    row("search", "queries", "first ms", "worst", "passages ms", "worst")
    for name, times in (("first of a visit", cold), ("afterwards", warm)):
        first, last = zip(*times, strict=True)
        row(name, len(times), statistics.median(first), max(first),
            statistics.median(last), max(last))  # fmt: skip
    print(f"loaded for a first query, compressed: {loaded / 1000:.0f} kB")
    with tempfile.TemporaryDirectory() as place:
        from vgkd_docs.sphinxext.search import _executable

        cost = run([_executable(), "--silent", "--site", html, "--root-selector", "article",
                    "--output-path", place])  # fmt: skip
    print(f"indexing: {cost.seconds:.1f} s, {cost.megabytes:.0f} MB")
    record("search.first", max(first for first, _ in warm), "ms")
    record("search.cold", max(first for first, _ in cold), "ms")
    record("search.transfer", loaded / 1000, "kB")


if __name__ == "__main__":
    main()
