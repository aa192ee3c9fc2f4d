"""What kiosk and a PcPos terminal say to one another, as values that refuse what is wrong.

Amounts are Rial. Source: docs/devices/sadad.md.
"""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.hardware.terminal.masking import MaskedPan

AMOUNT_DIGITS_MAX = 12
GOOD = "00"
SALE_MTI, SALE_PROCESSING = "0200", "000000"
LIBRARY_VERSION = "5.3.185.1336"  # what all samples tell in field 8
SPLIT, SALE_ID, BILL, FIELD_4, ORDER_ID, LIBRARY = 1, 2, 3, 4, 5, 8  # optional fields
VERSION = "000"
OPTIONAL_CHARS_MAX = 999


def _check_version(version: str) -> None:
    if len(version) != 3 or not (version.isascii() and version.isdecimal()):
        raise ValueError(f"Expected a version of three digits, got {version!r}")


@dataclass(frozen=True, slots=True)
class Inm:
    """F1: are you there; the terminal answers ``Ack``."""

    version: str = VERSION

    def __post_init__(self) -> None:
        _check_version(self.version)


@dataclass(frozen=True, slots=True)
class Ack:
    """06: received."""

    version: str = VERSION

    def __post_init__(self) -> None:
        _check_version(self.version)


@dataclass(frozen=True, slots=True)
class Nack:
    """15: not understood."""

    version: str = VERSION

    def __post_init__(self) -> None:
        _check_version(self.version)


@dataclass(frozen=True, slots=True)
class Eot:
    """04: end, also of what the other side waits for."""

    version: str = VERSION

    def __post_init__(self) -> None:
        _check_version(self.version)


@dataclass(frozen=True, slots=True)
class Request:
    """19: charge ``amount`` Rial, where ``mti`` and ``processing`` are those of a sale.

    ``optional`` are the fields 1 to 8 by number, such as ``(ORDER_ID, "321654")``.
    """

    amount: int
    optional: tuple[tuple[int, str], ...] = ()
    mti: str = SALE_MTI
    processing: str = SALE_PROCESSING
    version: str = VERSION

    def __post_init__(self) -> None:
        _check_version(self.version)
        if type(self.amount) is not int or not 0 <= self.amount < 10**AMOUNT_DIGITS_MAX:
            raise ValueError(f"Expected up to {AMOUNT_DIGITS_MAX} digits, got {self.amount!r}")
        if any(len(text) > OPTIONAL_CHARS_MAX for _number, text in self.optional):
            raise ValueError(f"Expected optional fields of up to {OPTIONAL_CHARS_MAX} characters")

    def field(self, number: int) -> str:
        """Give an optional field; empty where it was not sent."""
        return dict(self.optional).get(number, "")


@dataclass(frozen=True, slots=True)
class Response:
    """1A: what came of it. ``code`` "00" is good; see ``results``."""

    code: str
    amount: int | None = None
    pan: MaskedPan | None = None
    processing: str = ""
    transaction: str = ""
    retrieval: str = ""  # RRN
    approval: str = ""
    terminal_id: str = ""
    merchant_id: str = ""
    version: str = VERSION

    def __post_init__(self) -> None:
        _check_version(self.version)

    @property
    def good(self) -> bool:
        """Whether the code says yes."""
        return self.code == GOOD


Message = Inm | Ack | Nack | Eot | Request | Response
