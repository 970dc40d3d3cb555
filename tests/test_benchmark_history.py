"""What the benchmarks measured is kept as data, checked, and shown with its limits."""

import importlib
import math
import re
import shutil

import pytest
from bs4 import BeautifulSoup

from conftest import ROOT
from vgkd_docs.benchmark_history import HISTORY, LIMITS, by_measure, limits, read

HEADER = "when,commit,python,cores,load,measure,value,unit,beside\n"
ROW = "2026-11-26T08:00:00Z,0123456789,3.11.2,2,0.10,build.cold,90.0,s,60.0\n"


@pytest.fixture
def history(tmp_path):
    def write(*rows: str, header: str = HEADER):
        path = tmp_path / "history.csv"
        path.write_text(header + "".join(rows), encoding="utf-8")
        return path

    return write


def test_the_newest_figure_of_each_measure_is_within_its_limit():
    most = limits(ROOT / LIMITS)
    rows = by_measure(read(ROOT / HISTORY))
    above = {name: own[-1].figure for name, own in rows.items()
             if own[-1].figure > most.get(name, float("inf"))}  # fmt: skip
    assert not above


def test_a_limit_is_about_the_ratio_where_something_was_measured_beside(history):
    beside, alone = read(history(ROW, ROW.replace("60.0", "")))
    assert (beside.figure, alone.figure) == (1.5, 90.0)
    even, behind = read(history(ROW.replace("90.0", "0").replace("60.0", "0"),
                                ROW.replace("60.0", "0")))  # fmt: skip
    assert (even.figure, behind.figure) == (1, math.inf)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("90.0", "ninety", r"history\.csv:3: build\.cold: 'value'"),
        ("90.0", "-1", r"history\.csv:3: build\.cold: 'value'"),
        ("2026-11-26T08:00:00Z", "yesterday", r"history\.csv:3: build\.cold: 'when'"),
        ("build.cold", "build.clod", r"csv:3: unknown measure.*did you mean 'build\.cold'"),
        (",s,60.0", "", r"history\.csv:3: build\.cold: field 'unit' is missing"),
    ],
)
def test_a_wrong_row_is_named_with_its_line(history, old, new, said):
    with pytest.raises(ValueError, match=said):
        read(history(ROW, ROW.replace(old, new)))


def test_a_wrong_header_is_said(history):
    with pytest.raises(ValueError, match=r"history\.csv:1: unexpected header"):
        read(history(ROW, header="day,value\n"))


@pytest.fixture
def record(monkeypatch, tmp_path):
    monkeypatch.syspath_prepend(ROOT / "benchmarks")
    module = importlib.import_module("record")
    monkeypatch.setattr(module, "HISTORY", str(tmp_path / "history.csv"))
    return module.record


def test_a_figure_is_kept_only_when_asked_for(record, tmp_path, monkeypatch, capsys):
    monkeypatch.delenv("VGKD_RECORD", raising=False)
    record("notebooks.seconds", 21.5, "s")
    assert "notebooks.seconds: 21.5 is above its limit of 20" in capsys.readouterr().out
    assert not (tmp_path / "history.csv").exists()
    monkeypatch.setenv("VGKD_RECORD", "yes")
    record("notebooks.seconds", 1.5, "s")
    record("build.cold", 3, "s", beside=6)
    assert not capsys.readouterr().out
    first, second = read(tmp_path / "history.csv")
    assert (first.measure, first.figure, first.beside) == ("notebooks.seconds", 1.5, None)
    assert (second.figure, second.unit) == (0.5, "s")
    assert first.cores >= 1


def test_a_figure_that_nobody_named_is_refused(record, monkeypatch):
    monkeypatch.setenv("VGKD_RECORD", "yes")
    with pytest.raises(ValueError, match=r"named under 'measures' in words/en\.yaml"):
        record("build.hot", 1, "s")


def test_the_page_shows_the_newest_figures_and_how_they_went(mini_book):
    (mini_book.root / "benchmarks").mkdir()
    shutil.copy(ROOT / LIMITS, mini_book.root / LIMITS)
    path = mini_book.root / HISTORY
    rows = [ROW, ROW.replace("90.0", "75.0").replace("11-26", "11-27"),
            ROW.replace("build.cold,90.0,s,60.0", "notebooks.memory,150,MB,")]  # fmt: skip
    path.write_text(HEADER + "".join(rows), encoding="utf-8")
    run = mini_book(chapter="\n```{benchmark-history}\n```\n")
    assert "benchmark-history" not in run.stderr, run.stderr
    html = (mini_book.root / "_build/html/index.html").read_text(encoding="utf-8")
    page = BeautifulSoup(html, "lxml")
    shown = [[cell.get_text() for cell in row.select("td")] for row in page.select("tbody tr")]
    assert [row[1:7] for row in shown] == [["75", "s", "60", "1.25", "1.2", "2026-11-27"],
                                           ["150", "MB", "", "", "700", "2026-11-26"]]  # fmt: skip
    (chart,) = page.select(".chart svg")
    assert re.search(r"2 runs from 2026-11-26 to 2026-11-27, now 1\.25", chart["aria-label"])

    path.write_text(HEADER + ROW.replace("90.0", "much"), encoding="utf-8")
    run = mini_book()
    assert run.returncode != 0
    assert re.search(r"index\.md:\d+.*history\.csv:2: build\.cold: 'value'", run.stderr)
