"""The changes' own index, in memory: which changed products have these terms, popular first.

It answers the same expressions as the base's index (``Wanted``), by the terms they are made of.
A product has a *slot*; a newer version of it gets a new one and the old one is dead, so that a
term's slots are only ever added to and stay in order. When most are dead all is put in anew.

Source: docs/feed.md, section 6; docs/search.md, sections 4 and 9.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from functools import reduce
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from kiosk.storage.bitsets import RANK, Ranks, in_list
from kiosk.storage.terms import is_word
from kiosk.storage.wanted import Wanted

_DEAD_MIN = 1_000  # slots: below, it is not worth tidying up
_NO_SLOTS = np.zeros(0, RANK)
Standing = tuple[int, int]  # behind which rank of the base, and its own rank


class Place(NamedTuple):
    """A product's own rank, and where it stands: changes.sql has what each column is."""

    rank: int
    behind: int
    moved: int
    popularity: int


class ChangedTerms:
    """The terms of the products that the base's index has wrongly or not at all."""

    def __init__(self) -> None:
        self._slots: dict[int, int] = {}  # by rank
        self._terms: dict[int, tuple[str, ...]] = {}  # by slot, of those alive
        self._postings: dict[str, array[int]] = {}
        self._places: list[Place] = []  # by slot
        self._prices = array("q")
        self._alive = bytearray()
        self._made: _Whole | None = None

    def __len__(self) -> int:
        """How many products it has."""
        return len(self._slots)

    def __contains__(self, rank: int) -> bool:
        """Tell whether it has the product of this rank."""
        return rank in self._slots

    def put(self, place: Place, price: int, terms: Iterable[str]) -> None:
        """Add a product that it does not have."""
        slot = self._slots[place.rank] = len(self._places)
        self._places.append(place)
        self._prices.append(price)
        self._alive.append(1)
        own = self._terms[slot] = tuple(dict.fromkeys(terms))
        for term in own:
            posting = self._postings.get(term)
            if posting is None:
                posting = self._postings[term] = array("I")
            posting.append(slot)
        self._forget()

    def drop(self, rank: int) -> None:
        """Take a product out, if it is there."""
        slot = self._slots.pop(rank, None)
        if slot is not None:
            self._alive[slot] = 0
            del self._terms[slot]
            self._forget()

    def tidy(self) -> None:
        """Get rid of dead slots where they are the most."""
        dead = len(self._places) - len(self._slots)
        if dead < _DEAD_MIN or dead < len(self._slots):
            return
        fresh = ChangedTerms()
        for slot in self._slots.values():
            fresh.put(self._places[slot], self._prices[slot], self._terms[slot])
        self.__dict__.update(fresh.__dict__)

    def meeting(
        self, every: Sequence[Wanted], price: tuple[int, int], limit: int
    ) -> list[Standing]:
        """Give the most popular products that meet all, with a price within ``price``."""
        places = self._whole.places[self._slots_meeting(every, price)]
        if places.size > limit:
            places = np.partition(places, limit)[:limit]
        places.sort()
        found = self._whole.order[places]
        return list(
            zip(self._whole.behind[found].tolist(), self._whole.ranks[found].tolist(), strict=True)
        )

    def ranks_meeting(self, every: Sequence[Wanted], price: tuple[int, int]) -> Ranks:
        """Give the ranks of all that meet all, upwards, where none has moved."""
        met = np.zeros(len(self._places), bool)
        met[self._whole.places[self._slots_meeting(every, price)]] = True
        return self._whole.ranks[self._whole.order[met]].astype(RANK)

    def _slots_meeting(self, every: Sequence[Wanted], price: tuple[int, int]) -> Ranks:
        slots = self._meeting_all(every)
        slots = slots[self._whole.alive[slots]]
        prices = self._whole.prices[slots]
        met: Ranks = slots[(prices >= price[0]) & (prices <= price[1])]
        return met

    def _meeting_all(self, every: Sequence[Wanted]) -> Ranks:
        if not every:
            return np.arange(len(self._places), dtype=RANK)
        found = [self._meeting_one(each) for each in every]
        found.sort(key=lambda each: each.size)
        return reduce(_in_both, found)

    def _meeting_one(self, wanted: Wanted) -> Ranks:
        if wanted.term:
            return self._posting(wanted.term)
        if wanted.all_of:
            return self._meeting_all(wanted.all_of)
        if wanted.any_of:
            return self._union([self._meeting_one(each) for each in wanted.any_of])
        if wanted.begins:
            return self._begun(wanted.begins)
        return _NO_SLOTS

    def _posting(self, term: str) -> Ranks:
        posting = self._postings.get(term)
        return _NO_SLOTS if posting is None else np.array(posting, RANK)

    def _begun(self, start: str) -> Ranks:
        words, at = self._whole.words, bisect_left(self._whole.words, start)
        found = []
        while at < len(words) and words[at].startswith(start):
            found.append(self._posting(words[at]))
            at += 1
        return self._union(found)

    def _union(self, slots: list[Ranks]) -> Ranks:
        if len(slots) < 2:
            return slots[0] if slots else _NO_SLOTS
        met = np.zeros(len(self._places), bool)
        for each in slots:
            met[each] = True
        return np.flatnonzero(met).astype(RANK)

    @property
    def _whole(self) -> _Whole:
        if self._made is None:
            self._made = _Whole(self._places, self._prices, self._alive, self._postings)
        return self._made

    def _forget(self) -> None:
        self._made = None


class _Whole:
    """What is worked out of all slots once they are read: their order, and the words in theirs."""

    def __init__(
        self, places: list[Place], prices: array[int], alive: bytearray, terms: Iterable[str]
    ) -> None:
        columns = np.array(places, np.int64).reshape(len(places), len(Place._fields))
        self.ranks, self.behind, moved, popularity = columns.T
        self.prices, self.alive = np.array(prices, np.int64), np.array(alive, bool)
        # in front of those that stand behind it is the base's product of that rank itself
        keys = (self.ranks, -popularity, moved, self.behind)
        self.order: npt.NDArray[np.intp] = np.lexsort(keys)
        self.places = np.empty_like(self.order)
        self.places[self.order] = np.arange(self.order.size)
        self.words = sorted(filter(is_word, terms))


def _in_both(one: Ranks, other: Ranks) -> Ranks:
    both: Ranks = one[in_list(other, one)]
    return both
