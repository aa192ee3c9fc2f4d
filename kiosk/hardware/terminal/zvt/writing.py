"""The values of a message by the names of ``Parts``, in the order in which they are written.

>>> values_of(Authorisation(Charge(1250, 978)))[1]["amount_minor"]
1250
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import assert_never

from kiosk.hardware.terminal.zvt.messages import (
    Abort,
    Ack,
    Authorisation,
    Charge,
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
from kiosk.hardware.terminal.zvt.values import Value

Values = tuple[int, Mapping[str, Value | None]]
Command = (
    Registration
    | Authorisation
    | Reversal
    | Refund
    | RepeatReceipt
    | StatusEnquiry
    | EndOfDay
    | LogOff
    | Diagnosis
    | EcrAbort
)


def values_of(message: Message) -> Values:
    """Give the control field and the values by name; what is none is not written."""
    match message:
        case StatusInformation() | IntermediateStatus() | Completion() | Abort():
            return _values_of_outcome(message)
        case PrintLine(attribute, text):
            return 0x06D1, {"attribute": _hex(attribute), "text_bytes": text}
        case PrintTextBlock(tlv):
            return 0x06D3, {"tlv": tlv}
        case Ack(tlv):
            return 0x8000, {"tlv": tlv}
        case Nak(code, charge, reason):
            data = None if reason is None else bytes((reason,))
            return 0x8400 | code, {**_charge(charge), "data": data}
        case Other(control):
            return control, {}
        case _:
            return _values_of_command(message)


def _values_of_command(message: Command) -> Values:
    match message:
        case Registration() | Authorisation() | Reversal() | Refund():
            return _values_of_charge(message)
        case RepeatReceipt(password, service, tlv):
            return 0x0620, {"password": password.digits, "bmp03": _hex(service), "tlv": tlv}
        case StatusEnquiry(asked, service, tlv):
            digits = asked.digits if asked else None
            return 0x0501, {"password": digits, "bmp03": _hex(service), "tlv": tlv}
        case EndOfDay(password, tlv):
            return 0x0650, {"password": password.digits, "tlv": tlv}
        case LogOff():
            return 0x0602, {}
        case Diagnosis(tlv):
            return 0x0670, {"tlv": tlv}
        case EcrAbort():
            return 0x06B0, {}
        case _:
            assert_never(message)


def _values_of_charge(message: Registration | Authorisation | Reversal | Refund) -> Values:
    match message:
        case Registration():
            return 0x0600, _registration(message)
        case Authorisation(charge, payment_type, status_max, tlv):
            return 0x0601, {
                "bmp02": _hex(status_max),
                "amount_minor": charge.amount,
                "bmp19": _hex(payment_type),
                "currency": charge.currency,
                "tlv": tlv,
            }
        case Reversal(password, receipt, charge, tlv):
            number = {"password": password.digits, "receipt": _receipt(receipt)}
            return 0x0630, {**number, **_charge(charge), "tlv": tlv}
        case Refund(password, charge, tlv):
            return 0x0631, {"password": password.digits, **_charge(charge), "tlv": tlv}
        case _:
            assert_never(message)


def _registration(message: Registration) -> Mapping[str, Value | None]:
    return {
        "password": message.password.digits,
        "config": _hex(message.config),
        "currency": message.currency,
        "bmp03": _hex(message.service),
        "tlv": message.tlv,
    }


def _values_of_outcome(
    message: StatusInformation | IntermediateStatus | Completion | Abort,
) -> Values:
    match message:
        case StatusInformation():
            return 0x040F, _status_values(message)
        case IntermediateStatus(status, minutes, tlv):
            timeout = None if minutes is None else f"{minutes:02d}"
            told = {"intermediate": _hex(status), "t4_minutes_bcd": timeout}
            return 0x04FF, {**told, "tlv": tlv}
        case Completion(status, version, terminal_id, currency, status_byte, tlv):
            return 0x060F, {
                "sw_version": version or None,
                "terminal_status": _hex(status),
                "bmp19": _hex(status_byte),
                "tid": terminal_id or None,
                "currency": currency,
                "tlv": tlv,
            }
        case Abort(result, receipt, tlv):
            return 0x061E, {"result": _hex(result), "receipt": _receipt(receipt), "tlv": tlv}
        case _:
            assert_never(message)


def _status_values(message: StatusInformation) -> Mapping[str, Value | None]:
    return {
        "result": _hex(message.result),
        **_charge(message.charge),
        "trace": message.trace,
        "orig_trace": message.original_trace,
        "time": message.time or None,
        "date_mmdd": message.date_mmdd or None,
        "bmp19": _hex(message.payment_type),
        "pan_masked": message.pan,
        "tid": message.terminal_id or None,
        "vu": message.contract or None,
        "aid_auth": message.authorisation or None,
        "text": message.text or None,
        "receipt": _receipt(message.receipt),
        "turnover": message.turnover,
        "card_type": message.card_type,
        "card_name": message.card_name or None,
        "bmp60": message.totals or None,
        "tlv": message.tlv,
    }


def _charge(charge: Charge) -> dict[str, Value | None]:
    return {"amount_minor": charge.amount, "currency": charge.currency}


def _hex(byte: int | None) -> str | None:
    return None if byte is None else f"{byte:02x}"


def _receipt(number: int | None) -> str | None:
    return None if number is None else f"{number:04d}"
