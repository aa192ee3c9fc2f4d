"""docs/pricing.md, section 6: spread."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retail.pricing.spread import Bearer, bearable, spread

TABLE = [
    (400, [(200, 0, 1)] * 3, [[134], [133], [133]]),
    (2500, [(5000, 4500, 1), (2000, 0, 3)], [[500], [667, 667, 666]]),
    (
        3600,
        [(5000, 4500, 2), (2000, 1500, 2), (3000, 0, 1), (1000, 0, 1)],
        [[500, 500], [500, 500], [1200], [400]],
    ),
    (
        1200,
        [(1000, 0, 1), (2000, 1900, 1), (5000, 5000, 1), (3000, 2900, 1)],
        [[1000], [100], [0], [100]],
    ),
]


def pieces(off: int, bearers: list[Bearer]) -> list[list[int]]:
    return [
        [borne.off for borne in shares for _ in range(borne.count)]
        for shares in spread(off, bearers)
    ]


@pytest.mark.parametrize(("off", "bearers", "shares"), TABLE)
def test_spreads_as_the_page_says(off, bearers, shares):
    assert pieces(off, [Bearer(*each) for each in bearers]) == shares


@pytest.mark.parametrize(
    ("off", "prices", "shares"),
    [
        (1, [100, 100], [1, 0]),
        (1, [100, 101], [0, 1]),
        (2, [1, 3], [0, 2]),  # remainders 2 and 2 of 4
        (2, [1, 1, 1], [1, 1, 0]),
        (5, [0, 3], [0, 3]),
        (0, [7], [0]),
    ],
)
def test_gives_equal_remainders_to_the_dearer_then_to_the_first(off, prices, shares):
    assert [each for (each,) in pieces(off, [Bearer(price, 0) for price in prices])] == shares


BEARERS = st.lists(
    st.tuples(st.integers(0, 500), st.integers(0, 500), st.integers(1, 5)).map(
        lambda each: Bearer(each[0], min(each[0], each[1]), each[2])
    ),
    max_size=6,
)


@given(BEARERS, st.integers(0, 3000))
def test_sums_to_what_is_taken_off_and_leaves_nobody_below_the_floor(bearers, off):
    found = pieces(off, bearers)
    assert sum(map(sum, found)) == min(off, bearable(bearers))
    for bearer, shares in zip(bearers, found, strict=True):
        assert len(shares) == bearer.count
        assert all(0 <= share <= bearer.room for share in shares)


@given(BEARERS, st.integers(0, 3000))
def test_shares_of_pieces_with_room_are_in_proportion_but_for_one_unit(bearers, off):
    off = min(off, bearable(bearers))
    free = [
        (bearer.price, share)
        for bearer, shares in zip(bearers, pieces(off, bearers), strict=True)
        for share in shares
        if share < bearer.room
    ]
    for price, share in free:
        for other, its in free:
            assert share * other - its * price <= price + other


@given(BEARERS, st.integers(0, 3000))
def test_pieces_apart_bear_what_the_same_pieces_bear_as_one(bearers, off):
    apart = [Bearer(each.price, each.floor) for each in bearers for _ in range(each.count)]
    together = [share for shares in pieces(off, bearers) for share in shares]
    assert together == [share for shares in pieces(off, apart) for share in shares]
