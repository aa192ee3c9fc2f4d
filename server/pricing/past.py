"""What prices were made of at a past instant: facts, list prices, rules; as the trade's values.

Rules come from their revisions, all else from what triggers kept (``server.pricing.noting``).
Before the first note nothing is known, and that is said.

Source: docs/pricing.md, "At head office".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Min

from retail.goods import Item
from retail.pricing.book import ANYONE, RuleBook, Shop, Shopper
from retail.pricing.item_price import item_changes_at, price_item
from retail.pricing.off import unit_price
from retail.pricing.quoted import ItemPrice
from retail.pricing.records import read_rule
from retail.pricing.rules import Adjustment, FixedPrice, Rule
from retail.pricing.tag import Tag
from retail.reductions import Reduction
from retail.tags import GRAMS_IN_A_KILOGRAM
from retail.values import RIAL, Gtin, Money
from server.pricing.models import Past, RuleRevision, State
from server.pricing.rules import fixed_price, of_store

Told = Mapping[str, Any]
_TICK = timedelta(milliseconds=1)  # SQLite's triggers note whole ones


class NotKnownError(Exception):
    """Nothing is known of that instant or that item; the text says what was expected."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked for: a piece of an item, or the pack of ``gtin``, in a store, by whom."""

    sku: str
    store_id: str
    at: datetime
    shopper: Shopper = ANYONE
    gtin: Gtin | None = None


@dataclass(frozen=True, slots=True)
class PastPrice:
    """What it cost, and the next instant at which that may have changed by its rules alone."""

    asked: Asked
    tag: Tag
    price: ItemPrice
    changes_at: datetime | None

    def record(self) -> dict[str, Any]:
        """Write it as JSON; amounts are the currency's smallest unit."""
        return {
            "sku": self.asked.sku,
            "gtin": self.tag.gtin.digits if self.tag.gtin else None,
            "store": self.asked.store_id,
            "at": _written(self.asked.at),
            "groups": sorted(self.asked.shopper.groups),
            "list_price": self.price.list_price,
            "base": self.price.base,
            "price": self.price.price,
            "why": [
                {
                    "rule": step.rule_id,
                    "name": {"fa": step.name_fa, "en": step.name_en},
                    "before": step.before,
                    "after": step.after,
                    "until": _written(step.until),
                }
                for step in self.price.steps
            ],
            "changes_at": _written(self.changes_at),
        }


def price_at(asked: Asked, zone: ZoneInfo, currency: str) -> PastPrice:
    """Work out what it cost then; raises ``NotKnownError``."""
    then = Then(asked.at)
    tag = then.tag(asked.sku, asked.store_id, asked.gtin)
    shop = Shop(asked.store_id, zone, currency)
    book = RuleBook(then.rules(asked.store_id), shop)
    price = price_item(book, tag, asked.at, asked.shopper)
    return PastPrice(asked, tag, price, item_changes_at(book, tag, asked.at))


