"""The TLV of POS-PC: a byte of tag, a byte of length, the value; nothing nested.

No field is known to hold a card number: C5 is its last four, C6 its BIN. Every value is looked
through all the same, for a terminal that tells more than it should; but for BA, which is our own
reference come back: one digit of it hidden, and a lost payment is not found again.

Source: as ``framing``.
"""

from __future__ import annotations

from kiosk.hardware.terminal import masking
from kiosk.hardware.terminal.protocol_error import ProtocolError

VALUE_BYTES_MAX = 255
OURS = 0xBA
TEXTS = frozenset((0xA4, 0xB9, 0xC0, 0xC3, 0xC4))
Fields = tuple[tuple[int, bytes], ...]


def read_fields(tlv: bytes) -> Fields:
    """Read tags in order; raises ``ProtocolError`` where a length leads beyond the end."""
    fields, at = [], 0
    while at < len(tlv):
        if at + 1 >= len(tlv):
            raise ProtocolError("TLV: expected a length, got the end")
        tag, end = tlv[at], at + 2 + tlv[at + 1]
        if end > len(tlv):
            raise ProtocolError(f"TLV {tag:02X}: expected {tlv[at + 1]} bytes, got fewer")
        fields.append((tag, _hidden(tag, tlv[at + 2 : end])))
        at = end
    return tuple(fields)


def _hidden(tag: int, value: bytes) -> bytes:
    if tag == OURS:
        return value
    return masking.mask_line(value) if tag in TEXTS else masking.mask_value(value)


def write_fields(fields: Fields) -> bytes:
    """Write tags as they stand."""
    written = b""
    for tag, value in fields:
        if len(value) > VALUE_BYTES_MAX:
            raise ValueError(f"{tag:02X}: expected up to {VALUE_BYTES_MAX} bytes, got {len(value)}")
        written += bytes((tag, len(value))) + value
    return written


def as_json(fields: Fields) -> list[list[str]]:
    """Give pairs of tag in upper-case and value in lower-case hex."""
    return [[f"{tag:02X}", value.hex()] for tag, value in fields]
