"""Where a reader is: the way from the front page, time to read, and the guided paths.

A guided path is a section of ``docs/paths.md``; the pages its steps link to are its stops.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

from vgkd_docs import words
from vgkd_docs.sphinxext.metadata import changed_on, trail

__all__ = ["GuidedPath", "Stop", "minutes", "setup", "stops"]

PATHS = "paths"
"""The page that lays out the guided paths."""

WORDS_PER_MINUTE = 200
_LOOKED_UP = ("index", "works/", "datasets/", "bibliography/", "evidence/leaderboards-", "genindex")
_ON_THE_WAY = ("back/",)
_WORD = re.compile(r"[\u3400-\u9fff]{2}|[\u3400-\u9fff]|[^\s\u3400-\u9fff]+")


@dataclass(frozen=True)
class Stop:
    """A page on a path, with the step that asks for it."""

    page: str
    step: str


@dataclass(frozen=True)
class GuidedPath:
    """A guided path: its name, its place on the page of paths, its pages in order."""

    name: str
    anchor: str
    stops: tuple[Stop, ...]


def minutes(doctree: nodes.document) -> int:
    """Minutes that the running text takes, at least one; tables, code and equations are not text.

    Two Chinese characters count as one word.
    """
    count = 0
    for text in doctree.findall(nodes.Text):
        node = text.parent
        while node is not None and not isinstance(
            node, (nodes.table, nodes.literal_block, nodes.math, nodes.math_block, nodes.raw)
        ):
            node = node.parent
        if node is None:
            count += len(_WORD.findall(text.astext()))
    return max(1, round(count / WORDS_PER_MINUTE))


def _step(item: nodes.Element) -> str:
    strong = item.next_node(nodes.strong)
    return strong.astext().rstrip(".:") if strong else ""


def stops(section: nodes.section) -> tuple[Stop, ...]:
    """The pages that a path's steps link to, each once, in order.

    A step is a subsection or an item of a numbered list; a link outside of a step is an aside.
    """
    found: dict[str, Stop] = {}
    steps: Iterable[tuple[nodes.Element, str]] = [
        *((part, part.next_node(nodes.title).astext()) for part in section.findall(nodes.section)
          if part is not section),
        *((item, _step(item)) for part in section.findall(nodes.enumerated_list)
          for item in part.children if isinstance(item, nodes.list_item)),
    ]  # fmt: skip
    for part, step in steps:
        for link in part.findall(addnodes.pending_xref):
            page = link["reftarget"].partition("#")[0].strip("/")
            aside = page.startswith(_ON_THE_WAY) or page.rpartition("/")[2] == "index"
            if link.get("refdomain") == "doc" and not aside:
                found.setdefault(page, Stop(page, step))
    return tuple(found.values())


def _read(app: Sphinx, doctree: nodes.document) -> None:
    if app.env.docname != PATHS:
        return
    sections = [part for top in doctree.findall(nodes.section) if top.parent is doctree
                for part in top.children if isinstance(part, nodes.section)]  # fmt: skip
    app.env.vgkd_paths = [  # type: ignore[attr-defined]
        GuidedPath(part.next_node(nodes.title).astext(), part["ids"][0], found)
        for part in sections
        if (found := stops(part))
    ]


def _merge(app: Sphinx, env: BuildEnvironment, docnames: list[str], other: Any) -> None:
    if PATHS in docnames:
        env.vgkd_paths = getattr(other, "vgkd_paths", [])  # type: ignore[attr-defined]


def _changed(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """The pages whose foot another state of the paths has changed."""
    now, before = getattr(env, "vgkd_paths", []), getattr(env, "vgkd_paths_shown", [])
    env.vgkd_paths_shown = now  # type: ignore[attr-defined]
    if now == before:
        return []
    pages = {stop.page for path in (*now, *before) for stop in path.stops}
    return sorted(pages & env.found_docs)


def _steps(app: Sphinx, pagename: str) -> list[dict[str, Any]]:
    """For each path that a page is on: its name, the step, the page before and the page after."""

    def link(stop: Stop | None) -> dict[str, str] | None:
        if stop is None or stop.page not in app.env.titles:
            return None
        address = app.builder.get_relative_uri(pagename, stop.page)
        return {"address": address, "title": app.env.titles[stop.page].astext()}

    shown = []
    for path in getattr(app.env, "vgkd_paths", []):
        pages = [stop.page for stop in path.stops]
        if pagename not in pages:
            continue
        at = pages.index(pagename)
        before = path.stops[at - 1] if at else None
        after = path.stops[at + 1] if at + 1 < len(pages) else None
        start = app.builder.get_relative_uri(pagename, PATHS) + f"#{path.anchor}"
        shown.append({"path": path.name, "start": start, "step": path.stops[at].step,
                      "place": words.message("path_place", at=at + 1, all=len(pages)),
                      "before": link(before), "after": link(after)})  # fmt: skip
    return shown


def _where(app: Sphinx, pagename: str) -> str:
    """The way here from the front page; a page just below it needs none."""
    way = trail(app, pagename)[1:-1]
    if not way:
        return ""
    links = "".join(
        f'<li><a href="{html.escape(app.builder.get_relative_uri(pagename, page))}">'
        f"{html.escape(app.env.titles[page].astext())}</a></li>"
        for page in way
    )
    label = html.escape(words.message("where"), quote=True)
    return f'<nav class="where" aria-label="{label}"><ol>{links}</ol></nav>\n'


def _facts(app: Sphinx, pagename: str, doctree: nodes.document) -> str:
    day = changed_on(app, pagename).isoformat()
    facts = [html.escape(words.message("changed_on", date=day))]
    if not pagename.startswith(_LOOKED_UP) and not pagename.endswith("/index"):
        facts.insert(0, html.escape(words.message("minutes", count=minutes(doctree))))
    return f'<p class="page-facts">{" · ".join(facts)}</p>\n'


def _add(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any],
         doctree: nodes.document | None) -> None:  # fmt: skip
    if doctree is None:
        return
    context["path_steps"] = _steps(app, pagename)
    context["path_words"] = {name: words.message(f"path_{name}")
                             for name in ("label", "on", "before", "after")}  # fmt: skip
    if pagename == app.config.root_doc:
        return
    head, end, rest = context["body"].partition("</h1>")
    if end:
        facts = _facts(app, pagename, doctree)
        context["body"] = f"{_where(app, pagename)}{head}{end}\n{facts}{rest}"


def setup(app: Sphinx) -> None:
    """Connect to Sphinx's events."""
    app.connect("doctree-read", _read)
    app.connect("env-merge-info", _merge)
    app.connect("env-updated", _changed)
    app.connect("html-page-context", _add)
