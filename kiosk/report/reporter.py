"""Tells head office how this kiosk is: once a minute, and at once when that matters.

It is the body of a thread of its own, so that neither a slow line nor the outbox's tables are
felt elsewhere. A report that is lost costs nothing: the next one tells the same and more. So
nothing is kept, nothing is tried again before its time, and the line's state is not told by it.

Source: docs/fleet.md, section 1.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from random import random
from threading import Event as Signal
from time import monotonic

from kiosk.errors import DataError, Unreachable
from kiosk.line.server import Answer, ServerLink
from kiosk.report.report import Report, write
from kiosk.report.vital import Vital, matters

log = logging.getLogger(__name__)

PATH = "/api/v2/status"
_NO_SUCH_PATH = (404, 405)  # a server of the release before


@dataclass(frozen=True, slots=True)
class ReporterConfig:
    """Seconds: between two reports, at least between two, and where the server has no such path.

    The first comes within ``first_s``, by chance: after a power cut a whole chain starts at once.
    """

    every_s: float = 60.0
    gap_s: float = 5.0
    missing_s: float = 3_600.0
    first_s: float = 10.0


@dataclass(frozen=True, slots=True)
class Pause:
    """How long to wait; nothing shortens what the server has ``asked`` for."""

    seconds: float
    asked: bool = False


class Reporter:
    """``see`` and ``wake`` are for any thread, the rest for the reporter's own."""

    def __init__(
        self,
        link: ServerLink,
        gather: Callable[[Vital], Report],
        config: ReporterConfig | None = None,
        chance: Callable[[], float] = random,
        close: Callable[[], None] = lambda: None,
    ) -> None:
        """``close`` closes what ``gather`` has opened, on the reporter's thread."""
        self._link, self._gather, self._close = link, gather, close
        self._config, self._chance = config or ReporterConfig(), chance
        self._vital: Vital | None = None
        self._woken, self._news = Signal(), False
        self._failing = False

    def see(self, vital: Vital) -> None:
        """Take what the core knows now; never waits."""
        before, self._vital = self._vital, vital
        if matters(before, vital):
            self._news = True
            self._woken.set()

    def wake(self) -> None:
        """Let ``run`` look at its ``stop``."""
        self._woken.set()

    def run(self, stop: Signal) -> None:
        """Report and wait until ``stop`` and ``wake``; returns within the link's timeout."""
        try:
            # whatever happens in the first seconds is told by the first report
            self._rest(stop, Pause(self._config.first_s * self._chance(), asked=True))
            while not stop.is_set():
                self._rest(stop, self.step())
        finally:
            self._link.close()
            self._close()

    def step(self) -> Pause:
        """Send one report, if there is something to tell; give how long to wait."""
        self._news, vital = False, self._vital
        if vital is None:
            return Pause(self._config.every_s)
        try:
            answer = self._link.post(PATH, write(self._gather(vital)))
        except (Unreachable, DataError) as error:
            return self._failed(str(error))
        return self._read(answer)

    def _read(self, answer: Answer) -> Pause:
        if 200 <= answer.status < 300:
            if self._failing:
                log.info("report-sent-again")
            self._failing = False
            return Pause(self._next_s())
        pause = self._failed(answer.in_words())
        if answer.status in _NO_SUCH_PATH:
            return Pause(self._config.missing_s, asked=True)
        if answer.retry_after_s is not None:
            return Pause(max(answer.retry_after_s, pause.seconds), asked=True)
        return pause

    def _failed(self, told: str) -> Pause:
        if not self._failing:  # a line that is down for a day is told once
            log.warning("report-failed reason=%s", told)
        self._failing = True
        return Pause(self._next_s())

    def _next_s(self) -> float:
        """Give about a minute: by chance, or kiosks that began together stay together."""
        return self._config.every_s * (0.9 + 0.2 * self._chance())

    def _rest(self, stop: Signal, pause: Pause) -> None:
        now = monotonic()
        ends = now + pause.seconds
        earliest = ends if pause.asked else min(ends, now + self._config.gap_s)
        while not stop.is_set():
            left = (earliest if self._news else ends) - monotonic()
            if left <= 0:
                return
            if self._woken.wait(left):
                self._woken.clear()
