"""The way in for staff: draws a ``PinView``; layout in pin.kv. It keeps no digit."""

from __future__ import annotations

from kivy.properties import NumericProperty
from kivy.uix.widget import Widget

from kiosk.screens.kit import Press, Row
from kiosk.screens.screen import Screen


class PinDot(Widget):
    """A digit that was typed, as a dot."""

    data = NumericProperty(0)


class PinDots(Row):
    """As many dots as there are digits, on a line of their own."""

    count = NumericProperty(0)


class PinKey(Press):
    """A key of the pad: a digit, or an icon."""


class PinScreen(Screen):
    """Draws the question for the PIN."""
