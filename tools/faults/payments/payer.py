"""The kiosk's process of one sale: it pays, or recovers what one before it left; a forked child.

A process that has loaded everything (``Zygote``) forks a child for each job, so that a sale costs
no start of Python. The child opens the journal and the link anew, as a kiosk that starts does.
"""

from __future__ import annotations

import encodings.idna  # noqa: F401  (a connection wants it; loaded before the fork)
import faulthandler
import gc
import json
import os
import resource
import select
import signal
import sys
import time
import traceback
from collections.abc import Mapping
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TextIO
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

FAULTY, IN_TIME = 3, 0
ENDLESS_S = 60.0  # longer than any bound: then something hangs


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
    terminal, box = _terminal_of(job), _Box(job)
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


def _terminal_of(job: Job) -> Terminal:
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


# ---- the process that forks


class Zygote:
    """Forked before any thread is; ``said`` is where its children's facts are read."""

    def __init__(self, log_file: Path) -> None:
        jobs, self._jobs = os.pipe()
        answers, answering = os.pipe()
        self.said, saying = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            _become_zygote(jobs, answering, saying, (self._jobs, answers, self.said), log_file)
        for end in (jobs, answering, saying):
            os.close(end)
        os.set_blocking(self.said, False)
        self._answers: TextIO = os.fdopen(answers)

    def run(self, *jobs: Job) -> list[int]:
        """Run jobs at one time; gives how each ended: 0, 3 for an error, -9 for a kill."""
        line = json.dumps([asdict(job) for job in jobs]).encode() + b"\n"
        os.write(self._jobs, line)
        ended = json.loads(self._answers.readline() or "[]")
        return [int(each) for each in ended]

    def facts(self) -> list[dict[str, Any]]:
        """Give what was said since the last look."""
        text = b""
        while True:
            try:
                read = os.read(self.said, 1 << 16)
            except BlockingIOError:
                break
            if not read:
                break
            text += read
        return [json.loads(line) for line in text.splitlines()]

    def close(self) -> None:
        """End it."""
        os.close(self._jobs)
        self._answers.close()
        os.close(self.said)
        os.waitpid(self.pid, 0)


def _become_zygote(
    jobs: int, answering: int, saying: int, others: tuple[int, ...], log_file: Path
) -> None:
    try:
        for end in others:
            os.close(end)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        errors = os.open(log_file, os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600)
        os.dup2(errors, 2)
        faulthandler.register(signal.SIGUSR1)
        gc.collect()
        gc.freeze()
        gc.disable()
        with os.fdopen(jobs) as lines, os.fdopen(answering, "w") as answers:
            for line in lines:
                ended = _run_all([_job(each) for each in json.loads(line)], saying)
                answers.write(json.dumps(ended) + "\n")
                answers.flush()
    finally:
        os._exit(0)


def _job(told: Mapping[str, Any]) -> Job:
    return Job(**{**told, "pace": Pace(**told["pace"])})


def _run_all(jobs: list[Job], saying: int) -> list[int]:
    return [_wait_for(pid, job) for pid, job in [(_fork(job, saying), job) for job in jobs]]


def _fork(job: Job, saying: int) -> int:
    _terminal_of(job)
    child = os.fork()
    if child:
        return child
    status = FAULTY
    try:
        carry_out(job, saying)
        status = IN_TIME
    except BaseException:
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        if soft == 0:
            resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
        sys.stderr.write(f"{job}\n{traceback.format_exc()}\n")
        sys.stderr.flush()
    finally:
        os._exit(status)


def _wait_for(pid: int, job: Job) -> int:
    """Wait for a child, and kill it when its time has come."""
    handle = os.pidfd_open(pid)
    try:
        ready, _, _ = select.select([handle], [], [], job.kill_s or ENDLESS_S)
        if not ready and not job.kill_s:
            sys.stderr.write(f"a process hung: {job}\n")
            sys.stderr.flush()
            os.kill(pid, signal.SIGUSR1)  # it tells where it is
            select.select([handle], [], [], 1.0)
        if not ready:
            os.kill(pid, signal.SIGKILL)
    finally:
        os.close(handle)
    ended = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    return ended if ready or job.kill_s else FAULTY
