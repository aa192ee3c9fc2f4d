"""Draw figures against a size as an SVG, both axes logarithmic, with no library."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from xml.sax.saxutils import escape

WIDTH, HEIGHT, LEFT, TOP, RIGHT, BOTTOM = 720, 420, 80, 48, 24, 56
COLOURS = ("#0b6e4f", "#b3541e", "#2f4b7c", "#7a5195")
Series = tuple[str, Sequence[tuple[float, float]]]  # a name and its points


def draw(path: Path, title: str, axes: tuple[str, str], series: Sequence[Series]) -> None:
    """Write the picture; all values are above 0."""
    points = [point for _, found in series for point in found]
    across = _decades([x for x, _ in points])
    up = _decades([y for _, y in points])
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
        f'font-family="sans-serif" font-size="13"><rect width="100%" height="100%" fill="#fff"/>',
        _text((LEFT, 28), title, "start", 16),
        _text((WIDTH / 2, HEIGHT - 12), axes[0], "middle"),
        _text((LEFT, TOP - 6), axes[1], "start"),
    ]
    for decade in range(across[0], across[1] + 1):
        x = _x(10**decade, across)
        parts.append(_line([(x, TOP), (x, HEIGHT - BOTTOM)], "#ddd"))
        parts.append(_text((x, HEIGHT - BOTTOM + 18), f"{10**decade:,}", "middle"))
    for decade in range(up[0], up[1] + 1):
        y = _y(10.0**decade, up)
        parts.append(_line([(LEFT, y), (WIDTH - RIGHT, y)], "#ddd"))
        parts.append(_text((LEFT - 8, y + 4), f"{10.0**decade:g}", "end"))
    for n, (name, found) in enumerate(series):
        colour = COLOURS[n % len(COLOURS)]
        places = [(_x(x, across), _y(y, up)) for x, y in found]
        parts.append(_line(places, colour, 2))
        parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y in places]
        parts.append(_text((LEFT + 12, TOP + 18 + 18 * n), name, "start", 13, colour))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join([*parts, "</svg>\n"]), encoding="utf-8")


def _decades(values: Sequence[float]) -> tuple[int, int]:
    low = math.floor(math.log10(min(values)))
    return low, max(math.ceil(math.log10(max(values))), low + 1)


def _x(value: float, decades: tuple[int, int]) -> float:
    return LEFT + _part(value, decades) * (WIDTH - LEFT - RIGHT)


def _y(value: float, decades: tuple[int, int]) -> float:
    return HEIGHT - BOTTOM - _part(value, decades) * (HEIGHT - TOP - BOTTOM)


def _part(value: float, decades: tuple[int, int]) -> float:
    return (math.log10(value) - decades[0]) / (decades[1] - decades[0])


def _line(points: Sequence[tuple[float, float]], colour: str, width: int = 1) -> str:
    places = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return f'<polyline points="{places}" fill="none" stroke="{colour}" stroke-width="{width}"/>'


def _text(
    at: tuple[float, float], text: str, anchor: str, size: int = 13, fill: str = "#222"
) -> str:
    x, y = at
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size}" '
        f'fill="{fill}">{escape(text)}</text>'
    )
