"""Payment by a bank terminal: what was asked, what came of it, and which step may follow which.

Pure: it sends nothing, stores nothing and reads no clock. The journal writes these steps; a probe's
answer is judged here. Whoever holds an ``Outcome`` need not guess: unknown is one of them.

>>> step(Phase.SENT, Phase.SETTLED)
Traceback (most recent call last):
    ...
ValueError: Expected one of accepted, cancelled, declined, in_doubt, result after sent, got settled

Source: docs/payment.md, sections 3 to 5.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from retail.values import Money

RECEIPTS_AHEAD_MAX: Final = 50  # how many payments others may have made since the baseline
RECEIPT_LAST: Final = 9_999  # after it a counter begins at 1 again


class Kind(StrEnum):
    """What a financial command does."""

    AUTHORISATION = "authorisation"
    REVERSAL = "reversal"
    REFUND = "refund"


class Phase(StrEnum):
    """A step of an attempt, in docs/payment.md, section 3."""

    INTENT = "intent"
    SENT = "sent"
    ACCEPTED = "accepted"
    RESULT = "result"
    ACKED = "acked"
    COMPLETED = "completed"
    SETTLED = "settled"
    DECLINED = "declined"
    CANCELLED = "cancelled"
    IN_DOUBT = "in_doubt"
    APPROVED = "approved"
    NOT_CHARGED = "not_charged"
    REVERSED = "reversed"
    ATTENDANT = "attendant"


_P = Phase
_DOUBT_ENDS = {_P.APPROVED, _P.NOT_CHARGED, _P.REVERSED, _P.ATTENDANT}
NEXT: Final[dict[Phase, frozenset[Phase]]] = {
    phase: frozenset(after)
    for phase, after in {
        _P.INTENT: {_P.SENT, _P.NOT_CHARGED},
        _P.SENT: {_P.ACCEPTED, _P.RESULT, _P.DECLINED, _P.CANCELLED, _P.IN_DOUBT},
        _P.ACCEPTED: {_P.RESULT, _P.DECLINED, _P.CANCELLED, _P.IN_DOUBT},
        # a protocol without acknowledgements goes on from RESULT at once
        _P.RESULT: {_P.ACKED, _P.COMPLETED, _P.DECLINED, _P.CANCELLED, _P.IN_DOUBT},
        _P.ACKED: {_P.COMPLETED, _P.DECLINED, _P.CANCELLED, _P.IN_DOUBT},
        _P.COMPLETED: {_P.SETTLED, _P.REVERSED, _P.ATTENDANT},
        _P.IN_DOUBT: _DOUBT_ENDS,
        _P.APPROVED: {_P.SETTLED, _P.REVERSED, _P.ATTENDANT},
        _P.ATTENDANT: {_P.APPROVED, _P.NOT_CHARGED, _P.REVERSED},  # by staff's word alone
        _P.SETTLED: set[Phase](),
        _P.DECLINED: set[Phase](),
        _P.CANCELLED: set[Phase](),
        _P.NOT_CHARGED: set[Phase](),
        _P.REVERSED: set[Phase](),
    }.items()
}
OPEN: Final = frozenset(
    {_P.INTENT, _P.SENT, _P.ACCEPTED, _P.RESULT, _P.ACKED, _P.COMPLETED, _P.IN_DOUBT, _P.APPROVED}
)
NOT_PAID: Final = frozenset({_P.DECLINED, _P.CANCELLED, _P.NOT_CHARGED, _P.REVERSED})  # for good


def step(now: Phase, then: Phase, *, good: bool = False) -> Phase:
    """Give ``then`` where it may follow ``now``; raises ``ValueError`` where it may not.

    ``good`` says that a good result was told: no word that follows makes a decline of that.
    """
    after = NEXT[now] - {Phase.DECLINED, Phase.CANCELLED} if good else NEXT[now]
    if then not in after:
        told = ", ".join(sorted(after)) or "nothing"
        raise ValueError(f"Expected one of {told} after {now}, got {then}")
    return then


@dataclass(frozen=True, slots=True)
class Asked:
    """What a terminal is asked to charge or give back; ``terminal_id`` is empty where unknown."""

    amount: Money
    reference: str
    terminal_id: str = ""

    def __post_init__(self) -> None:
        if self.amount.minor < 1:
            raise ValueError(f"Expected an amount of 1 or more, got {self.amount.minor}")
        sound = self.reference.isascii() and self.reference.isalnum()
        if not (sound and len(self.reference) <= 20):
            raise ValueError(f"Expected up to 20 letters and digits, got {self.reference!r}")


@dataclass(frozen=True, slots=True)
class Result:
    """What a terminal told of a transaction; nothing of the card but BIN and last four.

    Fields that it did not tell are empty. ``undone`` says that it was reversed, or is a reversal.
    """

    good: bool
    code: str
    amount: Money | None = None
    terminal_id: str = ""
    receipt: int | None = None
    trace: int | None = None
    card_bin: str = ""
    card_last4: str = ""
    told_at: str = ""  # the terminal's own date and time, as it writes them
    undone: bool = False

    def fits(self, asked: Asked) -> bool:
        """Tell whether it is for what was asked: amount, currency and terminal."""
        return (
            (self.amount is None or self.amount == asked.amount)
            and (self.amount is not None or not self.good)
            and not self._elsewhere(asked)
        )

    def differs(self, asked: Asked) -> bool:
        """Tell whether it names another amount, currency or terminal than was asked for.

        One that names no amount neither fits nor differs: nobody knows yet what was charged.
        """
        return self._elsewhere(asked) or self.amount not in (None, asked.amount)

    def _elsewhere(self, asked: Asked) -> bool:
        return bool(asked.terminal_id) and self.terminal_id not in ("", asked.terminal_id)


@dataclass(frozen=True, slots=True)
class NoneYet:
    """The terminal has no last transaction."""


@dataclass(frozen=True, slots=True)
class Silent:
    """The terminal does not answer, or is in the middle of something."""

    why: str


@dataclass(frozen=True, slots=True)
class Unwilling:
    """The terminal, or its protocol, cannot tell."""

    why: str


Probed = Result | NoneYet | Silent | Unwilling
Baseline = Result | NoneYet | Unwilling  # what a probe said just before the attempt


@dataclass(frozen=True, slots=True)
class Doubt:
    """An attempt in doubt: what was asked, the baseline, and how far it had come.

    ``undoes`` is the receipt that a reversal is to undo; there, *approved* means undone.
    """

    asked: Asked
    baseline: Baseline
    kind: Kind = Kind.AUTHORISATION
    undoes: int | None = None
    result: Result | None = None  # that was on disk
    acked: bool = False
    by_reference: bool = False  # the probe finds ours by its reference
    last: Probed | None = None  # where ours was not found so: the last transaction, asked after it
    settled_in_time: bool = True  # the terminal's own time for a payment is over
    reverses_unacknowledged: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a probe makes of a doubt; ``row`` is that of the table in section 4."""

    phase: Phase  # IN_DOUBT: ask again
    row: int
    why: str


