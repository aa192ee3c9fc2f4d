"""A sale's tenders: the card, and what other ways have reserved beside it.

What another way reserved is captured in the transaction that settles the sale, and released in the
one that says it was not paid. Who keeps points, credit or gift cards is behind ``Reservations``.

Source: docs/payment.md, sections 1 and 5.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol
from uuid import UUID

from kiosk.errors import KioskError
from kiosk.outbox.recorder import Writing
from kiosk.payment_messages import OtherTender
from retail.values import Money

CARD = "card"


class ReservationLost(KioskError):  # noqa: N818  (a named outcome: the sale cannot be completed)
    """What was reserved is not to be had any more."""


class Reservations(Protocol):
    """Both take part in the caller's transaction and may be called again for the same sale."""

    def capture(self, writing: Writing, sale_id: UUID, tender: OtherTender) -> None:
        """Take what was reserved; raises ``ReservationLost``."""
        ...

    def release(self, writing: Writing, sale_id: UUID, tender: OtherTender) -> None:
        """Let go of what was reserved; what is not reserved any more is no fault."""
        ...


class NoReservations:
    """A kiosk that takes cards alone."""

    def capture(self, writing: Writing, sale_id: UUID, tender: OtherTender) -> None:
        """Refuse: nothing can have been reserved here."""
        raise ReservationLost(f"Expected no tender but the card, got {tender.kind}")

    def release(self, writing: Writing, sale_id: UUID, tender: OtherTender) -> None:
        """Do nothing."""


def content_of(
    basket: Mapping[str, Any], amount: Money, others: Sequence[OtherTender]
) -> dict[str, Any]:
    """Write what is paid: the whole quote and the tenders, the card first.

    Raises ``ValueError`` where the tenders are not what the quote comes to.
    """
    total = amount.minor + sum(each.amount for each in others)
    if any(each.amount < 1 for each in others):
        raise ValueError("Expected tenders of 1 or more")
    if basket and (basket.get("total"), basket.get("currency")) != (total, amount.currency):
        due = f"{basket.get('total')} {basket.get('currency')}"
        raise ValueError(f"Expected tenders of {due}, got {total} {amount.currency}")
    tenders: list[dict[str, Any]] = [{"kind": CARD, "amount": amount.minor}]
    tenders += [
        {"kind": each.kind, "amount": each.amount, "reservation": each.reservation}
        for each in others
    ]
    return {
        "total": total,
        "currency": amount.currency,
        "tenders": tenders,
        "basket": dict(basket),
    }


def others_of(content: Mapping[str, Any]) -> tuple[OtherTender, ...]:
    """Read the tenders that are not the card."""
    return tuple(
        OtherTender(each["kind"], each["amount"], each["reservation"])
        for each in content.get("tenders", [])
        if each["kind"] != CARD
    )


def capture_all(
    reservations: Reservations, writing: Writing, sale_id: UUID, content: Mapping[str, Any]
) -> None:
    """Take all that other tenders reserved; raises ``ReservationLost``."""
    for tender in others_of(content):
        reservations.capture(writing, sale_id, tender)


def release_all(
    reservations: Reservations, writing: Writing, sale_id: UUID, content: Mapping[str, Any]
) -> None:
    """Let go of all that other tenders reserved."""
    for tender in others_of(content):
        reservations.release(writing, sale_id, tender)


class FakeReservations:
    """Reservations in a table of their own, with levers: ships for tests and the simulator."""

    def __init__(self) -> None:
        self.lost: set[str] = set()  # a capture of these fails

    def capture(self, writing: Writing, sale_id: UUID, tender: OtherTender) -> None:
        """Note it as captured; raises ``ReservationLost``."""
        if tender.reservation in self.lost or self._state(writing, tender) == "released":
            raise ReservationLost(f"Expected {tender.reservation} reserved, got none")
        self._note(writing, tender, "captured")

    def release(self, writing: Writing, sale_id: UUID, tender: OtherTender) -> None:
        """Note it as released."""
        assert self._state(writing, tender) != "captured", "what is taken is not let go"
        self._note(writing, tender, "released")

    @staticmethod
    def _state(writing: Writing, tender: OtherTender) -> str:
        make = "CREATE TABLE IF NOT EXISTS fake_reservation (id TEXT PRIMARY KEY, state TEXT)"
        writing.connection.execute(make)
        query = "SELECT state FROM fake_reservation WHERE id = ?"
        row = writing.connection.execute(query, (tender.reservation,)).fetchone()
        return str(row[0]) if row else "reserved"

    @staticmethod
    def _note(writing: Writing, tender: OtherTender, state: str) -> None:
        note = "INSERT OR REPLACE INTO fake_reservation VALUES (?, ?)"
        writing.connection.execute(note, (tender.reservation, state))
