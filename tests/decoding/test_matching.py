"""Reading by likeness: blurred and small bars, and never a number in what is none."""

import cv2
import numpy as np
import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.decoding.libraries import Zxing
from kiosk.decoding.matching import Likeness, Matcher, most_like
from kiosk.decoding.symbols import LINEAR, RETAIL, Format
from retail.barcodes import expand_upc_e
from retail.values import check_digit
from tests.decoding.drawing import MUESLI, code

MATCHER = Matcher(RETAIL)
QUIET = 0.14


def strip(digits=MUESLI, symbology=zxingcpp.EAN13, module_px=4.0, blur=0.0, noise=0.0, seed=1):
    """Draw the bars as bars.cut gives them: QUIET of their width on each side."""
    bars = code(digits, symbology, 8)[20]
    dark = np.flatnonzero(bars < 128)
    bars = bars[dark[0] : dark[-1] + 1]
    modules = len(bars) / 8
    side = round(QUIET * len(bars))
    row = np.pad(bars, side, constant_values=255)
    width = round(modules * module_px * (1 + 2 * QUIET))
    picture = cv2.resize(np.tile(row, (8, 1)), (width, 8), interpolation=cv2.INTER_AREA)
    picture = picture.astype(np.float32) * 0.6 + 40
    if blur:
        picture = cv2.GaussianBlur(picture, (0, 0), blur * module_px, sigmaY=0.01)
    picture += np.random.default_rng(seed).normal(0, noise, picture.shape)
    return np.clip(picture, 0, 255).astype(np.uint8)


def texts(picture):
    return [reading.text for reading in MATCHER.read(picture)]


@settings(max_examples=40, deadline=None)
@given(
    st.text("0123456789", min_size=12, max_size=12),
    st.floats(0.3, 0.8),
    st.floats(3.0, 6.0),
    st.integers(0, 99),
)
def test_reads_any_blurred_number_up_to_a_blur_of_eight_tenths_of_a_module(
    payload, blur, module_px, seed
):
    digits = payload + str(check_digit(payload))
    picture = strip(digits, module_px=module_px, blur=blur, noise=2, seed=seed)
    assert texts(picture) == [digits.removeprefix("0") if digits[0] == "0" else digits]


def test_reads_bars_too_blurred_for_the_library():
    picture = strip(blur=0.9, noise=2)
    assert Zxing(LINEAR).read(picture) == []
    assert texts(picture) == [MUESLI]


def test_reads_it_upside_down():
    assert texts(np.ascontiguousarray(strip(blur=0.5)[:, ::-1])) == [MUESLI]


@pytest.mark.parametrize("blur", [0.0, 0.6])
@pytest.mark.parametrize("turned", [False, True])
def test_reads_the_short_codes(blur, turned):
    for digits, symbology, format_ in (
        ("96385074", zxingcpp.EAN8, Format.EAN8),
        ("01264904", zxingcpp.UPCE, Format.UPCE),
    ):
        picture = strip(digits, symbology, blur=blur)
        [reading] = MATCHER.read(np.ascontiguousarray(picture[:, ::-1]) if turned else picture)
        text = digits if format_ is Format.EAN8 else expand_upc_e(digits)
        assert (reading.format, reading.text) == (format_, text)


@pytest.mark.parametrize("seed", range(30))
def test_sees_no_number_in_random_bars(seed):
    random = np.random.default_rng(seed)
    widths = random.integers(1, 5, 60) * 4
    row = np.repeat(np.arange(60) % 2 * 150 + 50, widths).astype(np.uint8)
    picture = np.tile(np.pad(row, 60, constant_values=200), (8, 1))
    assert texts(cv2.GaussianBlur(picture, (0, 0), 2.0)) == []


@pytest.mark.parametrize("hidden", [0.15, 0.3, 0.5])
def test_sees_no_number_in_half_a_code(hidden):
    picture = strip(blur=0.3)
    width = int(picture.shape[1] * hidden)
    covered = picture.copy()
    covered[:, :width] = 190
    assert texts(covered) == []
    assert texts(np.ascontiguousarray(picture[:, width:])) == []


def test_sees_no_number_in_an_even_strip():
    assert texts(np.full((8, 420), 130, np.uint8)) == []
    assert texts(np.full((1, 3), 130, np.uint8)) == []


SURE = {"mean": 0.95, "least_margin": 0.1, "guards": 0.9, "two_leads": 0.25}


@pytest.mark.parametrize(
    ("changed", "sure"),
    [
        ({}, True),
        ({"mean": 0.89}, False),
        ({"least_margin": 0.04}, False),
        ({"two_leads": 0.11}, False),  # two digits in doubt: the check digit finds only one
        ({"guards": 0.69}, False),  # these bars begin or end elsewhere
    ],
)
def test_a_number_is_sure_only_if_nothing_about_it_is_doubtful(changed, sure):
    assert Likeness(Format.EAN13, MUESLI, **(SURE | changed)).is_sure is sure


def like(format_, text, mean):
    return Likeness(format_, text, **(SURE | {"mean": mean}))


@pytest.mark.parametrize(
    ("found", "believed"),
    [
        ([], None),
        ([like(Format.EAN8, "96385074", 0.95)], "96385074"),
        ([like(Format.EAN13, MUESLI, 0.93), like(Format.EAN8, "96385074", 0.95)], MUESLI),
        ([like(Format.EAN13, "", 0.96), like(Format.EAN8, "96385074", 0.95)], None),
        ([like(Format.EAN13, "", 0.90), like(Format.EAN8, "96385074", 0.95)], "96385074"),
        ([like(Format.EAN8, "96385074", 0.91), like(Format.UPCE, "01264904", 0.95)], "01264904"),
    ],
)
def test_a_short_code_must_be_more_like_the_bars_than_a_long_one(found, believed):
    best = most_like(found)
    assert (best.text if best else None) == believed


def test_finds_the_place_anew_once_the_blur_is_known():
    # a first guess one module off is like another number, with a wrong check digit
    assert texts(strip("6177200000001", module_px=3.0, blur=0.375, noise=2, seed=3)) == [
        "6177200000001"
    ]


@pytest.mark.parametrize("blur", [0.4, 0.8, 1.1, 1.4])
def test_never_takes_a_part_of_a_long_code_for_a_short_one(blur):
    random = np.random.default_rng(9)
    for seed in range(12):
        payload = "".join(str(d) for d in random.integers(1, 10, 12))
        digits = payload + str(check_digit(payload))
        found = texts(strip(digits, module_px=2.5, blur=blur, noise=3, seed=seed))
        assert found in ([], [digits])


def test_reads_the_same_from_either_end():
    picture = strip(blur=0.7)
    assert texts(picture) == texts(np.ascontiguousarray(picture[:, ::-1])) == [MUESLI]
