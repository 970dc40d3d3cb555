"""The gap lab: the table without JavaScript; any two numbers with it, as the package has them."""

import pytest
from bs4 import BeautifulSoup

from conftest import ROOT
from vgkd_docs import load_catalogue, words
from vgkd_docs.lab_tables import separation_table
from vgkd_docs.sphinxext.gap_lab import gap_lab, sized_splits
from vgkd_docs.uncertainty import ASSUMPTIONS, compare, needed_difference

DISAGREE = 0.121


@pytest.fixture(scope="module")
def pair():
    return compare(load_catalogue(), "TransCP", "VLTVG (ResNet-50)", "refcoco", "testB")


@pytest.fixture
def lab(browser, pair):
    tab = browser.new_page()
    script = (ROOT / "docs/_static/gap-lab.js").read_text(encoding="utf-8")
    tab.set_content(gap_lab(load_catalogue(), pair, DISAGREE))
    tab.add_script_tag(content=script)
    yield tab
    tab.close()


def shown(tab):
    return [
        [cell.inner_text().strip() for cell in row.locator("td").all()[1:]]
        for row in tab.locator("tbody tr").all()
    ]


def worked_out(first, second, size, disagree):
    rows = []
    for paired, inflation in ASSUMPTIONS.values():
        needed = needed_difference((first + second) / 2, size, inflation=inflation,
                                   disagree=disagree if paired else None)  # fmt: skip
        gap = abs(first - second)
        rows.append([f"{needed:.2f}", f"{gap:.2f}", words.message("yes" if gap > needed else "no")])
    return rows


def test_without_javascript_it_is_the_table_and_no_dead_form(pair):
    page = BeautifulSoup(gap_lab(load_catalogue(), pair, DISAGREE), "lxml")
    assert page.form.has_attr("hidden")
    cells = [[c.get_text() for c in row.select("td")] for row in page.select("tbody tr")]
    expected = separation_table(pair, DISAGREE).rows
    assert cells == [[cell.html for cell in row] for row in expected]


def test_it_starts_as_the_table_and_follows_every_number(lab, pair):
    first, second = pair.first.comparable, pair.second.comparable
    assert lab.locator("form").is_visible()
    assert shown(lab) == worked_out(first, second, pair.expressions, DISAGREE)
    lab.fill("[name=first]", "91.5")
    lab.fill("[name=second]", "89")
    lab.fill("[name=disagree]", "4")
    assert shown(lab) == worked_out(91.5, 89, pair.expressions, 0.04)
    lab.select_option("[name=set]", label="RefCOCO val")
    val = sized_splits(load_catalogue())["refcoco", "val"]
    assert lab.input_value("[name=expressions]") == str(val)
    assert shown(lab) == worked_out(91.5, 89, val, 0.04)
    lab.fill("[name=expressions]", "200")
    assert lab.input_value("[name=set]") == "", "a size of one's own is no split's"
    assert shown(lab) == worked_out(91.5, 89, 200, 0.04)


def test_an_impossible_share_is_said_and_nothing_is_concluded_from_it(lab):
    lab.fill("[name=first]", "90")
    lab.fill("[name=second]", "80")
    lab.fill("[name=disagree]", "5")
    assert "10.0% to 30.0%" in lab.inner_text("[role=status]")
    assert [row[2] for row in shown(lab)][2:] == ["–", "–"]
    assert shown(lab)[0][0] == worked_out(90, 80, 5095, 0.2)[0][0]


def test_a_number_that_is_none_changes_nothing(lab):
    before = shown(lab)
    lab.fill("[name=first]", "")
    assert shown(lab) == before
    lab.fill("[name=first]", "190")
    assert shown(lab) == before
