"""A payment: draws a ``FollowView``, an ``UnknownView``, a ``PaidView``. Layout is in paying.kv."""

from __future__ import annotations

from kivy.properties import ObjectProperty, StringProperty

from kiosk.screens.kit import Card, Column, Row
from kiosk.screens.screen import Screen


class DueRow(Row):
    """A ``Due``: what is to be paid, on one line."""

    data = ObjectProperty(rebind=True)


class DueColumn(Column):
    """A ``Due``, its label above it."""

    data = ObjectProperty(rebind=True)


class StageChip(Row):
    """A ``StageMark``: one of the stages, lit where the payment is."""

    data = ObjectProperty(rebind=True)


class BigNumber(Column):
    """The short number of a payment, to be said to staff: label and number."""

    data = ObjectProperty(("", ""))


class ReceiptCode(Card):
    """A ``PaidView``'s code on white ground, with what it is."""

    data = ObjectProperty(rebind=True)


class WarningLine(Row):
    """The one sentence that must be read."""

    data = StringProperty("")


class FollowScreen(Screen):
    """Draws what the terminal wants."""


class UnknownScreen(Screen):
    """Draws that it is not known yet, calmly."""

    def opened(self) -> None:
        """Start at the top."""
        self.ids.scroll.scroll_y = 1


class PaidScreen(Screen):
    """Draws thanks and the receipt."""

    def opened(self) -> None:
        """Start at the top."""
        self.ids.scroll.scroll_y = 1
