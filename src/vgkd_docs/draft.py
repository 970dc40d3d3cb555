"""A paper that is not in the catalogue yet: seen beside it, checked by it, and as files for it."""

from __future__ import annotations

import csv
import io
import re
import tempfile
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import yaml

from vgkd_docs.catalogue import Catalogue, CatalogueError, load_from
from vgkd_docs.checks import cross_check
from vgkd_docs.citation import guarded
from vgkd_docs.findings import Finding
from vgkd_docs.models import Result

__all__ = ["Paper", "findings", "with_paper", "without"]

_KEY = re.compile(r"[a-z]+[0-9]{4}[a-z0-9]*")
_DATA = "src/vgkd_docs/data"
_RESULTS = f"{_DATA}/results.csv"
_PRETRAINING = f"{_DATA}/pretraining.yaml"


@dataclass(frozen=True)
class Paper:
    """A work and its numbers, in the fields of the files that a contribution consists of.

    ``reference`` holds the fields of the BibTeX entry (authors as one text, joined by "and"),
    ``record`` those of the YAML record, ``results`` one mapping for each row of results.csv; a
    column that is left out stays empty, and ``work`` is filled in. ``pretraining`` gives the class
    of a text in that column that the catalogue does not know.
    """

    key: str
    reference: Mapping[str, str]
    record: Mapping[str, object]
    results: Sequence[Mapping[str, str]] = ()
    kind: str = "inproceedings"
    pretraining: Mapping[str, str] = field(default_factory=dict)

    def bibtex(self) -> str:
        """The entry for ``references.bib``."""
        fields = ",\n".join(
            f"  {name} = {{{guarded(value) if name == 'title' and '{' not in value else value}}}"
            for name, value in self.reference.items()
        )
        return f"@{self.kind}{{{self.key},\n{fields}\n}}\n"

    def yaml(self) -> str:
        """The record for ``works/``."""
        return yaml.safe_dump(dict(self.record), sort_keys=False, allow_unicode=True, width=100)

    def csv(self) -> str:
        """The rows for ``results.csv``, without its header."""
        text = io.StringIO()
        writer = csv.DictWriter(text, list(Result.model_fields), "", lineterminator="\n")
        writer.writerows({"work": self.key, **row} for row in self.results)
        return text.getvalue()

    def files(self) -> dict[str, str]:
        """What to save, and where: the path in the repository, then the text."""
        made = {"references.bib": self.bibtex(), f"{_DATA}/works/{self.key}.yaml": self.yaml()}
        if self.results:
            made[_RESULTS] = self.csv()
        if self.pretraining:
            made[_PRETRAINING] = _classes(self.pretraining)
        return made


def _classes(pretraining: Mapping[str, str]) -> str:
    grouped: dict[str, list[str]] = defaultdict(list)
    for text, known in pretraining.items():
        grouped[known].append(text)
    return yaml.safe_dump(dict(grouped), sort_keys=False, allow_unicode=True)


def without(catalogue: Catalogue, key: str) -> Catalogue:
    """The catalogue as it was before a work was added, for trying out."""
    return replace(
        catalogue,
        references={name: value for name, value in catalogue.references.items() if name != key},
        works={name: value for name, value in catalogue.works.items() if name != key},
        results=[row for row in catalogue.results if row.work != key],
    )


def _alone(catalogue: Catalogue, paper: Paper) -> Catalogue:
    """The paper read from its files, as ``vgkd-docs check`` reads them."""
    if not _KEY.fullmatch(paper.key):  # it becomes the name of a file
        mend = "first author, year, short name, e.g. dai2024simvg"
        raise CatalogueError([Finding("references.bib", 1, f"key {paper.key!r}", mend)])
    unknown = sorted({name for row in paper.results for name in row} - set(Result.model_fields))
    if unknown:
        mend = f"use {', '.join(Result.model_fields)}"
        problem = f"unknown column {unknown[0]!r}"
        raise CatalogueError([Finding(_RESULTS, 1, problem, mend)])
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        for name, text in paper.files().items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            head = f"{','.join(Result.model_fields)}\n" if name.endswith(".csv") else ""
            (root / name).write_text(head + text, encoding="utf-8")
        known = _classes(catalogue.pretraining | dict(paper.pretraining))
        (root / _PRETRAINING).write_text(known, encoding="utf-8")
        return load_from(root / _DATA, root / "references.bib")


def with_paper(catalogue: Catalogue, paper: Paper) -> Catalogue:
    """The catalogue with the paper in it.

    Raises:
        CatalogueError: with everything that a contribution of it would be asked to mend; lines are
            those of the paper's own files.

    """
    alone = _alone(catalogue, paper)
    if paper.key in catalogue.references:
        problem = f"{paper.key!r} is already there"
        raise CatalogueError([Finding("references.bib", 1, problem, "edit it, or choose a key")])
    together = replace(
        catalogue,
        references=catalogue.references | alone.references,
        works=catalogue.works | alone.works,
        results=[*catalogue.results, *alone.results],
        pretraining=alone.pretraining,
    )
    # all findings concern the paper: the catalogue alone has none
    places = {
        "bibliography": "references.bib",
        "bib_lines": dict.fromkeys(together.references, 1),
        "results": _RESULTS,
        "result_lines": {},
        "data": _DATA,
        "present": set(together.works) | set(catalogue.datasets),
        "broken_bibliography": False,
        "not_sources": [],
    }
    if found := cross_check(together, places):
        raise CatalogueError(found)
    return together


def findings(catalogue: Catalogue, paper: Paper) -> list[Finding]:
    """Everything that is wrong with a paper; nothing if it could be contributed as it is."""
    try:
        with_paper(catalogue, paper)
    except CatalogueError as error:
        return error.findings
    return []
