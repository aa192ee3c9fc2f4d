"""How a lit body comes out of flat paint: shapes, light and the shadow under them.

A shape says for each pixel how much of it is covered, how light falls on it and where a flat
label bends. Paint is an RGB picture at twice the final size; ``finish`` bends, shrinks and
lights it. Nothing here knows what is sold.

Its idea: the outline is computed and not drawn, so its edge is smooth without large canvases,
and a shape is computed once for the hundreds of products that share it.

Source: our own; the light follows the rice sack of the product's first screen design
(from the upper left, a soft highlight at a third, the right side in shade).
"""

# ruff: noqa: PLR0913  (a drawing call is places, sizes and inks; one stroke stays on one line)

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image

Grid = npt.NDArray[np.float32]
Colour = tuple[int, int, int]

SIDE = 512  # pixels of a finished picture
PAINT = 2  # paint is this much larger
_Y, _X = np.mgrid[0:SIDE, 0:SIDE].astype(np.float32) + np.float32(0.5)

# light over a round body, from its left edge (-1) to its right edge (1)
_ROUND = (
    (-1.0, -0.9, -0.5, -0.25, 0.15, 0.55, 0.88, 1.0),
    (0.70, 0.84, 1.05, 1.08, 1.00, 0.84, 0.64, 0.68),
)


@dataclass(frozen=True, slots=True)
class Shape:
    """What light needs to know of a body: each grid is ``SIDE`` × ``SIDE``.

    ``cover`` 0–1; ``light`` multiplies the paint; ``gleam`` adds white, 0–1; ``sag`` is by how
    many pixels a horizontal line on the paint hangs down there; ``shadow`` 0–1 under it all.
    """

    cover: Grid
    light: Grid
    gleam: Grid
    sag: Grid
    shadow: Grid


def turned(
    profile: Sequence[tuple[float, float]],
    *,
    gloss: float = 0.5,
    bend: float = 10,
    rounding: tuple[float, float] = (6, 10),
    centre: float = 256,
    soft: int = 0,
) -> Shape:
    """Give a body turned on a lathe: ``profile`` is (y, half its width) from the top down.

    Between two points the width goes over softly; two points at one height make a step.
    ``rounding`` is the radius of the upper and the lower edge; ``soft`` smooths the outline over
    so many pixels.
    """
    top, foot = profile[0][0], profile[-1][0]
    half = _half_widths(profile, rounding)
    if soft:
        half = _smoothed(half, soft)
    across = np.clip((_X - centre) / np.maximum(half, 1), -1, 1)
    dome = np.sqrt(np.maximum(0, 1 - across**2))
    cover = np.clip(half - np.abs(_X - centre) + 0.5, 0, 1)
    cover = cover * np.clip(_Y - top + 0.5, 0, 1)
    cover = cover * np.clip(foot + bend * (dome - 1) * 0.6 - _Y + 0.5, 0, 1)
    light = np.interp(across, *_ROUND) * _down_light(top, foot)
    gleam = gloss * (
        0.42 * np.exp(-(((across + 0.56) / 0.10) ** 2))
        + 0.16 * np.exp(-(((across - 0.80) / 0.05) ** 2))
    )
    gleam = gleam * np.clip((_Y - top) / 24, 0, 1) * np.clip((foot - _Y) / 40, 0, 1)
    wide = max(width for y, width in profile if y > foot - 60)
    return _shape(cover, light, gleam, bend * (dome - 0.6), foot_shadow(centre, foot, wide))


def pillow(
    box: tuple[float, float, float, float],
    *,
    gloss: float = 0.6,
    bulge: float = 10,
    crimp: float = 0,
    radius: float = 12,
    seed: int = 1,
) -> Shape:
    """Give a soft flat pack in ``box`` (left, top, right, bottom), with crimped ends if wished."""
    left, top, right, foot = box
    along = np.clip((_Y - top) / (foot - top), 0, 1)
    pinch = bulge * (1 - np.clip(np.sin(np.pi * along), 0, 1) ** 0.35)
    x0, x1 = left + pinch, right - pinch
    teeth = 2.2 * np.abs(((_X / 7) % 2) - 1) if crimp else np.float32(0)
    inside = np.minimum(
        np.minimum(_X - x0, x1 - _X), np.minimum(_Y - top - teeth, foot - teeth - _Y)
    )
    cover = np.clip(inside + 0.5, 0, 1) * _corners(box, radius)
    across = np.clip((_X - x0) / np.maximum(x1 - x0, 1) * 2 - 1, -1, 1)
    light = np.interp(
        across, (-1, -0.9, -0.5, 0.1, 0.7, 0.95, 1), (0.74, 0.9, 1.06, 1.03, 0.9, 0.72, 0.7)
    )
    light = light * (1.03 - 0.10 * along) * _creases(box, seed)
    gleam = gloss * _folds(box, seed)
    if crimp:
        at_end = (np.minimum(_Y - top, foot - _Y) < crimp).astype(np.float32)
        light = light * (1 - at_end * 0.10 * (1 + np.sin(_X * 0.9)))
        light = light * (1 - 0.16 * np.exp(-(((np.minimum(_Y - top, foot - _Y) - crimp) / 3) ** 2)))
        gleam = gleam * (1 - at_end)
    return _shape(
        cover,
        light,
        gleam,
        np.zeros_like(cover),
        foot_shadow((left + right) / 2, foot - 3, (right - left) / 2),
    )


