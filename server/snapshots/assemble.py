"""What a store's snapshot says, read from the database as the trade's values.

Source: docs/snapshot.md, "The file" (which records, in which order).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import zip_longest

from django.db.models import Model, Prefetch, Q

from retail import catalogue, pricing, values
from retail.catalogue import Text
from retail.snapshot import Record, category_record, product_record, store_record
from server.catalogue.models import Category, Offer, Pack, Place, Price, Product, Stock
from server.stores.models import Store

PRODUCTS_AT_ONCE = 1_000  # bounds the memory and the number of parameters of one query


def records(store: Store, currency: str, at: datetime) -> Iterator[Record]:
    """Give the records between heading and end; offers that are past at ``at`` are left out."""
    yield from map(category_record, parents_first(Category.objects.all()))
    yield from (store_record(each.value()) for each in Store.objects.all())
    yield from (product_record(each) for each in products(store, currency, at))


def parents_first(categories: Iterable[Category]) -> Iterator[catalogue.Category]:
    """Give each category after its parent, otherwise by id."""
    below: dict[str | None, list[Category]] = defaultdict(list)
    for category in sorted(categories, key=lambda category: category.category_id):
        below[category.parent_id].append(category)
    waiting = below[None][::-1]
    while waiting:
        category = waiting.pop()
        yield catalogue.Category(
            category.category_id,
            Text(category.name_fa, category.name_en),
            category.parent_id or "",
            category.icon,
        )
        waiting += below[category.category_id][::-1]


def products(store: Store, currency: str, at: datetime) -> Iterator[catalogue.Product]:
    """Give the products that have a price in ``store``, by SKU."""
    rows = (
        Product.objects.filter(_of_store_or_chain(store, "prices__"))
        .distinct()
        .order_by("sku")
        .prefetch_related(
            Prefetch("packs", Pack.objects.order_by("pieces", "gtin")),
            Prefetch("prices", Price.objects.filter(_of_store_or_chain(store))),
            Prefetch("stock", Stock.objects.order_by("store_id")),
            Prefetch("places", Place.objects.filter(store=store)),
            Prefetch(
                "offers",
                Offer.objects.filter(_of_store_or_chain(store), ends_at__gt=at).order_by(
                    "offer_id"
                ),
            ),
        )
    )
    for row in rows.iterator(chunk_size=PRODUCTS_AT_ONCE):
        yield _product(row, currency)


def _of_store_or_chain(store: Store, path: str = "") -> Q:
    return Q(**{f"{path}store": store}) | Q(**{f"{path}store__isnull": True})


def _product(row: Product, currency: str) -> catalogue.Product:
    place = next(iter(row.places.all()), None)
    return catalogue.Product(
        sku=row.sku,
        name=Text(row.name_fa, row.name_en),
        category_id=row.category_id,
        list_price=values.Money(_list_price(row), currency),
        packs=tuple(_pack(pack, currency) for pack in row.packs.all()),
        unit=Text(row.unit_fa, row.unit_en),
        brand=_text_or_none(row, "brand"),
        note=_text_or_none(row, "note"),
        labels=_labels(row),
        size=catalogue.Size(row.size_amount, row.size_measure) if row.size_amount else None,
        picture=row.picture_id or "",
        vat_basis_points=row.vat_basis_points,
        popularity=row.popularity,
        stock=tuple(
            catalogue.Stock(each.store_id, each.on_hand, each.counted_at)
            for each in row.stock.all()
        ),
        place=values.Place(place.aisle, place.bay, place.shelf) if place else None,
        offers=tuple(_offer(offer) for offer in row.offers.all()),
    )


def _list_price(row: Product) -> int:
    """Give the store's own price, or else the chain's."""
    by_scope = {price.store_id is not None: price.amount for price in row.prices.all()}
    return by_scope[True] if True in by_scope else by_scope[False]


def _pack(pack: Pack, currency: str) -> catalogue.Pack:
    return catalogue.Pack(
        gtin=pack.gtin,
        pieces=pack.pieces,
        unit=_text_or_none(pack, "unit"),
        price=None if pack.price is None else values.Money(pack.price, currency),
    )


def _offer(offer: Offer) -> pricing.Offer:
    return pricing.Offer(
        offer_id=offer.offer_id,
        starts_at=offer.starts_at,
        ends_at=offer.ends_at,
        off_basis_points=offer.off_basis_points,
        members_only=offer.members_only,
        name_fa=offer.name_fa,
        name_en=offer.name_en,
    )


def _labels(row: Product) -> tuple[Text, ...]:
    labels = zip_longest(row.labels_fa.split("|"), row.labels_en.split("|"), fillvalue="")
    return tuple(Text(fa.strip(), en.strip()) for fa, en in labels if fa.strip())


def _text_or_none(row: Model, field: str) -> Text | None:
    """Give the wording in ``<field>_fa`` and ``<field>_en``."""
    fa, en = getattr(row, f"{field}_fa"), getattr(row, f"{field}_en")
    return Text(fa, en) if fa else None
