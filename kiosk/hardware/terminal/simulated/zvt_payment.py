"""A ZVT authorisation (06 01), as the terminal sees it.

A result (04 0F) is to be acknowledged within T3, otherwise the terminal's persona decides;
``84 xx`` other than 00 and 9C makes every terminal reverse.

Source: PA00P015, "Authorization"; docs/payment.md.
"""

from __future__ import annotations

import time

from kiosk.hardware.terminal.simulated import zvt_frames as frames
from kiosk.hardware.terminal.simulated.faults import Act, Point
from kiosk.hardware.terminal.simulated.ledger import Row
from kiosk.hardware.terminal.simulated.memory import CHARGE
from kiosk.hardware.terminal.simulated.payment import Abandoned, Payment
from kiosk.hardware.terminal.simulated.plans import Decision
from kiosk.hardware.terminal.simulated.zvt_frames import Told
from kiosk.hardware.terminal.simulated.zvt_lines import BlockLine
from kiosk.hardware.terminal.simulated.zvt_talk import (
    LINES_WANTED,
    NOT_POSSIBLE,
    NOT_REGISTERED,
    RESULTS,
    WRONG_CURRENCY,
    Answer,
    Talk,
)
from kiosk.hardware.terminal.zvt.messages import Authorisation

CANCELLED, COMMUNICATION, PRINTER_NOT_READY, BUSY, SYSTEM = 0x6C, 0x7D, 0xCC, 0x9C, 0xFF
INSERT_CARD, ENTER_PIN, ASKING_BANK, REMOVE_CARD = 0x0A, 0x01, 0x04, 0x0B


