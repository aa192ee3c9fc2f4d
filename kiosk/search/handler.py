"""From what the shopper typed or touched to a state of search or browse.

It asks the catalogue and keeps nothing. What it needs of the catalogue is ``Finder``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol, TypeVar, assert_never

from kiosk.items import Priced
from kiosk.messages import FilterSearch
from kiosk.search.state import Browsing, Narrowing, Searching, State
from kiosk.shelf_price import holds
from retail.catalogue import Category, Product

PAGE = 20  # products that a list begins with and grows by
SHOWN_MAX = 200  # nobody scrolls further; a better word finds more than a longer list
TEXT_MAX = 80  # characters of a question that count

T = TypeVar("T")
Price = Callable[[Product], Priced]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a question found, best first, at most as many as asked for.

    ``understood_as`` is the question that was answered where it is another one than asked.
    """

    products: tuple[Product, ...] = ()
    more: bool = False
    understood_as: str = ""


class Finder(Protocol):
    """What search and browse ask of the catalogue."""

    def find(self, text: str, narrowing: Narrowing, limit: int) -> Answer:
        """Find products by name, brand or code; filters hold together."""
        ...

    def path_to(self, category_id: str) -> Sequence[Category]:
        """Give the categories from the root to this one; nothing for an unknown one."""
        ...

    def children(self, category_id: str) -> Sequence[tuple[Category, int]]:
        """Give the categories below one, the root's for ``""``, with their products' count."""
        ...

    def products_in(self, category_id: str, limit: int) -> tuple[Sequence[Product], int]:
        """Give the most popular products below a category, and how many there are."""
        ...


def search(state: Searching, finder: Finder, price: Price, limit: int = PAGE) -> Searching:
    """Answer the text and the filters that ``state`` holds."""
    text = state.text[:TEXT_MAX]
    if not text.strip() and state.narrowing == Narrowing():
        return Searching(state.text)
    found = finder.find(text, state.narrowing, min(limit, SHOWN_MAX))
    return replace(
        state,
        hits=tuple(price(product) for product in found.products),
        more=found.more and limit < SHOWN_MAX,
        understood_as=found.understood_as,
        categories=_categories_of(found.products, state.narrowing, finder),
        aisles=_aisles_of(found.products, state.narrowing),
    )


def narrow(state: Searching, change: FilterSearch) -> Searching:
    """Take over the filters that a touch changed; the others stay."""
    now = state.narrowing
    return replace(
        state,
        narrowing=Narrowing(
            category_id=_changed(now.category_id, change.category_id),
            in_stock=_changed(now.in_stock, change.in_stock),
            price_min_minor=_changed(now.price_min_minor, change.price_min_minor),
            price_max_minor=_changed(now.price_max_minor, change.price_max_minor),
            aisle=_changed(now.aisle, change.aisle),
        ),
    )


def browse(category_id: str, finder: Finder, price: Price, limit: int = PAGE) -> Browsing:
    """Go to a category; the empty id, or one that is gone, is the root of the tree."""
    path = tuple(finder.path_to(category_id)) if category_id else ()
    here = path[-1].category_id if path else ""
    children = tuple(finder.children(here))
    products, total = finder.products_in(here, min(limit, SHOWN_MAX))
    shown = () if children and not path else tuple(price(product) for product in products)
    return Browsing(path, children, shown, total)


def reprice(state: State, price: Price, at: datetime) -> State:
    """Price what is listed again where a rule has turned meanwhile; nothing is asked anew."""
    listed = state.hits if isinstance(state, Searching) else state.products
    if not listed or holds((each.price for each in listed), listed[0].price.quote.at, at):
        return state
    match state:
        case Searching(hits=hits):
            return replace(state, hits=tuple(price(each.product) for each in hits))
        case Browsing(products=products):
            return replace(state, products=tuple(price(each.product) for each in products))
        case _:
            assert_never(state)


def _changed(now: T, change: T | None) -> T:
    return now if change is None else change


def _categories_of(
    products: Sequence[Product], narrowing: Narrowing, finder: Finder
) -> tuple[Category, ...]:
    """Give the chosen category, and those that most of the hits are in; four at most."""
    common = _most_common([product.category_id for product in products], narrowing.category_id)
    paths = [finder.path_to(category_id) for category_id in common[:4]]
    return tuple(path[-1] for path in paths if path)


def _aisles_of(products: Sequence[Product], narrowing: Narrowing) -> tuple[str, ...]:
    """Give the chosen aisle, and those that most of the hits are in; three at most."""
    aisles = [product.place.aisle for product in products if product.place]
    return tuple(_most_common(aisles, narrowing.aisle)[:3])


def _most_common(values: Sequence[str], chosen: str) -> list[str]:
    """Give the chosen one first, for it must be there to be taken off, then by number."""
    counted = sorted(dict.fromkeys(values), key=lambda each: -values.count(each))
    return [chosen, *(each for each in counted if each != chosen)] if chosen else counted
