"""An address once published goes on leading somewhere."""

import pytest

from conftest import HEADER, ROOT
from vgkd_docs.published_addresses import missing, record, redirects

PUBLISHED = ROOT / "docs" / "published-addresses.txt"


def test_every_address_ever_published_still_resolves(site):
    assert len(PUBLISHED.read_text(encoding="utf-8").split()) > 800
    assert missing(PUBLISHED, site) == []


def test_a_page_that_is_gone_is_named(tmp_path):
    html = tmp_path / "html"
    (html / "part").mkdir(parents=True)
    for name in ("index.html", "part/old.html", "genindex.html"):
        (html / name).write_text("", encoding="utf-8")
    published = tmp_path / "published-addresses.txt"
    assert record(published, html) == ["index.html", "part/old.html"]
    assert missing(published, html) == []
    (html / "part" / "old.html").rename(html / "part" / "new.html")
    assert missing(published, html) == ["part/old.html"]
    assert record(published, html) == ["part/new.html"]
    assert published.read_text(encoding="utf-8").split() == [
        "index.html",
        "part/new.html",
        "part/old.html",
    ]


def test_a_moved_page_leads_to_its_new_place(mini_book):
    moved = mini_book.root / "docs" / "moved.yaml"
    moved.write_text("part/old: notebooks/first\n", encoding="utf-8")
    run = mini_book(f"{HEADER}\n# First\n\n```{{code-cell}} ipython3\n1\n```\n")
    assert run.returncode == 0, run.stderr
    page = (mini_book.root / "_build/html/part/old.html").read_text(encoding="utf-8")
    assert "../notebooks/first.html" in page


@pytest.mark.parametrize("text", ["- a list\n", "old: 3\n"])
def test_a_malformed_list_of_moves_names_its_mend(tmp_path, text):
    moved = tmp_path / "moved.yaml"
    moved.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match="old/page: new/page"):
        redirects(moved)
