"""Search, filters and browse, case by case."""

from __future__ import annotations

from kiosk.frame import Chip
from kiosk.items import Priced
from kiosk.messages import FilterSearch, Language
from kiosk.pricecheck.handler import Desk
from kiosk.search.handler import PAGE, SHOWN_MAX, Answer, browse, narrow, search
from kiosk.search.state import Narrowing, Searching
from kiosk.search.view import SearchView, view_of
from kiosk.words import Words
from retail.barcodes import CodeRules
from retail.catalogue import Product
from tests.features.test_price_check import TEHRAN
from tests.flows.conftest import HERE, NOON, RICE, Shelves

EN = Words(Language.EN, TEHRAN)


def priced(product: Product) -> Priced:
    return Desk(HERE, TEHRAN, CodeRules()).price(product, Shelves(), NOON)


def chips(state: Searching) -> list[Chip]:
    view = view_of(state, EN, lambda name: name)
    assert isinstance(view, SearchView)
    return list(view.filters)


class Endless(Shelves):
    """A catalogue in which everything is found, and remembers how much was asked for."""

    asked: tuple[str, Narrowing, int]

    def find(self, text: str, narrowing: Narrowing, limit: int) -> Answer:
        self.asked = text, narrowing, limit
        return Answer((RICE,) * limit, more=True)


def test_an_empty_field_asks_nothing() -> None:
    assert search(Searching("  "), Shelves(), priced) == Searching("  ")


def test_filters_alone_find_what_meets_them() -> None:
    finder = Endless()

    found = search(Searching("", Narrowing(in_stock=True)), finder, priced)

    assert len(found.hits) == PAGE
    assert finder.asked == ("", Narrowing(in_stock=True), PAGE)


def test_a_list_ends_where_nobody_scrolls_further() -> None:
    found = search(Searching("x"), Endless(), priced, limit=SHOWN_MAX + PAGE)

    assert (len(found.hits), found.more) == (SHOWN_MAX, False)


def test_a_long_text_is_asked_for_by_its_beginning() -> None:
    finder = Endless()
    search(Searching("x" * 10_000), finder, priced)

    assert len(finder.asked[0]) == 80


def test_a_filter_changes_alone() -> None:
    both = narrow(
        narrow(Searching("x"), FilterSearch(in_stock=True, aisle="5")),
        FilterSearch(price_min_minor=1_000_000, price_max_minor=5_000_000),
    )

    assert both.narrowing == Narrowing("", True, 1_000_000, 5_000_000, "5")
    assert narrow(both, FilterSearch(aisle="")).narrowing.aisle == ""
    assert narrow(both, FilterSearch(in_stock=False)).narrowing.aisle == "5"


def test_a_filter_that_is_on_can_always_be_taken_off() -> None:
    narrowed = Searching("زرافه", Narrowing(category_id="milk", aisle="9", in_stock=True))

    nothing = search(narrowed, Shelves(), priced)

    assert nothing.hits == ()
    on = [chip for chip in chips(nothing) if chip.on]
    assert [chip.text for chip in on] == ["In stock", "Milk", "Aisle 9"]
    assert [chip.send for chip in on] == [
        FilterSearch(in_stock=False),
        FilterSearch(category_id=""),
        FilterSearch(aisle=""),
    ]


def test_hits_offer_their_own_categories_and_aisles_as_filters() -> None:
    found = search(Searching("برنج"), Shelves(), priced)

    sends = [chip.send for chip in chips(found)]
    assert FilterSearch(category_id="rice") in sends
    assert FilterSearch(aisle="5") in sends


def test_price_bands_leave_no_gap_and_come_off_at_a_second_touch() -> None:
    off = [chip for chip in chips(Searching("x")) if chip.icon == "cash"]
    assert [chip.text for chip in off] == [
        "Up to 100,000 Toman",
        "100,000 to 500,000 Toman",
        "From 500,000 Toman",
    ]

    for chip in off:
        assert isinstance(chip.send, FilterSearch)
        narrowed = narrow(Searching("x"), chip.send)
        (on,) = (each for each in chips(narrowed) if each.on)
        assert on.text == chip.text
        assert isinstance(on.send, FilterSearch)
        assert narrow(narrowed, on.send).narrowing == Narrowing()


def test_a_category_that_is_gone_leads_to_the_root() -> None:
    state = browse("no-such", Shelves(), priced)

    assert state.path == ()
    assert [child.category_id for child, _ in state.children] == ["food"]
