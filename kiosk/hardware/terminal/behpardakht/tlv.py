"""The TLV of POS-PC: a byte of tag, a byte of length, the value; nothing nested.

No field is known to hold a card number: C5 is its last four, C6 its BIN. Every value is looked
through all the same, for a terminal that tells more than it should.

Source: as ``framing``.
"""

from __future__ import annotations

from kiosk.hardware.terminal import masking
from kiosk.hardware.terminal.protocol_error import ProtocolError

VALUE_BYTES_MAX = 255
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
        fields.append((tag, masking.mask_packed(masking.mask_text(tlv[at + 2 : end]))))
        at = end
    return tuple(fields)


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
