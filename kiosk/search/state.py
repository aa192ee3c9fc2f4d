"""What the shopper is looking for: the states of search and browse, as data."""

from __future__ import annotations

from dataclasses import dataclass, field

from kiosk.items import Priced
from retail.catalogue import Category


@dataclass(frozen=True, slots=True)
class Narrowing:
    """The filters of a search, all of which must hold; an empty one does not narrow."""

    category_id: str = ""
    in_stock: bool = False
    price_min_minor: int = 0
    price_max_minor: int = 0
    aisle: str = ""


@dataclass(frozen=True, slots=True)
class Searching:
    """A text in the field and what it found, best first.

    ``understood_as`` is the text that was searched where it is another one than was typed
    (a typing mistake, or the wrong keyboard layout). ``more`` tells that there are further
    hits. ``categories`` and ``aisles`` are what the hits can be narrowed to, and what they are
    narrowed to.
    """

    text: str = ""
    narrowing: Narrowing = field(default_factory=Narrowing)
    hits: tuple[Priced, ...] = ()
    more: bool = False
    understood_as: str = ""
    categories: tuple[Category, ...] = ()
    aisles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Browsing:
    """A place in the tree of categories; ``path`` leads from the root to it."""

    path: tuple[Category, ...] = ()
    children: tuple[tuple[Category, int], ...] = ()  # with how many products are below each
    products: tuple[Priced, ...] = ()
    total: int = 0


State = Searching | Browsing
