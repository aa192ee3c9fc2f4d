"""A receipt printer that is not there: on a real socket or pseudo-terminal, with levers.

It prints onto sheets in memory, keeps back what it cannot print, and goes on with it when its
fault is gone, as real ones do. Ships with the product: tests and the simulator use it.
"""

from __future__ import annotations

import contextlib
import os
import select
import socket
import tty
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread

from PIL import Image

from kiosk.errors import DataError
from kiosk.hardware.printer.codec import INVERTED
from kiosk.hardware.printer.roll import (
    Command,
    Cut,
    Feed,
    Raster,
    TellProcess,
    TellStatus,
    next_command,
    real_time_in,
)

STEP_S = 0.01
FEED_DOTS = 30  # of a line


@dataclass(slots=True)
class Levers:
    """What is wrong with it; set from any thread. ``stop_after_rows`` jams it in a picture."""

    paper_low: bool = False
    no_paper: bool = False
    cover_open: bool = False
    jammed: bool = False
    offline: bool = False
    silent: bool = False  # takes bytes and answers nothing
    holds_back: bool = False  # takes bytes, says that it is well and prints nothing yet
    cable_out: bool = False
    stop_after_rows: int | None = None  # then the paper is at its end
    cut_after_bytes: int | None = None  # then the cable is out

    @property
    def stopped(self) -> bool:
        """Whether it prints nothing now."""
        return self.no_paper or self.cover_open or self.jammed or self.offline

    def answer(self, what: int) -> int:
        """Give the byte that DLE EOT ``what`` is answered with."""
        offline = 0x08 if self.stopped else 0
        if what == 1:
            return 0x12 | offline
        if what == 2:
            return 0x12 | 0x04 * self.cover_open | 0x20 * self.no_paper | 0x40 * self.jammed
        if what == 3:
            return 0x12 | 0x08 * self.jammed
        return 0x12 | 0x0C * (self.paper_low or self.no_paper) | 0x60 * self.no_paper


@dataclass(slots=True)
class Roll:
    """What came out: ``sheets`` were cut off, ``rows`` hang from the printer; 1 is black."""

    sheets: list[Image.Image] = field(default_factory=list)
    rows: list[bytes] = field(default_factory=list)
    width: int = 0

    def feed(self, raster: bytes, width: int) -> None:
        """Print lines of ``width`` bytes."""
        self.width = width
        self.rows += [raster[at : at + width] for at in range(0, len(raster), width)]

    def cut(self) -> None:
        """Cut off what hangs; where nothing does, nothing falls."""
        if self.rows:
            self.sheets.append(picture_of(self.rows, self.width))
        self.rows = []


def picture_of(rows: list[bytes], width: int) -> Image.Image:
    """Make a picture of printed lines, black on white."""
    dots = b"".join(row.ljust(width, b"\0") for row in rows)
    return Image.frombytes("1", (8 * width, len(rows)), dots.translate(INVERTED))


