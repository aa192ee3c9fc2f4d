"""What fills the ground of cards, buttons and keys: small textures that are stretched.

A software GL pays for every pixel, and again for every edge of a triangle. So a rounded ground is
nine upright pieces of one small texture, not the fan of forty slivers that Kivy's
``SmoothRoundedRectangle`` is, and a shadow is one texture too. Lengths are pixels.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from math import hypot
from typing import Any

from kivy.factory import Factory
from kivy.graphics import BorderImage, Canvas, ClearBuffers, ClearColor, Color, Rectangle
from kivy.graphics.opengl import GL_COLOR_BUFFER_BIT, glClear, glClearColor
from kivy.graphics.scissor_instructions import ScissorPop, ScissorPush
from kivy.graphics.texture import Texture
from PIL import Image, ImageChops, ImageDraw

from kiosk.screens.tokens import Colour

SHADE_PX = 96  # the side of the shadow's texture
SHADE_BLUR_PX = 28
SHADE_RADIUS_PX = 16
DISCS_MAX = 128  # by radius and colours; all screens together have some forty
FINE = 8  # how many times finer a disc is drawn than it is kept
WHITE: Colour = (1, 1, 1, 1)


class Rounded(BorderImage):
    """A filled rectangle with round, smooth corners; kv sets ``pos``, ``size`` and ``radius``."""

    @property
    def radius(self) -> float:
        """How far the corners are cut, in pixels; half the shorter side makes a pill."""
        return float(self.display_border[0])

    @radius.setter
    def radius(self, radius: float) -> None:
        self._cut = max(1, round(radius))
        self.border = [self._cut] * 4
        self.display_border = [radius] * 4
        self._cover()

    _cut = 1

    def _cover(self) -> None:
        self.texture = disc(self._cut, WHITE, WHITE, 0.0)


class Framed(Rounded):
    """A ``Rounded`` of two colours of its own: ``fill``, and ``edge`` as a ``line`` around it.

    Both are one texture, for a line drawn over a ground fills its pixels twice. It is to be
    drawn in white.
    """

    _fill: Colour | None = None
    _edge: Colour | None = None
    _line: float | None = None

    def _cover(self) -> None:
        if self._fill is not None and self._edge is not None and self._line is not None:
            self.texture = disc(self._cut, self._fill, self._edge, self._line)

    @property
    def fill(self) -> Colour | None:
        """The colour inside."""
        return self._fill

    @fill.setter
    def fill(self, fill: Sequence[float]) -> None:
        self._fill = _colour(fill)
        self._cover()

    @property
    def edge(self) -> Colour | None:
        """The colour of the line."""
        return self._edge

    @edge.setter
    def edge(self, edge: Sequence[float]) -> None:
        self._edge = _colour(edge)
        self._cover()

    @property
    def line(self) -> float | None:
        """How thick the line is, in pixels."""
        return self._line

    @line.setter
    def line(self, line: float) -> None:
        self._line = float(line)
        self._cover()


class Solid(Canvas):
    """An opaque rectangle of the window that is cleared, not drawn: a third of the cost.

    It covers whole pixels and counts them in the window, as every scissor does: it is not for
    what is scrolled. kv sets ``pos``, ``size`` and ``fill``, whose opacity does not count.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._pos: Sequence[float] = (0, 0)
        self._size: Sequence[float] = (0, 0)
        with self:
            self._box = ScissorPush(x=0, y=0, width=0, height=0)
            self._paint = ClearColor(0, 0, 0, 1)
            ClearBuffers()
            ScissorPop()

    @property
    def pos(self) -> Sequence[float]:
        """Where its lower left corner is."""
        return self._pos

    @pos.setter
    def pos(self, pos: Sequence[float]) -> None:
        self._pos = tuple(pos)
        self._cover()

    @property
    def size(self) -> Sequence[float]:
        """How wide and how high it is."""
        return self._size

    @size.setter
    def size(self, size: Sequence[float]) -> None:
        self._size = tuple(size)
        self._cover()

    @property
    def fill(self) -> Sequence[float]:
        """The colour, always opaque."""
        return tuple(self._paint.rgba)

    @fill.setter
    def fill(self, fill: Sequence[float]) -> None:
        self._paint.rgba = (*fill[:3], 1)

    def _cover(self) -> None:
        """Round the edges and not the lengths, so that neighbours leave no gap."""
        (x, y), (width, height) = self._pos, self._size
        left, low, right, high = round(x), round(y), round(x + width), round(y + height)
        self._box.x, self._box.y = left, low
        self._box.width, self._box.height = max(0, right - left), max(0, high - low)


