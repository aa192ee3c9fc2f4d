"""A receipt → a black and white picture as wide as the paper, one dot a pixel.

Each part is a strip of its own; the strips stand one below the other. Letters are drawn in grey
and made black where they are more than about half covered, which keeps thin Persian strokes whole.

Source: docs/receipts.md, section 2.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import assert_never

from PIL import Image, ImageDraw

from kiosk.basket.code import qr_of
from kiosk.receipt.lettering import Style, broken, font_of, is_rtl, width_of
from kiosk.receipt.parts import (
    Centred,
    Mark,
    Pair,
    Part,
    Receipt,
    Rule,
    Size,
    Slip,
    Square,
    Title,
    Words,
)

WHITE, BLACK = 255, 0
INK = 150  # of 255: what is darker becomes black
SQUARE_DOTS_MAX = 7  # of a module
SQUARE_PART = 0.52  # of the width that a QR code takes at most
QUIET = 4  # modules around it, ISO/IEC 18004
_GAP = re.compile(r" {2,}|\t+")


@dataclass(frozen=True, slots=True)
class Look:
    """Sizes in dots for one width of paper."""

    dots: int
    margin: int
    title: Style
    styles: dict[Size, Style]
    slip: Style
    gap: int
    rule: int

    @property
    def width(self) -> int:
        """What is between the margins."""
        return self.dots - 2 * self.margin


def look_of(dots: int) -> Look:
    """Give the sizes for paper of ``dots`` dots."""
    narrow = dots < 500
    title, strong, plain, small, slip = (34, 27, 25, 21, 19) if narrow else (42, 30, 28, 24, 22)
    styles = {
        Size.STRONG: Style("Bold", strong),
        Size.PLAIN: Style("Medium", plain),
        Size.SMALL: Style("Medium", small),
    }
    return Look(
        dots, 4 if narrow else 12, Style("ExtraBold", title), styles, Style("Medium", slip), 16, 3
    )


def draw(receipt: Receipt, dots: int) -> Image.Image:
    """Draw a receipt in mode ``1``; raises ``DeviceError`` where the machine cannot."""
    look = look_of(dots)
    strips = [_strip(part, look, rtl=receipt.rtl) for part in receipt.parts]
    height = sum(strip.height for strip in strips)
    sheet = Image.new("L", (dots, height + 2 * look.gap), WHITE)
    top = look.gap
    for strip in strips:
        sheet.paste(strip, (0, top))
        top += strip.height
    return sheet.point([BLACK if grey < INK else WHITE for grey in range(256)], "1")


def _strip(part: Part, look: Look, *, rtl: bool) -> Image.Image:
    match part:
        case Title(text):
            return _centred(text, look.title, look, rtl=rtl)
        case Centred(text, size):
            return _centred(text, look.styles[size], look, rtl=rtl)
        case Mark(text):
            return _mark(text, look, rtl=rtl)
        case Rule(dashed):
            return _rule(look, dashed=dashed)
        case Words(text, size):
            strip = _started(text, look.styles[size], look, rtl=rtl)
            return _below(strip, look.gap // 2) if size is Size.PLAIN else strip
        case Pair(start, end, size):
            return _pair((start, end), look.styles[size], look, rtl=rtl)
        case Slip(text):
            return _slip(text, look)
        case Square(text):
            return _square(text, look)
        case _:
            assert_never(part)


# ---- text


def _line_height(style: Style) -> int:
    return round(1.5 * style.size)


class _Lines:
    """A strip for lines of one style; ``put`` draws into line ``at``, from 0."""

    def __init__(self, count: int, style: Style, look: Look) -> None:
        self.strip = Image.new("L", (look.dots, count * _line_height(style)), WHITE)
        self._draw, self._style, self._look = ImageDraw.Draw(self.strip), style, look

    def put(self, text: str, at: int, anchor: str, *, rtl: bool) -> None:
        """Draw a line; ``anchor`` is ``l``, ``m`` or ``r``: at which margin, or between."""
        look = self._look
        x = {"l": look.margin, "m": look.dots // 2, "r": look.dots - look.margin}[anchor]
        baseline = round((at + 0.72) * _line_height(self._style))
        self._draw.text(
            (x, baseline),
            text,
            BLACK,
            font_of(self._style),
            anchor=f"{anchor}s",
            direction="rtl" if rtl else "ltr",
            language="fa" if rtl else "en",
        )


def _centred(text: str, style: Style, look: Look, *, rtl: bool) -> Image.Image:
    lines = _balanced(text, style, look.width, rtl=rtl)
    drawn = _Lines(len(lines), style, look)
    for at, line in enumerate(lines):
        drawn.put(line, at, "m", rtl=rtl)
    return drawn.strip


def _balanced(text: str, style: Style, width: int, *, rtl: bool) -> tuple[str, ...]:
    """Break into as few lines as ``broken`` does, and about as wide as one another."""
    lines = broken(text, style, width, rtl=rtl)
    narrowest, widest = width // (len(lines) + 1), width
    while len(lines) > 1 and widest - narrowest > style.size // 2:
        tried = (narrowest + widest) // 2
        if len(broken(text, style, tried, rtl=rtl)) > len(lines):
            narrowest = tried
        else:
            widest = tried
    return broken(text, style, widest, rtl=rtl)


def _started(text: str, style: Style, look: Look, *, rtl: bool) -> Image.Image:
    lines = broken(text, style, look.width, rtl=rtl)
    drawn = _Lines(len(lines), style, look)
    for at, line in enumerate(lines):
        drawn.put(line, at, "r" if rtl else "l", rtl=rtl)
    return drawn.strip


def _below(strip: Image.Image, dots: int) -> Image.Image:
    """Leave room above it."""
    roomy = Image.new("L", (strip.width, strip.height + dots), WHITE)
    roomy.paste(strip, (0, dots))
    return roomy


def _pair(texts: tuple[str, str], style: Style, look: Look, *, rtl: bool) -> Image.Image:
    """Draw both on one line where they fit; what is too long goes on below, the amount beside it.

    Where hardly anything would be left for the first, the amount has a line of its own.
    """
    start, end = texts
    left = look.width - width_of(end, style, rtl=rtl) - look.gap
    own_line = left < look.width / 3 and width_of(start, style, rtl=rtl) > left
    lines = broken(start, style, look.width if own_line else left, rtl=rtl)
    drawn = _Lines(len(lines) + own_line, style, look)
    for at, line in enumerate(lines):
        drawn.put(line, at, "r" if rtl else "l", rtl=rtl)
    drawn.put(end, len(lines) if own_line else 0, "l" if rtl else "r", rtl=rtl)
    return drawn.strip


def _mark(text: str, look: Look, *, rtl: bool) -> Image.Image:
    style = look.styles[Size.STRONG]
    drawn = _Lines(1, style, look)
    drawn.put(text, 0, "m", rtl=rtl)
    inner = drawn.strip.crop((look.margin, 0, look.dots - look.margin, drawn.strip.height))
    drawn.strip.paste(inner.point([255 - grey for grey in range(256)]), (look.margin, 0))
    return drawn.strip


def _slip(text: str, look: Look) -> Image.Image:
    """Draw a line that was laid out for letters of one width, by its gaps."""
    rtl = is_rtl(text)
    indent = len(text) - len(text.lstrip())
    fields = [_isolated(field) for field in _GAP.split(text.strip())]
    if len(fields) == 1 and indent > 1:
        return _centred(fields[0], look.slip, look, rtl=rtl)
    if len(fields) == 1:
        return _started(fields[0], look.slip, look, rtl=rtl)
    return _pair((" ".join(fields[:-1]), fields[-1]), look.slip, look, rtl=rtl)


def _isolated(field: str) -> str:
    """Keep a masked number in its own order within a Persian line; its stars have none."""
    return field if is_rtl(field) else f"\u2066{field}\u2069"


# ---- what is no text


def _rule(look: Look, *, dashed: bool) -> Image.Image:
    height = 2 * look.gap // 2 + look.rule
    strip = Image.new("L", (look.dots, height + look.rule), WHITE)
    pen, y = ImageDraw.Draw(strip), height // 2
    if not dashed:
        pen.rectangle((look.margin, y, look.dots - look.margin - 1, y + look.rule - 1), BLACK)
        return strip
    for x in range(look.margin, look.dots - look.margin, 14):
        pen.rectangle((x, y, min(x + 7, look.dots - look.margin - 1), y + 1), BLACK)
    return strip


def _square(text: str, look: Look) -> Image.Image:
    matrix = qr_of(text, "M")
    most = int(look.width * SQUARE_PART) // matrix.side
    dots = max(4, min(SQUARE_DOTS_MAX, most))  # 4 dots are half a millimetre
    cells = bytes(BLACK if dark else WHITE for dark in matrix.dark)
    side = matrix.side * dots
    code = Image.frombytes("L", (matrix.side, matrix.side), cells).resize(
        (side, side), Image.Resampling.NEAREST
    )
    strip = Image.new("L", (look.dots, side + 2 * QUIET * dots), WHITE)
    strip.paste(code, ((look.dots - side) // 2, QUIET * dots))
    return strip
