"""The book bound as EPUB and PDF, and a page of the site on paper."""

import posixpath
import re
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pikepdf
import pytest
from lxml import etree
from pypdf import PdfReader

from conftest import SITE
from vgkd_docs.binding import MATHML, SVG, BindingError, bind
from vgkd_docs.epub import write_epub
from vgkd_docs.pdf import write_pdf

OPF = {"opf": "http://www.idpf.org/2007/opf", "dc": "http://purl.org/dc/elements/1.1/"}
XHTML = {"h": "http://www.w3.org/1999/xhtml"}
# a part, a chapter with equations, one with charts, a board, Chinese terms, a lab, the entries
CUT_DOWN = (
    "index", "foundations/index", "foundations/metrics", "evidence/leaderboards-referitgame",
    "evidence/explorer", "notebooks/lab-metrics", "back/index", "back/glossary",
    "back/bibliography", "bibliography/d",
)  # fmt: skip


@pytest.fixture(scope="module")
def book(site):
    return bind(site)


@pytest.fixture(scope="module")
def epub(book, tmp_path_factory):
    path = tmp_path_factory.mktemp("epub") / "book.epub"
    write_epub(book, path)
    with zipfile.ZipFile(path) as packed:
        yield packed


@pytest.fixture(scope="module")
def pages(epub):
    """Every XHTML file, parsed as strictly as a reader may."""
    return {
        name: etree.fromstring(epub.read(name))
        for name in epub.namelist()
        if name.endswith(".xhtml")
    }


