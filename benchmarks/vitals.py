"""The web vitals of a page, from what the browser's own observers saw."""

from __future__ import annotations

from collections.abc import Sequence

OBSERVE = """{
const seen = {lcp: 0, element: "", shifts: [], tasks: []};
const watch = (type, each) => new PerformanceObserver((list) => list.getEntries().forEach(each))
  .observe({type, buffered: true});
watch("largest-contentful-paint", (entry) => {
  seen.lcp = entry.startTime;
  seen.element = entry.element?.outerHTML.slice(0, 80) ?? "";
});
watch("layout-shift", (entry) => {
  const moved = (source) => source.node?.parentElement?.outerHTML.slice(0, 120) ?? "";
  if (!entry.hadRecentInput) {
    seen.shifts.push([entry.startTime, entry.value, entry.sources.map(moved)]);
  }
});
watch("longtask", (entry) => seen.tasks.push([entry.startTime, entry.duration]));
window.vitals = () => ({
  fcp: performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? 0,
  ...seen,
});
}"""
"""Run before a page's own scripts: ``vitals()`` then tells times in ms since the navigation."""


def layout_shift(shifts: Sequence[Sequence[float]]) -> float:
    """CLS: the worst burst of shifts, each less than 1 s after the last, 5 s in all at most.

    ``shifts`` are (start in ms, score), in order.
    """
    worst = burst = first = last = 0.0
    for start, score, *_ in shifts:
        if not burst or start - last >= 1000 or start - first >= 5000:
            burst, first = 0.0, start
        burst, last = burst + score, start
        worst = max(worst, burst)
    return worst


def blocking(tasks: Sequence[Sequence[float]], paint: float) -> float:
    """TBT in ms: what tasks took beyond 50 ms each, after the first contentful paint at ``paint``.

    ``tasks`` are (start, duration) in ms. A task that the paint divides counts from there.
    """
    after = [start + duration - max(start, paint) for start, duration in tasks]
    return sum(max(0.0, duration - 50) for duration in after)
