"""Where bars stand in a picture, which way, and the patch that shows them upright.

Bars are a place where the grey changes strongly and everywhere in the same direction: in the
structure tensor (the gradient's products, averaged over a neighbourhood) one eigenvalue is
large and the other small. Not here: reading the bars.

Source: Bigün and Granlund, "Optimal orientation detection of linear symmetry", ICCV 1987.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from kiosk.decoding.symbols import Corners, Picture, Point

_Grid = npt.NDArray[np.float32]

SCHARR_WEIGHT = 32  # of a Scharr derivative, against one step between two pixels
CELL_PX = 4  # one cell of the tensor's grid, in pixels of the reduced picture
WINDOW_CELLS = 5
COHERENCE_MIN = 0.55  # 1 is a grating, 0 is texture without direction
JOINT_COHERENCE_MIN = 0.5
ENERGY_MIN = 60.0  # squared grey steps, above a sensor's noise
ENERGY_OF_BEST = 0.08  # bars in shade next to bars in light
CELLS_MIN = 12
ALTERNATION_STEEP = 0.08  # of the steepest slope: less is noise
SMALLEST_PX = 8  # of a code's lesser side
BLANK_SIDE_PX = 960
STEP_MIN = 12  # grey steps over two pixels: twice a poor sensor's noise
STEPS_MIN = 12  # pixels in one line; the smallest code has that many edges
QUIET = 0.14  # of the bars' width, added on each side: the quiet zone and some error


@dataclass(frozen=True, slots=True)
class Bars:
    """An upright box around bars: ``across`` is the unit vector along which bars follow."""

    centre: Point
    across: Point
    width: float
    height: float

    @property
    def corners(self) -> Corners:
        """Give the box's corners as they stand in the picture."""
        (cx, cy), (ux, uy) = self.centre, self.across
        w, h = self.width / 2, self.height / 2
        at = ((-w, -h), (w, -h), (w, h), (-w, h))
        a, b, c, d = ((cx + u * ux - v * uy, cy + u * uy + v * ux) for u, v in at)
        return a, b, c, d

    def is_like(self, other: Bars) -> bool:
        """Tell whether both are the same bars, found twice."""
        away = math.dist(self.centre, other.centre)
        return (
            away < 0.1 * self.width
            and 0.8 < self.width / other.width < 1.25
            and abs(self.across[0] * other.across[0] + self.across[1] * other.across[1]) > 0.98
        )


