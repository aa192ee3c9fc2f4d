"""What events do to other tables, by kind: once, in the transaction that stores them.

An effect is handed the new events of its kind, of one transaction and perhaps of many kiosks, in
the order in which they are stored. It touches rows in a fixed order, or two transactions could
wait for each other. Add one to ``EFFECTS`` and it takes part, also for what is read later.

Source: docs/outbox.md, section 5; docs/events.md, "Unknown codes"; docs/feed.md, section 8.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import connection

from server.events.kinds import UNKNOWN_CODE
from server.events.store import SYMBOLOGY_LENGTH_MAX
from server.monitor.outcomes import ACTION_DONE, settle_actions
from server.pricing.checking import FINISHED, note_baskets
from server.pricing.using import count_finished, count_sold
from server.sales import noting as sales
from server.surveys.noting import SURVEY_ANSWERED, SURVEY_LEFT, note_answers, note_left


@dataclass(frozen=True, slots=True)
class Happened:
    """An event whose body is checked; ``at`` is aware UTC."""

    event_id: UUID
    kiosk_id: str
    store_id: str
    kind: str
    ver: int
    at: datetime
    body: Mapping[str, Any]
    epoch: UUID | None = None  # of the ledger that told it


Effect = Callable[[Sequence[Happened]], None]


def apply_effects(events: Sequence[Happened]) -> None:
    """Do what the events' kinds ask for; to be called in the transaction that stores them."""
    by_kind: dict[str, list[Happened]] = {}
    for event in events:
        by_kind.setdefault(event.kind, []).append(event)
    for kind, effect in EFFECTS.items():  # in this order, whatever came first
        if kind in by_kind:
            effect(by_kind[kind])


def in_turn(*effects: Effect) -> Effect:
    """Make one effect of several."""

    def all_of_them(events: Sequence[Happened]) -> None:
        for effect in effects:
            effect(events)

    return all_of_them


@dataclass(slots=True)
class _Tally:
    count: int
    first_at: datetime
    last_at: datetime
    store_id: str


def count_unknown_codes(events: Sequence[Happened]) -> None:
    """Add to what head office sees of each code that the catalogue does not know."""
    tallies: dict[tuple[str, str], _Tally] = {}
    for event in events:
        code = event.body["code"], event.body["symbology"][:SYMBOLOGY_LENGTH_MAX]
        tally = tallies.setdefault(code, _Tally(0, event.at, event.at, event.store_id))
        tally.count += 1
        tally.first_at = min(tally.first_at, event.at)
        tally.last_at = max(tally.last_at, event.at)
        tally.store_id = event.store_id
    adapt = connection.ops.adapt_datetimefield_value
    rows = [
        (*code, tally.count, adapt(tally.first_at), adapt(tally.last_at), tally.store_id)
        for code, tally in sorted(tallies.items())
    ]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":  # one journey, however many codes
            cursor.execute(_COUNT["postgresql"], [list(each) for each in zip(*rows, strict=True)])
        else:
            cursor.executemany(_COUNT["sqlite"], rows)


_ARRAYS = "text[] text[] int[] timestamptz[] timestamptz[] text[]"
_COUNT = {
    vendor: f"""
INSERT INTO events_unknowncode AS old
  (code, symbology, count, first_seen_at, last_seen_at, last_store_id)
{values}
ON CONFLICT (code, symbology) DO UPDATE SET
  count = old.count + excluded.count,
  first_seen_at = {least}(old.first_seen_at, excluded.first_seen_at),
  last_seen_at = {greatest}(old.last_seen_at, excluded.last_seen_at),
  last_store_id = excluded.last_store_id
"""
    for vendor, values, least, greatest in (
        (
            "postgresql",
            f"SELECT * FROM unnest({', '.join(f'%s::{kind}' for kind in _ARRAYS.split())})",  # noqa: S608
            "LEAST",
            "GREATEST",
        ),
        ("sqlite", "VALUES (%s, %s, %s, %s, %s, %s)", "min", "max"),
    )
}

EFFECTS: Final[Mapping[str, Effect]] = {
    UNKNOWN_CODE: count_unknown_codes,
    ACTION_DONE: settle_actions,
    FINISHED: in_turn(note_baskets, count_finished),
    sales.SALE_COMPLETED: in_turn(sales.note_sales, count_sold),
    sales.SALE_REVERSED: sales.note_given_back,
    sales.REFUND_MADE: sales.note_given_back,
    sales.IN_DOUBT: sales.note_doubts,
    sales.SETTLED: sales.note_doubts,
    sales.ATTENDANT: sales.note_doubts,
    SURVEY_ANSWERED: note_answers,
    SURVEY_LEFT: note_left,
}
