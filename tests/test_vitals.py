"""What the benchmark of pages makes of what the browser saw."""

import pytest

from vitals import OBSERVE, blocking, layout_shift


def test_only_what_a_task_takes_beyond_50_ms_blocks_and_only_after_the_paint():
    assert blocking([], 100) == 0
    assert blocking([(200, 50), (300, 80)], 100) == 30
    assert blocking([(0, 90)], 100) == 0, "before the paint nobody can be kept waiting"
    assert blocking([(40, 200)], 100) == 90, "a task that the paint divides counts from there"


def test_layout_shift_is_the_worst_burst_not_the_sum():
    assert layout_shift([]) == 0
    assert layout_shift([(0, 0.1), (900, 0.2)]) == pytest.approx(0.3)
    assert layout_shift([(0, 0.1), (1000, 0.2)]) == pytest.approx(0.2), "a second's rest ends it"
    close = [(900 * at, 0.1) for at in range(7)]
    assert layout_shift(close) == pytest.approx(0.6), "a burst lasts five seconds at most"


def test_a_browser_tells_what_a_page_does_to_its_reader(browser):
    page = browser.new_page()
    page.add_init_script(OBSERVE)
    page.goto("data:text/html,<title>t</title><div id=a></div><p>words that are painted</p>")
    seen = page.evaluate(
        """async () => {
        const end = performance.now() + 20000;
        const frame = () => new Promise((done, fail) =>
          performance.now() < end ? requestAnimationFrame(() => setTimeout(done)) : fail(vitals()));
        while (!vitals().fcp || !vitals().lcp) await frame();
        document.getElementById("a").style.height = "200px";
        await frame();  // what the test itself asks for is no task of the page
        const until = performance.now() + 120;
        while (performance.now() < until);
        while (!vitals().shifts.length || !vitals().tasks.length) await frame();
        return vitals(); }"""
    )
    page.close()
    assert seen["lcp"] >= seen["fcp"] > 0 and seen["element"].startswith("<p>")
    assert layout_shift(seen["shifts"]) > 0.005
    assert blocking(seen["tasks"], seen["fcp"]) >= 60
