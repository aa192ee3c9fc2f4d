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


def mask_line(line: bytes) -> bytes:
    """Hide card numbers in a line that is text by rule, and packed ones where it is not text."""
    text = mask_text(line)
    return text if _is_text(text) else _mask_packed(text)


def mask_value(value: bytes) -> bytes:
    """Hide card numbers in a value of unknown meaning, as text or packed.

    A packed number may happen to be letters (``UUUUUUDD`` is one of the test cards): text that is
    a card number from end to end goes too, if its check digit is right.
    """
    text = mask_text(value)
    if not _is_text(text):
        return _mask_packed(text)
    nibbles = text.hex()
    lettered = len(nibbles) == 16 and _CARD.fullmatch(nibbles) and not text.isdigit()
    return _masked(nibbles) if lettered and has_check_digit(nibbles) else text


_CARD = re.compile(
    r"(?:[456][0-9]|3[0-9]|2(?:22[1-9]|2[3-9][0-9]|[3-6][0-9]{2}|7[01][0-9]|720)|97)[0-9]{10,17}"
)
_TRACK = re.compile(r"([0-9]{13,19})d[0-9]{4}.*")
_RUN = re.compile(r"[0-9]{13,24}")
_WIDTHS = (19, 16, 15)  # of numbers that are looked for within a run


def _is_text(value: bytes) -> bool:
    return all(byte >= 0x20 or byte in b"\r\n\t" for byte in value)


def _mask_packed(value: bytes) -> bytes:
    """Hide a track, a card number alone, and one with a right check digit within other bytes."""
    nibbles = value.hex()
    track = _TRACK.fullmatch(nibbles)
    if track and _ISSUED.match(nibbles):
        return _masked(track[1], len(nibbles))
    alone = nibbles.rstrip("f")
    if len(alone) in (16, 19) and _CARD.fullmatch(alone):
        return _masked(alone, len(nibbles))
    runs = [found for found in _RUN.finditer(nibbles) if _ends(found, nibbles)]
    for run in runs:
        masked = _mask_run(run[0], run.start() % 2)
        nibbles = nibbles[: run.start()] + masked + nibbles[run.end() :]
    return bytes.fromhex(nibbles)


def _ends(found: re.Match[str], nibbles: str) -> bool:
    """Tell whether a run of digits is whole: the middle of a longer one is no number."""
    return not nibbles[found.end() : found.end() + 1].isdecimal()


def _mask_run(run: str, offset: int) -> str:
    for at in range(offset, len(run), 2):  # a packed number begins with a byte
        for width in _WIDTHS:
            digits = run[at : at + width]
            if len(digits) == width and _CARD.fullmatch(digits) and has_check_digit(digits):
                return run[:at] + mask_digits(digits).digits.lower() + run[at + width :]
    return run


def _masked(digits: str, nibbles: int = 0) -> bytes:
    """Give the masked number as packed bytes, filled up with F to so many nibbles."""
    return bytes.fromhex(mask_digits(digits).digits.lower().ljust(nibbles, "f"))


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
