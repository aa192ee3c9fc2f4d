"""What the search asks of the catalogue's index: which products have these terms, popular first.

One index is read by one thread. Everything here costs microseconds to a few milliseconds on a
million products; how long each takes is printed by tools/bench/catalogue.py.

Source: docs/search.md, section 4; sqlite.org/fts5.html, section 3 (query syntax).
"""

from __future__ import annotations

import sqlite3
from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial, reduce
from heapq import merge
from itertools import islice
from operator import and_, or_

import numpy as np

from kiosk.storage.bitsets import (
    RANK,
    Mask,
    Ranks,
    bits_of,
    both,
    bytes_of_set,
    common_from,
    either,
    has,
    in_any,
    in_list,
    listed_of,
    ranks_in,
)
from kiosk.storage.changed import Changed, FacetTerms
from kiosk.storage.changes_file import Entry
from kiosk.storage.file import DamagedRowError
from kiosk.storage.spelling import Spelling
from kiosk.storage.terms import LEADING, Facet, FacetKind, facet_term
from kiosk.storage.wanted import NONE, Wanted
from retail.catalogue import Category
from retail.folding import index_words

INDEXED_PREFIX_MAX = 4  # letters; schema.sql says prefix = '1 2 3 4'
ENDINGS_MAX = 24  # a longer prefix is spelt out into its words, up to this many
_WALKED_MAX = 20_000  # products whose ranks are taken out of the index one by one; some ms
_LISTED_MAX = 200_000  # products in the lists that are put together; beyond, it is walked
_SORTED_SHARE = 50  # lists with fewer than one of so many products are sorted, not marked
_TRIED_MAX = 50  # products that are asked for one by one, 0.1 ms each
_PRICES_ASKED = 64  # products whose price is compared at a time
_BEGUN_KEPT = 32  # beginnings: the steps of one question ask for the same ones
_TERMS_KEPT = 2_000  # some hundred bytes each; what they have as sets is kept apart
_SETS_KEPT = 100  # in memory; 12 MiB with a million products
_LISTS_BYTES = 12 << 20  # of lists in memory
_MANY = (1 << 63) - 1  # a count that was not taken
_EVERYTHING = (0, _MANY)


@dataclass(frozen=True, slots=True)
class Narrowed:
    """Filters put into the index's terms: all of ``wanted``, and a price within ``price``."""

    wanted: tuple[Wanted, ...] = ()
    price: tuple[int, int] = _EVERYTHING


