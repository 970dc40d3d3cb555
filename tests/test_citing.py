"""Each page can be cited: its panel, its tags and its JSON-LD say the same, and readers take them."""

import json
import re
from xml.etree import ElementTree as xml

import bibtexparser
import pytest
import rispy
from bs4 import BeautifulSoup
from citeproc import Citation, CitationItem, CitationStylesBibliography, CitationStylesStyle, formatter
from citeproc.source.json import CiteProcJSON

from conftest import SITE
from vgkd_docs import load_catalogue

NOT_PAGES = ("genindex.html", "search.html")


@pytest.fixture(scope="session")
def documents(site):
    return {
        path.relative_to(site).as_posix(): BeautifulSoup(path.read_bytes(), "lxml")
        for path in site.rglob("*.html")
        if path.name not in NOT_PAGES and "_static" not in path.parts
    }


def tag(page, name):
    found = page.select(f"meta[name='{name}'], meta[property='{name}']")
    assert len(found) <= 1, name
    return found[0]["content"] if found else None


def texts(page):
    return {pre["data-format"]: pre.get_text() for pre in page.select(".cite-page pre")}


def test_every_page_has_one_panel_and_its_formats_parse_alike(documents):
    assert len(documents) > 800
    for name, page in documents.items():
        formats = texts(page)
        assert set(formats) == {"bib", "ris", "json"}, name
        library = bibtexparser.parse_string(formats["bib"])
        assert not library.failed_blocks, name
        (entry,) = library.entries
        (ris,) = rispy.loads(formats["ris"])
        (csl,) = json.loads(formats["json"])
        title = csl["title"]
        assert entry["title"].replace("{", "").replace("}", "").replace("\\", "") == title, name
        assert (ris.get("title") or ris.get("primary_title")) == title, name
        assert ris["urls"] == [entry["url"]] == [csl["URL"]], name
        day = tag(page, "DC.date")
        assert "-".join(f"{part:02}" for part in csl["issued"]["date-parts"][0]) == day, name
        assert ris["date"].replace("/", "-") == day, name
        assert csl["version"] in entry["note"], name
        assert day in entry["note"], name


def test_the_pages_tags_say_what_the_panel_says(documents):
    for name, page in documents.items():
        (csl,) = json.loads(texts(page)["json"])
        address = SITE + ("" if name == "index.html" else name)
        for field in ("citation_title", "DC.title", "og:title"):
            assert tag(page, field) == csl["title"], (name, field)
        for field in ("citation_author", "DC.creator"):
            assert tag(page, field) == csl["author"][0]["literal"], (name, field)
        for field in ("citation_public_url", "DC.identifier", "og:url"):
            assert tag(page, field) == csl["URL"] == address, (name, field)
        assert page.select_one("link[rel=canonical]")["href"] == address, name
        assert tag(page, "citation_publication_date").replace("/", "-") == tag(page, "DC.date")
        assert tag(page, "citation_book_title") == (
            csl.get("container-title") if csl["type"] == "chapter" else None
        )
        assert tag(page, "description"), name
        assert 30 < len(tag(page, "og:description")) <= 200, name


def test_json_ld_describes_the_page_its_book_and_the_way_to_it(documents):
    for name, page in documents.items():
        (block,) = page.select("script[type='application/ld+json']")
        content = json.loads(block.string)
        (csl,) = json.loads(texts(page)["json"])
        itself, way = content["@graph"]
        assert itself["name"] == csl["title"], name
        assert itself["url"] == csl["URL"]
        assert itself["@type"] == {"book": "Book", "chapter": "Chapter", "dataset": "Dataset"}[csl["type"]]
        if csl["type"] != "book":
            assert itself["isPartOf"]["name"] == csl["container-title"]
        steps = way["itemListElement"]
        assert [step["position"] for step in steps] == list(range(1, len(steps) + 1))
        assert steps[-1]["item"] == csl["URL"]
        assert all(step["item"].removeprefix(SITE) in documents or step["item"] == SITE for step in steps)


