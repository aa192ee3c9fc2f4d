"""What search and browse show, worked out as data: no Kivy, no thread, no clock."""

from __future__ import annotations

from dataclasses import dataclass
from typing import assert_never

from kiosk.frame import Button, Chip, ItemRow
from kiosk.items import PictureOf, item_row
from kiosk.messages import FilterSearch, OpenBrowse, OpenSearch, ShowMore
from kiosk.search.state import Browsing, Narrowing, Searching, State
from kiosk.words import Words
from retail.catalogue import Category
from retail.values import RIAL, Money

# Rial, the list price from and up to; 0 is no limit
PRICE_BANDS = ((0, 1_000_000), (1_000_000, 5_000_000), (5_000_000, 0))


@dataclass(frozen=True, slots=True)
class KeyWords:
    """What stands on the keys of the on-screen keyboard that are no letters."""

    space: str
    zwnj: str
    digits: str
    letters: str
    clear: str
    search: str


@dataclass(frozen=True, slots=True)
class Nothing:
    """There is no hit: say so, and what to do instead."""

    icon: str
    title: str
    text: str
    actions: tuple[Button, ...] = ()


@dataclass(frozen=True, slots=True)
class SearchView:
    """The field's text is the screen's own while it is typed; ``text`` sets it at the start."""

    text: str
    hint: str
    understood: str
    count_text: str
    filters: tuple[Chip, ...]
    rows: tuple[ItemRow, ...]
    more: Button | None
    nothing: Nothing | None
    keys: KeyWords


@dataclass(frozen=True, slots=True)
class CategoryTile:
    """A category to look into."""

    icon: str
    title: str
    count_text: str
    send: OpenBrowse


@dataclass(frozen=True, slots=True)
class BrowseView:
    """A place in the tree: the way to it, what lies below, and the products here."""

    title: str
    crumbs: tuple[Button, ...]
    tiles: tuple[CategoryTile, ...]
    rows: tuple[ItemRow, ...]
    count_text: str
    more: Button | None


Body = SearchView | BrowseView


def view_of(state: State, words: Words, picture_of: PictureOf) -> Body:
    """Turn a state into what is drawn."""
    match state:
        case Searching():
            return _search(state, words, picture_of)
        case Browsing():
            return _browse(state, words, picture_of)
        case _:
            assert_never(state)


def _search(state: Searching, words: Words, picture_of: PictureOf) -> SearchView:
    return SearchView(
        text=state.text,
        hint=words.say("Name of the item, brand or barcode"),
        understood=(
            words.say("Showing results for “{text}”", text=state.understood_as)
            if state.understood_as
            else ""
        ),
        count_text=_count_text(len(state.hits), state.more, words) if state.hits else "",
        filters=_filters(state, words),
        rows=tuple(item_row(hit, words, picture_of) for hit in state.hits),
        more=_more(words) if state.more else None,
        nothing=_nothing(state, words),
        keys=KeyWords(
            space=words.say("space"),
            zwnj=words.say("half-space"),
            digits=words.digits("123"),
            letters=words.say("letters"),
            clear=words.say("Clear"),
            search=words.say("Search"),
        ),
    )


def _browse(state: Browsing, words: Words, picture_of: PictureOf) -> BrowseView:
    root = Button(words.say("All categories"), OpenBrowse(), "shape")
    return BrowseView(
        title=words.of(state.path[-1].name) if state.path else words.say("All categories"),
        crumbs=(root, *(_crumb(category, words) for category in state.path)),
        tiles=tuple(_tile(category, count, words) for category, count in state.children),
        rows=tuple(item_row(item, words, picture_of) for item in state.products),
        count_text=words.say("{count} items", count=state.total),
        more=_more(words) if 0 < len(state.products) < state.total else None,
    )


def _crumb(category: Category, words: Words) -> Button:
    return Button(words.of(category.name), OpenBrowse(category.category_id))


def _tile(category: Category, count: int, words: Words) -> CategoryTile:
    return CategoryTile(
        icon=category.icon or "shape",
        title=words.of(category.name),
        count_text=words.say("{count} items", count=count),
        send=OpenBrowse(category.category_id),
    )


def _more(words: Words) -> Button:
    return Button(words.say("Show more"), ShowMore(), "chevron-down")


def _count_text(count: int, more: bool, words: Words) -> str:
    said = "The {count} most popular items" if more else "{count} items"
    return words.say(said, count=count)


def _filters(state: Searching, words: Words) -> tuple[Chip, ...]:
    narrowing = state.narrowing
    chips = [
        Chip(
            words.say("In stock"),
            FilterSearch(in_stock=not narrowing.in_stock),
            narrowing.in_stock,
            "package-variant-closed",
        )
    ]
    chips += [_band(low, high, narrowing, words) for low, high in PRICE_BANDS]
    for category in state.categories:
        on = narrowing.category_id == category.category_id
        send = FilterSearch(category_id="" if on else category.category_id)
        chips.append(Chip(words.of(category.name), send, on, category.icon or "shape"))
    for name in state.aisles:
        on = narrowing.aisle == name
        aisle = words.say("Aisle {aisle}", aisle=words.letter(name))
        chips.append(Chip(aisle, FilterSearch(aisle="" if on else name), on, "map-marker-radius"))
    return tuple(chips)


def _band(low: int, high: int, narrowing: Narrowing, words: Words) -> Chip:
    """Write a range of prices; touching the one that is on takes it off."""
    on = (narrowing.price_min_minor, narrowing.price_max_minor) == (low, high)
    least, most = words.money(Money(low, RIAL)), words.money(Money(high, RIAL))
    if not low:
        text = words.say("Up to {money}", money=most)
    elif not high:
        text = words.say("From {money}", money=least)
    else:
        number = words.amount(Money(low, RIAL))
        text = words.say("{least} to {most}", least=number, most=most)
    send = FilterSearch(price_min_minor=0 if on else low, price_max_minor=0 if on else high)
    return Chip(text, send, on, "cash")


def _nothing(state: Searching, words: Words) -> Nothing | None:
    if state.hits:
        return None
    categories = Button(words.say("Categories"), OpenBrowse(), "shape")
    if not state.text:
        return Nothing(
            "text-search",
            words.say("What are you looking for?"),
            words.say("A few letters are enough; small typing mistakes do not matter."),
            (categories,),
        )
    return Nothing(
        "magnify-close",
        words.say("Nothing found for “{text}”", text=state.text),
        words.say("Try fewer letters or another word, or take off a filter."),
        (Button(words.say("Start again"), OpenSearch(), "refresh"), categories),
    )
