"""Cases of the trade: what goes with what, floors, rounding and spread, limits, tax, weights and boxes.

Each row has the arithmetic by which docs/pricing.md comes to the figure; it was worked out by hand.
"""

from __future__ import annotations

from retail.goods import Goods
from retail.pricing.book import Used
from retail.pricing.off import FREE
from retail.pricing.rules import Adjustment, Combine, FixedPrice, Raise, Scope
from tests.rules.outside.asking import (
    ALONE,
    ANY,
    ON_TOP,
    bundle,
    cheapest,
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
    Case("everything free by voucher", [offer("1", together(FREE), vouchers={"CODE"})], [line("a", 999, 3, vat=900), line("b", 1)], 2998, "all", total=0, vat=0, ask=WITH_CODE),
]

ROUNDED = [
    Case("a percentage of each piece rounds piece by piece", [offer("1", each(pct(10)))], [line("a", 333, 3)], 99, "left 299.7 → 300, so 33 off; 3 × 33"),
    Case("a percentage together rounds once", [offer("1", TEN)], [line("a", 333, 3)], 100, "left of 999 is 899.1 → 899"),
    Case("half of the smallest unit is no reduction", [offer("1", each(pct(50)))], [line("a", 1, 3)], 0, "left 0.5 → 1"),
    Case("half of three of them, together", [offer("1", together(pct(50)))], [line("a", 1, 3)], 1, "left 1.5 → 2"),
    Case("one hundredth of a percent of little", [offer("1", together(pct("0.01")))], [line("a", 10)], 0, "left 9.999 → 10"),
    Case("shares by the greatest remainder", [offer("1", together(less(100)))], [line("a", 1000), line("b", 2000)], 100, "33.3 and 66.7", by_line=[33, 67]),
    Case("equal remainders: the dearer", [offer("1", together(less(3)))], [line("a", 100), line("b", 300), line("c", 200)], 3, "0.5, 1.5, 1.0: one unit over, to b", by_line=[0, 2, 1]),
    Case("equal remainders and prices: the smaller SKU, not the first scanned", [offer("1", together(less(100)))], [line("c", 200), line("a", 200), line("b", 200)], 100, "33 and one over", by_line=[33, 34, 33]),
    Case("a bundle's saving, with a floor in it", [offer("1", bundle(to(700), (of("a"), 1), (of("b"), 1)))], [line("a", 500, floor=450), line("b", 500)], 300, "150 each; a bears 50, b the rest", by_line=[50, 250]),
    Case("a bundle's saving that nobody can bear is not taken", [offer("1", bundle(to(700), (of("a"), 1), (of("b"), 1)))], [line("a", 500, floor=450), line("b", 500, floor=450)], 100, "50 each"),
    Case("a bundle chooses the pieces that can bear it", [offer("1", bundle(less(300), (ANY, 2)), per_basket=1)], [line("a", 500, 2, floor=500), line("b", 400, 2)], 300, "two of b bear 300; two of a nothing"),
    Case("the floor of goods together", [offer("1", together(less(2500)))], [line("a", 5000, floor=4500), line("b", 2000, 3)], 2500, "1136.4 passes 500; 2000 over 3 × 2000", by_line=[500, 2000]),
    Case("the cheapest free, with a floor", [offer("1", cheapest(FREE, 2))], [line("a", 500), line("b", 400, floor=300)], 100, "b comes down to 300"),
]

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
    Case("a limit of sets", [offer("1", cheapest(FREE, 3), per_basket=2)], [line("a", 400, 4), line("b", 200, 5)], 600, "(400, 400, 400): 400; (400, 200, 200): 200"),
    Case("other things used up are no matter", [offer("1", each(less(10)), in_all=1)], [line("a", 100)], 10, "another's", ask={"used": {"2": Used(in_all=9)}}),
]

TAXED = [
    Case("tax on top, of what is paid", [offer("1", together(less(100)))], [line("a", 1000, vat=1000), line("b", 2000)], 100, "967 × 10 % = 96.7 → 97", by_line=[33, 67], total=2997, vat=97, ask={"vat_included": False}),
    Case("tax in it changes nothing of what is due", [offer("1", together(less(100)))], [line("a", 1000, vat=1000), line("b", 2000)], 100, "967 ÷ 11 = 87.9 → 88", total=2900, vat=88),
    Case("tax on top rounds line by line", [], [line("a", 5, vat=1000), line("b", 5, vat=1000), line("c", 4, vat=1000)], 0, "0.5 → 1, 0.5 → 1, 0.4 → 0", total=16, vat=2, ask={"vat_included": False}),
    Case("tax of a line, not of its pieces", [], [line("a", 5, 3, vat=1000)], 0, "15 × 10 % = 1.5 → 2", total=17, vat=2, ask={"vat_included": False}),
]

MEASURED = [
    Case("a weight is one piece, and its money counts", [offer("1", together(less(5000)), needs=need(quantity=1, money=250_000))], [line("feta", 200_000, grams=1250)], 5000, "1.25 × 200,000 = 250,000"),
    Case("a weight just below the money", [offer("1", together(less(5000)), needs=need(quantity=1, money=250_000))], [line("feta", 200_000, grams=1249)], 0, "249,800"),
    Case("a weight is not its kilograms", [offer("1", TEN, needs=need(quantity=2))], [line("feta", 200_000, grams=2500)], 0, "1 piece"),
    Case("two weights are two pieces", [offer("1", TEN, needs=need(quantity=2))], [line("feta", 100_000, grams=333), line("feta", 100_000, grams=333)], 6660, "33,300 twice; 10 % of 66,600"),
    Case("a percentage of a weight", [offer("1", each(pct(10)))], [line("feta", 100_001, grams=333)], 3330, "33,300.3 → 33,300; left 29,970"),
    Case("the cheapest of three weights", [offer("1", cheapest(FREE, 3))], [line("feta", 1000, grams=500), line("feta", 1000, grams=400), line("feta", 1000, grams=300)], 300, "500, 400, 300"),
    Case("the floor of a kilogram is that of its grams", [offer("1", each(FREE))], [line("feta", 1000, grams=500, floor=800)], 100, "500, not below 400"),
    Case("a kilogram's price by rule, then its weight, then an offer", [FixedPrice("1", "feta", 90_000), Adjustment("2", pct(10), combine=Combine.COMPOUNDING), offer("3", each(pct(50)))], [line("feta", 100_000, grams=250)], 10_125, "81,000 × 0.25 = 20,250; half"),
    Case("a weight of nothing", [offer("1", TEN)], [line("feta", 1000, grams=0), line("a", 100)], 10, "0 and 100"),
    Case("a price that a scale printed is a pack of one", [FixedPrice("1", "feta", 90_000), offer("2", each(pct(50)))], [line("feta", 20_251, printed=True)], 10_125, "left 10,125.5 → 10,126"),
    Case("prices of a kilogram bound goods, not those of a piece", [offer("1", each(less(10), Goods(price_from=1000)))], [line("feta", 1000, grams=100), line("b", 100)], 10, "1000 the kilogram"),
]
