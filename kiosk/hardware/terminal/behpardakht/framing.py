r"""POS-PC frames: four digits of length, TLV, CRC; and three words without any frame.

The length means two things. In a request it counts the TLV alone; in a response the whole message,
digits and CRC included. So a finder must know which of the two it is listening to. The CRC is
CRC-16/ARC (reflected 0xA001, from zero) over the TLV, its low byte first.

>>> find_request(pack_request(bytes.fromhex("a20117"))).frame.hex()
'a20117'
>>> find_response(b"0083\xc0")
Incomplete(missing=78)

Source: POS PC VIII - Protocol, v3.1 ed. 3.3, sections 4.4.1 and 7.1, by its printed samples in
tests/data/payment/iran.tsv; docs/devices/behpardakht.md, "Frames". How the words are framed is
told by no sample: here they stand bare.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from functools import cache

from kiosk.hardware.terminal.frames import Complete, Found, Incomplete, Refused

LENGTH_DIGITS, CRC_BYTES = 4, 2
AROUND_BYTES = LENGTH_DIGITS + CRC_BYTES
MESSAGE_BYTES_MAX = 9_999
REFLECTED = 0xA001


class Word(Enum):
    """What is said without a frame."""

    READY = b"Ready?"
    OK = b"OK"
    CANCEL = b"CANCEL"


Piece = bytes | Word  # the TLV of a frame whose CRC is right, or a word


def find_request(received: bytes) -> Found[Piece]:
    """Find the first request: its length counts the TLV."""
    return _find(received, lambda length: length)


def find_response(received: bytes) -> Found[Piece]:
    """Find the first response: its length counts the whole message."""
    return _find(received, lambda length: length - AROUND_BYTES)


def _find(received: bytes, tlv_bytes: Callable[[int], int]) -> Found[Piece]:
    if not received:
        return Incomplete(len(Word.OK.value))
    if not received[:1].isdigit():
        return _find_word(received)
    digits = received[:LENGTH_DIGITS]
    if not digits.isdigit():
        return Refused("Expected four digits of length, got something else")
    if len(digits) < LENGTH_DIGITS:
        return Incomplete(LENGTH_DIGITS - len(digits) + CRC_BYTES)
    size = tlv_bytes(int(digits))
    if size < 0:
        return Refused(f"Expected a length of at least {AROUND_BYTES}, got a smaller one")
    end = LENGTH_DIGITS + size
    if len(received) < end + CRC_BYTES:
        return Incomplete(end + CRC_BYTES - len(received))
    tlv, crc = received[LENGTH_DIGITS:end], received[end : end + CRC_BYTES]
    if crc16(tlv) != int.from_bytes(crc, "little"):
        return Refused("Expected another CRC", received[end + CRC_BYTES :])
    return Complete(tlv, received[end + CRC_BYTES :])


def _find_word(received: bytes) -> Found[Piece]:
    for word in Word:
        if received.startswith(word.value):
            return Complete(word, received[len(word.value) :])
        if word.value.startswith(received):
            return Incomplete(len(word.value) - len(received))
    return Refused("Expected a length or a known word, got something else")


def pack_request(tlv: bytes) -> bytes:
    """Frame the TLV of a request."""
    return _pack(tlv, len(tlv))


def pack_response(tlv: bytes) -> bytes:
    """Frame the TLV of a response."""
    return _pack(tlv, len(tlv) + AROUND_BYTES)


def _pack(tlv: bytes, length: int) -> bytes:
    if length > MESSAGE_BYTES_MAX:
        raise ValueError(f"Expected a length of up to {MESSAGE_BYTES_MAX}, got {length}")
    return f"{length:04d}".encode("ascii") + tlv + crc16(tlv).to_bytes(CRC_BYTES, "little")


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
    """Give CRC-16/ARC.

    >>> hex(crc16(b"123456789"))
    '0xbb3d'
    """
    table, crc = _table(), 0
    for byte in covered:
        crc = crc >> 8 ^ table[(crc ^ byte) & 0xFF]
    return crc
