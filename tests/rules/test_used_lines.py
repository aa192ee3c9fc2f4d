"""How far an offer is used up, over the wire, and put together with what a ledger has of its own."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retail.fields import RecordError
from retail.goods import Goods
from retail.pricing.book import RuleBook, Shop, Shopper, Used
from retail.pricing.limits import left_of
from retail.pricing.off import Percent
from retail.pricing.rules import EachOff, Limits, Offer, Step
from retail.used_lines import NO_USE, ToldUsed, Use, read_used_line, used_line
from tests.rules.test_snapshot_records import over_the_wire

ONE, TWO = UUID(int=1), UUID(int=2)
LINE: dict[str, Any] = {"kind": "used", "id": "half", "times": 5, "off": 900}
MEMBER = Shopper(frozenset({"member"}))


@pytest.mark.parametrize("by", [{}, {TWO: Use(1, 5), ONE: Use(2, 90)}])
def test_a_count_comes_back_as_it_was_written(by: dict[UUID, Use]) -> None:
    told = ToldUsed("half", Use(5, 900), by)
    line = over_the_wire(used_line(told))
    assert read_used_line(line) == told
    assert line == LINE | ({"by": {str(ONE): [2, 90], str(TWO): [1, 5]}} if by else {})


@pytest.mark.parametrize(
    ("wrong", "what"),
    [
        ({"id": ""}, "id without spaces"),
        ({"id": " half"}, "id without spaces"),
        ({"times": -1}, "used: Expected whole numbers of 0 or more"),
        ({"off": 1 << 63}, "used: Expected whole numbers"),
        ({"off": 1.5}, "Expected int in 'off'"),
        ({"by": []}, "Expected dict in 'by'"),
        ({"by": {"k1": [1, 2]}}, "by: badly formed"),
        ({"by": {str(ONE): [1]}}, "by: Expected times and amount"),
        ({"by": {str(ONE): [True, 2]}}, "by: Expected whole numbers"),
    ],
)
def test_what_is_no_count_is_refused_by_its_field(wrong: dict[str, Any], what: str) -> None:
    with pytest.raises(RecordError, match=what):
        read_used_line(LINE | wrong)


@pytest.mark.parametrize(
    ("own", "expected"),
    [
        (NO_USE, Use(10, 1_000)),  # a ledger that lost what it had
        (Use(3, 300), Use(10, 1_000)),  # all of it has arrived
        (Use(5, 450), Use(12, 1_150)),  # two are on their way
    ],
)
def test_what_has_arrived_counts_once(own: Use, expected: Use) -> None:
    told = ToldUsed("half", Use(10, 1_000), {ONE: Use(3, 300), TWO: Use(7, 700)})
    assert told.and_own(ONE, own) == expected
    assert told.and_own(UUID(int=9), own) == Use(10, 1_000).plus(own)


SALES = st.lists(st.tuples(st.sampled_from([ONE, TWO]), st.integers(1, 9), st.booleans()))


@given(SALES)
def test_no_sale_counts_twice_and_no_own_sale_is_left_out(
    sales: list[tuple[UUID, int, bool]],
) -> None:
    """Whatever has arrived, in whatever order: a ledger knows its own, and the others' arrived."""
    arrived = {of: sum(n for o, n, there in sales if there and o == of) for of in (ONE, TWO)}
    told = ToldUsed("half", Use(sum(arrived.values())), {k: Use(n) for k, n in arrived.items()})
    own = sum(n for of, n, _there in sales if of == ONE)
    assert told.and_own(ONE, Use(own)).times == own + arrived[TWO]


# ---- what the rules make of it


@pytest.mark.parametrize(
    ("limits", "used", "shopper", "times", "money"),
    [
        (Limits(in_all=5), Used(in_all=3), Shopper(), 2, None),
        (Limits(in_all=5), Used(in_all=7), Shopper(), 0, None),
        (Limits(budget=5), Used(money=7), Shopper(), None, 0),
        (Limits(per_member=2), Used(), Shopper(), 0, None),
        (Limits(per_member=2), Used(by_member=1), MEMBER, 1, None),
        (Limits(per_member=2), Used(by_member=None), MEMBER, 0, None),
        (Limits(per_basket=2), Used(by_member=None, in_all=9, money=9), MEMBER, 2, None),
    ],
)
def test_what_is_left_for_a_basket(
    limits: Limits, used: Used, shopper: Shopper, times: int | None, money: int | None
) -> None:
    left = left_of(limits, used, shopper)
    assert (left.times, left.money) == (times, money)


def test_a_book_knows_the_offers_that_other_baskets_may_use_up() -> None:
    def offer(rule_id: str, **limits: int) -> Offer:
        return Offer(rule_id, EachOff(Goods(), (Step(1, Percent(5)),)), limits=Limits(**limits))

    offers = [
        offer("e"),
        offer("d", per_member=1),
        offer("c", budget=1),
        offer("b", in_all=1),
        offer("a", per_basket=1, off_max=1),
    ]
    assert [each.rule_id for each in RuleBook(offers, Shop()).limited] == ["b", "c", "d"]
    assert [each.rule_id for each in offers if each.limits.of_all] == ["c", "b"]
