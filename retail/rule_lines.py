"""A rule as a line of a snapshot or a segment, kept as it came until it is read.

Whoever takes a line over the wire need not be able to read what the rule says: a later version
of head office may write rules that this one does not know. The line itself must be sound.

Source: docs/snapshot.md, record ``rule``; docs/feed.md, sections 3 and 6.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from retail.fields import Record, RecordError, refusing, take
from retail.pricing.records import read_rule, rule_record
from retail.pricing.rules import Adjustment, FixedPrice, Offer

StoreRule = Adjustment | Offer
KIND = "rule"


@dataclass(frozen=True, slots=True)
class ToldRule:
    """A rule of the store as it came: nothing of it is read but its id."""

    rule_id: str
    record: Record

    def read(self) -> StoreRule:
        """Give what it says; refuses with ``RecordError`` that names the field."""
        rule = read_rule(self.record)
        if isinstance(rule, FixedPrice):
            raise RecordError("Expected an adjustment or an offer, got a price of one product")
        return rule


def rule_line(rule: StoreRule) -> dict[str, Any]:
    """Write a rule as a line."""
    return {"kind": KIND, "rule": rule_record(rule)}


def told_line(told: ToldRule) -> dict[str, Any]:
    """Write a rule as a line, as it came."""
    return {"kind": KIND, "rule": dict(told.record)}


def read_rule_line(record: Record) -> ToldRule:
    """Take a line apart; refuses one without a rule that has an id, and reads no more of it."""
    rule = take(record, "rule", dict)
    return ToldRule(refusing("rule", lambda: _id_of(rule)), rule)


def _id_of(rule: Mapping[str, Any]) -> str:
    rule_id = take(rule, "id", str)
    if not rule_id or rule_id != rule_id.strip():
        raise RecordError(f"Expected an id without spaces around it, got {rule_id!r}")
    return rule_id
