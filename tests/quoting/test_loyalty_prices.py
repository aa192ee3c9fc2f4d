"""Where the outside loyalty cases touch prices: what a return gives back, and the groups of a tier.

tests/data/loyalty_prices.json says of each other case whose affair it is.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from retail.pricing.returns import piece_dues
from tests.quoting.typed import Quote

KEPT = json.loads((Path(__file__).parents[1] / "data/loyalty_prices.json").read_text("utf-8"))
OUTSIDE = (Path(__file__).parents[2] / "../shared/vectors/loyalty/vectors.json").resolve()
SOLD = KEPT["returns"]


@pytest.mark.outside
def test_of_each_outside_case_is_said_whose_affair_it_is() -> None:
    if not OUTSIDE.exists():
        pytest.skip("the outside vectors are not here: our table is not compared with them")
    cases = set(json.loads(OUTSIDE.read_text("utf-8"))) - {"note"}

    assert cases == {"returns"} | set(KEPT["others"]) - {"note"}


def test_half_of_a_sale_that_comes_back_gives_back_half(quote: Quote) -> None:
    lines = [{"sku": "tea", "price": SOLD["price"], "quantity": SOLD["quantity"]}]

    due = quote({}, {"lines": lines})["lines"][0]["due"]

    assert due == SOLD["price"] * SOLD["quantity"]
    assert piece_dues(due, SOLD["quantity"])[-SOLD["returned"] :] == (SOLD["gives_back"],)


@pytest.mark.parametrize("off", [{"off_bp": 3_333}, {"off": 1}])
def test_all_pieces_together_give_back_what_was_paid(quote: Quote, off: dict[str, Any]) -> None:
    rules = {"rules": [{"rule": "offer", "id": "o", "kind": "together"} | off]}
    lines = [{"sku": sku, "price": 10_001, "quantity": 3} for sku in ("a", "b")]

    told = quote(rules, {"lines": lines})

    back = [piece_dues(line["due"], line["quantity"]) for line in told["lines"]]
    assert sum(map(sum, back)) == told["total"]
    assert all(max(pieces) - min(pieces) <= 1 for pieces in back)


@pytest.mark.parametrize(
    ("groups", "total"), [([], 10_000), (["silver"], 9_500), (["gold"], 9_000)]
)
def test_a_tier_is_a_group_and_a_group_may_have_its_price(
    quote: Quote, groups: list[str], total: int
) -> None:
    rules = {
        "rules": [
            {"rule": "adjustment", "id": "s", "off_bp": 500, "groups": ["silver", "gold"]},
            {"rule": "adjustment", "id": "g", "off_bp": 1_000, "groups": ["gold"]},
        ]
    }

    told = quote(rules, {"lines": [{"sku": "tea", "price": 10_000}], "groups": groups})

    assert told["total"] == total
