"""The on-screen keyboard: Persian, Latin and digits, with the half-space where a finger finds it.

It puts what is touched into a field and says that something was typed; it knows no search.
Which page is open is nobody else's business, so the page is kept here. The order of the
letters is ISIRI 9147, the layout on every keyboard sold in Iran.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any

from kivy.clock import Clock
from kivy.properties import BooleanProperty, NumericProperty, ObjectProperty, StringProperty
from kivy.uix.behaviors import ButtonBehavior
from kivy.uix.boxlayout import BoxLayout

ZWNJ = "\u200c"
REPEAT_AFTER_S = 0.45
REPEAT_EVERY_S = 0.08


class Page(Enum):
    """What the letter keys carry."""

    PERSIAN = "persian"
    LATIN = "latin"
    DIGITS = "digits"


ROWS = {
    Page.PERSIAN: ("۱۲۳۴۵۶۷۸۹۰", "ضصثقفغعهخحجچ", "شسیبلاتنمکگ", "ظطژزرذدپوئ"),
    Page.LATIN: ("1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm"),
    Page.DIGITS: ("123", "456", "789", ".0-"),
}
_PERSIAN_DIGITS = str.maketrans("0123456789.", "۰۱۲۳۴۵۶۷۸۹٫")
_LEGENDS = {Page.PERSIAN: "فا", Page.LATIN: "EN"}  # what stands on the key that opens a page


class Act(Enum):
    """What a key does; a letter is put in."""

    LETTER = "letter"
    BACKSPACE = "backspace"
    CLEAR = "clear"
    SEARCH = "search"
    OPEN_LETTERS = "open letters"
    OPEN_OTHER = "open other"
    OPEN_DIGITS = "open digits"


@dataclass(frozen=True, slots=True)
class KeyCap:
    """One key: what it does, what stands on it, what it puts in, how wide it is."""

    act: Act
    text: str = ""
    icon: str = ""
    puts: str = ""
    width: float = 1.0


def rows_of(
    page: Page, persian: bool, words: Any, done: str = "magnify"
) -> tuple[tuple[KeyCap, ...], ...]:
    """Lay out a page; ``words`` are the ``KeyWords`` of the view, ``done`` the last key's icon."""
    letters = [tuple(_letter(each) for each in _digits(row, page, persian)) for row in ROWS[page]]
    backspace = KeyCap(Act.BACKSPACE, icon="backspace-outline", width=2.0)
    if page is Page.DIGITS:
        beside = (
            replace(backspace, width=1.0),
            KeyCap(Act.CLEAR, words.clear),
            KeyCap(Act.OPEN_LETTERS, words.letters),
            KeyCap(Act.SEARCH, words.search, icon=done),
        )
        return tuple((*row, key) for row, key in zip(letters, beside, strict=True))
    letters[-1] = (*letters[-1], backspace)
    return (*letters, _bottom_row(page, words, done))


def _bottom_row(page: Page, words: Any, done: str) -> tuple[KeyCap, ...]:
    other = Page.LATIN if page is Page.PERSIAN else Page.PERSIAN
    half_space = KeyCap(Act.LETTER, words.zwnj, puts=ZWNJ, width=2.0)
    return (
        KeyCap(Act.OPEN_OTHER, _LEGENDS[other], width=1.3),
        KeyCap(Act.OPEN_DIGITS, words.digits, width=1.3),
        *((half_space,) if page is Page.PERSIAN else ()),
        KeyCap(Act.LETTER, words.space, puts=" ", width=3.4),
        KeyCap(Act.CLEAR, words.clear, width=1.8),
        KeyCap(Act.SEARCH, words.search, icon=done, width=2.2),
    )


def _letter(character: str) -> KeyCap:
    return KeyCap(Act.LETTER, character, puts=character)


def _digits(row: str, page: Page, persian: bool) -> str:
    return row.translate(_PERSIAN_DIGITS) if page is Page.DIGITS and persian else row


