"""A wire to a terminal, as a dialogue sees it: bytes there and back, or the news that it is cut.

Whatever a cable, a socket or an operating system may do becomes a ``LinkLost``; its text is for
staff, and holds no byte of what was sent or received.
"""

from __future__ import annotations

from typing import Protocol

from kiosk.errors import DeviceError


class LinkLost(DeviceError):  # noqa: N818  (a named state of the link, not an accident)
    """The link cannot be used any more; whoever wants it must open it anew."""


class Wire(Protocol):
    """Bytes to a terminal and back, by one thread."""

    @property
    def name(self) -> str:
        """Where it leads, as staff write it: ``10.0.0.9:20007`` or ``/dev/kiosk-terminal``."""
        ...

    def open(self) -> None:
        """Open it, and close what was open before; raises ``LinkLost``."""
        ...

    def send(self, data: bytes) -> None:
        """Write all of it; raises ``LinkLost``, after which nobody knows how much was written."""
        ...

    def receive(self, within_s: float) -> bytes:
        """Give what has come, or nothing where nothing came in that time; raises ``LinkLost``."""
        ...

    def close(self) -> None:
        """Let it go; never raises, and may be called again."""
        ...
