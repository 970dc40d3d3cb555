"""A build after an edit rewrites the pages that show it, and gives what a clean build would."""

import re
import shutil
from pathlib import Path

import pytest

from conftest import HEADER, sphinx
from vgkd_docs.site_diff import compare, report

GENERATED = ("_build", "works", "datasets", "bibliography", "__pycache__")


EQUATION = "\n```{math}\n:label: same\n\na = a\n```\n"
"""What Sphinx numbers, once all pages are read."""


class Edited:
    """A small book of two chapters, built on two processes and then edited."""

    def __init__(self, mini_book) -> None:
        self.root: Path = mini_book.root
        (self.root / "notebooks" / "first.md").write_text(f"{HEADER}\n# First\n\nText.\n", "utf-8")
        self.work = min((self.root / "src/vgkd_docs/data/works").glob("*.yaml"))
        self.write("one", f"# One\n\nIt says {{cite:p}}`{self.work.stem}`.\n{EQUATION}")
        self.write("two", f"# Two\n\n```{{works-table}}\n:keys: {self.work.stem}\n```\n")
        self.write("three", "# Three\n\nSee [](one.md).\n")
        index = "# Mini\n\n```{toctree}\n:glob:\n\nnotebooks/first\none\n*\nbibliography/*\n```\n"
        self.write("index", index)
        self.build()

    def write(self, name: str, text: str) -> None:
        (self.root / "docs" / f"{name}.md").write_text(text, encoding="utf-8")

    def edit(self, name: str, old: str, new: str) -> None:
        path = self.root / "docs" / f"{name}.md"
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")

    @property
    def html(self) -> Path:
        return self.root / "_build" / "html"

    def page(self, name: str) -> str:
        return (self.html / f"{name}.html").read_text(encoding="utf-8")

    def build(self) -> set[str]:
        """Build what the edit asks for; the pages that were written anew."""
        before = {path: path.stat().st_mtime_ns for path in self.html.rglob("*.html")}
        _built(self.root, self.root / "_build", "2")
        return {path.relative_to(self.html).with_suffix("").as_posix()
                for path in self.html.rglob("*.html")
                if path.stat().st_mtime_ns != before.get(path)}  # fmt: skip

    def same_as_clean(self, folder: Path) -> None:
        """A clean build of the edited state, elsewhere, gives the same site."""
        shutil.copytree(self.root, folder, ignore=shutil.ignore_patterns(*GENERATED))
        shutil.copytree(self.root / "src/vgkd_docs/data/works", folder / "src/vgkd_docs/data/works")
        _built(folder, folder / "_build")
        found = compare(self.html, folder / "_build" / "html")
        assert not found, "\n" + report(found)


def _built(root: Path, build: Path, jobs: str = "1") -> None:
    run = sphinx(root / "docs", build, jobs, PYTHONPATH=str(root / "src"), VGKD_REPOSITORY="none")
    assert run.returncode == 0, run.stdout[-2000:] + run.stderr[-4000:]
    assert "parallel" not in run.stderr, "an extension keeps the build on one process"


@pytest.fixture
def edited(mini_book):
    return Edited(mini_book)


ALWAYS = {"search", "genindex"}
"""What Sphinx writes on every build."""


def test_only_pages_that_show_an_edit_are_rewritten_and_all_are_right(edited, tmp_path):
    assert edited.build() <= ALWAYS, "nothing changed"

    edited.edit("two", "# Two\n", "# Two\n\nOne more sentence.\n")
    rewritten = edited.build() - ALWAYS
    assert "two" in rewritten
    assert rewritten <= {"two", "index"}, "the chapter, and the page that lists it"

    # a citation that came and one that went show on the pages of their works
    edited.edit("one", edited.work.stem, "other")
    other = sorted((edited.root / "src/vgkd_docs/data/works").glob("*.yaml"))[1].stem
    edited.edit("one", "other", other)
    rewritten = edited.build()
    assert {"one", f"works/{other}", f"works/{edited.work.stem}"} <= rewritten
    assert "three" not in rewritten
    assert "two" not in rewritten, "no number changed"
    edited.same_as_clean(tmp_path / "citation")


def test_a_new_title_and_a_page_that_went_show_on_every_page(edited, tmp_path):
    edited.edit("one", "# One\n", "# Another title\n")
    (edited.root / "docs" / "two.md").unlink()
    edited.build()
    assert "Another title" in edited.page("three")
    assert not (edited.html / "two.html").exists()
    edited.same_as_clean(tmp_path / "title")


def test_changed_data_shows_on_every_page_that_shows_it(edited, tmp_path):
    text = edited.work.read_text(encoding="utf-8")
    edited.work.write_text(re.sub(r"(?m)^name: .*$", "name: A new name", text), "utf-8")
    edited.build()
    for page in ("two", f"works/{edited.work.stem}"):
        assert "A new name" in edited.page(page)
    edited.same_as_clean(tmp_path / "data")
