"""Pictures and videos that stand in for a camera."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from kiosk.errors import DeviceError
from kiosk.hardware.camera.camera import FramesEndedError
from kiosk.hardware.camera.files import FilesCamera, FilesConfig, FilesSource
from kiosk.hardware.camera.frame import Image
from kiosk.messages import DeviceLost, DeviceReady, Scanned
from tests.drivers.camera_rigs import BRISK, PlayedReader, Read
from tests.drivers.running import nothing_more, running, told


class Watch:
    """A clock that stands until it is moved."""

    now_s = 1_000.0

    def __call__(self) -> float:
        return self.now_s


def grey(level: int) -> Image:
    return np.full((72, 128, 3), level, np.uint8)


def shown(source: FilesSource) -> int:
    return round(float(source.read().grey().mean()) / 10) * 10


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, level in (("2-tea.png", 50), ("1-muesli.jpg", 20), ("3-soap.bmp", 90)):
        cv2.imwrite(str(tmp_path / name), grey(level))
    (tmp_path / "README.txt").write_text("no picture")
    return tmp_path


def opened(path: Path, clock: Watch, **options: object) -> FilesSource:
    source = FilesSource(FilesConfig(str(path), **options), clock)  # type: ignore[arg-type]
    source.open()
    return source


def test_a_folder_is_shown_in_the_order_of_its_names_and_again(folder: Path) -> None:
    clock = Watch()
    source = opened(folder, clock, picture_s=2.0)
    seen = []
    for _ in range(8):
        seen.append(shown(source))
        clock.now_s += 1.0
    assert seen == [20, 20, 50, 50, 90, 90, 20, 20]


def test_a_folder_may_end(folder: Path) -> None:
    clock = Watch()
    source = opened(folder, clock, loop=False)
    for _ in range(3):
        shown(source)
        clock.now_s += 2.0
    with pytest.raises(FramesEndedError, match="all has been shown"):
        source.read()


def test_one_picture_is_held_for_ever(folder: Path) -> None:
    clock = Watch()
    source = opened(folder / "2-tea.png", clock)
    for _ in range(5):
        assert shown(source) == 50
        clock.now_s += 10.0


def test_a_broken_picture_is_left_out(folder: Path) -> None:
    (folder / "0-broken.jpg").write_bytes(b"\xff\xd8 and no more")
    (folder / "4-broken.jpg").write_bytes(b"")
    clock = Watch()
    source = opened(folder, clock)
    seen = []
    for _ in range(4):
        seen.append(shown(source))
        clock.now_s += 2.0
    assert seen == [20, 50, 90, 20]


@pytest.mark.parametrize("loop", [True, False])
def test_nothing_but_broken_pictures_is_a_fault(tmp_path: Path, loop: bool) -> None:
    (tmp_path / "a.jpg").write_bytes(b"")
    (tmp_path / "b.mp4").write_bytes(b"")
    source = opened(tmp_path, Watch(), loop=loop)
    with pytest.raises(DeviceError, match="none could be read"):
        source.read()


def test_an_empty_folder_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(DeviceError, match="expected pictures or videos, got none"):
        opened(tmp_path, Watch())


@pytest.fixture
def video(tmp_path: Path) -> Path:
    file = tmp_path / "counter.avi"
    writer = cv2.VideoWriter(str(file), cv2.VideoWriter.fourcc(*"MJPG"), 10.0, (128, 72))
    assert writer.isOpened()
    for i in range(10):
        writer.write(grey(20 * i))
    writer.release()
    return file


def test_a_video_goes_on_at_its_own_speed_and_leaves_out_what_nobody_read(video: Path) -> None:
    clock = Watch()
    source = opened(video, clock)
    seen = []
    for pause_s in (0.1, 0.05, 0.06, 0.5, 0.1):
        seen.append(shown(source))
        clock.now_s += pause_s
    source.close()
    assert seen == [0, 20, 20, 40, 140]


def test_a_video_begins_again_or_ends(video: Path) -> None:
    clock = Watch()
    for loop in (True, False):
        source = opened(video, clock, loop=loop)
        source.read()
        clock.now_s += 5.0
        if loop:
            assert shown(source) == 0
        else:
            with pytest.raises(FramesEndedError):
                source.read()
        source.close()


def test_a_picture_is_read_as_a_camera_would_read_it(folder: Path) -> None:
    reader = PlayedReader()
    reader.finds = [Read(b"96385074", "E4")]
    config = FilesConfig(str(folder / "2-tea.png"), pace=BRISK)
    with running(lambda post: FilesCamera("camera", config, post, reader)) as posted:
        assert told(posted) == Scanned("camera", b"96385074", "E4")
        assert told(posted) == DeviceReady("camera")
        # it stands still and is all of one grey, and that is no fault of a picture
        nothing_more(posted, 0.5)


def test_the_end_is_told_and_nothing_begins_again(folder: Path) -> None:
    config = FilesConfig(str(folder), picture_s=0.05, loop=False, retry_s=0.02, pace=BRISK)
    with running(lambda post: FilesCamera("camera", config, post, PlayedReader())) as posted:
        assert told(posted) == DeviceReady("camera")
        assert told(posted) == DeviceLost("camera", f"{folder}: all has been shown")
        nothing_more(posted)


def test_a_folder_that_comes_later_is_found(tmp_path: Path) -> None:
    config = FilesConfig(str(tmp_path / "later"), retry_s=0.02, pace=BRISK)
    with running(lambda post: FilesCamera("camera", config, post, PlayedReader())) as posted:
        assert isinstance(told(posted), DeviceLost)
        (tmp_path / "later").mkdir()
        cv2.imwrite(str(tmp_path / "later" / "a.png"), grey(50))
        assert told(posted) == DeviceReady("camera")
