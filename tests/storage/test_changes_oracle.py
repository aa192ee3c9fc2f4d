"""A base with changes answers as a catalogue does that is freshly built of the whole.

Small shops and segments are drawn at random. After each segment, every kind of question is put to
the base with its changes and to the other: docs/feed.md, section 6.
"""

from __future__ import annotations

import gzip
import json
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from itertools import pairwise, product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from kiosk.storage import Catalogue, Filters, Reading, bitsets, build, index
from kiosk.storage.shelf import Changing, carry_over
from retail.catalogue import Category, Pack, Product, Size, Stock, Text
from retail.pricing.rules import Adjustment, FixedPrice
from retail.reductions import Reduction
from retail.values import Money, Place
from tests.storage.conftest import HEADING
from tests.storage.segments import BASE_SEQUENCE, Whole, heading
from tests.storage.shop import CATEGORIES, NOON, gtin

WORDS = ("شیر", "پنیر", "شکلات", "کم‌چرب", "ماست", "کاله", "میهن", "milk", "cheese", "500", "سپید")
SKUS = ("10", "11", "12", "20", "21", "a1", "A2", "b30")
ALL_GTINS = [gtin(number) for number in range(1, 30)]
TEXTS = (
    "", "شیر", "شی", "ش", "پنیر کاله", "شیر میهن", "شکلات سپید", "کمچرب", "کم چرب", "سپی", "m",
    "شیرر", "پنیز", "ماصت", "milk", "chese", "nvdh", "adv", "500", "شیر 500", "لبنیات کاله",
    "خوراکی", "تازه", "0626", "1", "10", "a", "b3", "06260000", str(ALL_GTINS[3]), "بسته", "بس",
    "سپید شیر میهن", "شیرکاله", "میهن ک", "اسباب",
)  # fmt: skip
FILTERS = (
    Filters(),
    Filters(in_stock=True),
    Filters(category_id="dairy"),
    Filters(category_id="milk", in_stock=True),
    Filters(price_min=300, price_max=20_000),
    Filters(price_min=1_000, price_max=1_100, in_stock=True),
    Filters(aisle="A1"),
    Filters(aisle="B2", price_max=5_000),
)
TREES = (
    CATEGORIES,
    (*CATEGORIES[:5], Category("toys", Text("بازی و شیر", "Fun"), parent="food")),
    (
        CATEGORIES[0],
        Category("milk", Text("شیر و ماست", "Milk"), parent="food"),
        CATEGORIES[1],
        *CATEGORIES[3:],
    ),
    (*CATEGORIES, Category("new", Text("تازه", "New"), parent="dairy")),
)

names = st.lists(st.sampled_from(WORDS), min_size=1, max_size=4).map(lambda w: Text(" ".join(w)))
offers = st.lists(
    st.sampled_from(
        [
            Reduction("one", NOON, NOON.replace(year=2027), 1_000, False, "یک", "One"),
            Reduction("two", NOON, NOON.replace(year=2028), 500, True, "دو"),
        ]
    ),
    max_size=2,
    unique=True,
).map(tuple)
stocks = st.lists(
    st.builds(Stock, st.sampled_from(["vanak", "punak"]), st.integers(-1, 2), st.just(NOON)),
    max_size=2,
    unique_by=lambda each: each.store_id,
).map(tuple)
places = st.none() | st.builds(
    Place, st.sampled_from(["A1", "B2", "C3"]), st.just("1"), st.sampled_from("12")
)
prices = st.sampled_from([0, 1, 100, 1_000, 1_050, 1_100, 5_000, 20_000, 999_999]).map(
    lambda minor: Money(minor, "IRR")
)


def offers_on(sku: str) -> st.SearchStrategy[tuple[Adjustment, ...]]:
    return offers.map(lambda drawn: tuple(each.on(sku) for each in drawn))


def fixed_prices_of(sku: str) -> st.SearchStrategy[tuple[FixedPrice, ...]]:
    return st.sampled_from([(), (FixedPrice("next", sku, 90), FixedPrice("now", sku, 80))])


