"""A catalogue's records: what is written is read back the same, what is wrong is named."""

import contextlib
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retail.catalogue import (
    MEASURES,
    CatalogueError,
    Category,
    Pack,
    Product,
    Size,
    Stock,
    Store,
    Text,
)
from retail.goods import Goods
from retail.pricing.rules import FixedPrice, Scope
from retail.pricing.window import Window
from retail.reductions import Reduction
from retail.snapshot import (
    RecordError,
    category_record,
    offer_record,
    product_record,
    read_category,
    read_instant,
    read_product,
    read_store,
    store_record,
    write_instant,
)
from retail.values import Gtin, Money, Place, check_digit

WORDS = st.text(min_size=1, max_size=20).filter(lambda t: bool(t.strip()))
TEXTS = st.builds(Text, WORDS, st.just("") | WORDS)
IDS = st.from_regex(r"[a-z0-9-]{1,9}", fullmatch=True)
PRICES = st.integers(0, 10**12).map(lambda minor: Money(minor, "IRR"))
GTINS = st.integers(0, 10**13 - 1).map(lambda n: Gtin(f"{n:013}" + str(check_digit(f"{n:013}"))))
INSTANTS = st.datetimes(datetime(2000, 1, 1), datetime(2199, 12, 31)).map(  # noqa: DTZ001
    lambda at: at.replace(microsecond=0, tzinfo=UTC)
)
REDUCTIONS = st.builds(
    lambda i, at, hours, off, members, fa: Reduction(
        i, at, at + timedelta(hours=hours), off, members, fa, ""
    ),
    IDS, INSTANTS, st.integers(1, 999), st.integers(1, 10_000), st.booleans(), st.text(max_size=9),
)  # fmt: skip
FIXED_PRICES = st.builds(
    lambda i, price, gtin, at, store, priority: FixedPrice(
        i, "to be said", price, gtin, Scope(frozenset(store), window=Window(at)), priority
    ),
    IDS, st.integers(0, 10**9), st.none() | GTINS, st.none() | INSTANTS, st.lists(IDS, max_size=1),
    st.integers(-9, 9),
)  # fmt: skip


def with_its_rules(
    product: Product, reductions: list[Reduction], prices: list[FixedPrice]
) -> Product:
    sku = product.sku
    return replace(
        product,
        offers=tuple(each.on(sku) for each in reductions),
        fixed_prices=tuple(replace(each, sku=sku) for each in prices),
    )


BARE_PRODUCTS = st.builds(
    Product,
    sku=st.from_regex(r"[A-Z0-9]{1,12}", fullmatch=True),
    name=TEXTS,
    category_id=WORDS,
    list_price=PRICES,
    packs=st.lists(
        st.builds(Pack, GTINS, st.integers(1, 99), st.none() | TEXTS, st.none() | PRICES),
        max_size=3,
    ).map(tuple),
    unit=TEXTS,
    brand=st.none() | TEXTS,
    note=st.none() | TEXTS,
    labels=st.lists(TEXTS, max_size=2).map(tuple),
    size=st.none() | st.builds(Size, st.integers(1, 10**6), st.sampled_from(MEASURES)),
    picture=st.just("") | st.from_regex(r"[0-9a-f]{64}", fullmatch=True),
    vat_basis_points=st.integers(0, 10_000),
    popularity=st.integers(0, 10**9),
    stock=st.lists(
        st.builds(Stock, WORDS, st.integers(-9, 999), INSTANTS), max_size=3
    ).map(tuple),
    place=st.none() | st.builds(Place, WORDS, st.text(max_size=4), st.text(max_size=4)),
    supplier=st.just("") | IDS,
    floor=st.none() | PRICES,
    reducible=st.booleans(),
    age_min=st.integers(0, 99),
)  # fmt: skip
PRODUCTS = st.builds(
    with_its_rules, BARE_PRODUCTS, st.lists(REDUCTIONS, max_size=2), st.lists(FIXED_PRICES, max_size=2)
)  # fmt: skip


def over_the_wire(record: dict[str, Any]) -> dict[str, Any]:
    line = json.dumps(record, ensure_ascii=False)
    assert "\n" not in line
    return json.loads(line)  # type: ignore[no-any-return]


@given(PRODUCTS)
def test_a_product_comes_back_as_it_was_written(product: Product) -> None:
    assert read_product(over_the_wire(product_record(product)), "IRR") == product


@given(st.builds(Category, WORDS, TEXTS, st.text(max_size=9), st.text(max_size=9)))
def test_a_category_comes_back_as_it_was_written(category: Category) -> None:
    assert read_category(over_the_wire(category_record(category))) == category


