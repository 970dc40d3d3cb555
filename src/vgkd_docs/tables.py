"""Tables of the catalogue: made once, shown in the book (MyST) and in a notebook (HTML)."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from vgkd_docs import words
from vgkd_docs.catalogue import Catalogue
from vgkd_docs.costs import Cost, CostGroup
from vgkd_docs.findings import nearest
from vgkd_docs.leaderboard import Group, conditions
from vgkd_docs.models import Dataset, DatasetSource, Result, Source, Work

__all__ = [
    "FILTERS",
    "MOST",
    "Cell",
    "Table",
    "benchmark_tables",
    "corrections_table",
    "cost_table",
    "counts_table",
    "dataset_card",
    "dataset_page",
    "datasets_table",
    "empty_cells_table",
    "escape",
    "leaderboard_table",
    "matrix",
    "matrix_table",
    "prose",
    "related_works",
    "results_table",
    "select_datasets",
    "select_works",
    "stages_table",
    "uncited",
    "verifications_table",
    "work_card",
    "work_page",
    "works_table",
]

FILTERS = ("tasks", "supervision", "domains", "stage", "techniques", "signals", "kind")

WORK_COLUMNS = (
    "work", "name", "year", "venue", "kind", "tasks", "supervision", "domains", "stage",
    "techniques", "code", "code_status", "teacher", "student", "signals", "loss", "data",
    "headline", "limits", "summary", "benchmarks", "status",
)  # fmt: skip
DATASET_COLUMNS = (
    "dataset", "work", "tasks", "domains", "language", "images", "expressions", "boxes", "splits",
    "annotation", "licence", "home", "note", "seed_name",
)  # fmt: skip
RESULT_COLUMNS = (
    "method", "work", "benchmark", "split", "metric", "value", "backbone", "pretraining",
    "setting", "params_m", "flops_g", "latency_ms", "device", "read_from", "source", "locator",
)  # fmt: skip


def escape(text: str) -> str:
    """Plain text as MyST that shows exactly that text, on one line."""
    return re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", " ".join(text.split()))


def prose(text: str) -> str:
    """A record's text as MyST: shown as it is, but for formulas between dollar signs."""
    parts = re.split(r"(\$[^$\n]+\$)", text)
    return "".join(
        part.replace("|", r"\vert ") if part.startswith("$") and len(part) > 2 else _spaced(part)
        for part in parts
    )


def uncited(myst: str) -> str:
    """A table's text without its citations, for long lists: each name leads to its work's page."""
    return re.sub(r" \{cite:p\}`[^`]*`", "", myst)


def _spaced(text: str) -> str:
    lead, tail = text[:1].isspace(), text[-1:].isspace()
    return (" " if lead and text.strip() else "") + escape(text) + (" " if tail else "")


@dataclass(frozen=True)
class Cell:
    """What one cell shows: ``myst`` in the book, ``html`` in a notebook opened elsewhere."""

    myst: str
    html: str

    @classmethod
    def text(cls, text: object) -> Cell:
        """Plain text, possibly with formulas."""
        shown = str(text)
        return cls(prose(shown), html.escape(shown))

    @classmethod
    def number(cls, count: int | None) -> Cell:
        """A count with thin separators; empty when unknown."""
        return cls.text(f"{count:,}" if count is not None else "")

    @classmethod
    def link(cls, text: str, address: str | None) -> Cell:
        """A link, or plain text where there is no address."""
        if not address:
            return cls.text(text)
        target = address.replace(">", "%3E").replace("<", "%3C")
        anchor = f'<a href="{html.escape(address, quote=True)}">{html.escape(text)}</a>'
        return cls(f"[{escape(text)}](<{target}>)", anchor)

    @classmethod
    def badge(cls, row: Result) -> Cell:
        """Where a result was read, linked to the place; the style sheet tells the kinds apart."""
        link = cls.link(words.label("read_from", row.read_from), row.source)
        marked = link.html.replace("<a ", f'<a class="read {row.read_from}" ', 1)
        return cls(f"{link.myst}{{.read .{row.read_from}}}", marked)

    @classmethod
    def cite(cls, name: str, key: str, page: str, address: str | None) -> Cell:
        """A name linked to its page in the book (elsewhere: to its address), then the citation."""
        return cls(f"[{escape(name)}](/{page}) {{cite:p}}`{key}`", cls.link(name, address).html)


