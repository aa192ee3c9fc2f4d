"""A ZVT terminal, over TCP or a serial line: what it is to the rest of the kiosk.

Source: docs/devices/zvt.md; docs/payment.md, sections 3, 4 and 7.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import partial

from kiosk.clock import Clock, SystemClock
from kiosk.errors import DeviceError
from kiosk.hardware.terminal.address import read_place_and
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
from kiosk.hardware.terminal.transport.frames import Channel, FrameChannel
from kiosk.hardware.terminal.transport.news import LinkNews, name_of
from kiosk.hardware.terminal.transport.serial_line import Line, SerialWire, read_port
from kiosk.hardware.terminal.transport.tcp import TcpWire, read_place
from kiosk.hardware.terminal.zvt.blocks import BlockChannel, BlockTimes
from kiosk.hardware.terminal.zvt.dialogue import Command, Payment, Times
from kiosk.hardware.terminal.zvt.errands import NotTaken
from kiosk.hardware.terminal.zvt.framing import find_frame
from kiosk.hardware.terminal.zvt.link import Link
from kiosk.hardware.terminal.zvt.messages import (
    SERVICE_STATUS_ONLY,
    Authorisation,
    Charge,
    EndOfDay,
    Refund,
    RepeatReceipt,
    Reversal,
    StatusEnquiry,
    StatusInformation,
)
from kiosk.hardware.terminal.zvt.settings import ZvtSettings
from kiosk.hardware.terminal.zvt.telling import code_of, result_of, totals_of
from retail.tender import Asked, NoneYet, Probed, Silent, Unwilling

log = logging.getLogger(__name__)

PORT = 20_007  # in the documents of most makers
BAUD = 9_600


class ZvtTerminal:
    """The face ``Terminal`` over ZVT."""

    by_reference = False

    def __init__(self, link: Link, options: TerminalOptions, settings: ZvtSettings) -> None:
        self._link, self._options, self._settings = link, options, settings
        self._times = Times(options.answer_s, options.payment_s, settings.whole_s)
        self._news = LinkNews(link.name)

    def __repr__(self) -> str:
        return f"ZvtTerminal({self._link.name})"

    @property
    def reverses_unacknowledged(self) -> bool:
        """Whether the terminal undoes what was not acknowledged."""
        return self._options.reverses_unacknowledged

    def state(self) -> State:
        """Ask how it is (05 01)."""
        enquiry = StatusEnquiry(self._link.password)
        try:
            if not self._settings.enquire:
                self._link.make_ready()
                self._news.back()
                return Ready(self._link.terminal_id)
            told = self._link.run(enquiry, self._settings.errand_s)
        except NotTaken as error:
            return Busy(f"status enquiry {error}")
        except DeviceError as error:
            return Lost(self._lost(error))
        self._news.back()
        status = told.completion.status
        if status is None or status in self._settings.ready:
            return Ready(self._link.terminal_id)
        return Busy(f"status {code_of(status)}")

    def _lost(self, error: DeviceError) -> str:
        self._link.drop()
        self._news.lost(str(error))
        return str(error)

    def probe(self, reference: str) -> Probed:
        """Ask for the last receipt again (06 20 with service byte 03)."""
        repeat = RepeatReceipt(self._link.password, SERVICE_STATUS_ONLY)
        try:
            told = self._link.run(repeat, self._settings.errand_s)
        except NotTaken as error:
            if error.aborted in self._settings.none_yet:
                return NoneYet()
            return Unwilling(f"repeat receipt {error}")
        except DeviceError as error:
            return Silent(self._lost(error))
        self._news.back()
        return self._last_of(told.statuses)

    def _last_of(self, statuses: tuple[StatusInformation, ...]) -> Probed:
        if len(statuses) != 1:
            return Unwilling(f"repeat receipt told {len(statuses)} results, expected one")
        [status] = statuses
        if status.result is None:
            return Unwilling("repeat receipt told a status without a result")
        return result_of(status, self._options.currency)

    def end_of_day(self) -> Totals | Lost | Busy:
        """Settle the day (06 50)."""
        try:
            told = self._link.run(EndOfDay(self._link.password), self._options.payment_s)
        except NotTaken as error:
            return Busy(f"end of day {error}")
        except DeviceError as error:
            return Lost(self._lost(error))
        self._news.back()
        return totals_of(told.statuses, told.lines, self._options.currency)

    def authorise(self, asked: Asked, witness: Witness) -> Outcome:
        """Charge (06 01)."""
        return self._spend("authorise", Authorisation, asked, witness)

    def reverse(self, asked: Asked, receipt: int, witness: Witness) -> Outcome:
        """Undo the transaction with this receipt number (06 30)."""
        reversal = partial(Reversal, self._link.password, receipt)
        return self._spend("reverse", reversal, asked, witness)

    def refund(self, asked: Asked, witness: Witness) -> Outcome:
        """Give back (06 31)."""
        return self._spend("refund", partial(Refund, self._link.password), asked, witness)

    def _spend(
        self, what: str, make: Callable[[Charge], Command], asked: Asked, witness: Witness
    ) -> Outcome:
        try:
            command = make(Charge(asked.amount.minor, self._link.currency))
        except ValueError as error:
            return NotSent(str(error))
        if why := self._not_ready(asked):
            log.warning("terminal-%s-not-sent terminal=%s reason=%s", what, self._link.name, why)
            return NotSent(why)
        outcome: Outcome = InDoubt("broken off")
        payment = Payment(self._link.talk, self._times, self._options.currency, witness)
        log.info("terminal-%s-sent terminal=%s ref=%s", what, self._link.name, asked.reference)
        try:
            outcome = payment.run(command)
        finally:
            # also where the witness could not write: unanswered, the terminal goes by its own rule
            if isinstance(outcome, InDoubt):
                self._link.drop()
            told = name_of(outcome)
            log.info("terminal-%s-ended terminal=%s outcome=%s", what, self._link.name, told)
        return outcome

    def _not_ready(self, asked: Asked) -> str | None:
        """Say why nothing can be sent; none where it can, and the link is registered."""
        expected = self._options.currency
        if asked.amount.currency != expected:
            return f"expected an amount in {expected}, got {asked.amount.currency}"
        try:
            self._link.make_ready()
        except DeviceError as error:
            return self._lost(error)
        self._news.back()
        if asked.terminal_id and self._link.terminal_id not in ("", asked.terminal_id):
            return f"expected terminal {asked.terminal_id}, got {self._link.terminal_id}"
        return None

    def close(self) -> None:
        """Let the link go, and the terminal's own keys work again."""
        self._link.close()


