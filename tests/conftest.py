"""What the tests share: the built book, a small catalogue to spoil, a browser."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from browsing import chromium, served

ROOT = Path(__file__).parent.parent
NO_REPOSITORY = {
    name: value
    for name, value in os.environ.items()
    if not name.startswith(("GITHUB_", "READTHEDOCS", "VGKD_REPOSITORY", "VGKD_SITE"))
}


def _strictly(source: Path, build: Path, jobs: str = "1") -> list[str | Path]:
    """The command of ``nox -s book``."""
    return [sys.executable, "-m", "sphinx", "-b", "html", "-W", "--keep-going", "-n", "-j", jobs,
            "-d", build / "doctrees", source, build / "html"]  # fmt: skip


def sphinx(
    source: Path, build: Path, jobs: str = "1", **environment: str
) -> subprocess.CompletedProcess[str]:
    """Build a book strictly, as ``nox -s book`` does; returns the finished process."""
    return subprocess.run(
        _strictly(source, build, jobs), capture_output=True, text=True, check=False,
        env=NO_REPOSITORY | environment,
    )  # fmt: skip


def _checkout(folder: Path) -> Path:
    """What a commit of the tree under test would hold, with its history, in another place."""
    subprocess.run(["git", "clone", "-q", "--no-checkout", ROOT, folder], check=True)
    listed = ["git", "-C", ROOT, "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    files = subprocess.run(listed, capture_output=True, text=True, check=True).stdout
    for name in filter(None, files.split("\0")):
        if (ROOT / name).exists():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)
    return folder


class Elsewhere:
    """The book once more, as another machine would build it, while other tests go on."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "another place"
        root = _checkout(self.folder / "checkout")
        settings = folder / "home" / ".config" / "matplotlib" / "matplotlibrc"
        settings.parent.mkdir(parents=True)
        settings.write_text("font.size: 30\naxes.grid: True\nsvg.fonttype: path\n", "utf-8")
        other = {"HOME": str(folder / "home"), "PYTHONHASHSEED": "12345", "TZ": "Asia/Tokyo",
                 "LC_ALL": "C", "PYTHONPATH": str(root / "src"), "MPLCONFIGDIR": "",
                 "VGKD_REPOSITORY": "none", "VGKD_SITE": SITE}  # fmt: skip
        self.log = folder / "log"
        with self.log.open("w") as log:
            self._run = subprocess.Popen(
                _strictly(root / "docs", self.folder), stdout=log, stderr=log,
                env=NO_REPOSITORY | other,
            )  # fmt: skip

    def html(self) -> Path:
        """The built site, once it is finished."""
        assert self._run.wait() == 0, self.log.read_text(encoding="utf-8")[-6000:]
        return self.folder / "html"

    def stop(self) -> None:
        self._run.kill()
        self._run.wait()


@pytest.fixture(scope="session")
def elsewhere(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Elsewhere | None]:
    """A second build, begun beside that of ``site``; none unless a test of this run asks for it."""
    wanted = any(test.get_closest_marker("second_build") for test in request.session.items)
    build = Elsewhere(tmp_path_factory.mktemp("elsewhere")) if wanted else None
    yield build
    if build:
        build.stop()


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory, elsewhere: Elsewhere | None) -> Path:
    """The whole book, built from scratch without a known repository."""
    build = tmp_path_factory.mktemp("book")
    # no remote, whatever this checkout's is
    run = sphinx(ROOT / "docs", build, "auto", VGKD_REPOSITORY="none", VGKD_SITE=SITE)
    assert run.returncode == 0, run.stdout[-2000:] + run.stderr[-6000:]
    return build / "html"


@pytest.fixture(scope="session")
def address(site: Path) -> Iterator[str]:
    """Where the whole book is served on this machine, without a slash at its end."""
    with served(site) as address:
        yield address


SITE = "https://vgkd.example.org/book/"
"""Where the tests pretend that the book is served."""

HEADER = """\
---
jupytext:
  text_representation:
    extension: .md
    format_name: myst
kernelspec:
  display_name: Python 3
  language: python
  name: python3
---
"""
"""How a text notebook begins."""


