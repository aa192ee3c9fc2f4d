"""The one way in which entries are written, holds made, and it is decided who may spend.

Whoever takes from an account takes the account's row first; so two at the same instant come one
after the other, on SQLite and on PostgreSQL. Every function is to be called in a transaction and
may be called again with the same key: then it gives what was written.

Source: docs/members.md, sections 2 and 3.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from django.db import connection
from django.db.models import Sum
from django.utils import timezone

from retail.loyalty import lots as rules
from retail.loyalty.lots import NotEnoughError, Use
from server.ledger.models import Account, Entry, Hold, Lot, LotUse, Posting

LOTTED: Final = (Account.Kind.POINTS, Account.Kind.CREDIT, Account.Kind.GIFT_CARD)


class LedgerError(Exception):
    """It cannot be written; the text says what was expected."""


class OtherwiseError(LedgerError):
    """The key was used for something else."""


class BlockedError(LedgerError):
    """The account is blocked."""


class TooLateError(LedgerError):
    """The hold has ended or was released."""


@dataclass(frozen=True, slots=True)
class Give:
    """So much for an account; without days it may be spent at once, and for ever."""

    account: Account
    amount: int
    vests_at: datetime | None = None
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Take:
    """So much from an account: of its lots, the soonest to expire first.

    ``owing`` lets the balance go below its floor, as a return does.
    """

    account: Account
    amount: int
    uses: Sequence[Use] | None = None  # the lots that are meant, where that was worked out before
    owing: bool = False


Move = Give | Take


@dataclass(frozen=True, slots=True)
class Cause:
    """Why: ``key`` is of this and nothing else, ``at`` when it counts from."""

    key: str
    kind: str
    at: datetime
    by: str = ""
    told: Mapping[str, Any] = field(default_factory=dict)


def chain_account(name: str, unit: str) -> Account:
    """Give an account of the chain, made at its first use; it may go down without an end."""
    return account_of(Account.Kind.CHAIN, name, unit)


def account_of(kind: Account.Kind, owner: str, unit: str) -> Account:
    """Give an account, made at its first use."""
    return Account.objects.get_or_create(kind=kind, owner=owner, unit=unit)[0]


def lock(accounts: Iterable[Account]) -> dict[int, Account]:
    """Take the rows of accounts, always in the same order; gives them as they are now."""
    assert connection.in_atomic_block, "who spends is decided in a transaction"
    ids = sorted({account.pk for account in accounts})
    rows = Account.objects.filter(pk__in=ids).order_by("pk")
    if connection.vendor == "postgresql":
        rows = rows.select_for_update()
    return {row.pk: row for row in rows}


def post(cause: Cause, moves: Sequence[Move]) -> Entry:
    """Write an entry, or give the one of this key; raises ``LedgerError``, ``NotEnoughError``."""
    taken = lock(move.account for move in moves if move.account.kind != Account.Kind.CHAIN)
    if (known := Entry.objects.filter(key=cause.key).first()) is not None:
        return _the_same(known, cause, moves)
    _balanced(moves)
    entry = Entry.objects.create(
        key=cause.key,
        kind=cause.kind,
        at=cause.at,
        written_at=timezone.now(),
        by=cause.by,
        told=dict(cause.told),
    )
    for move in moves:
        if isinstance(move, Give):
            _give(entry, move)
        else:
            _take(entry, move, taken.get(move.account.pk))
    return entry


def _the_same(known: Entry, cause: Cause, moves: Sequence[Move]) -> Entry:
    wrote = sorted(known.postings.values_list("account_id", "amount"))
    if known.kind != cause.kind or wrote != sorted((m.account.pk, _signed(m)) for m in moves):
        raise OtherwiseError(f"Expected what {cause.key!r} was before, got something else")
    return known


def _signed(move: Move) -> int:
    return move.amount if isinstance(move, Give) else -move.amount


def _balanced(moves: Sequence[Move]) -> None:
    sums: defaultdict[str, int] = defaultdict(int)
    for move in moves:
        if move.amount < 1:
            raise LedgerError(f"Expected amounts of 1 or more, got {move.amount}")
        sums[move.account.unit] += _signed(move)
    if not moves or any(sums.values()):
        raise LedgerError(f"Expected postings that sum to zero, got {dict(sums)}")


def _give(entry: Entry, move: Give) -> None:
    posting = Posting.objects.create(
        entry=entry, account=move.account, amount=move.amount, at=entry.at
    )
    if move.account.kind in LOTTED:
        Lot.objects.create(
            posting=posting,
            account=move.account,
            amount=move.amount,
            given_at=entry.at,
            vests_at=move.vests_at or entry.at,
            expires_at=move.expires_at,
        )


def _take(entry: Entry, move: Take, account: Account | None) -> None:
    uses: Sequence[Use] = ()
    if account is not None:
        uses = _allowed(account, move, entry.at)
    posting = Posting.objects.create(
        entry=entry, account=move.account, amount=-move.amount, at=entry.at
    )
    LotUse.objects.bulk_create(
        LotUse(lot_id=int(use.lot_id), posting=posting, amount=use.amount) for use in uses
    )


def _allowed(account: Account, move: Take, at: datetime) -> Sequence[Use]:
    """Say of which lots, where that much may be taken; raises ``NotEnoughError``."""
    if move.uses is not None:
        return move.uses
    if account.blocked and not move.owing:
        raise BlockedError(f"Expected an account that is not blocked, got {account}")
    there = lots_of(account)
    if move.owing:
        return rules.take_back(there, move.amount, at)[0]
    free = spendable(account, at, there)
    if move.amount > free:
        raise NotEnoughError(move.amount, max(0, free))
    if account.kind not in LOTTED:
        return ()
    return rules.match(there, move.amount, at)


def undo(cause: Cause, entry: Entry) -> Entry:
    """Write the opposite of an entry: lots that it used are as before, lots that it gave are empty.

    Raises ``LedgerError`` where it was undone otherwise, and ``NotEnoughError`` where what it gave
    is spent.
    """
    postings = list(entry.postings.select_related("account").prefetch_related("lots_used"))
    taken = lock(each.account for each in postings)
    if (known := Entry.objects.filter(key=cause.key).first()) is not None:
        if known.undoes_id != entry.pk:
            raise OtherwiseError(f"Expected what {cause.key!r} was before, got something else")
        return known
    if Entry.objects.filter(undoes=entry).exists():
        raise LedgerError(f"Expected an entry that stands, got one that was undone: {entry}")
    written = Entry.objects.create(
        key=cause.key,
        kind=cause.kind,
        at=cause.at,
        written_at=timezone.now(),
        by=cause.by,
        told=dict(cause.told),
        undoes=entry,
    )
    for each in postings:
        back = Posting.objects.create(
            entry=written, account=taken[each.account_id], amount=-each.amount, at=cause.at
        )
        LotUse.objects.bulk_create(
            LotUse(lot_id=lot_id, posting=back, amount=amount)
            for lot_id, amount in _uses_undone(each)
        )
    return written


def _uses_undone(posting: Posting) -> list[tuple[int, int]]:
    if posting.amount < 0:
        return [(use.lot_id, -use.amount) for use in posting.lots_used.all()]
    given = Lot.objects.filter(pk=posting.pk).annotate(used=Sum("uses__amount")).first()
    if given is None:
        return []
    if given.used:
        raise NotEnoughError(given.amount, given.amount - given.used)
    return [(given.pk, given.amount)]


# ---- reading


def lots_of(account: Account) -> list[rules.Lot]:
    """Give the lots of an account that have something left."""
    rows = (
        Lot.objects.filter(account=account)
        .annotate(used=Sum("uses__amount"))
        .values_list("pk", "amount", "used", "given_at", "vests_at", "expires_at")
    )
    return [
        rules.Lot(str(pk), amount - (used or 0), given_at, vests_at, expires_at)
        for pk, amount, used, given_at, vests_at, expires_at in rows
        if amount > (used or 0)
    ]


def balance(account: Account, until: datetime | None = None) -> int:
    """Sum up an account, all of it or up to and with an instant."""
    postings = Posting.objects.filter(account=account)
    if until is not None:
        postings = postings.filter(at__lte=until)
    return int(postings.aggregate(sum=Sum("amount"))["sum"] or 0)


def held(account: Account, at: datetime) -> int:
    """Sum up what is set aside at an instant."""
    holds = Hold.objects.filter(account=account, state=Hold.State.HELD, ends_at__gt=at)
    return int(holds.aggregate(sum=Sum("amount"))["sum"] or 0)


def spendable(account: Account, at: datetime, lots: Sequence[rules.Lot] | None = None) -> int:
    """Give what may be spent: vested, not expired, not held, and no debt beside it."""
    if account.kind not in LOTTED:
        return balance(account) - account.floor - held(account, at)
    found = lots_of(account) if lots is None else lots
    owed = min(0, balance(account) - sum(lot.left for lot in found))  # a return took what was spent
    return rules.spendable(found, at) + owed - account.floor - held(account, at)


# ---- holds


def hold(key: str, account: Account, amount: int, at: datetime, ends_at: datetime) -> Hold:
    """Set an amount aside; raises ``NotEnoughError``, ``BlockedError``, ``OtherwiseError``."""
    row = lock([account])[account.pk]
    if (known := Hold.objects.filter(key=key).first()) is not None:
        if (known.account_id, known.amount) != (account.pk, amount):
            raise OtherwiseError(f"Expected what {key!r} was before, got something else")
        return known
    if amount < 1 or ends_at <= at:
        raise LedgerError("Expected an amount of 1 or more and an end ahead")
    if row.blocked:
        raise BlockedError(f"Expected an account that is not blocked, got {row}")
    free = spendable(row, at)
    if amount > free:
        raise NotEnoughError(amount, max(0, free))
    return Hold.objects.create(key=key, account=row, amount=amount, held_at=at, ends_at=ends_at)


def capture(key: str, cause: Cause, to: Account, amount: int | None = None) -> Entry:
    """Take what is held, or a part of it, to another account; the rest is free again.

    One whose end has passed is captured where as much is still there. Raises ``LedgerError`` and
    ``NotEnoughError``.
    """
    found = _hold(key)
    account = lock([found.account])[found.account_id]
    found = _hold(key)  # as it is now that nobody else is at it
    taken = found.amount if amount is None else amount
    if found.entry is not None:
        return _the_same(found.entry, cause, (Take(account, taken), Give(to, taken)))
    if found.state == Hold.State.RELEASED:
        raise TooLateError(f"Expected a hold, got one that was released: {key}")
    if not 1 <= taken <= found.amount:
        raise LedgerError(f"Expected 1 to {found.amount}, got {taken}")
    # what it holds is free for it alone
    Hold.objects.filter(pk=found.pk).update(state=Hold.State.RELEASED)
    entry = post(cause, (Take(account, taken), Give(to, taken)))
    Hold.objects.filter(pk=found.pk).update(state=Hold.State.CAPTURED, entry=entry)
    return entry


def release(key: str) -> Hold:
    """Let what is held go; a second time changes nothing. Raises ``TooLateError`` if captured."""
    found = _hold(key)
    lock([found.account])
    found = _hold(key)
    if found.state == Hold.State.CAPTURED:
        raise TooLateError(f"Expected a hold, got one that was captured: {key}")
    Hold.objects.filter(pk=found.pk).update(state=Hold.State.RELEASED)
    found.state = Hold.State.RELEASED
    return found


def _hold(key: str) -> Hold:
    found = Hold.objects.select_related("account", "entry").filter(key=key).first()
    if found is None:
        raise LedgerError(f"Expected a hold, got none of the key {key!r}")
    return found
