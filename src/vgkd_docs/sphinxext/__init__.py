"""The Sphinx extension: the catalogue in chapters, notebooks that never go stale, true links."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sphinx.application import Sphinx

from vgkd_docs.catalogue import load_catalogue
from vgkd_docs.export import export
from vgkd_docs.sphinxext import (
    benchmarks,
    bibliography,
    box_lab,
    directives,
    downloads,
    explorer,
    field_map,
    folding,
    freshness,
    gap_lab,
    lean,
    lite,
    mathml,
    metadata,
    notebooks,
    offline,
    page_works,
    pages,
    policy,
    publishing,
    reading,
    reporting,
    reproducible,
    roles,
    search,
    sidenotes,
    style_sheets,
    table_layout,
    typed_numbers,
)
from vgkd_docs.sphinxext.html_site import when_built
from vgkd_docs.sphinxext.metadata import address_of

__all__ = ["setup"]

_PARTS = (
    benchmarks, bibliography, box_lab, directives, downloads, explorer, field_map, folding,
    freshness, gap_lab, lean, lite, mathml, metadata, notebooks, offline, page_works, pages,
    policy, publishing, reading, reporting, reproducible, roles, search, sidenotes,
    style_sheets, table_layout, typed_numbers,
)  # fmt: skip


def _export(app: Sphinx) -> None:
    export(load_catalogue(), Path(app.outdir) / "data", address_of(app, "back/data") or "")


def setup(app: Sphinx) -> dict[str, Any]:
    """Connect every part; called by Sphinx."""
    when_built(app, _export)
    for part in _PARTS:
        part.setup(app)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
