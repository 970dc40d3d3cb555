"""The whole book as a PDF: one document of all chapters, printed by Chromium.

Of the ways there are (Chromium, WeasyPrint, LaTeX) this one alone keeps equations, the vector
figures and the tables as the site draws them. Chromium has no page numbers for a table of contents
(``target-counter``), so it prints twice: once to learn on which page each chapter starts.
"""

from __future__ import annotations

import html
import io
import os
import re
import shutil
import tempfile
from itertools import accumulate
from pathlib import Path
from typing import Any

import pikepdf

from vgkd_docs import words
from vgkd_docs.binding import PRINT, BindingError, Book, Chapter, markup, style, title_page

__all__ = ["document", "find_chromium", "write_pdf"]

_CONTENTS_DEPTH = 2
_REFERENCES = ("aria-labelledby", "aria-describedby", "headers", "for")
_HOW: dict[str, Any] = {
    "prefer_css_page_size": True, "print_background": True, "outline": True, "tagged": True,
}  # fmt: skip
# an A4 page of 210 mm less its margins, in CSS pixels: what tables are measured against
_WIDTH = round((210 - 2 * 18) / 25.4 * 96)


def _place(name: str, anchor: str = "") -> str:
    """The id, unique in the document, of a chapter or of a place in it."""
    return "--".join(filter(None, (name.replace("/", "-"), anchor)))


def _chapter(chapter: Chapter, number: int) -> str:
    article = chapter.linked(lambda name, anchor: "#" + _place(name, anchor))

    def ours(match: re.Match[str]) -> str:
        return f"{match[1]}#{_place(chapter.name, match[2])}"

    for element in article.iter("*"):
        for name, value in element.attrib.items():
            if name == "id":
                element.set(name, _place(chapter.name, value))
            elif name in _REFERENCES:
                element.set(name, " ".join(_place(chapter.name, each) for each in value.split()))
            elif "url(#" in value:
                element.set(name, re.sub(r"(url\()#([^)]+)", ours, value))
            elif name.endswith("}href") and value.startswith("#"):
                element.set(name, "#" + _place(chapter.name, value[1:]))
        if re.fullmatch(r"h[1-6]", str(element.tag)):
            # the outline follows the headings: a chapter's lie below its part's
            level = int(element.tag[1])
            kind = "title" if level == 1 else f"l{level}"
            element.set("class", f"{element.get('class', '')} {kind}".strip())
            element.tag = f"h{min(6, level + chapter.depth - 1)}"
    article.set("id", _place(chapter.name))
    is_part = chapter.depth == 1 and chapter.name.endswith("/index")
    kind = "part" if is_part else f"d{chapter.depth}"
    article.set("class", f"c{number} {kind}")
    return markup(article)


def _contents(book: Book) -> str:
    entries = "".join(
        f'<p class="d{chapter.depth}"><a href="#{place}">{html.escape(chapter.title)}</a>'
        f'<a href="#{place}" data-page-of="{place}">000</a></p>'
        for chapter in book.chapters
        if chapter.depth <= _CONTENTS_DEPTH
        for place in [_place(chapter.name)]
    )
    head = html.escape(words.message("print_contents"))
    return f'<nav class="contents"><h1>{head}</h1>{entries}</nav>'


def _running_heads(chapters: tuple[Chapter, ...]) -> str:
    rules = []
    for number, chapter in enumerate(chapters):
        if chapter.depth > _CONTENTS_DEPTH:
            continue
        title = re.sub(r'["\\]', r"\\\g<0>", chapter.title)
        rules.append(
            f".c{number} {{ page: c{number} }}"
            f' @page c{number} {{ @top-center {{ content: "{title}" }} }}'
        )
    return "\n".join(rules)


