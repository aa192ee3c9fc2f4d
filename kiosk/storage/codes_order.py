"""In which order codes stand in the tables, for what is put beside them to stand in the same."""

from __future__ import annotations

TAIL_DIGITS = 6  # of a GTIN's end that are indexed


def tail_of(digits: str) -> int:
    """Read the last six digits from right to left, so that all longer ends are in one range.

    >>> tail_of("04006381333931")
    139333
    """
    return int(digits[-TAIL_DIGITS:][::-1])


def sku_key(sku: str) -> bytes:
    """Give what SQLite's ``NOCASE`` compares: capitals of ASCII alone are like small letters."""
    return sku.encode().lower()
