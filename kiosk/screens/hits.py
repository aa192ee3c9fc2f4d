"""A long list that is scrolled: only what is in sight has widgets, and they are used again."""

from __future__ import annotations

from typing import Any

from kivy.properties import ListProperty, NumericProperty, ObjectProperty
from kivy.uix.recycleview import RecycleView

from kiosk.frame import Button
from kiosk.messages import Touched
from kiosk.screens.kit import Clipped, Press, Row, Several


class TileLine(Several, Row):
    """One line of category tiles, in a list that recycles lines."""

    data = ObjectProperty(())
    columns = NumericProperty(1)
    tile_width = NumericProperty(100)


class MoreLine(Press):
    """The button below a list that asks for its next page."""

    data = ObjectProperty(Button("", Touched()), rebind=True)


class CategoryCard(Press):
    """A ``CategoryTile``: a category to look into."""


class LongList(Clipped, RecycleView):
    """Lines of any height; it knows how far it is scrolled in pixels, whatever comes or goes."""

    lines = ListProperty([])

    def above_px(self) -> float:
        """Give how much lies above what is in sight."""
        return float((1 - self.scroll_y) * max(0.0, self._content_px() - self.height))

    def scroll_to_px(self, above_px: float) -> None:
        """Have so much above what is in sight, as far as the list is long enough."""
        room = self._content_px() - self.height
        self.scroll_y = 1 - min(1.0, max(0.0, above_px) / room) if room > 0 else 1

    def _content_px(self) -> float:
        gap = self.ids.lines.spacing if "lines" in self.ids else 0
        return float(sum(line["size"][1] + gap for line in self.data))


class HitList(LongList):
    """Lines of category tiles, then ``rows`` of items, then the button for more."""

    tiles = ObjectProperty(())
    rows = ObjectProperty(())
    more = ObjectProperty(None, allownone=True)
    columns = NumericProperty(1)
    tile_height = NumericProperty(100)
    row_height = NumericProperty(100)
    more_height = NumericProperty(100)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        for name in ("tiles", "rows", "more", "columns", "tile_height", "row_height"):
            self.fbind(name, self._fill)
        self._fill()

    def _fill(self, *_: Any) -> None:
        kept_px = self.above_px()
        grown = self._grown()
        self._shown = (self.tiles, self.rows)
        self.data = [*self._tile_lines(), *self._row_lines()]
        if not grown:
            self.scroll_y = 1
        else:
            self.scroll_to_px(kept_px)

    _shown: tuple[Any, Any] = ((), ())

    def _grown(self) -> bool:
        """Tell whether the list is the one before with more at its end."""
        tiles, rows = self._shown
        return bool(rows) and tiles == self.tiles and self.rows[: len(rows)] == rows

    def _tile_lines(self) -> list[dict[str, Any]]:
        columns = int(self.columns)
        return [
            {
                "viewclass": "TileLine",
                "columns": columns,
                "data": self.tiles[i : i + columns],
                "size": (0, self.tile_height),
            }
            for i in range(0, len(self.tiles), columns)
        ]

    def _row_lines(self) -> list[dict[str, Any]]:
        lines = [
            {"viewclass": "ItemLine", "data": row, "size": (0, self.row_height)}
            for row in self.rows
        ]
        if self.more is not None:
            lines.append(
                {"viewclass": "MoreLine", "data": self.more, "size": (0, self.more_height)}
            )
        return lines
