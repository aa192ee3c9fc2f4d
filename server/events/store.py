"""Storing a batch of events: each event once, each answered, all in one transaction.

A bad event never keeps back the others; what is accepted here is on the disk when the answer
goes out. Source: docs/events.md, "The answer".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Final, Literal

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Greatest, Least

from server.events.kinds import UNKNOWN_CODE, EventError, Told, known, read_event
from server.events.models import Event, UnknownCode
from server.fleet.models import Kiosk

Status = Literal["accepted", "known", "rejected"]
EARLIEST: Final = datetime(1970, 1, 1, tzinfo=UTC)  # what a box without its time believes
SYMBOLOGY_LENGTH_MAX = 10  # of UnknownCode.symbology; AIM identifiers have two


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one event; ``event_id`` as the kiosk wrote it, whatever it was."""

    event_id: Any
    status: Status
    reason: str = ""

    def record(self) -> dict[str, Any]:
        """Write the answer as JSON."""
        answer = {"id": self.event_id, "status": self.status}
        return {**answer, "reason": self.reason} if self.reason else answer


@transaction.atomic
def store_events(kiosk: Kiosk, events: Sequence[object], at: datetime) -> list[Answer]:
    """Store what is new of ``events``, received at ``at``; answers stand in the same order."""
    # one batch of a kiosk at a time: else two with the same event would both find it new
    Kiosk.objects.select_for_update().get(pk=kiosk.pk)
    return [_store(kiosk, raw, at) for raw in events]


def _store(kiosk: Kiosk, raw: object, at: datetime) -> Answer:
    event_id = raw.get("id") if isinstance(raw, dict) else None
    try:
        told = read_event(raw)
    except EventError as error:
        return Answer(event_id, "rejected", str(error))
    told = replace(told, at=min(max(told.at, EARLIEST), at))  # it has arrived: it is no later
    event, new = Event.objects.get_or_create(
        event_id=told.event_id,
        defaults={
            "kiosk": kiosk,
            "kind": told.kind,
            "at": told.at,
            "body": told.body,
            "received_at": at,
            "read": known(told.kind, 1),
        },
    )
    if event.kiosk_id != kiosk.pk:
        return Answer(event_id, "rejected", "id: expected a new one, got another kiosk's")
    if not new:
        return Answer(event_id, "known")
    if told.kind == UNKNOWN_CODE:
        _count_unknown_code(told, kiosk)
    return Answer(event_id, "accepted")


def _count_unknown_code(told: Told, kiosk: Kiosk) -> None:
    """Add one to what head office sees of this code."""
    UnknownCode.objects.update_or_create(
        code=told.body["code"],
        symbology=told.body["symbology"][:SYMBOLOGY_LENGTH_MAX],
        defaults={
            "count": F("count") + 1,
            "first_seen_at": Least("first_seen_at", told.at),
            "last_seen_at": Greatest("last_seen_at", told.at),
            "last_store": kiosk.store,
        },
        create_defaults={
            "count": 1,
            "first_seen_at": told.at,
            "last_seen_at": told.at,
            "last_store": kiosk.store,
        },
    )
