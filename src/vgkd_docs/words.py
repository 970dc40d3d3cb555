"""Every label and message the package prints, read from one table per language."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import cast

from vgkd_docs.yamlfile import read_yaml

__all__ = ["column", "label", "labels", "message", "template"]

_WORDS = Path(__file__).parent / "data" / "words"


@functools.lru_cache
def _table(language: str = "en") -> dict[str, dict[str, str]]:
    path = _WORDS / f"{language}.yaml"
    value, findings = read_yaml(path, path.name)
    if findings:
        raise ValueError(str(findings[0]))
    return cast(dict[str, dict[str, str]], value)


def label(vocabulary: str, term: str) -> str:
    """The words for a term, e.g. ``label("tasks", "rec")``."""
    return _table()[vocabulary][term]


def labels(vocabulary: str) -> dict[str, str]:
    """All terms of a vocabulary with their words, in the book's order."""
    return dict(_table()[vocabulary])


def column(name: str) -> str:
    """A column's head."""
    return _table()["columns"][name]


def message(name: str, **values: object) -> str:
    """A message, its placeholders filled in."""
    return _table()["messages"][name].format(**values)


def template(name: str) -> str:
    """A message with its placeholders, for a script that fills them in."""
    return _table()["messages"][name]
