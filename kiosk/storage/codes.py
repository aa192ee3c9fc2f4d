"""Finds products by a code that was typed, whole or in part: a GTIN, its end, or a SKU.

What a scanned code means is ``retail.barcodes``; this is for a shopper who types what stands
under the bars, as far as it can be read.

Source: docs/search.md, section 8.
"""

from __future__ import annotations

import sqlite3
import unicodedata

from retail.values import GTIN_LENGTHS

DIGITS_MIN = 3  # of a part of a code
DIGITS_SURE = 6  # from here on a number is a code before it is a word
DIGITS_SPACED_MIN = 8  # "6260 100 001" is a code, "500 1" are two words
TAIL_DIGITS = 6  # of a GTIN's end that are indexed
SKU_LETTERS_MAX = 64
_LAST = chr(0x10FFFF)


def tail_of(digits: str) -> int:
    """Read the last six digits from right to left, so that all longer ends are in one range.

    >>> tail_of("04006381333931")
    139333
    """
    return int(digits[-TAIL_DIGITS:][::-1])


def digits_in(text: str) -> str:
    """Give the ASCII digits of a text that is a part of a code; empty where it is none."""
    packed = "".join(text.replace("-", " ").split())
    if not packed.isdecimal() or len(packed) > max(GTIN_LENGTHS):
        return ""
    least = DIGITS_MIN if packed == text.strip() else DIGITS_SPACED_MIN
    digits = "".join(str(unicodedata.decimal(each)) for each in packed)
    return digits if len(digits) >= least else ""


def ranks_by_digits(connection: sqlite3.Connection, digits: str, limit: int) -> list[int]:
    """Give products whose GTIN is these digits, then begins with them, then ends in them."""
    ranks = _ranks(connection, "gtin", [(int(digits), int(digits))], limit)
    ranks += _ranks(connection, "gtin", _beginning_with(digits), limit)
    if len(digits) <= TAIL_DIGITS:
        width = TAIL_DIGITS - len(digits)
        low = int(digits[::-1]) * 10**width
        ranks += _ranks(connection, "tail", [(low, low + 10**width - 1)], limit)
    return list(dict.fromkeys(ranks))[:limit]


def ranks_by_sku(connection: sqlite3.Connection, text: str, limit: int) -> list[int]:
    """Give the product with this SKU, then those whose SKU begins so; capitals do not matter."""
    start = unicodedata.normalize("NFKC", text.strip())[:SKU_LETTERS_MAX]
    start = "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in start)
    if not any(character.isdecimal() for character in start):
        return []
    rows = connection.execute(
        "SELECT rank FROM product WHERE sku >= ? COLLATE NOCASE AND sku < ? COLLATE NOCASE"
        " ORDER BY sku COLLATE NOCASE LIMIT ?",
        (start, start + _LAST, limit),
    )
    return [rank for (rank,) in rows]


def _beginning_with(digits: str) -> list[tuple[int, int]]:
    """Give the ranges of numbers that begin so, for each length that a GTIN is printed in."""
    rests = [length - len(digits) for length in GTIN_LENGTHS if length > len(digits)]
    start = int(digits)
    return [(start * 10**rest, (start + 1) * 10**rest - 1) for rest in rests]


def _ranks(
    connection: sqlite3.Connection, column: str, ranges: list[tuple[int, int]], limit: int
) -> list[int]:
    query = f"SELECT rank FROM pack WHERE {column} BETWEEN ? AND ? ORDER BY {column} LIMIT ?"  # noqa: S608
    return [
        rank for low, high in ranges for (rank,) in connection.execute(query, (low, high, limit))
    ]
