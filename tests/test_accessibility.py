"""Nobody is shut out: axe finds nothing, a keyboard reaches everything, pictures have words."""

import re

import pytest
from bs4 import BeautifulSoup

from axe import opened, violations

KINDS = ("index.html", "paths.html", "lightweighting/open-problems.html",
         "evidence/leaderboards-referitgame.html", "evidence/explorer.html", "evidence/map.html",
         "notebooks/lab-metrics.html", "notes/dai2024simvg.html", "works/dai2024simvg.html",
         "datasets/png.html", "bibliography/u.html", "back/glossary.html", "search.html",
         "genindex.html")  # fmt: skip
"""One page of each kind, rather short ones: ``nox -s accessibility`` takes them all."""

ACROSS = (("light", 1280), ("dark", 360))
"""Each scheme and each width once: colours come from the one, what scrolls from the other."""


@pytest.mark.parametrize("page", KINDS)
def test_axe_finds_no_violation_of_wcag(browser, address, page):
    found = []
    for scheme, width in ACROSS:
        tab = opened(browser, f"{address}/{page}", scheme, width)
        found += [(scheme, width, rule, place) for rule, _, place in violations(tab)]
        tab.context.close()
    assert not found


def test_axe_finds_no_violation_in_menus_and_panels_once_open(browser, address):
    tab = opened(browser, f"{address}/lightweighting/open-problems.html", width=360)
    for menu in tab.locator(".article-header-buttons summary").all():
        menu.click()
        assert not violations(tab)
    tab.locator(".cite-page summary").click()
    assert not violations(tab)
    tab.locator(".primary-toggle").click()
    assert not violations(tab)
    tab.context.close()


FOCUS = r"""() => {
  const at = document.activeElement;
  if (!at || at === document.body) return null;
  at.passed = (at.passed ?? 0) + 1;
  const channels = (colour) => (colour.match(/[\d.]+/g) ?? [0, 0, 0, 0]).map(Number);
  const light = ([r, g, b]) => [r, g, b].map((c) => c / 255)
    .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const shows = (style) => {
    if (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1)
      return style.outlineStyle === "auto" ? "auto" : style.outlineColor;
    const rings = style.boxShadow.matchAll(/(rgba?\([^)]*\)) 0px 0px 0px ([\d.]+)px(?! inset)/g);
    return [...rings].find((ring) => Number(ring[2]) >= 2)?.[1] ?? null;
  };
  const near = [at, ...[...at.querySelectorAll("*")].slice(0, 4)];
  const mark = near.flatMap((one) => [getComputedStyle(one), getComputedStyle(one, "::after")])
    .map(shows).find(Boolean) ?? null;
  const paint = (one) => getComputedStyle(one).backgroundColor;
  const clear = (one) => channels(paint(one))[3] === 0;
  let behind = at;
  while (behind.parentElement && clear(behind)) behind = behind.parentElement;
  const [one, two] = [mark ?? "", paint(behind)].map((colour) => light(channels(colour)));
  const contrast = (Math.max(one, two) + 0.05) / (Math.min(one, two) + 0.05);
  const place = at.getBoundingClientRect();
  return { what: at.outerHTML.slice(0, 120), mark, times: at.passed,
    contrast: mark === "auto" ? 21 : contrast, seen: place.bottom > 0 && place.top < innerHeight };
}"""


@pytest.mark.parametrize(("page", "scheme"), [
    ("lightweighting/quantization.html", "light"), ("evidence/explorer.html", "dark"),
    ("notebooks/lab-metrics.html", "light"),
])  # fmt: skip
def test_a_keyboard_walks_through_a_page_and_out_of_it(browser, address, page, scheme):
    tab = opened(browser, f"{address}/{page}", scheme)
    passed = []
    for _ in range(700):
        tab.keyboard.press("Tab")
        at = tab.evaluate(FOCUS)
        if at is None:
            break
        passed.append(at)
    else:
        pytest.fail(f"no way out after {len(passed)} steps: {passed[-1]}")
    assert "#main-content" in passed[0]["what"], "the first step skips to the text"
    assert not [at for at in passed if at["times"] > 1], "nothing twice"
    assert not [at for at in passed if not at["mark"] or at["contrast"] < 3], "focus is seen"
    assert not [at for at in passed if not at["seen"]], "what has the focus is in view"
    walked = {re.match(r"<(\w+)", at["what"])[1] for at in passed}
    assert walked >= {"a", "button", "summary"}
    if page.endswith("explorer.html"):
        assert walked >= {"input", "select"}
    if page.endswith("lab-metrics.html"):
        assert sum('data-part="' in at["what"] for at in passed) == 2, "the box and its corner"
    tab.context.close()


