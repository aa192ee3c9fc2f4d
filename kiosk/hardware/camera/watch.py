"""What a row of thumbnails tells: whether something moves, and whether they are pictures.

Pure but for OpenCV's arithmetic: instants come in, nothing is read. How often the camera
is read follows from it, and this is what keeps an idle kiosk cool: a still counter is
looked at three times a second, as a thumbnail, and decoded not at all.

Source: docs/devices/camera.md, "Motion" and "Faults"; the limits are measured there.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Annotated

import cv2
import numpy as np
from pydantic import Field

from kiosk.hardware.camera.frame import Image

Rate = Annotated[float, Field(gt=0, le=60)]
Span = Annotated[float, Field(gt=0, le=3_600)]

LEVELS_MIN = 8  # of 256, at a mean of 128: less is the noise of a sensor, or of JPEG
SHARE_MIN = 0.002  # of all pixels: 1.6 cm square at 40 cm before a lens of 60 degrees
BLANK_SPREAD_MAX = 2.0  # standard deviation, in levels, of a covered lens or a dead sensor
BLACK_LEVEL_MAX = 8.0  # mean, in levels


@dataclass(frozen=True, slots=True)
class Pace:
    """How often a picture is taken, and how long a fault must last to be told."""

    still_fps: Rate = 3.0
    moving_fps: Rate = 10.0
    preview_fps: Rate = 12.0
    moving_s: Span = 4.0  # longer than the decoder takes to forget a code that went out of view
    blank_s: Span = 20.0  # longer than a shopper covers the lens with a pack
    frozen_s: Span = 10.0


@dataclass(frozen=True, slots=True)
class Watch:
    """What has been seen so far; ``seen`` gives the next one."""

    thumbnail: Image | None = None
    fingerprint: int = 0
    at_s: float = 0.0
    moved_at_s: float = 0.0
    picture_at_s: float = 0.0  # when it was last not blank
    changed_at_s: float = 0.0  # when the fingerprint last changed

    def seen(self, thumbnail: Image, fingerprint: int, at_s: float) -> Watch:
        """Look at the thumbnail of a frame taken at ``at_s``; the first counts as motion."""
        first = self.thumbnail is None
        here = replace(self, thumbnail=thumbnail, fingerprint=fingerprint, at_s=at_s)
        if first or moved(self.thumbnail, thumbnail):
            here = replace(here, moved_at_s=at_s)
        if first or not blank(thumbnail):
            here = replace(here, picture_at_s=at_s)
        if first or fingerprint != self.fingerprint:
            here = replace(here, changed_at_s=at_s)
        return here

    def moving(self, pace: Pace) -> bool:
        """Tell whether something moved lately."""
        return self.at_s - self.moved_at_s < pace.moving_s

    def fault(self, pace: Pace) -> str:
        """Say what is wrong with the pictures; empty where nothing is."""
        if self.at_s - self.picture_at_s >= pace.blank_s:
            return "blank picture: is the lens covered or the light out?"
        if self.at_s - self.changed_at_s >= pace.frozen_s:
            return "frozen picture: the camera sends the same again and again"
        return ""


def moved(before: Image | None, now: Image) -> bool:
    """Tell whether something moved between two thumbnails; a change of all the light is none."""
    if before is None or before.shape != now.shape:
        return True
    change = cv2.absdiff(_evened(before), _evened(now))
    return bool(np.count_nonzero(change > LEVELS_MIN) >= SHARE_MIN * change.size)


def blank(thumbnail: Image) -> bool:
    """Tell whether there is nothing to be seen: all one colour, or black."""
    return bool(thumbnail.std() < BLANK_SPREAD_MAX or thumbnail.mean() < BLACK_LEVEL_MAX)


def _evened(thumbnail: Image) -> Image:
    """Take noise out and bring the mean to 128, so that lamps and exposure play no part."""
    smooth = cv2.blur(thumbnail, (3, 3))
    evened: Image = cv2.multiply(smooth, 128.0 / max(1.0, float(smooth.mean())))
    return evened
