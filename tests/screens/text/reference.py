"""The same text drawn by another shaper, Pillow with raqm (HarfBuzz and FriBidi), and how to compare.

It does whole mixed lines by itself, so it knows nothing of our runs, our levels and SDL2_ttf.
"""

from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont, features

INK = 96  # of 255: at least this dark counts as ink
SHIFT_PX = 2  # how far a baseline may be off
DRIFT_PX = 6  # how far whole-pixel advances may add up over a line
SLICE_PX = 60  # about one or two letters
SPECK_PX = 60  # less ink than this at the rim of a slice is not judged

Picture = NDArray[np.uint8]


def font_of(file: Path | str, size_px: int) -> ImageFont.FreeTypeFont:
    if not features.check("raqm"):
        pytest.skip("Pillow has no raqm: drawn text was not compared with another shaper")
    return ImageFont.truetype(str(file), size_px, layout_engine=ImageFont.Layout.RAQM)


def advance(text: str, file: Path | str, size_px: int, rtl: bool) -> float:
    """Width in pixels of one unbroken line."""
    font = font_of(file, size_px)
    return float(font.getlength(text, direction="rtl" if rtl else "ltr", language="fa"))


def drawn_by_raqm(text: str, file: Path | str, size_px: int, rtl: bool) -> Picture:
    """One line as coverage, 0 to 255, cut to its ink."""
    font, direction = font_of(file, size_px), "rtl" if rtl else "ltr"
    width = int(font.getlength(text, direction=direction, language="fa")) + 4 * size_px
    image = Image.new("L", (width, 4 * size_px))
    place = (2 * size_px, size_px)
    ImageDraw.Draw(image).text(place, text, 255, font, direction=direction, language="fa")
    return cut_to_ink(np.asarray(image))


def drawn_by(label: Any) -> Picture:
    """What a Kivy core label has drawn, as coverage with the top row first, not cut."""
    label.refresh()
    texture = label.texture
    texture.bind()  # drawing is put off until someone looks
    pixels = np.frombuffer(texture.pixels, np.uint8).reshape(texture.height, texture.width, 4)
    return pixels[..., 3]


def cut_to_ink(picture: Picture) -> Picture:
    rows, columns = np.nonzero(picture >= INK)
    if not rows.size:
        return np.zeros((1, 1), np.uint8)
    return picture[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]


def likeness(one: Picture, other: Picture) -> float:
    """How alike two lines are at the place where they are least alike; 1 is the same.

    The line is looked at in slices of ``SLICE_PX``; of each, the part of the ink that is ink in
    both pictures (intersection over union) at the best small shift, since whole-pixel advances
    drift. One wrong, unjoined or misplaced letter spoils its slice; a wrong order spoils all.
    """
    one, other = cut_to_ink(one), cut_to_ink(other)
    height = max(one.shape[0], other.shape[0]) + 2 * SHIFT_PX
    width = max(one.shape[1], other.shape[1]) + 2 * DRIFT_PX
    fixed = _placed(one, DRIFT_PX, SHIFT_PX, height, width)
    shifts = product(range(2 * DRIFT_PX + 1), range(2 * SHIFT_PX + 1))
    moved = [_placed(other, x, y, height, width) for x, y in shifts]
    slices = [slice(x, x + SLICE_PX) for x in range(0, width, SLICE_PX)]
    return min(
        max(_overlap(fixed[:, part], picture[:, part]) for picture in moved) for part in slices
    )


def _placed(picture: Picture, x: int, y: int, height: int, width: int) -> NDArray[np.bool_]:
    canvas = np.zeros((height, width), bool)
    part = picture[: height - y, : width - x] >= INK
    canvas[y : y + part.shape[0], x : x + part.shape[1]] = part
    return canvas


def _overlap(one: NDArray[np.bool_], other: NDArray[np.bool_]) -> float:
    either = np.count_nonzero(one | other)
    if either < SPECK_PX:
        return 1.0
    return float(np.count_nonzero(one & other) / either)
