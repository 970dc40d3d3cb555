"""Pages that show the catalogue are read again whenever the data or the package's code changed."""

from __future__ import annotations

from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.environment import BuildEnvironment

from vgkd_docs.catalogue import Catalogue, bibliography_path, digest, load_catalogue
from vgkd_docs.sphinxext.notebooks import MIRROR

__all__ = ["book_catalogue", "note_catalogue", "setup"]

_loaded: list[Catalogue] = []


def book_catalogue() -> Catalogue:
    """The catalogue as it was when this build began: asking again costs nothing."""
    if not _loaded:
        _loaded.append(load_catalogue())
    return _loaded[0]


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


def _forget(app: Sphinx, config: Config) -> None:
    _loaded.clear()


def setup(app: Sphinx) -> None:
    """Connect to Sphinx's events."""
    app.connect("config-inited", _forget, priority=10)
    app.connect("env-get-outdated", _outdated)
