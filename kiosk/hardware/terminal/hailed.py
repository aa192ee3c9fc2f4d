"""A terminal that is hailed before each command and answers it with one result: what such have.

Behpardakht ("Ready?", "OK") and Sadad (INM, ACK) are spoken so. A terminal that answers the hail is
idle, and nothing that comes later belongs to a command before.

Not here: what a command and a result are (the drivers), what undoes one: neither protocol can.
"""

from __future__ import annotations

import logging
from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Generic, TypeVar

from kiosk.clock import Clock
from kiosk.errors import DeviceError
from kiosk.hardware.terminal.face import (
    Busy,
    InDoubt,
    Lost,
    NotSent,
    Outcome,
    Ready,
    State,
    Totals,
    Witness,
)
from kiosk.hardware.terminal.options import TerminalOptions
from kiosk.hardware.terminal.protocol_error import ProtocolError
from kiosk.hardware.terminal.transport.frames import FrameChannel
from kiosk.hardware.terminal.transport.news import LinkNews, name_of
from kiosk.hardware.terminal.transport.wire import LinkLost
from retail.tender import Asked
from retail.values import RIAL

log = logging.getLogger(__name__)

GREETING_S = 0.1  # whatever comes unasked comes then
HAILS = 3
SLICE_S = 0.1  # how soon a wish to stop reaches the terminal

F = TypeVar("F")
M = TypeVar("M")


@dataclass(frozen=True, slots=True)
class Hail(Generic[M]):
    """What is called out, and what answers it."""

    frame: bytes
    answers: Callable[[M], bool]


class HailedLink(Generic[F, M]):
    """The channel to one terminal, in messages; calls raise ``LinkLost``."""

    def __init__(
        self,
        channel: FrameChannel[F],
        message_of: Callable[[F], M],
        hail: Hail[M],
        clock: Clock,
        answer_s: float,
    ) -> None:
        self._channel, self._message_of, self._clock = channel, message_of, clock
        self._hail, self._answer_s = hail, answer_s
        self._open = False

    @property
    def name(self) -> str:
        """Where it leads."""
        return self._channel.name

    @property
    def refused(self) -> int:
        """How many frames could not be read, on a serial line."""
        return self._channel.refused

    def now(self) -> float:
        """Give the seconds that deadlines are counted in."""
        return self._clock.elapsed_s()

    def make_ready(self) -> None:
        """Open the link where it is not, and hail the terminal until it answers."""
        if self._open:
            self._open = False
            with suppress(LinkLost):
                self._open = not self._channel.settle()
        if not self._open:
            self._channel.open()
            self._channel.settle(GREETING_S)
            self._open = True
        for _ in range(HAILS):
            self._channel.send(self._hail.frame)
            if self._hailed():
                return
        self.drop()
        raise LinkLost(f"{self.name}: no answer")

    def _hailed(self) -> bool:
        until = self.now() + self._answer_s / HAILS
        while (message := self.receive(until)) is not None:
            if self._hail.answers(message):
                return self._channel.settle() == 0
            raise LinkLost(f"{self.name}: it is in the middle of something")
        return False

    def send(self, frame: bytes) -> None:
        """Send a frame."""
        self._channel.send(frame)

    def receive(self, until: float, slice_s: float | None = None) -> M | None:
        """Give the next message; none at ``until``, or after ``slice_s`` where that is sooner."""
        left_s = max(until - self.now(), 0.0)
        frame = self._channel.receive(left_s if slice_s is None else min(left_s, slice_s))
        if frame is None:
            return None
        try:
            return self._message_of(frame)
        except ProtocolError as error:
            self.drop()
            raise LinkLost(f"{self.name}: a frame was refused: {error.reason}") from None

    def drop(self) -> None:
        """Let it go."""
        self._open = False
        self._channel.close()


class HailedTerminal(ABC, Generic[F, M]):
    """The face ``Terminal`` less what each protocol does in its own way."""

    by_reference = False
    protocol = ""

    def __init__(self, link: HailedLink[F, M], options: TerminalOptions) -> None:
        self._link, self._options = link, options
        self._news = LinkNews(link.name)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._link.name})"

    @property
    def reverses_unacknowledged(self) -> bool:
        """Whether the terminal undoes what was not acknowledged."""
        return self._options.reverses_unacknowledged

    @abstractmethod
    def _command(self, asked: Asked) -> bytes:
        """Give the frame that charges; raises ``ValueError`` for what cannot be asked."""

    @abstractmethod
    def _follow(self, asked: Asked, witness: Witness) -> Outcome:
        """Listen to the terminal until its last word, once the command is sent."""

    def state(self) -> State:
        """Hail it; neither protocol can tell more than that it listens."""
        try:
            self._link.make_ready()
        except DeviceError as error:
            return Lost(self._lost(error))
        self._news.back()
        return Ready()

    def _lost(self, error: DeviceError) -> str:
        self._link.drop()
        self._news.lost(str(error))
        return str(error)

    def authorise(self, asked: Asked, witness: Witness) -> Outcome:
        """Charge."""
        try:
            if asked.amount.currency != RIAL:
                raise ValueError(f"expected an amount in {RIAL}, got {asked.amount.currency}")
            command = self._command(asked)
            self._link.make_ready()
        except ValueError as error:
            return NotSent(str(error))
        except DeviceError as error:
            return NotSent(self._lost(error))
        self._news.back()
        log.info("terminal-authorise-sent terminal=%s ref=%s", self._link.name, asked.reference)
        outcome: Outcome = InDoubt("broken off")
        try:
            outcome = self._send(command, asked, witness)
        finally:
            if isinstance(outcome, InDoubt):
                self._link.drop()
            told = name_of(outcome)
            log.info("terminal-authorise-ended terminal=%s outcome=%s", self._link.name, told)
        return outcome

    def _send(self, command: bytes, asked: Asked, witness: Witness) -> Outcome:
        witness.sending()
        try:
            self._link.send(command)
            return self._follow(asked, witness)
        except LinkLost as lost:
            return InDoubt(str(lost))

    def reverse(self, asked: Asked, receipt: int, witness: Witness) -> Outcome:
        """Say that the protocol cannot."""
        return NotSent(f"{self.protocol} knows no reversal")

    def refund(self, asked: Asked, witness: Witness) -> Outcome:
        """Say that the protocol cannot."""
        return NotSent(f"{self.protocol} knows no refund")

    def end_of_day(self) -> Totals | Lost | Busy:
        """Say that the protocol cannot: these terminals settle with their bank by themselves."""
        return Busy(f"{self.protocol} knows no end of day")

    def close(self) -> None:
        """Let the link go."""
        self._link.drop()
