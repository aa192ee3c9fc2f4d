"""What the feed weighs and how fast it is: a day's changes, one change, a push to all kiosks.

Makes ``build/bench/feed-1000000/`` once: a server on SQLite with the generated catalogue of one
store. Then measures, in this process, what publishing one price and a day's 10,500 changes takes
and weighs beside the snapshot, and last, ``tools.bench.push``, how soon 2,000 listening kiosks
have a new price. Beside the wall clock stands what this process took of the processor.

    python -m tools.bench.feed [--products N] [--listeners N]
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import islice
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

from retail.catalogue import Pack, Product, Stock
from retail.values import Place
from tools.generate_catalogue import STORES, products, write_snapshot
from tools.sample_chain.vocabulary import load

PRODUCTS, LISTENERS = 1_000_000, 2_000
FOLDER = Path("build/bench")
STORE = STORES[0].store_id
PRICES, STOCK, WORDS, NEW, GONE = 5_000, 5_000, 300, 150, 50  # a day's 10,500 changes
SHARE_MAX = 1 / 250
ONE_CHANGE_S_MAX = 0.1  # of one price, whatever the size of the catalogue
ROWS_AT_ONCE = 5_000


def main() -> int:
    """Print the table; gives 1 where a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--products", type=int, default=PRODUCTS)
    parser.add_argument("--listeners", type=int, default=LISTENERS)
    arguments = parser.parse_args()
    _use(FOLDER / f"feed-{arguments.products}")
    met = _measure_publishing(arguments.products)
    command = [sys.executable, "-m", "tools.bench.push", "--listeners", str(arguments.listeners)]
    met &= subprocess.run(command).returncode == 0
    return 0 if met else 1


def _use(folder: Path) -> None:
    """Let Django use the server in ``folder``, made if it is new."""
    folder.mkdir(parents=True, exist_ok=True)
    os.environ["PISHKHAN_SERVER_DATA_DIR"] = str(folder.absolute())
    os.environ["PISHKHAN_SERVER_CHAIN_ID"] = "bench"
    os.environ["DJANGO_SETTINGS_MODULE"] = "server.settings"
    subprocess.run([sys.executable, "-m", "server", "setup"], check=True, capture_output=True)
    import logging

    import django

    django.setup()
    logging.getLogger("server").setLevel(logging.WARNING)


def _measure_publishing(count: int) -> bool:
    from server.feed.models import Feed

    if not Feed.objects.filter(sequence__gt=0).exists():
        _fill(count)
        began, cpu = perf_counter(), process_time()
        _publish()
        _say("first publishing, the snapshot of everything", perf_counter() - began)
        _say("  of the processor", process_time() - cpu)
    chance = random.Random(perf_counter())  # another day at each run
    once = sorted(_timed(partial(_one_price, chance))[0] for _ in range(21))
    _say("publishing one changed price, median of 21", once[10], ONE_CHANGE_S_MAX)
    _say("  the slowest", once[-1])
    began = perf_counter()
    _a_day(count, chance)
    _say("writing a day's 10,500 changes", perf_counter() - began)
    cpu = process_time()
    took, size, records = _timed(lambda: None)
    _say(f"publishing them, {records} records", took)
    _say("  of the processor", process_time() - cpu)
    met = _compare_sizes(count, size) and once[10] <= ONE_CHANGE_S_MAX
    print(f"memory at most {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MiB")
    return met


def _compare_sizes(count: int, delta: int) -> bool:
    from server.feed.models import Whole

    records = Whole.objects.filter(form="records").latest("sequence").size
    built = _built_size(count)
    for name, size in (("records", records), ("built", built)):
        share = f"{delta:>12,} B of {size:,} B: 1/{size / delta:.0f}"
        print(f"{f'a day beside the {name} snapshot':<52}{share}")
    met = delta / built <= SHARE_MAX
    print(f"{'target: at most 1/250 of the built one':<52}{'ok' if met else 'MISSED':>12}")
    return met


