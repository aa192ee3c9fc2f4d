"""A scanner of each kind with the same levers, so that one contract can be tried on all.

The serial one is a pseudo-terminal, the HID one a pipe that carries ``struct input_event``
and is read by evdev itself, the fake is the one that ships.
"""

import errno
import os
import struct
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

import evdev

from kiosk.hardware import Device
from kiosk.hardware.scanner.fake import FakeScanner, FakeScannerConfig
from kiosk.hardware.scanner.hid import EV_KEY, EV_SYN, HidScanner, HidScannerConfig, KeySource
from kiosk.hardware.scanner.serial_line import SerialScanner, SerialScannerConfig
from kiosk.messages import Post

RETRY_S = 0.02
INPUT_EVENT = struct.Struct("@llHHi")  # struct input_event, linux/input.h
LEFT_SHIFT, ENTER, LEFT_CTRL, LEFT_ALT = 42, 28, 29, 56


class SerialRig:
    """Plays a scanner at the other end of a pseudo-terminal."""

    stops_within_s = 0.4  # READ_TIMEOUT_S, and a little for the machine

    def __init__(self, folder: Path, name: str = "scanner") -> None:
        self.port, self.name = folder / name, name
        self._ends: tuple[int, int] | None = None

    def device(self, post: Post, **options: object) -> Device:
        config = SerialScannerConfig(str(self.port), retry_s=RETRY_S, **options)  # type: ignore[arg-type]
        return SerialScanner(self.name, config, post)

    def plug_in(self) -> None:
        self._ends = os.openpty()
        self.port.symlink_to(os.ttyname(self._ends[1]))

    def pull_cable(self) -> None:
        self.port.unlink()
        self.close()

    def move_link(self) -> None:
        """The device comes back as another node, while the old one stays open and silent."""
        old = self._ends
        self.port.unlink()
        self.plug_in()
        self._left_open = old

    def send(self, sent: bytes) -> None:
        assert self._ends
        os.write(self._ends[0], sent)

    def scan(self, code: bytes) -> None:
        self.send(code + b"\r\n")

    def close(self) -> None:
        for end in self._ends or ():
            os.close(end)
        for end in getattr(self, "_left_open", None) or ():
            os.close(end)
        self._ends = self._left_open = None


class PipeKeyboard(evdev.InputDevice):  # type: ignore[misc]
    """An evdev device whose node is a pipe: evdev's own reading, no kernel device behind it."""

    def __init__(self, fd: int, port: str) -> None:
        os.set_blocking(fd, False)
        self.fd, self.path = fd, port

    def read(self) -> Iterator[evdev.InputEvent]:
        events = list(super().read())
        if not events:  # the end of a pipe is the vanishing of a device
            raise OSError(errno.ENODEV, os.strerror(errno.ENODEV), self.path)
        return iter(events)


class HidRig:
    """Types as a scanner does, into a pipe."""

    stops_within_s = 0.4

    def __init__(self, folder: Path, name: str = "scanner") -> None:
        self.port, self.name = folder / name, name
        self._write: int | None = None

    def device(self, post: Post, **options: object) -> Device:
        config = HidScannerConfig(str(self.port), retry_s=RETRY_S, **options)  # type: ignore[arg-type]
        return HidScanner(self.name, config, post, self._open)

    def _open(self, port: str) -> KeySource:
        return PipeKeyboard(os.open(port, os.O_RDONLY | os.O_NONBLOCK), port)

    def plug_in(self) -> None:
        os.mkfifo(self.port)
        # a FIFO opened for both ends never blocks and never ends while this one is open
        self._write = os.open(self.port, os.O_RDWR)

    def pull_cable(self) -> None:
        self.port.unlink()
        self.close()

    def type(self, presses: Iterable[tuple[int, int]]) -> None:
        assert self._write is not None
        for event in events_of(presses, time.time()):
            os.write(self._write, event)

    def scan(self, code: bytes) -> None:
        self.type([*strokes(code), (ENTER, 1), (ENTER, 0)])

    def half(self, code: bytes) -> None:
        self.type(strokes(code))

    def close(self) -> None:
        if self._write is not None:
            os.close(self._write)
        self._write = None


class FakeRig:
    """The fake's own levers under the names of the other rigs."""

    stops_within_s = 0.2

    def __init__(self, folder: Path, name: str = "scanner") -> None:
        self.name, self._plugged = name, False
        self._fake: FakeScanner | None = None

    def device(self, post: Post) -> Device:
        self._fake = FakeScanner(self.name, FakeScannerConfig(plugged=self._plugged), post)
        return self._fake

    def plug_in(self) -> None:
        self._plugged = True
        if self._fake:
            self._fake.plug_in()

    def pull_cable(self) -> None:
        assert self._fake
        self._fake.pull_cable()

    def scan(self, code: bytes) -> None:
        assert self._fake
        self._fake.scan(code)

    def close(self) -> None:
        self._fake = None


Rig = SerialRig | HidRig | FakeRig


def events_of(presses: Iterable[tuple[int, int]], at_s: float) -> Iterator[bytes]:
    """Pack (key code, value) as the kernel does, each followed by its SYN_REPORT."""
    seconds, micros = int(at_s), int(at_s % 1 * 1_000_000)
    for code, value in presses:
        yield INPUT_EVENT.pack(seconds, micros, EV_KEY, code, value)
        yield INPUT_EVENT.pack(seconds, micros, EV_SYN, 0, 0)


def strokes(code: bytes) -> list[tuple[int, int]]:
    """Type ``code`` on a US keyboard, as evdev names its keys: the codec's tables play no part."""
    return [stroke for character in code.decode("ascii") for stroke in _stroke(character)]


_NAMED = {
    "-": "MINUS", "=": "EQUAL", "[": "LEFTBRACE", "]": "RIGHTBRACE", ";": "SEMICOLON",
    "'": "APOSTROPHE", "`": "GRAVE", "\\": "BACKSLASH", ",": "COMMA", ".": "DOT", "/": "SLASH",
    " ": "SPACE",
}  # fmt: skip
_SHIFTED = dict(zip('!@#$%^&*()_+{}|:"~<>?', "1234567890-=[]\\;'`,./", strict=True))


def _stroke(character: str) -> list[tuple[int, int]]:
    if character == "\x1d":
        key = evdev.ecodes.KEY_RIGHTBRACE
        return [(LEFT_CTRL, 1), (key, 1), (key, 0), (LEFT_CTRL, 0)]
    plain = _SHIFTED.get(character, character.lower())
    key = evdev.ecodes.ecodes[f"KEY_{_NAMED.get(plain, plain.upper())}"]
    if plain == character:
        return [(key, 1), (key, 0)]
    return [(LEFT_SHIFT, 1), (key, 1), (key, 0), (LEFT_SHIFT, 0)]
