"""Undoing a charge, and giving money back: attempts of their own, made once.

Source: docs/payment.md, sections 3 and 5.
"""

from __future__ import annotations

from kiosk.hardware.terminal.face import Busy, Lost, Outcome, Ready, Witness
from kiosk.outbox.rows import milliseconds_of
from kiosk.payment import settle
from kiosk.payment.attempts import Attempt, New, new_reference
from kiosk.payment.desk import Desk
from kiosk.payment.driving import drive
from retail.tender import Asked, Baseline, Kind, Phase, Result, Silent, Verdict

UNSENT_MAX = 3  # tries of which not a byte was sent


def undo(desk: Desk, charge: Attempt, why: str) -> Attempt:
    """Send the reversal of a charge that is open and cannot be kept; gives the reversal.

    It is sent once. What is open of an earlier reversal has ended before this is called. Where it
    cannot be sent, it gives the charge: closed, or as it was where we are to stop.
    """
    made = [each for each in desk.journal.undoing(charge.attempt_id) if each.kind is Kind.REVERSAL]
    sent = [each for each in made if each.reached(Phase.SENT)]
    if sent or len(made) >= UNSENT_MAX:
        return _hand_over(desk, charge, f"{why}; its reversal ended as {made[-1].phase}")
    result = charge.result
    if result is None or result.receipt is None:
        return _hand_over(desk, charge, f"{why}; the terminal told no receipt number")
    baseline = wait_for_baseline(desk, charge)
    match baseline:
        case None:
            return charge  # we are to stop
        case Silent(told):
            return _hand_over(desk, charge, f"{why}; not reversed: {told}")
        case Result(receipt=result.receipt, undone=True):
            return settle.find_undone(desk, charge, "undone by the terminal")
        case _:
            reversal = begin_reversal(desk, charge, result, baseline)
    return drive_reversal(desk, reversal, result.receipt)


def begin_reversal(
    desk: Desk, charge: Attempt, result: Result, baseline: Baseline, by: str = ""
) -> Attempt:
    """Write the INTENT of a reversal of what was charged, whatever had been asked for."""
    elsewhere = result.terminal_id if result.differs(charge.asked) else ""
    asked = Asked(
        result.amount or charge.asked.amount,
        new_reference(milliseconds_of(desk.box.wall())),
        elsewhere or charge.asked.terminal_id,
    )
    content = {"undoes": str(charge.attempt_id)}
    new = New(
        charge.sale_id,
        Kind.REVERSAL,
        desk.where,
        asked,
        baseline,
        content,
        charge.attempt_id,
        by,
    )
    return desk.journal.begin(new)


def drive_reversal(desk: Desk, reversal: Attempt, receipt: int) -> Attempt:
    """Send a reversal."""

    def command(witness: Witness) -> Outcome:
        return desk.terminal.reverse(reversal.asked, receipt, witness)

    return drive(desk, reversal, command)


def wait_for_baseline(desk: Desk, charge: Attempt) -> Baseline | Silent | None:
    """Wait until the terminal is idle and tells its last transaction; none: we are to stop.

    ``Silent`` where it did not within the bound.
    """
    pause_s, began_s = desk.patience.pause_s, desk.now_s()
    while True:
        match desk.terminal.state():
            case Ready():
                probed = desk.terminal.probe(charge.asked.reference)
                if not isinstance(probed, Silent):
                    return probed
                why = probed.why
            case Busy(why) | Lost(why):
                desk.terminal.close()
        if desk.now_s() - began_s >= desk.patience.bound_s:
            return Silent(why)
        if desk.wait(pause_s):
            return None
        pause_s = min(2 * pause_s, desk.patience.pause_max_s)


def _hand_over(desk: Desk, charge: Attempt, why: str) -> Attempt:
    return settle.write_verdict(desk, charge, Verdict(Phase.ATTENDANT, 0, why), {})
