"""The Sphinx extension: the catalogue in chapters, notebooks that never go stale, true links."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.util import logging

from vgkd_docs.catalogue import CatalogueError, load_catalogue
from vgkd_docs.export import export
from vgkd_docs.sphinxext import directives, freshness, mathml, notebooks, repository, roles

__all__ = ["setup"]

_LOG = logging.getLogger(__name__)


def _check(app: Sphinx) -> None:
    try:
        load_catalogue()
    except CatalogueError as error:
        raise ExtensionError(
            f"the catalogue has {len(error.findings)} findings:\n{error}"
        ) from None


def _export(app: Sphinx, exception: Exception | None) -> None:
    if exception is None and app.builder.format == "html":
        export(load_catalogue(), Path(app.outdir) / "data")


def setup(app: Sphinx) -> dict[str, Any]:
    """Connect every part; called by Sphinx."""
    app.connect("builder-inited", _check)
    app.connect("build-finished", _export)
    for part in (directives, freshness, mathml, notebooks, repository, roles):
        part.setup(app)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
