"""Pieces of a survey that are drawn: faces, the scale one slides along, the place to sign.

A finger that drags is followed here until it is let go; what it means is the view's.
"""

from __future__ import annotations

import io
from typing import Any

from kivy.graphics import Color, Ellipse, Line, Rectangle, SmoothEllipse, SmoothLine
from kivy.graphics.texture import Texture
from kivy.properties import (
    BooleanProperty,
    ColorProperty,
    ListProperty,
    NumericProperty,
    ObjectProperty,
    StringProperty,
)
from kivy.uix.behaviors import ButtonBehavior
from kivy.uix.widget import Widget
from PIL import Image, ImageDraw, UnidentifiedImageError

from kiosk.frame import Button
from kiosk.messages import Touched
from kiosk.screens.kit import CLEAR, Card, Press, Row
from kiosk.screens.surfaces import Rounded
from kiosk.screens.tokens import Colour, Pair, Palette
from kiosk.survey_messages import PickStop, Sign

SIGNATURE_PX = (640, 240)  # as it is sent; ink on white, a few KiB
STROKE_PX = 5
POINTS = 13  # of a mouth


def mood_colours(palette: Palette, mood: float) -> Pair:
    """Give the colours of a face, by its mood."""
    return palette.moods[round(mood * (len(palette.moods) - 1))]


class FaceArt(Widget):
    """A face; ``mood`` is 0 to 1. ``ground`` and ``ink`` are its colours."""

    mood = NumericProperty(0.5)
    ground = ColorProperty(CLEAR)
    ink = ColorProperty(CLEAR)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        for name in ("pos", "size", "mood", "ground", "ink"):
            self.fbind(name, self._draw)
        self._draw()

    def _draw(self, *_: Any) -> None:
        radius = min(self.size) / 2
        x, y = self.center
        self.canvas.clear()
        with self.canvas:
            Color(*self.ground)
            SmoothEllipse(pos=(x - radius, y - radius), size=(2 * radius, 2 * radius))
            Color(*self.ink)
            SmoothLine(circle=(x, y, radius - 1), width=max(1.0, radius * 0.035))
            for side in (-1, 1):
                width, height = radius * 0.17, radius * 0.25
                left = x + side * radius * 0.34 - width / 2
                Ellipse(pos=(left, y + radius * 0.14), size=(width, height))
            SmoothLine(
                points=self._mouth(x, y, radius),
                width=max(1.2, radius * 0.055),
                cap="round",
                joint="round",
            )

    def _mouth(self, x: float, y: float, radius: float) -> list[float]:
        bend = (self.mood - 0.5) * 2 * radius * 0.42
        steps = [2 * each / (POINTS - 1) - 1 for each in range(POINTS)]
        middle = y - radius * 0.34
        return [
            part
            for step in steps
            for part in (x + step * radius * 0.46, middle + bend * (step * step - 0.5))
        ]


class FaceButton(Press):
    """A ``Face``."""


class FacesPanel(Card):
    """A ``FacesPiece``."""

    data = ObjectProperty(rebind=True)


class Dragged(Widget):
    """What a finger drags: nothing scrolls meanwhile."""


