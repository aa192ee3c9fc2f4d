"""One picture of a camera, decoded no further than somebody asks for.

USB cameras send JPEG. A picture in which nothing moves is only looked at as a thumbnail,
which libjpeg makes an eighth of the size without decoding the rest: 1.5 ms of CPU instead
of 7.2 ms for the whole of 1280x720 in colour. The decoder wants no colours, and without
them the whole takes 2.3 ms. Nothing here writes a file: what the camera sees is never kept.

Source: docs/devices/camera.md, "What it costs".
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import Any, Protocol

import cv2
import numpy as np
import numpy.typing as npt

from kiosk.errors import DeviceError

Image = npt.NDArray[np.uint8]

THUMBNAIL_WIDTH = 160
PREVIEW_WIDTH = 640
_JPEG_START = b"\xff\xd8"


class Frame(Protocol):
    """A picture; each method gives rows of pixels, top first, and may raise ``DeviceError``."""

    def grey(self) -> Image:
        """Give it all in grey, height x width."""
        ...

    def preview(self) -> Image:
        """Give it about 640 pixels wide, height x width x 3, red first."""
        ...

    def thumbnail(self) -> Image:
        """Give it about 160 pixels wide, grey, height x width."""
        ...

    def fingerprint(self) -> int:
        """Give a number that is another one for a picture with any other noise in it."""
        ...


@dataclass(frozen=True, slots=True)
class ArrayFrame:
    """A picture that is there as pixels, height x width x 3, blue first."""

    pixels: Image

    def grey(self) -> Image:
        """Take the colours away."""
        return _as_image(cv2.cvtColor(self.pixels, cv2.COLOR_BGR2GRAY))

    def preview(self) -> Image:
        """Scale it down."""
        return _red_first(_narrow(self.pixels, PREVIEW_WIDTH))

    def thumbnail(self) -> Image:
        """Scale it down, from every fourth pixel, and make it grey."""
        small = _narrow(np.ascontiguousarray(self.pixels[::4, ::4]), THUMBNAIL_WIDTH)
        return _as_image(cv2.cvtColor(small, cv2.COLOR_BGR2GRAY))

    def fingerprint(self) -> int:
        """Sum up every eighth row."""
        return zlib.crc32(np.ascontiguousarray(self.pixels[::8]).data)


@dataclass(frozen=True, slots=True)
class JpegFrame:
    """A picture as the camera sent it, not yet decoded."""

    data: bytes

    def grey(self) -> Image:
        """Decode it without its colours."""
        return self._decoded(cv2.IMREAD_GRAYSCALE)

    def preview(self) -> Image:
        """Decode it at half the size."""
        return _red_first(_narrow(self._decoded(cv2.IMREAD_REDUCED_COLOR_2), PREVIEW_WIDTH))

    def thumbnail(self) -> Image:
        """Decode it at an eighth of the size, without its colours."""
        return _narrow(self._decoded(cv2.IMREAD_REDUCED_GRAYSCALE_8), THUMBNAIL_WIDTH)

    def fingerprint(self) -> int:
        """Sum up the bytes."""
        return zlib.crc32(self.data)

    def _decoded(self, way: int) -> Image:
        image = cv2.imdecode(np.frombuffer(self.data, np.uint8), way)
        if image is None:
            raise DeviceError(
                f"Expected a JPEG picture, got {len(self.data)} bytes of another kind"
            )
        return _as_image(image)


def frame_of(grabbed: Any) -> Frame:
    """Take what OpenCV retrieved: the bytes of a JPEG in one row, or pixels in colour.

    Which of them comes depends on the camera and on OpenCV, so both are served.
    """
    if grabbed.ndim == 3 and grabbed.shape[2] == 3:
        return ArrayFrame(grabbed)
    data = grabbed.tobytes()
    if not data.startswith(_JPEG_START):
        raise DeviceError(f"Expected a JPEG picture or pixels, got {grabbed.shape}")
    return JpegFrame(data)


def _narrow(image: Image, width: int) -> Image:
    """Scale ``image`` down to ``width``; a narrower one stays as it is."""
    if image.shape[1] <= width:
        return image
    height = max(1, round(image.shape[0] * width / image.shape[1]))
    return _as_image(cv2.resize(image, (width, height), interpolation=cv2.INTER_AREA))


def _red_first(image: Image) -> Image:
    return _as_image(cv2.cvtColor(image, cv2.COLOR_BGR2RGB))


def _as_image(array: Any) -> Image:
    image: Image = array
    return image
