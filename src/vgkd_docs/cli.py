"""``vgkd-docs``: check the data, export it, start a work or a result, ask the addresses."""

from __future__ import annotations

import argparse
import os
import sys
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from vgkd_docs import words
from vgkd_docs.catalogue import DATA, CatalogueError, bibliography_path, load_catalogue
from vgkd_docs.checks import unfinished
from vgkd_docs.models import Result, vocabulary
from vgkd_docs.prose import vague_links
from vgkd_docs.published_addresses import missing, record
from vgkd_docs.scaffold import ScaffoldError, insert_result, scaffold, suggest_key, today
from vgkd_docs.site_diff import compare, report

__all__ = ["main"]

_WORK_QUESTIONS = {
    "name": 'Short name, e.g. "SimVG"',
    "title": "Title, as the published version prints it",
    "authors": 'Authors, as "Family, Given; Family, Given"',
    "year": "Year of the published version",
    "venue": "Venue in short, e.g. NeurIPS, or arXiv",
    "container": "Proceedings or journal in full; nothing for a preprint",
    "doi": "DOI, if there is one",
    "arxiv": "arXiv id, if there is one",
}


def _result_questions() -> dict[str, str]:
    """What each field of a result means, with the terms that it knows."""
    questions = {}
    for name, meaning in words.labels("result_fields").items():
        terms = ", ".join(filter(None, vocabulary(Result.model_fields[name].annotation)))
        questions[name] = meaning.rstrip(".") + (f" ({terms})" if terms else "")
    return questions


def _answers(arguments: argparse.Namespace, questions: Mapping[str, str]) -> dict[str, str]:
    """What was given on the command line and, on a terminal, what is answered for the rest."""
    answers = {name: getattr(arguments, name) or "" for name in questions}
    if sys.stdin.isatty():
        for name, question in questions.items():
            answers[name] = answers[name] or input(f"{question}: ").strip()
    return answers


def _in_order(also: str = "all in order") -> None:
    catalogue = load_catalogue()
    unverified = sum(catalogue.status(key) != "verified" for key in catalogue.works)
    print(
        f"{len(catalogue.works)} works ({unverified} not fully verified), "
        f"{len(catalogue.datasets)} datasets, {len(catalogue.results)} results, "
        f"{len(catalogue.corrections)} corrections: {also}."
    )


def _check(_: argparse.Namespace) -> int:
    bibliography = bibliography_path()
    left = list(unfinished(DATA, bibliography, bibliography.parent))
    for finding in left:
        print(finding, file=sys.stderr)
    _in_order(f"nothing else is wrong, {len(left)} lines to do" if left else "all in order")
    return 1 if left else 0


def _export(arguments: argparse.Namespace) -> int:
    from vgkd_docs.export import export

    for path in export(load_catalogue(), arguments.folder):
        print(path)
    return 0


def _new(arguments: argparse.Namespace) -> int:
    # a key that is given holds the year
    asked = {**_WORK_QUESTIONS}
    if arguments.key:
        del asked["year"]
    given = _answers(arguments, asked)
    authors = [author.strip() for author in given["authors"].split(";") if author.strip()]
    key = arguments.key or suggest_key(authors, given["year"], given["name"])
    written = scaffold(
        key, given["name"] or key, title=given["title"], authors=authors, venue=given["venue"],
        container=given["container"], doi=given["doi"], arxiv=given["arxiv"],
    )  # fmt: skip
    for path in written:
        print(path)
    _in_order()
    print("Fill in what is marked TODO, then run: vgkd-docs check")
    return 0


def _new_result(arguments: argparse.Namespace) -> int:
    given = _answers(arguments, _result_questions())
    line = insert_result(given)
    print(f"Added to results.csv, line {line}.")
    _in_order()
    return 0


def _prose(arguments: argparse.Namespace) -> int:
    findings = [finding for folder in arguments.folders for finding in vague_links(folder)]
    for finding in findings:
        print(finding)
    return 1 if findings else 0


def _addresses(arguments: argparse.Namespace) -> int:
    gone = missing(arguments.list, arguments.html)
    for address in gone:
        print(f"{address} was published and leads nowhere. Mend: add it to docs/moved.yaml")
    print(f"{len(record(arguments.list, arguments.html))} new addresses in {arguments.list}")
    return 1 if gone else 0


def _compare(arguments: argparse.Namespace) -> int:
    try:
        found = compare(arguments.before, arguments.after)
    except FileNotFoundError as error:
        print(error, file=sys.stderr)
        return 1
    text = report(found)
    if arguments.report:
        arguments.report.parent.mkdir(parents=True, exist_ok=True)
        arguments.report.write_text(text, encoding="utf-8")
    print(text, end="")
    return 1 if found else 0


