"""The first frame of a recording as plain fields, for people and for checks from outside.

The names are those of the tables in tests/data/payment/. Card data is masked as everywhere; a
password is told, because whoever asks has just typed it in.

>>> tell(Protocol.ZVT, bytes.fromhex("061e0162"))
Told(fields={'result': '62'}, refused=False)
>>> tell(Protocol.ZVT, bytes.fromhex("061e02"))
Told(fields={'framing': 'incomplete', 'missing': 2}, refused=True)
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any, NamedTuple, TypeVar

from kiosk.hardware.terminal.behpardakht import framing as pospc
from kiosk.hardware.terminal.behpardakht.tlv import as_json as tags_as_json
from kiosk.hardware.terminal.behpardakht.tlv import read_fields
from kiosk.hardware.terminal.frames import Complete, Found, whole
from kiosk.hardware.terminal.protocol_error import ProtocolError
from kiosk.hardware.terminal.sadad import framing as pcpos
from kiosk.hardware.terminal.sadad.codec import as_json as pcpos_as_json
from kiosk.hardware.terminal.zvt import framing as zvt
from kiosk.hardware.terminal.zvt.codec import message_of
from kiosk.hardware.terminal.zvt.parts import take_apart
from kiosk.hardware.terminal.zvt.serial_framing import Block, find_block

F = TypeVar("F")
Fields = dict[str, Any]
RESPONSE_TAG = 0xC0


class Protocol(StrEnum):
    """What a frame is to be read as."""

    ZVT = "zvt"
    ZVT_SERIAL = "zvt-serial"
    BEHPARDAKHT = "behpardakht"
    SADAD = "sadad"


class Told(NamedTuple):
    """The fields, or ``framing`` with what is wrong; ``trailing`` counts bytes behind the frame."""

    fields: Mapping[str, Any]
    refused: bool


def tell(protocol: Protocol, received: bytes) -> Told:
    """Read the first frame; never raises for what is received."""
    try:
        complete = _FINDERS[protocol](received)
        fields = _READERS[protocol](complete.frame)
    except ProtocolError as error:
        if error.framing == "incomplete":
            return Told({"framing": "incomplete", "missing": error.missing}, True)
        return Told({"framing": "refuse", "why": error.reason}, True)
    if complete.rest:
        fields |= {"framing": "complete", "trailing": len(complete.rest)}
    return Told(fields, False)


def _find(finder: Callable[[bytes], Found[F]]) -> Callable[[bytes], Complete[Any]]:
    return lambda received: whole(finder(received))


def _find_either_way(received: bytes) -> Complete[Any]:
    """Find a request or a response of POS-PC: the one whose CRC is right, else by its first tag."""
    answers = received[pospc.LENGTH_DIGITS : pospc.LENGTH_DIGITS + 1] == bytes((RESPONSE_TAG,))
    finders = [pospc.find_request, pospc.find_response]
    found = [finder(received) for finder in (finders[::-1] if answers else finders)]
    return next((each for each in found if isinstance(each, Complete)), None) or whole(found[0])


def _zvt(frame: bytes) -> Fields:
    parts = take_apart(zvt.unpack(frame))
    message_of(parts)  # what the driver would refuse is refused here too
    return parts.as_json()


def _zvt_serial(piece: object) -> Fields:
    return _zvt(piece.apdu) if isinstance(piece, Block) else {"signal": getattr(piece, "name", "")}


def _pospc(piece: pospc.Piece) -> Fields:
    if isinstance(piece, pospc.Word):
        return {"word": piece.value.decode("ascii")}
    return {"tlv": tags_as_json(read_fields(piece))}


_FINDERS: Mapping[Protocol, Callable[[bytes], Complete[Any]]] = {
    Protocol.ZVT: _find(zvt.find_frame),
    Protocol.ZVT_SERIAL: _find(find_block),
    Protocol.BEHPARDAKHT: _find_either_way,
    Protocol.SADAD: _find(pcpos.find_frame),
}
_READERS: Mapping[Protocol, Callable[[Any], Fields]] = {
    Protocol.ZVT: _zvt,
    Protocol.ZVT_SERIAL: _zvt_serial,
    Protocol.BEHPARDAKHT: _pospc,
    Protocol.SADAD: pcpos_as_json,
}
