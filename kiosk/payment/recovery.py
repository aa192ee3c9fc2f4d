"""What is open is brought to its end: at a start, and after a doubt.

Nothing here charges, and done twice it changes nothing. A doubt is settled by asking the terminal,
a charge that cannot be kept is reversed once.

Source: docs/payment.md, sections 3 to 5.
"""

from __future__ import annotations

import logging

from kiosk.hardware.terminal.face import Busy, Lost, Ready
from kiosk.outbox.recorder import Writing
from kiosk.payment import settle
from kiosk.payment.attempts import Attempt
from kiosk.payment.desk import Desk
from kiosk.payment.records import result_record, words
from kiosk.payment.reversing import undo
from kiosk.payment.tenders import ReservationLost
from kiosk.payment.told import IN_DOUBT, doubt_body, post_end
from retail.tender import (
    Doubt,
    Kind,
    NoneYet,
    Phase,
    Probed,
    Result,
    Silent,
    Unwilling,
    Verdict,
    judge,
)

log = logging.getLogger(__name__)
_ON_THE_WAY = (Phase.SENT, Phase.ACCEPTED, Phase.RESULT, Phase.ACKED)


def settle_open(desk: Desk) -> tuple[Attempt, ...]:
    """Bring all that is open to its end; gives what ended, and last what is still open.

    Raises ``JournalError`` and ``UnwrittenError``; then it is to be called again.
    """
    done: list[Attempt] = []
    while found := desk.journal.open_attempts():
        attempt = conclude(desk, found[0])
        done.append(attempt)
        if attempt.is_open:  # we are to stop
            break
        _tell_of_charge(desk, attempt)
    return tuple(done)


def _tell_of_charge(desk: Desk, reversal: Attempt) -> None:
    """Tell the core that a charge has ended with its reversal."""
    if reversal.kind is Kind.REVERSAL and reversal.undoes is not None:
        charge = desk.journal.attempt(reversal.undoes)
        if charge is not None and charge.phase is Phase.REVERSED:
            post_end(desk, charge)


def conclude(desk: Desk, attempt: Attempt) -> Attempt:
    """Bring one attempt to its end, and tell the core each thing on the way that it shows.

    It comes back open only where ``desk.wait`` told to stop.
    """
    while attempt.is_open:
        before = attempt.phase
        attempt = _one_step(desk, attempt)
        if attempt.phase is before:
            return attempt
        if not attempt.is_open:
            post_end(desk, attempt)
    return attempt


def _one_step(desk: Desk, attempt: Attempt) -> Attempt:
    match attempt.phase:
        case Phase.INTENT:
            return settle.close_unsent(desk, attempt, "never sent")
        case Phase.SENT | Phase.ACCEPTED | Phase.RESULT | Phase.ACKED:
            return doubt(desk, attempt, f"found at a start, after {attempt.phase}")
        case Phase.IN_DOUBT:
            post_end(desk, attempt)
            return _resolve(desk, attempt)
        case _:
            return _finish(desk, attempt)


def doubt(desk: Desk, attempt: Attempt, why: str) -> Attempt:
    """Write that nobody can tell, and tell head office."""

    def also(writing: Writing) -> None:
        writing.tell(IN_DOUBT, doubt_body(attempt, words(why)))

    return desk.journal.step(attempt, Phase.IN_DOUBT, {"why": words(why)}, also)


# ---- what is charged


def _finish(desk: Desk, attempt: Attempt) -> Attempt:
    """End what is charged, or given back, for sure."""
    result = attempt.result
    if attempt.kind is not Kind.AUTHORISATION:
        if result is not None and result.differs(attempt.asked):
            return _hand_over(desk, attempt, "another amount was given back than was asked for")
        return settle.settle_given_back(desk, attempt)
    if any(each.kind is Kind.REVERSAL for each in desk.journal.undoing(attempt.attempt_id)):
        return _undone(desk, attempt, "a reversal was begun")
    if attempt.phase is Phase.COMPLETED and (result is None or not result.fits(attempt.asked)):
        return _undone(desk, attempt, "charged, but not what was asked for")
    try:
        return settle.settle_sale(desk, attempt)
    except ReservationLost as error:
        return _undone(desk, attempt, str(error))


