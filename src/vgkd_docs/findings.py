"""What is wrong with the data, said so that a contributor can mend it."""

from __future__ import annotations

import difflib
from collections.abc import Callable
from dataclasses import dataclass

from pydantic import ValidationError

__all__ = ["Finding", "from_validation", "nearest"]


@dataclass(frozen=True, order=True)
class Finding:
    """One problem: the file (relative to the repository), its line, the problem and the mend."""

    file: str
    line: int
    problem: str
    mend: str

    def __str__(self) -> str:
        said = f"{self.file}:{self.line}: {self.problem}. Mend: {self.mend}."
        return " ".join(said.split())


def nearest(word: str, known: list[str]) -> str:
    """A hint such as ``did you mean 'rec'?``, or the list of what is known when that is short."""
    close = difflib.get_close_matches(word, known, n=1, cutoff=0.6)
    if close:
        return f"did you mean {close[0]!r}?"
    return f"known: {', '.join(known[:40])}" if known else "none is known"


def _mend(error: dict[str, object]) -> str:
    kind, context = error["type"], error.get("ctx") or {}
    if kind == "extra_forbidden":
        return "remove the field or correct its name"
    if kind == "missing":
        return "add the field"
    if kind == "literal_error" and isinstance(context, dict):
        expected = str(context.get("expected", ""))
        known = [part.strip(" '") for part in expected.replace(" or ", ", ").split(",")]
        return nearest(str(error.get("input")), known)
    if kind == "string_pattern_mismatch" and isinstance(context, dict):
        return f"write it so that it matches {context.get('pattern')}"
    return str(error["msg"]).lower()


def from_validation(
    error: ValidationError, file: str, line: int | Callable[[tuple[object, ...]], int], subject: str
) -> list[Finding]:
    """Turn a validation error into findings; ``line`` may map a field's path to its own line."""
    findings = []
    for item in error.errors(include_url=False):
        path = ".".join(str(part) for part in item["loc"]) or "the record"
        shown = repr(item.get("input"))
        shown = shown if len(shown) <= 60 else shown[:57] + "..."
        what = {
            "extra_forbidden": f"unknown field {path!r}",
            "missing": f"field {path!r} is missing",
        }.get(item["type"], f"{path!r} cannot be {shown}")
        at = line if isinstance(line, int) else line(item["loc"])
        findings.append(Finding(file, at, f"{subject}: {what}", _mend(dict(item))))
    return findings