@st.composite
def a_product(
    draw: st.DrawFn, sku: str, popularity: int, categories: tuple[Category, ...]
) -> Product:
    """Draw a product; its GTINs are its own, by its SKU, and one that several could have."""
    own = SKUS.index(sku) * 3
    numbers = draw(st.lists(st.sampled_from([own, own + 1, own + 2]), max_size=2, unique=True))
    packs = [Pack(ALL_GTINS[number]) for number in numbers]
    if packs and draw(st.booleans()):
        packs[0] = replace(packs[0], pieces=6, unit=Text("جعبه"), price=draw(prices))
    return Product(
        sku=sku,
        name=draw(names),
        category_id=draw(st.sampled_from(categories)).category_id,
        list_price=draw(prices),
        packs=tuple(packs),
        unit=Text("بسته", "pack"),
        brand=draw(st.sampled_from([None, Text("کاله", "Kalleh"), Text("میهن")])),
        note=draw(st.sampled_from([None, Text("سرد نگه دارید")])),
        labels=draw(st.sampled_from([(), (Text("تازه", "fresh"),)])),
        size=draw(st.sampled_from([None, Size(500, "g"), Size(1_500, "ml")])),
        picture=draw(st.sampled_from(["", "aa", "bb"])),
        popularity=popularity,
        stock=draw(stocks),
        place=draw(places),
        offers=draw(offers_on(sku)),
        supplier=draw(st.sampled_from(["", "kalleh"])),
        floor=draw(st.none() | prices),
        fixed_prices=draw(fixed_prices_of(sku)),
    )


@st.composite
def a_whole(draw: st.DrawFn) -> Whole:
    """Draw a shop; each product has a popularity of its own."""
    skus = draw(st.lists(st.sampled_from(SKUS), unique=True, max_size=6))
    popular = draw(st.permutations(range(10, 10 + len(SKUS))))
    products = {sku: draw(a_product(sku, popular[SKUS.index(sku)], CATEGORIES)) for sku in skus}
    return Whole(products)


@st.composite
def a_later(draw: st.DrawFn, before: Whole) -> Whole:
    """Draw what a segment may have made of a shop."""
    products = dict(before.products)
    for sku in draw(st.lists(st.sampled_from(sorted(products) or ["-"]), max_size=2, unique=True)):
        products.pop(sku, None)
    categories = draw(st.sampled_from([before.categories, before.categories, *TREES]))
    known = {each.category_id for each in categories}
    for sku, each in products.items():
        if each.category_id not in known:
            products[sku] = replace(each, category_id="food")
    for sku in draw(st.lists(st.sampled_from(SKUS), max_size=3, unique=True)):
        there = products.get(sku)
        taken = {each.popularity for each in products.values()}
        if there is None or draw(st.integers(0, 3)) == 0:
            popularity = draw(
                st.sampled_from([p for p in range(5, 30) if p not in taken])
                if there is None or draw(st.booleans())
                else st.just(there.popularity)
            )
            products[sku] = draw(a_product(sku, popularity, categories))
            continue
        parts: dict[str, Any] = {
            "list_price": prices,
            "stock": stocks,
            "offers": offers_on(sku),
            "fixed_prices": fixed_prices_of(sku),
            "place": places,
        }
        for part in draw(st.lists(st.sampled_from(sorted(parts)), min_size=1, unique=True)):
            there = replace(there, **{part: draw(parts[part])})
        products[sku] = there
    return Whole(products, categories, before.stores)


@st.composite
def a_story(draw: st.DrawFn) -> list[Whole]:
    """Draw a shop and what becomes of it."""
    story = [draw(a_whole())]
    for _ in range(draw(st.integers(1, 4))):
        story.append(draw(a_later(story[-1])))
    return story


def built(folder: Path, number: int, whole: Whole, sequence: int) -> Path:
    """Build an edition of a whole catalogue."""
    records = whole.records()
    lines = [HEADING | {"sequence": sequence}, *records, {"kind": "end", "records": len(records)}]
    snapshot = folder / "snapshot.gz"
    text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
    snapshot.write_bytes(gzip.compress(text.encode(), 1))
    build(snapshot, folder / f"catalogue-{number:06}.db")
    return folder / f"catalogue-{number:06}.db"


@contextmanager
def fresh(whole: Whole) -> Iterator[Catalogue]:
    with (
        tempfile.TemporaryDirectory() as folder,
        closing(Catalogue(built(Path(folder), 1, whole, 1))) as opened,
    ):
        yield opened


