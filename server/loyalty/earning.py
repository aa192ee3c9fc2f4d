"""The points of a sale, and what a return takes back: once each, whatever comes twice.

Source: docs/members.md, section 4.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import Sum

from retail.loyalty import earning as rules
from retail.loyalty import lots as lot_rules
from retail.loyalty.earning import Buyer, Earned, Line
from retail.loyalty.lots import Use
from retail.loyalty.months import months_after
from retail.loyalty.scheme import Keeping, Scheme
from server.ledger.models import POINTS, Account, Lot
from server.ledger.writing import (
    Cause,
    Give,
    Take,
    account_of,
    chain_account,
    lock,
    lots_of,
    post,
)
from server.loyalty.models import Purchase, ReturnedLine, SchemeVersion
from server.loyalty.schemes import scheme_of
from server.members.models import Member
from server.members.registering import home_of

GIVEN: Final = "points_given"
EARNED, RETURNED = "earned", "returned"


class PurchaseError(Exception):
    """It cannot be; the text says what was expected."""


@dataclass(frozen=True, slots=True)
class Sold:
    """A sale of a member, on the store's ``day``; points and credit paid ``by_balance`` of it."""

    sale_id: UUID
    at: datetime
    day: date
    lines: tuple[Line, ...]
    by_balance: int = 0
    groups: frozenset[str] = frozenset()


def points_account(member: Member) -> Account:
    """Give a member's account of points."""
    return account_of(Account.Kind.POINTS, str(member.pk), POINTS)


def earn(member: Member, version: SchemeVersion, sold: Sold) -> Purchase:
    """Give a member the points of a sale; the same sale once more changes nothing."""
    with transaction.atomic():
        member = home_of(Member.objects.select_related("merged_into").get(pk=member.pk))
        account = points_account(member)
        lock([account])  # two sales of one member come one after the other
        if (known := Purchase.objects.filter(pk=sold.sale_id).first()) is not None:
            return known
        scheme = scheme_of(version)
        earned = rules.earn(
            scheme, sold.lines, sold.by_balance, _buyer(member, scheme, sold), sold.day
        )
        points = sum(each.points for each in earned)
        purchase = Purchase.objects.create(
            sale_id=sold.sale_id,
            member=member,
            version=version,
            at=sold.at,
            day=sold.day,
            paid=sum(line.paid for line in sold.lines),
            points=points,
            earned=[[each.rule_id, each.line_id, each.points, each.basis] for each in earned],
        )
        if points:
            vests_at, expires_at = _kept(scheme.keeping, sold.at)
            moves = (
                Give(account, points, vests_at, expires_at),
                Take(chain_account(GIVEN, POINTS), points),
            )
            post(Cause(f"earned:{sold.sale_id}", EARNED, sold.at), moves)
        return purchase


def _buyer(member: Member, scheme: Scheme, sold: Sold) -> Buyer:
    before = Purchase.objects.filter(member=member, day__lte=sold.day)
    last = before.order_by("-day").values_list("day", flat=True).first()
    if scheme.spend_months:
        before = before.filter(day__gt=months_after(sold.day, -scheme.spend_months))
    paid = before.aggregate(sum=Sum("paid"))["sum"] or 0
    back = ReturnedLine.objects.filter(purchase__in=before).aggregate(sum=Sum("paid"))["sum"] or 0
    return Buyer(sold.groups, max(0, paid - back), last)


def _kept(keeping: Keeping, at: datetime) -> tuple[datetime, datetime | None]:
    vests_at = at + timedelta(days=keeping.vest_days)
    if keeping.expire_months is None:
        return vests_at, None
    ends = months_after(at.date(), keeping.expire_months)
    return vests_at, at.replace(year=ends.year, month=ends.month, day=ends.day)


@dataclass(frozen=True, slots=True)
class CameBack:
    """So much of a line of a sale came back; ``return_id`` is of this and nothing else."""

    return_id: str
    sale_id: UUID
    line_id: str
    paid: int
    at: datetime
    day: date


def take_back(came: CameBack) -> ReturnedLine:
    """Take the points of what came back; the same once more changes nothing.

    Raises ``PurchaseError`` for a sale that is not known, and for more than was bought.
    """
    with transaction.atomic():
        purchase = Purchase.objects.select_related("member").filter(pk=came.sale_id).first()
        if purchase is None:
            raise PurchaseError("Expected a sale of a member")
        account = points_account(purchase.member)
        lock([account])
        if (known := ReturnedLine.objects.filter(pk=came.return_id).first()) is not None:
            return known
        points = _points_back(purchase, came)
        row = ReturnedLine.objects.create(
            return_id=came.return_id,
            purchase=purchase,
            line_id=came.line_id,
            day=came.day,
            paid=came.paid,
            points=points,
        )
        if points:
            moves = (
                _taken(account, purchase, points, came.at),
                Give(chain_account(GIVEN, POINTS), points),
            )
            post(Cause(f"returned:{came.return_id}", RETURNED, came.at), moves)
        return row


def _points_back(purchase: Purchase, came: CameBack) -> int:
    """Work out what is to go back now: all that should be gone by now, less what is."""
    gone = purchase.returned.filter(line_id=came.line_id).aggregate(
        paid=Sum("paid"), points=Sum("points")
    )
    back = (gone["paid"] or 0) + came.paid
    of_line = [Earned(*each) for each in purchase.earned if each[1] == came.line_id]
    if came.paid < 1 or (of_line and back > max(each.basis for each in of_line)):
        raise PurchaseError("Expected no more to come back than what was bought")
    return sum(rules.taken_back(each, back) for each in of_line) - (gone["points"] or 0)


def _taken(account: Account, purchase: Purchase, points: int, at: datetime) -> Take:
    """Take points: of the sale's own lot first, then of others, and then as a debt."""
    own = set(
        Lot.objects.filter(
            account=account, posting__entry__key=f"earned:{purchase.sale_id}"
        ).values_list("pk", flat=True)
    )
    lots = lots_of(account)
    first, rest = lot_rules.take_back([lot for lot in lots if int(lot.lot_id) in own], points, at)
    others: Sequence[Use] = ()
    if rest:
        others, _ = lot_rules.take_back([x for x in lots if int(x.lot_id) not in own], rest, at)
    return Take(account, points, (*first, *others), owing=True)
