"""What kiosks tell of surveys, put into rows as it arrives: once, in the event's transaction.

Source: docs/surveys.md, section 6; docs/outbox.md, section 5 (effects).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.utils import timezone

from server.stores.models import ID_LENGTH_MAX
from server.surveys.answer_models import PATH_LENGTH_MAX
from server.surveys.models import Left, Source, UnreadResponse
from server.surveys.packing import unpacked
from server.surveys.taking import REASON_MAX, Sent, take_in

if TYPE_CHECKING:
    from server.ingest.effects import Happened

SURVEY_ANSWERED: Final = "survey_answered"
SURVEY_LEFT: Final = "survey_left"


def note_answers(events: Sequence[Happened]) -> None:
    """Note sets of answers; one that cannot be read is kept with the reason."""
    at = timezone.now()
    sent = []
    for event in sorted(events, key=lambda event: event.event_id):
        try:
            sent.append(sent_of(event.body, event.event_id, event.kiosk_id, event.store_id))
        except ValueError as error:
            _keep_unread(event, at, str(error))
    take_in(sent, at)


def note_left(events: Sequence[Happened]) -> None:
    """Note where people left whose answers were thrown away."""
    rows = (
        Left(
            event_id=event.event_id,
            survey_id=event.body["survey"][:ID_LENGTH_MAX],
            version=event.body["version"],
            kiosk_id=event.kiosk_id,
            store_id=event.store_id,
            at=event.at,
            last=event.body.get("last", "")[:PATH_LENGTH_MAX],
        )
        for event in sorted(events, key=lambda event: event.event_id)
    )
    Left.objects.bulk_create(rows, ignore_conflicts=True)


def sent_of(body: Mapping[str, Any], event_id: UUID | None, kiosk_id: str, store_id: str) -> Sent:
    """Read an event's body; raises ``ValueError`` that says what was expected."""
    return Sent(
        instance_id=UUID(body["instance"]),
        survey_id=body["survey"],
        version=body["version"],
        source=Source.KIOSK,
        xml=unpacked(body),
        complete=body["state"] == "complete",
        began_at=_instant(body["began_at"]),
        ended_at=_instant(body["ended_at"]),
        told=body,
        event_id=event_id,
        kiosk_id=kiosk_id,
        store_id=store_id,
        language=body["language"],
        member=body.get("member", ""),
        is_repeat="repeat" in body.get("marks", ()),
        times=body.get("times", ()),
        last=body.get("last", ""),
        files=body.get("files", ()),
    )


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def _keep_unread(event: Happened, at: datetime, reason: str) -> None:
    UnreadResponse.objects.bulk_create(
        [
            UnreadResponse(
                instance_id=event.body["instance"],
                survey_id=event.body["survey"][:ID_LENGTH_MAX],
                version=event.body["version"],
                source=Source.KIOSK,
                event_id=event.event_id,
                kiosk_id=event.kiosk_id,
                store_id=event.store_id,
                received_at=at,
                reason=reason[:REASON_MAX],
                told=dict(event.body),
            )
        ],
        ignore_conflicts=True,
    )
