r"""PcPos frames: STX, length, version, type, data, ETX, LRC.

The length is three digits and counts everything behind itself. The LRC is the XOR of all between
STX and itself: length, version, type and data, and the 03 of ETX.

A request tells its own end by its fields, and is believed before its length: a printed sample
(the bill of section 3) has the length of the sample before it, under an LRC that is right.

>>> find_frame(pack(Frame("002", ACK, b"")))
Complete()
>>> find_frame(b"\x02006")
Incomplete(missing=6)

Source: PcPos Protocol v1.5, section 3, by its printed samples in tests/data/payment/iran.tsv;
docs/devices/sadad.md, "Frames".
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import reduce
from operator import xor

from kiosk.hardware.terminal.frames import Complete, Found, Incomplete, Refused
from kiosk.hardware.terminal.sadad.request_fields import request_end

STX, ETX = 0x02, 0x03
INM, REQUEST, RESPONSE, ACK, NACK, EOT = 0xF1, 0x19, 0x1A, 0x06, 0x15, 0x04
TYPES = {
    INM: "INM",
    REQUEST: "REQUEST",
    RESPONSE: "RESPONSE",
    ACK: "ACK",
    NACK: "NACK",
    EOT: "EOT",
}
LENGTH_DIGITS, VERSION_DIGITS = 3, 3
DATA_AT = 1 + LENGTH_DIGITS + VERSION_DIGITS + 1
END_BYTES = 2  # ETX and LRC
LENGTH_MIN = VERSION_DIGITS + 1 + END_BYTES
LENGTH_MAX = 999


@dataclass(frozen=True, slots=True)
class Frame:
    """A frame whose LRC is right. ``told`` is its length field as it came."""

    version: str
    type: int
    data: bytes = field(repr=False)  # a response holds a card number
    told: int = 0


def find_frame(received: bytes) -> Found[Frame]:
    """Find the first frame; a broken one is refused up to where another may begin."""
    if not received:
        return Incomplete(DATA_AT + END_BYTES)
    if received[0] != STX:
        return _refuse("Expected STX, got another byte", received)
    digits = received[1 : DATA_AT - 1]
    if digits and not digits.isdigit():
        return _refuse("Expected digits of length and version, got others", received)
    if len(received) < DATA_AT:
        told = int(digits[:LENGTH_DIGITS]) if len(digits) >= LENGTH_DIGITS else LENGTH_MIN
        return Incomplete(max(1 + LENGTH_DIGITS + told - len(received), 1))
    if received[DATA_AT - 1] not in TYPES:
        return _refuse("Expected a type of PcPos, got another", received)
    return _by_fields(received) or _by_length(received)


def _by_fields(received: bytes) -> Complete[Frame] | None:
    """Take a request up to where its fields end, if ETX and LRC stand there."""
    if received[DATA_AT - 1] != REQUEST:
        return None
    end = request_end(received, DATA_AT)
    if end is None or len(received) < end + END_BYTES or received[end] != ETX:
        return None
    if lrc(received[1 : end + 1]) != received[end + 1]:
        return None
    return _complete(received, end)


def _by_length(received: bytes) -> Found[Frame]:
    told = int(received[1 : 1 + LENGTH_DIGITS])
    if told < LENGTH_MIN:
        return _refuse(f"Expected a length of at least {LENGTH_MIN}, got a smaller one", received)
    end = 1 + LENGTH_DIGITS + told - END_BYTES
    if len(received) < end + END_BYTES:
        return Incomplete(end + END_BYTES - len(received))
    if received[end] != ETX:
        return _refuse("Expected ETX where the length ends, got another byte", received)
    if lrc(received[1 : end + 1]) != received[end + 1]:
        return _refuse("Expected another LRC", received)
    return _complete(received, end)


def _complete(received: bytes, end: int) -> Complete[Frame]:
    told, version = received[1 : 1 + LENGTH_DIGITS], received[1 + LENGTH_DIGITS : DATA_AT - 1]
    frame = Frame(version.decode("ascii"), received[DATA_AT - 1], received[DATA_AT:end], int(told))
    return Complete(frame, received[end + END_BYTES :])


def _refuse(why: str, received: bytes) -> Refused:
    start = received.find(STX, 1)
    return Refused(why, received[start:] if start > 0 else b"")


def pack(frame: Frame) -> bytes:
    """Write a frame with its right length."""
    told = LENGTH_MIN + len(frame.data)
    if told > LENGTH_MAX:
        raise ValueError(f"Expected a length of up to {LENGTH_MAX}, got {told}")
    head = f"{told:03d}{frame.version}".encode("ascii") + bytes((frame.type,))
    covered = head + frame.data + bytes((ETX,))
    return bytes((STX,)) + covered + bytes((lrc(covered),))


def lrc(covered: bytes) -> int:
    """Give the XOR of all bytes."""
    return reduce(xor, covered, 0)
