r"""ZVT over a serial line: ``10 02``, an APDU, ``10 03``, CRC; and ACK and NAK of one byte.

A byte 10 within the APDU is sent twice. The CRC is CRC-16/KERMIT (reflected 0x8408, from zero) over
the APDU before doubling and the 03, its low byte first; it is not doubled. The specification calls
it "XModem", which is another one: every recorded trace agrees with this.

>>> pack_block(b"\x06\x70\x00").hex()
'10020670001003d9f9'
>>> find_block(b"\x06")
Complete()
>>> find_block(b"\x10\x02\x06\x70\x00\x10")
Incomplete(missing=3)

Not here: when to send again (T1, T2, repeats); that is the dialogue's.
Source: PA00P016 (transport protocol), "Serial"; docs/devices/zvt.md, "Frames".
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from functools import cache

from kiosk.hardware.terminal.frames import Complete, Found, Incomplete, Refused
from kiosk.hardware.terminal.zvt.framing import BODY_BYTES_MAX, LONG_HEADER_BYTES, find_frame

DLE, STX, ETX = 0x10, 0x02, 0x03
START, END = b"\x10\x02", b"\x10\x03"
APDU_BYTES_MAX = LONG_HEADER_BYTES + BODY_BYTES_MAX
END_BYTES = 4  # DLE, ETX and the CRC
REFLECTED = 0x8408


class Signal(Enum):
    """The receiver's answer to a block: one byte on the wire."""

    ACK = b"\x06"
    NAK = b"\x15"


@dataclass(frozen=True, slots=True)
class Block:
    """A block whose CRC is right; its APDU is whole and fills it."""

    apdu: bytes = field(repr=False)


Piece = Block | Signal


def find_block(received: bytes) -> Found[Piece]:
    """Find the first block or signal; a broken one is refused up to where another may begin."""
    if not received:
        return Incomplete(1)
    if received[:1] in (b"\x06", b"\x15"):
        return Complete(Signal(received[:1]), received[1:])
    if received[0] != DLE:
        return _refuse("Expected DLE, ACK or NAK, got another byte", received, 1)
    if len(received) == 1:
        return Incomplete(len(START) - 1 + 3 + END_BYTES)
    if received[1] != STX:
        return _refuse("Expected STX after DLE, got another byte", received, 1)
    return _read_block(received)


def _read_block(received: bytes) -> Found[Piece]:
    apdu, at = bytearray(), len(START)
    while True:
        escape = received.find(DLE, at)
        if escape < 0:
            return _unfinished(apdu + received[at:], received, halves=0)
        apdu += received[at:escape]
        if escape + 1 == len(received):
            return _unfinished(apdu, received, halves=1)
        second = received[escape + 1]
        at = escape + 2
        if second == ETX:
            return _close(bytes(apdu), received, at)
        if second != DLE:
            return _refuse("Expected a doubled DLE or an end, got another byte", received, escape)
        apdu.append(DLE)


def _unfinished(apdu: bytearray, received: bytes, halves: int) -> Incomplete | Refused:
    """Tell what is missing; ``halves`` is 1 where a DLE came whose second byte did not."""
    if len(apdu) > APDU_BYTES_MAX:
        return _refuse("Expected the end of a block, got more than an APDU has", received, 1)
    found = find_frame(bytes(apdu))
    lacking = found.missing if isinstance(found, Incomplete) else 0
    return Incomplete(max(lacking + END_BYTES - halves, 1))


def _close(apdu: bytes, received: bytes, at: int) -> Found[Piece]:
    if len(received) < at + 2:
        return Incomplete(at + 2 - len(received))
    if crc16(apdu + b"\x03") != int.from_bytes(received[at : at + 2], "little"):
        return _refuse("Expected another CRC", received, at)
    match find_frame(apdu):
        case Complete(_, b""):
            return Complete(Block(apdu), received[at + 2 :])
        case Refused(why):
            return Refused(why, received[at + 2 :])
        case _:
            return Refused("Expected the APDU to fill its block", received[at + 2 :])


def _refuse(why: str, received: bytes, after: int) -> Refused:
    """Refuse up to the next ``10 02``; a last 10 may be the first half of one."""
    start = received.find(START, after)
    if start >= 0:
        return Refused(why, received[start:])
    return Refused(why, received[-1:] if len(received) > 1 and received[-1] == DLE else b"")


def pack_block(apdu: bytes) -> bytes:
    """Wrap an APDU for the serial line."""
    crc = crc16(apdu + b"\x03").to_bytes(2, "little")
    return START + apdu.replace(b"\x10", b"\x10\x10") + END + crc


@cache
def _table() -> tuple[int, ...]:
    rows = []
    for byte in range(256):
        rest = byte
        for _ in range(8):
            rest = rest >> 1 ^ (REFLECTED if rest & 1 else 0)
        rows.append(rest)
    return tuple(rows)


def crc16(covered: bytes) -> int:
    """Give CRC-16/KERMIT.

    >>> hex(crc16(b"123456789"))
    '0x2189'
    """
    table, crc = _table(), 0
    for byte in covered:
        crc = crc >> 8 ^ table[(crc ^ byte) & 0xFF]
    return crc
