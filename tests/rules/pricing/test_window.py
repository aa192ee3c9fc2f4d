"""When a rule is in force: docs/pricing.md, section 1, on the walls of three cities."""

from datetime import UTC, datetime, time, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retail.pricing.window import ALWAYS, DAYS, Weekly, Window

TEHRAN = timezone(timedelta(hours=3, minutes=30))
BERLIN = ZoneInfo("Europe/Berlin")
OLD_TEHRAN = ZoneInfo("Asia/Tehran")  # its clock was set at midnight until 2022
MINUTE = timedelta(minutes=1)
THU = datetime(2026, 11, 26, tzinfo=TEHRAN)  # a Thursday


def hours(days: str, start: str, end: str) -> Weekly:
    return Weekly(
        frozenset(DAYS.index(day) for day in days.split()),
        time.fromisoformat(start),
        time.fromisoformat(end),
    )


def on(day: int, clock: str, second: int = 0) -> datetime:
    """Give an instant of the Thursday, or of a day after it, as Tehran's wall shows it."""
    at = time.fromisoformat(clock)
    return THU + timedelta(days=day, hours=at.hour, minutes=at.minute, seconds=second)


EVENING = hours("thu", "17:00", "20:00")
NIGHT = hours("thu", "22:00", "02:00")
WHOLE = hours("thu", "00:00", "00:00")


@pytest.mark.parametrize(
    ("weekly", "at", "in_force", "changes"),
    [  # the first four: the table of docs/pricing.md
        (EVENING, on(0, "16:59", 59), False, on(0, "17:00")),
        (EVENING, on(0, "17:00"), True, on(0, "20:00")),
        (NIGHT, on(1, "01:59"), True, on(1, "02:00")),
        (NIGHT, on(1, "22:00"), False, on(7, "22:00")),
        (EVENING, on(0, "19:59", 59), True, on(0, "20:00")),
        (EVENING, on(0, "20:00"), False, on(7, "17:00")),
        (NIGHT, on(0, "01:59"), False, on(0, "22:00")),
        (WHOLE, on(0, "00:00"), True, on(1, "00:00")),
        (WHOLE, on(1, "00:00"), False, on(7, "00:00")),
        (hours("thu", "20:00", "17:00"), on(1, "16:59"), True, on(1, "17:00")),
        (hours("thu fri", "22:00", "02:00"), on(1, "12:00"), False, on(1, "22:00")),
        (hours("sun", "22:00", "06:00"), on(4, "05:00"), True, on(4, "06:00")),  # into Monday
    ],
)
def test_weekly_hours_are_those_of_the_wall(
    weekly: Weekly, at: datetime, in_force: bool, changes: datetime
) -> None:
    window = Window(weekly=(weekly,))

    assert window.covers(at, TEHRAN) is in_force
    assert window.next_turn(at, TEHRAN) == changes


def test_without_bounds_it_is_always() -> None:
    assert ALWAYS.covers(THU, TEHRAN)
    assert ALWAYS.next_turn(THU, TEHRAN) is None
    assert not ALWAYS.bounded


@pytest.mark.parametrize(
    ("at", "in_force", "changes"),
    [
        (THU - timedelta(microseconds=1), False, THU),
        (THU, True, THU + timedelta(days=1)),
        (THU + timedelta(days=1) - timedelta(microseconds=1), True, THU + timedelta(days=1)),
        (THU + timedelta(days=1), False, None),
    ],
    ids=["before", "at the start", "just before the end", "at the end"],
)
def test_the_first_instant_belongs_to_the_window_and_the_last_does_not(
    at: datetime, in_force: bool, changes: datetime | None
) -> None:
    window = Window(THU, THU + timedelta(days=1))

    assert window.covers(at, TEHRAN) is in_force
    assert window.next_turn(at, TEHRAN) == changes


def test_an_instant_counts_whatever_zone_it_is_written_in() -> None:
    window = Window(weekly=(EVENING,))

    assert window.covers(on(0, "17:00").astimezone(UTC), TEHRAN)
    assert window.covers(on(0, "17:00").astimezone(BERLIN), TEHRAN)


def test_weekly_hours_begin_only_with_their_window() -> None:
    window = Window(starts_at=on(7, "18:00"), weekly=(EVENING,))

    assert not window.covers(on(0, "18:00"), TEHRAN)
    assert window.next_turn(on(0, "18:00"), TEHRAN) == on(7, "18:00")
    assert window.next_turn(on(7, "18:00"), TEHRAN) == on(7, "20:00")


def test_nothing_turns_after_the_end() -> None:
    window = Window(ends_at=on(0, "18:00"), weekly=(EVENING,))

    assert window.next_turn(on(0, "17:30"), TEHRAN) == on(0, "18:00")
    assert window.next_turn(on(0, "18:00"), TEHRAN) is None


