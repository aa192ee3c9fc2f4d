"""Writes the sample chain as CSV files, the same bytes each time; decides nothing.

Source: config/sample/README.md, which names every column.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path

from retail.catalogue import Text
from tools.sample_chain import branches
from tools.sample_chain.assortment import Case, Item, items
from tools.sample_chain.vocabulary import load

Row = Sequence[str | int]

PRODUCT_COLUMNS = (
    "sku",
    "name_fa",
    "name_en",
    "brand_fa",
    "brand_en",
    "category",
    "unit_fa",
    "unit_en",
    "size_amount",
    "size_measure",
    "gtin",
    "pack_gtins",
    "price",
    "vat_bp",
    "popularity",
    "note_fa",
    "note_en",
    "labels_fa",
    "labels_en",
    "picture",
)


def write_tables(folder: Path) -> dict[str, int]:
    """Write every file into ``folder``, made if need be; give the number of rows by file."""
    folder.mkdir(parents=True, exist_ok=True)
    rows: dict[str, int] = {}
    for name, text in tables().items():
        (folder / name).write_bytes(text.encode())
        rows[name] = text.count("\n") - 1
    return rows


def tables() -> dict[str, str]:
    """Give the text of each file by its name."""
    goods = items()
    return {
        "categories.csv": _categories(),
        "stores.csv": _stores(),
        "products.csv": _csv(PRODUCT_COLUMNS, (_product(item) for item in goods)),
        "prices.csv": _csv(
            ("sku", "store", "price"),
            ((own.sku, own.store_id, own.price) for own in branches.store_prices(goods)),
        ),
        "stock.csv": _csv(
            ("sku", "store", "on_hand", "counted_hours_ago"),
            ((s.sku, s.store_id, s.on_hand, s.hours_ago) for s in branches.stock(goods)),
        ),
        "places.csv": _csv(
            ("sku", "store", "aisle", "bay", "shelf"),
            (
                (place.sku, place.store_id, place.aisle, place.bay, place.shelf)
                for place in branches.standings(goods, load().categories)
            ),
        ),
        "offers.csv": _offers(goods),
    }


def _product(item: Item) -> Row:
    brand = item.brand.name if item.brand else None
    return (
        item.sku,
        *_both(item.name),
        *_both(brand),
        item.kind.category_id,
        *_both(item.pack.unit.name),
        item.pack.size.amount,
        item.pack.size.measure,
        item.gtin,
        "|".join(_case(case) for case in item.cases),
        item.price,
        load().vat_basis_points[item.kind.category_id],
        item.popularity,
        *_both(item.note),
        "|".join(label.fa for label in item.labels),
        "|".join(label.en for label in item.labels),
        item.picture,
    )


def _case(case: Case) -> str:
    price = "" if case.price is None else str(case.price)
    return ":".join((case.gtin, str(case.pieces), price, case.unit.fa, case.unit.en))


def _categories() -> str:
    words = load()
    return _csv(
        ("category", "parent", "name_fa", "name_en", "icon", "vat_bp"),
        (
            (c.category_id, c.parent, *_both(c.name), c.icon, words.vat_basis_points[c.category_id])
            for c in words.categories
        ),
    )


def _stores() -> str:
    return _csv(
        ("store", "name_fa", "name_en", "address_fa", "address_en"),
        ((s.store_id, *_both(s.name), *_both(s.address)) for s in branches.STORES),
    )


def _offers(goods: Sequence[Item]) -> str:
    columns = ("offer", "sku", "store", "off_bp", "starts_in_days", "ends_in_days")
    return _csv(
        (*columns, "members_only", "name_fa", "name_en"),
        (
            (
                offer.offer_id,
                offer.sku,
                offer.campaign.store_id,
                offer.campaign.off_basis_points,
                offer.campaign.starts,
                offer.campaign.ends,
                int(offer.campaign.members_only),
                *_both(offer.campaign.name),
            )
            for offer in branches.offers(goods)
        ),
    )


def _both(text: Text | None) -> tuple[str, str]:
    return (text.fa, text.en) if text else ("", "")


def _csv(columns: Sequence[str], rows: Iterable[Row]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return out.getvalue()
