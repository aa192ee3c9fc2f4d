"""What is asked of a ZVT terminal that moves no money: registration, status, probe, end of day.

Each is a command, its 80 00, what the terminal then sends and we acknowledge, and 06 0F or 06 1E.
A status (04 0F) counts as the answer only between the command's 80 00 and the terminal's 06 0F;
one that comes unasked is of a payment before, is not acknowledged, and ends the link.

Source: PA00P015, chapters of these commands; docs/devices/zvt.md, "Errands".
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from kiosk.errors import DeviceError
from kiosk.hardware.terminal.transport.wire import LinkLost
from kiosk.hardware.terminal.zvt.messages import (
    Abort,
    Ack,
    Completion,
    EndOfDay,
    IntermediateStatus,
    LogOff,
    Message,
    Nak,
    PrintLine,
    PrintTextBlock,
    Registration,
    RepeatReceipt,
    StatusEnquiry,
    StatusInformation,
)
from kiosk.hardware.terminal.zvt.talk import Talk
from kiosk.hardware.terminal.zvt.telling import code_of, lines_of

Errand = Registration | StatusEnquiry | RepeatReceipt | EndOfDay


class NotTaken(DeviceError):  # noqa: N818  (a named answer, not an accident)
    """The terminal does not do it: 84 xx, or 06 1E; ``code`` is for staff."""

    def __init__(self, code: str, aborted: int | None = None) -> None:
        super().__init__(f"refused with {code}")
        self.code = code
        self.aborted = aborted  # the code of 06 1E, where it was all that was told


@dataclass(frozen=True, slots=True)
class Told:
    """What an errand brought home."""

    completion: Completion
    statuses: tuple[StatusInformation, ...] = ()
    lines: tuple[str, ...] = field(default=(), repr=False)


class Errands:
    """Runs them over an open link; each raises ``LinkLost`` or ``NotTaken``."""

    def __init__(self, talk: Talk, answer_s: float) -> None:
        self._talk, self._answer_s = talk, answer_s

    def run(self, errand: Errand, within_s: float) -> Told:
        """Send it, and follow the terminal to its last word."""
        self._talk.send(errand)
        self._await_acceptance()
        statuses: list[StatusInformation] = []
        lines: list[str] = []
        for message in self._messages(within_s):
            match message:
                case StatusInformation():
                    self._take_status(errand, message, statuses)
                case PrintLine(_attribute, text):
                    self._talk.acknowledge()
                    lines += lines_of((text,))
                case PrintTextBlock():
                    self._talk.acknowledge()
                    lines += lines_of(message.lines)
                case Completion():
                    self._talk.acknowledge()
                    return Told(message, tuple(statuses), tuple(lines))
                case Abort(code):
                    self._talk.acknowledge()
                    told = "" if code is None else code_of(code)
                    raise NotTaken(f"061e{told}", None if statuses else code)
                case IntermediateStatus():
                    self._talk.acknowledge()
                case Ack() | Nak():
                    pass
                case _:
                    self._talk.decline()
        raise LinkLost(f"{self._talk.name}: the terminal has fallen silent")

    def _messages(self, within_s: float) -> Iterator[Message]:
        """Give what comes; each sign of life begins the time anew, up to ten times of it."""
        end = self._talk.now() + 10 * within_s
        while (now := self._talk.now()) < end:
            message = self._talk.receive(min(now + within_s, end))
            if message is None:
                return
            yield message

    def _await_acceptance(self) -> None:
        end = self._talk.now() + 10 * self._answer_s
        until = self._talk.now() + self._answer_s
        while (message := self._talk.receive(until)) is not None:
            match message:
                case Ack() | Nak(code=0):
                    return
                case Nak() if message.waits:
                    until = min(self._talk.now() + self._answer_s, end)
                case Nak(code):
                    raise NotTaken(f"84{code_of(code)}")
                case IntermediateStatus():
                    self._talk.acknowledge()
                case _:
                    raise LinkLost(f"{self._talk.name}: it is in the middle of something")
        raise LinkLost(f"{self._talk.name}: no answer")

    def _take_status(
        self, errand: Errand, status: StatusInformation, statuses: list[StatusInformation]
    ) -> None:
        # some terminals tell at registration who they are, as a status without an amount
        asked = isinstance(errand, RepeatReceipt | EndOfDay)
        greets = isinstance(errand, Registration) and status.charge.amount is None
        if not (asked or greets):
            raise LinkLost(f"{self._talk.name}: a result came unasked")
        self._talk.acknowledge()
        if status not in statuses:
            statuses.append(status)

    def log_off(self, within_s: float) -> None:
        """End the registration; the terminal says no more than 80 00."""
        self._talk.send(LogOff())
        self._talk.receive(self._talk.now() + within_s)
