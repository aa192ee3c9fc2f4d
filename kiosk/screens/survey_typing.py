"""Fields of a survey that are typed into: their text is their own while it is typed.

Answers of the core come a little later than keys: one to an older text must not put that text
back. A panel that is given another question starts with that question's text and nothing else.
"""

from __future__ import annotations

from typing import Any

from kivy.properties import BooleanProperty, ObjectProperty, StringProperty

from kiosk.screens.kit import Card, Column
from kiosk.screens.text import editing
from kiosk.screens.text.editing import Edited
from kiosk.screens.text.field import PersianField
from kiosk.survey_messages import TypeAnswer

AWAITED_MAX = 32  # texts whose answers may still come


class AnswerField(PersianField):
    """The field of one line; ``on_changed`` after a key, not when it is set."""

    __events__ = ("on_changed",)

    def on_changed(self) -> None:
        """Be an event."""

    def _become(self, edited: Edited) -> None:
        before = self.text
        super()._become(edited)
        if self.text != before:
            self.dispatch("on_changed")


class AnswerArea(Column):
    """A text of several lines, or one that is not to be read; keys work at its end."""

    __events__ = ("on_changed",)

    text = StringProperty("")
    masked = BooleanProperty(False)
    focus = BooleanProperty(False)
    hint_text = StringProperty("")
    length_max = 0

    def on_changed(self) -> None:
        """Be an event."""

    def insert(self, piece: str) -> None:
        """Type at the end."""
        self._become(editing.insert(editing.insert(Edited(), self.text), piece, self.length_max))

    def backspace(self) -> None:
        """Take the last letter away."""
        self._become(editing.delete_before(editing.insert(Edited(), self.text)))

    def clear(self) -> None:
        """Take everything away."""
        self._become(Edited())

    def shown(self, text: str, *, masked: bool, focus: bool) -> str:
        """Give what is drawn: dots for what is not to be read, a bar where one types."""
        return ("•" * len(text) if masked else text) + ("|" if focus else "")

    def _become(self, edited: Edited) -> None:
        if edited.text != self.text:
            self.text = edited.text
            self.dispatch("on_changed")


class TypingPanel(Card):
    """What a ``LinePiece`` or a ``FindPiece`` is drawn by; ``field`` is what the keys type into."""

    data = ObjectProperty(rebind=True)
    send = ObjectProperty(None)
    key = StringProperty("")

    def __init__(self, **kwargs: Any) -> None:
        self._awaited: list[str] = []
        super().__init__(**kwargs)
        self.take()

    @property
    def field(self) -> Any:
        """The field, with ``insert``, ``backspace``, ``clear`` and ``text``."""
        return self.ids.field.__self__

    def on_data(self, *_: Any) -> None:
        """Follow the view."""
        if "field" in self.ids:
            self.take()

    def take(self) -> None:
        """Take the view's text unless it answers something typed before."""
        data, field = self.data, self.ids.field
        if data.head.key != self.key:
            self.key = data.head.key
            self._awaited.clear()
            field.text = data.text
        elif data.text == field.text:
            self._awaited.clear()
        elif data.text in self._awaited:
            del self._awaited[: self._awaited.index(data.text) + 1]
        else:
            self._awaited.clear()
            field.text = data.text
        field.length_max = getattr(data, "length_max", 0)
        field.focus = data.open

    def typed(self) -> None:
        """Send the whole text after a key."""
        text = self.ids.field.text
        self._awaited = [*self._awaited, text][-AWAITED_MAX:]
        self.send(TypeAnswer(self.data.path, text))

    def on_touch_down(self, touch: Any) -> bool:
        """Bring the keys up when the field is touched."""
        if not self.data.open and self.ids.frame.collide_point(*touch.pos):
            self.send(self.data.touch)
            return True
        return bool(super().on_touch_down(touch))


class LinePanel(TypingPanel):
    """A ``LinePiece`` of one line."""


class AreaPanel(TypingPanel):
    """A ``LinePiece`` of several lines, or one that is not to be read."""


class FindPanel(TypingPanel):
    """A ``FindPiece``: a field, and what it finds."""
