"""Puts the map of the field into a page: a table of marks, the same works as a list, their data."""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util.docutils import SphinxDirective

from vgkd_docs import words
from vgkd_docs.catalogue import Catalogue
from vgkd_docs.field_map import (
    FIRST_YEAR,
    GROUPINGS,
    Weight,
    columns,
    lanes,
    ranked,
    teachers,
    weights,
)
from vgkd_docs.sphinxext.freshness import book_catalogue, note_catalogue
from vgkd_docs.sphinxext.html_site import add_html_node, as_json, select, to_root
from vgkd_docs.sphinxext.pages import citing_pages
from vgkd_docs.sphinxext.publishing import note_expansion
from vgkd_docs.tables import escape, work_page

__all__ = ["field_list", "field_map", "setup"]

_NARROW = 3.6
"""The least width of a column, in the unit of its root of works."""

_ROOMY = 30
"""A column of so many works is wide enough for a name in it."""

_FILTERS = ("tasks", "techniques", "supervision", "domains")
_SAID = ("found", "chosen", "none", "pages", "teacher", "students", "caption")
_SHAPES = {"method": "dot", "model": "square", "dataset": "diamond", "survey": "triangle",
           "metric": "triangle"}  # fmt: skip


def _text(name: str, **values: object) -> str:
    return html.escape(words.message(name, **values))


def _mark(catalogue: Catalogue, key: str, weight: Weight, landmark: bool, works: str) -> str:
    work, year = catalogue.works[key], catalogue.references[key].year
    names = [_SHAPES[work.kind], f"s{weight.size}"]
    names += ["ringed"] * bool(weight.tables) + ["landmark"] * landmark
    name, said = html.escape(work.name), html.escape(f"{work.name}, {work.venue} {year}")
    # the list beneath serves the Tab key; a script makes one mark at a time a stop
    return (
        f'<a class="{" ".join(names)}" href="{works}{key}.html" title="{said}" tabindex="-1">'
        f"<span>{name}</span></a>"
    )


def _cells(catalogue: Catalogue, keys: Iterable[str]) -> dict[int, list[str]]:
    cells: dict[int, list[str]] = {year: [] for year, _ in columns(catalogue)}
    for key in keys:
        cells[max(catalogue.references[key].year, FIRST_YEAR - 1)].append(key)
    return cells


def _years(catalogue: Catalogue) -> list[tuple[int, str, str]]:
    """Each column's last year, its head, and its class."""
    count = {year: len(keys) for year, keys in _cells(catalogue, catalogue.works).items()}
    return [
        (year, head, "" if count[year] >= _ROOMY else "narrow") for year, head in columns(catalogue)
    ]


def _table(catalogue: Catalogue, weight: Mapping[str, Weight], works: str) -> str:
    order = {key: at for at, key in enumerate(ranked(catalogue, weight))}
    total = _cells(catalogue, order)
    # a year's width grows with the root of its works, so that no cell towers over its lane
    widths = {year: max(_NARROW, len(keys) ** 0.5) for year, keys in total.items()}
    share = 84 / sum(widths.values())
    sizes = "".join(f'<col style="width:{share * width:.2f}%">' for width in widths.values())
    heads = "".join(
        f'<th scope="col" data-year="{year}">{head} <small>{len(total[year])}</small></th>'
        for year, head in columns(catalogue)
    )
    rows, years = [], _years(catalogue)
    for lane in lanes(catalogue, GROUPINGS[0]):
        cells = _cells(catalogue, sorted(lane.keys, key=order.__getitem__))
        shown = "".join(
            f'<td data-year="{head}" class="{room}">'
            + "".join(
                _mark(catalogue, key, weight[key], at == 0 and weight[key].pages > 2, works)
                for at, key in enumerate(cells[year])
            )
            + "</td>"
            for year, head, room in years
        )
        head = f"{html.escape(lane.label)} <small>{len(lane.keys)}</small>"
        rows.append(f'<tr><th scope="row" data-lane="{lane.name}">{head}</th>{shown}</tr>')
    caption = _text("map_caption", lane=words.label("map_grouping", GROUPINGS[0]))
    corner = html.escape(words.column(GROUPINGS[0]))
    return (
        f'<table><caption>{caption}</caption><colgroup><col style="width:16%">{sizes}</colgroup>'
        f'<thead><tr><th scope="col">{corner}</th>{heads}</tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table>"
    )


def field_list(catalogue: Catalogue, weight: Mapping[str, Weight], works: str) -> str:
    """The map's works as nested lists: lane, year, work."""
    order, heads = ranked(catalogue, weight), dict(columns(catalogue))
    parts = []
    for lane in lanes(catalogue, GROUPINGS[0]):
        held = set(lane.keys)
        years = []
        for year, keys in _cells(catalogue, (key for key in order if key in held)).items():
            items = "".join(
                f'<li><a href="{works}{key}.html">{html.escape(catalogue.works[key].name)}</a> '
                f"<cite>{html.escape(catalogue.references[key].title)}</cite> "
                f"{html.escape(catalogue.works[key].venue)} {catalogue.references[key].year}</li>"
                for key in keys
            )
            years += [f"<li>{heads[year]}<ul>{items}</ul></li>"] if items else []
        parts.append(
            f"<details><summary>{html.escape(lane.label)} <small>{len(lane.keys)}</small></summary>"
            f"<ul>{''.join(years)}</ul></details>"
        )
    return "".join(parts)