class Veil(Canvas):
    """What lies over a thing while a finger is on it; kv sets ``box`` last.

    It holds no instruction while nothing is touched: Kivy draws what has no size or no colour
    all the same, and each call to the GL costs more than a small key's pixels.
    """

    fill: Sequence[float] = WHITE
    radius: float = 1
    _box: Sequence[float] | None = None

    @property
    def box(self) -> Sequence[float] | None:
        """Its left, its bottom, its width and its height; none while there is nothing."""
        return self._box

    @box.setter
    def box(self, box: Sequence[float] | None) -> None:
        if box == self._box:
            return
        self._box = box
        self.clear()
        if box is not None:
            with self:
                Color(*self.fill)
                Rounded(pos=box[:2], size=box[2:]).radius = self.radius


def _colour(rgba: Sequence[float]) -> Colour:
    red, green, blue, alpha = rgba
    return red, green, blue, alpha


Factory.register("Rounded", cls=Rounded)
Factory.register("Framed", cls=Framed)
Factory.register("Solid", cls=Solid)
Factory.register("Veil", cls=Veil)


def draw_plainly(window: Any) -> None:
    """Leave out of a window's frames what nothing here needs, but a software GL would pay for.

    Kivy clears a depth and a stencil buffer too, eight bytes a pixel that otherwise take no
    memory; and it smooths the white texture that lies under each plain colour.
    """

    def clear() -> None:
        glClearColor(*window.clearcolor)
        glClear(GL_COLOR_BUFFER_BIT)

    window.clear = clear
    white = Rectangle().texture
    white.min_filter = white.mag_filter = "nearest"


@lru_cache(8)
def fade(top: Colour, bottom: Colour) -> Any:
    """Make a texture that runs from one colour, above, to another."""
    texture = Texture.create(size=(1, 64), colorfmt="rgb")
    rows = (
        round(255 * (b + (t - b) * y / 63))
        for y in range(64)
        for t, b in zip(top[:3], bottom[:3], strict=True)
    )
    texture.blit_buffer(bytes(rows), colorfmt="rgb", bufferfmt="ubyte")
    texture.wrap = "clamp_to_edge"
    return texture


@lru_cache(DISCS_MAX)
def disc(radius: int, fill: Colour, edge: Colour, line: float) -> Any:
    """Make a disc with a smooth edge, two pixels wider than it is round, to be stretched there."""
    side = 2 * radius + 2
    image = Image.new("RGBA", (side, side), _bytes(edge))
    image.paste(_bytes(fill), mask=_mask(side, line))
    image.putalpha(ImageChops.multiply(image.getchannel("A"), _mask(side, 0.0)))
    texture = Texture.create(size=(side, side), colorfmt="rgba")
    texture.blit_buffer(image.tobytes(), colorfmt="rgba", bufferfmt="ubyte")
    texture.wrap = "clamp_to_edge"
    texture.min_filter = texture.mag_filter = "nearest"  # drawn at its size; a fifth cheaper
    return texture


def _bytes(colour: Colour) -> tuple[int, ...]:
    return tuple(round(255 * part) for part in colour)


def _mask(side: int, inset: float) -> Image.Image:
    """Give the coverage of a disc in a square, its straight middle two pixels wide."""
    fine = side * FINE
    image = Image.new("L", (fine, fine))
    low, high = round(inset * FINE), fine - 1 - round(inset * FINE)
    radius = max(0, (side - 2) * FINE / 2 - inset * FINE)
    if low < high:  # or else the line is as thick as the disc, and nothing is inside
        ImageDraw.Draw(image).rounded_rectangle((low, low, high, high), radius, fill=255)
    return image.resize((side, side), Image.Resampling.BOX)


@lru_cache(1)
def shade() -> Any:
    """Make the soft shadow of a card: drawn once, stretched by its middle wherever it is used.

    Kivy's BoxShadow would compute the blur anew for every pixel of every card in every frame.
    """
    half = SHADE_PX / 2
    straight = half - SHADE_BLUR_PX - SHADE_RADIUS_PX
    texture = Texture.create(size=(SHADE_PX, SHADE_PX), colorfmt="rgba")
    texture.blit_buffer(bytes(_shade_bytes(half, straight)), colorfmt="rgba", bufferfmt="ubyte")
    return texture


def _shade_bytes(half: float, straight: float) -> Iterable[int]:
    for y in range(SHADE_PX):
        for x in range(SHADE_PX):
            across = max(0.0, abs(x + 0.5 - half) - straight)
            along = max(0.0, abs(y + 0.5 - half) - straight)
            outside = hypot(across, along) - SHADE_RADIUS_PX
            left = 1 - min(1.0, max(0.0, outside / SHADE_BLUR_PX))
            yield from (255, 255, 255, round(255 * left * left))
