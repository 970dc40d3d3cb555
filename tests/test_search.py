"""The search finds what readers ask for, in two languages, by keyboard, and says when it cannot."""

import re
from pathlib import Path

import pytest
import yaml

from conftest import ROOT, wait_until
from vgkd_docs import words
from vgkd_docs.search_names import names_in_definition, read_aliases
from vgkd_docs.sphinxext.explorer import FACETS
from vgkd_docs.sphinxext.search import _index, searchable

QUERIES = ROOT / "tests" / "search_queries.yaml"
CHINESE = re.compile("[\u3400-\u9fff]")
ASK = """async (query) => {
    let last;
    for await (const found of vgkdFind.find(vgkdEngine, query)) last = found;
    return last.results.slice(0, 3).map((hit) => hit.url);
}"""
OPTIONS = "[role=option]"


@pytest.fixture(scope="module")
def book(address):
    """The built book's address as pages below it begin."""
    return f"{address}/"


@pytest.fixture
def tab(browser, book):
    tab = browser.new_page()
    yield tab
    tab.close()


def ask(tab, query: str) -> None:
    """Type into the open box, and wait for everything that answers."""
    tab.locator("input:focus").fill(query)
    tab.wait_for_selector(".hits[data-finished=true]", timeout=15_000)


def answers(url: str, page: str) -> bool:
    return url == page if re.search("[#?]", page) else url.split("#")[0] == page


def test_what_readers_ask_is_among_the_first_three(tab, book, site):
    queries = yaml.safe_load(QUERIES.read_text(encoding="utf-8"))
    assert len(queries) >= 60
    assert sum(bool(CHINESE.search(query)) for query, _ in queries) >= len(queries) * 0.45
    tab.goto(f"{book}foundations/tasks.html")
    tab.keyboard.press("/")
    wait_until(tab, "window.vgkdFind")
    missed = []
    for query, page in queries:
        assert (site / re.split("[#?]", page)[0]).exists(), f"{page} is expected, and not built"
        found = tab.evaluate(ASK, query)
        if not any(answers(url, page) for url in found):
            missed.append(f"{query} should find {page}, finds {', '.join(found) or 'nothing'}")
    print(*missed, sep="\n")
    assert len(missed) <= 0.05 * len(queries), "\n".join(missed)


@pytest.mark.parametrize("keys", ["/", "Control+k"])
def test_the_keyboard_opens_walks_follows_and_closes(tab, book, keys):
    tab.goto(f"{book}settings/video.html")
    tab.keyboard.press(keys)
    box = tab.locator("#pst-search-dialog [role=combobox]")
    assert box.evaluate("box => box === document.activeElement")
    assert box.input_value() == ""
    tab.keyboard.press("Escape")
    assert tab.locator("#pst-search-dialog[open]").count() == 0
    tab.keyboard.press(keys)
    ask(tab, "SimVG")
    assert box.get_attribute("aria-expanded") == "true"
    options = tab.locator(OPTIONS)

    def chosen() -> int:
        named = [option.get_attribute("id") for option in options.all()]
        marks = [option.get_attribute("aria-selected") for option in options.all()]
        assert marks.count("true") == 1
        assert named[marks.index("true")] == box.get_attribute("aria-activedescendant")
        return marks.index("true")

    assert chosen() == 0
    for key, place in (("ArrowDown", 1), ("ArrowDown", 2), ("ArrowUp", 1), ("ArrowUp", 0)):
        tab.keyboard.press(key)
        assert chosen() == place
    tab.keyboard.press("Enter")
    tab.wait_for_url("**/works/dai2024simvg.html")


def test_results_stand_in_groups_with_the_passage_marked(tab, book):
    tab.set_viewport_size({"width": 360, "height": 700})
    tab.goto(f"{book}index.html")
    tab.keyboard.press("/")
    ask(tab, "logits with a temperature")
    groups = tab.locator("[role=listbox] [role=group]")
    labelled = groups.evaluate_all("all => all.map(one => one.getAttribute('aria-labelledby'))")
    heads = [tab.locator(f"#{name}").inner_text() for name in labelled]
    assert heads[0] == words.message("search_top")
    assert groups.first.locator(OPTIONS).count() == 3
    assert set(heads[1:]) <= set(words.labels("search_groups").values())
    assert len(heads) == len(set(heads)) > 1
    primer = tab.locator(f"{OPTIONS}[href*='distillation-primer.html']").first
    assert "logits-with-a-temperature" in primer.get_attribute("href")
    marked = primer.locator("mark").all_inner_texts()
    assert {"logit", "temperature"} <= {text.lower().removesuffix("s") for text in marked}
    edges = tab.locator(".hits").first.evaluate(
        "e => [e.getBoundingClientRect().left, e.getBoundingClientRect().right]")  # fmt: skip
    assert edges[0] >= 0
    assert edges[1] <= 360


