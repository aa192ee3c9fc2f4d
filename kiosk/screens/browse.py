"""Looking through the categories: draws a ``BrowseView``; layout in browse.kv."""

from __future__ import annotations

from typing import Any

from kiosk.screens.screen import Screen


class BrowseScreen(Screen):
    """Draws the way here, what lies below, and the products."""

    def opened(self) -> None:
        """Start at the top."""
        self.ids.hits.scroll_y = 1

    def on_view(self, _screen: Any, view: Any) -> None:
        """Keep the last crumb, where one is, in sight."""
        if "crumbs" in self.ids:
            self.ids.crumbs.show_end()
