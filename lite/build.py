"""Adds to a built book the notebooks that run in the reader's browser: JupyterLite and Pyodide.

``python lite/build.py _build/html/lite`` fetches what runs there at pinned hashes (npm and pip,
once), and writes the application, Python, the packages and the notebooks into that folder.
Everything a page asks for lies in it. The same sources give the same bytes.
"""

from __future__ import annotations

import base64
import hashlib
import html
import importlib.metadata
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from email import message_from_string
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from jupyterlite_pyodide_kernel.constants import PYODIDE_PYTHON_VERSION as PYTHON
from jupyterlite_pyodide_kernel.constants import PYODIDE_VERSION
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from vgkd_docs import RELEASED, load_catalogue, words
from vgkd_docs.catalogue import snapshot
from vgkd_docs.notebook_files import notebook_file
from vgkd_docs.repository import repository_address, repository_branch, site_address
from vgkd_docs.sphinxext.html_site import as_json

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
FETCHED = ROOT / "_build" / "browser"
EXTENSION = "@jupyterlite/pyodide-kernel-extension"
PLATFORM = "pyemscripten_2026_0_wasm32"
SMALLEST = "1980-01-01T00:00:00Z"

# what the kernel and the book's package import; the rest follows from what these require
ROOTS = ("comm", "ipython", "pybtex", "pydantic", "pyyaml")
# stubs for completing packages that cannot be imported there: most of what jedi weighs
OMITTED = ("jedi/third_party/django-stubs/", "jedi/third_party/typeshed/stubs/")
BROWSER = {
    "extra": "", "implementation_name": "cpython", "os_name": "posix",
    "platform_python_implementation": "CPython", "platform_system": "Emscripten",
    "python_full_version": f"{PYTHON}.0", "python_version": PYTHON, "sys_platform": "emscripten",
}  # fmt: skip
RUNTIME = ("pyodide.asm.mjs", "pyodide.asm.wasm", "pyodide.mjs", "python_stdlib.zip")
# of JupyterLite's own files: what is never asked for, or leads to a page that is not there
UNUSED = ("doc", "rspack.config*.js", "package.json", "notebooks/package.json",
          "manifest.webmanifest", "icon-*.png", "service-worker.js",
          "jupyterlite.schema.v0.json", "build/fa-*.svg", "build/fa-*.eot", "build/fa-*.ttf",
          "extensions/jupyterlab-jupytext")  # fmt: skip

# no second service worker beside the book's; what leads to pages or servers that are not there
DISABLED = (
    "@jupyterlite/application-extension:service-worker-manager",
    "@jupyterlite/application-extension:share-file",
    "@jupyterlite/notebook-application-extension:logo",
    "@jupyter-notebook/application-extension:logo",
    "@jupyter-notebook/console-extension:scratchpad-console",
    "@jupyter-notebook/notebook-extension:open-tree-tab",
    "@jupyter-notebook/notebook-extension:tab-icon",
    "@jupyter-notebook/tree-extension",
)
SETTINGS: dict[str, dict[str, Any]] = {
    # all cells are there at once, so that a search in the page finds them
    "@jupyterlab/notebook-extension:tracker": {"windowingMode": "none"},
    "@jupyterlab/apputils-extension:themes": {"adaptive-theme": True},
}

# the page may ask its own site and nobody else; Python compiles, and JupyterLab styles, at run time
POLICY = (
    "default-src 'self'; script-src 'self' 'wasm-unsafe-eval' 'unsafe-eval' blob: {hashes}; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; "
    "connect-src 'self' data: blob:; worker-src 'self' blob:; object-src 'none'; base-uri 'none'; "
    "form-action 'none'"
)