@dataclass
class Table:
    """Rows under named columns. Prints as MyST in the book and as HTML in a notebook.

    ``empty`` names the message that stands for a table without rows.
    """

    columns: Sequence[str]
    rows: list[list[Cell]] = field(default_factory=list)
    heads: Sequence[str] | None = None
    empty: str = "empty_table"

    def __len__(self) -> int:
        return len(self.rows)

    def head(self) -> list[str]:
        """The column heads in words."""
        return list(self.heads) if self.heads else [words.column(name) for name in self.columns]

    def myst(self) -> str:
        """The table as MyST Markdown."""
        if not self.rows:
            return f"*{escape(words.message(self.empty))}*\n"
        lines = [self.head(), ["---"] * len(self.columns)]
        lines += [[cell.myst or " " for cell in row] for row in self.rows]
        return "\n".join("| " + " | ".join(line) + " |" for line in lines) + "\n"

    def html(self) -> str:
        """The table as HTML."""
        if not self.rows:
            return f"<p><em>{html.escape(words.message(self.empty))}</em></p>"
        head = "".join(f"<th>{html.escape(name)}</th>" for name in self.head())
        body = "".join(
            "<tr>" + "".join(f"<td>{cell.html}</td>" for cell in row) + "</tr>" for row in self.rows
        )
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        return {"text/markdown": self.myst(), "text/html": self.html(), "text/plain": repr(self)}

    def __repr__(self) -> str:
        return f"<Table: {len(self.rows)} rows, columns {', '.join(self.columns)}>"


def work_page(key: str) -> str:
    """Where a work's page lies below the book's source."""
    return f"works/{key}.md"


def dataset_page(slug: str) -> str:
    """Where a dataset's page lies below the book's source."""
    return f"datasets/{slug.replace('+', '-plus')}.md"


def _terms(vocabulary: str, terms: Iterable[str]) -> Cell:
    return Cell.text(", ".join(words.label(vocabulary, term) for term in terms))


def _work_cell(catalogue: Catalogue, key: str) -> Cell:
    reference = catalogue.references[key]
    return Cell.cite(catalogue.works[key].name, key, work_page(key), reference.address)


def _work_column(catalogue: Catalogue, key: str, column: str) -> Cell:
    work: Work = catalogue.works[key]
    if column == "work":
        return _work_cell(catalogue, key)
    if column == "year":
        return Cell.text(catalogue.references[key].year)
    if column == "code":
        return Cell.link(words.message("code_link"), work.code) if work.code else Cell.text("")
    if column == "status":
        return Cell.text(words.label("status", catalogue.status(key)))
    if column == "benchmarks":
        names = dict.fromkeys(row.benchmark for row in catalogue.results if row.work == key)
        return Cell.text(", ".join(names))
    value = getattr(work, column)
    if column in {"kind", "stage", "code_status"}:
        return Cell.text(words.label(column, value)) if value else Cell.text("")
    if isinstance(value, list):
        return _terms(column, value)
    return Cell.text(value or "")


def _known(columns: Sequence[str], known: Sequence[str]) -> None:
    for name in columns:
        if name not in known:
            raise ValueError(f"unknown column {name!r}; known: {', '.join(known)}")


def select_works(
    catalogue: Catalogue,
    *,
    keys: Sequence[str] | None = None,
    where: Callable[[Work], bool] | None = None,
    **terms: str | Sequence[str],
) -> list[str]:
    """Keys of the works that match every given term, oldest first.

    ``terms`` names a field and one or more terms, any of which may match, e.g.
    ``select_works(catalogue, tasks="rec", techniques=["distillation", "token-pruning"])``.

    Raises:
        ValueError: for a key, field or term that the catalogue does not know.

    """
    for key in keys or ():
        if key not in catalogue.works:
            raise ValueError(f"unknown work {key!r}")
    wanted = _wanted(terms)
    return [
        key
        for key in (catalogue.by_year() if keys is None else keys)
        if _matches(catalogue.works[key], wanted) and (where is None or where(catalogue.works[key]))
    ]


def _wanted(terms: Mapping[str, str | Sequence[str]]) -> dict[str, set[str]]:
    wanted = {
        name: {value} if isinstance(value, str) else set(value) for name, value in terms.items()
    }
    for name, values in wanted.items():
        if name not in FILTERS:
            raise ValueError(f"unknown field {name!r}; known: {', '.join(FILTERS)}")
        unknown = values - set(words.labels(name))
        if unknown:
            raise ValueError(f"unknown {name}: {', '.join(sorted(unknown))}")
    return wanted


def _matches(record: Work | Dataset, wanted: Mapping[str, set[str]]) -> bool:
    for name, values in wanted.items():
        have = getattr(record, name)
        if not values & (set(have) if isinstance(have, list) else {have}):
            return False
    return True


