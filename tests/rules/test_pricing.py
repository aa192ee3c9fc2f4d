"""What one item costs one shopper: the cases of docs/pricing.md, section 1."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from retail.pricing import Offer, Quote, changes_at, quote, unit_price
from retail.values import Money

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
DAY = timedelta(days=1)
LIST = Money(999, "EUR")


def offer(offer_id: str, off_basis_points: int, **changes: object) -> Offer:
    fields = {"starts_at": NOON, "ends_at": NOON + DAY} | changes
    return Offer(offer_id, off_basis_points=off_basis_points, **fields)  # type: ignore[arg-type]


def price(minor: int, *offers: Offer, member: bool = False) -> int:
    return quote(Money(minor, "IRR"), offers, NOON, member=member).price.minor


def test_without_offers_the_shopper_pays_the_list_price() -> None:
    found = quote(LIST, [], NOON, member=False)

    assert found == Quote(LIST, LIST, None)
    assert found.saving == Money(0, "EUR")


def test_the_lowest_price_wins_and_names_its_offer() -> None:
    best = offer("b", 2_500)

    found = quote(LIST, [offer("a", 1_000), best, offer("c", 500)], NOON, member=False)

    assert found == Quote(Money(749, "EUR"), LIST, best)
    assert found.saving == Money(250, "EUR")


@pytest.mark.parametrize("ids", [("a", "b"), ("b", "a")])
def test_of_equal_offers_the_smaller_id_wins_in_any_order(ids: tuple[str, str]) -> None:
    found = quote(LIST, [offer(i, 1_000) for i in ids], NOON, member=False)

    assert found.offer is not None
    assert found.offer.offer_id == "a"


def test_an_offer_that_takes_nothing_off_is_not_named() -> None:
    found = quote(Money(1, "IRR"), [offer("a", 5_000)], NOON, member=False)

    assert found == Quote(Money(1, "IRR"), Money(1, "IRR"), None)


@pytest.mark.parametrize(
    ("at", "applies"),
    [
        (NOON - timedelta(microseconds=1), False),
        (NOON, True),
        (NOON + DAY - timedelta(microseconds=1), True),
        (NOON + DAY, False),
    ],
    ids=["before", "at the start", "just before the end", "at the end"],
)
def test_an_offer_runs_from_its_start_up_to_its_end(at: datetime, applies: bool) -> None:
    assert (quote(LIST, [offer("a", 1_000)], at, member=False).offer is not None) is applies


def test_an_instant_counts_whatever_zone_it_is_written_in() -> None:
    tehran = timezone(timedelta(hours=3, minutes=30))

    assert offer("a", 1_000).applies(NOON.astimezone(tehran), member=False)


@pytest.mark.parametrize(("member", "minor"), [(False, 999), (True, 899)])
def test_a_member_offer_is_for_members(member: bool, minor: int) -> None:
    found = quote(LIST, [offer("a", 1_000, members_only=True)], NOON, member=member)

    assert found.price == Money(minor, "EUR")


@pytest.mark.parametrize(
    ("minor", "off_basis_points", "expected"),
    [  # the table of docs/pricing.md
        (14_250_000, 1_500, 12_112_500),
        (999, 1_000, 899),
        (1, 5_000, 1),
        (3, 5_000, 2),
        (333, 3_333, 222),
        (10, 1, 10),
        (0, 5_000, 0),
        (999, 10_000, 0),
    ],
)
def test_half_a_smallest_unit_rounds_up(minor: int, off_basis_points: int, expected: int) -> None:
    assert price(minor, offer("a", off_basis_points)) == expected


OFFERS = st.builds(
    lambda i, off, start, hours, members: Offer(
        f"{i}", NOON + timedelta(hours=start), NOON + timedelta(hours=start + hours), off, members
    ),
    st.integers(0, 99),
    st.integers(1, 10_000),
    st.integers(-5, 5),
    st.integers(1, 5),
    st.booleans(),
)
SETS = st.lists(OFFERS, max_size=5, unique_by=lambda o: o.offer_id)


@given(st.integers(0, 10**12), SETS, st.booleans())
def test_nobody_pays_more_than_the_list_price_or_less_than_nothing(
    minor: int, offers: list[Offer], member: bool
) -> None:
    assert 0 <= price(minor, *offers, member=member) <= minor


@given(st.integers(0, 10**12), SETS)
def test_a_member_never_pays_more(minor: int, offers: list[Offer]) -> None:
    assert price(minor, *offers, member=True) <= price(minor, *offers, member=False)


@given(st.integers(0, 10**12), SETS, st.randoms(use_true_random=False), st.booleans())
def test_the_order_of_the_offers_does_not_matter(
    minor: int, offers: list[Offer], random: object, member: bool
) -> None:
    shuffled = list(offers)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    at_list = Money(minor, "IRR")

    assert quote(at_list, shuffled, NOON, member=member) == quote(
        at_list, offers, NOON, member=member
    )


@given(st.integers(0, 10**12), SETS, st.booleans(), st.integers(0, 600))
def test_a_quote_holds_until_the_instant_that_is_told(
    minor: int, offers: list[Offer], member: bool, minutes: int
) -> None:
    changes = changes_at(offers, NOON)
    later = NOON + timedelta(minutes=minutes)

    if changes is None or later < changes:
        assert quote(Money(minor, "IRR"), offers, later, member=member) == quote(
            Money(minor, "IRR"), offers, NOON, member=member
        )


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (NOON - DAY, NOON),
        (NOON, NOON + DAY),
        (NOON + DAY, NOON + 2 * DAY),
        (NOON + 3 * DAY, None),
    ],
)
def test_the_next_change_is_the_next_start_or_end(at: datetime, expected: datetime | None) -> None:
    offers = [
        offer("a", 1_000),
        offer("b", 2_000, starts_at=NOON + 2 * DAY, ends_at=NOON + 3 * DAY),
    ]

    assert changes_at(offers, at) == expected


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
        offer("a", off)


def test_an_offer_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="Expected instants with a zone"):
        offer("a", 1_000, starts_at=datetime(2026, 11, 23))  # noqa: DTZ001


@pytest.mark.parametrize("ends_at", [NOON, NOON - DAY])
def test_an_offer_that_ends_before_it_begins_is_refused(ends_at: datetime) -> None:
    with pytest.raises(ValueError, match="Expected a start before the end"):
        offer("a", 1_000, ends_at=ends_at)
