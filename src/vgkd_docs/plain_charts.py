"""Draws what :mod:`vgkd_docs.figures` asks of Matplotlib where that cannot be had: in a browser.

It answers to those calls of Matplotlib's axes that the book's charts make, and to no others: bars,
lines, markers, boxes, texts, two axes and a legend, as SVG with real text in the page's own colour.
"""

from __future__ import annotations

import html
import math
from collections.abc import Callable, Iterable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from itertools import pairwise
from typing import IO, Any

__all__ = ["Axes", "Canvas", "Rectangle", "rcParamsDefault", "rc_context"]

# the style is this module's own
rc_context = nullcontext
rcParamsDefault: dict[str, object] = {}

POINTS = 72
"""Points in an inch; one point is one unit of the drawing."""

FONT = 10.0
INK = "currentColor"
_DASHES = {"--": "6 3", "-.": "6 3 1 3", ":": "1.5 2.5"}
_NARROW, _WIDE = frozenset("fijlrtI.,:;'|!()[] "), frozenset("mwMW@%")
_PATTERNS = {
    "-": "M0 3H6", "/": "M-1 7L7 -1", "\\": "M-1 -1L7 7", "x": "M-1 7L7 -1M-1 -1L7 7",
    ".": "M2 3a1 1 0 1 0 2 0a1 1 0 1 0 -2 0",
}  # fmt: skip


def _width(text: str, size: float) -> float:
    """About how wide a text is, in points: enough to keep labels inside the picture."""
    ems = (
        0.32 if c in _NARROW else 0.9 if c in _WIDE else 1 if ord(c) > 0x2E80
        else 0.68 if c.isupper() else 0.56
        for c in text
    )  # fmt: skip
    return size * sum(ems)


