"""Loose goods as solid bodies in the same light as the packs: balls, rods, leaves, one by one.

Each body is laid over those before it; what lies under throws a soft shade. The picture is
made at its final size, since every outline is computed and so already smooth.
"""

# ruff: noqa: PLR0913, E501  (a drawing call is places, sizes and inks; one stroke stays on one line)

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence

import numpy as np
from PIL import Image

from tools.sample_chain.pictures.paint import Colour
from tools.sample_chain.pictures.surface import SIDE, Grid, foot_shadow

_Y, _X = np.mgrid[0:SIDE, 0:SIDE].astype(np.float32) + np.float32(0.5)
_LIGHT = (-0.42, -0.58, 0.70)
Skin = Callable[[Grid, Grid, Grid], Grid]  # (u, v, z) on the ball → how much of the second colour


class StillLife:
    """A picture that bodies are put into, back to front."""

    def __init__(self) -> None:
        self._rgb = np.zeros((SIDE, SIDE, 3), np.float32)
        self._cover = np.zeros((SIDE, SIDE), np.float32)
        self._shadow = np.zeros((SIDE, SIDE), np.float32)

    def shadow(self, x: float, foot: float, half: float) -> None:
        """Lay a soft shadow on the ground."""
        self._shadow = np.maximum(self._shadow, foot_shadow(x, foot, half))

    def ball(
        self, x: float, y: float, rx: float, ry: float, base: Colour, *, second: Colour | None = None,
        skin: Skin | None = None, turn: float = 0, gloss: float = 0.5,
    ) -> None:  # fmt: skip
        """Put an ellipsoid; ``skin`` says where it takes the second colour."""
        part = self._around(x, y, max(rx, ry) + 16)
        dx, dy = _X[part] - x, _Y[part] - y
        cos, sin = math.cos(math.radians(turn)), math.sin(math.radians(turn))
        u, v = (dx * cos + dy * sin) / rx, (dy * cos - dx * sin) / ry
        square = u * u + v * v
        z = np.sqrt(np.clip(1 - square, 0, 1))
        edge = np.clip((1 - np.sqrt(square)) * min(rx, ry) + 0.5, 0, 1)
        nx, ny = u * cos - v * sin, u * sin + v * cos
        self._shade_behind(part, (np.sqrt(square) - 1) * min(rx, ry), min(rx, ry))
        tint = np.asarray(base, np.float32)[None, None, :]
        if second is not None and skin is not None:
            share = np.clip(skin(u, v, z), 0, 1)[..., None]
            tint = tint * (1 - share) + np.asarray(second, np.float32) * share
        self._lay(part, tint, edge, nx, ny, z, gloss)

    def rod(
        self, points: Sequence[tuple[float, float]], radii: Sequence[float], base: Colour, *,
        second: Colour | None = None, skin: Skin | None = None, gloss: float = 0.4,
    ) -> None:  # fmt: skip
        """Put a bent rod: it goes through the points and has those radii there."""
        far = sum(math.dist(a, b) for a, b in itertools.pairwise(points))
        count = int(min(200, max(32, far / (0.35 * max(radii)))))
        steps = np.linspace(0, len(points) - 1, count)
        xs = _through(steps, [p[0] for p in points])
        ys = _through(steps, [p[1] for p in points])
        rs = _through(steps, radii)
        middle = (float(xs.min() + xs.max()) / 2, float(ys.min() + ys.max()) / 2)
        reach = max(float(np.ptp(xs)), float(np.ptp(ys))) / 2 + max(radii) + 16
        part = self._around(*middle, reach)
        best = np.full(_X[part].shape, np.inf, np.float32)
        nx, ny, along = np.zeros_like(best), np.zeros_like(best), np.zeros_like(best)
        radius = np.ones_like(best)
        for place, (px, py, r) in enumerate(zip(xs, ys, rs, strict=True)):
            dx, dy = _X[part] - np.float32(px), _Y[part] - np.float32(py)
            far = np.sqrt(dx * dx + dy * dy) / max(float(r), 0.5)
            nearer = far < best
            best = np.where(nearer, far, best)
            nx, ny = np.where(nearer, dx / r, nx), np.where(nearer, dy / r, ny)
            along = np.where(nearer, place / (count - 1), along)
            radius = np.where(nearer, r, radius)
        self._shade_behind(part, (best - 1) * radius, max(radii))
        z = np.sqrt(np.clip(1 - best * best, 0, 1))
        edge = np.clip((1 - best) * radius + 0.5, 0, 1)
        tint = np.asarray(base, np.float32)[None, None, :]
        if second is not None and skin is not None:
            share = np.clip(skin(along, nx, ny), 0, 1)[..., None]
            tint = tint * (1 - share) + np.asarray(second, np.float32) * share
        self._lay(part, tint, edge, nx, ny, z, gloss)

    def leaf(
        self, x: float, y: float, length: float, turn: float, base: Colour, *, breadth: float = 0.4,
        vein: bool = True,
    ) -> None:  # fmt: skip
        """Put a leaf with its stalk at (x, y), growing ``turn`` degrees (0 to the right)."""
        part = self._around(x, y, length + 2)
        cos, sin = math.cos(math.radians(turn)), math.sin(math.radians(turn))
        dx, dy = _X[part] - x, _Y[part] - y
        along, out = (dx * cos + dy * sin) / length, (dy * cos - dx * sin) / length
        half = breadth * np.sqrt(np.clip(along, 0, 1)) * (1 - np.clip(along, 0, 1)) * 1.3
        edge = np.clip((half - np.abs(out)) * length + 0.5, 0, 1) * (along > 0) * (along < 1)
        share = np.clip(np.abs(out) / np.maximum(half, 1e-3), 0, 1)
        light = 1.0 + 0.16 * np.sign(-out) * (1 - share) - 0.18 * share
        if vein:
            light = light + 0.22 * np.exp(-((out * length / 1.2) ** 2))
            light = light + 0.05 * np.sin(along * 40 + np.abs(out) * 60)
        tint = np.asarray(base, np.float32)[None, None, :] * light[..., None]
        self._blend(part, np.clip(tint, 0, 255), edge)

    def picture(self) -> Image.Image:
        """Give the finished picture."""
        alpha = self._cover + self._shadow * (1 - self._cover)
        tint = np.array((18, 40, 34), np.float32)
        mixed = self._rgb * self._cover[..., None]
        mixed = mixed + tint * (self._shadow * (1 - self._cover))[..., None]
        out = np.empty((SIDE, SIDE, 4), np.uint8)
        out[..., :3] = np.clip(mixed / np.maximum(alpha, 1e-3)[..., None], 0, 255)
        out[..., 3] = np.clip(alpha * 255, 0, 255)
        return Image.fromarray(out)

    def _around(self, x: float, y: float, reach: float) -> tuple[slice, slice]:
        return (
            slice(max(0, int(y - reach)), min(SIDE, int(y + reach) + 1)),
            slice(max(0, int(x - reach)), min(SIDE, int(x + reach) + 1)),
        )

    def _shade_behind(self, part: tuple[slice, slice], outside: Grid, size: float) -> None:
        """Darken what is already there where the next body comes near; pixels from its edge."""
        if size < 12:
            return  # a seed on a bun throws no shade that is worth seeing
        near = np.exp(-((np.clip(outside, 0, None) / min(8, size * 0.22)) ** 2)) * 0.30
        self._rgb[part] *= (1 - near)[..., None]

    def _lay(
        self, part: tuple[slice, slice], tint: Grid, edge: Grid, nx: Grid, ny: Grid, z: Grid, gloss: float
    ) -> None:  # fmt: skip
        lx, ly, lz = _LIGHT
        towards = np.clip(nx * lx + ny * ly + z * lz, 0, 1)
        light = 0.46 + 0.66 * towards - 0.16 * (1 - z) ** 3
        mirror = np.clip(2 * towards * z - lz, 0, 1)
        gleam = gloss * (mirror**26 * 0.9 + mirror**6 * 0.12)
        rgb = tint * light[..., None]
        rgb = rgb + (255 - rgb) * np.clip(gleam, 0, 1)[..., None]
        halo = np.clip(edge * 1.0, 0, 1)
        self._blend(part, np.clip(rgb, 0, 255), halo)

    def _blend(self, part: tuple[slice, slice], rgb: Grid, edge: Grid) -> None:
        before, cover = self._rgb[part], self._cover[part]
        whole = edge + cover * (1 - edge)
        weight = (edge / np.maximum(whole, 1e-4))[..., None]
        self._rgb[part] = before * (1 - weight) + rgb * weight
        self._cover[part] = whole


