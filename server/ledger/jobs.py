"""What becomes of lots by time alone: expiry, posted at the instant at which it came.

Source: docs/members.md, section 3.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import F, Q, Sum
from django.db.models.functions import Coalesce

from retail.loyalty.lots import Use
from server.ledger.models import Account, Entry, Lot
from server.ledger.writing import Cause, Give, Take, chain_account, lock, lots_of, post

EXPIRED: Final = "expired"
AT_ONCE: Final = 500


def expire_due(now: datetime) -> int:
    """Post every lot that has expired by ``now``, each once; gives how many were posted."""
    posted = 0
    for account in _with_something_due(now):
        with transaction.atomic():
            posted += sum(1 for _ in _expire(account, now))
    return posted


def _with_something_due(now: datetime) -> list[Account]:
    due = (
        Lot.objects.filter(expires_at__lte=now)
        .annotate(used=Coalesce(Sum("uses__amount"), 0))
        .filter(Q(amount__gt=F("used")))
        .values("account")
    )
    return list(Account.objects.filter(pk__in=due).order_by("pk"))


def _expire(account: Account, now: datetime) -> Iterator[Entry]:
    lock([account])
    to = chain_account(EXPIRED, account.unit)
    for lot in lots_of(account):
        if lot.expires_at is None or lot.expires_at > now:
            continue
        cause = Cause(f"expired:{lot.lot_id}:{lot.left}", EXPIRED, lot.expires_at)
        uses = (Use(lot.lot_id, lot.left),)
        yield post(cause, (Take(account, lot.left, uses), Give(to, lot.left)))
