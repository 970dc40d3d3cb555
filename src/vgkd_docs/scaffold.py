"""Starts a new work: its bibliography entry, in place, and its record, with what is left to do."""

from __future__ import annotations

import datetime
import re
from pathlib import Path

from vgkd_docs.bibliography import entry_lines
from vgkd_docs.catalogue import DATA, bibliography_path
from vgkd_docs.findings import Finding

__all__ = ["ScaffoldError", "insert_entry", "scaffold"]

_KEY = re.compile(r"[a-z]+([0-9]{4})[a-z0-9]*")
_DOI = re.compile(r"10\.[0-9]{4,9}/\S+")
_ARXIV = re.compile(r"[0-9]{4}\.[0-9]{4,5}|[a-z-]+(\.[A-Z]{2})?/[0-9]{7}")


class ScaffoldError(ValueError):
    """A key or identifier that cannot be used; nothing was written."""


def _refused(problem: str, mend: str, file: str = "command line", line: int = 1) -> ScaffoldError:
    return ScaffoldError(str(Finding(file, line, problem, mend)))


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
    doi: str | None = None,
    arxiv: str | None = None,
    data: Path = DATA,
    bibliography: Path | None = None,
) -> list[Path]:
    """Write the two entries of a new work; nothing is looked up, nothing existing is touched.

    Raises:
        ScaffoldError: for an unusable key or identifier, or a work that is already there.

    """
    bibliography = bibliography or bibliography_path()
    record = data / "works" / f"{key}.yaml"
    match = _KEY.fullmatch(key)
    if not match:
        raise _refused(f"key {key!r}", "first author, year, short name, e.g. dai2024simvg")
    doi = re.sub(r"^https?://(dx\.)?doi\.org/", "", doi) if doi else None
    if doi and not _DOI.fullmatch(doi):
        raise _refused(f"DOI {doi!r}", "write it as 10.1109/5.771073")
    if arxiv and not _ARXIV.fullmatch(arxiv):
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
    authors = "TODO Family, Given and TODO Family, Given"
    fields = {"author": authors, "title": f"TODO title of {key}"}
    if not arxiv or doi:
        fields["booktitle"] = "TODO"
    fields["year"] = match.group(1)
    if doi:
        fields["doi"] = doi
    if arxiv:
        fields |= {"eprint": arxiv, "archiveprefix": "arXiv"}
    kind = "misc" if arxiv and not doi else "inproceedings"
    body = ",\n".join(f"  {field} = {{{value}}}" for field, value in fields.items())
    address = f"https://doi.org/{doi}" if doi else f"https://arxiv.org/abs/{arxiv or 'TODO'}"
    quoted = name.replace('"', '\\"')
    yaml = f"""name: "{quoted}"
kind: method
venue: TODO
tasks: [rec]
supervision: [full]
domains: [image]
stage: null  # cnn, transformer, vlp-transfer, grounding-pretraining or grounding-mllm
techniques: []
code: null
summary: TODO one or two sentences in your own words on what it does that others do not
sources:
  - address: {address}
    read: {datetime.datetime.now(tz=datetime.UTC).date().isoformat()}
    supports: [title]  # TODO the fields you read there
"""
    record.parent.mkdir(parents=True, exist_ok=True)
    record.write_text(yaml, encoding="utf-8")
    entry = f"@{kind}{{{key},\n{body}\n}}\n"
    bibliography.write_text(insert_entry(text, key, entry), encoding="utf-8")
    return [bibliography, record]
