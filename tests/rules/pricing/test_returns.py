"""docs/pricing.md, section 6: VAT and returns."""

from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retail.pricing.book import Shop
from retail.pricing.off import Amount
from retail.pricing.returns import piece_dues
from retail.pricing.tax import vat_of
from tests.rules.pricing.baskets import basket, line, quote, together


@pytest.mark.parametrize(
    ("due", "quantity", "dues"),
    [
        (200, 3, (67, 67, 66)),
        (102, 4, (26, 26, 25, 25)),
        (2, 5, (1, 1, 0, 0, 0)),
        (0, 2, (0, 0)),
        (999, 1, (999,)),
    ],
)
def test_divides_a_line_as_evenly_as_whole_units_allow(due, quantity, dues):
    assert piece_dues(due, quantity) == dues


@pytest.mark.parametrize(("due", "quantity"), [(5, 0), (-1, 2)])
def test_refuses_what_no_line_is(due, quantity):
    with pytest.raises(ValueError, match="Expected 1 piece or more"):
        piece_dues(due, quantity)


@given(st.integers(0, 10**9), st.integers(1, 999), st.randoms())
def test_returning_all_pieces_in_any_order_gives_back_what_was_paid(due, quantity, random):
    dues = list(piece_dues(due, quantity))
    random.shuffle(dues)
    assert list(accumulate(dues))[-1] == due
    assert max(dues) - min(dues) <= 1


@pytest.mark.parametrize(
    ("paid", "rate", "inside", "on_top"),
    [
        (109_000, 900, 9_000, 9_810),
        (100_000, 900, 8_257, 9_000),
        (1, 1_000, 0, 0),
        (5, 1_000, 0, 1),  # 0.5 on top rounds up
        (11, 1_000, 1, 1),
        (3, 5_000, 1, 2),
        (777, 0, 0, 0),
        (200, 10_000, 100, 200),
    ],
)
def test_works_out_vat_in_and_on_top(paid, rate, inside, on_top):
    assert vat_of(paid, rate, included=True) == inside
    assert vat_of(paid, rate, included=False) == on_top


@pytest.mark.parametrize(
    ("included", "vat", "due"),
    [(True, [83, 91], [1_000, 1_000]), (False, [90, 100], [1_090, 1_100])],
)
def test_taxes_each_line_after_all_offers(included, vat, due):
    lines = line(1, 1_100, vat_basis_points=900), line(2, 1_100, vat_basis_points=1_000)
    found = quote(basket(*lines), together("a", Amount(200)), shop=Shop(vat_included=included))
    assert [each.paid for each in found.lines] == [1_000, 1_000]
    assert [each.vat for each in found.lines] == vat
    assert [each.due for each in found.lines] == due
    assert (found.vat, found.total) == (sum(vat), sum(due))
