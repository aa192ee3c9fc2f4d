"""Cases of the trade: rounding, spread, floors, tax and weights.

Each row has the arithmetic by which docs/pricing.md comes to the figure; it was worked out by hand.
"""

from __future__ import annotations

from retail.goods import Goods
from retail.pricing.off import FREE
from retail.pricing.rules import Adjustment, Combine, FixedPrice
from tests.rules.outside.asking import (
    ANY,
    bundle,
    buy_get,
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

TEN = together(pct(10))
SIX = line("a", 5000, pieces=6, own_price=True)  # a box of six at its own price

# fmt: off
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
    Case("half a unit of a weight is one", [offer("1", each(FREE))], [line("feta", 1001, grams=500)], 501, "500.5 → 501"),
    Case("less than half is none", [offer("1", each(FREE))], [line("feta", 1001, grams=499)], 499, "499.499"),
    Case("a weight of nothing", [offer("1", TEN)], [line("feta", 1000, grams=0), line("a", 100)], 10, "0 and 100"),
    Case("a price that a scale printed is a pack of one", [FixedPrice("1", "feta", 90_000), offer("2", each(pct(50)))], [line("feta", 20_251, printed=True)], 10_125, "left 10,125.5 → 10,126"),
    Case("prices of a kilogram bound goods, not those of a piece", [offer("1", each(less(10), Goods(price_from=1000)))], [line("feta", 1000, grams=100), line("b", 100)], 1, "10 the kilogram: 1 of 100 g"),
]

BOXED = [
    Case("a price for each is not that of a box of six", [offer("1", each(to(900), of("a"), 2))], [SIX, line("a", 1000, 2)], 200, "2 × 100; the box is no piece of it"),
    Case("nor is a bundle's", [offer("1", bundle(to(2500), (of("a"), 3)))], [line("a", 5000, 3, pieces=6, own_price=True)], 0, "no set of single pieces"),
    Case("nor an amount off each", [offer("1", each(less(100), of("a")))], [SIX, line("a", 1000)], 100, "the piece"),
    Case("a box may be bought to get a piece", [offer("1", buy_get(FREE, (of("a"), 3), (of("a"), 1)))], [SIX, line("a", 1000, 3)], 1000, "box and two pieces, and the third is free"),
    Case("but is not got for pieces", [offer("1", buy_get(FREE, (of("a"), 3), (of("a"), 1)))], [SIX, line("b", 1000, 9), line("a", 1000, 2)], 0, "three a in all, one more would have to be got"),
    Case("a percentage goes off a box", [offer("1", each(pct(10), of("a")))], [SIX, line("a", 1000)], 600, "500 + 100"),
    Case("the cheaper of a box and a piece at half price", [offer("1", cheapest(pct(50), 2, of("a")))], [SIX, line("a", 1000)], 500, "the piece"),
    Case("an amount off the basket goes over a box too", [offer("1", together(less(600)))], [SIX, line("a", 1000)], 600, "500 and 100", by_line=[500, 100]),
    Case("the money of a box counts", [offer("1", together(less(600), at_least=5000))], [SIX], 600, "5000"),
    Case("a price for each is that of a kilogram", [offer("1", each(to(900)))], [line("feta", 2000, grams=2000), line("b", 1000)], 2300, "2 × (2000 − 900) + 100"),
    Case("an amount off each is off a kilogram", [offer("1", each(less(100)))], [line("feta", 2000, grams=2000), line("b", 1000)], 300, "2 × 100 + 100"),
    Case("small weights are not free", [offer("1", each(less(100)))], [line("feta", 2000, grams=20), line("feta", 2000, grams=250)], 27, "2 of 40 + 25 of 500"),
    Case("half a unit off a weight is rounded down", [offer("1", each(less(5)))], [line("feta", 2000, grams=100)], 0, "0.5"),
    Case("with a limit an amount is not said of weights", [offer("1", each(less(100)), per_basket=9)], [line("feta", 2000, grams=2000), line("b", 1000)], 100, "b alone"),
    Case("an amount off a set's cheapest is not said of a weight", [offer("1", cheapest(less(100), 2))], [line("feta", 2000, grams=2000), line("b", 1000, 2)], 100, "the two b"),
    Case("a weight is not got for pieces", [offer("1", buy_get(FREE, (of("b"), 2), (of("feta"), 1)))], [line("feta", 2000, grams=10_000), line("b", 1000, 2)], 0, "it may weigh anything"),
]
# fmt: on
