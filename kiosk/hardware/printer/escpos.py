"""A receipt printer that speaks ESC/POS, over the network, USB or a serial line.

Three transports under one dialogue: how is it, and a picture. "Printed" is the printer's own word
that stands behind the picture in its queue (``Confirm``); without it nobody can tell.

Source: docs/devices/printer.md.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from time import monotonic
from typing import Annotated, Literal

from PIL.Image import Image
from pydantic import Field

from kiosk.errors import ConfigError, DeviceError
from kiosk.hardware.printer.codec import (
    Ask,
    Confirm,
    answer_in,
    ask,
    check_profile,
    confirmation,
    fresh_start,
    is_confirmed,
    picture_bytes,
    read_states,
)
from kiosk.hardware.printer.face import Begin, Broken, NotBegun, Outcome, Printed
from kiosk.hardware.printer.wires import Line, SerialWire, TcpWire, UsbWire, Wire
from kiosk.receipt_messages import Offline, PrinterState, can_print

log = logging.getLogger(__name__)
Dots = Literal[576, 512, 384]  # 80 mm paper at 203 and 180 dots an inch, 58 mm paper
CHUNK_BYTES = 2_048
JOB_MAX = 10_000
SLOWEST_DOTS_S = 400  # 50 mm a second; a basket of 200 lines is 3 m long
HEARD_MAX = 256


@dataclass(frozen=True, slots=True)
class Paper:
    """What goes for a printer on any wire; times in seconds."""

    dots: Dots = 576
    profile: str = "default"  # a model of python-escpos' table
    confirm: Confirm = Confirm.STATUS
    rows: Annotated[int, Field(ge=8, le=1_600)] = 240  # lines of a picture that go at a time
    answer_s: Annotated[float, Field(gt=0, le=10)] = 1.0
    print_s: Annotated[float, Field(gt=0, le=120)] = 15.0


@dataclass(frozen=True, slots=True)
class NetworkPrinterConfig:
    """A printer at ``host``; 9100 is the port that they all have."""

    host: str
    port: Annotated[int, Field(ge=1, le=65_535)] = 9_100
    connect_s: Annotated[float, Field(gt=0, le=10)] = 2.0
    paper: Paper = field(default_factory=Paper)


@dataclass(frozen=True, slots=True)
class UsbPrinterConfig:
    """A printer that the kernel has made a file of."""

    port: str = "/dev/kiosk-printer"
    paper: Paper = field(default_factory=Paper)


@dataclass(frozen=True, slots=True)
class SerialPrinterConfig:
    """A printer on RS-232, or on USB as a virtual COM port; ``port`` a link of udev's making."""

    port: str
    baud: Annotated[int, Field(ge=9_600, le=921_600)] = 115_200
    parity: Literal["N", "E", "O"] = "N"
    paper: Paper = field(default_factory=Paper)


class EscposPrinter:
    """Used by one thread; see ``kiosk.hardware.printer.face.Printer``."""

    def __init__(self, name: str, wire: Wire, paper: Paper) -> None:
        self.name, self.dots = name, int(paper.dots)
        self._wire, self._paper = wire, paper
        self._open, self._used, self._job = False, False, 0  # used: something was printed by it
        self._heard = b""  # since the picture was sent

    def state(self) -> PrinterState:
        """Ask how it is; opens the link where it is not open."""
        try:
            check_profile(self._paper.profile, self.dots)
            self._reach()
            return self._ask_all()
        except ConfigError as error:
            return Offline(str(error))
        except DeviceError as error:
            self.close()
            return Offline(str(error))

    def print_picture(self, picture: Image, begin: Begin) -> Outcome:
        """Print and cut."""
        assert picture.width == self.dots, f"{picture.width} for paper of {self.dots}"
        state = self.state()
        if not can_print(state):
            return NotBegun(state)
        paper = self._paper
        pieces = picture_bytes(picture, paper.profile, paper.rows)
        if not self._used:
            pieces = (fresh_start(paper.profile, self.dots, paper.rows), *pieces)
        begin()
        self._used = True
        self._job = (self._job + 1) % JOB_MAX
        try:
            self._send(pieces)
            return self._wait_for_word(paper.print_s + picture.height / SLOWEST_DOTS_S)
        except DeviceError as error:
            self.close()
            return Broken(str(error))

    def close(self) -> None:
        """Let the link go."""
        self._open = False
        self._wire.close()

    def _reach(self) -> None:
        if not self._open:
            self._wire.open()
            self._open, self._used = True, False

    def _send(self, pieces: tuple[bytes, ...]) -> None:
        word = confirmation(self._paper.confirm, self._job)
        for piece in (*pieces, word):
            for start in range(0, len(piece), CHUNK_BYTES):  # a slow line has its time for each
                self._wire.send(piece[start : start + CHUNK_BYTES])

    def _wait_for_word(self, within_s: float) -> Outcome:
        """Wait for the word behind the picture, and ask meanwhile what keeps it back."""
        self._heard, ends = b"", monotonic() + within_s
        while monotonic() < ends:
            came = self._receive(self._paper.answer_s)
            if not came:
                state = self._ask_all()  # hears the word, too, where it comes now
                if not can_print(state) and not self._is_done():
                    return self._broken(state)
            if self._is_done():
                return Printed()
        return Broken("the printer does not say that it is done")

    def _is_done(self) -> bool:
        return is_confirmed(self._paper.confirm, self._job, self._heard)

    def _broken(self, state: PrinterState) -> Broken:
        why = state.why if isinstance(state, Offline) else type(state).__name__
        return Broken(f"stopped in the middle: {why}")

    def _ask_all(self) -> PrinterState:
        return read_states({what: self._asked(what) for what in Ask})

    def _asked(self, what: Ask) -> int:
        while self._receive(0.0):  # the answer to a question that nobody waited for any more
            pass
        self._wire.send(ask(what))
        received, ends = b"", monotonic() + self._paper.answer_s
        while (left_s := ends - monotonic()) > 0:
            received += self._receive(left_s)
            answer = answer_in(received)
            if answer is not None:
                return answer
        raise DeviceError(f"{self._wire.name}: no answer")

    def _receive(self, within_s: float) -> bytes:
        came = self._wire.receive(within_s)
        self._heard = (self._heard + came)[-HEARD_MAX:]
        return came


def network_printer(name: str, config: NetworkPrinterConfig) -> EscposPrinter:
    """Make the driver; it opens no link yet."""
    return EscposPrinter(name, TcpWire(config.host, config.port, config.connect_s), config.paper)


def usb_printer(name: str, config: UsbPrinterConfig) -> EscposPrinter:
    """Make the driver; it opens no link yet."""
    return EscposPrinter(name, UsbWire(config.port), config.paper)


def serial_printer(name: str, config: SerialPrinterConfig) -> EscposPrinter:
    """Make the driver; it opens no link yet."""
    line = Line(config.baud, config.parity)
    return EscposPrinter(name, SerialWire(config.port, line), config.paper)
