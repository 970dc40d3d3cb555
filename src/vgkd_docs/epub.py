"""The book as an EPUB 3: the bound chapters, a cover, a table of contents, a description."""

from __future__ import annotations

import html
import io
import mimetypes
import posixpath
import uuid
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from vgkd_docs import cards, words
from vgkd_docs.binding import MATHML, SVG, Book, Chapter, markup, style, title_page

__all__ = ["write_epub"]

_CONTAINER = """\
<?xml version="1.0" encoding="utf-8"?>
<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container">
<rootfiles>
<rootfile full-path="EPUB/book.opf" media-type="application/oebps-package+xml"/>
</rootfiles>
</container>
"""
_PAGE = """\
<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE html>
<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops" \
lang="{language}" xml:lang="{language}">
<head><title>{title}</title><link rel="stylesheet" type="text/css" href="{style}"/></head>
<body{kind}>{body}</body>
</html>
"""
_PACKAGE = """\
<?xml version="1.0" encoding="utf-8"?>
<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="id" \
xml:lang="{language}">
<metadata xmlns:dc="http://purl.org/dc/elements/1.1/">
{metadata}
</metadata>
<manifest>
{manifest}
</manifest>
<spine>
{spine}
</spine>
</package>
"""


def _page(book: Book, title: str, body: str, *, up: str = "", kind: str = "") -> str:
    kind = f' epub:type="{kind}"' if kind else ""
    return _PAGE.format(language=book.language, title=html.escape(title), body=body, kind=kind,
                        style=f"{up}book.css")  # fmt: skip


def _chapter(book: Book, chapter: Chapter) -> str:
    folder = posixpath.dirname(chapter.name)

    def address(name: str, anchor: str) -> str:
        path = posixpath.relpath(f"{name}.xhtml", folder or ".")
        return f"{path}#{anchor}" if anchor else path

    article = chapter.linked(address)
    for image in article.iter("img"):
        image.set("src", posixpath.relpath(image.get("src"), folder or "."))
    up = "../" * chapter.name.count("/")
    return _page(book, chapter.title, markup(article), up=up)


def _nested(chapters: Iterable[Chapter]) -> str:
    """The chapters as nested lists, each with a link."""
    parts, depth = [], 0
    for chapter in chapters:
        if chapter.depth > depth:
            parts.append("<ol>" * (chapter.depth - depth))
        else:
            parts.append("</li>" + "</ol></li>" * (depth - chapter.depth))
        depth = chapter.depth
        title = html.escape(chapter.title)
        parts.append(f'<li><a href="{chapter.name}.xhtml">{title}</a>')
    return "".join(parts) + "</li></ol>" * depth


def _metadata(book: Book) -> str:
    name = uuid.uuid5(uuid.NAMESPACE_URL, f"{book.address or book.title}#{book.version}")
    facts = {
        'dc:identifier id="id"': f"urn:uuid:{name}",
        "dc:title": book.title,
        "dc:language": book.language,
        "dc:creator": book.author,
        "dc:date": book.changed,
        "dc:rights": book.licence,
        "dc:source": book.address,
        'meta property="dcterms:modified"': f"{book.changed}T00:00:00Z",
        'meta property="schema:accessMode"': ["textual", "visual"],
        'meta property="schema:accessModeSufficient"': "textual",
        'meta property="schema:accessibilityFeature"': [
            "alternativeText", "MathML", "readingOrder", "structuralNavigation", "tableOfContents",
        ],
        'meta property="schema:accessibilityHazard"': "none",
        'meta property="schema:accessibilitySummary"': words.message("print_accessibility"),
    }  # fmt: skip
    lines = [
        f"<{tag}>{html.escape(value)}</{tag.split()[0]}>"
        for tag, values in facts.items()
        for value in (values if isinstance(values, list) else [values])
        if value
    ]
    return "\n".join([*lines, '<meta name="cover" content="cover"/>'])


def _properties(chapter: Chapter) -> str:
    found = [
        name
        for name, tag in (("mathml", f"{{{MATHML}}}math"), ("svg", f"{{{SVG}}}svg"))
        if next(chapter.article.iter(tag), None) is not None
    ]
    return " ".join(found)


def _cover(book: Book) -> bytes:
    name, _, about = book.title.partition(": ")
    picture = io.BytesIO()
    cards.cover(picture, name, about, words.message("book_title_chinese"), book.version)
    return picture.getvalue()


def write_epub(book: Book, path: Path) -> int:
    """Write the book to ``path``; returns the number of its chapters.

    The same book gives the same bytes: every file in it is dated by the book's last change.
    """
    name = book.title.partition(":")[0]
    contents = html.escape(words.message("print_contents"))
    alt = words.message("print_cover", title=name, chinese=words.message("book_title_chinese"))
    nav = f'<nav epub:type="toc" id="toc"><h1>{contents}</h1>{_nested(book.chapters)}</nav>'
    cover = f'<img src="cover.png" alt="{html.escape(alt)}"/>'
    files: dict[str, tuple[str | bytes, str]] = {
        "book.css": (style("book"), ""),
        "cover.png": (_cover(book), "cover-image"),
        "cover.xhtml": (_page(book, name, cover, kind="cover"), ""),
        "title.xhtml": (_page(book, name, title_page(book), kind="titlepage"), ""),
        "contents.xhtml": (_page(book, words.message("print_contents"), nav), "nav"),
    }
    for chapter in book.chapters:
        files[f"{chapter.name}.xhtml"] = (_chapter(book, chapter), _properties(chapter))
        for image in chapter.article.iter("img"):
            files[image.get("src")] = ((book.site / image.get("src")).read_bytes(), "")
    manifest, spine = [], []
    for number, (file, (_, properties)) in enumerate(files.items()):
        kind = "application/xhtml+xml" if file.endswith(".xhtml") else mimetypes.guess_type(file)[0]
        name = "cover" if file == "cover.png" else f"f{number}"
        more = f' properties="{properties}"' if properties else ""
        manifest.append(f'<item id="{name}" href="{file}" media-type="{kind}"{more}/>')
        if file.endswith(".xhtml"):
            spine.append(f'<itemref idref="{name}"/>')
    package = _PACKAGE.format(language=book.language, metadata=_metadata(book),
                              manifest="\n".join(manifest), spine="\n".join(spine))  # fmt: skip
    day: Any = (*map(int, book.changed.split("-")), 0, 0, 0)
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as packed:

        def pack(file: str, content: str | bytes, how: int = zipfile.ZIP_DEFLATED) -> None:
            entry = zipfile.ZipInfo(file, day)
            entry.compress_type = how
            packed.writestr(entry, content)

        # readers know an EPUB by its first bytes
        pack("mimetype", "application/epub+zip", zipfile.ZIP_STORED)
        pack("META-INF/container.xml", _CONTAINER)
        pack("EPUB/book.opf", package)
        for file, (content, _) in files.items():
            pack(f"EPUB/{file}", content)
    return len(book.chapters)
