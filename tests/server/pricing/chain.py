"""A small chain with prices: milk and tea of two suppliers, and rules in a line each."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from server.catalogue.models import Price, Product
from server.pricing import deeds
from server.pricing.models import FixedPrice, PriceRule, State
from tests.server.line import NOON

OFFICE = "office"


def tea(sku: str = "20001", amount: int = 100_000, **more: Any) -> Product:
    row = Product.objects.create(sku=sku, name_fa="چای", unit_fa="بسته", category_id="food", **more)
    Price.objects.create(product=row, amount=amount)
    return row


def adjustment(rule_id: str = "dairy", off_bp: int = 1_000, **more: Any) -> dict[str, Any]:
    """Give the record of an adjustment of all dairy."""
    named = {"rule": "adjustment", "id": rule_id, "name": {"fa": "لبنیات ارزان"}}
    return {**named, "goods": {"categories": ["dairy"]}, "off_bp": off_bp, **more}


def set_of(rule_id: str = "three", **more: Any) -> dict[str, Any]:
    """Give the record of an offer: of any three pieces the cheapest is free."""
    named = {"rule": "offer", "id": rule_id, "name": {"fa": "سه تا بخر"}, "kind": "set"}
    parts = [{"goods": {"categories": ["food"]}, "quantity": 3}]
    return {**named, "parts": parts, "on": "cheapest", "count": 1, "off_bp": 10_000, **more}


def publish_rule(record: dict[str, Any], at: datetime = NOON) -> PriceRule:
    deeds.save(record, OFFICE, at)
    return deeds.publish(record["id"], OFFICE, at)


def fix(product: Product, amount: int, rule_id: str = "fix", **more: Any) -> FixedPrice:
    told = {"state": State.PUBLISHED, **more}
    return FixedPrice.objects.create(rule_id=rule_id, product=product, amount=amount, **told)
