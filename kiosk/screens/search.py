"""Search by name: draws a ``SearchView``, and keeps what is being typed; layout in search.kv.

The text in the field is the screen's own while it is typed, for answers come a little later
than keys: an answer to an older text must not put that text back.
"""

from __future__ import annotations

from typing import Any

from kivy.properties import BooleanProperty, ObjectProperty

from kiosk.messages import SearchTyped
from kiosk.screens.kit import Column, Row
from kiosk.screens.screen import Screen
from kiosk.screens.text.field import PersianField

AWAITED_MAX = 32  # texts whose answers may still come


class SearchField(Row):
    """The frame around the field."""


class TypedField(PersianField):
    """The field; a touch tells the screen to bring the keyboard up."""


class NothingHere(Column):
    """A ``Nothing``: no hit, and what to do instead."""

    data = ObjectProperty(rebind=True)


class SearchScreen(Screen):
    """Draws field, filters, hits and keyboard."""

    typing = BooleanProperty(True)

    def __init__(self, view: Any, **kwargs: Any) -> None:
        self._awaited: list[str] = []
        super().__init__(view=view, **kwargs)
        self.ids.field.text = view.text
        self.ids.keyboard.field = self.ids.field

    def opened(self) -> None:
        """Start with the keyboard up and the view's text."""
        self._awaited.clear()
        self.ids.field.text = self.view.text
        self.ids.field.focus = True
        self.typing = True
        self.ids.keyboard.open_letters()
        self.ids.hits.scroll_y = 1

    def on_view(self, _screen: Any, view: Any) -> None:
        """Take the view's text unless it answers something typed before."""
        if "field" not in self.ids:
            return
        if view.text == self.ids.field.text:
            self._awaited.clear()
        elif view.text in self._awaited:
            del self._awaited[: self._awaited.index(view.text) + 1]
        else:
            self._awaited.clear()
            self.ids.field.text = view.text

    def typed(self) -> None:
        """Send the whole text after a key."""
        text = self.ids.field.text
        self._awaited = [*self._awaited, text][-AWAITED_MAX:]
        self.send(SearchTyped(text))

    def on_touch_down(self, touch: Any) -> bool:
        """Bring the keyboard up when the field is touched."""
        if self.ids.frame.collide_point(*touch.pos):
            self.typing = True
        return bool(super().on_touch_down(touch))
