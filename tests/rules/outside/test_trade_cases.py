"""Cases of the trade that no vector has, each with its arithmetic, worked out by hand from the page.

Source: docs/pricing.md, by which every figure was reckoned before the engine was asked.
"""

from __future__ import annotations

import pytest

from retail.basket import Line
from retail.pricing.quoted import Quote
from tests.rules.outside.asking import ask, offs
from tests.rules.outside.trade_amounts import BOXED, MEASURED, ROUNDED, TAXED
from tests.rules.outside.trade_case import Case
from tests.rules.outside.trade_limits import LIMITED
from tests.rules.outside.trade_mixes import TOGETHER
from tests.rules.outside.trade_sets import SETS, STEPS

CASES = [*SETS, *STEPS, *TOGETHER, *ROUNDED, *LIMITED, *TAXED, *MEASURED, *BOXED]


def quoted(case: Case, lines: list[Line]) -> Quote:
    return ask(case.rules, lines, **case.ask)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_takes_off_what_the_page_comes_to(case: Case) -> None:
    quote = quoted(case, list(case.lines))

    assert quote.off == case.off, case.because
    assert case.by_line is None or offs(quote) == case.by_line, case.because
    assert case.total is None or quote.total == case.total, case.because
    assert case.vat is None or quote.vat == case.vat, case.because


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_adds_up_and_does_not_hang_on_the_order_of_scanning(case: Case) -> None:
    quote = quoted(case, list(case.lines))
    backwards = quoted(case, list(reversed(case.lines)))

    assert (backwards.off, backwards.total, backwards.vat) == (quote.off, quote.total, quote.vat)
    assert quote.exact
    assert quote.off == sum(share.off for one in quote.lines for share in one.shares)
    assert quote.off == sum(offer.off for offer in quote.offers)
    assert quote.total == sum(one.due for one in quote.lines)
    assert all(0 <= one.paid <= one.amount for one in quote.lines)