def speckles(count: int, size: float, seed: int) -> Skin:
    """Give a skin with small spots."""
    rng = np.random.default_rng(seed)
    places = rng.uniform(-0.95, 0.95, (count, 2))

    def skin(u: Grid, v: Grid, z: Grid) -> Grid:
        share = np.zeros_like(u)
        for px, py in places:
            share = np.maximum(share, np.exp(-(((u - px) ** 2 + (v - py) ** 2) / size**2)))
        return share

    return skin


def blush(u: Grid, v: Grid, z: Grid) -> Grid:
    """Draw a cheek that the sun has coloured."""
    return 0.9 * np.exp(-(((u - 0.35) ** 2 + (v - 0.15) ** 2) / 0.45))


def stripes(u: Grid, v: Grid, z: Grid) -> Grid:
    """Draw wavy stripes from pole to pole, as on a watermelon."""
    around = np.arcsin(np.clip(u / np.sqrt(np.maximum(1 - v * v, 0.02)), -1, 1))
    return 0.5 + 0.6 * np.sin(around * 9 + 0.9 * np.sin(v * 13) + 0.4 * np.sin(v * 31))


def net(u: Grid, v: Grid, z: Grid) -> Grid:
    """Draw the net on a cantaloupe."""
    lines = np.abs(np.sin(u * 13 + 3 * np.sin(v * 5))) * np.abs(np.sin(v * 12 + 3 * np.sin(u * 6)))
    return np.clip(1 - lines * 3.2, 0, 1) * 0.7


def to_top(u: Grid, v: Grid, z: Grid) -> Grid:
    """Draw the second colour around the stalk."""
    return np.clip(-v * 1.2 - 0.25, 0, 1)


def fuzz(u: Grid, v: Grid, z: Grid) -> Grid:
    """Draw fine unevenness, as of earth or a rough skin."""
    return 0.34 + 0.22 * np.sin(u * 37 + 5 * np.sin(v * 21)) * np.sin(v * 41 + 4 * np.sin(u * 17))


def _through(steps: np.ndarray, values: Sequence[float]) -> Grid:  # type: ignore[type-arg]
    """Go smoothly through the values (Catmull-Rom)."""
    padded = [2 * values[0] - values[1], *values, 2 * values[-1] - values[-2]]
    out = []
    for step in steps:
        at = min(int(step), len(values) - 2)
        t = step - at
        a, b, c, d = padded[at : at + 4]
        out.append(
            0.5
            * (
                2 * b
                + (c - a) * t
                + (2 * a - 5 * b + 4 * c - d) * t**2
                + (3 * b - a - 3 * c + d) * t**3
            )
        )
    return np.asarray(out, np.float32)
