"""Still pictures: what is read, and above all what is not."""

import cv2
import numpy as np
import pytest
import zxingcpp

from kiosk.decoding.agreement import NORMAL, STRICT
from kiosk.decoding.pipeline import Pipeline
from kiosk.decoding.symbols import Format
from tests.decoding.drawing import BACKGROUND, MUESLI, code, page_of_text, photo

RULES = pytest.mark.parametrize("rule", [NORMAL, STRICT], ids=["normal", "strict"])


def texts(picture, rule=NORMAL):
    return [symbol.text for symbol in Pipeline(rule).read(picture)]


@RULES
@pytest.mark.parametrize("angle", range(0, 360, 15))
def test_reads_a_level_or_turned_item(angle, rule):
    assert texts(photo(code(), angle=angle), rule) == [MUESLI]


@pytest.mark.parametrize("width", [150, 200, 300, 450, 600])
def test_reads_a_small_and_a_large_code(width):
    assert texts(photo(code(), width=width, angle=7)) == [MUESLI]


@pytest.mark.parametrize("blur", [1.0, 2.0, 3.0])
def test_reads_what_is_out_of_focus(blur):
    assert texts(photo(code(), blur=blur, noise=3, angle=5)) == [MUESLI]


@pytest.mark.parametrize("lean", [0.1, 0.25])
def test_reads_an_item_that_leans_away_from_the_camera(lean):
    assert texts(photo(code(), lean=lean, angle=20)) == [MUESLI]


@pytest.mark.parametrize(
    ("symbology", "printed", "format_", "text", "symbol_id"),
    [
        (zxingcpp.EAN13, "4006381333931", Format.EAN13, "4006381333931", "E0"),
        (zxingcpp.EAN8, "96385074", Format.EAN8, "96385074", "E4"),
        (zxingcpp.UPCA, "023942431015", Format.UPCA, "023942431015", "E0"),
        (zxingcpp.UPCE, "01264904", Format.UPCE, "012000006494", "E0"),
        (zxingcpp.ITF, "15400141288763", Format.ITF, "15400141288763", "I1"),
        (zxingcpp.Code128, "PISH-42", Format.CODE128, "PISH-42", "C0"),
        (zxingcpp.DataBarOmni, "0102001234567893", Format.DATABAR, "0102001234567893", "e0"),
        (zxingcpp.DataMatrix, "HELLO 12", Format.DATAMATRIX, "HELLO 12", "d1"),
        (zxingcpp.QRCode, "قیمت 120", Format.QRCODE, "قیمت 120", "Q1"),
    ],
)
def test_reads_each_symbology_and_says_which(symbology, printed, format_, text, symbol_id):
    drawn = code(printed, symbology)
    [symbol] = Pipeline().read(photo(drawn, width=min(500, drawn.shape[1]), angle=3))
    assert (symbol.format, symbol.text, symbol.symbology) == (format_, text, symbol_id)


def test_sends_what_a_scanner_would_send():
    [symbol] = Pipeline().read(photo(code("01264904", zxingcpp.UPCE), angle=2))
    assert symbol.raw == b"0012000006494"  # AIM: UPC-E leaves as 13 digits


def test_says_where_the_code_is():
    [symbol] = Pipeline().read(photo(code(), angle=40, at=(0.6, 0.45)))
    x = sum(x for x, _ in symbol.corners) / 4
    y = sum(y for _, y in symbol.corners) / 4
    assert abs(x - 384) < 40
    assert abs(y - 216) < 40


def test_reads_a_grey_picture_as_well():
    assert texts(cv2.cvtColor(photo(code()), cv2.COLOR_BGR2GRAY)) == [MUESLI]


@pytest.mark.parametrize("hidden", [0.2, 0.35, 0.5])
@pytest.mark.parametrize("side", ["left", "right"])
@RULES
def test_a_code_that_is_partly_hidden_gives_no_number(hidden, side, rule):
    drawn = code()
    width = int(drawn.shape[1] * hidden)
    drawn[:, slice(0, width) if side == "left" else slice(-width, None)] = BACKGROUND
    assert texts(photo(drawn, angle=6), rule) == []


@pytest.mark.parametrize("symbology", [zxingcpp.EAN8, zxingcpp.UPCE])
def test_a_short_code_that_is_partly_hidden_gives_no_number(symbology):
    drawn = code({zxingcpp.EAN8: "96385074", zxingcpp.UPCE: "01264904"}[symbology], symbology)
    drawn[:, : drawn.shape[1] // 3] = BACKGROUND
    assert texts(photo(drawn)) == []


def test_a_wrong_check_digit_gives_no_number():
    drawn = code()
    module = 4
    ninth = 11 + 3 + 6 * 7 + 5 + 2 * 7  # modules before the right half's third digit
    cell = drawn[:, ninth * module : (ninth + 7) * module].copy()
    following = drawn[:, (ninth + 7) * module : (ninth + 14) * module].copy()
    assert not np.array_equal(cell, following)
    drawn[:, ninth * module : (ninth + 7) * module] = following
    assert texts(photo(drawn)) == []


@pytest.mark.parametrize("seed", range(4))
@RULES
def test_noise_gives_nothing(seed, rule):
    random = np.random.default_rng(seed)
    noise = random.integers(0, 256, (240, 320, 3), np.uint8)
    assert texts(noise, rule) == []
    stripes = np.repeat(np.repeat(noise[:1, ::3], 240, axis=0), 3, axis=1)
    assert texts(np.ascontiguousarray(stripes), rule) == []


@RULES
def test_print_gives_nothing(rule):
    assert texts(page_of_text(), rule) == []


@pytest.mark.parametrize("shape", [(1, 1), (1, 400), (400, 1), (7, 9), (3, 2000)])
def test_a_picture_too_small_for_any_code_gives_nothing(shape):
    assert texts(np.full((*shape, 3), 90, np.uint8)) == []
    assert texts(np.random.default_rng(1).integers(0, 256, (*shape, 3), np.uint8)) == []