def _links(arguments: argparse.Namespace) -> int:
    # the other commands work where nothing can be asked
    from vgkd_docs import links
    from vgkd_docs.standing import Services, asker

    before = links.read_links(arguments.results)
    standing = asker(load_catalogue(), Services(token=os.environ.get("GITHUB_TOKEN")))
    after = links.check(
        links.addresses(), before, today=today(), fresh=arguments.fresh, standing=standing
    )
    links.write_links(arguments.results, after)
    arguments.summary.parent.mkdir(parents=True, exist_ok=True)
    arguments.summary.write_text(links.summary(before, after), encoding="utf-8")
    counts = Counter(link.outcome for link in after.values())
    said = ", ".join(f"{count} {outcome}" for outcome, count in sorted(counts.items()))
    print(f"{len(after)} addresses: {said}. What changed: {arguments.summary}")
    return 0


def _bound(arguments: argparse.Namespace) -> int:
    # these need more than the other commands: the group "print" of pyproject.toml
    from vgkd_docs import binding

    try:
        book = binding.bind(arguments.html)
        if arguments.kind == "epub":
            from vgkd_docs.epub import write_epub

            said = f"{write_epub(book, arguments.file)} chapters"
        else:
            from vgkd_docs.pdf import write_pdf

            said = f"{write_pdf(book, arguments.file)} pages"
    except binding.BindingError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"{arguments.file}: {said}, {arguments.file.stat().st_size / 1e6:.1f} MB")
    return 0


def main(argv: list[str] | None = None) -> int:
    """Run the command line; returns the exit status (1 when the data has findings)."""
    parser = argparse.ArgumentParser(prog="vgkd-docs", description=__doc__)
    commands = parser.add_subparsers(required=True)
    check = commands.add_parser("check", help="validate everything, all findings at once")
    check.set_defaults(run=_check)
    export = commands.add_parser("export", help="write the published data files")
    export.add_argument("folder", type=Path, nargs="?", default=Path("_build/data"))
    export.set_defaults(run=_export)
    new = commands.add_parser("new", help="start a work; on a terminal, asks for what is missing")
    new.add_argument("key", nargs="?", help="e.g. dai2024simvg: first author, year, short name")
    for name, question in _WORK_QUESTIONS.items():
        new.add_argument(f"--{name}", help=question)
    new.set_defaults(run=_new)
    result = commands.add_parser("new-result", help="add a result in its place; asks likewise")
    for name, question in _result_questions().items():
        result.add_argument(f"--{name.replace('_', '-')}", help=question.replace("%", "%%"))
    result.set_defaults(run=_new_result, checked=today().isoformat())
    prose = commands.add_parser("prose", help="find links whose text does not say where they lead")
    prose.add_argument("folders", type=Path, nargs="*", default=[Path("docs"), Path("notebooks")])
    prose.set_defaults(run=_prose)
    addresses = commands.add_parser("addresses", help="list a built book's pages as published")
    addresses.add_argument("html", type=Path, nargs="?", default=Path("_build/html"))
    addresses.add_argument("--list", type=Path, default=Path("docs/published-addresses.txt"))
    addresses.set_defaults(run=_addresses)
    sites = commands.add_parser("compare", help="say in what two built books differ")
    sites.add_argument("before", type=Path)
    sites.add_argument("after", type=Path)
    sites.add_argument("--report", type=Path, help="where to write it too")
    sites.set_defaults(run=_compare)
    links = commands.add_parser("links", help="ask every external address, say what changed")
    links.add_argument("--results", type=Path, default=Path("_build/links.json"))
    links.add_argument("--summary", type=Path, default=Path("_build/links.md"))
    links.add_argument("--fresh", type=int, default=30, help="days that a good answer holds")
    links.set_defaults(run=_links)
    for kind in ("epub", "pdf"):
        bound = commands.add_parser(kind, help=f"make one {kind.upper()} of a built book")
        bound.add_argument("html", type=Path, nargs="?", default=Path("_build/html"))
        bound.add_argument("--file", type=Path, default=Path(f"_build/{kind}/vgkd-book.{kind}"))
        bound.set_defaults(run=_bound, kind=kind)
    arguments = parser.parse_args(argv)
    try:
        return int(arguments.run(arguments))
    except ScaffoldError as error:
        print(error, file=sys.stderr)
        return 1
    except CatalogueError as error:
        print(error, file=sys.stderr)
        print(f"{len(error.findings)} findings.", file=sys.stderr)
        return 1
