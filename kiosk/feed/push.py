"""Hears from the server that there is something new, over the link that is there anyhow.

A listener's ``run`` is the body of a thread of its own; it says a ``Pushed``, which is one number,
and does nothing else. Where it cannot hear, prices come by asking. The other way to hear is
``push_mqtt``.

Source: docs/feed.md, section 7; WHATWG HTML, "Server-sent events", 9.2.6 (interpretation).
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable, Generator, Iterable, Iterator
from threading import Event as Signal
from time import monotonic
from typing import Protocol, cast

from kiosk.errors import Unreachable
from kiosk.feed.push_link import PushLink
from kiosk.feed.pushed import MESSAGE_BYTES_MAX, Pushed, read_pushed
from kiosk.line.backoff import Backoff

log = logging.getLogger(__name__)

SSE_PATH = "/api/v2/feed/push"
SILENCE_S = 45.0  # three of the server's heartbeats
STEADY_S = 10.0  # a stream that lived so long was no failure
Hear = Callable[[Pushed], None]


class Listener(Protocol):
    """A thread's body; ``wake`` lets it look at its ``stop``, from any thread."""

    def run(self, stop: Signal) -> None:
        """Listen until ``stop``."""
        ...

    def wake(self) -> None:
        """End the wait that is under way."""
        ...


class SseListener:
    """Hears server-sent events."""

    def __init__(
        self,
        link: PushLink,
        hear: Hear,
        backoff: Backoff | None = None,
        silence_s: float = SILENCE_S,
    ) -> None:
        self._link, self._hear, self._backoff = link, hear, backoff or Backoff()
        self._silence_s, self._woken = silence_s, Signal()

    def run(self, stop: Signal) -> None:
        """Listen, and connect again by chance, until ``stop`` and ``wake``."""
        try:
            while not stop.is_set():
                began = monotonic()
                self._listen()
                if monotonic() - began >= STEADY_S:
                    self._backoff.reset()
                if not stop.is_set():
                    self._woken.wait(self._backoff.next_s())
        finally:
            self._link.close()

    def wake(self) -> None:
        """End the stream for good; to be called after ``stop`` was set."""
        self._woken.set()
        self._link.hang_up()

    def _listen(self) -> None:
        try:
            lines = self._link.lines(SSE_PATH, self._silence_s)
            with contextlib.closing(cast(Generator[bytes, None, None], lines)):
                for data in read_events(lines):
                    pushed = read_pushed(data)
                    if pushed is None:
                        log.warning("push-senseless bytes=%d", len(data))
                    else:
                        self._hear(pushed)
            log.info("push-ended")
        except Unreachable as error:
            log.warning("push-lost reason=%s", error)


def read_events(lines: Iterable[bytes]) -> Iterator[bytes]:
    """Give the data of each event, when the empty line behind it has come."""
    data: list[bytes] = []
    for line in lines:
        field, colon, value = line.removesuffix(b"\r").partition(b":")
        if not field and not colon:
            if data:
                yield b"\n".join(data)
            data = []
        elif field == b"data" and sum(map(len, data)) <= MESSAGE_BYTES_MAX:
            data.append(value.removeprefix(b" "))
