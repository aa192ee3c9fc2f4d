"""Cases of the trade: sets, bundles, tiers, and what competes for the same pieces.

Each row has the arithmetic by which docs/pricing.md comes to the figure; it was worked out by hand.
"""

from __future__ import annotations

from retail.pricing.off import FREE
from retail.pricing.rules import By, EachOff, Step, TogetherOff
from tests.rules.outside.asking import (
    ANY,
    bundle,
    buy_get,
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

THREE_AND_ONE = offer("1", buy_get(FREE, (of("a"), 3), (of("a"), 1)))
TIERS = offer(
    "1",
    EachOff(of("a"), (Step(3, pct(10)), Step(6, pct(20)), Step(12, pct(30)))),
)
SPEND = offer(
    "1",
    TogetherOff(ANY, (Step(50_000, pct(5)), Step(100_000, pct(10)))),
)
MEAL = bundle(
    to(350), (of("bread", "roll"), 1), (of("crisps", "nuts"), 1), (of("cola", "juice"), 1)
)
LUNCH = [
    line("bread", 250),
    line("roll", 300),
    line("crisps", 80),
    line("nuts", 120),
    line("cola", 100),
    line("juice", 150),
]
PAIRS = [
    offer("ab", bundle(to(250), (of("a"), 1), (of("b"), 1))),
    offer("ac", bundle(to(210), (of("a"), 1), (of("c"), 1))),
    offer("bc", bundle(to(150), (of("b"), 1), (of("c"), 1))),
]
A, B, C = line("a", 200), line("b", 100), line("c", 100)


# fmt: off
SETS = [
    Case("three bought, one free, on 75 pieces", [THREE_AND_ONE], [line("a", 100, 75)], 1800, "75 // 4 = 18 sets, 18 × 100"),
    Case("three bought, one free, on 3 pieces", [THREE_AND_ONE], [line("a", 100, 3)], 0, "no set of 4"),
    Case(
        "the cheapest of any three at half price: sets of neighbours",
        [offer("1", cheapest(pct(50), 3))],
        [line("a", 500), line("b", 400), line("c", 300), line("d", 200), line("e", 100, 3)],
        200,
        "(500, 400, 300): 150; (200, 100, 100): 50; one 100 is left over",
    ),
    Case(
        "the two cheapest of five free",
        [offer("1", cheapest(FREE, 5, count=2))],
        [line("a", 900, 2), line("b", 500, 2), line("c", 300), line("d", 100)],
        800,
        "(900, 900, 500, 500, 300): 300 + 500; with the 100 it would be 100 + 300",
    ),
    Case(
        "buy one, get another for half: as many as the smaller number",
        [offer("1", buy_get(pct(50), (of("printer"), 1), (of("cable"), 1)))],
        [line("printer", 9000, 2), line("cable", 501, 3)],
        500,
        "left of 501 is 250.5, rounded 251, so 250 off; twice",
    ),
    Case(
        "buy from two parts, get the dearest of the last",
        [offer("1", buy_get(FREE, (of("a"), 2), (of("x", "y"), 1)))],
        [line("a", 100, 3), line("x", 70), line("y", 90)],
        90,
        "one set only: 3 a // 2; of x and y the dearer saves most",
    ),
    Case("meal deal, two of them from six goods", [offer("1", MEAL)], LUNCH, 300, "250+300+80+120+100+150 = 1000; 2 × 350 = 700"),
    Case("meal deal, once: the dearest of each part", [offer("1", MEAL, per_basket=1)], LUNCH, 220, "300 + 120 + 150 = 570; 570 − 350"),
    Case("a bundle dearer than its pieces is not sold", [offer("1", bundle(to(400), (of("a"), 1), (of("b"), 1)))], [A, B], 0, "200 + 100 < 400"),
    Case("a bundle of two kinds that lacks one", [offer("1", bundle(to(100), (of("a"), 2), (of("b"), 1)))], [line("a", 100, 9)], 0, "no b"),
    Case("overlapping bundles, one piece each", PAIRS, [A, B, C], 90, "ab 50, bc 50, ac 90: only one fits"),
    Case("overlapping bundles, a twice", PAIRS, [line("a", 200, 2), B, C], 140, "ac 90 + ab 50; bc + nothing is 50"),
    Case("overlapping bundles, two of each", PAIRS, [line("a", 200, 2), line("b", 100, 2), line("c", 100, 2)], 190, "ac 90 + ab 50 + bc 50; 2 ac are 180 and leave b, b"),
    Case(
        "one large set or three small ones",
        [offer("big", bundle(less(100), (of("a"), 3))), offer("small", bundle(less(40), (of("a"), 1)))],
        [line("a", 500, 3)],
        120,
        "3 × 40 passes 100",
    ),
    Case(
        "one large set and the rest in small ones",
        [offer("big", bundle(less(130), (of("a"), 3))), offer("small", bundle(less(40), (of("a"), 1)))],
        [line("a", 500, 4)],
        170,
        "130 + 40 passes 4 × 40",
    ),
    Case(
        "sets of three and of four out of ten pieces",
        [offer("four", bundle(to(3000), (of("a"), 4))), offer("three", bundle(to(2400), (of("a"), 3)))],
        [line("a", 1000, 10)],
        2200,
        "4 save 1000, 3 save 600: 4 + 3 + 3 saves 2200, 4 + 4 saves 2000",
    ),
    Case(
        "half off the cheaper of two, or a fifth off both: 15, 15, 15, 10",
        [offer("D1", cheapest(pct(50), 2)), offer("D2", bundle(pct(20), (ANY, 2)))],
        [line("a", 1500, 3), line("b", 1000)],
        1250,
        "(15, 15) by D1 750; (15, 10): D1 500, D2 500; 750 + 500",
    ),
    Case(
        "a fifth off both is more where one is much dearer",
        [offer("D1", cheapest(pct(50), 2)), offer("D2", bundle(pct(20), (ANY, 2)))],
        [line("a", 9000), line("b", 1000)],
        2000,
        "D1 takes 500, D2 20 % of 10,000",
    ),
    Case("pieces on several lines count together", [offer("1", bundle(to(250), (of("a"), 3)))], [line("a", 100), line("b", 100), line("a", 100, 2)], 50, "3 × 100 − 250"),
    Case("a set by an amount never takes more than it costs", [offer("1", bundle(less(500), (of("a"), 2)))], [line("a", 100, 5)], 400, "2 sets of 200"),
    Case("a set at nothing", [offer("1", bundle(to(0), (of("a"), 2)))], [line("a", 100, 3)], 200, "one set of 200"),
    Case(
        "sets of different prices, alike in the sum",
        [offer("1", bundle(to(1000), (ANY, 2)))],
        [line("a", 900), line("b", 800), line("c", 700), line("d", 600)],
        1000,
        "900+800+700+600 = 3000 − 2000, whichever pairs",
    ),
    Case(
        "pairs where a wrong pair would gain nothing",
        [offer("1", bundle(to(1000), (ANY, 2)))],
        [line("a", 900), line("b", 300), line("c", 200)],
        200,
        "900 + 300 − 1000; 300 + 200 is no gain",
    ),
    Case(
        "a set takes pieces from a percentage that is less",
        [offer("each", each(pct(10), of("a"))), offer("set", bundle(to(2000), (of("a"), 3)))],
        [line("a", 1000, 5)],
        1200,
        "set saves 1000 on 3; 2 × 100 by the percentage",
    ),
    Case(
        "a set leaves pieces to a percentage that is more",
        [offer("each", each(pct(40), of("a"))), offer("set", bundle(to(2000), (of("a"), 3)))],
        [line("a", 1000, 5)],
        2000,
        "3 × 400 = 1200 passes 1000: 5 × 400",
    ),
]

STEPS = [
    *(
        Case(f"tiers of pieces, {n} of them", [TIERS], [line("a", 1000, n)], off, f"{n} × 1000 × {share} %")
        for n, share, off in [(2, 0, 0), (3, 10, 300), (5, 10, 500), (6, 20, 1200), (11, 20, 2200), (12, 30, 3600), (13, 30, 3900)]
    ),
    *(
        Case(f"tiers of money, {money}", [SPEND], [line("a", money)], off, how)
        for money, off, how in [
            (49_999, 0, "below"),
            (50_000, 2_500, "5 %"),
            (99_999, 5_000, "left 94,999.05 → 94,999"),
            (100_000, 10_000, "10 %"),
        ]
    ),
    Case("tiers count other goods not", [TIERS], [line("a", 1000, 2), line("b", 1000, 9)], 0, "2 of a"),
    Case(
        "tiers of money on each piece",
        [offer("1", EachOff(of("a"), (Step(0, pct(1)), Step(3000, pct(50))), By.MONEY))],
        [line("a", 1000, 2), line("b", 5000)],
        20,
        "a is 2000 of money: 1 % of each 1000, twice",
    ),
    Case(
        "a price for each from three on, not for cheaper ones",
        [offer("1", each(to(900), ANY, 3))],
        [line("a", 1000, 2), line("b", 850)],
        200,
        "2 × 100; 850 stays",
    ),
    Case(
        "an amount off each, never more than it costs",
        [offer("1", each(less(300)))],
        [line("a", 200, 2), line("b", 1000)],
        700,
        "2 × 200 + 300",
    ),
    Case(
        "an amount of money off together once, however much is bought",
        [offer("1", together(less(1000), ANY, 5000))],
        [line("a", 5000, 4)],
        1000,
        "once",
    ),
    Case(
        "tiers by pieces on goods together",
        [offer("1", TogetherOff(of("a", "b"), (Step(2, less(100)), Step(4, less(300))), By.QUANTITY))],
        [line("a", 500, 3), line("b", 500), line("c", 500, 9)],
        300,
        "4 pieces of a and b",
    ),
]
