"""Reads ``references.bib`` into :class:`~vgkd_docs.models.Reference` records."""

from __future__ import annotations

import re
from pathlib import Path

from pybtex.database import Entry, Person, parse_string
from pybtex.exceptions import PybtexError
from pybtex.richtext import Text
from pydantic import ValidationError

from vgkd_docs.findings import Finding, from_validation
from vgkd_docs.models import Reference

__all__ = ["entry_lines", "plain", "read_bibliography"]

_ENTRY = re.compile(r"^\s*@(\w+)\s*\{\s*([^,\s]+)\s*,", re.MULTILINE)


def plain(latex: str) -> str:
    r"""A BibTeX field as plain Unicode text: ``{SimVG}`` becomes ``SimVG``, ``\'e`` becomes é."""
    if not re.search(r"[{}\\$~-]", latex):
        return " ".join(latex.split())
    return " ".join(str(Text.from_latex(latex)).replace("\xa0", " ").split())


def entry_lines(text: str) -> dict[str, list[int]]:
    """Each key with the lines on which an entry of that key starts."""
    lines: dict[str, list[int]] = {}
    for match in _ENTRY.finditer(text):
        line = text.count("\n", 0, match.start(2)) + 1
        lines.setdefault(match.group(2), []).append(line)
    return lines


def _author(person: Person) -> str:
    family = " ".join([*person.prelast_names, *person.last_names])
    given = " ".join([*person.first_names, *person.middle_names])
    lineage = " ".join(person.lineage_names)
    return ", ".join(plain(part) for part in (family, lineage, given) if part)


def _reference(key: str, entry: Entry) -> Reference:
    fields = {name.lower(): value for name, value in entry.fields.items()}
    container = fields.get("booktitle") or fields.get("journal")
    return Reference(
        key=key,
        kind=entry.type,
        title=plain(fields.get("title", "")),
        authors=[_author(person) for person in entry.persons.get("author", [])],
        year=fields.get("year", ""),
        container=plain(container) if container else None,
        doi=fields.get("doi"),
        arxiv=fields.get("eprint"),
        url=fields.get("url"),
        pages=fields.get("pages"),
        volume=fields.get("volume"),
        number=fields.get("number"),
    )


def read_bibliography(path: Path) -> tuple[dict[str, Reference], dict[str, int], list[Finding]]:
    """Read a BibTeX file.

    Returns the references by key, the line of each key, and what is wrong with the file
    (all findings at once; entries with findings are left out).
    """
    name = path.name
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        return {}, {}, [Finding(name, 1, f"not UTF-8: {error}", "save the file as UTF-8")]
    lines = entry_lines(text)
    findings = [
        Finding(name, places[1], f"key {key!r} again (first on line {places[0]})", "keep one entry")
        for key, places in lines.items()
        if len(places) > 1
    ]
    if findings:
        return {}, {}, findings
    try:
        parsed = parse_string(text, "bibtex").entries
    except (PybtexError, IndexError, RecursionError) as error:
        line = getattr(error, "lineno", None) or 1
        unread = Finding(name, line, f"cannot be read: {error}", "balance braces and commas")
        return {}, {}, [unread]
    references = {}
    for key, entry in parsed.items():
        line = lines.get(key, [1])[0]
        try:
            references[key] = _reference(key, entry)
        except ValidationError as error:
            findings += from_validation(error, name, line, subject=key)
        except (PybtexError, ValueError) as error:  # the LaTeX codec raises UnicodeDecodeError
            findings.append(Finding(name, line, f"{key}: {error}", "check the field's LaTeX"))
    return references, {key: places[0] for key, places in lines.items()}, findings
