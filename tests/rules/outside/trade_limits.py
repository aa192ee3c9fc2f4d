"""Cases of the trade: limits, budgets and caps, also where they cut.

Each row has the arithmetic by which docs/pricing.md comes to the figure; it was worked out by hand.
"""

from __future__ import annotations

from retail.pricing.book import Used
from retail.pricing.off import FREE
from tests.rules.outside.asking import (
    bundle,
    cheapest,
    each,
    less,
    line,
    of,
    offer,
    pct,
    to,
    together,
)
from tests.rules.outside.trade_case import Case

MEMBER = {"groups": {"member"}}
TEN = together(pct(10))

# fmt: off
LIMITED = [
    Case("two pieces at most: those that save most", [offer("1", each(pct(10)), per_basket=2)], [line("a", 100, 2), line("b", 300), line("c", 200)], 50, "30 + 20"),
    Case("five in all, three are gone", [offer("1", each(less(10)), in_all=5)], [line("a", 100, 4)], 20, "2 left", ask={"used": {"1": Used(in_all=3)}}),
    Case("all gone", [offer("1", each(less(10)), in_all=5)], [line("a", 100, 4)], 0, "none left", ask={"used": {"1": Used(in_all=5)}}),
    Case("more gone than there were", [offer("1", each(less(10)), in_all=5)], [line("a", 100, 4)], 0, "none left", ask={"used": {"1": Used(in_all=9)}}),
    Case("two a member, one used", [offer("1", each(less(10)), per_member=2)], [line("a", 100, 4)], 10, "1 left", ask={**MEMBER, "used": {"1": Used(by_member=1)}}),
    Case("two a member, nobody known", [offer("1", each(less(10)), per_member=2)], [line("a", 100, 4)], 0, "no member, none"),
    Case("the smaller of two limits", [offer("1", each(less(10)), per_basket=3, in_all=4)], [line("a", 100, 4)], 20, "2 left of all", ask={"used": {"1": Used(in_all=2)}}),
    Case("a cap in one basket cuts the last piece", [offer("1", each(less(300)), off_max=1000)], [line("a", 500, 4)], 1000, "300 + 300 + 300 + 100"),
    Case("a budget cut in the middle of a set", [offer("1", bundle(to(600), (of("a"), 2)), budget=1000)], [line("a", 500, 4)], 500, "500 left: 400 + 100", ask={"used": {"1": Used(money=500)}}),
    Case("a budget of one unit", [offer("1", TEN, budget=1000)], [line("a", 500, 4)], 1, "1 left", ask={"used": {"1": Used(money=999)}}),
    Case("a cap on a percentage of the basket", [offer("1", together(pct(20)), off_max=20_000)], [line("a", 32_000, 8)], 20_000, "20 % of 256,000 is 51,200"),
    Case(
        "a capped offer leaves pieces to the next best",
        [offer("capped", each(pct(50)), per_basket=1), offer("free", each(pct(10)))],
        [line("a", 1000, 3)],
        700,
        "500 + 2 × 100",
    ),
    Case(
        "a cap in money: a piece cut to less than another offer gives goes there",
        [offer("capped", each(pct(50)), off_max=550), offer("free", each(pct(10)))],
        [line("a", 1000, 2)],
        600,
        "500 + 100 passes 500 + 50",
    ),
    Case("a cap cut in the middle of pieces that only just bear it", [offer("1", each(pct(50), of("a", "c")), per_basket=2, off_max=99)], [line("a", 100, 2, floor=100), line("c", 100, 2, floor=50)], 99, "c bears 50 and then 49"),
    Case("a limit of sets", [offer("1", cheapest(FREE, 3), per_basket=2)], [line("a", 400, 4), line("b", 200, 5)], 600, "(400, 400, 400): 400; (400, 200, 200): 200"),
    Case("other things used up are no matter", [offer("1", each(less(10)), in_all=1)], [line("a", 100)], 10, "another's", ask={"used": {"2": Used(in_all=9)}}),
]
# fmt: on
