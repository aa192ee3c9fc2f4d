"""Cases of the trade: what goes with what, and what goes alone.

Each row has the arithmetic by which docs/pricing.md comes to the figure; it was worked out by hand.
"""

from __future__ import annotations

from retail.goods import Goods
from retail.pricing.off import FREE
from retail.pricing.rules import Adjustment, FixedPrice, Raise, Scope
from tests.rules.outside.asking import (
    ALONE,
    ON_TOP,
    bundle,
    each,
    less,
    line,
    need,
    of,
    offer,
    pct,
    to,
    together,
)
from tests.rules.outside.trade_case import Case

MEMBER = {"groups": {"member"}}
TEN, FIFTEEN = together(pct(10)), together(pct(15))
WITH_CODE = {"vouchers": {"CODE"}}
TOGETHER_FOOD = together(
    pct(10), Goods(categories=frozenset({"food"}), except_categories=frozenset({"alcohol"}))
)

# fmt: off
TOGETHER = [
    Case(
        "percentage, then amount, then the floor",
        [
            offer("1", each(pct(20)), combine=ON_TOP),
            offer("2", each(less(200)), combine=ON_TOP),
        ],
        [line("a", 1000, 2, floor=700)],
        600,
        "1000 → 800 → 600, floor 700: 300 each",
    ),
    Case(
        "amount before percentage by priority",
        [
            offer("1", each(pct(20)), combine=ON_TOP),
            offer("2", each(less(200)), combine=ON_TOP, priority=1),
        ],
        [line("a", 1000)],
        360,
        "1000 → 800 → 640",
    ),
    Case(
        "exclusive beside best-of: it alone, even where it is less",
        [offer("alone", each(pct(5), of("a")), combine=ALONE), offer("best", each(pct(50), of("b")))],
        [line("a", 1000), line("b", 1000)],
        50,
        "5 % of a; nothing of b",
        by_line=[50, 0],
    ),
    Case(
        "an exclusive offer that takes nothing lets others go",
        [offer("alone", each(pct(5), of("a")), combine=ALONE), offer("best", each(pct(50), of("b")))],
        [line("b", 1000)],
        500,
        "no a in the basket",
    ),
    Case(
        "an exclusive offer stopped by the floor lets the next one go",
        [
            offer("alone", each(pct(5), of("a")), combine=ALONE, priority=9),
            offer("next", each(pct(10), of("b")), combine=ALONE, priority=1),
        ],
        [line("a", 1000, floor=1000), line("b", 1000)],
        100,
        "a bears nothing, so the second exclusive one: 10 % of b",
    ),
    Case("two exclusive ones of one priority: by id", [offer("y", TEN, combine=ALONE), offer("x", each(less(1)), combine=ALONE)], [line("a", 1000)], 1, "x before y"),
    Case("voucher beside automatic: the greater", [offer("auto", TEN), offer("code", FIFTEEN, vouchers={"CODE"})], [line("a", 1000)], 150, "15 % passes 10 %", ask=WITH_CODE),
    Case("voucher that was not shown", [offer("auto", TEN), offer("code", FIFTEEN, vouchers={"CODE"})], [line("a", 1000)], 100, "10 %"),
    Case(
        "voucher on top of automatic",
        [offer("auto", TEN), offer("code", together(pct(5)), vouchers={"CODE"}, combine=ON_TOP)],
        [line("a", 1000)],
        145,
        "1000 → 900 → 855",
        ask=WITH_CODE,
    ),
    Case("one of several vouchers is enough", [offer("1", TEN, vouchers={"CODE", "OTHER"})], [line("a", 1000)], 100, "CODE", ask=WITH_CODE),
    Case(
        "best-of of a smaller priority does not get the pieces of a greater one",
        [offer("first", each(pct(20)), priority=5), offer("later", each(pct(50)))],
        [line("a", 1000)],
        200,
        "20 % has the piece",
    ),
    Case(
        "but it gets the others",
        [offer("first", each(pct(20), of("a")), priority=5), offer("later", each(pct(50)))],
        [line("a", 1000), line("b", 1000)],
        700,
        "200 + 500",
        by_line=[200, 500],
    ),
    Case(
        "best-of on pieces, then best-of on all together, one of each",
        [offer("1", each(pct(20))), offer("2", each(pct(10))), offer("3", together(less(50))), offer("4", together(less(40)))],
        [line("a", 100, 7)],
        190,
        "7 × 20 + 50",
    ),
    Case(
        "money is counted at item prices, so no offer pushes below a threshold",
        [offer("1", each(pct(50))), offer("2", together(less(100)), needs=need(money=1000))],
        [line("a", 1000)],
        600,
        "500, then 100: the basket held 1000",
    ),
    Case(
        "but an item price does",
        [Adjustment("down", less(1)), offer("2", together(less(100)), needs=need(money=1000))],
        [line("a", 1000)],
        0,
        "999 at item prices",
    ),
    Case(
        "cheese for 1000 makes wine cheaper",
        [offer("1", each(pct(20), Goods(categories=frozenset({"wine"}))), needs=need(Goods(categories=frozenset({"cheese"})), money=1000))],
        [line("gouda", 400, 2, categories={"cheese"}), line("brie", 200, categories={"cheese"}), line("red", 999, categories={"wine"})],
        200,
        "1000 of cheese; left of 999 is 799.2 → 799",
    ),
    Case("goods that may not be reduced get nothing and count for nothing", [offer("1", TEN, needs=need(money=1000))], [line("a", 900), line("tobacco", 5000, reducible=False)], 0, "900 of money"),
    Case("and bear nothing of a basket's reduction", [offer("1", TEN)], [line("a", 900), line("tobacco", 5000, reducible=False)], 90, "10 % of 900", by_line=[90, 0]),
    Case("a gift line is paid for by nobody and counts for nothing", [offer("1", TEN, needs=need(quantity=2))], [line("a", 900), line("cup", 100, gift_of="another")], 0, "1 piece"),
    Case("only goods at full price", [Adjustment("down", pct(25), of("a")), offer("1", together(pct(50), Goods(full_price=True)))], [line("a", 2000), line("b", 4000)], 2000, "a is at 1500; 50 % of b", by_line=[0, 2000]),
    Case("goods between two prices, as they cost", [Adjustment("down", pct(25), of("a")), offer("1", each(less(100), Goods(price_from=1500, price_to=2000)))], [line("a", 2000), line("b", 2001), line("c", 1499)], 100, "a at 1500 is within"),
    Case("item rule, then offer", [Adjustment("down", pct(10)), offer("1", each(pct(20)))], [line("a", 1000)], 180, "1000 → 900 → 720"),
    Case("dearer by rule, then an offer on that", [Adjustment("up", Raise(basis_points=1000)), offer("1", each(pct(20)))], [line("a", 1000)], 220, "1100 → 880"),
    Case("a fixed price for members, then an offer for all", [FixedPrice("m", "a", 800, scope=Scope(groups=frozenset({"member"}))), offer("1", each(pct(10)))], [line("a", 1000)], 80, "800 → 720", total=720, ask=MEMBER),
    Case("other store, other group", [offer("1", TEN, stores={"B"}), offer("2", TEN, groups={"staff"})], [line("a", 1000)], 0, "neither"),
    Case("shares of two kinds of goods that share no line: both", [offer("c", together(pct(10), of("a"))), offer("w", together(pct(20), of("b")))], [line("a", 1000), line("b", 500)], 200, "100 + 100", by_line=[100, 100]),
    Case("or one share of all, where that is more", [offer("all", together(pct(18))), offer("c", together(pct(10), of("a"))), offer("w", together(pct(20), of("b")))], [line("a", 1000), line("b", 500)], 270, "18 % of 1500 passes 200"),
    Case("two kinds of goods that share a line: the better choice", [offer("x", together(pct(10), of("a", "b"))), offer("y", together(pct(30), of("b", "c")))], [line("a", 1000), line("b", 1000), line("c", 100)], 330, "30 % of 1100 passes 10 % of 2000"),
    Case("three of them, the outer two go together", [offer("x", together(pct(10), of("a", "b"))), offer("y", together(pct(15), of("b", "c"))), offer("z", together(pct(10), of("c", "d")))], [line("a", 1000), line("b", 1000), line("c", 1000), line("d", 1000)], 400, "200 + 200 passes 300"),
    Case("a line of a greater priority is not there for a smaller one", [offer("x", together(pct(10), of("a")), priority=5), offer("y", together(pct(50)))], [line("a", 1000), line("b", 1000)], 600, "10 % of a; 50 % of b", by_line=[100, 500]),
    Case("everything free by voucher", [offer("1", together(FREE), vouchers={"CODE"})], [line("a", 999, 3, vat=900), line("b", 1)], 2998, "all", total=0, vat=0, ask=WITH_CODE),
    Case("a compounding set takes what a percentage has left", [offer("1", each(pct(10)), combine=ON_TOP), offer("2", bundle(to(2000), (of("a"), 3)), combine=ON_TOP)], [line("a", 1000, 3)], 1000, "3 × 900 = 2700 → 2000"),
    Case("a set at first, then a percentage of what it has left", [offer("1", bundle(to(2000), (of("a"), 3)), combine=ON_TOP), offer("2", each(pct(10)), combine=ON_TOP)], [line("a", 1000, 3)], 1201, "left 666, 667, 667; left of them 599.4, 600.3, 600.3 → 599, 600, 600"),
    Case("best-of, on top, and best-of again on what was left alone", [offer("1", each(pct(20), of("a")), priority=5), offer("2", each(pct(10)), priority=5, combine=ON_TOP), offer("3", each(pct(50)))], [line("a", 1000), line("b", 1000)], 830, "a 1000 → 800 → 720; b 1000 → 900 → 450", by_line=[280, 550]),
    Case("off the basket first, then off each piece", [offer("1", together(pct(10)), priority=5, combine=ON_TOP), offer("2", each(less(100)), combine=ON_TOP)], [line("a", 1000, 2)], 400, "2000 → 1800, 900 each → 800 each"),
    Case("best-of sets on top of each other never", [offer("1", bundle(less(100), (of("a"), 2))), offer("2", bundle(less(100), (of("a"), 2)))], [line("a", 500, 2)], 100, "a piece goes to one of them"),
    Case("compounding sets on top of each other both", [offer("1", bundle(less(100), (of("a"), 2)), combine=ON_TOP), offer("2", bundle(less(100), (of("a"), 2)), combine=ON_TOP)], [line("a", 500, 2)], 200, "100 and 100"),
    Case("two things are needed, one is there", [offer("1", TEN, needs=(*need(of("a"), 1), *need(of("b"), 1)))], [line("a", 1000)], 0, "no b"),
    Case("two things are needed and there", [offer("1", TEN, needs=(*need(of("a"), 1), *need(of("b"), 1)))], [line("a", 1000), line("b", 500)], 150, "10 % of 1500"),
    Case("excepted goods and all below a category", [offer("1", TOGETHER_FOOD)], [line("a", 1000, categories={"food"}), line("wine", 1000, categories={"food", "alcohol"}), line("pan", 1000)], 100, "a only", by_line=[100, 0, 0]),
    Case("brand and category at once", [offer("1", each(pct(10), Goods(brands=frozenset({"Kaleh"}), categories=frozenset({"dairy"}))))], [line("a", 1000, brand="Kaleh", categories={"dairy"}), line("b", 1000, brand="Kaleh"), line("c", 1000, categories={"dairy"})], 100, "a only"),
]
# fmt: on
