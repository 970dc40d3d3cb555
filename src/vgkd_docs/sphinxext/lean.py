"""What a page loads: of the theme, only what the book uses.

The theme brings Font Awesome (some 1.5 MB), Bootstrap's script and style sheet, and helpers of a
search that the book replaces. ``templates/layout.html`` leaves out what the theme writes into every
page; this module does the rest, and names the icons that ``docs/_static/book.css`` must draw.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import tinycss2
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.util import logging

from vgkd_docs import words
from vgkd_docs.sphinxext.html_site import when_built

__all__ = ["classes_of", "prune", "setup", "undrawn_icons"]

_LOG = logging.getLogger(__name__)
_THEME_SCRIPT = "scripts/pydata-sphinx-theme.js"
_THEME_STYLES = ("styles/pydata-sphinx-theme.css", "styles/sphinx-book-theme.css")
_SEARCH_HELPERS = ("doctools.js", "sphinx_highlight.js")
_UNUSED_FILES = (
    "scripts/fontawesome.js", "scripts/fontawesome.js.LICENSE.txt", "scripts/bootstrap.js",
    "scripts/bootstrap.js.LICENSE.txt", "vendor/fontawesome", "sbt-webpack-macros.html",
    "webpack-macros.html",
)  # fmt: skip
# a style sheet or script, and what stands in the pages that need it
_NEEDED_FOR = {
    "pygments": 'class="highlight',
    "sphinx-design": 'class="sd-',
    "design-tabs": 'class="sd-tab',
    "mystnb": 'class="cell',
}
_ICON = re.compile(r'<(?:i|span) class="[^"]*\bfa(?:-solid|-regular|-brands|[srb])? (fa-[\w-]+)')
_SIZES = ("fa-lg", "fa-fw")


def _select(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any],
            doctree: nodes.document | None) -> None:  # fmt: skip
    """Leave out the scripts and style sheets that this page has no use for."""
    body = context.get("body", "")

    def needed(file: Any) -> bool:
        name = str(file.filename)
        return all(part not in name or mark in body for part, mark in _NEEDED_FOR.items())

    scripts = [js for js in context["script_files"] if js.filename and needed(js)]
    scripts = [js for js in scripts if not str(js.filename).endswith(_SEARCH_HELPERS)]
    for js in scripts:
        js.attributes.setdefault("defer", "defer")
    context["script_files"] = scripts
    context["css_files"] = [css for css in context["css_files"] if needed(css)]
    context["print_label"] = words.message("print_page")
    context["pages_label"] = words.message("pages_toggle")
    context["contents_label"] = words.message("contents_toggle")
    context["home_label"] = words.message("home_page", book=app.config.html_title)
    context["generate_toctree_html"] = _named_toggles(context["generate_toctree_html"])


def _named_toggles(toctree: Any) -> Any:
    """The theme's tree of pages, with a name for each of its toggles, which have none."""

    def named(*arguments: Any, **options: Any) -> Any:
        tree = toctree(*arguments, **options)
        for summary in tree.select("li > a + details > summary:not(:has(.visually-hidden))"):
            title = summary.find_parent("li").a.get_text(strip=True)
            name = tree.new_tag("span", attrs={"class": "visually-hidden"})
            name.string = words.message("pages_below", title=title)
            summary.insert(0, name)
        return tree

    return named


def classes_of(texts: Iterable[str]) -> set[str]:
    """The class names that stand in pages."""
    return {name for text in texts for held in re.findall(r'class="([^"]*)"', text)
            for name in held.split()}  # fmt: skip


def _matches(selector: str, used: set[str]) -> bool:
    # what stands in :not(), :is() … or in [attribute] need not be in the page
    plain = re.sub(r":[\w-]+\((?:[^()]|\([^()]*\))*\)|\[[^\]]*\]", "", selector).replace("\\", "")
    return used.issuperset(re.findall(r"\.([A-Za-z_-][\w-]*)", plain))


def _is_icon_font(text: str) -> bool:
    return "Font Awesome" in text or "--fa-" in text or "var(--fa" in text


def prune(style_sheet: str, used: set[str]) -> str:
    """A style sheet without the rules for classes that are not ``used``, and without icon fonts."""
    return "".join(_pruned(tinycss2.parse_stylesheet(style_sheet, skip_whitespace=True), used))


def _pruned(rules: Iterable[Any], used: set[str]) -> Iterable[str]:
    for rule in rules:
        if rule.type == "qualified-rule":
            head, body = tinycss2.serialize(rule.prelude), tinycss2.serialize(rule.content)
            selectors = [part for part in re.split(r",(?![^(]*\))", head) if _matches(part, used)]
            if selectors and not _is_icon_font(body):
                yield f"{','.join(part.strip() for part in selectors)}{{{body}}}"
        elif rule.type == "at-rule" and rule.at_keyword in ("media", "supports"):
            inner = tinycss2.parse_rule_list(rule.content, skip_whitespace=True, skip_comments=True)
            if kept := "".join(_pruned(inner, used)):
                yield f"@{rule.at_keyword}{tinycss2.serialize(rule.prelude)}{{{kept}}}"
        elif rule.type == "at-rule" and not _is_icon_font(text := rule.serialize()):
            yield text
        elif rule.type == "comment" and rule.value.startswith("!"):  # whose it is, and its licence
            yield f"/*{rule.value}*/"


def _lighten(app: Sphinx) -> None:
    """Prune the theme's style sheets to what the finished pages use; remove what none loads."""
    static = Path(app.outdir, "_static")
    pages = [path.read_text(encoding="utf-8") for path in Path(app.outdir).rglob("*.html")
             if static not in path.parents and "lite" not in path.parts]  # fmt: skip
    for name in _UNUSED_FILES:
        path = static / name
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
    scripts = [path.read_text(encoding="utf-8") for path in sorted(static.rglob("*.js"))]
    used = classes_of(pages) | {word for text in scripts for word in re.findall(r"[\w-]+", text)}
    for name in _THEME_STYLES:
        path = static / name
        if not path.exists():
            raise ExtensionError(f"the theme has no {name} any more: adapt sphinxext/lean.py")
        path.write_text(prune(path.read_text(encoding="utf-8"), used), encoding="utf-8")
    for path in static.rglob("*.map"):
        path.unlink()
    for icon in undrawn_icons(pages, (static / "book.css").read_text(encoding="utf-8")):
        _LOG.warning("icon %s is in a page, but docs/_static/book.css does not draw it", icon)


def undrawn_icons(pages: Iterable[str], style_sheet: str) -> list[str]:
    """The icons that pages name in Font Awesome's way and the style sheet does not draw."""
    wanted = {icon for page in pages for icon in _ICON.findall(page)}
    return sorted(wanted - set(re.findall(r"\.(fa-[\w-]+)", style_sheet)) - set(_SIZES))


def setup(app: Sphinx) -> None:
    """Connect to Sphinx's events, after the theme has added its files and before others count."""
    app.add_js_file(_THEME_SCRIPT, loading_method="defer")
    app.connect("html-page-context", _select, priority=900)
    when_built(app, _lighten, priority=400)
