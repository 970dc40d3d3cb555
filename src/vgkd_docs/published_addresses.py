"""The addresses the book has ever had: a release adds its pages, and none may stop resolving."""

from __future__ import annotations

from pathlib import Path

import yaml

__all__ = ["missing", "record", "redirects"]

# pages that only the search box or the index makes
_NOT_PAGES = ("genindex.html", "search.html")


def _pages(html: Path) -> set[str]:
    found = {path.relative_to(html) for path in html.rglob("*.html")}
    return {
        path.as_posix() for path in found
        if not path.parts[0].startswith("_") and path.name not in _NOT_PAGES
    }  # fmt: skip


def _read(published: Path) -> list[str]:
    return published.read_text(encoding="utf-8").split() if published.exists() else []


def record(published: Path, html: Path) -> list[str]:
    """Add the pages of a built book to the list in ``published``; returns the new ones."""
    known = set(_read(published))
    new = sorted(_pages(html) - known)
    published.write_text("\n".join(sorted(known | set(new))) + "\n", encoding="utf-8")
    return new


def missing(published: Path, html: Path) -> list[str]:
    """The published addresses that a built book answers neither by a page nor by a redirect."""
    return [address for address in _read(published) if not (html / address).is_file()]


def redirects(moved: Path) -> dict[str, str]:
    """``moved.yaml`` for sphinx-reredirects: each old page's name with the way to its new one.

    Raises:
        ValueError: when the file is not a mapping from page names to page names.

    """
    content = yaml.safe_load(moved.read_text(encoding="utf-8")) or {}
    if not isinstance(content, dict) or not all(isinstance(name, str) for name in content.values()):
        raise ValueError(f"{moved.name}: each line is 'old/page: new/page', without .html")
    return {old: "../" * old.count("/") + f"{new}.html" for old, new in content.items()}
