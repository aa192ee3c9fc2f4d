"""One financial command at a ZVT terminal, from its first byte to the terminal's last word.

The command is answered with 80 00; then the terminal commands and we answer: 04 FF (what it does),
06 D1 and 06 D3 (receipt), 04 0F (what came of it), and 06 0F or 06 1E as its last word. The result
decides nothing until the last word, and the last word nothing without a result.

What is in doubt is not answered any more. Whatever comes before the command is accepted belongs to
something else: a payment before this one may not lend it its result.

Not here: the link, the registration, the probe (``driver``, ``errands``).
Source: PA00P015, chapters 2.1, 3 and "Time-outs"; docs/devices/zvt.md, "A payment", which has a
row for each case; docs/payment.md, section 3.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from kiosk.hardware.terminal.face import Cancelled, Completed, Declined, InDoubt, Outcome, Witness
from kiosk.hardware.terminal.transport.wire import LinkLost
from kiosk.hardware.terminal.zvt.messages import (
    GOOD,
    Abort,
    Ack,
    Authorisation,
    Completion,
    EcrAbort,
    IntermediateStatus,
    Message,
    Nak,
    PrintLine,
    PrintTextBlock,
    Refund,
    Reversal,
    StatusInformation,
)
from kiosk.hardware.terminal.zvt.talk import Talk
from kiosk.hardware.terminal.zvt.telling import code_of, lines_of, refusal, result_of, says_of
from retail.tender import Result

SLICE_S: Final = 0.1  # how soon a wish to stop reaches the terminal
MERCHANT_COPY: Final = 1

Command = Authorisation | Reversal | Refund


@dataclass(frozen=True, slots=True)
class Times:
    """T3, T4 and the bound on all of it, in seconds."""

    answer_s: float
    payment_s: float
    whole_s: float


class Payment:
    """The dialogue of one command; used once. Raises only what the witness raises."""

    def __init__(self, talk: Talk, times: Times, currency: str, witness: Witness) -> None:
        self._talk, self._times, self._currency, self._witness = talk, times, currency, witness
        self._until = self._end = 0.0
        self._status: StatusInformation | None = None
        self._result: Result | None = None
        self._stopping = False

    def run(self, command: Command) -> Outcome:
        """Send the command and follow the terminal to its last word."""
        self._witness.sending()
        self._end = self._talk.now() + self._times.whole_s
        try:
            self._talk.send(command, once=True)
            outcome = self._await_acceptance()
            while outcome is None:
                outcome = self._next()
        except LinkLost as lost:
            return InDoubt(str(lost))
        return outcome

    def _await_acceptance(self) -> Outcome | None:
        """Wait for 80 00; none when it has come."""
        self._restart(self._times.answer_s)
        while (message := self._talk.receive(self._until)) is not None:
            match message:
                case Ack() | Nak(code=0):
                    self._witness.accepted()
                    self._restart(self._times.payment_s)
                    return None
                case Nak() if message.waits:
                    self._restart(self._times.answer_s)
                case Nak(code):
                    return Declined(f"84{code_of(code)}", "technical")
                case IntermediateStatus():
                    self._talk.acknowledge()
                    self._witness.says(says_of(message))
                case _:
                    return InDoubt("something else came before the command was accepted")
        return InDoubt("the command was not answered in time (T3)")

    def _restart(self, within_s: float) -> None:
        self._until = min(self._talk.now() + within_s, self._end)

    def _next(self) -> Outcome | None:
        """Take one message, and the wish to stop; none while the terminal goes on."""
        if self._talk.now() >= self._end:
            return InDoubt("the terminal comes to no end")
        self._stop_if_wished()
        message = self._talk.receive(self._until, SLICE_S)
        if message is not None:
            return self._take(message)
        if self._talk.now() >= self._until:
            return InDoubt("the terminal has fallen silent in the payment (T4)")
        return None

    def _stop_if_wished(self) -> None:
        """Send 06 B0 once, as long as no result has come; the terminal decides what it is worth."""
        if self._stopping or self._status or not self._witness.wants_cancel():
            return
        self._stopping = True
        self._talk.send(EcrAbort())

    def _take(self, message: Message) -> Outcome | None:
        match message:
            case IntermediateStatus():
                self._follow(message)
            case StatusInformation():
                return self._take_status(message)
            case PrintLine(_attribute, text):
                self._print((text,))
            case PrintTextBlock():
                copy = message.receipt_type == MERCHANT_COPY
                self._print(() if copy else message.lines)
            case Completion() | Abort():
                outcome = self._judge(message)
                if not isinstance(outcome, InDoubt):
                    with suppress(LinkLost):  # it has said its last word, heard or not
                        self._talk.acknowledge()
                return outcome
            case Ack() | Nak():
                pass  # what became of 06 B0 is told by the last word
            case _:
                self._talk.decline()
        return None

    def _follow(self, status: IntermediateStatus) -> None:
        self._talk.acknowledge()
        minutes_s = 60.0 * (status.timeout_min or 0)
        self._restart(max(self._times.payment_s, minutes_s))
        self._witness.says(says_of(status))

    def _print(self, lines: tuple[bytes, ...]) -> None:
        self._talk.acknowledge()
        for line in lines_of(lines):
            self._witness.printed(line)

    def _take_status(self, status: StatusInformation) -> Outcome | None:
        """Keep the first result, on disk before it is acknowledged; none other may change it."""
        if status.result is None:
            return InDoubt("a status without a result")
        if self._status is None:
            self._status, self._result = status, result_of(status, self._currency)
            self._witness.resulted(self._result)
            self._talk.acknowledge()
            self._witness.acked()
        elif status == self._status or not (status.good or self._status.good):
            self._talk.acknowledge()  # it comes again: our acknowledgement was lost
        else:
            return InDoubt("a second result that is not the first")
        self._restart(self._times.payment_s)
        return None

    def _judge(self, last: Completion | Abort) -> Outcome:
        """Say what the last word makes of the result."""
        match last, self._result:
            case Completion(), Result(good=True) as result:
                return Completed(result)
            case Completion(), None:
                return InDoubt("completed without a result")
            case Abort(), Result(good=True):
                return InDoubt("aborted after a good result")
            case Abort(result=code), None:
                if code == GOOD:
                    return InDoubt("aborted with the code of success")
                return refusal(code, self._stopping)
            case _:
                return self._refused(last)

    def _refused(self, last: Completion | Abort) -> Declined | Cancelled:
        """Give why, after a result that was not good; an abort may know it better."""
        assert self._status is not None, "a result came"
        code = last.result if isinstance(last, Abort) else None
        return refusal(code or self._status.result, self._stopping)
