r"""Frames on a wire: bytes are gathered until a protocol's finder says that one is whole.

A frame may come byte by byte, and two may come in one segment. Bytes that begin no frame end the
link, because nobody can tell any more where a frame begins: on TCP none are lost, so what stands
there was meant otherwise. On a serial line (``skip``) they are passed over up to where a frame may
begin again, and counted. (Serial lines of ZVT have their own layer: ``zvt.blocks``.)
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, Protocol, TypeVar

from kiosk.clock import Clock
from kiosk.hardware.terminal.frames import Complete, Found, Incomplete, Refused
from kiosk.hardware.terminal.transport.wire import LinkLost, Wire

UNASKED_BYTES_MAX = 1_000_000

F = TypeVar("F")
F_co = TypeVar("F_co", covariant=True)


class Channel(Protocol[F_co]):
    """Whole frames to a terminal and back. Every method but ``close`` raises ``LinkLost``."""

    @property
    def name(self) -> str:
        """Where it leads."""
        ...

    def open(self) -> None:
        """Open the link anew; what had come before is forgotten."""
        ...

    def send(self, frame: bytes, once: bool = False) -> None:
        """Send a frame. ``once``: never a second time without the terminal's word for it."""
        ...

    def receive(self, within_s: float) -> F_co | None:
        """Give the next frame; none where none is whole in that time."""
        ...

    def settle(self, within_s: float = 0.0) -> int:
        """Forget what has come unasked, and comes in that time; give how many bytes that was."""
        ...

    def close(self) -> None:
        """Let the link go."""
        ...


class FrameChannel(Generic[F]):
    """Frames as ``find`` tells them apart. ``refused`` counts what was passed over."""

    def __init__(
        self, wire: Wire, find: Callable[[bytes], Found[F]], clock: Clock, skip: bool = False
    ) -> None:
        self._wire, self._find, self._clock, self._skip = wire, find, clock, skip
        self._rest = b""
        self.refused = 0

    @property
    def name(self) -> str:
        """Where it leads."""
        return self._wire.name

    def open(self) -> None:
        """Open the link anew."""
        self._rest = b""
        self._wire.open()

    def send(self, frame: bytes, once: bool = False) -> None:
        """Send a frame; here nothing is ever sent again."""
        self._wire.send(frame)

    def receive(self, within_s: float) -> F | None:
        """Give the next frame."""
        until = self._clock.elapsed_s() + within_s
        while True:
            frame = self._take()
            if frame is not None:
                return frame
            left_s = until - self._clock.elapsed_s()
            received = self._receive(max(left_s, 0.0))
            self._rest += received
            if not received and left_s <= 0:
                return None

    def _take(self) -> F | None:
        while self._rest:
            match self._find(self._rest):
                case Complete(frame, rest):
                    self._rest = rest
                    return frame
                case Incomplete():
                    return None
                case Refused(_why, rest) if self._skip:
                    self.refused += 1
                    self._rest = rest
                case Refused(why):
                    self.close()
                    raise LinkLost(f"{self.name}: {why}")
        return None

    def _receive(self, within_s: float) -> bytes:
        try:
            return self._wire.receive(within_s)
        except LinkLost as lost:
            if self._rest:
                self._rest = b""
                raise LinkLost(f"{lost}, within a frame") from None
            raise

    def settle(self, within_s: float = 0.0) -> int:
        """Forget what has come unasked."""
        count = len(self._rest)
        self._rest = b""
        while received := self._wire.receive(within_s):
            count += len(received)
            if count > UNASKED_BYTES_MAX:
                raise LinkLost(f"{self.name}: it never stops talking")
        return count

    def close(self) -> None:
        """Let the link go."""
        self._rest = b""
        self._wire.close()