class ZvtPayment(Payment):
    """From the command to the completion."""

    def __init__(self, talk: Talk, message: Authorisation) -> None:
        super().__init__(talk.station, talk.line.link)
        self._talk, self._line = talk, talk.line
        self._charge = message.charge
        talk.wants_abort = self._abort_wanted
        self._charging = False

    def run(self) -> None:
        """Carry it out, come what may."""
        self.station.last_persona = self.plan.persona
        command = self.memory.asked(
            CHARGE, self._charge.amount or 0, self._charge.currency or self.memory.currency
        )
        try:
            self._run(command)
        except Abandoned:
            return
        finally:
            self._talk.wants_abort = lambda: frames.refusal(NOT_POSSIBLE)
            self.over()

    def _run(self, command: Row) -> None:
        self._arm_line()
        self.reach(Point.COMMAND)
        if not self._take(command):
            return
        self.reach(Point.ACCEPTED)
        self._talk.meanwhile(INSERT_CARD, "Karte bitte" if self.persona.odd else "")
        self.reach(Point.CARD)
        decision, why = self.decide()
        if decision is Decision.CANCEL:
            self._say_no(command, "asked", CANCELLED)
            return
        self._talk.meanwhile(ENTER_PIN)
        self.listen(self.station.times.pin_s)
        if not (self.cancelled or self.gives_up):
            self._talk.meanwhile(ASKING_BANK)
            self.listen(self.station.times.bank_s)
        if self._is_off():
            self._say_no(command, "asked", CANCELLED)
        elif decision is Decision.DECLINE:
            self._say_no(command, why or "refused", RESULTS[why or "refused"])
        else:
            self._approve(command)

    def _is_off(self) -> bool:
        return self.cancelled or self.gives_up

    def _arm_line(self) -> None:
        line = self._line
        if isinstance(line, BlockLine):
            line.lose_ack, line.nak_next = self.has(Act.LOSE_ACK), self.has(Act.NAK)
            line.break_next, line.split = False, self.has(Act.SPLIT)

    def _take(self, command: Row) -> bool:
        """Take the command or refuse it."""
        refusal = self._refusal()
        if refusal is not None:
            self.memory.decline(command, "not taken")
            self._line.send(refusal)
            return False
        if self.has(Act.MERGE):
            self.link.hold()
        self._line.send(frames.ACK)
        if self.has(Act.MERGE):
            self._line.send(frames.intermediate(0x0E))
            self.link.release()
            self._talk.answer()
        code = 0
        if not self._talk.is_registered:
            code = NOT_REGISTERED
        elif command.currency != self.memory.currency:
            code = WRONG_CURRENCY
        elif not self.station.paper:
            code = PRINTER_NOT_READY
        if code:
            self.memory.decline(command, f"{code:02x}")
            self._talk.tell(frames.abort(code))
        return not code

    def _refusal(self) -> bytes | None:
        if self.has(Act.WAIT):
            return frames.refusal(BUSY)
        if self.has(Act.REFUSED):
            odd = self.persona.odd
            return frames.refusal(0x1E, b"\x7d") if odd else frames.refusal(PRINTER_NOT_READY)
        return None

    # ---- the other side meanwhile

    def listen(self, within_s: float) -> None:
        """Hear it; an abort is taken until the bank is asked."""
        until = time.monotonic() + within_s
        while True:
            if self.cancelled:
                return
            frame = self._line.receive(max(until - time.monotonic(), 0.0))
            if frame is not None:
                if frame[0] not in (0x80, 0x84):
                    self._talk.interrupted(frame)
                continue
            self.check()
            left_s = until - time.monotonic()
            if left_s <= 0:
                return
            time.sleep(min(left_s, 0.05))  # the link is lost, and the shopper does not know

    def _abort_wanted(self) -> bytes:
        if self.has(Act.ABORT_LATE):
            return frames.ACK  # taken, and not obeyed: all is charged already, or will be
        if self._charging:
            return frames.refusal(NOT_POSSIBLE)
        self.cancelled = True
        return frames.ACK

    # ---- what comes of it

    def _say_no(self, command: Row, why: str, code: int) -> None:
        """Decline: by an abort, or, as some do, by a result and a completion."""
        if not self.persona.soft_declines:
            self.memory.decline(command, why)
            self._talk.tell(frames.abort(code))
            return
        row = self.memory.decline(command, why, numbered=True)
        self._talk.tell(
            frames.status(
                Told(code, command.amount, command.currency, self.memory.terminal_id, row.receipt,
                     row.trace, text="Zahlung nicht moeglich")
            )
        )  # fmt: skip
        self._talk.tell(frames.completion())

    def _approve(self, command: Row) -> None:
        self._charging = True
        self.reach(Point.BANK)
        charged = self.charge(command)
        self.reach(Point.CHARGED)
        if self.has(Act.LATE):
            self.listen_late()
        answer = Answer.YES
        if not self.has(Act.NO_RESULT):
            answer = self._tell_result(charged)
        if answer is Answer.NO:
            self.undo(charged, "refused by the cash register")
            self._talk.tell(frames.abort(SYSTEM))
            return
        if answer is Answer.NONE and self.leave_unacknowledged(charged):
            self._talk.tell(frames.abort(SYSTEM))
            return
        self.reach(Point.ACKED)
        self._finish(charged)

    def listen_late(self) -> None:
        """Let T4 pass, and go on."""
        until = time.monotonic() + self.station.times.late_s
        while time.monotonic() < until:
            self.listen(min(0.05, until - time.monotonic()))

    def _tell_result(self, charged: Row) -> Answer:
        frame = frames.status(
            Told(
                0x00,
                charged.amount,
                charged.currency,
                self.told_terminal(),
                charged.receipt,
                charged.trace,
                text=frames.LONG_TEXT.format(number=charged.trace),
                careless=self.has(Act.CARD_DATA) or self.persona.odd,
                odd=self.persona.odd,
                unknown=self.has(Act.FIELD),
            )
        )
        if self.has(Act.HALF):
            self._line.send_half(frame)
            return self._talk.answer()
        if isinstance(self._line, BlockLine):
            self._line.break_next = self.has(Act.BAD_CHECK)
        self._line.send(frame)
        self.reach(Point.RESULT)
        if self.has(Act.MERGE):
            return self._tell_both()
        answer = self._talk.answer()
        if self.has(Act.TWICE) and answer is Answer.YES:
            answer = self._talk.tell(frame)
        return answer

    def _tell_both(self) -> Answer:
        """Let the next thing that is said follow without waiting for an acknowledgement."""
        self._line.send(frames.intermediate(REMOVE_CARD))
        first, second = self._talk.answer(), self._talk.answer()
        return first if first is second else Answer.NONE

    def _finish(self, charged: Row) -> None:
        if self.has(Act.ABORT):
            if self.persona.reverses:
                self.undo(charged, "aborted")
            self._talk.tell(frames.abort(SYSTEM))
            return
        if self._talk.config & LINES_WANTED:
            self._talk.print_receipt(charged, careless=True)
        self._talk.tell(frames.completion())
        self.reach(Point.DONE)
        if self.has(Act.AFTER_DONE):
            self._talk.tell(
                frames.status(
                    Told(0x00, charged.amount, charged.currency, self.told_terminal(),
                         charged.receipt, charged.trace)
                )
            )  # fmt: skip
