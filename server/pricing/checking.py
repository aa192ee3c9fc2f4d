"""Finished baskets noted as they arrive, and worked out again soon after, a few at a time.

Noting is one row in the transaction that stores the event; working out takes some milliseconds a
basket and keeps nobody waiting (``server.feed.runner`` does it, and ``kiosk-server baskets``).

Source: docs/pricing.md, "At head office"; docs/outbox.md, section 5 (effects).
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Final

from server.events.models import Event
from server.pricing.models import BasketCheck, Verdict
from server.pricing.recompute import Recomputed, recompute
from server.pricing.using import beyond_limits

if TYPE_CHECKING:
    from server.ingest.effects import Happened
    from server.sales.models import Sale

FINISHED: Final = "basket_finished"
AT_ONCE: Final = 50

logger = logging.getLogger(__name__)


def note_baskets(events: Sequence[Happened]) -> None:
    """Note baskets that are to be worked out again; one that is known stays."""
    BasketCheck.objects.bulk_create(
        (
            BasketCheck(
                event_id=event.event_id,
                kiosk_id=event.kiosk_id,
                store_id=event.store_id,
                at=event.at,
                told=event.body["total"],
            )
            for event in sorted(events, key=lambda event: event.event_id)
        ),
        ignore_conflicts=True,
    )


def check_some(at: datetime, limit: int = AT_ONCE) -> list[BasketCheck]:
    """Work out again what waits, the oldest first; gives the rows."""
    waiting = list(BasketCheck.objects.filter(checked_at__isnull=True).order_by("at")[:limit])
    bodies = dict(
        Event.objects.filter(pk__in=[each.pk for each in waiting]).values_list("pk", "body")
    )
    for row in waiting:
        body = bodies.get(row.pk)
        told = Recomputed(Verdict.UNKNOWN, reason="the event is not kept any more")
        if body is not None:
            told = recompute(body, row.store_id)
        _keep(row, told, at)
        if told.verdict in (Verdict.AGREES, Verdict.BEHIND):
            note_overrun(row)
    return waiting


def note_overrun(row: BasketCheck | Sale) -> None:
    """Say of a basket that is right whether it went beyond a limit that it knew too little of."""
    beyond = beyond_limits(row.pk)
    if not beyond:
        return
    row.verdict, row.differences = Verdict.OVERRUN, [each.record() for each in beyond]
    row.save(update_fields=("verdict", "differences"))
    for each in beyond:
        logger.warning(
            "offer-overrun kiosk=%s basket=%s rule=%s times=%d off=%d",
            row.kiosk_id,
            row.pk,
            each.rule_id,
            *each.use,
        )


def _keep(row: BasketCheck, told: Recomputed, at: datetime) -> None:
    row.verdict, row.computed, row.checked_at = told.verdict, told.total, at
    row.differences = [each.record() for each in told.differences]
    if told.reason:
        row.differences = [{"reason": told.reason}]
    row.save(update_fields=("verdict", "computed", "checked_at", "differences"))
    if told.verdict == Verdict.DIFFERS:
        logger.warning(
            "basket-differs kiosk=%s event=%s told=%d computed=%s",
            row.kiosk_id,
            row.pk,
            row.told,
            row.computed,
        )
