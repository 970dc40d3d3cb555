"""A page for each work, each dataset and each letter of the bibliography, made before reading."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.environment import BuildEnvironment
from sphinx.errors import ExtensionError
from sphinx.util.docutils import SphinxDirective

from vgkd_docs import words
from vgkd_docs.catalogue import Catalogue, CatalogueError, load_catalogue
from vgkd_docs.citation import bibtex, ris
from vgkd_docs.tables import (
    benchmark_tables,
    dataset_card,
    dataset_page,
    escape,
    related_works,
    results_table,
    uncited,
    work_page,
    works_table,
)

__all__ = ["citing_pages", "link_list", "setup", "sources"]

_FOLDERS = ("works", "datasets", "bibliography")
_RESULT_COLUMNS = ("benchmark", "split", "metric", "value", "method", "setting", "pretraining",
                   "read_from", "source")  # fmt: skip


def _sections(*parts: tuple[str, str]) -> str:
    return "".join(
        f"\n## {escape(words.message(name))}\n\n{body}\n" for name, body in parts if body
    )


def _block(language: str, text: str) -> str:
    # a fence longer than any in the text, so that no text can end it
    fence = "`" * (3 + max((len(run) for run in re.findall("`+", text)), default=0))
    return f"{fence}{{code-block}} {language}\n{text}{fence}\n\n"


def work_source(catalogue: Catalogue, key: str) -> str:
    """The MyST source of a work's page."""
    reference, work = catalogue.references[key], catalogue.works[key]
    authors = "; ".join(reference.authors)
    place = reference.container or work.venue
    lines = [
        f"*{escape(reference.title)}*",
        f"{escape(authors)}.",
        f"{escape(place)}, {reference.year}.",
    ]
    address = reference.address
    links = [f"[{escape(words.message('paper_link'))}](<{address}>)"] if address else []
    if reference.doi:
        links.append(f"[{escape('doi:' + reference.doi)}](<https://doi.org/{reference.doi}>)")
    if reference.arxiv:
        links.append(f"[arXiv:{reference.arxiv}](https://arxiv.org/abs/{reference.arxiv})")
    if work.code:
        links.append(f"[{escape(words.message('code_link'))}](<{work.code}>)")
    results = [row for row in catalogue.results if row.work == key]
    table = results_table(catalogue, results, _RESULT_COLUMNS).myst() if results else ""
    kin = works_table(catalogue, related_works(catalogue, key), ("work", "year", "venue")).myst()
    cite = _block("bibtex", bibtex(reference)) + _block("text", ris(reference))
    return (
        f"---\norphan: true\n---\n\n# {escape(work.name)}\n\n"
        + "\n\n".join([*lines, " · ".join(links)])
        + f"\n\n```{{work-card}} {key}\n:facts:\n```\n"
        + _sections(
            ("results_head", table),
            ("discussed_head", f"```{{discussed-in}} {key}\n```"),
            ("related_head", kin),
            ("cite_head", cite),
        )
    )


def dataset_source(catalogue: Catalogue, slug: str) -> str:
    """The MyST source of a dataset's page."""
    dataset = catalogue.datasets[slug]
    parts = []
    for metric, found, more in benchmark_tables(catalogue, slug):
        note = f"\n*{escape(words.message('more_rows', count=more))}*\n" if more else ""
        parts.append(f"**{escape(metric)}**\n\n{found.myst()}{note}")
    table = "\n\n".join(parts)
    discussed = f"```{{discussed-in}} {dataset.work}\n```"
    return (
        f"---\norphan: true\n---\n\n# {escape(dataset.name)}\n\n{dataset_card(catalogue, slug)}\n"
        + _sections(("results_head", table), ("discussed_head", discussed))
    )


def bibliography_source(letter: str) -> str:
    """The MyST source of the bibliography of one letter: one page of all would grow too heavy."""
    title = words.message("bibliography_of", letter=letter.upper())
    return f'# {escape(title)}\n\n```{{bibliography}}\n:filter: key % "^{letter}"\n```\n'


