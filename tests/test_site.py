"""The built book as a whole: links and anchors, what it carries, what it loads."""

import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from bs4 import BeautifulSoup

from vgkd_docs import load_catalogue
from vgkd_docs.export import PUBLISHED


@pytest.fixture(scope="session")
def pages(site) -> dict[str, BeautifulSoup]:
    return {
        path.relative_to(site).as_posix(): BeautifulSoup(path.read_bytes(), "lxml")
        for path in site.rglob("*.html")
        if "_static" not in path.parts
    }


def article(page: BeautifulSoup) -> BeautifulSoup:
    return page.select_one("article.bd-article") or page


def test_every_internal_link_and_anchor_resolves(site, pages):
    anchors = {name: {tag["id"] for tag in page.select("[id]")} for name, page in pages.items()}
    broken = []
    for name, page in pages.items():
        for tag in page.select("a[href], link[href], img[src], script[src]"):
            address = urlsplit(tag.get("href") or tag.get("src"))
            if address.scheme or address.netloc:
                continue
            target = (site / name).parent / unquote(address.path) if address.path else site / name
            if target.is_dir():
                target /= "index.html"
            if not target.exists():
                broken.append(f"{name}: {tag.get('href') or tag.get('src')}")
            elif address.fragment and target.suffix == ".html":
                known = anchors[target.resolve().relative_to(site.resolve()).as_posix()]
                if unquote(address.fragment) not in known:
                    broken.append(f"{name}: {tag.get('href')}")
    assert not broken, broken[:20]


def test_no_page_loads_anything_from_elsewhere(pages):
    loads = [
        (name, tag.get("src") or tag.get("href"))
        for name, page in pages.items()
        for tag in page.select("script[src], img[src], iframe[src], link[rel=stylesheet][href]")
        if urlsplit(tag.get("src") or tag.get("href")).netloc
    ]
    assert not loads


def test_at_least_fourteen_chapters_of_800_words_with_citations(pages):
    parts = ("foundations/", "settings/", "lightweighting/")
    not_chapters = ("index.html", "foundations/notation.html")
    chapters = [n for n in pages if n.startswith(parts) and not n.endswith(not_chapters)]
    assert len(chapters) >= 14
    thin = []
    for name in chapters:
        body = BeautifulSoup(str(article(pages[name])), "lxml")
        for tag in body.select("table, .work-card, .headerlink, pre"):
            tag.decompose()
        count = len(re.findall(r"\w+", body.get_text(" ")))
        cited = len({a["href"] for a in body.select("a[href*='bibliography/']")})
        if count < 800 or cited < 8:
            thin.append((name, count, cited))
    assert not thin


def test_every_work_cited_stands_in_the_one_bibliography(pages):
    cited = {
        a["href"].split("#")[1]
        for name, page in pages.items()
        for a in article(page).select("a[href*='bibliography/'][href*='#']")
        if not name.startswith("bibliography/")
    }
    assert len(cited) >= 80
    listed = {tag["id"] for name, page in pages.items() if name.startswith("bibliography/")
              for tag in page.select("[id]")}  # fmt: skip
    assert cited <= listed


def test_every_notebook_shows_its_outputs_and_its_two_things_to_try(pages):
    names = [n for n in pages if n.startswith("notebooks/") and n != "notebooks/index.html"]
    assert len(names) >= 5
    for name in names:
        page = article(pages[name])
        assert page.select(".cell_output table tbody tr"), name
        charts = page.select(".cell_output .chart svg")
        assert charts, name
        assert all(len(svg["aria-label"]) > 40 for svg in charts), name
        assert page.select(".cell_output a[href*='/works/'], .cell_output a[href*='/datasets/']"), (
            name
        )
        assert page.select(".cell_output a[href*='bibliography/']"), f"{name}: no cited work"
        assert not page.select(".cell_output .stderr, .traceback"), name
        tries = page.select_one("section#try-this ol")
        assert tries, name
        assert len(tries.select(":scope > li")) == 2, name


def test_tables_of_a_notebook_hold_every_selected_work(pages):
    page = article(pages["notebooks/papers.html"])
    shown = {a["href"].split("#")[1] for a in page.select("#the-newest a[href*='bibliography/']")}
    assert shown == set(load_catalogue().by_year()[-150:])


def test_glossary_gives_each_term_in_chinese(pages):
    terms = article(pages["back/glossary.html"]).select("dl.glossary > dt")
    assert len(terms) >= 20
    for term in terms:
        assert re.search(r"[\u4e00-\u9fff]", term.find_next_sibling("dd").get_text()), term.text


def test_every_correction_shows_its_evidence(pages):
    rows = article(pages["back/corrections.html"]).select("table tbody tr")
    assert len(rows) == len(load_catalogue().corrections)
    for row in rows:
        assert row.select("td")[-1].select("a[href^=http]"), row.get_text()


def test_the_data_is_published_beside_the_pages(site, pages):
    for name in PUBLISHED:
        assert (site / "data" / name).stat().st_size > 100, name
    linked = {Path(a["href"]).name for a in article(pages["back/data.html"]).select("a[href]")}
    assert set(PUBLISHED) <= linked


def test_without_a_repository_nothing_points_to_one(pages):
    for name, page in pages.items():
        assert not page.select(".btn-launch-button, .btn-source-edit-button, [href*=mybinder]"), (
            name
        )


def test_equations_are_mathml(pages):
    page = article(pages["lightweighting/distillation-primer.html"])
    assert len(page.select("math")) >= 5
    assert page.select("div.math .eqno")


def test_front_page_offers_four_doors_that_open(site, pages):
    doors = pages["index.html"].select(".doors a.sd-stretched-link")
    assert [d.find_parent(class_="sd-card").select_one(".sd-card-title").text.strip()
            for d in doors] == ["Read", "Compare", "Run", "Cite"]  # fmt: skip
    for door in doors:
        assert (site / door["href"].split("#")[0]).exists()
    assert len(pages["index.html"].select("figure.vector svg[aria-label]")) == 2
