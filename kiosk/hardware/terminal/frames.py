r"""Where one frame ends and the next begins: what each protocol's frame finder answers.

A finder is a pure function from all that was received and not yet used. It never waits and never
raises: whoever holds the line keeps ``rest`` and asks again when more has come.

>>> from kiosk.hardware.terminal.zvt.framing import find_frame
>>> split(find_frame, b"\x80\x00\x00\x84\x9c")
Received(frames=[b'\x80\x00\x00'], rest=b'\x84\x9c', refused=None)
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Generic, NamedTuple, TypeVar

from kiosk.hardware.terminal.protocol_error import ProtocolError

F = TypeVar("F")


@dataclass(frozen=True, slots=True)
class Complete(Generic[F]):
    """A frame is whole; ``rest`` belongs to the next. Neither is shown: they may hold a card."""

    frame: F = field(repr=False)
    rest: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Incomplete:
    """The beginning of a frame that lacks ``missing`` bytes, at least."""

    missing: int


@dataclass(frozen=True, slots=True)
class Refused:
    """No frame can begin so. On a serial line a frame may begin again at ``rest``."""

    why: str
    rest: bytes = field(default=b"", repr=False)


Found = Complete[F] | Incomplete | Refused


class Received(NamedTuple, Generic[F]):
    """The frames that are whole, what is left, and why it was refused where it was."""

    frames: list[F]
    rest: bytes
    refused: str | None


def split(find: Callable[[bytes], Found[F]], received: bytes) -> Received[F]:
    """Take frame after frame, in the order of arrival, up to what is incomplete or refused."""
    frames: list[F] = []
    while received:
        match find(received):
            case Complete(frame, rest):
                frames.append(frame)
                received = rest
            case Incomplete():
                break
            case Refused(why, rest):
                return Received(frames, rest, why)
    return Received(frames, received, None)


def whole(found: Found[F]) -> Complete[F]:
    """Give the frame, or raise ``ProtocolError`` that tells what is missing or refused."""
    match found:
        case Complete():
            return found
        case Incomplete(missing):
            raise ProtocolError(f"Expected {missing} more byte(s), got none", "incomplete", missing)
        case Refused(why, _rest):
            raise ProtocolError(why)
