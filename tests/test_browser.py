"""The book in a real browser: desktop and phone, light and dark."""

import re

import pytest

PAGES = ("index.html", "notebooks/timeline.html", "foundations/metrics.html",
         "bibliography/l.html")  # fmt: skip


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_page_is_quiet_fits_and_follows_the_scheme(browser, address, page, width, scheme):
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    tab = context.new_page()
    errors, elsewhere, missing = [], [], []
    tab.on("console", lambda message: errors.append(message.text) if message.type == "error" else 0)
    tab.on("pageerror", lambda error: errors.append(str(error)))
    tab.on("request", lambda request: None if request.url.startswith((address, "data:"))
           else elsewhere.append(request.url))  # fmt: skip
    tab.on("response", lambda response: missing.append(response.url)
           if response.status >= 400 else None)  # fmt: skip
    tab.goto(f"{address}/{page}", wait_until="networkidle")
    assert (errors, elsewhere, missing) == ([], [], [])
    wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert tab.evaluate(wide) <= 0, "the page scrolls sideways"
    paint = "getComputedStyle(document.body).backgroundColor"
    channels = [int(n) for n in tab.evaluate(paint).strip("rgba()").split(",")[:3]]
    assert (sum(channels) > 384) == (scheme == "light")
    searches = "[...document.querySelectorAll('.search-button, .search-button__button, " \
               ".search-button-field')].filter(e => e.offsetParent).length"  # fmt: skip
    assert tab.evaluate(searches) == 1, "one search, visible once"
    for svg in tab.locator("article .chart svg").all():
        ink = svg.evaluate("e => getComputedStyle(e.querySelector('text')).fill")
        level = sum(int(n) for n in ink.strip("rgba()").split(",")[:3])
        assert (level < 384) == (scheme == "light"), "a chart's text contrasts with the page"
    context.close()


@pytest.mark.parametrize("page", [*PAGES, "works/dai2024simvg.html", "back/status.html"])
def test_no_sign_needs_a_font_that_the_book_does_not_ship(browser, address, page):
    tab = browser.new_page()
    tab.goto(f"{address}/{page}", wait_until="networkidle")
    private = tab.evaluate("""[...document.querySelectorAll("*")].flatMap(element =>
        ["::before", "::after"].filter(part =>
            getComputedStyle(element).display !== "none" &&
            /[\\ue000-\\uf8ff]/.test(getComputedStyle(element, part).content))
        .map(part => element.outerHTML.slice(0, 99) + part))""")
    tab.close()
    assert private == []


def test_explorer_filters_shares_its_filter_and_downloads_it(browser, address):
    tab = browser.new_page()
    tab.goto(f"{address}/evidence/explorer.html", wait_until="networkidle")
    rows = tab.locator("#work-explorer tbody tr")
    assert rows.first.is_visible()
    tab.locator("#work-explorer [name=techniques]").select_option("distillation")
    tab.locator("#work-explorer [name=q]").fill("simvg")
    assert [text.split("\t")[0] for text in rows.all_inner_texts()] == ["SimVG"]
    shared = tab.url
    assert "techniques=distillation" in shared
    assert "q=simvg" in shared
    for name, ending in (("bibtex", ".bib"), ("csv", ".csv")):
        with tab.expect_download() as download:
            tab.locator(f"#work-explorer button[name={name}]").click()
        assert download.value.suggested_filename.endswith(ending)
        assert "dai2024simvg" in download.value.path().read_text(encoding="utf-8")
    tab.goto("about:blank")
    tab.goto(shared, wait_until="networkidle")
    assert rows.count() == 1
    rows.first.locator("a").first.click()
    assert tab.url.endswith("works/dai2024simvg.html")
    tab.close()


def test_leaderboard_sorts_and_filters(browser, address):
    tab = browser.new_page()
    tab.goto(f"{address}/evidence/leaderboards-3d.html", wait_until="networkidle")
    table = tab.locator(".leaderboard table").first
    column = table.locator("th").all_inner_texts().index("overall")
    scores = f"[...document.querySelector('.leaderboard table').tBodies[0].rows].map(" \
             f"row => parseFloat(row.cells[{column}].textContent))"  # fmt: skip
    for direction, reverse in (("descending", True), ("ascending", False)):
        table.locator("th button", has_text="overall").click()
        assert table.locator(f"th[aria-sort={direction}]").count() == 1
        found = tab.evaluate(scores)
        assert found == sorted(found, reverse=reverse)
    tab.locator(".leaderboard input").first.fill("EDA")
    visible = [row for row in table.locator("tbody tr").all() if row.is_visible()]
    assert visible
    assert all("EDA" in row.inner_text() for row in visible)
    tab.close()


CITED = "lightweighting/why-light.html"
CITATION = ".bd-article a[href*='bibliography/'][href*='#']"


def test_a_citation_shows_its_reference_on_hover_and_leads_to_the_work(browser, address):
    tab = browser.new_page()
    tab.goto(f"{address}/{CITED}", wait_until="networkidle")
    link = tab.locator(CITATION).first
    link.hover()
    box = tab.locator(".cite-box")
    box.wait_for(timeout=5_000)
    key = link.get_attribute("href").split("#")[1]
    work = box.locator(f"a[href$='works/{key}.html']")
    assert work.count() == 1
    assert tab.url.endswith(CITED), "the reader stays on the page"
    work.click()
    tab.wait_for_url(f"**/works/{key}.html")
    tab.close()


def test_a_citation_shows_its_reference_by_keyboard(browser, address):
    tab = browser.new_page()
    tab.goto(f"{address}/{CITED}", wait_until="networkidle")
    link = tab.locator(CITATION).first
    tab.keyboard.press("Tab")  # from here on the browser shows focus, as it does by keyboard
    link.focus()
    box = tab.locator(".cite-box")
    box.wait_for(timeout=5_000)
    assert link.get_attribute("aria-describedby") == box.get_attribute("id")
    tab.keyboard.press("Tab")
    assert box.locator(":focus").count() == 1, "its links follow in the order of the keyboard"
    tab.keyboard.press("Escape")
    assert box.count() == 0
    tab.close()


def test_a_first_touch_shows_the_reference_and_a_second_follows_it(browser, address):
    context = browser.new_context(viewport={"width": 390, "height": 800}, has_touch=True)
    tab = context.new_page()
    tab.goto(f"{address}/{CITED}", wait_until="networkidle")
    link = tab.locator(CITATION).first
    link.tap()
    box = tab.locator(".cite-box")
    box.wait_for(timeout=5_000)
    edges = box.evaluate("e => [e.getBoundingClientRect().left, e.getBoundingClientRect().right]")
    assert edges[0] >= 0
    assert edges[1] <= 390
    link.tap()
    tab.wait_for_url("**/bibliography/*")
    context.close()


def test_a_format_is_copied_with_the_day_of_access_and_can_be_downloaded(browser, address):
    context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
    tab = context.new_page()
    tab.goto(f"{address}/{CITED}", wait_until="networkidle")
    tab.locator(".cite-page summary").click()
    tab.locator(".cite-format button.copy").first.click()
    copied = tab.evaluate("navigator.clipboard.readText()")
    assert re.search(r"urldate = \{\d{4}-\d\d-\d\d\}", copied)
    assert copied.startswith("@incollection{")
    with tab.expect_download() as download:
        tab.locator(".cite-format a[download]").nth(1).click()
    assert download.value.suggested_filename.endswith(".ris")
    saved = download.value.path().read_text(encoding="utf-8")
    assert saved.startswith("TY  - CHAP")
    assert "Y2  - " in saved
    context.close()
