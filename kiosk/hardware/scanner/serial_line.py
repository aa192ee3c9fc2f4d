"""Barcode scanner on a serial line: RS-232, or USB as a virtual COM port.

The driver passes on the bytes between the ends of codes (``frames``); ``retail.barcodes``
decides what they mean. A pulled cable is news, not an error: one ``DeviceLost``, quiet
retries, one ``DeviceReady``. Half a code, left by a pulled cable or followed by silence, is
dropped: it is never joined to the next.

Stops within ``READ_TIMEOUT_S``; while the device is lost, at once.
Source: docs/devices/scanner-serial.md (line settings, ends of codes, wires).
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from threading import Event
from typing import Annotated

import serial
from pydantic import Field

from kiosk.errors import DeviceError
from kiosk.hardware.presence import Link, Presence, reason_of
from kiosk.hardware.scanner.aim import split_identifier
from kiosk.hardware.scanner.frames import Framing, take_codes
from kiosk.messages import Post, Scanned

log = logging.getLogger(__name__)

READ_TIMEOUT_S = 0.2  # how long a silent line may delay a stop
KEEP_ALIVE_S = 2.0  # how often a silent line is asked whether it is still there


class Wire(Enum):
    """The wire of RS-232 by which a scanner shows that it is plugged in, if it has one."""

    NONE = ""
    DSR = "dsr"
    CTS = "cts"
    CD = "cd"


@dataclass(frozen=True, slots=True)
class SerialScannerConfig:
    """Which line, how fast, and how a code ends on it."""

    port: str = "/dev/kiosk-scanner"  # the link that systemd/70-kiosk.rules makes
    baud: Annotated[int, Field(ge=300, le=921_600)] = 9_600
    framing: Framing = Framing.ANY
    identifier: bool = True  # part an AIM code identifier from the code
    wire: Wire = Wire.NONE
    pause_s: Annotated[float, Field(ge=READ_TIMEOUT_S, le=KEEP_ALIVE_S)] = 0.4
    retry_s: Annotated[float, Field(gt=0, le=60)] = 2.0


def open_line(config: SerialScannerConfig) -> serial.Serial:
    """Open the line for this process alone; raises ``OSError``."""
    return serial.Serial(config.port, config.baud, timeout=READ_TIMEOUT_S, exclusive=True)


class SerialScanner:
    """Posts what the scanner reads; ``run`` is the body of the device's own thread."""

    def __init__(
        self,
        name: str,
        config: SerialScannerConfig,
        post: Post,
        open_line: Callable[[SerialScannerConfig], serial.Serial] = open_line,
    ) -> None:
        self.name = name
        self._config, self._post, self._open_line = config, post, open_line

    def run(self, stop: Event) -> None:
        """Serve the line until ``stop``."""
        presence = Presence(self.name, self._post)
        while not stop.is_set():
            try:
                link = Link.to(self._config.port)
                with self._open_line(self._config) as line:
                    self._check_wire(line)
                    presence.ready()
                    self._pass_on(line, link, stop)
            except (OSError, DeviceError) as error:  # SerialException is an OSError
                presence.lost(reason_of(error))
                stop.wait(self._config.retry_s)

    def _pass_on(self, line: serial.Serial, link: Link, stop: Event) -> None:
        rest, quiet_s = b"", 0.0
        while not stop.is_set():
            received = line.read(line.in_waiting or 1)
            if received:
                rest, quiet_s = self._take(rest + received), 0.0
                continue
            quiet_s += READ_TIMEOUT_S
            if rest and quiet_s >= self._config.pause_s:
                # a scanner that sends no end of a code shows here: docs/devices tells the cure
                log.warning("scan-unfinished device=%s bytes=%d", self.name, len(rest))
                rest = b""
            if quiet_s >= KEEP_ALIVE_S:
                link.check()
                self._check_wire(line)
                quiet_s = 0.0

    def _take(self, received: bytes) -> bytes:
        codes, rest, noise = take_codes(received, self._config.framing)
        if noise:
            log.warning("scan-noise device=%s frames=%d", self.name, noise)
        for code in codes:
            symbology, raw = split_identifier(code) if self._config.identifier else ("", code)
            if raw:
                self._post(Scanned(self.name, raw, symbology))
        return rest

    def _check_wire(self, line: serial.Serial) -> None:
        wire = self._config.wire
        if wire is not Wire.NONE and not getattr(line, wire.value):
            raise DeviceError(f"{self._config.port}: no signal on {wire.name}, the cable is out")
