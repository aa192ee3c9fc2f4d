"""The camera with the decoder that the kiosk uses: when a code is told, and told again."""

import cv2
import numpy as np
import pytest
import zxingcpp

from kiosk.decoding.video import FrameReader, FrameReaderConfig
from kiosk.hardware.camera.fake import FakeCamera, FakeCameraConfig, FakeSource, empty_counter
from kiosk.hardware.camera.frame import Image
from kiosk.hardware.camera.watch import Pace
from kiosk.messages import DeviceReady, Post, Scanned
from tests.drivers.running import Posted, nothing_more, running, told

MUESLI = "4006381333931"
PACE = Pace(still_fps=20, moving_fps=20, moving_s=1.5)


def bars(digits: str) -> Image:
    drawn = zxingcpp.create_barcode(digits, zxingcpp.BarcodeFormat.EAN13)
    modules = np.array(drawn.to_image(scale=3))
    return cv2.copyMakeBorder(modules, 30, 30, 30, 30, cv2.BORDER_CONSTANT, value=255)


def held(digits: str) -> Image:
    picture, code = empty_counter(), bars(digits)
    height, width = code.shape
    picture[200 : 200 + height, 400 : 400 + width] = code[..., None]
    return picture


def with_a_hand(picture: Image) -> Image:
    waved = picture.copy()
    waved[500:700, 900:1_200] = 40
    return waved


def settle(posted: Posted, seconds: float) -> None:
    nothing_more(posted, seconds)


@pytest.fixture
def source() -> list[FakeSource]:
    return []


def camera(source: list[FakeSource], post: Post) -> FakeCamera:
    made = FakeCamera(
        "camera",
        FakeCameraConfig(pace=PACE),
        post,
        FrameReader(FrameReaderConfig(agree_s=0.3, forget_s=0.8)),
    )
    source.append(made.source)
    return made


def test_a_code_is_told_once_while_it_lies_there_and_again_when_it_comes_back(
    source: list[FakeSource],
) -> None:
    with running(lambda post: camera(source, post), stops_within_s=2.0) as posted:
        assert told(posted) == DeviceReady("camera")
        source[0].show(held(MUESLI))
        first = told(posted)
        assert isinstance(first, Scanned)
        assert first.raw.decode().endswith(MUESLI)
        assert first.symbology == "E0"
        settle(posted, 2.5)  # it lies there; nothing moves, and nothing is decoded

        source[0].show(with_a_hand(held(MUESLI)))
        settle(posted, 0.5)  # a hand beside it does not make it a new one

        source[0].show_nothing()
        settle(posted, 2.0)
        source[0].show(held(MUESLI))
        assert told(posted) == first
