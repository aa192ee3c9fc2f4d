"""One picture of the camera on its way to the screen: a value, no Kivy and no camera."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Preview:
    """``rgb`` holds three bytes a pixel, top row first; ``number`` grows with every picture."""

    width: int
    height: int
    rgb: bytes
    number: int

    def __post_init__(self) -> None:
        expected = self.width * self.height * 3
        if len(self.rgb) != expected:
            raise ValueError(f"Expected {expected} bytes, got {len(self.rgb)}")


PreviewOf = Callable[[], Preview | None]  # the newest picture, from any thread; none without one
