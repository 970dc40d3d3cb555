"""Style sheets hold what they import, so that a browser need not ask again before it can paint."""

from __future__ import annotations

import os
import re
from pathlib import Path

from sphinx.application import Sphinx

from vgkd_docs.sphinxext.html_site import when_built

__all__ = ["inlined", "setup"]

_IMPORT = re.compile(r"""@import\s+(?:url\()?["']([\w./-]+\.css)["']\)?\s*;""")
_RELATIVE = re.compile(r"""url\((["']?)(?!["']|data:|https?:|[/#])""")


def inlined(path: Path) -> str:
    """The text of the style sheet at ``path``, with each import of a neighbour in its place.

    Raises:
        FileNotFoundError: when there is no such neighbour.

    """

    def imported(found: re.Match[str]) -> str:
        source = path.parent / found[1]
        # what it names lies beside it, not beside the sheet that imports it
        way = os.path.relpath(source.parent, path.parent).replace(os.sep, "/")
        return _RELATIVE.sub(rf"url(\1{way}/", inlined(source))

    return _IMPORT.sub(imported, path.read_text(encoding="utf-8"))


def _inline(app: Sphinx) -> None:
    for path in sorted(Path(app.outdir, "_static").rglob("*.css")):
        whole = inlined(path)
        if whole != path.read_text(encoding="utf-8"):
            path.write_text(whole, encoding="utf-8")


def setup(app: Sphinx) -> None:
    """Connect to the end of the build, after other steps have changed single sheets."""
    when_built(app, _inline, priority=450)
