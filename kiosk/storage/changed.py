"""What differs from the base, in memory: taken over from the file of changes, row by row.

It knows which of the base's products count no more and what stands in their place. A newer version
of a row replaces the older, so taking over what is new costs what is new. It asks no database.

Source: docs/feed.md, section 6.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from kiosk.storage.bodies import gtins_in
from kiosk.storage.changed_terms import ChangedTerms, Place
from kiosk.storage.changes_file import Entry
from kiosk.storage.codes_order import sku_key, tail_of
from kiosk.storage.found_by import FoundBy, facets_in, read_found_by
from kiosk.storage.terms import Facet, facet_term, is_word

_FILTERS_KEPT = 16_384  # texts of filters with their terms; 5 MiB at most
Nearness = tuple[int, int, bool, int, int]  # price, then its place by popularity
Key = tuple[Any, ...]  # of a code: what it is ordered by


@dataclass(frozen=True, slots=True)
class Difference:
    """What some rows change: how many products terms gain or lose, and whose value is new."""

    words: Counter[str]
    facets: Counter[str]
    ranks: set[int]


class FacetTerms:
    """Which term of the index a filter is: the base's, and further ones for what is new."""

    def __init__(self, numbers: Mapping[Facet, int]) -> None:
        self._terms = {facet: facet_term(number) for facet, number in numbers.items()}
        self._next = max(numbers.values(), default=-1) + 1
        self.in_filters = lru_cache(maxsize=_FILTERS_KEPT)(self._in_filters)

    def of(self, facet: Facet) -> str:
        """Give its term, a new one where it has none yet."""
        term = self._terms.get(facet)
        if term is None:
            term = self._terms[facet] = facet_term(self._next)
            self._next += 1
        return term

    def known(self, facet: Facet) -> str:
        """Give its term, empty where it has none."""
        return self._terms.get(facet, "")

    def _in_filters(self, filters: str) -> tuple[str, ...]:
        """Give the terms of what a row has as filters."""
        return tuple(map(self.of, facets_in(filters))) if filters else ()


@dataclass(slots=True)
class _Codes:
    """Numbers or texts in order, each with a rank; sorted when they are asked for."""

    known: dict[int, tuple[Key, ...]] = field(default_factory=dict)
    _sorted: list[tuple[Key, int]] | None = None

    def put(self, rank: int, keys: Iterable[Key]) -> None:
        """Set the keys of a rank."""
        self.known[rank], self._sorted = tuple(keys), None

    def drop(self, rank: int) -> None:
        """Take a rank out."""
        if self.known.pop(rank, None) is not None:
            self._sorted = None

    def between(self, low: Any, end: Any) -> Iterator[tuple[Key, int]]:
        """Give keys whose first part is from ``low`` on and below ``end``, in order."""
        if self._sorted is None:
            self._sorted = sorted((key, rank) for rank, keys in self.known.items() for key in keys)
        at = bisect_left(self._sorted, ((low,), -1))
        while at < len(self._sorted) and self._sorted[at][0][0] < end:
            yield self._sorted[at]
            at += 1


