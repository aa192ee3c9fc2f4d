"""What stands around every screen, and the pieces that screens are made of, as data.

A feature's view module fills these with texts that are ready to draw; kiosk/screens draws
them. A button carries the message that it sends, so no screen decides what a touch means.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from kiosk.messages import Aid, Language, Message


class Tone(Enum):
    """How a piece of information feels; the screen chooses colour and icon by it."""

    PLAIN = "plain"
    GOOD = "good"
    LOW = "low"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Button:
    """Something to touch: its text, the message it sends and the name of its icon."""

    text: str
    send: Message
    icon: str = ""


@dataclass(frozen=True, slots=True)
class Chip:
    """A button that is on or off, such as a filter."""

    text: str
    send: Message
    on: bool = False
    icon: str = ""


@dataclass(frozen=True, slots=True)
class Face:
    """A face to touch; ``mood`` is 0 (worst) to 1 (best)."""

    mood: float
    text: str
    send: Message
    on: bool = False


@dataclass(frozen=True, slots=True)
class Tile:
    """A fact with a heading above it and a remark below."""

    icon: str
    head: str
    value: str
    foot: str = ""
    tone: Tone = Tone.PLAIN


@dataclass(frozen=True, slots=True)
class ItemRow:
    """A product in a list; ``send`` opens it, ``picture`` is a file's path or empty."""

    title: str
    sub: str
    price: str
    currency: str
    send: Message
    price_before: str = ""
    picture: str = ""
    stock: str = ""
    tone: Tone = Tone.PLAIN


@dataclass(frozen=True, slots=True)
class Notice:
    """A line under the top bar: something is not as usual, and the shop goes on."""

    text: str
    tone: Tone
    icon: str
    code: str = ""  # what staff look up in docs/operations.md


@dataclass(frozen=True, slots=True)
class Countdown:
    """How long until the kiosk returns to its start by itself."""

    left_s: int
    total_s: int
    text: str
    number: str  # the seconds left, in the language's digits


@dataclass(frozen=True, slots=True)
class StillThere:
    """The question before the countdown ends: stretch it, or leave now."""

    title: str
    text: str
    left_s: int
    stay: Button
    leave: Button


@dataclass(frozen=True, slots=True)
class Frame:
    """The surroundings of a screen; a part that is ``None`` is not shown.

    ``held`` is what is said when somebody holds the chain's name for long.
    """

    language: Language
    chain_name: str
    situation: str
    switch_language: Button
    scan_prompt: str
    help: Button | None = None
    back: Button | None = None
    home: Button | None = None
    aids: tuple[Chip, ...] = ()
    aids_on: frozenset[Aid] = frozenset()
    notices: tuple[Notice, ...] = ()
    countdown: Countdown | None = None
    still_there: StillThere | None = None
    held: Message | None = None
