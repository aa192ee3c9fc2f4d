"""A camera on USB, by Video4Linux and OpenCV.

The camera is asked for JPEG and OpenCV is asked to leave it so (``frame``). OpenCV by
itself waits 10 s for a picture that does not come, and may then give the last one again:
the wait is cut to ``SELECT_TIMEOUT_S``, a link that leads elsewhere is a loss, and a
picture that stays the same is a fault (``watch``).

Source: docs/devices/camera.md; OpenCV issues 10927 and 14044.
"""

from __future__ import annotations

import os
import time
from dataclasses import dataclass, field
from typing import Annotated, Any

import cv2
from pydantic import Field

from kiosk.errors import DeviceError
from kiosk.hardware.camera.camera import Camera, Reader
from kiosk.hardware.camera.frame import Frame, frame_of
from kiosk.hardware.camera.watch import Pace
from kiosk.hardware.presence import Link
from kiosk.messages import Post

SELECT_TIMEOUT_S = 1
_SELECT_TIMEOUT = "OPENCV_VIDEOIO_V4L_SELECT_TIMEOUT"


@dataclass(frozen=True, slots=True)
class V4L2Config:
    """Which camera, and which of its pictures."""

    port: str = "/dev/kiosk-camera"  # the link that systemd/70-kiosk.rules makes
    width: Annotated[int, Field(ge=160, le=4_096)] = 1_280
    height: Annotated[int, Field(ge=120, le=4_096)] = 720
    fps: Annotated[int, Field(ge=1, le=60)] = 15
    retry_s: Annotated[float, Field(gt=0, le=60)] = 2.0
    pace: Pace = field(default_factory=Pace)


class V4L2Source:
    """Pictures of a camera on USB."""

    live = True

    def __init__(self, config: V4L2Config) -> None:
        self._config = config
        self._capture: Any = None
        self._link: Link | None = None
        self._grabbed_at_s = 0.0

    def open(self) -> None:
        """Open the camera and ask for its pictures as configured."""
        os.environ.setdefault(_SELECT_TIMEOUT, str(SELECT_TIMEOUT_S))  # read by OpenCV, once
        self._link = Link.to(self._config.port)
        self._capture = cv2.VideoCapture(self._config.port, cv2.CAP_V4L2)
        if not self._capture.isOpened():
            raise DeviceError(f"{self._config.port}: not a camera, or another process has it")
        for key, value in self._wishes():
            self._capture.set(key, value)  # a camera that cannot does what it can

    def _wishes(self) -> list[tuple[int, float]]:
        return [
            (cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc(*"MJPG")),  # before the size, or no effect
            (cv2.CAP_PROP_FRAME_WIDTH, self._config.width),
            (cv2.CAP_PROP_FRAME_HEIGHT, self._config.height),
            (cv2.CAP_PROP_FPS, self._config.fps),
            (cv2.CAP_PROP_BUFFERSIZE, 1),
            (cv2.CAP_PROP_CONVERT_RGB, 0),
        ]

    def read(self) -> Frame:
        """Wait for the newest picture."""
        if time.monotonic() - self._grabbed_at_s > 2 / self._config.fps:
            self._grab()  # the one that has waited in the buffer since the last reading
        self._grab()
        good, picture = self._capture.retrieve()
        if not good or picture is None or picture.size == 0:
            raise DeviceError(f"{self._config.port}: sent a picture that cannot be read")
        return frame_of(picture)

    def _grab(self) -> None:
        assert self._link, "read before open"
        self._link.check()
        if not self._capture.grab():
            raise DeviceError(f"{self._config.port}: sends no picture")
        self._grabbed_at_s = time.monotonic()

    def close(self) -> None:
        """Let the camera go."""
        if self._capture is not None:
            self._capture.release()
            self._capture = None


class V4L2Camera(Camera):
    """A camera on USB that reads barcodes."""

    def __init__(self, name: str, config: V4L2Config, post: Post, reader: Reader) -> None:
        source = V4L2Source(config)
        super().__init__(name, source, post, reader, config.pace, config.retry_s)