class Changed:
    """The products that differ; ``facet_terms`` has the filters of the base."""

    def __init__(self, facet_terms: FacetTerms) -> None:
        self.entries: dict[int, Entry] = {}  # by rank
        self.terms = ChangedTerms()  # of those that the base's index has wrongly, or not at all
        self.refiltered = ChangedTerms()  # of those that it has wrongly in their filters alone
        self.gtins: dict[int, int] = {}  # of whole products, to their ranks
        self.skus: dict[bytes, int] = {}
        self.by_gtin, self.by_tail, self.by_sku = _Codes(), _Codes(), _Codes()
        self.facet_terms = facet_terms
        self.products = 0  # more than the base has
        self._stale: set[int] = set()
        self._by_category: dict[str, set[int]] = {}

    def is_replaced(self, rank: int) -> bool:
        """Tell whether the base's row, with its codes, counts no more."""
        entry = self.entries.get(rank)
        return entry is not None and entry.kind != "parts"

    def without_stale(self, ranks: Iterator[int], *, filtered: bool) -> Iterator[int]:
        """Give those that the base's index has rightly, in their filters too where asked."""
        stale, refiltered = self._stale, self.refiltered
        if filtered and refiltered:
            ranks = (rank for rank in ranks if rank not in refiltered)
        return (rank for rank in ranks if rank not in stale) if stale else ranks

    def in_category(self, category_id: str) -> list[tuple[Nearness, int]]:
        """Give those of a category itself by price, each with its rank."""
        found = [self.entries[rank] for rank in self._by_category.get(category_id, ())]
        return sorted((nearness(each), each.rank) for each in found)

    def take(self, entries: Iterable[Entry]) -> Difference:
        """Take over newer versions of rows, or the first of them."""
        difference = Difference(Counter(), Counter(), set())
        for entry in entries:
            difference.ranks.add(entry.rank)
            before = self.entries.get(entry.rank)
            if before is not None:
                self._take_out(before, difference)
            self._put_in(entry, difference)
        self.terms.tidy()
        self.refiltered.tidy()
        return difference

    def _put_in(self, entry: Entry, difference: Difference) -> None:
        rank = entry.rank
        self.entries[rank] = entry
        if entry.kind != "gone":
            self._by_category.setdefault(entry.category, set()).add(rank)
        if entry.kind == "whole":
            self._put_codes(entry)
        if not entry.now and not entry.was:
            return
        now, was = read_found_by(entry.now), read_found_by(entry.was)
        self._count(now, was, 1, difference)
        terms = self.facet_terms.in_filters(now.filters)
        place = Place(rank, entry.behind, entry.moved, entry.popularity)
        if now.filters and not now.words:
            self.refiltered.put(place, entry.price, terms)
            return
        if entry.was:
            self._stale.add(rank)
        if entry.now:
            self.terms.put(place, entry.price, (*now.words.split(" "), *terms))

    def _take_out(self, entry: Entry, difference: Difference) -> None:
        rank = entry.rank
        if entry.kind != "gone":
            self._by_category[entry.category].discard(rank)
        if entry.kind == "whole":
            self._drop_codes(entry)
        if entry.now or entry.was:
            now, was = read_found_by(entry.now), read_found_by(entry.was)
            self._count(now, was, -1, difference)
            self._stale.discard(rank)
            self.terms.drop(rank)
            self.refiltered.drop(rank)

    def _put_codes(self, entry: Entry) -> None:
        rank, gtins = entry.rank, gtins_in(entry.body)
        self.gtins.update(dict.fromkeys(gtins, rank))
        self.skus[sku_key(entry.sku)] = rank
        self.by_gtin.put(rank, ((gtin,) for gtin in gtins))
        self.by_tail.put(rank, ((tail_of(f"{gtin:014}"), gtin) for gtin in gtins))
        self.by_sku.put(rank, [(sku_key(entry.sku),)])

    def _drop_codes(self, entry: Entry) -> None:
        for gtin in gtins_in(entry.body):
            if self.gtins.get(gtin) == entry.rank:
                del self.gtins[gtin]
        self.skus.pop(sku_key(entry.sku), None)
        for codes in (self.by_gtin, self.by_tail, self.by_sku):
            codes.drop(entry.rank)

    def _count(self, now: FoundBy, was: FoundBy, times: int, difference: Difference) -> None:
        """Count what a row adds to the base, or takes back of what it added."""
        self.products += times * (bool(now.filters) - bool(was.filters))
        terms_now = self.facet_terms.in_filters(now.filters)
        terms_was = self.facet_terms.in_filters(was.filters)
        if terms_now != terms_was:
            alike = set(terms_now).intersection(terms_was)
            gained = (term for term in terms_now if term not in alike)
            lost = (term for term in terms_was if term not in alike)
            _add(difference.facets, gained, lost, times)
        if now.words != was.words:
            words_now, words_was = set(now.words.split()), set(was.words.split())
            _add(difference.words, filter(is_word, words_now), filter(is_word, words_was), times)


def nearness(entry: Entry) -> Nearness:
    """Give where a product stands among others by price."""
    return entry.price, entry.behind, bool(entry.moved), -entry.popularity, entry.rank


def _add(counts: Counter[str], now: Iterable[str], was: Iterable[str], times: int) -> None:
    for term in now:
        counts[term] += times
    for term in was:
        counts[term] -= times
