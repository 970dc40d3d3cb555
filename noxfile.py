"""Every task of the book. ``nox -l`` lists them; ``nox -s NAME`` runs one.

Each task installs what is pinned, with hashes, in ``requirements/``; nothing else is fetched.
"""

import os
import re
import shutil
from pathlib import Path

import nox

nox.options.default_venv_backend = "venv"
nox.options.reuse_venv = "yes"
nox.options.error_on_missing_interpreters = True
nox.options.sessions = ["book", "tests"]

HTML = Path("_build/html")
STRICT = ("-W", "--keep-going", "-n", "-j", "auto")
SETS = {  # each pinned set, and what it resolves
    "requirements/tests.txt": ("pyproject.toml", "--group", "tests"),
    "requirements/book.txt": ("pyproject.toml", "--group", "book"),
    "requirements/lite.txt": ("pyproject.toml", "--group", "lite"),
    "requirements/browser.txt": ("--group", "browser", "--no-deps"),
    "requirements/live.txt": ("pyproject.toml", "--group", "live"),
    "binder/requirements.txt": ("pyproject.toml", "--group", "lab"),
    "requirements/lint.txt": ("pyproject.toml", "--group", "lint"),
    "requirements/nox.txt": ("--group", "nox"),
    "requirements/lock.txt": ("--group", "lock"),
}
SCHEMAS = {
    "vendor.citation-file-format": "CITATION.cff",
    "vendor.github-workflows": ".github/workflows/*.yml",
    "custom.github-workflows-require-timeout": ".github/workflows/*.yml",
    "vendor.dependabot": ".github/dependabot.yml",
    "vendor.github-issue-config": ".github/ISSUE_TEMPLATE/config.yml",
    "vendor.github-issue-forms": ".github/ISSUE_TEMPLATE/*-a*-*.yml",
    "vendor.readthedocs": ".readthedocs.yaml",
}


def install(session: nox.Session, requirements: str) -> None:
    """Install a pinned set, then this package, editable, without asking for anything more."""
    session.install("--require-hashes", "-r", requirements)
    session.install("--no-deps", "--no-build-isolation", "--editable", ".")


def build(session: nox.Session, *options: str, **environment: str) -> None:
    """Build the book strictly into _build/html."""
    session.run("sphinx-build", "-b", "html", *STRICT, "-d", "_build/doctrees", *options,
                "docs", str(HTML), env=environment)  # fmt: skip


@nox.session
def book(session: nox.Session) -> None:
    """Build the book into _build/html, executing every notebook that changed."""
    install(session, "requirements/book.txt")
    build(session, *session.posargs)
    session.log(f"The book is ready: open {(HTML / 'index.html').resolve().as_uri()}")


def bound(session: nox.Session, kind: str, *needs: str) -> Path:
    """Build the book, then one file of all of it, once what it needs of Debian is there."""
    for program in needs:
        if not shutil.which(program):
            session.error(f"{program} is missing. Mend: apt install {program}")
    install(session, "requirements/tests.txt")
    build(session)
    session.run("vgkd-docs", kind, str(HTML))
    return Path(f"_build/{kind}/vgkd-book.{kind}")


@nox.session
def epub(session: nox.Session) -> None:
    """Make _build/epub/vgkd-book.epub and check it (needs Debian's epubcheck)."""
    made = bound(session, "epub", "epubcheck")
    checker = Path(str(shutil.which("epubcheck")))
    # Debian's is the archive itself, which not every system can start
    start = ("java", "-jar") if checker.read_bytes()[:2] == b"PK" else ()
    session.run(*start, str(checker), "--failonwarnings", str(made), external=True)


@nox.session
def pdf(session: nox.Session) -> None:
    """Print _build/pdf/vgkd-book.pdf (needs Debian's chromium and fonts; some minutes)."""
    bound(session, "pdf")


