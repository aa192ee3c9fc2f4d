"""Baskets and offers of every kind, drawn at random for what must always hold."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from retail.basket import Basket, Line
from retail.goods import Goods, Item
from retail.pricing.off import Amount, Percent, ToPrice
from retail.pricing.rules import (
    By,
    Combine,
    EachOff,
    Gift,
    Limits,
    Needs,
    Offer,
    On,
    Part,
    SetOff,
    Step,
    TogetherOff,
)
from retail.pricing.tag import Tag

SKUS = ("a", "b", "c", "d", "e")
GOODS = st.one_of(
    st.just(Goods()),
    st.sets(st.sampled_from(SKUS), min_size=1).map(lambda skus: Goods(skus=frozenset(skus))),
    st.sampled_from(["x", "y"]).map(lambda name: Goods(categories=frozenset({name}))),
)
SHARE = st.one_of(
    st.sampled_from([1, 300, 1000, 3333, 5000, 10_000]).map(Percent),
    st.integers(1, 400).map(Amount),
)
OFF = st.one_of(SHARE, st.integers(0, 500).map(ToPrice))
LIMITS = st.builds(
    Limits,
    per_basket=st.sampled_from([None, None, None, 1, 3]),
    off_max=st.sampled_from([None, None, None, 1, 77]),
    budget=st.sampled_from([None, None, None, 150]),
)
NEEDS = st.builds(
    Needs, goods=GOODS, quantity=st.integers(0, 3), money=st.sampled_from([0, 0, 100, 500])
)


def _steps(off: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Step, ...]]:
    starts = st.lists(st.integers(0, 6), min_size=1, max_size=3, unique=True).map(sorted)
    return starts.flatmap(
        lambda found: st.tuples(*(st.builds(Step, st.just(n), off) for n in found))
    )


@st.composite
def _set(draw: st.DrawFn) -> SetOff:
    parts = draw(st.lists(st.builds(Part, GOODS, st.integers(1, 3)), min_size=1, max_size=2))
    on = draw(st.sampled_from([On.SET, On.CHEAPEST, On.PART][: 1 + len(parts)]))
    size = sum(part.quantity for part in parts)
    count = draw(st.integers(1, size)) if on is On.CHEAPEST else 0
    return SetOff(tuple(parts), draw(OFF), on, count)


BENEFIT = st.one_of(
    st.builds(EachOff, GOODS, _steps(OFF), st.sampled_from(By)),
    st.builds(TogetherOff, GOODS, _steps(SHARE), st.sampled_from(By)),
    _set(),
    _set(),
    st.builds(Gift, st.just(("a", "b")), st.integers(1, 2)),
)
OFFER = st.builds(
    Offer,
    st.just("?"),
    BENEFIT,
    needs=st.lists(NEEDS, max_size=1).map(tuple),
    priority=st.integers(0, 2),
    combine=st.sampled_from([*Combine, Combine.BEST_OF, Combine.COMPOUNDING]),
    limits=LIMITS,
)


def _named(found: list[Offer]) -> list[Offer]:
    facts = ("benefit", "scope", "needs", "vouchers", "priority", "combine", "limits")
    return [
        Offer(f"o{n}", **{fact: getattr(offer, fact) for fact in facts})
        for n, offer in enumerate(found)
    ]


OFFERS = st.lists(OFFER, max_size=5).map(_named)


@st.composite
def baskets(draw: st.DrawFn, gifts: bool = True) -> Basket:
    """A basket of up to five items, some weighed, some that may not be reduced, perhaps a gift."""
    lines = []
    for n, sku in enumerate(draw(st.lists(st.sampled_from(SKUS), max_size=5, unique=True)), 1):
        price = draw(st.integers(0, 1_000))
        item = Item(
            sku,
            frozenset({"x"} if sku in "abc" else {"y"}),
            vat_basis_points=draw(st.sampled_from([0, 900])),
            floor=draw(st.sampled_from([0, 0, price // 3, price])),
            reducible=draw(st.integers(0, 9)) > 0,
        )
        grams = draw(st.sampled_from([None, None, None, 0, 333, 1500]))
        quantity = 1 if grams is not None else draw(st.integers(1, 5))
        lines.append(Line(n, Tag(item, price, grams=grams), quantity))
    if gifts and draw(st.booleans()):
        tag = Tag(Item(draw(st.sampled_from(["a", "b"]))), draw(st.integers(0, 300)))
        lines.append(
            Line(9, tag, draw(st.integers(1, 3)), gift_of=draw(st.sampled_from(["o0", "o1"])))
        )
    return Basket(tuple(lines), next_id=10)