def works_table(
    catalogue: Catalogue, keys: Sequence[str], columns: Sequence[str] = ("work", "year", "venue")
) -> Table:
    """A table of the given works, in the given order."""
    _known(columns, WORK_COLUMNS)
    rows = [[_work_column(catalogue, key, column) for column in columns] for key in keys]
    return Table(columns, rows)


def _dataset_column(catalogue: Catalogue, slug: str, column: str) -> Cell:
    dataset: Dataset = catalogue.datasets[slug]
    if column == "dataset":
        return Cell.cite(dataset.name, dataset.work, dataset_page(slug), dataset.home)
    if column == "work":
        return _work_cell(catalogue, dataset.work)
    if column in {"images", "expressions", "boxes"}:
        return Cell.number(getattr(dataset, column))
    if column in {"tasks", "domains"}:
        return _terms(column, getattr(dataset, column))
    if column == "language":
        return Cell.text(", ".join(dataset.language))
    if column == "splits":
        sizes = (
            f"{split.name} {split.expressions:,}" if split.expressions else split.name
            for split in dataset.splits
        )
        return Cell.text("; ".join(sizes))
    if column == "home":
        return (
            Cell.link(words.message("home_link"), dataset.home) if dataset.home else Cell.text("")
        )
    return Cell.text(getattr(dataset, column) or "")


def datasets_table(
    catalogue: Catalogue,
    slugs: Sequence[str],
    columns: Sequence[str] = ("dataset", "tasks", "images", "expressions", "licence"),
) -> Table:
    """A table of the given datasets, in the given order."""
    _known(columns, DATASET_COLUMNS)
    rows = [[_dataset_column(catalogue, slug, column) for column in columns] for slug in slugs]
    return Table(columns, rows)


def _result_column(catalogue: Catalogue, row: Result, column: str) -> Cell:
    if column == "work":
        return _work_cell(catalogue, row.work)
    if column == "method":
        address = catalogue.references[row.work].address
        return Cell.cite(row.method, row.work, work_page(row.work), address)
    if column == "source":
        return Cell.link(words.message("source_link"), row.source)
    if column == "read_from":
        return Cell.text(words.label("read_from", row.read_from))
    if column == "setting":
        return Cell.text(words.label("setting", row.setting))
    if column == "value":
        return Cell.text(f"{row.value}{row.unit}")
    return Cell.text(getattr(row, column))


def results_table(
    catalogue: Catalogue,
    rows: Sequence[Result],
    columns: Sequence[str] = ("method", "split", "value", "backbone", "setting", "source"),
) -> Table:
    """A table of the given results, in the given order."""
    _known(columns, RESULT_COLUMNS)
    cells = [[_result_column(catalogue, row, column) for column in columns] for row in rows]
    return Table(columns, cells)


def select_datasets(catalogue: Catalogue, **terms: str | Sequence[str]) -> list[str]:
    """Slugs of the datasets that match every given term, by name; terms as in select_works.

    Raises:
        ValueError: for a term that the catalogue does not know.

    """
    wanted = _wanted(terms)
    names = {slug: dataset.name.casefold() for slug, dataset in catalogue.datasets.items()}
    return [
        slug
        for slug in sorted(names, key=names.__getitem__)
        if _matches(catalogue.datasets[slug], wanted)
    ]


def counts_table(catalogue: Catalogue, vocabulary: str) -> Table:
    """How many works carry each term of a vocabulary, most first, with the years they span."""
    rows = []
    for term, name in words.labels(vocabulary).items():
        found = select_works(catalogue, where=None, **{vocabulary: term})
        if found:
            rows.append((len(found), [Cell.text(name), Cell.number(len(found)),
                                      _span(catalogue, found)]))  # fmt: skip
    rows.sort(key=lambda row: -row[0])
    return Table((vocabulary, "works", "years"), [cells for _, cells in rows])


def stages_table(catalogue: Catalogue) -> Table:
    """Each technical stage with its number of works, their years and its earliest work."""
    rows = []
    for stage, name in words.labels("stage").items():
        found = select_works(catalogue, stage=stage)
        if found:
            first = _work_cell(catalogue, found[0])
            number = Cell.number(len(found))
            rows.append([Cell.text(name), number, _span(catalogue, found), first])
    return Table(("stage", "works", "years", "first"), rows)


def _span(catalogue: Catalogue, keys: Sequence[str]) -> Cell:
    years = sorted(catalogue.references[key].year for key in keys)
    return Cell.text(years[0] if years[0] == years[-1] else f"{years[0]}–{years[-1]}")


