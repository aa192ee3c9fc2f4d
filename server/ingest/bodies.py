"""Bodies of requests within bounds: of one in bytes and seconds, of all together in bytes.

Whoever sends is not known before the body is read, so these bounds are what keeps anybody from
filling the memory. No more than that: who asks is found out by the gate.

Source: docs/line.md, section 3; docs/server.md, "The API".
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import MutableMapping
from dataclasses import dataclass
from typing import Any, Final

from server.ingest.http import Receive, RefusedError, Scope, header, too_large

SIGNED: Final = "/api/v2/"  # what lies below is for signed requests, but for:
ENROLMENTS: Final = "/api/v2/enrolments"  # which refuses by rules of its own
LATER: Final = (b"retry-after", b"5")  # seconds


class Budget:
    """Bytes that bodies may take together; for all threads."""

    def __init__(self, bytes_max: int) -> None:
        self.left, self._max, self._lock = bytes_max, bytes_max, threading.Lock()

    def take(self, size: int) -> None:
        """Take ``size`` bytes; raises ``RefusedError`` where that many are not left."""
        with self._lock:
            if size > self.left:
                text = f"Expected bodies of {self._max} bytes at once, got more"
                raise RefusedError(503, "busy", text, LATER)
            self.left -= size

    def give(self, size: int) -> None:
        """Give back what was taken."""
        with self._lock:
            self.left += size


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a body may have: bytes, seconds to arrive in, and its part of what all may take."""

    bytes_max: int
    seconds: float
    budget: Budget


class Bounded:
    """Receives as ``receive`` does; raises ``RefusedError`` where the body goes beyond its bounds.

    ``free`` is to be called once, when the body is no longer held.
    """

    def __init__(self, scope: Scope, receive: Receive, bounds: Bounds) -> None:
        told = header(scope, b"content-length")
        if told.isdecimal() and int(told) > bounds.bytes_max:
            raise too_large(bounds.bytes_max)
        self._receive, self._bounds = receive, bounds
        self._end = asyncio.get_running_loop().time() + bounds.seconds
        self._size, self._taken, self._whole = 0, 0, False

    async def __call__(self) -> MutableMapping[str, Any]:
        """Receive a part of the body, and behind it whatever comes, however late."""
        if self._whole:
            return await self._receive()
        try:
            async with asyncio.timeout_at(self._end):
                message = await self._receive()
        except TimeoutError:
            text = f"Expected a body within {self._bounds.seconds:g} s, got less"
            raise RefusedError(408, "late", text) from None
        self._count(len(message.get("body", b"")))
        self._whole = not message.get("more_body")
        return message

    def _count(self, size: int) -> None:
        self._size += size
        if self._size > self._bounds.bytes_max:
            raise too_large(self._bounds.bytes_max)
        self._bounds.budget.take(size)
        self._taken += size

    def free(self) -> None:
        """Give back what the body took; from any thread."""
        taken, self._taken = self._taken, 0
        self._bounds.budget.give(taken)


def refuse_unsigned(scope: Scope) -> None:
    """Refuse a body that no signature can make worth reading; raises ``RefusedError``."""
    path = scope["path"]
    if not path.startswith(SIGNED) or path == ENROLMENTS or not _has_body(scope):
        return
    for name in (b"signature-input", b"signature", b"content-digest"):
        if not header(scope, name):
            text = f"Expected a signed request, got one without {name.decode().title()}"
            raise RefusedError(401, "signature", text)


def _has_body(scope: Scope) -> bool:
    told = header(scope, b"content-length")
    return told.strip("0") != "" or header(scope, b"transfer-encoding") != ""
