"""Counts what the server has against what the kiosks wrote: nothing lost, nothing doubled.

It asks neither outbox nor API: the kiosks' numbers come from their table ``told``, the server's
from its tables.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import psycopg

from kiosk.outbox.streams import LEDGER, STREAMS
from tools.faults.till import ANSWERS_EVERY, instance_of, told_in

EVENTS = "SELECT kiosk_id, stream, body FROM events_event WHERE kind = 'unknown_code'"
EFFECTS = "SELECT code, count FROM events_unknowncode"
RESPONSES = "SELECT instance_id FROM surveys_response"
ANSWERS = "SELECT count(*) FROM surveys_answer"
OTHER_HEADS = "SELECT count(*) FROM events_head WHERE branch <> 0"


@dataclass(frozen=True, slots=True)
class Answers:
    """The sets of answers that head office has, and how many single answers; one each here."""

    sets: frozenset[UUID]
    rows: int


@dataclass(frozen=True, slots=True)
class Count:
    """How it ended; ``broken_promises`` were committed at a kiosk, and then not there."""

    written: int
    stored: int
    lost: int
    doubled: int
    strange: int
    broken_promises: int
    wrong_effects: int
    branches: int
    answers: int = 0  # sets of answers to a survey that head office has

    @property
    def right(self) -> bool:
        """Tell whether each row is there once, and did once what it does."""
        faults = (self.lost, self.doubled, self.strange, self.broken_promises)
        return not any(faults) and not self.wrong_effects and not self.branches


def count(folder: Path, kiosks: int, postgresql: str = "") -> Count:
    """Count a run in ``folder``; ``postgresql`` is where its database is, empty for SQLite."""
    rows, effects, branches, answers = _read(folder, postgresql)
    stored: dict[tuple[str, str], Counter[int]] = defaultdict(Counter)
    codes: Counter[str] = Counter()
    for kiosk_id, stream, body in rows:
        told = body if isinstance(body, dict) else json.loads(body)
        stored[kiosk_id, stream][told["number"]] += 1
        codes[told["code"]] += 1
    written = lost = strange = broken = 0
    asked: set[UUID] = set()
    for number in range(kiosks):
        for stream in STREAMS:
            there, promised = told_in(folder / f"kiosk-{number}", stream)
            arrived = stored[f"faults-{number}", stream.name]
            lost += len(set(range(1, there + 1)) - arrived.keys())
            strange += len(arrived.keys() - set(range(1, there + 1)))
            broken += max(promised - there, 0)
            written += there
            if stream is LEDGER:
                each = range(ANSWERS_EVERY, there + 1, ANSWERS_EVERY)
                asked |= {instance_of(f"kiosk-{number}", row) for row in each}
    every = [each for counted in stored.values() for each in counted.values()]
    wrong = sum(codes[code] != effects.get(code, 0) for code in codes.keys() | effects.keys())
    wrong += len(asked ^ answers.sets) + abs(len(answers.sets) - answers.rows)
    return Count(
        written=written,
        stored=len(every),
        lost=lost,
        doubled=sum(every) - len(every),
        strange=strange,
        broken_promises=broken,
        wrong_effects=wrong,
        branches=branches,
        answers=len(answers.sets),
    )


def _read(
    folder: Path, postgresql: str
) -> tuple[Iterable[tuple[str, str, str]], Mapping[str, int], int, Answers]:
    if postgresql:
        with psycopg.connect(postgresql) as server:
            return _tables(server)
    database = sqlite3.connect(folder / "server" / "server.db")
    try:
        return _tables(database)
    finally:
        database.close()


def _tables(
    database: sqlite3.Connection | psycopg.Connection[tuple[object, ...]],
) -> tuple[Iterable[tuple[str, str, str]], Mapping[str, int], int, Answers]:
    rows = database.execute(EVENTS).fetchall()
    effects: dict[str, int] = defaultdict(int)
    for code, times in database.execute(EFFECTS).fetchall():
        effects[code] += times
    sets = frozenset(UUID(str(told)) for (told,) in database.execute(RESPONSES).fetchall())
    answers = Answers(sets, database.execute(ANSWERS).fetchone()[0])
    return rows, effects, database.execute(OTHER_HEADS).fetchone()[0], answers