def test_a_mistyped_word_is_looked_for_as_the_near_one_and_said_so(tab, book):
    tab.goto(f"{book}index.html")
    tab.keyboard.press("/")
    ask(tab, "knowlege distilation")
    said = words.message("search_corrected", near="knowledge distillation",
                         query="knowlege distilation")  # fmt: skip
    assert tab.locator("[role=status]").filter(has_text=said).count() == 1


def test_nothing_found_is_said_with_ways_on(tab, book, site):
    tab.goto(f"{book}index.html")
    tab.keyboard.press("/")
    ask(tab, "qqqzzxxj")
    assert tab.locator(OPTIONS).count() == 0
    assert tab.locator(".hits-status").first.inner_text() == words.message(
        "search_none", query="qqqzzxxj")  # fmt: skip
    ways = tab.locator(".hits-more a").evaluate_all("all => all.map(one => one.pathname.slice(1))")
    assert len(ways) == 3
    assert all((site / way).exists() for way in ways)


def test_names_are_found_without_the_engine_and_its_absence_is_said(tab, book):
    tab.route("**/pagefind/*", lambda route: route.abort())
    tab.goto(f"{book}index.html")
    tab.keyboard.press("/")
    ask(tab, "指代表达理解")
    assert "term-REC" in tab.locator(OPTIONS).first.get_attribute("href")
    assert words.message("search_names_only") in tab.locator(".hits-more").first.inner_text()


def test_a_search_that_cannot_load_says_so(tab, book):
    tab.route("**/data/search.js", lambda route: route.abort())
    tab.goto(f"{book}index.html")
    tab.keyboard.press("/")
    tab.locator("input:focus").fill("grounding")
    said = tab.locator(".hits-status").filter(has_text=words.message("search_unable"))
    said.wait_for(timeout=5_000)


def test_nothing_is_loaded_before_a_reader_turns_to_the_box(tab, book):
    asked = []
    tab.on("request", lambda request: asked.append(request.url.removeprefix(book)))
    tab.goto(f"{book}foundations/metrics.html", wait_until="networkidle")
    ours = ("pagefind/", "data/search.js", "_static/find.js")
    assert [url for url in asked if url.startswith(ours)] == []
    tab.keyboard.press("/")
    wait_until(tab, "window.vgkdFind")
    assert [url for url in asked if url.startswith("data/search.js")]


def test_the_names_load_while_the_pointer_nears_the_button(tab, book):
    tab.goto(f"{book}foundations/metrics.html")
    tab.locator(".search-button__button:visible").first.hover()
    wait_until(tab, "window.vgkdFind")


def test_the_search_page_takes_a_query_from_its_address(tab, book):
    tab.goto(f"{book}search.html?q=知识蒸馏")
    tab.wait_for_selector(".hits[data-finished=true]", timeout=15_000)
    assert "term-knowledge-distillation" in tab.locator(OPTIONS).first.get_attribute("href")
    tab.locator("input:focus").fill("RES")
    tab.wait_for_url("**/search.html?q=RES")


def test_the_search_page_without_scripts_leads_to_the_lists(browser, book, site):
    context = browser.new_context(java_script_enabled=False)
    tab = context.new_page()
    tab.goto(f"{book}search.html")
    assert words.message("search_no_script") in tab.locator("article").inner_text()
    links = tab.locator("article a").evaluate_all("all => all.map(one => one.pathname.slice(1))")
    assert len(links) == 3
    assert all((site / link).exists() for link in links)
    context.close()


def test_sphinx_own_search_is_neither_built_nor_asked_for(site):
    assert not (site / "searchindex.js").exists()
    left = [name for name in ("searchtools.js", "language_data.js", "english-stemmer.js")
            if (site / "_static" / name).exists()]  # fmt: skip
    assert left == []
    page = (site / "index.html").read_text(encoding="utf-8")
    assert not re.search("searchindex|searchtools|language_data", page)


