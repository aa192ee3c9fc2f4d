"""How a voucher is compared, and what became of one that was shown.

>>> voucher_key(" off-۱۰ ") == voucher_key("OFF10")
True

Source: docs/pricing.md, section 4, "Vouchers".
"""

from __future__ import annotations

import unicodedata

_LETTERS = str.maketrans({"ي": "ی", "ى": "ی", "ك": "ک"})


def voucher_key(text: str) -> str:
    """Fold a voucher: case, digits of any script, Arabic letters; only letters and digits stay."""
    plain = unicodedata.normalize("NFKC", text).casefold().translate(_LETTERS)
    return "".join(_digit(char) for char in plain if char.isalnum())


def _digit(char: str) -> str:
    return str(unicodedata.decimal(char)) if char.isdecimal() else char
