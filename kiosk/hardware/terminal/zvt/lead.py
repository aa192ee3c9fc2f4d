"""What stands in an APDU before its BMPs: a password, a status byte, a line of text.

It depends on the command, and in three places on the bytes themselves, as the documents leave
fields out without a sign:

- Completion (06 0F) of a payment has BMPs, of a status enquiry a version and a status byte. BMPs
  are believed first, if they fill the body; a single byte is always a status.
- Intermediate status (04 FF) may have a time-out between its status and its BMPs.
- Registration (06 00) may leave its currency out. What can be read with one, has one.

Source: PA00P015, chapters of these commands; docs/devices/zvt.md, "Layouts".
"""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum, auto

from kiosk.hardware.terminal.masking import mask_line, mask_text, mask_value
from kiosk.hardware.terminal.protocol_error import ProtocolError
from kiosk.hardware.terminal.zvt.bmp import LLL, read_var_length, write_var
from kiosk.hardware.terminal.zvt.text import read_text, write_text
from kiosk.hardware.terminal.zvt.values import Value, bcd

LeadValues = tuple[tuple[str, Value], ...]
CanBeBmps = Callable[[bytes], bool]
Left = tuple[LeadValues, bytes]

PASSWORD_BYTES, CURRENCY_BYTES = 3, 2


class Lead(Enum):
    """The ways in which an APDU begins."""

    NONE = auto()  # BMPs from the first byte on
    IGNORED = auto()  # nothing of it is of use here
    PASSWORD = auto()  # three bytes, where there is a body at all
    REGISTRATION = auto()  # password, configuration, currency
    COMPLETION = auto()
    ABORT = auto()  # the result, where there is a body
    INTERMEDIATE = auto()  # status, and perhaps a time-out in minutes
    LINE = auto()  # attribute, text
    REFUSAL = auto()  # bytes of the terminal's own


_LEADS = {
    0x0501: Lead.PASSWORD,  # status enquiry
    0x0600: Lead.REGISTRATION,
    0x0601: Lead.NONE,  # authorisation
    0x0602: Lead.IGNORED,  # log-off: the recorded one holds no BMPs (Z058)
    0x060F: Lead.COMPLETION,
    0x0610: Lead.PASSWORD,  # turnover totals
    0x0612: Lead.PASSWORD,  # print turnover receipts
    0x061B: Lead.PASSWORD,  # set terminal id
    0x061E: Lead.ABORT,
    0x0620: Lead.PASSWORD,  # repeat receipt
    0x0621: Lead.NONE,  # telephone authorisation
    0x0622: Lead.NONE,  # reservation
    0x0624: Lead.NONE,  # book total
    0x0625: Lead.NONE,  # reservation reversal
    0x0630: Lead.PASSWORD,  # reversal
    0x0631: Lead.PASSWORD,  # refund
    0x0650: Lead.PASSWORD,  # end of day
    0x0670: Lead.NONE,  # diagnosis
    0x0693: Lead.PASSWORD,  # initialisation
    0x06B0: Lead.NONE,  # abort by the cash register
    0x06D1: Lead.LINE,
    0x06D3: Lead.NONE,  # text block
    0x040F: Lead.NONE,
    0x04FF: Lead.INTERMEDIATE,
    0x8000: Lead.NONE,
    0x849D: Lead.NONE,  # acknowledged with another amount
}


def lead_of(control: int) -> Lead:
    """Give the way in which a command begins; what is not in the table is not looked into."""
    if control in _LEADS:
        return _LEADS[control]
    return Lead.REFUSAL if control >> 8 == 0x84 else Lead.IGNORED


