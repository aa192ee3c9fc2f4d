"""Working off what was stored unread: kinds and versions that came before the server knew them.

Done at each start of the server and by ``kiosk-server events reread``. Checks, effects and the
mark *read* are one transaction, so nothing has its effect twice. A body that fails its check
stays unread and is told: it was stored once, and is not thrown away.

Source: docs/outbox.md, section 5.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet

from server.events.kinds import VERSIONS, EventError, check_body
from server.events.models import Event
from server.ingest.effects import Happened, apply_effects

ROWS_AT_ONCE: Final = 500
_FIRST: Final = UUID(int=0)

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Reread:
    """How many events were read now, and how many are as before because their body is wrong."""

    read: int = 0
    wrong: int = 0


def reread() -> Reread:
    """Read what this server has come to know, in the order of the ids."""
    total, after = Reread(), _FIRST
    while True:
        part, last = _reread_some(after)
        total = Reread(total.read + part.read, total.wrong + part.wrong)
        if last is None:
            break
        after = last
    if total != Reread():
        logger.info("events-reread read=%d wrong=%d", total.read, total.wrong)
    return total


@transaction.atomic
def _reread_some(after: UUID) -> tuple[Reread, UUID | None]:
    waiting = _unread().filter(event_id__gt=after).order_by("event_id")
    events = list(waiting.select_for_update(of=("self",)).select_related("kiosk")[:ROWS_AT_ONCE])
    if not events:
        return Reread(), None
    right = [event for event in events if _right(event)]
    apply_effects([_happened(event) for event in right])
    Event.objects.filter(pk__in=[event.pk for event in right]).update(read=True)
    return Reread(len(right), len(events) - len(right)), events[-1].pk


def _unread() -> QuerySet[Event]:
    """Those that are known by now; kinds and versions are few, and their index is small."""
    known: Sequence[Q] = [Q(kind=kind, ver__lte=ver) for kind, ver in VERSIONS.items()]
    return Event.objects.filter(reduce(or_, known), read=False)


def _right(event: Event) -> bool:
    try:
        check_body(event.kind, event.body)
    except EventError as error:
        logger.warning("events-reread-wrong id=%s kind=%s reason=%s", event.pk, event.kind, error)
        return False
    return True


def _happened(event: Event) -> Happened:
    return Happened(
        event.event_id,
        event.kiosk_id,
        event.kiosk.store_id,
        event.kind,
        event.ver,
        event.at,
        event.body,
        event.epoch,
    )
