"""The kiosk's process of one sale: it pays, or recovers what one before it left.

It opens the journal and the link anew, as a kiosk that starts does. ``zygote`` forks it.
"""

from __future__ import annotations

import encodings.idna  # noqa: F401  (a connection wants it; loaded before the fork)
import json
import os
import time
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from kiosk.hardware.terminal import build_terminal
from kiosk.hardware.terminal.face import Terminal
from kiosk.hardware.terminal.options import TerminalOptions
from kiosk.outbox.boot import SystemBox
from kiosk.outbox.recorder import Recorder
from kiosk.payment.desk import Desk, Patience
from kiosk.payment.driving import UnwrittenError
from kiosk.payment.journal import JournalError
from kiosk.payment.naming import where_of
from kiosk.payment.paying import decide, pay
from kiosk.payment.recovery import conclude, settle_open
from kiosk.payment_messages import Decide, Decision, Pay, PaymentFact, PaymentRefused
from retail.tender import Kind, Phase
from retail.values import Money
from tools.faults.payments.points import Death, DyingJournal


@dataclass(frozen=True, slots=True)
class Pace:
    """The kiosk's times in this run, in seconds."""

    answer_s: float
    payment_s: float
    link_s: float
    reverses_s: float
    pause_s: float
    bound_s: float


@dataclass(frozen=True, slots=True)
class Job:
    """What one process is to do: ``pay``, ``recover``, ``again`` (pay while open), ``decide``.

    ``kill_s`` is when it is killed, whatever it is at; ``boot`` other than 0 is another start of
    the box; ``clock_days`` how wrong its wall clock is.
    """

    what: str
    folder: str
    url: str
    pace: Pace
    reverses: bool = False
    sale: str = ""
    amount: int = 0
    point: str = ""
    kind: str = Kind.AUTHORISATION.value
    full_disk: bool = False
    kill_s: float = 0.0
    boot: int = 0
    clock_days: int = 0
    cancels: bool = False
    attempt: str = ""
    decision: str = ""

    def plain(self) -> Job:
        """Give the same without what befalls it."""
        return replace(self, point="", full_disk=False, kill_s=0.0, cancels=False)


class _Box(SystemBox):
    """The machine's clocks, made wrong."""

    def __init__(self, job: Job) -> None:
        super().__init__()
        self._off = timedelta(days=job.clock_days)
        self._began_ms = super().mono_ms() if job.boot else 0
        if job.boot:
            self._boot_id = UUID(int=job.boot)

    def mono_ms(self) -> int:
        """Give the milliseconds since this boot."""
        return super().mono_ms() - self._began_ms

    def wall(self) -> datetime:
        """Give what the box believes."""
        return datetime.now(UTC) + self._off


class _Disk:
    for_telemetry = True

    def write_failed(self) -> None:
        """Nothing follows from it."""

    def make_some(self) -> None:
        """There is none to give up."""


def carry_out(job: Job, said: int) -> None:
    """Do a job; each fact is written to ``said`` as it is posted."""
    terminal, box = terminal_of(job), _Box(job)
    began = time.monotonic()

    def post(fact: PaymentFact) -> None:
        told: dict[str, Any] = {
            "fact": type(fact).__name__,
            "at": round(time.monotonic() - began, 4),
        }
        named = getattr(fact, "attempt_id", None) or getattr(fact, "sale_id", None)
        told |= {"of": str(named), "sale": str(getattr(fact, "sale_id", "")), "text": _text(fact)}
        os.write(said, json.dumps(told).encode() + b"\n")

    def wait(seconds: float) -> bool:
        time.sleep(seconds)
        return False

    pace = job.pace
    patience = Patience(
        pace.reverses_s, pace.payment_s, pace.pause_s, 8 * pace.pause_s, pace.bound_s
    )
    recorder = Recorder(Path(job.folder) / "kiosk.db", box, lambda: None, _Disk())
    with closing(terminal), closing(recorder):
        recorder.open()
        journal = DyingJournal(recorder, box)
        journal.death = Death(job.point, Kind(job.kind), job.full_disk)
        desk = Desk(
            journal, terminal, where_of(job.url), box, post, wait, lambda: job.cancels, patience
        )
        _work(desk, job)


_BUILT: dict[tuple[str, bool], Terminal] = {}


def terminal_of(job: Job) -> Terminal:
    """Give the driver, made before the fork where one was: it has opened no link there."""
    key = (job.url, job.reverses)
    if key not in _BUILT:
        options = TerminalOptions(
            reverses_unacknowledged=job.reverses,
            link_s=job.pace.link_s,
            answer_s=job.pace.answer_s,
            payment_s=job.pace.payment_s,
        )
        _BUILT[key] = build_terminal(job.url, options)
    return _BUILT[key]


def _text(fact: PaymentFact) -> str:
    text = getattr(fact, "text", "") or getattr(fact, "why", "")
    return str(getattr(text, "value", text))


def _work(desk: Desk, job: Job) -> None:
    try:
        match job.what:
            case "recover":
                settle_open(desk)
            case "decide":
                said = Decide(UUID(job.attempt), Decision(job.decision), "staff")
                decided = decide(desk, said)
                if isinstance(decided, PaymentRefused):
                    desk.post(decided)
            case _:
                if job.what == "pay":
                    settle_open(desk)  # as a start does
                began = pay(desk, _request(job), lambda: True)
                if isinstance(began, PaymentRefused):
                    desk.post(began)
                elif began.is_open and began.phase is not Phase.IN_DOUBT:
                    conclude(desk, began)
    except (JournalError, UnwrittenError):
        if not job.full_disk:
            raise


def _request(job: Job) -> Pay:
    return Pay(UUID(job.sale), Money(job.amount, "IRR"), {})
