"""The values of BMPs: bytes → number, digits, text, masked card number; and back."""

from __future__ import annotations

from kiosk.hardware.terminal import masking
from kiosk.hardware.terminal.masking import MaskedPan
from kiosk.hardware.terminal.protocol_error import ProtocolError
from kiosk.hardware.terminal.zvt.bmp import Bmp, Kind
from kiosk.hardware.terminal.zvt.text import PADDING, read_text, write_text
from kiosk.hardware.terminal.zvt.tlv import Container, read_container, write_container

Value = int | str | bytes | MaskedPan | Container


def read_value(row: Bmp, value: bytes) -> Value | None:
    """Read what a BMP holds; none where it is to be passed over.

    Raises ``ProtocolError`` for an amount or a currency that is no number.
    """
    match row.kind:
        case Kind.AMOUNT | Kind.CODE | Kind.NUMBER:
            return _number(row, value)
        case Kind.DIGITS:
            return value.hex()
        case Kind.HEX:
            return masking.mask_value(value).hex()
        case Kind.BYTE:
            return value[0]
        case Kind.TEXT | Kind.NAME:
            return read_text(masking.mask_text(value)).rstrip(PADDING)
        case Kind.PAN:
            return masking.mask_bcd(value)
        case Kind.TRACK:
            return masking.mask_track2(value)
        case Kind.TAGS:
            return read_container(value)
        case Kind.SKIP:
            return None


def _number(row: Bmp, value: bytes) -> int | None:
    digits = value.hex()
    if digits.isdecimal():
        return int(digits)
    if row.kind is Kind.NUMBER:
        return None
    raise ProtocolError(f"{row.name}: expected decimal digits, got others")


def write_value(row: Bmp, value: Value) -> bytes:
    """Write what a BMP holds, without its length; raises ``ValueError`` where it does not fit."""
    match row.kind, value:
        case ((Kind.AMOUNT | Kind.CODE | Kind.NUMBER), int()):
            return bcd(value, row.length)
        case ((Kind.DIGITS | Kind.HEX), str()):
            return bytes.fromhex(value)
        case Kind.BYTE, int():
            return bytes((value,))
        case Kind.TEXT, str():
            return _text(row, value)
        case Kind.NAME, str():
            return write_text(value) + b"\0"
        case ((Kind.PAN | Kind.TRACK), MaskedPan(digits)):
            return bytes.fromhex(digits + "F" * (len(digits) % 2))
        case Kind.TAGS, tuple():
            return write_container(value)
        case _:
            raise ValueError(f"{row.name}: expected another type, got {type(value).__name__}")


def _text(row: Bmp, text: str) -> bytes:
    written = write_text(text)
    if row.length < 0:
        return written
    blank = b"\0" if row.length == 8 else b" "  # 3B is padded with NUL, 2A with blanks
    return written.ljust(row.length, blank)


def bcd(number: int, size: int) -> bytes:
    """Pack a number into ``size`` bytes, two digits each.

    >>> bcd(1250, 6).hex()
    '000000001250'
    """
    if not 0 <= number < 10 ** (2 * size):
        raise ValueError(f"Expected 0 to {10 ** (2 * size) - 1}, got {number}")
    return bytes.fromhex(f"{number:0{2 * size}d}")
