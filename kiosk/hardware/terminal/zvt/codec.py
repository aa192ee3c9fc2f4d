"""ZVT: an APDU as bytes ↔ a message. Pure; card data is masked on the way in.

Bytes that are no message raise ``ProtocolError`` and nothing else; a message that cannot be
written raises ``ValueError``, as its constructor would.

>>> encode(Ack()).hex()
'800000'
>>> decode(bytes.fromhex("061e0162"))
Abort(result=98, receipt=None, tlv=None)

Source: PA00P015; docs/devices/zvt.md.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from kiosk.hardware.terminal.frames import whole
from kiosk.hardware.terminal.protocol_error import ProtocolError
from kiosk.hardware.terminal.zvt.framing import Apdu, find_frame, pack, unpack
from kiosk.hardware.terminal.zvt.messages import (
    Abort,
    Ack,
    Authorisation,
    Completion,
    Diagnosis,
    EcrAbort,
    EndOfDay,
    IntermediateStatus,
    LogOff,
    Message,
    Nak,
    Other,
    PrintLine,
    PrintTextBlock,
    Refund,
    Registration,
    RepeatReceipt,
    Reversal,
    StatusEnquiry,
    StatusInformation,
)
from kiosk.hardware.terminal.zvt.parts import Parts, put_together, take_apart
from kiosk.hardware.terminal.zvt.picked import Picked
from kiosk.hardware.terminal.zvt.writing import values_of


def decode(frame: bytes) -> Message:
    """Read one whole frame; raises ``ProtocolError`` for anything else."""
    found = whole(find_frame(frame))
    if found.rest:
        raise ProtocolError(f"Expected one APDU, got {len(found.rest)} bytes more")
    return message_of(take_apart(unpack(found.frame)))


def message_of(parts: Parts) -> Message:
    """Give the message that an APDU is; raises ``ProtocolError`` where a value does not fit."""
    picked = Picked(parts.as_mapping())
    try:
        if parts.control in _READERS:
            return _READERS[parts.control](picked)
        if parts.control >> 8 == 0x84:
            data = picked.raw("data")
            return Nak(parts.control & 0xFF, picked.charge(), data[0] if data else None)
    except ValueError as error:
        raise ProtocolError(f"{parts.control:04X}: {error}") from None
    return Other(parts.control)


def _status(p: Picked) -> StatusInformation:
    return StatusInformation(
        result=p.byte("result"),
        charge=p.charge(),
        terminal_id=p.text("tid"),
        receipt=p.receipt(),
        trace=p.number("trace"),
        original_trace=p.number("orig_trace"),
        turnover=p.number("turnover"),
        pan=p.pan(),
        card_type=p.number("card_type"),
        card_name=p.text("card_name"),
        authorisation=p.text("aid_auth"),
        contract=p.text("vu"),
        date_mmdd=p.text("date_mmdd"),
        time=p.text("time"),
        text=p.text("text"),
        payment_type=p.byte("bmp19"),
        totals=p.text("bmp60"),
        tlv=p.tlv(),
    )


def _completion(p: Picked) -> Completion:
    return Completion(
        status=p.byte("terminal_status"),
        version=p.text("sw_version"),
        terminal_id=p.text("tid"),
        currency=p.number("currency"),
        status_byte=p.byte("bmp19"),
        tlv=p.tlv(),
    )


_READERS: Mapping[int, Callable[[Picked], Message]] = {
    0x040F: _status,
    0x04FF: lambda p: IntermediateStatus(p.needed_byte("intermediate"), p.minutes(), p.tlv()),
    0x0501: lambda p: StatusEnquiry(p.password(), p.byte("bmp03"), p.tlv()),
    0x0600: lambda p: Registration(
        p.needed_password(),
        p.needed_byte("config"),
        p.number("currency"),
        p.byte("bmp03"),
        p.tlv(),
    ),
    0x0601: lambda p: Authorisation(p.charge(), p.byte("bmp19"), p.byte("bmp02"), p.tlv()),
    0x0602: lambda _p: LogOff(),
    0x060F: _completion,
    0x061E: lambda p: Abort(p.byte("result"), p.receipt(), p.tlv()),
    0x0620: lambda p: RepeatReceipt(p.needed_password(), p.byte("bmp03"), p.tlv()),
    0x0630: lambda p: Reversal(p.needed_password(), p.receipt(), p.charge(), p.tlv()),
    0x0631: lambda p: Refund(p.needed_password(), p.charge(), p.tlv()),
    0x0650: lambda p: EndOfDay(p.needed_password(), p.tlv()),
    0x0670: lambda p: Diagnosis(p.tlv()),
    0x06B0: lambda _p: EcrAbort(),
    0x06D1: lambda p: PrintLine(p.needed_byte("attribute"), p.raw("text_bytes")),
    0x06D3: lambda p: PrintTextBlock(p.tlv() or ()),
    0x8000: lambda p: Ack(p.tlv()),
}


def encode(message: Message) -> bytes:
    """Write a message as a frame; raises ``ValueError`` for what cannot be written."""
    return pack(apdu_of(message))


def apdu_of(message: Message) -> Apdu:
    """Write a message without its header."""
    control, values = values_of(message)
    told = tuple((name, value) for name, value in values.items() if value is not None)
    return put_together(Parts(control, told))
