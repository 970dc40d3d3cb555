"""Each page says how to cite it: a panel for readers, tags for machines, a card to share."""

from __future__ import annotations

import datetime
import html
import json
import textwrap
from pathlib import Path
from typing import Any
from urllib.parse import quote

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config

from vgkd_docs import cards, words
from vgkd_docs.page_citation import PageCitation, PageKind
from vgkd_docs.repository import last_changes
from vgkd_docs.sphinxext.freshness import book_catalogue
from vgkd_docs.sphinxext.notebooks import MIRROR

__all__ = ["address_of", "changed_on", "describe", "page_citation", "setup", "trail"]

# what the page's scripts say
_SCRIPT_WORDS = ("filter", "copy", "copied", "copy_failed", "cite_accessed", "close")
_DATA_PAGES = ("back/data",)
# where a generated page belongs, for the way back to the front page
_PARENT = {"works": "evidence/explorer", "datasets": "foundations/datasets",
           "bibliography": "back/bibliography"}  # fmt: skip
_TYPES = {"bib": "application/x-bibtex", "ris": "application/x-research-info-systems",
          "json": "application/vnd.citationstyles.csl+json"}  # fmt: skip


def source_of(pagename: str) -> str:
    """The file below the repository's root that a page is made of."""
    folder, _, name = pagename.rpartition("/")
    if folder in ("works", "datasets"):
        return f"src/vgkd_docs/data/{folder}/{name}.yaml"
    if folder == "bibliography":
        return "references.bib"
    return f"{pagename}.md" if folder == MIRROR else f"docs/{pagename}.md"


def address_of(app: Sphinx, pagename: str) -> str | None:
    """Where a page is served, if that is known."""
    base: str = app.config.html_baseurl
    if not base:
        return None
    return base if pagename == "index" else base + quote(app.builder.get_target_uri(pagename))


def changed_on(app: Sphinx, pagename: str) -> datetime.date:
    """The day of a page's last change; the front page changes with the book."""
    changes = last_changes(Path(app.confdir).parent)
    day = changes.get(source_of(pagename)) if pagename != "index" else None
    released = datetime.date.fromisoformat(app.config.vgkd_released)
    return day or max(changes.values(), default=released)


def page_citation(app: Sphinx, pagename: str) -> PageCitation:
    """What is needed to cite a page."""
    book = words.message("book_title")
    kind: PageKind = "book" if pagename == "index" else "chapter"
    if pagename in _DATA_PAGES:
        kind = "dataset"
    return PageCitation(
        name=pagename,
        kind=kind,
        title=book if kind == "book" else app.env.titles[pagename].astext(),
        book=book,
        author=app.config.author,
        version=app.config.version,
        changed=changed_on(app, pagename),
        address=address_of(app, pagename),
    )


def trail(app: Sphinx, pagename: str) -> list[str]:
    """The pages from the front page to this one."""
    folder = pagename.partition("/")[0]
    between = [_PARENT.get(folder, f"{folder}/index")]
    if between[0] == "evidence/explorer":
        between.insert(0, "evidence/index")
    known = [name for name in between if name in app.env.titles and name != pagename]
    return [app.config.root_doc, *known, *([] if pagename == app.config.root_doc else [pagename])]


def describe(doctree: nodes.document) -> str:
    """The first paragraph that says something, cut to what a search result shows."""
    for paragraph in doctree.findall(nodes.paragraph):
        text = " ".join(paragraph.astext().split())
        if len(text) > 60:
            return textwrap.shorten(text, 200, placeholder=" …")
    return words.message("book_title")


def _about(pagename: str) -> dict[str, Any] | None:
    folder, _, name = pagename.partition("/")
    catalogue = book_catalogue()
    if folder == "works" and name in catalogue.works:
        reference = catalogue.references[name]
        people = [author.partition(", ") for author in reference.authors]
        return {
            "@type": "ScholarlyArticle",
            "name": reference.title,
            "author": [
                {"@type": "Person", "name": f"{given} {family}".strip()}
                for family, _, given in people
            ],
            "datePublished": str(reference.year),
            "url": reference.address,
            "sameAs": f"https://doi.org/{reference.doi}" if reference.doi else None,
        }
    if folder == "datasets" and name in catalogue.datasets:
        dataset = catalogue.datasets[name]
        home = str(dataset.home) if dataset.home else None
        summary = catalogue.works[dataset.work].summary if dataset.work in catalogue.works else None
        return {"@type": "Dataset", "name": dataset.name, "url": home, "description": summary}
    return None


def _panel(citation: PageCitation) -> dict[str, Any]:
    item = json.dumps(citation.csl(), ensure_ascii=False, indent=1)
    texts = {"BibTeX": ("bib", citation.bibtex()), "RIS": ("ris", citation.ris()),
             "CSL-JSON": ("json", f"[{item}]\n")}  # fmt: skip
    formats = [
        {"name": name, "text": text, "file": f"{citation.key}.{ending}", "format": ending,
         "data": f"data:{_TYPES[ending]};charset=utf-8,{quote(text)}"}
        for name, (ending, text) in texts.items()
    ]  # fmt: skip
    labels = {name: words.message(f"cite_{name}") for name in ("panel", "first", "download")}
    return {"reference": citation.html(), "formats": formats, **labels}


def _add(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any],
         doctree: nodes.document | None) -> None:  # fmt: skip
    if doctree is None:
        return
    citation = page_citation(app, pagename)
    way = trail(app, pagename)
    description = describe(doctree)
    titles = [app.env.titles[name].astext() for name in way]
    about = _about(pagename)
    card = None
    if citation.address:
        file = f"_static/cards/{pagename}.png"
        shown = citation.title
        if about and about["name"].casefold().startswith(citation.title.casefold()):
            shown = about["name"]  # a work's whole title rather than its short name
        part = titles[-2] if len(way) > 2 else ""
        names = (words.message("book_title_short"), words.message("book_title_chinese"))
        cards.draw(Path(app.outdir, file), shown, part, *names)
        card = app.config.html_baseurl + quote(file)
    tags = citation.tags(description, card)
    head = [
        f'<meta {attribute}="{name}" content="{html.escape(content)}" />'
        for attribute, name, content in (*tags, ("name", "description", description))
    ]
    steps = [(title, address_of(app, name)) for title, name in zip(titles, way, strict=True)]
    block = citation.json_ld(description, steps, about)
    head.append(f'<script type="application/ld+json">{block}</script>')
    if app.config.html_baseurl:
        feed = app.config.html_baseurl + "feed.atom"
        head.append(f'<link rel="alternate" type="application/atom+xml" href="{feed}" />')
        context["pageurl"] = citation.address  # the canonical one: the front page's is the site's
    context["metatags"] = context.get("metatags", "") + "\n".join(head)
    context["cite_page"] = _panel(citation)
    context["script_words"] = json.dumps(
        {name: words.template(name) for name in _SCRIPT_WORDS}, ensure_ascii=False
    )


def _templates(app: Sphinx, config: Config) -> None:
    config.templates_path.append(str(Path(__file__).parent / "templates"))


def setup(app: Sphinx) -> None:
    """Connect to Sphinx's events; ``vgkd_released`` dates a book that has no git history."""
    app.add_config_value("vgkd_released", "1970-01-01", "html", types=(str,))
    app.connect("config-inited", _templates)
    app.connect("html-page-context", _add)