class Index:
    """The terms of one catalogue; ``connection`` stays the caller's."""

    def __init__(self, connection: sqlite3.Connection, products: int) -> None:
        self.connection = connection
        self._products = products  # of the base
        self._sets: dict[str, bytes] = {}
        self._lists: dict[str, Ranks] = {}
        self._lists_bytes = 0
        self._begun: dict[str, Wanted] = {}
        self._terms: dict[str, Wanted] = {}
        # in order, as many as a catalogue has: 4,400 of a million generated products, 1 MiB
        words = connection.execute("SELECT id, word, products FROM word ORDER BY word").fetchall()
        self._of_base: dict[str, int] = {word: products for _, word, products in words}
        self._counts, self._words = dict(self._of_base), list(self._of_base)
        self.spelling = Spelling(connection, {n: word for n, word, _ in words}, self._counts)
        numbers: dict[Facet, int] = {}
        self._facets: dict[str, int] = {}  # by term
        for number, kind, value, count in connection.execute("SELECT * FROM facet"):
            numbers[FacetKind(kind), value] = number
            self._facets[facet_term(number)] = count
        # the terms that have a set; it is read when it is asked for
        self._common = {term for (term,) in connection.execute("SELECT term FROM common")}
        self.changed = Changed(FacetTerms(numbers))
        self._categories: dict[str, list[str]] = {}

    def take(self, entries: Iterable[Entry]) -> Collection[int]:
        """Take over what changed; gives the ranks of the products concerned."""
        difference = self.changed.take(entries)
        self._begun.clear()
        self._terms.clear()
        for term, more in difference.facets.items():
            self._facets[term] = self._facets.get(term, 0) + more
        for word, more in difference.words.items():
            if more:
                self._recount(word, self._counts.get(word, 0) + more)
        if any(difference.words.values()):
            self.spelling.forget()
        return difference.ranks

    def name(self, categories: Iterable[Category]) -> None:
        """Take over what categories are called now."""
        self._categories = {}
        for category in categories:
            for word in index_words(f"{category.name.fa} {category.name.en}"):
                self._categories.setdefault(word, []).append(category.category_id)

    def _recount(self, word: str, products: int) -> None:
        """Set how many products have a word; one that none has is no word of the catalogue."""
        at = bisect_left(self._words, word)
        if products > 0:
            if word not in self._counts:
                self._words.insert(at, word)
                if word not in self._of_base:
                    self.spelling.add(word)
            self._counts[word] = products
        elif word in self._counts:
            del self._words[at], self._counts[word]

    def ranks(self, wanted: list[Wanted], narrowed: Narrowed, limit: int) -> list[int]:
        """Give the products that meet all, by popularity, at most ``limit``."""
        every = [*wanted, *narrowed.wanted]
        if any(not each.products for each in every):
            return []
        filtered = bool(narrowed.wanted)
        ranks = self.changed.without_stale(self._meeting(every), filtered=filtered)
        if narrowed.price != _EVERYTHING:
            ranks = self._costing(ranks, narrowed.price)
        if filtered and self.changed.refiltered:
            ranks = merge(ranks, self._refiltered(wanted, narrowed))
        if self.changed.terms:
            ranks = _merged(ranks, self.changed.terms.meeting(every, narrowed.price, limit))
        return list(islice(ranks, limit))

    def _refiltered(self, wanted: list[Wanted], narrowed: Narrowed) -> Iterator[int]:
        """Give those that meet the filters by what changed, and the rest as the base has it."""
        ranks = self.changed.refiltered.ranks_meeting(narrowed.wanted, narrowed.price)
        ranks = self._meeting_all([each for each in wanted if each.listed], ranks)
        wide = [each for each in wanted if not each.listed]
        if not wide or not ranks.size:
            return iter(ranks.tolist())
        if ranks.size <= _TRIED_MAX:
            return self._trying(ranks, wide)
        among = set(ranks.tolist())  # as the base's popular ones come first too, it ends soon
        return (rank for rank in self._walk(_all(wide)) if rank in among)

    def _meeting(self, every: list[Wanted]) -> Iterator[int]:
        """Give what meets all: walk the lists of the rare, look up the rest in their sets."""
        if not every:
            return iter(range(1, self._products + 1))
        if len(every) == 1 and not every[0].narrow:
            if not every[0].all_of:
                return self._walk(every[0].expression)  # as popular ones come first, it ends soon
            every = list(every[0].all_of)
        every = sorted(every, key=lambda each: each.products)
        sets = [each for each in every if each.sets]
        walked = [each for each in every if not each.sets]
        listed = [each for each in every if each.listed]
        if any(not each.sets and each.products <= _LISTED_MAX for each in listed):
            ranks = self._meeting_all(listed, None)
            if len(listed) == len(every) or not ranks.size:
                return iter(ranks.tolist())
            if ranks.size <= _TRIED_MAX:
                return self._trying(ranks, [each for each in every if not each.listed])
        if walked and walked[0].products <= _WALKED_MAX:
            question = _all(walked)
            return self._in_sets(self._walk(question), question, sets)
        beside = sum(each.beside.products for each in sets if each.beside)
        if not walked and beside <= _WALKED_MAX:
            return ranks_in(both([self._whole(each) for each in sets]))
        return self._walk(_all(every))

    def all_but_one(self, every: Sequence[Wanted]) -> list[Wanted]:
        """Ask, for each of some, for what meets all the others; ``NONE`` where nothing does.

        What of the base does is known then, if not all the others are in very many products. One
        list, the rarest, is compared with all others once; what misses one of them is what
        meets all but that.
        """
        order = sorted(range(len(every)), key=lambda i: (bool(every[i].sets), every[i].products))
        rests = [all_of([*every[:i], *every[i + 1 :]]) for i in range(len(every))]
        if len(every) < 2 or not all(each.listed for each in every) or every[order[0]].sets:
            return rests
        rarest, *others = order
        ranks = self._meeting_one(every[rarest], None)
        missed = {i: ~self._met_by(every[i], ranks) for i in others}
        misses = np.zeros(ranks.size, np.uint8)
        for each in missed.values():
            misses += each
        for i in others:
            rests[i] = self._with_known(rests[i], ranks[misses == missed[i]])
        if not every[others[0]].sets:
            known = self._meeting_all([every[i] for i in others], None)
            rests[rarest] = self._with_known(rests[rarest], known)
        return rests

    def _with_known(self, wanted: Wanted, ranks: Ranks) -> Wanted:
        if not ranks.size and not self.changed.terms:
            return NONE
        return replace(wanted, known=ranks, products=max(1, ranks.size), sets=(), beside=None)

    def _meeting_all(self, every: Iterable[Wanted], among: Ranks | None) -> Ranks:
        """Give what meets all, upwards, the rarest first; ``among`` some ranks or all there are."""
        ranks = among
        for each in sorted(every, key=lambda each: (bool(each.sets), each.products)):
            if ranks is None or ranks.size:
                ranks = self._meeting_one(each, ranks)
        assert ranks is not None
        return ranks

    def _meeting_one(self, wanted: Wanted, among: Ranks | None) -> Ranks:
        if among is not None:
            kept: Ranks = among[self._met_by(wanted, among)]
            return kept
        if wanted.known is not None:
            return wanted.known
        if wanted.all_of:
            return self._meeting_all(wanted.all_of, None)
        if wanted.any_of:
            return self._union(dict.fromkeys(wanted.any_of))
        if wanted.sets:
            return listed_of(wanted.sets[0]())
        return self._list(wanted.term)

    def _met_by(self, wanted: Wanted, among: Ranks) -> Mask:
        """Tell of each of some ranks, upwards, whether it meets this."""
        if wanted.known is not None:
            return in_list(wanted.known, among)
        if wanted.sets and not wanted.beside:
            return in_any(_read(wanted), among)
        if wanted.all_of:
            return reduce(and_, [self._met_by(each, among) for each in wanted.all_of])
        if wanted.any_of:
            return reduce(or_, [self._met_by(each, among) for each in wanted.any_of])
        return in_list(self._list(wanted.term), among)

    def _union(self, parts: Iterable[Wanted]) -> Ranks:
        lists = [self._meeting_one(each, None) for each in parts]
        if sum(each.size for each in lists) > self._products // _SORTED_SHARE:
            met = np.zeros(self._products + 1, bool)
            for each in lists:
                met[each] = True
            return np.flatnonzero(met).astype(RANK)
        every = np.concatenate(lists)
        every.sort()
        new = np.ones(every.size, bool)
        np.not_equal(every[1:], every[:-1], out=new[1:])
        united: Ranks = every[new]
        return united

    def _trying(self, ranks: Ranks, wide: list[Wanted]) -> Iterator[int]:
        """Give those of a few ranks that meet beginnings of very many words."""
        query = "SELECT 1 FROM words WHERE words MATCH ? AND rowid = ?"
        for rank in ranks.tolist():
            if all(self.connection.execute(query, (e.expression, rank)).fetchone() for e in wide):
                yield rank

    def _list(self, term: str) -> Ranks:
        """Give the list of a rarer term; those used last are kept in memory."""
        ranks = self._lists.pop(term, None)
        if ranks is None:
            query = "SELECT ranks FROM listed WHERE term = ?"
            row = self.connection.execute(query, (term,)).fetchone()
            ranks = self._sound(term, row[0] if row else b"")
            self._lists_bytes += ranks.nbytes
        self._lists[term] = ranks
        while self._lists_bytes > _LISTS_BYTES and len(self._lists) > 1:
            self._lists_bytes -= self._lists.pop(next(iter(self._lists))).nbytes
        return ranks

    def _sound(self, term: str, ranks: bytes) -> Ranks:
        """Give a list as it was read; raises ``DamagedRowError`` for what is no list of ours."""
        if len(ranks) % RANK.itemsize == 0:
            listed = np.frombuffer(ranks, RANK)
            if listed.max(initial=0) <= self._products:
                return listed
        raise DamagedRowError(f"listed {term!r}: expected ranks to {self._products}, got others")

    def _in_sets(self, ranks: Iterator[int], question: str, sets: list[Wanted]) -> Iterator[int]:
        """Give those of ``ranks``, which meet ``question``, that are in all sets or beside them."""
        beside: dict[Wanted, set[int]] = {}
        with_bits = [(each, _read(each)) for each in sets]
        for rank in ranks:
            for each, bits in with_bits:
                if has(bits, rank):
                    continue
                if each.beside is None:
                    break
                if each.beside not in beside:
                    both_of = f"{question} AND {each.beside.expression}"
                    beside[each.beside] = set(self._walk(both_of))
                if rank not in beside[each.beside]:
                    break
            else:
                yield rank

    def _whole(self, wanted: Wanted) -> bytes:
        """Give the set together with what is beside it."""
        if wanted.beside is None:
            return either(_read(wanted))
        beside = self._walk(wanted.beside.expression)
        return either([*_read(wanted), bits_of(beside, self._products)])

    def sift(self, ranks: Iterable[int], narrowed: Narrowed) -> Iterator[int]:
        """Give those of the products that meet the filters."""
        query = "SELECT 1 FROM words WHERE words MATCH ? AND rowid = ?"
        own: set[int] | None = None
        wanted = [(each.expression, _read(each)) for each in narrowed.wanted]
        for rank in ranks:
            if rank in self.changed.terms or rank in self.changed.refiltered:
                own = self._sifted(narrowed) if own is None and narrowed.wanted else own
                if own is None or rank in own:
                    yield rank
            elif all(
                has(bits, rank) or self.connection.execute(query, (expression, rank)).fetchone()
                for expression, bits in wanted
            ) and self._costs(rank, narrowed.price):
                yield rank

    def _sifted(self, narrowed: Narrowed) -> set[int]:
        """Give what meets the filters of what the base has wrongly in its filters."""
        both = (self.changed.terms, self.changed.refiltered)
        met = [each.ranks_meeting(narrowed.wanted, narrowed.price) for each in both]
        return {rank for each in met for rank in each.tolist()}

    def count(self, word: str) -> int:
        """Give how many products have the word."""
        return self._counts.get(word, 0)

    def begins(self, start: str) -> bool:
        """Tell whether any word begins so."""
        at = bisect_left(self._words, start)
        return at < len(self._words) and self._words[at].startswith(start)

    def word(self, word: str) -> Wanted:
        """Ask for products that have the word."""
        count = self._counts.get(word)
        return self._term(word, count) if count else NONE

    def leading(self, word: str) -> Wanted:
        """Ask for products of which the word says what they are."""
        count = self.count(word)
        return self._term(word + LEADING, count) if count else NONE

    def beginning(self, start: str) -> Wanted:
        """Ask for products that have a word which begins so."""
        begun = self._begun.get(start)
        if begun is None:
            if len(self._begun) >= _BEGUN_KEPT:
                self._begun.clear()
            begun = self._begun[start] = self._beginning(start)
        return begun

    def _beginning(self, start: str) -> Wanted:
        words = self._words_from(start)
        products = sum(count for _, count in words)
        if len(words) > ENDINGS_MAX:
            return Wanted(f"{_quoted(start)} *", _MANY, begins=start)
        if (
            words
            and len(start) <= INDEXED_PREFIX_MAX
            and products < common_from(start, self._products)
        ):
            # alone it is one list of the index; with others, the lists of its words
            parts = tuple(self._term(word, count) for word, count in words)
            return Wanted(f"{_quoted(start)} *", products, any_of=parts)
        # the few words cost less than merging their lists, and common ones have their sets
        return self.any_of([self._term(word, count) for word, count in words])

    def facet(self, kind: FacetKind, value: str = "") -> Wanted:
        """Ask for products that can be filtered by this."""
        term = self.changed.facet_terms.known((kind, value))
        count = self._facets.get(term, 0)
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
        every = _either(met)
        sets = tuple(read for each in met for read in each.sets)
        if not sets:
            return every
        beside = [each for each in met if not each.sets]
        beside += [each.beside for each in met if each.beside]
        return replace(every, sets=sets, beside=_either(beside) if beside else None)

    def _walk(self, question: str) -> Iterator[int]:
        query = "SELECT rowid FROM words WHERE words MATCH ? ORDER BY rowid"
        return (rank for (rank,) in self.connection.execute(query, (question,)))

    def _costing(self, ranks: Iterator[int], price: tuple[int, int]) -> Iterator[int]:
        """Give those of ``ranks`` with such a price, asking for many of them at a time."""
        while some := list(islice(ranks, _PRICES_ASKED)):
            asked, kept = some, set[int]()
            if entries := self.changed.entries:
                asked = [rank for rank in some if rank not in entries]
                kept = {rank for rank in some if rank in entries and self._costs(rank, price)}
            marks = ",".join("?" * len(asked))
            query = f"SELECT rank FROM product WHERE price BETWEEN ? AND ? AND rank IN ({marks})"  # noqa: S608
            kept.update(rank for (rank,) in self.connection.execute(query, (*price, *asked)))
            yield from (rank for rank in some if rank in kept)

    def _costs(self, rank: int, price: tuple[int, int]) -> bool:
        if entry := self.changed.entries.get(rank):
            return price[0] <= entry.price <= price[1]
        query = "SELECT 1 FROM product WHERE rank = ? AND price BETWEEN ? AND ?"
        return self.connection.execute(query, (rank, *price)).fetchone() is not None

    def _term(self, term: str, count: int) -> Wanted:
        wanted = self._terms.get(term)
        if wanted is None:
            if len(self._terms) >= _TERMS_KEPT:
                self._terms.clear()
            sets = (partial(self._bits, term),) if term in self._common else ()
            wanted = self._terms[term] = Wanted(_quoted(term), count, sets, term=term)
        return wanted

    def _bits(self, term: str) -> bytes:
        """Give the set of a common term; those used last are kept in memory."""
        bits = self._sets.pop(term, None)
        if bits is None:
            query = "SELECT bits FROM common WHERE term = ?"
            (bits,) = self.connection.execute(query, (term,)).fetchone()
            if len(bits) != bytes_of_set(self._products):
                raise DamagedRowError(
                    f"common {term!r}: expected a bit a product, got {len(bits)} B"
                )
        self._sets[term] = bits
        if len(self._sets) > _SETS_KEPT:
            del self._sets[next(iter(self._sets))]
        return bits

    def _words_from(self, start: str) -> list[tuple[str, int]]:
        """Give words that begin so, in order, one more than are spelt out."""
        at = bisect_left(self._words, start)
        some = self._words[at : at + ENDINGS_MAX + 1]
        return [(word, self._counts[word]) for word in some if word.startswith(start)]