@pytest.mark.parametrize(
    ("zone", "weekly", "moments"),
    [
        # Berlin, Sunday 29 March 2026, 01:00 UTC: 02:00 to 03:00 is left out
        (BERLIN, "sun 02:00 03:00", [("2026-03-29T00:59", False), ("2026-03-29T01:00", False)]),
        (BERLIN, "sun 01:30 02:30", [("2026-03-29T00:59", True), ("2026-03-29T01:00", False)]),
        (BERLIN, "sun 02:30 03:30", [("2026-03-29T00:59", False), ("2026-03-29T01:00", True)]),
        # Sunday 25 October 2026, 01:00 UTC: 02:00 to 03:00 comes twice
        (
            BERLIN,
            "sun 02:00 02:30",
            [
                ("2026-10-25T00:00", True),
                ("2026-10-25T00:30", False),
                ("2026-10-25T01:00", True),
                ("2026-10-25T01:30", False),
            ],
        ),
        # Tehran, Tuesday 22 March 2022, 20:30 UTC the day before: no 00:00 to 01:00
        (OLD_TEHRAN, "tue 00:00 01:00", [("2022-03-21T20:29", False), ("2022-03-21T20:30", False)]),
        (OLD_TEHRAN, "tue 00:00 08:00", [("2022-03-21T20:29", False), ("2022-03-21T20:30", True)]),
        # Wednesday 21 September 2022, 19:30 UTC: 23:00 to 24:00 comes twice
        (
            OLD_TEHRAN,
            "wed 23:00 00:00",
            [
                ("2022-09-21T18:30", True),
                ("2022-09-21T19:29", True),
                ("2022-09-21T19:30", True),
                ("2022-09-21T20:29", True),
                ("2022-09-21T20:30", False),
            ],
        ),
        # since then it is set no more
        (OLD_TEHRAN, "wed 00:00 01:00", [("2023-03-21T20:30", True), ("2023-03-21T21:30", False)]),
    ],
)
def test_where_the_clock_is_set_the_wall_decides(
    zone: tzinfo, weekly: str, moments: list[tuple[str, bool]]
) -> None:
    window = Window(weekly=(hours(*weekly.split()),))

    for utc, in_force in moments:
        assert window.covers(datetime.fromisoformat(utc + "Z"), zone) is in_force, utc


@pytest.mark.parametrize(
    ("zone", "weekly", "at", "changes"),
    [
        (BERLIN, "sun 01:30 02:30", "2026-03-29T00:45", "2026-03-29T01:00"),  # lost its end
        (BERLIN, "sun 02:30 03:30", "2026-03-29T00:45", "2026-03-29T01:00"),  # lost its start
        (BERLIN, "sun 02:00 02:30", "2026-10-25T00:45", "2026-10-25T01:00"),  # begins again
        (BERLIN, "sun 02:00 02:30", "2026-10-25T01:10", "2026-10-25T01:30"),  # and ends again
        (OLD_TEHRAN, "tue 00:00 08:00", "2022-03-21T20:15", "2022-03-21T20:30"),
    ],
)
def test_a_set_clock_is_a_change(zone: tzinfo, weekly: str, at: str, changes: str) -> None:
    window = Window(weekly=(hours(*weekly.split()),))

    assert window.next_turn(datetime.fromisoformat(at + "Z"), zone) == datetime.fromisoformat(
        changes + "Z"
    )


NEAR = [  # a little before and after the clock was set, and a week in which it was not
    (BERLIN, datetime(2026, 3, 28, 20, tzinfo=UTC)),
    (BERLIN, datetime(2026, 10, 24, 20, tzinfo=UTC)),
    (OLD_TEHRAN, datetime(2022, 3, 21, 12, tzinfo=UTC)),
    (OLD_TEHRAN, datetime(2021, 9, 21, 12, tzinfo=UTC)),
    (OLD_TEHRAN, datetime(2026, 11, 23, 12, tzinfo=UTC)),
]
TIMES = st.builds(lambda minute: time(minute // 60, minute % 60), st.integers(0, 24 * 60 - 1))
WEEKLY = st.builds(Weekly, st.frozensets(st.integers(0, 6), min_size=1), TIMES, TIMES)
WALKED = 3 * 24 * 60


@st.composite
def windows(draw: st.DrawFn, around: datetime) -> Window:
    ends = st.none() | st.integers(-600, WALKED).map(lambda minutes: around + minutes * MINUTE)
    start, end = draw(ends), draw(ends)
    if start and end and start >= end:
        start, end = None, max(start, end)
    return Window(start, end, tuple(draw(st.lists(WEEKLY, max_size=3))))


@settings(max_examples=60)
@given(st.data(), st.sampled_from(NEAR), st.integers(0, 900))
def test_the_changes_are_those_that_a_walk_over_the_minutes_finds(
    data: st.DataObject, near: tuple[tzinfo, datetime], minute: int
) -> None:
    zone, around = near
    window, at = data.draw(windows(around)), around + minute * MINUTE
    end = at + WALKED * MINUTE
    walked = [at + i * MINUTE for i in range(WALKED)]
    states = [window.covers(each, zone) for each in walked]
    found = [
        b for a, b, x, y in zip(walked, walked[1:], states, states[1:], strict=False) if x != y
    ]

    told, turn = [], window.next_turn(at, zone)
    while turn is not None and turn < end:
        if window.covers(turn, zone) != window.covers(turn - MINUTE, zone):
            told.append(turn)
        before, turn = turn, window.next_turn(turn, zone)
        assert turn is None or turn > before

    assert told == found


@pytest.mark.parametrize(
    ("days", "start", "end", "message"),
    [
        (frozenset(), time(9), time(10), "Expected weekdays"),
        (frozenset({7}), time(9), time(10), "Expected weekdays"),
        (frozenset({-1}), time(9), time(10), "Expected weekdays"),
        (frozenset({1}), time(9, tzinfo=UTC), time(10), "Expected times without a zone"),
    ],
)
def test_hours_that_cannot_be_are_refused(
    days: frozenset[int], start: time, end: time, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        Weekly(days, start, end)


@pytest.mark.parametrize(
    ("start", "end", "message"),
    [
        (THU, THU, "Expected a start before the end"),
        (THU, THU - MINUTE, "Expected a start before the end"),
        (datetime(2026, 11, 26), None, "Expected instants with a zone"),  # noqa: DTZ001
        (None, datetime(2026, 11, 26), "Expected instants with a zone"),  # noqa: DTZ001
    ],
)
def test_a_window_that_cannot_be_is_refused(
    start: datetime | None, end: datetime | None, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        Window(start, end)
