"""The journal of prints: one first print a sale, and what became of each.

Each method that writes is one transaction, on the disk when it returns. The states, and which may
follow which, are kept by the database itself. It belongs to the thread that made it.

Source: docs/receipts.md, section 5.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Any, Protocol, TypeVar
from uuid import UUID

from kiosk.errors import DataError
from kiosk.outbox.boot import Box
from kiosk.outbox.database import new_id
from kiosk.outbox.recorder import Writing
from kiosk.outbox.rows import instant_of, milliseconds_of
from kiosk.receipt.parts import Receipt, read_receipt, receipt_record
from kiosk.scripts import run_script

T = TypeVar("T")
WHY_MAX = 200
_COLUMNS = (
    "job_id, sale_id, copy, asked_by, number, receipt, state, begun, queued_ms, boot_id, mono_ms, "
    "why"
)


class JobState(Enum):
    """Where a print is."""

    QUEUED = "queued"
    PRINTING = "printing"
    PRINTED = "printed"
    UNSURE = "unsure"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Job:
    """A print; ``receipt`` is none where it is so old that what it said was let go.

    ``begun`` says that a byte of it may have been sent.
    """

    job_id: UUID
    sale_id: UUID
    copy: bool
    asked_by: str
    number: str
    receipt: Receipt | None
    state: JobState
    begun: bool
    queued_at: datetime
    boot_id: UUID
    mono_ms: int
    why: str


@dataclass(frozen=True, slots=True)
class NewJob:
    """A print that is asked for; ``asked_by`` is who of the staff wants a copy, else empty."""

    sale_id: UUID
    number: str
    receipt: Receipt
    asked_by: str = ""

    @property
    def copy(self) -> bool:
        """Whether it is marked as a copy: whatever staff ask for is."""
        return bool(self.asked_by)


class Ledger(Protocol):
    """What ``kiosk.outbox.recorder.Recorder`` is to us."""

    def write(self, work: Callable[[Writing], T]) -> T:
        """Let ``work`` write what is true together; it may be called twice. ``DataError``."""
        ...


class Jobs:
    """Every method raises ``DataError`` where the file cannot be written, or not be read."""

    def __init__(self, ledger: Ledger, box: Box, make_id: Callable[[], UUID] = new_id) -> None:
        self._ledger, self._box, self._make_id = ledger, box, make_id

    # ---- writing

    def queue(self, new: NewJob) -> Job:
        """Write a print that is to be made, or give the first one of the sale that there is.

        One that failed without a byte sent is queued anew.
        """
        job_id = self._make_id()

        def work(connection: sqlite3.Connection) -> Job:
            first = None if new.copy else _first_of(connection, new.sale_id)
            if first is None:
                self._insert(connection, job_id, new)
                return _one(connection, job_id)
            if first.state is JobState.FAILED and not first.begun:
                self._move(connection, first.job_id, JobState.QUEUED, ("why", ""))
            return _one(connection, first.job_id)

        return self._write(work)

    def begin(self, job: Job) -> Job:
        """Note, before its first byte, that it may come out from now on."""
        return self._moved(job, JobState.PRINTING, ("begun", 1))

    def printed(self, job: Job) -> Job:
        """Note that it is on paper."""
        return self._moved(job, JobState.PRINTED)

    def unsure(self, job: Job, why: str) -> Job:
        """Note that nobody can tell whether it is."""
        return self._moved(job, JobState.UNSURE, ("why", why[:WHY_MAX]))

    def failed(self, job: Job, why: str) -> Job:
        """Note that not a byte of it was sent."""
        assert not job.begun, "what was begun is settled by a person"
        return self._moved(job, JobState.FAILED, ("why", why[:WHY_MAX]))

    def settle(self, job_id: UUID, by: str, *, came_out: bool) -> Job | None:
        """Note what a person saw; none where no such print is in doubt."""
        state = JobState.PRINTED if came_out else JobState.FAILED

        def work(connection: sqlite3.Connection) -> Job | None:
            found = list(_read(connection, "job_id = ? AND state = 'unsure'", job_id.bytes))
            if not found:
                return None
            self._move(connection, job_id, state, ("settled_by", by))
            return _one(connection, job_id)

        return self._write(work)

    def forget(self, age: timedelta) -> int:
        """Let go what old receipts said; gives of how many. Their rows stay."""
        before = milliseconds_of(self._box.wall() - age)

        def work(connection: sqlite3.Connection) -> int:
            return connection.execute(
                "UPDATE print_job SET receipt = '' "
                "WHERE receipt <> '' AND state IN ('printed', 'failed') AND changed_ms < ?",
                (before,),
            ).rowcount

        return self._write(work)

    # ---- reading

    def waiting(self) -> tuple[Job, ...]:
        """Give what is queued, the oldest first."""
        return self._write(lambda connection: tuple(_read(connection, "state = 'queued'")))

    def stranded(self) -> tuple[Job, ...]:
        """Give what was being printed when the kiosk stopped."""
        return self._write(lambda connection: tuple(_read(connection, "state = 'printing'")))

    def in_doubt(self, sale_id: UUID | None = None) -> tuple[Job, ...]:
        """Give what staff are to look at, of one sale or of all."""
        if sale_id is None:
            return self._write(lambda connection: tuple(_read(connection, "state = 'unsure'")))
        which = "sale_id = ? AND state IN ('unsure', 'printing')"
        return self._write(lambda connection: tuple(_read(connection, which, sale_id.bytes)))

    def first_of(self, sale_id: UUID) -> Job | None:
        """Give the print of a sale that is no copy."""
        return self._write(lambda connection: _first_of(connection, sale_id))

    def age_of(self, job: Job) -> timedelta:
        """Tell how long ago it was queued, by the count since the boot where that is the same."""
        if job.boot_id == self._box.boot_id:
            return timedelta(milliseconds=self._box.mono_ms() - job.mono_ms)
        return self._box.wall() - job.queued_at

    def read(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Let ``work`` read other tables of the file."""
        return self._write(work)

    # ---- short cuts

    def _insert(self, connection: sqlite3.Connection, job_id: UUID, new: NewJob) -> None:
        now = milliseconds_of(self._box.wall())
        text = json.dumps(receipt_record(new.receipt), ensure_ascii=False, separators=(",", ":"))
        connection.execute(
            "INSERT INTO print_job (job_id, sale_id, copy, asked_by, number, receipt, queued_ms, "
            "boot_id, mono_ms, changed_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (job_id.bytes, new.sale_id.bytes, new.copy, new.asked_by, new.number, text, now,
             self._box.boot_id.bytes, self._box.mono_ms(), now),
        )  # fmt: skip

    def _moved(self, job: Job, state: JobState, *more: tuple[str, Any]) -> Job:
        def work(connection: sqlite3.Connection) -> Job:
            self._move(connection, job.job_id, state, *more)
            return _one(connection, job.job_id)

        return self._write(work)

    def _move(
        self,
        connection: sqlite3.Connection,
        job_id: UUID,
        state: JobState,
        *more: tuple[str, Any],
    ) -> None:
        changed = {
            "state": state.value,
            "changed_ms": milliseconds_of(self._box.wall()),
            **dict(more),
        }
        names = ", ".join(f"{name} = ?" for name in changed)  # names of ours
        update = f"UPDATE print_job SET {names} WHERE job_id = ?"  # noqa: S608
        connection.execute(update, (*changed.values(), job_id.bytes))

    def _write(self, work: Callable[[sqlite3.Connection], T]) -> T:
        def ready(writing: Writing) -> T:
            make_table(writing.connection)
            return work(writing.connection)

        try:
            return self._ledger.write(ready)
        except sqlite3.IntegrityError as error:
            raise DataError(f"prints: {error}") from None


