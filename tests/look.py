"""Screenshots of representative pages of the built book, to be looked at: ``nox -s look``.

Each page is taken at the width of a phone, a tablet and a desktop, in light and in dark: its first
screens, and one from its middle. ``index.html`` beside them shows all of them on one sheet.
"""

from __future__ import annotations

import html
import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parent.parent / "benchmarks"))

from browsing import chromium

PAGES = (
    "index", "paths", "foundations/tasks", "lightweighting/distilled-grounding",
    "lightweighting/distillation-primer", "evidence/leaderboards-rec",
    "evidence/accuracy-and-cost", "notebooks/timeline", "works/dai2024simvg",
    "notes/dai2024simvg", "datasets/refcoco", "back/glossary", "bibliography/l",
)  # fmt: skip
SCREENS = {360: 740, 768: 1024, 1440: 900}
"""Width and height of a screen, in CSS pixels."""

FIRST = 3
"""How many screens from the top of a page are taken."""


def take(site: Path, folder: Path, pages: tuple[str, ...] = PAGES) -> list[Path]:
    """Write the screenshots into ``folder``; returns them, in the order of the sheet."""
    taken = []
    folder.mkdir(parents=True, exist_ok=True)
    with chromium() as browser:
        for width, height in SCREENS.items():
            for scheme in ("light", "dark"):
                context = browser.new_context(
                    viewport={"width": width, "height": height},
                    color_scheme=scheme,
                    reduced_motion="reduce",
                )
                tab = context.new_page()
                for page in pages:
                    tab.goto((site / f"{page}.html").resolve().as_uri())
                    whole = tab.evaluate("document.documentElement.scrollHeight")
                    first = min(whole, FIRST * height)
                    cuts = {"top": (0, first)}
                    if whole > first + height:
                        cuts["middle"] = ((whole - height) // 2, height)
                    for name, (top, tall) in cuts.items():
                        file = folder / f"{page.replace('/', '-')}-{width}-{scheme}-{name}.png"
                        clip = {"x": 0, "y": top, "width": width, "height": tall}
                        tab.screenshot(path=file, full_page=True, clip=clip)
                        taken.append(file)
                context.close()
    return taken


def sheet(taken: list[Path], folder: Path) -> Path:
    """Write a page that shows all screenshots; returns it."""
    figures = "\n".join(
        f'<figure><a href="{name}"><img loading="lazy" src="{name}" alt=""></a>'
        f"<figcaption>{path.stem}</figcaption></figure>"
        for path in sorted(taken)
        if (name := html.escape(path.name))
    )
    index = folder / "index.html"
    index.write_text(
        '<!doctype html><meta charset="utf-8"><title>Look</title><style>'
        "body{display:flex;flex-wrap:wrap;gap:1rem;align-items:start;font:12px sans-serif}"
        f"figure{{margin:0}}img{{height:30rem;border:1px solid}}</style>\n{figures}\n",
        encoding="utf-8",
    )
    return index


if __name__ == "__main__":
    built, target = Path(sys.argv[1]), Path(sys.argv[2])
    if not (built / "index.html").exists():
        sys.exit(f"no built book in {built}: run nox -s book first")
    print(sheet(take(built, target, tuple(sys.argv[3:]) or PAGES), target).resolve().as_uri())
