"""Picture files, and decoding in one call: ``(format, text)`` of each code, for measuring."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
from PIL import Image, UnidentifiedImageError

from kiosk.decoding.agreement import NORMAL, STRICT, Rule
from kiosk.decoding.pipeline import Pipeline
from kiosk.decoding.symbols import Picture
from kiosk.errors import DataError

PIXELS_MAX = 50_000_000  # 150 MB unpacked; cameras of telephones reach it


def decode(picture: Picture) -> list[tuple[str, str]]:
    """Give format and text of each code in a blue-green-red or grey picture."""
    return [(symbol.format.value, symbol.text) for symbol in _pipeline(NORMAL).read(picture)]


def decode_strict(picture: Picture) -> list[tuple[str, str]]:
    """Give only what two libraries agree on: rather nothing than something wrong."""
    return [(symbol.format.value, symbol.text) for symbol in _pipeline(STRICT).read(picture)]


@cache
def _pipeline(rule: Rule) -> Pipeline:
    return Pipeline(rule)


def load(file: Path) -> Picture:
    """Read a picture file as blue-green-red; ``DataError`` names the file and what is wrong.

    Its size is looked at before any pixel is unpacked: a small file may hold a huge picture.
    """
    try:
        with Image.open(file) as image:
            if image.width * image.height > PIXELS_MAX:
                raise DataError(
                    f"{file}: expected at most {PIXELS_MAX} pixels,"
                    f" got {image.width} × {image.height}"
                )
            rgb = np.asarray(_on_white(image).convert("RGB"), np.uint8)
    except Image.DecompressionBombError as error:
        raise DataError(f"{file}: expected at most {PIXELS_MAX} pixels: {error}") from None
    except UnidentifiedImageError:
        raise DataError(f"{file}: expected a picture, got something else") from None
    except (OSError, ValueError, SyntaxError) as error:  # what Pillow's formats raise
        raise DataError(f"{file}: {' '.join(str(error).split())}") from None
    return np.ascontiguousarray(rgb[:, :, ::-1])


def _on_white(image: Image.Image) -> Image.Image:
    """Lay a picture with transparent parts on white paper, as it would be printed."""
    if not image.has_transparency_data:
        return image
    paper = Image.new("RGBA", image.size, "white")
    return Image.alpha_composite(paper, image.convert("RGBA"))
