"""The link checker, against a local server that answers in each of the ways that hosts do."""

import datetime
import socket
import threading
import time
from collections import Counter
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise

import pytest
from urllib3 import PoolManager

from vgkd_docs.cli import main
from vgkd_docs.links import Link, Manners, addresses, check, read_links, summary, write_links
from vgkd_docs.standing import Services, asker

TODAY = datetime.date(2026, 11, 25)
QUICK = Manners(pause=0, timeout=0.3, retries=1, backoff=0, patience=1)


def feed(said: str) -> bytes:
    """An answer of arXiv about one preprint."""
    spaces = 'xmlns="http://www.w3.org/2005/Atom" xmlns:a="http://arxiv.org/schemas/atom"'
    return f"<feed {spaces}><entry><title>T</title>{said}</entry></feed>".encode()


class Handler(BaseHTTPRequestHandler):
    def answer(self) -> None:
        server = self.server
        seen = server.seen[self.path]
        server.seen[self.path] += 1
        server.asked.append((time.monotonic(), self.command, self.path))
        status, headers, body = 200, {}, b""
        match self.path:
            case "/no-head":
                status = 405 if self.command == "HEAD" else 200
            case "/moved":
                status, headers = 301, {"Location": "/ok"}
            case "/moved-twice":
                status, headers = 308, {"Location": "/moved"}
            case "/elsewhere-today":
                status, headers = 302, {"Location": "/moved"}
            case "/moved-to-nothing":
                status, headers = 301, {"Location": "/missing"}
            case "/hostile":
                status, headers = 301, {"Location": "/ok?a=> [b](c) <d>"}
            case "/circle":
                status, headers = 302, {"Location": "/circle"}
            case "/missing":
                status = 404
            case "/removed":
                status = 410
            case "/secret":
                status = 401
            case "/forbidden":
                status = 403
            case "/busy":
                status, headers = 429, {"Retry-After": "3600"}
            case "/hiccup":
                status = 503 if seen < 2 else 200
            case "/down":
                status = 500
            case "/slow":
                time.sleep(0.6)
            case "/arxiv?id_list=2401.00001":
                body = feed("<a:journal_ref>Journal of `Tests`\n 1 (2026)</a:journal_ref>")
            case "/arxiv?id_list=2401.00002":
                body = feed("<a:doi>10.1000/x</a:doi>")
            case "/arxiv?id_list=2401.00003":
                body = feed("")
            case "/arxiv?id_list=2401.00004":
                body = b"Rate exceeded."
            case "/repos/o/archived":
                body = b'{"archived": true}'
            case "/repos/o/alive":
                body = b'{"archived": false}'
            case "/repos/o/unknown":
                status = 403
        try:
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if self.command == "GET":
                self.wfile.write(body)
        except BrokenPipeError:
            pass  # nobody waited for the slow answer

    do_GET = do_HEAD = answer

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def server():
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.seen, server.asked = Counter(), []
        server.base = f"http://127.0.0.1:{server.server_port}"
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def ask(server, *paths: str, before=None, manners=QUICK, **options) -> dict[str, Link]:
    places = {server.base + path: ["docs/index.md:1"] for path in paths}
    links = check(places, before or {}, today=TODAY, manners=manners, **options)
    return {address.removeprefix(server.base): link for address, link in links.items()}


@pytest.mark.parametrize(
    ("path", "outcome", "status", "moved_to"),
    [
        ("/ok", "ok", 200, None),
        ("/no-head", "ok", 200, None),
        ("/hiccup", "ok", 200, None),
        ("/elsewhere-today", "ok", 200, None),
        ("/moved", "moved", 200, "/ok"),
        ("/moved-twice", "moved", 200, "/ok"),
        ("/missing", "gone", 404, None),
        ("/removed", "gone", 410, None),
        ("/moved-to-nothing", "gone", 404, None),
        ("/secret", "blocked", 401, None),
        ("/forbidden", "blocked", 403, None),
        ("/busy", "blocked", 429, None),
        ("/down", "unreachable", 500, None),
        ("/slow", "unreachable", None, None),
        ("/circle", "unreachable", 302, None),
    ],
)
def test_answers_are_told_apart(server, path, outcome, status, moved_to):
    link = ask(server, path)[path]
    assert (link.outcome, link.status) == (outcome, status)
    assert link.moved_to == (server.base + moved_to if moved_to else None)
    assert (link.checked, link.places) == (TODAY, ["docs/index.md:1"])


def test_a_host_that_does_not_answer_is_unreachable():
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{unused.getsockname()[1]}/"
        links = check({address: []}, {}, today=TODAY, manners=QUICK)
    assert links[address].outcome == "unreachable"


