"""A screen that is left open shows the price of each minute, without the line.

The clock of the kiosk is set forward step by step; nothing else happens.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from kiosk.messages import OpenBrowse, OpenProduct, OpenSearch, SearchTyped, StayLonger, Ticked
from kiosk.pricecheck.view import ProductView
from kiosk.search.view import BrowseView, SearchView
from kiosk.view import Body
from retail.catalogue import Product
from retail.goods import Goods
from retail.pricing.off import Amount, Percent
from retail.pricing.rules import (
    Adjustment,
    EachOff,
    FixedPrice,
    Offer,
    On,
    Part,
    Scope,
    SetOff,
    Step,
)
from retail.pricing.window import Weekly, Window
from retail.rule_lines import StoreRule
from tests.flows.conftest import MILK, NOON, TEHRAN, Kiosk, Shelves, book_of

DAIRY = Goods(categories=frozenset({"milk"}))
PLAIN = replace(MILK, offers=())
EVERY_DAY = frozenset(range(7))
THURSDAY = 3


def kiosk_with(
    *rules: StoreRule, product: Product = PLAIN, zone: ZoneInfo = TEHRAN, at: datetime = NOON
) -> Kiosk:
    kiosk = Kiosk()
    kiosk.catalogues.current = Shelves((product,), book=book_of(*rules, zone=zone))
    kiosk.clock.at = at
    return kiosk


def weekly(start: time, end: time, days: frozenset[int] = EVERY_DAY) -> Window:
    return Window(weekly=(Weekly(days, start, end),))


def off(window: Window, basis_points: int = 1_000) -> Adjustment:
    return Adjustment("a", Percent(basis_points), DAIRY, Scope(window=window), name_fa="لبنیات")


def price_on(body: Body) -> str:
    match body:
        case ProductView():
            return body.price.amount
        case SearchView() | BrowseView():
            return body.rows[0].price
        case _:
            raise AssertionError(body)


def left_open(kiosk: Kiosk, at: datetime) -> str:
    """Let the clock come to an instant, on and on touched by nobody, and give the price then."""
    kiosk.clock.at = at
    kiosk.do(StayLonger())
    return price_on(kiosk.do(Ticked()).body)


def in_tehran(day: int, hour: int, minute: int = 0, second: int = 0) -> datetime:
    """Give an instant of November 2026 in Tehran, where the 26th is a Thursday."""
    return datetime(2026, 11, day, hour, minute, second, tzinfo=TEHRAN).astimezone(UTC)


SCREENS = {
    "a scanned item": lambda kiosk: kiosk.scan("96385074"),
    "a search": lambda kiosk: kiosk.do(OpenSearch(), SearchTyped("شیر")),
    "a category": lambda kiosk: kiosk.do(OpenBrowse("milk")),
    "an item chosen from a list": lambda kiosk: kiosk.do(OpenBrowse("milk"), OpenProduct(MILK.sku)),
}
BEFORE, REDUCED = "۴۸٬۰۰۰", "۴۳٬۲۰۰"


@pytest.mark.parametrize("screen", SCREENS)
def test_happy_hours_begin_and_end_on_the_minute_on_every_screen(screen: str) -> None:
    hours = weekly(time(17), time(20), frozenset({THURSDAY}))
    kiosk = kiosk_with(off(hours), at=in_tehran(26, 16, 58))
    SCREENS[screen](kiosk)
    asked = {
        (16, 59, 59): BEFORE,
        (17, 0, 0): REDUCED,
        (19, 59, 59): REDUCED,
        (20, 0, 0): BEFORE,
    }
    assert {at: left_open(kiosk, in_tehran(26, *at)) for at in asked} == asked


@pytest.mark.parametrize("screen", SCREENS)
def test_a_price_that_was_set_for_tomorrow_is_there_at_midnight(screen: str) -> None:
    tomorrow = in_tehran(27, 0)
    price = FixedPrice("new", PLAIN.sku, 512_000, scope=Scope(window=Window(tomorrow)))
    kiosk = kiosk_with(product=replace(PLAIN, fixed_prices=(price,)), at=in_tehran(26, 23, 59))
    SCREENS[screen](kiosk)
    assert left_open(kiosk, tomorrow - timedelta(seconds=1)) == BEFORE
    assert left_open(kiosk, tomorrow) == "۵۱٬۲۰۰"


def test_a_price_for_a_time_gives_way_to_the_one_of_before() -> None:
    window = Window(in_tehran(26, 10), in_tehran(26, 12, 30))
    price = FixedPrice("short", PLAIN.sku, 300_000, scope=Scope(window=window))
    kiosk = kiosk_with(product=replace(PLAIN, fixed_prices=(price,)), at=in_tehran(26, 12))
    kiosk.scan("96385074")
    assert left_open(kiosk, in_tehran(26, 12, 29, 59)) == "۳۰٬۰۰۰"
    assert left_open(kiosk, in_tehran(26, 12, 30)) == BEFORE


def test_hours_over_midnight_belong_to_the_day_on_which_they_begin() -> None:
    kiosk = kiosk_with(
        off(weekly(time(22), time(2), frozenset({THURSDAY}))), at=in_tehran(26, 23, 59)
    )
    kiosk.scan("96385074")
    assert left_open(kiosk, in_tehran(27, 0)) == REDUCED
    assert left_open(kiosk, in_tehran(27, 1, 59, 59)) == REDUCED
    assert left_open(kiosk, in_tehran(27, 2)) == BEFORE
    assert left_open(kiosk, in_tehran(27, 22)) == BEFORE


BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("asked"),
    [
        {  # set forward on 29 March 2026 at 01:00 UTC, from 02:00 to 03:00: half an hour is lost
            "2026-03-29T00:29:59Z": BEFORE,
            "2026-03-29T00:30:00Z": REDUCED,
            "2026-03-29T00:59:59Z": REDUCED,
            "2026-03-29T01:00:00Z": BEFORE,
        },
        {  # set back on 25 October 2026 at 01:00 UTC, from 03:00 to 02:00: 02:00 to 02:30 twice
            "2026-10-25T00:29:59Z": REDUCED,
            "2026-10-25T00:30:00Z": BEFORE,
            "2026-10-25T00:59:59Z": BEFORE,
            "2026-10-25T01:00:00Z": REDUCED,
            "2026-10-25T01:30:00Z": BEFORE,
        },
    ],
    ids=["set forward", "set back"],
)
def test_hours_are_those_of_the_clock_on_the_wall_while_it_is_set(asked: dict[str, str]) -> None:
    first = datetime.fromisoformat(min(asked)) - timedelta(minutes=10)
    kiosk = kiosk_with(off(weekly(time(1, 30), time(2, 30))), zone=BERLIN, at=first)
    kiosk.scan("96385074")
    shown = {at: left_open(kiosk, datetime.fromisoformat(at)) for at in asked}
    assert shown == asked


def test_a_clock_that_the_server_sets_back_brings_the_price_of_that_time_back() -> None:
    kiosk = kiosk_with(off(weekly(time(17), time(20))), at=in_tehran(26, 17, 1))
    kiosk.scan("96385074")
    assert left_open(kiosk, in_tehran(26, 17, 2)) == REDUCED
    assert left_open(kiosk, in_tehran(26, 16, 59)) == BEFORE


def test_a_price_is_struck_through_only_while_something_is_taken_off() -> None:
    dearer = FixedPrice("dearer", PLAIN.sku, 512_000, priority=1)
    kiosk = kiosk_with(
        off(weekly(time(17), time(20))),
        product=replace(PLAIN, fixed_prices=(dearer,)),
        at=in_tehran(26, 16),
    )
    kiosk.scan("96385074")

    def shown(hour: int) -> tuple[str, str]:
        left_open(kiosk, in_tehran(26, hour))
        body = kiosk.core.view.body
        assert isinstance(body, ProductView)
        return body.price.amount, body.price.before

    assert shown(16) == ("۵۱٬۲۰۰", "")
    assert shown(17) == ("۴۶٬۰۸۰", "۵۱٬۲۰۰")  # of the price that holds, not of the list


def test_an_offer_that_one_piece_earns_is_its_price_on_the_shelf() -> None:
    kiosk = kiosk_with(Offer("o", EachOff(DAIRY, (Step(1, Amount(80_000)),)), name_fa="تخفیف"))
    assert price_on(kiosk.scan("96385074").body) == "۴۰٬۰۰۰"


def test_what_one_more_piece_would_save_is_said_beside_the_price() -> None:
    half = SetOff((Part(DAIRY, 2),), Percent(5_000), On.CHEAPEST, 1)
    body = kiosk_with(Offer("half", half, name_fa="جشن شیر")).scan("96385074").body
    assert isinstance(body, ProductView)
    assert (body.price.amount, body.price.before) == (BEFORE, "")
    assert body.more == "جشن شیر: یکی دیگر بردارید، دومی نصف قیمت است"