@given(st.builds(Store, WORDS, TEXTS, st.none() | TEXTS))
def test_a_store_comes_back_as_it_was_written(store: Store) -> None:
    assert read_store(over_the_wire(store_record(store))) == store


@given(INSTANTS)
def test_an_instant_comes_back_as_it_was_written(at: datetime) -> None:
    assert read_instant(write_instant(at)) == at


@pytest.mark.parametrize("text", ["2000-01-01T00:00:00Z", "2199-12-31T23:59:59Z"])
def test_the_first_and_the_last_instant_are_read(text: str) -> None:
    assert write_instant(read_instant(text)) == text


@pytest.mark.parametrize(
    "text",
    [
        "1999-12-31T23:59:59Z",
        "2000-01-01T00:00:00+03:30",
        "2200-01-01T00:00:00Z",
        "2199-12-31T23:59:59-00:01",
        "9999-12-31T23:59:59Z",
        "9999-12-31T23:59:59-12:00",
        "0001-01-01T00:00:00+14:00",
    ],
)
def test_an_instant_of_no_century_of_ours_is_refused(text: str) -> None:
    with pytest.raises(RecordError, match="Expected an instant in the years 2000 to 2199, got"):
        read_instant(text)


RICE: dict[str, Any] = {
    "kind": "product",
    "sku": "R-10",
    "name": {"fa": "برنج", "en": "Rice"},
    "category": "rice",
    "price": 14_250_000,
    "unit": {"fa": "کیسه"},
    "packs": [{"gtin": "04006381333931", "pieces": 1}],
}
OFFER: dict[str, Any] = {
    "id": "w1",
    "starts_at": "2026-11-23T08:30:00Z",
    "ends_at": "2026-11-24T08:30:00Z",
    "off_bp": 1_000,
}
NOON = datetime(2026, 11, 23, 8, 30, tzinfo=UTC)
STOCK: dict[str, Any] = {"store": "s1", "on_hand": 4, "counted_at": "2026-11-23T08:30:00Z"}


def test_the_least_that_a_product_needs() -> None:
    assert read_product(RICE, "IRR").packs == (Pack(Gtin("04006381333931")),)


@pytest.mark.parametrize("field", ["sku", "name", "category", "price", "unit"])
def test_a_field_that_is_missing_is_named(field: str) -> None:
    record = {key: value for key, value in RICE.items() if key != field}

    with pytest.raises(RecordError, match=f"Expected a field '{field}'"):
        read_product(record, "IRR")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"sku": 7}, "Expected str in 'sku', got 7"),
        ({"sku": ""}, "Expected a SKU"),
        ({"sku": " R-10"}, "Expected a SKU without spaces"),
        ({"name": "برنج"}, "name: Expected dict in 'name'"),
        ({"name": {"fa": " "}}, "name: Expected a Persian text"),
        ({"name": {"en": "Rice"}}, "name: Expected a field 'fa'"),
        ({"price": 1.5}, "Expected int in 'price', got 1.5"),
        ({"price": "5"}, "Expected int in 'price', got '5'"),
        ({"price": True}, "Expected int in 'price', got True"),
        ({"price": -1}, "Expected a price of 0 or more, got -1"),
        ({"packs": {}}, "Expected list in 'packs'"),
        ({"packs": [7]}, r"packs\[0\]: Expected an object with a field 'price', got 7"),
        ({"packs": [None]}, r"packs\[0\]: Expected an object"),
        ({"packs": [{"gtin": "04006381333932"}]}, r"packs\[0\]: Expected check digit 1"),
        ({"packs": [{"gtin": "04006381333931", "pieces": 0}]}, r"packs\[0\]: Expected at least 1"),
        ({"labels": ["new"]}, r"labels\[0\]: Expected an object with a field 'fa', got 'new'"),
        ({"size": [10]}, r"size: Expected int, str, got \[10\]"),
        ({"size": [1.5, "g"]}, r"size: Expected int, str, got"),
        ({"size": [0, "g"]}, "size: Expected a positive amount"),
        ({"size": [1, "mile"]}, "size: Expected a positive amount"),
        ({"place": ["4", "2"]}, "place: Expected str, str, str"),
        ({"place": [4, 2, 1]}, "place: Expected str, str, str"),
        ({"place": ["", "2", "1"]}, "place: Expected an aisle"),
        ({"vat_bp": 10_001}, "Expected VAT of 0 to 10000 bp, got 10001"),
        ({"offers": [OFFER | {"off_bp": 0}]}, r"offers\[0\]: Expected 1 to 10000 basis points"),
        ({"offers": [OFFER, OFFER | {"ends_at": "now"}]}, r"offers\[1\]: ends_at: Expected an instant"),
        ({"offers": [OFFER | {"starts_at": "2026-11-23T08:30:00"}]}, "starts_at: Expected an instant with its zone"),
        ({"offers": [OFFER | {"starts_at": "0001-01-01T00:00:00+14:00"}]}, "starts_at: Expected an instant"),
        ({"offers": [OFFER | {"ends_at": "9999-12-31T23:59:59Z"}]}, r"offers\[0\]: ends_at: Expected an instant in the years"),
        ({"offers": [OFFER | {"id": " "}]}, r"offers\[0\]: Expected an id"),
        ({"floor": -1}, "Expected a floor of 0 or more, got -1"),
        ({"floor": "free"}, "Expected int in 'floor'"),
        ({"age_min": 100}, "Expected an age of 0 to 99 years, got 100"),
        ({"reducible": 0}, "Expected bool in 'reducible'"),
        ({"supplier": None}, "Expected str in 'supplier'"),
        ({"prices": [7]}, r"prices\[0\]: Expected an object"),
        ({"prices": [{"id": "p", "price": -1}]}, r"prices\[0\]: fixed_price 'p': Expected a price of 0 or more"),
        ({"prices": [{"id": "p", "price": 1, "mood": "good"}]}, r"prices\[0\]: fixed_price 'p': .*mood"),
        ({"prices": [{"id": "p", "price": 1, "when": {"from": "2026-11-24T08:30:00Z", "to": "2026-11-23T08:30:00Z"}}]}, "Expected a start before the end"),
        ({"stock": [STOCK | {"on_hand": None}]}, r"stock\[0\]: Expected int in 'on_hand', got None"),
        ({"stock": [STOCK | {"counted_at": 5}]}, r"stock\[0\]: counted_at: Expected str"),
    ],
)  # fmt: skip
def test_a_field_that_is_wrong_is_named_with_what_was_expected(
    changes: dict[str, Any], message: str
) -> None:
    with pytest.raises(RecordError, match=message):
        read_product(RICE | changes, "IRR")


