"""Sets and lists of products: how a term's products are kept beside the index.

Walking a list of half a million products takes milliseconds however it is packed; asking one
bit takes a tenth of a microsecond. So a term in more than one product of 32 has a set of its
own, one bit a product, and a rarer one a list of its ranks, which meets others several
times as fast as the index walks. Bit ``rank`` is of the product of that rank; bit 0
is nobody's.

Source: docs/search.md, section 9.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from functools import reduce

import numpy as np
import numpy.typing as npt

from kiosk.storage.terms import IN_STOCK, facet_term, is_facet

PRODUCTS_PER_SET = 32  # a set costs a bit a product, a list at least a byte each
PRODUCTS_MIN = 1_000  # of a term: below, a list is walked in no time
RANK = np.dtype("<u4")  # of a list, in the file and in memory
Ranks = npt.NDArray[np.uint32]
Mask = npt.NDArray[np.bool_]
_NOT_EMPTY = re.compile(rb"[^\0]")


def common_from(term: str, products: int) -> int:
    """Give how many products a term is in, of so many in all, to be worth a set.

    Filters are worth one sooner: there are few, and each is used with every kind of word.
    """
    if is_facet(term):
        return PRODUCTS_MIN
    return max(PRODUCTS_MIN, products // PRODUCTS_PER_SET)


def bytes_of_set(products: int) -> int:
    """Give how long a set is with so many products."""
    return products // 8 + 1


def bits_of(ranks: Iterable[int], products: int) -> bytes:
    """Write a set of the ranks from 1 to ``products``."""
    bits = bytearray(bytes_of_set(products))
    for rank in ranks:
        bits[rank >> 3] |= 1 << (rank & 7)
    return bytes(bits)


def ranks_in(bits: bytes) -> Iterator[int]:
    """Give the ranks in a set, the lowest first."""
    for match in _NOT_EMPTY.finditer(bits):
        at = match.start()
        byte = bits[at]
        yield from (at * 8 + i for i in range(8) if byte >> i & 1)


def listed_of(bits: bytes) -> Ranks:
    """Give the ranks in a set as a list."""
    marks = np.unpackbits(_as_numbers(bits), bitorder="little")
    return np.flatnonzero(marks).astype(RANK)


def has(sets: Iterable[bytes], rank: int) -> bool:
    """Tell whether a rank is in any of the sets."""
    return any(bits[rank >> 3] >> (rank & 7) & 1 for bits in sets)


def both(sets: Sequence[bytes]) -> bytes:
    """Give what is in all of the sets, one or more of the same length."""
    return reduce(np.bitwise_and, map(_as_numbers, sets)).tobytes()


def either(sets: Sequence[bytes]) -> bytes:
    """Give what is in any of the sets, one or more of the same length."""
    return reduce(np.bitwise_or, map(_as_numbers, sets)).tobytes()


def in_any(sets: Iterable[bytes], ranks: Ranks) -> Mask:
    """Tell of each of the ranks whether it is in any of the sets."""
    at, bit = ranks >> 3, (ranks & 7).astype(np.uint8)
    tested = [_as_numbers(bits)[at] >> bit & 1 for bits in sets]
    met: Mask = reduce(np.bitwise_or, tested).astype(bool)
    return met


def in_list(listed: Ranks, ranks: Ranks) -> Mask:
    """Tell of each of the ranks whether it is in a list, both upwards."""
    met: Mask = np.zeros(ranks.size, bool)
    if not listed.size or not ranks.size:
        return met
    if listed.size < ranks.size:  # the shorter is looked up in the longer
        met[_places(ranks, listed)] = True
        return met
    at = listed.searchsorted(ranks)
    at[at == listed.size] = 0  # behind the last: it is not the first either
    np.equal(listed[at], ranks, out=met)
    return met


def _places(ranks: Ranks, listed: Ranks) -> npt.NDArray[np.intp]:
    """Give where in ``ranks`` those stand that are in a list too."""
    at = ranks.searchsorted(listed)
    at[at == ranks.size] = 0
    places: npt.NDArray[np.intp] = at[ranks[at] == listed]
    return places


def fill_terms(target: sqlite3.Connection, products: int) -> None:
    """Fill tables ``common`` and ``listed`` from the finished index."""
    target.execute("CREATE VIRTUAL TABLE temp.term USING fts5vocab (main, words, row)")
    terms = target.execute("SELECT term, doc FROM temp.term ORDER BY term").fetchall()
    target.execute("DROP TABLE temp.term")
    for term, count in terms:
        rows = target.execute("SELECT rowid FROM words WHERE words MATCH ?", (f'"{term}"',))
        ranks = (rank for (rank,) in rows)
        if count >= common_from(term, products):
            entry = (term, bits_of(ranks, products))
            target.execute("INSERT INTO common (term, bits) VALUES (?, ?)", entry)
        else:
            entry = (term, np.fromiter(ranks, RANK).tobytes())
            target.execute("INSERT INTO listed (term, ranks) VALUES (?, ?)", entry)


def in_stock_here(connection: sqlite3.Connection, products: int) -> bytes:
    """Give the set of the products that a finished catalogue has in stock in its own store."""
    kind, value = IN_STOCK
    query = "SELECT number FROM facet WHERE kind = ? AND value = ?"
    row = connection.execute(query, (kind.value, value)).fetchone()
    if row is None:
        return bits_of((), products)
    term = facet_term(row[0])
    row = connection.execute("SELECT bits FROM common WHERE term = ?", (term,)).fetchone()
    if row is not None:
        return bytes(row[0])
    (ranks,) = connection.execute("SELECT ranks FROM listed WHERE term = ?", (term,)).fetchone()
    return bits_of(np.frombuffer(ranks, RANK).tolist(), products)


def _as_numbers(bits: bytes) -> npt.NDArray[np.uint8]:
    return np.frombuffer(bits, np.uint8)
