"""Loads everything the book knows, checked as a whole: one catalogue or a list of findings."""

from __future__ import annotations

import csv
import functools
import hashlib
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeVar

from pydantic import TypeAdapter, ValidationError

from vgkd_docs.bibliography import read_bibliography
from vgkd_docs.checks import Places, cross_check
from vgkd_docs.findings import Finding, from_validation
from vgkd_docs.models import (
    BIBLIOGRAPHIC_FIELDS,
    PRETRAINING,
    Correction,
    Dataset,
    Record,
    Reference,
    Result,
    Verification,
    Work,
)
from vgkd_docs.yamlfile import field_line, read_yaml

__all__ = [
    "DATA", "SNAPSHOT", "Catalogue", "CatalogueError", "bibliography_path", "csv_lines",
    "data_files", "digest", "load_catalogue", "load_from", "snapshot",
]  # fmt: skip

PACKAGE = Path(__file__).parent
DATA = PACKAGE / "data"

SNAPSHOT = DATA / "catalogue.json"
"""The checked catalogue in one file: only in the package for the browser, where YAML is slow."""

_R = TypeVar("_R", bound=Record)


class CatalogueError(Exception):
    """The data has problems; ``findings`` holds all of them."""

    def __init__(self, findings: list[Finding]) -> None:
        self.findings = sorted(findings)
        super().__init__("\n".join(str(finding) for finding in self.findings))


@dataclass(frozen=True)
class Catalogue:
    """Works, datasets, results and corrections, with the bibliography they draw on."""

    references: dict[str, Reference]
    works: dict[str, Work]
    datasets: dict[str, Dataset]
    results: list[Result]
    corrections: list[Correction]
    bibliography: Path
    pretraining: dict[str, str] = field(default_factory=dict)
    verifications: list[Verification] = field(default_factory=list)

    def pretraining_class(self, row: Result) -> str:
        """What a method saw before the benchmark, as the coarse class that rows are compared in."""
        return self.pretraining.get(row.pretraining, "unstated")

    def status(self, key: str) -> str:
        """``verified`` when every bibliographic fact given of a work was read in a source."""
        reference, work = self.references[key], self.works[key]
        given = {
            "title": reference.title, "authors": reference.authors, "year": reference.year,
            "venue": work.venue, "doi": reference.doi, "arxiv": reference.arxiv,
            "code": work.code,
        }  # fmt: skip
        supported = work.supported()
        ok = all(not given[field] or field in supported for field in BIBLIOGRAPHIC_FIELDS)
        return "verified" if ok else "unverified"

    def by_year(self) -> list[str]:
        """The keys of all works, oldest first."""
        return sorted(self.works, key=lambda key: (self.references[key].year, key))


def bibliography_path() -> Path:
    """``references.bib``: at the top of a checkout, or inside an installed package."""
    checkout = PACKAGE.parent.parent / "references.bib"
    return checkout if checkout.exists() else DATA / "references.bib"


def data_files() -> list[Path]:
    """Every file the catalogue is read from, in a fixed order."""
    files = [path for path in DATA.rglob("*") if path.suffix in {".yaml", ".csv"}]
    return [bibliography_path(), *sorted(files)]


def digest() -> str:
    """A fingerprint of the data and the package's own code: notebooks depend on all of it."""
    sha = hashlib.sha256()
    for path in [*data_files(), *sorted(PACKAGE.rglob("*.py"))]:
        sha.update(path.name.encode())
        sha.update(path.read_bytes())
    return sha.hexdigest()[:16]


def _record(model: type[_R], value: object, path: Path, name: str, subject: str,
            prefix: tuple[object, ...] = ()) -> tuple[_R | None, list[Finding]]:  # fmt: skip
    try:
        return model.model_validate(value), []
    except ValidationError as error:
        line = lambda where: field_line(path, prefix + where)  # noqa: E731
        return None, from_validation(error, name, line, subject)


def _folder(model: type[_R], folder: Path, root: Path) -> tuple[dict[str, _R], list[Finding]]:
    records: dict[str, _R] = {}
    findings: list[Finding] = []
    for path in sorted(folder.glob("*.yaml")):
        name = path.relative_to(root).as_posix()
        value, wrong = read_yaml(path, name)
        if not wrong:
            record, wrong = _record(model, value, path, name, path.stem)
            if record is not None:
                records[path.stem] = record
        findings += wrong
    return records, findings


def _list(model: type[_R], path: Path, root: Path) -> tuple[list[_R], list[Finding]]:
    name = path.relative_to(root).as_posix()
    value, findings = read_yaml(path, name) if path.exists() else ([], [])
    records = []
    if value is not None and not isinstance(value, list):
        findings.append(Finding(name, 1, "not a list", "start each record with '- '"))
        value = []
    for index, item in enumerate(value or []):
        record, wrong = _record(model, item, path, name, f"record {index + 1}", (index,))
        findings += wrong
        if record is not None:
            records.append(record)
    return records, findings


