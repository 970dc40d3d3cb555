"""Charts are sent small, and look as matplotlib draws them."""

import io
import re

import matplotlib as mpl
import pytest
from matplotlib.figure import Figure
from PIL import Image, ImageChops

from vgkd_docs import figures
from vgkd_docs.svg import compact


@pytest.fixture(scope="module")
def drawn() -> str:
    """Bars with a hatch, points that are cut off, links, a dashed line and a logarithmic axis."""
    with mpl.rc_context(figures._STYLE):
        canvas = Figure(figsize=(6, 3))
        axes = canvas.add_subplot()
        axes.bar([1, 2, 40], [3, 0, 2.5], color=figures.PALETTE[:3], hatch="///", label="bars")
        for x in (1.5, 3, 10):
            (mark,) = axes.plot(x, x / 4, "o", fillstyle="none", color=figures.PALETTE[3])
            mark.set_url("../works/one.html")
        axes.plot([1, 10, 100], [0, 2, 3], "--", drawstyle="steps-post")
        axes.set_xscale("log")
        axes.text(2, 2.75, "87.0712 % & more")
        axes.set_ylim(0, 3)
        buffer = io.StringIO()
        canvas.savefig(buffer, format="svg", metadata=dict.fromkeys(("Date", "Creator")))
    return buffer.getvalue()[buffer.getvalue().index("<svg ") :]


def test_a_chart_keeps_its_look(drawn, browser):
    page = browser.new_page(viewport={"width": 600, "height": 320}, device_scale_factor=2)
    shots = []
    for text in (drawn, compact(drawn)):
        page.set_content(f"<body style='margin:0'>{text}</body>")
        shots.append(Image.open(io.BytesIO(page.screenshot())).convert("L"))
    page.close()
    differ = ImageChops.difference(*shots).histogram()
    assert sum(shots[0].histogram()[:200]) > 5000, "something is drawn"
    assert sum(differ[60:]) < 100, "a letter may sit a hundredth further on; a ring is more pixels"


def test_a_chart_is_a_good_deal_smaller(drawn):
    small = compact(drawn)
    assert len(small) < 0.7 * len(drawn)
    assert small.count("<") < 0.65 * drawn.count("<")
    assert not re.search(r' (?:d|x|y|transform)="[^"]*\.\d{3}', small), "digits nobody can see"


def test_a_chart_keeps_its_words_links_and_references(drawn):
    small = compact(drawn)
    assert "87.0712 % &amp; more" in small, "a number in a text is left alone"
    assert small.count('href="../works/one.html"') == 3
    named = set(re.findall(r'(?:url\(|href=")#([^")]+)', small))
    assert named == set(re.findall(r'\bid="([^"]+)"', small)), (
        "each id is named, each name is there"
    )


def test_the_timeline_stays_light(small):
    many = figures.timeline(small.load())
    assert len(many.svg) < 40_000, "a hatch of dots alone took 150,000 characters"
