"""Each notebook as a file: for Colab, for any Jupyter, with or without what it needs."""

import json
import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from bs4 import BeautifulSoup

from conftest import HEADER, ROOT, SITE, sphinx
from vgkd_docs import load_catalogue, words
from vgkd_docs.notebook_files import notebook_file
from vgkd_docs.sphinxext.downloads import COLAB_BRANCH, archive, set_up

NOTEBOOKS = sorted(path for path in (ROOT / "notebooks").glob("*.md") if path.stem != "index")
CATALOGUE = load_catalogue()
OURS = "https://github.com/owner/name"


@pytest.mark.parametrize("source", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_becomes_a_valid_file_that_begins_with_its_set_up(source):
    code = set_up(archive(OURS))
    made = notebook_file(source, ROOT / "docs", CATALOGUE, site=SITE, setup=code)
    nbformat.validate(nbformat.from_dict(made))
    kinds = [cell["cell_type"] for cell in made["cells"]]
    assert kinds[:2] == ["markdown", "code"]
    assert made["cells"][0]["source"].startswith("# ")
    assert made["cells"][1]["source"] == code
    assert kinds.count("code") == source.read_text("utf-8").count("{code-cell}") + 1


# answers in the place of pip: what it was asked for, and how it went
PIP = """
import os, sys
from pathlib import Path
here = Path(__file__).parent
(here / "asked").write_text(" ".join(sys.argv[1:]))
if os.environ["GOES"] == "well":
    (here / "vgkd_docs.py").write_text("")
    sys.exit(0)
sys.exit("no network")
"""


@pytest.fixture
def first_cell(tmp_path):
    """Run the set-up in a Python that has nothing; returns how it went and what pip was asked."""
    (tmp_path / "pip.py").write_text(PIP, "utf-8")

    def run(goes: str) -> tuple[subprocess.CompletedProcess[str], str]:
        code = set_up(archive(OURS)) + "\nimport vgkd_docs\nprint(vgkd_docs.__file__)"
        done = subprocess.run(
            [sys.executable, "-S", "-c", code], capture_output=True, text=True, check=False,
            env=os.environ | {"PYTHONPATH": str(tmp_path), "GOES": goes}, cwd=tmp_path,
        )  # fmt: skip
        asked = tmp_path / "asked"
        return done, asked.read_text("utf-8") if asked.exists() else ""

    return run


def test_the_first_cell_installs_the_package_where_it_is_missing(first_cell, tmp_path):
    done, asked = first_cell("well")
    assert done.returncode == 0, done.stderr
    assert asked == f"install --quiet {OURS}/archive/refs/heads/main.zip"
    (tmp_path / "asked").unlink()
    again, asked = first_cell("wrong")
    assert again.returncode == 0
    assert asked == "", "what is there is not installed again"


def test_the_first_cell_says_what_to_do_when_it_cannot(first_cell):
    done, _ = first_cell("wrong")
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == words.message("set_up_failed")
    assert "Traceback" not in done.stderr


def test_what_is_installed_is_the_package_of_the_repository_or_of_the_clone():
    assert archive(None) == ".."
    assert archive("https://gitlab.com/owner/name").startswith(
        "https://gitlab.com/owner/name/-/archive/main/"
    )


def built(mini_book, repository: str) -> Path:
    (mini_book.root / "notebooks" / "first.md").write_text(
        f"{HEADER}\n# First\n\nText.\n\n```{{code-cell}} ipython3\n1 + 1\n```\n", "utf-8"
    )
    run = sphinx(mini_book.root / "docs", mini_book.root / "_build",
                 PYTHONPATH=str(mini_book.root / "src"), VGKD_REPOSITORY=repository)  # fmt: skip
    assert run.returncode == 0, run.stderr
    return mini_book.root / "_build" / "html"


def links(page: Path) -> dict[str, str]:
    menu = BeautifulSoup(page.read_text("utf-8"), "lxml").select(".article-header-buttons a")
    return {" ".join(link.get_text().split()): link["href"] for link in menu}


def test_colab_opens_github_alone_and_a_book_elsewhere_builds_without_it(mini_book):
    found = links(built(mini_book, "https://gitlab.com/owner/name") / "notebooks" / "first.html")
    assert not [name for name in found if "Colab" in name]
    assert [name for name in found if "Binder" in name]


@pytest.mark.parametrize("repository", ["none", OURS])
def test_a_page_offers_its_notebook_and_colab_opens_what_is_published(mini_book, repository):
    html = built(mini_book, repository)
    found = links(html / "notebooks" / "first.html")
    (offered,) = (href for href in found.values() if href.endswith(".ipynb")
                  and not href.startswith("http"))  # fmt: skip
    made = json.loads((html / "notebooks" / offered).resolve().read_text("utf-8"))
    assert [cell["cell_type"] for cell in made["cells"]] == ["markdown", "code", "code"]
    assert archive(None if repository == "none" else OURS) in made["cells"][1]["source"]
    assert not any(cell.get("outputs") for cell in made["cells"])
    colab = [href for name, href in found.items() if "Colab" in name]
    place = "https://colab.research.google.com/github/owner/name/blob"
    wanted = [] if repository == "none" else [f"{place}/{COLAB_BRANCH}/first.ipynb"]
    assert colab == wanted
    binder = [href for name, href in found.items() if "Binder" in name]
    assert all(href.endswith("lab/tree/notebooks/first.md") for href in binder)
    assert len(binder) == len(wanted)
    assert not [href for href in links(html / "index.html").values() if "ipynb" in href]
