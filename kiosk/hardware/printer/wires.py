"""Wires to a printer: TCP and serial as for terminals, and USB as the kernel's printer file.

The kernel's ``usblp`` makes a file of a USB printer, in both directions; libusb would have to take
it away from the kernel first, and wants rights on the whole bus.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import select
from time import monotonic
from typing import NoReturn

from kiosk.hardware.presence import reason_of
from kiosk.hardware.terminal.transport.serial_line import Line, SerialWire
from kiosk.hardware.terminal.transport.tcp import TcpWire
from kiosk.hardware.terminal.transport.wire import LinkLost, Wire

__all__ = ["Line", "LinkLost", "SerialWire", "TcpWire", "UsbWire", "Wire"]

SEND_S = 5.0  # in which a printer takes some of what it is sent
READ_BYTES = 4_096


class UsbWire:
    """The printer file at ``port``; a link of udev's making rather than ``usb/lp0``."""

    def __init__(self, port: str) -> None:
        self.name = port
        self._fd: int | None = None

    def open(self) -> None:
        """Open it for this process alone; raises ``LinkLost``."""
        self.close()
        try:
            self._fd = os.open(self.name, os.O_RDWR | os.O_NONBLOCK | os.O_NOCTTY)
            fcntl.flock(self._fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            self.close()
            raise LinkLost(f"{self.name}: {reason_of(error)}") from None

    def send(self, data: bytes) -> None:
        """Write all of it; raises ``LinkLost``, also where nothing is taken for ``SEND_S``."""
        fd, rest, ends = self._open(), memoryview(data), monotonic() + SEND_S
        while rest:
            try:
                rest, ends = rest[os.write(fd, rest) :], monotonic() + SEND_S
            except BlockingIOError:
                self._wait(fd, ends)
            except OSError as error:
                self._lost(reason_of(error))

    def receive(self, within_s: float) -> bytes:
        """Give what has come; raises ``LinkLost`` where the printer has vanished."""
        fd = self._open()
        ready, _, _ = select.select([fd], [], [], max(within_s, 0.0))
        try:
            return os.read(fd, READ_BYTES) if ready else b""
        except BlockingIOError:
            return b""
        except OSError as error:
            self._lost(reason_of(error))

    def close(self) -> None:
        """Let it go."""
        fd, self._fd = self._fd, None
        if fd is not None:
            with contextlib.suppress(OSError):
                os.close(fd)

    def _wait(self, fd: int, ends: float) -> None:
        _, ready, _ = select.select([], [fd], [], max(ends - monotonic(), 0.0))
        if not ready:
            self._lost("the printer takes no bytes")

    def _lost(self, why: str) -> NoReturn:
        self.close()
        raise LinkLost(f"{self.name}: {why}")

    def _open(self) -> int:
        if self._fd is None:
            raise LinkLost(f"{self.name}: not open")
        return self._fd
