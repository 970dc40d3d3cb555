"""The map of the field: a table and a list without a script; filters, keys and a card with it."""

import http.server
import json
import os
import re
import subprocess
import sys
import threading
from collections import Counter
from urllib.parse import parse_qs, urlsplit

import pytest
from bs4 import BeautifulSoup

from conftest import ROOT
from vgkd_docs import load_catalogue, words
from vgkd_docs.field_map import (
    FAMILIES,
    GROUPINGS,
    columns,
    lanes,
    ranked,
    teachers,
    weights,
)
from vgkd_docs.models import Technique, vocabulary
from vgkd_docs.sphinxext.field_map import field_map

CATALOGUE = load_catalogue()
CITING = {
    "deng2021transvg": ["foundations/metrics", "notes/dai2024simvg", "settings/video", "notes/x"],
    "dai2024simvg": ["lightweighting/taxonomy", "notebooks/papers", "notebooks/distillation"],
}


@pytest.fixture(scope="module")
def drawn() -> str:
    return field_map(CATALOGUE, CITING, "../")


@pytest.fixture(scope="module")
def page(drawn):
    return BeautifulSoup(drawn, "lxml")


def test_every_technique_belongs_to_one_family():
    placed = Counter(term for terms in FAMILIES.values() for term in terms)
    assert placed == Counter(vocabulary(Technique))
    assert list(words.labels("technique_family")) == list(FAMILIES)


@pytest.mark.parametrize("grouping", GROUPINGS)
def test_a_work_stands_once_in_each_lane_of_its_terms_and_in_no_other(grouping):
    found = lanes(CATALOGUE, grouping)
    placed: dict[str, list[str]] = {key: [] for key in CATALOGUE.works}
    for lane in found:
        for key in lane.keys:
            placed[key].append(lane.name)
    for key, names in placed.items():
        value = getattr(CATALOGUE.works[key], grouping) or []
        terms = set(value if isinstance(value, list) else [value])
        wanted = [lane.name for lane in found if terms & set(lane.terms)] or ["none"]
        assert names == wanted, key
    assert all(lane.keys for lane in found), "no empty lane"


def test_the_table_and_the_list_hold_every_work_of_every_lane_and_year(page):
    heads = {
        int(th["data-year"]): int(th.small.get_text()) for th in page.select("thead [data-year]")
    }
    first = columns(CATALOGUE)[0][0]
    assert heads == Counter(max(CATALOGUE.references[key].year, first) for key in CATALOGUE.works)
    rows, parts = page.select("tbody tr"), page.select(".field-list details")
    for lane, row, part in zip(lanes(CATALOGUE, GROUPINGS[0]), rows, parts, strict=True):
        keys = {f"../works/{key}.html" for key in lane.keys}
        for links in (row.select("td a"), part.select("li > a")):
            addresses = [link["href"] for link in links]
            assert len(addresses) == len(set(addresses))
            assert set(addresses) == keys, lane.name
        assert row.th.get_text() == part.summary.get_text() == f"{lane.label} {len(lane.keys)}"
    assert {link.get_text() for link in page.select("td a")} == {
        work.name for work in CATALOGUE.works.values()
    }


def test_influence_is_what_the_page_says_it_is():
    weight = weights(CATALOGUE, CITING)
    assert weight["deng2021transvg"].pages == 4
    assert weight["dai2024simvg"].pages == 1, "notebooks list works by rule"
    assert [weight[key].size for key in ("dai2024simvg", "deng2021transvg")] == [1, 3]
    rows = [row for row in CATALOGUE.results if row.work == "deng2021transvg"]
    others = {row.source for row in rows if row.read_from == "secondary"}
    assert weight["deng2021transvg"].tables == len(others) > 1
    assert ranked(CATALOGUE, weight)[0] == "deng2021transvg"


def test_a_teacher_is_a_work_that_the_record_begins_with():
    found = teachers(CATALOGUE)
    assert found["feng2025alignkd"] == "chu2024mobilevlmv2", "not MobileVLM, whose name it begins"
    assert found["huang2025fast3d"] == "huang2024chatscene"
    assert "wang2025internvl35" not in found, "a copy of itself"
    assert "sun2023refteacher" not in found, "TransVG is its student"
    assert "huang2025dynamicllava" not in found, "the record says: none"


