"""Cases of the trade on the clock: weekly hours over midnight, set clocks, starts and ends to the second.

Instants are told as the wall of the store shows them, or in UTC where the wall shows an hour twice.
"""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from retail.pricing.book import ANYONE, RuleBook, Shop, Shopper
from retail.pricing.item_price import item_changes_at, price_item
from retail.pricing.quoted import Quote
from retail.pricing.rules import Adjustment, FixedPrice, Scope
from retail.pricing.window import DAYS, Weekly, Window
from tests.rules.outside.asking import ask, each, less, line, offer

TEHRAN, BERLIN = ZoneInfo("Asia/Tehran"), ZoneInfo("Europe/Berlin")
TEN_OFF = each(less(10))


def weekly(days: str, start: str, end: str) -> Window:
    numbers = frozenset(DAYS.index(day) for day in days.split())
    return Window(weekly=(Weekly(numbers, time.fromisoformat(start), time.fromisoformat(end)),))


def at(text: str, zone: ZoneInfo) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


def quoted(window: Window, instant: datetime, zone: ZoneInfo) -> Quote:
    return ask([offer("1", TEN_OFF, window=window)], [line("a", 100)], at=instant, zone=zone)


NIGHT = weekly("thu", "22:00", "02:00")
ALL_DAY = weekly("fri", "00:00", "00:00")
EVENING = weekly("thu fri", "17:00", "20:00")


@pytest.mark.parametrize(
    ("window", "wall", "off", "next_wall"),
    [
        (NIGHT, "2026-11-26T21:59:59", 0, "2026-11-26T22:00"),
        (NIGHT, "2026-11-26T22:00:00", 10, "2026-11-27T02:00"),
        (NIGHT, "2026-11-27T01:59:59", 10, "2026-11-27T02:00"),
        (NIGHT, "2026-11-27T02:00:00", 0, "2026-12-03T22:00"),
        (NIGHT, "2026-11-26T01:00:00", 0, "2026-11-26T22:00"),  # Thursday's night begins at 22:00
        (ALL_DAY, "2026-11-26T23:59:59", 0, "2026-11-27T00:00"),
        (ALL_DAY, "2026-11-27T00:00:00", 10, "2026-11-28T00:00"),
        (ALL_DAY, "2026-11-28T00:00:00", 0, "2026-12-04T00:00"),
        (EVENING, "2026-11-26T20:00:00", 0, "2026-11-27T17:00"),
        (EVENING, "2026-11-27T19:59:59", 10, "2026-11-27T20:00"),
        (EVENING, "2026-11-27T20:00:00", 0, "2026-12-03T17:00"),
    ],
)
def test_weekly_hours_are_those_of_the_wall_in_tehran(
    window: Window, wall: str, off: int, next_wall: str
) -> None:
    quote = quoted(window, at(wall, TEHRAN), TEHRAN)

    assert quote.off == off
    assert quote.changes_at == at(next_wall, TEHRAN)


SUNDAY = weekly("sun", "02:00", "03:00")
SMALL_HOURS = weekly("sun", "01:30", "02:30")


@pytest.mark.parametrize(
    ("window", "instant", "off", "next_instant"),
    [
        # 29 March 2026: 02:00 is 03:00. Hours that the wall never shows are left out
        (SUNDAY, "2026-03-29T00:59:59", 0, None),
        (SUNDAY, "2026-03-29T01:00:00", 0, None),
        (SMALL_HOURS, "2026-03-29T00:29:59", 0, "2026-03-29T00:30"),
        (SMALL_HOURS, "2026-03-29T00:30:00", 10, "2026-03-29T01:00"),
        (SMALL_HOURS, "2026-03-29T01:00:00", 0, None),
        # 25 October 2026: 03:00 is 02:00 again. Hours that it shows twice are in force twice
        (SUNDAY, "2026-10-24T23:59:59", 0, "2026-10-25T00:00"),
        (SUNDAY, "2026-10-25T00:00:00", 10, None),
        (SUNDAY, "2026-10-25T01:59:59", 10, "2026-10-25T02:00"),
        (SUNDAY, "2026-10-25T02:00:00", 0, None),
        (SMALL_HOURS, "2026-10-25T00:29:59", 10, "2026-10-25T00:30"),
        (SMALL_HOURS, "2026-10-25T00:30:00", 0, "2026-10-25T01:00"),
        (SMALL_HOURS, "2026-10-25T01:00:00", 10, "2026-10-25T01:30"),
        (SMALL_HOURS, "2026-10-25T01:30:00", 0, None),
    ],
)
def test_weekly_hours_where_the_clock_is_set(
    window: Window, instant: str, off: int, next_instant: str | None
) -> None:
    now = datetime.fromisoformat(instant).replace(tzinfo=UTC)
    quote = quoted(window, now, BERLIN)

    assert quote.off == off
    if next_instant is not None:
        assert quote.changes_at == datetime.fromisoformat(next_instant).replace(tzinfo=UTC)


