"""The basket's pads and its gifts: draw a ``CountView``, a ``CodeView``, a ``GiftView``."""

from __future__ import annotations

from kivy.properties import ObjectProperty

from kiosk.screens.kit import Card, Press, Row, Several
from kiosk.screens.screen import Screen


class CountCard(Card):
    """What is counted, and the number that was typed."""

    data = ObjectProperty(rebind=True)


class CountScreen(Screen):
    """Draws the pad for a number of pieces; it keeps no digit."""


class CodeKey(Press):
    """A key for one character of a code, or to erase one."""


class CodeRow(Several, Row):
    """A row of such keys, from left to right in every language."""

    data = ObjectProperty(())


class CodeScreen(Screen):
    """Draws the keys for a voucher's code; it keeps no character."""


class GiftPanel(Card):
    """A ``GiftCard``."""

    data = ObjectProperty(rebind=True)


class GiftScreen(Screen):
    """Draws the gifts of an offer."""

    def opened(self) -> None:
        """Start at the top."""
        self.ids.scroll.scroll_y = 1
