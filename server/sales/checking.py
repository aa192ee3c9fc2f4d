"""Sales worked out again soon after they arrive, a few at a time; differences are told.

Working out is that of finished baskets (``server.pricing.recompute``); besides, what was paid must
be what the basket came to. A sale without a basket, of ``kiosk pay``, has only its sum to check.

Source: docs/events.md, "Payments"; docs/pricing.md, "At head office".
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from server.events.models import Event
from server.pricing.checking import note_overrun
from server.pricing.models import Verdict
from server.pricing.recompute import Difference, Recomputed, recompute
from server.sales.models import Sale

AT_ONCE: Final = 50

logger = logging.getLogger(__name__)


def check_sales(at: datetime, limit: int = AT_ONCE) -> list[Sale]:
    """Work out again what waits, the oldest first; gives the rows."""
    waiting = list(Sale.objects.filter(checked_at__isnull=True).order_by("at")[:limit])
    bodies = dict(
        Event.objects.filter(pk__in=[each.event_id for each in waiting]).values_list("pk", "body")
    )
    for row in waiting:
        body = bodies.get(row.event_id)
        told = Recomputed(Verdict.UNKNOWN, reason="the event is not kept any more")
        told = told if body is None else check(body, row.store_id)
        _keep(row, told, at)
        if told.verdict in (Verdict.AGREES, Verdict.BEHIND):
            note_overrun(row)
    return waiting


def check(body: Mapping[str, Any], store_id: str) -> Recomputed:
    """Work out again what the body of ``sale_completed`` tells, for a store."""
    basket = body["basket"]
    told = recompute(basket, store_id) if basket else Recomputed(Verdict.AGREES, body["total"])
    paid = sum(tender["amount"] for tender in body["tenders"])
    unequal = [("paid", paid)] if paid != body["total"] else []
    if basket and basket.get("total") != body["total"]:
        unequal.append(("basket", basket.get("total") or 0))
    if not unequal:
        return told
    found = tuple(Difference(None, name, amount, body["total"]) for name, amount in unequal)
    return Recomputed(Verdict.DIFFERS, told.total, (*found, *told.differences))


def _keep(row: Sale, told: Recomputed, at: datetime) -> None:
    row.verdict, row.computed, row.checked_at = told.verdict, told.total, at
    row.differences = [each.record() for each in told.differences]
    if told.reason:
        row.differences = [{"reason": told.reason}]
    row.save(update_fields=("verdict", "computed", "checked_at", "differences"))
    if told.verdict == Verdict.DIFFERS:
        logger.warning(
            "sale-differs kiosk=%s sale=%s told=%d computed=%s",
            row.kiosk_id,
            row.pk,
            row.total,
            row.computed,
        )
