"""A QR code as data: rows of dark and light, without the quiet zone around.

Drawn by the library that reads codes here; it is loaded when a code is drawn, not before.

Source: docs/basket.md, "At the till"; ISO/IEC 18004.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Matrix:
    """A square of ``side`` modules; ``dark`` has a byte for each, top row first: 1 is dark."""

    side: int
    dark: bytes


def qr_of(text: str, level: str = "L") -> Matrix:
    """Draw a text of a few hundred characters; level L does where nothing covers or creases it."""
    import numpy
    import zxingcpp

    made = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level=level)
    grey = numpy.array(made.to_image(scale=1, add_quiet_zones=False))
    return Matrix(int(grey.shape[0]), (grey < 128).astype(numpy.uint8).tobytes())
