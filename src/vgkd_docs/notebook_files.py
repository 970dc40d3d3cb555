"""A notebook of the book as a file of its own, which opens and runs outside it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Any

import jupytext

from vgkd_docs import words
from vgkd_docs.catalogue import Catalogue

__all__ = ["notebook_file", "plain_markdown"]

_PYTHON = {"name": "python3", "display_name": "Python 3", "language": "python"}
_CITE = re.compile(r"\{cite(?::[pt])?\}`([^`]+)`")
_PAGE = re.compile(r"\[([^\]]*)\]\((?!https?:)([\w./-]+)\.md(#[\w-]*)?\)")
_DIRECTIVE = re.compile(r"^(`{3,}|:{3,})\{([\w-]+)\}.*?^\1$", re.MULTILINE | re.DOTALL)


def _title(page: Path) -> str:
    found = re.search(r"^# (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return found[1] if found else page.stem


def plain_markdown(
    text: str, source: Path, docs: Path, catalogue: Catalogue, site: str | None
) -> str:
    """A cell's MyST as Markdown that any notebook shows.

    Citations become names that lead to the work, links to pages lead to the book at ``site`` (its
    address, ending in a slash; without one they are words only), and what only the book can show
    becomes a sentence that says where it is. ``source`` is the notebook's file, ``docs`` the
    book's source folder.
    """

    def link(shown: str, page: str) -> str:
        return f"[{shown}]({site}{page})" if site else shown

    def cited(match: re.Match[str]) -> str:
        shown = []
        for key in (part.strip() for part in match[1].split(",")):
            name = f"{catalogue.works[key].name} {catalogue.references[key].year}"
            shown.append(link(name, f"works/{key}.html"))
        return f"({', '.join(shown)})"

    def page(match: re.Match[str]) -> str:
        # notebooks lie in a folder beside the chapters' folders
        target = (docs / "notebooks" / match[2]).resolve().relative_to(docs.resolve())
        own = source.parent / f"{target.name}.md"
        file = own if target.parts[0] == "notebooks" else docs / f"{target}.md"
        address = f"{target.as_posix()}.html{match[3] or ''}"
        return link(match[1] or _title(file), address)

    def elsewhere(match: re.Match[str]) -> str:
        here = PurePosixPath("notebooks", source.stem).with_suffix(".html")
        return words.message("only_in_book", page=link(_title(source), str(here)))

    return _PAGE.sub(page, _CITE.sub(cited, _DIRECTIVE.sub(elsewhere, text)))


def notebook_file(
    source: Path, docs: Path, catalogue: Catalogue, *, site: str | None, setup: str = "",
    kernel: Mapping[str, str] | None = None,
) -> dict[str, Any]:  # fmt: skip
    """A text notebook in Jupyter's own format (a dictionary for ``json.dump``), without outputs.

    ``setup`` is the code of a first cell that makes the package available; ``kernel`` replaces the
    kernel that the notebook names. The rest is as in :func:`plain_markdown`. The same source gives
    the same file.
    """
    made = jupytext.read(source)
    cells = []
    for cell in made.cells:
        kept: dict[str, Any] = {"cell_type": cell.cell_type, "metadata": {}, "source": cell.source}
        if cell.cell_type == "code":
            kept |= {"execution_count": None, "outputs": []}
        else:
            kept["source"] = plain_markdown(cell.source, source, docs, catalogue, site)
        cells.append(kept)
    if setup:
        first: dict[str, Any] = {
            "cell_type": "code", "metadata": {}, "source": setup, "execution_count": None,
            "outputs": [],
        }  # fmt: skip
        cells.insert(1, first)  # after the title
    for number, cell in enumerate(cells):
        cell["id"] = f"cell-{number}"
    kernelspec = dict(kernel or made.metadata.get("kernelspec", _PYTHON))
    return {
        "cells": cells,
        "metadata": {"kernelspec": kernelspec, "language_info": {"name": "python"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
