"""Registering, changing, merging and erasing members; each deed is in the audit log.

Source: docs/members.md, section 8.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import transaction

from retail.loyalty.lots import Use
from retail.people import PersonError, read_national_id
from server.fleet.audit import note
from server.ledger.models import POINTS, Account, Entry
from server.ledger.writing import (
    Cause,
    Give,
    Take,
    account_of,
    balance,
    chain_account,
    lock,
    lots_of,
    post,
)
from server.members.models import NAME_LENGTH_MAX, Consent, Member

CREDIT_UNIT: Final = "IRR"


class MemberError(Exception):
    """It cannot be done; the text says what was expected, and names nobody."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Somebody who wants to be a member, with a number that was proved to be theirs.

    ``member_id`` is made where they registered: the same one told twice is one member.
    """

    member_id: UUID
    mobile: str
    name: str
    consent: str
    consented_at: datetime
    kiosk_id: str = ""
    national_id: str = ""


def register(asked: Asked, at: datetime) -> Member:
    """Make a member, or give the one who has this number; raises ``MemberError``.

    Who registered at two kiosks while both were offline is one: the first one known stays, and what
    the second one earned goes to it.
    """
    consent = Consent.objects.filter(version=asked.consent).first()
    if consent is None:
        raise MemberError("Expected a wording of the consent that there is")
    name = " ".join(asked.name.split())
    if not name or len(name) > NAME_LENGTH_MAX or not name.isprintable():
        raise MemberError(f"Expected a name of 1 to {NAME_LENGTH_MAX} characters")
    try:
        national_id = read_national_id(asked.national_id) if asked.national_id else ""
    except PersonError as error:
        raise MemberError(str(error)) from None
    with transaction.atomic():
        known = Member.objects.select_for_update().filter(pk=asked.member_id).first()
        if known is not None:
            return home_of(known)
        of_number = Member.objects.select_for_update().filter(mobile=asked.mobile).first()
        made = Member.objects.create(
            member_id=asked.member_id,
            mobile=None if of_number else asked.mobile,
            name=name,
            national_id=national_id,
            consent=consent,
            consented_at=asked.consented_at,
            registered_at=at,
            kiosk_id=asked.kiosk_id,
            merged_into=of_number,
        )
        note("kiosk", "member registered", asked.kiosk_id, at, member=str(made.pk))
    return home_of(made)


def home_of(member: Member) -> Member:
    """Give whom a member was merged into, or the member."""
    while member.merged_into is not None:
        member = member.merged_into
    return member


def merge(one: Member, into: Member, who: str, at: datetime) -> Member:
    """Make two members one: what the first has goes to the second, lot by lot."""
    with transaction.atomic():
        rows = {
            row.pk: row
            for row in Member.objects.select_for_update().filter(pk__in=[one.pk, into.pk])
        }
        if len(rows) != 2 or rows[into.pk].merged_into_id or rows[into.pk].erased_at:
            raise MemberError("Expected two members, neither erased, the second not merged")
        if rows[one.pk].merged_into_id == into.pk:
            return rows[into.pk]
        if rows[one.pk].merged_into_id is not None:
            raise MemberError("Expected a member who was not merged into another one")
        for kind, unit in ((Account.Kind.POINTS, POINTS), (Account.Kind.CREDIT, CREDIT_UNIT)):
            _carry(rows[one.pk], rows[into.pk], (kind, unit), at)
        Member.objects.filter(pk=one.pk).update(merged_into=into, mobile=None)
        note(who, "member merged", "", at, member=str(one.pk), into=str(into.pk))
    return rows[into.pk]


def _carry(one: Member, into: Member, which: tuple[Account.Kind, str], at: datetime) -> None:
    kind, unit = which
    source, target = account_of(kind, str(one.pk), unit), account_of(kind, str(into.pk), unit)
    lock([source, target])
    for lot in lots_of(source):
        moves = (
            Take(source, lot.left, (Use(lot.lot_id, lot.left),)),
            Give(target, lot.left, lot.vests_at, lot.expires_at),
        )
        post(Cause(f"merged:{one.pk}:{lot.lot_id}", "merged", at), moves)
    owed = -balance(source)
    if owed > 0:  # a return took what was spent: the debt goes along
        moves = (Take(target, owed, owing=True), Give(source, owed))
        post(Cause(f"merged:{one.pk}:{kind}:owed", "merged", at), moves)


def change(member: Member, name: str, who: str, at: datetime) -> Member:
    """Give a member another name."""
    name = " ".join(name.split())
    if not name or len(name) > NAME_LENGTH_MAX or not name.isprintable():
        raise MemberError(f"Expected a name of 1 to {NAME_LENGTH_MAX} characters")
    with transaction.atomic():
        Member.objects.filter(pk=member.pk, erased_at=None).update(name=name)
        note(who, "member changed", "", at, member=str(member.pk))
    member.refresh_from_db()
    return member


def exported(member: Member) -> str:
    """Write all that is kept of a member, as JSON, for the member."""
    accounts = Account.objects.filter(owner=str(member.pk)).exclude(kind=Account.Kind.CHAIN)
    told: dict[str, Any] = {
        "member": str(member.pk),
        "mobile": member.mobile,
        "name": member.name,
        "national_id": member.national_id,
        "registered_at": member.registered_at.isoformat(),
        "consent": {
            "version": member.consent.version,
            "text": member.consent.text_fa,
            "at": member.consented_at.isoformat(),
        },
        "accounts": [
            {
                "kind": account.kind,
                "unit": account.unit,
                "balance": balance(account),
                "postings": [
                    {"at": at.isoformat(), "what": kind, "amount": amount}
                    for at, kind, amount in account.postings.order_by("at", "pk").values_list(
                        "at", "entry__kind", "amount"
                    )
                ],
            }
            for account in accounts.order_by("kind", "unit")
        ],
    }
    return json.dumps(told, ensure_ascii=False, indent=1)


def erase(member: Member, who: str, at: datetime) -> None:
    """Forget who a member is: number, name and national id go, here and of who was merged into it.

    What was bought and posted stays, of nobody; what was left of points and credit is given up.
    """
    with transaction.atomic():
        row = Member.objects.select_for_update().get(pk=member.pk)
        if row.erased_at is not None:
            return
        for kind, unit in ((Account.Kind.POINTS, POINTS), (Account.Kind.CREDIT, CREDIT_UNIT)):
            _give_up(account_of(kind, str(row.pk), unit), at)
        ids = [row.pk, *merged_into_of(row)]
        nothing = {"mobile": None, "name": "", "national_id": "", "erased_at": at}
        Member.objects.filter(pk__in=ids).update(**nothing)
        note(who, "member erased", "", at, member=str(row.pk))


def merged_into_of(member: Member) -> list[UUID]:
    """Give all who were merged into a member, also by way of others."""
    below = list(Member.objects.filter(merged_into=member))
    return [each.pk for each in below] + [pk for each in below for pk in merged_into_of(each)]


def _give_up(account: Account, at: datetime) -> Entry | None:
    lock([account])
    lots = lots_of(account)
    left = sum(lot.left for lot in lots)
    if not left:
        return None
    uses = tuple(Use(lot.lot_id, lot.left) for lot in lots)
    moves = (Take(account, left, uses), Give(chain_account("given_up", account.unit), left))
    return post(Cause(f"given_up:{account.pk}", "given_up", at), moves)
