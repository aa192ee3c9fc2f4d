"""A Behpardakht POS-PC terminal, over TCP or a serial line.

"Ready?", "OK"; then the sale, and one response that tells what came of it. Nothing is acknowledged
on either side, so a result is complete as soon as it is on our disk. A response is believed to be
ours by our reference (BA) alone: a good one without it, or with another, is in doubt, and the
inquiry (service 16) then finds the sale by that reference. A refusal may come without it, because
"OK" has just said that the terminal was idle.

Source: docs/devices/behpardakht.md; docs/payment.md, section 4, "By reference".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field

from kiosk.clock import Clock, SystemClock
from kiosk.errors import DeviceError
from kiosk.hardware.terminal.address import read_place_and
from kiosk.hardware.terminal.behpardakht import results
from kiosk.hardware.terminal.behpardakht.codec import encode_request, response_of
from kiosk.hardware.terminal.behpardakht.framing import Piece, find_response
from kiosk.hardware.terminal.behpardakht.messages import (
    SALE,
    Answer,
    Cancel,
    Inquiry,
    Last,
    Ok,
    Response,
    Sale,
)
from kiosk.hardware.terminal.behpardakht.messages import Ready as AreYouReady
from kiosk.hardware.terminal.behpardakht.results import Why
from kiosk.hardware.terminal.face import (
    Cancelled,
    Completed,
    Declined,
    InDoubt,
    Outcome,
    Witness,
)
from kiosk.hardware.terminal.hailed import SLICE_S, Hail, HailedLink, HailedTerminal
from kiosk.hardware.terminal.options import TerminalOptions
from kiosk.hardware.terminal.transport.frames import FrameChannel
from kiosk.hardware.terminal.transport.serial_line import Line, SerialWire, read_port
from kiosk.hardware.terminal.transport.tcp import TcpWire, read_place
from kiosk.hardware.terminal.transport.wire import Wire
from retail.tender import Asked, NoneYet, Probed, Result, Silent, Unwilling
from retail.values import RIAL, Money

PORT = 1_024
BAUD = 115_200  # no sample tells it
INQUIRY_S = 30.0  # the terminal may ask its bank


@dataclass(frozen=True, slots=True)
class BehpardakhtSettings:
    """Options behind the address; ``parity`` and ``stop_bits`` are of a serial line alone."""

    b1: Annotated[int, Field(ge=0, le=999_999)] | None = None  # an id of payer or order, perhaps
    inquiry_s: Annotated[float, Field(gt=0, le=300)] = INQUIRY_S
    parity: Literal["N", "E", "O"] = "N"
    stop_bits: Literal[1, 2] = 1


class BehpardakhtTerminal(HailedTerminal[Piece, Answer]):
    """The face ``Terminal`` over POS-PC."""

    by_reference = True
    protocol = "POS-PC 3.1"

    def __init__(
        self,
        link: HailedLink[Piece, Answer],
        options: TerminalOptions,
        settings: BehpardakhtSettings,
    ) -> None:
        super().__init__(link, options)
        self._settings = settings

    def _command(self, asked: Asked) -> bytes:
        return encode_request(Sale(asked.amount.minor, asked.reference, b1=self._settings.b1))

    def _follow(self, asked: Asked, witness: Witness) -> Outcome:
        until = self._link.now() + self._options.payment_s
        stopping = False
        while self._link.now() < until:
            if not stopping and witness.wants_cancel():
                stopping = True
                self._link.send(encode_request(Cancel()))
            message = self._link.receive(until, SLICE_S)
            if isinstance(message, Response):
                return self._judge(message, asked, witness)
        return InDoubt("no response in time")

    def _judge(self, response: Response, asked: Asked, witness: Witness) -> Outcome:
        why = results.why(response.code)
        if response.reference not in ("", asked.reference) or response.service not in (None, SALE):
            return InDoubt("a response to something else")
        if response.good and not response.reference:
            return InDoubt("a good response that names no reference")
        if why in (Why.UNDECIDED, Why.NOT_FOUND):
            return InDoubt(f"the terminal does not know, code {response.code}")
        result = _result_of(response)
        witness.accepted()
        witness.resulted(result)
        if response.good:
            return Completed(result)
        if why is Why.CANCELLED:
            return Cancelled(response.code)
        return Declined(response.code, why)

    def probe(self, reference: str) -> Probed:
        """Ask for the sale with our reference (service 16); without one for the last (17)."""
        asked = Inquiry(reference) if reference else Last()
        try:
            self._link.make_ready()
            self._link.send(encode_request(asked))
            response = self._response()
        except DeviceError as error:
            return Silent(self._lost(error))
        self._news.back()
        if response is None:
            self._link.drop()
            return Silent("no response to the inquiry")
        return _probed(response, reference)

    def _response(self) -> Response | None:
        until = self._link.now() + self._settings.inquiry_s
        while (message := self._link.receive(until)) is not None:
            if isinstance(message, Response):
                return message
        return None


def _probed(response: Response, reference: str) -> Probed:
    """Say what an inquiry's response tells. A sale that is not good need not name itself."""
    why = results.why(response.code)
    if response.service == SALE:
        return Silent("a response to a sale, not to the inquiry")
    if why is Why.NOT_FOUND:
        return NoneYet()
    if why in (Why.UNDECIDED, Why.HOST):
        if reference:
            return Silent(f"the terminal does not know, code {response.code}")
        # of the last one: how that ended, which is no reason to refuse the next
        known = response.trace or response.retrieval or response.reference
        return _result_of(response) if known else Unwilling(f"code {response.code} and no more")
    if reference and response.reference not in ("", reference):
        return Silent("a response to another reference")
    if reference and response.good and not response.reference:
        return Unwilling("a good response that names no reference")
    return _result_of(response)