@nox.session
def lite(session: nox.Session) -> None:
    """Build the book with notebooks that run in the reader's browser (needs npm, network)."""
    install(session, "requirements/lite.txt")
    build(session, *session.posargs, VGKD_LITE="1")
    session.run("python", "lite/build.py", str(HTML / "lite"))
    session.log(f"Serve it, then open a notebook: python -m http.server -d {HTML}")


@nox.session
def live(session: nox.Session) -> None:
    """Rebuild on every save and reload the browser."""
    install(session, "requirements/live.txt")
    # what reloads the browser is a script in the page, which the policy of a page would block
    session.run("sphinx-autobuild", "-b", "html", "-n", "-d", "_build/doctrees",
                "-D", "vgkd_policy=0",
                "--watch", "notebooks", "--watch", "src", "--watch", "references.bib",
                "--ignore", "*/docs/notebooks/*", *session.posargs, "docs", str(HTML))  # fmt: skip


@nox.session
def lab(session: nox.Session) -> None:
    """Open the notebooks in JupyterLab, with what Binder installs."""
    install(session, "binder/requirements.txt")
    session.run("jupytext-config", "set-default-viewer", silent=True)
    session.run("jupyter", "lab", *(session.posargs or ["notebooks"]))


@nox.session
def tests(session: nox.Session) -> None:
    """Run the tests, which build the book and open it in headless Chromium."""
    install(session, "requirements/tests.txt")
    session.run("pytest", *session.posargs)


@nox.session
def accessibility(session: nox.Session) -> None:
    """Look for barriers on every page of _build/html, in light and dark, wide and narrow."""
    install(session, "requirements/tests.txt")
    session.run("python", "tests/axe.py", str(HTML), *session.posargs)


@nox.session
def look(session: nox.Session) -> None:
    """Take screenshots of representative pages into _build/look, to be looked at."""
    install(session, "requirements/tests.txt")
    session.run("python", "tests/look.py", str(HTML), "_build/look", *session.posargs)


@nox.session
def bench(session: nox.Session) -> None:
    """Measure builds, growth, notebooks, search, pages (an hour); ``-- --record`` keeps figures."""
    install(session, "requirements/tests.txt")
    keep = {"VGKD_RECORD": "yes"} if "--record" in session.posargs else {}
    names = [name for name in session.posargs if name != "--record"]
    for name in names or ("build", "growth", "notebooks", "lite", "search", "pages"):
        session.run("python", f"benchmarks/{name}.py", env=keep)


@nox.session
def links(session: nox.Session) -> None:
    """Ask whether every external address still answers (needs the network, and an hour)."""
    install(session, "requirements/book.txt")
    session.run("vgkd-docs", "links", *session.posargs)


@nox.session
def prereleases(session: nox.Session) -> None:
    """Build strictly with the next Sphinx and theme, beside the pinned rest (needs the network)."""
    install(session, "requirements/book.txt")
    session.install("--upgrade", "--pre", "sphinx", "sphinx-book-theme")
    session.run("sphinx-build", "-b", "html", *STRICT, "-d", "_build/prereleases/doctrees",
                "docs", "_build/prereleases/html")  # fmt: skip


@nox.session
def lint(session: nox.Session) -> None:
    """Check style, types, spelling, link texts, the citation file, the workflows and the data."""
    install(session, "requirements/lint.txt")
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")
    session.run("mypy")
    session.run("codespell")
    for schema, files in SCHEMAS.items():
        found = sorted(str(path) for path in Path().glob(files))
        session.run("check-jsonschema", "--builtin-schema", schema, *found)
    session.run("zizmor", "--offline", "--quiet", ".github")
    session.run("vgkd-docs", "check")
    session.run("vgkd-docs", "prose")


