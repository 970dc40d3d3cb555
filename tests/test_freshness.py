"""Outputs are never stale: data or code that changed runs notebooks again, nothing else does."""

import re

from bs4 import BeautifulSoup

from conftest import HEADER

NOTEBOOK = f"""{HEADER}
# First

```{{code-cell}} ipython3
from vgkd_docs import load_catalogue
from vgkd_docs.tables import works_table
catalogue = load_catalogue()
works_table(catalogue, catalogue.by_year()[:3], ["work", "venue"])
```
"""
EXECUTED = re.compile(r"Executing notebook")


def shown(mini_book) -> str:
    """What the notebook's cell printed."""
    page = (mini_book.root / "_build/html/notebooks/first.html").read_text(encoding="utf-8")
    return BeautifulSoup(page, "lxml").select_one(".cell_output").get_text()


def test_changed_data_or_code_runs_the_notebook_again_and_nothing_else_does(mini_book):
    first = mini_book(NOTEBOOK)
    assert first.returncode == 0, first.stdout + first.stderr
    assert EXECUTED.search(first.stdout + first.stderr)

    again = mini_book()
    assert again.returncode == 0, again.stderr
    assert not EXECUTED.search(again.stdout + again.stderr), "an unchanged tree must not execute"

    works = mini_book.root / "src/vgkd_docs/data/works"
    for path in works.glob("*.yaml"):
        text = path.read_text(encoding="utf-8")
        path.write_text(re.sub(r"^venue: .*$", "venue: Changed", text, flags=re.M), "utf-8")
    changed = mini_book()
    assert changed.returncode == 0, changed.stderr
    assert EXECUTED.search(changed.stdout + changed.stderr)
    assert shown(mini_book).count("Changed") == 3

    tables = mini_book.root / "src/vgkd_docs/tables.py"
    text = tables.read_text(encoding="utf-8")
    named = "return Cell.cite(catalogue.works[key].name, key"
    assert named in text
    tables.write_text(text.replace(named, 'return Cell.cite("Renamed", key'), encoding="utf-8")
    recoded = mini_book()
    assert recoded.returncode == 0, recoded.stderr
    assert shown(mini_book).count("Renamed") == 3


def test_a_failing_cell_fails_the_build_and_is_named(mini_book):
    run = mini_book(NOTEBOOK.replace("catalogue = load_catalogue()", "catalogue = 1 / 0"))
    said = run.stdout + run.stderr
    assert run.returncode != 0
    assert "notebooks/first" in said
    assert "catalogue = 1 / 0" in said
    assert "ZeroDivisionError" in said


def test_unknown_names_in_a_chapter_fail_the_build_with_file_and_line(mini_book):
    chapter = """
{cite:p}`nobody2020x`

{ref}`nowhere`

{term}`no such term`

{result}`No Method | refcoco | val | acc@0.5`

```{work-card} nobody2020x
```

```{works-table}
:tasks: recc
```
"""
    run = mini_book(NOTEBOOK, chapter)
    said = run.stdout + run.stderr
    assert run.returncode != 0
    for name in ("nobody2020x", "nowhere", "no such term", "No Method", "recc"):
        assert re.search(rf"index\.md:\d+.*{name}", said), (name, said)


def test_bad_data_fails_the_build_before_anything_is_written(mini_book):
    work = next((mini_book.root / "src/vgkd_docs/data/works").glob("*.yaml"))
    work.write_text(work.read_text(encoding="utf-8") + "colour: red\n", encoding="utf-8")
    run = mini_book(NOTEBOOK)
    assert run.returncode != 0
    assert f"src/vgkd_docs/data/works/{work.name}:" in run.stdout + run.stderr
    assert "unknown field 'colour'" in run.stdout + run.stderr
    assert not (mini_book.root / "_build/html/index.html").exists()
