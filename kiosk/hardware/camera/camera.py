"""A camera that reads barcodes: the thread that takes pictures, and what it makes of them.

Only the newest picture counts. It is looked at as a thumbnail; where something moves it is
given to the decoder, whose codes are posted; and while a screen shows what the camera sees,
a small picture is kept ready for it. Where pictures come from is a ``FrameSource``
(``v4l2``, ``files``, ``fake``); what they show is ``kiosk.decoding``'s affair.

No picture ever leaves memory: nothing in this package writes a file.
Stops within one reading of its source (V4L2: 1 s at worst) and one decoding.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable
from contextlib import closing
from threading import Event
from typing import Protocol

from kiosk.errors import DeviceError
from kiosk.hardware.camera.frame import Frame, Image
from kiosk.hardware.camera.watch import Pace, Watch
from kiosk.hardware.presence import Presence, reason_of
from kiosk.messages import Post, Scanned
from kiosk.preview import Preview

log = logging.getLogger(__name__)

DECODER_STEP_S_MAX = 0.5  # the decoder's clock goes on by no more from frame to frame
PREVIEW_ASKED_S = 1.0  # a screen that has not asked for so long shows no preview any more


class FramesEndedError(Exception):
    """The source has no more pictures, and is not to be opened again."""


class FrameSource(Protocol):
    """Where pictures come from."""

    @property
    def live(self) -> bool:
        """Tell whether it is a lens, whose pictures must differ from one to the next."""
        ...

    def open(self) -> None:
        """Get ready; raises ``OSError`` or ``DeviceError``."""
        ...

    def read(self) -> Frame:
        """Give the newest picture; raises ``OSError``, ``DeviceError``, ``FramesEndedError``."""
        ...

    def close(self) -> None:
        """Let go; may be called in any state."""
        ...


class Symbol(Protocol):
    """A code that the decoder is sure of."""

    @property
    def raw(self) -> bytes:
        """Give its bytes."""
        ...

    @property
    def symbology(self) -> str:
        """Give its AIM code identifier without the bracket."""
        ...


class Reader(Protocol):
    """A decoder that remembers what it saw in the frames before."""

    def read(self, frame: Image, at_s: float, /) -> Iterable[Symbol]:
        """Give the codes to post now; ``frame`` is grey, height x width.

        ``at_s`` grows from frame to frame, but not while nothing moves: what lies still
        before the lens and is not looked at has not gone out of view.
        """
        ...


class Camera:
    """Posts what a decoder reads in the pictures of a source; ``run`` is its own thread."""

    def __init__(  # noqa: PLR0913  (built by the three drivers alone)
        self,
        name: str,
        source: FrameSource,
        post: Post,
        reader: Reader,
        pace: Pace,
        retry_s: float,
    ) -> None:
        self.name = name
        self._source, self._reader, self._post = source, reader, post
        self._pace, self._retry_s = pace, retry_s
        self._asked_at_s = float("-inf")
        self._preview: Preview | None = None
        self._previews = 0
        self._decoder_fault = ""
        self._decoder_s = self._decoded_at_s = 0.0

    def latest_preview(self) -> Preview | None:
        """Give the newest small picture, and have more made for a second; from any thread."""
        self._asked_at_s = time.monotonic()
        return self._preview

    def run(self, stop: Event) -> None:
        """Serve the camera until ``stop``."""
        presence = Presence(self.name, self._post)
        while not stop.is_set():
            try:
                with closing(self._source):
                    self._source.open()
                    self._look(presence, stop)
            except FramesEndedError as end:
                presence.lost(str(end))
                stop.wait()
            except (OSError, DeviceError) as error:
                self._preview = None
                presence.lost(reason_of(error))
                stop.wait(self._retry_s)

    def _look(self, presence: Presence, stop: Event) -> None:
        watch = Watch()
        while not stop.is_set():
            started_s = time.monotonic()
            frame = self._source.read()
            watch = watch.seen(frame.thumbnail(), frame.fingerprint(), time.monotonic())
            fault = watch.fault(self._pace) if self._source.live else ""
            if not fault and watch.moving(self._pace):
                self._decode(frame, watch.at_s)
            self._tell(presence, fault or self._decoder_fault)
            shown = self._show(frame, watch.at_s)
            period_s = 1 / self._fps(moving=watch.moving(self._pace), shown=shown)
            stop.wait(max(0.0, started_s + period_s - time.monotonic()))

    def _fps(self, *, moving: bool, shown: bool) -> float:
        fps = self._pace.moving_fps if moving else self._pace.still_fps
        return max(fps, self._pace.preview_fps) if shown else fps

    def _tell(self, presence: Presence, fault: str) -> None:
        if fault:
            presence.lost(fault)
        else:
            presence.ready()

    def _decode(self, frame: Frame, at_s: float) -> None:
        image = frame.grey()
        self._decoder_s += min(at_s - self._decoded_at_s, DECODER_STEP_S_MAX)
        self._decoded_at_s = at_s
        try:
            symbols = list(self._reader.read(image, self._decoder_s))
        except Exception as error:
            # a decoder is foreign code fed with anything at all: its fault is the camera's
            if not self._decoder_fault:
                log.exception("camera-decoder-failed device=%s", self.name)
            self._decoder_fault = f"decoder: {reason_of(error)}"[:200]
            return
        self._decoder_fault = ""
        for symbol in symbols:
            self._post(Scanned(self.name, symbol.raw, symbol.symbology))

    def _show(self, frame: Frame, at_s: float) -> bool:
        """Keep a preview where a screen asked for one lately; tells whether one did."""
        if at_s - self._asked_at_s > PREVIEW_ASKED_S:
            self._preview = None
            return False
        pixels = frame.preview()
        self._previews += 1
        height, width = pixels.shape[:2]
        self._preview = Preview(width, height, pixels.tobytes(), self._previews)
        return True
