"""What a store's snapshot says, read from the database as the trade's values.

Source: docs/snapshot.md, "The file" (which records, in which order).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice, zip_longest

from django.db.models import F, Model, Q

from retail import catalogue, values
from retail.catalogue import Text
from retail.pricing.rules import Adjustment, FixedPrice
from retail.reductions import Reduction
from retail.snapshot import Record, category_record, store_record
from server.catalogue.models import Category, Offer, Pack, Place, Price, Product, Stock
from server.pricing.rules import published_fixed_prices, published_records
from server.stores.models import Store

PRODUCTS_AT_ONCE = 1_000  # bounds the memory and the number of parameters of one query


def category_records() -> list[Record]:
    """Give the records of all categories, in a snapshot's order."""
    return [category_record(each) for each in parents_first(Category.objects.all())]


def store_records() -> list[Record]:
    """Give the records of all stores, in a snapshot's order."""
    return [store_record(each.value()) for each in Store.objects.all()]


def rule_lines(store_id: str, at: datetime) -> list[Record]:
    """Give the records of the store's rules, by id; fixed prices come with their products."""
    return [{"kind": "rule", "rule": rule} for rule in published_records(store_id, at)]


def parents_first(categories: Iterable[Category]) -> Iterator[catalogue.Category]:
    """Give each category after its parent, otherwise by position and id."""
    below: dict[str | None, list[Category]] = defaultdict(list)
    for category in sorted(categories, key=lambda each: (each.position, each.category_id)):
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


def products(store: Store, currency: str, at: datetime) -> Iterator[tuple[int, catalogue.Product]]:
    """Give the key and value of each product that has a price in ``store``, by SKU.

    Offers and fixed prices that are past at ``at`` are left out.
    """
    offers = Offers(store, at)
    in_order = Product.objects.order_by("sku").iterator(chunk_size=PRODUCTS_AT_ONCE)
    while rows := list(islice(in_order, PRODUCTS_AT_ONCE)):
        yield from _with_attached(rows, store, currency, offers).items()


def products_of(
    keys: Iterable[int], store: Store, currency: str, at: datetime
) -> Iterator[tuple[int, catalogue.Product]]:
    """Give those of the rows with these keys that have a price in ``store``, by key."""
    offers, waiting = Offers(store, at), iter(sorted(keys))
    while some := list(islice(waiting, PRODUCTS_AT_ONCE)):
        rows = list(Product.objects.filter(pk__in=some))
        yield from _with_attached(rows, store, currency, offers).items()


class Offers:
    """The offers of ``store`` and of the chain that are not past at ``at``, each read once."""

    def __init__(self, store: Store, at: datetime) -> None:
        self.store, self.at = store, at
        self._rows = Offer.objects.filter(_of_store_or_chain(store), ends_at__gt=at)
        self._read: dict[str, Reduction | None] = {}

    def on(self, products: Q) -> Iterator[tuple[int, Reduction]]:
        """Give the keys of products, and an offer on each, by the offer's id."""
        through = Offer.products.through.objects.filter(products).order_by("offer_id")
        pairs = list(through.values_list("product_id", "offer_id"))
        unread = {offer_id for _, offer_id in pairs} - self._read.keys()
        if unread:
            self._read |= dict.fromkeys(unread)
            self._read |= {row.offer_id: _offer(row) for row in self._rows.filter(pk__in=unread)}
        for key, offer_id in pairs:
            if offer := self._read[offer_id]:
                yield key, offer


@dataclass(frozen=True, slots=True)
class _Attached:
    """What hangs on some products, by the key of their rows.

    Read table by table into plain values: Django's own prefetching makes a query object for
    each product and took three times as long.
    """

    prices: Mapping[int, int]
    packs: Mapping[int, list[catalogue.Pack]]
    stock: Mapping[int, list[catalogue.Stock]]
    places: Mapping[int, values.Place]
    offers: Mapping[int, list[Reduction]]
    fixed_prices: Mapping[int, list[FixedPrice]]


def _with_attached(
    rows: list[Product], store: Store, currency: str, offers: Offers
) -> dict[int, catalogue.Product]:
    """Give the products of these rows that have a price, by key, in the order of the rows."""
    attached = _read_attached([row.pk for row in rows], store, currency, offers)
    priced = (row for row in rows if row.pk in attached.prices)
    return {row.pk: _product(row, attached, currency) for row in priced}


def _read_attached(keys: list[int], store: Store, currency: str, offers: Offers) -> _Attached:
    these = Q(product__in=keys)
    # the chain's prices first, so that the store's own takes their place
    prices = Price.objects.filter(these, _of_store_or_chain(store)).order_by(
        F("store").asc(nulls_first=True)
    )
    places = Place.objects.filter(these, store=store)
    attached = _Attached(
        prices=dict(prices.values_list("product_id", "amount")),
        packs=defaultdict(list),
        stock=defaultdict(list),
        places={
            key: values.Place(*place)
            for key, *place in places.values_list("product_id", "aisle", "bay", "shelf")
        },
        offers=defaultdict(list),
        fixed_prices=defaultdict(list),
    )
    for pack in Pack.objects.filter(these).order_by("pieces", "gtin"):
        attached.packs[pack.product_id].append(_pack(pack, currency))
    stock = Stock.objects.filter(these).order_by("store_id")
    counts = stock.values_list("product_id", "store_id", "on_hand", "counted_at")
    for key, store_id, on_hand, counted_at in counts:
        attached.stock[key].append(catalogue.Stock(store_id, on_hand, counted_at))
    for key, offer in offers.on(these):
        attached.offers[key].append(offer)
    for key, fixed in published_fixed_prices(these, store.store_id, offers.at):
        attached.fixed_prices[key].append(fixed)
    return attached


def _of_store_or_chain(store: Store) -> Q:
    return Q(store=store) | Q(store__isnull=True)


def _product(row: Product, attached: _Attached, currency: str) -> catalogue.Product:
    return catalogue.Product(
        sku=row.sku,
        name=Text(row.name_fa, row.name_en),
        category_id=row.category_id,
        list_price=values.Money(attached.prices[row.pk], currency),
        packs=tuple(attached.packs.get(row.pk, ())),
        unit=Text(row.unit_fa, row.unit_en),
        brand=_text_or_none(row, "brand"),
        note=_text_or_none(row, "note"),
        labels=_labels(row),
        size=catalogue.Size(row.size_amount, row.size_measure) if row.size_amount else None,
        picture=row.picture_id or "",
        vat_basis_points=row.vat_basis_points,
        popularity=row.popularity,
        stock=tuple(attached.stock.get(row.pk, ())),
        place=attached.places.get(row.pk),
        offers=tuple(_adjustments(row.sku, attached.offers.get(row.pk, ()))),
        supplier=row.supplier,
        floor=None if row.floor is None else values.Money(row.floor, currency),
        reducible=row.reducible,
        age_min=row.age_min,
        fixed_prices=tuple(attached.fixed_prices.get(row.pk, ())),
    )


def _pack(pack: Pack, currency: str) -> catalogue.Pack:
    return catalogue.Pack(
        gtin=pack.gtin,
        pieces=pack.pieces,
        unit=_text_or_none(pack, "unit"),
        price=None if pack.price is None else values.Money(pack.price, currency),
    )


def _adjustments(sku: str, reductions: Iterable[Reduction]) -> Iterator[Adjustment]:
    return (reduction.on(sku) for reduction in reductions)


def _offer(offer: Offer) -> Reduction:
    return Reduction(
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
