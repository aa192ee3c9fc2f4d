"""What is done with rules: saved, published, taken back; each deed in one transaction, and logged.

A rule that is saved stays a draft, or as kiosks have it, until it is published. What was
published is kept in revisions for ever, so that any past price can be explained.

Source: docs/pricing.md, "At head office".
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from itertools import count
from typing import Any, Final

from django.db import transaction
from django.db.models import Max

from retail.instants import write_instant
from retail.pricing.records import read_rule, rule_record
from retail.pricing.rules import Adjustment, Offer
from server.fleet.audit import note
from server.pricing.models import FixedPrice, PriceRule, RuleRevision, State
from server.pricing.rules import columns_of, kind_of

Body = Mapping[str, Any]
ROWS_AT_ONCE: Final = 500
_DOING: Final = {State.DRAFT: "draft", State.PUBLISHED: "publish", State.WITHDRAWN: "withdraw"}


class DeedError(Exception):
    """The deed cannot be done; the text says what was expected."""


def save(body: Body, who: str, at: datetime) -> PriceRule:
    """Keep a rule as it was typed, in the place of what it was; raises ``RecordError``."""
    rule = read_rule(body)
    if not isinstance(rule, Adjustment | Offer):
        raise DeedError("Expected an adjustment or an offer, got a fixed price")
    written = rule_record(rule)
    with transaction.atomic():
        known = PriceRule.objects.select_for_update().filter(pk=rule.rule_id).first()
        told = {
            **columns_of(rule),
            "kind": kind_of(written),
            "body": written,
            "changed_at": at,
            "changed_by": who,
        }
        row, _ = PriceRule.objects.update_or_create(rule_id=rule.rule_id, defaults=told)
        note(who, "save rule", "", at, rule=row.pk, before=known.body if known else None)
    return row


def publish(rule_id: str, who: str, at: datetime, starts_at: datetime | None = None) -> PriceRule:
    """Let kiosks have the rule as it was last saved; from ``starts_at`` on, where that is given.

    Kiosks get it at once and switch by themselves at the instant, also without the line.
    """
    with transaction.atomic():
        row = _row(rule_id)
        if starts_at is not None:
            row.body = _begun_at(row.body, starts_at)
            row.starts_at = starts_at
        if row.published == row.body:
            raise DeedError("Expected a change since the last publishing, got none")
        row.published, row.state = row.body, State.PUBLISHED
        row.save()
        _revise(row, who, at)
        note(who, "publish rule", "", at, rule=rule_id, body=row.body)
    return row


def withdraw(rule_id: str, who: str, at: datetime) -> PriceRule:
    """Take a published rule back; kiosks forget it with the next publishing."""
    with transaction.atomic():
        row = _row(rule_id)
        if row.state != State.PUBLISHED:
            raise DeedError("Expected a published rule, got one that kiosks do not have")
        row.published, row.state = None, State.WITHDRAWN
        row.save()
        _revise(row, who, at)
        note(who, "withdraw rule", "", at, rule=rule_id)
    return row


def delete(rule_id: str, who: str, at: datetime) -> None:
    """Delete a draft; what was ever published stays, for the sake of its past."""
    with transaction.atomic():
        row = _row(rule_id)
        if row.revisions.exists():
            raise DeedError("Expected a rule that was never published")
        note(who, "delete rule", "", at, rule=rule_id, before=row.body)
        row.delete()


def switch_fixed_prices(rule_ids: Collection[str], state: State, who: str, at: datetime) -> int:
    """Publish fixed prices or take them back; their past is kept by the database itself."""
    done, ids = 0, sorted(rule_ids)
    with transaction.atomic():
        for first in range(0, len(ids), ROWS_AT_ONCE):
            some = ids[first : first + ROWS_AT_ONCE]
            done += FixedPrice.objects.filter(rule_id__in=some).update(state=state)
            note(who, f"{_DOING[state]} fixed prices", "", at, rules=some)
    return done


def _row(rule_id: str) -> PriceRule:
    row = PriceRule.objects.select_for_update().filter(pk=rule_id).first()
    if row is None:
        raise DeedError(f"Expected a rule that there is, got {rule_id!r}")
    return row


def _revise(row: PriceRule, who: str, at: datetime) -> None:
    last = row.revisions.aggregate(last=Max("number"))["last"] or 0
    RuleRevision.objects.create(rule=row, number=last + 1, at=at, who=who, published=row.published)


def _begun_at(body: Body, starts_at: datetime) -> dict[str, Any]:
    """Give the rule with another beginning; raises ``RecordError`` where it would end before."""
    moved = {**body, "when": {**body.get("when", {}), "from": write_instant(starts_at)}}
    return rule_record(read_rule(moved))


def copy(rule_id: str, who: str, at: datetime) -> PriceRule:
    """Make the draft of another rule out of what one says; raises ``RecordError``."""
    with transaction.atomic():
        body = _row(rule_id).body
    stem = f"{rule_id[:50]}-copy"
    taken = set(PriceRule.objects.filter(pk__startswith=stem).values_list("pk", flat=True))
    name = next(name for n in count(1) if (name := f"{stem}-{n}") not in taken)
    return save({**body, "id": name}, who, at)
