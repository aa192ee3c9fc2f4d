"""A sample chain from a folder of CSV files, for the demo, for tests and for trying out.

Unlike an import by head office it is all or nothing: a wrong row is a mistake of whoever made
the folder. Days and hours in it count from the moment of loading. Loading twice changes
nothing but those.

Source: config/sample/README.md (the files and their columns).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction

from retail.fields import RecordError
from server.catalogue.models import Category, Offer, Picture, Place, Price, Product, Stock
from server.catalogue.pictures import PictureError, store_picture
from server.configuration import Configuration
from server.importing.columns import CellError, read_amount, read_count
from server.importing.products import import_products
from server.importing.report import Report
from server.importing.surveys import load_surveys
from server.importing.tables import Table, TableError, read_table
from server.pricing.sample import load_groups, load_rules
from server.stores.models import Store

T = TypeVar("T")
M = TypeVar("M", Price, Stock, Place)
ROWS_AT_ONCE = 500
PICTURE_ENDINGS = (".png", ".jpg", ".jpeg", ".webp")


@dataclass(frozen=True, slots=True)
class _Known:
    """What the rows of the other files speak of."""

    products: Mapping[str, Product]
    stores: Mapping[str, Store]

    def on_shelf(self, cells: Mapping[str, str]) -> dict[str, Any]:
        """Give the product and the store of a row; raises ``KeyError``."""
        return {"product": self.products[cells["sku"]], "store": self.stores[cells["store"]]}


@transaction.atomic
def load_sample(
    folder: Path, pictures: Path | None, configuration: Configuration, now: datetime
) -> Report:
    """Load the chain in ``folder`` as of the aware instant ``now``; raises ``TableError``.

    ``pictures`` is a folder with the files that products.csv names; without it, products keep
    the pictures that they have.
    """
    _each(folder, "categories.csv", _load_category)
    _each(folder, "stores.csv", _load_store)
    stored = _load_pictures(pictures, configuration) if pictures else None
    report = import_products(_table(folder, "products.csv"), pictures=stored)
    if report.refused:
        raise TableError(f"products.csv, {report.refused[0]}")
    known = _Known(
        products={product.sku: product for product in Product.objects.all()},
        stores={store.store_id: store for store in Store.objects.all()},
    )
    _load_prices(folder, known)
    _load_stock(folder, known, now)
    _load_places(folder, known)
    _load_offers(folder, known, now.astimezone(ZoneInfo(configuration.chain.zone)))
    try:
        load_groups(folder / "customer_groups.json")
        load_rules(folder / "rules.json", now)
        load_surveys(folder / "surveys", now)
    except RecordError as error:
        raise TableError(str(error)) from None
    return report


def _table(folder: Path, name: str) -> Table:
    try:
        return read_table(name, (folder / name).read_bytes())
    except OSError as error:
        raise TableError(f"expected a file {folder / name}, got {error.strerror}") from None
    except TableError as error:
        raise TableError(f"{name}: {error}") from None


def _each(folder: Path, name: str, read: Callable[[dict[str, str]], T]) -> list[T]:
    """Read each row; raises ``TableError`` that names the row where that fails."""
    made: list[T] = []
    for row in _table(folder, name).rows:
        try:
            made.append(read(row.cells))
        except KeyError as error:
            raise TableError(f"{name}, row {row.number}: expected one known, got {error}") from None
        except CellError as error:
            text = f"{name}, row {row.number}: expected {error.expected}, got {error.got!r}"
            raise TableError(text) from None
        except (ValueError, OverflowError, IntegrityError) as error:
            raise TableError(f"{name}, row {row.number}: {error}") from None
    return made


def _load_category(cells: dict[str, str]) -> None:
    parent = cells["parent"] or None
    if parent and not Category.objects.filter(category_id=parent).exists():
        raise KeyError(parent)
    told = {"parent_id": parent, **{name: cells[name] for name in ("name_fa", "name_en", "icon")}}
    # in the order of the file; one that head office has moved since stays where it was put
    placed = {**told, "position": Category.objects.count()}
    Category.objects.update_or_create(
        category_id=cells["category"], defaults=told, create_defaults=placed
    )


def _load_store(cells: dict[str, str]) -> None:
    wordings = ("name_fa", "name_en", "address_fa", "address_en")
    Store.objects.update_or_create(
        store_id=cells["store"], defaults={name: cells[name] for name in wordings}
    )


def _load_pictures(folder: Path, configuration: Configuration) -> dict[str, Picture]:
    pictures: dict[str, Picture] = {}
    for file in sorted(folder.iterdir()):
        if file.suffix.lower() in PICTURE_ENDINGS:
            try:
                pictures[file.name] = store_picture(configuration, file.read_bytes())
            except PictureError as error:
                raise TableError(f"{file}: {error}") from None
    return pictures


def _load_prices(folder: Path, known: _Known) -> None:
    def read(cells: dict[str, str]) -> Price:
        return Price(**known.on_shelf(cells), amount=read_amount(cells["price"]))

    _put(folder, "prices.csv", read, ["amount"])


def _load_stock(folder: Path, known: _Known, now: datetime) -> None:
    def read(cells: dict[str, str]) -> Stock:
        counted_at = now - timedelta(hours=read_count(cells["counted_hours_ago"]))
        on_hand = read_count(cells["on_hand"])
        return Stock(**known.on_shelf(cells), on_hand=on_hand, counted_at=counted_at)

    _put(folder, "stock.csv", read, ["on_hand", "counted_at"])


def _load_places(folder: Path, known: _Known) -> None:
    columns = ["aisle", "bay", "shelf"]

    def read(cells: dict[str, str]) -> Place:
        return Place(**known.on_shelf(cells), **{name: cells[name] for name in columns})

    _put(folder, "places.csv", read, columns)


def _put(folder: Path, name: str, read: Callable[[dict[str, str]], M], columns: list[str]) -> None:
    """Insert the file's rows, or change ``columns`` where product and store are there already."""
    rows = _each(folder, name, read)
    if not rows:
        return
    if len({(row.product_id, row.store_id) for row in rows}) < len(rows):
        raise TableError(f"{name}: expected each product once a store, got one twice")
    try:
        type(rows[0])._default_manager.bulk_create(
            rows,
            ROWS_AT_ONCE,
            update_conflicts=True,
            unique_fields=["product", "store"],
            update_fields=columns,
        )
    except IntegrityError as error:
        raise TableError(f"{name}: {error}") from None


def _load_offers(folder: Path, known: _Known, now: datetime) -> None:
    """Load the offers; ``now`` is in the stores' zone, where their days begin."""
    today = now.replace(hour=0, minute=0, second=0, microsecond=0)
    reduced: dict[str, list[Product]] = {}

    def read(cells: dict[str, str]) -> None:
        if cells["offer"] not in reduced:
            reduced[cells["offer"]] = []
            Offer.objects.update_or_create(offer_id=cells["offer"], defaults=_offer(cells, today))
        reduced[cells["offer"]].append(known.products[cells["sku"]])

    _each(folder, "offers.csv", read)
    for offer in Offer.objects.filter(pk__in=reduced):
        offer.products.set(reduced[offer.offer_id])


def _offer(cells: dict[str, str], today: datetime) -> dict[str, object]:
    return {
        "store_id": cells["store"] or None,
        "name_fa": cells["name_fa"],
        "name_en": cells["name_en"],
        "starts_at": today + timedelta(days=int(cells["starts_in_days"])),
        "ends_at": today + timedelta(days=int(cells["ends_in_days"])),
        "off_basis_points": int(cells["off_bp"]),
        "members_only": cells["members_only"] == "1",
    }
