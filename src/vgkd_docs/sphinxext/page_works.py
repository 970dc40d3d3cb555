"""At a chapter's foot, the works that it cites at a glance: a tiny timeline and a folded table."""

from __future__ import annotations

import hashlib
import html
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

from vgkd_docs import words
from vgkd_docs.catalogue import Catalogue
from vgkd_docs.sphinxext.freshness import book_catalogue
from vgkd_docs.sphinxext.html_site import to_root
from vgkd_docs.sphinxext.pages import citing_pages

__all__ = ["setup", "works_at_a_glance"]

_LEAST = 3
"""A page that cites fewer works needs no overview of them."""

_BADGES = 3
"""So many techniques a row names; the work's own page has them all."""

_COLUMNS = ("work", "year", "venue", "techniques")
_BAR, _HEIGHT = 5, 16


def _bars(years: Sequence[int]) -> str:
    count = Counter(years)
    first, last = min(years), max(years)
    most = max(count.values())
    bars = []
    for year in range(first, last + 1):
        if count[year]:
            tall, x = max(1, round(_HEIGHT * count[year] / most)), _BAR * (year - first)
            bars.append(f"M{x} {_HEIGHT}v-{tall}h{_BAR - 1}v{tall}z")
    width = _BAR * (last - first + 1)
    return (
        f'<svg viewBox="0 0 {width} {_HEIGHT}" width="{width}" height="{_HEIGHT}" '
        f'aria-hidden="true"><path d="{"".join(bars)}"/></svg>'
    )


def works_at_a_glance(catalogue: Catalogue, keys: Iterable[str], up: str) -> str:
    """The works as HTML, oldest first; empty for fewer than three.

    ``up`` leads from the page to the site's root, e.g. ``../``.
    """
    known = [key for key in keys if key in catalogue.works]
    order = sorted(known, key=lambda key: (catalogue.references[key].year, key))
    if len(order) < _LEAST:
        return ""
    years = [catalogue.references[key].year for key in order]
    head = words.message("page_works", count=len(order), first=years[0], last=years[-1])
    rows = []
    for key, year in zip(order, years, strict=True):
        work = catalogue.works[key]
        labels = [words.label("techniques", term) for term in work.techniques[:_BADGES]]
        badges = " ".join(f"<span>{html.escape(label)}</span>" for label in labels)
        rows.append(
            f'<tr><th scope="row"><a href="{up}works/{key}.html">{html.escape(work.name)}</a></th>'
            f"<td>{year}</td><td>{html.escape(work.venue)}</td><td>{badges}</td></tr>"
        )
    columns = "".join(
        f'<th scope="col">{html.escape(words.column(name))}</th>' for name in _COLUMNS
    )
    return (
        f'<details class="page-works no-print"><summary>{html.escape(head)} {_bars(years)}'
        "</summary>"
        f"<table><thead><tr>{columns}</tr></thead><tbody>{''.join(rows)}</tbody></table></details>"
    )


def _shown(env: BuildEnvironment, page: str) -> str:
    cited: Mapping[str, list[str]] = env.vgkd_cited_on  # type: ignore[attr-defined]
    return works_at_a_glance(book_catalogue(), cited.get(page, ()), to_root(page))


def _refresh(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Write a page again when its works or what is said of them changed."""
    cited: dict[str, list[str]] = {}
    for key, pages in citing_pages(env).items():
        for page in pages:
            cited.setdefault(page, []).append(key)
    env.vgkd_cited_on = cited  # type: ignore[attr-defined]
    before: dict[str, str] = getattr(env, "vgkd_page_works", {})
    now = {page: hashlib.sha256(_shown(env, page).encode()).hexdigest() for page in cited}
    env.vgkd_page_works = now  # type: ignore[attr-defined]
    changed = {page for page in before.keys() | now.keys() if before.get(page) != now.get(page)}
    return sorted(changed & env.found_docs)


def _add(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any],
         doctree: nodes.document | None) -> None:  # fmt: skip
    if doctree is not None:
        context["page_works"] = _shown(app.env, pagename)


def setup(app: Sphinx) -> None:
    """Connect to Sphinx's events."""
    app.connect("env-updated", _refresh, priority=600)  # after the index of citing pages
    app.connect("html-page-context", _add)
