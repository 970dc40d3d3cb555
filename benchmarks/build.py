"""What the book's extension costs beside a bare Sphinx and MyST-NB project of the same pages.

The bare project holds what our directives and roles stand for, so that both write the same text; it
loads the same theme and the same citations and none of our extension. Each build is timed in turn,
and the ratios of the two are what counts.
"""

from __future__ import annotations

import re
import shutil
import sys
import tempfile
from pathlib import Path

from measure import Cost, row, run
from record import record

ROOT = Path(__file__).parent.parent
CHAPTER = "lightweighting/token-sparsification.md"
FILES = ("references.bib", "CHANGELOG.md", "CONTRIBUTING.md", "benchmarks/history.csv",
         "benchmarks/limits.yaml")  # fmt: skip
DRAWN = ("box-lab", "discussed-in", "explorer", "field-map", "gap-lab", "offline-copy",
         "signal-path", "vector-figure")  # fmt: skip

# writes each page as plain MyST beside the built book
EXPAND = """
from pathlib import Path
from vgkd_docs.sphinxext.publishing import expanded

def save(app, exception):
    for name in app.env.found_docs:
        path = Path(app.outdir, "plain", name + ".md")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(expanded(app.env, name), "utf-8")

def setup(app):
    app.connect("build-finished", save)
"""

BARE = """
project = "The bare book"
extensions = ["myst_nb", "sphinx_design", "sphinxcontrib.bibtex"]
myst_enable_extensions = ["amsmath", "attrs_inline", "colon_fence", "deflist", "dollarmath"]
myst_heading_anchors = 3
numfig = True
nb_execution_mode = "cache"
nb_render_markdown_format = "myst"
bibtex_bibfiles = ["../references.bib"]
bibtex_cite_id = "{key}"
bibtex_reference_style = "author_year"
html_theme = "sphinx_book_theme"
html_theme_options = {"show_navbar_depth": 1, "show_toc_level": 2, "home_page_in_toc": True}
"""


def sphinx(folder: Path, **environment: str) -> Cost:
    """One build of the project in ``folder``, on one core, with the book's address known."""
    command = [sys.executable, "-m", "sphinx", "-q", "-b", "html", "-d", folder / "doctrees"]
    known = {"VGKD_REPOSITORY": "none", "VGKD_SITE": "https://vgkd.example.org/book/"}
    return run([*command, folder / "docs", folder / "html"], **known, **environment)


def ours(folder: Path) -> Path:
    """A copy of the book."""
    skip = shutil.ignore_patterns("works", "datasets", "bibliography", "notebooks", "__pycache__")
    shutil.copytree(ROOT / "docs", folder / "docs", ignore=skip)
    shutil.copytree(ROOT / "notebooks", folder / "notebooks")
    (folder / "benchmarks").mkdir()
    for name in FILES:
        shutil.copyfile(ROOT / name, folder / name)
    return folder


def bare(folder: Path, book: Path) -> Path:
    """The same pages as plain MyST, with a configuration that knows nothing of this package."""
    (book / "expand.py").write_text(EXPAND, "utf-8")
    conf = book / "docs" / "conf.py"
    original = conf.read_text("utf-8")
    conf.write_text(original + "\nextensions.append('expand')\n", "utf-8")
    sphinx(book, PYTHONPATH=str(book))
    conf.write_text(original, "utf-8")
    shutil.copytree(book / "html" / "plain", folder / "docs")
    (folder / "benchmarks").mkdir()
    for name in FILES:
        shutil.copyfile(ROOT / name, folder / name)
    for path in (folder / "docs").rglob("*.md"):
        text = path.read_text("utf-8")
        # figures and charts of ours have no counterpart; their pictures cost a bare project less
        ours_alone = rf"^(`{{3,}}|:{{3,}})\{{({'|'.join(DRAWN)})\}}"
        path.write_text(re.sub(rf"{ours_alone}.*?^\1$", "", text, flags=re.M | re.S), "utf-8")
    (folder / "docs" / "conf.py").write_text(BARE, "utf-8")
    return folder


def main() -> None:
    book, other = (Path(tempfile.mkdtemp()) for _ in range(2))
    bare(other, ours(book))
    for name in ("html", "doctrees", ".jupyter_cache"):
        shutil.rmtree(book / name, ignore_errors=True)
    row("build", "book s", "bare s", "ratio", "book MB", "bare MB")

    def compare(name: str, measure: str) -> None:
        mine, theirs = sphinx(book), sphinx(other)
        row(name, mine.seconds, theirs.seconds, mine.seconds / theirs.seconds, mine.megabytes,
            theirs.megabytes)  # fmt: skip
        record(f"build.{measure}", mine.seconds, "s", beside=theirs.seconds)
        if measure == "cold":
            record("build.memory", mine.megabytes, "MB", beside=theirs.megabytes)

    compare("cold", "cold")
    compare("nothing changed", "unchanged")
    for folder in (book, other):
        with (folder / "docs" / CHAPTER).open("a", encoding="utf-8") as file:
            file.write("\nOne more sentence.\n")
    compare("one chapter edited", "chapter")
    for folder in (book, other):
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
