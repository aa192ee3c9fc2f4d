"""What changed: written, read back the same, applied twice as once, what is wrong is named."""

import contextlib
import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retail.catalogue import Product, Text
from retail.fields import RecordError
from retail.segment import (
    DOINGS,
    SAME,
    Action,
    Change,
    Gone,
    SegmentHeading,
    action_record,
    change_record,
    gone_record,
    heading_record,
    is_gone,
    read_action,
    read_change,
    read_gone,
    read_heading,
)
from retail.snapshot import product_record, read_product
from retail.values import Money, Place
from tests.rules.test_snapshot_records import (
    INSTANTS,
    JSON,
    PRODUCTS,
    RICE,
    TEXTS,
    WORDS,
    over_the_wire,
)

CHANGES = st.builds(
    lambda product, price, stock, offers, place, prices: Change(
        product.sku,
        product.list_price if price else SAME,
        product.stock if stock else SAME,
        product.offers if offers else SAME,
        product.place if place else SAME,
        product.fixed_prices if prices else SAME,
    ),
    PRODUCTS, st.booleans(), st.booleans(), st.booleans(), st.booleans(), st.booleans(),
)  # fmt: skip
AT = datetime(2026, 11, 23, 8, 30, tzinfo=UTC)
PRODUCT: dict[str, Any] = RICE | {"place": ["1", "2", "3"], "stock": []}


@given(CHANGES)
def test_a_change_comes_back_as_it_was_written(change: Change) -> None:
    assert read_change(over_the_wire(change_record(change)), "IRR") == change


@given(PRODUCTS, CHANGES)
def test_a_change_made_twice_is_made_once(product: Product, change: Change) -> None:
    change = replace(change, sku=product.sku)
    once = change.of(product)
    assert change.of(once) == once


@given(PRODUCTS, PRODUCTS)
def test_the_parts_of_another_state_lead_to_it(before: Product, after: Product) -> None:
    change = Change(
        before.sku, after.list_price, after.stock, after.offers, after.place, after.fixed_prices
    )
    record, wanted = product_record(change.of(before)), product_record(after)
    for part in ("price", "stock", "offers", "place", "prices"):
        assert record.get(part) == wanted.get(part)
    assert change.of(before).name == before.name


def test_what_a_change_does_not_name_stays() -> None:
    product = read_product(PRODUCT, "IRR")
    assert Change("R-10").of(product) == product
    assert Change("R-10", price=Money(1, "IRR")).of(product).place == Place("1", "2", "3")


def test_no_place_any_more_is_told_apart_from_the_place_as_before() -> None:
    record = over_the_wire(change_record(Change("R-10", place=None)))
    assert record == {"kind": "change", "sku": "R-10", "place": None}
    assert read_change(record, "IRR").of(read_product(PRODUCT, "IRR")).place is None


def test_a_change_of_another_product_is_not_made() -> None:
    with pytest.raises(ValueError, match="Expected product 'R-11', got 'R-10'"):
        Change("R-11").of(read_product(PRODUCT, "IRR"))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"sku": ""}, "Expected a SKU"),
        ({"sku": 7}, "Expected str in 'sku'"),
        ({"price": -1}, "Expected a price of 0 or more, got -1"),
        ({"price": None}, "Expected int in 'price', got None"),
        ({"price": 1.0}, "Expected int in 'price'"),
        ({"stock": None}, "Expected list in 'stock'"),
        ({"stock": [{}]}, r"stock\[0\]: Expected a field 'store'"),
        ({"offers": [7]}, r"offers\[0\]: Expected an object"),
        ({"prices": None}, "Expected list in 'prices'"),
        ({"prices": [{"id": "p"}]}, r"prices\[0\]: fixed_price 'p': Expected a field 'price'"),
        ({"place": ["1"]}, "place: Expected str, str, str"),
        ({"place": ["", "", ""]}, "place: Expected an aisle"),
        ({"place": 4}, "Expected list in 'place'"),
    ],
)
def test_a_change_that_is_wrong_is_refused_by_name(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(RecordError, match=message):
        read_change({"kind": "change", "sku": "R-10"} | changes, "IRR")


@given(st.sampled_from(["sku", "price", "stock", "offers", "place", "prices"]), JSON)
def test_whatever_stands_in_a_change_is_read_or_refused(field: str, value: Any) -> None:
    with contextlib.suppress(RecordError):
        read_change({"kind": "change", "sku": "R-10"} | {field: value}, "IRR")


@pytest.mark.parametrize(
    "gone", [Gone("category", "tea"), Gone("store", "s"), Gone("rule", "r"), Gone("product", "1")]
)
def test_what_is_gone_comes_back_as_it_was_written(gone: Gone) -> None:
    record = over_the_wire(gone_record(gone))
    assert is_gone(record)
    assert read_gone(record) == gone


def test_a_whole_record_is_not_gone() -> None:
    assert not is_gone(RICE)


@pytest.mark.parametrize(
    "record",
    [
        {"kind": "product", "sku": "", "gone": True},
        {"kind": "product", "id": "1", "gone": True},
        {"kind": "category", "id": "tea", "gone": False},
        {"kind": "category", "id": "tea", "gone": 1},
        {"kind": "change", "sku": "1", "gone": True},
    ],
)
def test_what_is_wrongly_gone_is_refused(record: dict[str, Any]) -> None:
    with pytest.raises(RecordError, match="Expected"):
        read_gone(record)


@given(st.builds(SegmentHeading, *[st.text()] * 3, st.integers(1, 2**63 - 1), INSTANTS))
def test_a_heading_comes_back_as_it_was_written(heading: SegmentHeading) -> None:
    assert read_heading(over_the_wire(heading_record(heading))) == heading


@pytest.mark.parametrize(
    "changes", [{"kind": "catalogue"}, {"format": 1}, {"sequence": 0}, {"made_at": "now"}]
)
def test_another_heading_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(RecordError, match="Expected"):
        read_heading(heading_record(SegmentHeading("c", "s", "IRR", 1, AT)) | changes)


@given(
    st.builds(
        Action, st.uuids(), WORDS, st.sampled_from(DOINGS), INSTANTS, st.none() | TEXTS
    )
)  # fmt: skip
def test_an_action_comes_back_as_it_was_written(action: Action) -> None:
    assert read_action(over_the_wire(action_record(action))) == action


@pytest.mark.parametrize("changes", [{"do": "sing"}, {"id": "7"}, {"until": "soon"}, {"words": 1}])
def test_a_wrong_action_is_refused(changes: dict[str, Any]) -> None:
    action = Action(UUID(int=7), "k1", "restart", AT, Text("بعداً"))
    with pytest.raises(RecordError, match=r"Expected|id: "):
        read_action(action_record(action) | changes)


def test_the_records_are_told_apart_by_their_kinds() -> None:
    kinds = [
        heading_record(SegmentHeading("c", "s", "IRR", 1, AT))["kind"],
        change_record(Change("1"))["kind"],
        action_record(Action(UUID(int=1), "k", "restart", AT))["kind"],
    ]
    assert len({*kinds, "category", "store", "product", "end"}) == 7
    assert json.dumps(kinds) == '["segment", "change", "action"]'