def test_head_comes_first_and_get_only_where_it_must(server):
    ask(server, "/ok", "/no-head")
    asked = [(method, path) for _, method, path in server.asked]
    assert sorted(asked) == [("GET", "/no-head"), ("HEAD", "/no-head"), ("HEAD", "/ok")]


def test_one_host_is_asked_slowly_and_in_turn(server):
    ask(server, "/ok", "/ok?2", "/ok?3", manners=Manners(pause=0.2))
    times = [at for at, _, _ in server.asked]
    assert all(later - earlier >= 0.2 for earlier, later in pairwise(times))


def test_a_host_that_was_asked_too_much_is_left_alone_until_the_next_run(server):
    first = ask(server, "/busy", "/ok")
    assert set(first) == {"/busy"}
    assert server.seen["/ok"] == 0
    before = {server.base + path: link for path, link in first.items()}
    server.asked.clear()
    ask(server, "/busy", "/ok", before=before)
    assert server.asked[0][2] == "/ok", "what was left out comes first"


def test_only_fresh_good_answers_are_kept_without_asking(server):
    def before(outcome: str, days: int) -> dict[str, Link]:
        checked = TODAY - datetime.timedelta(days=days)
        return {f"{server.base}/ok": Link(outcome=outcome, status=200, checked=checked)}

    kept = ask(server, "/ok", before=before("ok", 29))["/ok"]
    assert kept.checked == TODAY - datetime.timedelta(days=29)
    assert not server.asked
    assert ask(server, "/ok", before=before("ok", 30))["/ok"].checked == TODAY
    assert ask(server, "/ok", before=before("gone", 1))["/ok"].outcome == "ok"


def test_the_file_of_answers_comes_back_as_it_was(tmp_path):
    path = tmp_path / "new" / "links.json"
    assert read_links(path) == {}
    links = {
        "https://b.org/": Link(outcome="ok", status=200, checked=TODAY, places=["README.md:3"]),
        "https://a.org/": Link(outcome="unreachable", checked=TODAY),
    }
    write_links(path, links)
    assert read_links(path) == links
    assert list(read_links(path)) == ["https://a.org/", "https://b.org/"]


def test_the_summary_says_what_changed_and_nothing_else():
    def link(outcome, status=None, moved_to=None) -> Link:
        places = [f"docs/a.md:{line}" for line in range(1, 6)]
        return Link(outcome=outcome, status=status, moved_to=moved_to, checked=TODAY, places=places)

    before = {"https://a.org/": link("ok", 200), "https://b.org/": link("gone", 404),
              "https://c.org/": link("gone", 404), "https://d.org/": link("ok", 200)}  # fmt: skip
    after = {"https://a.org/": link("gone", 404), "https://b.org/": link("gone", 410),
             "https://c.org/": link("ok", 200), "https://d.org/": link("ok", 200),
             "https://e.org/": link("moved", 200, "https://f.org/"),
             "https://new.org/": link("ok", 200)}  # fmt: skip
    text = summary(before, after)
    places = "`docs/a.md:1`, `docs/a.md:2`, `docs/a.md:3` and 2 more"
    assert f"- <https://a.org/> (404): {places}" in text
    assert f"- <https://e.org/> is now <https://f.org/>: {places}" in text
    assert text.index("## Gone") < text.index("## Moved") < text.index("## Answers again")
    assert "https://c.org/" in text
    assert not any(name in text for name in ("b.org", "d.org", "new.org"))
    assert summary(after, after) == ""


def test_an_issue_takes_the_summary_however_much_changed():
    after = {
        f"https://a.org/{'x' * 200}{number}": Link(outcome="gone", status=404, checked=TODAY)
        for number in range(1000)
    }
    text = summary({}, after)
    assert "and 900 more" in text
    assert len(text) < 65536


