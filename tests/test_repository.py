"""Launch, edit and source links reach the real files, wherever the book is built."""

import pytest
from bs4 import BeautifulSoup

from conftest import HEADER, sphinx
from vgkd_docs.repository import repository_address


@pytest.mark.parametrize(
    ("environment", "address"),
    [
        ({"VGKD_REPOSITORY": "https://github.com/o/r"}, "https://github.com/o/r"),
        ({"GITHUB_REPOSITORY": "fork/r"}, "https://github.com/fork/r"),
        ({"READTHEDOCS_GIT_CLONE_URL": "git@github.com:o/r.git"}, "https://github.com/o/r"),
        ({"VGKD_REPOSITORY": "https://token@github.com/o/r/"}, "https://github.com/o/r"),
        ({"VGKD_REPOSITORY": "/somewhere/on/a/disk"}, None),
        ({}, None),
    ],
)
def test_address_comes_from_where_the_book_is_built(tmp_path, environment, address):
    assert repository_address(tmp_path, environment) == address


def test_buttons_of_a_notebook_reach_the_real_notebook(mini_book):
    notebook = mini_book.root / "notebooks" / "first.md"
    notebook.write_text(
        f"{HEADER}\n# First\n\n"
        "```{code-cell} ipython3\n1\n```\n\n{release}`its release`\n", "utf-8"
    )  # fmt: skip
    run = sphinx(
        mini_book.root / "docs", mini_book.root / "_build",
        PYTHONPATH=str(mini_book.root / "src"), VGKD_REPOSITORY="https://github.com/o/r",
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    html = (mini_book.root / "_build/html/notebooks/first.html").read_text(encoding="utf-8")
    links = [a["href"] for a in BeautifulSoup(html, "lxml").select("a[href^=http]")]
    assert "https://github.com/o/r/releases/latest" in links
    binder = [link for link in links if "mybinder.org" in link]
    assert binder
    assert all("/v2/gh/o/r/main" in link for link in binder)
    assert all("lab/tree/notebooks/first.md" in link for link in binder)
    files = [link for link in links if link.startswith("https://github.com/o/r/")
             and ("/edit/" in link or "/blob/" in link)]  # fmt: skip
    assert len(files) >= 2
    for link in files:
        assert link.partition("/main/")[2].split("?")[0] == "notebooks/first.md", link
