"""Citations by look-up: the domain of sphinxcontrib-bibtex without its searches through everything.

Upstream goes through all citations for each entry of each bibliography, through all entries for
each citation, and through all installed packages for each of both, so that a build's time grows
with the square of the catalogue.
"""

from __future__ import annotations

import functools
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

import pybtex.plugin
from docutils import nodes
from pybtex.database import Entry
from pybtex.style.formatting.plain import Style as PlainStyle
from pybtex.style.labels import BaseLabelStyle
from sphinx.application import Sphinx
from sphinxcontrib.bibtex.citation_target import parse_citation_targets
from sphinxcontrib.bibtex.domain import BibtexDomain, Citation, _FilterVisitor, get_docnames

__all__ = ["setup"]


class KeyLabels(BaseLabelStyle):  # type: ignore[misc]
    """Labels that are unique on all pages of the bibliography: the keys."""

    def format_labels(self, entries: Iterable[Entry]) -> Iterator[str]:
        """The label of each entry."""
        for entry in entries:
            yield entry.key


class ByKey(PlainStyle):  # type: ignore[misc]
    """The plain style with :class:`KeyLabels`; the style sheet hides them."""

    default_label_style = KeyLabels


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


def setup(app: Sphinx) -> None:
    """Register the style as ``vgkd``, and the domain in place of upstream's."""
    app.setup_extension("sphinxcontrib.bibtex")
    app.add_domain(CitationDomain, override=True)
    pybtex.plugin.register_plugin("pybtex.style.formatting", "vgkd", ByKey)
    pybtex.plugin._load_entry_point = functools.lru_cache(pybtex.plugin._load_entry_point)
