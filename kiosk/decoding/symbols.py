"""What a decoder saw: one reading of one library, and the symbol that the pipeline vouches for.

A ``Reading`` is an opinion: a library believes to have seen these characters. A ``Symbol`` is
what is told to the rest of the kiosk, after the rule of ``agreement.py``. Neither says what
the characters mean to the shop; that is ``retail.barcodes``.

Positions are pixels of the picture that was given, (0, 0) its upper left corner.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from retail.barcodes import expand_upc_e
from retail.values import Gtin, InvalidGtinError

Picture: TypeAlias = npt.NDArray[np.uint8]
"""Rows × columns of grey, or rows × columns × 3 of blue, green, red; 0 is black."""

Key: TypeAlias = tuple[str, bytes]
Point: TypeAlias = tuple[float, float]
Corners: TypeAlias = tuple[Point, Point, Point, Point]
"""Upper left, upper right, lower right, lower left as the code itself stands."""


class Format(Enum):
    """A symbology that the kiosk reads; the value is its name in output and settings."""

    EAN13 = "EAN-13"
    EAN8 = "EAN-8"
    UPCA = "UPC-A"
    UPCE = "UPC-E"
    ITF = "ITF"
    CODE128 = "Code128"
    DATABAR = "DataBar"
    DATABAR_EXPANDED = "DataBarExpanded"
    DATAMATRIX = "DataMatrix"
    QRCODE = "QRCode"


RETAIL = frozenset({Format.EAN13, Format.EAN8, Format.UPCA, Format.UPCE})
DATABARS = frozenset({Format.DATABAR, Format.DATABAR_EXPANDED})
LINEAR = RETAIL | DATABARS | {Format.ITF, Format.CODE128}
MATRIX = frozenset({Format.DATAMATRIX, Format.QRCODE})


@dataclass(frozen=True, slots=True)
class Reading:
    """What one decoder read in one look at one part of the picture.

    ``raw`` is what a scanner would send after the AIM identifier ``symbology``.
    """

    format: Format
    text: str
    raw: bytes
    symbology: str
    corners: Corners

    @property
    def key(self) -> Key:
        """What two readings of the same code have in common, however it is spelled."""
        return _key(self.format, self.raw)


@dataclass(frozen=True, slots=True)
class Symbol:
    """A code in the picture that enough looks agree on; ``agreement`` counts them."""

    format: Format
    text: str
    raw: bytes
    symbology: str
    corners: Corners
    agreement: int

    @property
    def key(self) -> Key:
        """The same as that of its readings."""
        return _key(self.format, self.raw)


def _key(found: Format, raw: bytes) -> Key:
    return ("GTIN", raw.rjust(14, b"0")) if found in RETAIL else (found.value, raw)


def retail_reading(found: Format, digits: str, corners: Corners) -> Reading | None:
    """Make a reading of an EAN or UPC; ``None`` where the check digit is wrong.

    A UPC-E comes in its own 8 digits or expanded to 12 or 13; it leaves expanded to 12, the
    number that the item has. Whether 13 digits that start with 0 are called EAN-13 or UPC-A
    is a custom of the library, so they are always UPC-A here.
    """
    try:
        if found is Format.UPCE and len(digits) < 12:
            digits = expand_upc_e(digits)
        gtin = Gtin.parse(digits)
    except InvalidGtinError:
        return None
    if found is Format.EAN8:
        text = raw = gtin.digits[-8:]
    else:
        raw = gtin.digits[-13:]
        text = raw[1:] if raw[0] == "0" else raw
        if found is not Format.UPCE:
            found = Format.UPCA if raw[0] == "0" else Format.EAN13
    return Reading(found, text, raw.encode(), "E4" if found is Format.EAN8 else "E0", corners)
