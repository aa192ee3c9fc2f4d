"""Flat paint for packs: colours, Persian text, brand marks and small emblems.

All places and sizes are in pixels of the finished picture; the paint itself is twice as
large. It knows no light; ``tools.sample_chain.pictures.surface`` puts that on.
"""

# ruff: noqa: PLR0913, E501  (a drawing call is places, sizes and inks; one stroke stays on one line)

from __future__ import annotations

import colorsys
import math
import random
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from tools.sample_chain.pictures.surface import PAINT, SIDE, Colour

FONTS = Path(__file__).parents[3] / "kiosk/screens/assets/fonts"
CREAM: Colour = (255, 250, 236)
WHITE: Colour = (255, 255, 255)
INK: Colour = (38, 38, 40)
Box = tuple[float, float, float, float]


def colour(text: str) -> Colour:
    """Read ``RRGGBB``."""
    return int(text[:2], 16), int(text[2:4], 16), int(text[4:6], 16)


def mix(one: Colour, other: Colour, share: float) -> Colour:
    """Go from ``one`` towards ``other``; a share of 0 is the first, 1 the second."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue


def tone(base: Colour, lightness: float, strength: float = 1.0) -> Colour:
    """Keep the hue, set the lightness (0–1) and scale the saturation."""
    hue, _, saturation = colorsys.rgb_to_hls(*(part / 255 for part in base))
    red, green, blue = colorsys.hls_to_rgb(hue, lightness, min(1, saturation * strength))
    return round(red * 255), round(green * 255), round(blue * 255)


def is_light(base: Colour) -> bool:
    """Tell whether dark ink reads better on it than white."""
    return 0.299 * base[0] + 0.587 * base[1] + 0.114 * base[2] > 168


def readable_on(base: Colour, dark: Colour = INK) -> Colour:
    """Give the ink to write on it."""
    return dark if is_light(base) else WHITE


@cache
def font(weight: str, size: int) -> ImageFont.FreeTypeFont:
    """Give Vazirmatn in a weight, shaped by HarfBuzz; size in pixels of the paint."""
    file = FONTS / f"Vazirmatn-UI-{weight}.ttf"
    return ImageFont.truetype(str(file), size, layout_engine=ImageFont.Layout.RAQM)


class Paint:
    """A flat picture to paint on, in pixels of the finished picture."""

    def __init__(self, base: Colour, picture: Image.Image | None = None) -> None:
        side = SIDE * PAINT
        self.picture = picture.copy() if picture else Image.new("RGB", (side, side), base)
        self._draw = ImageDraw.Draw(self.picture)

    def copy(self) -> Paint:
        """Give the same paint to go on with."""
        return Paint((0, 0, 0), self.picture)

    def box(self, box: Box, fill: Colour, radius: float = 0) -> None:
        """Fill a box (left, top, right, bottom)."""
        self._draw.rounded_rectangle([v * PAINT for v in box], radius * PAINT, fill=fill)

    def frame(self, box: Box, ink: Colour, width: float, radius: float = 0) -> None:
        """Draw a box's outline."""
        self._draw.rounded_rectangle(
            [v * PAINT for v in box], radius * PAINT, outline=ink, width=round(width * PAINT)
        )

    def band(self, top: float, foot: float, fill: Colour) -> None:
        """Fill a band over the whole width."""
        self.box((0, top, SIDE, foot), fill)

    def fade(self, top: float, foot: float, upper: Colour, lower: Colour) -> None:
        """Fill a band that goes from one colour to another."""
        for y in range(round(top * PAINT), round(foot * PAINT)):
            share = (y / PAINT - top) / (foot - top)
            self._draw.line([(0, y), (SIDE * PAINT, y)], fill=mix(upper, lower, share))

    def oval(
        self, x: float, y: float, rx: float, ry: float, fill: Colour | None, ink: Colour | None = None,
        width: float = 0,
    ) -> None:  # fmt: skip
        """Draw an ellipse, filled, outlined or both."""
        box = [(x - rx) * PAINT, (y - ry) * PAINT, (x + rx) * PAINT, (y + ry) * PAINT]
        self._draw.ellipse(box, fill=fill, outline=ink, width=round(width * PAINT))

    def polygon(self, points: Sequence[tuple[float, float]], fill: Colour) -> None:
        """Fill a polygon."""
        self._draw.polygon([(x * PAINT, y * PAINT) for x, y in points], fill=fill)

    def line(self, points: Sequence[tuple[float, float]], ink: Colour, width: float) -> None:
        """Draw a line through the points with round joints."""
        scaled = [(x * PAINT, y * PAINT) for x, y in points]
        self._draw.line(scaled, fill=ink, width=max(1, round(width * PAINT)), joint="curve")

    def leaf(
        self, x: float, y: float, length: float, angle: float, fill: Colour, breadth: float = 0.36
    ) -> None:
        """Draw a pointed leaf or grain with its middle at (x, y), turned by ``angle`` degrees."""
        turn = math.radians(angle)
        points = []
        for step in range(24):
            share = step / 12 - 1 if step < 12 else 1 - (step - 12) / 12
            side = 1 if step < 12 else -1
            along = share * length / 2
            out = side * (1 - share * share) * length * breadth / 2
            points.append(
                (
                    x + along * math.cos(turn) - out * math.sin(turn),
                    y + along * math.sin(turn) + out * math.cos(turn),
                )
            )
        self.polygon(points, fill)

    def text(
        self, words: str, x: float, y: float, size: float, ink: Colour, *, weight: str = "Bold",
        width: float = 400,
    ) -> float:  # fmt: skip
        """Write Persian with its middle at (x, y), smaller if wider than ``width``.

        Gives the size that was used.
        """
        pixels = round(size * PAINT)
        while pixels > 12:
            length = font(weight, pixels).getlength(words, direction="rtl", language="fa")
            if length <= width * PAINT:
                break
            pixels = max(12, min(pixels - 1, round(pixels * width * PAINT / length)))
        self._draw.text(
            (x * PAINT, y * PAINT), words, fill=ink, font=font(weight, pixels), anchor="mm",
            direction="rtl", language="fa",
        )  # fmt: skip
        return pixels / PAINT

    def paragraph(
        self, words: str, x: float, y: float, size: float, ink: Colour, *, weight: str = "ExtraBold",
        width: float = 200,
    ) -> float:  # fmt: skip
        """Write a name in one line, or in two where that lets it be larger; gives its height."""
        lines = _in_two(words) if len(words) > 11 and " " in words else [words]
        if len(lines) == 1:
            used = self.text(words, x, y, size, ink, weight=weight, width=width)
            return used * 1.25
        step = size * 0.60
        longest = max(lines, key=len)
        pixels = round(size * PAINT)
        length = font(weight, pixels).getlength(longest, direction="rtl", language="fa")
        fitted = min(size, size * width * PAINT / max(length, 1)) * 0.98
        step = fitted * 0.60
        self.text(lines[0], x, y - step, fitted, ink, weight=weight, width=width)
        self.text(lines[1], x, y + step, fitted, ink, weight=weight, width=width)
        return fitted * 2.4


def scatter(box: Box, every: float, seed: int) -> list[tuple[float, float, float]]:
    """Give places that fill a box without rows, each with a chance number 0–1."""
    left, top, right, foot = box
    rng = random.Random(seed)
    places = []
    rows = int((foot - top) / every) + 2
    for row in range(rows):
        for column in range(int((right - left) / every) + 2):
            x = left + (column + 0.5 * (row % 2) + rng.uniform(-0.4, 0.4)) * every
            y = top + (row + rng.uniform(-0.4, 0.4)) * every
            places.append((x, y, rng.random()))
    rng.shuffle(places)
    return places


def _in_two(words: str) -> list[str]:
    """Split at the space that leaves the two lines most alike."""
    spaces = [i for i, letter in enumerate(words) if letter == " "]
    at = min(spaces, key=lambda i: abs(2 * i - len(words)))
    return [words[:at], words[at + 1 :]]