def fetch() -> tuple[Path, list[Path]]:
    """Pyodide's folder and the wheels made for it, fetched once at pinned hashes.

    Raises:
        SystemExit: without npm, or when the pinned Pyodide is not the one that the kernel is for.

    """
    pyodide = HERE / "node_modules" / "pyodide"
    wanted = json.loads((HERE / "package.json").read_text("utf-8"))["dependencies"]["pyodide"]
    if wanted != PYODIDE_VERSION:
        raise SystemExit(
            f"lite/package.json names Pyodide {wanted}, but the kernel is made for "
            f"{PYODIDE_VERSION}: run `npm install --package-lock-only --save-exact "
            f"pyodide@{PYODIDE_VERSION}` in lite/"
        )
    installed = pyodide / "package.json"
    if not installed.exists() or json.loads(installed.read_text("utf-8"))["version"] != wanted:
        npm = shutil.which("npm")
        if not npm:
            raise SystemExit("npm is missing: install Node.js 20 or newer, which brings it")
        subprocess.run([npm, "ci", "--silent", "--prefix", str(HERE)], check=True, cwd=HERE)
    pins = ROOT / "requirements" / "browser.txt"
    folder = FETCHED / hashlib.sha256(pins.read_bytes()).hexdigest()[:16]
    if not folder.exists():
        FETCHED.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=FETCHED) as fresh:
            subprocess.run(
                [sys.executable, "-m", "pip", "download", "--quiet", "--require-hashes",
                 "--no-deps", "--only-binary", ":all:", "--platform", PLATFORM,
                 "--python-version", PYTHON, "--disable-pip-version-check",
                 "--dest", fresh, "-r", str(pins)],
                check=True,
            )  # fmt: skip
            shutil.copytree(fresh, folder)
    return pyodide, sorted(folder.glob("*.whl"))


def pack(files: dict[str, bytes], target: Path) -> Path:
    """An archive of ``files`` that is the same whenever and wherever it is made."""
    with ZipFile(target, "w") as archive:
        for name in sorted(files):
            # an entry's day is 1980 unless it is told otherwise
            archive.writestr(ZipInfo(name), files[name], ZIP_DEFLATED, 9)
    return target


def required() -> Iterator[importlib.metadata.Distribution]:
    """The installed distributions that run in the browser as they are here."""
    todo, seen = list(ROOTS), set[str]()
    while todo:
        name = canonicalize_name(todo.pop())
        if name in seen or name == "pydantic-core":  # compiled: fetched
            continue
        seen.add(name)
        distribution = importlib.metadata.distribution(name)
        yield distribution
        for line in distribution.requires or ():
            requirement = Requirement(line)
            if not requirement.marker or requirement.marker.evaluate(BROWSER):
                todo.append(requirement.name)


def repacked(distribution: importlib.metadata.Distribution, folder: Path) -> Path:
    """A wheel of an installed distribution's Python files, without what was compiled for here."""
    files = {}
    for file in distribution.files or ():
        name = file.as_posix()
        own = name.startswith(("..", "/")) or file.suffix in {".pyc", ".so", ".pyd"}
        if own or file.name in {"INSTALLER", "REQUESTED", "RECORD", "direct_url.json"}:
            continue
        if not name.startswith(OMITTED):
            files[name] = file.read_binary()
    name = canonicalize_name(distribution.name).replace("-", "_")
    return pack(files, folder / f"{name}-{distribution.version}-py3-none-any.whl")


def own_wheel(folder: Path) -> Path:
    """The book's package with its catalogue as one file, and without what only the build needs."""
    version = importlib.metadata.version("vgkd-docs")
    package = ROOT / "src" / "vgkd_docs"
    files = {
        f"vgkd_docs/{path.relative_to(package).as_posix()}": path.read_bytes()
        for path in [*package.glob("*.py"), *package.glob("data/*.yaml"),
                     *package.glob("data/words/*.yaml")]
    }  # fmt: skip
    files["vgkd_docs/data/catalogue.json"] = snapshot(load_catalogue())
    about = f"Metadata-Version: 2.1\nName: vgkd-docs\nVersion: {version}\n"
    files[f"vgkd_docs-{version}.dist-info/METADATA"] = about.encode()
    digest = hashlib.sha256(b"".join(files[name] for name in sorted(files))).hexdigest()[:8]
    # the name changes with the data: no browser takes an old one from its cache
    return pack(files, folder / f"vgkd_docs-{version}-0{digest}-py3-none-any.whl")


