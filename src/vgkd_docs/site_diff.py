"""How two builds of the book differ: which files, and in what."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import Literal

__all__ = ["Difference", "compare", "report"]

Kind = Literal["added", "removed", "digests", "text", "markup", "bytes"]

_MEANING: dict[Kind, str] = {
    "added": "Only in the new site",
    "removed": "Only in the old site",
    "text": "Pages and texts that say something else",
    "markup": "Pages that say the same in other markup",
    "digests": "Pages that name assets by other digests, and are the same in all else",
    "bytes": "Other files with other content",
}
"""The kinds of difference, those that a reader would notice first."""

_MOST = 40
"""So many files of a kind a report names; it counts the rest."""

_TEXTS = {".atom", ".bib", ".css", ".csv", ".html", ".js", ".json", ".md", ".svg", ".txt", ".xml"}

# `theme.css?v=…`, `theme.css?digest=…` and hashed names such as `chunk.0a1b2c3d4e5f.js`
_DIGEST = re.compile(r"(\?(?:v|digest)=|\.)[0-9a-f]{8,}\b")


@dataclass(frozen=True, order=True)
class Difference:
    """A file below the sites' folders, how it differs, and the first lines that do."""

    file: str
    kind: Kind
    before: str = ""
    after: str = ""


def _first(before: Iterable[str], after: Iterable[str]) -> tuple[str, str]:
    pairs = zip_longest(before, after, fillvalue="")
    return next(((old.strip(), new.strip()) for old, new in pairs if old != new), ("", ""))


def _words(html: str) -> list[str]:
    body = re.sub(r"(?s)<(script|style)\b.*?</\1>|<!--.*?-->", " ", html)
    return re.sub(r"<[^>]*>", " ", body).split()


def _around(words: list[str], other: list[str]) -> str:
    """The first words that differ, with those that lead to them."""
    pairs = zip_longest(words, other)
    at = next((at for at, (one, two) in enumerate(pairs) if one != two), 0)
    return " ".join(words[max(0, at - 6) : at + 12])


def _difference(file: str, before: bytes, after: bytes) -> Difference:
    if Path(file).suffix not in _TEXTS:
        return Difference(file, "bytes", f"{len(before)} bytes", f"{len(after)} bytes")
    old, new = (text.decode("utf-8", "replace") for text in (before, after))
    plain_old, plain_new = _DIGEST.sub(r"\1", old), _DIGEST.sub(r"\1", new)
    if plain_old == plain_new:
        return Difference(file, "digests", *_first(old.split("\n"), new.split("\n")))
    lines = _first(plain_old.split("\n"), plain_new.split("\n"))
    if Path(file).suffix == ".html":
        words_old, words_new = _words(plain_old), _words(plain_new)
        if words_old == words_new:
            return Difference(file, "markup", *lines)
        return Difference(file, "text", _around(words_old, words_new),
                          _around(words_new, words_old))  # fmt: skip
    is_said = Path(file).suffix in {".md", ".txt", ".csv", ".bib", ".atom"}
    return Difference(file, "text" if is_said else "bytes", *lines)


def compare(before: Path, after: Path) -> list[Difference]:
    """Every file that is not the same, byte for byte, in two built sites.

    Raises:
        FileNotFoundError: for a folder that holds no site.

    """
    for folder in (before, after):
        if not (folder / "index.html").exists():
            raise FileNotFoundError(f"{folder} holds no built book: build it first")
    old, new = ({path.relative_to(folder).as_posix() for path in folder.rglob("*")
                 if path.is_file()} for folder in (before, after))  # fmt: skip
    found = [Difference(file, "removed") for file in old - new]
    found += [Difference(file, "added") for file in new - old]
    for file in old & new:
        one, two = (before / file).read_bytes(), (after / file).read_bytes()
        if one != two:
            found.append(_difference(file, one, two))
    return sorted(found)


def _shown(text: str) -> str:
    # a line of code: no fence in it, and not so long that nobody reads on
    text = " ".join(text.split()).replace("`", "'")
    return text if len(text) <= 160 else text[:157] + "..."


def report(found: list[Difference]) -> str:
    """The differences as Markdown, by kind, each with the first lines that differ.

    Files of a kind that differ in the same lines stand together, named by the first of them.
    """
    if not found:
        return "The two sites are the same, byte for byte.\n"
    parts = []
    for kind, meaning in _MEANING.items():
        own = [item for item in found if item.kind == kind]
        if not own:
            continue
        alike = Counter((_shown(item.before), _shown(item.after)) for item in own)
        first: dict[tuple[str, str], str] = {}
        for item in own:
            first.setdefault((_shown(item.before), _shown(item.after)), item.file)
        lines = [f"## {meaning} ({len(own)})", ""]
        if kind in {"added", "removed"}:
            lines += [f"- `{item.file}`" for item in own[:_MOST]]
            hidden = len(own) - _MOST
        else:
            for (old, new), count in alike.most_common(_MOST):
                more = f" and {count - 1} more" if count > 1 else ""
                lines += [f"- `{first[old, new]}`{more}:", f"  - before: `{old}`",
                          f"  - after: `{new}`"]  # fmt: skip
            hidden = len(alike) - _MOST
        if hidden > 0:
            lines.append(f"- {hidden} more")
        parts.append("\n".join(lines))
    return "\n\n".join(parts) + "\n"
