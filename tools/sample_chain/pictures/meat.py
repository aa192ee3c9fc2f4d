"""Meat and fish on a tray under film."""

# ruff: noqa: PLR0913  (a drawing call is places, sizes and inks; one stroke stays on one line)

from __future__ import annotations

import math
import random
from collections.abc import Callable
from functools import cache

from PIL import Image

from tools.sample_chain.pictures.labels import Subject
from tools.sample_chain.pictures.paint import (
    INK,
    WHITE,
    Paint,
    colour,
    mix,
    readable_on,
    scatter,
)
from tools.sample_chain.pictures.surface import (
    Shape,
    finish,
    pillow,
)

CRUST = colour("C98A42")
STEEL = colour("C4CAD0")
DARK = colour("2B2D31")


def tray(subject: Subject) -> Image.Image:
    """Draw meat on a tray under film, with the scale's label."""
    paint = Paint(colour("26282C"))
    paint.box((70, 176, 442, 400), colour("17181A"), 30)
    draw = next((f for words, f in _MEATS if any(w in subject.english for w in words)), _steak)
    draw(paint, subject, random.Random(subject.seed))
    paint.box((282, 300, 424, 384), WHITE, 5)
    paint.box((282, 300, 424, 322), subject.main, 5)
    paint.text(subject.brand, 353, 311, 14, readable_on(subject.main), width=120)
    paint.text(
        f"{subject.name} {subject.variety}", 353, 340, 16, INK, weight="ExtraBold", width=128
    )
    rng = random.Random(subject.seed)
    x = 298.0
    while x < 408:
        width = rng.choice((1, 1.5, 2.5, 3))
        paint.box((x, 354, x + width, 376), INK)
        x += width + rng.choice((1.5, 2.5, 3))
    return finish(paint.picture, _tray_shape())


@cache
def _tray_shape() -> Shape:
    return pillow((48, 156, 464, 420), gloss=0.9, bulge=3, radius=36, seed=7)


def _steak(paint: Paint, subject: Subject, rng: random.Random) -> None:
    lamb = "Lamb" in subject.english
    base = colour("B5424A") if lamb else colour("A3242E")
    if "Minced" in subject.english:
        for _ in range(900):
            x, y = rng.uniform(92, 420), rng.uniform(196, 380)
            bend = rng.uniform(-8, 8)
            tint = mix(mix(base, colour("E8A09A"), rng.random() * 0.5), INK, rng.random() * 0.12)
            paint.line([(x, y), (x + bend, y + 9), (x + bend * 0.4, y + 20)], tint, 5)
        return
    if "Stewing" in subject.english or "Shank" in subject.english:
        for x, y, r in scatter((104, 206, 410, 372), 46, subject.seed):
            _slab(paint, x, y, 36, 28, mix(base, WHITE, r * 0.14), rng)
        return
    for dx in (-88, 30, 120):
        _slab(paint, 236 + dx, 286, 92, 82, mix(base, WHITE, rng.uniform(0, 0.10)), rng)


def _slab(
    paint: Paint,
    x: float,
    y: float,
    rx: float,
    ry: float,
    base: tuple[int, int, int],
    rng: random.Random,
) -> None:
    waves = [rng.uniform(-0.08, 0.08) for _ in range(4)]

    def edge(scale: float) -> list[tuple[float, float]]:
        points = []
        for step in range(40):
            turn = step / 40 * 2 * math.pi
            far = scale * (1 + sum(w * math.sin((i + 2) * turn + i) for i, w in enumerate(waves)))
            points.append((x + rx * far * math.cos(turn), y + ry * far * math.sin(turn)))
        return points

    paint.polygon([(px + 3, py + 5) for px, py in edge(1.02)], mix(base, INK, 0.7))
    paint.polygon(edge(1.0), colour("F0DCCB"))
    paint.polygon(edge(0.93), base)
    paint.polygon(edge(0.80), mix(base, WHITE, 0.06))
    for _ in range(7):
        turn, far = rng.uniform(0, 6.28), rng.uniform(0.1, 0.6)
        px, py = x + rx * far * math.cos(turn), y + ry * far * math.sin(turn)
        paint.line(
            [(px, py), (px + rng.uniform(-0.3, 0.3) * rx, py + rng.uniform(-0.2, 0.2) * ry)],
            colour("E9C3B5"),
            2.0,
        )


def _poultry(paint: Paint, subject: Subject, rng: random.Random) -> None:
    skin = colour("F1CDAE")
    if any(w in subject.english for w in ("Breast", "Fillet", "Kebab")):
        for x, y in ((168, 250), (300, 244), (210, 330)):
            paint.leaf(x + 3, y + 6, 196, -18, mix(skin, INK, 0.6), 0.62)
            paint.leaf(x, y, 196, -18, colour("EDB5A0"), 0.62)
            paint.leaf(x - 6, y - 8, 150, -18, colour("F6CBBA"), 0.42)
        return
    for x, y, turn in ((180, 262, -24), (306, 252, 14), (206, 346, 4)):
        dx, dy = math.cos(math.radians(turn)), math.sin(math.radians(turn))
        paint.line([(x, y), (x + 104 * dx, y + 104 * dy)], colour("F6EBDD"), 15)
        paint.oval(x + 106 * dx, y + 106 * dy, 13, 13, colour("F6EBDD"))
        paint.leaf(x + 2, y + 6, 168, turn, mix(skin, INK, 0.55), 0.86)
        paint.leaf(x, y, 168, turn, skin, 0.84)
        paint.leaf(x - 10, y - 14, 104, turn, mix(skin, WHITE, 0.42), 0.55)


def _fish(paint: Paint, subject: Subject, rng: random.Random) -> None:
    if "Fillet" in subject.english:
        for y in (236, 318):
            paint.leaf(252, y + 6, 330, -4, colour("6B2A18"), 0.34)
            paint.leaf(250, y, 330, -4, colour("F0845A"), 0.34)
            for x in range(130, 380, 22):
                paint.line([(x, y - 30), (x + 12, y), (x, y + 30)], colour("F8B595"), 2.2)
        return
    for y, tint in ((232, colour("7F939E")), (318, colour("93A5AE"))):
        paint.polygon([(356, y), (432, y - 38), (418, y), (432, y + 38)], mix(tint, INK, 0.2))
        paint.leaf(240, y + 5, 316, 0, mix(tint, INK, 0.6), 0.36)
        paint.leaf(240, y, 316, 0, tint, 0.36)
        paint.leaf(240, y + 14, 270, 0, colour("E3EAEC"), 0.20)
        paint.leaf(
            240,
            y - 2,
            260,
            0,
            colour("D98A9A") if "Trout" in subject.english else mix(tint, WHITE, 0.2),
            0.06,
        )
        for x in range(150, 350, 16):
            for dy in (-22, -10, 2):
                paint.oval(x + dy % 7, y + dy, 5, 4, None, mix(tint, INK, 0.25), 0.8)
        paint.oval(116, y - 8, 8, 8, WHITE)
        paint.oval(115, y - 8, 4.6, 4.6, INK)
        paint.line([(146, y - 30), (154, y), (146, y + 30)], mix(tint, INK, 0.4), 2)


_MEATS: tuple[tuple[tuple[str, ...], Callable[[Paint, Subject, random.Random], None]], ...] = (
    (("Chicken", "Turkey"), _poultry),
    (("Trout", "Fish", "Mackerel", "Pomfret", "Kilka"), _fish),
    (("Beef", "Lamb"), _steak),
)
