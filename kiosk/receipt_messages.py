"""What the core and the printing thread say to one another. Facts are in the past tense.

A fact of a print is told when it is on the disk. Nobody waits for an answer.

Source: docs/receipts.md, sections 4 and 5.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from uuid import UUID

from kiosk.language import Language

# ---- how a printer is


@dataclass(frozen=True, slots=True)
class Ready:
    """It has paper and takes a job."""


@dataclass(frozen=True, slots=True)
class PaperLow:
    """It prints, and the roll is near its end."""


@dataclass(frozen=True, slots=True)
class NoPaper:
    """The roll is at its end."""


@dataclass(frozen=True, slots=True)
class CoverOpen:
    """Its cover is open."""


@dataclass(frozen=True, slots=True)
class Offline:
    """It does not answer, or says that it cannot print; ``why`` is for staff."""

    why: str


@dataclass(frozen=True, slots=True)
class NotThere:
    """The settings name none: receipts are shown on the screen."""


PrinterState = NotThere | Ready | PaperLow | NoPaper | CoverOpen | Offline

STOPPED = (NoPaper, CoverOpen, Offline)  # it is there, and nothing comes out


def can_print(state: PrinterState) -> bool:
    """Tell whether a receipt may be sent to it."""
    return isinstance(state, Ready | PaperLow)


def said_of(state: PrinterState) -> str:
    """Say how it is, for staff and head office: what its driver said, or what it is."""
    match state:
        case Offline(why):
            return why
        case NoPaper():
            return "no paper"
        case CoverOpen():
            return "its cover is open"
        case PaperLow():
            return "paper low"
        case Ready():
            return "ready"
        case NotThere():
            return "no printer in the settings"


@dataclass(frozen=True, slots=True)
class ReceiptWays:
    """How a shopper can have a receipt now: ``paper``, and ``qr`` on the screen."""

    paper: bool
    qr: bool

    @property
    def any(self) -> bool:
        """Whether there is a way at all; without one no payment is begun."""
        return self.paper or self.qr


# ---- requests to the printing thread


@dataclass(frozen=True, slots=True)
class PrintReceipt:
    """Print the receipt of a sale that is settled; asked twice, it is printed once.

    ``terminal_lines`` are those of the bank terminal's own receipt, where it has sent any.
    """

    sale_id: UUID
    language: Language
    terminal_lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ShowReceipt:
    """Give the sale's signed reference for the screen, and print nothing."""

    sale_id: UUID


@dataclass(frozen=True, slots=True)
class ReprintReceipt:
    """Print it once more, marked as a copy; ``by`` is who of the staff asks for it."""

    sale_id: UUID
    language: Language
    by: str


@dataclass(frozen=True, slots=True)
class SettlePrint:
    """Staff looked whether a print of which nobody could tell came out whole."""

    job_id: UUID
    came_out: bool
    by: str


ReceiptRequest = PrintReceipt | ShowReceipt | ReprintReceipt | SettlePrint

# ---- facts from the printing thread


@dataclass(frozen=True, slots=True)
class PrinterChanged:
    """The printer is another way than it was; told at the start, too."""

    state: PrinterState


@dataclass(frozen=True, slots=True)
class ReceiptSigned:
    """The signed reference of a sale: what the QR on paper holds, for the screen."""

    sale_id: UUID
    text: str


@dataclass(frozen=True, slots=True)
class ReceiptPrinted:
    """It is on paper, whole."""

    job_id: UUID
    sale_id: UUID
    copy: bool


class NotPrinted(Enum):
    """Why nothing came out; the screen shows the QR instead."""

    PRINTER = "printer"  # it could not, in the time that a shopper waits
    NO_SALE = "no_sale"  # no such sale is settled
    NOT_KEPT = "not_kept"  # the disk, or the journal of prints
    UNSURE = "unsure"  # a print of it is in doubt: staff say first what became of it


@dataclass(frozen=True, slots=True)
class ReceiptNotPrinted:
    """Nothing was printed of it; ``text`` is for staff."""

    sale_id: UUID
    why: NotPrinted
    text: str = ""


@dataclass(frozen=True, slots=True)
class PrintInDoubt:
    """A print was begun and nobody can tell whether it came out: staff are to look."""

    job_id: UUID
    sale_id: UUID
    number: str
    why: str


ReceiptFact = PrinterChanged | ReceiptSigned | ReceiptPrinted | ReceiptNotPrinted | PrintInDoubt