class Then:
    """All that is known of one instant; an aware one."""

    def __init__(self, at: datetime) -> None:
        self._at = at

    def rules(self, store_id: str) -> list[Rule]:
        """Give the adjustments and offers that a store's kiosks had been told of."""
        revisions = RuleRevision.objects.filter(at__lte=self._at).order_by("rule", "number")
        last = dict(revisions.values_list("rule_id", "published"))
        there = (record for record in last.values() if record is not None)
        return [read_rule(record) for record in of_store(there, store_id)]

    def tag(self, sku: str, store_id: str, gtin: Gtin | None = None) -> Tag:
        """Give what a price was asked for then; raises ``NotKnownError``."""
        product_id, facts = self._product(sku)
        pack = self._pack(product_id, gtin)
        piece = self._list_price(product_id, store_id)
        own = pack["price"] if pack else None
        pieces = pack["pieces"] if pack else 1
        return Tag(
            self._item(facts),
            piece * pieces if own is None else own,
            Gtin(pack["gtin"]) if pack else None,
            pieces,
            own_price=own is not None,
            rules=(
                *self._fixed(product_id, sku, store_id),
                *self._reductions(product_id, sku, store_id),
            ),
        )

    def weighed(self, tag: Tag, store_id: str, grams: int) -> Tag:
        """Give a piece that was weighed: all its prices are those of a kilogram, none a pack's."""
        product_id, facts = self._product(tag.item.sku)
        size = facts["size_amount"] if facts["size_measure"] == "g" else GRAMS_IN_A_KILOGRAM

        def per_kg(minor: int) -> int:
            return unit_price(Money(minor, RIAL), size, GRAMS_IN_A_KILOGRAM).minor

        rules = (
            replace(rule, price=per_kg(rule.price)) if isinstance(rule, FixedPrice) else rule
            for rule in tag.rules
        )
        return replace(
            tag,
            item=replace(tag.item, floor=per_kg(tag.item.floor)),
            list_price=per_kg(self._list_price(product_id, store_id)),
            pieces=1,
            own_price=False,
            grams=grams,
            rules=tuple(rules),
        )

    def printed(self, tag: Tag, store_id: str, price: int) -> Tag:
        """Give a piece whose price a scale printed: it has as much of the floor as of the price."""
        product_id, _facts = self._product(tag.item.sku)
        whole = self._list_price(product_id, store_id)
        floor = tag.item.floor * price // whole if whole else 0
        item = replace(tag.item, floor=floor)
        return replace(tag, item=item, list_price=price, pieces=1, own_price=False, printed=True)

    def _product(self, sku: str) -> tuple[str, Told]:
        if found := self._told("product", sku):
            return next(iter(found.items()))
        first = Past.objects.aggregate(first=Min("at"))["first"]
        since = f", and nothing is known before {_written(first)}" if first else ""
        raise NotKnownError(f"Expected an item that there was, got {sku!r}{since}")

    def _pack(self, product_id: str, gtin: Gtin | None) -> Told | None:
        packs = sorted(self._told("pack", product_id).values(), key=_by_pieces)
        if gtin is None:
            return next((pack for pack in packs if pack["pieces"] == 1), None)
        for pack in packs:
            if pack["gtin"] == gtin.digits:
                return pack
        raise NotKnownError(f"Expected a pack of the item, got {gtin}")

    def _list_price(self, product_id: str, store_id: str) -> int:
        prices = self._told("price", product_id).values()
        amounts = {price["store_id"]: int(price["amount"]) for price in prices}
        if store_id not in amounts and None not in amounts:
            raise NotKnownError(f"Expected an item that {store_id} sold then")
        return amounts.get(store_id, amounts.get(None, 0))

    def _item(self, facts: Told) -> Item:
        return Item(
            facts["sku"],
            frozenset(self._above(facts["category_id"])),
            facts["brand_fa"],
            facts["supplier"],
            facts["vat_basis_points"],
            facts["floor"] or 0,
            bool(facts["reducible"]),
        )

    def _above(self, category_id: str) -> Iterator[str]:
        """Give a category and all above it, as they stood then."""
        category: str | None = category_id
        while category is not None:
            yield category
            category = self._told("category", category).get(category, {}).get("parent_id")

    def _fixed(self, product_id: str, sku: str, store_id: str) -> Iterator[FixedPrice]:
        for row in self._told("fixed", product_id).values():
            if row["state"] == State.PUBLISHED and row["store_id"] in {None, store_id}:
                yield fixed_price(
                    row["rule_id"],
                    sku,
                    row["gtin"],
                    row["amount"],
                    row["store_id"],
                    row["group_id"],
                    _instant(row["starts_at"]),
                    _instant(row["ends_at"]),
                    row["weekly"],
                    row["priority"],
                )

    def _reductions(self, product_id: str, sku: str, store_id: str) -> Iterator[Adjustment]:
        for offered in self._told("offered", product_id).values():
            for offer_id, row in self._told("offer", offered["offer_id"]).items():
                if row["store_id"] not in {None, store_id}:
                    continue
                reduction = Reduction(
                    offer_id,
                    _surely(row["starts_at"]),
                    _surely(row["ends_at"]),
                    row["off_basis_points"],
                    bool(row["members_only"]),
                    row["name_fa"],
                    row["name_en"],
                )
                yield reduction.on(sku)

    def _told(self, kind: str, of: str) -> dict[str, Told]:
        """Give what rows said then, by key; without those that were gone."""
        rows = Past.objects.filter(kind=kind, of=of, at__lt=self._at + _TICK).order_by("at", "pk")
        last = dict(rows.values_list("key", "told"))
        return {key: told for key, told in last.items() if told is not None}


def _by_pieces(pack: Told) -> tuple[int, str]:
    return pack["pieces"], pack["gtin"]


def _instant(text: str | None) -> datetime | None:
    """Read an instant as either database writes it into JSON: SQLite without its zone, UTC."""
    if text is None:
        return None
    at = datetime.fromisoformat(text)
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _surely(text: str) -> datetime:
    at = _instant(text)
    assert at is not None
    return at


def _written(at: datetime | None) -> str | None:
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z") if at else None
