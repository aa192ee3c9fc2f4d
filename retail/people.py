"""Numbers that name people: mobile numbers and national ids, read, checked, and masked.

Nothing here puts a number into a message: what is wrong is said without it.

>>> read_mobile("۰۹۱۲ ۳۴۵ ۶۷۸۹")
'989123456789'
>>> masked_mobile("989123456789")
'0912•••6789'

Source: Iran's numbering plan (mobile numbers are 9 and nine digits behind +98); the check digit of
the national id as the National Organization for Civil Registration gives it: the sum of the first
nine digits by 10 to 2, modulo 11.
"""

from __future__ import annotations

import re
from typing import Final

_LATIN: Final = str.maketrans("۰۱۲۳۴۵۶۷۸۹٠١٢٣٤٥٦٧٨٩", "01234567890123456789")
_BETWEEN: Final = re.compile(r"[\s()./\-‐‑–\u200c\u200e\u200f\u202a-\u202e\u2066-\u2069]+")
_MOBILE: Final = re.compile(r"(?:\+|00)?98(9\d{9})|0?(9\d{9})")
_ID_DIGITS: Final = 10
_MODULUS: Final = 11


class PersonError(ValueError):
    """It is no number of this kind; nothing of it is in the message."""


def read_mobile(text: str) -> str:
    """Give a mobile number as ``989…``, however it was typed; raises ``PersonError``."""
    found = _MOBILE.fullmatch(_BETWEEN.sub("", text.translate(_LATIN)))
    if found is None:
        raise PersonError("Expected a mobile number such as 0912 345 6789")
    return "98" + (found[1] or found[2])


def masked_mobile(number: str) -> str:
    """Show of a number what its owner knows it by; ``number`` is as ``read_mobile`` gives it."""
    return f"0{number[2:5]}•••{number[-4:]}"


def read_national_id(text: str) -> str:
    """Give the ten digits of a national id; raises ``PersonError``."""
    digits = _BETWEEN.sub("", text.translate(_LATIN))
    if not re.fullmatch(r"\d{8,10}", digits):
        raise PersonError("Expected a national id of 10 digits")
    digits = digits.zfill(_ID_DIGITS)  # leading zeros are often left out
    if len(set(digits)) == 1 or not _checks(digits):
        raise PersonError("Expected a national id without a slip")
    return digits


def _checks(digits: str) -> bool:
    rest = sum(int(digit) * (_ID_DIGITS - n) for n, digit in enumerate(digits[:-1])) % _MODULUS
    return int(digits[-1]) == (rest if rest < 2 else _MODULUS - rest)


def masked_name(name: str) -> str:
    """Show of each word of a name its first letter alone: ``س••• ا•••``."""
    return " ".join(f"{word[0]}•••" for word in name.split())
