"""What all screens look at while they draw: scale, direction, colours and the aids in use.

One ``Theme`` belongs to one shell. kv rules read it by the name ``theme`` and follow it when
it changes, so a new language or a larger text needs no new screens.
"""

from __future__ import annotations

from typing import Any

from kivy.event import EventDispatcher
from kivy.properties import (
    BooleanProperty,
    ListProperty,
    NumericProperty,
    ObjectProperty,
)

from kiosk.frame import Frame
from kiosk.messages import Aid
from kiosk.screens.tokens import (
    DAY,
    HIGH_CONTRAST,
    LARGE_TEXT,
    LONG_SIDE,
    SHORT_SIDE,
    TYPE,
    Palette,
)


class Theme(EventDispatcher):
    """``u`` is one unit in pixels, ``t`` one unit of type in pixels."""

    u = NumericProperty(1.0)
    t = NumericProperty(1.0)
    size = ListProperty([SHORT_SIDE, LONG_SIDE])
    rtl = BooleanProperty(True)
    wide = BooleanProperty(False)
    large = BooleanProperty(False)
    low = BooleanProperty(False)  # low reach; only an upright screen is too high
    palette: Palette = ObjectProperty(DAY, rebind=True)
    _aids_on: frozenset[Aid] = frozenset()

    def fit(self, width: float, height: float) -> None:
        """Scale to a window of this size in pixels."""
        self.wide = width > height
        long_way, short_way = (width, height) if self.wide else (height, width)
        self.u = min(short_way / SHORT_SIDE, long_way / LONG_SIDE)
        self.size = [width, height]
        self._scale_type()

    def differs(self, frame: Frame) -> bool:
        """Tell whether a frame looks other than what is worn: another direction, other aids."""
        return frame.language.rtl != self.rtl or frame.aids_on != self._aids_on

    def wear(self, frame: Frame) -> None:
        """Take the language's direction and the aids of a frame."""
        self.rtl, self._aids_on = frame.language.rtl, frame.aids_on
        self.large = Aid.LARGE_TEXT in frame.aids_on
        self.low = Aid.LOW_REACH in frame.aids_on
        self.palette = HIGH_CONTRAST if Aid.HIGH_CONTRAST in frame.aids_on else DAY
        self._scale_type()

    def _scale_type(self) -> None:
        self.t = self.u * (LARGE_TEXT if self.large else 1.0)


def font(role: str) -> str:
    """Name the font of a step of the type scale."""
    return f"Vazirmatn-{TYPE[role].weight}"


def size(role: str, t: float) -> int:
    """Give the size in whole pixels of a step of the type scale."""
    return round(TYPE[role].size * t)


def rules(theme: Theme, send: Any) -> dict[str, Any]:
    """Name what kv rules may use besides the widget they are written for."""
    return {"theme": theme, "send": send, "font": font, "size": size}
