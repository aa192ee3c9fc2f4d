r"""PcPos: a frame as bytes ↔ a message. Pure; the card number is masked on the way in.

Bytes that are no message raise ``ProtocolError`` and nothing else.

>>> encode(Ack("002")).hex()
'02303036303032060301'
>>> decode(b"\x02006000\x06\x03\x03")
Ack(version='000')

Source: docs/devices/sadad.md; samples in tests/data/payment/iran.tsv.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, assert_never

from kiosk.hardware.terminal.frames import whole
from kiosk.hardware.terminal.protocol_error import ProtocolError
from kiosk.hardware.terminal.sadad import framing
from kiosk.hardware.terminal.sadad.framing import TYPES, Frame, find_frame, pack
from kiosk.hardware.terminal.sadad.messages import (
    Ack,
    Eot,
    Inm,
    Message,
    Nack,
    Request,
    Response,
)
from kiosk.hardware.terminal.sadad.request_fields import (
    RequestFields,
    read_request,
    write_request,
)
from kiosk.hardware.terminal.sadad.response_fields import (
    ResponseFields,
    read_response,
    write_response,
)

_SIGNALS: Mapping[int, type[Inm | Ack | Nack | Eot]] = {
    framing.INM: Inm,
    framing.ACK: Ack,
    framing.NACK: Nack,
    framing.EOT: Eot,
}


def decode(received: bytes) -> Message:
    """Read one whole frame."""
    found = whole(find_frame(received))
    if found.rest:
        raise ProtocolError(f"Expected one frame, got {len(found.rest)} bytes more")
    return message_of(found.frame)


def message_of(frame: Frame) -> Message:
    """Give the message that a frame is; raises ``ProtocolError`` where its data is wrong."""
    try:
        if frame.type == framing.REQUEST:
            return _request(read_request(frame.data), frame.version)
        if frame.type == framing.RESPONSE:
            return _response(read_response(frame.data), frame.version)
        if frame.data:
            raise ProtocolError(f"{TYPES[frame.type]}: expected no data, got some")
        return _SIGNALS[frame.type](frame.version)
    except ValueError as error:
        raise ProtocolError(f"{TYPES[frame.type]}: {error}") from None


def _request(fields: RequestFields, version: str) -> Request:
    return Request(int(fields.amount), fields.optional, fields.mti, fields.processing, version)


def _response(fields: ResponseFields, version: str) -> Response:
    return Response(
        code=fields.code,
        amount=int(fields.amount) if fields.amount else None,
        pan=fields.pan,
        processing=fields.processing,
        transaction=fields.transaction,
        retrieval=fields.retrieval,
        approval=fields.approval,
        terminal_id=fields.terminal_id,
        merchant_id=fields.merchant_id,
        version=version,
    )


def encode(message: Message) -> bytes:
    """Write a message as a frame; raises ``ValueError`` for what cannot be written."""
    return pack(_frame_of(message))


def _frame_of(message: Message) -> Frame:
    match message:
        case Inm(version):
            return Frame(version, framing.INM, b"")
        case Ack(version):
            return Frame(version, framing.ACK, b"")
        case Nack(version):
            return Frame(version, framing.NACK, b"")
        case Eot(version):
            return Frame(version, framing.EOT, b"")
        case Request(amount, optional, mti, processing, version):
            fields = RequestFields(str(amount), mti, processing, optional)
            return Frame(version, framing.REQUEST, write_request(fields))
        case Response():
            return Frame(message.version, framing.RESPONSE, write_response(_told(message)))
        case _:
            assert_never(message)


def _told(message: Response) -> ResponseFields:
    return ResponseFields(
        message.code,
        "" if message.amount is None else str(message.amount),
        message.pan,
        message.processing,
        message.transaction,
        message.retrieval,
        message.approval,
        message.terminal_id,
        message.merchant_id,
    )


def as_json(frame: Frame) -> dict[str, Any]:
    """Give what ``kiosk terminal decode --json`` prints; raises ``ProtocolError``."""
    told: dict[str, Any] = {
        "version": frame.version,
        "type": TYPES[frame.type],
        "len_field": frame.told,
    }
    match message_of(frame):
        case Request():
            return told | _request_json(read_request(frame.data))
        case Response():
            return told | _response_json(read_response(frame.data))
        case _:
            return told


def _request_json(fields: RequestFields) -> dict[str, Any]:
    bitmap = sum(1 << (number - 1) for number, _text in fields.optional)
    return {
        "amount": fields.amount,
        "mti": fields.mti,
        "proc": fields.processing,
        "bitmap": f"{bitmap:02x}",
        "opt": {str(number): text for number, text in fields.optional},
        "consumed_ok": True,  # what does not fill its frame is refused
    }


def _response_json(fields: ResponseFields) -> dict[str, Any]:
    told = {
        "response_code": fields.code,
        "amount": fields.amount,
        "card_len": len(fields.pan.digits) if fields.pan else 0,
        "pan_masked": fields.pan.digits if fields.pan else "",
        "proc": fields.processing,
        "txn_no": fields.transaction,
        "rrn": fields.retrieval,
        "approval": fields.approval,
        "tid": fields.terminal_id,
        "mid": fields.merchant_id,
    }
    return {name: value for name, value in told.items() if value != ""}