def _form() -> str:
    groupings = {name: words.label("map_grouping", name) for name in GROUPINGS}
    fields = [select("lanes", words.message("map_lanes"), groupings)]
    fields += [
        select(name, words.column(name), {"": words.message("any"), **words.labels(name)})
        for name in _FILTERS
    ]
    names = f'<label class="check"><input type="checkbox" name="names">{_text("map_names")}</label>'
    reset = f'<button type="reset">{_text("reset")}</button>'
    return f"<form hidden>{''.join(fields)}{names}{reset}</form>"


def _key() -> str:
    shapes: dict[str, list[str]] = {}
    for kind, shape in _SHAPES.items():
        shapes.setdefault(shape, []).append(words.label("kind", kind))
    marks = [([f"{shape} s3"], ", ".join(names)) for shape, names in shapes.items()]
    marks += [(["dot s1", "dot s2", "dot s3"], words.message("map_key_size"))]
    marks += [(["dot s3 ringed"], words.message("map_key_ring"))]
    shown = " ".join(
        f"<span>{''.join(f'<i class={name!r}></i>' for name in drawn)}{html.escape(text)}</span>"
        for drawn, text in marks
    )
    return f'<p class="field-key" role="group" aria-label="{_text("map_key")}">{shown}</p>'


def _data(catalogue: Catalogue, weight: Mapping[str, Weight]) -> str:
    taught = teachers(catalogue)
    fields = ("kind", "tasks", "techniques", "supervision", "domains", "stage", "summary")
    works = {}
    for key in ranked(catalogue, weight):
        work, reference = catalogue.works[key], catalogue.references[key]
        record: dict[str, Any] = {name: getattr(work, name) for name in fields}
        record["year"] = max(reference.year, FIRST_YEAR - 1)
        record["pages"], record["tables"] = weight[key].pages, weight[key].tables
        record["teacher"] = taught.get(key)
        record["paper"], record["code"] = reference.address, work.code
        works[key] = {name: value for name, value in record.items() if value}
    shown = {name: words.template(f"map_{name}") for name in _SAID}
    shown |= {name: words.message(name) for name in ("paper_link", "code_link", "close")}
    found = {
        grouping: [(lane.name, lane.label, lane.terms) for lane in lanes(catalogue, grouping)]
        for grouping in GROUPINGS
    }
    return as_json({
        "works": works, "lanes": found, "years": _years(catalogue), "words": shown,
        "narrow": _NARROW, "heads": {name: words.column(name) for name in GROUPINGS},
        "groupings": words.labels("map_grouping"),
    })  # fmt: skip


def field_map(catalogue: Catalogue, citing: Mapping[str, Iterable[str]], up: str) -> str:
    """The whole map as HTML; ``up`` leads from its page to the site's root, e.g. ``../``."""
    weight, works = weights(catalogue, citing), f"{up}works/"
    return (
        f'<div class="field-map">{_form()}{_key()}'
        '<p><span role="status"></span> '
        f'<a class="to-explorer" href="{up}evidence/explorer.html" hidden>{_text("map_explorer")}'
        f"</a></p>{_table(catalogue, weight, works)}"
        f'<aside id="field-card" class="field-card" aria-label="{_text("map_card")}" hidden>'
        "</aside>"
        f'<details class="field-list"><summary>{_text("map_list")}</summary>'
        f"<div>{field_list(catalogue, weight, works)}</div></details>"
        f'<script type="application/json">{_data(catalogue, weight)}</script></div>'
    )


class _Map(nodes.General, nodes.Element):  # type: ignore[misc]
    """Stands for the map, which is drawn once all pages are read.

    It is not raw HTML, so that a search for a work's name does not lead here.
    """


def _markdown(catalogue: Catalogue) -> str:
    lines, heads = [], dict(columns(catalogue))
    for lane in lanes(catalogue, GROUPINGS[0]):
        lines += ["", f"**{escape(lane.label)}**", ""]
        for year, keys in _cells(catalogue, lane.keys).items():
            named = (f"[{escape(catalogue.works[key].name)}](../{work_page(key)})" for key in keys)
            lines += [f"- {heads[year]}: {', '.join(named)}"] if keys else []
    return "\n".join(lines).strip()


class FieldMap(SphinxDirective):
    """The map of all works. Without JavaScript it is a table of links and a list."""

    def run(self) -> list[nodes.Node]:
        note_catalogue(self.env)
        note_expansion(self.env, self.lineno, _markdown(book_catalogue()))
        self.env.metadata[self.env.docname]["vgkd_field_map"] = True
        return [_Map("", up=to_root(self.env.docname))]


def _visit(translator: Any, node: _Map) -> None:
    citing = citing_pages(translator.builder.env)
    translator.body.append(field_map(book_catalogue(), citing, node["up"]))


def _refresh(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Write the map's page again when what cites a work has changed."""
    before, now = getattr(env, "vgkd_mapped", None), citing_pages(env)
    env.vgkd_mapped = now  # type: ignore[attr-defined]
    pages = [name for name in env.found_docs if env.metadata[name].get("vgkd_field_map")]
    return sorted(pages) if before != now else []


def _files(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any],
           doctree: nodes.document | None) -> None:  # fmt: skip
    if doctree is not None and any(doctree.findall(_Map)):
        app.add_css_file("field-map.css")
        app.add_js_file("field-map.js", loading_method="defer")


def setup(app: Sphinx) -> None:
    """Register the directive and how it is written."""
    add_html_node(app, _Map, _visit)
    app.add_directive("field-map", FieldMap)
    app.connect("env-updated", _refresh, priority=600)  # after the index of citing pages
    app.connect("html-page-context", _files)
