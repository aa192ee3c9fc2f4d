"""What kiosks tell of payments, put into rows as it arrives: once, in the event's transaction.

An event that comes again changes nothing, nor does one that comes late.

Source: docs/events.md, "Payments"; docs/outbox.md, section 5 (effects).
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final
from uuid import UUID

from server.sales.models import Doubt, GivenBack, Sale

if TYPE_CHECKING:
    from server.ingest.effects import Happened

SALE_COMPLETED: Final = "sale_completed"
SALE_REVERSED: Final = "sale_reversed"
REFUND_MADE: Final = "refund_made"
IN_DOUBT: Final = "payment_in_doubt"
SETTLED: Final = "payment_settled"
ATTENDANT: Final = "payment_attendant"

logger = logging.getLogger(__name__)


def note_sales(events: Sequence[Happened]) -> None:
    """Note sales; one that is known stays as it is, and a second event of it is told."""
    ordered = sorted(events, key=lambda event: event.event_id)
    ids = [UUID(event.body["sale"]) for event in ordered]
    known = dict(Sale.objects.filter(pk__in=ids).values_list("pk", "event_id"))
    for event, sale_id in zip(ordered, ids, strict=True):
        if known.setdefault(sale_id, event.event_id) != event.event_id:
            logger.error("sale-told-twice sale=%s event=%s", sale_id, event.event_id)
    rows = (
        Sale(
            sale_id=sale_id,
            event_id=event.event_id,
            attempt_id=UUID(event.body["attempt"]),
            kiosk_id=event.kiosk_id,
            store_id=event.store_id,
            at=event.at,
            total=event.body["total"],
            currency=event.body["currency"],
            tenders=event.body["tenders"],
            evidence=event.body["evidence"],
        )
        for event, sale_id in zip(ordered, ids, strict=True)
    )
    Sale.objects.bulk_create(rows, ignore_conflicts=True)


def note_given_back(events: Sequence[Happened]) -> None:
    """Note reversals and refunds."""
    rows = (
        GivenBack(
            attempt_id=UUID(event.body["attempt"]),
            sale_id=UUID(event.body["sale"]),
            kind=GivenBack.Kind.REFUND if event.kind == REFUND_MADE else GivenBack.Kind.REVERSAL,
            kiosk_id=event.kiosk_id,
            store_id=event.store_id,
            at=event.at,
            amount=event.body["amount"],
            currency=event.body["currency"],
            who=event.body["by"],
            completed=event.body["completed"],
        )
        for event in sorted(events, key=lambda event: event.event_id)
    )
    GivenBack.objects.bulk_create(rows, ignore_conflicts=True)


_ENDS = frozenset({Doubt.State.APPROVED, Doubt.State.NOT_CHARGED, Doubt.State.REVERSED})


def note_doubts(events: Sequence[Happened]) -> None:
    """Note where payments in doubt are; what has ended stays ended."""
    for event in sorted(events, key=lambda event: (event.body["attempt"], event.event_id)):
        row = _doubt(event)
        if row.state == Doubt.State.ATTENDANT:
            told = (event.kiosk_id, row.pk, row.amount)
            logger.warning("payment-for-staff kiosk=%s attempt=%s amount=%d", *told)
        made, new = Doubt.objects.get_or_create(pk=row.pk, defaults=_fields(row))
        if new or made.state in _ENDS:
            continue
        if made.state == Doubt.State.ATTENDANT and row.state == Doubt.State.IN_DOUBT:
            continue  # it came late
        made.state, made.why, made.at = row.state, row.why, row.at
        made.save(update_fields=("state", "why", "at"))


def _doubt(event: Happened) -> Doubt:
    body = event.body
    state = Doubt.State.IN_DOUBT if event.kind == IN_DOUBT else Doubt.State(body["outcome"])
    return Doubt(
        attempt_id=UUID(body["attempt"]),
        sale_id=UUID(body["sale"]),
        kind=body["kind"],
        kiosk_id=event.kiosk_id,
        store_id=event.store_id,
        amount=body["amount"],
        currency=body["currency"],
        reference=body["reference"],
        state=state,
        why=body["why"],
        at=event.at,
    )


def _fields(row: Doubt) -> dict[str, object]:
    names = (field.attname for field in Doubt._meta.concrete_fields if not field.primary_key)
    return {name: getattr(row, name) for name in names}
