"""One command at the terminal, from SENT to the step that its outcome is.

What the terminal's driver says is believed as far as the journal has it: an outcome without its
steps on the disk is a doubt.

Source: docs/payment.md, sections 2 and 3.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

from kiosk.errors import KioskError
from kiosk.hardware.terminal.face import (
    Cancelled,
    Completed,
    Declined,
    InDoubt,
    NotSent,
    Outcome,
    Says,
    Witness,
)
from kiosk.outbox.recorder import Writing
from kiosk.payment.attempts import Attempt, Body
from kiosk.payment.desk import Desk
from kiosk.payment.journal import JournalError, Overtaken
from kiosk.payment.records import read_result, result_record, words
from kiosk.payment.told import IN_DOUBT, doubt_body
from kiosk.payment.witness import JournalWitness
from kiosk.payment_messages import PaymentSays
from retail.tender import Kind, Phase, is_before

log = logging.getLogger(__name__)
Command = Callable[[Witness], Outcome]
After = tuple[Phase, Body]


class UnwrittenError(KioskError):
    """A step could not be written; ``attempt`` is what is surely on the disk, and nothing more."""

    def __init__(self, attempt: Attempt, error: KioskError) -> None:
        super().__init__(str(error))
        self.attempt = attempt


def drive(desk: Desk, attempt: Attempt, command: Command) -> Attempt:
    """Let the driver work, and write what came of it; the attempt is at INTENT.

    Raises ``UnwrittenError`` where a step could not be written.
    """
    log.info("payment-%s-init attempt=%s", attempt.kind, attempt.attempt_id)

    def tell(says: Says) -> None:
        desk.post(PaymentSays(attempt.attempt_id, says.key, says.text))

    witness = JournalWitness(desk.journal, attempt, tell, desk.wants_cancel)
    try:
        outcome: Outcome = command(witness)
    except KioskError as error:  # the witness's; or a driver's that was to give an outcome
        desk.terminal.close()
        outcome = InDoubt(str(error))
    if isinstance(witness.fault, JournalError | Overtaken):
        raise UnwrittenError(witness.attempt, witness.fault)
    try:
        driven = write_outcome(desk, witness.attempt, outcome, tuple(witness.lines))
    except (JournalError, Overtaken) as error:
        raise UnwrittenError(witness.attempt, error) from None
    log.info("payment-%s-complete disposition=%s", attempt.kind, driven.phase)
    return driven


def write_outcome(
    desk: Desk, attempt: Attempt, outcome: Outcome, printed: tuple[str, ...] = ()
) -> Attempt:
    """Write the steps that an outcome means, with what goes with them.

    ``printed`` are the lines of the terminal's own receipt, which outlive us with its last word.
    """
    after = _after(attempt, outcome)
    if printed and after[-1][0] in (Phase.COMPLETED, Phase.IN_DOUBT):
        last, told = after[-1]
        after = (*after[:-1], (last, {**told, "printed": list(printed)}))
    last, detail = after[-1]

    def also(writing: Writing) -> None:
        if last is Phase.IN_DOUBT:
            writing.tell(IN_DOUBT, doubt_body(attempt, detail["why"]))
        elif last is not Phase.COMPLETED:
            desk.release(attempt, writing)

    return desk.journal.steps(attempt, after, also)


def _after(attempt: Attempt, outcome: Outcome) -> tuple[After, ...]:
    unsent = attempt.phase is Phase.INTENT
    match outcome:
        case NotSent(why) if unsent:
            return ((Phase.NOT_CHARGED, {"why": words(why)}),)
        case Declined(code, why) if not unsent and not attempt.good:
            return ((Phase.DECLINED, {"code": words(code), "why": words(why)}),)
        case Cancelled(code) if not unsent and not attempt.good:
            return ((Phase.CANCELLED, {"code": words(code)}),)
        case Completed():
            return _completed(attempt, outcome)
        case InDoubt(why):
            return _doubtful(attempt, why)
        case Declined(code) | Cancelled(code):
            return _doubtful(
                attempt, f"{type(outcome).__name__.lower()} ({code}) after a good result"
            )
        case NotSent(why):
            return _doubtful(attempt, f"the driver says not sent: {why}")


def _completed(attempt: Attempt, outcome: Completed) -> tuple[After, ...]:
    """Take a completion for the good result that is on the disk, and for nothing else."""
    step = attempt.reached(Phase.RESULT)
    if step is None or not attempt.good:
        return _doubtful(attempt, "a completion without a good result")
    told = read_result(step.detail["result"])
    if read_result(result_record(outcome.result)) != told:
        return _doubtful(attempt, "a completion with another result")
    if attempt.kind is not Kind.REVERSAL and is_before(attempt.baseline, told):
        return _doubtful(attempt, "a completion with the result of the transaction before")
    silent = told.amount is None and attempt.kind is not Kind.REVERSAL
    if silent and not told.differs(attempt.asked):
        return _doubtful(attempt, "a good result that names no amount")
    return ((Phase.COMPLETED, {}),)


def _doubtful(attempt: Attempt, why: str) -> tuple[After, ...]:
    detail = {"why": words(why)}
    if attempt.phase is Phase.INTENT:  # a driver that tells nothing may have sent all the same
        return ((Phase.SENT, {"why": "the driver did not say"}), (Phase.IN_DOUBT, detail))
    return ((Phase.IN_DOUBT, detail),)
