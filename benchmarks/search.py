"""How long a reader waits for the search, from a key to a result on the screen, in a real browser.

Asks every query of the tests in the box of one page. Prints the median and the worst time to the
first result and to the last passage, the first query of a fresh browser apart, what the search
loads, and how long indexing takes. Reads a built book: ``_build/html``, or the folder given.
"""

from __future__ import annotations

import functools
import gzip
import http.server
import os
import shutil
import statistics
import sys
import tempfile
import threading
from pathlib import Path
from typing import Any

import yaml
from measure import row, run
from playwright.sync_api import sync_playwright

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


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Serves compressed text, as hosts do, and counts what is sent."""

    sent: dict[str, int]

    def log_message(self, *_: object) -> None:
        pass

    def do_GET(self) -> None:
        path = Path(self.translate_path(self.path))
        if path.suffix in {".js", ".html", ".json", ".css"} and path.is_file():
            body = gzip.compress(path.read_bytes(), 6)
            self.send_response(200)
            self.send_header("Content-Type", self.guess_type(str(path)))
            self.send_header("Content-Encoding", "gzip")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
            self.sent[self.path] = len(body)
            return
        if path.is_file():
            self.sent[self.path] = path.stat().st_size
        super().do_GET()


def main() -> None:
    html = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "_build" / "html"
    if not (html / "pagefind").is_dir():
        raise SystemExit(f"{html} holds no built book with a search: run nox -s book first")
    queries = [
        query
        for query, _ in yaml.safe_load((ROOT / "tests/search_queries.yaml").read_text("utf-8"))
    ]
    Quiet.sent = {}
    handler = functools.partial(Quiet, directory=str(html))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        with sync_playwright() as tools:
            path = os.environ.get("VGKD_CHROMIUM") or shutil.which("chromium")
            browser = tools.chromium.launch(executable_path=path, args=["--no-sandbox"])
            cold: list[Any] = []
            for query in ("SimVG", "知识蒸馏", "87.07"):
                page = browser.new_context().new_page()
                page.goto(f"http://127.0.0.1:{server.server_port}/foundations/tasks.html")
                page.wait_for_load_state("networkidle")
                Quiet.sent.clear()
                page.evaluate("document.getElementById('pst-search-dialog').showModal()")
                cold.append(page.evaluate(TYPE, query))
            loaded = sum(Quiet.sent.values())
            warm = [page.evaluate(TYPE, query) for query in queries]
            browser.close()
        server.shutdown()
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


if __name__ == "__main__":
    main()
