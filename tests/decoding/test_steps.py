"""Each step of the pipeline alone: what it finds, what it leaves to the others."""

import cv2
import numpy as np
import pytest
import zxingcpp

from kiosk.decoding.agreement import NORMAL, STRICT, Ballot, Look
from kiosk.decoding.pipeline import Pipeline, Place, Scene, grey
from kiosk.decoding.symbols import Format, Reading, retail_reading
from tests.decoding.drawing import BACKGROUND, MUESLI, code, photo

ITF_10 = "0053611912"
FLAT = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0))


def scene(picture, rule=NORMAL):
    return Scene(grey(picture), Ballot(rule))


def after(picture, *steps, rule=NORMAL):
    """Give the texts that are believed after these steps, in order."""
    pipeline, seen = Pipeline(rule), scene(picture, rule)
    for step in steps:
        getattr(pipeline, step)(seen)
    return [symbol.text for symbol in seen.ballot.symbols()]


@pytest.mark.parametrize("angle", [0, 5, 90, 180, 270])
@pytest.mark.parametrize("rule", [NORMAL, STRICT], ids=["normal", "strict"])
def test_a_glance_reads_level_and_upright_codes(angle, rule):
    assert after(photo(code(), angle=angle), "glance", rule=rule) == [MUESLI]


def test_a_glance_leaves_slanted_codes_to_the_look_at_bars():
    slanted = photo(code(), angle=45)
    assert after(slanted, "glance") == []
    assert after(slanted, "bars") == [MUESLI]


@pytest.mark.parametrize("angle", range(15, 360, 30))
def test_bars_are_read_at_any_angle(angle):
    assert after(photo(code(), angle=angle, width=360), "bars") == [MUESLI]


@pytest.mark.parametrize(
    ("symbology", "text"),
    [(zxingcpp.DataMatrix, "HELLO 12"), (zxingcpp.QRCode, "HELLO 12")],
    ids=["DataMatrix", "QR"],
)
def test_the_matrix_step_reads_two_dimensions_and_no_bars(symbology, text):
    assert after(photo(code(text, symbology, 8), angle=20), "matrix") == [text]
    assert after(photo(code()), "matrix") == []


def test_small_two_dimensional_codes_are_read_enlarged():
    small = photo(code("HELLO 12", zxingcpp.DataMatrix, 8), size=(160, 120), width=24, blur=0.3)
    assert after(small, "matrix") == []
    assert after(small, "enlarged") == ["HELLO 12"]


def test_a_large_picture_is_not_enlarged():
    large = photo(code("HELLO 12", zxingcpp.DataMatrix, 8), size=(1300, 700))
    assert after(large, "enlarged") == []


def test_likeness_reads_what_is_too_blurred_for_both_libraries():
    blurred = photo(code(), width=230, blur=2.0, angle=10)
    assert after(blurred, "glance", "bars", "effort", "whole") == []
    assert after(blurred, "bars", "likeness") == [MUESLI]


def test_likeness_alone_is_not_strict():
    blurred = photo(code(), width=230, blur=2.0, angle=10)
    assert after(blurred, "bars", "effort", "whole", "likeness", rule=STRICT) == []


def test_likeness_is_asked_only_at_places_that_steps_before_it_found():
    assert after(photo(code()), "likeness") == []


def test_the_whole_picture_is_read_only_where_there_was_a_sign_of_bars():
    picture = photo(code("0102001234567893", zxingcpp.DataBarOmni), angle=3)
    assert after(picture, "whole") == []
    assert after(picture, "bars", "whole") == ["0102001234567893"]


def test_a_confirmed_reading_stands_where_the_bars_are():
    seen = scene(photo(code(), at=(0.4, 0.6)))
    Pipeline().glance(seen)
    [symbol] = seen.ballot.symbols()
    middle = np.mean(symbol.corners, axis=0)
    assert np.abs(middle - (0.4 * 640, 0.6 * 480)).max() < 25


class AlwaysReads:
    """A library that sees the same number wherever zxing reads the whole picture."""

    def __init__(self, reading):
        self._reading = reading

    def read(self, picture):
        return [self._reading]


class NeverReads:
    def read(self, picture):
        return []


def test_reading_the_whole_picture_twice_is_one_look():
    pipeline = Pipeline()
    seen = scene(np.full((200, 300), BACKGROUND, np.uint8))
    corners = ((20.0, 80.0), (220.0, 80.0), (220.0, 120.0), (20.0, 120.0))
    invented = retail_reading(Format.EAN13, MUESLI, corners)
    # the strips across those bars show nothing, to any library
    pipeline._zbar = pipeline._linear = NeverReads()
    pipeline._confirm(seen, invented, "glance")
    pipeline._quick = NeverReads()
    pipeline._confirm(seen, invented, "whole")
    assert {vote.look for vote in seen.ballot.votes()} == {Look("zxing", "picture")}
    assert seen.ballot.symbols() == []


def test_every_step_of_a_still_picture_is_skipped_once_a_code_is_believed():
    pipeline = Pipeline()
    asked = []

    def noting(step):
        def run(seen):
            asked.append(step.__name__)
            step(seen)

        return run

    pipeline._steps = tuple(noting(step) for step in pipeline._steps)
    assert [symbol.text for symbol in pipeline.read(photo(code()))] == [MUESLI]
    assert asked == ["glance"]
    asked.clear()
    pipeline.read(photo(code("HELLO 12", zxingcpp.QRCode, 8)))
    assert asked == ["glance", "matrix"]


