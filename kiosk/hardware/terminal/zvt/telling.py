"""What a terminal's status is to a journal, and what its codes are to a shopper."""

from __future__ import annotations

from kiosk.hardware.terminal.face import Cancelled, Declined, Says, Totals
from kiosk.hardware.terminal.masking import mask_text
from kiosk.hardware.terminal.zvt import results
from kiosk.hardware.terminal.zvt.currencies import letters_of
from kiosk.hardware.terminal.zvt.messages import Charge, IntermediateStatus, StatusInformation
from kiosk.hardware.terminal.zvt.results import Doing, Why
from kiosk.hardware.terminal.zvt.text import read_text
from retail.tender import Result
from retail.values import Money

RECEIPTS_BYTES, CARD_KIND_BYTES = 4, 7  # in BMP 60: recorded frame Z012


def code_of(result: int) -> str:
    """Write a result code as journals and staff have it: ``6c``."""
    return f"{result:02x}"


def result_of(status: StatusInformation, currency: str) -> Result:
    """Give what the journal keeps of a status.

    ``currency`` is the one of the registration: many terminals name none in a result. A result
    that names the trace of another one is of a reversal, or was reversed.
    """
    assert status.result is not None, "a status without a result is none"
    return Result(
        good=status.good,
        code=code_of(status.result),
        amount=_money(status.charge, currency),
        terminal_id=status.terminal_id,
        receipt=status.receipt,
        trace=status.trace,
        card_bin=status.pan.bin if status.pan else "",
        card_last4=status.pan.last4 if status.pan else "",
        told_at=f"{status.date_mmdd} {status.time}".strip(),
        undone=bool(status.original_trace),
    )


def _money(charge: Charge, currency: str) -> Money | None:
    if charge.amount is None:
        return None
    named = currency if charge.currency is None else letters_of(charge.currency)
    return Money(charge.amount, named)


def refusal(code: int | None, stopped: bool = False) -> Declined | Cancelled:
    """Give the outcome that a code means; ``stopped`` where we had asked it to stop."""
    if code is None:
        return Cancelled() if stopped else Declined("", Why.TECHNICAL)
    why = results.why(code)
    if why is Why.CANCELLED:
        return Cancelled(code_of(code))
    return Declined(code_of(code), Why.TECHNICAL if why is Why.GOOD else why)


def says_of(status: IntermediateStatus) -> Says:
    """Give the words of a status. "Approved" is not among them: the journal decides that."""
    doing = results.doing(status.status)
    key = Doing.WAIT if doing is Doing.APPROVED else doing
    return Says(key, read_text(mask_text(status.text)))


def lines_of(lines: tuple[bytes, ...]) -> tuple[str, ...]:
    """Give lines of a receipt as text, once more without card numbers."""
    return tuple(read_text(mask_text(line)) for line in lines)


def totals_of(
    statuses: tuple[StatusInformation, ...], lines: tuple[str, ...], currency: str
) -> Totals:
    """Give the totals of an end of day: BMP 04 is their sum, BMP 60 has the counts.

    BMP 60 is the first and the last receipt, two bytes each, then for each kind of card how many
    (a byte) and how much (six). A terminal that tells none of it has settled nothing.
    """
    count = amount = 0
    for status in statuses:
        amount += status.charge.amount or 0
        packed = bytes.fromhex(status.totals)[RECEIPTS_BYTES:]
        count += sum(packed[::CARD_KIND_BYTES])
    return Totals(count, Money(amount, currency), lines)
