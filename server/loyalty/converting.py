"""Points that become credit by themselves, with the trail of both.

Source: docs/members.md, section 6.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.db import transaction

from retail.loyalty.scheme import Scheme
from server.ledger.models import POINTS, Account, Entry
from server.ledger.writing import (
    Cause,
    Give,
    Take,
    account_of,
    chain_account,
    lock,
    post,
    spendable,
)
from server.loyalty.earning import points_account
from server.members.models import Member

CONVERTED: Final = "converted"


def convert(member: Member, scheme: Scheme, unit: str, at: datetime) -> Entry | None:
    """Make credit of points where they reach it; none where they do not: a second run is none."""
    if scheme.conversion is None:
        return None
    with transaction.atomic():
        points = points_account(member)
        credit = account_of(Account.Kind.CREDIT, str(member.pk), unit)
        lock([points, credit])
        used, given = scheme.conversion.of(max(0, spendable(points, at)))
        if not used:
            return None
        number = Entry.objects.filter(kind=CONVERTED, postings__account=points).count() + 1
        moves = (
            Take(points, used),
            Give(chain_account(CONVERTED, POINTS), used),
            Give(credit, given),
            Take(chain_account(CONVERTED, unit), given),
        )
        return post(Cause(f"converted:{points.pk}:{number}", CONVERTED, at), moves)