@pytest.mark.parametrize("window", [NIGHT, ALL_DAY, EVENING, SUNDAY, SMALL_HOURS])
@pytest.mark.parametrize("start", ["2026-03-27T22:00", "2026-10-23T22:00", "2026-11-25T12:00"])
def test_nothing_changes_before_the_instant_that_was_told(window: Window, start: str) -> None:
    """Minute by minute over four days: the price is another only at an instant told before."""
    now = at(start, BERLIN).astimezone(UTC)
    end = now + timedelta(days=4)
    told = quoted(window, now, BERLIN)
    while now < end:
        now += timedelta(minutes=7)
        quote = quoted(window, now, BERLIN)
        assert told.changes_at is not None
        if now < told.changes_at:
            assert quote.off == told.off, now
            assert quote.changes_at == told.changes_at, now
        else:
            told = quote


DAY = timedelta(days=1)
FIRST = datetime(2026, 12, 1, tzinfo=UTC)


def price_on(day: datetime, *rules: FixedPrice | Adjustment, shopper: Shopper = ANYONE) -> int:
    book = RuleBook(rules, Shop("A", UTC, "USD"))
    return price_item(book, line("a", 1000).tag, day, shopper).price


def fixed(rule_id: str, price: int, start: int | None, end: int | None) -> FixedPrice:
    window = Window(
        None if start is None else FIRST + start * DAY, None if end is None else FIRST + end * DAY
    )
    return FixedPrice(rule_id, "a", price, scope=Scope(window=window))


STANDING = fixed("standing", 900, None, None)
FROM_THE_5TH = fixed("new", 950, 4, None)
WEEK = fixed("week", 990, 2, 9)


@pytest.mark.parametrize(
    ("day", "price", "because"),
    [
        (-30, 900, "only the standing one"),
        (2, 990, "one for a time goes before a standing one, though it is dearer"),
        (4, 990, "and before a later standing one"),
        (9, 950, "its end does not belong to it; the later start of the standing ones"),
        (400, 950, "no end"),
    ],
)
def test_what_was_the_price_on_any_day(day: int, price: int, because: str) -> None:
    assert price_on(FIRST + day * DAY, STANDING, FROM_THE_5TH, WEEK) == price, because


def test_the_last_instant_of_a_price_is_the_one_before_its_end() -> None:
    last = FIRST + 9 * DAY - timedelta(microseconds=1)

    assert [price_on(when, STANDING, WEEK) for when in (last, FIRST + 9 * DAY)] == [990, 900]


def test_a_screen_left_open_is_told_of_a_price_that_begins_for_members_only() -> None:
    members = FixedPrice(
        "m", "a", 800, scope=Scope(frozenset(), frozenset({"member"}), Window(FIRST, FIRST + DAY))
    )
    book = RuleBook([members], Shop("A", UTC, "USD"))

    assert item_changes_at(book, line("a", 1000).tag, FIRST - DAY) == FIRST
    assert item_changes_at(book, line("a", 1000).tag, FIRST) == FIRST + DAY
    assert item_changes_at(book, line("a", 1000).tag, FIRST + DAY) is None


def test_an_offer_that_ends_in_the_middle_of_a_visit_ends_there() -> None:
    window = Window(ends_at=FIRST)
    before = ask([offer("1", TEN_OFF, window=window)], [line("a", 100)], at=FIRST - DAY)
    after = ask([offer("1", TEN_OFF, window=window)], [line("a", 100)], at=FIRST)

    assert (before.off, before.changes_at, after.off, after.changes_at) == (10, FIRST, 0, None)
    assert before.offers[0].until == FIRST