class SlideLine(Dragged):
    """A line to slide along: ``count`` stops, ``at`` the one that stands, or −1.

    Where the finger is meanwhile is its own; ``on_picked`` tells where it was let go.
    """

    count = NumericProperty(2)
    at = NumericProperty(-1)
    here = NumericProperty(-1)  # as drawn
    rtl = BooleanProperty(False)
    track = ColorProperty(CLEAR)
    filled = ColorProperty(CLEAR)
    knob = ColorProperty(CLEAR)
    thickness = NumericProperty(14)
    key = ObjectProperty(None)
    path = ObjectProperty("")
    send = ObjectProperty(None)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        for name in ("pos", "size", "here", "count", "rtl", "track", "filled", "knob"):
            self.fbind(name, self._draw)

    def on_at(self, *_: Any) -> None:
        """Follow the view."""
        self.here = self.at

    def on_key(self, *_: Any) -> None:
        """Start anew for another question."""
        self.here = self.at

    def on_touch_down(self, touch: Any) -> bool:
        """Go where the finger is."""
        if not self.collide_point(*touch.pos):
            return False
        touch.grab(self)
        self._follow(touch.x)
        return True

    def on_touch_move(self, touch: Any) -> bool:
        """Follow the finger."""
        if touch.grab_current is not self:
            return False
        self._follow(touch.x)
        return True

    def on_touch_up(self, touch: Any) -> bool:
        """Say where it was let go."""
        if touch.grab_current is not self:
            return False
        touch.ungrab(self)
        self.send(PickStop(self.path, int(self.here)))
        return True

    def _ends(self) -> tuple[float, float]:
        inset = self.thickness * 2
        left, right = self.x + inset, self.right - inset
        return (right, left) if self.rtl else (left, right)

    def _follow(self, x: float) -> None:
        start, end = self._ends()
        share = (x - start) / (end - start) if end != start else 0.0
        self.here = round(min(1.0, max(0.0, share)) * (self.count - 1))

    def _draw(self, *_: Any) -> None:
        start, end = self._ends()
        thick, last = self.thickness, max(1, self.count - 1)
        place = start + (end - start) * max(0.0, self.here) / last
        self.canvas.clear()
        with self.canvas:
            self._bar(start, end, self.track)
            if self.count <= 11:
                self._ticks(start, end, last)
            if self.here >= 0:
                self._bar(start, place, self.filled)
                Color(*self.filled)
                reach = thick * 1.9
                SmoothEllipse(
                    pos=(place - reach, self.center_y - reach), size=(2 * reach, 2 * reach)
                )
                Color(*self.knob)
                reach = thick * 1.3
                SmoothEllipse(
                    pos=(place - reach, self.center_y - reach), size=(2 * reach, 2 * reach)
                )

    def _bar(self, start: float, end: float, colour: Colour) -> None:
        left, right = min(start, end), max(start, end)
        half = self.thickness / 2
        Color(*colour)
        Rounded(
            pos=(left - half, self.center_y - half),
            size=(right - left + 2 * half, 2 * half),
            radius=half,
        )

    def _ticks(self, start: float, end: float, last: int) -> None:
        Color(*self.filled)
        reach = self.thickness * 0.22
        for each in range(last + 1):
            x = start + (end - start) * each / last
            Ellipse(pos=(x - reach, self.center_y - reach), size=(2 * reach, 2 * reach))


class IconKey(Press):
    """A ``Button`` that is an icon alone."""

    data = ObjectProperty(Button("", Touched()), rebind=True)


class SlideStep(IconKey):
    """A key that goes one stop on or back."""


class SliderPanel(Card):
    """A ``SliderPiece``."""

    data = ObjectProperty(rebind=True)

    def words(self, here: float) -> str:
        """Give the words of the stop where the finger is."""
        return str(self.data.stops[int(here)]) if 0 <= here < len(self.data.stops) else "–"


