"""The same endpoint as one writes it with django-ninja and the ORM."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.http import HttpRequest
from ninja import NinjaAPI, Schema

from server.events.kinds import check_body
from server.events.models import Event, Head, UnknownCode

api = NinjaAPI(docs_url=None, openapi_url=None)


class Row(Schema):
    """A row as it is sent."""

    seq: int
    id: UUID
    kind: str
    ver: int
    wall_ms: int
    boot_id: UUID
    mono_ms: int
    chain: str
    body: dict[str, Any]


class After(Schema):
    """The row before the first."""

    seq: int
    chain: str


class Clock(Schema):
    """The box's clocks."""

    boot_id: UUID
    mono_ms: int
    wall_ms: int


class Batch(Schema):
    """A request."""

    epoch: UUID
    stream: str
    after: After
    clock: Clock
    rows: list[Row]


@api.post("/events")
def take(request: HttpRequest, batch: Batch) -> dict[str, Any]:
    """Store a batch in one transaction: head, events, unknown codes."""
    kiosk_id, now = request.headers["Signature-Input"], datetime.now(UTC)
    zero = now.timestamp() - batch.clock.mono_ms / 1000
    events, chain = [], bytes.fromhex(batch.after.chain)
    for row in batch.rows:
        check_body(row.kind, row.body)
        # of a chain no more is asked here than that it is computed: bodies were read and not kept
        chain = hashlib.sha256(chain + row.id.bytes).digest()
        events.append(_event(kiosk_id, batch, row, zero, now))
    with transaction.atomic():
        head = _head(kiosk_id, batch, now)
        if head.seq != batch.after.seq:
            return {"acked_through": head.seq}
        ids = [event.event_id for event in events]
        known = set(Event.objects.filter(pk__in=ids).values_list("pk", flat=True))
        new = [event for event in events if event.pk not in known]
        Event.objects.bulk_create(new, ignore_conflicts=True)
        for event in new:
            if event.kind == "unknown_code":
                _count(event)
        head.seq, head.moved_at = batch.rows[-1].seq, now
        head.chain = bytes.fromhex(batch.rows[-1].chain)
        head.save(update_fields=["seq", "chain", "moved_at"])
    return {"acked_through": head.seq, "rejected": [], "branch": 0}


def _event(kiosk_id: str, batch: Batch, row: Row, zero: float, now: datetime) -> Event:
    return Event(
        event_id=row.id,
        kiosk_id=kiosk_id,
        kind=row.kind,
        ver=row.ver,
        at=datetime.fromtimestamp(zero + row.mono_ms / 1000, UTC),
        sure=True,
        read=True,
        body=row.body,
        received_at=now,
        stream=batch.stream,
        epoch=batch.epoch,
        seq=row.seq,
        chain=bytes.fromhex(row.chain),
        boot=row.boot_id,
        wall_ms=row.wall_ms,
        mono_ms=row.mono_ms,
    )


def _head(kiosk_id: str, batch: Batch, now: datetime) -> Head:
    defaults = {
        "stream": batch.stream,
        "chain": bytes.fromhex(batch.after.chain),
        "made_at": now,
        "moved_at": now,
    }
    heads = Head.objects.select_for_update()
    head, _ = heads.get_or_create(kiosk_id=kiosk_id, epoch=batch.epoch, branch=0, defaults=defaults)
    return head


def _count(event: Event) -> None:
    UnknownCode.objects.update_or_create(
        code=event.body["code"],
        symbology=event.body["symbology"],
        defaults={
            "count": F("count") + 1,
            "last_seen_at": event.at,
            "last_store_id": "bench",
        },
        create_defaults={
            "count": 1,
            "first_seen_at": event.at,
            "last_seen_at": event.at,
            "last_store_id": "bench",
        },
    )
