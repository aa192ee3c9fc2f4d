"""Whether the server answers: told once when it changes, whoever notices.

The uploader and the feed each learn it from their own requests. The line is up while none of
them is without an answer, so a server that serves one and fails the other does not flicker.

It holds a lock, outside any queue, and posts within it: a change must be noticed and told
as one act, or ``LineUp`` and ``LineDown`` of two threads could reach the core in the wrong
order. It cannot block anyone for long, because a post never waits (``kiosk.threads.Inbox``).
"""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from threading import Lock

from kiosk.messages import LineDown, LineUp, Post


class Side(Enum):
    """Who makes requests."""

    EVENTS = "events"
    CATALOGUE = "catalogue"


class LineWatch:
    """Posts ``LineUp`` and ``LineDown`` in turns; ``up`` and ``down`` may come from any thread.

    ``on_return`` are called, in the thread that noticed, each time that one side gets answers
    again: a good moment for the other to try.
    """

    def __init__(self, post: Post) -> None:
        self._post = post
        self._without_answer: set[Side] = set()
        self._told_up: bool | None = None  # nothing is told before the first request
        self._lock = Lock()  # one change is noticed and told as one act
        self.on_return: list[Callable[[], None]] = []

    def up(self, side: Side) -> None:
        """Say that the server answered ``side``."""
        with self._lock:
            returned = side in self._without_answer
            self._without_answer.discard(side)
            if not self._without_answer and self._told_up is not True:
                self._told_up = True
                self._post(LineUp())
        if returned:
            for call in self.on_return:
                call()

    def down(self, side: Side, reason: str) -> None:
        """Say that it did not answer ``side``, or not in a way that is of use."""
        with self._lock:
            self._without_answer.add(side)
            if self._told_up is not False:
                self._told_up = False
                self._post(LineDown(reason))
