"""Notebooks in the browser alone: they run to their end, ask nobody, and say what fails."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest
from bs4 import BeautifulSoup

import lite as running
from browsing import served
from conftest import HEADER, ROOT, SITE, sphinx

NOTEBOOKS = sorted(p.stem for p in (ROOT / "notebooks").glob("*.md") if p.stem != "index")

# runs a notebook's cells with the package for the browser, without what cannot be had there
ALONE = """
import ast, json, sys
for name in ("matplotlib", "numpy", "PIL", "urllib3", "yaml._yaml", "sphinx", "jupytext"):
    sys.modules[name] = None
known, shown = {}, []
for cell in json.load(open(sys.argv[1], encoding="utf-8"))["cells"]:
    if cell["cell_type"] != "code":
        continue
    *steps, last = ast.parse(cell["source"]).body
    exec(compile(ast.Module(steps, []), "cell", "exec"), known)
    if isinstance(last, ast.Expr):
        value = eval(compile(ast.Expression(last.value), "cell", "eval"), known)
        if hasattr(value, "_repr_mimebundle_"):
            shown.append(value._repr_mimebundle_()["text/html"])
    else:
        exec(compile(ast.Module([last], []), "cell", "exec"), known)
print("<!--outputs-->" + "\\n".join(shown))
print(known["vgkd_docs"].__file__, file=sys.stderr)
"""


@pytest.fixture(scope="module")
def lite(tmp_path_factory) -> Path:
    """A site that holds the runnable notebooks only."""
    folder = tmp_path_factory.mktemp("lite")
    running.build(folder, VGKD_SITE=SITE, VGKD_REPOSITORY="none")
    return folder


@pytest.fixture(scope="module")
def address(lite):
    with served(lite) as where:
        yield where


@pytest.fixture(scope="module")
def package(lite, tmp_path_factory) -> Path:
    """The book's package as the browser unpacks it."""
    folder = tmp_path_factory.mktemp("package")
    (wheel,) = (lite / "lite" / "pyodide").glob("vgkd_docs-*.whl")
    with ZipFile(wheel) as archive:
        archive.extractall(folder)
    return folder


def words_of(charts) -> set[str]:
    """The labels of charts; numbers along an axis may be chosen differently."""
    texts = (
        " ".join(text.get_text(" ").split()) for chart in charts for text in chart.select("text")
    )
    return {text for text in texts if re.search(r"[A-Za-z]{2}", text)}


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_notebook_shows_the_same_without_what_a_browser_lacks(lite, package, site, name):
    run = subprocess.run(
        [sys.executable, "-c", ALONE, lite / "lite" / "files" / f"{name}.ipynb"],
        capture_output=True, text=True, check=False, env=os.environ | {"PYTHONPATH": str(package)},
    )  # fmt: skip
    assert run.returncode == 0, run.stderr[-3000:]
    assert str(package) in run.stderr, "not the package for the browser"
    said, _, outputs = run.stdout.partition("<!--outputs-->")
    assert said.startswith("Python runs in this browser")
    alone = BeautifulSoup(outputs, "lxml")
    page = BeautifulSoup((site / "notebooks" / f"{name}.html").read_text("utf-8"), "lxml")
    # a table in the book may stand in a frame of its own; empty ones are a sentence
    tables = page.select(".cell_output table")
    assert len(alone.select("table")) == len(tables) > 0
    assert sum(len(t.select("tbody tr")) for t in alone.select("table")) == sum(
        len(t.select("tbody tr")) for t in tables
    )
    charts, drawn = page.select(".cell_output .chart"), alone.select(".chart")
    assert len(drawn) == len(charts) > 0
    for one, other in zip(drawn, charts, strict=True):
        assert one.svg["aria-label"] == other.svg["aria-label"]
    assert words_of(drawn) == words_of(charts)
    # said of each chart, and of nothing in the book
    assert outputs.count("Drawn without Matplotlib") == len(drawn)
    assert "Drawn without Matplotlib" not in page.get_text()


def test_a_notebook_outside_the_book_holds_nothing_that_only_the_book_reads(lite):
    for name in NOTEBOOKS:
        notebook = json.loads((lite / "lite" / "files" / f"{name}.ipynb").read_text("utf-8"))
        prose = "\n".join(c["source"] for c in notebook["cells"] if c["cell_type"] == "markdown")
        assert not re.search(r"\{[\w:-]+\}`|^`{3}|\]\((?!https:)", prose, re.M), name
        assert SITE in prose or name in ("lab-metrics", "papers", "timeline")
        assert all(not cell.get("outputs") for cell in notebook["cells"])
        assert len({cell["id"] for cell in notebook["cells"]}) == len(notebook["cells"])


def test_links_of_a_notebook_lead_to_pages_that_the_book_has(lite, site):
    for name in NOTEBOOKS:
        text = (lite / "lite" / "files" / f"{name}.ipynb").read_text("utf-8")
        for page in re.findall(re.escape(SITE) + r"([\w/.-]+\.html)", text):
            assert (site / page).exists(), page


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_it_runs_in_a_browser_that_reaches_nothing_but_the_site(lite, address, browser, name):
    seen = running.visit(browser, address, name)
    assert not seen.errors
    assert not seen.strangers
    assert seen.tables and seen.charts
    lying, packed = running.megabytes(seen.asked, address, lite)
    assert packed < lying < 32


