"""The site as an app: a manifest, icons, a list of files with hashes, and a worker to keep them."""

from __future__ import annotations

import hashlib
import html
import json
import re
from pathlib import Path
from typing import Any

from docutils import nodes
from PIL import Image, ImageDraw
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from vgkd_docs import words
from vgkd_docs.sphinxext.html_site import (
    add_html_node,
    as_json,
    data_attributes,
    to_root,
    when_built,
)

__all__ = ["draw_icon", "files", "setup"]

PAGE = "back/offline"
"""The page with the button; it also answers for pages that are not kept."""

LEFT_OUT = ("lite/", "_static/cards/", "_static/locales/", "_sources/")
"""Folders that no copy needs: the notebooks' own workbench, pictures for sharing, sources."""

_ENDINGS = (".html.md", ".map", ".po", ".mo", ".pdf", ".epub", ".zip", ".gz", ".inv")
_FILES = ("sw.js", "offline-files.json", ".buildinfo", "sitemap.xml", "feed.atom", "robots.txt",
          "llms.txt")  # fmt: skip
_NAVY, _AMBER, _WHITE = "#14324a", "#f0b429", "#ffffff"
_ICONS = {"icon-192.png": (192, 1.0), "icon-512.png": (512, 1.0), "icon-mask.png": (512, 0.72)}
"""Name, side in pixels, and share of the side that the sign takes."""

_SAID = ("wanted", "size", "keep", "stop", "running", "whole", "changed", "update", "remove",
         "failed", "full", "pages")  # fmt: skip


def draw_icon(path: Path, side: int, share: float) -> None:
    """Write the logo as a PNG; a ``share`` below 1 leaves the margin that a mask may cut off."""
    big = 4 * side  # drawn larger, so that edges come out smooth
    picture = Image.new("RGBA", (big, big), _NAVY if share < 1 else (0, 0, 0, 0))
    pen = ImageDraw.Draw(picture)
    if share == 1:
        pen.rounded_rectangle([0, 0, big - 1, big - 1], radius=big * 13 / 64, fill=_NAVY)
    unit = big * share / 64

    def at(value: float) -> float:
        return big / 2 + (value - 32) * unit

    wide = round(5 * unit)
    for x, y, right, down in ((14, 14, 1, 1), (50, 14, -1, 1), (50, 50, -1, -1), (14, 50, 1, -1)):
        ends = [(at(x + 10 * right), at(y)), (at(x), at(y)), (at(x), at(y + 10 * down))]
        pen.line(ends, fill=_AMBER, width=wide)
        for cx, cy in ends:
            half = wide / 2
            pen.ellipse([cx - half, cy - half, cx + half, cy + half], fill=_AMBER)
    pen.ellipse([at(32 - 8.4), at(32 - 8.4), at(32 + 8.4), at(32 + 8.4)], fill=_WHITE)
    path.parent.mkdir(parents=True, exist_ok=True)
    picture.resize((side, side), Image.Resampling.LANCZOS).save(path)


def files(folder: Path) -> dict[str, list[Any]]:
    """Hash and size in bytes of every file that a copy of the built book needs, by its path."""
    found = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        unwanted = name.startswith((*LEFT_OUT, ".")) or name.endswith(_ENDINGS) or name in _FILES
        if path.is_file() and not unwanted:
            content = path.read_bytes()
            found[name] = [hashlib.sha256(content).hexdigest()[:16], len(content)]
    return found


def _manifest() -> dict[str, Any]:
    icons = [{"src": "_static/favicon.svg", "sizes": "any", "type": "image/svg+xml"}]
    for name, (side, share) in _ICONS.items():
        icon = {"src": f"_static/{name}", "sizes": f"{side}x{side}", "type": "image/png"}
        icons.append(icon | ({"purpose": "maskable"} if share < 1 else {}))
    return {
        "name": words.message("book_title_short"),
        "short_name": words.message("book_title_short"),
        "description": words.message("book_title"),
        "id": "./", "start_url": "./", "scope": "./", "display": "minimal-ui",
        "theme_color": _NAVY, "background_color": _WHITE, "icons": icons,
    }  # fmt: skip


def _needed(page: Path) -> list[str]:
    """The fallback page and the scripts and styles that it names, as paths below the root."""
    if not page.exists():  # a book without the page has no fallback
        return []
    text = page.read_text(encoding="utf-8")
    named = re.findall(r'(?:src|href)="\.\./(_static/[^"#]+\.(?:css|js|svg)(?:\?[^"]*)?)"', text)
    unique = dict.fromkeys(html.unescape(name) for name in named)
    return [f"{PAGE}.html", *unique]


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=0)


def _write(app: Sphinx) -> None:
    out = Path(app.outdir)
    for name, (side, share) in _ICONS.items():
        draw_icon(out / "_static" / name, side, share)
    (out / "manifest.webmanifest").write_text(_json(_manifest()) + "\n", encoding="utf-8")
    listed = files(out)
    edition = hashlib.sha256(_json(listed).encode()).hexdigest()[:16]
    for name, title in app.env.titles.items():
        if (page := f"{name}.html") in listed:
            listed[page].append(title.astext())
    size = sum(entry[1] for entry in listed.values())
    content = {"edition": edition, "bytes": size, "files": listed}
    (out / "offline-files.json").write_text(_json(content) + "\n", encoding="utf-8")
    needed = _needed(out / f"{PAGE}.html")
    worker = (Path(__file__).parent / "templates" / "sw.js").read_text(encoding="utf-8")
    for mark, value in (
        ("EDITION", edition),
        ("FALLBACK", needed[0] if needed else ""),
        ("FIRST", json.dumps(needed)),
        ("LEFT_OUT", json.dumps(LEFT_OUT)),
    ):
        worker = worker.replace(f"@{mark}@", value)
    (out / "sw.js").write_text(worker, encoding="utf-8")


class _Copy(nodes.General, nodes.Element):  # type: ignore[misc]
    """Stands for the button that keeps the book, and for what is said of the copy."""


class OfflineCopy(SphinxDirective):
    """The button that keeps the whole book; without JavaScript, a sentence."""

    def run(self) -> list[nodes.Node]:
        return [_Copy()]


def _visit(translator: Any, node: _Copy) -> None:
    said = {name: words.template(f"offline_{name}") for name in _SAID}
    data = data_attributes({"words": as_json(said)})
    text = html.escape(words.message("offline_unsupported"))
    translator.body.append(f'<div id="offline-copy"{data}><p>{text}</p></div>')


def _head(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any],
          doctree: nodes.document | None) -> None:  # fmt: skip
    up = to_root(pagename)
    context["metatags"] = context.get("metatags", "") + (
        f'\n<link rel="manifest" href="{up}manifest.webmanifest" />'
        f'\n<link rel="apple-touch-icon" href="{up}_static/icon-192.png" />'
        f'\n<meta name="theme-color" content="{_NAVY}" />'
    )
    if doctree is not None and any(doctree.findall(_Copy)):
        app.add_js_file("offline-copy.js", loading_method="defer")


def setup(app: Sphinx) -> None:
    """Register the directive, and write what a copy needs after everything else is written."""
    add_html_node(app, _Copy, _visit)
    app.add_directive("offline-copy", OfflineCopy)
    app.connect("html-page-context", _head)
    when_built(app, _write, priority=1000)
