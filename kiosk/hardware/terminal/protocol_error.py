"""The one error of the codecs: bytes that a protocol does not allow, or not all of them yet.

Its text tells places, tags and lengths, and never a byte of what was received: that may be a
card number.
"""

from __future__ import annotations

from typing import Literal

from kiosk.errors import DeviceError

Framing = Literal["incomplete", "refuse"]


class ProtocolError(DeviceError):
    """A frame that cannot be acted on; ``missing`` says how many bytes it lacks at least."""

    def __init__(self, reason: str, framing: Framing = "refuse", missing: int = 0) -> None:
        super().__init__(reason)
        self.reason = reason
        self.framing = framing
        self.missing = missing