def _undone(desk: Desk, charge: Attempt, why: str) -> Attempt:
    """Reverse what cannot be kept; a reversal of which nothing was sent is tried again."""
    ended = undo(desk, charge, why)
    if ended.kind is not Kind.REVERSAL:
        return ended
    if conclude(desk, ended).is_open:
        return charge  # we are to stop
    after = desk.journal.attempt(charge.attempt_id)
    assert after is not None, "the journal is kept"
    return _undone(desk, after, why) if after.is_open else after


def _hand_over(desk: Desk, attempt: Attempt, why: str) -> Attempt:
    return settle.write_verdict(desk, attempt, Verdict(Phase.ATTENDANT, 0, why), {})


# ---- what is in doubt


def _resolve(desk: Desk, attempt: Attempt) -> Attempt:
    """Ask the terminal until it tells, or the bound is reached."""
    patience, terminal = desk.patience, desk.terminal
    terminal.close()  # the link is opened anew
    pause_s, idle = patience.pause_s, False
    while True:
        probed: Probed
        match terminal.state():
            case Ready() if not idle:
                if desk.wait(patience.reverses_s):
                    return attempt
                idle = True
                continue
            case Ready(terminal_id):
                probed = _probe(desk, attempt, terminal_id)
            case Busy(why) | Lost(why):
                probed, idle = Silent(why), False
                terminal.close()
        verdict = judge(_doubt_of(desk, attempt, probed), probed)
        if verdict.phase is Phase.IN_DOUBT:
            left_s = patience.bound_s - desk.since_s(attempt, Phase.IN_DOUBT)
            if left_s > 0:
                if desk.wait(min(pause_s, left_s)):
                    return attempt
                pause_s = min(2 * pause_s, patience.pause_max_s)
                continue
            verdict = Verdict(Phase.ATTENDANT, 1, f"nobody could tell in time: {verdict.why}")
        named = "result" if verdict.phase is Phase.APPROVED else "probed"
        told = {named: result_record(probed)} if isinstance(probed, Result) else {}
        return settle.write_verdict(desk, attempt, verdict, told)


def _probe(desk: Desk, attempt: Attempt, terminal_id: str) -> Probed:
    """Probe; what stands at another address is believed only where it says that it is the same."""
    probed = desk.terminal.probe(attempt.asked.reference)
    if attempt.terminal == desk.where or isinstance(probed, Silent | Unwilling):
        return probed
    known = {attempt.asked.terminal_id, *(each.terminal_id for each in _told(attempt))} - {""}
    here = {terminal_id, probed.terminal_id if isinstance(probed, Result) else ""} - {""}
    if known and here <= known and here:
        return probed
    return Unwilling(f"it was asked at {attempt.terminal}, and another terminal may be here now")


def _told(attempt: Attempt) -> list[Result]:
    return [each for each in (attempt.baseline, attempt.result) if isinstance(each, Result)]


def _doubt_of(desk: Desk, attempt: Attempt, probed: Probed) -> Doubt:
    undoes = None
    if attempt.kind is Kind.REVERSAL and attempt.undoes is not None:
        charge = desk.journal.attempt(attempt.undoes)
        undoes = charge.result.receipt if charge and charge.result else None
    return Doubt(
        attempt.asked,
        attempt.baseline,
        attempt.kind,
        undoes,
        attempt.result,
        acked=attempt.reached(Phase.ACKED) is not None,
        by_reference=desk.terminal.by_reference,
        last=_last(desk, probed),
        settled_in_time=desk.since_s(attempt, Phase.SENT) >= desk.patience.payment_s,
        reverses_unacknowledged=desk.terminal.reverses_unacknowledged,
    )


def _last(desk: Desk, probed: Probed) -> Probed | None:
    """Ask for the last transaction where ours was not found: it may have forgotten."""
    if not desk.terminal.by_reference or not isinstance(probed, NoneYet):
        return None
    return desk.terminal.probe("")