class Key(ButtonBehavior, BoxLayout):
    """A key on the screen; it acts when it is touched, as fast typists expect."""

    cap = ObjectProperty(KeyCap(Act.LETTER), rebind=True)
    side = NumericProperty(88)

    def __init__(self, struck: Callable[[KeyCap], None], **kwargs: Any) -> None:
        self._struck = struck
        self._repeat = Clock.create_trigger(self._again, REPEAT_EVERY_S, interval=True)
        self._wait = Clock.create_trigger(lambda _dt: self._repeat(), REPEAT_AFTER_S)
        super().__init__(**kwargs)

    def on_press(self) -> None:
        """Strike once, and again and again for a held backspace."""
        self._struck(self.cap)
        if self.cap.act is Act.BACKSPACE:
            self._wait()

    def on_release(self) -> None:
        """Stop striking."""
        self._stop()

    def on_state(self, _key: Any, state: str) -> None:
        """Stop striking when the finger slid off, too."""
        if state == "normal":
            self._stop()

    def on_parent(self, _key: Any, parent: Any) -> None:
        """Stop striking when the page is gone."""
        if parent is None:
            self._stop()

    def _again(self, _dt: float) -> None:
        self._struck(self.cap)

    def _stop(self) -> None:
        self._wait.cancel()
        self._repeat.cancel()


class Keyboard(BoxLayout):
    """Types into ``field``; fires ``on_typed`` after each change and ``on_search`` for its key."""

    __events__ = ("on_typed", "on_search")

    words = ObjectProperty(rebind=True, allownone=True)
    field = ObjectProperty(None, allownone=True)
    page = ObjectProperty(Page.PERSIAN)
    letters = ObjectProperty(Page.PERSIAN)
    rtl = BooleanProperty(True)
    done = StringProperty("magnify")  # the icon of the key that ends typing

    def on_typed(self) -> None:
        """Be an event."""

    def on_search(self) -> None:
        """Be an event."""

    def open_letters(self) -> None:
        """Show the letters of the screen's language."""
        self.letters = Page.PERSIAN if self.rtl else Page.LATIN
        self.page = self.letters

    def on_rtl(self, *_: Any) -> None:
        """Follow the screen into another language."""
        self.open_letters()

    def on_words(self, *_: Any) -> None:
        """Relabel the keys in another language."""
        self._lay_out()

    def on_page(self, *_: Any) -> None:
        """Put up the other keys."""
        self._lay_out()

    def all_keys(self) -> list[Key]:
        """Give the keys that are up, for tests."""
        return [key for row in self.children[::-1] for key in row.children[::-1]]

    def _lay_out(self) -> None:
        self.clear_widgets()
        if self.words is None:
            return
        rows = rows_of(self.page, self.letters is Page.PERSIAN, self.words, self.done)
        letter_rows = rows[1:-1] if len(rows) > len(ROWS[Page.DIGITS]) else rows
        widest = max(sum(cap.width for cap in row) for row in letter_rows)
        for row in rows:
            free = widest - sum(cap.width for cap in row) if row in letter_rows else 0.0
            line = KeyRow(free=free / widest)
            for cap in row:
                line.add_widget(Key(self._strike, cap=cap, size_hint_x=cap.width))
            self.add_widget(line)

    def _strike(self, cap: KeyCap) -> None:
        match cap.act:
            case Act.LETTER:
                self.field.insert(cap.puts)
            case Act.BACKSPACE:
                self.field.backspace()
            case Act.CLEAR:
                self.field.clear()
            case Act.SEARCH:
                self.dispatch("on_search")
                return
            case _:
                self._turn_to(cap.act)
                return
        self.dispatch("on_typed")

    def _turn_to(self, act: Act) -> None:
        if act is Act.OPEN_DIGITS:
            self.page = Page.DIGITS
            return
        if act is Act.OPEN_OTHER:
            self.letters = Page.LATIN if self.letters is Page.PERSIAN else Page.PERSIAN
        self.page = self.letters


class KeyRow(BoxLayout):
    """One row of keys; ``free`` is the share of the width that it leaves empty, half each side."""

    free = NumericProperty(0.0)
