"""How the kiosk is used: draws a ``HelpView``; layout in helping.kv."""

from __future__ import annotations

from kivy.properties import ObjectProperty

from kiosk.screens.kit import Card
from kiosk.screens.screen import Screen


class StepPanel(Card):
    """A ``Step`` on a surface of its own."""

    data = ObjectProperty(rebind=True)


class StaffPanel(Card):
    """Who helps where the kiosk does not."""

    data = ObjectProperty(rebind=True)


class HelpScreen(Screen):
    """Draws the explanation."""

    def opened(self) -> None:
        """Start at the top."""
        self.ids.scroll.scroll_y = 1
