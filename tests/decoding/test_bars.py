"""Where bars are, which way they stand, and the patch that shows them upright."""

import math

import cv2
import numpy as np
import pytest

from kiosk.decoding.bars import alternations, cut, is_blank, locate
from tests.decoding.drawing import code, page_of_text, photo


def gray(picture):
    return cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)


@pytest.mark.parametrize("angle", range(0, 180, 20))
@pytest.mark.parametrize("width", [180, 320])
def test_finds_place_width_and_direction(angle, width):
    picture = photo(code(), angle=angle, width=width, at=(0.55, 0.45))
    bars = locate(gray(picture), 640)[0]
    assert math.dist(bars.centre, (0.55 * 640, 0.45 * 480)) < 0.15 * width
    turned = math.degrees(math.atan2(bars.across[1], bars.across[0]))
    assert abs((turned - angle + 90) % 180 - 90) < 1
    printed = width * 95 / 113  # without the quiet zones
    assert printed * 1.0 < bars.width < printed * 1.6


def test_finds_the_same_place_in_a_reduced_picture():
    picture = gray(photo(code(), size=(1280, 960), width=700, angle=30))
    large, small = (locate(picture, side)[0] for side in (1280, 320))
    assert large.is_like(small)


def test_tells_two_places_apart():
    one = gray(photo(code(), width=200, at=(0.25, 0.5)))
    other = gray(photo(code(), width=200, at=(0.75, 0.5), angle=60))
    both = np.minimum(one, other)
    first, second = locate(both, 640)[:2]
    assert not first.is_like(second)


def test_an_even_or_tiny_picture_has_no_bars():
    assert locate(np.full((300, 400), 99, np.uint8), 640) == []
    assert locate(np.zeros((5, 5), np.uint8), 640) == []


@pytest.mark.parametrize("angle", [0, 33, 90, 147])
def test_cuts_the_bars_upright(angle):
    picture = gray(photo(code(), angle=angle, width=340))
    patch = cut(picture, locate(picture, 640)[0], 452, 40)
    assert patch.shape == (40, 452)
    columns = patch.astype(float)
    between_rows = columns[10:30].std(axis=0).mean()
    between_columns = columns[10:30].mean(axis=0).std()
    assert between_columns > 5 * between_rows


def test_counts_how_often_a_strip_changes():
    drawn = code()[20:30]
    assert alternations(drawn) >= 50  # 30 bars
    assert alternations(np.full((8, 300), 50, np.uint8)) == 0
    ramp = np.tile(np.arange(250, dtype=np.uint8), (8, 1))
    assert alternations(ramp) == 0


@pytest.mark.parametrize("width", [110, 200, 600])
@pytest.mark.parametrize("angle", [0, 45, 90])
def test_a_frame_with_a_code_is_not_blank(width, angle):
    assert not is_blank(gray(photo(code(), width=width, angle=angle, blur=1.0)))
    assert not is_blank(gray(photo(code(), size=(1280, 720), width=width, angle=angle)))


def test_a_wall_a_gradient_and_a_dark_noisy_frame_are_blank():
    wall = np.full((720, 1280), 128, np.uint8)
    random = np.random.default_rng(5)
    noisy = np.clip(random.normal(30, 4, wall.shape), 0, 255).astype(np.uint8)
    light = np.tile(np.linspace(0, 255, 1280).astype(np.uint8), (720, 1))
    for picture in (wall, noisy, light, wall[:1], wall[:, :2]):
        assert is_blank(picture)


def test_print_is_not_blank():
    assert not is_blank(gray(page_of_text()))
