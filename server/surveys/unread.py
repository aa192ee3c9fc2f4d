"""Answers that could not be read, read once more: after a form or the program was put right.

Source: docs/surveys.md, section 6.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from server.surveys.models import Response, Source, UnreadResponse
from server.surveys.noting import sent_of
from server.surveys.taking import Sent, take_in


def read_again(keys: Sequence[str], at: datetime) -> int:
    """Try these, each kept as it is where it cannot be read; gives how many could."""
    read = 0
    with transaction.atomic():
        rows = UnreadResponse.objects.select_for_update().filter(pk__in=keys).order_by("pk")
        for row in rows:
            try:
                sent = _sent(row)
            except (KeyError, TypeError, ValueError):
                continue
            row.delete()
            take_in([sent], row.received_at)
            read += Response.objects.filter(pk=sent.instance_id).exists()
    return read


def _sent(row: UnreadResponse) -> Sent:
    if row.source == Source.KIOSK:
        return sent_of(row.told, row.event_id, row.kiosk_id, row.store_id)
    return Sent(
        instance_id=UUID(row.instance_id),
        survey_id=row.survey_id,
        version=row.version,
        source=row.source,
        xml=row.told["xml"],
        complete=True,
        began_at=row.received_at,
        ended_at=row.received_at,
        told=row.told,
        files=row.told.get("files", ()),
    )
