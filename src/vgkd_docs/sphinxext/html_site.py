"""What several parts need to write the HTML site: the way to its root, scripts, data, its end."""

from __future__ import annotations

import html
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

__all__ = ["add_html_node", "as_json", "data_attributes", "script", "select", "to_root",
           "when_built", "write_data"]  # fmt: skip


def to_root(page: str) -> str:
    """What leads from a page to the site's root, e.g. ``../``."""
    return "../" * page.count("/")


def script(page: str, name: str) -> str:
    """The element that loads a file of ``docs/_static`` as a page's script."""
    return f'<script src="{to_root(page)}_static/{name}" defer></script>'


def data_attributes(texts: Mapping[str, str]) -> str:
    """What an element tells its script: attributes ``data-…``, each with a blank before it."""
    return "".join(f' data-{name}="{html.escape(text)}"' for name, text in texts.items())


def select(name: str, head: str, choices: Mapping[str, str]) -> str:
    """A labelled field of a form, with the words for each value it may take."""
    shown = "".join(
        f'<option value="{html.escape(value)}">{html.escape(label)}</option>'
        for value, label in choices.items()
    )
    return f'<label>{html.escape(head)}<select name="{name}">{shown}</select></label>'


def as_json(value: object) -> str:
    """Data for a script; nothing in it can end the element that it stands in."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c")


def write_data(app: Sphinx, file: str, name: str, value: object) -> None:
    """Write ``data/FILE``, a script that keeps a value as ``window.NAME``: it works from a disk."""
    path = Path(app.outdir, "data", file)
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"window.{name}={as_json(value)};\n", encoding="utf-8")


def add_html_node(
    app: Sphinx, node: type[nodes.Element], visit: Callable[[Any, Any], None]
) -> None:
    """Register a node that only HTML shows; ``visit`` writes all of it."""

    def write(translator: Any, node: nodes.Element) -> None:
        visit(translator, node)
        raise nodes.SkipNode

    def skip(translator: Any, node: nodes.Element) -> None:
        raise nodes.SkipNode

    app.add_node(node, html=(write, None), latex=(skip, None), text=(skip, None), man=(skip, None),
                 texinfo=(skip, None))  # fmt: skip


def when_built(app: Sphinx, write: Callable[[Sphinx], None], priority: int = 500) -> None:
    """Have ``write`` called once the site stands without an error; a lower priority goes first."""

    def finish(app: Sphinx, exception: Exception | None) -> None:
        if exception is None and app.builder.name == "html":
            write(app)

    app.connect("build-finished", finish, priority=priority)
