"""The fields of ZVT, called BMPs: a byte that names the field, then its value.

How long a value is depends on the BMP alone, so the table is what lets a reader pass over a BMP
that means nothing to it. A BMP that is not in the table ends the reading: nobody can tell where
the next one begins.

Source: PA00P015 rev. 13.08, chapter "Bitmaps"; the lengths compared with the table of
Portalum.Zvt (MIT). ``seen`` names a recorded frame in tests/data/payment/zvt.tsv that bears it
out; rows without one rest on the documents alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

from kiosk.hardware.terminal.protocol_error import ProtocolError
from kiosk.hardware.terminal.zvt.tlv import read_length, write_length

LL, LLL, TLV = -2, -3, -1  # how many digits F0…F9 tell the length; BER for the container
TLV_BYTES_MAX = 0xFFFF


class Kind(Enum):
    """How a value is read."""

    AMOUNT = auto()  # BCD, smallest units of the currency; decimal digits or refused
    NUMBER = auto()  # BCD; what is no number counts as absent
    CODE = auto()  # BCD, decimal digits or refused
    DIGITS = auto()  # packed digits, kept as they are, such as "0002" or "ffff"
    HEX = auto()  # bytes without a meaning of their own here
    BYTE = auto()  # a whole number of one byte
    TEXT = auto()  # padded with NUL or blanks
    NAME = auto()  # text with a NUL behind it
    PAN = auto()
    TRACK = auto()
    TAGS = auto()
    SKIP = auto()  # passed over


@dataclass(frozen=True, slots=True)
class Bmp:
    """A row of the table; ``length`` in bytes, or ``LL``, ``LLL``, ``TLV``."""

    number: int
    length: int
    kind: Kind
    name: str
    seen: str = ""


_K = Kind
_ROWS = (
    Bmp(0x01, 1, _K.HEX, "bmp01"),  # timeout
    Bmp(0x02, 1, _K.HEX, "bmp02", "Z055"),  # number of status messages at most
    Bmp(0x03, 1, _K.HEX, "bmp03", "Z088"),  # service byte
    Bmp(0x04, 6, _K.AMOUNT, "amount_minor", "Z016"),
    Bmp(0x05, 1, _K.HEX, "bmp05"),  # pump
    Bmp(0x06, TLV, _K.TAGS, "tlv", "Z015"),
    Bmp(0x0B, 3, _K.NUMBER, "trace", "Z016"),
    Bmp(0x0C, 3, _K.DIGITS, "time", "Z016"),
    Bmp(0x0D, 2, _K.DIGITS, "date_mmdd", "Z016"),
    Bmp(0x0E, 2, _K.DIGITS, "expiry_yymm", "Z016"),
    Bmp(0x17, 2, _K.NUMBER, "card_seq", "Z016"),
    Bmp(0x19, 1, _K.HEX, "bmp19", "Z016"),  # payment type, or status byte
    Bmp(0x22, LL, _K.PAN, "pan_masked", "Z016"),
    Bmp(0x23, LL, _K.TRACK, "track2_masked"),
    Bmp(0x24, LLL, _K.TRACK, "track3_masked"),
    Bmp(0x27, 1, _K.HEX, "result", "Z016"),
    Bmp(0x29, 4, _K.DIGITS, "tid", "Z016"),
    Bmp(0x2A, 15, _K.TEXT, "vu", "Z016"),  # contract number
    Bmp(0x2D, LL, _K.SKIP, "track1"),
    Bmp(0x2E, LLL, _K.SKIP, "chip_data"),
    Bmp(0x37, 3, _K.NUMBER, "orig_trace", "Z023"),
    Bmp(0x3A, 2, _K.SKIP, "card_check_value"),
    Bmp(0x3B, 8, _K.TEXT, "aid_auth", "Z016"),  # authorisation attribute
    Bmp(0x3C, LLL, _K.TEXT, "text", "Z016"),
    Bmp(0x3D, 3, _K.SKIP, "password_field"),
    Bmp(0x49, 2, _K.CODE, "currency", "Z016"),
    Bmp(0x60, LLL, _K.HEX, "bmp60", "Z012"),  # individual totals
    Bmp(0x70, 4, _K.SKIP, "image_request"),
    Bmp(0x71, 4, _K.SKIP, "image_size"),
    Bmp(0x72, 1, _K.SKIP, "image_type"),
    Bmp(0x73, 1, _K.SKIP, "image_encoding"),
    Bmp(0x74, 1, _K.SKIP, "image_chunks"),
    Bmp(0x75, 1, _K.SKIP, "image_chunk"),
    Bmp(0x87, 2, _K.DIGITS, "receipt", "Z016"),
    Bmp(0x88, 3, _K.NUMBER, "turnover", "Z016"),
    Bmp(0x8A, 1, _K.BYTE, "card_type", "Z016"),
    Bmp(0x8B, LL, _K.NAME, "card_name", "Z016"),
    Bmp(0x8C, 1, _K.HEX, "bmp8C", "Z013"),  # card type of the network operator
    Bmp(0x92, LLL, _K.SKIP, "geldkarte_extra"),  # only the 2004 edition has it
    Bmp(0x9A, LLL, _K.SKIP, "geldkarte_record"),
    Bmp(0xA0, 1, _K.HEX, "result_as", "Z015"),
    Bmp(0xA7, LL, _K.SKIP, "chip_file"),
    Bmp(0xAA, 3, _K.DIGITS, "bmpAA"),  # date with the year
    Bmp(0xAF, LLL, _K.SKIP, "file_info"),
    Bmp(0xBA, 5, _K.HEX, "bmpBA"),
    Bmp(0xD0, 1, _K.SKIP, "key_algorithm"),
    Bmp(0xD1, LL, _K.SKIP, "pin_data"),
    Bmp(0xD2, 1, _K.SKIP, "card_direction"),
    Bmp(0xD3, 1, _K.SKIP, "key_identifier"),
    Bmp(0xE0, 1, _K.SKIP, "input_min"),
    *(Bmp(0xE0 + line, LL, _K.SKIP, f"text2_line{line}") for line in range(1, 9)),
    Bmp(0xE9, 1, _K.SKIP, "input_max"),
    Bmp(0xEA, 1, _K.SKIP, "input_echo"),
    Bmp(0xEB, 8, _K.SKIP, "text_mac"),
    Bmp(0xF0, 1, _K.SKIP, "display_s"),
    *(Bmp(0xF0 + line, LL, _K.SKIP, f"text1_line{line}") for line in range(1, 9)),
    Bmp(0xF9, 1, _K.SKIP, "beeps"),
    Bmp(0xFA, 1, _K.SKIP, "card_reader"),
    Bmp(0xFB, 1, _K.SKIP, "confirm_input"),
    Bmp(0xFC, 1, _K.SKIP, "dialog_control"),
    Bmp(0xFD, 1, _K.SKIP, "display_device"),
)
BMPS = {row.number: row for row in _ROWS}
BY_NAME = {row.name: row for row in _ROWS}


def read_extent(body: bytes, at: int) -> tuple[Bmp, int, int]:
    """Find the BMP at ``at``: its row, where its value begins and where it ends (half open).

    Raises ``ProtocolError`` for a BMP that is not in the table and for one that leads beyond
    the end.
    """
    row = BMPS.get(body[at])
    if row is None:
        raise ProtocolError(f"BMP {body[at]:02X}: expected one whose length is known, got another")
    if row.length == TLV:
        length, start = read_length(body, at + 1)
    elif row.length < 0:
        length, start = read_var_length(body, at + 1, -row.length)
    else:
        length, start = row.length, at + 1
    if start + length > len(body):
        raise ProtocolError(f"BMP {row.number:02X}: expected {length} bytes, got fewer")
    return row, start, start + length


def read_var_length(body: bytes, at: int, digits: int) -> tuple[int, int]:
    """Read LL or LLL, a decimal digit a byte as F0 to F9; give it and where the value begins.

    >>> read_var_length(bytes.fromhex("f1f941"), 0, 2)
    (19, 2)
    """
    length = 0
    told = body[at : at + digits]
    if len(told) < digits:
        raise ProtocolError("Expected a length, got the end")
    for byte in told:
        if not 0xF0 <= byte <= 0xF9:
            raise ProtocolError("Expected a digit of a length as F0 to F9, got another byte")
        length = length * 10 + byte - 0xF0
    return length, at + digits


def write_var(value: bytes, digits: int) -> bytes:
    """Put LL or LLL before a value."""
    if len(value) >= 10**digits:
        raise ValueError(f"Expected fewer than {10**digits} bytes, got {len(value)}")
    return bytes(0xF0 + int(digit) for digit in f"{len(value):0{digits}d}") + value


def write_bmp(row: Bmp, value: bytes) -> bytes:
    """Write a BMP with its length."""
    name = bytes((row.number,))
    if row.length == TLV:
        if len(value) > TLV_BYTES_MAX:
            raise ValueError(f"Expected at most {TLV_BYTES_MAX} bytes, got {len(value)}")
        return name + write_length(len(value)) + value
    if row.length < 0:
        return name + write_var(value, -row.length)
    if len(value) != row.length:
        raise ValueError(f"{row.name}: expected {row.length} bytes, got {len(value)}")
    return name + value