def carton(box: tuple[float, float, float, float], depth: float, *, gloss: float = 0.25) -> Shape:
    """Give a box: ``box`` is its front, ``depth`` how far its right side and top go back."""
    left, top, right, foot = box
    rise = depth * 0.42
    front = _inside_box(left, top, right, foot)
    back = np.clip((_X - right) / depth, 0, 1)
    side = np.clip(_X - right + 0.5, 0, 1) * np.clip(right + depth - _X + 0.5, 0, 1)
    side = side * np.clip(_Y - (top - rise * back) + 0.5, 0, 1)
    side = side * np.clip(foot - rise * back - _Y + 0.5, 0, 1)
    up = np.clip((top - _Y) / rise, 0, 1)
    lid = np.clip(top - _Y + 0.5, 0, 1) * np.clip(_Y - (top - rise) + 0.5, 0, 1)
    lid = lid * np.clip(_X - (left + depth * up) + 0.5, 0, 1)
    lid = lid * np.clip(right + depth * up - _X + 0.5, 0, 1)
    cover = np.maximum(np.maximum(front, side), lid)
    across = (_X - left) / (right - left)
    light = np.where(right >= _X, 1.04 - 0.10 * across, 0.70 - 0.10 * back)
    light = np.where(top > _Y, np.where(lid > side, 1.16, light), light)
    light = light * (1.02 - 0.10 * np.clip((_Y - top) / (foot - top), 0, 1))
    gleam = gloss * 0.5 * np.exp(-(((_X - right) / 1.4) ** 2)) * (top < _Y)
    gleam = (
        gleam
        + gloss * 0.22 * np.clip(1 - np.abs(across - 0.16 + (_Y - top) / 1400) / 0.10, 0, 1) * front
    )
    width = (right - left + depth) / 2
    shadow = foot_shadow((left + right + depth) / 2, foot - 4, width)
    return _shape(cover, light, gleam, np.zeros_like(cover), shadow)


def cut(points: Sequence[tuple[float, float]], *, gloss: float = 0.4) -> Shape:
    """Give a flat thing of any outline, lit from above, that throws no shadow."""
    large = np.zeros((SIDE * 4, SIDE * 4), np.uint8)
    cv2.fillPoly(large, [np.array([(x * 4, y * 4) for x, y in points], np.int32)], 255)
    cover = cv2.resize(large, (SIDE, SIDE), interpolation=cv2.INTER_AREA) / 255
    top, foot = min(y for _, y in points), max(y for _, y in points)
    down = np.clip((_Y - top) / (foot - top), 0, 1)
    gleam = gloss * np.exp(-(((down - 0.3) / 0.12) ** 2))
    none = np.zeros_like(_X)
    return _shape(cover, 1.06 - 0.2 * down, gleam, none, none)


def foot_shadow(centre: float, foot: float, half: float) -> Grid:
    """Give the soft shadow that a body of half width ``half`` throws where it stands."""
    wide = np.exp(-(np.abs((_X - centre - half * 0.06) / (half * 1.10)) ** 3.2))
    near = np.exp(-(((_Y - foot + 1) / 9.0) ** 2)) * 0.46
    far = np.exp(-(((_Y - foot - 3) / 20.0) ** 2)) * 0.20
    return (wide * np.maximum(near, far)).astype(np.float32)


def joined(under: Shape, over: Shape) -> Shape:
    """Put one body before another, so that one paint serves both."""
    keep = 1 - over.cover

    def mix(below: Grid, above: Grid) -> Grid:
        return (below * keep + above * over.cover).astype(np.float32)

    return Shape(
        np.maximum(under.cover, over.cover),
        mix(under.light, over.light),
        mix(under.gleam, over.gleam),
        mix(under.sag, over.sag),
        np.maximum(under.shadow, over.shadow),
    )


def without_shadow(shape: Shape) -> Shape:
    """Give the same body standing on nothing."""
    return replace(shape, shadow=np.zeros_like(shape.shadow))


def finish(paint: Image.Image, shape: Shape) -> Image.Image:
    """Light ``paint`` (RGB, twice the size) by the shape; gives RGBA on nothing."""
    rgb = _bent(np.asarray(paint), shape.sag)
    rgb = rgb * shape.light[..., None]
    rgb += (255 - rgb) * np.clip(shape.gleam, 0, 1)[..., None]
    covered = shape.cover
    alpha = covered + shape.shadow * (1 - covered)
    tint = np.array((18, 40, 34), np.float32)  # a shadow is never quite black
    mixed = rgb * covered[..., None] + tint * (shape.shadow * (1 - covered))[..., None]
    out = np.empty((SIDE, SIDE, 4), np.uint8)
    out[..., :3] = np.clip(mixed / np.maximum(alpha, 1e-3)[..., None], 0, 255)
    out[..., 3] = np.clip(alpha * 255, 0, 255)
    return Image.fromarray(out)


