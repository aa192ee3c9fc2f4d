"""Lots: the soonest to expire is spent first, and what has expired is gone."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retail.loyalty.lots import (
    Lot,
    NotEnoughError,
    Use,
    expire,
    match,
    spendable,
    take_back,
    vesting,
)

CASES = json.loads((Path(__file__).parents[2] / "data/loyalty.json").read_text("utf-8"))
DAY_0 = datetime(2026, 1, 1, tzinfo=UTC)


def day(number: int) -> datetime:
    return DAY_0 + timedelta(days=number)


def lot(name: str, left: int, expires: int | None = None, vests: int = 0, given: int = 0) -> Lot:
    return Lot(name, left, day(given), day(vests), None if expires is None else day(expires))


def after(lots: list[Lot], uses: tuple[Use, ...]) -> list[Lot]:
    gone = {use.lot_id: use.amount for use in uses}
    return [
        Lot(
            each.lot_id,
            each.left - gone.get(each.lot_id, 0),
            each.given_at,
            each.vests_at,
            each.expires_at,
        )
        for each in lots
    ]


@pytest.mark.parametrize("case", CASES["expiry"]["cases"])
def test_the_cases_of_others_reports(case: dict[str, object]) -> None:
    lots = [
        lot(
            str(number),
            each["points"],
            int(str(each["expires"]).split()[-1]) if each["expires"] else None,
        )
        for number, each in enumerate(case["lots"])  # type: ignore[arg-type]
    ]
    spend = case["spend"]
    lots = after(lots, match(lots, spend["points"], day(int(spend["day"]))))  # type: ignore[index]
    assert spendable(lots, day(9)) == case["balance_day_9"]
    assert spendable(lots, day(11)) == case["balance_day_11"]


def test_the_soonest_to_expire_goes_first_then_the_older_one_and_endless_ones_last() -> None:
    lots = [
        lot("endless", 5),
        lot("late", 5, 30),
        lot("b", 5, 10, given=0),
        lot("a", 5, 10, vests=2, given=2),
    ]
    assert match(lots, 12, day(5)) == (Use("b", 5), Use("a", 5), Use("late", 2))


def test_what_has_not_vested_or_has_expired_is_not_spent() -> None:
    lots = [lot("gone", 50, 5), lot("not yet", 70, vests=20), lot("now", 10)]
    assert (spendable(lots, day(5)), vesting(lots, day(5))) == (10, 70)
    with pytest.raises(NotEnoughError) as refused:
        match(lots, 11, day(5))
    assert (refused.value.asked, refused.value.there) == (11, 10)


@pytest.mark.parametrize("amount", [0, -1])
def test_nothing_is_not_spent(amount: int) -> None:
    with pytest.raises(ValueError, match="1 or more"):
        match([lot("a", 5)], amount, day(0))


def test_a_return_takes_what_has_not_vested_first_and_tells_what_is_owed() -> None:
    lots = [lot("vested", 30), lot("unvested", 20, vests=20), lot("expired", 40, 3)]
    assert take_back(lots, 45, day(5)) == ((Use("unvested", 20), Use("vested", 25)), 0)
    assert take_back(lots, 60, day(5)) == ((Use("unvested", 20), Use("vested", 30)), 10)
    assert take_back([], 5, day(5)) == ((), 5)


def test_what_expires_is_told_once_and_empty_lots_are_not() -> None:
    lots = [lot("b", 7, 4), lot("a", 5, 3), lot("empty", 0, 2), lot("later", 9, 9)]
    assert expire(lots, day(4)) == (Use("a", 5), Use("b", 7))
    assert expire(after(lots, expire(lots, day(4))), day(4)) == ()


def test_a_lot_is_of_something_and_vests_before_it_expires() -> None:
    with pytest.raises(ValueError, match="0 or more"):
        lot("a", -1)
    with pytest.raises(ValueError, match="expires after it vests"):
        lot("a", 1, 3, vests=4)


lots_of_chance = st.lists(
    st.builds(
        lambda left, vests, lasts, given: lot("", left, None if lasts is None else vests + lasts, vests, given),
        st.integers(0, 100), st.integers(0, 20), st.none() | st.integers(0, 20), st.integers(0, 20),
    ),
    max_size=8,
).map(lambda made: [Lot(str(n), e.left, e.given_at, e.vests_at, e.expires_at) for n, e in enumerate(made)])  # fmt: skip


@given(lots_of_chance, st.integers(1, 400), st.integers(0, 40))
def test_what_is_spent_is_exactly_what_was_asked_or_nothing(
    lots: list[Lot], amount: int, at: int
) -> None:
    there = spendable(lots, day(at))
    try:
        uses = match(lots, amount, day(at))
    except NotEnoughError:
        assert amount > there
        return
    assert sum(use.amount for use in uses) == amount
    assert spendable(after(lots, uses), day(at)) == there - amount
    # no lot is touched while one that expires sooner still has something
    left = {each.lot_id: each for each in after(lots, uses)}
    ends = [left[use.lot_id].expires_at or datetime.max.replace(tzinfo=UTC) for use in uses]
    assert ends == sorted(ends)
    assert all(left[use.lot_id].left == 0 for use in uses[:-1])


@given(lots_of_chance, st.integers(0, 40))
def test_spending_never_makes_the_balance_of_a_later_day_negative(lots: list[Lot], at: int) -> None:
    there = spendable(lots, day(at))
    if there:
        lots = after(lots, match(lots, there, day(at)))
    for later in range(at, 45):
        assert spendable(lots, day(later)) >= 0
