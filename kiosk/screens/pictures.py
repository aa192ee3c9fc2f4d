"""Product pictures, decoded beside the screen's thread and kept while there is room.

A picture is read and scaled down to the size it is drawn at by one worker; only the copy to
the graphics memory happens on the screen's thread. A file that is absent or broken gives no
picture, and whoever asked keeps its placeholder. It knows files, not where they come from.
"""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from kivy.clock import Clock
from kivy.graphics.texture import Texture
from PIL import Image

log = logging.getLogger(__name__)

KEPT_BYTES_MAX = 10 * 2**20  # about ten large ones, or a hundred of a list
STEP_PX = 32  # boxes are rounded up to this, so that nearly equal ones share a picture


@dataclass(frozen=True, slots=True)
class Decoded:
    """RGBA pixels, bottom row first."""

    width: int
    height: int
    pixels: bytes


Key = tuple[str, int, int]
Then = Callable[[Any], None]  # is given the texture


def decode(file: str, width: int, height: int) -> Decoded | None:
    """Read a picture so that it fits ``width`` × ``height`` pixels; none for a broken file."""
    try:
        with Image.open(file) as image:
            image.draft("RGB", (width, height))
            image.thumbnail((width, height), Image.Resampling.LANCZOS, reducing_gap=2.0)
            flipped = image.convert("RGBA").transpose(Image.Transpose.FLIP_TOP_BOTTOM)
    except (OSError, ValueError, Image.DecompressionBombError) as error:
        log.warning("picture-unreadable file=%s error=%s", file, error)
        return None
    return Decoded(flipped.width, flipped.height, flipped.tobytes())


class Pictures:
    """Textures by file and size, the least recently asked for dropped first."""

    def __init__(self, bytes_max: int = KEPT_BYTES_MAX) -> None:
        self._bytes_max = bytes_max
        self._kept: OrderedDict[Key, Any] = OrderedDict()
        self._kept_bytes = 0
        self._waiting: dict[Key, list[Then]] = {}
        self._worker: ThreadPoolExecutor | None = None

    def ask(self, file: str, width: float, height: float, then: Then) -> None:
        """Call ``then`` with the texture, at once or in a later frame, on the screen's thread."""
        key = (file, _rounded(width), _rounded(height))
        if key in self._kept:
            self._kept.move_to_end(key)
            then(self._kept[key])
        elif key in self._waiting:
            self._waiting[key].append(then)
        else:
            self._waiting[key] = [then]
            self._submit(key)

    @property
    def busy(self) -> bool:
        """Tell whether somebody waits for a picture."""
        return bool(self._waiting)

    def stop(self) -> None:
        """Let the worker end; pictures that are not read yet never come."""
        if self._worker is not None:
            self._worker.shutdown(wait=True, cancel_futures=True)
            self._worker = None

    def _submit(self, key: Key) -> None:
        if self._worker is None:
            self._worker = ThreadPoolExecutor(1, thread_name_prefix="pictures")

        def hand_over(done: Future[Decoded | None]) -> None:
            if not done.cancelled():
                Clock.schedule_once(lambda _dt: self._arrived(key, done.result()), 0)

        self._worker.submit(decode, *key).add_done_callback(hand_over)

    def _arrived(self, key: Key, decoded: Decoded | None) -> None:
        texture = _upload(decoded) if decoded is not None else None
        if decoded is not None:
            self._keep(key, texture, len(decoded.pixels))
        for then in self._waiting.pop(key, []):
            if texture is not None:
                then(texture)

    def _keep(self, key: Key, texture: Any, size_bytes: int) -> None:
        self._kept[key] = texture
        self._kept_bytes += size_bytes
        while self._kept_bytes > self._bytes_max and len(self._kept) > 1:
            _, oldest = self._kept.popitem(last=False)
            self._kept_bytes -= oldest.width * oldest.height * 4


def _rounded(length: float) -> int:
    return max(STEP_PX, -(-int(length) // STEP_PX) * STEP_PX)


def _upload(decoded: Decoded) -> Any:
    texture = Texture.create(size=(decoded.width, decoded.height), colorfmt="rgba")
    texture.blit_buffer(decoded.pixels, colorfmt="rgba", bufferfmt="ubyte")
    return texture
