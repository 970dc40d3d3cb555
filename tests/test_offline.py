"""The book without a network: kept by a button, opened from the device, mended file by file."""

import functools
import http.server
import json
import shutil
import threading

import pytest
from PIL import Image

from conftest import ROOT, wait_until
from vgkd_docs.sphinxext.offline import files

WORKS = ("abdelreheem2024scanents3d", "achlioptas2020referit3d", "akbari2019multilevel")


class Server:
    """Serves a folder below ``/book/``, as a project's pages are; remembers what was asked for."""

    def __init__(self, folder):
        self.asked = []
        server = self

        class Handler(http.server.SimpleHTTPRequestHandler):
            def do_GET(self):
                server.asked.append(self.path)
                super().do_GET()

            def end_headers(self):
                self.send_header("Cache-Control", "no-cache")
                super().end_headers()

            def log_message(self, *_):
                pass

        self.handler = functools.partial(Handler, directory=str(folder))
        self.port = 0
        self.start()

    def start(self):
        self.running = http.server.ThreadingHTTPServer(("127.0.0.1", self.port), self.handler)
        self.port = self.running.server_port
        threading.Thread(target=self.running.serve_forever, daemon=True).start()
        self.address = f"http://127.0.0.1:{self.port}/book"

    def stop(self):
        self.running.shutdown()
        self.running.server_close()


def built(mini_book, sentence):
    """A small book with the page that keeps it; once more, with one more sentence."""
    page = mini_book.root / "docs/back/offline.md"
    contents = "" if page.exists() else "\n```{toctree}\nback/offline\n```\n"
    page.parent.mkdir(exist_ok=True)
    shutil.copy(ROOT / "docs/back/offline.md", page)
    run = mini_book("# First\n\nNothing runs here.\n", f"{contents}\n{sentence}\n")
    assert run.returncode == 0, run.stderr
    return mini_book.root / "_build/html"


@pytest.fixture(scope="module")
def editions(tmp_path_factory):
    """Where the book's first edition is kept for all tests, once one of them has built it."""
    return tmp_path_factory.mktemp("editions")


@pytest.fixture
def book(editions, request, tmp_path):
    first = editions / "first"
    if not first.exists():
        html = built(request.getfixturevalue("mini_book"), "The first edition.")
        shutil.copytree(html, first)
    shutil.copytree(first, tmp_path / "served/book")
    server = Server(tmp_path / "served")
    server.folder = tmp_path / "served/book"
    yield server
    server.stop()


@pytest.fixture
def tab(browser):
    context = browser.new_context()
    page = context.new_page()
    yield page
    context.close()


def listed(folder):
    return json.loads((folder / "offline-files.json").read_text(encoding="utf-8"))["files"]


def press(tab, text):
    tab.get_by_role("button", name=text).click()


def whole(tab):
    tab.locator("#offline-copy[data-state=whole]").wait_for(timeout=60_000)


def styled(tab):
    return tab.evaluate("getComputedStyle(document.documentElement)"
                        ".getPropertyValue('--vgkd-amber').trim() !== ''")  # fmt: skip


def test_the_book_is_kept_opened_without_a_network_and_brought_up_to_date(book, tab, mini_book):
    tab.goto(f"{book.address}/back/offline.html")
    tab.locator("#offline-copy[data-state=open]").wait_for(timeout=30_000)
    size = sum(entry[1] for entry in listed(book.folder).values())
    assert f"{len(listed(book.folder))} files, {size / 1e6:.1f} MB" in tab.inner_text(
        "#offline-copy"
    )
    press(tab, "Keep the whole book")
    whole(tab)

    book.stop()
    for page in ("index.html", f"works/{WORKS[2]}.html", "notebooks/first.html"):
        tab.goto(f"{book.address}/{page}")
        assert tab.locator("article h1").first.is_visible(), page
        assert styled(tab), page
    tab.goto(f"{book.address}/")
    assert "The first edition." in tab.inner_text("article"), "the folder is its front page"

    book.start()
    before = listed(book.folder)
    html = built(mini_book, "The second edition.")
    shutil.copytree(html, book.folder, dirs_exist_ok=True)
    after = listed(book.folder)
    changed = {f"/book/{name}" for name in after if before.get(name, [""])[0] != after[name][0]}
    assert "/book/index.html" in changed
    assert not {name for name in changed if "/works/" in name}
    tab.goto(f"{book.address}/back/offline.html")
    tab.locator("#offline-copy[data-state=changed]").wait_for(timeout=30_000)
    # the worker itself is asked whether it changed whenever the browser likes
    tab.wait_for_load_state("networkidle")
    del book.asked[:]
    press(tab, "Fetch what is missing")
    whole(tab)
    fetched = {path for path in book.asked if path not in
               ("/book/sw.js", "/book/offline-files.json", "/book/back/offline.html")}  # fmt: skip
    assert fetched - changed == set()
    assert "/book/index.html" in fetched
    book.stop()
    tab.goto(f"{book.address}/index.html")
    assert "The second edition." in tab.inner_text("article")
    book.start()


