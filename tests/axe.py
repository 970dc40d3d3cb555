"""Ask axe-core about pages of a built book: ``python tests/axe.py FOLDER [PAGE …]``.

Every page (or those named) is opened at desktop and phone width, in light and, for what a scheme
may change, in dark, under its own content security policy. Prints what violates WCAG 2.2 AA by
rule, and fails if anything does; what only breaks axe's best practices is printed too.
"""

import itertools
import os
import sys
from collections import Counter, defaultdict
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import axe_playwright_python

sys.path.append(str(Path(__file__).parent.parent / "benchmarks"))

from browsing import chromium, served

WCAG = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
BEST = "best-practice"
SETTINGS = tuple(itertools.product(("light", "dark"), (1280, 360)))
AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
# what colours and the pictures of one scheme can break; the rest of a page is the same in each
BY_SCHEME = ("color-contrast", "link-in-text-block", "image-alt", "svg-img-alt")
_RUN = """rules => axe.run(document, {
    runOnly: rules, resultTypes: ["violations"], preload: false}).then(
    (result) => result.violations.map((one) => [one.id, one.tags, one.nodes.map(
        (node) => node.target.join(" ") + "  " + node.html.slice(0, 160))]))"""


def opened(
    browser: Any, address: str, scheme: str = "light", width: int = 1280, **more: Any
) -> Any:
    """A page, opened in a context of its own, with motion reduced so that nothing is halfway."""
    context = browser.new_context(color_scheme=scheme, viewport={"width": width, "height": 900},
                                  reduced_motion="reduce", **more)  # fmt: skip
    tab = context.new_page()
    tab.goto(address, wait_until="load")
    return tab


def violations(tab: Any, rules: Sequence[str] = WCAG) -> list[tuple[str, bool, str]]:
    """What axe finds on an open page: the rule, whether WCAG asks for it, the place.

    ``rules`` are all names of rules, or all tags of them.
    """
    tab.evaluate(AXE)
    return [(rule, bool(set(WCAG) & set(of)), place)
            for rule, of, places in tab.evaluate(_RUN, list(rules))
            for place in places]  # fmt: skip


def _check(folder: Path, names: Sequence[str]) -> list[tuple[str, bool, str, str]]:
    found = []
    with served(folder) as address, chromium() as browser:
        for name in names:
            tab = opened(browser, f"{address}/{name}")
            for scheme, width in SETTINGS:
                tab.emulate_media(color_scheme=scheme)
                tab.set_viewport_size({"width": width, "height": 900})
                tab.wait_for_function("name => document.documentElement.dataset.theme === name",
                                      arg=scheme)  # fmt: skip
                rules = BY_SCHEME if scheme == "dark" else (*WCAG, BEST)
                found += [(rule, asked, f"{name} ({scheme}, {width})", place)
                          for rule, asked, place in violations(tab, rules)]  # fmt: skip
            tab.context.close()
    return found


def main(folder: str, *names: str) -> int:
    """Check pages side by side; returns the number of violations of WCAG."""
    root = Path(folder)
    pages = names or sorted(
        path.relative_to(root).as_posix() for path in root.rglob("*.html")
        if not {"_static", "lite", "pagefind"} & set(path.relative_to(root).parts)
    )  # fmt: skip
    if unknown := [name for name in names if not (root / name).is_file()]:
        sys.exit(f"no such page in {root}: {', '.join(unknown)}")
    if not pages:
        sys.exit(f"no page in {root}: build the book first, nox -s book")
    found, done = [], 0
    batches = [pages[at : at + 8] for at in range(0, len(pages), 8)]
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        for batch, result in zip(batches, pool.map(_check, itertools.repeat(root), batches),
                                 strict=True):  # fmt: skip
            found += result
            done += len(batch)
            print(f"{done} of {len(pages)} pages", file=sys.stderr)
    places = defaultdict(list)
    for rule, asked, page, place in found:
        places[asked, rule].append(f"{page}: {place}")
    for (asked, rule), shown in sorted(places.items()):
        print(f"{rule}{'' if asked else ' (best practice)'}: {len(shown)}")
        print(*(f"  {one}" for one in shown[:10]), sep="\n")
    counts = Counter(asked for _, asked, _, _ in found)
    print(f"{len(pages)} pages in {len(SETTINGS)} settings: {counts[True]} violations of WCAG 2.2 "
          f"AA, {counts[False]} of best practices")  # fmt: skip
    return counts[True]


if __name__ == "__main__":
    sys.exit(min(main(*sys.argv[1:]), 1))
