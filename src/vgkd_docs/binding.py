"""The built site as one bound book: its pages in the order of the contents, fit for paper.

What is made of it, ``vgkd_docs.epub`` and ``vgkd_docs.pdf``, needs no second reading of the book.
"""

from __future__ import annotations

import copy
import html
import json
import posixpath
import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from lxml import etree

from vgkd_docs import words

__all__ = ["MATHML", "PRINT", "SVG", "BindingError", "Book", "Chapter", "bind", "markup", "style",
           "title_page"]  # fmt: skip

SVG = "http://www.w3.org/2000/svg"
MATHML = "http://www.w3.org/1998/Math/MathML"
PRINT = Path(__file__).parent / "data" / "print"
"""The stylesheets and the script of the bound book."""


def _having(*classes: str) -> str:
    return " or ".join(f"contains(concat(' ', @class, ' '), ' {name} ')" for name in classes)


# what works on a screen only: dropped; or replaced by a sentence with the page's address, beside
# which a figure that moves stays as it is drawn
_DROPPED = (
    ".//script | .//noscript | .//button | .//form | .//input | .//select | .//*[@hidden] | "
    f".//*[{_having('headerlink', 'entry-bibtex', 'doors')}] | "
    f".//*[{_having('toctree-wrapper')}][not(*)]"
)
_MOVING = f"self::*[{_having('box-lab')}]"
_SCREEN_ONLY = f".//*[@id='work-explorer' or {_having('box-lab')}]"
_NO_USE = ("tabindex", "target", "aria-live", "title")


class BindingError(Exception):
    """The site cannot be bound; says which page is wrong and how to mend it."""


@dataclass(frozen=True)
class Chapter:
    """One page of the site: its name, e.g. ``foundations/tasks``, and its place in the contents.

    ``depth`` is 1 for a part (or a page beside the parts), 2 for its chapters, 3 below them.
    Links to other chapters read ``book:NAME`` or ``book:NAME#ID``; see `Chapter.linked`.
    """

    name: str
    title: str
    depth: int
    article: Any

    def linked(self, address: Callable[[str, str], str]) -> Any:
        """A copy of the article whose inner links are what ``address(name, id)`` says."""
        article = copy.deepcopy(self.article)
        for element in article.iter("a"):
            name, _, anchor = element.get("href", "").partition("#")
            if name.startswith("book:"):
                element.set("href", address(name.removeprefix("book:"), anchor))
        return article


@dataclass(frozen=True)
class Book:
    """The site's front page in facts, and its chapters in order. ``changed`` is an ISO date.

    Pictures of a chapter are named by their path below ``site``.
    """

    site: Path
    title: str
    author: str
    version: str
    changed: str
    licence: str
    language: str
    address: str | None
    chapters: tuple[Chapter, ...]


def style(name: str) -> str:
    """A stylesheet of the printed book: ``book`` for all, ``pdf`` for pages of paper."""
    return (PRINT / f"{name}.css").read_text(encoding="utf-8")


def markup(element: Any) -> str:
    """An element as XHTML, for a document whose default namespace is XHTML."""
    return str(etree.tostring(element, encoding="unicode", with_tail=False))


def title_page(book: Book) -> str:
    """The title page as XHTML: names, author, version, day, address, licence."""
    name, _, about = book.title.partition(": ")
    note = words.message("cite_note", version=book.version, changed=book.changed)
    facts = [html.escape(each) for each in (about[:1].upper() + about[1:], book.author, note)]
    facts += [
        f'<a href="{html.escape(link)}">{html.escape(link)}</a>'
        for link in filter(None, (book.address, book.licence))
    ]
    return (
        f'<section class="title-page"><h1>{html.escape(name)}</h1><p class="chinese" lang="zh">'
        + words.message("book_title_chinese")
        + f"</p>{''.join(f'<p>{fact}</p>' for fact in facts if fact)}</section>"
    )


def _drop(element: Any, *instead: Any) -> None:
    """Put ``instead`` in an element's place; the text after it stays."""
    parent, tail = element.getparent(), element.tail or ""
    element.tail = None
    if instead:
        instead[-1].tail = (instead[-1].tail or "") + tail
        at = parent.index(element)
        parent[at : at + 1] = instead
        return
    before = element.getprevious()
    if before is not None:
        before.tail = (before.tail or "") + tail
    else:
        parent.text = (parent.text or "") + tail
    parent.remove(element)


def _well_formed(text: str) -> str:
    """HTML as XML: named characters written out, bare attributes and void elements completed."""
    text = re.sub(r"<script\b.*?</script>|<!--.*?-->", "", text, flags=re.DOTALL)
    text = re.sub(r"&(?!(?:amp|lt|gt|quot|apos);)\w+;", lambda named: html.unescape(named[0]), text)
    text = re.sub(r"<(br|hr|img|input|wbr|col)\b([^<>]*?)\s*/?>", r"<\1\2/>", text)
    bare = re.compile(r"(<\w+(?:\s+[\w:-]+=\"[^\"]*\")*\s+[A-Za-z][\w-]*)(?=[\s/>])")
    while text != (text := bare.sub(r'\1=""', text)):
        pass
    for name, space in (("svg", SVG), ("math", MATHML)):
        text = re.sub(rf"<{name}(?![^<>]*\sxmlns=)", f'<{name} xmlns="{space}"', text)
    return text


