"""Rows of rules as the trade's values and their JSON, and back.

Nothing here decides what a rule may be: ``retail.pricing`` does, and refuses by naming the field.

Source: docs/formats/rules.schema.json; docs/pricing.md, "At head office".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from retail.fields import Record
from retail.pricing.records import read_rule
from retail.pricing.rule_parts import read_window, window_record
from retail.pricing.rules import Adjustment, FixedPrice, Offer, Rule, Scope
from retail.pricing.window import Window
from retail.values import Gtin
from server.pricing import models
from server.pricing.models import PriceRule, State

FIXED_COLUMNS = (
    *("product_id", "rule_id", "product__sku", "gtin", "amount", "store_id", "group_id"),
    *("starts_at", "ends_at", "weekly", "priority"),
)


def kind_of(record: Record) -> str:
    """Give the kind of row that a rule's record is for: ``adjustment``, or the offer's kind."""
    return str(record["kind"] if record["rule"] == "offer" else record["rule"])


def columns_of(rule: Adjustment | Offer) -> dict[str, Any]:
    """Give what of a rule stands in columns beside its JSON."""
    window = rule.scope.window
    return {
        "name_fa": rule.name_fa,
        "name_en": rule.name_en,
        "starts_at": window.starts_at,
        "ends_at": window.ends_at,
        "priority": rule.priority,
        "combine": rule.combine.value,
    }


def for_store(store_id: str) -> Q:
    """Choose the rows whose ``store`` is this one, or none."""
    return Q(store=store_id) | Q(store__isnull=True)


def of_store(records: Iterable[Mapping[str, Any]], store_id: str) -> Iterator[Mapping[str, Any]]:
    """Give the rules' records that are for a store."""
    return (each for each in records if store_id in each.get("stores", [store_id]))


def published_records(store_id: str, at: datetime) -> list[Mapping[str, Any]]:
    """Give what a store's kiosks are to know of rules, by id; past ones are left out."""
    rows = PriceRule.objects.filter(_not_past(at), state=State.PUBLISHED).order_by("rule_id")
    records: list[Any] = list(rows.values_list("published", flat=True))
    return list(of_store(records, store_id))


def published_rules(store_id: str, at: datetime) -> list[Rule]:
    """Give the same as values."""
    return [read_rule(record) for record in published_records(store_id, at)]


def published_fixed_prices(
    products: Q, store_id: str, at: datetime
) -> Iterator[tuple[int, FixedPrice]]:
    """Give the keys of products, and a fixed price of each in a store, by the rule's id."""
    rows: QuerySet[models.FixedPrice] = models.FixedPrice.objects.filter(
        products, for_store(store_id), _not_past(at), state=State.PUBLISHED
    )
    for product_id, *columns in rows.order_by("rule_id").values_list(*FIXED_COLUMNS):
        yield product_id, fixed_price(*columns)


def fixed_price(  # noqa: PLR0913  (the columns of a row, in their order)
    rule_id: str,
    sku: str,
    gtin: str,
    amount: int,
    store_id: str | None,
    group_id: str | None,
    starts_at: datetime | None,
    ends_at: datetime | None,
    weekly: list[Record],
    priority: int,
) -> FixedPrice:
    """Make a fixed price of the columns of its row; refuses with ``ValueError``."""
    window = Window(starts_at, ends_at, weekly_of(weekly))
    scope = Scope(_one(store_id), _one(group_id), window)
    return FixedPrice(rule_id, sku, amount, Gtin(gtin) if gtin else None, scope, priority)


def fixed_price_of(row: models.FixedPrice) -> FixedPrice:
    """Make a fixed price of its row, product read along; refuses with ``ValueError``."""
    return fixed_price(
        row.rule_id,
        row.product.sku,
        row.gtin,
        row.amount,
        row.store_id,
        row.group_id,
        row.starts_at,
        row.ends_at,
        row.weekly,
        row.priority,
    )


def weekly_of(weekly: list[Record]) -> tuple[Any, ...]:
    """Read weekly hours as they stand in a column; refuses with ``RecordError``."""
    return read_window({"weekly": weekly}).weekly if weekly else ()


def weekly_record(window: Window) -> list[Record]:
    """Write weekly hours as they stand in a column."""
    return list(window_record(Window(weekly=window.weekly)).get("weekly", []))


def _one(name: str | None) -> frozenset[str]:
    return frozenset({name}) if name else frozenset()


def _not_past(at: datetime) -> Q:
    return Q(ends_at__isnull=True) | Q(ends_at__gt=at)