def test_skipping_leads_past_the_list_of_pages(browser, address):
    tab = opened(browser, f"{address}/foundations/metrics.html")
    tab.keyboard.press("Tab")
    tab.keyboard.press("Enter")
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.closest('main') !== null")
    tab.context.close()


def test_a_scheme_is_chosen_by_keyboard_and_escape_closes_the_menu(browser, address):
    tab = opened(browser, f"{address}/foundations/metrics.html")
    menu = tab.locator(".theme-switch-container")
    menu.locator("summary").focus()
    tab.keyboard.press("Enter")
    for _ in range(3):
        tab.keyboard.press("Tab")
    tab.keyboard.press("Enter")
    assert tab.evaluate("document.documentElement.dataset.theme") == "dark"
    dark = menu.locator("[data-mode=dark].theme-change-button")
    assert dark.get_attribute("aria-pressed") == "true"
    assert menu.locator("[aria-pressed=true]").count() == 1
    tab.keyboard.press("Escape")
    assert menu.get_attribute("open") is None
    assert tab.evaluate("document.activeElement.localName") == "summary"
    tab.reload()
    assert tab.evaluate("document.documentElement.dataset.theme") == "dark", "it is kept"
    tab.context.close()


def test_the_list_of_pages_opens_on_a_phone_and_gives_the_focus_back(browser, address):
    tab = opened(browser, f"{address}/foundations/metrics.html", width=360)
    toggle = tab.locator(".primary-toggle")
    toggle.focus()
    tab.keyboard.press("Enter")
    assert tab.locator("dialog[open] a:has-text('Notebooks')").is_visible()
    tab.keyboard.press("Escape")
    assert tab.locator("dialog[open]").count() == 0
    assert toggle.evaluate("toggle => toggle === document.activeElement")
    tab.context.close()


def test_nothing_moves_for_who_asked_for_less_motion(browser, address):
    moving = """() => [...document.querySelectorAll("*")].flatMap((one) =>
        ["", "::before", "::after"].map((part) => getComputedStyle(one, part)))
        .filter((style) => style.transitionDuration.split(", ").some((time) => parseFloat(time))
            || style.animationName !== "none" || style.scrollBehavior === "smooth").length"""
    tab = opened(browser, f"{address}/evidence/explorer.html")  # it asks for less motion
    assert tab.evaluate(moving) == 0
    tab.emulate_media(reduced_motion="no-preference")
    assert tab.evaluate(moving) > 0, "the theme moves nothing any more: drop the rule"
    tab.context.close()


def test_every_picture_says_its_message(site):
    said = {}
    for path in site.rglob("*.html"):
        name = path.relative_to(site).as_posix()
        if "_static" in name or name.startswith(("works/", "lite/")):
            continue
        text = path.read_text(encoding="utf-8").partition("<article")[2]
        if "<svg" not in text and "<img" not in text:
            continue
        for picture in BeautifulSoup(f"<article{text}", "lxml").select("article svg, article img"):
            if picture.find_parent(["svg", "button", "summary"]) or picture.get("aria-hidden"):
                continue
            alt = picture.get("aria-label") or picture.get("alt") or ""
            figure = picture.find_parent("figure")
            caption = figure and figure.find("figcaption")
            assert len(alt) >= 50, (name, alt)
            assert alt.endswith("."), (name, alt, "is it cut off?")
            assert not re.match(r"(?i)(an? )?(image|picture|figure|chart|diagram) of", alt), name
            if caption:
                assert alt.rstrip(".") not in caption.get_text(" "), (name, "only the caption")
            assert said.setdefault(alt, name) == name, (name, said[alt], "the same words twice")
    assert len(said) >= 45


def test_a_chart_tells_its_series_apart_without_colour(site):
    page = BeautifulSoup((site / "notebooks" / "timeline.html").read_bytes(), "lxml")
    bars = page.select_one("article .chart svg")
    assert len(bars.select("pattern")) >= 4, "hatches beside colours"
    page = BeautifulSoup((site / "evidence" / "accuracy-and-cost.html").read_bytes(), "lxml")
    for chart in page.select("article .chart svg"):
        shapes = {" ".join(mark["d"].split()) for mark in chart.select("defs path[id*='-m']")}
        legend = chart.select("[id*='legend'] text")
        assert len(shapes) >= len(legend), "a shape for each class"
