"""What a published book offers beside its pages: sitemap, feed, Markdown, llms.txt, robots."""

from __future__ import annotations

import datetime
import re
from pathlib import Path
from xml.etree import ElementTree as xml

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

from vgkd_docs import words
from vgkd_docs.sphinxext.freshness import book_catalogue
from vgkd_docs.sphinxext.html_site import when_built
from vgkd_docs.sphinxext.metadata import address_of, changed_on, describe

__all__ = ["expanded", "note_expansion", "setup"]

_EXPANSIONS = "vgkd_expansions"
_RECENT = 40
"""So many of the pages changed last the feed holds."""


def note_expansion(env: BuildEnvironment, place: int | str, text: str) -> None:
    """Remember what a directive (by its line) or a role (as ``name`text```) stands for."""
    env.metadata[env.docname].setdefault(_EXPANSIONS, {})[place] = text


def expanded(env: BuildEnvironment, docname: str) -> str:
    """A page's source, with what the catalogue's directives and roles stand for in their place."""
    text = Path(env.doc2path(docname)).read_text(encoding="utf-8")
    found: dict[int | str, str] = env.metadata[docname].get(_EXPANSIONS, {})
    lines = text.split("\n")
    for number in sorted((place for place in found if isinstance(place, int)), reverse=True):
        fence = re.match(r"\s*(`{3,}|:{3,})\{", lines[number - 1])
        if fence:
            end = next(at for at in range(number, len(lines)) if lines[at].strip() == fence[1])
            lines[number - 1 : end + 1] = found[number].split("\n")

    def shown(role: re.Match[str]) -> str:
        # a role may run over the end of a line
        return found.get(f"{role[1]}`{' '.join(role[2].split())}`", role[0])

    return re.sub(r"\{(\w+)\}`([^`]+)`", shown, "\n".join(lines))


def markdown(env: BuildEnvironment, docname: str) -> str:
    """A page as Markdown: its source, with the catalogue's tables, numbers and citations in it."""
    text = re.sub(r"\A---\n.*?\n---\n", "", expanded(env, docname), flags=re.DOTALL)
    return re.sub(r"\{cite(?::[pt])?\}`([^`]+)`", _cited, text).strip() + "\n"


def _cited(match: re.Match[str]) -> str:
    catalogue = book_catalogue()
    shown = []
    for key in (part.strip() for part in match[1].split(",")):
        reference, work = catalogue.references.get(key), catalogue.works.get(key)
        name = work.name if work else key
        year = f" {reference.year}" if reference else ""
        address = reference.address if reference else None
        shown.append(f"[{name}{year}]({address})" if address else f"{name}{year}")
    return f"({', '.join(shown)})"


def _pages(env: BuildEnvironment) -> list[str]:
    order = [env.config.root_doc]
    for name in order:
        order += [child for child in env.toctree_includes.get(name, []) if child not in order]
    return order + sorted(env.found_docs - set(order))


def _write_markdown(app: Sphinx, docname: str) -> None:
    path = Path(app.outdir, f"{docname}.html.md")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(markdown(app.env, docname), encoding="utf-8")


def _llms(app: Sphinx) -> str:
    env = app.env
    lines = [f"# {words.message('book_title')}", "", f"> {words.message('llms_summary')}", ""]
    part = None
    for name in _pages(env):
        folder = name.partition("/")[0] if "/" in name else ""
        if folder != part:
            part = folder
            head = f"{folder}/index"
            title = env.titles[head].astext() if head in env.titles else folder
            lines += ["", f"## {title or words.message('book_title_short')}", ""]
        base = app.config.html_baseurl
        about = env.metadata[name].get("vgkd_description", "")
        lines.append(f"- [{env.titles[name].astext()}]({base}{name}.html.md): {about}")
    return "\n".join(lines) + "\n"


def _xml(path: Path, root: xml.Element) -> None:
    xml.indent(root)
    path.write_text('<?xml version="1.0" encoding="utf-8"?>\n'
                    + xml.tostring(root, encoding="unicode") + "\n", encoding="utf-8")  # fmt: skip


def _sitemap(app: Sphinx) -> xml.Element:
    root = xml.Element("urlset", xmlns="http://www.sitemaps.org/schemas/sitemap/0.9")
    for name in _pages(app.env):
        place = xml.SubElement(root, "url")
        xml.SubElement(place, "loc").text = address_of(app, name)
        xml.SubElement(place, "lastmod").text = changed_on(app, name).isoformat()
    return root


def _feed(app: Sphinx) -> xml.Element:
    def stamp(day: datetime.date) -> str:
        return f"{day.isoformat()}T00:00:00Z"

    changed = {name: changed_on(app, name) for name in _pages(app.env)}
    recent = sorted(changed, key=lambda name: changed[name], reverse=True)[:_RECENT]
    base = app.config.html_baseurl
    root = xml.Element("feed", xmlns="http://www.w3.org/2005/Atom")
    xml.SubElement(root, "title").text = words.message("book_title")
    xml.SubElement(root, "id").text = base
    xml.SubElement(root, "link", href=base)
    xml.SubElement(root, "link", href=f"{base}feed.atom", rel="self")
    xml.SubElement(root, "updated").text = stamp(max(changed.values()))
    xml.SubElement(xml.SubElement(root, "author"), "name").text = app.config.author
    for name in recent:
        entry = xml.SubElement(root, "entry")
        address = address_of(app, name) or ""
        xml.SubElement(entry, "title").text = app.env.titles[name].astext()
        xml.SubElement(entry, "id").text = address
        xml.SubElement(entry, "link", href=address)
        xml.SubElement(entry, "updated").text = stamp(changed[name])
        about = app.env.metadata[name].get("vgkd_description", "")
        xml.SubElement(entry, "summary").text = about
    return root


def _describe(app: Sphinx, doctree: nodes.document) -> None:
    app.env.metadata[app.env.docname]["vgkd_description"] = describe(doctree)


def _write(app: Sphinx) -> None:
    out = Path(app.outdir)
    for name in app.env.found_docs:
        _write_markdown(app, name)
    (out / "llms.txt").write_text(_llms(app), encoding="utf-8")
    robots = "User-agent: *\nAllow: /\n"
    if app.config.html_baseurl:  # these three need absolute addresses
        robots += f"Sitemap: {app.config.html_baseurl}sitemap.xml\n"
        _xml(out / "sitemap.xml", _sitemap(app))
        _xml(out / "feed.atom", _feed(app))
    (out / "robots.txt").write_text(robots, encoding="utf-8")


def setup(app: Sphinx) -> None:
    """Connect to Sphinx's events."""
    app.connect("doctree-read", _describe)
    when_built(app, _write)
