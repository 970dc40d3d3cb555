"""Without JavaScript, or without styles, a page still says everything it has to say."""

import pytest

from axe import opened

PAGES = ("foundations/metrics.html", "evidence/leaderboards-referitgame.html",
         "notebooks/lab-metrics.html")  # fmt: skip


@pytest.mark.parametrize("page", PAGES)
def test_without_javascript_all_text_stands_and_no_dead_control(browser, address, page):
    told = {}
    for scripts in (True, False):
        tab = opened(browser, f"{address}/{page}", java_script_enabled=scripts)
        words = tab.locator("article").inner_text().split()
        told[scripts] = set(words)
        if not scripts:
            assert tab.locator("button:visible").count() == 0
            tab.locator(".article-header-buttons summary").first.click()
            assert tab.locator(".article-header-buttons li a").first.is_visible()
            tab.locator(".cite-page summary").click()
            assert tab.locator(".cite-page pre").first.is_visible()
            for chart in tab.locator("article .chart svg").all():
                assert chart.bounding_box()["height"] > 50
        tab.context.close()
    extra = {"Filter", "these", "tables:"}  # what the script adds to a leaderboard
    assert told[True] - told[False] <= extra


def test_without_javascript_a_sentence_stands_for_what_needs_it(browser, address):
    for page, sentence in (("evidence/explorer.html", "Filtering needs JavaScript"),
                           ("notebooks/lab-metrics.html", "Moving the box needs JavaScript"),
                           ("search.html", "JavaScript")):  # fmt: skip
        tab = opened(browser, f"{address}/{page}", java_script_enabled=False)
        said = tab.locator("noscript :visible").all_inner_texts()
        assert any(sentence in text for text in said), page
        tab.context.close()


def test_without_javascript_the_pages_are_listed_on_a_phone_too(browser, address):
    tab = opened(browser, f"{address}/{PAGES[0]}", width=360, java_script_enabled=False)
    assert tab.locator("nav a:has-text('Notebooks')").first.is_visible()
    wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert tab.evaluate(wide) <= 0
    tab.context.close()


@pytest.mark.parametrize("page", PAGES)
def test_without_styles_the_order_makes_sense_and_nothing_is_huge(browser, address, page):
    tab = opened(browser, "about:blank")
    tab.route("**/*.css*", lambda route: route.abort())
    tab.goto(f"{address}/{page}", wait_until="load")
    assert tab.locator("a").first.get_attribute("href") == "#main-content"
    tops = [
        tab.locator(where).first.bounding_box()["y"]
        for where in ("#pst-skip-link", "nav.bd-links", "article h1", "article p", "footer p")
    ]
    assert tops == sorted(tops)
    for picture in tab.locator("svg:visible, img:visible").all():
        box = picture.bounding_box()
        limit = 1280 if picture.locator("xpath=ancestor::article").count() else 64
        assert box["width"] <= limit, picture.evaluate("one => one.outerHTML.slice(0, 200)")
    nameless = """() => [...document.querySelectorAll("button, summary, a[href]")]
        .filter((one) => one.checkVisibility() && !one.innerText.trim())
        .filter((one) => !one.querySelector("img, svg"))
        .map((one) => one.outerHTML.slice(0, 120))"""
    assert tab.evaluate(nameless) == []
    tab.context.close()
