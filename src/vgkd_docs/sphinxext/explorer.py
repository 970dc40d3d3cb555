"""The explorer: one page on which a reader filters all works, and the data it filters."""

from __future__ import annotations

import html
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from vgkd_docs import words
from vgkd_docs.catalogue import Catalogue
from vgkd_docs.sphinxext.freshness import book_catalogue, note_catalogue
from vgkd_docs.sphinxext.html_site import script, select, to_root, when_built, write_data

__all__ = ["FACETS", "languages", "setup"]

FACETS = ("tasks", "supervision", "domains", "stage", "techniques")


def languages(catalogue: Catalogue) -> dict[str, list[str]]:
    """The languages of the expressions each work reports on, or, for a dataset, contains."""
    found: dict[str, set[str]] = {key: set() for key in catalogue.works}
    for dataset in catalogue.datasets.values():
        found[dataset.work].update(dataset.language)
    for row in catalogue.results:
        if row.benchmark in catalogue.datasets:
            found[row.work].update(catalogue.datasets[row.benchmark].language)
    return {key: sorted(values) for key, values in found.items()}


def _data(catalogue: Catalogue) -> dict[str, Any]:
    spoken = languages(catalogue)
    works = []
    for key in reversed(catalogue.by_year()):
        reference, work = catalogue.references[key], catalogue.works[key]
        record: dict[str, Any] = {"key": key, "name": work.name, "title": reference.title,
            "authors": "; ".join(reference.authors), "year": reference.year, "venue": work.venue,
            "doi": reference.doi, "arxiv": reference.arxiv, "code": work.code,
            "aliases": " ".join(work.aliases), "language": spoken[key]}  # fmt: skip
        works.append(record | {name: getattr(work, name) for name in FACETS})
    shown: dict[str, Any] = {name: words.labels(name) for name in ("tasks", "supervision")}
    shown |= {name: words.message(name) for name in ("code_link", "needs_server")}
    shown["found"] = words.template("found")
    return {"works": works, "words": shown}


def _select(name: str, options: dict[str, str]) -> str:
    return select(name, words.column(name), {"": words.message("any"), **options})


def _field(name: str, kind: str, extra: str = "") -> str:
    head = html.escape(words.message(f"explorer_{name}"))
    return f'<label>{head}<input type="{kind}" name="{name}" {extra}></label>'


def _button(name: str) -> str:
    return f'<button type="button" name="{name}">{html.escape(words.message(name))}</button>'


class Explorer(SphinxDirective):
    """The filter form and its table. Without JavaScript a sentence leads to the plain table."""

    def run(self) -> list[nodes.Node]:
        note_catalogue(self.env)
        catalogue = book_catalogue()
        selects = [_select(name, words.labels(name)) for name in FACETS]
        spoken = sorted({name for names in languages(catalogue).values() for name in names})
        selects.append(_select("language", {name: name for name in spoken}))
        selects.append(_select("code", {"yes": words.message("yes"), "no": words.message("no")}))
        years = [reference.year for reference in catalogue.references.values()] or [0]
        span = f'min="{min(years)}" max="{max(years)}"'
        heads = "".join(
            f"<th>{html.escape(words.column(name))}</th>"
            for name in ("work", "year", "venue", "tasks", "supervision", "code")
        )
        reset = html.escape(words.message("reset"))
        page = (
            f'<div id="work-explorer" hidden><form>{_field("q", "search")}{"".join(selects)}'
            f"{_field('from', 'number', span)}{_field('to', 'number', span)}"
            f'<button type="reset">{reset}</button></form>'
            f'<p><span role="status"></span> {_button("csv")} {_button("bibtex")}</p>'
            '<div class="pst-scrollable-table-container" tabindex="0"><table class="table">'
            f"<thead><tr>{heads}</tr></thead><tbody></tbody></table></div>"
            f"{_button('more')}</div>"
            f"<noscript><p>{html.escape(words.message('no_script'))}</p></noscript>"
            f'<script src="{to_root(self.env.docname)}data/explorer.js" defer></script>'
            + script(self.env.docname, "explorer.js")
        )
        return [nodes.raw("", page, format="html")]


def _write(app: Sphinx) -> None:
    write_data(app, "explorer.js", "vgkdExplorer", _data(book_catalogue()))


def setup(app: Sphinx) -> None:
    """Register the directive, and write what it filters."""
    app.add_directive("explorer", Explorer)
    when_built(app, _write)
