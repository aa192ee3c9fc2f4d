"""What every camera keeps to, the fake that ships included."""

from pathlib import Path
from threading import Event, Thread

import numpy as np
import pytest

from kiosk.hardware.camera.frame import Image
from kiosk.hardware.camera.watch import Pace
from kiosk.hardware.gate import Gate
from kiosk.messages import DeviceLost, DeviceReady, Message, Scanned
from tests.drivers.camera_rigs import BRISK, FakeRig, Read, Rig, V4L2Rig
from tests.drivers.pictures import pack
from tests.drivers.running import nothing_more, running, told

MUESLI, TEA = Read(b"4006381333931"), Read(b"96385074", "E4")
STEADY = Pace(still_fps=50, moving_fps=50, preview_fps=50, moving_s=60)  # never still


def difference(grey: Image, picture: Image) -> float:
    return float(np.abs(grey.astype(int) - picture[..., 0]).mean())


@pytest.fixture(params=[FakeRig, V4L2Rig], ids=["fake", "v4l2"])
def rig(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Rig:
    return request.param(tmp_path, monkeypatch)  # type: ignore[no-any-return]


def test_says_once_that_it_is_ready_when_a_picture_has_come(rig: Rig) -> None:
    with running(lambda post: rig.device(post, STEADY)) as posted:
        assert told(posted) == DeviceReady("camera")
        nothing_more(posted)


def test_posts_what_the_decoder_is_sure_of(rig: Rig) -> None:
    with running(lambda post: rig.device(post, STEADY)) as posted:
        told(posted)
        rig.reader.finds = [MUESLI, TEA]
        assert told(posted) == Scanned("camera", b"4006381333931", "E0")
        assert told(posted) == Scanned("camera", b"96385074", "E4")
        nothing_more(posted)


def test_the_decoder_sees_what_is_before_the_lens_in_full(rig: Rig) -> None:
    with running(rig.device) as posted:
        told(posted)
        rig.show(pack())
        while not rig.reader.frames or difference(rig.reader.frames[-1], pack()) > 4:
            nothing_more(posted, 0.01)
        assert rig.reader.frames[-1].shape == (720, 1_280)


def test_nothing_is_decoded_while_nothing_moves(rig: Rig) -> None:
    with running(rig.device) as posted:
        told(posted)
        nothing_more(posted, 0.4)  # the start counts as motion, for 0.2 s
        seen = len(rig.reader.frames)
        nothing_more(posted, 0.3)
        assert len(rig.reader.frames) == seen
        rig.reader.finds = [TEA]
        rig.show(pack())
        assert told(posted) == Scanned("camera", b"96385074", "E4")


def test_starts_without_its_camera_and_finds_it_later(rig: Rig) -> None:
    rig.start_unplugged()
    with running(rig.device) as posted:
        assert isinstance(told(posted), DeviceLost)
        rig.plug_in()
        assert told(posted) == DeviceReady("camera")


def test_reports_each_loss_once_and_each_return_once(rig: Rig) -> None:
    with running(lambda post: rig.device(post, STEADY)) as posted:
        assert told(posted) == DeviceReady("camera")
        for _ in range(2):
            rig.pull_cable()
            assert isinstance(told(posted), DeviceLost)
            nothing_more(posted)  # several retries have failed meanwhile

            rig.plug_in()
            assert told(posted) == DeviceReady("camera")
            rig.reader.finds = [TEA]
            assert told(posted) == Scanned("camera", b"96385074", "E4")


def test_a_covered_lens_is_told_as_a_fault_and_so_is_its_end(rig: Rig) -> None:
    with running(rig.device) as posted:
        told(posted)
        rig.cover()
        lost = told(posted)
        assert isinstance(lost, DeviceLost)
        assert lost.reason.startswith("blank picture")
        nothing_more(posted)
        rig.show(pack())
        assert told(posted) == DeviceReady("camera")


def test_a_frozen_picture_is_told_as_a_fault_and_so_is_its_end(rig: Rig) -> None:
    with running(rig.device) as posted:
        told(posted)
        rig.freeze()
        lost = told(posted)
        assert isinstance(lost, DeviceLost)
        assert lost.reason.startswith("frozen picture")
        nothing_more(posted)
        rig.thaw()
        assert told(posted) == DeviceReady("camera")


def test_a_decoder_that_breaks_is_told_once_and_its_return_once(rig: Rig) -> None:
    with running(lambda post: rig.device(post, STEADY)) as posted:
        told(posted)
        rig.reader.breaks = ValueError("no such symbol")
        assert told(posted) == DeviceLost("camera", "decoder: no such symbol")
        nothing_more(posted)
        rig.reader.breaks = None
        assert told(posted) == DeviceReady("camera")
        rig.reader.finds = [TEA]
        assert told(posted) == Scanned("camera", b"96385074", "E4")


@pytest.mark.parametrize(
    "found",
    [Read(b"7" * 2_000), Read(b""), Read("96385074"), Read(None), Read(b"96385074", "EAN8")],  # type: ignore[arg-type]
    ids=["too large a code", "an empty code", "a code as text", "no code", "a wrong identifier"],
)
def test_a_decoder_that_tells_nonsense_is_not_believed(rig: Rig, found: Read) -> None:
    with running(lambda post: rig.device(Gate("camera", post), STEADY)) as posted:
        told(posted)
        rig.reader.finds = [found]
        lost = told(posted)
        assert isinstance(lost, DeviceLost)
        assert lost.reason.startswith("Expected")
        rig.reader.finds = [TEA]
        assert told(posted) == DeviceReady("camera")
        assert told(posted) == Scanned("camera", b"96385074", "E4")


def test_a_decoder_that_gives_no_codes_but_something_else_is_a_fault(rig: Rig) -> None:
    with running(lambda post: rig.device(post, STEADY)) as posted:
        told(posted)
        rig.reader.finds = 7  # type: ignore[assignment]
        assert isinstance(told(posted), DeviceLost)
        assert told(posted) == DeviceReady("camera")


def test_a_preview_is_made_while_somebody_asks_for_it(rig: Rig) -> None:
    posted: list[Message] = []
    camera, stop = rig.device(posted.append), Event()
    thread = Thread(target=camera.run, args=(stop,), daemon=True)
    assert camera.latest_preview() is None
    thread.start()
    numbers = set()
    while len(numbers) < 3:
        preview = camera.latest_preview()
        if preview:
            numbers.add(preview.number)
            assert (preview.width, preview.height) == (640, 360)
            assert len(preview.rgb) == 640 * 360 * 3
    stop.set()
    thread.join(timeout=2)
    assert not thread.is_alive()


def test_nobody_asks_so_no_preview_is_made(rig: Rig) -> None:
    cameras = []

    def make(post):  # type: ignore[no-untyped-def]
        cameras.append(rig.device(post))
        return cameras[0]

    with running(make) as posted:
        told(posted)
        nothing_more(posted)
        assert cameras[0]._preview is None


@pytest.mark.parametrize("plugged", [True, False], ids=["while ready", "while lost"])
def test_stops_within_one_picture(rig: Rig, plugged: bool) -> None:
    if not plugged:
        rig.start_unplugged()
    slow = Pace(still_fps=0.5, moving_fps=0.5, preview_fps=0.5)  # a wait for the next of 2 s
    with running(lambda post: rig.device(post, slow), stops_within_s=0.3) as posted:
        told(posted)


def test_the_tests_own_pace_is_the_drivers_in_all_but_haste() -> None:
    assert BRISK.moving_fps > Pace().moving_fps > Pace().still_fps
