"""Checks what the chapters' links say: a link's text names where it leads."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from vgkd_docs.findings import Finding

__all__ = ["vague_links", "written_pages"]

_VAGUE = {"here", "this", "link", "this link", "click here", "this page", "page", "more",
          "read more", "see", "see here", "source"}  # fmt: skip
# folders of pages that a build writes
_GENERATED = ("works", "datasets", "bibliography", "notebooks")
# a link, or an autolink; an image is neither
_LINK = re.compile(r"(?<!!)\[([^\]\n]+)\]\((?:<[^>]*>|[^)\s]+)\)|<(https?://[^>\s]+)>")
_FENCE = re.compile(r"^(`{3,}|~{3,}).*?^\1", re.MULTILINE | re.DOTALL)


def written_pages(folder: Path) -> Iterator[Path]:
    """The Markdown files below ``folder`` that somebody wrote; a build writes others."""
    for path in sorted(folder.rglob("*.md")):
        if path.relative_to(folder).parts[0] not in _GENERATED:
            yield path


def vague_links(folder: Path) -> Iterator[Finding]:
    """Every link in the Markdown files below ``folder`` whose text is a bare address or "here"."""
    for path in written_pages(folder):
        # code shows links that are none; its lines are kept so that the numbers stay right
        text = _FENCE.sub(lambda code: "\n" * code[0].count("\n"), path.read_text(encoding="utf-8"))
        for link in _LINK.finditer(text):
            said = (link[1] or link[2]).strip()
            if said.casefold() in _VAGUE or said.startswith(("http://", "https://")):
                line = text.count("\n", 0, link.start()) + 1
                yield Finding(path.as_posix(), line, f"link text {said!r} says nothing",
                              "name where the link leads")  # fmt: skip
