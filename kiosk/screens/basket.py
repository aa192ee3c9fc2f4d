"""The basket: draws a ``BasketView``. Layout is in basket.kv."""

from __future__ import annotations

from typing import Any

from kivy.properties import NumericProperty, ObjectProperty

from kiosk.basket.view import BasketRow
from kiosk.basket.view import Card as HintCard
from kiosk.screens.hits import LongList
from kiosk.screens.kit import Card, Column, Press, Row
from kiosk.screens.screen import Screen

NO_ROW = BasketRow(0, "", "", "", None)
NO_CARD = HintCard("", "", "")


class BasketLine(Row):
    """A ``BasketRow``: an item with its number, its amount and what is said of it."""

    # a list makes its lines before it fills them
    data = ObjectProperty(NO_ROW, rebind=True)


class NoteLine(Row):
    """A ``Note``: an icon and one line."""

    data = ObjectProperty(rebind=True)


class CardLine(Row):
    """A ``Card``: a gift or a hint, with the touch that takes it."""

    data = ObjectProperty(NO_CARD, rebind=True)


class StepKey(Press):
    """One step of the number of pieces."""


class NumberKey(Press):
    """The number of pieces, which opens the pad."""


class StatusLine(Row):
    """A ``Note`` as a bar above the lines."""

    data = ObjectProperty(rebind=True)


class UndoLine(Row):
    """An ``UndoBar``."""

    data = ObjectProperty(rebind=True)


class SumRow(Row):
    """A ``SumLine``."""

    data = ObjectProperty(rebind=True)


class TotalRow(Column):
    """A ``Total``."""

    data = ObjectProperty(rebind=True)


class BasketList(LongList):
    """Cards, then lines; what was touched last is kept in sight, and else what was in sight."""

    cards = ObjectProperty(())
    rows = ObjectProperty(())
    fresh = NumericProperty(0)
    unit = NumericProperty(1.0)
    type_unit = NumericProperty(1.0)

    def __init__(self, **kwargs: Any) -> None:
        self._drawn: Any = None
        super().__init__(**kwargs)
        for name in ("cards", "rows", "unit", "type_unit"):
            self.fbind(name, self._fill)
        self._fill()

    def _fill(self, *_: Any) -> None:
        kept_px, row = self.above_px(), self._fresh_row()
        changed = row is not None and row != self._drawn
        self._drawn = row
        self.data = [
            *({"viewclass": "CardLine", "data": each, "size": (0, self._card_px())}
              for each in self.cards),
            *({"viewclass": "BasketLine", "data": each, "size": (0, self._row_px(each))}
              for each in self.rows),
        ]  # fmt: skip
        self.scroll_to_px(self._with_row_in_sight(row, kept_px) if changed else kept_px)

    def _fresh_row(self) -> Any:
        return next((row for row in self.rows if row.fresh), None)

    def _with_row_in_sight(self, row: Any, above_px: float) -> float:
        """Give how far to scroll so that a row is in sight: no further than it takes."""
        gap = self.ids.lines.spacing if "lines" in self.ids else 0
        top = sum(each["size"][1] + gap for each in self.data[: self._place_of(row)])
        tall = self._row_px(row)
        if row is self.rows[0]:
            return 0.0
        return float(min(max(above_px, top + tall + gap - self.height), top))

    def _place_of(self, row: Any) -> int:
        return len(self.cards) + list(self.rows).index(row)

    def _card_px(self) -> float:
        return float(max(140 * self.type_unit, 112 * self.unit))

    def _row_px(self, row: Any) -> float:
        """Give how tall a row is: its name's two lines and its notes, or its amount and keys."""
        said = 196 + 46 * len(row.notes)
        counted = (74 + 44 * bool(row.before)) * self.type_unit + 128 * self.unit
        return float(max(said * self.type_unit, counted))


class EmptyBasket(Column):
    """An ``Empty``: nothing is in yet."""

    data = ObjectProperty(rebind=True)


class SumCard(Card):
    """Vouchers, sums and the total of a ``BasketView``."""

    data = ObjectProperty(rebind=True)


class Sums(Column):
    """The sums, the total, and what can be done."""

    data = ObjectProperty(rebind=True)


class BasketScreen(Screen):
    """Draws the basket."""

    def opened(self) -> None:
        """Start at the top, where the newest is."""
        self.ids.lines.scroll_y = 1
