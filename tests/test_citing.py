"""Each page can be cited: its panel, tags and JSON-LD say the same, and readers take them."""

import json
import re
from xml.etree import ElementTree as xml

import bibtexparser
import extruct
import pytest
import rispy
from bs4 import BeautifulSoup
from citeproc import (
    Citation,
    CitationItem,
    CitationStylesBibliography,
    CitationStylesStyle,
    formatter,
)
from citeproc.source.json import CiteProcJSON
from pybtex.database import parse_file

from conftest import SITE
from vgkd_docs import load_catalogue
from vgkd_docs.bibliography import read_bibliography
from vgkd_docs.citation import bibtex, csl, ris
from vgkd_docs.sphinxext.bibliography import Printed

NOT_PAGES = ("genindex.html", "search.html")


@pytest.fixture(scope="session")
def documents(site):
    return {
        path.relative_to(site).as_posix(): BeautifulSoup(path.read_bytes(), "lxml")
        for path in site.rglob("*.html")
        if path.name not in NOT_PAGES and "_static" not in path.parts
    }


@pytest.fixture(scope="session")
def extracted(site, documents):
    """What an extractor that knows nothing of this book finds in each page's head."""
    found = {}
    for name in documents:
        head = (site / name).read_text(encoding="utf-8").partition("</head>")[0] + "</head></html>"
        found[name] = extruct.extract(
            head, base_url=SITE, syntaxes=["json-ld", "opengraph", "dublincore"]
        )
    return found


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


def test_an_independent_extractor_reads_what_the_panel_says(documents, extracted):
    for name, page in documents.items():
        (csl,) = json.loads(texts(page)["json"])
        (graph,) = extracted[name]["opengraph"]
        properties = dict(graph["properties"])
        assert properties["og:title"] == csl["title"], name
        assert properties["og:url"] == csl["URL"], name
        (core,) = extracted[name]["dublincore"]
        elements = {item["name"].lower(): item["content"] for item in core["elements"]}
        assert elements["dc.title"] == csl["title"], name
        assert elements["dc.creator"] == csl["author"][0]["literal"], name
        assert elements["dc.identifier"] == csl["URL"], name


def test_json_ld_describes_the_page_its_book_and_the_way_to_it(documents, extracted):
    for name, page in documents.items():
        (content,) = extracted[name]["json-ld"]
        (csl,) = json.loads(texts(page)["json"])
        itself, way = content["@graph"]
        assert itself["name"] == csl["title"], name
        assert itself["url"] == csl["URL"]
        assert (
            itself["@type"]
            == {"book": "Book", "chapter": "Chapter", "dataset": "Dataset"}[csl["type"]]
        )
        if csl["type"] != "book":
            assert itself["isPartOf"]["name"] == csl["container-title"]
        steps = way["itemListElement"]
        assert [step["position"] for step in steps] == list(range(1, len(steps) + 1))
        assert steps[-1]["item"] == csl["URL"]
        assert all(
            step["item"].removeprefix(SITE) in documents or step["item"] == SITE for step in steps
        )


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


def formatted(items, key):
    style = CitationStylesStyle("harvard-cite-them-right", validate=False)
    bibliography = CitationStylesBibliography(style, CiteProcJSON(items), formatter.plain)
    bibliography.register(Citation([CitationItem(key)]))
    (shown,) = [str(item) for item in bibliography.bibliography()]
    return shown


def test_a_csl_processor_formats_works_and_pages(site, documents):
    items = json.loads((site / "data/references.csl.json").read_text(encoding="utf-8"))
    shown = formatted(items, "dai2024simvg")
    assert "Dai" in shown
    assert "SimVG" in shown
    assert "2024" in shown
    items = json.loads(texts(documents["lightweighting/why-light.html"])["json"])
    shown = formatted(items, items[0]["id"])
    assert "The VGKD Book contributors" in shown
    assert items[0]["title"] in shown


HARD = r"""
@article{a2024hard,
  author = {van der Maaten, Laurens and M{\"u}ller, J{\"o}rg and de la Cruz, Mar{\'i}a
            and 王, 小明 and {OpenAI}},
  title = {{BERT} and {DETR} in 3{D}: the {\L}{\'o}d{\'z} study of $n$-grams \& more},
  journal = {Journal of Names},
  year = {2024},
  url = {https://example.org/a}
}
"""


def test_accents_particles_chinese_names_and_capitals_survive_every_format(tmp_path):
    path = tmp_path / "references.bib"
    path.write_text(HARD, encoding="utf-8")
    references, _, findings = read_bibliography(path)
    assert not findings
    reference = references["a2024hard"]
    people = ["van der Maaten, Laurens", "Müller, Jörg", "de la Cruz, María", "王, 小明", "OpenAI"]
    assert reference.authors == people
    assert reference.title.startswith("BERT and DETR in 3D: the Łódź study of")
    (entry,) = bibtexparser.parse_string(bibtex(reference)).entries
    assert entry["author"] == " and ".join([*people[:4], "{OpenAI}"])
    assert "{BERT}" in entry["title"]
    (record,) = rispy.loads(ris(reference))
    assert record["authors"] == people
    item = csl(reference)
    assert item["author"][0] == {"family": "van der Maaten", "given": "Laurens"}
    assert item["author"][3] == {"family": "王", "given": "小明"}
    assert item["author"][4] == {"literal": "OpenAI"}
    assert "Maaten" in formatted([item], "a2024hard")


def test_a_paper_of_a_hundred_authors_names_all_in_its_files_and_twelve_on_the_page(tmp_path):
    people = " and ".join(f"Family{n}, Given{n}" for n in range(100))
    path = tmp_path / "references.bib"
    path.write_text(
        re.sub(r"author = .*?\},\n", f"author = {{{people}}},\n", HARD, count=1, flags=re.DOTALL),
        "utf-8",
    )
    reference = read_bibliography(path)[0]["a2024hard"]
    assert len(reference.authors) == len(csl(reference)["author"]) == 100
    (record,) = rispy.loads(ris(reference))
    assert len(record["authors"]) == 100
    entry = parse_file(str(path), "bibtex").entries["a2024hard"]
    (shown,) = Printed().format_entries([entry])
    text = shown.text.render_as("text")
    assert "Given11 Family11, et al." in text
    assert "Family12" not in text