def test_a_work_page_names_the_article_it_is_about(documents):
    catalogue = load_catalogue()
    for key in ("dai2024simvg", "feng2025alignkd"):
        block = documents[f"works/{key}.html"].select_one("script[type='application/ld+json']")
        about = json.loads(block.string)["@graph"][0]["about"]
        assert about["@type"] == "ScholarlyArticle"
        assert about["name"] == catalogue.references[key].title


def test_each_page_has_a_card_to_share(site, documents):
    from PIL import Image

    for name in ("index.html", "lightweighting/why-light.html", "works/dai2024simvg.html"):
        address = tag(documents[name], "og:image")
        with Image.open(site / address.removeprefix(SITE)) as card:
            assert card.size == (1200, 630)
            assert len(card.convert("RGB").getcolors(100_000)) > 3, "something is drawn"
    for name, page in documents.items():
        assert (site / tag(page, "og:image").removeprefix(SITE)).is_file(), name


def test_sitemap_feed_and_robots_hold_the_pages(site, documents):
    space = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9", "a": "http://www.w3.org/2005/Atom"}
    listed = [loc.text for loc in xml.parse(site / "sitemap.xml").iterfind(".//s:loc", space)]
    assert sorted(listed) == sorted(SITE + ("" if n == "index.html" else n) for n in documents)
    feed = xml.parse(site / "feed.atom").getroot()
    entries = feed.findall("a:entry", space)
    assert len(entries) == 40
    assert all(entry.findtext("a:id", "", space) in listed for entry in entries)
    days = [entry.findtext("a:updated", "", space) for entry in entries]
    assert days == sorted(days, reverse=True)
    assert f"Sitemap: {SITE}sitemap.xml" in (site / "robots.txt").read_text()


def test_every_page_has_a_markdown_version_and_llms_txt_lists_it(site, documents):
    listed = re.findall(r"\]\((\S+)\)", (site / "llms.txt").read_text(encoding="utf-8"))
    assert {address.removeprefix(SITE).removesuffix(".md") for address in listed} == set(documents)
    text = (site / "lightweighting/token-sparsification.html.md").read_text(encoding="utf-8")
    assert not re.search(r"\{(result|cite|works-table|leaderboard)", text)
    assert re.search(r"\[\d+(\.\d+)?\]\(https://", text), "a number with its source"


def test_bibliography_entries_lead_on(documents):
    entry = documents["bibliography/d.html"].select_one("#dai2024simvg")
    links = {a["href"] for a in entry.select("a[href]")}
    assert "../works/dai2024simvg.html" in links
    assert "https://doi.org/10.52202/079017-3867" in links
    assert "https://arxiv.org/abs/2409.17531" in links
    assert "https://github.com/Dmmm1997/SimVG" in links
    assert "../notes/dai2024simvg.html" in links, "back to where it is cited"
    library = bibtexparser.parse_string(entry.select_one(".entry-bibtex pre").get_text())
    assert [found.key for found in library.entries] == ["dai2024simvg"]


def test_entries_keep_capitals_and_cut_long_author_lists(documents):
    entry = documents["bibliography/d.html"].select_one("#dai2024simvg > p").get_text()
    assert "SimVG: A Simple Framework for Visual Grounding with Decoupled" in entry
    catalogue = load_catalogue()
    longest = max(catalogue.references, key=lambda key: len(catalogue.references[key].authors))
    assert len(catalogue.references[longest].authors) > 20
    shown = documents[f"bibliography/{longest[0]}.html"].select_one(f"#{longest} > p").get_text()
    assert "et al." in shown.split(".")[0] + "." + shown.split(".")[1]
    assert shown.count(",") < 30


def test_a_csl_processor_formats_the_bibliography(site):
    items = json.loads((site / "data/references.csl.json").read_text(encoding="utf-8"))
    source = CiteProcJSON(items)
    style = CitationStylesStyle("harvard-cite-them-right", validate=False)
    bibliography = CitationStylesBibliography(style, source, formatter.plain)
    bibliography.register(Citation([CitationItem("dai2024simvg")]))
    (shown,) = [str(item) for item in bibliography.bibliography()]
    assert "Dai" in shown
    assert "SimVG" in shown
    assert "2024" in shown