def _n(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _text(x: float, y: float, text: str, *, size: float = FONT, anchor: str = "start",
          more: str = "") -> str:  # fmt: skip
    return (
        f'<text x="{_n(x)}" y="{_n(y)}" font-size="{_n(size)}" text-anchor="{anchor}"'
        f"{more}>{html.escape(text)}</text>"
    )


def _line(
    points: Iterable[tuple[float, float]], colour: str, width: float, style: str = "-"
) -> str:
    way = " ".join(f"{_n(x)},{_n(y)}" for x, y in points)
    dash = f' stroke-dasharray="{_DASHES[style]}"' if style in _DASHES else ""
    return (
        f'<polyline points="{way}" fill="none" stroke="{colour}" stroke-width="{_n(width)}"{dash}/>'
    )


def _marker(shape: str, x: float, y: float, size: float, colour: str, full: bool) -> str:
    r = size / 2
    look = f'fill="{colour if full else "none"}" stroke="{colour}"'
    if shape == "o":
        return f'<circle cx="{_n(x)}" cy="{_n(y)}" r="{_n(r)}" {look}/>'
    corners, turn, depth = {"s": (4, 45, 1.0), "D": (4, 0, 1.0), "^": (3, -90, 1.0),
                            "v": (3, 90, 1.0), "*": (10, -90, 0.4)}[shape]  # fmt: skip
    ring = []
    for at in range(corners):
        angle = math.radians(turn + 360 * at / corners)
        reach = r * 1.2 * (depth if at % 2 else 1)
        ring.append(f"{_n(x + reach * math.cos(angle))},{_n(y + reach * math.sin(angle))}")
    return f'<polygon points="{" ".join(ring)}" {look}/>'


def _steps(low: float, high: float, most: int = 7) -> list[float]:
    """Round numbers from ``low`` to ``high``."""
    rough = (high - low) / most
    power = 10 ** math.floor(math.log10(rough))
    step = next(power * one for one in (1, 2, 5, 10) if power * one >= rough)
    return [at * step for at in range(math.ceil(low / step), math.floor(high / step) + 1)]


class Rectangle:
    """A box from ``corner``, in data units; ``look`` as Matplotlib's patches name it."""

    def __init__(
        self, corner: tuple[float, float], width: float, height: float, **look: Any
    ) -> None:
        self.corner, self.width, self.height, self.look = corner, width, height, look


@dataclass
class _Artist:
    """One thing to draw once the scales are known, with the address that it leads to."""

    draw: Callable[[], str]
    address: str | None = None

    def set_url(self, address: str) -> None:
        self.address = address

    def svg(self) -> str:
        if not self.address:
            return self.draw()
        return f'<a href="{html.escape(self.address, quote=True)}">{self.draw()}</a>'


@dataclass
class _Spine:
    visible: bool = True

    def set_visible(self, visible: bool) -> None:
        self.visible = visible


@dataclass
class _Scale:
    """One axis: from data to points."""

    values: list[float] = field(default_factory=list)  # what it has to hold
    firm: bool = False  # bars stand on their axis, so no margin before zero
    low: float | None = None
    high: float | None = None
    log: bool = False
    inverted: bool = False
    label: str = ""
    ticks: list[float] | None = None
    names: list[str] | None = None
    limits: tuple[float, float] = (0.0, 1.0)
    start: float = 0.0  # in points
    end: float = 1.0

    def settle(self) -> None:
        """Fix where the axis begins and ends, once all that it holds is known."""
        least, most = min(self.values, default=0.0), max(self.values, default=1.0)
        if self.log:
            least, most = math.log10(least), math.log10(most)
        margin = 0.05 * ((most - least) or 1.0)
        low = least if self.firm and least == 0 else least - margin
        high = most + margin
        if self.log:
            low, high = 10**low, 10**high
        low = low if self.low is None else self.low
        high = high if self.high is None else self.high
        self.limits = (high, low) if self.inverted else (low, high)

    def at(self, value: float) -> float:
        """Where a value lies, in points."""
        low, high = self.limits
        if self.log:
            low, high, value = math.log10(low), math.log10(high), math.log10(max(value, low))
        return self.start + (value - low) / (high - low) * (self.end - self.start)

    def marks(self) -> list[tuple[float, str]]:
        """Each tick with its text."""
        if self.ticks is not None:
            names = self.names or [f"{tick:g}" for tick in self.ticks]
            return list(zip(self.ticks, names, strict=True))
        low, high = sorted(self.limits)
        if self.log:
            powers = range(math.ceil(math.log10(low)), math.floor(math.log10(high)) + 1)
            return [(10.0**power, f"{10.0**power:,.0f}") for power in powers]
        return [(tick, f"{tick:,.10g}") for tick in _steps(low, high)]


def _many(values: Any) -> list[float]:
    return [float(v) for v in values] if isinstance(values, Iterable) else [float(values)]


class Axes:
    """Two scales and what is drawn between them."""

    def __init__(self) -> None:
        self.x, self.y = _Scale(), _Scale()
        self.spines = {"left": _Spine(), "bottom": _Spine()}
        self.artists: list[_Artist] = []
        self.keys: list[tuple[str, Callable[[float, float], str]]] = []
        self.hatches: dict[str, str] = {}
        self.key_place: dict[str, Any] | None = None
        self.turned = 0.0
        self.tick = 3.5
        self.equal = False

    # what is drawn

    def _add(self, draw: Callable[[], str]) -> _Artist:
        self.artists.append(_Artist(draw))
        return self.artists[-1]

    def _box(self, x: float, y: float, right: float, bottom: float, look: dict[str, Any]) -> str:
        left, top, wide, high = min(x, right), min(y, bottom), abs(right - x), abs(bottom - y)
        place = f'x="{_n(left)}" y="{_n(top)}" width="{_n(wide)}" height="{_n(high)}"'
        edge, style = look.get("edgecolor", "none"), look.get("linestyle", "-")
        dash = f' stroke-dasharray="{_DASHES[style]}"' if style in _DASHES else ""
        stroke = f'stroke="{edge}" stroke-width="{_n(look.get("linewidth", 1))}"{dash}'
        shown = f'<rect {place} fill="{look.get("facecolor", "none")}" {stroke}/>'
        if hatch := str(look.get("hatch") or "")[:1]:
            name = self.hatches.setdefault(hatch, f"hatch{len(self.hatches) + 1}")
            shown += f'<rect {place} fill="url(#{name})"/>'
        return shown

    def _key(self, label: str | None, look: dict[str, Any]) -> None:
        if label:
            self.keys.append((label, lambda x, y: self._box(x, y - 7, x + 18, y, look)))

    def _bar(self, left: float, low: float, right: float, high: float,
             look: dict[str, Any]) -> None:  # fmt: skip
        self._add(lambda: self._box(self.x.at(left), self.y.at(low), self.x.at(right),
                                    self.y.at(high), look))  # fmt: skip

    def bar(self, x: Sequence[float], heights: Sequence[float], *, bottom: Sequence[float],
            width: float, color: str, hatch: str = "",
            label: str | None = None) -> None:  # fmt: skip
        """Standing bars, each on its ``bottom``."""
        look = {"facecolor": color, "hatch": hatch}
        self._key(label, look)
        self.y.firm = True
        for at, height, base in zip(x, heights, bottom, strict=True):
            self.x.values += [at - width / 2, at + width / 2]
            self.y.values += [base, base + height]
            if height:
                self._bar(at - width / 2, base, at + width / 2, base + height, look)

    def barh(self, names: Sequence[str], widths: Sequence[float], *, color: str, height: float,
             left: Sequence[float] | None = None, hatch: str = "",
             label: str | None = None) -> None:  # fmt: skip
        """Lying bars, one for each name, from the first downwards in the order of the axis."""
        look = {"facecolor": color, "hatch": hatch}
        self._key(label, look)
        self.x.firm = True
        self.set_yticks(range(len(names)), names)
        for at, (wide, base) in enumerate(zip(widths, left or [0.0] * len(names), strict=True)):
            self.x.values += [base, base + wide]
            self.y.values += [at - height / 2, at + height / 2]
            if wide:
                self._bar(base, at - height / 2, base + wide, at + height / 2, look)

    def plot(self, x: Any, y: Any, form: str = "-", *, color: str, label: str | None = None,
             linewidth: float = 1.5, linestyle: str | None = None, markersize: float = 6,
             fillstyle: str = "full", drawstyle: str = "") -> tuple[_Artist]:  # fmt: skip
        """A line, markers or both, as ``form`` says: ``"o"``, ``"--"``, ``"o-"``."""
        xs, ys = _many(x), _many(y)
        shape = form[:1] if form[:1] in "os^Dv*" else ""
        style = linestyle or form.removeprefix(shape)
        full = fillstyle == "full"
        colour = INK if color == "#010203" else color  # the ink of vgkd_docs.figures
        self.x.values += xs
        self.y.values += ys

        def way() -> list[tuple[float, float]]:
            points = [(self.x.at(a), self.y.at(b)) for a, b in zip(xs, ys, strict=True)]
            if not drawstyle:
                return points
            bent = points[:1]
            for (a, b), (c, d) in pairwise(points):
                bent += [(c, b) if drawstyle == "steps-post" else (a, d), (c, d)]
            return bent

        def draw() -> str:
            line = _line(way(), colour, linewidth, style) if style and len(xs) > 1 else ""
            places = zip(xs, ys, strict=True) if shape else ()
            return line + "".join(
                _marker(shape, self.x.at(a), self.y.at(b), markersize, colour, full)
                for a, b in places
            )

        def key(x: float, y: float) -> str:
            line = _line([(x, y - 3.5), (x + 18, y - 3.5)], colour, linewidth, style)
            mark = _marker(shape, x + 9, y - 3.5, markersize, colour, full) if shape else ""
            return (line if style else "") + mark

        if label:
            self.keys.append((label, key))
        return (self._add(draw),)

    def scatter(self, x: float, y: float, *, s: float, color: str, alpha: float) -> None:
        """One disc of ``s`` square points."""
        self.x.values.append(x)
        self.y.values.append(y)
        self._add(lambda: f'<g opacity="{alpha}">' + _marker(
            "o", self.x.at(x), self.y.at(y), 2 * math.sqrt(s / math.pi), color, True)
            + "</g>")  # fmt: skip

    def text(self, x: float, y: float, text: str, *, ha: str = "left", va: str = "baseline",
             fontsize: float = FONT, alpha: float = 1) -> None:  # fmt: skip
        """A text at a place of the data."""
        blank = 0.3 * fontsize if text.startswith(" ") else 0.0  # SVG drops leading blanks
        self.annotate(
            text.strip(), (x, y), (blank, 0), fontsize=fontsize, ha=ha, va=va, alpha=alpha
        )

    def annotate(self, text: str, place: tuple[float, float], xytext: tuple[float, float], *,
                 textcoords: str = "offset points", fontsize: float = FONT, ha: str = "left",
                 va: str = "baseline", alpha: float = 1) -> _Artist:  # fmt: skip
        """A text beside a place of the data, ``xytext`` points away from it."""
        right, up = xytext
        anchor = "middle" if ha == "center" else "start"
        drop = 0.35 * fontsize if va == "center" else 0.0
        more = f' opacity="{alpha}"' if alpha != 1 else ""
        return self._add(
            lambda: _text(self.x.at(place[0]) + right, self.y.at(place[1]) - up + drop, text,
                          size=fontsize, anchor=anchor, more=more)
        )  # fmt: skip

    def axvline(self, x: float, *, color: str, linestyle: str, linewidth: float) -> None:
        """A line from the bottom to the top."""
        self._add(lambda: _line([(self.x.at(x), self.y.start), (self.x.at(x), self.y.end)], color,
                                linewidth, linestyle))  # fmt: skip

    def add_patch(self, patch: Rectangle) -> None:
        """A box."""
        (x, y), look = patch.corner, patch.look
        self._key(look.get("label"), look)
        self.x.values += [x, x + patch.width]
        self.y.values += [y, y + patch.height]
        self._add(lambda: self._box(self.x.at(x), self.y.at(y), self.x.at(x + patch.width),
                                    self.y.at(y + patch.height), look))  # fmt: skip

    # how the axes are

    def set_xlim(self, low: float | None, high: float | None) -> None:
        self.x.low, self.x.high = low, high

    def set_ylim(self, low: float | None, high: float | None) -> None:
        self.y.low, self.y.high = low, high

    def set_xscale(self, kind: str) -> None:
        self.x.log = kind == "log"

    def set_xlabel(self, text: str) -> None:
        self.x.label = text

    def set_ylabel(self, text: str) -> None:
        self.y.label = text

    def set_xticks(self, ticks: Iterable[float], labels: Iterable[str] | None = None, *,
                   rotation: float = 0, ha: str = "center") -> None:  # fmt: skip
        self.x.ticks, self.turned = list(ticks), rotation
        self.x.names = list(labels) if labels is not None else None

    def set_yticks(self, ticks: Iterable[float], labels: Iterable[str] | None = None) -> None:
        self.y.ticks = list(ticks)
        self.y.names = list(labels) if labels is not None else None

    def invert_yaxis(self) -> None:
        self.y.inverted = not self.y.inverted

    def set_aspect(self, aspect: str) -> None:
        self.equal = aspect == "equal"

    def tick_params(self, *, length: float) -> None:
        self.tick = length

    def legend(self, *, loc: str, bbox_to_anchor: tuple[float, float] | None = None,
               ncols: int = 1, fontsize: float = FONT) -> None:  # fmt: skip
        """Inside the axes at ``loc``, or below them if it is anchored below zero."""
        self.key_place = {"loc": loc, "below": bbox_to_anchor is not None, "ncols": ncols,
                          "size": fontsize}  # fmt: skip

    # what comes of it

    def _axis_x(self) -> list[str]:
        base, shown = self.y.start, []
        for value, name in self.x.marks():
            x = self.x.at(value)
            if not min(self.x.start, self.x.end) - 1 <= x <= max(self.x.start, self.x.end) + 1:
                continue
            if self.tick:
                shown.append(_line([(x, base), (x, base + self.tick)], INK, 0.8))
            y = base + self.tick + 11
            turn = f' transform="rotate({-self.turned:g} {_n(x)} {_n(y)})"' if self.turned else ""
            shown.append(_text(x, y, name, anchor="end" if self.turned else "middle", more=turn))
        if self.spines["bottom"].visible:
            shown.append(_line([(self.x.start, base), (self.x.end, base)], INK, 0.8))
        return shown

    def _axis_y(self) -> list[str]:
        left, shown = self.x.start, []
        for value, name in self.y.marks():
            y = self.y.at(value)
            if not min(self.y.start, self.y.end) - 1 <= y <= max(self.y.start, self.y.end) + 1:
                continue
            if self.tick:
                shown.append(_line([(left - self.tick, y), (left, y)], INK, 0.8))
            shown.append(_text(left - self.tick - 3, y + 3.5, name, anchor="end"))
        if self.spines["left"].visible:
            shown.append(_line([(left, self.y.start), (left, self.y.end)], INK, 0.8))
        return shown

    def _key_size(self) -> tuple[float, float, float]:
        """Width of a column, whole width and height of the legend."""
        if not self.keys or self.key_place is None:
            return 0.0, 0.0, 0.0
        size, columns = self.key_place["size"], self.key_place["ncols"]
        column = 30 + max(_width(label, size) for label, _ in self.keys)
        return column, column * columns, 1.5 * size * math.ceil(len(self.keys) / columns)

    def _legend(self, left: float, top: float) -> list[str]:
        column, _, _ = self._key_size()
        size, columns = self.key_place["size"], self.key_place["ncols"]  # type: ignore[index]
        lines = math.ceil(len(self.keys) / columns)
        shown = []
        for at, (label, mark) in enumerate(self.keys):
            x, y = left + column * (at // lines), top + 1.5 * size * (at % lines) + size
            shown += [mark(x, y), _text(x + 24, y, label, size=size)]
        return shown

    def svg(self, wide: float, high: float) -> str:
        """The drawing of about ``wide`` by ``high`` points, labels included."""
        self.x.settle()
        self.y.settle()
        names = [_width(name, FONT) for _, name in self.y.marks()]
        left = self.tick + 6 + max(names, default=0.0) + (16 if self.y.label else 0)
        below_names = [_width(name, FONT) for _, name in self.x.marks()]
        lowest, last = max(below_names, default=0.0), (below_names or [0.0])[-1]
        drop = lowest * math.sin(math.radians(self.turned)) if self.turned else 0.0
        below = self.tick + 16 + drop + (16 if self.x.label else 0)
        self.x.start, self.x.end = left, max(wide - max(12, last / 2), left + 100)
        self.y.start, self.y.end = high - below, 8.0
        if self.equal:
            (x0, x1), (y0, y1) = self.x.limits, self.y.limits
            ratio = min(abs((self.x.end - self.x.start) / (x1 - x0)),
                        abs((self.y.end - self.y.start) / (y1 - y0)))  # fmt: skip
            self.x.end = self.x.start + ratio * abs(x1 - x0)
            self.y.end = self.y.start - ratio * abs(y1 - y0)
        shown = [*(artist.svg() for artist in self.artists), *self._axis_x(), *self._axis_y()]
        middle = (self.x.start + self.x.end) / 2
        if self.x.label:
            shown.append(_text(middle, self.y.start + below - 4, self.x.label, anchor="middle"))
        if self.y.label:
            y = (self.y.start + self.y.end) / 2
            turn = f' transform="rotate(-90 11 {_n(y)})"'
            shown.append(_text(11, y, self.y.label, anchor="middle", more=turn))
        _, key_wide, key_high = self._key_size()
        if key_high and self.key_place is not None:
            loc = self.key_place["loc"]
            if self.key_place["below"]:
                shown += self._legend(max(4, middle - key_wide / 2), high + 4)
                high += key_high + 8
                wide = max(wide, middle + key_wide / 2, key_wide + 8)
            else:
                at = self.x.start + 8 if "left" in loc else self.x.end - key_wide
                shown += self._legend(
                    at, self.y.end if "upper" in loc else self.y.start - key_high - 4
                )
        patterns = [
            f'<pattern id="{name}" width="6" height="6" patternUnits="userSpaceOnUse">'
            f'<path d="{_PATTERNS[kind]}" fill="{INK if kind == "." else "none"}" stroke="{INK}" '
            f'stroke-width="{"0" if kind == "." else "0.6"}"/></pattern>'
            for kind, name in self.hatches.items()
        ]
        top = self.y.end - 8
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{_n(wide)}pt" height="{_n(high)}pt" '
            f'viewBox="0 {_n(top)} {_n(wide)} {_n(high - top)}" font-family="sans-serif" '
            f'fill="{INK}"><defs>{"".join(patterns)}</defs>{"".join(shown)}</svg>\n'
        )


class Canvas:
    """A sheet of ``figsize`` inches with one pair of axes."""

    def __init__(self, figsize: tuple[float, float]) -> None:
        self.size = figsize
        self.axes = Axes()

    def add_subplot(self) -> Axes:
        return self.axes

    def savefig(self, file: IO[str], **_: object) -> None:
        """Write the drawing to ``file``; options that only Matplotlib knows are not needed."""
        wide, high = self.size
        file.write(self.axes.svg(wide * POINTS, high * POINTS))