def is_blank(gray: Picture) -> bool:
    """Tell, from every fourth line only, that nothing can be a code: no line has many steps."""
    if min(gray.shape) < SMALLEST_PX:
        return True
    if max(gray.shape) > BLANK_SIDE_PX:  # the mean of four pixels has half of their noise
        gray = cv2.resize(gray, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    for lines in (gray[::4], np.ascontiguousarray(gray[:, ::4].T)):
        steps = cv2.absdiff(lines[:, 2:], lines[:, :-2])
        many = cv2.threshold(steps, STEP_MIN, 1, cv2.THRESH_BINARY)[1]
        if float(cv2.reduce(many, 1, cv2.REDUCE_SUM, dtype=cv2.CV_32S).max()) >= STEPS_MIN:
            return False
    return True


def locate(
    gray: Picture, side_max: int, window_cells: int = WINDOW_CELLS, count_max: int = 5
) -> list[Bars]:
    """Find what looks like bars in a grey picture reduced to ``side_max``, strongest first.

    ``window_cells`` is the neighbourhood that is averaged over; it must be wider than the
    widest space, so blurred and large bars need a larger one.
    """
    scale = min(1.0, side_max / max(gray.shape))
    if scale < 1.0:
        gray = cv2.resize(gray, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    if min(gray.shape) < 2 * CELL_PX:
        return []
    return [_scaled(bars, 1 / scale) for bars in _places(*_tensor(gray, window_cells), count_max)]


def _tensor(gray: Picture, window_cells: int) -> tuple[_Grid, _Grid, _Grid]:
    """Give xx, yy and xy of the gradient, averaged, one value a cell."""
    # Scharr's weights are the same in all directions: Sobel's are wrong by up to 3.5° here
    gx, gy = cv2.Scharr(gray, cv2.CV_16S, 1, 0), cv2.Scharr(gray, cv2.CV_16S, 0, 1)
    size = (gray.shape[1] // CELL_PX, gray.shape[0] // CELL_PX)
    window = (window_cells, window_cells)

    def averaged(a: npt.NDArray[np.int16], b: npt.NDArray[np.int16]) -> _Grid:
        product = cv2.multiply(a, b, scale=1 / SCHARR_WEIGHT**2, dtype=cv2.CV_32F)
        cells = cv2.resize(product, size, interpolation=cv2.INTER_AREA)
        return np.asarray(cv2.boxFilter(cells, -1, window), np.float32)

    return averaged(gx, gx), averaged(gy, gy), averaged(gx, gy)


def _places(xx: _Grid, yy: _Grid, xy: _Grid, count_max: int) -> list[Bars]:
    """Join neighbouring cells of one direction and box the strongest of these."""
    energy = xx + yy
    line = cv2.magnitude(xx - yy, 2 * xy)  # coherence × energy
    floor = max(ENERGY_MIN, ENERGY_OF_BEST * float(line.max()))
    mask = ((line > COHERENCE_MIN * energy) & (energy > floor)).view(np.uint8)
    count, labels = cv2.connectedComponents(mask, connectivity=4)
    flat = labels.ravel()
    areas = np.bincount(flat, minlength=count)
    sums = [np.bincount(flat, grid.ravel(), minlength=count) for grid in (xx - yy, 2 * xy, energy)]
    straight = np.hypot(sums[0], sums[1])
    # where two directions grew together, the sum points nowhere
    straight[(areas < CELLS_MIN) | (straight < JOINT_COHERENCE_MIN * sums[2])] = 0.0
    straight[0] = 0.0  # the ground
    best = [label for label in np.argsort(-straight)[:count_max] if straight[label] > 0.0]
    angles = 0.5 * np.arctan2(sums[1], sums[0])
    return [_box(labels == label, float(angles[label])) for label in best]


def _box(inside: npt.NDArray[np.bool_], angle: float) -> Bars:
    """Put the box around cells, the bars' quiet zone included."""
    rows, columns = np.nonzero(inside)
    ux, uy = math.cos(angle), math.sin(angle)
    u = columns * ux + rows * uy
    v = rows * ux - columns * uy
    u0, u1, v0, v1 = float(u.min()), float(u.max()), float(v.min()), float(v.max())
    cu, cv = (u0 + u1) / 2, (v0 + v1) / 2
    centre = ((cu * ux - cv * uy + 0.5) * CELL_PX, (cu * uy + cv * ux + 0.5) * CELL_PX)
    width = (u1 - u0 + 1) * (1 + 2 * QUIET)
    return Bars(centre, (ux, uy), width * CELL_PX, (v1 - v0 + 1) * CELL_PX)


def _scaled(bars: Bars, by: float) -> Bars:
    x, y = bars.centre
    return Bars((x * by, y * by), bars.across, bars.width * by, bars.height * by)


def cut(gray: Picture, bars: Bars, width_px: int, height_px: int) -> Picture:
    """Show the bars upright in a picture of this size."""
    upright: Picture = cv2.warpAffine(
        gray,
        _onto_patch(bars, width_px, height_px),
        (width_px, height_px),
        flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_REPLICATE,
    )
    return upright


def _onto_patch(bars: Bars, width_px: int, height_px: int) -> npt.NDArray[np.float64]:
    """Give the matrix from a place in the patch to its place in the picture."""
    (cx, cy), (ux, uy) = bars.centre, bars.across
    sx, sy = bars.width / width_px, bars.height / height_px
    left, top = -(width_px - 1) / 2 * sx, -(height_px - 1) / 2 * sy
    return np.array(
        [
            [ux * sx, -uy * sy, cx + left * ux - top * uy],
            [uy * sx, ux * sy, cy + left * uy + top * ux],
        ]
    )


def alternations(strip: Picture) -> int:
    """Count how often an upright strip goes from dark to light and back."""
    profile = cv2.reduce(strip, 0, cv2.REDUCE_AVG, dtype=cv2.CV_32F)[0]
    slope = profile[2:] - profile[:-2]
    steepness = np.abs(slope)
    up = slope[steepness > ALTERNATION_STEEP * (float(steepness.max()) + 2.0)] > 0
    return int(np.count_nonzero(up[1:] != up[:-1]))
