"""Finds products by a code that was typed, whole or in part: a GTIN, its end, or a SKU.

What a scanned code means is ``retail.barcodes``; this is for a shopper who types what stands
under the bars, as far as it can be read. The base's codes and the changes' are put together in
the tables' order.

Source: docs/search.md, section 8.
"""

from __future__ import annotations

import sqlite3
import unicodedata
from collections.abc import Iterator
from heapq import merge
from itertools import islice

from kiosk.storage.changed import Changed
from kiosk.storage.codes_order import TAIL_DIGITS, sku_key
from retail.values import GTIN_LENGTHS

DIGITS_MIN = 3  # of a part of a code
DIGITS_SURE = 6  # from here on a number is a code before it is a word
DIGITS_SPACED_MIN = 8  # "6260 100 001" is a code, "500 1" are two words
SKU_LETTERS_MAX = 64
_LAST = chr(0x10FFFF)
_BY_GTIN = "SELECT gtin, gtin, rank FROM pack WHERE gtin BETWEEN ? AND ? ORDER BY gtin"
_BY_TAIL = "SELECT tail, gtin, rank FROM pack WHERE tail BETWEEN ? AND ? ORDER BY tail, gtin"
_BY_SKU = (
    "SELECT sku, rank FROM product WHERE sku >= ? COLLATE NOCASE AND sku < ? COLLATE NOCASE"
    " ORDER BY sku COLLATE NOCASE"
)


def digits_in(text: str) -> str:
    """Give the ASCII digits of a text that is a part of a code; empty where it is none."""
    packed = "".join(text.replace("-", " ").split())
    if not packed.isdecimal() or len(packed) > max(GTIN_LENGTHS):
        return ""
    least = DIGITS_MIN if packed == text.strip() else DIGITS_SPACED_MIN
    digits = "".join(str(unicodedata.decimal(each)) for each in packed)
    return digits if len(digits) >= least else ""


def ranks_by_digits(
    connection: sqlite3.Connection, changed: Changed, digits: str, limit: int
) -> list[int]:
    """Give products whose GTIN is these digits, then begins with them, then ends in them."""
    exact = (int(digits), int(digits))
    ranks: list[int] = []
    for low, high in [exact, *_beginning_with(digits)]:
        base = _of_base(connection, changed, _BY_GTIN, (low, high))
        own = ((key[0], rank) for key, rank in changed.by_gtin.between(low, high + 1))
        in_order = merge(((gtin, rank) for _, gtin, rank in base), own)
        ranks += [rank for _, rank in islice(in_order, limit)]
    if len(digits) <= TAIL_DIGITS:
        width = TAIL_DIGITS - len(digits)
        low = int(digits[::-1]) * 10**width
        high = low + 10**width
        base = _of_base(connection, changed, _BY_TAIL, (low, high - 1))
        own_tails = ((*key, rank) for key, rank in changed.by_tail.between(low, high))
        ranks += [rank for *_, rank in islice(merge(base, own_tails), limit)]
    return list(dict.fromkeys(ranks))[:limit]


def ranks_by_sku(
    connection: sqlite3.Connection, changed: Changed, text: str, limit: int
) -> list[int]:
    """Give the product with this SKU, then those whose SKU begins so; capitals do not matter."""
    start = unicodedata.normalize("NFKC", text.strip())[:SKU_LETTERS_MAX]
    start = "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in start)
    if not any(character.isdecimal() for character in start):
        return []
    rows = connection.execute(_BY_SKU, (start, start + _LAST))
    base = ((sku_key(sku), rank) for sku, rank in rows if not changed.is_replaced(rank))
    between = changed.by_sku.between(sku_key(start), sku_key(start + _LAST))
    own = ((key[0], rank) for key, rank in between)
    return [rank for _, rank in islice(merge(base, own), limit)]


def _beginning_with(digits: str) -> list[tuple[int, int]]:
    """Give the ranges of numbers that begin so, for each length that a GTIN is printed in."""
    rests = [length - len(digits) for length in GTIN_LENGTHS if length > len(digits)]
    start = int(digits)
    return [(start * 10**rest, (start + 1) * 10**rest - 1) for rest in rests]


def _of_base(
    connection: sqlite3.Connection, changed: Changed, query: str, between: tuple[int, int]
) -> Iterator[tuple[int, int, int]]:
    rows = connection.execute(query, between)
    return ((key, gtin, rank) for key, gtin, rank in rows if not changed.is_replaced(rank))