def judge(doubt: Doubt, probed: Probed) -> Verdict:
    """Decide by the tables of docs/payment.md, section 4."""
    match probed:
        case Silent(why):
            return Verdict(Phase.IN_DOUBT, 1, why)
        case Unwilling(why):
            return Verdict(Phase.ATTENDANT, 2, why)
        case _ if doubt.kind is Kind.REVERSAL:
            return _judge_reversal(doubt, probed)
        case NoneYet():
            return _not_found(doubt) if doubt.by_reference else _judge_empty(doubt)
        case Result():
            follows = None if doubt.by_reference else _told_apart(doubt, probed)
            return follows or _judge_other(doubt, probed)


def _judge_empty(doubt: Doubt) -> Verdict:
    """Judge that the terminal has no last transaction."""
    match doubt.baseline:
        case Unwilling(why):
            return Verdict(Phase.ATTENDANT, 3, why)
        case NoneYet():
            return _same(doubt, 5)
        case Result():
            return Verdict(Phase.ATTENDANT, 6, "the terminal's memory is empty and was not")


def _told_apart(doubt: Doubt, probed: Result) -> Verdict | None:
    """Judge a transaction beside the baseline; none where it is a new one."""
    match doubt.baseline:
        case NoneYet():
            return None
        case Unwilling(why):
            return Verdict(Phase.ATTENDANT, 3, why)
        case Result(receipt=before):
            now = probed.receipt
    if before is None or now is None:
        return Verdict(Phase.ATTENDANT, 3, "the terminal tells no receipt numbers")
    if is_before(doubt.baseline, probed):
        return _same(doubt, 4)
    if not 0 < (now - before) % RECEIPT_LAST <= RECEIPTS_AHEAD_MAX:
        return Verdict(Phase.ATTENDANT, 6, f"receipt {now} does not follow {before}")
    return None