WORK = """\
name: SimVG
kind: method
venue: NeurIPS
tasks: [rec]
supervision: [full]
domains: [image]
stage: vlp-transfer
techniques: [distillation]
code: https://github.com/example/simvg
teacher: a big model
student: a small model
signals: [logits]
loss: 'KL over $p_T | p_S$'
summary: It does one thing.
sources:
  - address: https://example.org/paper
    read: 2026-11-24
    supports: [title, authors, year, venue, arxiv, code]
"""
BIBLIOGRAPHY = """\
@inproceedings{dai2024simvg,
  author = {Dai, Ming and van der Berg, Anna},
  title = {{SimVG}: A Simple Framework},
  booktitle = {Advances in Neural Information Processing Systems},
  year = {2024},
  eprint = {2409.17531},
  archiveprefix = {arXiv}
}
"""
DATASET = """\
name: RefCOCO
work: dai2024simvg
tasks: [rec]
domains: [image]
language: [en]
images: 19994
splits: [{name: val, expressions: 10834}]
sources:
  - address: https://example.org/data
    read: 2026-11-24
    supports: [images, splits]
"""
RESULTS = """\
method,work,benchmark,split,metric,value,unit,backbone,pretraining,setting,params_m,flops_g,\
latency_ms,device,source,locator,read_from,checked
SimVG,dai2024simvg,refcoco,val,acc@0.5,90.50,%,ViT-L,,fine-tuned,,,,,https://example.org/t,\
"Table 1, row 3",paper,2026-11-24
"""
CORRECTIONS = """\
- id: simvg-venue
  work: dai2024simvg
  field: venue
  seed_says: 会议
  truth: NeurIPS
  evidence: https://example.org/paper
  read: 2026-11-24
"""


class Small:
    """A catalogue of one work, in a folder, to be spoilt by a test."""

    def __init__(self, folder: Path) -> None:
        self.bibliography = folder / "references.bib"
        self.data = folder / "data"
        self.work = self.data / "works" / "dai2024simvg.yaml"
        self.dataset = self.data / "datasets" / "refcoco.yaml"
        self.results = self.data / "results.csv"
        self.corrections = self.data / "corrections.yaml"
        self.work.parent.mkdir(parents=True)
        self.dataset.parent.mkdir()
        for path, text in (
            (self.bibliography, BIBLIOGRAPHY), (self.work, WORK), (self.dataset, DATASET),
            (self.results, RESULTS), (self.corrections, CORRECTIONS),
        ):  # fmt: skip
            path.write_text(text, encoding="utf-8")

    def load(self):
        from vgkd_docs.catalogue import load_from

        return load_from(self.data, self.bibliography)


@pytest.fixture
def small(tmp_path: Path) -> Small:
    return Small(tmp_path)


def _keep_three_works(root: Path) -> None:
    data = root / "src" / "vgkd_docs" / "data"
    for name in ("results.csv", "corrections.yaml", "search_aliases.yaml"):
        (data / name).unlink()
    shutil.rmtree(data / "datasets")
    for path in sorted((data / "works").glob("*.yaml"))[3:]:
        path.unlink()
    kept = {path.stem for path in (data / "works").glob("*.yaml")}
    entries = re.split(r"(?m)^(?=@)", (ROOT / "references.bib").read_text(encoding="utf-8"))
    (root / "references.bib").write_text(
        "".join(e for e in entries if re.split(r"[{,]", e + "{,")[1] in kept), encoding="utf-8"
    )


@pytest.fixture
def mini_book(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """A copy of the book cut down to one notebook; call it to build, with text to put in it."""
    root = tmp_path / "mini"
    ignore = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "src", root / "src", ignore=ignore)
    shutil.copytree(ROOT / "docs" / "_static", root / "docs" / "_static")
    for name in ("conf.py", "moved.yaml"):
        shutil.copy(ROOT / "docs" / name, root / "docs" / name)
    _keep_three_works(root)
    (root / "notebooks").mkdir()
    (root / "docs" / "index.md").write_text(
        "# Mini\n\n```{toctree}\n:glob:\n\nnotebooks/first\nbibliography/*\n```\n", encoding="utf-8"
    )

    def build(notebook: str = "", chapter: str = "") -> subprocess.CompletedProcess[str]:
        if notebook:
            (root / "notebooks" / "first.md").write_text(notebook, encoding="utf-8")
        if chapter:
            index = root / "docs" / "index.md"
            index.write_text(index.read_text(encoding="utf-8") + chapter, encoding="utf-8")
        return sphinx(
            root / "docs", root / "_build", PYTHONPATH=str(root / "src"), VGKD_REPOSITORY="none"
        )

    build.root = root  # type: ignore[attr-defined]
    return build


@pytest.fixture(scope="session")
def browser() -> Iterator[object]:
    """Headless Chromium. Without one, tests that need it fail, in CI and elsewhere alike."""
    with chromium() as found:
        yield found


def wait_until(tab: Any, expression: str) -> None:
    """Wait until a page's own expression is true, without ``eval``, which its policy forbids."""
    tab.evaluate(f"""async () => {{
        const end = performance.now() + 20000;
        while (!({expression})) {{
            if (performance.now() > end) throw new Error(`never true: {expression}`);
            await new Promise((done) => setTimeout(done, 25));
        }}
    }}""")
