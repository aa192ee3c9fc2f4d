"""The poster that stands while nobody is here: draws an ``AttractView``; layout in attract.kv."""

from __future__ import annotations

from typing import Any

from kivy.graphics import Color, Rectangle
from kivy.properties import ColorProperty, NumericProperty, ObjectProperty
from kivy.uix.widget import Widget

from kiosk.screens.kit import CLEAR, Card, Column, Row
from kiosk.screens.screen import Screen

# widths of bars and of the gaps between them, in modules: the look of a code, but not one
_WIDTHS = (
    1,
    1,
    1,
    3,
    2,
    1,
    1,
    2,
    2,
    2,
    1,
    1,
    4,
    1,
    1,
    1,
    1,
    1,
    1,
    3,
    2,
    2,
    1,
    1,
    2,
    3,
    1,
    1,
    1,
    2,
    1,
    1,
    1,
)


class BarcodeArt(Widget):
    """A barcode between the corners of a viewfinder: a picture of what to do."""

    ink = ColorProperty(CLEAR)
    mark = ColorProperty(CLEAR)
    thickness = NumericProperty(8)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        for name in ("pos", "size", "ink"):
            self.fbind(name, self._draw)

    def _draw(self, *_: Any) -> None:
        module = self.width * 0.7 / sum(_WIDTHS)
        x = self.x + self.width * 0.15
        self.canvas.clear()
        with self.canvas:
            Color(*self.ink)
            for i, width in enumerate(_WIDTHS):
                if i % 2 == 0:
                    bar = width * module
                    Rectangle(pos=(x, self.y + self.height * 0.2), size=(bar, self.height * 0.6))
                x += width * module


class StepCard(Card):
    """A ``Step`` of the poster: an icon, a word, and what it is good for."""

    data = ObjectProperty(rebind=True)


class StepRow(Row):
    """A ``Step`` of an explanation: an icon beside what to do."""

    data = ObjectProperty(rebind=True)


class PosterFaces(Card):
    """A ``FacesCard``: a question that one touch answers."""

    data = ObjectProperty(rebind=True)


class CameraSign(Row):
    """Whether a code can be held up to the camera right now."""

    data = ObjectProperty(("", False))


class Hero(Column):
    """The coloured ground of the poster."""


class AttractScreen(Screen):
    """Draws the poster."""
