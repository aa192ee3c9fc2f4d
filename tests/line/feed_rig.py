"""A kiosk around the feed, for tests: a database, a door, a clock, and catalogues of lines."""

from __future__ import annotations

import gzip
import json
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

from kiosk.clock import SetClock
from kiosk.errors import DataError
from kiosk.feed.actions import Writing
from kiosk.storage import CatalogueInfo, next_edition
from retail.catalogue import Text
from retail.snapshot import read_instant

T = TypeVar("T")
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def Box() -> SetClock:  # noqa: N802
    return SetClock(NOW)


@dataclass(frozen=True)
class _Writing:
    connection: sqlite3.Connection
    tell: Callable[[str, Mapping[str, Any]], None]


class Pens:
    """The kiosk's own database, with events as rows; ``on_step`` may play a power cut."""

    def __init__(self, file: Path, on_step: Callable[[str], None] = lambda _: None) -> None:
        self.file, self.on_step, self.fails = file, on_step, ""
        with self._open() as connection:
            connection.execute("CREATE TABLE IF NOT EXISTS told (kind TEXT, body TEXT)")

    def write(self, work: Callable[[Writing], T]) -> T:
        if self.fails:
            raise DataError(self.fails)
        self.on_step("before a note")
        with self._open() as connection:
            connection.execute("BEGIN IMMEDIATE")

            def tell(kind: str, body: Mapping[str, Any]) -> None:
                told = (kind, json.dumps(body))
                connection.execute("INSERT INTO told VALUES (?, ?)", told)

            done = work(_Writing(connection, tell))
            self.on_step("before its commit")
            connection.execute("COMMIT")
        self.on_step("after a note")
        return done

    def told(self) -> list[tuple[str, str]]:
        """The ids of actions and what came of them, in order."""
        with self._open() as connection:
            rows = connection.execute("SELECT body FROM told WHERE kind = 'action_done'").fetchall()
        bodies = [json.loads(body) for (body,) in rows]
        return [(str(int(each["id"][-12:])), each["outcome"]) for each in bodies]

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        connection = sqlite3.connect(self.file, isolation_level=None)
        try:
            yield connection
        finally:
            connection.close()


@dataclass
class Kept:
    """A door that keeps what was asked of it."""

    asked: list[str] = field(default_factory=list)
    words: Text | None = None
    fails: Exception | None = None
    on_step: Callable[[str], None] = lambda _: None

    def restart(self) -> None:
        self._ask("restart")

    def out_of_service(self, words: Text | None) -> None:
        self.words = words
        self._ask("out_of_service")

    def in_service(self) -> None:
        self._ask("in_service")

    def send_logs(self, action_id: UUID) -> None:
        if self.fails:
            raise self.fails
        self._ask(f"send_logs {action_id.int & 0xFF}")

    def _ask(self, what: str) -> None:
        self.on_step("before the door")
        self.asked.append(what)
        self.on_step("after the door")


def check_lines(file: Path) -> CatalogueInfo:
    """Read a catalogue that is a snapshot's lines, as ``kiosk.storage.check`` reads a real one."""
    try:
        heading = json.loads(file.read_bytes().partition(b"\n")[0])
    except ValueError as error:
        raise DataError(f"{file}: expected a sound catalogue, got {error}") from None
    made_at = read_instant(heading["made_at"])
    return CatalogueInfo("", heading["store"], "IRR", "", heading["sequence"], made_at, 0, 0)


def lay_out(folder: Path, snapshot: Path) -> Path:
    """Build such a catalogue of a snapshot of records."""
    file = next_edition(folder)
    file.write_bytes(gzip.decompress(snapshot.read_bytes()))
    return file
