"""Levels: up at once, down on the review's dates, and the same again when it is worked out again."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retail.loyalty.levels import Change, Happened, Reviewing, changes, count_at, place_at
from retail.loyalty.months import months_after
from retail.loyalty.scheme import Basis, Conversion, Down, Ladder, Level, Period

CASES = json.loads((Path(__file__).parents[2] / "data/loyalty.json").read_text("utf-8"))
DAY = date(2026, 6, 15)
LEVELS = (Level("bronze", 0), Level("silver", 10_000), Level("gold", 20_000))
SPENT = Ladder("spent", Basis.SPENT, LEVELS)


@pytest.mark.parametrize("case", CASES["tiers"]["cases"])
def test_what_was_spent_with_this_purchase_decides(case: dict[str, int | str]) -> None:
    history = [
        Happened(DAY - timedelta(days=9), spent=int(case["spent"])),
        Happened(DAY, spent=int(case["purchase"])),
    ]
    place = place_at(changes(SPENT, history, Reviewing(), DAY))
    assert LEVELS[place].group == str(case["tier"]).lower()


def test_a_level_rests_on_points_earned_and_not_on_those_left() -> None:
    earned = Ladder("earned", Basis.EARNED, LEVELS)
    history = [Happened(DAY, earned=12_000)]  # what is spent of them is nowhere in the history
    assert place_at(changes(earned, history, Reviewing((DAY + timedelta(days=90),)), date.max)) == 1


@pytest.mark.parametrize(("down", "after"), [(Down.BALANCE_BASED, 0), (Down.ONE_DOWN, 1)])
def test_a_review_takes_away_as_the_scheme_says_and_nothing_else_does(
    down: Down, after: int
) -> None:
    year = Ladder("year", Basis.SPENT, LEVELS, Period.MONTHS, 12, down)
    history = [Happened(DAY, spent=25_000), Happened(months_after(DAY, 14), spent=1)]
    review = months_after(DAY, 18)
    found = changes(year, history, Reviewing((review,)), date.max)
    assert found == (Change(DAY, 0, 2, 25_000, False), Change(review, 2, after, 1, True))


def test_the_last_months_end_to_the_day() -> None:
    year = Ladder("year", Basis.SPENT, LEVELS, Period.MONTHS, 12)
    history = [Happened(DAY, spent=7)]
    last = months_after(DAY, 12) - timedelta(days=1)
    assert count_at(year, history, last, last) == 7
    assert count_at(year, history, months_after(DAY, 12), DAY) == 0


def test_a_calendar_year_begins_where_the_chain_says() -> None:
    year = Ladder("year", Basis.SPENT, LEVELS, Period.YEAR)
    nowruz = (date(2025, 3, 21), date(2026, 3, 21), date(2027, 3, 21))
    history = [Happened(date(2026, 3, 20), spent=30_000), Happened(date(2026, 3, 21), spent=11_000)]
    reviewing = Reviewing((date(2026, 3, 21),), nowruz)
    found = changes(year, history, reviewing, date.max)
    assert [(each.day, each.after) for each in found] == [
        (date(2026, 3, 20), 2),
        (date(2026, 3, 21), 1),
    ]
    with pytest.raises(ValueError, match="calendar year"):
        Reviewing().year_from(DAY)


def test_a_dealer_is_graded_by_cars_and_by_where_they_were_bought() -> None:
    here = Ladder("here", Basis.FACT, (Level("one", 0), Level("fleet", 3)), fact="cars_here")
    history = [
        Happened(DAY, facts={"cars_here": 2, "cars_elsewhere": 9}),
        Happened(DAY + timedelta(days=1), facts={"cars_here": 3}),
        Happened(DAY + timedelta(days=2), spent=5),
    ]
    found = changes(here, history, Reviewing(), date.max)
    assert found == (Change(DAY + timedelta(days=1), 0, 1, 3, False),)


def test_a_return_lowers_the_count_but_takes_no_level_before_the_review() -> None:
    history = [Happened(DAY, spent=20_000), Happened(DAY + timedelta(days=1), spent=-15_000)]
    assert place_at(changes(SPENT, history, Reviewing(), date.max)) == 2
    reviewed = changes(SPENT, history, Reviewing((DAY + timedelta(days=2),)), date.max)
    assert place_at(reviewed) == 0


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (lambda: Ladder("a", Basis.SPENT, (Level("x", 5),)), "from 0"),
        (lambda: Ladder("a", Basis.SPENT, (Level("x", 0), Level("y", 0))), "go up"),
        (lambda: Ladder("a", Basis.SPENT, LEVELS, Period.MONTHS), "expected months"),
        (lambda: Ladder("a", Basis.FACT, LEVELS), "expected a fact"),
        (lambda: Level("x", 0, 10_001), "up to 10000 bp"),
    ],
)
def test_a_ladder_that_makes_no_sense_is_refused(wrong: object, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        wrong()  # type: ignore[operator]


histories = st.lists(
    st.builds(Happened, st.dates(date(2024, 1, 1), date(2027, 1, 1)), spent=st.integers(-9_000, 25_000)),
    max_size=12,
).map(lambda days: sorted(days, key=lambda each: each.day))  # fmt: skip
reviews = st.lists(st.dates(date(2024, 1, 1), date(2027, 6, 1)), max_size=5, unique=True).map(
    lambda days: tuple(sorted(days))
)


@given(histories, reviews, st.sampled_from(Down), st.dates(date(2024, 1, 1), date(2027, 6, 1)))
def test_what_was_given_until_a_day_is_the_same_whenever_it_is_worked_out(
    history: list[Happened], review: tuple[date, ...], down: Down, until: date
) -> None:
    ladder = Ladder("m", Basis.SPENT, LEVELS, Period.MONTHS, 6, down)
    late = changes(ladder, history, Reviewing(review), date(2030, 1, 1))
    early = changes(ladder, history, Reviewing(review), until)
    assert early == tuple(each for each in late if each.day <= until)
    for change in late:
        assert change.review or change.after > change.before
    places = [0, *(each.after for each in late)]
    assert [each.before for each in late] == places[:-1]


@given(st.integers(0, 10**9), st.integers(1, 10**6), st.integers(1, 10**6), st.integers(1, 10**6))
def test_points_become_credit_in_whole_steps(
    there: int, least: int, step: int, credit: int
) -> None:
    points, got = Conversion(least, step, credit).of(there)
    assert 0 <= points <= there
    assert (points % step, got * step) == (0, points * credit)
    assert (points == 0) == (there < max(least, step))