class SignPad(Dragged):
    """A place to sign. Its strokes are its own until the finger is lifted; then they are sent."""

    png = ObjectProperty(b"")
    key = ObjectProperty(None)
    path = ObjectProperty("")
    send = ObjectProperty(None)
    ink = ColorProperty(CLEAR)
    texture = ObjectProperty(None, allownone=True)
    strokes = ListProperty([])

    def __init__(self, **kwargs: Any) -> None:
        self._sent = b""
        super().__init__(**kwargs)
        for name in ("pos", "size", "texture", "strokes", "ink"):
            self.fbind(name, self._draw)
        self._take()

    def on_key(self, *_: Any) -> None:
        """Start anew for another question."""
        self.strokes, self._sent = [], b""
        self._take()

    def on_png(self, *_: Any) -> None:
        """Show what stands there, unless it was just drawn here."""
        self._take()

    def wipe(self) -> None:
        """Take everything away."""
        self.strokes, self.texture, self._sent = [], None, b""
        self.send(Sign(self.path, b""))

    def on_touch_down(self, touch: Any) -> bool:
        """Begin a stroke."""
        if not self.collide_point(*touch.pos):
            return False
        touch.grab(self)
        self.strokes = [*self.strokes, [self._place(touch)]]
        return True

    def on_touch_move(self, touch: Any) -> bool:
        """Go on with it, inside."""
        if touch.grab_current is not self:
            return False
        self.strokes = [*self.strokes[:-1], [*self.strokes[-1], self._place(touch)]]
        return True

    def on_touch_up(self, touch: Any) -> bool:
        """Send what stands there now."""
        if touch.grab_current is not self:
            return False
        touch.ungrab(self)
        self._sent = picture_of(self.strokes, self.png if self.texture else b"")
        self.send(Sign(self.path, self._sent))
        return True

    def _take(self) -> None:
        if self.png == self._sent and self.strokes:
            return
        self.strokes, self._sent = [], self.png
        self.texture = texture_of(self.png)

    def _place(self, touch: Any) -> tuple[float, float]:
        """Give where a finger is, each 0 to 1, from the top left."""
        across = (touch.x - self.x) / max(1, self.width)
        down = (self.top - touch.y) / max(1, self.height)
        return min(1.0, max(0.0, across)), min(1.0, max(0.0, down))

    def _draw(self, *_: Any) -> None:
        self.canvas.clear()
        with self.canvas:
            if self.texture is not None:
                Color(1, 1, 1, 1)
                Rectangle(texture=self.texture, pos=self.pos, size=self.size)
            Color(*self.ink)
            for stroke in self.strokes:
                points = [
                    part
                    for across, down in stroke
                    for part in (self.x + across * self.width, self.top - down * self.height)
                ]
                width = max(1.5, self.height * STROKE_PX / SIGNATURE_PX[1] / 2)
                if len(stroke) > 1:
                    Line(points=points, width=width, cap="round", joint="round")
                else:
                    Ellipse(pos=(points[0] - width, points[1] - width), size=(2 * width, 2 * width))


class WipeKey(ButtonBehavior, Row):
    """Takes the signature away; it is the pad's own, and says nothing by itself."""

    __events__ = ("on_wiped",)

    text = StringProperty("")

    def on_wiped(self) -> None:
        """Be an event."""

    def on_release(self) -> None:
        """Say that it was touched."""
        self.dispatch("on_wiped")


class SignaturePanel(Card):
    """A ``SignaturePiece``."""

    data = ObjectProperty(rebind=True)


def picture_of(strokes: list[list[tuple[float, float]]], before: bytes = b"") -> bytes:
    """Draw strokes as a PNG of two colours, on what stood there before."""
    width, height = SIGNATURE_PX
    image = _decoded(before) or Image.new("1", SIGNATURE_PX, 1)
    pen = ImageDraw.Draw(image)
    for stroke in strokes:
        points = [(across * width, down * height) for across, down in stroke]
        pen.line(points, fill=0, width=STROKE_PX, joint="curve")
        for x, y in (points[0], points[-1]):
            reach = STROKE_PX / 2
            pen.ellipse((x - reach, y - reach, x + reach, y + reach), fill=0)
    held = io.BytesIO()
    image.save(held, "PNG", optimize=True)
    return held.getvalue()


def _decoded(png: bytes) -> Image.Image | None:
    if not png:
        return None
    try:
        with Image.open(io.BytesIO(png), formats=["PNG"]) as image:
            return image.convert("1") if image.size == SIGNATURE_PX else None
    except (OSError, ValueError, UnidentifiedImageError):
        return None


def texture_of(png: bytes) -> Any:
    """Give a PNG as a texture with clear paper, or none where there is none."""
    image = _decoded(png)
    if image is None:
        return None
    grey = image.convert("L").transpose(Image.Transpose.FLIP_TOP_BOTTOM)
    ink = grey.point([255 - each for each in range(256)])
    pixels = Image.merge("LA", (Image.new("L", SIGNATURE_PX, 0), ink))
    texture = Texture.create(size=SIGNATURE_PX, colorfmt="luminance_alpha")
    texture.blit_buffer(pixels.tobytes(), colorfmt="luminance_alpha", bufferfmt="ubyte")
    return texture