def over_tcp(address: str, options: TerminalOptions, clock: Clock | None = None) -> ZvtTerminal:
    """Make the driver of ``10.0.0.9:20007``; raises ``ConfigError``."""
    clock = clock or SystemClock()
    place, settings = read_place_and(ZvtSettings, address)
    host, port = read_place(place, PORT)
    wire = TcpWire(host, port, options.link_s)
    channel: FrameChannel[bytes] = FrameChannel(wire, find_frame, clock)
    return _over(channel, options, settings, clock)


def over_serial(address: str, options: TerminalOptions, clock: Clock | None = None) -> ZvtTerminal:
    """Make the driver of ``/dev/kiosk-terminal``; raises ``ConfigError``."""
    clock = clock or SystemClock()
    place, settings = read_place_and(ZvtSettings, address)
    wire = SerialWire(
        read_port(place), Line(options.baud or BAUD, settings.parity, settings.stop_bits)
    )
    times = BlockTimes(settings.t1_s, settings.t2_s)
    return _over(BlockChannel(wire, clock, times), options, settings, clock)


def _over(
    channel: Channel[bytes], options: TerminalOptions, settings: ZvtSettings, clock: Clock
) -> ZvtTerminal:
    return ZvtTerminal(Link(channel, options, settings, clock), options, settings)
