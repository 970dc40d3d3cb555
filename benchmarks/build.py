"""What the book's extension costs beside a bare Sphinx and MyST-NB project of the same pages.

The bare project holds what our directives and roles expand to, so both write the same text; it
loads the same theme and citations but none of our extension. Each build is timed in turn, and the
ratios of the two are what counts.
"""

from __future__ import annotations

import re
import shutil
import sys
import tempfile
from pathlib import Path

from measure import Cost, row, run

ROOT = Path(__file__).parent.parent
CHAPTER = "lightweighting/token-sparsification.md"

# Records, per page and line, what each of our directives and roles expands to.
RECORDER = """
import json
from docutils import nodes
from vgkd_docs import tables
from vgkd_docs.sphinxext import directives, roles, explorer, pages
from vgkd_docs.sphinxext.freshness import book_catalogue
from sphinx.util.docutils import SphinxDirective

seen = {}

def note(env, line, text):
    seen.setdefault(env.docname, {})[line] = text

def catalogue_run(self, run=directives._FromCatalogue.run):
    note(self.env, self.lineno, self.myst(book_catalogue()))
    return run(self)

def nothing(cls):
    run = cls.run
    def recorded(self):
        note(self.env, self.lineno, "")
        return run(self)
    cls.run = recorded

def role(cls):
    run = cls.run
    def recorded(self):
        found = run(self)
        text = "".join(node.astext() for node in found[0])
        seen.setdefault(self.env.docname, {})[self.rawtext] = text
        return found
    cls.run = recorded

directives._FromCatalogue.run = catalogue_run
for cls in (directives.CostChart, directives.VectorFigure, explorer.Explorer, pages.DiscussedIn):
    nothing(cls)
for cls in (roles.ResultRole, roles.CountRole, roles.PublishedRole):
    role(cls)

def save(app, exception):
    from pathlib import Path
    Path(app.outdir, "expansions.json").write_text(json.dumps(seen))

def setup(app):
    app.connect("build-finished", save)
    return {"parallel_read_safe": False}
"""


def sphinx(folder: Path, **environment: str) -> Cost:
    """One build of the project in ``folder``."""
    command = [sys.executable, "-m", "sphinx", "-q", "-b", "html", "-d", folder / "doctrees"]
    return run([*command, folder / "docs", folder / "html"], VGKD_REPOSITORY="none", **environment)


def ours(folder: Path) -> Path:
    """A copy of the book."""
    skip = shutil.ignore_patterns("works", "datasets", "bibliography", "notebooks", "__pycache__")
    shutil.copytree(ROOT / "docs", folder / "docs", ignore=skip)
    shutil.copytree(ROOT / "notebooks", folder / "notebooks")
    for name in ("references.bib", "CHANGELOG.md", "CONTRIBUTING.md"):
        shutil.copyfile(ROOT / name, folder / name)
    return folder


def expand(text: str, found: dict[str, str]) -> str:
    """A page with each of our directives and roles replaced by what it expands to."""
    lines = text.split("\n")
    for number in sorted((int(key) for key in found if key.isdigit()), reverse=True):
        fence = re.match(r"\s*(`{3,}|:{3,})\{", lines[number - 1])
        if fence:
            end = next(at for at in range(number, len(lines)) if lines[at].strip() == fence[1])
            lines[number - 1 : end + 1] = found[str(number)].split("\n")
    text = "\n".join(lines)
    for raw, shown in found.items():
        if not raw.isdigit():
            text = text.replace(raw, shown)
    return re.sub(r"```\{signal-path\}.*?```", "", text, flags=re.DOTALL)


def bare(folder: Path, book: Path) -> Path:
    """The same pages as plain MyST, with a configuration that knows nothing of this package."""
    import json

    recorder = book / "recorder.py"
    recorder.write_text(RECORDER, "utf-8")
    conf = book / "docs" / "conf.py"
    original = conf.read_text("utf-8")
    conf.write_text(original + "\nextensions.append('recorder')\n", "utf-8")
    sphinx(book, PYTHONPATH=str(book))
    conf.write_text(original, "utf-8")
    found = json.loads((book / "html" / "expansions.json").read_text("utf-8"))
    shutil.copytree(book / "docs", folder / "docs")
    shutil.copyfile(book / "references.bib", folder / "references.bib")
    for name in ("CHANGELOG.md", "CONTRIBUTING.md"):
        shutil.copyfile(ROOT / name, folder / name)
    for path in (folder / "docs").rglob("*.md"):
        docname = path.relative_to(folder / "docs").with_suffix("").as_posix()
        if docname in found:
            path.write_text(expand(path.read_text("utf-8"), found[docname]), "utf-8")
    plain = re.sub(r'\s*"vgkd_docs.sphinxext",', "", original)
    plain = re.sub(r"from vgkd_docs.*\n", "", plain).replace("repository_address(ROOT)", "None")
    plain = plain.replace(
        'html_math_renderer = "mathml"', 'extensions.append("sphinx.ext.mathjax")'
    )
    (folder / "docs" / "conf.py").write_text(plain, "utf-8")
    return folder


def main() -> None:
    book, other = (Path(tempfile.mkdtemp()) for _ in range(2))
    ours(book)
    bare(other, book)
    for name in ("html", "doctrees", ".jupyter_cache", "docs/_build"):
        shutil.rmtree(book / name, ignore_errors=True)
    row("build", "book s", "bare s", "ratio", "book MB", "bare MB")

    def compare(name: str) -> None:
        mine, theirs = sphinx(book), sphinx(other)
        row(name, mine.seconds, theirs.seconds, mine.seconds / theirs.seconds, mine.megabytes,
            theirs.megabytes)  # fmt: skip

    compare("cold")
    compare("nothing changed")
    for folder in (book, other):
        with (folder / "docs" / CHAPTER).open("a", encoding="utf-8") as file:
            file.write("\nOne more sentence.\n")
    compare("one chapter edited")
    for folder in (book, other):
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
