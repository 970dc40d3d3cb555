"""Starts a new work (its bibliography entry and its record) or a new result, each in its place."""

from __future__ import annotations

import csv
import datetime
import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from pathlib import Path

from pydantic import ValidationError

from vgkd_docs.bibliography import entry_lines
from vgkd_docs.catalogue import DATA, bibliography_path, csv_lines
from vgkd_docs.citation import bibtex_entry, guarded
from vgkd_docs.findings import Finding, from_validation
from vgkd_docs.models import ARXIV, DOI, KEY, Result

__all__ = [
    "RESULT_ORDER",
    "ScaffoldError",
    "insert_entry",
    "insert_result",
    "scaffold",
    "suggest_key",
    "today",
]

RESULT_ORDER = ("method", "work", "benchmark", "split", "metric")
"""What the rows of results are sorted by, in lower case, so that a new one has one place."""


class ScaffoldError(ValueError):
    """A key, identifier or value that cannot be used; nothing was written."""


def _refused(problem: str, mend: str, file: str = "command line", line: int = 1) -> ScaffoldError:
    return ScaffoldError(str(Finding(file, line, problem, mend)))


def today() -> datetime.date:
    """The day on which something is entered, wherever that is done."""
    return datetime.datetime.now(tz=datetime.UTC).date()


def suggest_key(authors: Sequence[str], year: str, name: str) -> str:
    """The key by the book's rule, e.g. ``dai2024simvg``: first author, year, short name."""
    family = authors[0].partition(",")[0] if authors else ""
    folded = (unicodedata.normalize("NFKD", part).lower() for part in (family, name))
    first, last = (re.sub(r"[^a-z0-9]", "", part) for part in folded)
    return f"{first}{year}{last}"


def insert_result(values: Mapping[str, str], path: Path = DATA / "results.csv") -> int:
    """Add a row to the results where its method, work and benchmark belong; returns its line.

    Raises:
        ScaffoldError: with every field that cannot be read; the file is left as it was.

    """
    try:
        result = Result.model_validate(values)
    except ValidationError as error:
        found = from_validation(error, "command line", 1, "result")
        raise ScaffoldError("\n".join(map(str, found))) from None
    row = result.model_dump(mode="json")

    def order(of: Mapping[str, str]) -> list[str]:
        return [(of[name] or "").lower() for name in RESULT_ORDER]

    with path.open(encoding="utf-8", newline="") as file:
        lines = list(file)
    lines[-1] = lines[-1].rstrip("\n") + "\n"
    reader = csv.DictReader(lines)
    at = 1
    for other in reader:
        if order(other) > order(row):
            break
        at = reader.line_num
    lines.insert(at, csv_lines([row]))
    path.write_text("".join(lines), encoding="utf-8", newline="")
    return at + 1


def insert_entry(text: str, key: str, entry: str) -> str:
    """BibTeX ``text`` with ``entry`` put where its key belongs alphabetically."""
    later = [line for other, lines in entry_lines(text).items() if other > key for line in lines]
    parts = text.splitlines(keepends=True)
    if not later:
        return text.rstrip("\n") + ("\n\n" if text.strip() else "") + entry
    at = min(later) - 1
    return "".join(parts[:at]) + entry + "\n" + "".join(parts[at:])


def scaffold(
    key: str,
    name: str,
    *,
    title: str | None = None,
    authors: Sequence[str] = (),
    venue: str | None = None,
    container: str | None = None,
    doi: str | None = None,
    arxiv: str | None = None,
    data: Path = DATA,
    bibliography: Path | None = None,
) -> list[Path]:
    """Write the two entries of a new work; nothing is looked up, nothing existing is touched.

    ``authors`` are "Family, Given", ``venue`` is short and ``container`` the proceedings or the
    journal in full. What is not given is marked ``TODO``.

    Raises:
        ScaffoldError: for an unusable key or identifier, or a work that is already there.

    """
    bibliography = bibliography or bibliography_path()
    record = data / "works" / f"{key}.yaml"
    if not re.fullmatch(KEY, key):
        raise _refused(f"key {key!r}", "first author, year, short name, e.g. dai2024simvg")
    doi = re.sub(r"^https?://(dx\.)?doi\.org/", "", doi) if doi else None
    if doi and not re.fullmatch(DOI, doi):
        raise _refused(f"DOI {doi!r}", "write it as 10.1109/5.771073")
    if arxiv and not re.fullmatch(ARXIV, arxiv):
        raise _refused(f"arXiv id {arxiv!r}", "write it as 2409.17531, without the version")
    text = bibliography.read_text(encoding="utf-8")
    for other, lines in entry_lines(text).items():
        if other == key:
            raise _refused(f"{key!r} is already there", "edit it", bibliography.name, lines[0])
    if record.exists():
        raise _refused(f"{key!r} is already there", "edit it", str(record))
    for what, value in (("doi", doi), ("eprint", arxiv)):
        if value:
            same = re.search(rf"^\s*{what}\s*=\s*[{{\"]{re.escape(value)}[}}\"]", text, re.M | re.I)
            if same:
                line = text.count("\n", 0, same.start()) + 1
                raise _refused(f"{value} is already there", "edit it", bibliography.name, line)
    fields = {
        "author": " and ".join(authors) or "TODO Family, Given and TODO Family, Given",
        "title": guarded(title) if title else f"TODO title of {key}",
    }
    published = container or doi or not arxiv
    if published:
        fields["booktitle"] = container or "TODO"
    fields["year"] = re.findall("[0-9]{4}", key)[0]
    if doi:
        fields["doi"] = doi
    if arxiv:
        fields |= {"eprint": arxiv, "archiveprefix": "arXiv"}
    kind = "inproceedings" if published else "misc"
    address = f"https://doi.org/{doi}" if doi else f"https://arxiv.org/abs/{arxiv or 'TODO'}"
    yaml = f"""name: {json.dumps(name, ensure_ascii=False)}
kind: method
venue: {json.dumps(venue, ensure_ascii=False) if venue else "TODO"}
tasks: [rec]  # TODO what it was tested on
supervision: [full]  # TODO what it learns from
domains: [image]  # TODO what it looks at
stage: null  # cnn, transformer, vlp-transfer, grounding-pretraining or grounding-mllm
techniques: []
code: null
summary: TODO one or two sentences in your own words on what it does that others do not
sources:
  - address: {address}
    read: {today()}
    supports: [title]  # TODO the fields you read there
"""
    record.parent.mkdir(parents=True, exist_ok=True)
    record.write_text(yaml, encoding="utf-8")
    entry = bibtex_entry(kind, key, fields)
    bibliography.write_text(insert_entry(text, key, entry), encoding="utf-8")
    return [bibliography, record]
