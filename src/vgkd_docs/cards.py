"""The picture that is shown when a page is shared: its title, its part and the book's two names."""

from __future__ import annotations

import functools
import textwrap
from pathlib import Path

from matplotlib import get_data_path
from PIL import Image, ImageColor, ImageDraw, ImageFont

__all__ = ["SIZE", "draw"]

SIZE = (1200, 630)
"""Width and height in pixels, as Open Graph readers expect them."""

_NAVY, _AMBER, _WHITE, _GREY, _LINE = "#14324a", "#f0b429", "#ffffff", "#c9d6e0", "#3b5a73"
# Noto Sans CJK SC, cut down to the book's Chinese title; SIL Open Font License 1.1
_CHINESE = Path(__file__).parent / "data" / "fonts" / "book-title-chinese.otf"


@functools.cache
def _font(name: str, size: int) -> ImageFont.FreeTypeFont:
    path = _CHINESE if name == "chinese" else Path(get_data_path(), "fonts", "ttf", f"{name}.ttf")
    return ImageFont.truetype(str(path), size)


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
