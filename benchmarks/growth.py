"""How checking, building, page weight and the explorer grow from 300 to 3,000 works.

Prints seconds, peak memory, the heaviest page and its share per work, then the time the explorer
needs to filter 3,000 works in a real browser.
"""

from __future__ import annotations

import shutil
import statistics
import sys
import tempfile
from pathlib import Path

from browsing import chromium, served
from measure import row, run
from record import record
from synthetic import project

SIZES = (300, 1000, 3000)


def explorer_milliseconds(html: Path) -> float:
    """The median over ten changes of filter, from the event to the table in place."""
    with served(html) as address, chromium() as browser:
        page = browser.new_page()
        page.goto(f"{address}/evidence/explorer.html")
        page.wait_for_selector("#work-explorer tbody tr")
        times = [
            page.evaluate(
                """text => { const field = document.querySelector('#work-explorer [name=q]');
                field.value = text; const start = performance.now();
                field.dispatchEvent(new Event('input', {bubbles: true}));
                document.querySelector('#work-explorer tbody').offsetHeight;
                return performance.now() - start; }""",
                text,
            )
            for text in ("wu", "work", "ba che", "1", "li", "", "zha", "29", "yu", "mo")
        ]
    return statistics.median(times)


def main() -> None:
    row("works", "check s", "check MB", "build s", "build MB", "heaviest kB", "s per work")
    for size in SIZES:
        folder = project(Path(tempfile.mkdtemp()), size)
        source = {"PYTHONPATH": str(folder / "src"), "VGKD_REPOSITORY": "none"}
        check = run([sys.executable, "-m", "vgkd_docs", "check"], **source)
        html = folder / "html"
        build = run([sys.executable, "-m", "sphinx", "-q", "-b", "html", "-d", folder / "doctrees",
                     folder / "docs", html], **source)  # fmt: skip
        pages = {path.stat().st_size / 1000: path for path in html.rglob("*.html")}
        heaviest = max(pages)
        row(size, check.seconds, check.megabytes, build.seconds, build.megabytes, heaviest,
            build.seconds / size)  # fmt: skip
        print(f"{'':<28}  heaviest: {pages[heaviest].relative_to(html)}")
        if size == SIZES[-1]:
            filtering = explorer_milliseconds(html)
            print(f"explorer, {size} works: {filtering:.1f} ms to filter")
            record("growth.check", check.seconds, "s")
            record("growth.build", build.seconds, "s")
            record("growth.page", heaviest, "kB")
            record("growth.filter", filtering, "ms")
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
