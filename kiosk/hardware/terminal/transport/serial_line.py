"""A wire over a serial line, RS-232 or USB.

Nothing on the line tells a pulled cable from a silent terminal; only a USB port that vanishes is
noticed at once. The line is taken for this process alone.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import Annotated, Literal

import serial
from pydantic import Field

from kiosk.errors import ConfigError
from kiosk.hardware.terminal.transport.wire import LinkLost

SEND_S = 5.0


@dataclass(frozen=True, slots=True)
class Line:
    """How fast, and how a byte is framed."""

    baud: Annotated[int, Field(ge=300, le=921_600)] = 9_600
    parity: Literal["N", "E", "O"] = "N"
    stop_bits: Literal[1, 2] = 1


class SerialWire:
    """The line at ``port``; a link of udev's making rather than ``ttyUSB0``."""

    def __init__(self, port: str, line: Line) -> None:
        self.name = port
        self._line = line
        self._serial: serial.Serial | None = None

    def open(self) -> None:
        """Open the line, and forget what had come before; raises ``LinkLost``."""
        self.close()
        try:
            self._serial = serial.Serial(
                self.name,
                self._line.baud,
                parity=self._line.parity,
                stopbits=self._line.stop_bits,
                timeout=0,
                write_timeout=SEND_S,
                exclusive=True,
            )
            self._serial.reset_input_buffer()
        except (OSError, ValueError) as error:  # SerialException is an OSError
            self.close()
            raise LinkLost(f"{self.name}: {_reason(error)}") from None

    def send(self, data: bytes) -> None:
        """Write all of it; raises ``LinkLost``."""
        line = self._open()
        try:
            line.write(data)
        except OSError as error:
            self.close()
            raise LinkLost(f"{self.name}: {_reason(error)}") from None

    def receive(self, within_s: float) -> bytes:
        """Give what has come; raises ``LinkLost`` where the port has vanished."""
        line = self._open()
        try:
            line.timeout = max(within_s, 0.0)
            first: bytes = line.read(1)
            return first + line.read(line.in_waiting) if first else b""
        except OSError as error:
            self.close()
            raise LinkLost(f"{self.name}: {_reason(error)}") from None

    def close(self) -> None:
        """Let it go."""
        line, self._serial = self._serial, None
        if line:
            with contextlib.suppress(OSError):
                line.close()

    def _open(self) -> serial.Serial:
        if self._serial is None:
            raise LinkLost(f"{self.name}: not open")
        return self._serial


def _reason(error: Exception) -> str:
    if isinstance(error, serial.SerialTimeoutException):
        return "the line takes no bytes"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return " ".join(str(error).split()) or type(error).__name__


def read_port(address: str) -> str:
    """Give the port of ``/dev/kiosk-terminal``; raises ``ConfigError``."""
    if not address.startswith("/"):
        raise ConfigError(f"expected the path of a serial port, got {address!r}")
    return address