def document(book: Book) -> str:
    """The book as one XHTML document: title page, contents without numbers, chapters."""
    css = style("book") + style("pdf") + _running_heads(book.chapters)
    # what the contents leave out runs on below the chapter before it, under its head
    heads = [n if each.depth <= _CONTENTS_DEPTH else -1 for n, each in enumerate(book.chapters)]
    chapters = "\n".join(map(_chapter, book.chapters, accumulate(heads, max)))
    return (
        f'<!DOCTYPE html>\n<html xmlns="http://www.w3.org/1999/xhtml" lang="{book.language}">'
        f"<head><title>{html.escape(book.title)}</title><style>{html.escape(css, quote=False)}"
        f"</style></head><body>{title_page(book)}{_contents(book)}{chapters}</body></html>"
    )


def find_chromium() -> str | None:
    """Where Chromium is: ``VGKD_CHROMIUM``, else the usual names."""
    names = (os.environ.get("VGKD_CHROMIUM", ""), "chromium", "chromium-browser", "google-chrome")
    return next((path for name in names if name and (path := shutil.which(name))), None)


def _pages_of(printed: bytes, places: list[str]) -> dict[str, int]:
    """The page, counted from 1, on which each place lies."""
    with pikepdf.open(io.BytesIO(printed)) as pdf:
        numbers = {page.objgen: number for number, page in enumerate(pdf.pages, 1)}
        return {place: numbers[pdf.Root.Dests[f"/{place}"][0].objgen] for place in places}


def _print(source: Path, places: list[str]) -> bytes:
    """Print the document with the page of each place in its contents."""
    from playwright.sync_api import sync_playwright

    chromium = find_chromium()
    if not chromium:
        raise BindingError("no Chromium. Mend: install Debian's chromium, or set VGKD_CHROMIUM")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": _WIDTH, "height": 960})
        page.set_default_timeout(0)  # a whole book takes its time
        page.emulate_media(media="print", color_scheme="light")
        page.goto(source.as_uri())
        page.add_script_tag(path=PRINT / "pdf.js")
        page.evaluate("prepare.fitTables(); prepare.drawHatches()")
        numbers: dict[str, int] = {}
        printed = page.pdf(**_HOW)
        while numbers != (numbers := _pages_of(printed, places)):
            page.evaluate("(pages) => prepare.number(pages)", numbers)
            printed = page.pdf(**_HOW)
        browser.close()
    return bytes(printed)


def _finish(printed: bytes, book: Book, path: Path) -> int:
    """Say what the file is, fold its outline to the parts, and pack it; returns its pages."""
    stamp = f"{book.changed}T00:00:00Z"
    with pikepdf.open(io.BytesIO(printed)) as pdf:
        with pdf.open_metadata(set_pikepdf_as_editor=False) as metadata:
            metadata["dc:title"] = book.title
            metadata["dc:creator"] = [book.author]
            metadata["dc:rights"] = book.licence
            metadata["dc:language"] = [book.language]
            metadata["xmp:CreateDate"] = metadata["xmp:ModifyDate"] = stamp
        day = f"D:{book.changed.replace('-', '')}000000Z"
        pdf.docinfo.update({"/Author": book.author, "/CreationDate": day, "/ModDate": day})
        with pdf.open_outline() as outline:
            for entry in outline.root:
                entry.is_closed = True
        pdf.Root.PageMode = pikepdf.Name.UseOutlines
        pdf.Root.ViewerPreferences = pikepdf.Dictionary(DisplayDocTitle=True)
        pdf.save(path, object_stream_mode=pikepdf.ObjectStreamMode.generate,
                 recompress_flate=True, deterministic_id=True)  # fmt: skip
        return len(pdf.pages)


def write_pdf(book: Book, path: Path) -> int:
    """Print the book to ``path``; returns the number of its pages.

    Raises `BindingError` if there is no Chromium.
    """
    places = [_place(each.name) for each in book.chapters if each.depth <= _CONTENTS_DEPTH]
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "book.xhtml")
        source.write_text(document(book), encoding="utf-8")
        return _finish(_print(source, places), book, path)
