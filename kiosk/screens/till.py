"""The basket's questions and its end: draw a ``QuestionView``, an ``AgeView``, a ``TillView``."""

from __future__ import annotations

from typing import Any

from kivy.graphics.texture import Texture
from kivy.properties import NumericProperty, ObjectProperty
from kivy.uix.widget import Widget

from kiosk.screens.kit import Card, Row
from kiosk.screens.screen import Screen

QUIET = 4  # modules around a code that stay light: ISO/IEC 18004, 9.1


class ListedLine(Row):
    """A ``Listed``: an item, and what is asked about it."""

    data = ObjectProperty(rebind=True)


class QuestionScreen(Screen):
    """Draws a question and its answers."""


class AgeScreen(Screen):
    """Draws what staff have to decide."""


class TillCard(Card):
    """Number and total."""

    data = ObjectProperty(rebind=True)


class CodeSquare(Widget):
    """A ``Matrix``, each module of a whole number of pixels: a scanner must not see two widths."""

    matrix = ObjectProperty(None, allownone=True)
    texture = ObjectProperty(None, allownone=True)
    module_px = NumericProperty(1)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.fbind("size", self._measure)
        self.fbind("matrix", self._draw)
        self._draw()

    def _draw(self, *_: Any) -> None:
        if self.matrix is None:
            return
        side = self.matrix.side
        texture = Texture.create(size=(side, side), colorfmt="luminance")
        grey = bytes(0 if dark else 255 for dark in self.matrix.dark)
        texture.blit_buffer(grey, colorfmt="luminance", bufferfmt="ubyte")
        texture.mag_filter = texture.min_filter = "nearest"
        texture.flip_vertical()
        self.texture = texture
        self._measure()

    def _measure(self, *_: Any) -> None:
        if self.matrix is not None:
            self.module_px = max(1, int(min(self.size) // (self.matrix.side + 2 * QUIET)))


class TillScreen(Screen):
    """Draws the number and the code for the till."""
