"""A Behpardakht terminal (POS-PC 3.1): ready, sale, inquiry by reference, last.

The protocol knows no acknowledgement: a terminal that undoes what is not acknowledged undoes what
it could not send. No document at hand tells three things. What it says of a sale that was undone:
here "EA", not found. While one is under way: here nothing. Whether terminal or bank looks for a
reference: here the bank, so that a terminal that has forgotten all still finds it.

Source: docs/devices/behpardakht.md.
"""

from __future__ import annotations

import time

from persiantools.jdatetime import JalaliDateTime

from kiosk.hardware.terminal.behpardakht.codec import decode_request, encode_response
from kiosk.hardware.terminal.behpardakht.framing import (
    AROUND_BYTES,
    CRC_BYTES,
    LENGTH_DIGITS,
    Word,
    find_request,
    pack_response,
)
from kiosk.hardware.terminal.behpardakht.messages import (
    INQUIRY,
    LAST,
    SALE,
    Cancel,
    Inquiry,
    Last,
    Ready,
    Request,
    Response,
    Sale,
)
from kiosk.hardware.terminal.frames import Complete, Incomplete
from kiosk.hardware.terminal.masking import mask_digits
from kiosk.hardware.terminal.protocol_error import ProtocolError
from kiosk.hardware.terminal.simulated.cards import PAN, TRACK2
from kiosk.hardware.terminal.simulated.faults import Act, Point
from kiosk.hardware.terminal.simulated.ledger import Kind, Row
from kiosk.hardware.terminal.simulated.links import Link
from kiosk.hardware.terminal.simulated.memory import CHARGE
from kiosk.hardware.terminal.simulated.payment import Abandoned, Payment
from kiosk.hardware.terminal.simulated.plans import Decision
from kiosk.hardware.terminal.simulated.station import Station

IDLE_S = 3_600.0
CODES = {"funds": "51", "pin": "55", "expired": "54", "refused": "05", "asked": "FU"}
NOT_FOUND, HOST_SILENT, NO_HOST, WILL_NOT_SAY = "EA", "FF", "FA", "EB"
BANNER = b"POSPC 3.1 simulated\r\n"
ODD_TAG, CARELESS_TAG = 0xCF, 0xCE


class Talk:
    """One link's conversation."""

    def __init__(self, station: Station, link: Link) -> None:
        self.station, self.link = station, link
        self._rest = b""

    def receive(self, within_s: float) -> Request | None:
        """Give the next request; none in that time, or where the link is lost."""
        until = time.monotonic() + within_s
        while True:
            match find_request(self._rest):
                case Complete(piece, rest):
                    told = self._rest[: len(self._rest) - len(rest)]
                    self._rest = rest
                    try:
                        return decode_request(piece.value if isinstance(piece, Word) else told)
                    except ProtocolError:
                        continue  # nothing is said to what is none
                case Incomplete():
                    received = self.link.receive(max(until - time.monotonic(), 0.0))
                    self._rest += received
                    if not received and (self.link.lost or time.monotonic() >= until):
                        return None
                case _:
                    self._rest = b""

    def run(self) -> None:
        """Answer request after request until the link is lost."""
        if self.station.settings.persona.odd and not self.link.is_serial:
            self.link.send(BANNER)
        while not self.link.lost:
            request = self.receive(IDLE_S)
            if request is None or not self.station.occupied.acquire(blocking=False):
                continue  # it is busy, and says nothing
            try:
                self._carry_out(request)
            finally:
                self.station.occupied.release()

    def _carry_out(self, request: Request) -> None:
        match request:
            case Ready():
                self.link.send(Word.OK.value)
            case Sale():
                PospcPayment(self, request).run()
            case Inquiry(reference):
                self._ask(INQUIRY, self._found(reference), reference)
            case Last():
                last = self.station.memory.last
                self._ask(LAST, last, last.reference if last else "")
            case Cancel():
                pass  # there is nothing to stop

    def _found(self, reference: str) -> Row | None:
        """Look where this terminal looks: at the bank, or in what it remembers itself."""
        memory = self.station.memory
        if self.station.persona(self.station.last_persona).own_memory:
            found = memory.remembered(reference)
        else:
            found = memory.at_the_bank(reference)
        return None if found is None or self.station.memory.is_undone(found) else found

    def _ask(self, service: int, row: Row | None, reference: str) -> None:
        fault, self.station.ask_fault = self.station.ask_fault, None
        if fault is not None and fault.act is Act.RESET:
            self.link.end(reset=True)
        elif fault is not None:
            self.link.mute()
        persona = self.station.persona(self.station.last_persona)
        if not persona.repeats:
            self.link.send(encode_response(Response(WILL_NOT_SAY, service)))
            return
        if row is None:
            answer = Response(NOT_FOUND, service, reference=reference)
        else:
            code = CODES.get(row.why, "05") if row.kind is Kind.DECLINED else "00"
            answer = response(row, code, service)
        self.link.send(encode_response(answer))


