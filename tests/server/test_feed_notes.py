"""Whatever writes to the catalogue is noted by the database itself, on both engines."""

from __future__ import annotations

import threading
from functools import partial

import pytest
from django.core.management import call_command
from django.db import connection, transaction

from server.catalogue.models import Category, Offer, Pack, Place, Price, Product, Stock
from server.configuration import Configuration
from server.feed import triggers
from server.feed.models import Change, Feed, Touched
from server.feed.notes import forget_published, take, touched_for
from server.stores.models import Store
from tests.server.engines import EACH
from tests.server.feeding import beside, milk, notes, publish, published, segment, set_price
from tests.server.line import NOON

pytestmark = EACH


def forget() -> None:
    Change.objects.all().delete()


@pytest.fixture
def noted(chain: Configuration) -> Configuration:
    """A chain that nothing was touched in since."""
    publish(chain)
    assert notes() == set()
    return chain


def sql(statement: str, *values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def test_each_table_that_reaches_a_kiosk_is_noted(noted: Configuration) -> None:
    key, at = str(milk().pk), {"starts_at": NOON, "ends_at": NOON.replace(year=2027)}

    def after() -> set[tuple[str, str, str | None]]:
        found = notes()
        forget()
        return found

    Pack.objects.create(product=milk(), gtin="4006381333931")
    assert after() == {("product", key, None)}
    Price.objects.create(product=milk(), store_id="tehran-2", amount=5)
    assert after() == {("product", key, "tehran-2")}
    Stock.objects.create(product=milk(), store_id="tehran-2", on_hand=1, counted_at=NOON)
    assert after() == {("product", key, None)}
    Place.objects.create(product=milk(), store_id="tehran-1", aisle="4")
    assert after() == {("product", key, "tehran-1")}
    offer = Offer.objects.create(offer_id="o", name_fa="ت", off_basis_points=1, **at)
    assert after() == {("offer", "o", None)}
    offer.products.add(milk())
    assert after() == {("product", key, None)}
    Category.objects.create(category_id="tea", name_fa="چای")
    assert after() == {("category", "tea", None)}
    Store.objects.create(store_id="karaj", name_fa="کرج")
    assert after() == {("store", "karaj", None)}
    Product.objects.filter(sku="10001").update(name_fa="شیر تازه")
    assert after() == {("product", key, None)}


def test_what_is_written_in_bulk_is_noted(noted: Configuration) -> None:
    rows = [Product(sku=f"b{n}", name_fa="ک", unit_fa="ع", category_id="food") for n in range(50)]
    Product.objects.bulk_create(rows)
    assert {key for _, key, _ in notes()} == {str(row.pk) for row in rows}
    forget()
    Product.objects.filter(sku__startswith="b").update(popularity=7)
    assert len(notes()) == 50
    forget()
    for row in rows:
        row.note_fa = "تازه"
    Product.objects.bulk_update(rows, ["note_fa"])
    assert len(notes()) == 50


def test_sql_by_hand_is_noted(noted: Configuration) -> None:
    key = str(milk().pk)
    sql("UPDATE catalogue_price SET amount = amount + 1")
    assert notes() == {("product", key, None)}
    forget()
    sql("DELETE FROM catalogue_pack WHERE product_id = %s", milk().pk)
    assert notes() == {("product", key, None)}


def test_what_is_deleted_with_something_else_is_noted(noted: Configuration) -> None:
    key = str(milk().pk)
    milk().delete()
    assert ("product", key, None) in notes()
    forget()
    Price.objects.create(
        product=Product.objects.create(sku="2", name_fa="ک", unit_fa="ع", category_id="food"),
        store_id="tehran-2",
        amount=1,
    )
    forget()
    Store.objects.get(pk="tehran-2").delete()
    assert {("store", "tehran-2", None)} < notes()
    assert any(kind == "product" for kind, _, _ in notes())


def test_a_row_that_moves_is_noted_where_it_was_and_where_it_is(noted: Configuration) -> None:
    tea = Product.objects.create(sku="2", name_fa="چای", unit_fa="ع", category_id="food")
    forget()
    Pack.objects.update(product=tea)
    assert notes() == {("product", str(milk().pk), None), ("product", str(tea.pk), None)}
    forget()
    Price.objects.update(store="tehran-1")
    both = {("product", str(milk().pk), None), ("product", str(milk().pk), "tehran-1")}
    assert notes() == both


def test_an_update_that_inserts_is_noted(noted: Configuration) -> None:
    row = [Price(product=milk(), store_id="tehran-1", amount=9)]
    for _ in range(2):
        Price.objects.bulk_create(
            row,
            update_conflicts=True,
            unique_fields=["product", "store"],
            update_fields=["amount"],
        )
        assert notes() == {("product", str(milk().pk), "tehran-1")}
        forget()


def test_what_is_taken_back_is_not_noted(noted: Configuration) -> None:
    with transaction.atomic():
        set_price(1)
        assert len(notes()) == 1
        transaction.set_rollback(True)
    assert notes() == set()


def test_what_reaches_no_kiosk_is_not_noted(noted: Configuration) -> None:
    call_command("clearsessions")
    Feed.objects.update(wanted_at=NOON)
    assert notes() == set()


def test_notes_are_taken_once_and_kept_until_every_store_is_done(noted: Configuration) -> None:
    set_price(1)
    set_price(2)
    batch = take()
    assert notes() == set()
    assert take() == batch
    assert Touched.objects.filter(batch=batch).count() == 1  # each thing once a batch
    Feed.objects.filter(pk="tehran-1").update(batch=batch)
    forget_published()
    assert not touched_for("tehran-1", batch)
    assert touched_for("tehran-2", batch - 1).products == {milk().pk}
    Feed.objects.update(batch=batch)
    forget_published()
    assert not Touched.objects.exists()


def test_a_change_still_under_way_is_published_next_and_not_lost(
    noted: Configuration, engine: str
) -> None:
    Product.objects.create(sku="2", name_fa="چای", unit_fa="ع", category_id="food")
    Price.objects.create(product=Product.objects.get(sku="2"), amount=7)
    publish(noted)
    changed, go_on = threading.Event(), threading.Event()

    def slowly() -> None:
        with transaction.atomic():
            set_price(111)
            changed.set()
            assert go_on.wait(20)

    with beside(slowly):
        assert changed.wait(20)
        if engine == "sqlite":  # has one writer: whoever publishes waits for the other
            with beside(partial(publish, noted)):
                go_on.set()
        else:
            set_price(222, sku="2")
            assert [r["sku"] for r in published(noted)] == ["2"]
            go_on.set()
    publish(noted)
    said = [r for n in numbers_from(3) for r in segment(noted, n)]
    assert {"kind": "change", "sku": "10001", "price": 111} in said


def numbers_from(first: int) -> range:
    return range(first, Feed.objects.get(pk="tehran-1").sequence + 1)


def test_a_segment_has_all_of_another_transaction_or_nothing(noted: Configuration) -> None:
    """Notes taken before it commits, rows read after: both its products, or neither."""
    tea = Product.objects.create(sku="2", name_fa="چای", unit_fa="ع", category_id="food")
    Price.objects.create(product=tea, amount=1)
    publish(noted)
    stop = threading.Event()

    def always_both() -> None:
        amount = 1
        while not stop.is_set() and amount < 2_000:
            amount += 1
            with transaction.atomic():
                set_price(amount)
                set_price(amount, sku="2")

    seen: dict[str, int] = {"10001": 540_000, "2": 1}
    with beside(always_both):
        for _ in range(15):
            for record in published(noted):
                seen[record["sku"]] = record["price"]
            assert seen["10001"] == seen["2"] or seen["2"] == 1
        stop.set()


def test_a_table_made_anew_gets_its_triggers_back_and_all_is_compared(
    noted: Configuration,
) -> None:
    triggers.remove(connection)
    set_price(333)
    assert notes() == set()
    call_command("migrate", verbosity=0, interactive=False)
    assert triggers.missing(connection) == set()
    assert notes() == {("all", "", None)}
    assert published(noted) == [{"kind": "change", "sku": "10001", "price": 333}]
    call_command("migrate", verbosity=0, interactive=False)
    assert notes() == set()


def test_the_migrations_go_back_and_forward(noted: Configuration) -> None:
    call_command("migrate", "feed", "0001", verbosity=0, interactive=False)
    assert len(triggers.missing(connection)) >= 27
    set_price(1)
    assert notes() == set()
    call_command("migrate", "feed", "zero", verbosity=0, interactive=False)
    set_price(2)
    assert "feed_change" not in connection.introspection.table_names()
    call_command("migrate", verbosity=0, interactive=False)
    assert triggers.missing(connection) == set()
    assert notes() == {("all", "", None)}  # by which the feed of an older server begins by itself
    # above the number of the snapshot that kiosks may have
    assert [done.sequence for done in publish(noted).values()] == [2, 2]


def test_emptying_a_table_is_noted_as_everything(noted: Configuration, engine: str) -> None:
    if engine == "sqlite":
        sql("DELETE FROM catalogue_pack")
        assert notes() == {("product", str(milk().pk), None)}
    else:
        sql("TRUNCATE catalogue_pack")
        assert notes() == {("all", "", None)}
    record = published(noted)[0]
    assert (record["kind"], record["sku"], record.get("packs")) == ("product", "10001", None)
