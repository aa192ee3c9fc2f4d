"""Cameras with the same levers: the fake that ships, and V4L2 with OpenCV played by a double.

There is no camera where tests run, so ``PlayedCapture`` stands in for ``cv2.VideoCapture``:
it keeps what it was asked for and gives pictures as a USB camera does, JPEG or pixels.
"""

import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from kiosk.hardware.camera.camera import Camera
from kiosk.hardware.camera.fake import FakeCamera, FakeCameraConfig, empty_counter
from kiosk.hardware.camera.frame import Image
from kiosk.hardware.camera.v4l2 import V4L2Camera, V4L2Config
from kiosk.hardware.camera.watch import Pace
from kiosk.messages import Post
from tests.drivers.pictures import jpeg

BRISK = Pace(still_fps=50, moving_fps=50, preview_fps=50, moving_s=0.2, blank_s=0.3, frozen_s=0.3)
RETRY_S = 0.02


@dataclass(frozen=True)
class Read:
    """A code as the decoder gives it."""

    raw: bytes
    symbology: str = "E0"


class PlayedReader:
    """A decoder that finds what ``finds`` says, and counts what it was given."""

    def __init__(self) -> None:
        self.finds: list[Any] = []
        self.breaks: Exception | None = None
        self.frames: list[Image] = []

    def read(self, frame: Image, at_s: float) -> Iterable[Any]:
        self.frames.append(frame)
        if self.breaks:
            raise self.breaks
        found, self.finds = self.finds, []
        return found


class FakeRig:
    """The fake's own levers."""

    def __init__(self, folder: Path, patch: pytest.MonkeyPatch) -> None:
        self.reader = PlayedReader()
        self._plugged, self._fake = True, None

    def device(self, post: Post, pace: Pace = BRISK) -> Camera:
        config = FakeCameraConfig(self._plugged, RETRY_S, pace)
        self._fake = FakeCamera("camera", config, post, self.reader)
        return self._fake

    def __getattr__(self, lever: str) -> Any:
        return getattr(self._fake.source, lever)  # type: ignore[attr-defined]

    def start_unplugged(self) -> None:
        self._plugged = False


class V4L2Rig:
    """The driver of USB cameras, before a played OpenCV and a file as its node."""

    def __init__(self, folder: Path, patch: pytest.MonkeyPatch) -> None:
        self.reader, self.port = PlayedReader(), folder / "kiosk-camera"
        self.played = PlayedCamera()
        patch.setattr(cv2, "VideoCapture", self._capture)
        self.plug_in()

    def _capture(self, port: str, api: int) -> "PlayedCapture":
        assert (port, api) == (str(self.port), cv2.CAP_V4L2)
        return PlayedCapture(self.played)

    def device(self, post: Post, pace: Pace = BRISK) -> Camera:
        config = V4L2Config(str(self.port), fps=60, retry_s=RETRY_S, pace=pace)
        return V4L2Camera("camera", config, post, self.reader)

    def plug_in(self) -> None:
        self.port.touch()
        self.played.plugged = True

    def pull_cable(self) -> None:
        self.played.plugged = False
        self.port.unlink()

    start_unplugged = pull_cable

    def show(self, picture: Image) -> None:
        self.played.picture = picture

    def cover(self) -> None:
        self.played.picture = np.zeros_like(empty_counter())

    def freeze(self) -> None:
        self.played.frozen = True

    def thaw(self) -> None:
        self.played.frozen = False


class PlayedCamera:
    """A camera, whoever has it open."""

    def __init__(self) -> None:
        self.plugged, self.frozen, self.busy, self.sends_jpeg = True, False, False, True
        self.picture = empty_counter()
        self.asked: list[tuple[int, float]] = []
        self.open_now = self.grabbed = 0


class PlayedCapture:
    """``cv2.VideoCapture`` of a played camera."""

    def __init__(self, camera: PlayedCamera) -> None:
        self._camera = camera
        camera.open_now += 1

    def isOpened(self) -> bool:  # noqa: N802  (OpenCV's name)
        return self._camera.plugged and not self._camera.busy

    def set(self, key: int, value: float) -> bool:
        self._camera.asked.append((key, value))
        return key != cv2.CAP_PROP_FPS  # a camera that does not know one of the wishes

    def grab(self) -> bool:
        time.sleep(0.002)
        self._camera.grabbed += 1
        return self._camera.plugged

    def retrieve(self) -> tuple[bool, Any]:
        picture = self._camera.picture.copy()
        if not self._camera.frozen:
            picture[:8, :8] = self._camera.grabbed % 256
        if not self._camera.sends_jpeg:
            return True, picture
        return True, np.frombuffer(jpeg(picture), np.uint8)[None, :]

    def release(self) -> None:
        self._camera.open_now -= 1


Rig = FakeRig | V4L2Rig