def test_the_same_data_draw_the_same_bytes(drawn):
    script = (
        "import json, sys; from vgkd_docs import load_catalogue;"
        "from vgkd_docs.sphinxext.field_map import field_map;"
        "sys.stdout.write(field_map(load_catalogue(), json.load(sys.stdin), '../'))"
    )
    again = subprocess.run(  # another order of everything that is hashed
        [sys.executable, "-c", script], input=json.dumps(CITING), capture_output=True, text=True,
        check=True, env=os.environ | {"PYTHONHASHSEED": "7", "PYTHONUTF8": "1"},
    )  # fmt: skip
    assert again.stdout == drawn


POLICY = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src data:"


@pytest.fixture(scope="module")
def address(drawn):
    static = ROOT / "docs" / "_static"
    body = (
        "<!doctype html><html lang=en data-theme=light><meta charset=utf-8>"
        '<meta name=viewport content="width=device-width"><title>Map</title>'
        '<link rel="icon" href="data:,"><link rel="stylesheet" href="/_static/field-map.css">'
        f'<script src="/_static/field-map.js" defer></script><article class="bd-article">{drawn}'
        "</article></html>"
    ).encode()

    class Page(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            name = urlsplit(self.path).path
            known = {
                "/_static/field-map.css": "text/css",
                "/_static/field-map.js": "text/javascript",
            }
            content = (static / name.rpartition("/")[2]).read_bytes() if name in known else body
            self.send_response(200)
            self.send_header("Content-Type", known.get(name, "text/html"))
            self.send_header("Content-Security-Policy", POLICY)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Page) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/evidence/map.html"
        server.shutdown()


@pytest.fixture
def tab(browser):
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    said = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    yield page
    context.close()
    assert said == []


def marks(tab, lane=""):
    rows = f"tr:has(th[data-lane='{lane}'])" if lane else "tr"
    links = tab.locator(f".field-map {rows} td a")
    hrefs = links.evaluate_all("all => all.map((one) => one.getAttribute('href'))")
    return [re.search(r"works/(\w+)\.html", href)[1] for href in hrefs]


def test_filters_and_lanes_show_what_the_catalogue_holds_and_go_into_the_address(tab, address):
    tab.goto(address)
    tab.locator("select[name=tasks]").select_option("grec")
    tab.locator("select[name=lanes]").select_option("supervision")
    wanted = {key for key, work in CATALOGUE.works.items() if "grec" in work.tasks}
    assert set(marks(tab)) == wanted
    weak = {key for key in wanted if "weak" in CATALOGUE.works[key].supervision}
    assert set(marks(tab, "weak")) == weak
    assert tab.locator("[role=status]").inner_text().startswith(f"{len(wanted)} of ")
    explorer = urlsplit(tab.locator(".to-explorer").get_attribute("href"))
    assert parse_qs(explorer.query) == {"tasks": ["grec"]}
    shared = tab.url
    tab.goto("about:blank")
    tab.goto(shared)
    assert set(marks(tab)) == wanted
    assert tab.locator("select[name=lanes]").input_value() == "supervision"
    tab.locator("button[type=reset]").click()
    tab.wait_for_url(lambda url: "?" not in url)
    assert set(marks(tab)) == set(CATALOGUE.works)


def test_the_script_arranges_the_lanes_as_the_build_does(tab, address):
    tab.goto(address)
    for grouping in GROUPINGS:
        tab.locator("select[name=lanes]").select_option(grouping)
        for lane in lanes(CATALOGUE, grouping):
            found = marks(tab, lane.name)
            assert len(found) == len(lane.keys)
            assert set(found) == set(lane.keys), (grouping, lane.name)


