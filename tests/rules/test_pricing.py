"""The one rounding of docs/pricing.md, section 3, and the simple reductions of products."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from retail.goods import Item
from retail.pricing.book import ANYONE, RuleBook, Shop, Shopper
from retail.pricing.item_price import price_item
from retail.pricing.off import Percent, unit_price
from retail.pricing.rules import Adjustment
from retail.pricing.tag import Tag
from retail.reductions import Reduction, reduction_of
from retail.values import Money

NOON = datetime(2026, 11, 23, 8, 30, tzinfo=UTC)
DAY = timedelta(days=1)
MEMBER = Shopper(frozenset({"member"}))


def reduced(rule: Adjustment, at: datetime = NOON, shopper: Shopper = ANYONE) -> bool:
    tag = Tag(Item("1"), 1_000, rules=(rule,))
    return price_item(RuleBook((), Shop()), tag, at, shopper).reduced


def reduction(off_basis_points: int = 500, **changes: object) -> Adjustment:
    told = Reduction("a", NOON, NOON + DAY, off_basis_points)
    return told._replace(**changes).on("1")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("price", "off_basis_points", "left"),
    [  # the table of docs/pricing.md
        (14_250_000, 1_500, 12_112_500),
        (999, 1_000, 899),
        (1, 5_000, 1),
        (3, 5_000, 2),
        (1_750, 300, 1_698),
        (10, 1, 10),
        (0, 5_000, 0),
        (999, 10_000, 0),
    ],
)
def test_what_is_left_is_rounded_half_up(price: int, off_basis_points: int, left: int) -> None:
    assert Percent(off_basis_points).left(price) == left


@pytest.mark.parametrize(
    ("at", "applies"),
    [
        (NOON - timedelta(seconds=1), False),
        (NOON, True),
        (NOON + DAY - timedelta(microseconds=1), True),
        (NOON + DAY, False),
    ],
)
def test_a_reduction_holds_from_its_start_up_to_its_end(at: datetime, applies: bool) -> None:
    assert reduced(reduction(), at) is applies


def test_a_reduction_for_members_is_for_nobody_else() -> None:
    rule = reduction(members_only=True)
    assert (reduced(rule), reduced(rule, shopper=MEMBER)) == (False, True)


def test_a_reduction_of_another_item_does_nothing() -> None:
    assert not reduced(Reduction("a", NOON, NOON + DAY, 500).on("2"))


@given(st.integers(1, 10_000), st.booleans(), st.integers(1, 999))
def test_a_reduction_says_what_it_was_made_of(off: int, members: bool, hours: int) -> None:
    told = Reduction("a", NOON, NOON + timedelta(hours=hours), off, members, "یک", "One")
    assert reduction_of(told.on("1")) == told


@pytest.mark.parametrize(
    ("minor", "amount", "per", "expected"),
    [  # the table of docs/pricing.md
        (14_250_000, 10_000, 1_000, 1_425_000),
        (1_000, 750, 1_000, 1_333),
        (1_000, 1_500, 1_000, 667),
        (1, 2, 1, 1),
        (450_000, 6, 1, 75_000),
        (0, 100, 1_000, 0),
    ],
)
def test_the_price_of_a_unit_rounds_half_up(
    minor: int, amount: int, per: int, expected: int
) -> None:
    assert unit_price(Money(minor, "IRR"), amount, per) == Money(expected, "IRR")


@example(1, 2, 1)
@given(st.integers(0, 10**12), st.integers(1, 10**6), st.integers(1, 10**4))
def test_the_price_of_a_unit_is_off_by_half_a_smallest_unit_at_most(
    minor: int, amount: int, per: int
) -> None:
    found = unit_price(Money(minor, "IRR"), amount, per).minor

    assert -amount <= 2 * (minor * per - found * amount) < amount  # exactly half goes up


@pytest.mark.parametrize("off", [0, -1, 10_001])
def test_a_reduction_of_nothing_or_of_more_than_all_is_refused(off: int) -> None:
    with pytest.raises(ValueError, match=f"Expected 1 to 10000 basis points, got {off}"):
        reduction(off)


def test_a_reduction_without_a_zone_or_that_ends_before_it_starts_is_refused() -> None:
    with pytest.raises(ValueError, match="Expected instants with a zone"):
        reduction(starts_at=datetime(2026, 11, 23))  # noqa: DTZ001
    with pytest.raises(ValueError, match="Expected a start before the end"):
        reduction(ends_at=NOON)