@pytest.fixture(scope="module")
def printed(site, tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("pdf") / "book.pdf"
    book = bind(site, CUT_DOWN)
    for columns in (14, 30):  # wider than a page by a little, and by far
        cells = f"<td>{'0123456789</td><td>' * columns}<a href='{SITE}{columns}'>end</a></td>"
        book.chapters[0].article.append(etree.fromstring(f"<table><tr>{cells}</tr></table>"))
    # this thread may hold the session's browser, and Playwright runs once in a thread
    with ThreadPoolExecutor(1) as other:
        other.submit(write_pdf, book, path).result()
    return path


@pytest.fixture(scope="module")
def reader(printed) -> PdfReader:
    return PdfReader(printed)


@pytest.fixture(scope="module")
def texts(reader) -> list[str]:
    """The text of each page of the PDF."""
    return [page.extract_text() for page in reader.pages]


def test_the_book_holds_what_the_contents_list_and_leaves_the_catalogue_to_the_web(book):
    names = [chapter.name for chapter in book.chapters]
    assert names[:3] == ["index", "paths", "foundations/index"]
    assert len(set(names)) == len(names) > 100
    assert "notes/dai2024simvg" in names and "bibliography/z" in names
    assert not [name for name in names if name.startswith(("works/", "datasets/"))]
    assert (book.address, book.language) == (SITE, "en")
    assert {chapter.name: chapter.depth for chapter in book.chapters}["bibliography/d"] == 3


def test_what_works_on_a_screen_only_is_replaced_by_the_address(book):
    found = {chapter.name: chapter.article for chapter in book.chapters}
    for name in ("evidence/explorer", "notebooks/lab-metrics"):
        assert f"{SITE}{name}.html" in "".join(found[name].itertext())
    assert found["notebooks/lab-metrics"].xpath(".//*[@class='box-lab']//s:svg",
                                                namespaces={"s": SVG})  # fmt: skip
    dead = "//script | //button | //form | //input | //select | //details"
    assert not [name for name, article in found.items() if article.xpath(dead)]


def test_a_page_that_is_not_well_formed_is_named(site, tmp_path):
    front = (site / "index.html").read_text(encoding="utf-8")
    (tmp_path / "index.html").write_text(front.replace("<strong>", "<b>", 1), encoding="utf-8")
    with pytest.raises(BindingError, match=r"index\.html.*well-formed"):
        bind(tmp_path)
    with pytest.raises(BindingError, match="nox -s book"):
        bind(tmp_path / "nothing")


def test_html_that_only_browsers_read_is_bound_all_the_same(site, tmp_path):
    front = (site / "index.html").read_text(encoding="utf-8")
    loose = '<p>a&nbsp;&minus;<br>b <input disabled type="text"><img src="a.png" hidden></p>'
    front = re.sub(r'<nav class="bd-links.*?</nav>', "", front, flags=re.DOTALL)
    front = front.replace("</a></h1>", f"</a></h1>{loose}", 1)
    (tmp_path / "index.html").write_text(front, encoding="utf-8")
    (chapter,) = bind(tmp_path).chapters
    assert "".join(chapter.article.find(".//p").itertext()) == "a\xa0−b "


def test_without_a_known_address_links_out_of_the_book_become_text(site, tmp_path):
    front = (site / "index.html").read_text(encoding="utf-8")
    (tmp_path / "index.html").write_text(front.replace(f'"url": "{SITE}"', '"url": null'), "utf-8")
    book = bind(tmp_path, ["index"])
    assert book.address is None
    assert not book.chapters[0].article.xpath(".//a[not(starts-with(@href, 'http'))]")
    assert "glossary" in "".join(book.chapters[0].article.itertext())


def test_without_a_repository_a_release_is_named_and_not_linked(book):
    front = book.chapters[0].article
    assert "release of the book" in " ".join("".join(front.itertext()).split())
    assert not front.xpath(".//a[contains(@href, 'releases')]")


def test_an_epub_begins_as_readers_expect(epub):
    first = epub.infolist()[0]
    assert (first.filename, first.compress_type) == ("mimetype", zipfile.ZIP_STORED)
    assert epub.read("mimetype") == b"application/epub+zip"
    assert b"EPUB/book.opf" in epub.read("META-INF/container.xml")
    assert {info.date_time[3:] for info in epub.infolist()} == {(0, 0, 0)}


def test_the_epub_says_what_it_is_and_lists_what_it_holds(epub, book):
    package = etree.fromstring(epub.read("EPUB/book.opf"))

    def said(path: str) -> list[str]:
        return package.xpath(path, namespaces=OPF)

    assert said("//dc:title/text()") == [book.title]
    assert said("//dc:language/text()") == ["en"]
    assert said("//dc:date/text()") == [book.changed]
    assert said("//dc:identifier/@id") == said("/opf:package/@unique-identifier")
    listed = {f"EPUB/{path}" for path in said("//opf:item/@href")}
    assert listed == set(epub.namelist()) - {"mimetype", "META-INF/container.xml", "EPUB/book.opf"}
    items = set(said("//opf:item/@id"))
    assert set(said("//opf:itemref/@idref")) <= items
    assert len(said("//opf:item[@properties='nav']")) == 1
    (cover,) = said("//opf:item[@properties='cover-image']/@href")
    assert epub.read(f"EPUB/{cover}")[:4] == b"\x89PNG"


def test_the_epub_declares_equations_and_figures_where_they_are(epub, pages):
    package = etree.fromstring(epub.read("EPUB/book.opf"))
    declared = {
        f"EPUB/{item.get('href')}": set(item.get("properties", "").split()) & {"mathml", "svg"}
        for item in package.xpath("//opf:item", namespaces=OPF)
        if item.get("href").endswith(".xhtml")
    }
    assert declared == {
        name: {kind for kind, space in (("mathml", MATHML), ("svg", SVG))
               if next(page.iter(f"{{{space}}}*"), None) is not None}
        for name, page in pages.items()
    }  # fmt: skip
    assert {"mathml", "svg"} <= declared["EPUB/foundations/metrics.xhtml"]


def test_links_in_the_epub_resolve_and_ids_are_unique(pages):
    ids = {name: page.xpath("//@id") for name, page in pages.items()}
    assert not [name for name, found in ids.items() if len(found) != len(set(found))]
    broken, inner = [], 0
    for name, page in pages.items():
        for href in page.xpath("//h:a/@href", namespaces=XHTML):
            if ":" in href.split("/")[0]:
                continue
            path, _, anchor = href.partition("#")
            target = posixpath.normpath(posixpath.join(posixpath.dirname(name), path or name))
            target = target if path else name
            inner += 1
            if target not in ids or (anchor and anchor not in ids[target]):
                broken.append((name, href))
    assert inner > 5000
    assert not broken


def test_folded_code_stands_open_without_the_line_that_folds_it(pages):
    lab = pages["EPUB/notebooks/lab-metrics.xhtml"]
    assert lab.xpath("//*[local-name()='pre']")
    assert "Show the code" not in "".join(lab.itertext())
    for name, page in pages.items():
        inner = page.xpath("//*[local-name()='p']//*[local-name()='p' or local-name()='div']")
        assert not inner, f"{name}: a paragraph holds another"


def test_a_work_leads_to_its_entry(pages):
    board = pages["EPUB/evidence/leaderboards-rec.xhtml"]
    links = board.xpath("//h:table//h:a/@href", namespaces=XHTML)
    assert "../bibliography/d.xhtml#dai2024simvg" in links
    assert not [link for link in links if "works/" in link]


def test_the_contents_of_the_epub_follow_the_book(pages, book):
    nav = pages["EPUB/contents.xhtml"]
    links = nav.xpath("//h:nav//h:a", namespaces=XHTML)
    assert [link.get("href") for link in links] == [f"{each.name}.xhtml" for each in book.chapters]
    below = nav.xpath("//h:a[.='Foundations']/following-sibling::h:ol/h:li/h:a", namespaces=XHTML)
    assert "Metrics" in [link.text for link in below]


def test_the_pdf_has_the_page_of_each_chapter_in_its_contents(texts):
    entries = re.findall(r"^\s*(\D.*?)\s*(\d+)\s*$", texts[1], re.MULTILINE)
    found = {title.strip(): int(number) for title, number in entries}
    wanted = {"Foundations", "Metrics", "Leaderboard: ReferItGame", "Glossary", "Bibliography"}
    assert wanted <= set(found)
    for title, number in found.items():
        # a chapter's first page carries its title as head and as heading, and its own number
        assert texts[number - 1].count(title) >= 2, title
        assert re.search(rf"^\s*{number}\s*$", texts[number - 1], re.MULTILINE), title


def test_the_outline_has_parts_chapters_and_sections(reader, texts):
    def levels(entries, level=1):
        for entry in entries:
            if isinstance(entry, list):
                yield from levels(entry, level + 1)
            else:
                yield level, entry["/Title"], reader.get_destination_page_number(entry)

    at = {title: (level, page) for level, title, page in levels(reader.outline)}
    section = "Masks: four names for two ideas"
    assert [at[title][0] for title in ("Foundations", "Metrics", section)] == [1, 2, 3]
    assert at[section][1] >= at["Metrics"][1] > at["Foundations"][1]
    assert section in texts[at[section][1]]


def test_links_in_the_pdf_lead_to_pages_and_to_the_web(printed):
    with pikepdf.open(printed) as pdf:
        links = [note for page in pdf.pages for note in page.get("/Annots", [])
                 if note.Subtype == "/Link"]  # fmt: skip
        named = {str(note.Dest).lstrip("/") for note in links if "/Dest" in note}
        addresses = {str(note.A.URI) for note in links if "/A" in note and "/URI" in note.A}
        known = {name.lstrip("/") for name in pdf.Root.Dests}
    assert named and named <= known
    assert "bibliography-d--deng2021transvg" in named
    assert {address.partition(":")[0] for address in addresses} <= {"http", "https"}


def test_figures_are_vectors_and_chinese_is_text(printed, texts):
    with pikepdf.open(printed) as pdf:
        kinds = {str(item.get("/Subtype")) for item in pdf.objects
                 if isinstance(item, pikepdf.Stream)}  # fmt: skip
    assert "/Image" not in kinds
    text = "".join(texts)
    assert "视觉定位" in text and "指代表达理解" in text, "is a Chinese font there? fonts-noto-cjk"


def test_the_pdf_says_what_it_is(reader, texts, book):
    assert reader.metadata.title == book.title
    assert reader.metadata.creation_date.date().isoformat() == book.changed
    assert reader.trailer["/Root"]["/Lang"] == "en"
    assert book.version in texts[0] and SITE in texts[0] and "creativecommons.org" in texts[0]
    assert {tuple(map(round, page.mediabox[2:])) for page in reader.pages} == {(595, 842)}


def test_a_table_too_wide_takes_smaller_type_and_leaves_the_rest_alone(printed):
    with pikepdf.open(printed) as pdf:
        boxes = [[float(edge) for edge in note.Rect]
                 for page in pdf.pages for note in page.get("/Annots", [])]  # fmt: skip
        ends = {str(note.A.URI) for page in pdf.pages for note in page.get("/Annots", [])
                if "/A" in note}  # fmt: skip
    assert 500 < max(right for _, _, right, _ in boxes) <= 595 - 18 / 25.4 * 72 + 1
    assert {f"{SITE}14", f"{SITE}30"} <= ends  # nothing is cut off
    # Chromium would shrink the whole book to the widest table: the title page's link tells
    assert boxes[0][3] - boxes[0][1] > 9


def test_a_page_prints_black_on_white_without_controls(site, browser):
    page = browser.new_page(color_scheme="dark", viewport={"width": 670, "height": 900})
    page.goto((site / "evidence/leaderboards-rec.html").as_uri())
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    page.emulate_media(media="print")
    look = page.evaluate("""() => {
      const of = (where) => getComputedStyle(document.querySelector(where));
      return [of("body").backgroundColor, of(".bd-article p:not(.page-facts)").color,
              of(".bd-article td").color, of(".bd-article h1").display];
    }""")
    assert look[:3] == ["rgb(255, 255, 255)", "rgb(0, 0, 0)", "rgb(0, 0, 0)"]
    for control in (".bd-sidebar-primary", ".bd-sidebar-secondary", ".header-article",
                    ".cite-page", "label.filter", ".prev-next-footer", ".bd-header"):  # fmt: skip
        for found in page.locator(control).all():
            assert not found.is_visible(), control
    assert page.locator(".leaderboard th").first.is_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 670
    page.close()


def test_addresses_are_printed_beside_links_of_the_text_only(site, browser):
    page = browser.new_page(viewport={"width": 670, "height": 900})
    page.goto((site / "lightweighting/distilled-grounding.html").as_uri())
    page.emulate_media(media="print")
    shown = """(where) => [...document.querySelectorAll(where)].map(
        (link) => getComputedStyle(link, "::after").content)"""
    assert set(page.evaluate(shown, ".work-card a.external, a.result")) == {"none"}
    page.evaluate("""() => document.querySelector(".bd-article p").insertAdjacentHTML("beforeend",
        '<a id="out" class="reference external" href="https://example.org/x">x</a>')""")
    assert "https://example.org/x" in page.evaluate(shown, "#out")[0]
    page.close()


def test_the_same_book_gives_the_same_bytes(book, epub, tmp_path):
    write_epub(book, tmp_path / "again.epub")
    assert (tmp_path / "again.epub").read_bytes() == Path(epub.filename).read_bytes()
