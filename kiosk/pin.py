"""The staff's PIN: how it is kept, and whether what was typed is it.

The settings hold no PIN but its scrypt hash, ``scrypt$N$r$p$SALT$KEY`` (salt and key in base64).
A short number is soon found by whoever has that line and a computer; the line is for the eyes of
the user ``kiosk``, and the screen is slow to guess at. Not here: how often one may try.

Source: RFC 7914; the cost is its "interactive" one, 16 MiB and some 50 ms.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
from dataclasses import dataclass, field
from itertools import pairwise

from kiosk.errors import DataError

DIGITS_MIN, DIGITS_MAX = 6, 12
COST, BLOCK, LANES = 1 << 14, 8, 1
SALT_BYTES, KEY_BYTES = 16, 32
MEMORY_MAX = 64 << 20  # a costlier line would hold the screen up
_SCHEME = "scrypt"
_FORM = "scrypt$N$r$p$SALT$KEY, as kiosk staff-pin prints it"


@dataclass(frozen=True, slots=True)
class PinHash:
    """A PIN as it is kept."""

    cost: int
    block: int
    lanes: int
    salt: bytes = field(repr=False)
    key: bytes = field(repr=False)

    def fits(self, pin: str) -> bool:
        """Tell whether this is the PIN, in ASCII digits; it takes some 50 ms either way."""
        return hmac.compare_digest(self.key, self._key_of(pin))

    def line(self) -> str:
        """Write it as the settings have it."""
        salt, key = (base64.b64encode(each).decode() for each in (self.salt, self.key))
        return f"{_SCHEME}${self.cost}${self.block}${self.lanes}${salt}${key}"

    def _key_of(self, pin: str) -> bytes:
        return hashlib.scrypt(
            pin.encode(),
            salt=self.salt,
            n=self.cost,
            r=self.block,
            p=self.lanes,
            maxmem=MEMORY_MAX,
            dklen=len(self.key) or KEY_BYTES,
        )


def hash_of(pin: str) -> PinHash:
    """Hash a PIN with a salt of its own; raises ``DataError`` where it is too easy a one."""
    check_pin(pin)
    unkeyed = PinHash(COST, BLOCK, LANES, secrets.token_bytes(SALT_BYTES), b"")
    return PinHash(COST, BLOCK, LANES, unkeyed.salt, unkeyed._key_of(pin))


def read_hash(line: str) -> PinHash:
    """Read the line of the settings; raises ``DataError`` that does not repeat it."""
    try:
        scheme, cost, block, lanes, salt, key = line.split("$")
        numbers = int(cost), int(block), int(lanes)
        raw = base64.b64decode(salt, validate=True), base64.b64decode(key, validate=True)
    except (ValueError, binascii.Error):
        raise DataError(f"Expected {_FORM}; got another text") from None
    made = PinHash(*numbers, *raw)
    if scheme != _SCHEME or not _is_sound(made):
        raise DataError(f"Expected {_FORM}; got other numbers or lengths")
    return made


def check_pin(pin: str) -> None:
    """Raise ``DataError`` where a PIN is too short, too long, no number or the first guess."""
    if not (pin.isascii() and pin.isdigit() and DIGITS_MIN <= len(pin) <= DIGITS_MAX):
        raise DataError(f"Expected {DIGITS_MIN} to {DIGITS_MAX} digits, got something else")
    steps = {ord(after) - ord(before) for before, after in pairwise(pin)}
    if steps in ({0}, {1}, {-1}):
        raise DataError("Expected a PIN that nobody guesses first, got one digit, or a run of them")


def _is_sound(made: PinHash) -> bool:
    cost_is_sound = COST <= made.cost <= 1 << 16 and not made.cost & (made.cost - 1)
    others_are = 1 <= made.block <= BLOCK and made.lanes == LANES
    return (
        cost_is_sound
        and others_are
        and 128 * made.cost * made.block <= MEMORY_MAX // 2
        and len(made.salt) >= SALT_BYTES
        and len(made.key) == KEY_BYTES
    )
