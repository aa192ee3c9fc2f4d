"""What a row of thumbnails tells, as data: motion, black, frozen."""

from collections.abc import Callable

import numpy as np
import pytest

from kiosk.hardware.camera.fake import empty_counter
from kiosk.hardware.camera.frame import ArrayFrame, Image, JpegFrame
from kiosk.hardware.camera.watch import Pace, Watch, blank, moved
from tests.drivers.pictures import jpeg, noisy, pack

PACE = Pace(moving_s=3, blank_s=5, frozen_s=10)


def thumb(picture: Image) -> Image:
    return ArrayFrame(picture).thumbnail()


def jpeg_thumb(picture: Image) -> Image:
    return JpegFrame(jpeg(picture)).thumbnail()


def lit(picture: Image, share: float) -> Image:
    return np.clip(picture * share, 0, 255).astype(np.uint8)


COUNTER = empty_counter()
SAME, OTHER = noisy(COUNTER, 1), noisy(COUNTER, 2)


@pytest.mark.parametrize(
    ("before", "now", "motion"),
    [
        (SAME, OTHER, False),
        (COUNTER, lit(COUNTER, 1.25), False),
        (SAME, noisy(lit(COUNTER, 0.8), 3), False),
        (COUNTER, pack(), True),
        (pack(300), pack(340), True),
        (pack(300), noisy(pack(302), 4), True),
        (COUNTER, pack(size=96), True),
        (COUNTER, pack(size=12), False),
    ],
    ids=[
        "noise of the sensor",
        "lamps brighter",
        "lamps darker, and noise",
        "a pack comes",
        "a pack moves 4 cm to the side",
        "a hand that trembles",
        "a small pack",
        "a fly",
    ],
)
@pytest.mark.parametrize("thumb", [thumb, jpeg_thumb], ids=["pixels", "jpeg"])
def test_motion(before: Image, now: Image, motion: bool, thumb: Callable[[Image], Image]) -> None:
    assert moved(thumb(before), thumb(now)) is motion


@pytest.mark.parametrize(
    ("picture", "nothing"),
    [
        (COUNTER, False),
        (noisy(np.full_like(COUNTER, 60), levels=25), False),
        (np.zeros_like(COUNTER), True),
        (noisy(np.zeros_like(COUNTER), levels=6), True),
        (np.full_like(COUNTER, 127), True),
        (lit(COUNTER, 0.3), False),
    ],
    ids=["a counter", "a rough wall", "black", "black with noise", "all grey", "a dim counter"],
)
def test_blank(picture: Image, nothing: bool) -> None:
    assert blank(thumb(picture)) is nothing


def watched(*frames: tuple[Image, float]) -> Watch:
    """Look at (picture, instant) one after the other."""
    watch = Watch()
    for picture, at_s in frames:
        watch = watch.seen(thumb(picture), ArrayFrame(picture).fingerprint(), at_s)
    return watch


def test_the_first_picture_counts_as_motion() -> None:
    assert watched((COUNTER, 100.0)).moving(PACE)


def test_motion_lasts_for_a_while_and_then_it_is_still() -> None:
    seen = [(COUNTER, 100.0), (SAME, 110.0), (pack(), 111.0), (noisy(pack(), 1), 113.9)]
    assert watched(*seen[:2]).moving(PACE) is False
    assert watched(*seen).moving(PACE) is True
    assert watched(*seen, (noisy(pack(), 2), 114.0)).moving(PACE) is False


def test_a_change_of_size_is_motion() -> None:
    half = np.ascontiguousarray(COUNTER[:360])
    assert watched((COUNTER, 100.0), (half, 110.0)).moving(PACE)


@pytest.mark.parametrize(
    ("frames", "fault"),
    [
        ([(np.zeros_like(COUNTER), 100.0)], ""),
        ([(COUNTER, 100.0), (np.zeros_like(COUNTER), 104.9)], ""),
        ([(COUNTER, 100.0), (np.zeros_like(COUNTER), 105.0)], "blank"),
        ([(COUNTER, 100.0), (np.zeros_like(COUNTER), 105.0), (SAME, 106.0)], ""),
        ([(SAME, 100.0), (SAME, 109.9)], ""),
        ([(SAME, 100.0), (SAME, 110.0)], "frozen"),
        ([(SAME, 100.0), (SAME, 110.0), (OTHER, 110.3)], ""),
        ([(SAME, 100.0), (OTHER, 110.0)], ""),
    ],
    ids=[
        "black at first",
        "black for a moment",
        "black for long",
        "black, and good again",
        "the same for a moment",
        "the same for long",
        "the same for long, and then another",
        "another after long",
    ],
)
def test_faults(frames: list[tuple[Image, float]], fault: str) -> None:
    assert watched(*frames).fault(PACE).partition(" ")[0] == fault
