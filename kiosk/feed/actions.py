"""Does what head office asks of this kiosk, once, and tells what came of it.

What is asked is noted before the segment it came with is settled, so that no power cut loses it,
and what is done is noted in the transaction of the event that tells so. A restart is noted
before it is made, or it would be made for ever; the others after, since twice does no harm.

Source: docs/feed.md, section 8.
"""

from __future__ import annotations

import json
import logging
import sqlite3
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any, Protocol, TypeVar, assert_never, cast
from uuid import UUID

from kiosk.clock import Clock
from kiosk.errors import DataError, Rejected, ServerError
from retail.catalogue import Text
from retail.segment import Action, Doing
from retail.snapshot import text_record

log = logging.getLogger(__name__)
T = TypeVar("T")
DONE, LATE, FAILED = "done", "late", "failed"


class Door(Protocol):
    """What an action can do to the kiosk, asked on the feed's thread; only a log takes time."""

    def restart(self) -> None:
        """End the program in good order; systemd starts it again."""
        ...

    def out_of_service(self, words: Text | None) -> None:
        """Serve no shopper from now on and say ``words``, or the kiosk's own where none are told.

        It is called again at each start, until ``in_service``.
        """
        ...

    def in_service(self) -> None:
        """Serve again."""
        ...

    def send_logs(self, action_id: UUID) -> None:
        """Send the newest log under this id (``kiosk.feed.logs``).

        Raises ``Rejected`` where the server does not want it, another ``ServerError`` where it
        may be tried again, and ``OSError`` where there is no log.
        """
        ...


class Writing(Protocol):
    """A transaction in the kiosk's own database; ``tell`` puts an event in it."""

    @property
    def connection(self) -> sqlite3.Connection: ...

    @property
    def tell(self) -> Callable[[str, Mapping[str, Any]], None]: ...


class Ledger(Protocol):
    """What ``kiosk.outbox.recorder.Recorder`` is to us; one of the feed thread's own."""

    def write(self, work: Callable[[Writing], T]) -> T:
        """Let ``work`` write what is true together; it may be called twice. ``DataError``."""
        ...


@dataclass(frozen=True, slots=True)
class _Noted:
    action_id: UUID
    do: Doing
    until_s: int
    words: Text | None


class Actions:
    """All of it belongs to the feed's thread."""

    def __init__(self, ledger: Ledger, door: Door, clock: Clock) -> None:
        self._ledger, self._door, self._clock = ledger, door, clock
        self._may_wait = True  # something may be noted and not done

    def resume(self) -> None:
        """Close the door again if head office had it closed before this start."""
        try:
            closed = self._ledger.write(lambda writing: read_service(writing.connection))
        except DataError as error:
            log.error("actions-failed reason=%s", error)
            return
        if closed is not None:
            self._door.out_of_service(closed.words)

    def note(self, sequence: int, actions: Iterable[Action]) -> None:
        """Keep what is asked, to be done by ``perform``; what was asked before is passed over.

        Without a database it cannot be done once, so it is not done: prices go on.
        """
        asked = [_row(sequence, each) for each in actions]
        if not asked:
            return
        try:
            self._ledger.write(lambda writing: _insert(writing.connection, asked))
            self._may_wait = True
        except DataError as error:
            log.error("action-lost sequence=%d reason=%s", sequence, error)

    def perform(self) -> None:
        """Do what is noted, in the order in which it was asked."""
        if not self._may_wait:
            return
        try:
            noted = self._ledger.write(lambda writing: _waiting(writing.connection))
            done = [self._perform(each) for each in noted]  # one that fails holds up no other
            self._may_wait = not all(done)
        except DataError as error:
            log.error("actions-failed reason=%s", error)

    def _perform(self, noted: _Noted) -> bool:
        """Do one; tells whether that is settled."""
        log.info("action-begin id=%s do=%s", noted.action_id, noted.do)
        if self._clock.now().timestamp() >= noted.until_s:
            self._finish(noted, LATE)
            return True
        match noted.do:
            case "restart":
                self._finish(noted, DONE)
                self._door.restart()
            case "out_of_service":
                self._finish(noted, DONE, _close(noted.words))
                self._door.out_of_service(noted.words)
            case "in_service":
                self._finish(noted, DONE, _open)
                self._door.in_service()
            case "send_logs":
                return self._send_logs(noted)
            case _:
                assert_never(noted.do)
        return True

    def _send_logs(self, noted: _Noted) -> bool:
        try:
            self._door.send_logs(noted.action_id)
        except (Rejected, OSError) as error:
            log.error("action-failed id=%s reason=%s", noted.action_id, error)
            self._finish(noted, FAILED)
        except ServerError as error:
            log.warning("action-later id=%s reason=%s", noted.action_id, error)
            return False
        else:
            self._finish(noted, DONE)
        return True

    def _finish(
        self,
        noted: _Noted,
        outcome: str,
        besides: Callable[[sqlite3.Connection], object] = lambda _: None,
    ) -> None:
        def work(writing: Writing) -> None:
            done = "UPDATE feed_action SET outcome = ? WHERE id = ? AND outcome IS NULL"
            if writing.connection.execute(done, (outcome, noted.action_id.bytes)).rowcount:
                besides(writing.connection)
                writing.tell("action_done", {"id": str(noted.action_id), "outcome": outcome})

        self._ledger.write(work)
        log.info("action-complete id=%s outcome=%s", noted.action_id, outcome)


@dataclass(frozen=True, slots=True)
class Closed:
    """Head office wants no service here; ``words`` are for the screen."""

    words: Text | None


def read_service(connection: sqlite3.Connection) -> Closed | None:
    """Tell whether head office has closed this kiosk; within a transaction."""
    _make(connection)
    row = connection.execute("SELECT words FROM feed_out_of_service").fetchone()
    return None if row is None else Closed(_words(row[0]))


def _make(connection: sqlite3.Connection) -> None:
    script = resources.files("kiosk.feed").joinpath("actions.sql").read_text("utf-8")
    for statement in script.split(";\n"):  # executescript would end the transaction we are in
        connection.execute(statement)


def _insert(connection: sqlite3.Connection, asked: Iterable[tuple[Any, ...]]) -> None:
    _make(connection)
    connection.executemany(
        "INSERT INTO feed_action (id, sequence, do, until_s, words) VALUES (?, ?, ?, ?, ?) "
        "ON CONFLICT DO NOTHING",
        asked,
    )


def _row(sequence: int, action: Action) -> tuple[Any, ...]:
    until_s = int(action.until.timestamp())
    words = json.dumps(text_record(action.words)) if action.words else ""
    return action.action_id.bytes, sequence, action.do, until_s, words


def _waiting(connection: sqlite3.Connection) -> list[_Noted]:
    _make(connection)
    rows = connection.execute(
        "SELECT id, do, until_s, words FROM feed_action WHERE outcome IS NULL "
        "ORDER BY sequence, rowid"
    )
    return [
        _Noted(UUID(bytes=raw), cast(Doing, do), until_s, _words(words))
        for raw, do, until_s, words in rows
    ]


def _close(words: Text | None) -> Callable[[sqlite3.Connection], object]:
    text = json.dumps(text_record(words)) if words else ""
    insert = "INSERT OR REPLACE INTO feed_out_of_service (only, words) VALUES (1, ?)"
    return lambda connection: connection.execute(insert, (text,))


def _open(connection: sqlite3.Connection) -> object:
    return connection.execute("DELETE FROM feed_out_of_service")


def _words(text: str) -> Text | None:
    told = json.loads(text) if text else None
    return Text(told["fa"], told.get("en", "")) if told else None
