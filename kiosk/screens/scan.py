"""How to hold an item: draws a ``ScanView`` and the camera's picture; layout in scan.kv."""

from __future__ import annotations

from typing import Any

from kivy.clock import Clock
from kivy.graphics.texture import Texture
from kivy.properties import ObjectProperty
from PIL import Image

from kiosk.preview import Preview
from kiosk.screens.screen import Screen

PREVIEW_EVERY_S = 1 / 8


class ScanScreen(Screen):
    """Draws the camera's newest picture, at most eight a second, while it is in sight.

    It is mirrored: shoppers move an item as they would before a mirror.
    """

    picture = ObjectProperty(None, allownone=True)

    def __init__(self, **kwargs: Any) -> None:
        self._number = -1
        super().__init__(**kwargs)
        self._poll = Clock.create_trigger(self._look, PREVIEW_EVERY_S, interval=True)

    def on_parent(self, _screen: Any, parent: Any) -> None:
        """Look at the camera only while the screen is in sight."""
        if parent is None:
            self._poll.cancel()
            self.picture = None
        else:
            self._poll()

    def _look(self, _dt: float) -> None:
        newest = self.preview() if self.view.camera_ready else None
        if newest is None:
            self.picture = None
        elif newest.number != self._number or self.picture is None:
            self._number = newest.number
            self.picture = self._filled(newest)
            self.canvas.ask_update()

    def _filled(self, preview: Preview) -> Any:
        texture, size = self.picture, (preview.width, preview.height)
        if texture is None or tuple(texture.size) != size:
            texture = Texture.create(size=size, colorfmt="rgb")
            texture.flip_vertical()
        seen = Image.frombytes("RGB", size, preview.rgb)
        mirrored = seen.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
        texture.blit_buffer(mirrored.tobytes(), colorfmt="rgb", bufferfmt="ubyte")
        return texture

    def covering(self, texture: Any, size: list[float]) -> tuple[float, ...]:
        """Give texture coordinates that fill a box of ``size`` without distorting the picture.

        They turn it the right way up; a rounded rectangle takes no turn from left to right.
        """
        if texture is None or not all(size):
            return (0, 1, 1, 1, 1, 0, 0, 0)
        shape, box = texture.width / texture.height, size[0] / size[1]
        across = min(1.0, box / shape) / 2
        along = min(1.0, shape / box) / 2
        left, right, low, high = 0.5 - across, 0.5 + across, 0.5 + along, 0.5 - along
        return (left, low, right, low, right, high, left, high)
