"""What is charged becomes a sale, or is given back: each in one transaction with its last step.

Source: docs/payment.md, sections 2 (rule 7), 3 and 5; docs/outbox.md, section 2.
"""

from __future__ import annotations

import json
import logging

from kiosk import own_use
from kiosk.outbox.recorder import Writing
from kiosk.outbox.rows import milliseconds_of
from kiosk.payment.attempts import Attempt, Body
from kiosk.payment.desk import Desk
from kiosk.payment.records import words
from kiosk.payment.tenders import CARD, capture_all
from kiosk.payment.told import (
    ATTENDANT,
    SALE_COMPLETED,
    SALE_REVERSED,
    SETTLED,
    kind_of_undoing,
    sale_body,
    tenders_told,
    undone_body,
    verdict_body,
)
from retail.tender import Kind, Phase, Verdict

log = logging.getLogger(__name__)


def settle_sale(desk: Desk, attempt: Attempt) -> Attempt:
    """Make the sale: it, its tenders, the outbox's row and SETTLED, or none of them.

    Raises ``ReservationLost`` where another tender is not to be had any more.
    """
    assert attempt.kind is Kind.AUTHORISATION, attempt.kind
    evidence = "probe" if attempt.phase is Phase.APPROVED else "completion"
    return desk.journal.step(
        attempt, Phase.SETTLED, {}, lambda w: _sell(desk, attempt, w, evidence)
    )


def settle_by_staff(desk: Desk, attempt: Attempt, by: str) -> Attempt:
    """Make the sale of an attempt of which a person says that it was charged."""
    said = {"by": by, "why": "staff looked it up"}
    after: tuple[tuple[Phase, Body], ...] = ((Phase.APPROVED, said), (Phase.SETTLED, {}))
    return desk.journal.steps(attempt, after, lambda w: _sell(desk, attempt, w, "staff"))


def _sell(desk: Desk, attempt: Attempt, writing: Writing, evidence: str) -> None:
    content = attempt.content
    writing.connection.execute(
        "INSERT INTO sale (sale_id, attempt_id, wall_ms, total, currency, content) "
        "VALUES (?, ?, ?, ?, ?, ?)",
        (attempt.sale_id.bytes, attempt.attempt_id.bytes, milliseconds_of(desk.box.wall()),
         content["total"], content["currency"], _json_of(content["basket"])),
    )  # fmt: skip
    for number, tender in enumerate(tenders_told(attempt), 1):
        told = {name: value for name, value in tender.items() if name not in ("kind", "amount")}
        if tender["kind"] == CARD:
            told["attempt"] = str(attempt.attempt_id)
        writing.connection.execute(
            "INSERT INTO sale_tender (sale_id, number, kind, amount, told) VALUES (?, ?, ?, ?, ?)",
            (attempt.sale_id.bytes, number, tender["kind"], tender["amount"], _json_of(told)),
        )
    capture_all(desk.reservations, writing, attempt.sale_id, content)
    own_use.count(writing.connection, content["basket"])
    writing.tell(SALE_COMPLETED, sale_body(attempt, evidence))


def settle_given_back(desk: Desk, attempt: Attempt) -> Attempt:
    """Note that a reversal or a refund was made; what was open of the charge ends with it."""
    return desk.journal.step(attempt, Phase.SETTLED, {}, lambda w: _give_back(desk, attempt, w))


def give_back_by_staff(desk: Desk, attempt: Attempt, by: str) -> Attempt:
    """Note that a person says that it was given back."""
    said = {"by": by, "why": "staff looked it up"}
    after: tuple[tuple[Phase, Body], ...] = ((Phase.APPROVED, said), (Phase.SETTLED, {}))
    return desk.journal.steps(attempt, after, lambda w: _give_back(desk, attempt, w))


def _give_back(desk: Desk, attempt: Attempt, writing: Writing) -> None:
    assert attempt.undoes is not None
    undoes = desk.journal.read(writing, attempt.undoes)
    writing.connection.execute(
        "INSERT INTO sale_undone (attempt_id, sale_id, kind, amount, who, wall_ms) "
        "VALUES (?, ?, ?, ?, ?, ?)",
        (attempt.attempt_id.bytes, attempt.sale_id.bytes, attempt.kind.value,
         attempt.asked.amount.minor, attempt.by, milliseconds_of(desk.box.wall())),
    )  # fmt: skip
    if attempt.kind is Kind.REVERSAL and undoes.phase in (Phase.COMPLETED, Phase.APPROVED):
        why = {"why": "reversed", "by_attempt": str(attempt.attempt_id)}
        desk.journal.put(writing, undoes, Phase.REVERSED, why)
        desk.release(undoes, writing)
    writing.tell(kind_of_undoing(attempt.kind), undone_body(attempt, undoes))


def find_undone(desk: Desk, attempt: Attempt, why: str) -> Attempt:
    """Close a charge that the terminal itself has undone already."""

    def also(writing: Writing) -> None:
        desk.release(attempt, writing)
        body = {**undone_body(attempt, attempt), "completed": False}
        writing.tell(SALE_REVERSED, body)

    return desk.journal.step(attempt, Phase.REVERSED, {"why": words(why)}, also)


def write_verdict(desk: Desk, attempt: Attempt, verdict: Verdict, detail: Body) -> Attempt:
    """Write what a probe made of a doubt, and tell head office."""
    phase, why = verdict.phase, words(verdict.why)

    def also(writing: Writing) -> None:
        if phase in (Phase.NOT_CHARGED, Phase.REVERSED):
            desk.release(attempt, writing)
        kind = ATTENDANT if phase is Phase.ATTENDANT else SETTLED
        writing.tell(kind, verdict_body(attempt, phase, verdict.row, why))

    log.warning(
        "payment-doubt-ends attempt=%s as=%s row=%d", attempt.attempt_id, phase, verdict.row
    )
    return desk.journal.step(attempt, phase, {"row": verdict.row, "why": why, **detail}, also)


def close_by_staff(desk: Desk, attempt: Attempt, phase: Phase, by: str) -> Attempt:
    """Note that a person says that nothing was charged, or that it was undone."""
    why = "staff looked it up"

    def also(writing: Writing) -> None:
        desk.release(attempt, writing)
        writing.tell(SETTLED, {**verdict_body(attempt, phase, 0, why), "by": by})

    return desk.journal.step(attempt, phase, {"by": by, "why": why}, also)


def close_unsent(desk: Desk, attempt: Attempt, why: str) -> Attempt:
    """Close an attempt of which not a byte was sent."""
    return desk.journal.step(
        attempt, Phase.NOT_CHARGED, {"why": words(why)}, lambda w: desk.release(attempt, w)
    )


def _json_of(body: object) -> str:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))
