"""The three libraries behind one face, each with its manners put right.

``Decoder`` is a look: a picture in, what the library believes to read out. None of them is
believed alone (see ``agreement.py``). What each does wrong, and what is done about it here:

* zxing-cpp is quick and, level, sure; at a tilt of more than some 20° it is blind, on small
  codes it now and then reads a wrong number whose check digit is right.
* pyzbar (zbar) reads tilted bars, two to three times as slowly. Its DataBar writes assertion
  messages to standard error, so it stays off. Its QR text is guessed through a chain of
  charsets, so the pipeline does not ask it for two-dimensional codes.
* OpenCV's bar decoder invents EANs in print; its QR decoder raises on what is not UTF-8. The
  pipeline does not ask them.

All three hold no state between looks. Each releases or holds the interpreter's lock as it
likes; one ``Decoder`` belongs to one thread.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

import cv2
import numpy as np
import numpy.typing as npt
import zxingcpp
from pyzbar import pyzbar

from kiosk.decoding.symbols import (
    RETAIL,
    Corners,
    Format,
    Picture,
    Reading,
    retail_reading,
)


class Decoder(Protocol):
    """One look at a picture."""

    def read(self, picture: Picture) -> list[Reading]:
        """Give what is believed to be read, corners in pixels of this picture."""


_ZXING = {
    Format.EAN13: zxingcpp.EAN13,
    Format.EAN8: zxingcpp.EAN8,
    Format.UPCA: zxingcpp.UPCA,
    Format.UPCE: zxingcpp.UPCE,
    Format.ITF: zxingcpp.ITF,
    Format.CODE128: zxingcpp.Code128,
    Format.DATABAR: zxingcpp.DataBarOmni,
    Format.DATABAR_EXPANDED: zxingcpp.DataBarExp,
    Format.DATAMATRIX: zxingcpp.DataMatrix,
    Format.QRCODE: zxingcpp.QRCode,
}
_FORMATS = {
    "EAN13": Format.EAN13,
    "EAN8": Format.EAN8,
    "UPCA": Format.UPCA,
    "UPCE": Format.UPCE,
    "ITF": Format.ITF,
    "ITF14": Format.ITF,
    "Code128": Format.CODE128,
    "DataBarOmni": Format.DATABAR,
    "DataBarStk": Format.DATABAR,
    "DataBarStkOmni": Format.DATABAR,
    "DataBarLtd": Format.DATABAR,
    "DataBarExp": Format.DATABAR_EXPANDED,
    "DataBarExpStk": Format.DATABAR_EXPANDED,
    "DataMatrix": Format.DATAMATRIX,
    "QRCode": Format.QRCODE,
    "QRCodeModel2": Format.QRCODE,
}


class Zxing:
    """zxing-cpp, looking for ``formats``; ``thorough`` turns, shrinks and inverts as well.

    ``histogram`` tells dark from light by one threshold for the whole picture, not by place.
    """

    def __init__(
        self, formats: Iterable[Format], *, thorough: bool = False, histogram: bool = False
    ) -> None:
        self._formats = [_ZXING[each] for each in sorted(formats, key=lambda each: each.name)]
        self._thorough = thorough
        binarizers = zxingcpp.Binarizer
        self._binarizer = binarizers.GlobalHistogram if histogram else binarizers.LocalAverage

    def read(self, picture: Picture) -> list[Reading]:
        """Give each code once; those with a wrong check digit are left out."""
        codes = zxingcpp.read_barcodes(
            picture,
            formats=self._formats,
            try_rotate=self._thorough,
            try_downscale=self._thorough,
            try_invert=self._thorough,
            binarizer=self._binarizer,
            text_mode=zxingcpp.TextMode.Plain,
        )
        return [reading for code in codes if (reading := _from_zxing(code))]


def _from_zxing(code: zxingcpp.Barcode) -> Reading | None:
    found, at = _FORMATS.get(code.format.name), code.position
    if found is None or not code.text:
        return None
    places = (at.top_left, at.top_right, at.bottom_right, at.bottom_left)
    a, b, c, d = ((float(place.x), float(place.y)) for place in places)
    if found in RETAIL:
        return retail_reading(found, code.text, (a, b, c, d))
    # the text in UTF-8, as a scanner sends it, whatever charset the symbol itself is in
    symbology = code.symbology_identifier.removeprefix("]")
    return Reading(found, code.text, code.text.encode(), symbology, (a, b, c, d))


_ZBAR = {
    "EAN13": Format.EAN13,
    "EAN8": Format.EAN8,
    "UPCA": Format.UPCA,
    "UPCE": Format.UPCE,
    "I25": Format.ITF,
    "CODE128": Format.CODE128,
    "QRCODE": Format.QRCODE,
}
_AIM_OF_ZBAR = {Format.ITF: "I0", Format.CODE128: "C0", Format.QRCODE: "Q1"}


class Zbar:
    """pyzbar, looking for ``formats`` but for DataBar and DataMatrix."""

    def __init__(self, formats: Iterable[Format]) -> None:
        wanted = set(formats)
        self._symbols = [pyzbar.ZBarSymbol[name] for name, each in _ZBAR.items() if each in wanted]

    def read(self, picture: Picture) -> list[Reading]:
        """Give each code once; ``corners`` are those of an upright box."""
        gray = picture if picture.ndim == 2 else cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)
        codes = pyzbar.decode(gray, symbols=self._symbols)
        return [reading for code in codes if (reading := _from_zbar(code))]


def _from_zbar(code: pyzbar.Decoded) -> Reading | None:
    found = _ZBAR.get(code.type)
    if found is None:
        return None
    x, y, w, h = (float(side) for side in code.rect)
    corners = ((x, y), (x + w, y), (x + w, y + h), (x, y + h))
    text = code.data.decode("utf-8", "replace")
    if found in RETAIL:
        return retail_reading(found, text, corners)
    return Reading(found, text, code.data, _AIM_OF_ZBAR[found], corners)


_OPENCV = {
    "EAN_13": Format.EAN13,
    "EAN_8": Format.EAN8,
    "UPC_A": Format.UPCA,
    "UPC_E": Format.UPCE,
}


class OpenCv:
    """OpenCV's bar and QR decoders; too often wrong to be asked by the pipeline."""

    def __init__(self) -> None:
        self._bars, self._qr = cv2.barcode.BarcodeDetector(), cv2.QRCodeDetector()

    def read(self, picture: Picture) -> list[Reading]:
        """Give retail codes and QR codes; a QR code that is not UTF-8 is not read at all."""
        return [*self._read_bars(picture), *self._read_qr(picture)]

    def _read_bars(self, picture: Picture) -> Iterable[Reading]:
        try:
            there, texts, types, boxes = self._bars.detectAndDecodeWithType(picture)
        except cv2.error:  # it does so on some pictures that are smaller than its window
            return
        for text, name, box in zip(texts, types, boxes, strict=True) if there else ():
            if text and name in _OPENCV:
                reading = retail_reading(_OPENCV[name], text, _corners(box))
                if reading:
                    yield reading

    def _read_qr(self, picture: Picture) -> Iterable[Reading]:
        try:
            there, texts, boxes, _ = self._qr.detectAndDecodeMulti(picture)
        except (cv2.error, UnicodeDecodeError):
            return
        for text, box in zip(texts, boxes, strict=True) if there else ():
            if text:
                yield Reading(Format.QRCODE, text, text.encode(), "Q1", _corners(box))


def _corners(box: npt.NDArray[np.float32]) -> Corners:
    a, b, c, d = ((float(x), float(y)) for x, y in box.reshape(4, 2))
    return a, b, c, d
