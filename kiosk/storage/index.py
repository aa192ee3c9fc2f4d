"""What the search asks of the catalogue's index: which products have these terms, popular first.

One index is read by one thread. Everything here costs microseconds to a few milliseconds on a
million products; how long each takes is printed by tools/bench/catalogue.py.

Source: docs/search.md, section 4; sqlite.org/fts5.html, section 3 (query syntax).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice

from kiosk.storage.bitsets import bits_of, both, common_from, either, has, ranks_in
from kiosk.storage.terms import LEADING, Facet, FacetKind, facet_term
from retail.folding import index_words

INDEXED_PREFIX_MAX = 4  # letters; schema.sql says prefix = '1 2 3 4'
ENDINGS_MAX = 24  # a longer prefix is spelt out into its words, up to this many
_SETS_KEPT = 100  # in memory; 12 MiB with a million products
_MANY = (1 << 63) - 1  # a count that was not taken
_EVERYTHING = (0, _MANY)
_LAST = chr(0x10FFFF)  # sorts behind every letter


@dataclass(frozen=True, slots=True)
class Wanted:
    """An expression of the index's language, and about how many products meet it.

    ``bits`` is the set of these products where it is at hand; they need not be walked then,
    but for those that meet ``beside``, which are not in the set.
    """

    expression: str
    products: int
    bits: bytes | None = field(default=None, compare=False, repr=False)
    beside: str = ""


NONE = Wanted("", 0)


@dataclass(frozen=True, slots=True)
class Narrowed:
    """Filters put into the index's terms: all of ``wanted``, and a price within ``price``."""

    wanted: tuple[Wanted, ...] = ()
    price: tuple[int, int] = _EVERYTHING


