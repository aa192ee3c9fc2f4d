"""A desk with a fake terminal and a real journal: what the tests of payments work with."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from kiosk.hardware.terminal.fake import FakeTerminal
from kiosk.hardware.terminal.options import TerminalOptions
from kiosk.outbox.boot import SetBox
from kiosk.outbox.database import new_id
from kiosk.outbox.recorder import Recorder
from kiosk.payment.attempts import Attempt
from kiosk.payment.desk import Desk
from kiosk.payment.journal import Journal
from kiosk.payment.paying import Begun, pay
from kiosk.payment.recovery import settle_open
from kiosk.payment.tenders import FakeReservations
from kiosk.payment_messages import OtherTender, Pay, PaymentFact, PaymentRefused
from retail.tender import Phase
from retail.values import Money

NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)
WHERE = "fake://here"


class NoBallast:
    """A disk that has nothing to give up."""

    for_telemetry = True

    def write_failed(self) -> None:
        """Nothing follows from it."""

    def make_some(self) -> None:
        """There is none."""


class Rig:
    """A kiosk's state folder, a terminal's folder, and a clock that moves when somebody waits."""

    def __init__(
        self,
        folder: Path,
        *,
        reverses: bool = False,
        terminal: Callable[[Path, TerminalOptions], FakeTerminal] = FakeTerminal,
        where: str = WHERE,
    ) -> None:
        self.folder = folder
        self.database = folder / "kiosk.db"
        self.box = SetBox(NOON)
        self.facts: list[PaymentFact] = []
        self.waited: list[float] = []
        self.stop_after_s: float | None = None
        self.recorder = Recorder(self.database, self.box, lambda: None, NoBallast())
        self.journal = Journal(self.recorder, self.box)
        options = TerminalOptions(reverses_unacknowledged=reverses)
        self.terminal = terminal(folder / "terminal", options)
        self.reservations = FakeReservations()
        self.cancels = False
        self.desk = Desk(
            self.journal,
            self.terminal,
            where,
            self.box,
            self.facts.append,
            self.wait,
            lambda: self.cancels,
            reservations=self.reservations,
        )

    @property
    def ledger(self) -> Any:
        return self.terminal.ledger

    def wait(self, seconds: float) -> bool:
        self.waited.append(seconds)
        self.box.move(seconds)
        return self.stop_after_s is not None and sum(self.waited) > self.stop_after_s

    def request(
        self, amount: int = 125_000, *, others: tuple[OtherTender, ...] = (), **more: Any
    ) -> Pay:
        return Pay(new_id(), Money(amount, "IRR"), more.pop("basket", {}), others, **more)

    def begin(self, request: Pay | None = None, **more: Any) -> Begun:
        """Ask for a payment, and leave it as the terminal left it."""
        return pay(self.desk, request or self.request(**more), lambda: True)

    def pay(self, request: Pay | None = None, **more: Any) -> Attempt:
        """Pay, and bring it to its end."""
        began = self.begin(request, **more)
        assert not isinstance(began, PaymentRefused), began
        return self.settled(began)

    def settled(self, attempt: Attempt) -> Attempt:
        settle_open(self.desk)
        found = self.journal.attempt(attempt.attempt_id)
        assert found is not None
        return found

    def restart(self, *, seconds: float = 20.0, boot: bool = True) -> Rig:
        """Start anew on the same folders, as after a power cut."""
        self.close()
        again = Rig(self.folder)
        again.box.at, again.box.mono = self.box.at, self.box.mono
        again.box.move(seconds)
        if boot:
            again.box.boot_id = UUID(int=self.box.boot_id.int + 1)
            again.box.mono = 10_000_000  # of another boot: it says nothing of the one before
        again.desk.began_s = again.desk.now_s()
        return again

    def close(self) -> None:
        self.recorder.close()

    # ---- what is on the disk

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(self.database)) as connection:
            return connection.execute(query, values).fetchall()

    def told(self, kind: str) -> list[Mapping[str, Any]]:
        query = "SELECT body FROM outbox WHERE kind = ? ORDER BY seq"
        return [json.loads(body) for (body,) in self.rows(query, kind)]

    def sales(self) -> list[UUID]:
        return [UUID(bytes=each) for (each,) in self.rows("SELECT sale_id FROM sale")]


def phases(attempt: Attempt) -> list[Phase]:
    return [step.phase for step in attempt.steps]
