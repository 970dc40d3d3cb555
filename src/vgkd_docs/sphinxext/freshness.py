"""Pages that show the catalogue are read again whenever the data or the package's code changed."""

from __future__ import annotations

from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

from vgkd_docs.catalogue import bibliography_path, digest
from vgkd_docs.sphinxext.notebooks import MIRROR

__all__ = ["note_catalogue", "setup"]


def note_catalogue(env: BuildEnvironment) -> None:
    """Mark the page being read as one that shows the catalogue."""
    # Sphinx keeps, merges and purges dependencies; the bibliography stands for all of the data
    env.note_dependency(str(bibliography_path()))


def _outdated(
    app: Sphinx, env: BuildEnvironment, added: set[str], changed: set[str], removed: set[str]
) -> list[str]:
    before, now = getattr(env, "vgkd_digest", None), digest()
    env.vgkd_digest = now  # type: ignore[attr-defined]
    if before == now:
        return []
    name = bibliography_path().name
    shows = {
        page
        for page, files in env.dependencies.items()
        if any(str(f).endswith(name) for f in files)
    }
    return sorted(page for page in env.found_docs if page in shows or page.startswith(f"{MIRROR}/"))


def setup(app: Sphinx) -> None:
    """Connect to Sphinx's events."""
    app.connect("env-get-outdated", _outdated)