def _built_size(count: int) -> int:
    """Give the bytes of the ready-made snapshot of as many products, packed as the server does."""
    from server.feed.built import _compress

    packed = FOLDER / f"catalogue-{count}.db.zst"
    if not packed.is_file():
        plain, snapshot = FOLDER / f"catalogue-{count}.db", FOLDER / f"catalogue-{count}.ndjson.gz"
        if not plain.is_file():
            write_snapshot(products(count), snapshot)
            build = ["nice", sys.executable, "-m", "kiosk", "catalogue", "build"]
            subprocess.run([*build, str(snapshot), "--out", str(plain)], check=True)
        began = perf_counter()
        with packed.open("wb") as file:
            _compress(plain, file)
        _say("packing the ready-made snapshot", perf_counter() - began)
    return packed.stat().st_size


def _timed(change: Callable[[], None]) -> tuple[float, int, int]:
    """Change something, then publish: seconds, bytes and records of the segment."""
    from server.feed.models import Segment

    change()
    began = perf_counter()
    _publish()
    took = perf_counter() - began
    segment = Segment.objects.latest("sequence")
    return took, segment.size, segment.records


def _publish() -> None:
    from django.conf import settings
    from django.utils import timezone

    from server.feed import notes
    from server.feed.publish import publish_store
    from server.feed.publisher import Publisher

    # one store: what another one does is the same again
    notes.take()
    publish_store(STORE, Publisher.of(settings.CONFIGURATION), timezone.now())
    notes.forget_published()


def _one_price(chance: random.Random) -> None:
    from server.catalogue.models import Price

    key = Price.objects.order_by("-pk").values_list("pk", flat=True)[0]
    some = Price.objects.filter(pk__gte=chance.randint(1, key))[:1].get()
    Price.objects.filter(pk=some.pk).update(amount=some.amount + 500)


def _a_day(count: int, chance: random.Random) -> None:
    """Change what a day changes, all over the catalogue, in one transaction as an import does."""
    from django.db import transaction
    from django.db.models import F
    from django.utils import timezone

    from server.catalogue import models

    with transaction.atomic():
        # products that are counted in this store, so that each change is one
        counted = models.Stock.objects.filter(store=STORE, product__prices__isnull=False)
        there = list(counted.values_list("product_id", flat=True))
        keys = chance.sample(there, PRICES + STOCK + WORDS + GONE)
        for some in _chunks(keys[:PRICES]):
            models.Price.objects.filter(product__in=some).update(amount=F("amount") + 1_500)
        for some in _chunks(keys[PRICES : PRICES + STOCK]):
            here = models.Stock.objects.filter(product__in=some, store=STORE)
            here.update(on_hand=F("on_hand") + 3, counted_at=timezone.now())
        words = models.Product.objects.filter(pk__in=keys[PRICES + STOCK :][:WORDS])
        words.update(note_fa=f"تازه رسید {chance.randrange(10**6)}")
        for key in keys[-GONE:]:
            models.Price.objects.filter(product=key).delete()
        _insert_products(
            (_renamed(each, chance) for each in islice(products(count, seed=2), NEW)), _ids()
        )


def _renamed(product: Product, chance: random.Random) -> Product:
    from dataclasses import replace

    return replace(product, sku=f"N{chance.randrange(10**12)}", packs=())


def _chunks(keys: list[int]) -> Iterator[list[int]]:
    for at in range(0, len(keys), 1_000):
        yield keys[at : at + 1_000]


# ---- the catalogue


def _fill(count: int) -> None:
    """Write the generated catalogue into the server's tables."""
    from django.db import transaction

    from server.catalogue import models
    from server.feed.models import Change
    from server.stores.models import Store

    began = perf_counter()
    with transaction.atomic():
        for store in STORES:
            Store.objects.create(
                store_id=store.store_id, name_fa=store.name.fa, name_en=store.name.en
            )
        for each in load().categories:
            models.Category.objects.create(
                category_id=each.category_id, name_fa=each.name.fa, name_en=each.name.en,
                parent_id=each.parent or None,
            )  # fmt: skip
        _insert_products(products(count), _ids())
        Change.objects.all().delete()  # nothing of it was ever published
    _say(f"filling the tables with {count:,} products", perf_counter() - began)


def _ids() -> Iterator[int]:
    from django.db.models import Max

    from server.catalogue.models import Product as Row

    last = Row.objects.aggregate(last=Max("pk"))["last"] or 0
    return iter(range(last + 1, last + 10_000_000))


