"""The serial scanner against a real line: one end of a pseudo-terminal plays the scanner."""

import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import serial

from kiosk.hardware.gate import CODE_BYTES_MAX
from kiosk.hardware.scanner import serial_line
from kiosk.hardware.scanner.frames import Framing
from kiosk.hardware.scanner.serial_line import SerialScanner, SerialScannerConfig, Wire
from kiosk.messages import DeviceLost, DeviceReady, Scanned
from tests.drivers.rigs import RETRY_S, SerialRig
from tests.drivers.running import nothing_more, running, told

MUESLI, TEA = b"4006381333931", b"96385074"


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[SerialRig]:
    rig = SerialRig(tmp_path)
    rig.plug_in()
    yield rig
    rig.close()


def test_a_code_may_come_in_pieces(rig: SerialRig) -> None:
    with running(rig.device) as posted:
        told(posted)
        rig.send(MUESLI[:6])
        nothing_more(posted, 0.05)
        rig.send(MUESLI[6:] + b"\r")
        assert told(posted) == Scanned("scanner", MUESLI)


def test_half_a_code_is_not_joined_to_the_next_after_a_silence(rig: SerialRig) -> None:
    with running(lambda post: rig.device(post, pause_s=0.2)) as posted:
        told(posted)
        rig.send(MUESLI[:6])
        nothing_more(posted, 0.7)
        rig.send(TEA + b"\r")
        assert told(posted) == Scanned("scanner", TEA)
        nothing_more(posted)


def test_half_a_code_goes_with_the_cable(rig: SerialRig) -> None:
    with running(rig.device) as posted:
        told(posted)
        rig.send(MUESLI[:6])
        rig.pull_cable()
        assert isinstance(told(posted), DeviceLost)
        rig.plug_in()
        assert told(posted) == DeviceReady("scanner")
        rig.send(TEA + b"\r")
        assert told(posted) == Scanned("scanner", TEA)


def test_noise_is_dropped_and_the_next_code_is_read(rig: SerialRig) -> None:
    with running(rig.device) as posted:
        told(posted)
        rig.send(b"\xff\x00\x13" * 800 + MUESLI + b"\r" + TEA + b"\r")
        assert told(posted) == Scanned("scanner", TEA)
        nothing_more(posted)


def test_line_ends_within_a_code_are_kept_where_stx_and_etx_mark_it(rig: SerialRig) -> None:
    with running(lambda post: rig.device(post, framing=Framing.STX_ETX)) as posted:
        told(posted)
        rig.send(b"\x02BEGIN:VCARD\r\nEND:VCARD\x03\r\n")
        assert told(posted) == Scanned("scanner", b"BEGIN:VCARD\r\nEND:VCARD")


def test_an_identifier_may_be_left_where_it_is(rig: SerialRig) -> None:
    with running(lambda post: rig.device(post, identifier=False)) as posted:
        told(posted)
        rig.scan(b"]E0" + MUESLI)
        assert told(posted) == Scanned("scanner", b"]E0" + MUESLI)


def test_a_silent_line_whose_link_moved_is_lost_and_found(
    rig: SerialRig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serial_line, "KEEP_ALIVE_S", 0.2)
    with running(rig.device) as posted:
        assert told(posted) == DeviceReady("scanner")
        rig.move_link()
        lost = told(posted)
        assert isinstance(lost, DeviceLost)
        assert "another device" in lost.reason
        assert told(posted) == DeviceReady("scanner")
        rig.scan(TEA)
        assert told(posted) == Scanned("scanner", TEA)


def test_a_silent_line_that_is_still_there_stays_ready(
    rig: SerialRig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serial_line, "KEEP_ALIVE_S", 0.2)
    with running(rig.device) as posted:
        told(posted)
        nothing_more(posted, 1.0)
        rig.scan(TEA)
        assert told(posted) == Scanned("scanner", TEA)


class Wired(serial.Serial):
    """A line with a wire that shows whether the scanner is plugged in; a terminal has none."""

    plugged = True

    @property
    def dsr(self) -> bool:
        return self.plugged


def test_a_cable_of_rs_232_is_watched_by_its_wire(
    rig: SerialRig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serial_line, "KEEP_ALIVE_S", 0.2)
    monkeypatch.setattr(Wired, "plugged", True)
    config = SerialScannerConfig(str(rig.port), wire=Wire.DSR, retry_s=RETRY_S)
    opened = lambda config: Wired(config.port, config.baud, timeout=0.1)  # noqa: E731
    with running(lambda post: SerialScanner("scanner", config, post, opened)) as posted:
        assert told(posted) == DeviceReady("scanner")
        Wired.plugged = False
        lost = told(posted)
        assert isinstance(lost, DeviceLost)
        assert "DSR" in lost.reason
        nothing_more(posted)
        Wired.plugged = True
        assert told(posted) == DeviceReady("scanner")


def test_a_line_that_another_process_reads_is_told_as_lost(rig: SerialRig) -> None:
    taken = os.open(rig.port, os.O_RDWR | os.O_NOCTTY)
    fcntl.flock(taken, fcntl.LOCK_EX)
    with running(rig.device) as posted:
        lost = told(posted)
        assert isinstance(lost, DeviceLost)
        assert "lock" in lost.reason
        os.close(taken)
        assert told(posted) == DeviceReady("scanner")


def test_names_the_missing_port(tmp_path: Path) -> None:
    rig = SerialRig(tmp_path)
    with running(rig.device) as posted:
        assert told(posted) == DeviceLost("scanner", f"{rig.port}: No such file or directory")


def test_a_code_as_long_as_allowed_passes(rig: SerialRig) -> None:
    with running(rig.device) as posted:
        told(posted)
        rig.scan(b"7" * CODE_BYTES_MAX)
        assert told(posted) == Scanned("scanner", b"7" * CODE_BYTES_MAX)
