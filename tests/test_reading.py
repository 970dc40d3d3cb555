"""What makes the book pleasant to read: margin notes, paths, folded code, tables in shape."""

import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from docutils import nodes

from vgkd_docs.figures import PALETTE
from vgkd_docs.sphinxext.reading import minutes
from vgkd_docs.sphinxext.table_layout import is_number

STYLES = Path(__file__).parent.parent / "docs" / "_static"
NOTED = "foundations/evaluation-pitfalls.html"
"""A chapter with notes."""


def soup(site, page):
    return BeautifulSoup((site / page).read_text(encoding="utf-8"), "lxml")


@pytest.fixture
def tab(browser):
    tab = browser.new_page(reduced_motion="reduce")
    yield tab
    tab.close()


def show(tab, site, page, width, height=900):
    tab.set_viewport_size({"width": width, "height": height})
    tab.goto((site / page).as_uri())


def text(*words):
    document = nodes.document("", "")
    for content in words:
        document += nodes.paragraph("", content)
    return document


def test_time_to_read_counts_words_and_chinese_characters_and_never_says_zero():
    assert minutes(text("word " * 600)) == 3
    assert minutes(text("视觉定位" * 300)) == 3
    assert minutes(text("short")) == 1
    document = text("word " * 600)
    document += nodes.literal_block("", "code " * 4000)
    assert minutes(document) == 3


def test_a_chapter_says_how_long_it_takes_when_it_changed_and_where_it_belongs(site):
    page = soup(site, "lightweighting/distilled-grounding.html")
    facts = page.select_one("h1 ~ .page-facts").get_text()
    assert re.fullmatch(r"\d+ min read · changed \d{4}-\d\d-\d\d", facts)
    way = [link.get_text() for link in page.select("nav.where a")]
    assert way == ["Making it light"]
    work = soup(site, "works/dai2024simvg.html")
    assert "min read" not in work.select_one(".page-facts").get_text()
    assert [a.get_text() for a in work.select("nav.where a")] == ["The evidence", "Explorer"]


def test_a_reader_on_a_path_is_led_along_it(site):
    """From the first stop, the links marked as next visit every stop of a path, in its order."""
    week = soup(site, "paths.html").select("section section")[0]
    page, visited = "foundations/what-is-grounding.html", []
    while page:
        visited.append(page)
        steps = soup(site, page).select(".path-step")
        step = next(s for s in steps if "A student’s week" in s.select_one(".path-name").get_text())
        onward = step.select_one("a[rel=next]")
        page = str((site / page).parent.joinpath(onward["href"]).resolve().relative_to(site)) \
            if onward else None  # fmt: skip
    linked = [link["href"] for link in week.select("section a.internal")]
    assert len(visited) == len(set(visited)) > 20
    assert [page for page in dict.fromkeys(linked) if page in visited] == visited


def test_a_page_on_no_path_mentions_none(site):
    assert not soup(site, "works/dai2024simvg.html").select(".path-steps")


def test_notes_stand_beside_the_text_when_there_is_room_and_below_it_otherwise(tab, site):
    where = """() => {
        const note = document.querySelector('.beside');
        const [n, p, c] = [note, note.closest('p'), document.querySelector('.bd-sidebar-secondary')]
            .map(e => e.getBoundingClientRect());
        const words = document.createRange();
        words.setStart(note.closest('p'), 0); words.setEndBefore(note);
        const w = words.getBoundingClientRect();
        return {note: [n.left, n.top, n.right], words: [w.right, w.bottom],
                contents: [c.left, c.width]};
    }"""
    for width in (1200, 1440):
        show(tab, site, NOTED, width)
        found = tab.evaluate(where)
        assert found["note"][0] > found["words"][0], "right of the text"
        assert found["note"][1] < found["words"][1], "level with its paragraph"
        assert found["note"][2] <= found["contents"][0], "left of the contents"
    show(tab, site, NOTED, 360)
    found = tab.evaluate(where)
    assert found["note"][1] >= found["words"][1] - 1, "below its paragraph"
    assert found["note"][2] <= 360


def test_a_note_and_its_mark_lead_to_each_other(site):
    page = soup(site, NOTED)
    mark = page.select_one("a.footnote-reference")
    note = page.find(id=mark["href"].removeprefix("#"))
    assert "beside" in note["class"]
    assert "cut from the same set" in note.get_text()
    assert note.select_one("a.label")["href"] == f"#{mark['id']}"
    assert not page.select("hr.footnotes, aside.footnote"), "nothing left at the foot"


def test_code_of_a_notebook_is_folded_and_one_click_away_without_a_script(browser, site):
    context = browser.new_context(java_script_enabled=False)
    tab = context.new_page()
    tab.goto((site / "notebooks/timeline.html").as_uri())
    code = tab.locator(".cell_input pre").first
    assert not code.is_visible()
    fold = tab.locator("details.hide > summary").first
    assert fold.inner_text().strip() == "Show the code"
    fold.click()
    assert code.is_visible()
    assert "load_catalogue" in code.inner_text()
    context.close()


