"""Values of sealed rows are made without checks, and are the same values: docs/catalogue.md, 3."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from contextlib import closing
from dataclasses import FrozenInstanceError, fields
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.storage import Catalogue, build
from kiosk.storage.trusted import trusting
from retail.catalogue import MEASURES, CatalogueError, Pack, Product, Size, Stock, Text
from retail.pricing.rules import FixedPrice
from retail.reductions import Reduction
from retail.values import Gtin, InvalidGtinError, Money, Place
from tests.storage.conftest import Snapshot
from tests.storage.shop import BARE, CATEGORIES, FULL, NOON, STORES, gtin

VALUES = [
    FULL, BARE, FULL.packs[1], FULL.stock[0], FULL.name, FULL.list_price, FULL.packs[0].gtin,
    FULL.place, FULL.size, FULL.offers[0], FULL.offers[0].goods,
]  # fmt: skip


def parts_of(value: Any) -> list[Any]:
    return [getattr(value, each.name) for each in fields(value)]


@pytest.mark.parametrize("value", VALUES, ids=lambda value: type(value).__name__)
def test_a_trusted_value_is_the_checked_one_in_every_way(value: Any) -> None:
    made = trusting(type(value))(*parts_of(value))

    assert type(made) is type(value)
    assert made == value
    assert hash(made) == hash(value)
    assert repr(made) == repr(value)
    assert pickle.loads(pickle.dumps(made)) == copy.deepcopy(made) == value


def test_a_trusted_value_cannot_be_changed_either() -> None:
    made = trusting(Money)(5, "IRR")

    with pytest.raises(FrozenInstanceError):
        made.minor = 6  # type: ignore[misc]
    assert made + Money(1, "IRR") == Money(6, "IRR")


@pytest.mark.parametrize("parts", [(), ("آب",), ("آب", "water", "eau")])
def test_a_trusted_value_has_all_its_parts(parts: tuple[str, ...]) -> None:
    with pytest.raises(TypeError):
        trusting(Text)(*parts)


def test_trusting_takes_no_check_from_the_values_themselves() -> None:
    trusting(Gtin)("not checked"), trusting(Text)("", "")

    with pytest.raises(InvalidGtinError):
        Gtin("04006381333932")
    with pytest.raises(CatalogueError):
        Text("")
    with pytest.raises(CatalogueError):
        Product(**{each.name: getattr(FULL, each.name) for each in fields(FULL)} | {"sku": " "})


# ---- whatever a snapshot may hold comes out of the file as it went in

NUMBERS = st.integers(0, 1 << 50)
WORDING = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12)
TEXT = st.builds(Text, WORDING.filter(str.strip), WORDING)
MONEY = st.builds(Money, NUMBERS, st.just("IRR"))
INSTANT = st.integers(0, 10**8).map(lambda seconds: NOON + timedelta(seconds=seconds))
STOCK = st.builds(
    Stock, st.sampled_from([s.store_id for s in STORES]), st.integers(-50, 10**6), INSTANT
)
OFFER = st.builds(
    Reduction, WORDING.map(str.strip).filter(bool), st.just(NOON), INSTANT.map(lambda at: at + timedelta(seconds=1)),
    st.integers(1, 10_000), st.booleans(), WORDING, WORDING,
)  # fmt: skip


@st.composite
def assortments(draw: st.DrawFn) -> list[Product]:
    """Draw some products, each with its own SKU and GTINs."""
    made = []
    for i in range(draw(st.integers(1, 4))):
        more = draw(
            st.lists(st.tuples(st.integers(1, 99), TEXT | st.none(), MONEY | st.none()), max_size=3)
        )
        sku = f"{draw(st.text('aB-۱/ ', max_size=5))}#{i}".strip()
        made.append(
            Product(
                sku=sku,
                name=draw(TEXT),
                category_id=draw(st.sampled_from([c.category_id for c in CATEGORIES])),
                list_price=draw(MONEY),
                packs=tuple(Pack(gtin(i * 10 + j), *each) for j, each in enumerate(more)),
                unit=draw(TEXT),
                brand=draw(TEXT | st.none()),
                note=draw(TEXT | st.none()),
                labels=tuple(draw(st.lists(TEXT, max_size=3))),
                size=draw(st.builds(Size, st.integers(1, 10**6), st.sampled_from(MEASURES)) | st.none()),
                picture=draw(st.sampled_from(["", FULL.picture])),
                vat_basis_points=draw(st.integers(0, 10_000)),
                popularity=draw(NUMBERS),
                stock=tuple(draw(st.lists(STOCK, max_size=2, unique_by=lambda s: s.store_id))),
                place=draw(st.builds(Place, WORDING.filter(bool), WORDING, WORDING) | st.none()),
                offers=tuple(each.on(sku) for each in draw(st.lists(OFFER, max_size=2))),
                supplier=draw(WORDING),
                floor=draw(MONEY | st.none()),
                reducible=draw(st.booleans()),
                age_min=draw(st.integers(0, 99)),
                fixed_prices=tuple(
                    FixedPrice("p", sku, price) for price in draw(st.lists(NUMBERS, max_size=2))
                ),
            )
        )  # fmt: skip
    return made


@given(assortments())
@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None
)
def test_any_product_comes_out_as_it_went_in(
    snapshot: Snapshot, tmp_path: Path, assortment: list[Product]
) -> None:
    build(snapshot(*assortment), tmp_path / "catalogue.db")

    with closing(Catalogue(tmp_path / "catalogue.db")) as opened:
        assert [opened.by_sku(each.sku) for each in assortment] == assortment
        assert set(opened.products_in("", 10)[0]) == set(assortment)
        for each in assortment:
            assert [opened.by_gtin(pack.gtin) for pack in each.packs] == [
                (each, pack) for pack in each.packs
            ]


def test_an_instant_is_aware_and_utc(open_full: Callable[[], Product]) -> None:
    (here, _), (offer, _) = open_full().stock, open_full().offers

    assert here.counted_at.tzinfo is UTC
    assert here.counted_at == datetime(2026, 11, 23, 8, 30, tzinfo=UTC)
    assert offer.scope.window.starts_at is not None
    assert offer.scope.window.starts_at.tzinfo is UTC


def test_what_products_share_is_one_value(open_full: Callable[[], Product]) -> None:
    one, other = open_full(), open_full()

    assert one is not other
    assert one.brand is other.brand
    assert one.place is other.place
    assert one.offers[0].scope is other.offers[0].scope


@pytest.fixture
def open_full(catalogue: Any) -> Callable[[], Product]:
    opened = catalogue(FULL)

    def read() -> Product:
        found: Product = opened.by_sku(FULL.sku)
        return found

    return read
