import gzip
import hashlib
import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction

from retail.catalogue import Product as CatalogueProduct
from retail.snapshot import read_product
from retail.values import Place as ShelfPlace
from server.catalogue.models import Category, Offer, Place, Price, Product, Stock
from server.configuration import Configuration
from server.feed import publish as publishing
from server.keys import SecretMissingError, signing_key
from server.snapshots.models import Snapshot
from server.snapshots.publish import publish, publish_store, snapshot_file
from tests.server.line import NOON


def records(chain: Configuration, store: str = "tehran-1", sequence: int = 1) -> list[Any]:
    file = snapshot_file(chain, store, sequence)
    return [json.loads(line) for line in gzip.decompress(file.read_bytes()).splitlines()]


def products(chain: Configuration, *place: Any) -> dict[str, CatalogueProduct]:
    read = [read_product(r, "IRR") for r in records(chain, *place) if r["kind"] == "product"]
    return {product.sku: product for product in read}


def milk() -> Product:
    return Product.objects.get(sku="10001")


def test_each_store_gets_its_own_snapshot_with_parents_before_children(
    chain: Configuration,
) -> None:
    done = publish(chain, NOON)
    assert [(store.store_id, store.sequence, store.new) for store in done] == [
        ("tehran-1", 1, True),
        ("tehran-2", 1, True),
    ]
    read = records(chain)
    assert [(r["kind"], r.get("id") or r.get("sku")) for r in read] == [
        ("catalogue", None),
        ("category", "food"),
        ("category", "dairy"),
        ("store", "tehran-1"),
        ("store", "tehran-2"),
        ("product", "10001"),
        ("end", None),
    ]
    assert read[-1]["records"] == len(read) - 2


def test_the_manifest_describes_the_file(chain: Configuration) -> None:
    publish(chain, NOON)
    file = snapshot_file(chain, "tehran-1", 1).read_bytes()
    manifest = Snapshot.objects.get(store="tehran-1").manifest
    assert manifest["sha256"] == hashlib.sha256(file).hexdigest()
    assert manifest["size"] == len(file)


def test_publishing_twice_without_a_change_makes_nothing(chain: Configuration) -> None:
    publish(chain, NOON)
    again = publish(chain, NOON + timedelta(hours=1))
    assert [(store.sequence, store.new) for store in again] == [(1, False), (1, False)]
    assert Snapshot.objects.count() == 2


def test_a_change_in_one_store_makes_a_snapshot_for_that_store_alone(chain: Configuration) -> None:
    publish(chain, NOON)
    Price.objects.create(product=milk(), store_id="tehran-2", amount=500_000)
    again = publish(chain, NOON)
    assert [(store.sequence, store.new) for store in again] == [(1, False), (2, True)]
    assert products(chain, "tehran-2", 2)["10001"].list_price.minor == 500_000
    assert products(chain, "tehran-1", 1)["10001"].list_price.minor == 540_000


def test_a_product_without_a_price_in_the_store_is_left_out_and_counted(
    chain: Configuration,
) -> None:
    tea = Product.objects.create(sku="1", name_fa="چای", unit_fa="بسته", category_id="food")
    Price.objects.create(product=tea, store_id="tehran-2", amount=1)
    assert [store.unpriced for store in publish(chain, NOON)] == [1, 0]
    assert products(chain).keys() == {"10001"}
    assert products(chain, "tehran-2").keys() == {"1", "10001"}


def test_a_free_product_is_no_product_without_a_price(chain: Configuration) -> None:
    Price.objects.create(product=milk(), store_id="tehran-1", amount=0)
    publish(chain, NOON)
    assert products(chain)["10001"].list_price.minor == 0


def test_stock_of_all_stores_and_the_place_in_this_one_are_told(chain: Configuration) -> None:
    for store, on_hand in (("tehran-2", 0), ("tehran-1", 5)):
        Stock.objects.create(product=milk(), store_id=store, on_hand=on_hand, counted_at=NOON)
        Place.objects.create(product=milk(), store_id=store, aisle=store[-1], bay="2")
    publish(chain, NOON)
    product = products(chain)["10001"]
    assert [(s.store_id, s.on_hand, s.counted_at) for s in product.stock] == [
        ("tehran-1", 5, NOON),
        ("tehran-2", 0, NOON),
    ]
    assert product.place == ShelfPlace("1", "2", "")


def test_offers_of_the_store_and_the_chain_are_told_until_they_are_past(
    chain: Configuration,
) -> None:
    for name, store, days in (
        ("all", None, 1),
        ("here", "tehran-1", 1),
        ("there", "tehran-2", 1),
        ("past", None, 0),
    ):
        offer = Offer.objects.create(
            offer_id=name,
            name_fa="تخفیف",
            store_id=store,
            starts_at=NOON - timedelta(1),
            ends_at=NOON + timedelta(days),
            off_basis_points=500,
        )
        offer.products.add(milk())
    publish(chain, NOON)
    assert [offer.rule_id for offer in products(chain)["10001"].offers] == ["all", "here"]


def test_two_publishings_at_once_give_each_sequence_once(chain: Configuration) -> None:
    key = signing_key(chain.data_dir)

    def run(amount: int) -> None:
        try:
            Price.objects.filter(product__sku="10001").update(amount=amount)
            publish_store("tehran-1", chain, key, NOON)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(run, range(1, 5)))
    sequences = list(Snapshot.objects.filter(store="tehran-1").values_list("sequence", flat=True))
    assert sequences == list(range(len(sequences), 0, -1))
    assert all(snapshot_file(chain, "tehran-1", n).is_file() for n in sequences)


def test_a_publishing_that_fails_leaves_the_last_snapshot_and_its_number(
    chain: Configuration, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(chain, NOON)
    Price.objects.update(amount=1)

    def full(*_: object) -> None:
        raise OSError("No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(publishing, "move", full)
        with pytest.raises(OSError, match="No space"):
            publish(chain, NOON)
    assert Snapshot.objects.get(store="tehran-1").sequence == 1
    assert publish(chain, NOON)[0].sequence == 2


def test_only_the_newest_snapshots_are_kept_and_numbers_never_come_again(
    chain: Configuration,
) -> None:
    for amount in range(7):
        Price.objects.update(amount=amount)
        publish(chain, NOON)
    kept = list(Snapshot.objects.filter(store="tehran-1").values_list("sequence", flat=True))
    assert kept == [7, 6, 5]
    assert {file.name for file in (chain.snapshots_dir / "tehran-1").iterdir()} == {
        f"{n}.ndjson.gz" for n in kept
    }


def test_without_a_signing_key_nothing_is_published(chain: Configuration) -> None:
    (chain.data_dir / "signing.key").unlink()
    with pytest.raises(SecretMissingError):
        publish(chain, NOON)
    assert not Snapshot.objects.exists()


def test_no_statement_is_sent_for_each_single_product(
    chain: Configuration, django_statements: list[str]
) -> None:
    category = Category.objects.get(pk="food")
    with transaction.atomic():
        rows = [
            Product(sku=f"p{n}", name_fa="ک", unit_fa="ع", category=category) for n in range(300)
        ]
        Product.objects.bulk_create(rows)
        Price.objects.bulk_create([Price(product=row, amount=1) for row in rows])
    before = len(django_statements)
    publish(chain, NOON)
    assert len(django_statements) - before < 150  # of two stores, whatever they sell
