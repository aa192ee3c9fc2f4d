"""Functions of places on the earth: a point is ``latitude longitude [altitude accuracy]``.

Source: ODK XForms specification, ``area`` and ``distance``; a sphere of 6,378,100 m.
"""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any, Final

from xforms.xpath.values import Value, texts

RADIUS_M: Final = 6_378_100.0
Point = tuple[float, float]


def _points(values: tuple[Value, ...]) -> list[Point] | None:
    """Read a trace: points with ``;`` between, or a point of each node; none where one is none."""
    told = [each for value in values for text in texts(value) for each in text.split(";")]
    found = []
    for each in (part.split() for part in told if part.strip()):
        try:
            latitude, longitude = float(each[0]), float(each[1])
        except (ValueError, IndexError):
            return None
        if not (abs(latitude) <= 90 and abs(longitude) <= 180):
            return None
        found.append((latitude, longitude))
    return found


def _distance(_context: Any, *values: Value) -> float:
    points = _points(values)
    if points is None:
        return math.nan
    return math.fsum(_between(a, b) for a, b in pairwise(points))


def _between(a: Point, b: Point) -> float:
    phi_a, phi_b = math.radians(a[0]), math.radians(b[0])
    half = (
        math.sin((phi_b - phi_a) / 2) ** 2
        + math.cos(phi_a) * math.cos(phi_b) * math.sin(math.radians(b[1] - a[1]) / 2) ** 2
    )
    return 2 * RADIUS_M * math.asin(min(1.0, math.sqrt(half)))


def _area(_context: Any, *values: Value) -> float:
    points = _points(values)
    if points is None:
        return math.nan
    if len(points) < 3:
        return 0.0
    closed = [*points, points[0]]
    total = math.fsum(
        math.radians(b[1] - a[1])
        * (2 + math.sin(math.radians(a[0])) + math.sin(math.radians(b[0])))
        for a, b in pairwise(closed)
    )
    return abs(total * RADIUS_M**2 / 2)


def _geofence(_context: Any, point: Value, shape: Value) -> bool:
    """Tell whether a point is inside of a shape: an odd number of its sides lies beside it."""
    here, corners = _points((point,)), _points((shape,))
    if not here or not corners or len(corners) < 3:
        return False
    (y, x), inside = here[0], False
    for (y1, x1), (y2, x2) in zip(corners, [*corners[1:], corners[0]], strict=True):
        if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
            inside = not inside
    return inside


TABLE: Final[dict[str, tuple[Any, ...]]] = {
    "distance": (1, 1_000, "number", _distance),
    "area": (1, 1_000, "number", _area),
    "geofence": (2, 2, "boolean", _geofence),
}
