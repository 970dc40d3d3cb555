"""How a page of the book is cited: as text, for reference managers, and for search engines."""

from __future__ import annotations

import datetime
import html
import json
import re
from dataclasses import dataclass
from typing import Any, Literal

from vgkd_docs import LICENCE, words
from vgkd_docs.citation import bibtex_entry, guarded, ris_record

__all__ = ["PageCitation", "PageKind"]

PageKind = Literal["book", "chapter", "dataset"]
_RIS: dict[PageKind, str] = {"book": "BOOK", "chapter": "CHAP", "dataset": "DATA"}
_BIBTEX: dict[PageKind, str] = {"book": "book", "chapter": "incollection", "dataset": "misc"}


@dataclass(frozen=True)
class PageCitation:
    """A page with what a citation of it needs.

    ``changed`` is the day of its last change, ``address`` where it is served, if that is known.
    Each format leaves out the day of access, which only the reader's browser knows.
    """

    name: str
    kind: PageKind
    title: str
    book: str
    author: str
    version: str
    changed: datetime.date
    address: str | None = None

    @property
    def key(self) -> str:
        """The key of its BibTeX entry, e.g. ``vgkd-lightweighting-why-light``."""
        return "vgkd-" + re.sub(r"[^a-z0-9]+", "-", self.name.lower()).strip("-")

    @property
    def note(self) -> str:
        """Version and day of the last change, in words."""
        return words.message("cite_note", version=self.version, changed=self.changed.isoformat())

    def html(self) -> str:
        """The formatted reference; the book's title in italics."""
        of = {name: html.escape(str(getattr(self, name))) for name in ("author", "title", "book")}
        address = html.escape(self.address or "")
        link = f'<a class="reference external" href="{address}">{address}</a>' if address else ""
        return words.message(
            f"cite_{'book' if self.kind == 'book' else 'page'}",
            **of, year=self.changed.year, note=html.escape(self.note), address=link,
        ).strip()  # fmt: skip

    def bibtex(self) -> str:
        """One BibTeX entry, in Unicode."""
        fields = {
            "author": f"{{{self.author}}}",
            "title": guarded(self.title),
            "booktitle": guarded(self.book) if self.kind == "chapter" else None,
            "howpublished": guarded(self.book) if self.kind == "dataset" else None,
            "year": str(self.changed.year),
            "note": self.note,
            "url": self.address,
        }
        return bibtex_entry(_BIBTEX[self.kind], self.key, fields)

    def ris(self) -> str:
        """One RIS record."""
        return ris_record(
            [
                ("TY", _RIS[self.kind]),
                ("AU", self.author),
                ("TI", self.title),
                ("T2", self.book if self.kind != "book" else None),
                ("PY", str(self.changed.year)),
                ("DA", self.changed.strftime("%Y/%m/%d")),
                ("ET", self.version),
                ("UR", self.address),
            ]
        )

    def csl(self) -> dict[str, Any]:
        """One CSL-JSON item."""
        day = self.changed
        item = {
            "id": self.key,
            "type": self.kind,
            "title": self.title,
            "author": [{"literal": self.author}],
            "container-title": self.book if self.kind != "book" else None,
            "issued": {"date-parts": [[day.year, day.month, day.day]]},
            "version": self.version,
            "URL": self.address,
        }
        return {name: value for name, value in item.items() if value}

    def tags(self, description: str, card: str | None) -> list[tuple[str, str, str]]:
        """The page's ``<meta>`` tags: (attribute, name, content); Highwire, Dublin Core, OG.

        Zotero takes ``citation_book_title`` as the sign of a book section, and ``DC.type`` else.
        """
        day = self.changed.isoformat()
        found = [
            ("name", "citation_title", self.title),
            ("name", "citation_author", self.author),
            ("name", "citation_publication_date", self.changed.strftime("%Y/%m/%d")),
            ("name", "citation_book_title", self.book if self.kind == "chapter" else None),
            ("name", "citation_language", "en"),
            ("name", "citation_public_url", self.address),
            ("name", "DC.title", self.title),
            ("name", "DC.creator", self.author),
            ("name", "DC.date", day),
            ("name", "DC.language", "en"),
            ("name", "DC.rights", LICENCE),
            ("name", "DC.type", {"chapter": "bookSection"}.get(self.kind, self.kind)),
            ("name", "DC.relation", self.book if self.kind != "book" else None),
            ("name", "DC.identifier", self.address),
            ("property", "og:type", "website" if self.kind == "book" else "article"),
            ("property", "og:title", self.title),
            ("property", "og:site_name", self.book),
            ("property", "og:description", description),
            ("property", "og:locale", "en"),
            ("property", "og:url", self.address),
            ("property", "og:image", card),
            ("property", "og:image:width", "1200" if card else None),
            ("property", "og:image:height", "630" if card else None),
            ("property", "og:image:alt", self.title if card else None),
            ("property", "article:modified_time", day if self.kind != "book" else None),
            ("name", "twitter:card", "summary_large_image" if card else None),
        ]
        return [(attribute, name, content) for attribute, name, content in found if content]

    def json_ld(self, description: str, trail: list[tuple[str, str | None]],
                about: dict[str, Any] | None = None) -> str:  # fmt: skip
        """The page as JSON-LD, safe inside a ``<script>``: itself, its book, the way to it.

        ``trail`` holds title and address of each page from the front page to this one; ``about``
        is the work or dataset that the page describes.
        """
        author = {"@type": "Organization", "name": self.author}
        book = {"@type": "Book", "name": self.book, "author": author, "version": self.version,
                "license": LICENCE, "inLanguage": "en", "url": trail[0][1]}  # fmt: skip
        kind = {"book": "Book", "chapter": "Chapter", "dataset": "Dataset"}[self.kind]
        page = {
            "@type": kind, "@id": self.address, "url": self.address, "name": self.title,
            "description": description, "author": author, "creator": author, "license": LICENCE,
            "inLanguage": "en", "dateModified": self.changed.isoformat(), "version": self.version,
            "isPartOf": book if self.kind != "book" else None, "about": about,
        }  # fmt: skip
        steps = [
            {"@type": "ListItem", "position": place, "name": title, "item": address}
            for place, (title, address) in enumerate(trail, 1)
        ]
        graph = [page, {"@type": "BreadcrumbList", "itemListElement": steps}]
        content = _without_none({"@context": "https://schema.org", "@graph": graph})
        text = json.dumps(content, ensure_ascii=False)
        return text.replace("<", "\\u003c").replace("&", "\\u0026")


def _without_none(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_none(item) for key, item in value.items() if item is not None}
    if isinstance(value, list):
        return [_without_none(item) for item in value]
    return value
