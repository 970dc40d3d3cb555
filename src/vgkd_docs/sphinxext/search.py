"""One search over everything: passages indexed by Pagefind, and a list of names in two languages.

Each page leaves its text in the doctree folder when it is written; when the build ends, Pagefind
indexes that folder, unless nothing in it changed. Sphinx's own search is not built.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from importlib import metadata
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.environment import BuildEnvironment
from sphinx.errors import ExtensionError
from sphinx.util import logging

from vgkd_docs import words
from vgkd_docs.search_names import (
    GROUPS,
    Aliases,
    Named,
    dataset_names,
    list_names,
    names_in_definition,
    read_aliases,
    shortened,
    work_names,
)
from vgkd_docs.sphinxext.explorer import FACETS
from vgkd_docs.sphinxext.freshness import book_catalogue
from vgkd_docs.sphinxext.html_site import when_built, write_data
from vgkd_docs.sphinxext.metadata import trail

__all__ = ["kind_of", "searchable", "setup"]

_LOGGER = logging.getLogger(__name__)
_EXPLORER = "evidence/explorer"
_KINDS = {"foundations": "chapter", "settings": "chapter", "lightweighting": "chapter",
          "notes": "note", "notebooks": "notebook", "works": "work",
          "datasets": "dataset"}  # fmt: skip
KINDS = ("term", "chapter", "work", "dataset", "leaderboard", "notebook", "note", "list", "page")
# what the browser needs: the rest of Pagefind's bundle are ready-made interfaces
_BUNDLE = ("pagefind.js", "pagefind-worker.js", "pagefind-entry.json", "*.pf_meta",
           "wasm.*.pagefind", "fragment", "index")  # fmt: skip
# Sphinx's own search: from an earlier build, or from the theme's static files
_UNUSED = ("searchindex.js", "_static/searchtools.js", "_static/language_data.js")
_WORDS = ("label", "hint", "top", "loading", "found", "none", "none_ways", "corrected",
          "names_only", "unable")  # fmt: skip
_CHINESE = "[\u3400-\u9fff]"


def kind_of(docname: str) -> str:
    """What a page is, for the reader who sees it among results."""
    if docname.startswith("evidence/leaderboards"):
        return "leaderboard"
    return _KINDS.get(docname.partition("/")[0], "page") if "/" in docname else "page"


def searchable(body: str) -> str:
    """A page's HTML as Pagefind should read it.

    A section's id moves to its heading, where Pagefind looks for places to lead to; what repeats
    other pages (related works, the entry to copy) is left out; Chinese is written as single
    characters, since Pagefind divides an English page at blanks only.
    """
    for name in ("related_head", "cite_head"):
        repeated = nodes.make_id(words.message(name))
        body = body.replace(f'<section id="{repeated}"', "<section data-pagefind-ignore")
    body = re.sub(
        r'<section([^>]*?) id="([^"]+)"([^>]*)>((?:\s*<span[^>]*></span>)*\s*)<h([1-6])',
        r'<section\1\3>\4<h\5 id="\2"', body)  # fmt: skip
    body = re.sub(r'<a class="headerlink".*?</a>', "", body)
    body = re.sub(rf"({_CHINESE})(?={_CHINESE})", r"\1 ", body)
    return f'<html lang="en"><body data-pagefind-body>{body}</body></html>'


def _folder(app: Sphinx) -> Path:
    return Path(app.doctreedir, "search")


def _indexed(docname: str) -> bool:
    # an entry of the bibliography stands on the page of its work
    return not docname.startswith("bibliography/")


def _keep_text(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any],
               doctree: nodes.document | None) -> None:  # fmt: skip
    if doctree is None or not _indexed(pagename):
        return
    path = _folder(app) / f"{pagename}.html"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(searchable(context["body"]), encoding="utf-8")


def _terms(env: BuildEnvironment, aliases: Aliases) -> Iterator[Named]:
    objects = env.domaindata["std"]["objects"]
    pages = sorted({page for (kind, _), (page, _) in objects.items() if kind == "term"})
    for page in pages:
        for item in env.get_doctree(page).findall(nodes.definition_list_item):
            term = item[0]
            if not term.get("ids"):  # not of a glossary
                continue
            title, definition = term.astext(), item[-1].astext()
            names = [*names_in_definition(definition), *aliases.of("terms", title)]
            yield Named("term", f"{page}#{term['ids'][0]}", title, shortened(definition), names)


def _sections(env: BuildEnvironment, docname: str) -> dict[str, str]:
    return {
        link["anchorname"].removeprefix("#"): link.astext()
        for link in env.tocs[docname].findall(nodes.reference)
        if link.get("anchorname")
    }


def _pages(app: Sphinx, aliases: Aliases) -> Iterator[Named]:
    env = app.env
    for name in sorted(filter(_indexed, env.found_docs)):
        kind = kind_of(name)
        if kind in ("work", "dataset"):
            continue
        about = env.metadata[name].get("vgkd_description", "")
        title = env.titles[name].astext()
        yield Named(kind, name, title, about, aliases.of("pages", name))
    for target, names in aliases.groups.get("pages", {}).items():
        page, _, anchor = target.partition("#")
        title = _sections(env, page).get(anchor) if page in env.found_docs else None
        if title:  # of what does not exist, _check warns
            yield Named(kind_of(page), target, title, env.titles[page].astext(), names)


def _vocabulary() -> list[str]:
    return [f"{facet}/{value}" for facet in FACETS for value in words.labels(facet)]


def _check(app: Sphinx, env: BuildEnvironment) -> None:
    """Warn, so that a strict build stops, of other names for what does not exist."""
    aliases, findings = read_aliases()
    catalogue = book_catalogue()
    if not findings:
        named = {target.partition("#")[0] for target in aliases.groups.get("pages", {})}
        sections = {f"{page}#{name}" for page in named & env.found_docs
                    for name in _sections(env, page)}  # fmt: skip
        known: dict[str, Iterable[str]] = dict(zip(GROUPS, (
            [named.title for named in _terms(env, aliases)],
            env.found_docs | sections,
            catalogue.datasets, catalogue.works, _vocabulary(),
        ), strict=True))  # fmt: skip
        findings = [one for group in GROUPS for one in aliases.unknown(group, known[group])]
    for finding in findings:
        _LOGGER.warning("%s", finding, type="vgkd", subtype="search")


def _address(app: Sphinx, url: str) -> str:
    page, mark, rest = re.fullmatch(r"([^?#]*)([?#]?)(.*)", url).groups()  # type: ignore[union-attr]
    return f"{app.builder.get_target_uri(page)}{mark}{rest}"


def _ways(env: BuildEnvironment) -> list[tuple[str, str]]:
    """The pages that list things, for a reader whom the search does not serve."""
    pages = ("back/glossary", _EXPLORER, "back/bibliography")
    return [(page, env.titles[page].astext()) for page in pages if page in env.found_docs]


def _write_names(app: Sphinx) -> None:
    aliases, _ = read_aliases()
    catalogue = book_catalogue()
    things = [*_terms(app.env, aliases), *_pages(app, aliases), *work_names(catalogue, aliases),
              *dataset_names(catalogue, aliases)]  # fmt: skip
    if _EXPLORER in app.env.found_docs:
        things += list_names(catalogue, aliases, FACETS, _EXPLORER)
    rows = []
    parts: dict[str, str] = {}
    for thing in things:
        page = re.split("[?#]", thing.url)[0]
        if page in app.env.titles:
            above = [app.env.titles[name].astext() for name in trail(app, page)[1:]]
            parts.setdefault(page, above[-2] if len(above) > 1 else "")
        kind, url, *rest = thing.row()
        rows.append([KINDS.index(str(kind)), _address(app, str(url)), *rest, parts.get(page, "")])
    data = {"kinds": KINDS, "labels": [words.label("search_kinds", kind) for kind in KINDS],
            "groups": [words.label("search_groups", kind) for kind in KINDS],
            "ways": [(_address(app, page), title) for page, title in _ways(app.env)],
            "rows": rows}  # fmt: skip
    write_data(app, "search.js", "vgkdNames", data)


def _executable() -> Path:
    try:
        from pagefind_bin import get_executable
    except ImportError:
        raise ExtensionError(
            "the search needs Pagefind: install this book's requirements, or pagefind-bin"
        ) from None
    return Path(get_executable())


def _fingerprint(folder: Path) -> str:
    sha = hashlib.sha256(metadata.version("pagefind-bin").encode())
    for path in sorted(folder.rglob("*.html")):
        sha.update(path.relative_to(folder).as_posix().encode())
        sha.update(path.read_bytes())
    return sha.hexdigest()


def _index(folder: Path, target: Path) -> None:
    with tempfile.TemporaryDirectory() as place:
        run = subprocess.run(
            [_executable(), "--silent", "--keep-index-url", "--site", folder,
             "--output-path", place],
            capture_output=True, text=True, check=False)  # fmt: skip
        if run.returncode:
            raise ExtensionError(f"Pagefind could not index the pages: {run.stderr.strip()}")
        shutil.rmtree(target, ignore_errors=True)
        target.mkdir()
        for pattern in _BUNDLE:
            for path in Path(place).glob(pattern):
                shutil.move(path, target / path.name)


def _finish(app: Sphinx) -> None:
    folder, target = _folder(app), Path(app.outdir, "pagefind")
    for path in folder.rglob("*.html"):
        if path.relative_to(folder).with_suffix("").as_posix() not in app.env.found_docs:
            path.unlink()
    _write_names(app)
    for name in _UNUSED:
        Path(app.outdir, name).unlink(missing_ok=True)
    stamp, now = Path(app.doctreedir, "search.txt"), _fingerprint(folder)
    indexed = stamp.exists() and stamp.read_text(encoding="utf-8") == now
    if not indexed or not (target / "pagefind-entry.json").exists():
        _index(folder, target)
        stamp.write_text(now, encoding="utf-8")


def _replace_sphinx_search(app: Sphinx) -> None:
    if app.builder.name == "html":
        app.builder.search = False  # type: ignore[attr-defined]


def _page(app: Sphinx) -> Iterator[tuple[str, dict[str, Any], str]]:
    shown = {name: words.message(f"search_{name}") for name in ("label", "no_script")}
    yield "search", {"search_words": shown, "search_ways": _ways(app.env)}, "search.html"


def _options(app: Sphinx, config: Config) -> None:
    config.html_theme_options.setdefault("search_bar_text", words.message("search_hint"))


def setup(app: Sphinx) -> None:
    """Connect to Sphinx's events, and put the script on every page."""
    said = {name: words.template(f"search_{name}") for name in _WORDS}
    attributes: dict[str, Any] = {"defer": "defer", "data-words": json.dumps(said)}
    app.add_js_file("search.js", **attributes)
    app.connect("config-inited", _options)
    app.connect("builder-inited", _replace_sphinx_search)
    app.connect("env-check-consistency", _check)
    app.connect("html-collect-pages", _page)
    app.connect("html-page-context", _keep_text)
    when_built(app, _finish)