def test_the_head_of_a_lane_and_a_year_list_its_works(tab, address):
    tab.goto(address)
    tab.locator("th[data-lane=distillation] button").click()
    tab.locator("th[data-year='2023'] button").click()
    assert tab.locator("th[data-year='2023'] button").get_attribute("aria-pressed") == "true"
    assert tab.locator("th[data-year='2023'] button").evaluate("e => e === document.activeElement")
    entries = tab.locator(".field-list li:not(:has(ul))")
    assert entries.first.is_visible(), "the list opens"
    lane = next(lane for lane in lanes(CATALOGUE, GROUPINGS[0]) if lane.name == "distillation")
    wanted = [key for key in lane.keys if CATALOGUE.references[key].year == 2023]
    assert entries.count() == len(wanted)
    query = parse_qs(urlsplit(tab.url).query)
    assert (query["lane"], query["year"]) == (["distillation"], ["2023"])


def test_arrow_keys_walk_over_the_marks_and_enter_opens_one(tab, address):
    tab.goto(address)
    assert tab.locator(".field-map td a[tabindex='0']").count() == 1, "one stop for the Tab key"
    tab.locator(".field-map td a[tabindex='0']").focus()
    focused = "document.activeElement.getAttribute('href')"
    row = tab.locator("tbody tr").first.locator("a").evaluate_all(
        "all => all.map((one) => one.getAttribute('href'))"
    )  # fmt: skip
    assert tab.evaluate(focused) == row[0]
    tab.keyboard.press("ArrowRight")
    assert tab.evaluate(focused) == row[1]
    tab.keyboard.press("End")
    assert tab.evaluate(focused) == row[-1]
    tab.keyboard.press("ArrowDown")
    where = tab.evaluate("[document.activeElement.closest('tr').rowIndex,"
                         " document.activeElement.parentElement.dataset.year]")  # fmt: skip
    assert where[0] > 1
    assert where[1] == tab.locator("tbody tr").first.locator("td:has(a)").last.get_attribute(
        "data-year"
    )
    tab.keyboard.press("Home")
    key = tab.evaluate(focused)[9:-5]
    card = tab.locator(".field-card")
    assert CATALOGUE.works[key].summary in card.inner_text()
    assert CATALOGUE.references[key].title in card.inner_text()
    assert tab.evaluate("document.activeElement.getAttribute('aria-describedby')") == "field-card"
    assert tab.locator(".field-map td a[tabindex='0']").count() == 1
    tab.keyboard.press("Escape")
    assert card.is_hidden()
    tab.keyboard.press("Enter")
    tab.wait_for_url(f"**/works/{key}.html")


def test_pointing_at_a_student_names_its_teacher(tab, address):
    tab.goto(address)
    tab.locator("td a[href*=feng2025alignkd]").first.hover()
    card = tab.locator(".field-card")
    teacher = card.locator("a[href*=chu2024mobilevlmv2]")
    assert teacher.inner_text() == "MobileVLM V2"
    assert words.message("map_teacher") in card.inner_text()
    same = tab.locator("td a.same")
    assert same.count() == tab.locator("td a[href*=feng2025alignkd]").count()


def test_it_is_a_table_and_a_list_without_a_script(browser, address):
    context = browser.new_context(java_script_enabled=False)
    tab = context.new_page()
    tab.goto(address)
    assert tab.locator("form").is_hidden()
    assert tab.locator("td a[href*=deng2021transvg]").first.is_visible()
    tab.locator(".field-list > summary").click()
    part = tab.locator(".field-list details").first
    part.locator("summary").click()
    assert part.locator("li > a").first.is_visible()
    context.close()


def test_a_phone_gets_lanes_with_a_line_for_each_year(browser, address):
    context = browser.new_context(viewport={"width": 360, "height": 800}, has_touch=True)
    tab = context.new_page()
    tab.goto(address)
    wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert tab.evaluate(wide) <= 0
    sizes = tab.locator("td a").evaluate_all(
        "all => all.map((one) => one.getBoundingClientRect()).map((r) => [r.width, r.height])"
    )
    assert all(min(size) >= 24 for size in sizes), "a finger can hit each"
    mark = tab.locator("td a").nth(5)
    mark.tap()
    assert tab.locator(".field-card").is_visible()
    assert tab.url == address, "a first touch tells, a second follows"
    key = mark.get_attribute("href")[9:-5]
    mark.tap()
    tab.wait_for_url(f"**/works/{key}.html")
    context.close()
