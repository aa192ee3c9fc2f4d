"""Sets of products as bits: how terms that very many products have are kept beside the index.

Walking a list of half a million products takes milliseconds however it is packed; asking one
bit takes a tenth of a microsecond. So a term in more than one product of 32 has a set of its
own, one bit a product, and the search walks only rarer terms. Bit ``rank`` is of the product
of that rank; bit 0 is nobody's.

Source: docs/search.md, section 9.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable, Iterator, Sequence

from kiosk.storage.terms import is_facet

PRODUCTS_PER_SET = 32  # a set costs a bit a product, a list at least a byte each
PRODUCTS_MIN = 1_000  # of a term: below, a list is walked in no time
_NOT_EMPTY = re.compile(rb"[^\0]")


def common_from(term: str, products: int) -> int:
    """Give how many products a term is in, of so many in all, to be worth a set.

    Filters are worth one sooner: there are few, and each is used with every kind of word.
    """
    if is_facet(term):
        return PRODUCTS_MIN
    return max(PRODUCTS_MIN, products // PRODUCTS_PER_SET)


def bits_of(ranks: Iterable[int], products: int) -> bytes:
    """Write a set of the ranks from 1 to ``products``."""
    bits = bytearray(products // 8 + 1)
    for rank in ranks:
        bits[rank >> 3] |= 1 << (rank & 7)
    return bytes(bits)


def ranks_in(bits: bytes) -> Iterator[int]:
    """Give the ranks in a set, the lowest first."""
    for match in _NOT_EMPTY.finditer(bits):
        at = match.start()
        byte = bits[at]
        yield from (at * 8 + i for i in range(8) if byte >> i & 1)


def has(sets: Iterable[bytes], rank: int) -> bool:
    """Tell whether a rank is in any of the sets."""
    return any(bits[rank >> 3] >> (rank & 7) & 1 for bits in sets)


def both(sets: Sequence[bytes]) -> bytes:
    """Give what is in all of the sets, one or more of the same length."""
    met = int.from_bytes(sets[0], "little")
    for bits in sets[1:]:
        met &= int.from_bytes(bits, "little")
    return met.to_bytes(len(sets[0]), "little")


def either(sets: Sequence[bytes]) -> bytes:
    """Give what is in any of the sets, one or more of the same length."""
    if len(sets) == 1:
        return sets[0]
    met = 0
    for bits in sets:
        met |= int.from_bytes(bits, "little")
    return met.to_bytes(len(sets[0]), "little")


def fill_common(target: sqlite3.Connection, products: int) -> None:
    """Fill table ``common`` from the finished index."""
    target.execute("CREATE VIRTUAL TABLE temp.term USING fts5vocab (main, words, row)")
    query = "SELECT term, doc FROM temp.term WHERE doc >= ? ORDER BY term"
    terms = target.execute(query, (PRODUCTS_MIN,)).fetchall()
    target.execute("DROP TABLE temp.term")
    for term in (term for term, count in terms if count >= common_from(term, products)):
        rows = target.execute("SELECT rowid FROM words WHERE words MATCH ?", (f'"{term}"',))
        bits = bits_of((rank for (rank,) in rows), products)
        target.execute("INSERT INTO common (term, bits) VALUES (?, ?)", (term, bits))
