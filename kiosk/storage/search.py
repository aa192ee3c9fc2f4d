"""Finds products by what a shopper typed: a name, a part of it, a code, misspelt or not.

Takes the steps of ``question`` until there are hits enough, first with the text as it
stands, then, where that finds nothing or next to nothing, as typed on the other keyboard
layout, then with slips corrected. Hits come as ranks; the rows are ``catalogue``'s affair.

Source: docs/search.md, sections 5 (filters), 6 (steps) and 8 (codes).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from kiosk.storage.codes import DIGITS_SURE, digits_in, ranks_by_digits, ranks_by_sku
from kiosk.storage.index import Index, Narrowed
from kiosk.storage.question import Corrected, Step, Words, corrected, loosest_step, steps, words_in
from kiosk.storage.terms import IN_STOCK, FacetKind, price_facets
from kiosk.storage.wanted import NONE, Wanted
from retail.catalogue import Product
from retail.folding import TEXT_LENGTH_MAX
from retail.keyboards import other_layout

FEW = 3  # hits; with fewer, the other layout is tried
MANY = 10  # times as many hits make the other layout's reading the likelier one
PRICE_MAX = (1 << 63) - 1


class Reading(Enum):
    """How a text was read to find what was found."""

    AS_TYPED = "as_typed"
    OTHER_LAYOUT = "other_layout"
    CORRECTED = "corrected"


@dataclass(frozen=True, slots=True)
class Filters:
    """What a hit must be besides; all hold together, and an empty one does not narrow.

    Prices are list prices in the currency's smallest unit, both ends included; ``in_stock`` is in
    the catalogue's own store; a category includes all below it.
    """

    category_id: str = ""
    in_stock: bool = False
    price_min: int = 0
    price_max: int | None = None
    aisle: str = ""


NO_FILTERS = Filters()


@dataclass(frozen=True, slots=True)
class Understood:
    """How a text was read, and the text that was searched where it is another one than typed.

    Of a corrected text, ``words`` has for each word what it is taken for, the likeliest first.
    """

    reading: Reading = Reading.AS_TYPED
    text: str = ""
    words: tuple[tuple[str, ...], ...] = ()


AS_TYPED = Understood()


@dataclass(frozen=True, slots=True)
class Ranked:
    """Hits as ranks, best first; ``understood`` tells how the text was read."""

    ranks: tuple[int, ...]
    more: bool
    understood: Understood


@dataclass(frozen=True, slots=True)
class Hits:
    """Products, best first; ``more`` tells that there are further ones behind them.

    ``understood_as`` is the text that was searched where it is another one than was typed.
    """

    products: tuple[Product, ...]
    more: bool
    reading: Reading = Reading.AS_TYPED
    understood_as: str = ""


def search(index: Index, text: str, filters: Filters, limit: int, offset: int = 0) -> Ranked:
    """Give up to ``limit`` hits from ``offset`` on."""
    narrowed = narrow(index, filters)
    if narrowed is None:
        return Ranked((), False, AS_TYPED)
    found = _Found(index, narrowed, offset + limit + 1)
    understood = _read(index, text[:TEXT_LENGTH_MAX], found)
    ranks = tuple(found.ranks)
    return Ranked(ranks[offset : offset + limit], len(ranks) > offset + limit, understood)


def narrow(index: Index, filters: Filters) -> Narrowed | None:
    """Put filters into terms; none where nothing can meet them."""
    wanted = []
    if filters.category_id:
        wanted.append(index.facet(FacetKind.CATEGORY, filters.category_id))
    if filters.aisle:
        wanted.append(index.facet(FacetKind.AISLE, filters.aisle))
    if filters.in_stock:
        wanted.append(index.facet(*IN_STOCK))
    low = max(0, filters.price_min)
    high = PRICE_MAX if filters.price_max is None else min(filters.price_max, PRICE_MAX)
    if low or high != PRICE_MAX:
        wanted.append(index.any_of([index.facet(*facet) for facet in price_facets(low, high)]))
    return None if NONE in wanted else Narrowed(tuple(wanted), (low, high))


class _Found:
    """Collects ranks, each once, from one question after the other until there are enough."""

    def __init__(self, index: Index, narrowed: Narrowed, enough: int) -> None:
        self.index, self.narrowed, self.enough = index, narrowed, enough
        self.ranks: dict[int, None] = {}

    @property
    def full(self) -> bool:
        """Tell whether there are enough."""
        return len(self.ranks) >= self.enough

    def ask(self, step: Step) -> bool:
        """Add what meets the step; tells whether anything did."""
        # those known already may come again, so as many more are asked for
        limit = self.enough + len(self.ranks)
        return self.add(self.index.ranks(step, self.narrowed, limit))

    def ask_each(self, questions: Iterable[Step]) -> None:
        """Go from step to step; one that asks the same again is left out."""
        asked: set[tuple[Wanted, ...]] = set()
        for step in questions:
            if all(each.products for each in step) and tuple(step) not in asked:
                asked.add(tuple(step))
                self.ask(step)
            if self.full:
                return

    def add(self, ranks: Iterable[int]) -> bool:
        """Add ranks as long as there is room; tells whether there were any."""
        before = len(self.ranks)
        for rank in ranks:
            if len(self.ranks) < self.enough:
                self.ranks.setdefault(rank)
        return len(self.ranks) > before

    def another(self) -> _Found:
        """Give an empty one with the same filters, for what is compared by its number of hits.

        That number must not depend on how long a page is.
        """
        return _Found(self.index, self.narrowed, max(self.enough, MANY * FEW))


def _read(index: Index, text: str, found: _Found) -> Understood:
    """Fill ``found``, and tell by which reading of the text."""
    words = words_in(text)
    if not words:
        if not text.strip():
            found.ask([])
        return AS_TYPED
    _as_typed(index, text, words, found)
    if len(found.ranks) < FEW and not found.full:
        for other in other_layout(text):
            there = found.another()
            there.ask_each(steps(index, words_in(other)))
            if not there.ranks:
                there.ask(loosest_step(index, words_in(other)))
            if len(there.ranks) >= max(1, MANY * len(found.ranks)):
                found.add(there.ranks)
                return Understood(Reading.OTHER_LAYOUT, other)
    if not found.ranks and not _exists(index, words, found.narrowed):
        for reading in (text, *other_layout(text)):
            if understood := _corrected(index, words_in(reading), found):
                return understood
    return AS_TYPED


def _corrected(index: Index, words: Words, found: _Found) -> Understood | None:
    """Fill ``found`` with the least change of words that finds anything; tells what it was."""
    first: Corrected | None = None
    for change in corrected(index, words):
        if first is not None and (change.stage > first.stage or found.full):
            break
        if found.ask(change.step) and first is None:
            first = change
    return Understood(Reading.CORRECTED, words=first.words) if first else None


def _as_typed(index: Index, text: str, words: Words, found: _Found) -> None:
    """Ask for the text as a code and as words, the likelier of them first."""
    digits = digits_in(text)
    codes = ranks_by_sku(index.connection, index.changed, text, found.enough)
    if digits:
        codes += ranks_by_digits(index.connection, index.changed, digits, found.enough)
    likely = len(digits) >= DIGITS_SURE or not digits
    if likely:
        found.add(index.sift(codes, found.narrowed))
    found.ask_each(steps(index, words))
    if not found.ranks and len(words) > 1:
        found.ask(loosest_step(index, words))
    if not likely:
        found.add(index.sift(codes, found.narrowed))


def _exists(index: Index, words: Words, narrowed: Narrowed) -> bool:
    """Tell whether only the filters are in the way; nothing is misspelt then."""
    if narrowed == Narrowed():
        return False
    anywhere = _Found(index, Narrowed(), 1)
    anywhere.ask_each(steps(index, words))
    return bool(anywhere.ranks)
