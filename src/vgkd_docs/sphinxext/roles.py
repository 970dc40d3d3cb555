"""Roles that put a number of the catalogue into a sentence."""

from __future__ import annotations

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxRole

from vgkd_docs import words
from vgkd_docs.catalogue import Catalogue
from vgkd_docs.costs import COSTS
from vgkd_docs.export import DESCRIPTIONS, PUBLISHED
from vgkd_docs.findings import nearest
from vgkd_docs.models import Result
from vgkd_docs.sphinxext.freshness import book_catalogue, note_catalogue
from vgkd_docs.sphinxext.html_site import to_root
from vgkd_docs.sphinxext.publishing import note_expansion

__all__ = ["find_result", "setup"]

_POSITIONAL = ("method", "benchmark", "split", "metric")


def find_result(catalogue: Catalogue, text: str) -> Result:
    """The one row that ``method | benchmark | split | metric [| field=value ...]`` names.

    Raises:
        ValueError: when no row or several rows match; the message says what would.

    """
    parts = [part.strip() for part in text.split("|")]
    if len(parts) < len(_POSITIONAL):
        raise ValueError(f"{text!r} is not 'method | benchmark | split | metric'")
    wanted = dict(zip(_POSITIONAL, parts, strict=False))
    for part in parts[len(_POSITIONAL) :]:
        name, equals, value = part.partition("=")
        if not equals or name.strip() not in Result.model_fields:
            raise ValueError(
                f"{part!r} is not 'field=value'; fields: {', '.join(Result.model_fields)}"
            )
        wanted[name.strip()] = value.strip()
    rows = catalogue.results
    for name, value in wanted.items():
        matching = [row for row in rows if getattr(row, name) == value]
        if not matching:
            known = list(dict.fromkeys(str(getattr(row, name)) for row in rows))
            raise ValueError(f"no result with {name} {value!r} ({nearest(value, known)})")
        rows = matching
    if len({row.value for row in rows}) > 1:
        differ = [
            name
            for name in Result.model_fields
            if len({getattr(row, name) for row in rows}) > 1 and name != "value"
        ]
        raise ValueError(f"{text!r} matches {len(rows)} rows; they differ in {', '.join(differ)}")
    return rows[0]


_Made = tuple[list[nodes.Node], list[nodes.system_message]]


class _Role(SphinxRole):
    """A role that says what it stands for, and what is wrong with its text."""

    def note(self, shown: str) -> None:
        note_expansion(self.env, f"{self.name}`{' '.join(self.text.split())}`", shown)

    def refused(self, problem: str) -> _Made:
        message = self.inliner.reporter.error(f"{self.name}: {problem}", line=self.lineno)
        return [self.inliner.problematic(self.rawtext, self.rawtext, message)], [message]


class ResultRole(_Role):
    """A value as printed in its source, linked to it, with the row behind it as a title."""

    def run(self) -> _Made:
        note_catalogue(self.env)
        try:
            row = find_result(book_catalogue(), self.text)
        except ValueError as error:
            return self.refused(str(error))
        self.note(f"[{row.value}]({row.source})")
        title = words.message(
            "result_source",
            method=row.method, benchmark=row.benchmark, split=row.split, metric=row.metric,
            value=row.value, unit=row.unit, locator=row.locator,
            read_from=words.label("read_from", row.read_from),
        )  # fmt: skip
        link = nodes.reference("", row.value, refuri=row.source, internal=False)
        link["classes"].append("result")
        link["reftitle"] = title
        return [link], []


class CountRole(_Role):
    """How many records the catalogue holds, e.g. ``{count}`works```."""

    def run(self) -> _Made:
        note_catalogue(self.env)
        catalogue = book_catalogue()
        counts = {
            "works": len(catalogue.works),
            "verified": sum(catalogue.status(key) == "verified" for key in catalogue.works),
            "datasets": len(catalogue.datasets),
            "results": len(catalogue.results),
            "methods": len({row.method for row in catalogue.results}),
            "corrections": len(catalogue.corrections),
            "priced": sum(any(getattr(row, cost) for cost in COSTS) for row in catalogue.results),
        }
        if self.text not in counts:
            return self.refused(f"unknown {self.text!r} ({nearest(self.text, list(counts))})")
        self.note(f"{counts[self.text]:,}")
        return [nodes.Text(f"{counts[self.text]:,}")], []


class PublishedRole(_Role):
    """A link to one of the published data files, e.g. ``{published}`works.json```."""

    def run(self) -> _Made:
        files = [*PUBLISHED, *DESCRIPTIONS]
        if self.text not in files:
            return self.refused(f"no file {self.text!r} ({nearest(self.text, files)})")
        address = f"{to_root(self.env.docname)}data/{self.text}"
        self.note(f"[{self.text}]({address})")
        link = nodes.reference("", self.text, refuri=address, internal=True)
        return [link], []


class ReleaseRole(_Role):
    """The text, as a link to the repository's newest release where the repository is known."""

    def run(self) -> _Made:
        repository = self.config.html_theme_options.get("repository_url")
        if not repository:
            self.note(self.text)
            return [nodes.Text(self.text)], []
        address = f"{repository.rstrip('/')}/releases/latest"
        self.note(f"[{self.text}]({address})")
        return [nodes.reference("", self.text, refuri=address, internal=False)], []


def setup(app: Sphinx) -> None:
    """Register the roles."""
    app.add_role("published", PublishedRole())
    app.add_role("count", CountRole())
    app.add_role("release", ReleaseRole())
    app.add_role("result", ResultRole())