def make_table(connection: sqlite3.Connection) -> None:
    """Make it where it is not there: a damaged file may have been replaced."""
    there = "SELECT 1 FROM sqlite_master WHERE name = 'print_job_is_kept'"
    if connection.execute(there).fetchone():
        return
    run_script(connection, "kiosk.receipt", "receipt.sql")


def last_jobs(connection: sqlite3.Connection, limit: int) -> Iterable[Job]:
    """Give the last prints, the newest first; none where nothing was ever printed."""
    if not _is_there(connection):
        return ()
    query = f"SELECT {_COLUMNS} FROM print_job ORDER BY job_id DESC LIMIT ?"  # noqa: S608
    return [_job(row) for row in connection.execute(query, (limit,))]


def first_job(connection: sqlite3.Connection, sale_id: UUID) -> Job | None:
    """Give the print of a sale that is no copy."""
    return _first_of(connection, sale_id) if _is_there(connection) else None


def jobs_in_doubt(connection: sqlite3.Connection) -> Iterable[Job]:
    """Give the prints that staff are to look at."""
    return _read(connection, "state = 'unsure'") if _is_there(connection) else ()


def _is_there(connection: sqlite3.Connection) -> bool:
    there = "SELECT 1 FROM sqlite_master WHERE name = 'print_job'"
    return connection.execute(there).fetchone() is not None


def _first_of(connection: sqlite3.Connection, sale_id: UUID) -> Job | None:
    return next(iter(_read(connection, "sale_id = ? AND copy = 0", sale_id.bytes)), None)


def _one(connection: sqlite3.Connection, job_id: UUID) -> Job:
    (found,) = _read(connection, "job_id = ?", job_id.bytes)
    return found


def _read(connection: sqlite3.Connection, which: str, *values: bytes) -> Iterable[Job]:
    # ``which`` is one of the conditions above
    query = f"SELECT {_COLUMNS} FROM print_job WHERE {which} ORDER BY job_id"  # noqa: S608
    return [_job(row) for row in connection.execute(query, values).fetchall()]


def _job(row: tuple[Any, ...]) -> Job:
    job_id, sale_id, copy, by, number, receipt, state, begun, queued_ms, boot_id, mono_ms, why = row
    told: Mapping[str, Any] | None = json.loads(receipt) if receipt else None
    return Job(
        UUID(bytes=job_id),
        UUID(bytes=sale_id),
        bool(copy),
        by,
        number,
        read_receipt(told) if told is not None else None,
        JobState(state),
        bool(begun),
        instant_of(queued_ms),
        UUID(bytes=boot_id),
        mono_ms,
        why,
    )
