"""A strict content security policy on every page, and pages that live within it."""

import re

import pytest

from axe import opened
from conftest import wait_until
from vgkd_docs.sphinxext.policy import POLICY, offence

LISTEN = """window.broken = [];
addEventListener("securitypolicyviolation", (event) => broken.push(
    `${event.violatedDirective} ${event.blockedURI} ${event.sample}`));"""
PAGES = ("index.html", "lightweighting/distillation-primer.html", "evidence/explorer.html",
         "evidence/accuracy-and-cost.html", "notebooks/lab-metrics.html",
         "search.html")  # fmt: skip


def test_every_page_carries_the_policy_before_anything_it_rules(site):
    for path in site.rglob("*.html"):
        if {"_static", "lite"} & set(path.relative_to(site).parts):
            continue
        head = path.read_text(encoding="utf-8").partition("</head>")[0]
        meta = f'<meta http-equiv="Content-Security-Policy" content="{POLICY}" />'
        assert meta in head, path
        assert not re.search(r"<(script|link|style|noscript)\b", head.partition(meta)[0]), path


def test_no_page_holds_a_script_a_style_sheet_or_a_handler(site):
    for path in site.rglob("*.html"):
        if {"_static", "lite"} & set(path.relative_to(site).parts):
            continue
        text = path.read_text(encoding="utf-8")
        inline = re.findall(r"<script(?![^>]*\bsrc=)[^>]*>", text)
        assert all('type="application/' in tag for tag in inline), (path, inline)
        assert not re.search(r"<style\b|<[a-z][^<>]*\son[a-z]+=\"", text), path


def test_the_policy_lets_only_the_book_in():
    rules = dict(rule.split(" ", 1) for rule in POLICY.split("; "))
    assert rules["default-src"] == "'none'"
    assert rules["script-src"] == "'self' 'wasm-unsafe-eval'"
    for source in " ".join(rules.values()).split():
        assert source in ("'none'", "'self'", "'wasm-unsafe-eval'", "data:", "'unsafe-inline'")
    assert [name for name, rule in rules.items() if "unsafe-inline" in rule] == ["style-src-attr"]


@pytest.mark.parametrize("page", PAGES)
def test_a_page_keeps_to_the_policy(browser, address, page):
    tab = opened(browser, "about:blank")
    tab.add_init_script(LISTEN)
    tab.goto(f"{address}/{page}", wait_until="networkidle")
    for summary in tab.locator(".article-header-buttons summary, .cite-page summary").all():
        summary.click()
    assert tab.evaluate("broken") == []
    tab.context.close()


def test_what_is_slipped_into_a_page_does_not_run_and_loads_nothing(browser, address):
    tab = opened(browser, "about:blank")
    tab.add_init_script(LISTEN)
    asked = []
    tab.on("requestfinished", lambda request: asked.append(request.url))
    tab.goto(f"{address}/index.html", wait_until="networkidle")
    tab.evaluate("""() => {
        const script = document.createElement("script");
        script.textContent = "window.ran = true";
        const image = new Image();
        image.src = "https://example.org/a.png";
        const button = document.createElement("div");
        button.innerHTML = '<button onclick="window.ran = true">x</button>';
        const remote = document.createElement("script");
        remote.src = "https://example.org/a.js";
        document.body.append(script, image, button, remote);
        button.firstChild.click();
        fetch("https://example.org/").catch(() => {});
    }""")
    wait_until(tab, "window.broken.length >= 5")
    assert tab.evaluate("window.ran") is None
    kinds = {line.split()[0] for line in tab.evaluate("broken")}
    assert kinds >= {"script-src-elem", "script-src-attr", "img-src", "connect-src"}
    assert all(url.startswith((address, "data:")) for url in asked), asked
    tab.context.close()


def test_pages_work_from_a_folder_too(browser, site):
    tab = opened(browser, "about:blank")
    errors = []
    tab.on("console", lambda message: errors.append(message.text) if message.type == "error" else 0)
    tab.goto((site / "foundations" / "metrics.html").as_uri(), wait_until="load")
    assert tab.evaluate("document.documentElement.dataset.theme") == "light", "scripts run"
    assert tab.evaluate("getComputedStyle(document.querySelector('math')).fontSize"), "styles hold"
    assert errors == []
    tab.context.close()


@pytest.mark.parametrize("body", [
    "<p>x</p><script>alert(1)</script>", '<script type="module">import "./a.js"</script>',
    '<svg><style type="text/css">* {fill: red}</style></svg>', '<a href="#" onclick="go()">x</a>',
])  # fmt: skip
def test_what_the_policy_would_block_is_named_when_the_book_is_built(body):
    assert offence(body)


@pytest.mark.parametrize("body", [
    '<script src="../_static/a.js" defer></script>', '<script type="application/json">{}</script>',
    '<p style="width: 3em">x</p>', "<code>&lt;script&gt;</code> on and on = x",
])  # fmt: skip
def test_what_the_policy_lets_through_is_left_alone(body):
    assert offence(body) is None
