"""A work's reference in the formats that reference managers read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from vgkd_docs.models import Reference

__all__ = ["bibtex", "bibtex_entry", "csl", "guarded", "ris", "ris_record"]

_CSL_TYPE = {"article": "article-journal", "inproceedings": "paper-conference", "book": "book"}
_RIS_TYPE = {"article": "JOUR", "inproceedings": "CPAPER", "book": "BOOK"}
_SPECIAL = re.compile(r"([&%$#_{}])")


def guarded(title: str) -> str:
    """A title whose capitalised terms BibTeX styles keep as they are."""

    def word(match: re.Match[str]) -> str:
        escaped = _SPECIAL.sub(r"\\\1", match[0])
        keep = re.search(r"[A-Z0-9]", match[0][1:]) or re.search(r"\d", match[0])
        return f"{{{escaped}}}" if keep else escaped

    return re.sub(r"[^\s:;,?!()]+", word, title)


def bibtex_entry(kind: str, key: str, fields: Mapping[str, str | None]) -> str:
    """One entry of a BibTeX file; a field without a value is left out."""
    lines = [f"  {name} = {{{value}}}" for name, value in fields.items() if value]
    return f"@{kind}{{{key},\n" + ",\n".join(lines) + "\n}\n"


def ris_record(fields: Iterable[tuple[str, str | None]]) -> str:
    """One record of a RIS file; a field without a value is left out."""
    return "".join(f"{tag}  - {value}\n" for tag, value in fields if value) + "ER  - \n"


def bibtex(reference: Reference) -> str:
    """The reference as one BibTeX entry, in Unicode."""
    container = "journal" if reference.kind == "article" else "booktitle"
    fields = {
        "author": " and ".join(
            name if ", " in name else f"{{{name}}}" for name in reference.authors
        ),
        "title": guarded(reference.title),
        container: _SPECIAL.sub(r"\\\1", reference.container) if reference.container else None,
        "volume": reference.volume,
        "number": reference.number,
        "pages": reference.pages,
        "year": str(reference.year),
        "doi": reference.doi,
        "eprint": reference.arxiv,
        "archiveprefix": "arXiv" if reference.arxiv else None,
        "url": reference.url,
    }
    return bibtex_entry(reference.kind, reference.key, fields)


def ris(reference: Reference) -> str:
    """The reference as one RIS record."""
    start, _, end = (reference.pages or "").replace("--", "-").partition("-")
    fields = [
        ("TY", _RIS_TYPE.get(reference.kind, "GEN")),
        *(("AU", author) for author in reference.authors),
        ("TI", reference.title),
        ("JO" if reference.kind == "article" else "T2", reference.container),
        ("PY", str(reference.year)),
        ("VL", reference.volume),
        ("IS", reference.number),
        ("SP", start),
        ("EP", end),
        ("DO", reference.doi),
        ("AN", f"arXiv:{reference.arxiv}" if reference.arxiv else None),
        ("UR", reference.address),
    ]
    return ris_record(fields)


def csl(reference: Reference) -> dict[str, object]:
    """The reference as one CSL-JSON item."""
    authors = []
    for author in reference.authors:
        family, _, given = author.partition(", ")
        authors.append({"family": family, "given": given} if given else {"literal": family})
    preprint = reference.arxiv and not reference.container
    record = {
        "id": reference.key,
        "type": _CSL_TYPE.get(reference.kind, "article"),
        "title": reference.title,
        "author": authors,
        "issued": {"date-parts": [[reference.year]]},
        "container-title": reference.container,
        "DOI": reference.doi,
        "URL": reference.address,
        "page": reference.pages.replace("--", "-") if reference.pages else None,
        "volume": reference.volume,
        "issue": reference.number,
        "number": f"arXiv:{reference.arxiv}" if preprint else None,
    }
    return {name: value for name, value in record.items() if value is not None}
