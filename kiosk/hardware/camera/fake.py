"""A camera that is not there: the drivers' face, and levers instead of a lens and a cable.

Ships with the product: tests, the simulator and the demonstration use it.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from kiosk.errors import DeviceError
from kiosk.hardware.camera.camera import Camera, Reader
from kiosk.hardware.camera.frame import ArrayFrame, Frame, Image
from kiosk.hardware.camera.watch import Pace
from kiosk.messages import Post


@dataclass(frozen=True, slots=True)
class FakeCameraConfig:
    """Whether the cable is in at the start, and how it is read."""

    plugged: bool = True
    retry_s: float = 0.05
    pace: Pace = field(default_factory=Pace)


class FakeSource:
    """Shows what ``show`` is given, with one pixel of noise. Levers work from any thread."""

    live = True

    def __init__(self, config: FakeCameraConfig) -> None:
        self._plugged, self._frozen, self._noise = config.plugged, False, 0
        self._pixels = empty_counter()

    def show(self, pixels: Image) -> None:
        """Hold this before the lens: height x width x 3, blue first."""
        self._pixels = pixels

    def show_nothing(self) -> None:
        """Take away what is before the lens."""
        self._pixels = empty_counter()

    def cover(self) -> None:
        """Put a hand on the lens."""
        self._pixels = np.zeros_like(self._pixels)

    def freeze(self) -> None:
        """Send the same picture again and again, as a camera with a fault does."""
        self._frozen = True

    def thaw(self) -> None:
        """Send new pictures again."""
        self._frozen = False

    def pull_cable(self) -> None:
        """Take the camera away."""
        self._plugged = False

    def plug_in(self) -> None:
        """Bring the camera back."""
        self._plugged = True

    def open(self) -> None:
        """Find the camera, if its cable is in."""
        self._check()

    def read(self) -> Frame:
        """Give what is before the lens now."""
        self._check()
        if self._frozen:
            return ArrayFrame(self._pixels)
        self._noise = (self._noise + 1) % 256
        pixels = self._pixels.copy()
        pixels[0, 0] = self._noise  # no two pictures of a sensor are the same
        return ArrayFrame(pixels)

    def close(self) -> None:
        """Nothing is held open."""

    def _check(self) -> None:
        if not self._plugged:
            raise DeviceError("fake: the cable is out")


def empty_counter() -> Image:
    """Draw what a camera sees while nobody is there: a lit counter, 1280x720."""
    light = np.linspace(90, 200, 1_280, dtype=np.uint8)
    return np.repeat(np.repeat(light[None, :, None], 720, axis=0), 3, axis=2)


class FakeCamera(Camera):
    """A camera of levers that reads barcodes; the levers are those of ``source``."""

    def __init__(self, name: str, config: FakeCameraConfig, post: Post, reader: Reader) -> None:
        self.source = FakeSource(config)
        super().__init__(name, self.source, post, reader, config.pace, config.retry_s)
