"""Two clean builds of one commit are the same, byte for byte, wherever they are made."""

import pytest

from vgkd_docs.cli import main
from vgkd_docs.site_diff import compare, report


@pytest.mark.second_build
def test_two_clean_builds_of_the_book_are_the_same_byte_for_byte(site, elsewhere):
    # one in this place on all cores; one in another place on one core, with another hash seed,
    # time zone and locale, and for a user with other settings
    found = compare(site, elsewhere.html())
    assert not found, "\n" + report(found)


PAGE = """<html><head><link href="theme.css?v=0a1b2c3d"></head><body>
<p>one two three</p>
</body></html>
"""


@pytest.fixture
def sites(tmp_path):
    for name in ("before", "after"):
        (tmp_path / name / "data").mkdir(parents=True)
        (tmp_path / name / "index.html").write_text(PAGE, encoding="utf-8")
        (tmp_path / name / "data" / "results.csv").write_text("a,b\n", encoding="utf-8")
    return tmp_path / "before", tmp_path / "after"


def test_equal_sites_have_no_differences(sites, capsys):
    assert compare(*sites) == []
    assert main(["compare", *map(str, sites)]) == 0
    assert "byte for byte" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("old", "new", "kind", "after"),
    [
        ("0a1b2c3d", "ffffffff", "digests", "?v=ffffffff"),
        ("two", "four", "text", "one four three"),
        ("<p>", "<p class='x'>", "markup", "<p class='x'>one two three</p>"),
    ],
)
def test_a_page_is_told_by_how_it_differs(sites, old, new, kind, after):
    page = sites[1] / "index.html"
    page.write_text(page.read_text("utf-8").replace(old, new), "utf-8")
    (found,) = compare(*sites)
    assert (found.file, found.kind) == ("index.html", kind)
    assert after in found.after


def test_files_that_came_went_and_changed_are_reported_by_kind(sites, tmp_path, capsys):
    before, after = sites
    (before / "gone.png").write_bytes(b"1")
    (after / "new.png").write_bytes(b"1")
    (after / "data" / "results.csv").write_text("a,c\n", "utf-8")
    assert main(["compare", str(before), str(after), "--report", str(tmp_path / "r" / "x.md")]) == 1
    text = (tmp_path / "r" / "x.md").read_text("utf-8")
    assert text == capsys.readouterr().out
    assert "## Only in the new site (1)\n\n- `new.png`" in text
    assert "## Only in the old site (1)\n\n- `gone.png`" in text
    assert "- `data/results.csv`:\n  - before: `a,b`\n  - after: `a,c`" in text


def test_pages_that_differ_alike_stand_together(sites):
    for name in ("a", "b", "c"):
        (sites[0] / f"{name}.html").write_text(PAGE, "utf-8")
        (sites[1] / f"{name}.html").write_text(PAGE.replace("two", "four"), "utf-8")
    text = report(compare(*sites))
    assert "(3)" in text
    assert "- `a.html` and 2 more:" in text
    assert "`b.html`" not in text


def test_a_folder_without_a_book_is_named(tmp_path, capsys):
    assert main(["compare", str(tmp_path), str(tmp_path)]) == 1
    assert "holds no built book: build it first" in capsys.readouterr().err
