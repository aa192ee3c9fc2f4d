"""A Sadad terminal (PcPos 1.5): INM and ACK, REQUEST and ACK, RESPONSE and ACK, EOT.

The response is written here, with the card number in clear as version 000 has it. It is repeated
where it is not acknowledged. The protocol knows no question for the last transaction.

Source: docs/devices/sadad.md; the response's layout as sadad/response_fields.py tells it.
"""

from __future__ import annotations

import time

from kiosk.hardware.terminal.frames import Complete, Incomplete
from kiosk.hardware.terminal.protocol_error import ProtocolError
from kiosk.hardware.terminal.sadad.codec import encode, message_of
from kiosk.hardware.terminal.sadad.framing import RESPONSE, Frame, find_frame, pack
from kiosk.hardware.terminal.sadad.messages import Ack, Eot, Inm, Message, Nack, Request
from kiosk.hardware.terminal.simulated.cards import PAN
from kiosk.hardware.terminal.simulated.faults import Act, Point
from kiosk.hardware.terminal.simulated.ledger import Row
from kiosk.hardware.terminal.simulated.links import Link
from kiosk.hardware.terminal.simulated.memory import CHARGE
from kiosk.hardware.terminal.simulated.payment import Abandoned, Payment
from kiosk.hardware.terminal.simulated.plans import Decision
from kiosk.hardware.terminal.simulated.station import Station

IDLE_S = 3_600.0
CODES = {"funds": "51", "pin": "55", "expired": "54", "refused": "05", "asked": "17"}
NOT_TAKEN = "12"
ORDER_ID, SALE_ID = 5, 2
RESPONSE_CHARS, MERCHANT = 137, "000000000000152"
BANNER = b"PCPOS simulated\r\n"


class Talk:
    """One link's conversation."""

    def __init__(self, station: Station, link: Link) -> None:
        self.station, self.link = station, link
        self._rest = b""

    def receive(self, within_s: float) -> Message | None:
        """Give the next message; a broken frame is answered with NACK."""
        until = time.monotonic() + within_s
        while True:
            match find_frame(self._rest):
                case Complete(frame, rest):
                    self._rest = rest
                    try:
                        return message_of(frame)
                    except ProtocolError:
                        self.link.send(encode(Nack()))
                case Incomplete():
                    received = self.link.receive(max(until - time.monotonic(), 0.0))
                    self._rest += received
                    if not received and (self.link.lost or time.monotonic() >= until):
                        return None
                case refused:
                    self._rest = refused.rest
                    self.link.send(encode(Nack()))

    def run(self) -> None:
        """Answer message after message until the link is lost."""
        if self.station.settings.persona.odd and not self.link.is_serial:
            self.link.send(BANNER)
        while not self.link.lost:
            message = self.receive(IDLE_S)
            if message is None or not self.station.occupied.acquire(blocking=False):
                continue  # it is busy, and says nothing
            try:
                if isinstance(message, Inm):
                    self.link.send(encode(Ack(message.version)))
                elif isinstance(message, Request):
                    PcposPayment(self, message).run()
            finally:
                self.station.occupied.release()


