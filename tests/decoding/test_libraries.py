"""The three libraries behind one face: what each gives, and what is put right."""

import cv2
import numpy as np
import pytest
import zxingcpp

from kiosk.decoding.libraries import OpenCv, Zbar, Zxing
from kiosk.decoding.pipeline import Pipeline, grey
from kiosk.decoding.symbols import LINEAR, MATRIX, Format
from kiosk.decoding.video import FrameReader
from tests.decoding.drawing import MUESLI, code, photo

UPRIGHT = [
    (zxingcpp.EAN13, MUESLI, Format.EAN13, MUESLI),
    (zxingcpp.EAN8, "96385074", Format.EAN8, "96385074"),
    (zxingcpp.UPCA, "023942431015", Format.UPCA, "023942431015"),
    (zxingcpp.UPCE, "01264904", Format.UPCE, "012000006494"),
    (zxingcpp.Code128, "PISH-42", Format.CODE128, "PISH-42"),
    (zxingcpp.ITF, "15400141288763", Format.ITF, "15400141288763"),
]


def seen(decoder, picture):
    return [(reading.format, reading.text) for reading in decoder.read(picture)]


@pytest.mark.parametrize("decoder", [Zxing(LINEAR), Zbar(LINEAR)], ids=["zxing", "zbar"])
@pytest.mark.parametrize(("symbology", "printed", "format_", "text"), UPRIGHT)
def test_both_libraries_name_a_code_alike(decoder, symbology, printed, format_, text):
    picture = grey(photo(code(printed, symbology), size=(700, 400)))
    [found] = seen(decoder, picture)
    assert found[1] == text
    # whether a UPC-E is told as such is a custom of the library; its number is the same
    assert found[0] in {format_, Format.UPCA} if format_ is Format.UPCE else {format_}


def test_both_libraries_make_the_same_key_of_the_same_code():
    picture = grey(photo(code("01264904", zxingcpp.UPCE)))
    [one], [other] = Zxing(LINEAR).read(picture), Zbar(LINEAR).read(picture)
    assert one.key == other.key


@pytest.mark.parametrize("decoder", [Zxing(MATRIX), Zbar(MATRIX)], ids=["zxing", "zbar"])
def test_a_library_reads_only_what_it_was_asked_for(decoder):
    assert seen(decoder, grey(photo(code()))) == []


@pytest.mark.parametrize("decoder", [Zxing(LINEAR), Zbar(LINEAR)], ids=["zxing", "zbar"])
def test_corners_lie_around_the_bars(decoder):
    picture = grey(photo(code(), at=(0.4, 0.6)))
    [reading] = decoder.read(picture)
    xs, ys = zip(*reading.corners, strict=True)
    assert min(xs) < 0.4 * 640 < max(xs)
    assert min(ys) - 60 < 0.6 * 480 < max(ys) + 60


def test_zbar_is_not_asked_for_databar():
    # it writes assertion messages about it to standard error
    picture = grey(photo(code("0102001234567893", zxingcpp.DataBarOmni)))
    assert seen(Zbar(LINEAR), picture) == []
    assert seen(Zxing(LINEAR), picture) == [(Format.DATABAR, "0102001234567893")]


def latin_1_qr():
    """A QR code whose bytes are no UTF-8."""
    barcode = zxingcpp.create_barcode(b"\xe9\xff\xfe42", zxingcpp.QRCode)
    drawn = np.array(zxingcpp.write_barcode_to_image(barcode, scale=8))
    return photo(drawn, angle=4)


def test_a_qr_code_that_is_not_utf_8_raises_nowhere():
    picture = latin_1_qr()
    for decoder in (Zxing(MATRIX), Zbar(MATRIX), OpenCv()):
        decoder.read(grey(picture))
    for symbol in [*Pipeline().read(picture), *FrameReader().read(picture, 0.0)]:
        assert symbol.format is Format.QRCODE
        symbol.raw.decode()  # what a scanner would send is UTF-8


@pytest.mark.parametrize("shape", [(1, 1), (3, 500), (500, 3), (40, 40)])
def test_no_library_raises_on_a_tiny_picture(shape):
    picture = np.random.default_rng(2).integers(0, 256, shape, np.uint8)
    for decoder in (Zxing(LINEAR | MATRIX, thorough=True), Zbar(LINEAR), OpenCv()):
        assert decoder.read(picture) == []


def test_opencv_reads_qr():
    assert seen(OpenCv(), photo(code("HELLO 12", zxingcpp.QRCode, 8))) == [
        (Format.QRCODE, "HELLO 12")
    ]


def test_thorough_reads_inverted_codes_and_plain_does_not():
    inverted = cv2.bitwise_not(grey(photo(code("HELLO 12", zxingcpp.QRCode, 8))))
    assert seen(Zxing(MATRIX), inverted) == []
    assert seen(Zxing(MATRIX, thorough=True), inverted) == [(Format.QRCODE, "HELLO 12")]
