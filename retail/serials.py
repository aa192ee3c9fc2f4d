"""Serials of gift cards and vouchers: hard to guess, easy to read, and a slip is found.

15 signs of chance and one that checks them, of an alphabet without what looks alike (0 O, 1 I L).
The check is a weighted sum modulo 31, a prime, with another weight for each place: so every wrong
sign and every two that are swapped are found. 31¹⁵ is 2⁷⁴.

>>> checked("BARAN2345678923")
'BARAN23456789235'
>>> grouped("BARAN23456789235")
'BARA-N234-5678-9235'

Source: our own; weighted sums modulo a prime as in ISBN-10 (ISO 2108).
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Final

ALPHABET: Final = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
LENGTH: Final = 16  # with the check
_VALUE: Final = {sign: number for number, sign in enumerate(ALPHABET)}
_BASE: Final = len(ALPHABET)
_GROUP: Final = 4
_AROUND: Final = str.maketrans(dict.fromkeys(" -‐‑–—\u200c\u200e\u200f"))
_LATIN: Final = str.maketrans("۰۱۲۳۴۵۶۷۸۹٠١٢٣٤٥٦٧٨٩", "01234567890123456789")


class SerialError(ValueError):
    """It is no serial; nothing of it is in the message."""


def new_serial(chance: Callable[[int], int] = secrets.randbelow) -> str:
    """Make a serial; ``chance(n)`` gives a number of 0 to n − 1."""
    return checked("".join(ALPHABET[chance(_BASE)] for _ in range(LENGTH - 1)))


def checked(signs: str) -> str:
    """Put the check behind 15 signs; raises ``SerialError``."""
    if len(signs) != LENGTH - 1 or not set(signs) <= _VALUE.keys():
        raise SerialError(f"Expected {LENGTH - 1} signs of the alphabet")
    # the check has the weight 16: 16 · 2 is 1 modulo 31, so its value is twice the negated sum
    return signs + ALPHABET[-2 * _sum(signs) % _BASE]


def read_serial(text: str) -> str:
    """Read what was typed, scanned or printed in groups; raises ``SerialError``."""
    signs = text.translate(_AROUND).translate(_LATIN).upper()
    if len(signs) != LENGTH or not set(signs) <= _VALUE.keys():
        raise SerialError(f"Expected {LENGTH} letters and digits")
    if _sum(signs) % _BASE:
        raise SerialError("Expected a serial without a slip")
    return signs


def grouped(serial: str) -> str:
    """Write it in groups of four, as it is printed."""
    return "-".join(serial[at : at + _GROUP] for at in range(0, len(serial), _GROUP))


def _sum(signs: str) -> int:
    return sum(weight * _VALUE[sign] for weight, sign in enumerate(signs, start=1))
