"""A ZVT terminal's conversation: which command is answered how.

Source: PA00P015, chapter 2 (commands of the cash register); docs/devices/zvt.md.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from enum import Enum, auto

from kiosk.hardware.terminal.protocol_error import ProtocolError
from kiosk.hardware.terminal.simulated import zvt_frames as frames
from kiosk.hardware.terminal.simulated.cards import PAN
from kiosk.hardware.terminal.simulated.faults import Act
from kiosk.hardware.terminal.simulated.ledger import Kind, Row, totals
from kiosk.hardware.terminal.simulated.links import Link
from kiosk.hardware.terminal.simulated.memory import REFUND, REVERSAL
from kiosk.hardware.terminal.simulated.station import Station
from kiosk.hardware.terminal.simulated.zvt_frames import Told
from kiosk.hardware.terminal.simulated.zvt_lines import ApduLine, BlockLine, TcpLine
from kiosk.hardware.terminal.zvt.codec import decode
from kiosk.hardware.terminal.zvt.messages import (
    Authorisation,
    Diagnosis,
    EcrAbort,
    EndOfDay,
    LogOff,
    Message,
    Refund,
    Registration,
    RepeatReceipt,
    Reversal,
    StatusEnquiry,
)

IDLE_S = 3_600.0
STATUS_ONLY = 0x03
NOT_POSSIBLE, NOT_REGISTERED, WRONG_CURRENCY, BUSY = 0x83, 0x6B, 0x6F, 0x9C
ALREADY_REVERSED, NO_SUCH_RECEIPT, NONE_YET = 0xB4, 0xB5, 0x83
STATUS_WANTED, LINES_WANTED = 0x08, 0x80
BANNER = b"\x00\x00\x00\x3eVER|APP 19.46.69|MODEL Simulated 1|SERIAL 000000000001".ljust(66, b" ")
SAYS_STATUS = b"2.14.15"


class Answer(Enum):
    """How the cash register took it."""

    YES = auto()
    NO = auto()  # 84 with anything but 00 and 9C
    NONE = auto()  # nothing within T3, or nobody is there


class Talk:
    """One link's conversation."""

    def __init__(self, station: Station, line: ApduLine) -> None:
        self.station, self.line = station, line
        self.config = 0
        self.wants_abort: Callable[[], bytes] = lambda: frames.refusal(NOT_POSSIBLE)

    # ---- saying and hearing

    def tell(self, frame: bytes) -> Answer:
        """Say something that is to be acknowledged, and hear how it was taken."""
        self.line.send(frame)
        return self.answer()

    def answer(self) -> Answer:
        """Hear how the last thing was taken; 84 9C lengthens the time."""
        until = time.monotonic() + self.station.times.t3_s
        while True:
            frame = self.line.receive(max(until - time.monotonic(), 0.0))
            if frame is None:
                return Answer.NONE
            if frame[:2] in (b"\x80\x00", b"\x84\x00"):
                return Answer.YES
            if frame[:2] == b"\x84\x9c":
                until = time.monotonic() + self.station.times.t3_s
            elif frame[0] == 0x84:
                return Answer.NO
            else:
                self.interrupted(frame)

    def interrupted(self, frame: bytes) -> None:
        """Answer what comes in the middle of something else."""
        abort = frame[:2] == b"\x06\xb0"
        self.line.send(self.wants_abort() if abort else frames.refusal(BUSY))

    def meanwhile(self, code: int, text: str = "") -> Answer:
        """Say what the terminal is at, where the registration asked for that."""
        if not self.config & STATUS_WANTED:
            return Answer.YES
        minutes = round(self.station.times.patience_s / 60) if text else 0
        return self.tell(frames.intermediate(code, text, minutes))

    # ---- commands

    def run(self) -> None:
        """Answer command after command until the link is lost."""
        if self.station.settings.persona.odd and not self.line.link.is_serial:
            self.line.send(BANNER)
        while not self.line.link.lost:
            frame = self.line.receive(IDLE_S)
            if frame is not None and frame[0] not in (0x80, 0x84):
                self._command(frame)

    def _command(self, frame: bytes) -> None:
        try:
            message = decode(frame)
        except ProtocolError:
            self.line.send(frames.refusal(NOT_POSSIBLE))
            return
        if not self.station.occupied.acquire(blocking=False):
            self.line.send(frames.refusal(BUSY))
            return
        try:
            self._carry_out(message)
        finally:
            self.station.occupied.release()

    def _carry_out(self, message: Message) -> None:
        if isinstance(message, Authorisation):
            from kiosk.hardware.terminal.simulated.zvt_payment import ZvtPayment

            ZvtPayment(self, message).run()
            return
        work = _WORK.get(type(message))
        if work is None:
            self.line.send(frames.refusal(NOT_POSSIBLE))
            return
        if type(message) in _NEEDS_REGISTRATION and not self.is_registered:
            self.line.send(frames.ACK)
            self.tell(frames.abort(NOT_REGISTERED))
            return
        work(self, message)

    @property
    def is_registered(self) -> bool:
        """Whether 06 00 was said on this link."""
        return id(self.line.link) in self.station.registered

    def _register(self, message: Message) -> None:
        assert isinstance(message, Registration)
        memory = self.station.memory
        self.line.send(frames.ACK)
        if message.currency not in (None, memory.currency):
            self.tell(frames.abort(WRONG_CURRENCY))
            return
        self.config = message.config
        self.station.registered.add(id(self.line.link))
        self.tell(frames.ready(memory.terminal_id, memory.currency))

    def _log_off(self, _message: Message) -> None:
        self.station.registered.discard(id(self.line.link))
        self.line.send(frames.ACK)

    def _status(self, _message: Message) -> None:
        self.line.send(frames.ACK)
        odd = self.station.settings.persona.odd
        version = frames.llvar(SAYS_STATUS, 3) if odd else b""
        self.tell(frames.completion(version + b"\x00"))

    def _abort(self, _message: Message) -> None:
        self.line.send(frames.ACK)  # there is nothing to abort

    def _diagnose(self, _message: Message) -> None:
        self.line.send(frames.ACK)
        self.meanwhile(0x06)
        self.tell(frames.completion())

    def _repeat(self, message: Message) -> None:
        assert isinstance(message, RepeatReceipt)
        fault, self.station.ask_fault = self.station.ask_fault, None
        if fault is not None and fault.act is Act.RESET:
            self.line.link.end(reset=True)
        elif fault is not None:
            self.line.link.mute()
        persona, memory = self.station.persona(self.station.last_persona), self.station.memory
        if not persona.repeats:
            self.line.send(frames.refusal(NOT_POSSIBLE))
            return
        self.line.send(frames.ACK)
        if memory.last is None:
            self.tell(frames.abort(NONE_YET))
            return
        if message.service == STATUS_ONLY:
            self.tell(frames.status(self._told(memory.last, odd=persona.odd)))
        else:
            self.print_receipt(memory.last)
        self.tell(frames.completion())

    def _told(self, row: Row, *, odd: bool = False) -> Told:
        declined = row.kind is Kind.DECLINED
        return Told(
            RESULTS.get(row.why, 0x05) if declined else 0x00,
            row.amount,
            row.currency,
            row.terminal_id,
            row.receipt,
            row.trace,
            self.station.memory.trace_of(row.undoes),
            at_ms=row.at_ms,
            odd=odd,
        )

    def print_receipt(self, row: Row, *, careless: bool = False) -> None:
        """Say the lines of the receipt."""
        pan = PAN
        shown = " ".join(pan[at : at + 4] for at in range(0, 16, 4)) if careless else "####"
        texts = (
            "* * KUNDENBELEG * *",
            f"Terminal-ID {row.terminal_id}",
            f"Beleg {row.receipt:04d} {row.kind.value}",
            f"Karte {shown}",
            f"Betrag {row.amount}",
        )
        for text in texts[: 2 if self.config & LINES_WANTED else 0]:
            self.tell(frames.line(text))
        self.tell(frames.block(*texts))

    def _reverse(self, message: Message) -> None:
        assert isinstance(message, Reversal)
        memory = self.station.memory
        command = memory.asked(REVERSAL, message.charge.amount or 0, memory.currency)
        self.line.send(frames.ACK)
        charged = memory.charged_as(message.receipt or 0)
        if charged is None or memory.is_undone(charged):
            code = NO_SUCH_RECEIPT if charged is None else ALREADY_REVERSED
            memory.decline(command, f"{code:02x}")
            self.tell(frames.abort(code))
            return
        self.meanwhile(0x05)
        undone = memory.reverse(charged, "asked", command)
        self._tell(undone)

    def _refund(self, message: Message) -> None:
        assert isinstance(message, Refund)
        memory, charge = self.station.memory, message.charge
        command = memory.asked(REFUND, charge.amount or 0, charge.currency or memory.currency)
        self.line.send(frames.ACK)
        self.meanwhile(0x0A)
        self._tell(memory.refund(command, command.amount, command.currency))

    def _tell(self, row: Row) -> None:
        self.tell(frames.status(self._told(row)))
        if self.config & LINES_WANTED:
            self.print_receipt(row)
        self.tell(frames.completion())

    def _end_of_day(self, _message: Message) -> None:
        memory = self.station.memory
        self.line.send(frames.ACK)
        ours = [sums for sums in totals(memory.ledger.rows) if sums.currency == memory.currency]
        amount = ours[0].amount if ours else 0
        count = ours[0].charges if ours else 0
        memory.settle(amount)
        last = memory.last.receipt if memory.last else 0
        self.tell(frames.totals(amount, memory.currency, count, 1, last))
        self.tell(frames.completion())


_WORK: Mapping[type[Message], Callable[[Talk, Message], None]] = {
    Registration: Talk._register,
    LogOff: Talk._log_off,
    StatusEnquiry: Talk._status,
    EcrAbort: Talk._abort,
    Diagnosis: Talk._diagnose,
    RepeatReceipt: Talk._repeat,
    Reversal: Talk._reverse,
    Refund: Talk._refund,
    EndOfDay: Talk._end_of_day,
}
_NEEDS_REGISTRATION = frozenset((Reversal, Refund, RepeatReceipt, EndOfDay))
RESULTS = {"funds": 0x51, "pin": 0x55, "expired": 0x33, "refused": 0x05, "asked": 0x6C}


def talk_zvt(station: Station, link: Link) -> None:
    """Speak ZVT on a link until it is lost."""
    line: ApduLine = BlockLine(link, station.times) if link.is_serial else TcpLine(link)
    Talk(station, line).run()