def sources(catalogue: Catalogue) -> Iterator[tuple[str, str]]:
    """Path below the source folder and text of every generated page."""
    for key in catalogue.works:
        yield work_page(key), uncited(work_source(catalogue, key))
    for slug in catalogue.datasets:
        yield dataset_page(slug), uncited(dataset_source(catalogue, slug))
    for letter in sorted({key[0] for key in catalogue.references}):
        yield f"bibliography/{letter}.md", bibliography_source(letter)


def _write(app: Sphinx, config: Config) -> None:
    try:
        catalogue = load_catalogue()
    except CatalogueError as error:
        count = len(error.findings)
        raise ExtensionError(f"the catalogue has {count} findings:\n{error}") from None
    root = Path(app.confdir)
    wanted = dict(sources(catalogue))
    for folder in _FOLDERS:
        (root / folder).mkdir(exist_ok=True)
        for path in (root / folder).glob("*.md"):
            if path.relative_to(root).as_posix() not in wanted:
                path.unlink()
    for name, text in wanted.items():
        path = root / name
        # an unchanged page keeps its time, so that it is not read again
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")


class _Discussed(nodes.General, nodes.Element):  # type: ignore[misc]
    """Stands for the list of pages that cite a work, known once all pages are read."""


class DiscussedIn(SphinxDirective):
    """Lists the chapters and notebooks that cite a work."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        return [_Discussed("", key=self.arguments[0])]


def citing_pages(env: BuildEnvironment) -> dict[str, list[str]]:
    """The chapters and notebooks that cite each work, by its key; known once all pages are read."""
    found: dict[str, list[str]] = env.vgkd_citing  # type: ignore[attr-defined]
    return found


def _index(env: BuildEnvironment) -> dict[str, list[str]]:
    citing: dict[str, set[str]] = {}
    for reference in env.get_domain("cite").citation_refs:  # type: ignore[attr-defined]
        if not reference.docname.startswith((*_FOLDERS, "back/")):
            for target in reference.targets:
                citing.setdefault(target.key, set()).add(reference.docname)
    return {key: sorted(pages) for key, pages in citing.items()}


def _links(app: Sphinx, docname: str, found: list[str]) -> Iterator[nodes.reference]:
    for page in found:
        uri = app.builder.get_relative_uri(docname, page)
        yield nodes.reference("", app.env.titles[page].astext(), refuri=uri, internal=True)


def link_list(app: Sphinx, docname: str, found: list[str]) -> list[nodes.Node]:
    """Links to pages, by their titles, with commas between them."""
    listed: list[nodes.Node] = []
    for link in _links(app, docname, found):
        listed += [nodes.Text(", "), link]
    return listed[1:]


def _fill(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    places = list(doctree.findall(_Discussed))
    if not places:
        return
    citing = citing_pages(app.env)
    for place in places:
        found = citing.get(place["key"], [])
        listing = nodes.bullet_list()
        for link in _links(app, docname, found):
            listing += nodes.list_item("", nodes.paragraph("", "", link))
        nobody = nodes.paragraph("", words.message("discussed_nowhere"))
        place.replace_self(listing if found else nobody)


def _refresh(app: Sphinx, env: BuildEnvironment) -> list[str]:
    before, now = getattr(env, "vgkd_citing", {}), _index(env)
    env.vgkd_citing = now  # type: ignore[attr-defined]
    changed = {key for key in before.keys() | now.keys() if before.get(key) != now.get(key)}
    shown_on = {page for key in changed for page in (work_page(key)[:-3], f"bibliography/{key[0]}")}
    return sorted(shown_on & env.found_docs)


def setup(app: Sphinx) -> None:
    """Connect to Sphinx's events."""
    app.add_node(_Discussed)
    app.add_directive("discussed-in", DiscussedIn)
    app.connect("config-inited", _write, priority=50)
    app.connect("doctree-resolved", _fill)
    app.connect("env-updated", _refresh)
