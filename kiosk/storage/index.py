"""What the search asks of the catalogue's index: which products have these terms, popular first.

One index is read by one thread. Everything here costs microseconds to a few milliseconds on a
million products; how long each takes is printed by tools/bench/catalogue.py.

Source: docs/search.md, section 4; sqlite.org/fts5.html, section 3 (query syntax).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from kiosk.storage.terms import LEADING, Facet, FacetKind, facet_term
from retail.folding import index_words

INDEXED_PREFIX_MAX = 4  # letters; schema.sql says prefix = '1 2 3 4'
ENDINGS_MAX = 24  # a longer prefix is spelt out into its words, up to this many
_MANY = (1 << 63) - 1  # a count that was not taken
_EVERYTHING = (0, _MANY)
_LAST = chr(0x10FFFF)  # sorts behind every letter


@dataclass(frozen=True, slots=True)
class Wanted:
    """An expression of the index's language, and about how many products meet it."""

    expression: str
    products: int


NONE = Wanted("", 0)


@dataclass(frozen=True, slots=True)
class Narrowed:
    """Filters put into the index's terms: all of ``wanted``, and a price within ``price``."""

    wanted: tuple[Wanted, ...] = ()
    price: tuple[int, int] = _EVERYTHING


class Index:
    """The terms of one catalogue; ``connection`` stays the caller's."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self._facets: dict[Facet, Wanted] = {
            (FacetKind(kind), value): Wanted(_quoted(facet_term(number)), products)
            for number, kind, value, products in connection.execute("SELECT * FROM facet")
        }
        self._categories = self._words_of_categories()

    def ranks(self, wanted: list[Wanted], narrowed: Narrowed, limit: int) -> list[int]:
        """Give the products that meet all, by popularity, at most ``limit``."""
        every = [*wanted, *narrowed.wanted]
        if any(not each.products for each in every):
            return []
        if not every:
            rows = self.connection.execute(
                "SELECT rank FROM product ORDER BY rank LIMIT ?", (limit,)
            )
            return [rank for (rank,) in rows]
        # the rarest first: the index leaps from one of its products to the next
        every.sort(key=lambda each: each.products)
        question = " AND ".join(each.expression for each in every)
        if narrowed.price == _EVERYTHING:
            query = "SELECT rowid FROM words WHERE words MATCH ? ORDER BY rowid LIMIT ?"
            rows = self.connection.execute(query, (question, limit))
        else:
            rows = self.connection.execute(
                "SELECT words.rowid FROM words CROSS JOIN product ON product.rank = words.rowid"
                " WHERE words MATCH ? AND price BETWEEN ? AND ? ORDER BY words.rowid LIMIT ?",
                (question, *narrowed.price, limit),
            )
        return [rank for (rank,) in rows]

    def sift(self, ranks: Iterable[int], narrowed: Narrowed) -> Iterator[int]:
        """Give those of the products that meet the filters."""
        low, high = narrowed.price
        question = " AND ".join(each.expression for each in narrowed.wanted)
        query = "SELECT 1 FROM words WHERE words MATCH ? AND rowid = ?"
        for rank in ranks:
            price = "SELECT 1 FROM product WHERE rank = ? AND price BETWEEN ? AND ?"
            if not question or (
                self.connection.execute(query, (question, rank)).fetchone()
                and self.connection.execute(price, (rank, low, high)).fetchone()
            ):
                yield rank

    def word(self, word: str) -> Wanted:
        """Ask for products that have the word."""
        row = self.connection.execute(
            "SELECT products FROM word WHERE word = ?", (word,)
        ).fetchone()
        return Wanted(_quoted(word), row[0]) if row else NONE

    def leading(self, word: str) -> Wanted:
        """Ask for products of which the word says what they are."""
        return Wanted(_quoted(word + LEADING), self.word(word).products)

    def beginning(self, start: str) -> Wanted:
        """Ask for products that have a word which begins so."""
        words = self._words_from(start)
        if words and (len(start) <= INDEXED_PREFIX_MAX or len(words) > ENDINGS_MAX):
            products = sum(count for _, count in words) if len(words) <= ENDINGS_MAX else _MANY
            return Wanted(f"{_quoted(start)} *", products)
        # longer than the prefixes in the index, the few words cost less than merging their lists
        return any_of([Wanted(_quoted(word), count) for word, count in words])

    def facet(self, kind: FacetKind, value: str = "") -> Wanted:
        """Ask for products that can be filtered by this."""
        return self._facets.get((kind, value), NONE)

    def categories_called(self, word: str) -> Wanted:
        """Ask for products below a category that has the word in its name."""
        return any_of([self.facet(FacetKind.CATEGORY, i) for i in self._categories.get(word, ())])

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


def any_of(wanted: list[Wanted]) -> Wanted:
    """Ask for products that meet at least one."""
    met = [each for each in wanted if each.products]
    if len(met) < 2:
        return met[0] if met else NONE
    return Wanted(f"({' OR '.join(e.expression for e in met)})", sum(e.products for e in met))


def all_of(wanted: list[Wanted]) -> Wanted:
    """Ask for products that meet every one."""
    if len(wanted) < 2 or not all(each.products for each in wanted):
        return wanted[0] if len(wanted) == 1 else NONE
    met = sorted(wanted, key=lambda each: each.products)
    return Wanted(f"({' AND '.join(e.expression for e in met)})", met[0].products)


def _quoted(term: str) -> str:
    """Write a term as a string of the query language; folding left no quote in it."""
    assert not set(term) & {'"', "\0"}, term
    return f'"{term}"'