def answers(catalogue: Catalogue, wide: bool) -> Iterator[tuple[object, object]]:
    """Put every kind of question; give each with its answer."""
    for number in ALL_GTINS:
        yield ("gtin", number), catalogue.by_gtin(number)
    for sku in (*SKUS, "B30", "none"):
        yield ("sku", sku), catalogue.by_sku(sku)
    for text in TEXTS:
        for filters in FILTERS if wide else FILTERS[:2]:
            yield ("search", text, filters), catalogue.search(text, filters, 30)
        yield ("page", text), catalogue.search(text, limit=2, offset=1)
    yield "stores", dict(catalogue.stores())
    for category_id in ("", "food", "dairy", "milk", "cheese", "sweets", "toys", "new"):
        yield ("path", category_id), tuple(catalogue.path_to(category_id))
        yield ("children", category_id), tuple(catalogue.children(category_id))
        yield ("in", category_id), catalogue.products_in(category_id, 3)
    for each in catalogue.products_in("", 50)[0]:
        yield ("similar", each.sku), tuple(catalogue.similar(each, 3))


def assert_same(one: Catalogue, whole: Whole, *, wide: bool = True) -> None:
    with fresh(whole) as other:
        for (question, got), (_, expected) in zip(
            answers(one, wide), answers(other, wide), strict=True
        ):
            assert got == expected, question


SLOW = settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # a smaller story is not worth minutes
)


@given(a_story())
@SLOW
def test_after_each_segment_every_answer_is_that_of_a_fresh_catalogue(story: list[Whole]) -> None:
    with tempfile.TemporaryDirectory() as name:
        file = built(Path(name), 1, story[0], BASE_SEQUENCE)
        with closing(Changing(file)) as changing, closing(Catalogue(file)) as reader:
            for number, (before, later) in enumerate(pairwise(story), 1):
                sequence = BASE_SEQUENCE + number
                changing.apply(heading(sequence), before.until(later))
                assert_same(reader, later, wide=number == len(story) - 1)
                assert (reader.sequence, changing.state.sequence) == (sequence, sequence)
            assert sorted(set(changing.pictures())) == sorted(
                {each.picture for each in story[-1].products.values()} - {""}
            )
        with closing(Catalogue(file)) as opened_later:
            assert_same(opened_later, story[-1], wide=False)


@given(a_story(), st.data())
@SLOW
def test_a_newer_base_with_what_was_applied_since_is_the_same_catalogue(
    story: list[Whole], data: st.DataObject
) -> None:
    at = data.draw(st.integers(0, len(story) - 1))
    with tempfile.TemporaryDirectory() as name:
        file = built(Path(name), 1, story[0], BASE_SEQUENCE)
        newer = built(Path(name), 2, story[at], BASE_SEQUENCE + at)
        with closing(Changing(file)) as changing:
            for number, (before, later) in enumerate(pairwise(story), 1):
                changing.apply(heading(BASE_SEQUENCE + number), before.until(later))
            carry_over(changing, newer)
        with closing(Catalogue(newer)) as reader:
            assert reader.sequence == BASE_SEQUENCE + len(story) - 1
            assert_same(reader, story[-1], wide=False)
        with closing(Changing(newer)) as changing:
            for each in (data.draw(a_later(story[-1])),):
                changing.apply(heading(changing.state.sequence + 1), story[-1].until(each))
                with closing(Catalogue(newer)) as reader:
                    assert_same(reader, each, wide=False)


@given(a_story())
@settings(SLOW, max_examples=15)
def test_sets_for_lists_and_beginnings_not_spelt_out_change_no_answer(story: list[Whole]) -> None:
    with pytest.MonkeyPatch.context() as patch, tempfile.TemporaryDirectory() as name:
        patch.setattr(index, "ENDINGS_MAX", 1)
        patch.setattr(bitsets, "PRODUCTS_MIN", 2)
        patch.setattr(bitsets, "PRODUCTS_PER_SET", 100)
        file = built(Path(name), 1, story[0], BASE_SEQUENCE)
        with closing(Changing(file)) as changing, closing(Catalogue(file)) as reader:
            for number, (before, later) in enumerate(pairwise(story), 1):
                changing.apply(heading(BASE_SEQUENCE + number), before.until(later))
            with fresh(story[-1]) as other:
                for text, filters in product(TEXTS, FILTERS):
                    expected = other.search(text, filters, 30)
                    # of a very common word no slip is looked for, and what is common may differ
                    if expected.reading is not Reading.CORRECTED:
                        assert reader.search(text, filters, 30) == expected, (text, filters)