@pytest.fixture
def standing(server, small):
    """What asks about four preprints and three repositories."""
    catalogue = small.load()
    (key,), (work,) = catalogue.works, catalogue.works.values()
    works, references = {}, {}

    def add(name: str, code: str | None, **facts: object) -> None:
        works[name] = work.model_copy(update={"code": code})
        references[name] = catalogue.references[key].model_copy(update=facts)

    for number in range(1, 5):
        add(f"preprint{number}", None, arxiv=f"2401.0000{number}", container=None)
    add("published", None, arxiv="2401.00005", container="CVPR")
    for name in ("archived", "alive", "unknown"):
        add(name, f"https://github.com/o/{name}")
    services = Services(
        arxiv=f"{server.base}/arxiv", github=f"{server.base}/repos", token="t", pause=0
    )
    return asker(replace(catalogue, works=works, references=references), services)


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("https://arxiv.org/abs/2401.00001", ("published", "Journal of `Tests`\n 1 (2026)")),
        ("https://arxiv.org/abs/2401.00002", ("published", "10.1000/x")),
        ("https://arxiv.org/abs/2401.00003", ("ok", None)),
        ("https://arxiv.org/abs/2401.00004", None),
        ("https://arxiv.org/abs/2401.00005", None),
        ("https://github.com/o/archived", ("archived", None)),
        ("https://github.com/o/alive", ("ok", None)),
        ("https://github.com/o/unknown", None),
        ("https://github.com/o/nobody-asks", None),
    ],
)
def test_preprints_that_were_published_and_archived_repositories_are_told(standing, address, told):
    with PoolManager() as pool:
        assert standing(pool, address) == told


def test_what_was_told_goes_into_the_summary_once_and_holds_until_it_is_taken_back(server):
    told = {"/ok": ("published", "J. `T`\n 1"), "/ok?2": ("archived", None), "/gone": None}

    def standing(_: PoolManager, address: str):
        return told.get(address.removeprefix(server.base))

    first = ask(server, "/ok", "/ok?2", "/missing", standing=standing)
    outcomes = {path: link.outcome for path, link in first.items()}
    assert outcomes == {"/ok": "published", "/ok?2": "archived", "/missing": "gone"}
    text = summary({}, first)
    assert "- </ok> is `J. T 1`: `docs/index.md:1`" in text
    assert "- </ok?2>: `docs/index.md:1`" in text

    told["/ok"] = told["/ok?2"] = None  # nobody answers
    before = {server.base + path: link for path, link in first.items()}
    again = ask(server, "/ok", "/ok?2", "/missing", before=before, standing=standing)
    assert summary(first, again) == ""
    told["/ok?2"] = ("ok", None)
    assert "Answers again" in summary(first, ask(server, "/ok?2", before=before, standing=standing))


def test_what_a_host_says_never_becomes_markup(server):
    link = ask(server, "/hostile")["/hostile"]
    assert link.outcome == "moved"
    assert not set("<> ") & set(link.moved_to)


def test_addresses_are_collected_with_their_places(tmp_path):
    texts = {
        "references.bib": "  url = {https://a.org/x},\n  doi = {10.1000/y},\n"
        "  eprint = {2409.17531},",
        "results.csv": '"Table 1, row 2",https://a.org/x,https://c.org/a_(b),paper',
        "chapter.md": "See <https://a.org/x#part>, [b](https://b.org/y) or https://c.org/a_(b).\n"
        "Not https://example.org/, http://localhost:1/ or https://you.example/.",
    }
    files = []
    for name, text in texts.items():
        files.append(tmp_path / name)
        files[-1].write_text(text, encoding="utf-8")
    assert addresses(tmp_path, files) == {
        "https://a.org/x": ["chapter.md:1", "references.bib:1", "results.csv:1"],
        "https://arxiv.org/abs/2409.17531": ["references.bib:3"],
        "https://b.org/y": ["chapter.md:1"],
        "https://c.org/a_(b)": ["chapter.md:1", "results.csv:1"],
        "https://doi.org/10.1000/y": ["references.bib:2"],
    }


def test_every_address_of_the_catalogue_is_among_them():
    from vgkd_docs import load_catalogue

    catalogue, found = load_catalogue(), addresses()
    wanted = {work.code for work in catalogue.works.values() if work.code}
    wanted |= {source.address for work in catalogue.works.values() for source in work.sources}
    wanted |= {row.source for row in catalogue.results}
    wanted |= {item.evidence for item in catalogue.corrections}
    missing = [address for address in wanted if address.split("#")[0] not in found]
    assert not missing, missing[:5]
    assert any(place.startswith("docs/") for places in found.values() for place in places)


def test_the_command_writes_both_files_and_never_fails(server, tmp_path, monkeypatch, capsys):
    places = {f"{server.base}/gone": ["a.md:1"], f"{server.base}/missing": ["a.md:2"]}
    monkeypatch.setattr("vgkd_docs.links.addresses", lambda: places)
    results, said = tmp_path / "links.json", tmp_path / "links.md"
    command = ["links", "--results", str(results), "--summary", str(said)]
    assert main(command) == 0
    assert "2 addresses: 1 gone, 1 ok" in capsys.readouterr().out
    assert "/missing> (404): `a.md:2`" in said.read_text(encoding="utf-8")
    assert main(command) == 0
    assert said.read_text(encoding="utf-8") == "", "nothing changed since"
    assert len(read_links(results)) == 2
