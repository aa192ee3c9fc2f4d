"""A scan that led to no price: draws an ``AnswerView``; layout in answer.kv."""

from __future__ import annotations

from kivy.properties import StringProperty

from kiosk.screens.kit import Picture
from kiosk.screens.screen import Screen


class AnswerPicture(Picture):
    """The item that the answer is about."""

    data = StringProperty("")


class AnswerScreen(Screen):
    """Draws what happened and what to do."""