def matrix(
    catalogue: Catalogue, rows: str, columns: str, keys: Sequence[str] | None = None
) -> dict[tuple[str, str], list[str]]:
    """Keys of the works in each cell of two vocabularies, e.g. supervision by domains."""
    cells: dict[tuple[str, str], list[str]] = {
        (row, column): [] for row in words.labels(rows) for column in words.labels(columns)
    }
    for key in keys if keys is not None else catalogue.by_year():
        work = catalogue.works[key]
        for row in getattr(work, rows):
            for column in getattr(work, columns):
                cells[row, column].append(key)
    return cells


def matrix_table(
    catalogue: Catalogue, rows: str, columns: str, keys: Sequence[str] | None = None
) -> Table:
    """The number of works in each cell of two vocabularies; rows without any work are left out."""
    cells = matrix(catalogue, rows, columns, keys)
    shown = [c for c in words.labels(columns) if any(cells[r, c] for r in words.labels(rows))]
    table = Table(
        (rows, *shown), heads=(words.column(rows), *(words.label(columns, c) for c in shown))
    )
    for row, name in words.labels(rows).items():
        if any(cells[row, column] for column in shown):
            counts = [Cell.text(len(cells[row, column]) or "") for column in shown]
            table.rows.append([Cell.text(name), *counts])
    return table


def empty_cells_table(
    catalogue: Catalogue, rows: str, columns: str, keys: Sequence[str] | None = None
) -> Table:
    """For each row of the matrix that holds any work, the columns in which it holds none."""
    cells = matrix(catalogue, rows, columns, keys)
    table = Table((rows, "empty"))
    for row, name in words.labels(rows).items():
        empty = [c for c in words.labels(columns) if not cells[row, c]]
        if len(empty) < len(words.labels(columns)):
            table.rows.append([Cell.text(name), _terms(columns, empty)])
    return table


MOST = 80
"""Rows a table of results shows at most, so that no page grows with the catalogue."""


def _scores(row: Result, scores: Mapping[str, Result], splits: Iterable[str]) -> dict[str, Cell]:
    """A method's score on each split, where it has one, and where they were read."""
    cells = dict.fromkeys(splits, Cell.text(""))
    cells |= {split: Cell.text(score.value) for split, score in scores.items()}
    return cells | {"read_from": Cell.badge(row)}


def _filled(
    catalogue: Catalogue, row: Result, columns: Sequence[str], made: Mapping[str, Cell]
) -> list[Cell]:
    """A line of a table about one row: its cells, but for those that were made already."""
    return [made.get(name) or _result_column(catalogue, row, name) for name in columns]


def benchmark_tables(catalogue: Catalogue, benchmark: str) -> list[tuple[str, Table, int]]:
    """For each metric of a benchmark: its name, its scores, newest first, and how many more."""
    made = []
    for metric in dict.fromkeys(r.metric for r in catalogue.results if r.benchmark == benchmark):
        lines = conditions(catalogue, benchmark, metric)
        splits = sorted({split for scores in lines for split in scores})
        first = [next(iter(scores.values())) for scores in lines]
        order = sorted(range(len(lines)), key=lambda at: (
            -catalogue.references[first[at].work].year, first[at].method.casefold()))  # fmt: skip
        columns = ["method", *splits, "backbone", "pretraining", "setting", "read_from"]
        heads = [name if name in splits else words.column(name) for name in columns]
        table = Table(columns, heads=heads)
        for at in order[:MOST]:
            cells = _scores(first[at], lines[at], splits)
            table.rows.append(_filled(catalogue, first[at], columns, cells))
        made.append((metric, table, max(0, len(lines) - MOST)))
    return made


def leaderboard_table(
    catalogue: Catalogue, group: Group, split: str, splits: Sequence[str]
) -> Table:
    """One group of a leaderboard: bands, scores with their interval on ``split``, conditions."""
    banded = any(entry.band for entry in group.entries)
    shown = [name for name in splits if any(name in entry.scores for entry in group.entries)]
    columns = [*(["band"] if banded else []), "method", *shown, "backbone", "pretraining",
               "params_m", "read_from"]  # fmt: skip
    heads = [name if name in shown else words.column(name) for name in columns]
    table = Table(columns, heads=heads)
    for entry in group.entries[:MOST]:
        cells = _scores(entry.row, entry.scores, shown)
        cells["band"] = Cell.text(entry.band or "")
        if entry.low is not None and entry.high is not None:
            span = f"{entry.low:.1f}–{entry.high:.1f}"
            cells[split] = Cell.text(f"{entry.scores[split].value} ({span})")
        table.rows.append(_filled(catalogue, entry.row, columns, cells))
    return table


