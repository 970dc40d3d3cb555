"""What a first visit transfers, and that the theme's heavy parts stay away."""

import re
from pathlib import Path

import pytest

from axe import opened
from browsing import packed_size, served
from vgkd_docs.sphinxext.lean import classes_of, prune, undrawn_icons

FRONT, CHAPTER = 350_000, 500_000
"""The most that a first visit may transfer, in bytes, text packed."""


def heaviest(site: Path, count: int) -> list[str]:
    pages = [path for path in site.rglob("*.html") if not {"_static", "lite"} & {*path.parts}]
    pages.sort(key=lambda path: -path.stat().st_size)
    return [path.relative_to(site).as_posix() for path in pages[:count]]


def transferred(browser, site: Path, page: str) -> dict[str, int]:
    """Every file that the first visit of a page asks for, with its packed size."""
    asked = []
    with served(site, asked) as address:
        tab = opened(browser, f"{address}/{page}")
        tab.evaluate("navigator.serviceWorker.ready")  # what keeps pages for later fetches, too
        tab.wait_for_load_state("networkidle")
        tab.context.close()
    assert asked
    return packed_size(site, asked)


def test_the_front_page_is_light(browser, site):
    packed = transferred(browser, site, "index.html")
    assert sum(packed.values()) < FRONT, packed


def test_no_page_is_heavy(browser, site):
    for page in {*heaviest(site, 4), "evidence/explorer.html"}:
        packed = transferred(browser, site, page)
        assert sum(packed.values()) < CHAPTER, (page, packed)


def test_the_colours_of_code_load_only_where_code_stands(site):
    pages = {path: path.read_text("utf-8") for path in site.glob("*/*.html")}
    coloured = {path for path, page in pages.items() if "pygments.css" in page}
    assert coloured == {path for path, page in pages.items() if 'class="highlight' in page}
    assert 0 < len(coloured) < len(pages)


def test_no_style_sheet_waits_for_a_script(site):
    # under a policy in the page, a browser asks for nothing that stands below a script it waits for
    for path in site.glob("*/*.html"):
        head = path.read_text("utf-8").partition("</head>")[0].partition("<noscript>")[0]
        sheets, scripts = (re.findall(tag, head) for tag in ("<link[^>]+css", "<script src"))
        assert not scripts or head.rindex(sheets[-1]) < head.index(scripts[0]), path


def test_neither_icon_fonts_nor_bootstrap_come_back(browser, site):
    packed = transferred(browser, site, "lightweighting/distillation-primer.html")
    for name in packed:
        assert not re.search(r"fontawesome|fa-\w+-\d+\.woff2|bootstrap", name), name
    assert not list(site.glob("_static/**/*fontawesome*"))
    large = {
        name: size for name, size in packed.items() if name.startswith("_static/") and size > 30_000
    }
    assert not large, "the theme brings something heavy; see sphinxext/lean.py"


def test_an_icon_that_nobody_draws_is_named():
    page = '<i class="fa-solid fa-dragon"></i><i class="fas fa-file"></i>'
    assert undrawn_icons([page], ".fa-file { --icon: none }") == ["fa-dragon"]


def test_the_style_sheet_draws_every_icon_that_a_page_names(site):
    pages = [path.read_text(encoding="utf-8") for path in site.glob("[!_]*/*.html")]
    sheet = (site / "_static" / "book.css").read_text(encoding="utf-8")
    assert undrawn_icons(pages, sheet) == []


SHEET = """\
/*! Ours, under a licence */ /* a remark */
.used, .unused { color: red }
.unused .used { color: red }
a:not(.unused):hover { color: red }
@media print { .used { color: red } .unused { color: red } }
@media screen { .unused { color: red } }
.used::before { font: var(--fa-font-solid) }
@font-face { font-family: "Font Awesome 7 Free"; src: url(fa.woff2) }
@keyframes turn { to { rotate: 1turn } }
"""


def test_pruning_keeps_what_pages_use_and_whose_it_is():
    kept = prune(SHEET, classes_of(['<p class="used other">']))
    assert kept.startswith("/*! Ours, under a licence */.used{ color: red }")
    assert "a:not(.unused):hover{" in kept
    assert "@media print {.used{" in kept
    assert "@keyframes turn" in kept
    for gone in ("remark", "unused {", ", .unused", "screen", "Awesome", "--fa"):
        assert gone not in kept


@pytest.mark.parametrize("width", [1280, 360])
def test_every_icon_shows_on_a_desktop_and_on_a_phone(browser, address, width):
    tab = opened(browser, f"{address}/foundations/metrics.html", width=width)
    icons = tab.evaluate("""() => [...document.querySelectorAll('[class*=" fa-"]')]
        .filter((icon) => icon.checkVisibility())
        .map((icon) => [icon.className, getComputedStyle(icon).maskImage, icon.offsetWidth])""")
    tab.context.close()
    assert len(icons) > 4
    for name, image, size in icons:
        assert image.startswith("url("), name
        assert 8 <= size <= 40, name
