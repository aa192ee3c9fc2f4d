"""What a bank terminal is to the rest: commands that end in a closed outcome, and a witness.

A driver is asked by the payment thread alone and returns when the terminal has said its last
word, or cannot be heard any more. It keeps nothing: whatever must outlive the process it tells
its ``Witness`` at the moment when the protocol says so, and goes on when that is on disk.

Source: docs/payment.md, sections 2, 3 and 7.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from retail.tender import Asked, Probed, Result
from retail.values import Money


@dataclass(frozen=True, slots=True)
class Says:
    """What the terminal says of itself meanwhile: ``key`` names the words, such as ``pin``.

    ``text`` is the terminal's own wording where it sent one, for staff; a screen shows the key's.
    """

    key: str
    text: str = ""


class Witness(Protocol):
    """The journal as a driver sees it; a call returns when the step is on disk, or raises."""

    def sending(self) -> None:
        """Be told that the next byte written is the first of the financial command."""
        ...

    def accepted(self) -> None:
        """Be told that the terminal has taken the command."""
        ...

    def resulted(self, result: Result) -> None:
        """Be told the outcome, before it is acknowledged."""
        ...

    def acked(self) -> None:
        """Be told that our acknowledgement of the outcome is on the wire."""
        ...

    def says(self, says: Says) -> None:
        """Be told what the terminal shows; nothing is stored."""
        ...

    def printed(self, line: str) -> None:
        """Be handed a line of the terminal's own receipt, card data masked."""
        ...

    def wants_cancel(self) -> bool:
        """Tell whether the shopper wants to stop; asked again and again."""
        ...


@dataclass(frozen=True, slots=True)
class Completed:
    """The terminal said yes, and that it is done."""

    result: Result


@dataclass(frozen=True, slots=True)
class Declined:
    """The terminal said no, for good."""

    code: str
    why: str  # a key of the words: funds, pin, expired, refused, technical


@dataclass(frozen=True, slots=True)
class Cancelled:
    """Stopped by the shopper, at the terminal or on the screen, before anything was charged."""

    code: str = ""


@dataclass(frozen=True, slots=True)
class NotSent:
    """No byte of the command was written: the link could not be opened, or it is not idle."""

    why: str


@dataclass(frozen=True, slots=True)
class InDoubt:
    """Nobody can tell yet; ``why`` is for staff."""

    why: str


Outcome = Completed | Declined | Cancelled | NotSent | InDoubt


@dataclass(frozen=True, slots=True)
class Ready:
    """The terminal is idle and takes a command."""

    terminal_id: str = ""


@dataclass(frozen=True, slots=True)
class Busy:
    """It answers, and is in the middle of something."""

    why: str


@dataclass(frozen=True, slots=True)
class Lost:
    """It does not answer; ``why`` is for staff."""

    why: str


State = Ready | Busy | Lost


@dataclass(frozen=True, slots=True)
class Totals:
    """What the terminal says at the end of the day: how many, and how much, settled."""

    count: int
    amount: Money
    lines: tuple[str, ...] = ()


class Terminal(Protocol):
    """A driver. Nothing here raises for what a terminal or a cable may do."""

    @property
    def by_reference(self) -> bool:
        """Whether ``probe`` finds a transaction by our reference."""
        ...

    @property
    def reverses_unacknowledged(self) -> bool:
        """Whether the terminal is known to undo what was not acknowledged (a setting)."""
        ...

    def state(self) -> State:
        """Ask how it is; opens the link where it is not open."""
        ...

    def probe(self, reference: str) -> Probed:
        """Ask for the last transaction, or, by reference, for ours; moves no money.

        Where ``by_reference`` holds, an empty reference asks for the last one all the same.
        """
        ...

    def authorise(self, asked: Asked, witness: Witness) -> Outcome:
        """Charge, from the first byte to the last word."""
        ...

    def reverse(self, asked: Asked, receipt: int, witness: Witness) -> Outcome:
        """Undo the transaction with this receipt number, before settlement."""
        ...

    def refund(self, asked: Asked, witness: Witness) -> Outcome:
        """Give back, after settlement; staff only."""
        ...

    def end_of_day(self) -> Totals | Lost | Busy:
        """Settle the day."""
        ...

    def close(self) -> None:
        """Let the link go."""
        ...
