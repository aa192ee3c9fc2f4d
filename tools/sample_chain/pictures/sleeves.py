"""A paper label laid over loose goods."""

from __future__ import annotations

from functools import cache

from PIL import Image

from tools.sample_chain.pictures.labels import Subject, panel_label
from tools.sample_chain.pictures.paint import (
    CREAM,
    WHITE,
    Paint,
    colour,
)
from tools.sample_chain.pictures.surface import (
    Shape,
    finish,
    pillow,
    without_shadow,
)

CRUST = colour("C98A42")
STEEL = colour("C4CAD0")
DARK = colour("2B2D31")


def with_sleeve(
    picture: Image.Image, subject: Subject, box: tuple[int, int, int, int]
) -> Image.Image:
    """Lay a paper label over loose goods."""
    left, top, right, foot = box
    paint = Paint(WHITE)
    panel_label(paint, subject, (left, top, right, foot), emblem=False, fill=CREAM, mark=0.13)
    label = finish(paint.picture, _sleeve_shape(box))
    picture.alpha_composite(label)
    return picture


@cache
def _sleeve_shape(box: tuple[int, int, int, int]) -> Shape:

    left, top, right, foot = box
    return without_shadow(
        pillow((left - 1, top - 2, right + 1, foot + 1), gloss=0.1, bulge=0, radius=12, seed=9)
    )
