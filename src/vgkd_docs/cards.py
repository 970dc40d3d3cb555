"""Pictures of the book's own: the card shown when a page is shared, and the cover of the EPUB."""

from __future__ import annotations

import functools
import textwrap
from pathlib import Path
from typing import IO

from matplotlib import get_data_path
from PIL import Image, ImageColor, ImageDraw, ImageFont

__all__ = ["SIZE", "cover", "draw"]

SIZE = (1200, 630)
"""Width and height in pixels, as Open Graph readers expect them."""

_NAVY, _AMBER, _WHITE, _GREY, _LINE = "#14324a", "#f0b429", "#ffffff", "#c9d6e0", "#3b5a73"
# Noto Sans CJK SC, cut down to the book's Chinese title; SIL Open Font License 1.1
_CHINESE = Path(__file__).parent / "data" / "fonts" / "book-title-chinese.otf"


@functools.cache
def _font(name: str, size: int) -> ImageFont.FreeTypeFont:
    path = _CHINESE if name == "chinese" else Path(get_data_path(), "fonts", "ttf", f"{name}.ttf")
    # the other engine is used only where the machine has a library for it, and sets otherwise
    return ImageFont.truetype(str(path), size, layout_engine=ImageFont.Layout.BASIC)


@functools.cache
def _palette() -> Image.Image:
    """The card's colours with the steps between each and the ground, so that edges stay smooth."""
    ground = ImageColor.getrgb(_NAVY)
    colours = [
        round(low + (high - low) * step / 10)
        for colour in (_WHITE, _GREY, _AMBER, _LINE)
        for step in range(11)
        for low, high in zip(ground, ImageColor.getrgb(colour), strict=False)
    ]
    image = Image.new("P", (1, 1))
    image.putpalette(colours)
    return image


def draw(path: Path, title: str, part: str, book: str, chinese: str) -> None:
    """Write the card as a PNG; a long title takes a smaller size, then an ellipsis."""
    picture = Image.new("RGB", SIZE, _NAVY)
    pen = ImageDraw.Draw(picture)
    # the logo: four corners of a box around a point
    for x, y, right, down in (
        (80, 80, 1, 1),
        (152, 80, -1, 1),
        (152, 152, -1, -1),
        (80, 152, 1, -1),
    ):
        pen.line([(x + 22 * right, y), (x, y), (x, y + 22 * down)], fill=_AMBER, width=9)
    pen.ellipse([103, 103, 129, 129], fill=_WHITE)
    pen.text((190, 116), part, font=_font("DejaVuSans", 34), fill=_AMBER, anchor="lm")
    size, width = (64, 27) if len(title) <= 81 else (48, 37)
    lines = textwrap.wrap(title, width, max_lines=4 if size == 48 else 3, placeholder=" …")
    pen.multiline_text((80, 205), "\n".join(lines), font=_font("DejaVuSans-Bold", size),
                       fill=_WHITE, spacing=14)  # fmt: skip
    pen.line([(80, 520), (1120, 520)], fill=_LINE, width=2)
    pen.text((80, 565), book, font=_font("DejaVuSans", 32), fill=_GREY, anchor="lm")
    pen.text((1120, 565), chinese, font=_font("chinese", 34), fill=_GREY, anchor="rm")
    path.parent.mkdir(parents=True, exist_ok=True)
    picture.quantize(palette=_palette(), dither=Image.Dither.NONE).save(path)


def cover(file: IO[bytes], title: str, about: str, chinese: str, version: str) -> None:
    """Write the cover of a book as a PNG of 1600 by 2400 pixels, in the card's colours."""
    width, height = 1600, 2400
    picture = Image.new("RGB", (width, height), _NAVY)
    pen = ImageDraw.Draw(picture)
    for x, y, right, down in ((200, 260, 1, 1), (560, 260, -1, 1), (560, 620, -1, -1),
                              (200, 620, 1, -1)):  # fmt: skip
        for dx, dy in ((110, 44), (44, 110)):  # the arms of a corner
            arm = [sorted((x, x + dx * right)), sorted((y, y + dy * down))]
            pen.rectangle([*zip(*arm, strict=True)], fill=_AMBER)
    pen.ellipse([315, 375, 445, 505], fill=_WHITE)
    pen.text((200, 900), title, font=_font("DejaVuSans-Bold", 136), fill=_WHITE, anchor="lm")
    pen.text((200, 1080), chinese, font=_font("chinese", 120), fill=_AMBER, anchor="lm")
    lines = "\n".join(textwrap.wrap(about, 30))
    pen.multiline_text((200, 1240), lines, font=_font("DejaVuSans", 70), fill=_GREY, spacing=30)
    pen.line([(200, 2100), (1400, 2100)], fill=_LINE, width=4)
    pen.text((200, 2200), version, font=_font("DejaVuSans", 60), fill=_GREY, anchor="lm")
    picture.quantize(palette=_palette(), dither=Image.Dither.NONE).save(file, "PNG")