def resolve(session: nox.Session, *options: str) -> None:
    """Write the pinned sets."""
    session.install("--require-hashes", "-r", "requirements/lock.txt")
    for target, what in SETS.items():
        # the sets share one resolution, so that every task runs the same versions
        alone = {"requirements/tests.txt", "requirements/nox.txt", "requirements/lock.txt"}
        shared = () if target in alone else ("-c", "requirements/tests.txt")
        # what runs in the browser runs there on Pyodide's Python
        python = "3.14" if target == "requirements/browser.txt" else "3.11"
        session.run("uv", "pip", "compile", "--quiet", "--universal", "--python-version", python,
                    "--generate-hashes", "--no-emit-index-url", "--no-header", "--no-annotate",
                    *what, *shared, *options, "-o", target)  # fmt: skip


@nox.session
def lock(session: nox.Session) -> None:
    """Resolve pyproject.toml's groups into pinned versions with hashes (needs the network)."""
    resolve(session, *session.posargs)


def pinned() -> dict[str, str]:
    """The version, or versions by platform, of each package in any pinned set."""
    found: dict[str, set[str]] = {}
    for path in SETS:
        for name, version in re.findall(r"^([\w.-]+)==(\S+)", Path(path).read_text(), re.M):
            found.setdefault(name, set()).add(version)
    return {name: ", ".join(sorted(versions)) for name, versions in sorted(found.items())}


def built_apart(session: nox.Session, name: str) -> Path:
    """The book, built with the present pinned set in an environment of its own; its folder."""
    folder = Path("_build/update", name)
    shutil.rmtree(folder, ignore_errors=True)
    session.run("python", "-m", "venv", str(folder / "venv"))
    programs = folder.resolve() / "venv" / ("Scripts" if os.name == "nt" else "bin")
    pip = (str(programs / "python"), "-m", "pip", "install", "--quiet")
    session.run(*pip, "--require-hashes", "-r", "requirements/book.txt", external=True)
    session.run(*pip, "--no-deps", "--no-build-isolation", "--editable", ".", external=True)
    # a warning of the new versions belongs into the report: it does not end the build
    session.run(str(programs / "sphinx-build"), "-q", "-b", "html", "-n", "-j", "auto",
                "-w", str(folder / "warnings.txt"), "-d", str(folder / "doctrees"),
                "docs", str(folder / "html"), external=True)  # fmt: skip
    return folder


@nox.session
def update(session: nox.Session) -> None:
    """Renew the pinned versions, and say what that changes in the book (needs the network)."""
    old, before = pinned(), built_apart(session, "before")
    resolve(session, "--upgrade", *session.posargs)
    new, after = pinned(), built_apart(session, "after")
    report = Path("_build/update/report.md")
    python = after.resolve() / "venv" / ("Scripts" if os.name == "nt" else "bin") / "python"
    session.run(str(python), "-m", "vgkd_docs", "compare", str(before / "html"),
                str(after / "html"), "--report", str(report),
                external=True, silent=True, success_codes=[0, 1])  # fmt: skip
    changed = [
        f"- {name}: {old.get(name, 'none')} → {new.get(name, 'none')}"
        for name in sorted(old.keys() | new.keys())
        if old.get(name) != new.get(name)
    ]
    warned = (after / "warnings.txt").read_text("utf-8").strip()
    parts = [f"## Packages ({len(changed)})", "\n".join(changed) or "None has a newer version."]
    if warned:
        parts += ["## Warnings of the new build", f"```\n{warned}\n```"]
    text = "\n\n".join([*parts, report.read_text("utf-8")])
    report.write_text(text, "utf-8")
    print(text)
    session.log(f"Also in {report}. Keep the new versions: commit requirements/ and binder/; "
                "go back: git checkout requirements binder")  # fmt: skip


@nox.session(python=False)
def clean(session: nox.Session) -> None:
    """Remove everything that was built."""
    for path in ("_build", "docs/notebooks", "docs/works", "docs/datasets", "docs/bibliography"):
        shutil.rmtree(path, ignore_errors=True)