def all_of(wanted: list[Wanted]) -> Wanted:
    """Ask for products that meet every one."""
    if len(wanted) < 2 or not all(each.products for each in wanted):
        return wanted[0] if len(wanted) == 1 else NONE
    met = sorted(wanted, key=lambda each: each.products)
    in_sets = all(each.sets and not each.beside for each in met)
    sets = (lambda: both([either(_read(each)) for each in met]),) if in_sets else ()
    expression = f"({' AND '.join(each.expression for each in met)})"
    return Wanted(expression, met[0].products, sets, all_of=tuple(met))


def _read(wanted: Wanted) -> tuple[bytes, ...]:
    return tuple([read() for read in wanted.sets])


def _either(wanted: list[Wanted]) -> Wanted:
    expression = f"({' OR '.join(each.expression for each in wanted)})"
    return Wanted(expression, sum(each.products for each in wanted), any_of=tuple(wanted))


def _merged(ranks: Iterator[int], changed: list[tuple[int, int]]) -> Iterator[int]:
    """Put what the base and the changes found together; beside a rank, behind which one it is."""
    at = 0
    for rank in ranks:
        while at < len(changed) and changed[at][0] < rank:
            yield changed[at][1]
            at += 1
        yield rank
    yield from (rank for _, rank in changed[at:])


def _all(wanted: list[Wanted]) -> str:
    """Put expressions together, the rarest first: the index leaps along its list."""
    return " AND ".join(each.expression for each in wanted)


def _quoted(term: str) -> str:
    """Write a term as a string of the query language; folding left no quote in it."""
    assert not set(term) & {'"', "\0"}, term
    return f'"{term}"'
