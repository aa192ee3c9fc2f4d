"""Pictures and videos that stand in for a camera: a file, or a folder of files.

For a laptop, the demonstration and measuring: the rest of the kiosk cannot tell the
difference. Time goes by as before a lens, so that what is not read in time is missed.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

import cv2
from pydantic import Field

from kiosk.errors import DeviceError
from kiosk.hardware.camera.camera import Camera, FramesEndedError, Reader
from kiosk.hardware.camera.frame import ArrayFrame, Frame
from kiosk.hardware.camera.watch import Pace
from kiosk.messages import Post

log = logging.getLogger(__name__)

PICTURES = frozenset({".jpg", ".jpeg", ".png", ".webp", ".bmp"})
VIDEOS = frozenset({".mp4", ".mkv", ".avi", ".webm", ".mov", ".mjpeg"})


@dataclass(frozen=True, slots=True)
class FilesConfig:
    """Which file or folder; ``picture_s`` is how long each picture is held before the lens."""

    path: str
    picture_s: Annotated[float, Field(gt=0, le=3_600)] = 2.0
    loop: bool = True
    retry_s: Annotated[float, Field(gt=0, le=60)] = 2.0
    pace: Pace = field(default_factory=Pace)


class FilesSource:
    """Shows one file after the other; a folder in the order of its names."""

    live = False  # a picture held before the lens does not change

    def __init__(
        self, config: FilesConfig, elapsed_s: Callable[[], float] = time.monotonic
    ) -> None:
        self._config, self._elapsed_s = config, elapsed_s
        self._left: list[Path] = []
        self._any_good = False
        self._shown: _Shown | None = None

    def open(self) -> None:
        """List the files; raises ``DeviceError`` where there are none."""
        self._left, self._any_good = files_at(Path(self._config.path)), False

    def read(self) -> Frame:
        """Give what is before the lens now."""
        while True:
            pixels = self._shown.at(self._elapsed_s()) if self._shown else None
            if pixels is not None:
                self._any_good = True
                return ArrayFrame(pixels)
            self._turn_over()

    def _turn_over(self) -> None:
        """Take the next file; one that cannot be read is left out."""
        self.close()
        if not self._left:
            self._start_again()
        try:
            self._shown = _open_shown(self._left.pop(0), self._config, self._elapsed_s())
        except DeviceError as error:
            log.warning("camera-file-skipped %s", error)

    def _start_again(self) -> None:
        if not self._any_good:
            raise DeviceError(f"{self._config.path}: expected pictures, none could be read")
        if not self._config.loop:
            raise FramesEndedError(f"{self._config.path}: all has been shown")
        self.open()

    def close(self) -> None:
        """Close the video, if one is open."""
        if self._shown:
            self._shown.close()
        self._shown = None


def files_at(path: Path) -> list[Path]:
    """List the pictures and videos at ``path``, by name; raises ``DeviceError`` for none."""
    if not path.is_dir():
        return [path]
    files = sorted(each for each in path.iterdir() if each.suffix.lower() in PICTURES | VIDEOS)
    if not files:
        raise DeviceError(f"{path}: expected pictures or videos, got none")
    return files


class _Still:
    """A picture that is held for some seconds."""

    def __init__(self, file: Path, until_s: float) -> None:
        self._pixels, self._until_s = cv2.imread(str(file), cv2.IMREAD_COLOR), until_s
        if self._pixels is None:
            raise DeviceError(f"{file}: expected a picture, got none or a broken one")

    def at(self, now_s: float) -> Any:
        return self._pixels if now_s < self._until_s else None

    def close(self) -> None:
        """Nothing is held open."""


class _Video:
    """A video that goes on at its own speed; frames that nobody read in time are left out."""

    def __init__(self, file: Path, started_s: float) -> None:
        self._capture = cv2.VideoCapture(str(file))
        self._fps = self._capture.get(cv2.CAP_PROP_FPS) or 25.0
        self._started_s, self._next_index = started_s, 0
        if not self._capture.isOpened():
            raise DeviceError(f"{file}: expected a video, got none or a broken one")

    def at(self, now_s: float) -> Any:
        due = int((now_s - self._started_s) * self._fps)
        while self._next_index <= due:
            if not self._capture.grab():
                return None
            self._next_index += 1
        good, pixels = self._capture.retrieve()
        return pixels if good else None

    def close(self) -> None:
        self._capture.release()


_Shown = _Still | _Video


def _open_shown(file: Path, config: FilesConfig, now_s: float) -> _Shown:
    if file.suffix.lower() in VIDEOS:
        return _Video(file, now_s)
    return _Still(file, now_s + config.picture_s)


class FilesCamera(Camera):
    """Files that are read as a camera would read them."""

    def __init__(self, name: str, config: FilesConfig, post: Post, reader: Reader) -> None:
        super().__init__(name, FilesSource(config), post, reader, config.pace, config.retry_s)
