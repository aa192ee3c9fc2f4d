"""What was sold here, for staff: draws a ``SalesView``; layout in sales.kv."""

from __future__ import annotations

from kiosk.screens.kit import Press
from kiosk.screens.screen import Screen


class SaleLine(Press):
    """A ``SaleRow``."""


class SalesScreen(Screen):
    """Draws the newest sales."""

    def opened(self) -> None:
        """Start at the top."""
        self.ids.scroll.scroll_y = 1
