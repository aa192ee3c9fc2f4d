"""What a sale earns: whole steps, families, gaps, what is left out, and what a return takes back."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retail.goods import Goods, Item
from retail.loyalty.earning import VISIT, Buyer, Earned, Line, earn, taken_back
from retail.loyalty.scheme import POINT, EarnRule, Gap, PerAmount, PerVisit, Scheme
from retail.loyalty.sharing import share

CASES = json.loads((Path(__file__).parents[2] / "data/loyalty.json").read_text("utf-8"))
DAY = date(2026, 11, 27)


def line(name: str, paid: int, *, earns: bool = True, categories: tuple[str, ...] = ()) -> Line:
    return Line(name, Item(name, frozenset(categories)), paid, earns)


def rule(name: str = "all", points: int = POINT, per: int = 1_000, **more: object) -> EarnRule:
    return EarnRule(name, PerAmount(points, per), **more)  # type: ignore[arg-type]


NOBODY = Buyer()


def points(scheme: Scheme, *lines: Line, by_balance: int = 0, buyer: Buyer = NOBODY) -> int:
    return sum(each.points for each in earn(scheme, lines, by_balance, buyer, DAY))


@pytest.mark.parametrize("case", CASES["tier_rate_expected"]["cases"])
def test_the_rate_of_a_tier_is_that_which_the_purchase_reaches(case: dict[str, int]) -> None:
    tiers = Scheme("tiers", (
        rule("first", family="tier", spend_from=100_000),
        rule("second", per=900, family="tier", spend_from=300_000),
    ))  # fmt: skip
    assert points(tiers, line("a", case["purchase"])) == case["points_expected_by_user"] * POINT


@pytest.mark.parametrize("case", CASES["additive"]["cases"])
def test_rules_without_a_family_add_up(case: dict[str, int]) -> None:
    scheme = Scheme("d", (
        rule("gold", 10 * POINT, 1, groups=frozenset({"gold"})),
        rule("veteran", 5 * POINT, 1, groups=frozenset({"veteran"})),
    ))  # fmt: skip
    groups = frozenset(each for each in ("gold", "veteran") if case[each])
    assert points(scheme, line("a", case["amount"]), buyer=Buyer(groups)) == case["points"] * POINT


# ---- a supermarket's club

CLUB = Scheme("club", (
    rule("all", per=100_000, goods=Goods(except_categories=frozenset({"tobacco"}))),
    rule("bread", 2 * POINT, 100_000, goods=Goods(categories=frozenset({"bread"}))),
))  # fmt: skip


def test_whole_steps_are_of_the_sum_and_shared_out_to_lines() -> None:
    earned = earn(CLUB, [line("a", 60_000), line("b", 60_000)], 0, Buyer(), DAY)
    assert earned == (Earned("all", "a", 500, 60_000), Earned("all", "b", 500, 60_000))


def test_nothing_is_earned_on_what_is_left_out() -> None:
    gift_card = line("card", 900_000, earns=False)
    tobacco = line("tobacco", 900_000, categories=("tobacco",))
    assert points(CLUB, gift_card, tobacco, line("a", 100_000)) == POINT
    assert points(CLUB, line("loaf", 100_000, categories=("bread",))) == 3 * POINT


def test_nothing_is_earned_on_what_points_and_credit_paid() -> None:
    assert points(CLUB, line("a", 200_000), by_balance=200_000) == 0
    assert points(CLUB, line("a", 200_000), by_balance=100_000) == POINT
    assert points(CLUB, line("a", 200_000), by_balance=100_001) == 0
    with pytest.raises(ValueError, match="paid by points and credit"):
        points(CLUB, line("a", 5), by_balance=6)


def test_a_campaign_holds_on_its_days_alone() -> None:
    first, last = date(2026, 11, 27), date(2026, 11, 28)
    campaign = rule("nov", first_day=first, last_day=last)
    assert [campaign.on(date(2026, 11, n)) for n in (26, 27, 28, 29)] == [False, True, True, False]


# ---- a car maker's club: 1 point for 100,000 Toman of service, by how long ago the last was

CAR = Scheme("car", (
    rule("service", per=1_000_000, gaps=(Gap(10_000, 3), Gap(7_500, 6), Gap(5_000))),
    EarnRule("again", PerVisit(5 * POINT, returning=True)),
))  # fmt: skip


@pytest.mark.parametrize(
    ("last_visit", "expected"),
    [
        (None, 4 * POINT),  # the first visit: in full, and no point for coming again
        (date(2026, 8, 27), 9 * POINT),
        (date(2026, 8, 26), 8 * POINT),
        (date(2026, 5, 27), 8 * POINT),
        (date(2026, 5, 26), 7 * POINT),
        (date(2019, 1, 1), 7 * POINT),
    ],
)
def test_the_gap_since_the_last_visit_weighs(last_visit: date | None, expected: int) -> None:
    assert points(CAR, line("service", 4_000_000), buyer=Buyer(last_visit=last_visit)) == expected


def test_a_visit_is_given_once_a_sale_and_not_for_nothing() -> None:
    buyer = Buyer(last_visit=date(2026, 11, 1))
    earned = earn(CAR, [line("a", 10), line("b", 10)], 0, buyer, DAY)
    assert earned == (Earned("again", VISIT, 5 * POINT, 20),)
    assert points(CAR, line("a", 10), by_balance=10, buyer=buyer) == 0


# ---- returns


def test_half_of_it_back_takes_half_of_the_points() -> None:
    (earned,) = earn(CLUB, [line("a", 2_000_000)], 0, Buyer(), DAY)
    assert taken_back(earned, 1_000_000) * 2 == earned.points
    assert taken_back(earned, 2_000_000) == earned.points
    with pytest.raises(ValueError, match="to come back"):
        taken_back(earned, 2_000_001)


@given(st.integers(0, 10**9), st.integers(1, 10**9), st.lists(st.integers(0, 10**8), max_size=5))
def test_parts_that_come_back_take_never_more_than_the_whole(
    given_points: int, basis: int, parts: list[int]
) -> None:
    earned, back, gone = Earned("r", "a", given_points, basis), 0, 0
    for part in [*parts, basis]:
        back = min(basis, back + part)
        now = taken_back(earned, back)
        assert gone <= now <= given_points
        gone = now
    assert gone == given_points


# ---- a scheme that makes no sense


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (lambda: rule("A"), "small letters"),
        (lambda: rule(points=0), "1 or more"),
        (lambda: rule(spend_from=5), "expected a family"),
        (lambda: rule(gaps=(Gap(5_000, 3),)), "the last without an end"),
        (lambda: rule(gaps=(Gap(5_000, 6), Gap(5_000, 3), Gap(1))), "go up"),
        (lambda: rule(first_day=DAY, last_day=date(2026, 1, 1)), "days that go up"),
        (lambda: Scheme("a", (rule(), rule())), "each rule once"),
    ],
)
def test_a_rule_that_makes_no_sense_is_refused(wrong: object, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        wrong()  # type: ignore[operator]


@given(st.integers(0, 10**12), st.lists(st.integers(0, 10**9), min_size=1, max_size=9))
def test_what_is_shared_out_is_all_of_it_and_fair(whole: int, weights: list[int]) -> None:
    total = sum(weights)
    if not total:
        assert share(0, weights) == (0,) * len(weights)
        return
    parts = share(whole, weights)
    assert sum(parts) == whole
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part * total - whole * weight) < total


@given(st.lists(st.integers(0, 10**9), min_size=1, max_size=6), st.integers(1, 10**7), st.data())
def test_whatever_is_sold_earns_whole_steps_of_what_was_paid_with_money(
    paid: list[int], per: int, data: st.DataObject
) -> None:
    by_balance = data.draw(st.integers(0, sum(paid)))
    lines = [line(str(number), each) for number, each in enumerate(paid)]
    found = points(Scheme("s", (rule(per=per),)), *lines, by_balance=by_balance)
    assert found == (sum(paid) - by_balance) // per * POINT