def lock(wheels: list[Path], pyodide: Path) -> dict[str, Any]:
    """Pyodide's list of packages: these wheels and nothing else."""
    packages = {}
    for wheel in wheels:
        with ZipFile(wheel) as archive:
            about = next(
                name for name in archive.namelist() if name.endswith(".dist-info/METADATA")
            )
            metadata = message_from_string(archive.read(about).decode())
        name = canonicalize_name(metadata["Name"])
        packages[name] = {
            "name": name, "version": metadata["Version"], "file_name": wheel.name,
            "sha256": hashlib.sha256(wheel.read_bytes()).hexdigest(), "install_dir": "site",
            "package_type": "package", "depends": [], "imports": [],
        }  # fmt: skip
    given = json.loads((pyodide / "pyodide-lock.json").read_text("utf-8"))
    return {"info": given["info"], "packages": packages}


def listing(files: dict[str, bytes]) -> dict[str, Any]:
    """The notebooks as Jupyter's contents interface lists a folder."""
    about = {"created": SMALLEST, "last_modified": SMALLEST, "content": None, "format": None,
             "mimetype": None, "writable": True}  # fmt: skip
    held = [{**about, "name": name, "path": name, "size": len(data), "type": "notebook"}
            for name, data in files.items()]  # fmt: skip
    return {**about, "name": "", "path": "", "size": None, "type": "directory", "format": "json",
            "content": held}  # fmt: skip


def setup_cell() -> str:
    """The first cell of each notebook: it says in one sentence whether the package has come."""
    ready = words.message("lite_ready", date=RELEASED)
    missing = words.message("lite_missing_package")
    return (
        "try:\n    import vgkd_docs\n"
        f"except ImportError:\n    print({missing!r})\nelse:\n    print({ready!r})"
    )


def notice(site: str | None, repository: str | None) -> str:
    """What stands below every notebook: what runs here, and where to go when it does not."""
    said = {name: words.message(f"lite_{name}") for name in (
        "running", "old", "lost", "broken", "page", "binder", "file")}  # fmt: skip
    binder = ""
    if repository and repository.startswith("https://github.com/"):
        path = repository.removeprefix("https://github.com/")
        binder = (
            f"https://mybinder.org/v2/gh/{path}/{repository_branch()}?urlpath=lab/tree/notebooks/"
        )
    data = as_json(said | {"binder_address": binder})
    return (
        '<div id="vgkd-notice" role="status"><noscript>'
        f"{html.escape(words.message('lite_no_script'))}</noscript></div>"
        f'<script type="application/json" id="vgkd-notice-words">{data}</script>'
    )


def page(text: str, below: str) -> str:
    """JupyterLite's page with its policy, our notice, and nothing else of ours."""
    text = re.sub(r'\s*<link rel="manifest"[^>]*>', "", text)
    inline = re.findall(r"<script>(.*?)</script>", text, re.DOTALL)
    digests = (base64.b64encode(hashlib.sha256(code.encode()).digest()).decode() for code in inline)
    hashes = " ".join(f"'sha256-{digest}'" for digest in digests)
    head = (
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY.format(hashes=hashes)}">\n'
        '    <link rel="stylesheet" href="../notice.css">\n'
        '    <script src="../notice.js"></script>\n    '
    )
    title = html.escape(words.message("book_title_short"))
    text = re.sub(r"<title>.*?</title>", f"<title>{title}</title>", text)
    text = text.replace("<html>", '<html lang="en">', 1)
    text = text.replace('<meta charset="utf-8">', f'<meta charset="utf-8">\n    {head}', 1)
    return text.replace("</body>", f"{below}\n</body>", 1)


def front() -> str:
    """The page of the folder itself: it leads to the list of notebooks in the book."""
    title = html.escape(words.message("book_title_short"))
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        f"<title>{title}</title>"
        '<meta http-equiv="refresh" content="0; url=../notebooks/index.html">'
        '<script id="jupyter-config-data" type="application/json" data-jupyter-lite-root=".">'
        "{}</script>"
        f'</head><body><a href="../notebooks/index.html">{title}</a></body></html>\n'
    )