def read_results(path: Path, name: str) -> tuple[list[Result], dict[int, int], list[Finding]]:
    """Read the results; the mapping gives each row's line in the file."""
    if not path.exists():
        return [], {}, []
    columns = list(Result.model_fields)
    results: list[Result] = []
    lines: dict[int, int] = {}
    findings: list[Finding] = []
    try:
        with path.open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file, strict=True)
            if reader.fieldnames != columns:
                return [], {}, [Finding(name, 1, "unexpected header", f"use {','.join(columns)}")]
            for row in reader:
                line = reader.line_num
                if None in row or None in row.values():
                    problem = f"not {len(columns)} fields"
                    findings.append(Finding(name, line, problem, "quote fields that hold a comma"))
                    continue
                try:
                    results.append(Result.model_validate(row))
                    lines[len(results) - 1] = line
                except ValidationError as error:
                    subject = str(row["method"])[:60]
                    findings += from_validation(error, name, line, subject)
    except UnicodeDecodeError as error:
        findings.append(Finding(name, 1, f"not UTF-8: {error}", "save the file as UTF-8"))
    except csv.Error as error:
        findings.append(Finding(name, 1, f"not valid CSV: {error}", "balance the quotes"))
    return results, lines, findings


def csv_lines(rows: Iterable[Mapping[str, object]]) -> str:
    """Rows as the file of results holds them, below its header; what a row leaves out is empty."""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(Result.model_fields), "", lineterminator="\n")
    writer.writerows(rows)
    return text.getvalue()


def read_pretraining(path: Path, name: str) -> tuple[dict[str, str], list[Finding]]:
    """The class of each pre-training text, and what is wrong with the file."""
    value, findings = read_yaml(path, name) if path.exists() else ({}, [])
    classes: dict[str, str] = {}
    for known, texts in (value or {}).items() if isinstance(value, dict) else ():
        line = field_line(path, (known,))
        if known not in PRETRAINING or not isinstance(texts, list):
            mend = f"list texts under {', '.join(PRETRAINING)}"
            findings.append(Finding(name, line, f"{known!r} is not a class with its texts", mend))
            continue
        for text in map(str, texts):
            if text in classes:
                problem = f"{text!r} stands under {classes[text]} too"
                findings.append(Finding(name, line, problem, "keep it under one class"))
            classes[text] = known
    if value is not None and not isinstance(value, dict):
        findings.append(Finding(name, 1, "not a mapping", "start with a class, e.g. 'unimodal:'"))
    return classes, findings


def _relative_root(data: Path) -> Path:
    return data.parents[2] if data.parent.parent.name == "src" else data


def load_from(data: Path, bibliography: Path) -> Catalogue:
    """Read and check the catalogue in ``data`` with ``bibliography``.

    Raises:
        CatalogueError: with every finding, each naming file, line, problem and mend.

    """
    root = _relative_root(data)
    not_sources, _ = read_yaml(DATA / "not-sources.yaml", "not-sources.yaml")
    references, bib_lines, findings = read_bibliography(bibliography)
    works, wrong_works = _folder(Work, data / "works", root)
    datasets, wrong_datasets = _folder(Dataset, data / "datasets", root)
    results_path = data / "results.csv"
    results_name = results_path.relative_to(root).as_posix()
    results, result_lines, wrong_results = read_results(results_path, results_name)
    corrections, wrong_corrections = _list(Correction, data / "corrections.yaml", root)
    verifications, wrong_verifications = _list(Verification, data / "verifications.yaml", root)
    pretraining_path = data / "pretraining.yaml"
    pretraining_name = pretraining_path.relative_to(root).as_posix()
    pretraining, wrong_pretraining = read_pretraining(pretraining_path, pretraining_name)
    findings += wrong_works + wrong_datasets + wrong_results + wrong_corrections
    findings += wrong_pretraining + wrong_verifications
    catalogue = Catalogue(references, works, datasets, results, corrections, bibliography,
                          pretraining, verifications)  # fmt: skip
    places = Places(
        bibliography=bibliography.name,
        data=data.relative_to(root).as_posix() if data != root else ".",
        results=results_name,
        # a record that is itself broken must not be reported as missing too
        present={
            path.stem for kind in ("works", "datasets") for path in (data / kind).glob("*.yaml")
        },
        bib_lines=bib_lines,
        result_lines=result_lines,
        broken_bibliography=bool(not references and findings),
        not_sources=not_sources or [],
    )
    findings += cross_check(catalogue, places)
    if findings:
        raise CatalogueError(findings)
    return catalogue


@functools.cache
def _from_snapshot() -> Catalogue:
    return TypeAdapter(Catalogue).validate_json(SNAPSHOT.read_bytes())


@functools.lru_cache(maxsize=1)
def _cached(fingerprint: tuple[tuple[str, int, int], ...]) -> Catalogue:
    return load_from(DATA, bibliography_path())


def snapshot(catalogue: Catalogue) -> bytes:
    """The catalogue as the text of :data:`SNAPSHOT`: the same on every machine."""
    here = replace(catalogue, bibliography=Path(catalogue.bibliography.name))
    return TypeAdapter(Catalogue).dump_json(here, exclude_defaults=True)


def load_catalogue() -> Catalogue:
    """The book's own catalogue, read again whenever one of its files changes."""
    if SNAPSHOT.exists():
        return _from_snapshot()
    stats: Iterable[tuple[str, int, int]] = (
        (str(path), path.stat().st_mtime_ns, path.stat().st_size) for path in data_files()
    )
    return _cached(tuple(stats))
