"""The journal of payments: attempts and their steps, in the kiosk's own database.

Nothing in it is changed or deleted, and the database itself refuses that. Each method that writes
is one transaction, on the disk (fsync) when it returns. It belongs to the thread that made it;
another process on the same file is kept right by the database: a step goes behind the last one
that this journal has read, or nothing is written.

Source: docs/payment.md, sections 2, 3 and 8.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Protocol, TypeVar
from uuid import UUID

from kiosk import salvaged
from kiosk.errors import DataError, KioskError
from kiosk.outbox.boot import Box
from kiosk.outbox.database import new_id
from kiosk.outbox.recorder import Writing
from kiosk.outbox.rows import milliseconds_of
from kiosk.payment.attempts import Attempt, Body, New, Step
from kiosk.payment.records import baseline_record, read_baseline
from kiosk.scripts import run_script
from retail.tender import Asked, Kind, Phase, step
from retail.values import Money

T = TypeVar("T")
Also = Callable[[Writing], None]  # what is to be true together with a step
CONTENT_BYTES_MAX = 62 * 1024  # an event of 64 KiB holds it, with what the terminal told
_COLUMNS = (
    "attempt_id, sale_id, kind, terminal, amount, currency, reference, terminal_id, baseline, "
    "content, undoes"
)


class JournalError(DataError):
    """Nothing was written: the disk is full or ill, or the database is not to be had."""


class AttemptOpenError(KioskError):
    """It may not begin: one is open at this terminal or of this sale, or it may be paid."""


class Overtaken(KioskError):  # noqa: N818  (somebody else was quicker; no accident of ours)
    """Another process has written a step of this attempt: read it again."""


class Ledger(Protocol):
    """What ``kiosk.outbox.recorder.Recorder`` is to us."""

    def write(self, work: Callable[[Writing], T]) -> T:
        """Let ``work`` write what is true together; it may be called twice. ``DataError``."""
        ...


class Journal:
    """Every method raises ``JournalError`` where the file cannot be written, or not be read."""

    def __init__(self, ledger: Ledger, box: Box, make_id: Callable[[], UUID] = new_id) -> None:
        self._ledger, self._box, self._make_id = ledger, box, make_id

    # ---- writing

    def begin(self, new: New) -> Attempt:
        """Write an attempt with its INTENT; raises ``AttemptOpenError``."""
        attempt_id, wrote = self._make_id(), _json_of(new.content)
        if len(wrote.encode()) > CONTENT_BYTES_MAX:
            raise JournalError(f"Expected a sale of at most {CONTENT_BYTES_MAX} bytes, got more")
        asked = new.asked
        row = (
            attempt_id.bytes,
            new.sale_id.bytes,
            new.kind.value,
            new.terminal,
            asked.amount.minor,
            asked.amount.currency,
            asked.reference,
            asked.terminal_id,
            _json_of(baseline_record(new.baseline)),
            wrote,
            new.undoes.bytes if new.undoes else None,
        )

        def work(writing: Writing) -> Attempt:
            places = ", ".join("?" * len(row))
            insert = f"INSERT INTO payment_attempt ({_COLUMNS}) VALUES ({places})"  # noqa: S608
            try:
                writing.connection.execute(insert, row)
                detail = {"by": new.by} if new.by else {}
                self._put_step(writing, attempt_id, 1, Phase.INTENT, detail)
            except sqlite3.IntegrityError as error:
                raise AttemptOpenError(f"Expected no open attempt, got: {error}") from None
            return _read_one(writing.connection, attempt_id)

        return self._write(work)

    def step(
        self, attempt: Attempt, phase: Phase, detail: Body | None = None, also: Also | None = None
    ) -> Attempt:
        """Write a step, and what ``also`` writes, or neither; gives the attempt with it.

        Raises ``Overtaken``, and what ``also`` raises. A step that may not follow is a fault of
        the program.
        """
        return self.steps(attempt, [(phase, detail or {})], also)

    def steps(
        self, attempt: Attempt, after: Iterable[tuple[Phase, Body]], also: Also | None = None
    ) -> Attempt:
        """As ``step``, for several that are true at once."""
        after = tuple(after)
        phase = attempt.phase
        for then, _ in after:
            phase = step(phase, then, good=attempt.good)

        def work(writing: Writing) -> Attempt:
            first = len(attempt.steps) + 1
            try:
                for number, (then, detail) in enumerate(after, first):
                    self._put_step(writing, attempt.attempt_id, number, then, detail)
            except sqlite3.IntegrityError as error:
                raise Overtaken(f"Expected to write step {first}, got: {error}") from None
            if also is not None:
                also(writing)
            return _read_one(writing.connection, attempt.attempt_id)

        return self._write(work)

    def put(self, writing: Writing, attempt: Attempt, phase: Phase, detail: Body) -> None:
        """Write a step of another attempt within a transaction of ours: see ``Also``."""
        step(attempt.phase, phase, good=attempt.good)
        try:
            self._put_step(writing, attempt.attempt_id, len(attempt.steps) + 1, phase, detail)
        except sqlite3.IntegrityError as error:
            raise Overtaken(f"Expected to write {phase}, got: {error}") from None

    @staticmethod
    def read(writing: Writing, attempt_id: UUID) -> Attempt:
        """Give an attempt within a transaction of ours."""
        return _read_one(writing.connection, attempt_id)

    def _put_step(
        self, writing: Writing, attempt_id: UUID, number: int, phase: Phase, detail: Body
    ) -> None:
        writing.connection.execute(
            "INSERT INTO payment_step (attempt_id, number, phase, wall_ms, boot_id, mono_ms, "
            "detail) VALUES (?, ?, ?, ?, ?, ?, ?)",
            (attempt_id.bytes, number, phase.value, milliseconds_of(self._box.wall()),
             self._box.boot_id.bytes, self._box.mono_ms(), _json_of(detail)),
        )  # fmt: skip

    # ---- reading

    def attempt(self, attempt_id: UUID) -> Attempt | None:
        """Give an attempt as it is on the disk now."""
        found = self._write(
            lambda writing: list(read_where(writing.connection, "attempt_id", attempt_id))
        )
        return found[0] if found else None

    def of_sale(self, sale_id: UUID) -> tuple[Attempt, ...]:
        """Give the attempts of a sale, the oldest first."""
        return self._write(
            lambda writing: tuple(read_where(writing.connection, "sale_id", sale_id))
        )

    def undoing(self, attempt_id: UUID) -> tuple[Attempt, ...]:
        """Give the reversals and refunds of an authorisation, the oldest first."""
        return self._write(
            lambda writing: tuple(read_where(writing.connection, "undoes", attempt_id))
        )

    def open_attempts(self) -> tuple[Attempt, ...]:
        """Give what is open; what gives back comes before what it gives back."""
        return self._write(lambda writing: tuple(read_open(writing.connection)))

    def unread(self) -> str:
        """Say which damaged journal nobody has compared with the terminal's yet; else ``""``."""
        return self._write(lambda writing: salvaged.unread(writing.connection))

    def compare(self, by: str) -> None:
        """Note that ``by`` has compared it: paying is open again."""
        self._write(lambda writing: salvaged.compare(writing, by))

    # ---- short cuts

    def _write(self, work: Callable[[Writing], T]) -> T:
        def ready(writing: Writing) -> T:
            make_tables(writing.connection)
            return work(writing)

        try:
            return self._ledger.write(ready)
        except JournalError:
            raise
        except DataError as error:
            raise JournalError(f"payments: {error}") from None


