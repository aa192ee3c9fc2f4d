"""The price result: draws a ``ProductView``. Layout is in product.kv."""

from __future__ import annotations

from typing import Any

from kivy.properties import NumericProperty, ObjectProperty

from kiosk.screens.kit import Card, Column, Press, Row
from kiosk.screens.screen import Screen


class ItemCard(Card):
    """Picture and name; below ``least`` pixels of height the picture would be too small."""

    least = NumericProperty(0)


class PriceBlock(Column):
    """The price for anyone, with what it was before."""

    data = ObjectProperty(rebind=True)


class MemberBlock(Row):
    """What a member pays."""

    data = ObjectProperty(rebind=True)


class NearbyChip(Row):
    """The stock of another branch: its name and how many."""

    data = ObjectProperty(("", ""))


class SimilarCard(Press):
    """An ``ItemRow`` in a narrow place."""


class WhyLine(Row):
    """A ``WhyLine``: one step from the list price to the price."""

    data = ObjectProperty(rebind=True)


class WhySheet(Card):
    """Why this price: the steps, over the lower part of the screen."""

    data = ObjectProperty(rebind=True)


class ProductScreen(Screen):
    """Draws the answer to a scan."""

    def opened(self) -> None:
        """Start at the top."""
        self.ids.scroll.scroll_y = 1

    def on_view(self, _screen: Any, view: Any) -> None:
        """Start at the top for another product, stay where it is for the same one."""
        if "scroll" in self.ids and view.code_text != self._code_text:
            self.ids.scroll.scroll_y = 1
        self._code_text = view.code_text

    _code_text = ""
