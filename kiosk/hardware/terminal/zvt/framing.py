r"""ZVT over TCP: an APDU is class, instruction, length and that many bytes; nothing around it.

A length byte of FF is followed by the length proper in two bytes, the low one first. So an APDU
has at most 65,540 bytes, and what begins with no class of the protocol is no APDU: some terminals
greet with a banner of their own.

>>> find_frame(b"\x06\x0f\x00")
Complete()
>>> find_frame(b"\x04\xff\x02\x0a")
Incomplete(missing=1)
>>> find_frame(b"\x00\x00\x00\x3eVER|APP")
Refused(why='first byte is no ZVT class')

Source: PA00P016 (transport protocol), "TCP/IP"; docs/devices/zvt.md, "Frames".
"""

from __future__ import annotations

from typing import NamedTuple

from kiosk.hardware.terminal.frames import Complete, Found, Incomplete, Refused

CLASSES = frozenset((0x04, 0x05, 0x06, 0x08, 0x80, 0x84))
LONG = 0xFF  # the length is in the two bytes that follow
HEADER_BYTES, LONG_HEADER_BYTES = 3, 5
BODY_BYTES_MAX = 0xFFFF
NO_CLASS = "first byte is no ZVT class"


class Apdu(NamedTuple):
    """Class and instruction as one number, such as ``0x040F``, and what they are about."""

    control: int
    body: bytes


def find_frame(received: bytes) -> Found[bytes]:
    """Find the first APDU, header and all."""
    if not received:
        return Incomplete(HEADER_BYTES)
    if received[0] not in CLASSES:
        return Refused(NO_CLASS)
    if len(received) < HEADER_BYTES:
        return Incomplete(HEADER_BYTES - len(received))
    start, length = HEADER_BYTES, received[2]
    if length == LONG:
        if len(received) < LONG_HEADER_BYTES:
            return Incomplete(LONG_HEADER_BYTES - len(received))
        start, length = LONG_HEADER_BYTES, int.from_bytes(received[3:5], "little")
    end = start + length
    if len(received) < end:
        return Incomplete(end - len(received))
    return Complete(received[:end], received[end:])


def unpack(frame: bytes) -> Apdu:
    """Take a whole frame, as ``find_frame`` gives it, apart."""
    start = LONG_HEADER_BYTES if frame[2] == LONG else HEADER_BYTES
    return Apdu(int.from_bytes(frame[:2], "big"), frame[start:])


def pack(apdu: Apdu) -> bytes:
    """Put the header before a body; the long form only where the short one does not reach."""
    length = len(apdu.body)
    if length > BODY_BYTES_MAX:
        raise ValueError(f"Expected at most {BODY_BYTES_MAX} bytes, got {length}")
    if length < LONG:
        return apdu.control.to_bytes(2, "big") + bytes((length,)) + apdu.body
    return apdu.control.to_bytes(2, "big") + b"\xff" + length.to_bytes(2, "little") + apdu.body
