"""docs/pricing.md, section 4: the worked table."""

import pytest

from retail.pricing.off import Amount, Percent, ToPrice
from retail.pricing.rules import Combine, Limits
from tests.rules.pricing.baskets import any_of, basket, each, quote, together

COMPOUND, EXCLUSIVE = Combine.COMPOUNDING, Combine.EXCLUSIVE

WORKED = [
    ([(1200, 3)], [each("a", Percent(2000), at_least=2)], 720),
    ([(800, 4)], [any_of("a", 3, ToPrice(2000))], 400),
    (
        [(400, 4), (200, 4)],
        [any_of("a", 3, Percent(10_000), count=1, limits=Limits(per_basket=1))],
        400,
    ),
    (
        [(1500, 4)],
        [any_of("a", 2, Percent(5000), count=1), any_of("b", 2, Percent(2000))],
        1500,
    ),
    (
        [(100, 1)],
        [
            each("a", Percent(1000), priority=99),
            each("b", Percent(2000), priority=99),
            each("c", Percent(1500), combine=COMPOUND),
        ],
        32,
    ),
    (
        [(100, 1)],
        [
            each("a", Percent(2000), priority=4, combine=COMPOUND),
            each("b", Amount(10), priority=1, combine=COMPOUND),
        ],
        30,
    ),
    (
        [(100, 1)],
        [
            each("a", Percent(2000), priority=2, combine=EXCLUSIVE),
            each("b", Amount(10), priority=5, combine=EXCLUSIVE),
        ],
        10,
    ),
    ([(100, 7)], [each("a", Percent(2000)), together("b", Amount(50), at_least=500)], 190),
]


@pytest.mark.parametrize(("lines", "offers", "off"), WORKED)
def test_takes_off_what_the_page_says(lines, offers, off):
    quoted = quote(basket(*lines), *offers)
    assert (quoted.off, quoted.exact) == (off, True)
    assert quoted.total == quoted.subtotal - off
