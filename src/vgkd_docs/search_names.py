"""What a reader may look for by name: works, datasets, terms, lists of works, in two languages."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import astuple, dataclass, field
from pathlib import Path

from vgkd_docs import words
from vgkd_docs.catalogue import DATA, Catalogue
from vgkd_docs.findings import Finding
from vgkd_docs.tables import dataset_page, select_works, work_page
from vgkd_docs.yamlfile import field_line, read_yaml

__all__ = ["ALIASES", "GROUPS", "Aliases", "Named", "dataset_names", "list_names",
           "names_in_definition", "read_aliases", "shortened", "work_names"]  # fmt: skip

ALIASES = DATA / "search_aliases.yaml"
"""Names that stand nowhere else, mostly Chinese."""
GROUPS = ("terms", "pages", "datasets", "works", "vocabulary")
_CHINESE = "\u3400-\u9fff"
_ABOUT = 200
"""So many characters of a description are kept."""


@dataclass(frozen=True)
class Named:
    """A thing with an address below the site's root; ``about`` is one line on it."""

    kind: str
    url: str
    title: str
    about: str = ""
    names: list[str] = field(default_factory=list)

    def row(self) -> list[object]:
        """The fields in order, for the file that the browser reads."""
        return list(astuple(self))


@dataclass(frozen=True)
class Aliases:
    """The other names of each target; a target of the vocabulary is ``facet/value``."""

    path: Path
    groups: dict[str, dict[str, list[str]]]

    def of(self, group: str, target: str) -> list[str]:
        """Other names of a target, possibly none."""
        return self.groups.get(group, {}).get(target, [])

    def unknown(self, group: str, known: Iterable[str]) -> Iterator[Finding]:
        """One finding for each target of a group that is not among the known ones."""
        for target in sorted(self.groups.get(group, {}).keys() - set(known)):
            where = (group, *target.split("/", 1)) if group == "vocabulary" else (group, target)
            problem = f"{group}: {target!r} does not exist"
            mend = "correct the name, or remove the line"
            yield Finding(self.path.name, field_line(self.path, where), problem, mend)


def read_aliases(path: Path = ALIASES) -> tuple[Aliases, list[Finding]]:
    """Read the other names, and what is wrong with the file; a missing file holds none."""
    value, findings = read_yaml(path, path.name) if path.exists() else ({}, [])
    groups: dict[str, dict[str, list[str]]] = {}
    for group, targets in (value or {}).items():
        if group not in GROUPS or not isinstance(targets, dict):
            mend = f"use {', '.join(GROUPS)}, each with targets and their names"
            findings.append(Finding(path.name, field_line(path, (group,)), f"{group!r}", mend))
            continue
        if group == "vocabulary":
            targets = {
                f"{facet}/{term}": names
                for facet in targets
                for term, names in targets[facet].items()
            }
        groups[group] = {}
        for target, names in targets.items():
            if isinstance(names, list) and all(isinstance(name, str) for name in names):
                groups[group][target] = names
                continue
            line = field_line(path, (group, *target.split("/", 1)))
            mend = "give a list of texts; quote a number"
            findings.append(Finding(path.name, line, f"{target!r}: names are no list", mend))
    return Aliases(path, groups), findings


def shortened(text: str) -> str:
    """A description cut to one line."""
    text = " ".join(text.split())
    return text if len(text) <= _ABOUT else text[: _ABOUT - 1].rsplit(" ", 1)[0] + "…"


def names_in_definition(definition: str) -> list[str]:
    """The names that a glossary entry opens with: its Chinese, then what the English stands for.

    >>> names_in_definition("交并比, intersection over union. The area two regions share.")
    ['交并比', 'intersection over union']
    >>> names_in_definition("视觉定位（视觉接地）. Finding the region.")
    ['视觉定位', '视觉接地']
    """
    opening = re.split(r"\.\s|\.$|\n", definition, maxsplit=1)[0]
    chinese, _, rest = opening.partition(", ")
    found = re.fullmatch(rf"([^（]*[{_CHINESE}][^（a-z]*?)(?:（(.*)）)?( in .*)?", chinese.strip())
    if not found:
        return []
    names = [found[1].strip(), *([found[2]] if found[2] else [])]
    if rest and len(rest) < 60 and not found[3]:
        names += [part.removeprefix("written ") for part in rest.split(", ")]
    return names


def work_names(catalogue: Catalogue, aliases: Aliases) -> Iterator[Named]:
    """Every work, by its short name, title, identifiers, and first author with the year."""
    for key, work in catalogue.works.items():
        reference = catalogue.references[key]
        family = reference.authors[0].partition(",")[0] if reference.authors else ""
        names = [reference.title, key, f"{family} {reference.year}", *work.aliases]
        names += [name for name in (reference.arxiv, reference.doi) if name]
        names += aliases.of("works", key)
        about = f"{reference.title}. {work.venue}, {reference.year}"
        yield Named("work", work_page(key)[:-3], work.name, about, names)


def dataset_names(catalogue: Catalogue, aliases: Aliases) -> Iterator[Named]:
    """Every dataset and benchmark."""
    for slug, dataset in catalogue.datasets.items():
        tasks = ", ".join(words.label("tasks", task) for task in dataset.tasks)
        domains = ", ".join(words.label("domains", domain) for domain in dataset.domains)
        names = [slug, *([dataset.seed_name] if dataset.seed_name else [])]
        names += aliases.of("datasets", slug)
        about = shortened(f"{tasks}; {domains}" if domains else tasks)
        yield Named("dataset", dataset_page(slug)[:-3], dataset.name, about, names)


def list_names(catalogue: Catalogue, aliases: Aliases, facets: Iterable[str],
               page: str) -> Iterator[Named]:  # fmt: skip
    """Every value that the explorer at ``page`` filters by; each leads to the list of its works."""
    for facet in facets:
        for value, label in words.labels(facet).items():
            if found := select_works(catalogue, where=None, **{facet: value}):
                about = words.message("search_list", count=len(found), facet=words.column(facet))
                names = [value, *aliases.of("vocabulary", f"{facet}/{value}")]
                yield Named("list", f"{page}?{facet}={value}", label, about, names)