def test_chinese_names_reach_every_chapter_board_lab_list_and_term():
    aliases, findings = read_aliases()
    assert findings == []

    def named(group: str, target: str) -> bool:
        return any(CHINESE.search(name) for name in aliases.of(group, target))

    parts = ("foundations", "settings", "lightweighting", "evidence")
    pages = [path.relative_to(ROOT / "docs").with_suffix("").as_posix()
             for part in parts for path in (ROOT / "docs" / part).glob("*.md")]  # fmt: skip
    pages += [f"notebooks/{path.stem}" for path in (ROOT / "notebooks").glob("*.md")]
    assert [page for page in pages if not named("pages", page)] == []
    values = [f"{facet}/{value}" for facet in FACETS for value in words.labels(facet)]
    assert [value for value in values if not named("vocabulary", value)] == []
    glossary = (ROOT / "docs" / "back" / "glossary.md").read_text(encoding="utf-8")
    entries = re.findall(r"(?m)^(\S.*)\n  (.*(?:\n  .*)*)", glossary.partition("{glossary}")[2])
    assert len(entries) > 50
    assert [term for term, said in entries if not names_in_definition(said)] == []


def test_a_glossary_entry_opens_with_its_names():
    assert names_in_definition("前 k 召回率, written R@k. The share.") == ["前 k 召回率", "R@k"]
    assert names_in_definition("0.5 阈值准确率. The share of 0.5.") == ["0.5 阈值准确率"]
    assert names_in_definition("广义交并比 in two unrelated senses: in GRES, the mean.") == [
        "广义交并比"
    ]
    assert names_in_definition("GoldG 金标定位数据. Human-annotated.") == ["GoldG 金标定位数据"]
    assert names_in_definition("No Chinese here.") == []


def test_the_text_for_the_index_leads_to_headings_and_leaves_repeated_parts_out():
    body = ('<section id="a"><h1>One<a class="headerlink" href="#a">#</a></h1>'
            '<section id="related-works"><h2>Related works</h2></section></section>')  # fmt: skip
    text = searchable(body + "<p>知识蒸馏</p>")
    assert '<h1 id="a">One</h1>' in text
    assert "<section data-pagefind-ignore><h2>Related works" in text
    assert "知 识 蒸 馏" in text


def bundle(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes()
            for path in folder.rglob("*") if path.is_file()}  # fmt: skip


def test_the_same_pages_give_the_same_index(tmp_path):
    pages = tmp_path / "pages"
    pages.mkdir()
    for number in range(30):
        text = f"<section id='s'><h1>Page {number}</h1></section><p>word{number} common</p>"
        (pages / f"{number}.html").write_text(searchable(text), encoding="utf-8")
    for name in ("one", "two"):
        _index(pages, tmp_path / name)
    first = bundle(tmp_path / "one")
    assert first
    assert first == bundle(tmp_path / "two")


WRONG = """\
terms:
  rec: [指代]
pages:
  index#nowhere: [哪里]
  gone#part: [没有]
vocabulary:
  tasks:
    recc: [理解]
"""


def test_the_index_is_kept_until_a_page_changes_and_a_wrong_name_stops_the_build(mini_book):
    assert mini_book(chapter="\n## A part\n", notebook="# First\n").returncode == 0
    entry = mini_book.root / "_build" / "html" / "pagefind" / "pagefind-entry.json"
    first = entry.stat().st_mtime_ns
    assert mini_book().returncode == 0
    assert entry.stat().st_mtime_ns == first, "nothing changed, so nothing is indexed again"
    assert mini_book(chapter="\nA new sentence.\n").returncode == 0
    assert entry.stat().st_mtime_ns != first
    data = mini_book.root / "src" / "vgkd_docs" / "data"
    (data / "search_aliases.yaml").write_text(WRONG, encoding="utf-8")
    run = mini_book()
    assert run.returncode != 0
    said = run.stdout + run.stderr
    wrong = ((2, "rec"), (4, "index#nowhere"), (5, "gone#part"), (8, "tasks/recc"))
    for place, target in wrong:
        assert re.search(rf"search_aliases\.yaml:{place}: .*'{target}' does not exist", said)
    assert "KeyError" not in said