@pytest.mark.parametrize(
    ("cell", "number"),
    [("87.07", True), ("94.1 (93.6–94.5)", True), ("1,024", True), ("92.4%", True), ("−3.5", True),
     ("2016–2025", True), ("2026-11-24", True), ("ViT-B", False), ("7B + 300M", False),
     ("3 of 4", False), ("", False)],
)  # fmt: skip
def test_what_counts_as_a_number_in_a_table(cell, number):
    assert is_number(cell) == number


def test_numbers_of_a_table_line_up_and_do_not_wrap(tab, site):
    show(tab, site, "evidence/leaderboards-rec.html", 360)
    cells = tab.locator(".leaderboard tbody tr:first-child td.num")
    assert cells.count() >= 3
    for cell in cells.all()[:6]:
        lines = cell.evaluate(
            "e => { const r = document.createRange(); r.selectNodeContents(e);"
            " const size = Number.parseFloat(getComputedStyle(e).fontSize);"
            " return r.getBoundingClientRect().height / size }"
        )
        assert lines < 2
        assert cell.evaluate("e => getComputedStyle(e).textAlign") == "right"


def test_a_wide_table_scrolls_by_key_and_keeps_its_names_in_sight(tab, site):
    show(tab, site, "evidence/leaderboards-rec.html", 360)
    region = tab.locator(".table-region").first
    assert region.get_attribute("role") == "region"
    assert region.get_attribute("aria-label").startswith("Table 1: ")
    name = region.locator("tbody tr:first-child td:nth-child(2)")
    region.focus()
    tab.keyboard.press("End")
    region.evaluate("e => e.scrollTo({left: e.scrollWidth, behavior: 'instant'})")
    assert region.evaluate("e => e.scrollLeft") > 100
    edges = name.evaluate("e => [e.getBoundingClientRect().left, e.getBoundingClientRect().right]")
    assert edges[0] >= 0
    assert edges[1] <= 360 / 2
    assert tab.evaluate("scrollX") == 0


def test_regions_of_a_page_have_names_of_their_own(site):
    for page in ("evidence/leaderboards-rec.html", "works/dai2024simvg.html"):
        names = [region["aria-label"] for region in soup(site, page).select(".table-region")]
        assert len(names) == len(set(names)) > 0


ARTICLE = re.compile(r"<article class=\"bd-article\">(.*?)</article>", re.DOTALL)


def test_no_page_is_wider_than_a_phone(tab, site):
    """Every page's text, one after another, in the frame that all pages share, at 360 px."""
    show(tab, site, "index.html", 360, 740)
    tab.add_style_tag(url=(site / "_static" / "field-map.css").as_uri())  # of the map's page alone
    measure = """pages => {
        const article = document.querySelector('article');
        return pages.map(html => {
            article.innerHTML = html;
            // MathML does not break into lines
            const right = [...article.querySelectorAll('span.math > math')].filter(
                math => !['auto', 'scroll'].includes(getComputedStyle(math.parentElement).overflowX)
                    && !math.closest('.table-region')
            ).map(math => Math.floor(math.getBoundingClientRect().right));
            return Math.max(document.documentElement.scrollWidth, ...right);
        });
    }"""
    pages, wide = sorted(site.rglob("*.html")), []
    for at in range(0, len(pages), 30):
        texts = {
            page.relative_to(site).as_posix(): found[1]
            for page in pages[at : at + 30]
            if (found := ARTICLE.search(page.read_text(encoding="utf-8")))
        }
        widths = tab.evaluate(measure, list(texts.values()))
        wide += [pair for pair in zip(texts, widths, strict=True) if pair[1] > 360]
    assert wide == []


def variables(scheme):
    found = {}
    for name in ("book.css", "read.css"):
        css = (STYLES / name).read_text(encoding="utf-8")
        rule = rf'(?:^|\n)(?::root|[^\n{{]*\[data-theme="{scheme}"\]) {{(.*?)}}'
        for block in re.findall(rule, css, re.DOTALL):
            found |= dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", block))
    return found


def luminance(colour):
    levels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in levels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_colours_of_text_can_be_read(scheme):
    colours = variables(scheme)
    for paper in ("pst-color-background", "pst-color-surface"):
        for ink in ("pst-color-text-base", "pst-color-text-muted", "pst-color-link",
                    "pst-color-heading", "vgkd-amber", "vgkd-red"):  # fmt: skip
            assert contrast(colours[ink], colours[paper]) >= 4.5, (ink, paper)


def test_charts_and_styles_share_one_palette():
    """What a chart says for readers without the style sheet is what the style sheet says."""
    hues = ("blue", "orange", "green", "pink", "sky", "grey")
    assert tuple(variables("light")[f"vgkd-{hue}"] for hue in hues) == PALETTE