def _insert_products(made: Iterable[Product], ids: Iterator[int]) -> None:
    from server.catalogue import models

    waiting, through = iter(made), models.Offer.products.through
    while some := list(islice(waiting, ROWS_AT_ONCE)):
        keyed = list(zip(ids, some, strict=False))
        _insert_offers(some)
        _insert(models.Product, (_row(key, each) for key, each in keyed))
        _insert(
            models.Price,
            ({"product_id": key, "amount": each.list_price.minor} for key, each in keyed),
        )
        _insert(models.Pack, (_pack(key, pack) for key, each in keyed for pack in each.packs))
        _insert(models.Stock, (_stock(key, each) for key, p in keyed for each in p.stock))
        _insert(models.Place, (_place(key, each.place) for key, each in keyed if each.place))
        _insert(
            through,
            ({"product_id": k, "offer_id": o.rule_id} for k, each in keyed for o in each.offers),
        )


def _insert(model: Any, rows: Iterable[dict[str, Any]]) -> None:
    """Insert rows that are right, without Django's objects: these take five times as long."""
    from django.db import connection

    all_rows = list(rows)
    if not all_rows:
        return
    columns = ", ".join(all_rows[0])
    places = ", ".join(["%s"] * len(all_rows[0]))
    statement = f"INSERT INTO {model._meta.db_table} ({columns}) VALUES ({places})"
    with connection.cursor() as cursor:
        cursor.executemany(statement, [list(row.values()) for row in all_rows])


def _insert_offers(some: list[Product]) -> None:
    from retail.reductions import reduction_of
    from server.catalogue.models import Offer

    told = (reduction_of(offer) for each in some for offer in each.offers)
    for offer in {each.offer_id: each for each in told}.values():
        Offer.objects.get_or_create(
            offer_id=offer.offer_id,
            defaults={
                "name_fa": offer.name_fa, "starts_at": offer.starts_at, "ends_at": offer.ends_at,
                "off_basis_points": offer.off_basis_points, "members_only": offer.members_only,
            },
        )  # fmt: skip


def _row(key: int, product: Product) -> dict[str, Any]:
    labels, size = product.labels, product.size
    return {
        "id": key, "sku": product.sku, "name_fa": product.name.fa, "name_en": product.name.en,
        "category_id": product.category_id, "unit_fa": product.unit.fa, "unit_en": product.unit.en,
        "brand_fa": product.brand.fa if product.brand else "",
        "brand_en": product.brand.en if product.brand else "",
        "note_fa": "", "note_en": "",
        "labels_fa": "|".join(each.fa for each in labels),
        "labels_en": "|".join(each.en for each in labels) if all(e.en for e in labels) else "",
        "size_amount": size.amount if size else None, "size_measure": size.measure if size else "",
        "vat_basis_points": product.vat_basis_points, "popularity": product.popularity,
    }  # fmt: skip


def _pack(key: int, pack: Pack) -> dict[str, Any]:
    return {
        "product_id": key, "gtin": pack.gtin.digits, "pieces": pack.pieces,
        "unit_fa": pack.unit.fa if pack.unit else "", "unit_en": pack.unit.en if pack.unit else "",
        "price": pack.price.minor if pack.price else None,
    }  # fmt: skip


def _stock(key: int, stock: Stock) -> dict[str, Any]:
    from django.db import connection

    counted_at = connection.ops.adapt_datetimefield_value(stock.counted_at)
    return {
        "product_id": key, "store_id": stock.store_id, "on_hand": stock.on_hand,
        "counted_at": counted_at,
    }  # fmt: skip


def _place(key: int, place: Place) -> dict[str, Any]:
    return {
        "product_id": key, "store_id": STORE, "aisle": place.aisle, "bay": place.bay,
        "shelf": place.shelf,
    }  # fmt: skip


def _say(what: str, seconds: float, target_s: float | None = None) -> None:
    row = f"{what:<52}{seconds:>12.3f} s"
    if target_s is not None:
        row += f"{target_s:>8g}  {'ok' if seconds <= target_s else 'MISSED'}"
    print(row, flush=True)


if __name__ == "__main__":
    sys.exit(main())
