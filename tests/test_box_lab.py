"""The box lab: numbers without JavaScript; by mouse, finger and keyboard with it, under a CSP."""

import http.server
import re
import subprocess
import sys
import threading

import pytest
from bs4 import BeautifulSoup

from conftest import ROOT
from vgkd_docs.metrics import Box, giou, iou
from vgkd_docs.sphinxext.box_lab import scene, worked_out

TRUE = Box(0, 0, 100, 100)


def test_the_numbers_are_worked_out_without_javascript():
    page = BeautifulSoup(scene(TRUE, Box(50, 0, 150, 100)), "lxml")
    assert page.svg["role"] == "img" and "cup" in page.svg["aria-label"]
    assert "Shared 5000; together 10000 + 10000 − 5000 = 15000" in page.p.get_text()
    assert page.select_one("[data-score=iou]").get_text() == "0.33"
    assert page.select_one("[data-score=hit]").get_text().startswith("no")
    assert worked_out(TRUE, Box(0, 0, 50, 100))["hit"].startswith("yes"), "0.5 itself counts"


def test_a_box_that_takes_in_the_saucer_passes_as_the_notebook_says():
    cup, saucer = Box(190, 92, 290, 192), Box(166, 191, 310, 199)
    page = BeautifulSoup(scene(), "lxml")
    drawn = page.select_one("[data-part=true]")
    assert [drawn[name] for name in ("x", "y", "width", "height")] == ["190", "92", "100", "100"]
    assert "M166 191H310L296 199" in page.path["d"]
    assert worked_out(cup, cup.hull(saucer))["hit"].startswith("yes")


def test_the_directive_puts_it_on_a_page_with_its_script(tmp_path):
    (tmp_path / "conf.py").write_text(
        "extensions = ['myst_parser', 'vgkd_docs.sphinxext.box_lab']\n", encoding="utf-8"
    )
    (tmp_path / "index.md").write_text("# Home\n\n```{toctree}\nlab/page\n```\n", encoding="utf-8")
    (tmp_path / "lab").mkdir()
    (tmp_path / "lab/page.md").write_text(
        "# Lab\n\n```{box-lab}\nHow to *use* it.\n```\n", encoding="utf-8"
    )
    command = [sys.executable, "-m", "sphinx", "-qW", "-b", "html", tmp_path, tmp_path / "out"]
    subprocess.run(command, check=True)
    page = BeautifulSoup((tmp_path / "out/lab/page.html").read_text(encoding="utf-8"), "lxml")
    assert page.find("em", string="use")
    assert page.select_one(".box-lab svg")
    assert page.find("script", src="../_static/box-lab.js")


POLICY = "default-src 'none'; script-src 'self'; img-src 'self' data:"


class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        script = self.path.endswith(".js")
        body = (
            (ROOT / "docs/_static/box-lab.js").read_bytes()
            if script
            else (
                "<!doctype html><html lang=en><title>Lab</title>" + scene() + 200 * "<br>"
                + '<script src="/box-lab.js" defer></script></html>'
            ).encode()
        )  # fmt: skip
        self.send_response(200)
        self.send_header(
            "Content-Type", "text/javascript" if script else "text/html; charset=utf-8"
        )
        self.send_header("Content-Security-Policy", POLICY)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@pytest.fixture
def lab(browser):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Page)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    context = browser.new_context(viewport={"width": 800, "height": 900}, has_touch=True)
    page = context.new_page()
    said = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(f"http://127.0.0.1:{server.server_port}/")
    page.wait_for_selector("[data-part=box][tabindex]")
    yield page
    context.close()
    server.shutdown()
    server.server_close()
    assert not [text for text in said if "favicon" not in text], said


def box(page, part="box"):
    values = [
        float(page.get_attribute(f"[data-part={part}]", name))
        for name in ("x", "y", "width", "height")
    ]
    return Box(values[0], values[1], values[0] + values[2], values[1] + values[3])


def shown(page, name):
    return page.text_content(f"[data-score={name}]")


def agrees(page):
    one, true = box(page), box(page, "true")
    assert shown(page, "iou") == f"{iou(one, true):.2f}"
    assert shown(page, "giou") == f"{giou(one, true):.2f}"
    assert shown(page, "hit").startswith("yes" if iou(one, true) >= 0.5 else "no")
    assert shown(page, "sum") == worked_out(true, one)["sum"]


def test_the_arrow_keys_move_and_resize(lab):
    start = box(lab)
    assert lab.get_attribute("svg", "role") == "group", "an image would hide what can be seized"
    lab.focus("[data-part=box]")
    lab.keyboard.press("ArrowLeft")
    lab.keyboard.press("Shift+ArrowUp")
    assert box(lab) == start.shifted(right=-10, down=-1)
    agrees(lab)
    lab.keyboard.press("Tab")
    lab.keyboard.press("ArrowRight")
    lab.keyboard.press("ArrowDown")
    assert box(lab) == Box(start.left - 10, start.top - 1, start.right, start.bottom + 9)
    agrees(lab)
    assert lab.evaluate("document.activeElement.getAttribute('aria-label')").startswith("Resize")


def test_the_mouse_drags_to_a_hit_and_never_out_of_the_scene(lab):
    assert shown(lab, "hit").startswith("no")
    target = lab.locator("[data-part=box]").bounding_box()
    scale = lab.evaluate("document.querySelector('svg').getScreenCTM().a")
    x, y = target["x"] + 20, target["y"] + 20
    lab.mouse.move(x, y)
    lab.mouse.down()
    lab.mouse.move(x - 30 * scale, y - 14 * scale, steps=7)
    assert box(lab) == Box(190, 96, 310, 196)
    assert shown(lab, "hit").startswith("yes")
    agrees(lab)
    lab.mouse.move(x - 3000, y + 3000)
    lab.mouse.up()
    lab.hover("[data-part=box]")  # let go: it stays
    lab.mouse.move(target["x"], target["y"], steps=5)
    assert box(lab) == Box(0, 160, 120, 260)
    agrees(lab)


def test_a_finger_drags_the_corner(lab):
    start = box(lab)
    corner = lab.locator("[data-part=corner]").bounding_box()
    scale = lab.evaluate("document.querySelector('svg').getScreenCTM().a")
    x, y = corner["x"] + corner["width"] / 2, corner["y"] + corner["height"] / 2
    session = lab.context.new_cdp_session(lab)

    def touch(kind, *points):
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": list(points)})

    touch("touchStart", {"x": x, "y": y})
    for part in range(1, 11):
        touch("touchMove", {"x": x - 4 * part * scale, "y": y - 2 * part * scale})
    touch("touchEnd")
    # the browser hands moves on with its frames
    lab.wait_for_selector("[data-part=box][width='80']", timeout=10_000)
    assert box(lab) == Box(start.left, start.top, start.right - 40, start.bottom - 20)
    assert lab.evaluate("scrollY") == 0
    agrees(lab)


def test_a_box_keeps_a_side_that_can_be_seized(lab):
    lab.focus("[data-part=corner]")
    for _ in range(40):
        lab.keyboard.press("ArrowLeft")
    small = box(lab)
    assert small.right - small.left == 24
    agrees(lab)


def test_the_page_needs_no_style_and_no_script_inside_it():
    assert not re.search(r"style=|<style|\son\w+=|<script", scene())