def is_before(before: Baseline, now: Result) -> bool:
    """Tell whether a result is of the transaction that was there before the attempt.

    The number alone does not say so: a counter may have been reset. Where it told no number, what
    else is of one transaction alone must be there: its trace and its time.
    """
    if not isinstance(before, Result):
        return False
    if before.receipt is None and not (before.trace is not None and before.told_at):
        return False
    return (before.receipt, before.trace, before.amount, before.told_at) == (
        now.receipt,
        now.trace,
        now.amount,
        now.told_at,
    )


def _judge_other(doubt: Doubt, probed: Result) -> Verdict:
    if not probed.fits(doubt.asked):
        return Verdict(Phase.ATTENDANT, 10, "the last transaction is for something else")
    if probed.undone:
        return Verdict(Phase.REVERSED, 8, "undone by the terminal")
    if not probed.good and not doubt.by_reference and not _is_next(doubt.baseline, probed):
        return Verdict(Phase.ATTENDANT, 11, "ours may lie between the baseline and the last one")
    if not probed.good:
        return Verdict(Phase.NOT_CHARGED, 9, f"result {probed.code}")
    return Verdict(Phase.APPROVED, 7, f"receipt {probed.receipt}")


def _is_next(before: Baseline, now: Result) -> bool:
    """Tell whether nothing lies between the baseline and this one."""
    if not isinstance(before, Result) or before.receipt is None or now.receipt is None:
        return True  # the first of all
    return (now.receipt - before.receipt) % RECEIPT_LAST == 1


def _not_found(doubt: Doubt) -> Verdict:
    """Judge that ours is not found: believed where the terminal has not forgotten what it knew."""
    if not doubt.settled_in_time:
        return Verdict(Phase.IN_DOUBT, 1, "not found yet, the payment may be under way")
    match doubt.baseline, doubt.last:
        case _, Silent(why):
            return Verdict(Phase.IN_DOUBT, 1, why)
        case Result(), Unwilling(why):
            return Verdict(Phase.IN_DOUBT, 1, why)  # it told the last one before, and may again
        case Result(), Result() as last if is_before(doubt.baseline, last):
            return _same(doubt, 4)
        case Result(), Result():
            return Verdict(Phase.ATTENDANT, 11, "not found, and others have paid there since")
        case Result(), _:
            return Verdict(Phase.ATTENDANT, 6, "not found, and the terminal has forgotten the rest")
        case _:
            return Verdict(Phase.ATTENDANT, 3, "not found, and it may have forgotten")


def _same(doubt: Doubt, row: int) -> Verdict:
    """Nothing new at the terminal: not charged, unless its own good word says otherwise."""
    result = doubt.result
    if result is None or not result.good or is_before(doubt.baseline, result):
        return Verdict(Phase.NOT_CHARGED, row, "nothing new at the terminal")
    if doubt.reverses_unacknowledged and not doubt.acked:
        return Verdict(Phase.REVERSED, row, "not acknowledged, so undone by the terminal")
    return Verdict(Phase.ATTENDANT, row, "the terminal said yes and does not know of it")


def _judge_reversal(doubt: Doubt, probed: Result | NoneYet) -> Verdict:
    """Judge whether a reversal was done: it shows on the receipt that it undoes, or as a new one.

    NOT_CHARGED: it was not done, and is not sent again.
    """
    if isinstance(probed, NoneYet):
        return Verdict(Phase.ATTENDANT, 6, "the terminal's memory is empty and was not")
    if probed.receipt is not None and probed.receipt == doubt.undoes:
        if probed.undone:
            return Verdict(Phase.APPROVED, 8, f"receipt {probed.receipt} is undone")
        return _not_undone(doubt, 4, f"receipt {probed.receipt} is not undone")
    follows = _told_apart(doubt, probed)
    if follows is not None:
        return Verdict(Phase.ATTENDANT, follows.row, follows.why)
    if not probed.fits(doubt.asked):
        return Verdict(Phase.ATTENDANT, 10, "the last transaction is for something else")
    if not _is_next(doubt.baseline, probed):
        return Verdict(Phase.ATTENDANT, 11, "others have paid there since")
    if probed.undone:
        return Verdict(Phase.APPROVED, 8, f"receipt {probed.receipt} is the reversal")
    if not probed.good:
        return _not_undone(doubt, 9, f"result {probed.code}")
    return Verdict(Phase.ATTENDANT, 10, "the last transaction is a payment")


def _not_undone(doubt: Doubt, row: int, why: str) -> Verdict:
    if doubt.result is not None and doubt.result.good:
        return Verdict(Phase.ATTENDANT, row, "the terminal said yes and does not know of it")
    return Verdict(Phase.NOT_CHARGED, row, why)
