"""The status page lists what wants another look, by the data alone."""

import pytest

from vgkd_docs import load_catalogue, words
from vgkd_docs.status import STATUS_TABLES, as_of, status


def change(path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def shown(catalogue, name: str) -> list[list[str]]:
    return [[cell.html for cell in row] for row in STATUS_TABLES[name](catalogue).rows]


def test_a_preprint_is_listed_until_it_is_published(small):
    assert shown(small.load(), "preprints") == []
    change(
        small.bibliography,
        "  booktitle = {Advances in Neural Information Processing Systems},\n",
        "",
    )
    ((work, year, read),) = shown(small.load(), "preprints")
    assert "SimVG" in work
    assert (year, read) == ("2024", "2026-11-24")


def test_a_lost_repository_is_listed_as_its_record_says(small):
    assert shown(small.load(), "repositories") == []
    change(small.work, "teacher: a big model", "code_status: archived\nteacher: a big model")
    ((_, code, state, read),) = shown(small.load(), "repositories")
    assert "https://github.com/example/simvg" in code
    assert (state, read) == ("archived", "2026-11-24")


@pytest.mark.parametrize(("read", "listed"), [("2025-11-24", False), ("2025-11-23", True)])
def test_a_record_is_overdue_after_a_year_counted_from_the_newest_reading(small, read, listed):
    change(small.work, "read: 2026-11-24", f"read: {read}")
    change(small.dataset, "read: 2026-11-24", f"read: {read}")
    rows = shown(small.load(), "overdue")
    assert as_of(small.load()).isoformat() == "2026-11-24", "the result was read last"
    assert [row[1] for row in rows] == [read, read] * listed
    assert all(name in rows[at][0] for at, name in enumerate(["SimVG", "RefCOCO"]) if listed)


def test_one_source_read_again_is_enough(small):
    change(small.work, "    read: 2026-11-24", "    read: 2020-01-01")
    assert len(shown(small.load(), "overdue")) == 1
    again = "  - {address: 'https://example.org/new', read: 2026-01-01, supports: [title]}\n"
    with small.work.open("a", encoding="utf-8") as file:
        file.write(again)
    assert shown(small.load(), "overdue") == []


def test_what_was_read_longest_ago_comes_first(small):
    change(small.work, "read: 2026-11-24", "read: 2024-05-01")
    change(small.dataset, "read: 2026-11-24", "read: 2023-05-01")
    assert [row[1] for row in shown(small.load(), "overdue")] == ["2023-05-01", "2024-05-01"]


def test_results_are_counted_by_month_with_the_age_of_the_oldest(small):
    row = small.results.read_text(encoding="utf-8").splitlines()[-1]
    with small.results.open("a", encoding="utf-8") as file:
        for split, day in (("testA", "2026-11-04"), ("testB", "2025-11-24")):
            file.write(row.replace(",val,", f",{split},").replace("2026-11-24", day) + "\n")
    assert shown(small.load(), "results") == [["2025-11", "1", "365"], ["2026-11", "2", "20"]]


def test_a_table_says_how_much_it_found_and_as_of_when(small):
    assert status(small.load(), "results").startswith("Rows\\: 1\\, as of 2026\\-11\\-24\\.\n\n|")
    assert status(small.load(), "overdue") == "Rows\\: 0\\, as of 2026\\-11\\-24\\.\n"
    with pytest.raises(ValueError, match="known: preprints, repositories, overdue, results"):
        status(small.load(), "everything")


@pytest.mark.parametrize("name", STATUS_TABLES)
def test_the_books_own_tables_can_be_made(name):
    catalogue = load_catalogue()
    text = status(catalogue, name)
    assert "{cite" not in text, "long lists carry no citations"
    for column in STATUS_TABLES[name](catalogue).columns:
        assert words.column(column)


def test_the_directive_puts_a_table_on_a_page(mini_book):
    run = mini_book(chapter="\n## Status\n\n```{status-table} preprints\n```\n")
    assert "status-table" not in run.stderr, run.stderr
    page = (mini_book.root / "_build/html/index.html").read_text(encoding="utf-8")
    assert "as of 2026-" in page