def application(out: Path) -> None:
    """JupyterLite with its Python kernel and the page for a single notebook."""
    command = [sys.executable, "-m", "jupyterlite_core", "build", "--force",
               "--output-dir", str(out.resolve()), "--apps", "notebooks",
               "--no-sourcemaps", "--no-unused-shared-packages"]  # fmt: skip
    with tempfile.TemporaryDirectory() as empty:
        run = subprocess.run(
            [*command, "--lite-dir", empty], capture_output=True, text=True, check=False, cwd=empty,
            env=os.environ | {"PYTHONWARNINGS": "ignore"},
        )  # fmt: skip
    if run.returncode or not (out / "notebooks" / "index.html").exists():
        raise SystemExit(f"JupyterLite was not built:\n{run.stdout[-2000:]}{run.stderr[-4000:]}")
    for pattern in UNUSED:
        for path in list(out.glob(pattern)):
            shutil.rmtree(path) if path.is_dir() else path.unlink()


def build(out: Path) -> None:
    """Write everything into ``out``, anew."""
    pyodide, compiled = fetch()
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    application(out)
    runtime = out / "pyodide"
    runtime.mkdir()
    for name in RUNTIME:
        shutil.copyfile(pyodide / name, runtime / name)
    kernel = out / "extensions" / EXTENSION / "static" / "pypi"
    # stubs of widgets stay away: the notebooks have none
    own = [path for path in kernel.glob("*.whl") if not path.name.startswith("widgets")]
    for wheel in [*compiled, *own]:
        shutil.copyfile(wheel, runtime / wheel.name)
    for distribution in required():
        repacked(distribution, runtime)
    own_wheel(runtime)
    shutil.rmtree(kernel)
    packages = lock(sorted(runtime.glob("*.whl")), pyodide)
    write_json(runtime / "pyodide-lock.json", packages)
    version = hashlib.sha256(dumped(packages)).hexdigest()[:8]

    config = out / "jupyter-lite.json"
    settings = json.loads(config.read_text("utf-8"))
    data = settings["jupyter-config-data"]
    # other extensions of this environment stay out
    known = data["federated_extensions"]
    data["federated_extensions"] = [one for one in known if one["name"] == EXTENSION]
    data["disabledExtensions"] = list(DISABLED)
    data["settingsOverrides"] = SETTINGS
    data["contentsAllJsonFile"] = "all.json"
    data["appName"] = words.message("book_title_short")
    data["litePluginSettings"] = {
        f"{EXTENSION}:kernel": {
            "pyodideUrl": "./pyodide/pyodide.mjs",
            "disablePyPIFallback": True,
            "loadPyodideOptions": {
                "lockFileURL": f"./pyodide/pyodide-lock.json?{version}",
                "packages": sorted(packages["packages"]),
            },
        }
    }
    write_json(config, settings)

    site, catalogue = site_address(ROOT), load_catalogue()
    kernelspec = {"name": "python", "display_name": "Python (Pyodide)", "language": "python"}
    notebooks = {}
    for source in sorted((ROOT / "notebooks").glob("*.md")):
        if source.stem != "index":
            made = notebook_file(source, ROOT / "docs", catalogue, site=site, setup=setup_cell(),
                                 kernel=kernelspec)  # fmt: skip
            notebooks[f"{source.stem}.ipynb"] = dumped(made)
    (out / "files").mkdir(exist_ok=True)
    for name, content in notebooks.items():
        (out / "files" / name).write_bytes(content)
    (out / "api" / "contents").mkdir(parents=True, exist_ok=True)
    write_json(out / "api" / "contents" / "all.json", listing(notebooks))

    index = out / "notebooks" / "index.html"
    index.write_text(
        page(index.read_text("utf-8"), notice(site, repository_address(ROOT))), "utf-8"
    )
    # each of JupyterLite's pages reads its settings from this one, too
    (out / "index.html").write_text(front(), "utf-8")
    for name in ("notice.js", "notice.css", "watch.js"):
        shutil.copyfile(HERE / name, out / name)


def dumped(value: object) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def write_json(path: Path, value: object) -> None:
    path.write_bytes(dumped(value))


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit("say where to, e.g.: python lite/build.py _build/html/lite")
    build(Path(sys.argv[1]))
