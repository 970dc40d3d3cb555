"""A site on this machine, and a browser to open its pages: for the tests and the benchmarks."""

from __future__ import annotations

import functools
import gzip
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlsplit

from playwright.sync_api import Browser, sync_playwright

from vgkd_docs.pdf import find_chromium

__all__ = ["chromium", "our_site", "packed_size", "served"]

ROOT = Path(__file__).parent.parent
_TEXT = {".css", ".html", ".ipynb", ".js", ".json", ".md", ".mjs", ".svg", ".txt", ".xml"}


def _sent(path: Path) -> bytes:
    return _packed(path, path.stat().st_mtime_ns)


@functools.cache
def _packed(path: Path, changed: int) -> bytes:
    body = path.read_bytes()
    return gzip.compress(body, 6, mtime=0) if path.suffix in _TEXT else body


class _Host(SimpleHTTPRequestHandler):
    """A host of static files: connections stay open, text travels packed, any page may read it."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # or a body waits 40 ms for its head to be acknowledged
    extensions_map = SimpleHTTPRequestHandler.extensions_map | {
        ".mjs": "text/javascript", ".wasm": "application/wasm",
    }  # fmt: skip
    asked: list[str]

    def do_GET(self) -> None:
        self.asked.append(self.path)
        path = Path(self.translate_path(self.path))
        path = path / "index.html" if path.is_dir() else path
        if not path.is_file():
            self.send_error(404)
            return
        packed = path.suffix in _TEXT and "gzip" in self.headers.get("Accept-Encoding", "")
        body = _sent(path) if packed else path.read_bytes()
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(path))
        if packed:
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Access-Control-Allow-Origin", "*")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


class _Server(ThreadingHTTPServer):
    def handle_error(self, *_: object) -> None:
        """A browser that closes early is no error."""


def our_site() -> Path:
    """The folder of the book's pages, as ``nox -s book`` leaves it, up to date."""
    build = ROOT / "_build"
    subprocess.run(
        [sys.executable, "-m", "sphinx", "-q", "-b", "html", "-j", "auto",
         "-d", build / "doctrees", ROOT / "docs", build / "html"],
        check=True,
    )  # fmt: skip
    return build / "html"


@contextmanager
def served(folder: Path, asked: list[str] | None = None) -> Iterator[str]:
    """The address of a served folder, without a slash at its end, while the context lasts.

    ``asked`` takes the path of each request, whoever asks: a page, its workers, another program.
    """
    kept = type("Host", (_Host,), {"asked": [] if asked is None else asked})
    with _Server(("127.0.0.1", 0), functools.partial(kept, directory=str(folder))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def packed_size(folder: Path, asked: list[str]) -> dict[str, int]:
    """The bytes that each file among ``asked`` takes on its way, by its path below the folder."""
    names = {unquote(urlsplit(path).path).lstrip("/") for path in asked}
    return {name: len(_sent(folder / name)) for name in names if (folder / name).is_file()}


@contextmanager
def chromium(*options: str) -> Iterator[Browser]:
    """Headless Chromium, closed at the end; ends the program with a mend if there is none."""
    path = find_chromium()
    if not path:
        raise SystemExit("no Chromium: install Debian's chromium, or set VGKD_CHROMIUM")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", *options])
        yield browser
        browser.close()
