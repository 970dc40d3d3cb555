"""What Binder installs, from scratch, runs every notebook in JupyterLab."""

import os
import re
import socket
import subprocess
import time
import urllib.request
import venv
from collections.abc import Iterator
from pathlib import Path

import pytest

from conftest import ROOT

NOTEBOOKS = sorted(
    path.name for path in (ROOT / "notebooks").glob("*.md") if path.name != "index.md"
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """Where the environment and the checkout lie."""
    return tmp_path_factory.mktemp("binder")


@pytest.fixture(scope="module")
def binder(folder) -> Iterator[str]:
    """An environment of exactly the pinned set, prepared by postBuild as Binder does it."""
    checkout = folder / "checkout"
    subprocess.run(["git", "clone", "-q", ROOT, checkout], check=True)
    for name in ("binder", "notebooks", "src", "references.bib", "pyproject.toml"):
        # the tree under test, not only what is committed
        subprocess.run(["cp", "-r", ROOT / name, checkout], check=True)
    venv.create(folder / "env", with_pip=True)
    binaries = folder / "env" / "bin"
    pip = [binaries / "python", "-m", "pip", "install", "-q", "--disable-pip-version-check"]
    requirements = checkout / "binder" / "requirements.txt"
    subprocess.run([*pip, "--require-hashes", "-r", requirements], check=True)
    environment = os.environ | {
        "PATH": f"{binaries}:{os.environ['PATH']}", "HOME": str(folder),
        "JUPYTER_CONFIG_DIR": str(folder / "config"), "JUPYTER_DATA_DIR": str(folder / "share"),
        "VGKD_SITE": "https://vgkd.example.org/book",
    }  # fmt: skip
    environment.pop("PYTHONPATH", None)
    subprocess.run(["bash", "binder/postBuild"], check=True, cwd=checkout, env=environment)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [binaries / "jupyter", "lab", "--no-browser", "--allow-root", f"--port={port}",
               "--ServerApp.token=", "--ServerApp.ip=127.0.0.1",
               "--LabApp.news_url=''", "--expose-app-in-browser"]  # fmt: skip
    log = (folder / "lab.log").open("w")
    lab = subprocess.Popen(command, cwd=checkout, env=environment, stdout=log, stderr=log)
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(240):
            try:
                urllib.request.urlopen(f"{address}/api", timeout=2)
                break
            except OSError:
                assert lab.poll() is None, (folder / "lab.log").read_text()
                time.sleep(0.5)
        yield address
    finally:
        lab.terminate()
        lab.wait(timeout=30)


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_text_notebook_opens_as_a_notebook_and_runs(binder, browser, name):
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    tab = context.new_page()
    tab.goto(f"{binder}/lab/tree/notebooks/{name}?reset")
    tab.wait_for_selector(".jp-Notebook .jp-CodeCell", timeout=90_000)
    # cells sent before the kernel listens are lost without a word
    ready = """() => {
      const kernel = window.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel;
      return kernel?.connectionStatus === 'connected' && kernel.status === 'idle'
    }"""
    tab.wait_for_function(ready, timeout=90_000)
    tab.evaluate("() => { window.jupyterapp.commands.execute('notebook:run-all-cells') }")
    code = (ROOT / "notebooks" / name).read_text(encoding="utf-8").count("```{code-cell}")
    done = """() => {
      const model = window.jupyterapp.shell.currentWidget.content.model;
      const cells = [...model.cells].filter(cell => cell.type === 'code');
      return cells.length && cells.every(cell => cell.executionCount !== null)
    }"""
    tab.wait_for_function(done, timeout=90_000)
    outputs = tab.evaluate("""() => {
      const model = window.jupyterapp.shell.currentWidget.content.model;
      return [...model.cells].filter(cell => cell.type === 'code')
        .flatMap(cell => cell.outputs.toJSON())
    }""")
    errors = [output for output in outputs if output["output_type"] == "error"]
    assert not errors, errors
    shown = [output for output in outputs if output["output_type"] == "execute_result"]
    assert len(shown) >= code - 3
    assert any("<table" in str(output["data"]) for output in shown)
    assert any("<svg" in str(output["data"]) for output in shown)
    text = tab.evaluate("""() => {
      const model = window.jupyterapp.shell.currentWidget.content.model;
      return [...model.cells].filter(cell => cell.type === 'markdown')
        .map(cell => cell.sharedModel.source).join('\\n\\n')
    }""")
    # JupyterLab reads Markdown: what only the book's build understands would stand there raw
    assert not re.findall(r"\{[a-z:-]+\}`|^[`:]{3,}\{.*|\]\([\w./-]+\.md.*", text, re.MULTILINE)
    assert re.search(r"\]\(https://vgkd\.example\.org/book/[\w/-]+\.html", text)
    context.close()


def test_the_environment_is_small(binder, folder):
    files = [path for path in (folder / "env").rglob("*") if path.is_file()]
    megabytes = sum(path.lstat().st_size for path in files) / 1e6
    assert megabytes < 400, f"{megabytes:.0f} MB"
