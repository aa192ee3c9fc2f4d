"""A request that a person makes: pay, reverse, refund, decide; refused before it starts, or driven.

Source: docs/payment.md, sections 4 to 8.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from kiosk.hardware.terminal.face import Busy, Lost, Outcome, Ready, Witness
from kiosk.outbox.rows import milliseconds_of
from kiosk.payment import settle
from kiosk.payment.attempts import Attempt, New, new_reference
from kiosk.payment.desk import Desk
from kiosk.payment.driving import UnwrittenError, drive
from kiosk.payment.journal import AttemptOpenError, JournalError
from kiosk.payment.reversing import begin_reversal, drive_reversal
from kiosk.payment.tenders import content_of
from kiosk.payment.told import post_end
from kiosk.payment_messages import (
    Decide,
    Decision,
    Pay,
    PaymentBegun,
    PaymentRefused,
    Refund,
    Refusal,
    Reverse,
)
from retail.tender import NOT_PAID, Asked, Baseline, Kind, NoneYet, Phase, Result, Silent
from retail.values import Money

REFERENCES_TRIED = 3


@dataclass(frozen=True, slots=True)
class _Idle:
    """The terminal is idle, and said this of what came before."""

    reference: str
    terminal_id: str
    baseline: Baseline


Begun = Attempt | PaymentRefused


def pay(desk: Desk, request: Pay, has_room: Callable[[], bool]) -> Begun:
    """Charge for a sale; gives the attempt as the terminal left it, which may be open.

    Raises ``UnwrittenError`` where the journal failed after SENT.
    """
    try:
        content = content_of(request.basket, request.amount, request.others)
    except ValueError as error:
        return PaymentRefused(request.sale_id, Refusal.WRONG, str(error))
    if (why := _not_now(request, has_room)) is not None:
        return PaymentRefused(request.sale_id, why)
    try:
        if unread := desk.journal.unread():
            return PaymentRefused(request.sale_id, Refusal.UNREAD, unread)
    except JournalError as error:
        return _refused(request.sale_id, error)

    def new(idle: _Idle) -> New:
        asked = Asked(request.amount, idle.reference, idle.terminal_id)
        return New(request.sale_id, Kind.AUTHORISATION, desk.where, asked, idle.baseline, content)

    def command(attempt: Attempt, witness: Witness) -> Outcome:
        return desk.terminal.authorise(attempt.asked, witness)

    return _attempted(desk, request.sale_id, new, command)


def _not_now(request: Pay, has_room: Callable[[], bool]) -> Refusal | None:
    """Give why a payment may not start: docs/payment.md, section 8."""
    if not has_room():
        return Refusal.NO_ROOM
    if not request.receipt:
        return Refusal.NO_RECEIPT
    lines = request.basket.get("lines", [])
    if any(
        line.get("gone") or (line.get("age_min") and not line.get("approved")) for line in lines
    ):
        return Refusal.WAITS_FOR_STAFF
    return None


def reverse(desk: Desk, request: Reverse) -> Begun:
    """Undo the charge of a sale that is paid, before settlement."""
    charge = _charge_of(desk, request.sale_id)
    result = charge.result if charge else None
    if charge is None or result is None or result.receipt is None or not request.by:
        return PaymentRefused(request.sale_id, Refusal.WRONG, "no charge that could be reversed")
    if _left_of(desk, charge) != charge.asked.amount:
        told = "a part was given back, or may have been: the whole cannot be undone any more"
        return PaymentRefused(request.sale_id, Refusal.PAID, told)
    idle = _idle(desk, request.sale_id)
    if isinstance(idle, PaymentRefused):
        return idle
    try:
        reversal = begin_reversal(desk, charge, result, idle.baseline, request.by)
        return _driven(desk, reversal, lambda: drive_reversal(desk, reversal, result.receipt or 0))
    except (AttemptOpenError, JournalError) as error:
        return _refused(request.sale_id, error)


def refund(desk: Desk, request: Refund) -> Begun:
    """Give back a part of a sale that is paid, or all of it, after settlement."""
    charge = _charge_of(desk, request.sale_id)
    if charge is None or not request.by:
        return PaymentRefused(request.sale_id, Refusal.WRONG, "no charge that could be given back")
    left = _left_of(desk, charge)
    if request.amount.currency != left.currency or request.amount > left:
        told = f"expected at most {left.minor} {left.currency}"
        return PaymentRefused(request.sale_id, Refusal.WRONG, told)

    def new(idle: _Idle) -> New:
        asked = Asked(request.amount, idle.reference, idle.terminal_id)
        content = {"undoes": str(charge.attempt_id)}
        ids = (charge.attempt_id, request.by)
        return New(request.sale_id, Kind.REFUND, desk.where, asked, idle.baseline, content, *ids)

    def command(attempt: Attempt, witness: Witness) -> Outcome:
        return desk.terminal.refund(attempt.asked, witness)

    return _attempted(desk, request.sale_id, new, command)


def _charge_of(desk: Desk, sale_id: UUID) -> Attempt | None:
    paid = (each for each in desk.journal.of_sale(sale_id) if each.phase is Phase.SETTLED)
    return next((each for each in paid if each.kind is Kind.AUTHORISATION), None)


def _left_of(desk: Desk, charge: Attempt) -> Money:
    """Give what may still be given back: what is not known to have failed counts as gone."""
    made = [e for e in desk.journal.undoing(charge.attempt_id) if e.phase not in NOT_PAID]
    gone = sum(each.asked.amount.minor for each in made)
    return Money(charge.asked.amount.minor - gone, charge.asked.amount.currency)


def decide(desk: Desk, request: Decide) -> Begun:
    """Close an attempt that only a person can tell of."""
    attempt = desk.journal.attempt(request.attempt_id)
    if attempt is None or attempt.phase is not Phase.ATTENDANT or not request.by:
        told = "expected an attempt that waits for staff, and who decides"
        return PaymentRefused(
            attempt.sale_id if attempt else request.attempt_id, Refusal.WRONG, told
        )
    result = attempt.result
    charged = (request.decision, attempt.kind) == (Decision.CHARGED, Kind.AUTHORISATION)
    if charged and result is not None and result.differs(attempt.asked):
        told = "charged for something else: give it back at the terminal, then decide reversed"
        return PaymentRefused(attempt.sale_id, Refusal.WRONG, told)
    match request.decision, attempt.kind:
        case Decision.NOT_CHARGED, _:
            after = settle.close_by_staff(desk, attempt, Phase.NOT_CHARGED, request.by)
        case Decision.REVERSED, Kind.AUTHORISATION:
            after = settle.close_by_staff(desk, attempt, Phase.REVERSED, request.by)
        case Decision.CHARGED, Kind.AUTHORISATION:
            after = settle.settle_by_staff(desk, attempt, request.by)
        case _:
            after = settle.give_back_by_staff(desk, attempt, request.by)
    post_end(desk, after)
    return after


# ---- one attempt


def _attempted(
    desk: Desk,
    sale_id: UUID,
    new: Callable[[_Idle], New],
    command: Callable[[Attempt, Witness], Outcome],
) -> Begun:
    idle = _idle(desk, sale_id)
    if isinstance(idle, PaymentRefused):
        return idle
    try:
        attempt = desk.journal.begin(new(idle))
    except (AttemptOpenError, JournalError) as error:
        return _refused(sale_id, error)
    return _driven(desk, attempt, lambda: drive(desk, attempt, lambda w: command(attempt, w)))


def _driven(desk: Desk, attempt: Attempt, work: Callable[[], Attempt]) -> Begun:
    if attempt.kind is Kind.AUTHORISATION:
        desk.post(PaymentBegun(attempt.attempt_id, attempt.sale_id, attempt.asked.amount))
    try:
        driven = work()
    except UnwrittenError as error:
        if error.attempt.phase is not Phase.INTENT:
            raise
        return PaymentRefused(attempt.sale_id, Refusal.NO_ROOM, str(error))  # not a byte was sent
    if not driven.is_open:
        if driven.reached(Phase.SENT) is None:
            return PaymentRefused(attempt.sale_id, Refusal.TERMINAL_BUSY, driven.why)
        post_end(desk, driven)
    return driven


def _idle(desk: Desk, sale_id: UUID) -> _Idle | PaymentRefused:
    """Probe for the baseline, where the terminal is idle; a reference that it knows is not used."""
    try:
        if desk.journal.open_attempts():
            return PaymentRefused(sale_id, Refusal.BUSY, "an attempt is open")
    except JournalError as error:
        return _refused(sale_id, error)
    match desk.terminal.state():
        case Lost(why):
            return PaymentRefused(sale_id, Refusal.TERMINAL, why)
        case Busy(why):
            return PaymentRefused(sale_id, Refusal.TERMINAL_BUSY, why)
        case Ready(told):
            terminal_id = desk.terminal_id or told
    for _ in range(REFERENCES_TRIED):
        reference = new_reference(milliseconds_of(desk.box.wall()))
        baseline = _baseline(desk, reference)
        if isinstance(baseline, Silent):
            return PaymentRefused(sale_id, Refusal.TERMINAL, baseline.why)
        if baseline is not None:
            return _Idle(reference, terminal_id, baseline)
    return PaymentRefused(sale_id, Refusal.TERMINAL, "the terminal knows references never used")


def _baseline(desk: Desk, reference: str) -> Baseline | Silent | None:
    """Ask for the last transaction; none where the terminal knows a reference that is new."""
    probed = desk.terminal.probe(reference)
    if not desk.terminal.by_reference or not isinstance(probed, Result | NoneYet):
        return probed
    return None if isinstance(probed, Result) else desk.terminal.probe("")


def _refused(sale_id: UUID, error: AttemptOpenError | JournalError) -> PaymentRefused:
    if isinstance(error, JournalError):
        return PaymentRefused(sale_id, Refusal.NO_ROOM, str(error))
    over = any(word in str(error) for word in ("paid", "reversed", "given back"))
    why = Refusal.PAID if over else Refusal.BUSY
    return PaymentRefused(sale_id, why, str(error))
