"""The HID scanner's loop, on events that evdev reads from a pipe."""

import errno
import os
import threading
from collections.abc import Iterator
from pathlib import Path

import evdev
import pytest

from kiosk.hardware.scanner import hid
from kiosk.hardware.scanner.hid import (
    HidScanner,
    HidScannerConfig,
    KeySource,
    open_grabbed,
    presses_of,
)
from kiosk.messages import DeviceLost, DeviceReady, Message, Scanned
from tests.drivers.rigs import ENTER, INPUT_EVENT, RETRY_S, HidRig, strokes
from tests.drivers.running import nothing_more, running, told

TEA = b"96385074"


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[HidRig]:
    rig = HidRig(tmp_path)
    rig.plug_in()
    yield rig
    rig.close()


def test_half_a_code_goes_with_the_cable(rig: HidRig) -> None:
    with running(rig.device) as posted:
        told(posted)
        rig.half(b"400638")
        rig.pull_cable()
        assert isinstance(told(posted), DeviceLost)
        rig.plug_in()
        assert told(posted) == DeviceReady("scanner")
        rig.scan(TEA)
        assert told(posted) == Scanned("scanner", TEA)


def test_a_code_that_cannot_be_read_is_said_to_nobody_and_the_next_is(rig: HidRig) -> None:
    with running(rig.device) as posted:
        told(posted)
        rig.type([*strokes(TEA), (evdev.ecodes.KEY_HOME, 1), (ENTER, 1)])
        rig.scan(b"123")
        assert told(posted) == Scanned("scanner", b"123")


def test_a_scanner_that_another_process_has_is_told_as_lost(rig: HidRig) -> None:
    def taken(port: str) -> KeySource:
        raise OSError(errno.EBUSY, os.strerror(errno.EBUSY), port)

    def device(post: object) -> HidScanner:
        return HidScanner("scanner", HidScannerConfig(str(rig.port)), post, taken)  # type: ignore[arg-type]

    with running(device) as posted:
        assert told(posted) == DeviceLost("scanner", f"{rig.port}: Device or resource busy")


def test_a_silent_scanner_whose_link_moved_is_lost_and_found(
    rig: HidRig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hid, "KEEP_ALIVE_S", 0.2)
    with running(rig.device) as posted:
        assert told(posted) == DeviceReady("scanner")
        rig.port.rename(rig.port.with_suffix(".old"))
        still_open, rig._write = rig._write, None
        rig.plug_in()
        assert isinstance(told(posted), DeviceLost)
        assert told(posted) == DeviceReady("scanner")
        os.close(still_open or -1)


class Silent:
    """Says that there is something to read, and gives nothing: as a driver with a fault does."""

    def __init__(self) -> None:
        self._read, self._write = os.pipe()
        os.write(self._write, b"!")
        self.closed = 0

    def fileno(self) -> int:
        return self._read

    def read(self) -> list[evdev.InputEvent]:
        return []

    def close(self) -> None:
        self.closed += 1


def test_a_source_that_gives_nothing_is_lost_and_does_not_spin(rig: HidRig) -> None:
    silent = Silent()
    config = HidScannerConfig(str(rig.port), retry_s=60)
    with running(lambda post: HidScanner("scanner", config, post, lambda port: silent)) as posted:
        assert told(posted) == DeviceReady("scanner")
        assert isinstance(told(posted), DeviceLost)
        nothing_more(posted)
    assert silent.closed == 1
    os.close(silent._read)
    os.close(silent._write)


class Recorded:
    """An evdev device that was opened; remembers what was asked of it."""

    def __init__(self, port: str, *, busy: bool = False) -> None:
        self.port, self._busy, self.asked = port, busy, list[str]()

    def grab(self) -> None:
        self.asked.append("grab")
        if self._busy:
            raise OSError(errno.EBUSY, "Device or resource busy")

    def close(self) -> None:
        self.asked.append("close")


def test_the_scanner_is_taken_from_everybody_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evdev, "InputDevice", Recorded)
    source = open_grabbed("/dev/kiosk-scanner-hid")
    assert isinstance(source, Recorded)
    assert (source.port, source.asked) == ("/dev/kiosk-scanner-hid", ["grab"])


def test_a_scanner_that_cannot_be_taken_is_closed_again(monkeypatch: pytest.MonkeyPatch) -> None:
    busy = Recorded("/dev/kiosk-scanner-hid", busy=True)
    monkeypatch.setattr(evdev, "InputDevice", lambda port: busy)
    with pytest.raises(OSError, match="busy"):
        open_grabbed(busy.port)
    assert busy.asked == ["grab", "close"]


def test_only_keys_and_dropped_events_count_among_events() -> None:
    events = [
        evdev.InputEvent(7, 500_000, evdev.ecodes.EV_MSC, evdev.ecodes.MSC_SCAN, 458_792),
        evdev.InputEvent(7, 500_000, evdev.ecodes.EV_KEY, ENTER, 1),
        evdev.InputEvent(7, 500_000, evdev.ecodes.EV_SYN, evdev.ecodes.SYN_REPORT, 0),
        evdev.InputEvent(8, 0, evdev.ecodes.EV_SYN, evdev.ecodes.SYN_DROPPED, 0),
        evdev.InputEvent(8, 0, evdev.ecodes.EV_LED, evdev.ecodes.LED_CAPSL, 1),
    ]
    assert presses_of(events) == [(ENTER, 1, 7.5), (None, 0, 8.0)]


def test_the_rig_writes_events_as_this_kernel_does() -> None:
    assert INPUT_EVENT.size == 24  # on 64-bit machines; evdev reads by its own struct
    posted: list[Message] = []
    stop = threading.Event()
    stop.set()
    HidScanner("scanner", HidScannerConfig("/nowhere", retry_s=RETRY_S), posted.append).run(stop)
    assert posted == []
