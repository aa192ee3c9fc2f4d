"""Card data is hidden here, in the codecs, before anything else sees it.

What is kept of a card number is its BIN (the first six digits) and its last four, as PCI DSS 4.0,
requirement 3.4.1, lets a merchant show them. Tracks, the chip's copies of them and the name on the
card are not kept at all.

The wire's own sign for a hidden digit is the nibble E (ZVT, BMP 22), so a masked number is
written the same way: ``541333EEEEEE4111``.

>>> mask_digits("5413330089020052")
MaskedPan(digits='541333EEEEEE0052')
>>> mask_text(b"Card 4111 1111 1111 1111 ok")
b'Card 411111******1111 ok'
"""

from __future__ import annotations

import re
from dataclasses import dataclass

BIN_DIGITS, LAST_DIGITS = 6, 4
PAN_DIGITS_MIN, PAN_DIGITS_MAX = 13, 19  # shorter ones would show too much: see mask_digits
HIDDEN = "E"

_KEPT = re.compile(r"[0-9E]{0,6}E*[0-9E]{0,4}", re.ASCII)


@dataclass(frozen=True, slots=True)
class MaskedPan:
    """A card number of which at most the first six and the last four digits are to be seen."""

    digits: str

    def __post_init__(self) -> None:
        shown = len(self.digits) - self.digits.count(HIDDEN)
        short = len(self.digits) < PAN_DIGITS_MIN
        if not _KEPT.fullmatch(self.digits) or (short and shown > LAST_DIGITS):
            raise ValueError(f"Expected a masked card number, got {len(self.digits)} characters")

    @property
    def bin(self) -> str:
        """The first six digits; empty where the terminal hid them."""
        first = self.digits[:BIN_DIGITS]
        return first if first.isdecimal() and len(self.digits) >= PAN_DIGITS_MIN else ""

    @property
    def last4(self) -> str:
        """The last four digits; empty where the terminal hid them."""
        last = self.digits[-LAST_DIGITS:]
        return last if len(last) == LAST_DIGITS and last.isdecimal() else ""


def mask_digits(digits: str) -> MaskedPan:
    """Mask a card number; what is no digit counts as hidden. Of a short one the last four stay."""
    if digits.isascii() and digits.isdecimal():
        clean = digits
    else:
        clean = "".join(digit if digit in "0123456789" else HIDDEN for digit in digits)
    long_enough = len(clean) >= PAN_DIGITS_MIN
    first = clean[:BIN_DIGITS] if long_enough else ""
    last = clean[-LAST_DIGITS:] if len(clean) > LAST_DIGITS else ""
    return MaskedPan(first + HIDDEN * (len(clean) - len(first) - len(last)) + last)


def mask_bcd(packed: bytes) -> MaskedPan:
    """Mask a card number as ZVT packs it: two digits a byte, F behind an odd one."""
    return mask_digits(packed.hex().upper().rstrip("F"))


def mask_track2(packed: bytes) -> MaskedPan:
    """Mask a packed track 2 (or 3): the card number stands before the separator, D."""
    return mask_digits(packed.hex().upper().partition("D")[0].rstrip("F")[:PAN_DIGITS_MAX])


# Groups as cards are embossed and receipts print them, or a run. Digits before or behind would
# make it another number.
_PRINTED = re.compile(
    rb"(?<![0-9])(?:[0-9]{13,19}"
    rb"|[0-9]{4}([ -])[0-9]{4}\1[0-9]{4}\1[0-9]{1,4}(?:\1?[0-9]{1,3})?"
    rb"|3[0-9]{3}([ -])[0-9]{6}\2[0-9]{4,5})(?![0-9])"
)
_ISSUED = re.compile(r"[2-69]")  # ISO/IEC 7812: banks, travel, petroleum, national (9)
_SHORTER = re.compile(r"3[4-7][0-9]{13}|3[0689][0-9]{12}|4[0-9]{12}|[56][0-9]{12,14}")


def mask_text(text: bytes) -> bytes:
    """Hide what looks like a card number in text of any one-byte character set.

    Sixteen digits and more are hidden where an issuer's digit begins them, right check digit or
    not; fewer only where brand and check digit agree: a receipt is full of other numbers.
    """
    if len(text) < PAN_DIGITS_MIN:
        return text
    return _PRINTED.sub(_mask_printed, text)


def mask_checked(text: bytes) -> bytes:
    """Hide card numbers as ``mask_text``, but only those with a right check digit.

    For fields that hold other long numbers by rule.
    """
    return _PRINTED.sub(
        lambda found: _mask_printed(found) if _is_checked(found) else found[0], text
    )


def _is_checked(found: re.Match[bytes]) -> bool:
    return has_check_digit(re.sub(rb"[ -]", b"", found[0]).decode("ascii"))


def _mask_printed(found: re.Match[bytes]) -> bytes:
    digits = re.sub(rb"[ -]", b"", found[0]).decode("ascii")
    if not _ISSUED.match(digits):
        return found[0]
    if len(digits) < 16 and not (_SHORTER.fullmatch(digits) and has_check_digit(digits)):
        return found[0]
    return mask_digits(digits).digits.replace(HIDDEN, "*").encode("ascii")


_BARE = re.compile(r"(?<![0-9])[0-9]{13,19}(?![0-9])")


def mask_packed(value: bytes) -> bytes:
    """Hide a packed card number with a right check digit in a value of unknown meaning.

    A value of ASCII digits alone is a number in text, and ``mask_text`` has looked at it.
    """
    if len(value) < PAN_DIGITS_MIN // 2 or value.isdigit():
        return value
    nibbles = value.hex()
    if not _BARE.search(nibbles):
        return value
    text_like = all(byte >= 0x20 for byte in value)
    if text_like and not _BARE.fullmatch(nibbles.rstrip("f")):
        return value  # a run of digits in the middle of letters is only their codes
    masked = _BARE.sub(_mask_nibbles, nibbles)
    return bytes.fromhex(masked)


def _mask_nibbles(found: re.Match[str]) -> str:
    digits = found[0]
    if _ISSUED.match(digits) and has_check_digit(digits):
        return mask_digits(digits).digits.lower()
    return digits


def has_check_digit(digits: str) -> bool:
    """Tell whether the last digit is the Luhn check digit of the others (ISO/IEC 7812-1, B).

    >>> has_check_digit("5413330089020011")
    True
    """
    total = 0
    for place, digit in enumerate(reversed(digits)):
        doubled = int(digit) * 2 if place % 2 else int(digit)
        total += doubled - 9 if doubled > 9 else doubled
    return total % 10 == 0
