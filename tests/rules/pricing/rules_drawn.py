"""Rules of every kind as hypothesis draws them, as far as a wire can carry them: whole seconds."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from hypothesis import strategies as st

from retail.goods import Goods
from retail.pricing.off import Amount, Percent, ToPrice
from retail.pricing.rules import (
    Adjustment,
    By,
    Combine,
    EachOff,
    FixedPrice,
    Gift,
    Limits,
    Needs,
    Offer,
    On,
    Part,
    Raise,
    Scope,
    SetOff,
    Step,
    TogetherOff,
)
from retail.pricing.window import Weekly, Window
from retail.values import Gtin

WHOLE = st.integers(0, 10**12)
POSITIVE = st.integers(1, 10**12)
TEXTS = st.text("abآب۱- ", min_size=1, max_size=5).filter(lambda text: text == text.strip())
SETS = st.frozensets(TEXTS, max_size=3)
NAMES = st.text(max_size=8)
TIMES = st.builds(time, st.integers(0, 23), st.integers(0, 59), st.sampled_from([0, 0, 30]))
WEEKLY = st.builds(Weekly, st.frozensets(st.integers(0, 6), min_size=1), TIMES, TIMES)
FIRST = datetime(2000, 1, 1, tzinfo=UTC)
INSTANTS = st.integers(0, 6 * 10**9).map(lambda seconds: FIRST + timedelta(seconds=seconds))


@st.composite
def windows(draw: st.DrawFn) -> Window:
    start, end = draw(st.none() | INSTANTS), draw(st.none() | INSTANTS)
    if start and end and start >= end:
        start = None
    return Window(start, end, tuple(draw(st.lists(WEEKLY, max_size=2))))


@st.composite
def goods(draw: st.DrawFn, *, full_price: bool = True) -> Goods:
    low, high = sorted([draw(WHOLE), draw(WHOLE)])
    return Goods(
        *(draw(SETS) for _ in range(6)),
        price_from=draw(st.sampled_from([None, low])),
        price_to=draw(st.sampled_from([None, high])),
        full_price=full_price and draw(st.booleans()),
    )


SCOPES = st.builds(Scope, SETS, SETS, windows())
SHARES = st.builds(Percent, st.integers(1, 10_000))
AMOUNTS = st.builds(Amount, POSITIVE)
OFFS = SHARES | AMOUNTS | st.builds(ToPrice, WHOLE)
PRIORITIES = st.integers(-5, 99)
COMBINE = st.sampled_from(Combine)
GTINS = st.sampled_from([Gtin.parse("4006381333931"), Gtin.parse("96385074")])

FIXED = st.builds(FixedPrice, TEXTS, TEXTS, WHOLE, st.none() | GTINS, SCOPES, PRIORITIES)
RAISES = st.builds(Raise, st.integers(1, 10**6)) | st.builds(
    lambda minor: Raise(minor=minor), POSITIVE
)
ADJUSTMENTS = st.builds(
    Adjustment,
    TEXTS,
    SHARES | AMOUNTS | RAISES,
    goods(full_price=False),
    SCOPES,
    PRIORITIES,
    COMBINE,
    st.integers(1, 10**7),
    NAMES,
    NAMES,
)


@st.composite
def steps(draw: st.DrawFn, offs: st.SearchStrategy[Percent | Amount | ToPrice]) -> tuple[Step, ...]:
    starts = sorted(draw(st.sets(st.integers(0, 9), min_size=1, max_size=3)))
    return tuple(Step(start, draw(offs)) for start in starts)


@st.composite
def sets(draw: st.DrawFn) -> SetOff:
    parts = draw(st.lists(st.builds(Part, goods(), st.integers(1, 9)), min_size=1, max_size=3))
    on = draw(st.sampled_from([On.SET, On.CHEAPEST, *([On.PART] if len(parts) > 1 else [])]))
    most = sum(part.quantity for part in parts)
    count = draw(st.integers(1, most)) if on is On.CHEAPEST else 0
    return SetOff(tuple(parts), draw(OFFS), on, count)


LIMIT = st.none() | POSITIVE
OFFERS = st.builds(
    Offer,
    TEXTS,
    st.one_of(
        st.builds(EachOff, goods(), steps(OFFS), st.sampled_from(By)),
        st.builds(TogetherOff, goods(), steps(SHARES | AMOUNTS), st.sampled_from(By)),
        sets(),
        st.builds(Gift, st.lists(TEXTS, min_size=1, max_size=3).map(tuple), st.integers(1, 9)),
    ),
    SCOPES,
    st.lists(st.builds(Needs, goods(), WHOLE, WHOLE), max_size=2).map(tuple),
    SETS,
    PRIORITIES,
    COMBINE,
    st.builds(Limits, LIMIT, LIMIT, LIMIT, LIMIT, LIMIT),
    NAMES,
    NAMES,
)
RULES = FIXED | ADJUSTMENTS | OFFERS
