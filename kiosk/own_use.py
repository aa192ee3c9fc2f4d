"""What this kiosk itself has sold of each offer, put together with what head office has counted.

It is counted in the transaction that ends a basket. Head office's count says how much of it came
from this very ledger, by the ledger's epoch; what the ledger has beyond that is still on its way,
and counts here at once. So no basket counts twice and none is left out, in whatever order they
arrive, and whatever was parked or lost on the way.

Source: docs/pricing.md, section 4, "Limits"; docs/feed.md, section 6, "Counts".
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final, Protocol, TypeVar
from uuid import UUID

from kiosk.errors import DataError
from retail.pricing.book import Used
from retail.pricing.rules import Offer
from retail.used_lines import NO_USE, ToldUsed, Use

T = TypeVar("T")
MemberUse = Callable[[str], int | None]  # of an offer's id: how often the member had it before

# of one ledger: the table lies in its file, and a new file begins with nothing counted
_TABLE = """CREATE TABLE IF NOT EXISTS offer_use (
    rule_id TEXT PRIMARY KEY, times INTEGER NOT NULL, off INTEGER NOT NULL
) STRICT"""
_ADD = """INSERT INTO offer_use (rule_id, times, off) VALUES (?, ?, ?)
ON CONFLICT (rule_id) DO UPDATE SET times = times + excluded.times, off = off + excluded.off"""


@dataclass(frozen=True, slots=True)
class Own:
    """All that the ledger of ``epoch`` has told, or will tell, of offers; by id."""

    epoch: UUID
    uses: Mapping[str, Use]


NOTHING_OF_OWN: Final = Own(UUID(int=0), MappingProxyType({}))


class Writing(Protocol):
    """A transaction in the ledger's file."""

    @property
    def connection(self) -> sqlite3.Connection: ...


class Ledger(Protocol):
    """What ``kiosk.outbox.recorder.Recorder`` is to us."""

    def write(self, work: Callable[[Writing], T]) -> T:
        """Let ``work`` read or write what is true together. ``DataError``."""
        ...


def count(connection: sqlite3.Connection, quote: Mapping[str, Any]) -> None:
    """Count the offers of a basket that has ended, in the transaction that tells of it.

    ``quote`` is as docs/events.md has it under "Baskets"; one without offers counts nothing.
    """
    rules: list[str] = quote.get("rules", [])
    connection.execute(_TABLE)
    connection.executemany(
        _ADD, ((rules[place], times, off) for place, times, off in quote.get("offers", []))
    )


class OwnUse:
    """What this kiosk has counted; belongs to the core's thread.

    It is read when it is asked for, and again after ``forget``: something was counted meanwhile.
    """

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._known: Own | None = None

    def forget(self) -> None:
        """Read it anew next time."""
        self._known = None

    @property
    def now(self) -> Own:
        """What was counted; nothing while the ledger cannot be read, and nothing can be sold."""
        if self._known is None:
            try:
                self._known = self._ledger.write(_read)
            except DataError:
                return NOTHING_OF_OWN
        return self._known


def _read(writing: Writing) -> Own:
    connection = writing.connection
    connection.execute(_TABLE)
    (epoch,) = connection.execute("SELECT epoch FROM outbox_stream").fetchone()
    rows = connection.execute("SELECT rule_id, times, off FROM offer_use")
    return Own(UUID(bytes=epoch), {rule_id: Use(times, off) for rule_id, times, off in rows})


def nobody_knows(_rule_id: str) -> int | None:
    """Say that it is not known how often a member had an offer: then it is not given."""
    return None


def used_of(
    offers: Iterable[Offer],
    told: Mapping[str, ToldUsed],
    own: Own,
    member: MemberUse = nobody_knows,
) -> dict[str, Used]:
    """Give how far each of these offers is used up, as far as it is known here."""
    return {offer.rule_id: _used(offer, told, own, member) for offer in offers}


def _used(offer: Offer, told: Mapping[str, ToldUsed], own: Own, member: MemberUse) -> Used:
    rule_id = offer.rule_id
    counted = told.get(rule_id) or ToldUsed(rule_id, NO_USE)
    use = counted.and_own(own.epoch, own.uses.get(rule_id, NO_USE))
    by_member = member(rule_id) if offer.limits.per_member is not None else 0
    return Used(by_member, use.times, use.off)