def read_lead(control: int, body: bytes, can_be_bmps: CanBeBmps) -> Left:
    """Read what stands first; give it with the bytes that are left for BMPs."""
    match lead_of(control):
        case Lead.NONE:
            return (), body
        case Lead.IGNORED:
            return (), b""
        case Lead.PASSWORD:
            return _read_password(body) if body else ((), b"")
        case Lead.REGISTRATION:
            return _read_registration(body, can_be_bmps)
        case Lead.COMPLETION:
            return _read_completion(body, can_be_bmps)
        case Lead.ABORT:
            return ((("result", body[:1].hex()),), body[1:]) if body else ((), b"")
        case Lead.INTERMEDIATE:
            return _read_intermediate(body, can_be_bmps)
        case Lead.LINE:
            attribute = body[:1].hex() or "00"
            return (("attribute", attribute), ("text_bytes", mask_line(body[1:]))), b""
        case Lead.REFUSAL:
            return ((("data", mask_value(body)),) if body else ()), b""


def _read_password(body: bytes) -> Left:
    digits = body[:PASSWORD_BYTES].hex()
    if len(digits) < 2 * PASSWORD_BYTES or not digits.isdecimal():
        raise ProtocolError("Expected a password of six digits, got something else")
    return (("password", digits),), body[PASSWORD_BYTES:]


def _read_registration(body: bytes, can_be_bmps: CanBeBmps) -> Left:
    password, rest = _read_password(body)
    if not rest:
        raise ProtocolError("Registration: expected a configuration byte, got the end")
    values = (*password, ("config", rest[:1].hex().upper()))
    told, left = rest[1 : 1 + CURRENCY_BYTES].hex(), rest[1 + CURRENCY_BYTES :]
    # 03 00 to 03 09 are a service byte: no currency in use has a number from 300 to 309
    service = rest[1:2] == b"\x03" and rest[2:3] < b"\x10"
    if len(told) == 4 and told.isdecimal() and not service and can_be_bmps(left):
        return (*values, ("currency", int(told))), left
    return values, rest[1:]


def _read_completion(body: bytes, can_be_bmps: CanBeBmps) -> Left:
    if len(body) >= 4 and all(0xF0 <= byte <= 0xF9 for byte in body[:3]):
        length, start = read_var_length(body, 0, -LLL)
        end = start + length
        if end > len(body):
            raise ProtocolError(f"Completion: expected a version of {length} bytes, got fewer")
        version = ("sw_version", read_text(mask_text(body[start:end])))
        if end == len(body):
            return (version,), b""
        status = ("terminal_status", body[end : end + 1].hex().upper())
        return (version, status), body[end + 1 :]
    if not body or (len(body) > 1 and can_be_bmps(body)):
        return (), body
    return (("terminal_status", body[:1].hex().upper()),), body[1:]


def _read_intermediate(body: bytes, can_be_bmps: CanBeBmps) -> Left:
    if not body:
        raise ProtocolError("Intermediate status: expected a status, got the end")
    status = ("intermediate", body[:1].hex().upper())
    rest = body[1:]
    if not rest or can_be_bmps(rest):
        return (status,), rest
    return (status, ("t4_minutes_bcd", rest[:1].hex())), rest[1:]


def write_lead(control: int, values: dict[str, Value]) -> tuple[bytes, dict[str, Value]]:
    """Write what stands first, and give the values that are left for BMPs."""
    lead = lead_of(control)
    left = dict(values)
    written = b""
    for name in _ORDER.get(lead, ()):
        if name in left:
            written += _write(name, left.pop(name))
    return written, left


_ORDER = {
    Lead.PASSWORD: ("password",),
    Lead.REGISTRATION: ("password", "config", "currency"),
    Lead.COMPLETION: ("sw_version", "terminal_status"),
    Lead.ABORT: ("result",),
    Lead.INTERMEDIATE: ("intermediate", "t4_minutes_bcd"),
    Lead.LINE: ("attribute", "text_bytes"),
    Lead.REFUSAL: ("data",),
}


def _write(name: str, value: Value) -> bytes:
    match value:
        case int():  # the currency alone
            return bcd(value, CURRENCY_BYTES)
        case bytes():
            return value
        case str():
            return write_var(write_text(value), -LLL) if name == "sw_version" else _hex(value)
        case _:
            raise ValueError(f"{name}: expected digits or bytes, got {type(value).__name__}")


def _hex(digits: str) -> bytes:
    return bytes.fromhex(digits)