def response(row: Row, code: str, service: int, terminal_id: str = "") -> Response:
    """Give what is said of a sale."""
    at = JalaliDateTime.fromtimestamp(row.at_ms / 1_000)
    return Response(
        code,
        service,
        row.amount,
        row.reference,
        f"{row.trace:06d}" if row.trace else "",
        f"{row.number:012d}" if row.trace else "",
        at.strftime("%Y/%m/%d"),
        at.strftime("%H:%M"),
        mask_digits(PAN) if code == "00" else None,
        terminal_id or row.terminal_id,
    )


class PospcPayment(Payment):
    """From the sale's request to its one answer."""

    def __init__(self, talk: Talk, sale: Sale) -> None:
        super().__init__(talk.station, talk.link)
        self._talk, self._sale = talk, sale

    def run(self) -> None:
        """Carry it out, come what may."""
        self.station.last_persona = self.plan.persona
        sale = self._sale
        command = self.memory.asked(CHARGE, sale.amount, self.memory.currency, sale.reference)
        try:
            self._run(command)
        except Abandoned:
            return
        finally:
            self.over()

    def _run(self, command: Row) -> None:
        self.reach(Point.COMMAND)
        if self.has(Act.REFUSED):
            self._say_no(command, "not taken", NO_HOST)
            return
        self.reach(Point.ACCEPTED)
        self.reach(Point.CARD)
        decision, why = self.decide()
        self.listen(self.station.times.pin_s)
        if decision is Decision.CANCEL or self.cancelled or self.gives_up:
            self._say_no(command, "asked", CODES["asked"])
        elif decision is Decision.DECLINE:
            self.listen(self.station.times.bank_s)
            self._say_no(command, why or "refused", CODES[why or "refused"])
        else:
            self._approve(command)

    def listen(self, within_s: float) -> None:
        """Hear it; a cancel is taken until the bank is asked."""
        until = time.monotonic() + within_s
        while True:
            request = self._talk.receive(max(until - time.monotonic(), 0.0))
            if isinstance(request, Cancel) and not self.has(Act.ABORT_LATE):
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
        self._say(encode_response(response(row, code, SALE, self.memory.terminal_id)))

    def _approve(self, command: Row) -> None:
        time.sleep(self.station.times.bank_s)
        self.reach(Point.BANK)
        charged = self.charge(command)
        self.reach(Point.CHARGED)
        if self.has(Act.LATE):
            self.listen(self.station.times.late_s)
        code = HOST_SILENT if self.has(Act.UNSURE) else "00"
        told = encode_response(response(charged, code, SALE, self.told_terminal()))
        lost = self.link.lost
        self._say(told)
        lost = lost or self.link.lost
        self.reach(Point.RESULT)
        if lost:
            self.leave_unacknowledged(charged)

    def _say(self, told: bytes) -> None:
        tlv = told[LENGTH_DIGITS:-CRC_BYTES]
        if self.has(Act.CARD_DATA):
            tlv += bytes((CARELESS_TAG, len(PAN))) + PAN.encode("ascii")
            track = bytes.fromhex(TRACK2 + "F" * (len(TRACK2) % 2))
            tlv += bytes((CARELESS_TAG - 1, len(track))) + track
        if self.persona.odd:
            tlv = bytes((ODD_TAG, 2)) + b"\1\2" + tlv
        said = pack_response(tlv)
        assert len(said) == len(tlv) + AROUND_BYTES
        if self.has(Act.HALF):
            self.link.send(said[: len(said) // 2])
            self.link.end() if not self.link.is_serial else self.link.mute()
            return
        if self.has(Act.MERGE) or self.has(Act.TWICE):
            said += said
        self.link.send(said)


def talk_pospc(station: Station, link: Link) -> None:
    """Speak POS-PC on a link until it is lost."""
    Talk(station, link).run()