class Index:
    """The terms of one catalogue; ``connection`` stays the caller's."""

    def __init__(self, connection: sqlite3.Connection, products: int) -> None:
        self.connection = connection
        self._products, self._common_from = products, common_from(products)
        self._sets: dict[str, bytes] = {}
        self._facets: dict[Facet, tuple[str, int]] = {
            (FacetKind(kind), value): (facet_term(number), count)
            for number, kind, value, count in connection.execute("SELECT * FROM facet")
        }
        self._categories = self._words_of_categories()

    def ranks(self, wanted: list[Wanted], narrowed: Narrowed, limit: int) -> list[int]:
        """Give the products that meet all, by popularity, at most ``limit``."""
        every = [*wanted, *narrowed.wanted]
        if any(not each.products for each in every):
            return []
        ranks = self._meeting(every)
        if narrowed.price != _EVERYTHING:
            ranks = (rank for rank in ranks if self._costs(rank, narrowed.price))
        return list(islice(ranks, limit))

    def _meeting(self, every: list[Wanted]) -> Iterator[int]:
        """Give what meets all: walk the lists of the rare, look up the rest in their sets."""
        sets = [each for each in every if each.bits is not None]
        # the rarest first: the index leaps from one of its products to the next
        walked = sorted((e for e in every if e.bits is None), key=lambda each: each.products)
        if walked:
            question = " AND ".join(each.expression for each in walked)
            return self._in_sets(self._walk(question), question, sets)
        if sets:
            return ranks_in(both([self._whole(each) for each in sets]))
        return iter(range(1, self._products + 1))

    def _in_sets(self, ranks: Iterator[int], question: str, sets: list[Wanted]) -> Iterator[int]:
        """Give those of ``ranks``, which meet ``question``, that are in all sets or beside them."""
        beside: dict[str, set[int]] = {}
        for rank in ranks:
            for each in sets:
                if each.bits is not None and has(each.bits, rank):
                    continue
                if each.beside and each.beside not in beside:
                    beside[each.beside] = set(self._walk(f"{question} AND {each.beside}"))
                if rank not in beside.get(each.beside, ()):
                    break
            else:
                yield rank

    def _whole(self, wanted: Wanted) -> bytes:
        """Give the set together with what is beside it."""
        assert wanted.bits is not None
        if not wanted.beside:
            return wanted.bits
        return either([wanted.bits, bits_of(self._walk(wanted.beside), self._products)])

    def sift(self, ranks: Iterable[int], narrowed: Narrowed) -> Iterator[int]:
        """Give those of the products that meet the filters."""
        query = "SELECT 1 FROM words WHERE words MATCH ? AND rowid = ?"
        for rank in ranks:
            if all(
                (each.bits is not None and has(each.bits, rank))
                or self.connection.execute(query, (each.expression, rank)).fetchone()
                for each in narrowed.wanted
            ) and self._costs(rank, narrowed.price):
                yield rank

    def word(self, word: str) -> Wanted:
        """Ask for products that have the word."""
        row = self.connection.execute(
            "SELECT products FROM word WHERE word = ?", (word,)
        ).fetchone()
        return self._term(word, row[0]) if row else NONE

    def leading(self, word: str) -> Wanted:
        """Ask for products of which the word says what they are."""
        count = self.word(word).products
        term = word + LEADING
        return Wanted(_quoted(term), count, self._bits(term, count)) if count else NONE

    def beginning(self, start: str) -> Wanted:
        """Ask for products that have a word which begins so."""
        words = self._words_from(start)
        if words and (len(start) <= INDEXED_PREFIX_MAX or len(words) > ENDINGS_MAX):
            products = sum(count for _, count in words) if len(words) <= ENDINGS_MAX else _MANY
            return Wanted(f"{_quoted(start)} *", products)
        # longer than the prefixes in the index, the few words cost less than merging their lists
        return self.any_of([self._term(word, count) for word, count in words])

    def facet(self, kind: FacetKind, value: str = "") -> Wanted:
        """Ask for products that can be filtered by this."""
        term, count = self._facets.get((kind, value), ("", 0))
        return self._term(term, count) if count else NONE

    def categories_called(self, word: str) -> Wanted:
        """Ask for products below a category that has the word in its name."""
        ids = self._categories.get(word, ())
        return self.any_of([self.facet(FacetKind.CATEGORY, each) for each in ids])

    def any_of(self, wanted: list[Wanted]) -> Wanted:
        """Ask for products that meet at least one."""
        met = [each for each in wanted if each.products]
        if len(met) < 2:
            return met[0] if met else NONE
        products = sum(each.products for each in met)
        sets = [each.bits for each in met if each.bits is not None]
        beside = [each.expression for each in met if each.bits is None]
        beside += [each.beside for each in met if each.beside]
        return Wanted(
            _either(each.expression for each in met),
            products,
            either(sets) if sets else None,
            _either(beside) if sets and beside else "",
        )

    def _walk(self, question: str) -> Iterator[int]:
        query = "SELECT rowid FROM words WHERE words MATCH ? ORDER BY rowid"
        return (rank for (rank,) in self.connection.execute(query, (question,)))

    def _costs(self, rank: int, price: tuple[int, int]) -> bool:
        query = "SELECT 1 FROM product WHERE rank = ? AND price BETWEEN ? AND ?"
        return self.connection.execute(query, (rank, *price)).fetchone() is not None

    def _term(self, term: str, count: int) -> Wanted:
        return Wanted(_quoted(term), count, self._bits(term, count))

    def _bits(self, term: str, count: int) -> bytes | None:
        """Give the set of a common term; those used last are kept in memory."""
        if count < self._common_from:
            return None
        bits = self._sets.pop(term, None)
        if bits is None:
            query = "SELECT bits FROM common WHERE term = ?"
            row = self.connection.execute(query, (term,)).fetchone()
            if row is None:  # a leading word is in fewer products than the word
                return None
            bits = bytes(row[0])
        self._sets[term] = bits
        if len(self._sets) > _SETS_KEPT:
            del self._sets[next(iter(self._sets))]
        return bits

    def _words_from(self, start: str) -> list[tuple[str, int]]:
        rows = self.connection.execute(
            "SELECT word, products FROM word WHERE word >= ? AND word < ? LIMIT ?",
            (start, start + _LAST, ENDINGS_MAX + 1),
        )
        return rows.fetchall()

    def _words_of_categories(self) -> dict[str, list[str]]:
        words: dict[str, list[str]] = {}
        for category_id, fa, en in self.connection.execute(
            "SELECT category_id, name_fa, name_en FROM category"
        ):
            for word in index_words(f"{fa} {en}"):
                words.setdefault(word, []).append(category_id)
        return words


def all_of(wanted: list[Wanted]) -> Wanted:
    """Ask for products that meet every one."""
    if len(wanted) < 2 or not all(each.products for each in wanted):
        return wanted[0] if len(wanted) == 1 else NONE
    met = sorted(wanted, key=lambda each: each.products)
    sets = [each.bits for each in met if each.bits is not None and not each.beside]
    bits = both(sets) if len(sets) == len(met) else None
    return Wanted(f"({' AND '.join(e.expression for e in met)})", met[0].products, bits)


def _either(expressions: Iterable[str]) -> str:
    return f"({' OR '.join(expressions)})"


def _quoted(term: str) -> str:
    """Write a term as a string of the query language; folding left no quote in it."""
    assert not set(term) & {'"', "\0"}, term
    return f'"{term}"'
