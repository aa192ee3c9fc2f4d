"""A Sadad PcPos terminal, over TCP or a serial line.

INM, ACK; REQUEST, ACK; then the RESPONSE, which we acknowledge. There is no question for a
transaction that is over, so what is in doubt is for a person: ``probe`` is unwilling, always.

On a serial line an ACK may be lost. A RESPONSE in its place says as much; a broken RESPONSE is
answered with NACK; and after our own ACK the line is listened to for ``linger_s``, because the
terminal may send its RESPONSE again.

Source: docs/devices/sadad.md, which says what of this is our own.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field

from kiosk.clock import Clock, SystemClock
from kiosk.hardware.terminal.address import read_place_and
from kiosk.hardware.terminal.face import Completed, Declined, InDoubt, Outcome, Witness
from kiosk.hardware.terminal.hailed import SLICE_S, Hail, HailedLink, HailedTerminal
from kiosk.hardware.terminal.options import TerminalOptions
from kiosk.hardware.terminal.sadad import results
from kiosk.hardware.terminal.sadad.codec import encode, message_of
from kiosk.hardware.terminal.sadad.framing import Frame, find_frame
from kiosk.hardware.terminal.sadad.messages import (
    LIBRARY,
    LIBRARY_VERSION,
    ORDER_ID,
    Ack,
    Eot,
    Inm,
    Message,
    Nack,
    Request,
    Response,
)
from kiosk.hardware.terminal.sadad.results import Why
from kiosk.hardware.terminal.transport.frames import FrameChannel
from kiosk.hardware.terminal.transport.serial_line import Line, SerialWire, read_port
from kiosk.hardware.terminal.transport.tcp import TcpWire, read_place
from kiosk.hardware.terminal.transport.wire import LinkLost, Wire
from retail.tender import Asked, Probed, Result, Unwilling
from retail.values import RIAL, Money

PORT = 8_888
BAUD = 115_200  # as the document has it
LINGER_S = 1.0


@dataclass(frozen=True, slots=True)
class SadadSettings:
    """Options behind the address; all but ``order_id`` are of a serial line alone."""

    order_id: bool = True  # send our reference as field 5; no response tells it again
    parity: Literal["N", "E", "O"] = "N"
    stop_bits: Literal[1, 2] = 1
    linger_s: Annotated[float, Field(ge=0, le=30)] = LINGER_S


class SadadTerminal(HailedTerminal[Frame, Message]):
    """The face ``Terminal`` over PcPos."""

    protocol = "PcPos 1.5"

    def __init__(
        self,
        link: HailedLink[Frame, Message],
        options: TerminalOptions,
        settings: SadadSettings,
        linger_s: float,
    ) -> None:
        super().__init__(link, options)
        self._settings, self._linger_s = settings, linger_s

    def probe(self, reference: str) -> Probed:
        """Say that the protocol cannot."""
        return Unwilling("PcPos 1.5 knows no question for a transaction")

    def _command(self, asked: Asked) -> bytes:
        order = ((ORDER_ID, asked.reference),) if self._settings.order_id else ()
        return encode(Request(asked.amount.minor, (*order, (LIBRARY, LIBRARY_VERSION))))

    def _follow(self, asked: Asked, witness: Witness) -> Outcome:
        """Wait for the ACK of the request, and then for the response."""
        refused = self._link.refused
        message = self._link.receive(self._link.now() + self._options.answer_s)
        match message:
            case Ack():
                witness.accepted()
                return self._await_response(witness)
            case Response():
                witness.accepted()
                return self._judge(message, witness)
            case Nack():
                return Declined("NACK", "technical")
            case None if self._link.refused > refused:
                return self._await_response(witness)  # something came, and was broken: perhaps ACK
            case None:
                return InDoubt("the request was not answered in time")
            case _:
                return InDoubt("something else came before the request was accepted")

    def _await_response(self, witness: Witness) -> Outcome:
        until = self._link.now() + self._options.payment_s
        stopping, refused = False, self._link.refused
        while self._link.now() < until:
            if not stopping and witness.wants_cancel():
                stopping = True
                self._link.send(encode(Eot()))
            message = self._link.receive(until, SLICE_S)
            match message:
                case Response():
                    return self._judge(message, witness)
                case Eot():
                    return InDoubt("ended by the terminal without a response")
                case _:
                    pass
            if self._link.refused > refused:
                refused = self._link.refused
                self._link.send(encode(Nack()))
        return InDoubt("no response in time")

    def _judge(self, response: Response, witness: Witness) -> Outcome:
        why = results.why(response.code)
        if why is Why.UNDECIDED:
            return InDoubt(f"nobody says what code {response.code} is")
        result = _result_of(response)
        witness.resulted(result)
        if not response.good:
            with suppress(LinkLost):  # no is no, heard or not
                self._acknowledge(response)
            return Declined(response.code, why)
        self._acknowledge(response)
        witness.acked()
        return Completed(result)

    def _acknowledge(self, response: Response) -> None:
        self._link.send(encode(Ack()))
        until = self._link.now() + self._linger_s
        while self._linger_s and (message := self._link.receive(until)) is not None:
            match message:
                case Response() if message == response:
                    self._link.send(encode(Ack()))
                case Eot():
                    return
                case _:
                    pass


def _result_of(response: Response) -> Result:
    """Give what the journal keeps: the transaction number as the receipt, the RRN as the trace."""
    return Result(
        good=response.good,
        code=response.code,
        amount=None if response.amount is None else Money(response.amount, RIAL),
        terminal_id=response.terminal_id,
        receipt=_number(response.transaction),
        trace=_number(response.retrieval),
        card_bin=response.pan.bin if response.pan else "",
        card_last4=response.pan.last4 if response.pan else "",
    )


def _number(digits: str) -> int | None:
    return int(digits) if digits.isdecimal() else None


def _is_ack(message: Message) -> bool:
    return isinstance(message, Ack)


def over_tcp(address: str, options: TerminalOptions, clock: Clock | None = None) -> SadadTerminal:
    """Make the driver of ``10.0.0.9:8888``; raises ``ConfigError``."""
    place, settings = read_place_and(SadadSettings, address)
    host, port = read_place(place, PORT)
    channel = _channel(TcpWire(host, port, options.link_s), clock, skip=False)
    return _over(channel, options, settings, clock, linger_s=0.0)


def over_serial(
    address: str, options: TerminalOptions, clock: Clock | None = None
) -> SadadTerminal:
    """Make the driver of ``/dev/kiosk-terminal``; raises ``ConfigError``."""
    place, settings = read_place_and(SadadSettings, address)
    line = Line(options.baud or BAUD, settings.parity, settings.stop_bits)
    channel = _channel(SerialWire(read_port(place), line), clock, skip=True)
    return _over(channel, options, settings, clock, settings.linger_s)


def _channel(wire: Wire, clock: Clock | None, skip: bool) -> FrameChannel[Frame]:
    return FrameChannel(wire, find_frame, clock or SystemClock(), skip)


def _over(
    channel: FrameChannel[Frame],
    options: TerminalOptions,
    settings: SadadSettings,
    clock: Clock | None,
    linger_s: float,
) -> SadadTerminal:
    hail = Hail(encode(Inm()), _is_ack)
    clock = clock or SystemClock()
    link = HailedLink(channel, message_of, hail, clock, options.answer_s)
    return SadadTerminal(link, options, settings, linger_s)
