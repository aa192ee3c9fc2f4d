"""How many parts a text message has, as the gateway counts and the chain pays them.

Latin text that GSM's own alphabet has: 160 signs, or 153 in each of several parts; all else, so all
Persian, in UCS-2: 70, or 67. A sign beyond the basic plane counts as two and is never cut; of GSM's
alphabet some signs take two places.

>>> parts_of("سلام").parts
1

Source: 3GPP TS 23.038, sections 6.2.1 and 6.2.3; TS 23.040, section 9.2.3.24 (the header of a
concatenated message: 6 octets).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

_GSM: Final = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM_TWO: Final = frozenset("\f^{}\\[~]|€")
_ONE: Final = {"gsm": 160, "ucs2": 70}
_EACH: Final = {"gsm": 153, "ucs2": 67}
_BASIC: Final = 0xFFFF


@dataclass(frozen=True, slots=True)
class Counted:
    """``alphabet`` is ``gsm`` or ``ucs2``; ``units`` are its places; ``parts`` is 0 for nothing."""

    alphabet: str
    units: int
    parts: int


def parts_of(text: str) -> Counted:
    """Count a message."""
    latin = all(sign in _GSM or sign in _GSM_TWO for sign in text)
    alphabet = "gsm" if latin else "ucs2"
    widths = [_width(sign, latin=latin) for sign in text]
    units = sum(widths)
    if units <= _ONE[alphabet]:
        return Counted(alphabet, units, 1 if units else 0)
    return Counted(alphabet, units, _cut(widths, _EACH[alphabet]))


def _width(sign: str, *, latin: bool) -> int:
    return 2 if (sign in _GSM_TWO if latin else ord(sign) > _BASIC) else 1


def _cut(widths: Sequence[int], room: int) -> int:
    """Count parts, none of which ends within a sign."""
    parts, used = 1, 0
    for width in widths:
        if used + width > room:
            parts, used = parts + 1, 0
        used += width
    return parts
