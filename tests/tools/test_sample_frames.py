"""Frames for the tour look like a camera's, and their codes can be read."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
import zxingcpp

from retail.values import Gtin
from tools.sample_chain.frames import HEIGHT, WIDTH, blank_frame, frame_of, write_sequence

RICE = "6260100300019"
ELEMENTS = f"(01){Gtin.parse(RICE).digits}(17)271231(10)A1"
LINK = f"https://id.example.ir/01/{Gtin.parse(RICE).digits}"


def texts_in(frame) -> set[str]:
    return {code.text for code in zxingcpp.read_barcodes(frame)}


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(("code", "kind"), [(RICE, "ean-13"), ("62610018", "ean-8"), (LINK, "qr")])
def test_the_code_held_up_can_be_read(code, kind, seed):
    frame = frame_of(code, kind, seed)
    assert frame.shape == (HEIGHT, WIDTH, 3)
    assert frame.dtype == np.uint8
    assert code in texts_in(frame)


def test_a_gs1_datamatrix_carries_its_batch_and_expiry():
    [code] = zxingcpp.read_barcodes(frame_of(ELEMENTS, "gs1-datamatrix", 1))
    assert code.symbology_identifier == "]d2"
    assert code.bytes == f"01{Gtin.parse(RICE).digits}1727123110A1".encode()


def test_nothing_is_read_where_nothing_is_held_up():
    assert texts_in(blank_frame(1)) == set()


def test_the_same_code_and_seed_give_the_same_frame():
    assert np.array_equal(frame_of(RICE, "ean-13", 4), frame_of(RICE, "ean-13", 4))
    assert not np.array_equal(frame_of(RICE, "ean-13", 4), frame_of(RICE, "ean-13", 5))


def test_an_unknown_format_is_named():
    with pytest.raises(ValueError, match="Expected one of ean-13"):
        frame_of(RICE, "code-99", 1)


def test_frames_are_written_in_the_order_they_are_shown(tmp_path):
    frames = [blank_frame(1), frame_of(RICE, "ean-13", 1)]
    paths = write_sequence(tmp_path / "tour", frames, suffix=".png")
    assert [path.name for path in paths] == ["00000.png", "00001.png"]
    assert np.array_equal(cv2.imread(str(paths[1])), frames[1])
