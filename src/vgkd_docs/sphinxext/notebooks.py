"""Brings ``notebooks/`` into the book: outputs cached per state of data and code, true links."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from docutils import nodes
from jupyter_cache import get_cache
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.environment import BuildEnvironment

from vgkd_docs.catalogue import digest

__all__ = ["MIRROR", "is_notebook", "setup"]

MIRROR = "notebooks"
"""Folder, below the Sphinx source, that mirrors the repository's ``notebooks/``.

A copy rather than a link: links do not survive every checkout. It is made anew before each
build, is not under version control, and edit and launch links are led back to the original.
"""


def is_notebook(page: str) -> bool:
    """Whether a page is one of the notebooks, and not the list of them."""
    folder, _, name = page.rpartition("/")
    return folder == MIRROR and name != "index"


def _mirror(source: Path, target: Path) -> None:
    target.mkdir(exist_ok=True)
    wanted = {path.name: path for path in source.glob("*.md")}
    for path in target.iterdir():
        if path.is_dir():
            shutil.rmtree(path)
        elif path.name not in wanted:
            path.unlink()
    for name, path in wanted.items():
        copy = target / name
        # an unchanged copy keeps its time, so that nothing is read again
        if not copy.exists() or copy.read_bytes() != path.read_bytes():
            shutil.copyfile(path, copy)


def _prepare(app: Sphinx, config: Config) -> None:
    source = Path(app.confdir)
    _mirror(source.parent / "notebooks", source / MIRROR)
    # jupyter-cache keys on a notebook's text alone; a cache per state of data and code keys on all
    config.nb_execution_cache_path = str(
        Path(app.outdir).resolve().parent / ".jupyter_cache" / digest()
    )


def _deal_out(app: Sphinx, env: BuildEnvironment, docnames: list[str]) -> None:
    """Put the notebooks evenly among the pages to read, so that several are run at a time.

    Sphinx hands neighbours in the list to one process, which runs them one after the other.
    """
    own = [name for name in docnames if name.startswith(f"{MIRROR}/")]
    if not own or app.parallel < 2:
        return
    # its tables are made once, here: two processes that begin together would both make them
    _ = get_cache(app.config.nb_execution_cache_path).db
    others = [name for name in docnames if name not in own]
    share = len(others) / len(own)
    docnames.clear()
    for at, name in enumerate(own):
        docnames += [name, *others[round(at * share) : round((at + 1) * share)]]


def _links(buttons: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for button in buttons:
        if button.get("url"):
            yield button
        yield from _links(button.get("buttons", []))


def _lead_links_back(
    app: Sphinx,
    pagename: str,
    template: str,
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    if pagename.startswith(f"{MIRROR}/"):
        docs = app.config.html_theme_options.get("path_to_docs", "docs").strip("/")
        for button in _links(context.get("header_buttons", [])):
            button["url"] = button["url"].replace(f"/{docs}/{MIRROR}/", f"/{MIRROR}/")


def setup(app: Sphinx) -> None:
    """Connect to Sphinx's events; links are led back after the theme has made its buttons."""
    app.connect("config-inited", _prepare, priority=100)
    app.connect("env-before-read-docs", _deal_out)
    app.connect("html-page-context", _lead_links_back, priority=900)
