"""A kiosk that is killed exactly at one point of a payment: wrappers, and the process that forks.

A point is ``before:PHASE``, ``in:PHASE`` (written, not committed), ``after:PHASE`` of the journal,
or ``at:POINT`` of the fake terminal's dialogue; with ``reversal:`` before it, of a reversal.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from kiosk.hardware.terminal.fake import FakeTerminal
from kiosk.hardware.terminal.options import TerminalOptions
from kiosk.outbox.recorder import Writing
from kiosk.payment.attempts import Attempt, New
from kiosk.payment.driving import UnwrittenError
from kiosk.payment.journal import Also, Journal, JournalError
from kiosk.payment.paying import pay
from kiosk.payment.recovery import settle_open
from kiosk.payment_messages import Pay
from retail.tender import Kind
from retail.values import Money
from tests.payment.rig import Rig

ROOT = Path(__file__).parents[2]


@dataclass
class Death:
    """Where it comes; ``kind`` is what is under way. ``fails`` lets the disk fail there instead."""

    point: str
    kind: Kind = Kind.AUTHORISATION
    fails: str = ""

    def may_come(self, point: str) -> None:
        named = f"reversal:{point}" if self.kind is Kind.REVERSAL else point
        if named != self.point:
            return
        if not self.fails:
            os.kill(os.getpid(), signal.SIGKILL)
        Path(os.environ["JOURNAL_FAILS"]).write_text(self.fails)


class DyingJournal(Journal):
    death: Death

    def begin(self, new: New) -> Attempt:
        self.death.kind = new.kind
        self.death.may_come("before:intent")
        begun = super().begin(new)
        self.death.may_come("after:intent")
        return begun

    def steps(self, attempt: Attempt, after: Any, also: Also | None = None) -> Attempt:
        after = tuple(after)
        self.death.kind = attempt.kind
        for phase, _ in after:
            self.death.may_come(f"before:{phase}")

        def and_die(writing: Writing) -> None:
            if also is not None:
                also(writing)
            for phase, _ in after:
                self.death.may_come(f"in:{phase}")

        written = super().steps(attempt, after, and_die)
        for phase, _ in after:
            self.death.may_come(f"after:{phase}")
        return written


class DyingTerminal(FakeTerminal):
    death: Death

    def at(self, point: str) -> None:
        self.death.may_come(f"at:{point}")
        super().at(point)


def dying_rig(folder: Path, death: Death, *, reverses: bool) -> Rig:

    def terminal(place: Path, options: TerminalOptions) -> FakeTerminal:
        made = DyingTerminal(place, options)
        made.death = death
        return made

    rig = Rig(folder, reverses=reverses, terminal=terminal)
    rig.journal = DyingJournal(rig.recorder, rig.box)
    rig.journal.death = death
    rig.desk.journal = rig.journal
    return rig


def work(job: Mapping[str, Any]) -> None:
    """Pay, or recover, and tell each fact in a file as it is posted."""
    death = Death(job["point"], fails=job.get("fails", ""))
    rig = dying_rig(Path(job["folder"]), death, reverses=job["reverses"])
    said = os.open(Path(job["folder"]) / "said", os.O_CREAT | os.O_APPEND | os.O_WRONLY)

    def say(fact: object) -> None:
        os.write(said, f"{type(fact).__name__}\n".encode())

    rig.desk.post = say
    if job["recover"]:
        rig.box.boot_id = UUID(int=9)
    else:
        basket = {"total": job["amount"], "currency": "IRR", "lines": []}
        request = Pay(UUID(job["sale"]), Money(job["amount"], "IRR"), basket)
        try:
            say(pay(rig.desk, request, lambda: True))
        except UnwrittenError as error:
            say(error)
    rig.stop_after_s = 0 if death.fails else None
    try:
        settle_open(rig.desk)
    except (JournalError, UnwrittenError) as error:
        say(error)


def serve() -> None:
    """Fork a child for each job that comes in, and tell how it ended."""
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            try:
                work(json.loads(line))
            except BaseException as error:
                sys.stderr.write(f"{error!r}\n")
                os._exit(3)
            os._exit(0)
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)


class Forker:
    """The process that forks: starting Python for each death would take a second each."""

    def __init__(self, **environment: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", "from tests.payment.dying import serve; serve()"],
            cwd=ROOT,
            env=os.environ | environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(self, job: Mapping[str, Any]) -> int:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        print(json.dumps(job), file=self._process.stdin, flush=True)
        return int(self._process.stdout.readline())

    def close(self) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.stdout.close()
        self._process.wait(10)
