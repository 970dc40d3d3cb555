"""One commit gives one site: on any machine, from nothing or after an edit."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from myst_nb.sphinx_ext import add_global_html_resources
from sphinx.application import Sphinx
from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.environment import BuildEnvironment

__all__ = ["setup"]

_FOLDERS = ("html_static_path", "templates_path")


def _portable_note(app: Sphinx) -> None:
    """Take the digest of the configuration in ``.buildinfo`` with the names of folders alone.

    Extensions and the theme add absolute paths of theirs; Sphinx digests them with the rest.
    """
    if not isinstance(app.builder, StandaloneHTMLBuilder):
        return
    real = {name: app.config[name] for name in _FOLDERS}
    for name, folders in real.items():
        app.config[name] = [Path(folder).name for folder in folders]
    app.builder.build_info = app.builder.create_build_info()
    for name, folders in real.items():
        app.config[name] = folders


def _early_style_sheet(app: Sphinx) -> None:
    """Write MyST-NB's style sheet before any page names it with its digest, not after the first."""
    if app.builder.name == "html":
        Path(app.outdir, "_static").mkdir(parents=True, exist_ok=True)
        add_global_html_resources(app, None)


def _remove_output(
    app: Sphinx, env: BuildEnvironment, added: set[str], changed: set[str], removed: set[str]
) -> list[str]:
    """A page that went leaves the site too."""
    if app.builder.name == "html":
        for name in removed:
            for pattern in (f"{name}.html*", f"_sources/{name}.*", f"_static/cards/{name}.png"):
                for path in Path(app.outdir).glob(pattern):
                    path.unlink()
    return []


def _named(env: BuildEnvironment) -> dict[tuple[str, ...], Any]:
    """What other pages may say of a page: titles, places in the contents, labels and numbers."""
    named: dict[tuple[str, ...], Any] = {}
    for name, title in env.titles.items():
        named["title", name] = title.astext()
        named["contents", name] = env.toctree_includes.get(name, [])
        for slug, (_, anchor, said) in env.metadata[name].get("myst_slugs", {}).items():
            named["heading", name, slug] = (anchor, said)
        named["figures", name] = env.toc_fignumbers.get(name, {})
    for label, place in env.domains.standard_domain.labels.items():
        named["label", label] = place
    return named


def _rewrite(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """All pages, when something changed that any of them may name; what is new no page names."""
    before, now = getattr(env, "vgkd_named", {}), _named(env)
    env.vgkd_named = now  # type: ignore[attr-defined]
    changed = any(now.get(key) != said for key, said in before.items())
    return sorted(env.found_docs) if changed else []


def setup(app: Sphinx) -> None:
    """Connect to Sphinx's events, after everybody has added to the configuration."""
    app.connect("builder-inited", _portable_note, priority=900)
    app.connect("builder-inited", _early_style_sheet)
    app.connect("env-get-outdated", _remove_output)
    app.connect("env-get-updated", _rewrite, priority=900)  # once figures have their numbers
