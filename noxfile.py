"""Every task of the book. ``nox -l`` lists them; ``nox -s NAME`` runs one.

Each task installs what is pinned, with hashes, in ``requirements/``; nothing else is fetched.
"""

from pathlib import Path

import nox

nox.options.default_venv_backend = "venv"
nox.options.reuse_venv = "yes"
nox.options.error_on_missing_interpreters = True
nox.options.sessions = ["book", "tests"]

HTML = Path("_build/html")
STRICT = ("-W", "--keep-going", "-n", "-j", "auto")
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


@nox.session
def book(session: nox.Session) -> None:
    """Build the book into _build/html, executing every notebook that changed."""
    install(session, "requirements/book.txt")
    session.run("sphinx-build", "-b", "html", *STRICT, "-d", "_build/doctrees", *session.posargs,
                "docs", str(HTML))  # fmt: skip
    session.log(f"The book is ready: open {(HTML / 'index.html').resolve().as_uri()}")


@nox.session
def live(session: nox.Session) -> None:
    """Rebuild on every save and reload the browser."""
    install(session, "requirements/live.txt")
    session.run("sphinx-autobuild", "-b", "html", "-n", "-d", "_build/doctrees",
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
def bench(session: nox.Session) -> None:
    """Measure checking, building and growth, each beside a bare project (some minutes)."""
    install(session, "requirements/tests.txt")
    for name in session.posargs or ("build", "growth"):
        session.run("python", f"benchmarks/{name}.py")


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


@nox.session
def lock(session: nox.Session) -> None:
    """Resolve pyproject.toml's groups into pinned versions with hashes (needs the network)."""
    session.install("uv")
    sets = {
        "requirements/tests.txt": ("pyproject.toml", "--group", "tests"),
        "requirements/book.txt": ("pyproject.toml", "--group", "book"),
        "requirements/live.txt": ("pyproject.toml", "--group", "live"),
        "binder/requirements.txt": ("pyproject.toml", "--group", "lab"),
        "requirements/lint.txt": ("pyproject.toml", "--group", "lint"),
        "requirements/nox.txt": ("--group", "nox"),
    }
    for target, what in sets.items():
        # the sets share one resolution, so that every task runs the same versions
        alone = {"requirements/tests.txt", "requirements/nox.txt"}
        shared = () if target in alone else ("-c", "requirements/tests.txt")
        session.run("uv", "pip", "compile", "--quiet", "--universal", "--python-version", "3.11",
                    "--generate-hashes", "--no-emit-index-url", "--no-header", "--no-annotate",
                    *what, *shared, *session.posargs, "-o", target)  # fmt: skip


@nox.session(python=False)
def clean(session: nox.Session) -> None:
    """Remove everything that was built."""
    import shutil

    for path in ("_build", "docs/notebooks", "docs/works", "docs/datasets", "docs/bibliography"):
        shutil.rmtree(path, ignore_errors=True)