class PcposPayment(Payment):
    """From the request to the acknowledgement of its response."""

    def __init__(self, talk: Talk, request: Request) -> None:
        super().__init__(talk.station, talk.link)
        self._talk, self._request = talk, request

    def run(self) -> None:
        """Carry it out, come what may."""
        self.station.last_persona = self.plan.persona
        request = self._request
        reference = request.field(ORDER_ID) or request.field(SALE_ID)
        command = self.memory.asked(CHARGE, request.amount, self.memory.currency, reference)
        try:
            self._run(command)
        except Abandoned:
            return
        finally:
            self.over()

    def _run(self, command: Row) -> None:
        self.reach(Point.COMMAND)
        if self.has(Act.NAK):
            self.memory.decline(command, "not taken")
            self.link.send(encode(Nack()))
            return
        if not self.has(Act.LOSE_ACK):
            self.link.send(encode(Ack(self._request.version)))
        self.reach(Point.ACCEPTED)
        self.reach(Point.CARD)
        decision, why = self.decide()
        self.listen(self.station.times.pin_s)
        if self.has(Act.REFUSED):
            self._say_no(command, "not taken", NOT_TAKEN)
        elif decision is Decision.CANCEL or self.cancelled or self.gives_up:
            self._say_no(command, "asked", CODES["asked"])
        elif decision is Decision.DECLINE:
            self._say_no(command, why or "refused", CODES[why or "refused"])
        else:
            self._approve(command)

    def listen(self, within_s: float) -> None:
        """Hear it; an EOT ends what waits for the card."""
        until = time.monotonic() + within_s
        while True:
            message = self._talk.receive(max(until - time.monotonic(), 0.0))
            if isinstance(message, Eot) and not self.has(Act.ABORT_LATE):
                self.cancelled = True
                return
            self.check()
            left_s = until - time.monotonic()
            if left_s <= 0:
                return
            if self.link.lost:
                time.sleep(min(left_s, 0.05))

    def _say_no(self, command: Row, why: str, code: str) -> None:
        row = self.memory.decline(command, why)
        self._say(_response(row, code, "", self.memory.terminal_id))

    def _approve(self, command: Row) -> None:
        time.sleep(self.station.times.bank_s)
        self.reach(Point.BANK)
        charged = self.charge(command)
        self.reach(Point.CHARGED)
        if self.has(Act.LATE):
            self.listen(self.station.times.late_s)
        acknowledged = self._say(_response(charged, "00", PAN, self.told_terminal()))
        self.check()
        if not acknowledged:
            self.leave_unacknowledged(charged)
            return
        self.reach(Point.ACKED)
        self.link.send(encode(Eot(self._request.version)))
        self.reach(Point.DONE)

    def _say(self, data: bytes) -> bool:
        """Say the response, again where it is not acknowledged; tells whether it was."""
        said = pack(Frame(self._request.version, RESPONSE, data))
        if self.has(Act.HALF):
            self.link.send(said[: len(said) // 2])
            self.link.end() if not self.link.is_serial else self.link.mute()
        for repeat in range(1 + self.station.times.repeats):
            broken = self.has(Act.BAD_CHECK) and not repeat
            told = said[:-1] + bytes((said[-1] ^ 0x55,)) if broken else said
            if not self.has(Act.HALF):
                self.link.send(told * 2 if self.has(Act.MERGE) or self.has(Act.TWICE) else told)
            self._reach_result(repeat)
            if self._is_acknowledged():
                return True
            if self.link.lost:
                return False
        return False

    def _reach_result(self, repeat: int) -> None:
        fault = self.plan.fault
        if fault is not None and fault.at is Point.RESULT and fault.act is Act.RESET and not repeat:
            self.link.end(reset=True)

    def _is_acknowledged(self) -> bool:
        until = time.monotonic() + self.station.times.t3_s
        while True:
            message = self._talk.receive(max(until - time.monotonic(), 0.0))
            if message is None or isinstance(message, Nack):
                return False
            if isinstance(message, Ack):
                return True


def _response(row: Row, code: str, pan: str, terminal_id: str) -> bytes:
    """Write the data of a response: wide characters, fields filled up with NUL."""
    text = code.ljust(4, "\0") + f"{row.amount}".ljust(13, "\0") + pan.ljust(20, "\0")
    if row.trace:
        behind = (
            ("000000", 7),
            (f"{row.trace % 1_000_000:06d}", 7),
            (f"{row.number:012d}", 13),
            ("0014  ", 7),
            (terminal_id, 9),
            (MERCHANT, 16),
        )
        text += "".join(value.ljust(width, "\0") for value, width in behind)
    return text.ljust(RESPONSE_CHARS, "\0").encode("utf-16-le")


def talk_pcpos(station: Station, link: Link) -> None:
    """Speak PcPos on a link until it is lost."""
    Talk(station, link).run()
