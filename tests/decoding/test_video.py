"""Live frames: told once, believed over frames, little work where there is nothing."""

import numpy as np
import zxingcpp

from kiosk.decoding.symbols import Format
from kiosk.decoding.video import FrameReader, FrameReaderConfig
from tests.decoding.drawing import MUESLI, code, page_of_text, photo

ITEM = photo(code(), angle=3)
OTHER = photo(code("4012345678901"), angle=3)
NOTHING = np.full((480, 640, 3), 150, np.uint8)


def told(reader, *frames):
    """Feed (frame, seconds) and give what was told, as texts a frame."""
    return [[symbol.text for symbol in reader.read(frame, now_s)] for frame, now_s in frames]


def test_tells_a_code_once_while_it_stays_in_view():
    frames = [(ITEM, i / 10) for i in range(30)]
    assert [texts for texts in told(FrameReader(), *frames) if texts] == [[MUESLI]]


def test_tells_a_code_again_after_it_was_away_long_enough():
    reader = FrameReader(FrameReaderConfig(forget_s=2.0))
    assert told(reader, (ITEM, 0.0), (NOTHING, 1.0), (ITEM, 1.9)) == [[MUESLI], [], []]
    assert told(reader, (NOTHING, 2.0), (ITEM, 3.8)) == [[], []]
    assert told(reader, (NOTHING, 4.0), (ITEM, 5.8)) == [[], [MUESLI]]


def test_tells_the_next_item_at_once():
    assert told(FrameReader(), (ITEM, 0.0), (OTHER, 0.1)) == [[MUESLI], ["4012345678901"]]


def test_reads_turned_items_within_a_few_frames():
    for angle in (30, 45, 60, 90, 200):
        frames = [(photo(code(), angle=angle), i / 15) for i in range(8)]
        assert [texts for texts in told(FrameReader(), *frames) if texts] == [[MUESLI]], angle


def test_reads_a_two_dimensional_code_within_two_frames():
    frame = photo(code("HELLO 12", zxingcpp.QRCode, 8))
    reader = FrameReader()
    symbols = [symbol for i in range(2) for symbol in reader.read(frame, i / 15)]
    assert [(symbol.format, symbol.text) for symbol in symbols] == [(Format.QRCODE, "HELLO 12")]


class OneReadingAFrame:
    """A pipeline that sees the code once in each frame: too little for one frame alone."""

    def __init__(self, library="zxing"):
        self._library = library

    def glance(self, scene):
        from kiosk.decoding.agreement import Look
        from kiosk.decoding.symbols import retail_reading

        corners = ((0.0, 0.0), (9.0, 0.0), (9.0, 9.0), (0.0, 9.0))
        reading = retail_reading(Format.EAN13, MUESLI, corners)
        scene.ballot.add(Look(self._library, f"{scene.frame}glance"), [reading])

    def matrix(self, scene):
        pass

    bars = closer = matrix


def test_two_frames_that_agree_are_enough():
    reader = FrameReader(pipeline=OneReadingAFrame())
    assert told(reader, (ITEM, 0.0), (ITEM, 0.1), (ITEM, 0.2)) == [[], [MUESLI], []]


def test_frames_too_far_apart_do_not_agree():
    reader = FrameReader(FrameReaderConfig(agree_s=1.0), OneReadingAFrame())
    assert told(reader, (ITEM, 0.0), (ITEM, 1.1), (ITEM, 2.2)) == [[], [], []]


class CountsWork:
    """A pipeline that finds nothing and notes what it was asked for."""

    def __init__(self):
        self.asked = []

    def __getattr__(self, step):
        return lambda scene: self.asked.append(step)


def test_a_blank_frame_costs_no_look_at_all():
    pipeline = CountsWork()
    told(FrameReader(pipeline=pipeline), *((NOTHING, i / 15) for i in range(8)))
    assert pipeline.asked == []


def test_frames_without_an_easy_code_take_turns():
    pipeline = CountsWork()
    told(FrameReader(pipeline=pipeline), *((page_of_text(), i / 15) for i in range(4)))
    assert pipeline.asked == [
        "glance",
        "matrix",
        "glance",
        "bars",
        "glance",
        "matrix",
        "glance",
        "bars",
        "closer",
    ]


def test_print_and_noise_are_never_told_in_many_frames():
    random = np.random.default_rng(3)
    noise = [random.integers(0, 256, (240, 320, 3), np.uint8) for _ in range(12)]
    frames = [(frame, i / 15) for i, frame in enumerate([*noise, *[page_of_text()] * 6])]
    assert told(FrameReader(), *frames) == [[]] * 18
