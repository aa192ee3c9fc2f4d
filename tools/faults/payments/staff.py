"""The person who looks into the terminal's own journal, and decides what only a person can tell."""

from __future__ import annotations

from dataclasses import replace

from kiosk.hardware.terminal.simulated.serving import IRR
from tools.faults.payments.books import Broken, JournalFile, Told
from tools.faults.payments.pair import Pair
from tools.faults.payments.payer import Job


def let_staff_decide(pair: Pair, job: Job, journal: JournalFile) -> None:
    """Close each attempt of a sale that waits for staff, reversals first."""
    plain = replace(job.plain(), what="decide")
    waiting = journal.sale(job.sale).waits_for_staff()
    for attempt in sorted(waiting, key=lambda each: each.kind == "authorisation"):
        said = replace(plain, attempt=str(attempt.attempt_id))
        if _is_refused(pair, replace(said, decision=_decision(pair, attempt, job))):
            pair.give_back_by_hand(job)  # charged for something else
            if _is_refused(pair, replace(said, decision="reversed")):
                raise Broken(f"staff could not decide on a {attempt.kind}")


def _is_refused(pair: Pair, job: Job) -> bool:
    pair.run(job)
    return any(fact["fact"] == "PaymentRefused" for fact in pair.facts())


def _decision(pair: Pair, attempt: Told, job: Job) -> str:
    bank = pair.bank(job)
    if attempt.kind != "authorisation":
        pair.give_back_by_hand(job)
        return "charged"  # it is given back now
    if any(row.amount == job.amount and row.currency == IRR for row in bank.kept):
        return "charged"
    pair.give_back_by_hand(job)
    return "reversed" if bank.charged else "not_charged"
