"""What every scanner keeps to, the fake that ships included."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.hardware.scanner.fake import FakeScanner, FakeScannerConfig
from kiosk.messages import DeviceLost, DeviceReady, Post, Scanned
from tests.drivers.rigs import FakeRig, HidRig, Rig, SerialRig
from tests.drivers.running import nothing_more, running, told

MUESLI, TEA = b"4006381333931", b"96385074"
KINDS = [SerialRig, HidRig, FakeRig]


@pytest.fixture(params=KINDS, ids=["serial", "hid", "fake"])
def kind(request: pytest.FixtureRequest) -> type[Rig]:
    return request.param  # type: ignore[no-any-return]


@pytest.fixture
def rig(kind: type[Rig], tmp_path: Path) -> Iterator[Rig]:
    rig = kind(tmp_path)
    yield rig
    rig.close()


def test_says_once_that_it_is_ready(rig: Rig) -> None:
    rig.plug_in()
    with running(rig.device) as posted:
        assert told(posted) == DeviceReady("scanner")
        nothing_more(posted)


def test_posts_each_code_as_it_came_and_in_order(rig: Rig) -> None:
    rig.plug_in()
    with running(rig.device) as posted:
        told(posted)
        rig.scan(MUESLI)
        rig.scan(TEA)
        rig.scan(MUESLI)
        assert [told(posted).raw for _ in range(3)] == [MUESLI, TEA, MUESLI]  # type: ignore[union-attr]
        nothing_more(posted)


@pytest.mark.parametrize(
    ("sent", "symbology", "raw"),
    [
        (b"4006381333931", "", b"4006381333931"),
        (b"]E04006381333931", "E0", b"4006381333931"),
        (b"]d20104006381333931\x1d10A1", "d2", b"0104006381333931\x1d10A1"),
        (
            b"]Q1https://id.gs1.org/01/04006381333931?17=271231",
            "Q1",
            b"https://id.gs1.org/01/04006381333931?17=271231",
        ),
    ],
    ids=["no identifier", "EAN-13", "GS1 DataMatrix with GS", "QR with a link"],
)
def test_parts_the_identifier_from_the_code(
    rig: Rig, sent: bytes, symbology: str, raw: bytes
) -> None:
    rig.plug_in()
    with running(rig.device) as posted:
        told(posted)
        rig.scan(sent)
        assert told(posted) == Scanned("scanner", raw, symbology)


def test_starts_without_its_device_and_finds_it_later(rig: Rig) -> None:
    with running(rig.device) as posted:
        assert isinstance(told(posted), DeviceLost)
        rig.plug_in()
        assert told(posted) == DeviceReady("scanner")
        rig.scan(TEA)
        assert told(posted) == Scanned("scanner", TEA)


def test_reports_each_loss_once_and_each_return_once(rig: Rig) -> None:
    rig.plug_in()
    with running(rig.device) as posted:
        assert told(posted) == DeviceReady("scanner")
        for _ in range(2):
            rig.pull_cable()
            assert isinstance(told(posted), DeviceLost)
            nothing_more(posted)  # several retries have failed meanwhile

            rig.plug_in()
            assert told(posted) == DeviceReady("scanner")
            rig.scan(MUESLI)
            assert told(posted) == Scanned("scanner", MUESLI)


def test_two_scanners_speak_each_for_itself(kind: type[Rig], tmp_path: Path) -> None:
    left, right = kind(tmp_path, "left"), kind(tmp_path, "right")
    left.plug_in()
    right.plug_in()
    with running(left.device) as from_left, running(right.device) as from_right:
        assert (told(from_left), told(from_right)) == (DeviceReady("left"), DeviceReady("right"))
        left.scan(MUESLI)
        right.scan(TEA)
        assert told(from_right) == Scanned("right", TEA)
        assert told(from_left) == Scanned("left", MUESLI)
        left.pull_cable()
        assert isinstance(told(from_left), DeviceLost)
        nothing_more(from_right)
    right.close()


@pytest.mark.parametrize("plugged", [True, False], ids=["while ready", "while lost"])
def test_stops_within_the_time_it_states(rig: Rig, plugged: bool) -> None:
    if plugged:
        rig.plug_in()
    with running(rig.device, rig.stops_within_s) as posted:
        told(posted)


def test_the_fake_keeps_no_code_that_was_held_before_it_while_its_cable_was_out() -> None:
    fake: list[FakeScanner] = []

    def make(post: Post) -> FakeScanner:
        fake.append(FakeScanner("scanner", FakeScannerConfig(plugged=False), post))
        fake[0].scan(MUESLI)
        fake[0].plug_in()
        return fake[0]

    with running(make) as posted:
        assert told(posted) == DeviceReady("scanner")
        nothing_more(posted)
        fake[0].scan(TEA)
        assert told(posted) == Scanned("scanner", TEA)
