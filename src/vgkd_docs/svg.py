"""Makes matplotlib's SVG small: the same picture in fewer characters and elements."""

from __future__ import annotations

import re
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

__all__ = ["compact"]

_SVG = "http://www.w3.org/2000/svg"
_GROUP, _PATH = f"{{{_SVG}}}g", f"{{{_SVG}}}path"
_MEASURES = ("d", "x", "y", "width", "height", "transform", "viewBox")
_NAMED = re.compile(r'(?:url\(|href=")#([\w.-]+)')
_NAME = re.compile(r'((?:url\(#|href="#|\bid="))([\w.-]+)')
_FRACTION = re.compile(r"-?\d+\.\d+(?:e-?\d+)?")

ElementTree.register_namespace("", _SVG)
ElementTree.register_namespace("xlink", "http://www.w3.org/1999/xlink")


def _rounded(match: re.Match[str]) -> str:
    # nobody sees a hundredth of a point; adding zero turns -0 into 0
    return f"{round(float(match[0]), 2) + 0.0:g}"


def _measure(name: str, value: str) -> str:
    """An attribute's numbers rounded; a path also loses the spaces around its letters."""
    short = " ".join(_FRACTION.sub(_rounded, value).split())
    return re.sub(r" ?([A-Za-z]) ?", r"\1", short) if name == "d" else short


def _clip(node: Element) -> str | None:
    """What a group that does nothing else cuts off."""
    return node.get("clip-path") if node.tag == _GROUP and len(node.attrib) == 1 else None


def _simple(node: Element, used: set[str]) -> list[Element]:
    """What draws the same as ``node``: itself, its children, or nothing."""
    children: list[Element] = []
    for child in [one for inner in node for one in _simple(inner, used)]:
        # neighbours that are clipped alike share one group
        if children and _clip(child) and _clip(child) == _clip(children[-1]):
            children[-1].extend(child)
        else:
            children.append(child)
    node[:] = children
    if node.get("id") not in used:
        node.attrib.pop("id", None)
    for name in _MEASURES:
        if name in node.attrib:
            node.set(name, _measure(name, node.attrib[name]))
    node.text = node.text if (node.text or "").strip() else None
    node.tail = node.tail if (node.tail or "").strip() else None
    if node.tag == _GROUP and not node.attrib:
        return children
    # matplotlib paints its transparent ground with nothing
    return [] if node.tag == _PATH and node.get("style") == "fill: none" else [node]


def compact(svg: str) -> str:
    """The drawing without comments, idle ids and groups, long numbers and long ids.

    Raises:
        xml.etree.ElementTree.ParseError: when ``svg`` is not well-formed.

    """
    root = ElementTree.fromstring(svg)
    _simple(root, set(_NAMED.findall(svg)))
    short = {old: f"{at:x}" for at, old in enumerate(dict.fromkeys(_NAMED.findall(svg)))}
    text = ElementTree.tostring(root, encoding="unicode")
    return _NAME.sub(lambda name: name[1] + short.get(name[2], name[2]), text)