# ---------------------------------------------------------------- ITF, a part of which looks whole


def test_an_itf_of_any_even_length_from_six_is_read_where_it_stands_alone():
    for text in ("070429", "2167361334", ITF_10):
        drawn = code(text, zxingcpp.ITF)
        assert [s.text for s in Pipeline().read(photo(drawn, angle=2))] == [text]


@pytest.mark.parametrize("angle", [25, 30, 35, 40, 45])
@pytest.mark.parametrize("text", ["45674125160203", "80603130027815", "2167361334"])
@pytest.mark.parametrize("rule", [NORMAL, STRICT], ids=["normal", "strict"])
def test_a_row_that_leaves_a_slanted_itf_through_its_side_gives_no_shorter_number(
    angle, text, rule
):
    picture = photo(code(text, zxingcpp.ITF), size=(800, 600), angle=angle, width=520)
    assert {symbol.text for symbol in Pipeline(rule).read(picture)} <= {text}


def strips_with(beside):
    """A place 300 columns wide, bars from 60 to 240, and something beside them on the right."""
    strip = np.full((8, 300), 220, np.uint8)
    strip[:, 60:240:6] = 30
    strip[:, 61:241:6] = 30
    beside(strip)
    return [strip] * 3


def reading(left=60.0, right=240.0):
    corners = ((left, 0.0), (right, 0.0), (right, 8.0), (left, 8.0))
    return Reading(Format.ITF, "070429", b"070429", "I0", corners)


def nothing(strip):
    pass


def more_bars(strip):
    strip[:, 246:300:6] = 30
    strip[:, 247:300:6] = 30


def a_shadow_in_few_rows(strip):
    strip[:3, 248:260] = 30


def a_far_frame(strip):
    strip[:, 290:] = 30


@pytest.mark.parametrize(
    ("beside", "alone"),
    [(nothing, True), (more_bars, False), (a_shadow_in_few_rows, False), (a_far_frame, True)],
)
def test_an_itf_stands_alone_where_both_sides_are_light_in_all_rows(beside, alone):
    from kiosk.decoding.bars import Bars

    gray = np.full((400, 400), 220, np.uint8)
    place = Place("bars0", Bars((200.0, 200.0), (1.0, 0.0), 300.0, 60.0), strips_with(beside))
    assert place.stands_alone(reading(), gray) is alone


@pytest.mark.parametrize(("centre_x", "alone"), [(200.0, True), (100.0, False), (300.0, False)])
def test_an_itf_at_the_edge_of_the_picture_does_not_stand_alone(centre_x, alone):
    from kiosk.decoding.bars import Bars

    gray = np.full((400, 400), 220, np.uint8)
    bars = Bars((centre_x, 200.0), (1.0, 0.0), 300.0, 60.0)
    assert Place("bars0", bars, strips_with(nothing)).stands_alone(reading(), gray) is alone


def test_an_itf_that_fills_its_strip_does_not_stand_alone():
    from kiosk.decoding.bars import Bars

    gray = np.full((400, 400), 220, np.uint8)
    place = Place("bars0", Bars((200.0, 200.0), (1.0, 0.0), 300.0, 60.0), strips_with(nothing))
    assert not place.stands_alone(reading(left=4.0, right=296.0), gray)


# ---------------------------------------------------------------- shapes of pictures


def alpha(picture):
    return cv2.cvtColor(picture, cv2.COLOR_BGR2BGRA)


def one_channel(picture):
    return cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)[:, :, None]


def two_dimensions(picture):
    return cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)


def a_view_of_a_larger_array(picture):
    return np.repeat(picture, 2, axis=1)[:, ::2]


def upside_down_view(picture):
    return picture[::-1, ::-1]


def column_major(picture):
    return np.asfortranarray(picture)


@pytest.mark.parametrize(
    "shaped",
    [alpha, one_channel, two_dimensions, a_view_of_a_larger_array, upside_down_view, column_major],
)
def test_a_picture_may_come_in_any_layout_of_8_bits(shaped):
    assert [symbol.text for symbol in Pipeline().read(shaped(photo(code(), angle=4)))] == [MUESLI]


@pytest.mark.parametrize("shape", [(0, 0), (0, 5), (5, 0), (0, 0, 3), (1, 1), (1, 1, 4), (2, 9000)])
def test_a_picture_without_room_for_a_code_gives_nothing(shape):
    assert Pipeline().read(np.zeros(shape, np.uint8)) == []


def test_a_picture_is_not_changed_by_reading_it():
    picture = photo(code(), angle=33, blur=1.5)
    before = picture.copy()
    Pipeline().read(picture)
    assert np.array_equal(picture, before)


def test_a_huge_picture_is_read():
    large = cv2.resize(photo(code()), (4000, 3000))
    assert [symbol.text for symbol in Pipeline().read(large)] == [MUESLI]


def test_one_pipeline_reads_one_picture_after_another_without_memory_of_it():
    pipeline = Pipeline()
    pictures = [photo(code()), photo(code("4012345678901"), angle=45), np.zeros((90, 90), np.uint8)]
    texts = [[s.text for s in pipeline.read(each)] for each in (*pictures, *pictures)]
    assert texts == [[MUESLI], ["4012345678901"], []] * 2
