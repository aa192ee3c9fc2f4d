"""A process that has loaded everything and forks a child for each job, so none starts Python anew.

It is forked itself before its worker has any thread.
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
import traceback
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, TextIO

from tools.faults.payments.payer import Job, Pace, carry_out, terminal_of

FAULTY, IN_TIME = 3, 0
ENDLESS_S = 60.0  # longer than any bound: then something hangs


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
    terminal_of(job)
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
