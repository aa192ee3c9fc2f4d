"""What OpenCV is asked for by the driver of USB cameras, and what is made of its answers."""

import os
from pathlib import Path

import cv2
import numpy as np
import pytest

from kiosk.errors import DeviceError
from kiosk.hardware.camera import v4l2
from kiosk.hardware.camera.frame import ArrayFrame, JpegFrame
from kiosk.hardware.camera.v4l2 import V4L2Config, V4L2Source
from tests.drivers.camera_rigs import PlayedCapture, V4L2Rig


@pytest.fixture
def rig(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> V4L2Rig:
    monkeypatch.delenv(v4l2._SELECT_TIMEOUT, raising=False)
    return V4L2Rig(tmp_path, monkeypatch)


def opened(rig: V4L2Rig) -> V4L2Source:
    source = V4L2Source(V4L2Config(str(rig.port)))
    source.open()
    return source


def test_asks_for_small_fresh_jpeg_pictures_the_format_before_the_size(rig: V4L2Rig) -> None:
    opened(rig)
    assert rig.played.asked == [
        (cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc("M", "J", "P", "G")),
        (cv2.CAP_PROP_FRAME_WIDTH, 1_280),
        (cv2.CAP_PROP_FRAME_HEIGHT, 720),
        (cv2.CAP_PROP_FPS, 15),
        (cv2.CAP_PROP_BUFFERSIZE, 1),
        (cv2.CAP_PROP_CONVERT_RGB, 0),
    ]


def test_waits_a_second_for_a_picture_where_opencv_would_wait_ten(rig: V4L2Rig) -> None:
    opened(rig)
    assert os.environ[v4l2._SELECT_TIMEOUT] == "1"


def test_passes_over_the_picture_that_waited_while_nobody_looked(rig: V4L2Rig) -> None:
    source = opened(rig)
    source.read()
    assert rig.played.grabbed == 2
    source.read()
    assert rig.played.grabbed == 3  # at once: the buffer holds nothing old


@pytest.mark.parametrize(("jpeg", "kind"), [(True, JpegFrame), (False, ArrayFrame)])
def test_takes_jpeg_or_pixels_as_they_come(rig: V4L2Rig, jpeg: bool, kind: type) -> None:
    rig.played.sends_jpeg = jpeg
    assert isinstance(opened(rig).read(), kind)


def test_refuses_a_camera_that_another_process_has(rig: V4L2Rig) -> None:
    rig.played.busy = True
    with pytest.raises(DeviceError, match="another process has it"):
        opened(rig)


@pytest.mark.parametrize("answer", [(False, None), (True, None), (True, np.empty((0,), np.uint8))])
def test_refuses_an_empty_picture(
    rig: V4L2Rig, monkeypatch: pytest.MonkeyPatch, answer: object
) -> None:
    source = opened(rig)
    monkeypatch.setattr(PlayedCapture, "retrieve", lambda capture: answer)
    with pytest.raises(DeviceError, match="cannot be read"):
        source.read()


def test_believes_the_link_rather_than_opencv(rig: V4L2Rig) -> None:
    # OpenCV has been seen to go on with the last picture after the camera was pulled out
    rig.port.with_name("other").touch()
    source = opened(rig)
    rig.port.unlink()
    with pytest.raises(FileNotFoundError):
        source.read()
    rig.port.symlink_to(rig.port.with_name("other"))
    with pytest.raises(DeviceError, match="another device"):
        source.read()


def test_gives_the_camera_back_and_may_be_closed_twice(rig: V4L2Rig) -> None:
    source = opened(rig)
    assert rig.played.open_now == 1
    source.close()
    source.close()
    assert rig.played.open_now == 0
