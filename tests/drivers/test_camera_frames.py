"""A picture is decoded no further than it is asked for, and it is the same picture."""

import numpy as np
import pytest

from kiosk.errors import DeviceError
from kiosk.hardware.camera.frame import ArrayFrame, Frame, JpegFrame, frame_of
from tests.drivers.pictures import jpeg, noisy, pack, without_huffman_tables

PACK = pack()
KINDS = {"pixels": ArrayFrame(PACK), "jpeg": JpegFrame(jpeg(PACK))}


@pytest.mark.parametrize("frame", KINDS.values(), ids=KINDS.keys())
def test_sizes(frame: Frame) -> None:
    assert frame.grey().shape == (720, 1_280)
    assert frame.preview().shape == (360, 640, 3)
    assert frame.thumbnail().shape == (90, 160)


@pytest.mark.parametrize("kind", ["grey", "preview", "thumbnail"])
def test_both_kinds_show_the_same(kind: str) -> None:
    drawn, sent = (getattr(frame, kind)().astype(int) for frame in KINDS.values())
    assert np.abs(drawn - sent).mean() < 4.0


@pytest.mark.parametrize("make", [ArrayFrame, lambda p: JpegFrame(jpeg(p))], ids=KINDS.keys())
def test_any_noise_makes_another_fingerprint(make) -> None:  # type: ignore[no-untyped-def]
    assert make(PACK).fingerprint() == make(PACK.copy()).fingerprint()
    assert make(noisy(PACK, 1)).fingerprint() != make(noisy(PACK, 2)).fingerprint()


@pytest.mark.parametrize("make", [ArrayFrame, lambda p: JpegFrame(jpeg(p))], ids=KINDS.keys())
def test_a_red_picture_is_red_on_the_screen(make) -> None:  # type: ignore[no-untyped-def]
    red = np.full((720, 1_280, 3), (0, 0, 220), np.uint8)  # OpenCV's order
    assert np.abs(make(red).preview()[100, 100].astype(int) - (220, 0, 0)).max() < 6


def test_a_small_picture_is_not_blown_up() -> None:
    tiny = ArrayFrame(np.ascontiguousarray(PACK[:60, :80]))
    assert (tiny.preview().shape, tiny.thumbnail().shape) == ((60, 80, 3), (15, 20))


def test_motion_jpeg_without_huffman_tables_is_read() -> None:
    bare = without_huffman_tables(jpeg(PACK))
    assert b"\xff\xc4" not in bare[:600]
    assert np.abs(JpegFrame(bare).thumbnail().astype(int) - KINDS["jpeg"].thumbnail()).mean() < 1


@pytest.mark.parametrize("data", [b"\xff\xd8", b"\xff\xd8" + b"?" * 999, jpeg(PACK)[:100]])
def test_a_broken_picture_is_refused(data: bytes) -> None:
    with pytest.raises(DeviceError, match="Expected a JPEG"):
        JpegFrame(data).grey()


@pytest.mark.parametrize(
    ("grabbed", "kind"),
    [
        (PACK, ArrayFrame),
        (np.frombuffer(jpeg(PACK), np.uint8)[None, :], JpegFrame),
        (np.frombuffer(jpeg(PACK), np.uint8), JpegFrame),
    ],
    ids=["pixels", "a row of bytes", "bytes"],
)
def test_takes_what_opencv_retrieved(grabbed: object, kind: type) -> None:
    assert isinstance(frame_of(grabbed), kind)


def test_refuses_pixels_of_an_unknown_kind() -> None:
    with pytest.raises(DeviceError, match="got \\(720, 1280, 2\\)"):
        frame_of(np.zeros((720, 1_280, 2), np.uint8))  # YUYV, which no wish of ours asks for
