"""The rules of a sample chain: a file in the form of RULES.json, and the groups that they name.

Source: config/sample/README.md.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from retail.fields import RecordError, take
from retail.pricing.records import read_rule
from retail.pricing.refusals import refusals_of
from retail.pricing.rules import FixedPrice, Scope
from server.catalogue.models import Product
from server.pricing import deeds, models
from server.pricing.known import Catalogue
from server.pricing.models import CustomerGroup, State
from server.pricing.rules import weekly_record

WHO: Final = "load-sample"


def load_groups(file: Path) -> None:
    """Keep the customer groups of a file, where there is one; raises ``RecordError``."""
    for record in _read(file) or []:
        name = take(record, "name", dict)
        names = {"name_fa": take(name, "fa", str), "name_en": take(name, "en", str, "")}
        CustomerGroup.objects.update_or_create(group_id=take(record, "id", str), defaults=names)


def load_rules(file: Path, at: datetime) -> int:
    """Publish the rules of a file, where there is one; raises ``RecordError``; gives how many."""
    told = _read(file)
    if told is None:
        return 0
    for said in _refused(told["rules"]):
        raise RecordError(f"{file.name}: {said}")
    for record in told["rules"]:
        _load(record, at)
    return len(told["rules"])


def _read(file: Path) -> Any:
    try:
        return json.loads(file.read_text("utf-8")) if file.exists() else None
    except ValueError as error:
        raise RecordError(f"{file.name}: {error}") from None


def _refused(records: list[Any]) -> Iterator[str]:
    known = Catalogue()
    for record in records:
        for each in refusals_of(record, known):
            yield f"{record.get('id')}: {each.field}: {each.en}"


def _load(record: dict[str, Any], at: datetime) -> None:
    rule = read_rule(record)
    if isinstance(rule, FixedPrice):
        _load_fixed(rule)
        return
    row = deeds.save(record, WHO, at)
    if row.published != row.body:
        deeds.publish(row.pk, WHO, at)


def _load_fixed(rule: FixedPrice) -> None:
    scope = rule.scope
    models.FixedPrice.objects.update_or_create(
        rule_id=rule.rule_id,
        defaults={
            "product": Product.objects.get(sku=rule.sku),
            "gtin": rule.gtin.digits if rule.gtin else "",
            "amount": rule.price,
            "store_id": _only(scope, scope.stores),
            "group_id": _only(scope, scope.groups),
            "starts_at": scope.window.starts_at,
            "ends_at": scope.window.ends_at,
            "weekly": weekly_record(scope.window),
            "priority": rule.priority,
            "state": State.PUBLISHED,
        },
    )


def _only(scope: Scope, names: frozenset[str]) -> str | None:
    if len(names) > 1:
        raise RecordError(f"Expected a fixed price of one store and group, got {scope}")
    return next(iter(names), None)
