"""A quote with its explanation as JSON: every field is always there, for programs to rely on.

Source: docs/formats/quote.schema.json; docs/pricing.md, section 7.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from retail.instants import write_instant
from retail.pricing.book import Shop, Shopper
from retail.pricing.quoted import PriceStep, Quote, QuotedLine
from retail.pricing.rules import FixedPrice, Rule
from retail.quoting.lines import Chosen

FORMAT: Final = 1


@dataclass(frozen=True, slots=True)
class Told:
    """A quote with what it was asked for; ``as_member`` is the same basket's as a member's."""

    quote: Quote
    shop: Shop
    zone: str
    shopper: Shopper
    chosen: Mapping[int, Chosen]
    rules: tuple[Rule, ...]
    as_member: Quote | None


def quote_record(told: Told) -> dict[str, Any]:
    """Write a quote; amounts are the currency's smallest unit, instants UTC."""
    quote, fixed = told.quote, {rule.rule_id for rule in told.rules if isinstance(rule, FixedPrice)}
    return {
        "format": FORMAT,
        "at": write_instant(quote.at),
        "zone": told.zone,
        "store": told.shop.store_id,
        "groups": sorted(told.shopper.groups),
        "currency": told.shop.currency,
        "vat_included": told.shop.vat_included,
        "lines": [_line(line, told.chosen[line.line_id], fixed) for line in quote.lines],
        "offers": [
            {
                "rule": each.rule_id,
                "name": _name(each.name_fa, each.name_en),
                "times": each.times,
                "off": each.off,
                "until": _instant(each.until),
            }
            for each in quote.offers
        ],
        "gifts": [
            {
                "rule": each.rule_id,
                "name": _name(each.name_fa, each.name_en),
                "skus": list(each.skus),
                "in_stock": list(each.in_stock),
                "quantity": each.quantity,
                "taken": each.taken,
            }
            for each in quote.gifts
        ],
        "nearly": [
            {
                "rule": each.rule_id,
                "name": _name(each.name_fa, each.name_en),
                "pieces": each.pieces,
                "money": each.money,
                "line": each.line_id,
                "saves": each.saves,
            }
            for each in quote.nearly
        ],
        "vouchers": [
            {
                "voucher": each.voucher,
                "rules": list(each.rule_ids),
                "reason": each.reason.value if each.reason else None,
            }
            for each in quote.vouchers
        ],
        "subtotal": quote.subtotal,
        "off": quote.off,
        "vat": quote.vat,
        "total": quote.total,
        "exact": quote.exact,
        "changes_at": _instant(quote.changes_at),
        "as_member": _as_member(told),
    }


def _line(line: QuotedLine, chosen: Chosen, fixed: Iterable[str]) -> dict[str, Any]:
    tag, price = chosen.tag, line.price
    return {
        "line": line.line_id,
        "sku": tag.item.sku,
        "name": _name(chosen.item.name_fa, chosen.item.name_en),
        "gtin": tag.gtin.digits if tag.gtin else None,
        "pieces": tag.pieces,
        "quantity": chosen.quantity,
        "grams": chosen.grams,
        "printed": tag.printed,
        "age_min": chosen.item.age_min,
        "gift_of": chosen.gift_of or None,
        "gifts_charged": line.gifts_charged,
        "list_price": price.list_price,
        "base": price.base,
        "price": price.price,
        "steps": [_step(step, fixed) for step in price.steps],
        "amount": line.amount,
        "shares": [{"rule": share.rule_id, "off": share.off} for share in line.shares],
        "paid": line.paid,
        "vat": line.vat,
        "due": line.due,
    }


def _step(step: PriceStep, fixed: Iterable[str]) -> dict[str, Any]:
    kind = "fixed_price" if step.rule_id in fixed else "adjustment" if step.rule_id else "floor"
    return {
        "kind": kind,
        "rule": step.rule_id or None,
        "name": _name(step.name_fa, step.name_en),
        "before": step.before,
        "after": step.after,
        "until": _instant(step.until),
    }


def _as_member(told: Told) -> dict[str, int] | None:
    if told.as_member is None:
        return None
    total = told.as_member.total
    return {"total": total, "saves": told.quote.total - total}


def _name(fa: str, en: str) -> dict[str, str]:
    return {"fa": fa, "en": en}


def _instant(at: datetime | None) -> str | None:
    return write_instant(at) if at else None
