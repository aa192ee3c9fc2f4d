"""Several server processes behind one port, watched over by a process that answers nothing.

A process that ends is started again. All of them end with their watcher, also where that one is
killed.

Source: ADR 13; ``man 2 prctl``, PR_SET_PDEATHSIG.
"""

from __future__ import annotations

import ctypes
import logging
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from server.serving import STOP_S, Claim

WATCHED = (signal.SIGTERM, signal.SIGINT, signal.SIGCHLD)
AGAIN_S = 1.0  # before a process that ended is started again
_PR_SET_PDEATHSIG = 1
_WATCHER = "PISHKHAN_WATCHER_PID"

logger = logging.getLogger(__name__)


def serve_by_many(claim: Claim, workers: int, numbers_dir: Path, ready: Callable[[], None]) -> None:
    """Serve until told to stop; the processes share their numbers in ``numbers_dir``.

    To be called after ``hold_signals``.
    """
    shutil.rmtree(numbers_dir, ignore_errors=True)
    numbers_dir.mkdir(parents=True)
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(numbers_dir)
    running = [_start(claim) for _ in range(workers)]
    for process in running:
        _wait_until_it_listens(process)
    ready()
    try:
        while signal.sigwait(WATCHED) == signal.SIGCHLD:
            running = [_again(process, claim) for process in running]
    finally:
        _end(running)


def hold_signals() -> None:
    """Keep the signals that the watcher waits for; before any library starts a thread.

    A thread that was there before would take them, and the process would die of them.
    """
    signal.pthread_sigmask(signal.SIG_BLOCK, WATCHED)


def become_worker() -> None:
    """Prepare a process that ``serve_by_many`` has started: it hears signals, and dies with it."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.environ.get(_WATCHER, str(os.getppid())) != str(os.getppid()):
        os._exit(0)  # the watcher ended before it could be watched
    signal.pthread_sigmask(signal.SIG_UNBLOCK, WATCHED)


def _start(claim: Claim) -> subprocess.Popen[bytes]:
    where = ("--host", claim.host, "--port", str(claim.port))
    command = [sys.executable, "-m", "server", "run", "--worker", *where]
    told = {**os.environ, _WATCHER: str(os.getpid())}
    return subprocess.Popen(command, stdout=subprocess.PIPE, env=told)  # noqa: S603  (our own words)


def _wait_until_it_listens(process: subprocess.Popen[bytes]) -> None:
    assert process.stdout is not None
    with process.stdout as said:
        said.readline()  # one line, or none where it ended: then SIGCHLD comes


def _again(process: subprocess.Popen[bytes], claim: Claim) -> subprocess.Popen[bytes]:
    if process.poll() is None:
        return process
    logger.error("worker-ended pid=%d status=%d", process.pid, process.returncode)
    time.sleep(AGAIN_S)
    new = _start(claim)
    _wait_until_it_listens(new)
    return new


def _end(running: list[subprocess.Popen[bytes]]) -> None:
    for process in running:
        process.terminate()
    for process in running:
        try:
            process.wait(2 * STOP_S)
        except subprocess.TimeoutExpired:
            process.kill()
