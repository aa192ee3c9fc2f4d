"""Lots: which points are spent first, what may be spent at an instant, and what has expired.

Amounts are whole numbers in the unit's smallest part. Source: docs/members.md, section 3.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

NEVER: Final = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Lot:
    """What came together: ``left`` of it is unspent; it may be spent from ``vests_at`` on.

    ``expires_at`` is the first instant at which it is gone; none: it stays. All instants are aware.
    """

    lot_id: str
    left: int
    given_at: datetime
    vests_at: datetime
    expires_at: datetime | None = None

    def __post_init__(self) -> None:
        if self.left < 0:
            raise ValueError(f"Expected a lot of 0 or more, got {self.left}")
        if self.expires_at is not None and self.expires_at < self.vests_at:
            raise ValueError("Expected a lot that expires after it vests")

    def usable(self, at: datetime) -> bool:
        """Tell whether it may be spent at this instant."""
        return self.vests_at <= at and not self.expired(at)

    def expired(self, at: datetime) -> bool:
        """Tell whether it is gone at this instant."""
        return self.expires_at is not None and self.expires_at <= at


@dataclass(frozen=True, slots=True)
class Use:
    """So much of a lot."""

    lot_id: str
    amount: int


class NotEnoughError(Exception):
    """There is less than was asked for; ``there`` is how much."""

    def __init__(self, asked: int, there: int) -> None:
        super().__init__(f"Expected at most {there}, got {asked}")
        self.asked, self.there = asked, there


def spendable(lots: Iterable[Lot], at: datetime) -> int:
    """Give what may be spent at an instant."""
    return sum(lot.left for lot in lots if lot.usable(at))


def vesting(lots: Iterable[Lot], at: datetime) -> int:
    """Give what is there and may not be spent yet."""
    return sum(lot.left for lot in lots if lot.vests_at > at and not lot.expired(at))


def match(lots: Sequence[Lot], amount: int, at: datetime) -> tuple[Use, ...]:
    """Say of which lots an amount is spent: the soonest to expire first, then the older one.

    Raises ``NotEnoughError``, and ``ValueError`` for an amount below 1.
    """
    if amount < 1:
        raise ValueError(f"Expected an amount of 1 or more, got {amount}")
    there = spendable(lots, at)
    if amount > there:
        raise NotEnoughError(amount, there)
    return _taken(sorted((lot for lot in lots if lot.usable(at)), key=_soonest), amount)


def take_back(lots: Sequence[Lot], amount: int, at: datetime) -> tuple[tuple[Use, ...], int]:
    """Say of which lots of a returned sale points go back: unvested first; and what is owed.

    What is not in the lots any more was spent or has expired: that much is owed.
    """
    unvested_first = sorted(
        (lot for lot in lots if not lot.expired(at)),
        key=lambda lot: (lot.vests_at <= at, *_soonest(lot)),
    )
    there = sum(lot.left for lot in unvested_first)
    taken = min(amount, there)
    return (_taken(unvested_first, taken) if taken else ()), amount - taken


def expire(lots: Iterable[Lot], at: datetime) -> tuple[Use, ...]:
    """Say what is to be posted as expired by this instant, the earliest expiry first."""
    gone = [lot for lot in lots if lot.left and lot.expired(at)]
    return tuple(Use(lot.lot_id, lot.left) for lot in sorted(gone, key=_soonest))


def _soonest(lot: Lot) -> tuple[datetime, datetime, str]:
    return lot.expires_at or NEVER, lot.given_at, lot.lot_id


def _taken(lots: Iterable[Lot], amount: int) -> tuple[Use, ...]:
    uses: list[Use] = []
    for lot in lots:
        if amount == 0:
            break
        part = min(lot.left, amount)
        if part:
            uses.append(Use(lot.lot_id, part))
            amount -= part
    assert amount == 0, "it was counted before"
    return tuple(uses)