class Reader:
    """A page that opens a notebook; requests that match ``lost`` do not arrive."""

    def __init__(self, browser, address: str, lost: str | None = None) -> None:
        self.context = browser.new_context()
        self.found = running.Visit()
        running.closed(self.context, address, self.found)
        if lost:
            self.context.route(re.compile(lost), lambda route: route.abort())
        self.page = self.context.new_page()
        self.start = f"{address}/lite/notebooks/index.html?path=timeline.ipynb"

    def told(self, state: str) -> str:
        self.page.wait_for_selector(f"#vgkd-notice[data-state={state}]", timeout=running.PATIENCE)
        return self.page.inner_text("#vgkd-notice")


@pytest.fixture
def reader(browser, address):
    made = []

    def opened(lost: str | None = None) -> Reader:
        made.append(Reader(browser, address, lost))
        return made[-1]

    yield opened
    for one in made:
        one.context.close()


def test_an_old_browser_gets_a_sentence_and_a_way_on(reader, address, lite):
    old = reader(lost=r"/build/")
    old.page.add_init_script("delete window.WebAssembly")
    old.page.goto(old.start)
    assert "too old" in old.told("old")
    ways = [a.evaluate("a => a.href") for a in old.page.locator("#vgkd-notice a").all()]
    assert ways[0] == f"{address}/notebooks/timeline.html"
    assert ways[-1] == f"{address}/lite/files/timeline.ipynb"
    assert (lite / "lite/files/timeline.ipynb").exists()


@pytest.mark.parametrize("part", [r"jlab_core", r"pyodide\.mjs", r"files/timeline"])
def test_a_part_that_does_not_arrive_is_said_in_a_sentence(reader, part):
    cut = reader(lost=part)
    cut.page.goto(cut.start)
    assert "did not arrive" in cut.told("lost")


def test_python_that_stops_is_said_and_code_reaches_nobody(reader):
    here = reader()
    here.page.goto(here.start)
    page = here.page
    page.wait_for_selector("text=Python (Pyodide)", timeout=running.PATIENCE)

    def run(code: str) -> None:
        page.locator(".jp-CodeCell .cm-content").first.click()
        page.keyboard.press("Control+a")
        page.keyboard.insert_text(code)
        page.keyboard.press("Control+Enter")

    run("from pyodide.http import pyfetch\nawait pyfetch('https://example.org/')")
    page.wait_for_selector(running.FAILED, timeout=running.PATIENCE)
    assert not here.found.strangers, "the policy stops it before it is sent"
    assert here.told("running")
    run("import os\nos._exit(1)")
    assert "Python stopped" in here.told("broken")


def test_no_file_of_it_names_another_host_to_load_from(lite):
    config = (lite / "lite" / "jupyter-lite.json").read_text("utf-8")
    assert "//" not in config
    index = (lite / "lite" / "notebooks" / "index.html").read_text("utf-8")
    page = BeautifulSoup(index, "lxml")
    policy = page.select_one("meta[http-equiv=Content-Security-Policy]")["content"]
    assert policy.startswith("default-src 'self';")
    assert "//" not in policy and "*" not in policy
    assert "'unsafe-inline'" not in re.search("script-src ([^;]*)", policy)[1]
    for tag in page.select("[src], link[href]"):
        assert not re.match(r"\w+:|//", tag.get("src") or tag["href"])


def test_it_is_made_to_the_byte_as_it_was(lite, tmp_path):
    running.build(tmp_path, VGKD_SITE=SITE, VGKD_REPOSITORY="none", PYTHONHASHSEED="7",
                   TZ="Asia/Shanghai")  # fmt: skip
    first, second = (
        {path.relative_to(top): path.read_bytes() for path in top.rglob("*") if path.is_file()}
        for top in (lite, tmp_path)
    )
    assert first.keys() == second.keys()
    assert not [path for path in first if first[path] != second[path]]


def test_a_missing_tool_is_named_with_its_mend(tmp_path):
    empty = tmp_path / "bin"
    empty.mkdir()
    # a checkout in which nothing was fetched yet, on a machine without npm
    for name in ("build.py", "package.json"):
        (tmp_path / "lite").mkdir(exist_ok=True)
        (tmp_path / "lite" / name).write_bytes((ROOT / "lite" / name).read_bytes())
    run = subprocess.run(
        [sys.executable, tmp_path / "lite" / "build.py", tmp_path / "out"], capture_output=True,
        text=True, check=False, env=os.environ | {"PATH": str(empty)},
    )  # fmt: skip
    assert run.returncode
    assert "npm is missing: install Node.js" in run.stderr


def test_a_page_leads_there_only_where_the_site_holds_it(mini_book, site):
    (mini_book.root / "notebooks" / "first.md").write_text(f"{HEADER}\n# First\n\nText.\n", "utf-8")
    run = sphinx(
        mini_book.root / "docs", mini_book.root / "_build",
        PYTHONPATH=str(mini_book.root / "src"), VGKD_REPOSITORY="none", VGKD_LITE="1",
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    html = mini_book.root / "_build" / "html"
    page = BeautifulSoup((html / "notebooks" / "first.html").read_text("utf-8"), "lxml")
    (link,) = page.select(".run-here a")
    assert link["href"] == "../lite/notebooks/index.html?path=first.ipynb"
    assert link.get_text() == "Run in this browser"
    assert link.find_parent("section").h1.get_text().startswith("First")
    assert "run-here" not in (html / "index.html").read_text("utf-8")
    assert "run-here" not in (site / "notebooks" / "timeline.html").read_text("utf-8")


def test_the_pinned_python_needs_no_registry_that_is_named(lite):
    lock = json.loads((ROOT / "lite" / "package-lock.json").read_text("utf-8"))
    assert not re.search(r"https?:", json.dumps(lock))
    pins = [one for path, one in lock["packages"].items() if path]
    assert all(one["integrity"].startswith("sha512-") for one in pins)