@pytest.mark.parametrize("record", [{}, {"id": "rice"}, {"id": 3, "name": {"fa": "x"}}])
def test_a_category_or_store_that_is_wrong_is_refused(record: dict[str, Any]) -> None:
    with pytest.raises(RecordError, match="Expected"):
        read_category(record)
    with pytest.raises(RecordError, match="Expected"):
        read_store(record)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)  # fmt: skip


@given(
    st.sampled_from([*RICE, "size", "place", "labels", "offers", "stock", "vat_bp", "brand"]), JSON
)
def test_whatever_stands_in_a_field_is_read_or_refused_by_name(field: str, value: Any) -> None:
    with contextlib.suppress(RecordError):
        read_product(RICE | {field: value}, "IRR")


def test_a_price_in_a_record_is_of_its_product() -> None:
    price = {"id": "p", "price": 5, "rule": "offer", "sku": "another"}
    (rule,) = read_product(RICE | {"prices": [price]}, "IRR").fixed_prices
    assert rule == FixedPrice("p", "R-10", 5)


def test_only_a_simple_reduction_travels_with_its_product() -> None:
    rule = Reduction("r", NOON, NOON + timedelta(1), 500).on("R-10")
    for other in (
        replace(rule, round_to=50),
        replace(rule, priority=1),
        replace(rule, goods=Goods.of("R-10", "R-11")),
        replace(rule, goods=Goods(categories=frozenset({"rice"}))),
        replace(rule, scope=Scope(groups=frozenset({"gold"}), window=rule.scope.window)),
        replace(rule, scope=Scope(window=Window(NOON))),
    ):
        with pytest.raises(ValueError, match="Expected a"):
            offer_record(other)


def test_a_pack_costs_its_own_price_or_its_pieces() -> None:
    rice = read_product(RICE, "IRR")
    six = Pack(Gtin("04006381333931"), pieces=6)
    boxed = Pack(Gtin("04006381333931"), pieces=6, price=Money(80_000_000, "IRR"))

    assert rice.pack_price(six) == Money(85_500_000, "IRR")
    assert rice.pack_price(boxed) == Money(80_000_000, "IRR")


def test_an_empty_name_cannot_be_made() -> None:
    with pytest.raises(CatalogueError, match="Expected a Persian text"):
        Text("", "Rice")
