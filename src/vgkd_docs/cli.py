"""``vgkd-docs``: check the data, export it, start a new work."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from vgkd_docs.catalogue import CatalogueError, load_catalogue
from vgkd_docs.scaffold import ScaffoldError, scaffold

__all__ = ["main"]


def _check(_: argparse.Namespace) -> int:
    catalogue = load_catalogue()
    unverified = sum(catalogue.status(key) != "verified" for key in catalogue.works)
    print(
        f"{len(catalogue.works)} works ({unverified} not fully verified), "
        f"{len(catalogue.datasets)} datasets, {len(catalogue.results)} results, "
        f"{len(catalogue.corrections)} corrections: all in order."
    )
    return 0


def _export(arguments: argparse.Namespace) -> int:
    from vgkd_docs.export import export

    for path in export(load_catalogue(), arguments.folder):
        print(path)
    return 0


def _new(arguments: argparse.Namespace) -> int:

    for path in scaffold(arguments.key, arguments.name, doi=arguments.doi, arxiv=arguments.arxiv):
        print(path)
    print("Fill in what is marked TODO, then run: vgkd-docs check")
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
    new = commands.add_parser("new", help="scaffold a work's two entries")
    new.add_argument("key", help="e.g. dai2024simvg: first author, year, short name")
    new.add_argument("--name", required=True, help='short name, e.g. "SimVG"')
    new.add_argument("--doi")
    new.add_argument("--arxiv")
    new.set_defaults(run=_new)
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
