"""What is published: only what differs, in numbers without a hole, as files that fit their rows."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
import zstandard
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from django.db import connection, transaction

from server.catalogue.models import Category, Offer, Pack, Place, Price, Product, Stock
from server.configuration import Configuration
from server.feed import publish as publishing
from server.feed.files import segment_file, whole_file
from server.feed.models import Feed, PublishedProduct, Segment, Whole
from server.feed.publisher import Publisher
from server.feed.wholes import begin
from server.snapshots.writing import signed_bytes
from server.stores.models import Store
from tests.server.engines import EACH
from tests.server.feeding import (
    milk,
    publish,
    published,
    segment,
    segments,
    sequence,
    set_price,
)
from tests.server.line import NOON


@pytest.fixture
def begun(chain: Configuration) -> Configuration:
    publish(chain)
    return chain


def new_tea(sku: str = "2", **more: Any) -> Product:
    tea = Product.objects.create(sku=sku, name_fa="چای", unit_fa="بسته", category_id="food", **more)
    Price.objects.create(product=tea, amount=7)
    return tea


def kinds(records: list[dict[str, Any]]) -> list[tuple[str, str]]:
    return [(each["kind"], each.get("sku") or each.get("id", "")) for each in records]


@EACH
def test_the_first_number_is_a_snapshot_and_the_next_a_segment(chain: Configuration) -> None:
    first = publish(chain)
    assert [(done.sequence, done.new) for done in first.values()] == [(1, True), (1, True)]
    assert (segments(), Whole.objects.filter(store="tehran-1").count()) == ([], 1)
    packed = whole_file(chain, "tehran-1", 1, "records").read_bytes()
    skus = [json.loads(line).get("sku") for line in gzip.decompress(packed).splitlines()]
    assert "10001" in skus
    set_price(5)
    assert published(chain) == [{"kind": "change", "sku": "10001", "price": 5}]
    assert segments() == [2]


@EACH
def test_publishing_without_a_difference_makes_nothing(begun: Configuration) -> None:
    assert published(begun) == []
    Price.objects.update(amount=540_000)  # as it was
    set_price(1)
    set_price(540_000)
    Product.objects.update(popularity=99)  # of no part
    assert published(begun) == []
    assert sequence() == 1


def test_each_part_travels_alone(begun: Configuration) -> None:
    Stock.objects.create(product=milk(), store_id="tehran-2", on_hand=3, counted_at=NOON)
    stock = [{"store": "tehran-2", "on_hand": 3, "counted_at": "2026-11-23T08:30:00Z"}]
    assert published(begun) == [{"kind": "change", "sku": "10001", "stock": stock}]
    Place.objects.create(product=milk(), store_id="tehran-1", aisle="4")
    place = ["4", "", ""]
    assert published(begun) == [{"kind": "change", "sku": "10001", "place": place}]
    Place.objects.all().delete()
    assert published(begun) == [{"kind": "change", "sku": "10001", "place": None}]
    set_price(9)
    Stock.objects.all().delete()
    change = {"kind": "change", "sku": "10001", "price": 9, "stock": []}
    assert published(begun) == [change]


def test_an_offer_comes_to_its_products_and_goes(begun: Configuration) -> None:
    offer = Offer.objects.create(
        offer_id="o", name_fa="ت", starts_at=NOON, ends_at=NOON + timedelta(1), off_basis_points=500
    )
    assert published(begun) == []
    offer.products.add(milk())
    (change,) = published(begun)
    assert [each["off_bp"] for each in change["offers"]] == [500]
    Offer.objects.update(off_basis_points=700)
    (change,) = published(begun)
    assert [each["off_bp"] for each in change["offers"]] == [700]
    offer.delete()
    assert published(begun) == [{"kind": "change", "sku": "10001", "offers": []}]


@EACH
def test_words_and_packs_make_a_whole_record(begun: Configuration) -> None:
    Pack.objects.create(product=milk(), gtin="4006381333931", pieces=6)
    (record,) = published(begun)
    assert (record["kind"], len(record["packs"])) == ("product", 2)
    Product.objects.update(name_en="Milk")
    (record,) = published(begun)
    assert (record["kind"], record["name"]["en"], record["price"]) == ("product", "Milk", 540_000)


def test_a_product_comes_with_its_price_and_goes_with_it(begun: Configuration) -> None:
    tea = Product.objects.create(sku="2", name_fa="چای", unit_fa="بسته", category_id="food")
    assert published(begun) == []
    price = Price.objects.create(product=tea, store_id="tehran-1", amount=7)
    assert kinds(published(begun)) == [("product", "2")]
    assert sequence("tehran-2") == 1  # does not sell it
    price.delete()
    assert published(begun) == [{"kind": "product", "sku": "2", "gone": True}]
    assert not PublishedProduct.objects.filter(sku="2").exists()


def test_a_deleted_product_is_gone_and_one_with_another_sku_is_another(
    begun: Configuration,
) -> None:
    Product.objects.filter(sku="10001").update(sku="20001")
    gone = {"kind": "product", "sku": "10001", "gone": True}
    records = published(begun)
    assert (records[0], kinds(records[1:])) == (gone, [("product", "20001")])
    Product.objects.get(sku="20001").delete()
    assert published(begun) == [{"kind": "product", "sku": "20001", "gone": True}]


def test_a_sku_that_goes_from_one_product_to_another_is_not_gone(begun: Configuration) -> None:
    tea, coffee = new_tea("2"), new_tea("3")
    publish(begun)
    with transaction.atomic():
        Product.objects.filter(pk=tea.pk).update(sku="4")
        Product.objects.filter(pk=coffee.pk).update(sku="2")
    records = published(begun)
    assert kinds(records) == [("product", "3"), ("product", "2"), ("product", "4")]
    assert [each.get("gone", False) for each in records] == [True, False, False]


def test_a_price_of_one_store_is_published_there_alone(begun: Configuration) -> None:
    Price.objects.create(product=milk(), store_id="tehran-2", amount=5)
    done = publish(begun)
    assert [(each.sequence, each.new) for each in done.values()] == [(1, False), (2, True)]


def test_categories_come_all_or_none_in_their_order(begun: Configuration) -> None:
    Category.objects.create(category_id="tea", name_fa="چای", position=0)
    every = [("category", "dairy"), ("category", "food"), ("category", "tea")]
    assert sorted(kinds(published(begun))) == every
    Category.objects.filter(pk="food").update(position=9)
    assert kinds(published(begun)) == [("category", key) for key in ("tea", "food", "dairy")]
    Category.objects.get(pk="tea").delete()
    records = published(begun)
    assert records[-1] == {"kind": "category", "id": "tea", "gone": True}
    assert kinds(records[:-1]) == [("category", "food"), ("category", "dairy")]


def test_a_store_comes_changes_and_goes(begun: Configuration) -> None:
    Store.objects.create(store_id="karaj", name_fa="کرج")
    assert kinds(published(begun)) == [("store", "karaj")]
    Store.objects.filter(pk="karaj").update(name_en="Karaj")
    assert published(begun)[0]["name"] == {"fa": "کرج", "en": "Karaj"}
    Store.objects.get(pk="karaj").delete()
    assert published(begun) == [{"kind": "store", "id": "karaj", "gone": True}]


def test_a_new_store_begins_at_1_and_misses_nothing_touched_meanwhile(
    begun: Configuration,
) -> None:
    Store.objects.create(store_id="karaj", name_fa="کرج")
    publish(begun)
    assert (sequence("karaj"), sequence()) == (1, 2)
    set_price(3)
    publish(begun)
    assert (sequence("karaj"), sequence()) == (2, 3)
    assert segment(begun, 2, "karaj") == segment(begun, 3)


@EACH
def test_the_manifest_is_signed_and_fits_the_file(begun: Configuration) -> None:
    set_price(5)
    publish(begun)
    manifest = Segment.objects.get(store="tehran-1").manifest
    file = segment_file(begun, "tehran-1", 2).read_bytes()
    assert manifest["sha256"] == hashlib.sha256(file).hexdigest()
    assert (manifest["size"], manifest["form"]) == (len(file), "segment")
    assert manifest["unpacked"] == len(zstandard.decompress(file))
    key = load_pem_public_key((begun.data_dir / "signing.pub").read_bytes())
    signature = base64.b64decode(manifest["signature"])
    key.verify(signature, signed_bytes(manifest))  # type: ignore[union-attr,call-arg]


@EACH
def test_many_that_publish_at_once_give_each_number_once(begun: Configuration) -> None:
    def run(amount: int) -> None:
        try:
            set_price(amount)
            publish(begun)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(run, range(1, 13)))
    publish(begun)
    assert segments() == list(range(2, sequence() + 1))
    last = segment(begun, sequence())
    price = Price.objects.get(product__sku="10001").amount
    assert last == [{"kind": "change", "sku": "10001", "price": price}]


@EACH
@pytest.mark.parametrize("at", ["move", "write_manifest", "announce"])
def test_a_fault_between_file_and_row_leaves_the_number_and_all_notes(
    begun: Configuration, monkeypatch: pytest.MonkeyPatch, at: str
) -> None:
    real = getattr(publishing, at)

    def fail(*arguments: Any) -> None:
        real(*arguments)
        raise OSError("No space left on device")

    set_price(5)
    with monkeypatch.context() as patched:
        patched.setattr(publishing, at, fail)
        with pytest.raises(OSError, match="No space"):
            publish(begun)
    assert (sequence(), segments()) == (1, [])
    set_price(6)  # what was begun is not what is now
    assert published(begun) == [{"kind": "change", "sku": "10001", "price": 6}]
    assert sequence() == 2


@EACH
def test_everything_is_compared_after_a_note_that_says_so(begun: Configuration) -> None:
    new_tea("2")
    publish(begun)
    PublishedProduct.objects.filter(sku="2").update(digests=bytes(40))
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO feed_change (kind, key) VALUES ('all', '')")
    assert kinds(published(begun)) == [("product", "2")]


@EACH
def test_a_feed_begun_anew_numbers_on_from_above(begun: Configuration) -> None:
    set_price(5)
    publish(begun)
    assert begin("tehran-1", Publisher.of(begun), NOON, above=100) == 101
    assert (segments(), sequence()) == ([], 101)
    set_price(6)
    assert published(begun) == [{"kind": "change", "sku": "10001", "price": 6}]
    assert segments() == [102]


@EACH
def test_segments_lead_from_one_snapshot_to_the_next(begun: Configuration) -> None:
    """Applying what was published gives what a snapshot says, whatever happened between."""
    from retail.segment import is_gone, read_change
    from retail.snapshot import product_record, read_product
    from server.snapshots.publish import publish as publish_by_hand

    def snapshot(number: int) -> dict[str, Any]:
        packed = whole_file(begun, "tehran-1", number, "records").read_bytes()
        lines = map(json.loads, gzip.decompress(packed).splitlines())
        return {each["sku"]: each for each in lines if each["kind"] == "product"}

    state = snapshot(1)
    for n in range(12):
        tea = new_tea(f"t{n}")
        set_price(n * 10)
        if n % 3 == 0:
            Stock.objects.create(product=tea, store_id="tehran-1", on_hand=n, counted_at=NOON)
        if n % 4 == 3:
            Product.objects.get(sku=f"t{n - 2}").delete()
            Place.objects.create(product=tea, store_id="tehran-1", aisle=str(n))
        for record in published(begun):
            match record["kind"]:
                case "product" if is_gone(record):
                    del state[record["sku"]]
                case "product":
                    state[record["sku"]] = record
                case "change":
                    before = read_product(state[record["sku"]], "IRR")
                    after = read_change(record, "IRR").of(before)
                    state[record["sku"]] = product_record(after)
    (done, _) = publish_by_hand(begun, NOON)
    assert not done.new
    assert snapshot(done.sequence) == state


def test_a_feed_whose_first_snapshot_was_cut_short_begins_again(
    chain: Configuration, monkeypatch: pytest.MonkeyPatch
) -> None:
    from server.feed import wholes

    def fail(*_: Any) -> None:
        raise OSError("No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(wholes, "move", fail)
        with pytest.raises(OSError, match="No space"):
            publish(chain)
    assert Feed.objects.get(pk="tehran-1").sequence == 0
    assert list((chain.snapshots_dir / "tehran-1").iterdir()) == []
    assert publish(chain)["tehran-1"].sequence == 1


KILLED = """
import os, signal, sys
import django
django.setup()
from django.conf import settings
from django.utils import timezone
from server.feed import publish
from server.feed.publisher import Publisher
setattr(publish, sys.argv[1], lambda *_: os.kill(os.getpid(), signal.SIGKILL))
publish.publish_all(Publisher.of(settings.CONFIGURATION), timezone.now())
"""


@pytest.mark.parametrize("at", ["write_segment", "write_manifest", "announce"])
def test_a_publisher_killed_in_the_middle_has_published_nothing(
    begun: Configuration, at: str
) -> None:
    set_price(5)
    environment = {
        **os.environ,
        "PISHKHAN_SERVER_DATA_DIR": str(begun.data_dir),
        "DJANGO_SETTINGS_MODULE": "server.settings",
    }
    run = subprocess.run([sys.executable, "-c", KILLED, at], env=environment, timeout=60)
    assert run.returncode == -signal.SIGKILL
    assert segment_file(begun, "tehran-1", 2).exists() == (at != "write_segment")
    assert (sequence(), segments()) == (1, [])
    assert published(begun) == [{"kind": "change", "sku": "10001", "price": 5}]
    assert segments() == [2]
