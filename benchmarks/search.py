"""How long a reader waits for the search, from a key to a result on the screen, in a real browser.

Asks every query of the tests in the box of one page. Prints the median and the worst time to the
first result and to the last passage, the first query of a fresh browser apart, what the search
loads, and how long indexing takes. Brings ``_build/html`` up to date, or reads the folder given.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
from pathlib import Path
from typing import Any

import yaml

from browsing import chromium, our_site, packed_size, served
from measure import row, run
from record import record

ROOT = Path(__file__).parent.parent

# types a query; resolves with the milliseconds to the first result and to all of them
TYPE = """query => new Promise((resolve) => {
  const input = document.querySelector('#pst-search-dialog input');
  const panel = document.querySelector('#pst-search-dialog .hits');
  input.value = '';
  input.dispatchEvent(new Event('input'));
  panel.querySelector('[role=listbox]').replaceChildren();
  let first = null;
  const start = performance.now();
  const look = () => requestAnimationFrame(() => {
    if (first === null && panel.querySelector('[role=option]')) first = performance.now() - start;
    const all = panel.dataset.finished === 'true';
    if (all) resolve([first ?? performance.now() - start, performance.now() - start]);
    else look();
  });
  input.value = query;
  input.dispatchEvent(new Event('input'));
  look();
})"""


def main() -> None:
    html = Path(sys.argv[1]) if len(sys.argv) > 1 else our_site()
    queries = [
        query
        for query, _ in yaml.safe_load((ROOT / "tests/search_queries.yaml").read_text("utf-8"))
    ]
    asked: list[str] = []
    with served(html, asked) as address, chromium() as browser:
        cold: list[Any] = []
        for query in ("SimVG", "知识蒸馏", "87.07"):
            page = browser.new_context().new_page()
            page.goto(f"{address}/foundations/tasks.html", wait_until="networkidle")
            asked.clear()
            page.evaluate("document.getElementById('pst-search-dialog').showModal()")
            cold.append(page.evaluate(TYPE, query))
        loaded = sum(packed_size(html, asked).values())
        warm = [page.evaluate(TYPE, query) for query in queries]
    row("search", "queries", "first ms", "worst", "passages ms", "worst")
    for name, times in (("as the page stands", cold), ("afterwards", warm)):
        first, last = zip(*times, strict=True)
        row(
            name,
            len(times),
            statistics.median(first),
            max(first),
            statistics.median(last),
            max(last),
        )
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
