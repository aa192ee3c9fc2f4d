r"""The data of a PcPos response of version 000: wide characters, each field filled up with NUL.

The card number stands in it in clear. It is masked here, before anything else sees it.

Certain are three fields by their places, in characters of two bytes, the low one first: the code
at 0, the amount at 4, the card number at 17. Behind them processing code, transaction number,
reference (RRN), approval, terminal and merchant follow in this order; their places are not known
for certain, so they are told apart by the NULs between them, and believed only where all six are
there and each has its form. A decline may leave them out.

Source: the printed sample of PcPos Protocol v1.5 as tests/data/payment/iran.tsv describes it (284
bytes, its values, no bytes); reading order and width of the first three from
Aseman-Land/pcpos-payments-protocols; docs/devices/sadad.md, "Response".
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from kiosk.hardware.terminal.masking import MaskedPan, mask_digits
from kiosk.hardware.terminal.protocol_error import ProtocolError

CODE, AMOUNT, CARD_AT = 2, 12, 17
AMOUNT_AT = 4
DATA_CHARS = 137  # the 284 bytes of the sample, less its frame
WIDTHS = (7, 7, 13, 7, 9, 16)  # of the fields behind the card, with one NUL each, as we write them
CARD_WIDTH = 20

_BEHIND = (
    re.compile(r"\d{6}", re.ASCII),  # processing code
    re.compile(r"\d{1,6}", re.ASCII),  # transaction number
    re.compile(r"\d{12}", re.ASCII),  # RRN
    re.compile(r"[0-9A-Za-z ]{1,6}", re.ASCII),  # approval
    re.compile(r"[0-9A-Za-z]{8}", re.ASCII),  # terminal
    re.compile(r"[0-9A-Za-z]{1,15}", re.ASCII),  # merchant
)


@dataclass(frozen=True, slots=True)
class ResponseFields:
    """What a terminal told; fields that it did not tell are empty."""

    code: str
    amount: str
    pan: MaskedPan | None
    processing: str = ""
    transaction: str = ""
    retrieval: str = ""
    approval: str = ""
    terminal_id: str = ""
    merchant_id: str = ""


def read_response(data: bytes) -> ResponseFields:
    """Read the data of a response; raises ``ProtocolError`` where it is not as described."""
    text = _wide(data)
    code = text[:CODE].rstrip("\0 ")
    if len(code) != CODE or not (code.isascii() and code.isalnum()):
        raise ProtocolError("Response: expected a code of two characters, got something else")
    if text[CODE:AMOUNT_AT].strip("\0") or text[AMOUNT_AT + AMOUNT : CARD_AT].strip("\0"):
        raise ProtocolError("Response: expected NUL behind code and amount, got something else")
    amount = text[AMOUNT_AT : AMOUNT_AT + AMOUNT].strip("\0 ")
    if amount and not (amount.isascii() and amount.isdecimal()):
        raise ProtocolError("Response: expected digits of an amount, got others")
    card, _nul, behind = text[CARD_AT:].partition("\0")
    card = card.strip(" ")
    pan = mask_digits(card[:CARD_WIDTH]) if card else None
    fields = _behind(behind)
    return ResponseFields(code, amount, pan, *fields)


def _wide(data: bytes) -> str:
    if len(data) % 2:
        raise ProtocolError("Response: expected characters of two bytes, got an odd number")
    if any(data[1::2]):
        raise ProtocolError("Response: expected the high byte of each character to be zero")
    return data[::2].decode("latin-1")


def _behind(text: str) -> tuple[str, ...]:
    told = [part for part in text.split("\0") if part][: len(_BEHIND)]
    if len(told) < len(_BEHIND):
        return ()
    if not all(form.fullmatch(part) for form, part in zip(_BEHIND, told, strict=True)):
        return ()
    return tuple(told)


def write_response(fields: ResponseFields) -> bytes:
    """Write a response as our simulated terminal does; hidden digits of the card stay hidden."""
    card = fields.pan.digits if fields.pan else ""
    text = _fill(fields.code, AMOUNT_AT) + _fill(fields.amount, CARD_AT - AMOUNT_AT)
    text += _fill(card, CARD_WIDTH)
    behind = (
        fields.processing,
        fields.transaction,
        fields.retrieval,
        fields.approval,
        fields.terminal_id,
        fields.merchant_id,
    )
    for part, width in zip(behind, WIDTHS, strict=True):
        text += _fill(part, width)
    return text.ljust(DATA_CHARS, "\0").encode("utf-16-le")


def _fill(text: str, width: int) -> str:
    if len(text) >= width or not text.isascii():
        raise ValueError(f"Expected fewer than {width} ASCII characters, got {len(text)}")
    return text.ljust(width, "\0")