def _article(path: Path) -> Any:
    text = path.read_text(encoding="utf-8")
    found = re.search(r'<article class="bd-article".*</article>', text, re.DOTALL)
    if not found:
        raise BindingError(f"{path} has no article. Mend: build the book first (nox -s book)")
    try:
        return etree.fromstring(_well_formed(found[0]))
    except etree.XMLSyntaxError as error:
        raise BindingError(
            f"{path}: {error.msg}. Mend: HTML that a page prints must be well-formed XML"
        ) from None


def _clean(article: Any, page: str | None) -> None:
    for element in article.xpath(_SCREEN_ONLY):
        sentence = etree.Element("p")
        sentence.text = words.message("print_screen_only") + " "
        etree.SubElement(sentence, "a", href=page or "").text = page
        stays = [element] if element.xpath(_MOVING) else []
        _drop(element, *stays, *([sentence] if page else []))
    for element in article.xpath(_DROPPED):
        _drop(element)
    # nothing folds on paper: neither a notebook's code nor anything else
    for element in article.xpath(f".//details[{_having('hide')}]"):
        _drop(element, *element.xpath("*[not(self::summary)]"))
    for element in article.iter("details", "summary"):
        element.attrib.pop("open", None)
        element.tag = "div" if element.tag == "details" else "p"
    for element in article.iter("*"):
        for name in _NO_USE:
            element.attrib.pop(name, None)
    # a chart is one picture, whose links its table has as well
    for drawing in article.iter(f"{{{SVG}}}svg"):
        drawing.attrib.update({"role": "img"} if "role" in drawing.attrib else {})
        for element in drawing.iter(f"{{{SVG}}}a"):
            element.attrib.clear()
            element.tag = f"{{{SVG}}}g"
    # MathML 3, which EPUB asks for, knows these attributes on one element only
    for element in article.xpath(".//m:*[@displaystyle or @scriptlevel]", namespaces={"m": MATHML}):
        if etree.QName(element).localname not in ("math", "mstyle", "mtable"):
            styled = etree.Element(f"{{{MATHML}}}mstyle")
            for name in ("displaystyle", "scriptlevel"):
                if name in element.attrib:
                    styled.set(name, element.attrib.pop(name))
            _drop(element, styled)
            styled.insert(0, element)


def _relink(article: Any, name: str, known: dict[str, set[str]], address: str | None) -> None:
    """Point links into the book where it has the page, else to the web, else nowhere."""
    for element in article.iter("a"):
        href = urlsplit(element.get("href", ""))
        if href.scheme or href.netloc:
            continue
        path = posixpath.normpath(posixpath.join(posixpath.dirname(name), href.path or "."))
        page = path.removesuffix(".html") if href.path else name
        anchor = href.fragment
        folder, _, key = page.partition("/")
        if folder == "works" and key in known.get(entry := f"bibliography/{key[0]}", ()):
            page, anchor = (entry, key) if name != entry else (page, anchor)
        if page in known:
            anchor = anchor if anchor in known[page] else ""
            element.set("href", f"book:{page}" + (f"#{anchor}" if anchor else ""))
        elif address:
            element.set("href", address + path + (f"#{anchor}" if anchor else ""))
        else:
            element.attrib.pop("href", None)
            element.tag = "span"


def _contents(site: Path) -> Iterator[tuple[str, int]]:
    """The pages of the book with their depth: the front page, then those in the sidebar."""
    front = (site / "index.html").read_text(encoding="utf-8")
    sidebar = re.search(r'<nav class="bd-links.*?</nav>', front, re.DOTALL)
    yield "index", 1
    for depth, page in re.findall(
        r'class="toctree-l(\d)[^"]*"><a [^>]*href="([^"#:]+)\.html"', sidebar[0] if sidebar else ""
    ):
        yield page, int(depth)


def _facts(site: Path) -> dict[str, Any]:
    front = (site / "index.html").read_text(encoding="utf-8")
    block = re.search(r'<script type="application/ld\+json">(.*?)</script>', front, re.DOTALL)
    facts: dict[str, Any] = json.loads(block[1])["@graph"][0] if block else {}
    return facts


def bind(site: Path, only: Collection[str] = ()) -> Book:
    """The book of a built site, or of ``only`` these pages of it.

    Pages that the contents do not list (works, datasets) stay outside: a link to a work leads to
    its entry in the bibliography, any other to the site, if its address is known. Raises
    `BindingError` if the site is not there or a page is not well-formed.
    """
    if not (site / "index.html").exists():
        raise BindingError(f"no book in {site}. Mend: build it first (nox -s book)")
    pages = [page for page in _contents(site) if not only or page[0] in only]
    facts = _facts(site)
    address = facts.get("url")
    articles = {name: _article(site / f"{name}.html") for name, _ in pages}
    known = {}
    for name, article in articles.items():
        _clean(article, f"{address}{name}.html" if address else None)
        known[name] = set(article.xpath("//@id"))
    chapters = []
    for name, depth in pages:
        article = articles[name]
        _relink(article, name, known, address)
        for image in article.iter("img"):
            image.set("src", posixpath.normpath(posixpath.join(posixpath.dirname(name),
                                                               image.get("src"))))  # fmt: skip
        head = next(article.iter("h1"))
        if name == "index":  # the title page says the title
            head.text = words.message("print_preface")
        title = " ".join("".join(head.itertext()).split())
        chapters.append(Chapter(name, title, depth, article))
    return Book(
        site, facts["name"], facts["author"]["name"], facts["version"], facts["dateModified"],
        facts["license"], facts["inLanguage"], address, tuple(chapters),
    )  # fmt: skip
