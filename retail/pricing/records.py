"""A rule as JSON: one object, the same in the feed, in a file typed by hand and in the office.

What is empty or as usual is left out when it is written. An unknown field is refused by name: a
slip of a typist must not change a price in silence, and a kiosk that is older than a rule refuses
all of it rather than apply a part.

Source: docs/formats/rules.schema.json; docs/pricing.md for what the fields mean.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from retail.fields import Record, RecordError, refusing, take, take_each, without_empty
from retail.pricing.off import Amount, Percent
from retail.pricing.offer_records import (
    BENEFIT_FIELDS,
    benefit_record,
    limits_record,
    needs_record,
    read_needs,
    take_benefit,
    take_kind,
    take_limits,
)
from retail.pricing.rule_parts import (
    SCOPE_FIELDS,
    goods_record,
    name_record,
    one_of,
    only,
    scope_record,
    take_choice,
    take_goods,
    take_name,
    take_scope,
    take_texts,
)
from retail.pricing.rules import Adjustment, Combine, FixedPrice, Offer, Raise, Rule
from retail.values import Gtin

__all__ = ["read_rule", "rule_record"]

_ALL: Final = ("rule", "id", *SCOPE_FIELDS, "priority")
_NAMED: Final = (*_ALL, "name", "combine")
_CHANGES: Final = ("off_bp", "off", "up_bp", "up")


def rule_record(rule: Rule) -> dict[str, Any]:
    """Write a rule; amounts are the currency's smallest unit, instants whole seconds."""
    match rule:
        case FixedPrice():
            kind, fields = "fixed_price", _fixed_fields(rule)
        case Adjustment():
            kind, fields = "adjustment", _naming(rule) | _adjustment_fields(rule)
        case Offer():
            kind, fields = "offer", _naming(rule) | _offer_fields(rule)
    whole = {"rule": kind, "id": rule.rule_id} | fields | scope_record(rule.scope)
    return without_empty(whole | {"priority": rule.priority or None})


def read_rule(record: Record) -> Rule:
    """Read what ``rule_record`` wrote; refuses with ``RecordError``, which names rule and field."""
    kind, rule_id = take(record, "rule", str), take(record, "id", str)
    if kind not in _READERS:
        raise RecordError(f"rule: Expected one of {', '.join(_READERS)}, got {kind!r}")
    return refusing(f"{kind} {rule_id!r}", lambda: _READERS[kind](record))


def _naming(rule: Adjustment | Offer) -> dict[str, Any]:
    combine = rule.combine.value if rule.combine is not Combine.BEST_OF else None
    return {"name": name_record(rule.name_fa, rule.name_en), "combine": combine}


def _fixed_fields(rule: FixedPrice) -> dict[str, Any]:
    gtin = rule.gtin.digits if rule.gtin else None
    return {"sku": rule.sku, "price": rule.price, "gtin": gtin}


def _read_fixed(record: Record) -> FixedPrice:
    only(record, *_ALL, "sku", "price", "gtin")
    return FixedPrice(
        rule_id=take(record, "id", str),
        sku=take(record, "sku", str),
        price=take(record, "price", int),
        gtin=refusing("gtin", lambda: Gtin.parse(take(record, "gtin", str)))
        if "gtin" in record
        else None,
        scope=take_scope(record),
        priority=take(record, "priority", int, 0),
    )


def _adjustment_fields(rule: Adjustment) -> dict[str, Any]:
    match rule.change:
        case Percent(basis_points):
            change = {"off_bp": basis_points}
        case Amount(minor):
            change = {"off": minor}
        case Raise(basis_points, minor):
            change = {"up_bp": basis_points} if basis_points else {"up": minor}
    rounding = rule.round_to if rule.round_to != 1 else None
    return {"goods": goods_record(rule.goods), **change, "round_to": rounding}


def _read_adjustment(record: Record) -> Adjustment:
    only(record, *_NAMED, "goods", *_CHANGES, "round_to")
    name_fa, name_en = take_name(record)
    return Adjustment(
        rule_id=take(record, "id", str),
        change=_take_change(record),
        goods=take_goods(record),
        scope=take_scope(record),
        priority=take(record, "priority", int, 0),
        combine=take_choice(record, "combine", Combine.BEST_OF),
        round_to=take(record, "round_to", int, 1),
        name_fa=name_fa,
        name_en=name_en,
    )


def _take_change(record: Record) -> Percent | Amount | Raise:
    field = one_of(record, *_CHANGES)
    value = take(record, field, int)
    make: dict[str, Callable[[], Percent | Amount | Raise]] = {
        "off_bp": lambda: Percent(value),
        "off": lambda: Amount(value),
        "up_bp": lambda: Raise(basis_points=value),
        "up": lambda: Raise(minor=value),
    }
    return refusing(field, make[field])


def _offer_fields(rule: Offer) -> dict[str, Any]:
    return benefit_record(rule.benefit) | {
        "needs": [needs_record(needs) for needs in rule.needs],
        "vouchers": sorted(rule.vouchers),
        "limits": limits_record(rule.limits),
    }


def _read_offer(record: Record) -> Offer:
    only(record, *_NAMED, "kind", *BENEFIT_FIELDS[take_kind(record)], "needs", "vouchers", "limits")
    name_fa, name_en = take_name(record)
    return Offer(
        rule_id=take(record, "id", str),
        benefit=take_benefit(record),
        scope=take_scope(record),
        needs=take_each(record, "needs", read_needs),
        vouchers=frozenset(take_texts(record, "vouchers")),
        priority=take(record, "priority", int, 0),
        combine=take_choice(record, "combine", Combine.BEST_OF),
        limits=take_limits(record),
        name_fa=name_fa,
        name_en=name_en,
    )


_READERS: Final[dict[str, Callable[[Record], Rule]]] = {
    "fixed_price": _read_fixed,
    "adjustment": _read_adjustment,
    "offer": _read_offer,
}