def _result_of(response: Response) -> Result:
    """Give what the journal keeps: C1 as the receipt number, C2 (RRN) as the trace."""
    return Result(
        good=response.good,
        code=response.code,
        amount=None if response.amount is None else Money(response.amount, RIAL),
        terminal_id=response.terminal_id,
        receipt=_number(response.trace),
        trace=_number(response.retrieval),
        card_bin=response.pan.bin if response.pan else "",
        card_last4=response.pan.last4 if response.pan else "",
        told_at=f"{response.date_jalali} {response.time}".strip(),
    )


def _number(digits: str) -> int | None:
    return int(digits) if digits.isdecimal() else None


def _is_ok(message: Answer) -> bool:
    return isinstance(message, Ok)


def over_tcp(
    address: str, options: TerminalOptions, clock: Clock | None = None
) -> BehpardakhtTerminal:
    """Make the driver of ``10.0.0.9:1024``; raises ``ConfigError``."""
    place, settings = read_place_and(BehpardakhtSettings, address)
    host, port = read_place(place, PORT)
    return _over(TcpWire(host, port, options.link_s), options, settings, clock, skip=False)


def over_serial(
    address: str, options: TerminalOptions, clock: Clock | None = None
) -> BehpardakhtTerminal:
    """Make the driver of ``/dev/kiosk-terminal``; raises ``ConfigError``."""
    place, settings = read_place_and(BehpardakhtSettings, address)
    line = Line(options.baud or BAUD, settings.parity, settings.stop_bits)
    return _over(SerialWire(read_port(place), line), options, settings, clock, skip=True)


def _over(
    wire: Wire,
    options: TerminalOptions,
    settings: BehpardakhtSettings,
    clock: Clock | None,
    skip: bool,
) -> BehpardakhtTerminal:
    clock = clock or SystemClock()
    channel: FrameChannel[Piece] = FrameChannel(wire, find_response, clock, skip)
    hail = Hail(encode_request(AreYouReady()), _is_ok)
    link = HailedLink(channel, response_of, hail, clock, options.answer_s)
    return BehpardakhtTerminal(link, options, settings)