def test_what_was_read_opens_again_and_what_was_not_says_so(book, tab):
    tab.goto(f"{book.address}/works/{WORKS[0]}.html")
    tab.evaluate("navigator.serviceWorker.ready")
    wait_until(tab, "navigator.serviceWorker.controller")
    tab.goto(f"{book.address}/works/{WORKS[1]}.html")
    tab.wait_for_load_state("networkidle")
    book.stop()
    tab.goto(f"{book.address}/works/{WORKS[1]}.html")
    assert styled(tab)
    tab.goto(f"{book.address}/works/{WORKS[2]}.html", wait_until="commit")
    tab.wait_for_url("**/back/offline.html?wanted=*")
    said = tab.locator("#offline-copy strong")
    said.wait_for(timeout=30_000)
    title = listed(book.folder)[f"works/{WORKS[2]}.html"][2]
    assert title in said.inner_text()
    kept = tab.locator("#offline-copy li a")
    assert kept.first.is_visible()
    assert listed(book.folder)[f"works/{WORKS[1]}.html"][2] in kept.all_inner_texts()
    assert title not in kept.all_inner_texts()
    book.start()


def test_with_a_network_the_published_page_wins_and_removing_leaves_nothing(book, tab):
    tab.goto(f"{book.address}/back/offline.html")
    tab.locator("#offline-copy[data-state=open]").wait_for(timeout=30_000)
    press(tab, "Keep the whole book")
    whole(tab)
    page = book.folder / "index.html"
    page.write_text(page.read_text(encoding="utf-8").replace("The first", "A corrected"), "utf-8")
    tab.goto(f"{book.address}/index.html")
    assert "A corrected edition." in tab.inner_text("article"), "no stale page while there is a net"
    tab.goto(f"{book.address}/back/offline.html")
    press(tab, "Remove everything kept")
    tab.locator("#offline-copy[data-state=open]").wait_for(timeout=30_000)
    kept = "caches.open('vgkd /book/').then((cache) => cache.keys())" \
           ".then((all) => all.filter((one) => one.url.includes('/works/')).length)"  # fmt: skip
    assert tab.evaluate(kept) == 0


def test_the_list_holds_what_pages_need_and_the_app_can_be_installed(book):
    found = listed(book.folder)
    assert found.keys() == files(book.folder).keys()
    assert {"index.html", "back/offline.html", "data/search.js", "_static/book.css"} <= found.keys()
    out = [name for name in found if name.startswith(("_sources", "_static/cards", "lite/"))]
    assert not [name for name in found if name.endswith((".html.md", ".po"))] + out
    manifest = json.loads((book.folder / "manifest.webmanifest").read_text(encoding="utf-8"))
    assert manifest["start_url"] == manifest["scope"] == "./", "it works below any address"
    for icon in manifest["icons"][1:]:
        with Image.open(book.folder / icon["src"]) as picture:
            assert f"{picture.width}x{picture.height}" == icon["sizes"]
    page = (book.folder / f"works/{WORKS[0]}.html").read_text(encoding="utf-8")
    assert '<link rel="manifest" href="../manifest.webmanifest"' in page


def test_the_page_says_what_to_do_without_a_script(book, browser):
    context = browser.new_context(java_script_enabled=False)
    tab = context.new_page()
    tab.goto(f"{book.address}/back/offline.html")
    text = tab.inner_text("article")
    assert "keeps no copy here" in text
    assert "archive" in text
    context.close()
