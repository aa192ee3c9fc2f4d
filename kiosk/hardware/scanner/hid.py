"""Barcode scanner that is a keyboard (USB HID or Bluetooth), read below the keyboard layout.

The driver takes the scanner for itself (EVIOCGRAB), so that nothing it types reaches the
window: Enter presses no button, and whatever screen is open, the code comes here. ``keys``
makes codes of key presses; ``retail.barcodes`` decides what they mean.

Stops within ``READ_TIMEOUT_S``; while the device is lost, at once.
Source: docs/devices/scanner-hid.md; kernel documentation, input/event-codes.
"""

from __future__ import annotations

import logging
import select
from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import dataclass
from threading import Event
from typing import Annotated, Any, Literal, Protocol

from pydantic import Field

from kiosk.errors import DeviceError
from kiosk.hardware.presence import Link, Presence, reason_of
from kiosk.hardware.scanner.aim import split_identifier
from kiosk.hardware.scanner.keys import KEY_NAMES, Habits, Press, Typed, read_presses
from kiosk.messages import Post, Scanned

log = logging.getLogger(__name__)

READ_TIMEOUT_S = 0.2  # how long a silent scanner may delay a stop
KEEP_ALIVE_S = 2.0  # how often a silent scanner is asked whether it is still there
EV_SYN, EV_KEY = 0, 1  # types of events, linux/input-event-codes.h
SYN_DROPPED = 3

EndKey = Literal["enter", "keypad-enter", "tab"]
SeparatorKey = Literal[
    "f1", "f2", "f3", "f4", "f5", "f6", "f7", "f8", "f9", "f10", "f11", "f12", "down"
]


@dataclass(frozen=True, slots=True)
class HidScannerConfig:
    """Which scanner, and how it was told to type."""

    port: str = "/dev/kiosk-scanner-hid"  # the link that systemd/70-kiosk.rules makes
    ends: tuple[EndKey, ...] = ("enter", "keypad-enter", "tab")
    separators: tuple[SeparatorKey, ...] = ()  # besides Ctrl+], keys that mean GS
    identifier: bool = True  # part an AIM code identifier from the code
    gap_s: Annotated[float, Field(gt=0, le=5)] = 0.3
    retry_s: Annotated[float, Field(gt=0, le=60)] = 2.0

    def habits(self) -> Habits:
        """Give the same as the codec wants it."""
        return Habits(
            ends=frozenset(KEY_NAMES[name] for name in self.ends),
            separators=frozenset(KEY_NAMES[name] for name in self.separators),
            gap_s=self.gap_s,
        )


class InputEvent(Protocol):
    """An event as evdev gives it: struct input_event of the kernel."""

    type: int
    code: int
    value: int

    def timestamp(self) -> float:
        """Give the time of the event in seconds."""
        ...


class KeySource(Protocol):
    """What the loop needs of an ``evdev.InputDevice``."""

    def fileno(self) -> int:
        """Give the descriptor to wait on."""
        ...

    def read(self) -> Iterable[InputEvent]:
        """Give the events that are waiting; ``OSError`` (ENODEV) where the device is gone."""
        ...

    def close(self) -> None:
        """Give the device back."""
        ...


def open_grabbed(port: str) -> KeySource:
    """Open the scanner for this process alone; raises ``OSError``, EBUSY where it is taken."""
    import evdev

    device: Any = evdev.InputDevice(port)
    try:
        device.grab()
    except OSError:
        device.close()
        raise
    source: KeySource = device
    return source


def presses_of(events: Iterable[InputEvent]) -> list[Press]:
    """Keep the key presses of ``events``, and the places where the kernel dropped some."""
    return [
        Press(event.code if event.type == EV_KEY else None, event.value, event.timestamp())
        for event in events
        if event.type == EV_KEY or (event.type, event.code) == (EV_SYN, SYN_DROPPED)
    ]


class HidScanner:
    """Posts what the scanner types; ``run`` is the body of the device's own thread."""

    def __init__(
        self,
        name: str,
        config: HidScannerConfig,
        post: Post,
        open_source: Callable[[str], KeySource] = open_grabbed,
    ) -> None:
        self.name = name
        self._config, self._post, self._open_source = config, post, open_source
        self._habits = config.habits()

    def run(self, stop: Event) -> None:
        """Serve the scanner until ``stop``."""
        presence = Presence(self.name, self._post)
        while not stop.is_set():
            try:
                link = Link.to(self._config.port)
                with closing(self._open_source(self._config.port)) as source:
                    presence.ready()
                    self._pass_on(source, link, stop)
            except (OSError, DeviceError) as error:
                presence.lost(reason_of(error))
                stop.wait(self._config.retry_s)

    def _pass_on(self, source: KeySource, link: Link, stop: Event) -> None:
        typed, quiet_s = Typed(), 0.0
        while not stop.is_set():
            readable, _, _ = select.select([source], [], [], READ_TIMEOUT_S)
            if readable:
                typed, quiet_s = self._take(source, typed), 0.0
                continue
            quiet_s += READ_TIMEOUT_S
            if quiet_s >= KEEP_ALIVE_S:
                link.check()
                quiet_s = 0.0

    def _take(self, source: KeySource, typed: Typed) -> Typed:
        events = list(source.read())
        if not events:
            raise DeviceError(f"{self._config.port}: something to read, and then nothing")
        typed, codes, dropped = read_presses(typed, presses_of(events), self._habits)
        if dropped:
            log.warning("scan-unreadable device=%s codes=%d", self.name, dropped)
        for code in codes:
            symbology, raw = split_identifier(code) if self._config.identifier else ("", code)
            if raw:
                self._post(Scanned(self.name, raw, symbology))
        return typed
