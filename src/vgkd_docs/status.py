"""What wants another look: preprints, lost repositories, records and results read long ago.

Nothing here asks what day it is: the newest reading in the catalogue stands for today, so that the
same data always give the same page.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Callable, Iterable

from vgkd_docs import words
from vgkd_docs.catalogue import Catalogue
from vgkd_docs.models import Dataset, Work
from vgkd_docs.tables import Cell, Table, datasets_table, escape, select_works, uncited, works_table

__all__ = ["STATUS_TABLES", "as_of", "known_by_preprint", "last_read", "status"]

YEAR = datetime.timedelta(days=365)


def last_read(record: Work | Dataset) -> datetime.date:
    """The last day on which one of a record's sources was read."""
    return max(source.read for source in record.sources)


def as_of(catalogue: Catalogue) -> datetime.date:
    """The newest day on which anything in the catalogue was read.

    Raises:
        ValueError: for an empty catalogue.

    """
    records: list[Work | Dataset] = [*catalogue.works.values(), *catalogue.datasets.values()]
    return max([*map(last_read, records), *(row.checked for row in catalogue.results)])


def _read(table: Table, days: Iterable[datetime.date]) -> Table:
    """A table with the day on which each row was last read; longest ago first."""
    rows = sorted(zip(days, table.rows, strict=True), key=lambda pair: pair[0])
    cells = [[*row, Cell.text(day.isoformat())] for day, row in rows]
    return Table((*table.columns, "read"), cells)


def known_by_preprint(catalogue: Catalogue) -> list[str]:
    """The works of which nothing but a preprint is known."""
    return [
        key
        for key in select_works(catalogue)
        if catalogue.references[key].arxiv and not catalogue.references[key].container
    ]


def preprints(catalogue: Catalogue) -> Table:
    """Works known by their preprint alone: they may have been published since they were read."""
    keys = known_by_preprint(catalogue)
    table = works_table(catalogue, keys, ("work", "year"))
    return _read(table, (last_read(catalogue.works[key]) for key in keys))


def repositories(catalogue: Catalogue) -> Table:
    """Works whose repository is archived or gone, by their record."""
    keys = select_works(catalogue, where=lambda work: work.code_status is not None)
    table = works_table(catalogue, keys, ("work", "code", "code_status"))
    return _read(table, (last_read(catalogue.works[key]) for key in keys))


def overdue(catalogue: Catalogue) -> Table:
    """Works and datasets of which no source was read for a year."""
    before = as_of(catalogue) - YEAR
    works = select_works(catalogue, where=lambda work: last_read(work) < before)
    slugs = [slug for slug, record in catalogue.datasets.items() if last_read(record) < before]
    rows = works_table(catalogue, works, ("work",)).rows
    rows += datasets_table(catalogue, slugs, ("dataset",)).rows
    days = [last_read(catalogue.works[key]) for key in works]
    days += [last_read(catalogue.datasets[slug]) for slug in slugs]
    return _read(Table(("subject",), rows), days)


def results_by_month(catalogue: Catalogue) -> Table:
    """How many results were read in which month, and how many days before the newest reading."""
    months = defaultdict(list)
    for row in catalogue.results:
        months[f"{row.checked:%Y-%m}"].append(row.checked)
    newest = as_of(catalogue)
    rows = [
        [Cell.text(month), Cell.number(len(days)), Cell.number((newest - min(days)).days)]
        for month, days in sorted(months.items())
    ]
    return Table(("month", "results", "age"), rows)


STATUS_TABLES: dict[str, Callable[[Catalogue], Table]] = {
    "preprints": preprints, "repositories": repositories, "overdue": overdue,
    "results": results_by_month,
}  # fmt: skip
"""The tables of the status page, by the name that the directive takes."""


def status(catalogue: Catalogue, name: str) -> str:
    """One table of the status page as MyST, led by how many rows it has and as of which day.

    Raises:
        ValueError: for an unknown name.

    """
    if name not in STATUS_TABLES:
        raise ValueError(f"unknown table {name!r}; known: {', '.join(STATUS_TABLES)}")
    table = STATUS_TABLES[name](catalogue)
    said = words.message("status_found", count=len(table), date=as_of(catalogue).isoformat())
    return f"{escape(said)}\n\n{uncited(table.myst())}" if table.rows else f"{escape(said)}\n"
