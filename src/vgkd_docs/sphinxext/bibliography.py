"""Citations by look-up: the domain of sphinxcontrib-bibtex without its searches through everything.

Upstream goes through all citations for each entry of each bibliography, through all entries for
each citation, and through all installed packages for each of both, so that a build's time grows
with the square of the catalogue.
"""

from __future__ import annotations

import functools
import html
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pybtex.plugin
from docutils import nodes
from pybtex.database import Entry
from pybtex.style.formatting.plain import Style as PlainStyle
from pybtex.style.labels import BaseLabelStyle
from pybtex.style.template import field, href, join, names, node, sentence
from sphinx.application import Sphinx
from sphinx.writers.html5 import HTML5Translator
from sphinxcontrib.bibtex.citation_target import parse_citation_targets
from sphinxcontrib.bibtex.domain import BibtexDomain, Citation, _FilterVisitor, get_docnames

from vgkd_docs import words
from vgkd_docs.citation import bibtex
from vgkd_docs.sphinxext.freshness import book_catalogue
from vgkd_docs.sphinxext.pages import citing_pages, link_list
from vgkd_docs.tables import work_page

__all__ = ["setup"]

_NAMES = 12
"""So many authors an entry names before *et al.*"""


class KeyLabels(BaseLabelStyle):  # type: ignore[misc]
    """Labels that are unique on all pages of the bibliography: the keys."""

    def format_labels(self, entries: Iterable[Entry]) -> Iterator[str]:
        """The label of each entry."""
        for entry in entries:
            yield entry.key


@node  # type: ignore[untyped-decorator]
def _some_names(children: list[Any], context: dict[str, Any], role: str) -> Any:
    everybody = names(role, sep=", ", sep2=" and ", last_sep=", and ")
    people = context["entry"].persons.get(role, [])
    if len(people) <= _NAMES:
        return everybody.format_data(context)
    style = context["style"]
    first = [style.format_name(person, style.abbreviate_names) for person in people[:_NAMES]]
    return join(sep=", ")[(*first, "et al.")].format_data(context)


class Printed(PlainStyle):  # type: ignore[misc]
    """The plain style with titles as printed, long author lists cut, and :class:`KeyLabels`."""

    default_label_style = KeyLabels

    def format_title(self, entry: Entry, which_field: str, as_sentence: bool = True) -> Any:
        """A title with the capitals its publisher prints; upstream lowers them."""
        return sentence[field(which_field)] if as_sentence else field(which_field)

    def format_url(self, entry: Entry) -> Any:
        """The address as its host's name: whole addresses fill lines that nobody reads."""
        host = (urlsplit(entry.fields.get("url", "")).hostname or "").removeprefix("www.")
        return href[field("url", raw=True), host]

    def format_names(self, role: str, as_sentence: bool = True) -> Any:
        """All names, or the first twelve and *et al.*: the work's own page has them all."""
        return sentence[_some_names(role)] if as_sentence else _some_names(role)


class CitationDomain(BibtexDomain):
    """The domain ``cite``, with an index from keys to what cites them and to their entries."""

    _cited: dict[str, set[str]]
    _order: list[str]
    _entries: dict[str, list[Citation]] | None = None
    _found: list[Citation] | None = None

    @property
    def citations(self) -> list[Citation]:
        """All citations, or, while one reference is resolved, those it names."""
        return self.data["citations"] if self._found is None else self._found

    def env_updated(self) -> Iterable[str]:
        """Index what was read, then let upstream assign entries to bibliographies."""
        place = {name: at for at, name in enumerate(get_docnames(self.env))}
        self._cited, self._order, self._entries = defaultdict(set), [], None
        for reference in sorted(self.citation_refs, key=lambda item: place[item.docname]):
            for target in reference.targets:
                self._cited[target.key].add(reference.docname)
                self._order.append(target.key)
        updated: Iterable[str] = super().env_updated()
        return updated

    def get_all_cited_keys(self, docnames: list[str]) -> Iterable[str]:
        """The keys in the order in which the book cites them."""
        return self._order

    def get_filtered_entries(self, bibliography_key: Any) -> Iterator[tuple[str, Entry]]:
        """The entries that a bibliography's filter lets through."""
        bibliography = self.bibliographies[bibliography_key]
        for entry in self.get_entries(bibliography.bibfiles):
            key = bibliography.keyprefix + entry.key
            visitor = _FilterVisitor(entry, bibliography_key.docname, self._cited.get(key, set()))
            if visitor.visit(bibliography.filter_) or entry.key in bibliography.keys:
                yield key, entry

    def resolve_xref(self, env: Any, fromdocname: str, builder: Any, typ: str, target: str,
                     node: Any, contnode: Any) -> nodes.Element:  # fmt: skip
        """Resolve one reference among the entries it names."""
        if self._entries is None:
            self._entries = defaultdict(list)
            for citation in self.data["citations"]:
                self._entries[citation.key].append(citation)
        keys = [named.key for named in parse_citation_targets(target)]
        self._found = [citation for key in keys for citation in self._entries.get(key, ())]
        try:
            resolved: nodes.Element = super().resolve_xref(
                env, fromdocname, builder, typ, target, node, contnode
            )
        finally:
            self._found = None
        return resolved


def _complete(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Give each entry its work's page and code, what cites it, and its BibTeX."""
    if not docname.startswith("bibliography/"):
        return
    catalogue, citing = book_catalogue(), citing_pages(app.env)
    for entry in doctree.findall(nodes.citation):
        key = entry["ids"][0]
        if key not in catalogue.works:
            continue
        uri = app.builder.get_relative_uri(docname, work_page(key)[:-3])
        page = nodes.reference("", words.message("entry_work"), refuri=uri, internal=True)
        line = nodes.paragraph("", "", page, classes=["entry-links"])
        if code := catalogue.works[key].code:
            link = nodes.reference("", words.message("code_link"), refuri=str(code))
            line += [nodes.Text(" · "), link]
        entry += line
        if key in citing:
            said = nodes.Text(words.message("entry_cited") + " ")
            places = link_list(app, docname, citing[key])
            entry += nodes.paragraph("", "", said, *places, classes=["entry-links"])
        text = html.escape(bibtex(catalogue.references[key]))
        head = html.escape(words.message("entry_bibtex"))
        shown = f'<summary>{head}</summary><pre tabindex="0">{text}</pre>'
        entry += nodes.raw("", f'<details class="entry-bibtex">{shown}</details>', format="html")


def _open_entry(self: HTML5Translator, node: nodes.citation) -> None:
    # docutils says doc-biblioentry, a role that ARIA has withdrawn; the depart method stays its own
    if not isinstance(node.previous_sibling(), nodes.citation):
        self.body.append('<div role="list" class="citation-list">\n')
    self.body.append(self.starttag(node, "div", classes=["citation"], role="listitem"))


def setup(app: Sphinx) -> None:
    """Register the style as ``vgkd``, and the domain in place of upstream's."""
    app.setup_extension("sphinxcontrib.bibtex")
    app.add_domain(CitationDomain, override=True)
    app.connect("doctree-resolved", _complete)
    show = (_open_entry, HTML5Translator.depart_citation)
    app.add_node(nodes.citation, override=True, html=show)
    pybtex.plugin.register_plugin("pybtex.style.formatting", "vgkd", Printed)
    pybtex.plugin._load_entry_point = functools.lru_cache(pybtex.plugin._load_entry_point)