def make_tables(connection: sqlite3.Connection) -> None:
    """Make them where they are not there: a damaged file may have been replaced."""
    there = "SELECT 1 FROM sqlite_master WHERE name = 'payment_attendant'"  # what came last
    if connection.execute(there).fetchone():
        return
    run_script(connection, "kiosk.payment", "payment.sql")


def read_open(connection: sqlite3.Connection) -> Iterable[Attempt]:
    """Give what is open; what gives back comes first."""
    ids = "SELECT attempt_id FROM payment_open ORDER BY undo DESC, attempt_id"
    for (attempt_id,) in connection.execute(ids).fetchall():
        yield _read_one(connection, UUID(bytes=attempt_id))


def read_all(connection: sqlite3.Connection, limit: int) -> Iterable[Attempt]:
    """Give the last attempts, the newest first."""
    ids = "SELECT attempt_id FROM payment_attempt ORDER BY attempt_id DESC LIMIT ?"
    for (attempt_id,) in connection.execute(ids, (limit,)).fetchall():
        yield _read_one(connection, UUID(bytes=attempt_id))


def _read_one(connection: sqlite3.Connection, attempt_id: UUID) -> Attempt:
    (found,) = read_where(connection, "attempt_id", attempt_id)
    return found


def read_where(connection: sqlite3.Connection, column: str, value: UUID) -> Iterable[Attempt]:
    """Give attempts by ``attempt_id``, ``sale_id`` or ``undoes``, the oldest first."""
    query = f"SELECT {_COLUMNS} FROM payment_attempt WHERE {column} = ? ORDER BY attempt_id"  # noqa: S608
    for row in connection.execute(query, (value.bytes,)).fetchall():
        steps = connection.execute(
            "SELECT number, phase, wall_ms, boot_id, mono_ms, detail FROM payment_step "
            "WHERE attempt_id = ? ORDER BY number",
            (row[0],),
        )
        yield _attempt(row, tuple(_step(each) for each in steps))


def _attempt(row: tuple[Any, ...], steps: tuple[Step, ...]) -> Attempt:
    attempt_id, sale_id, kind, terminal, amount, currency, reference, terminal_id, *rest = row
    baseline, content, undoes = rest
    return Attempt(
        UUID(bytes=attempt_id),
        UUID(bytes=sale_id),
        Kind(kind),
        terminal,
        Asked(Money(amount, currency), reference, terminal_id),
        read_baseline(json.loads(baseline)),
        json.loads(content),
        UUID(bytes=undoes) if undoes else None,
        steps,
    )


def _step(row: tuple[Any, ...]) -> Step:
    number, phase, wall_ms, boot_id, mono_ms, detail = row
    return Step(number, Phase(phase), wall_ms, UUID(bytes=boot_id), mono_ms, json.loads(detail))


def _json_of(body: Mapping[str, Any]) -> str:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
