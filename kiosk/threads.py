"""The kiosk's threads: each has a name, a body and one way to end.

A body that ends by an exception that nobody expected takes the process with it: the fault is
logged, systemd starts the kiosk again, and start-up recovers from the database. A thread that
died quietly would leave a screen that looks alive.

Source: docs/ARCHITECTURE.md, "Threads".
"""

from __future__ import annotations

import logging
import os
import queue
import sys
from collections.abc import Callable
from threading import Event, Thread
from time import monotonic

from kiosk.errors import KioskError
from kiosk.messages import Message

log = logging.getLogger(__name__)

INBOX_MAX = 1_000  # messages; a shopper makes a few a second, so a full one is a fault
EXIT_FAULT = 70  # EX_SOFTWARE of sysexits.h: an internal fault
SWITCH_S = 0.0005  # after which a thread that works makes way for one that waits; Python's is 5 ms
Body = Callable[[Event], None]


def take_short_turns() -> None:
    """Let no thread of this process wait long while another one computes.

    A look-up goes to SQLite several times and each time gives up the interpreter; a feed that
    applies ten thousand changes took it for up to 5 ms then. Source: docs/adr/0012, "Measured".
    """
    sys.setswitchinterval(SWITCH_S)


class InboxFullError(KioskError):
    """The core does not keep up: something posts without end, or the core hangs."""


class Inbox:
    """The bounded queue by which every other thread reaches the core."""

    def __init__(self) -> None:
        self._queue: queue.Queue[Message | None] = queue.Queue(INBOX_MAX)

    def post(self, message: Message) -> None:
        """Put a message in line; never waits. Raises ``InboxFullError``."""
        try:
            self._queue.put_nowait(message)
        except queue.Full:
            raise InboxFullError(f"Expected less than {INBOX_MAX} messages waiting") from None

    def run(self, stop: Event, handle: Callable[[Message], None]) -> None:
        """Handle messages one by one until ``wake`` after ``stop`` was set."""
        while not stop.is_set():
            message = self._queue.get()
            if message is not None:
                handle(message)

    def wake(self) -> None:
        """Let ``run`` look at its ``stop``."""
        try:
            self._queue.put_nowait(None)
        except queue.Full:
            return  # it has enough to wake up for


def end_process(name: str, error: BaseException) -> None:
    """End the process after a fault that nobody expected; systemd starts it again."""
    log.critical("thread-died: %s", name, exc_info=error)
    logging.shutdown()
    os._exit(EXIT_FAULT)  # other threads may hang, and must not keep a dead kiosk alive


class Crew:
    """The threads of one kiosk, started in order and stopped in the opposite one."""

    def __init__(self, on_fault: Callable[[str, BaseException], None] = end_process) -> None:
        self._on_fault = on_fault
        self._stop = Event()
        self._threads: list[Thread] = []

    def start(self, name: str, body: Body) -> None:
        """Run ``body`` on a thread of its own, called ``name``."""
        thread = Thread(target=self._run, args=(name, body), name=name, daemon=True)
        self._threads.append(thread)
        thread.start()

    def stop(self, wait_s: float, *wakes: Callable[[], None]) -> list[str]:
        """Stop all within ``wait_s`` seconds together; gives the names of those that did not."""
        self._stop.set()
        for wake in wakes:
            wake()
        ends = monotonic() + wait_s
        for thread in reversed(self._threads):
            thread.join(max(0.0, ends - monotonic()))
        return [thread.name for thread in self._threads if thread.is_alive()]

    def _run(self, name: str, body: Body) -> None:
        try:
            body(self._stop)
        except Exception as error:
            self._on_fault(name, error)
