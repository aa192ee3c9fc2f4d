"""How the kiosk is, for those who work here: draws a ``StaffView``; layout in staff.kv."""

from __future__ import annotations

from kivy.properties import ObjectProperty

from kiosk.screens.kit import Card, Column, Hug, Row
from kiosk.screens.screen import Screen


class BannerLine(Row):
    """A ``Banner``: what came of a touch, or that all is well."""

    data = ObjectProperty(rebind=True)


class FaultPanel(Card):
    """A ``FaultCard``: a code, what it means and what to do."""

    data = ObjectProperty(rebind=True)


class CodeBadge(Hug):
    """The code of a ``FaultCard``."""

    data = ObjectProperty(rebind=True)


class StateTile(Card):
    """A ``Tile`` that is as tall as its remark needs."""

    data = ObjectProperty(rebind=True)


class ReasonPanel(Card):
    """A ``ReasonCard``: what was not taken, and why."""

    data = ObjectProperty(rebind=True)


class FactRow(Row):
    """A ``Fact``: a thing and what it is."""

    data = ObjectProperty(rebind=True)


class SectionTitle(Column):
    """The heading of a part, as a text."""

    data = ObjectProperty("")


class StaffScreen(Screen):
    """Draws how the kiosk is."""

    def opened(self) -> None:
        """Start at the top."""
        self.ids.scroll.scroll_y = 1