class FakePrinter:
    """The printer itself; ``hear`` gives what it answers. One thread calls it at a time."""

    def __init__(self) -> None:
        self.levers, self.roll = Levers(), Roll()
        self.switched_off = 0  # times that a picture held DLE DC4
        self.odd_bytes = 0  # of no command
        self._buffer, self._tail, self._heard = b"", b"", 0

    @property
    def sheets(self) -> list[Image.Image]:
        """The receipts that were cut off."""
        return self.roll.sheets

    def hear(self, data: bytes) -> bytes:
        """Take bytes from the wire; gives the answers."""
        if self.levers.cut_after_bytes is not None:
            data = data[: max(0, self.levers.cut_after_bytes - self._heard)]
            self.levers.cable_out = (
                not data or self._heard + len(data) >= self.levers.cut_after_bytes
            )
        self._heard += len(data)
        answers = b"".join(self._at_once(data))
        self._buffer += data
        return b"" if self.levers.silent else answers + self.work()

    def work(self) -> bytes:
        """Print what waits, as far as it can; gives the answers that stand in the queue."""
        answers = b""
        while self._buffer and not (self.levers.stopped or self.levers.holds_back):
            try:
                command, size = next_command(self._buffer)
            except DataError:  # as printers do with what they do not know
                command, size, self.odd_bytes = None, 1, self.odd_bytes + 1
            if not size:
                break
            if isinstance(command, Raster) and not self._print(command):
                break
            self._buffer = self._buffer[size:]
            answers += self._done(command)
        return b"" if self.levers.silent else answers

    def _at_once(self, data: bytes) -> Iterator[bytes]:
        stream = self._tail + data
        for kind, parameter in real_time_in(stream):
            if kind == 0x04:
                yield bytes((self.levers.answer(parameter),))
            else:
                self.switched_off += 1
        self._tail = stream[-2:] if stream[-3:-2] != b"\x10" else b""

    def _print(self, raster: Raster) -> bool:
        left = self.levers.stop_after_rows
        if left is None or left >= raster.rows:
            self.levers.stop_after_rows = None if left is None else left - raster.rows
            self.roll.feed(raster.dots, raster.width)
            return True
        self.roll.feed(raster.dots[: left * raster.width], raster.width)
        rest = raster.dots[left * raster.width :]
        head = self._buffer[:6] + (raster.rows - left).to_bytes(2, "little")
        self._buffer = head + rest + self._buffer[8 + len(raster.dots) :]
        self.levers.no_paper, self.levers.stop_after_rows = True, None
        return False

    def _done(self, command: Command | None) -> bytes:
        match command:
            case Feed(lines):
                self.roll.feed(b"\0" * self.roll.width * FEED_DOTS * lines, self.roll.width or 1)
            case Cut():
                self.roll.cut()
            case TellStatus():
                return bytes((0x0F if self.levers.no_paper else 0x03 * self.levers.paper_low,))
            case TellProcess(process):
                return b'\x37"' + process + b"\0"
            case _:
                pass
        return b""


# ---- on a wire


@contextmanager
def on_socket(printer: FakePrinter, port: int = 0) -> Iterator[int]:
    """Let it listen on loopback; gives the port. One connection at a time, as many have it."""
    with (
        socket.create_server(("127.0.0.1", port)) as server,
        _running(lambda stop: _serve_socket(printer, server, stop)),
    ):
        yield server.getsockname()[1]


@contextmanager
def on_pseudo_terminal(printer: FakePrinter, link: Path) -> Iterator[Path]:
    """Let it sit behind ``link``, which leads to a pseudo-terminal."""
    ours, theirs = os.openpty()
    tty.setraw(theirs)
    link.symlink_to(os.ttyname(theirs))
    try:
        with _running(lambda stop: _serve_fd(printer, ours, stop)):
            yield link
    finally:
        link.unlink(missing_ok=True)
        for end in (ours, theirs):
            with contextlib.suppress(OSError):
                os.close(end)


@contextmanager
def _running(body: Callable[[Event], None]) -> Iterator[None]:
    stop = Event()
    thread = Thread(target=body, args=(stop,), name="fake-printer", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(5)


def _serve_socket(printer: FakePrinter, server: socket.socket, stop: Event) -> None:
    server.settimeout(STEP_S)
    while not stop.is_set():
        try:
            link, _ = server.accept()
        except TimeoutError:
            continue
        with link:
            if not printer.levers.cable_out:
                _serve_link(printer, link, stop)


def _serve_link(printer: FakePrinter, link: socket.socket, stop: Event) -> None:
    link.settimeout(STEP_S)
    while not stop.is_set() and not printer.levers.cable_out:
        try:
            data = link.recv(4_096)
        except TimeoutError:
            data = None
        except OSError:
            return
        if data == b"":
            return
        answer = printer.work() if data is None else printer.hear(data)
        with contextlib.suppress(OSError):
            link.sendall(answer)


def _serve_fd(printer: FakePrinter, fd: int, stop: Event) -> None:
    while not stop.is_set():
        ready, _, _ = select.select([fd], [], [], STEP_S)
        data = os.read(fd, 4_096) if ready else b""
        if printer.levers.cable_out:
            continue
        answer = printer.hear(data) if data else printer.work()
        if answer:
            os.write(fd, answer)