def cost_table(catalogue: Catalogue, group: CostGroup, cost: Cost) -> Table:
    """What a chart of accuracy beside cost shows, in its numbering."""
    columns = ("number", "method", cost, "value", "backbone", "pretraining", "front", "source")
    table = Table(columns)
    for number, point in enumerate(group.points, start=1):
        front = words.message("on_front") if point.front else ""
        cells = {"number": Cell.text(number), "front": Cell.text(front)}
        table.rows.append(_filled(catalogue, point.row, columns, cells))
    return table


def corrections_table(catalogue: Catalogue) -> Table:
    """Every correction of the seed text, with its evidence."""
    rows = []
    for item in catalogue.corrections:
        if item.work:
            subject = _work_cell(catalogue, item.work)
        elif item.dataset:
            subject = _dataset_column(catalogue, item.dataset, "dataset")
        else:
            subject = Cell.text("")
        evidence = Cell.link(words.message("evidence_link"), item.evidence)
        texts = [Cell.text(item.field), Cell.text(item.seed_says), Cell.text(item.truth)]
        rows.append([subject, *texts, evidence])
    return Table(("subject", "field", "seed_says", "truth", "evidence"), rows)


def verifications_table(catalogue: Catalogue) -> Table:
    """Every second reading of a random sample, oldest first."""
    columns = ("read", "what", "population", "sample", "errors", "note")
    rows = [
        [
            Cell.text(item.read.isoformat()), Cell.text(words.label("what", item.what)),
            Cell.number(item.population), Cell.number(item.sample), Cell.number(item.errors),
            Cell.text(item.note),
        ]
        for item in catalogue.verifications
    ]  # fmt: skip
    return Table(columns, rows)


CARD = (
    "summary", "teacher", "student", "signals", "loss", "data", "headline", "limits", "code",
    "code_status",
)  # fmt: skip
FACTS = ("kind", "tasks", "supervision", "domains", "stage", "techniques", "status")


def _definitions(pairs: Iterable[tuple[str, str]]) -> str:
    return "\n".join(f"{name}\n: {shown}\n" for name, shown in pairs if shown)


def _read_in(sources: Iterable[Source | DatasetSource]) -> str:
    shown = []
    for source in sources:
        host = re.sub(r"^https?://(www\.)?", "", source.address).split("/")[0]
        fields = ", ".join(source.supports)
        link = Cell.link(host, source.address).myst
        shown.append(f"{link} {source.read.isoformat()} ({escape(fields)})")
    return "; ".join(shown)


def work_card(catalogue: Catalogue, key: str, *, facts: bool = False) -> str:
    """A work's record as a MyST definition list; ``facts`` adds how the book classifies it."""
    if key not in catalogue.works:
        raise ValueError(f"unknown work {key!r} ({nearest(key, sorted(catalogue.works))})")
    work = catalogue.works[key]
    pairs = []
    for name in (*CARD, *(FACTS if facts else ())):
        shown = _work_column(catalogue, key, name).myst
        if name == "code" and work.code:
            shown = Cell.link(work.code, work.code).myst
        pairs.append((words.column(name), shown))
    return _definitions([*pairs, (words.column("sources"), _read_in(work.sources))])


def dataset_card(catalogue: Catalogue, slug: str) -> str:
    """A dataset's record as a MyST definition list."""
    dataset = catalogue.datasets[slug]
    columns = [name for name in DATASET_COLUMNS if name not in {"dataset", "seed_name"}]
    pairs = [(words.column(name), _dataset_column(catalogue, slug, name).myst) for name in columns]
    return _definitions([*pairs, (words.column("sources"), _read_in(dataset.sources))])


def related_works(catalogue: Catalogue, key: str, most: int = 6) -> list[str]:
    """The works that share most terms with this one, nearest in year first among equals."""

    def terms(of: str) -> set[str]:
        work = catalogue.works[of]
        return {*work.tasks, *work.supervision, *work.domains, *work.techniques, str(work.stage)}

    own, year = terms(key), catalogue.references[key].year

    def distance(of: str) -> tuple[float, int, str]:
        others = terms(of)
        return (
            -len(own & others) / len(own | others),
            abs(catalogue.references[of].year - year),
            of,
        )

    return sorted((of for of in catalogue.works if of != key), key=distance)[:most]
