"""POS-PC: a frame as bytes ↔ a message. Pure.

Bytes that are no message raise ``ProtocolError`` and nothing else.

>>> decode_request(encode_request(Sale(10_000, "3000", b1=108, a4="200")))
Sale(amount=10000, reference='3000', b1=108, b9='', a4='200')

Source: docs/devices/behpardakht.md; the order of fields is that of the samples in
tests/data/payment/iran.tsv.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from kiosk.hardware.terminal.behpardakht.framing import (
    Piece,
    Word,
    find_request,
    find_response,
    pack_request,
    pack_response,
)
from kiosk.hardware.terminal.behpardakht.messages import (
    INQUIRY,
    LAST,
    SALE,
    Answer,
    Cancel,
    Inquiry,
    Last,
    Ok,
    Ready,
    Request,
    Response,
    Sale,
)
from kiosk.hardware.terminal.behpardakht.tlv import Fields, read_fields, write_fields
from kiosk.hardware.terminal.frames import Complete, whole
from kiosk.hardware.terminal.masking import HIDDEN, MaskedPan
from kiosk.hardware.terminal.protocol_error import ProtocolError

SERVICE, A3, A4 = 0xA2, 0xA3, 0xA4
AMOUNT, B1, B9, REFERENCE = 0xB0, 0xB1, 0xB9, 0xBA
CODE, C1, C2, DATE, TIME, LAST4, BIN, TERMINAL, C8 = range(0xC0, 0xC9)
CARD_DIGITS = 16  # of every bank card in Iran


def decode_request(frame: bytes) -> Request:
    """Read one whole request."""
    return request_of(_only(whole(find_request(frame))))


def decode_response(frame: bytes) -> Answer:
    """Read one whole response."""
    return response_of(_only(whole(find_response(frame))))


def _only(found: Complete[Piece]) -> Piece:
    if found.rest:
        raise ProtocolError(f"Expected one message, got {len(found.rest)} bytes more")
    return found.frame


def request_of(piece: Piece) -> Request:
    """Give the request that a TLV or a word is."""
    match piece:
        case Word.READY:
            return Ready()
        case Word.CANCEL:
            return Cancel()
        case bytes():
            try:
                return _request(_Told(read_fields(piece)))
            except ValueError as error:
                raise ProtocolError(f"Request: {error}") from None
        case _:
            raise ProtocolError("Expected a request, got an answer")


def _request(told: _Told) -> Request:
    service = told.number(SERVICE)
    if service == INQUIRY:
        return Inquiry(told.text(REFERENCE))
    if service == LAST:
        return Last()
    amount = told.digits(AMOUNT)
    if service != SALE or amount is None:
        raise ProtocolError("Expected a sale with an amount, an inquiry or the last, got another")
    return Sale(amount, told.text(REFERENCE), told.digits(B1), told.text(B9), told.text(A4))


def response_of(piece: Piece) -> Answer:
    """Give the response that a TLV or a word is."""
    match piece:
        case Word.OK:
            return Ok()
        case bytes():
            try:
                return _response(_Told(read_fields(piece)))
            except ValueError as error:
                raise ProtocolError(f"Response: {error}") from None
        case _:
            raise ProtocolError("Expected an answer, got a request")


def _response(told: _Told) -> Response:
    code = told.text(CODE)
    if not code:
        raise ProtocolError("Expected a code in C0, got none")
    return Response(
        code=code,
        service=told.number(SERVICE),
        amount=told.digits(AMOUNT),
        reference=told.text(REFERENCE),
        trace=told.packed(C1),
        retrieval=told.packed(C2),
        date_jalali=told.text(DATE),
        time=told.text(TIME),
        pan=told.pan(),
        terminal_id=told.packed(TERMINAL),
        merchant_id=told.packed(C8),
        a4=told.text(A4),
    )


class _Told:
    """The fields by tag. A tag that stands twice with two values is refused."""

    def __init__(self, fields: Fields) -> None:
        self._values: dict[int, bytes] = {}
        for tag, value in fields:
            if self._values.setdefault(tag, value) != value:
                raise ProtocolError(f"TLV {tag:02X}: expected one value, got two")

    def text(self, tag: int) -> str:
        value = self._values.get(tag, b"")
        if not value.isascii():
            raise ProtocolError(f"TLV {tag:02X}: expected ASCII, got something else")
        return value.decode("ascii").strip("\0 ")

    def packed(self, tag: int) -> str:
        return self._values.get(tag, b"").hex()

    def digits(self, tag: int) -> int | None:
        packed = self.packed(tag)
        if not packed:
            return None
        if not packed.isdecimal():
            raise ProtocolError(f"TLV {tag:02X}: expected decimal digits, got others")
        return int(packed)

    def number(self, tag: int) -> int | None:
        value = self._values.get(tag, b"")
        return value[0] if len(value) == 1 else None

    def pan(self) -> MaskedPan | None:
        first, last = self.packed(BIN)[:6], self.packed(LAST4)[-4:]
        if not (first.isdecimal() or last.isdecimal()):
            return None
        first = first if first.isdecimal() else ""
        last = last if last.isdecimal() else ""
        hidden = CARD_DIGITS - 6 - 4
        return MaskedPan(first.ljust(6, HIDDEN) + HIDDEN * hidden + last.rjust(4, HIDDEN))


def encode_request(message: Request) -> bytes:
    """Write a request; raises ``ValueError`` for what cannot be written."""
    match message:
        case Ready():
            return Word.READY.value
        case Cancel():
            return Word.CANCEL.value
        case Sale() | Inquiry() | Last():
            return pack_request(write_fields(tuple(_request_fields(message))))
        case _:
            assert_never(message)


def _request_fields(message: Sale | Inquiry | Last) -> Iterator[tuple[int, bytes]]:
    match message:
        case Last():
            yield SERVICE, bytes((LAST,))
        case Inquiry(reference):
            yield SERVICE, bytes((INQUIRY,))
            yield REFERENCE, reference.encode("ascii")
        case Sale(amount, reference, b1, b9, a4):
            yield AMOUNT, _bcd(amount)
            if b1 is not None:
                yield B1, _bcd(b1)
            yield from _texts((B9, b9))
            yield SERVICE, bytes((SALE,))
            yield from _texts((REFERENCE, reference), (A4, a4))


def encode_response(message: Answer) -> bytes:
    """Write a response, as the terminal does; raises ``ValueError`` for what cannot be written."""
    match message:
        case Ok():
            return Word.OK.value
        case Response():
            return pack_response(write_fields(tuple(_response_fields(message))))
        case _:
            assert_never(message)


def _response_fields(message: Response) -> Iterator[tuple[int, bytes]]:
    yield CODE, message.code.encode("ascii")
    if message.service is not None:
        yield SERVICE, bytes((message.service,))
        yield A3, b"\x01"
    yield from _texts((A4, message.a4))
    if message.amount is not None:
        yield AMOUNT, _bcd(message.amount)
    yield from _packed((C1, message.trace), (C2, message.retrieval))
    yield from _texts((DATE, message.date_jalali), (TIME, message.time))
    if message.pan:
        yield from _packed((LAST4, message.pan.last4), (BIN, message.pan.bin))
    yield from _packed((TERMINAL, message.terminal_id), (C8, message.merchant_id))
    yield from _texts((REFERENCE, message.reference))


def _texts(*fields: tuple[int, str]) -> Iterator[tuple[int, bytes]]:
    return ((tag, text.encode("ascii")) for tag, text in fields if text)


def _packed(*fields: tuple[int, str]) -> Iterator[tuple[int, bytes]]:
    return ((tag, bytes.fromhex(digits)) for tag, digits in fields if digits)


def _bcd(number: int) -> bytes:
    digits = str(number)
    return bytes.fromhex(digits.rjust(len(digits) + len(digits) % 2, "0"))
