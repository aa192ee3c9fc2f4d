"""What kiosk and a POS-PC terminal say to one another, as values that refuse what is wrong.

Amounts are Rial. Our reference (BA) is what a lost answer is asked for again, so a sale that is
sent without one cannot be recovered by it.

Tags whose meaning no document at hand tells for certain carry their number as their name: A4, B1,
B9, C1, C8. Source: docs/devices/behpardakht.md, "Fields".
"""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.hardware.terminal.masking import MaskedPan

AMOUNT_DIGITS_MAX = 12
REFERENCE_CHARS_MAX = 20
SALE, INQUIRY, LAST = 0x01, 0x16, 0x17
GOOD = "00"
UNDECIDED = frozenset(("FF",))  # the host did not answer: it may have charged


def _check_reference(reference: str) -> None:
    sound = reference.isascii() and reference.isprintable()
    if not (sound and len(reference) <= REFERENCE_CHARS_MAX):
        raise ValueError(
            f"Expected up to {REFERENCE_CHARS_MAX} ASCII characters, got {len(reference)}"
        )


def _check_amount(amount: int | None) -> None:
    if amount is not None and not (type(amount) is int and 0 <= amount < 10**AMOUNT_DIGITS_MAX):
        raise ValueError(f"Expected 0 to {AMOUNT_DIGITS_MAX} digits of Rial, got {amount!r}")


@dataclass(frozen=True, slots=True)
class Sale:
    """A2 01: charge ``amount`` Rial."""

    amount: int
    reference: str = ""
    b1: int | None = None
    b9: str = ""
    a4: str = ""

    def __post_init__(self) -> None:
        _check_amount(self.amount)
        _check_amount(self.b1)
        _check_reference(self.reference)


@dataclass(frozen=True, slots=True)
class Inquiry:
    """A2 16: what came of the sale with this reference."""

    reference: str

    def __post_init__(self) -> None:
        if not self.reference:
            raise ValueError("Expected a reference, got none")
        _check_reference(self.reference)


@dataclass(frozen=True, slots=True)
class Last:
    """A2 17: what came of the last transaction."""


@dataclass(frozen=True, slots=True)
class Ready:
    """The word that asks whether the terminal listens; it answers ``Ok``."""


@dataclass(frozen=True, slots=True)
class Ok:
    """The terminal listens."""


@dataclass(frozen=True, slots=True)
class Cancel:
    """The word that stops what the terminal is at, if it still can be stopped."""


@dataclass(frozen=True, slots=True)
class Response:
    """What came of it. ``code`` "00" is good; "FF" leaves it open; see ``results``."""

    code: str
    service: int | None = None
    amount: int | None = None
    reference: str = ""
    trace: str = ""  # C1
    retrieval: str = ""  # C2
    date_jalali: str = ""  # C3, 1399/03/08
    time: str = ""  # C4, 12:16
    pan: MaskedPan | None = None  # from C5 and C6
    terminal_id: str = ""
    merchant_id: str = ""  # C8
    a4: str = ""

    @property
    def good(self) -> bool:
        """Whether the code says yes."""
        return self.code == GOOD

    @property
    def undecided(self) -> bool:
        """Whether the terminal itself does not know."""
        return self.code in UNDECIDED


Request = Sale | Inquiry | Last | Ready | Cancel
Answer = Response | Ok
