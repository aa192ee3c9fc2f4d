"""Something does not work: draws a ``TroubleView``; layout in trouble.kv."""

from __future__ import annotations

from kiosk.screens.screen import Screen


class TroubleScreen(Screen):
    """Draws what the shopper can do now, and a code for staff."""
