"""What kiosk and ZVT terminal say to one another, as values that refuse what is wrong.

``StatusInformation`` carries what a journal may keep, and no more of a card than BIN and last
four; no message keeps the frame that it came from. Amounts are in the currency's smallest unit,
currencies are ISO 4217 numbers (978 is the euro, 364 the rial).

Source: PA00P015, chapters 2 (commands of the cash register) and 3 (of the terminal).
"""

from __future__ import annotations

from dataclasses import dataclass, field

from kiosk.hardware.terminal.masking import MaskedPan
from kiosk.hardware.terminal.zvt.tlv import Container, found

AMOUNT_MAX = 999_999_999_999  # twelve digits
RECEIPT_MAX = 9_999
PASSWORD_DIGITS, TERMINAL_ID_DIGITS = 6, 8
SERVICE_STATUS_ONLY = 0x03  # repeat receipt: tell the status, print nothing
GOOD = 0x00
WAIT = 0x9C


def _within(what: str, number: int | None, most: int) -> None:
    if number is not None and not (type(number) is int and 0 <= number <= most):
        raise ValueError(f"Expected {what} from 0 to {most}, got {number!r}")


@dataclass(frozen=True, slots=True)
class Password:
    """The terminal's password, six digits; it shows itself nowhere."""

    digits: str = field(repr=False)

    def __post_init__(self) -> None:
        length = len(self.digits)
        if length != PASSWORD_DIGITS or not (self.digits.isascii() and self.digits.isdecimal()):
            raise ValueError(f"Expected {PASSWORD_DIGITS} digits of a password, got {length} signs")


@dataclass(frozen=True, slots=True)
class Charge:
    """An amount in a currency, as a command names it."""

    amount: int | None = None
    currency: int | None = None

    def __post_init__(self) -> None:
        _within("an amount", self.amount, AMOUNT_MAX)
        _within("a currency", self.currency, 999)


@dataclass(frozen=True, slots=True)
class Registration:
    """06 00: how the terminal is to behave; ``config`` is a byte of switches."""

    password: Password
    config: int
    currency: int | None = None
    service: int | None = None
    tlv: Container | None = None

    def __post_init__(self) -> None:
        _within("a configuration", self.config, 0xFF)
        _within("a currency", self.currency, 999)
        _within("a service byte", self.service, 0xFF)


@dataclass(frozen=True, slots=True)
class Authorisation:
    """06 01: charge. ``payment_type`` is a byte of switches; most terminals want none."""

    charge: Charge
    payment_type: int | None = None
    status_max: int | None = None
    tlv: Container | None = None

    def __post_init__(self) -> None:
        _within("a payment type", self.payment_type, 0xFF)
        _within("a number of status messages", self.status_max, 0xFF)


@dataclass(frozen=True, slots=True)
class Reversal:
    """06 30: undo the transaction with this receipt number, before settlement."""

    password: Password
    receipt: int | None = None
    charge: Charge = Charge()
    tlv: Container | None = None

    def __post_init__(self) -> None:
        _within("a receipt number", self.receipt, RECEIPT_MAX)


@dataclass(frozen=True, slots=True)
class Refund:
    """06 31: give back, after settlement."""

    password: Password
    charge: Charge
    tlv: Container | None = None


@dataclass(frozen=True, slots=True)
class RepeatReceipt:
    """06 20: the last transaction again. Without service byte 03 no status comes."""

    password: Password
    service: int | None = SERVICE_STATUS_ONLY
    tlv: Container | None = None

    def __post_init__(self) -> None:
        _within("a service byte", self.service, 0xFF)


@dataclass(frozen=True, slots=True)
class StatusEnquiry:
    """05 01: how are you."""

    password: Password | None = None
    service: int | None = None
    tlv: Container | None = None

    def __post_init__(self) -> None:
        _within("a service byte", self.service, 0xFF)


@dataclass(frozen=True, slots=True)
class EndOfDay:
    """06 50: settle the day."""

    password: Password
    tlv: Container | None = None


