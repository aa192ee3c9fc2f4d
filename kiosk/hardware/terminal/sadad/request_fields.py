"""The data of a PcPos request: fixed fields, a byte that tells which others follow, and those.

    amount 13  invoice 10  function 4  MTI 4  processing 6  bitmap 1  then: length 3, value

Amounts are digits filled up with NUL, invoice and function blanks where unused. A bit of the
bitmap, the lowest first, announces each of the optional fields 1 to 8.

Source: PcPos Protocol v1.5, section 3, by its samples; widths of amount, invoice and function
from the constants of Aseman-Land/pcpos-payments-protocols; docs/devices/sadad.md, "Request".
"""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.hardware.terminal.masking import mask_checked
from kiosk.hardware.terminal.protocol_error import ProtocolError

AMOUNT, INVOICE, FUNCTION, MTI, PROCESSING = 13, 10, 4, 4, 6
BITMAP_AT = AMOUNT + INVOICE + FUNCTION + MTI + PROCESSING
OPTIONAL_LENGTH_DIGITS = 3
OPTIONAL_NUMBERS = range(1, 9)
# Of the cash register: shares of accounts, sale, order. No card number, and easily taken for one.
OURS = frozenset((1, 2, 5))


@dataclass(frozen=True, slots=True)
class RequestFields:
    """The fields as text; ``optional`` in rising order of their numbers."""

    amount: str
    mti: str
    processing: str
    optional: tuple[tuple[int, str], ...]
    invoice: str = ""
    function: str = ""


def request_end(received: bytes, at: int) -> int | None:
    """Give where the fields that begin at ``at`` end; none where they cannot be told."""
    bitmap_at = at + BITMAP_AT
    if len(received) <= bitmap_at:
        return None
    end = bitmap_at + 1
    for _ in range(received[bitmap_at].bit_count()):
        digits = received[end : end + OPTIONAL_LENGTH_DIGITS]
        if len(digits) < OPTIONAL_LENGTH_DIGITS or not digits.isdigit():
            return None
        end += OPTIONAL_LENGTH_DIGITS + int(digits)
    return end if end <= len(received) else None


def read_request(data: bytes) -> RequestFields:
    """Read the data of a request; raises ``ProtocolError`` where it is not as described."""
    if request_end(data, 0) != len(data):
        raise ProtocolError("Request: expected its fields to fill it, got something else")
    texts, at = [], 0
    for width in (AMOUNT, INVOICE, FUNCTION, MTI, PROCESSING):
        texts.append(_text(data[at : at + width]))
        at += width
    amount, invoice, function, mti, processing = texts
    if not amount.isdecimal():
        raise ProtocolError("Request: expected digits of an amount, got others")
    optional = tuple(_read_optional(data, at))
    return RequestFields(amount, mti, processing, optional, invoice, function)


def _read_optional(data: bytes, at: int) -> list[tuple[int, str]]:
    fields, bitmap = [], data[at]
    at += 1
    for number in OPTIONAL_NUMBERS:
        if bitmap >> (number - 1) & 1:
            start = at + OPTIONAL_LENGTH_DIGITS
            at = start + int(data[at:start])
            value = data[start:at] if number in OURS else mask_checked(data[start:at])
            fields.append((number, _text(value, b"")))
    return fields


def _text(field: bytes, padding: bytes = b"\0 ") -> str:
    if not field.isascii():
        raise ProtocolError("Request: expected ASCII, got something else")
    return field.strip(padding).decode("ascii") if padding else field.decode("ascii")


def write_request(fields: RequestFields) -> bytes:
    """Write the data of a request; raises ``ValueError`` for what does not fit."""
    written = _fill(fields.amount, AMOUNT, b"\0")
    written += _fill(fields.invoice, INVOICE, b" ") + _fill(fields.function, FUNCTION, b" ")
    written += _fill(fields.mti, MTI, b"0") + _fill(fields.processing, PROCESSING, b"0")
    bitmap, told = 0, b""
    for number, text in sorted(fields.optional):
        if number not in OPTIONAL_NUMBERS or bitmap >> (number - 1) & 1:
            raise ValueError(f"Expected fields 1 to 8, each once, got {number}")
        bitmap |= 1 << (number - 1)
        told += f"{len(text):03d}".encode("ascii") + text.encode("ascii")
    return written + bytes((bitmap,)) + told


def _fill(text: str, width: int, blank: bytes) -> bytes:
    if len(text) > width:
        raise ValueError(f"Expected up to {width} characters, got {len(text)}")
    return text.encode("ascii").ljust(width, blank)
