"""The given vectors that one basket and its rules say: those that agree, and those that differ.

Each by its name, as rules of ours; the figures that it expects are read from the kept numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from retail.pricing.off import FREE
from retail.pricing.rules import By, Rule
from tests.rules.outside.asking import (
    ALONE,
    ANY,
    ON_TOP,
    bundle,
    cheapest,
    each,
    less,
    need,
    offer,
    pct,
    to,
    together,
)

# -- runs and agrees

TWO, THREE = need(quantity=2), need(quantity=3)
RUNS: dict[str, list[Rule]] = {
    "os-pct-1": [offer("1", each(pct(20), at_least=2))],
    "os-pct-2": [offer("1", each(pct(20), at_least=2))],
    "os-pct-3": [offer("1", each(pct(20), at_least=2))],
    "os-pct-7": [offer("1", each(pct(20), at_least=1000, by=By.MONEY))],
    "os-round-1": [offer("1", together(pct(3)))],
    "os-round-2": [offer("1", together(pct(5)))],
    "os-abs-3": [offer("1", together(less(300)), needs=TWO)],
    "os-fix-2": [offer("1", bundle(to(2000), (ANY, 3)))],
    "os-fix-4": [offer("1", bundle(to(2000), (ANY, 3)))],
    "os-unit-2": [offer("1", each(less(300), at_least=2))],
    "sy-prio-1": [
        offer("amount", together(less(1000)), priority=1, combine=ON_TOP),
        offer("share", together(pct(20)), priority=4, combine=ON_TOP),
    ],
    "sy-excl-2": [
        offer("share", together(pct(20)), priority=2, combine=ALONE),
        offer("amount", together(less(1000)), priority=5, combine=ALONE),
    ],
    "sy-cx-1": [
        offer("1", each(pct(20)), needs=need(money=50_000), combine=ON_TOP),
        offer("2", together(less(5000)), needs=need(money=50_000), combine=ON_TOP),
    ],
    "sy-min-1": [offer("1", together(less(1000)))],
    "od-3": [offer("1", together(less(24_900)))],
    "od-4": [offer("1", together(less(24_900)))],
    "d3-1": [
        offer("D1", cheapest(pct(50), 2)),
        offer("D2", bundle(pct(20), (ANY, 2))),
    ],
    "d3-3": [
        offer("D1", cheapest(pct(50), 2)),
        offer("D2", bundle(pct(20), (ANY, 2))),
    ],
    "d3-cc-2": [
        offer("A", each(pct(10)), priority=99),
        offer("B", each(pct(20)), priority=99),
        offer("C", each(pct(15)), combine=ON_TOP),
    ],
}


# -- differs because


@dataclass(frozen=True)
class Differs:
    """Our own figures, and the rule of docs/pricing.md that makes them."""

    because: str
    rules: list[Rule]
    ours: dict[str, Any]


DIFFERS = {
    "os-abs-4": Differs(
        "section 6: equal remainders go to the dearer piece, the smaller SKU, the first line; not to the last",
        [offer("1", together(less(400)), needs=TWO)],
        {"discount": 400, "per_line": [134, 133, 133]},
    ),
    "os-abs-5": Differs(
        "section 4, limits: where pieces must be chosen, those that save the shopper most; not the cheapest",
        [offer("1", each(less(300), at_least=2), per_basket=1)],
        {"discount": 200},
    ),
    "os-multi-2": Differs(
        "section 4, limits: the one set is of three of the dearer pieces",
        [offer("1", cheapest(FREE, 3), per_basket=1)],
        {"discount": 400},
    ),
}
