"""What a scanner types as a keyboard, made into codes: key presses in, bytes out.

Raw key codes are read by the US layout, which scanners type by as they leave the factory;
the layout that is active on the kiosk plays no part. No device here: evdev gives the
presses, see ``hid``. A code in which something cannot be read is dropped whole, because
what is left of it might be the right code of another item.

Sources: key codes are those of linux/input-event-codes.h; the ways in which scanners type
control characters are named, with their manuals, in docs/devices/scanner-hid.md.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import NamedTuple

from kiosk.hardware.gate import CODE_BYTES_MAX

UP, DOWN, REPEAT = 0, 1, 2  # value of an EV_KEY event
GS = b"\x1d"  # ends a GS1 element of variable length
END = b"\r"  # ends the code

_CTRL = frozenset({29, 97})
_SHIFT = frozenset({42, 54})
_ALT = frozenset({56, 100})
_HELD = _CTRL | _SHIFT | _ALT
_CAPS_LOCK = 58
_SILENT = frozenset({69, 70, 125, 126})  # Num Lock, Scroll Lock, Meta: change no character

KEY_NAMES = {
    "enter": 28,
    "keypad-enter": 96,
    "tab": 15,
    "down": 108,
    **{f"f{n}": 58 + n for n in range(1, 11)},
    "f11": 87,
    "f12": 88,
}

# first key code of a row, its characters, and the same with Shift
_ROWS = (
    (2, "1234567890-=", "!@#$%^&*()_+"),
    (16, "qwertyuiop[]", "QWERTYUIOP{}"),
    (30, "asdfghjkl;'`", 'ASDFGHJKL:"~'),
    (43, "\\zxcvbnm,./", "|ZXCVBNM<>?"),
    (57, " ", " "),
)
_CHARACTERS = {
    first + i: (plain[i], shifted[i]) for first, plain, shifted in _ROWS for i in range(len(plain))
}
_KEYPAD = dict(zip((55, *range(71, 84), 98), "*789-456+1230./", strict=True))


class Press(NamedTuple):
    """A key that went down or up; ``at_s`` is the kernel's time of it, in seconds.

    ``code`` is none where the kernel had to drop events (SYN_DROPPED): what was being
    typed then is not known.
    """

    code: int | None
    value: int
    at_s: float


@dataclass(frozen=True, slots=True)
class Habits:
    """How the scanner was told to type: which keys end a code, and which mean GS.

    ``gap_s`` is the longest time between two keys of one code.
    """

    ends: frozenset[int]
    separators: frozenset[int]
    gap_s: float


@dataclass(frozen=True, slots=True)
class Typed:
    """What has been typed since the last code ended."""

    text: bytes = b""
    held: frozenset[int] = frozenset()
    caps: bool = False
    alt_digits: str = ""
    spoilt: bool = False
    at_s: float = 0.0


class Read(NamedTuple):
    """What is still being typed, the codes that ended, and how many codes were dropped."""

    typed: Typed
    codes: list[bytes]
    dropped: int


def read_presses(typed: Typed, presses: Iterable[Press], habits: Habits) -> Read:
    """Take the presses one by one."""
    ended = []
    for press in presses:
        typed, code = take(typed, press, habits)
        if code is not None:
            ended.append(code)
    return Read(typed, [code for code in ended if code], ended.count(b""))


def take(typed: Typed, press: Press, habits: Habits) -> tuple[Typed, bytes | None]:
    """Take one press; gives the code that it ended, empty where that had to be dropped."""
    if not 0 <= press.at_s - typed.at_s <= habits.gap_s:
        typed = Typed()  # the rest of it never came, and a held key's release may be lost too
    typed = replace(typed, at_s=press.at_s)
    if press.code is None:
        return replace(typed, spoilt=True, held=frozenset()), None
    if press.code in _HELD:
        return _hold(typed, press.code, press.value), None
    if press.value != DOWN:
        return typed, None
    meaning = _meaning(typed, press.code, habits)
    if meaning != END:
        return _add(typed, press.code, meaning), None
    ended = Typed(held=typed.held, at_s=press.at_s)
    if typed.spoilt:
        return ended, b""
    return ended, typed.text or None


def _hold(typed: Typed, code: int, value: int) -> Typed:
    """Press or release Shift, Ctrl or Alt; Alt's release makes a character of its digits."""
    if value != UP:
        return replace(typed, held=typed.held | {code})
    released = replace(typed, held=typed.held - {code})
    if code not in _ALT or not typed.alt_digits:
        return released
    number, released = int(typed.alt_digits), replace(released, alt_digits="")
    return _with_text(released, bytes([number]) if 0 < number < 256 else None)


def _meaning(typed: Typed, code: int, habits: Habits) -> bytes | None:
    """Give the bytes that the key stands for, ``END``, or none where it stands for nothing."""
    if code in habits.ends:
        return END
    if code in habits.separators:
        return GS
    character = _character(typed, code)
    if character is None or typed.held & _ALT:
        return None
    if not typed.held & _CTRL:
        return character.encode("ascii")
    return _control(character.upper())


def _control(character: str) -> bytes | None:
    """Give what Ctrl makes of a character: Ctrl+] is GS. Ctrl+J and Ctrl+M end the code."""
    if not "A" <= character <= "_":
        return None
    control = bytes([ord(character) & 0x1F])
    return END if control in (b"\n", b"\r") else control


def _character(typed: Typed, code: int) -> str | None:
    if code in _KEYPAD:
        return _KEYPAD[code]
    if code not in _CHARACTERS:
        return None
    plain, shifted = _CHARACTERS[code]
    shift = bool(typed.held & _SHIFT) != (typed.caps and plain.isalpha())
    return shifted if shift else plain


def _add(typed: Typed, code: int, meaning: bytes | None) -> Typed:
    if code == _CAPS_LOCK:
        return replace(typed, caps=not typed.caps)
    if code in _SILENT:
        return typed
    digit = _KEYPAD.get(code, "")
    if typed.held & _ALT and digit.isdigit() and len(typed.alt_digits) < 4:
        return replace(typed, alt_digits=typed.alt_digits + digit)
    return _with_text(typed, meaning)


def _with_text(typed: Typed, addition: bytes | None) -> Typed:
    if addition is None or len(typed.text) >= CODE_BYTES_MAX:
        return replace(typed, spoilt=True)
    return replace(typed, text=typed.text + addition)