def _bent(paint: npt.NDArray[np.uint8], sag: Grid) -> Grid:
    if sag.any():
        flat = cv2.resize(paint, (SIDE, SIDE), interpolation=cv2.INTER_AREA)
        return cv2.remap(flat, _X - 0.5, _Y - 0.5 - sag, cv2.INTER_CUBIC).astype(np.float32)
    return cv2.resize(paint, (SIDE, SIDE), interpolation=cv2.INTER_AREA).astype(np.float32)


def _shape(cover: Grid, light: Grid, gleam: Grid, sag: Grid, shadow: Grid) -> Shape:
    return Shape(*(np.asarray(grid, np.float32) for grid in (cover, light, gleam, sag, shadow)))


def _half_widths(profile: Sequence[tuple[float, float]], rounding: tuple[float, float]) -> Grid:
    """Give half the body's width for each row, as a column."""
    y = _Y[:, :1]
    half = np.zeros_like(y)
    for (y0, w0), (y1, w1) in itertools.pairwise(profile):
        if y1 > y0:
            share = np.clip((y - y0) / (y1 - y0), 0, 1)
            soft = share * share * (3 - 2 * share)
            half = np.where((y >= y0) & (y <= y1), w0 + (w1 - w0) * soft, half)
    for radius, into in zip(rounding, (y - profile[0][0], profile[-1][0] - y), strict=True):
        gone = np.clip(radius - into, 0, radius)
        half = half - (radius - np.sqrt(np.maximum(radius**2 - gone**2, 0)))
    return np.maximum(half, 0).astype(np.float32)


def _smoothed(half: Grid, reach: int) -> Grid:
    """Take the mean over ``reach`` rows to each side, three times."""
    flat = half[:, 0]
    for _ in range(3):
        flat = np.convolve(
            np.pad(flat, reach, mode="edge"), np.ones(2 * reach + 1) / (2 * reach + 1), "valid"
        )
    return np.asarray(flat, np.float32)[:, None]


def _down_light(top: float, foot: float) -> Grid:
    """Give the light from above: a little less towards the foot, darkest where it stands."""
    share = np.clip((_Y - top) / (foot - top), 0, 1)
    return np.asarray(1.03 - 0.06 * share - 0.22 * np.exp(-(foot - _Y).clip(0) / 9), np.float32)


def _inside_box(left: float, top: float, right: float, foot: float) -> Grid:
    inside = np.minimum(np.minimum(_X - left, right - _X), np.minimum(_Y - top, foot - _Y))
    return np.clip(inside + 0.5, 0, 1)


def _corners(box: tuple[float, float, float, float], radius: float) -> Grid:
    """Give 1 inside the rounded box and 0 outside."""
    left, top, right, foot = box
    dx = np.maximum(np.maximum(left + radius - _X, _X - right + radius), 0)
    dy = np.maximum(np.maximum(top + radius - _Y, _Y - foot + radius), 0)
    return np.clip(radius - np.sqrt(dx * dx + dy * dy) + 0.5, 0, 1)


def _creases(box: tuple[float, float, float, float], seed: int) -> Grid:
    """Give the soft light and shade of a film that is pulled here and there."""
    left, top, right, foot = box
    rng = np.random.default_rng(seed)
    light = np.ones_like(_X)
    for _ in range(9):
        x = rng.uniform(left, right)
        upper = rng.random() < 0.5
        y = top if upper else foot
        slope = rng.uniform(-0.5, 0.5)
        reach = rng.uniform(0.16, 0.34) * (foot - top)
        away = np.abs(_Y - y)
        line = _X - (x + slope * away)
        light = light + rng.uniform(-0.11, 0.09) * np.exp(
            -((line / rng.uniform(6, 16)) ** 2) - (away / reach) ** 2
        )
    return np.asarray(light, np.float32)


def _folds(box: tuple[float, float, float, float], seed: int) -> Grid:
    """Give the long gleams of film down the left side and a short one on the right."""
    left, top, right, foot = box
    width = right - left
    rng = np.random.default_rng(seed + 100)
    gleam = np.zeros_like(_X)
    for share, strength, breadth in ((0.13, 0.40, 0.035), (0.90, 0.20, 0.02), (0.30, 0.10, 0.05)):
        middle = top + (foot - top) * rng.uniform(0.35, 0.6)
        line = left + share * width + 0.06 * width * np.sin((_Y - top) / (foot - top) * np.pi)
        gleam = gleam + strength * np.exp(
            -(((_X - line) / (breadth * width)) ** 2)
            - (((_Y - middle) / (0.34 * (foot - top))) ** 2)
        )
    return np.asarray(gleam, np.float32)
