"""What must hold across files: keys that match, no work twice, numbers in range, sources pinned."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from vgkd_docs.findings import Finding, nearest
from vgkd_docs.models import PRETRAINING, pinned

if TYPE_CHECKING:
    from vgkd_docs.catalogue import Catalogue

__all__ = ["Places", "cross_check", "title_key", "unfinished"]


@dataclass(frozen=True)
class Places:
    """Where findings point: the files by name, and the line of each entry and each row.

    ``present`` names records that have a file, even one that cannot be read; ``not_sources`` are
    hosts that nothing may be read at.
    """

    bibliography: str
    data: str
    results: str
    present: set[str]
    bib_lines: Mapping[str, int]
    result_lines: Mapping[int, int] = field(default_factory=dict)
    broken_bibliography: bool = False
    not_sources: Sequence[str] = ()


def title_key(title: str) -> str:
    """A title reduced to its letters and digits, so that near-equal titles meet."""
    folded = unicodedata.normalize("NFKD", title).casefold()
    return re.sub(r"[^0-9a-z\u4e00-\u9fff]", "", folded)


def cross_check(catalogue: Catalogue, places: Places) -> list[Finding]:
    """All findings that need more than one record to see."""
    return [
        *_keys(catalogue, places),
        *_duplicates(catalogue, places),
        *_preprints(catalogue, places),
        *_results(catalogue, places),
        *_datasets(catalogue, places),
        *_corrections(catalogue, places),
        *_sources(catalogue, places),
    ]


def unfinished(data: Path, bibliography: Path, root: Path) -> Iterator[Finding]:
    """Lines that still say what is to be filled in, as ``vgkd-docs new`` wrote them."""
    for path in (bibliography, *sorted((data / "works").glob("*.yaml"))):
        for line, text in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            if "TODO" in text:
                yield Finding(path.relative_to(root).as_posix(), line,
                              f"still to do: {' '.join(text.split())[:60]}",
                              "fill it in and take out TODO, or remove the field")  # fmt: skip


def _keys(catalogue: Catalogue, places: Places) -> Iterator[Finding]:
    if places.broken_bibliography:
        return
    for key in catalogue.works:
        if key not in catalogue.references:
            file = f"{places.data}/works/{key}.yaml"
            hint = nearest(key, sorted(set(catalogue.references) - set(catalogue.works)))
            yield Finding(file, 1, f"{key!r} has no entry in {places.bibliography}",
                          f"add the entry or rename the file ({hint})")  # fmt: skip
    for key, line in places.bib_lines.items():
        if key not in catalogue.works and key not in places.present:
            yield Finding(places.bibliography, line, f"{key!r} has no record in works/",
                          f"add {places.data}/works/{key}.yaml")  # fmt: skip


def _sources(catalogue: Catalogue, places: Places) -> Iterator[Finding]:
    mend = "read it at the publisher, the preprint server or the authors' repository"
    read = [
        (f"{places.data}/{kind}/{key}.yaml", 1, source.address)
        for kind, records in (("works", catalogue.works), ("datasets", catalogue.datasets))
        for key, record in records.items()
        for source in record.sources
    ]
    read += [
        (places.results, places.result_lines.get(index, 1), row.source)
        for index, row in enumerate(catalogue.results)
    ]
    for file, line, address in read:
        host = urlsplit(address).netloc
        if any(host == name or host.endswith(f".{name}") for name in places.not_sources):
            yield Finding(file, line, f"{host} is an index or a mirror, not a source", mend)


def _duplicates(catalogue: Catalogue, places: Places) -> Iterator[Finding]:
    for what in ("doi", "arxiv", "title"):
        seen: dict[str, str] = {}
        for key, reference in catalogue.references.items():
            value = getattr(reference, what)
            if not value:
                continue
            value = title_key(value) if what == "title" else value.lower()
            if value in seen:
                line = places.bib_lines.get(key, 1)
                first = places.bib_lines.get(seen[value], 1)
                problem = f"{key!r} has the same {what} as {seen[value]!r} (line {first})"
                yield Finding(places.bibliography, line, problem, "keep one of the two works")
            else:
                seen[value] = key


def _preprints(catalogue: Catalogue, places: Places) -> Iterator[Finding]:
    for key, reference in catalogue.references.items():
        if re.match("arxiv|corr$", reference.container or "", re.IGNORECASE):
            yield Finding(places.bibliography, places.bib_lines.get(key, 1),
                          f"{reference.container!r} is no place of publication",
                          "leave it out and write @misc: eprint names the preprint")  # fmt: skip


def _results(catalogue: Catalogue, places: Places) -> Iterator[Finding]:
    rows: dict[tuple[str, ...], int] = {}
    unclassed: set[str] = set()
    for index, result in enumerate(catalogue.results):
        line = places.result_lines.get(index, 1)
        if result.work not in catalogue.works and result.work not in places.present:
            hint = nearest(result.work, sorted(catalogue.works))
            yield Finding(places.results, line, f"unknown work {result.work!r}", hint)
        if result.unit == "%" and not 0 <= result.number <= 100:
            yield Finding(places.results, line, f"{result.value}% is not a percentage",
                          "correct the value or leave the unit empty")  # fmt: skip
        new = (
            result.pretraining not in catalogue.pretraining and result.pretraining not in unclassed
        )
        if result.pretraining and new:
            unclassed.add(result.pretraining)
            yield Finding(places.results, line, f"pre-training {result.pretraining!r} is new",
                          f"list it in {places.data}/pretraining.yaml under one of "
                          + ", ".join(PRETRAINING))  # fmt: skip
        if not pinned(result.source):
            yield Finding(places.results, line, f"{result.source} names no commit",
                          "link the file at the commit that was read")  # fmt: skip
        cell = (result.method, result.benchmark, result.split, result.metric, result.setting,
                result.backbone, result.pretraining, result.source, result.locator)  # fmt: skip
        if cell in rows:
            yield Finding(places.results, line, f"same cell as line {rows[cell]}",
                          "keep one row, or tell the two apart in the locator")  # fmt: skip
        rows.setdefault(cell, line)


def _datasets(catalogue: Catalogue, places: Places) -> Iterator[Finding]:
    for slug, dataset in catalogue.datasets.items():
        if dataset.work not in catalogue.works and dataset.work not in places.present:
            hint = nearest(dataset.work, sorted(catalogue.works))
            file = f"{places.data}/datasets/{slug}.yaml"
            yield Finding(file, 1, f"unknown work {dataset.work!r}", hint)


def _corrections(catalogue: Catalogue, places: Places) -> Iterator[Finding]:
    file = f"{places.data}/corrections.yaml"
    by_id: dict[str, int] = defaultdict(int)
    for index, correction in enumerate(catalogue.corrections):
        by_id[correction.id] += 1
        where = f"correction {correction.id!r}"
        if by_id[correction.id] == 2:
            yield Finding(file, index + 1, f"{where} stands twice", "give each its own id")
        for kind, key, known in (
            ("work", correction.work, catalogue.works),
            ("dataset", correction.dataset, catalogue.datasets),
        ):
            if key is not None and key not in known and key not in places.present:
                hint = nearest(key, sorted(known))
                yield Finding(file, index + 1, f"{where}: unknown {kind} {key!r}", hint)