@dataclass(frozen=True, slots=True)
class LogOff:
    """06 02: end the registration."""


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """06 70: call the host and load what is new."""

    tlv: Container | None = None


@dataclass(frozen=True, slots=True)
class EcrAbort:
    """06 B0: the cash register wants to stop the payment that runs."""


@dataclass(frozen=True, slots=True)
class StatusInformation:
    """04 0F: what came of a transaction. ``result`` 0 is good, and not yet enough for paid.

    ``receipt`` is none where the terminal names none (FFFF). Totals of an end of day come in
    ``totals`` as upper-case hex of BMP 60.
    """

    result: int | None = None
    charge: Charge = Charge()
    terminal_id: str = ""
    receipt: int | None = None
    trace: int | None = None
    original_trace: int | None = None
    turnover: int | None = None
    pan: MaskedPan | None = None
    card_type: int | None = None
    card_name: str = ""
    authorisation: str = ""
    contract: str = ""
    date_mmdd: str = ""
    time: str = ""
    text: str = ""
    payment_type: int | None = None
    totals: str = ""
    tlv: Container | None = None

    @property
    def good(self) -> bool:
        """Whether the result code says yes."""
        return self.result == GOOD


@dataclass(frozen=True, slots=True)
class IntermediateStatus:
    """04 FF: what the terminal does; ``timeout_min`` is how long that may last."""

    status: int
    timeout_min: int | None = None
    tlv: Container | None = None

    @property
    def text(self) -> bytes:
        """The terminal's own wording, where it sends one."""
        return b" ".join(found(self.tlv or (), "24", "07"))


@dataclass(frozen=True, slots=True)
class PrintLine:
    """06 D1: a line of the receipt; ``attribute`` tells height and place."""

    attribute: int
    text: bytes  # in the terminal's character set: text.read_text


@dataclass(frozen=True, slots=True)
class PrintTextBlock:
    """06 D3: a whole receipt."""

    tlv: Container = ()

    @property
    def receipt_type(self) -> int | None:
        """For whom it is: 1 merchant, 2 cardholder, 3 administration; none where not told."""
        told = b"".join(found(self.tlv, "1F07"))
        return told[0] if told else None

    @property
    def lines(self) -> tuple[bytes, ...]:
        """The lines from top to bottom, in the terminal's character set: text.read_text."""
        return tuple(found(self.tlv, "25", "07"))


@dataclass(frozen=True, slots=True)
class Completion:
    """06 0F: done. After a payment that was approved or declined: the status says which."""

    status: int | None = None  # the terminal's, where it is the answer to a status enquiry
    version: str = ""
    terminal_id: str = ""
    currency: int | None = None
    status_byte: int | None = None  # BMP 19
    tlv: Container | None = None


@dataclass(frozen=True, slots=True)
class Abort:
    """06 1E: not done; ``result`` tells why, if anything."""

    result: int | None = None
    receipt: int | None = None
    tlv: Container | None = None


@dataclass(frozen=True, slots=True)
class Ack:
    """80 00: received, and understood."""

    tlv: Container | None = None


@dataclass(frozen=True, slots=True)
class Nak:
    """84 xx: not so; ``WAIT`` (9C) asks for patience, 00 is another way to say yes."""

    code: int
    charge: Charge = Charge()  # 84 9D names another amount
    reason: int | None = None  # some terminals add one: 84 1E 01 7D

    def __post_init__(self) -> None:
        _within("a code", self.code, 0xFF)
        _within("a reason", self.reason, 0xFF)

    @property
    def waits(self) -> bool:
        """Whether the other side only asks for time."""
        return self.code == WAIT


@dataclass(frozen=True, slots=True)
class Other:
    """An APDU that is framed well and that this product has no use for."""

    control: int


Message = (
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
    | StatusInformation
    | IntermediateStatus
    | PrintLine
    | PrintTextBlock
    | Completion
    | Abort
    | Ack
    | Nak
    | Other
)
