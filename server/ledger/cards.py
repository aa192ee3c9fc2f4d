"""Gift cards: made in batches, sold, spent in parts, blocked, and merged.

A serial is given out once, when its batch is made; the database has its hash. A card that was
never sold has no account and is worth nothing. Every deed is in a transaction of its own and may
be repeated with the same key.

Source: docs/members.md, section 7.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import uuid4

from django.db import transaction

from retail.serials import SerialError, new_serial, read_serial
from server.ledger.models import Account, Entry, GiftBatch, GiftCard
from server.ledger.writing import (
    Cause,
    Give,
    LedgerError,
    OtherwiseError,
    Take,
    balance,
    chain_account,
    lock,
    post,
    spendable,
)

SOLD: Final = "gift_cards_sold"
MERGED: Final = "gift_card_merged"
BATCH_MAX: Final = 10_000


class NoCardError(LedgerError):
    """There is no such card that could be used; the text is the same whatever the reason."""

    def __init__(self) -> None:
        super().__init__("Expected a gift card that is sold and not blocked")


@dataclass(frozen=True, slots=True)
class NewBatch:
    """So many cards of a currency, which expire together or never."""

    name: str
    count: int
    unit: str
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Worth:
    """What a card has, and until when."""

    last4: str
    amount: int
    unit: str
    expires_at: datetime | None


def make_batch(new: NewBatch, by: str, at: datetime) -> tuple[GiftBatch, tuple[str, ...]]:
    """Make cards; gives their serials, which can be read nowhere afterwards."""
    name = new.name.strip()
    if not 1 <= new.count <= BATCH_MAX or not name:
        raise LedgerError(f"Expected a name and 1 to {BATCH_MAX} cards, got {new.count}")
    if new.expires_at is not None and new.expires_at <= at:
        raise LedgerError("Expected an end ahead")
    with transaction.atomic():
        if GiftBatch.objects.filter(name=name).exists():
            raise LedgerError(f"Expected a new name, got {name!r}, which is there")
        batch = GiftBatch.objects.create(
            name=name, unit=new.unit, made_at=at, made_by=by, expires_at=new.expires_at
        )
        serials = tuple(new_serial() for _ in range(new.count))
        GiftCard.objects.bulk_create(
            GiftCard(card_id=uuid4(), batch=batch, serial_sha256=_hash(serial), last4=serial[-4:])
            for serial in serials
        )
    return batch, serials


def sell(text: str, amount: int, cause: Cause) -> Entry:
    """Load a card that was never sold, when it is paid; raises ``LedgerError``."""
    with transaction.atomic():
        card = _card(text, sold=False)
        row = GiftCard.objects.select_for_update(of=("self",)).get(pk=card.pk)
        account = row.account or Account.objects.create(
            kind=Account.Kind.GIFT_CARD, owner=str(row.pk), unit=card.batch.unit
        )
        known = Entry.objects.filter(key=cause.key).exists()
        if row.account is not None and not known:
            raise LedgerError("Expected a card that was never sold")
        if row.account is None:
            GiftCard.objects.filter(pk=row.pk).update(account=account)
        lot = Give(account, amount, expires_at=card.batch.expires_at)
        return post(cause, (lot, Take(chain_account(SOLD, account.unit), amount)))


def worth(text: str, at: datetime) -> Worth:
    """Say what a card has; raises ``NoCardError`` for whatever cannot be used."""
    card = _card(text)
    account = card.account
    if account is None or account.blocked or card.merged_into_id is not None:
        raise NoCardError
    return Worth(card.last4, max(0, spendable(account, at)), account.unit, card.batch.expires_at)


def account_of_card(text: str) -> Account:
    """Give the account that a card spends from; raises ``NoCardError``."""
    card = _card(text)
    if card.account is None or card.account.blocked or card.merged_into_id is not None:
        raise NoCardError
    return card.account


def block(text: str, *, blocked: bool = True) -> GiftCard:
    """Close a card, such as one that was lost, or open it again."""
    with transaction.atomic():
        card = _card(text)
        if card.account is None:
            raise NoCardError
        (account,) = lock([card.account])
        Account.objects.filter(pk=account).update(blocked=blocked)
    return card


def merge(text: str, into: str, cause: Cause) -> Entry | None:
    """Put what one card has onto another; none where it has nothing. The first is used up.

    Raises ``LedgerError`` where a currency is another, or one cannot be used.
    """
    with transaction.atomic():
        one, other = _card(text), _card(into)
        if one.pk == other.pk:
            raise LedgerError("Expected two cards, got one")
        if other.account is None or one.account is None or other.merged_into_id is not None:
            raise NoCardError
        if one.merged_into_id not in (None, other.pk):
            raise OtherwiseError("Expected a card that was not merged into another one")
        if one.account.unit != other.account.unit:
            raise LedgerError("Expected two cards of one currency")
        taken = lock([one.account, other.account])
        if any(row.blocked for row in taken.values()):
            raise NoCardError
        known = Entry.objects.filter(key=cause.key).first()
        if known is not None:
            return known
        GiftCard.objects.filter(pk=one.pk).update(merged_into=other)
        amount = spendable(one.account, cause.at)
        if amount < 1:
            return None
        ends = other.batch.expires_at
        moves = (Take(one.account, amount), Give(other.account, amount, expires_at=ends))
        return post(cause, moves)


def owed(unit: str, until: datetime) -> int:
    """Give what the chain owes on gift cards at an instant: what they hold and has not expired."""
    accounts = Account.objects.filter(kind=Account.Kind.GIFT_CARD, unit=unit)
    return sum(balance(account, until) for account in accounts)


def _card(text: str, *, sold: bool = True) -> GiftCard:
    """Find a card; what is no serial, and one that nobody has, get the same answer."""
    try:
        serial = read_serial(text)
    except SerialError:
        raise NoCardError from None
    cards = GiftCard.objects.select_related("batch", "account")
    card = cards.filter(serial_sha256=_hash(serial)).first()
    if card is None or (sold and card.account is None):
        raise NoCardError
    return card


def _hash(serial: str) -> str:
    """Hash a serial: 74 bits of chance need no salt and no slow hash."""
    return hashlib.sha256(serial.encode("ascii")).hexdigest()
