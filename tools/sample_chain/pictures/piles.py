"""Fruit and vegetables that lie in a pile or a row of their like: apples, cherries, carrots."""

# ruff: noqa: PLR0913, E501  (a drawing call is places, sizes and inks; one stroke stays on one line)

from __future__ import annotations

import math
import random
from collections.abc import Callable

from tools.sample_chain.pictures.paint import WHITE, Colour, colour, mix
from tools.sample_chain.pictures.still_life import (
    Skin,
    StillLife,
    blush,
)

GREEN = colour("5C9A3C")
STALK = colour("6B4A2A")
Draw = Callable[[StillLife, random.Random], None]


def fruits(
    tint: str, second: str = "", *, skin: Skin = blush, tall: float = 0.96, size: float = 88,
    leaf: bool = True, gloss: float = 0.55, top: str = "stalk",
) -> Draw:  # fmt: skip
    """Three of a round kind in a pile."""

    def draw(still: StillLife, rng: random.Random) -> None:
        still.shadow(256, 338 + size * 0.92, size * 2.0)
        for x, y in ((256, 338 - size * 1.28), (256 - size * 0.96, 338), (256 + size * 0.96, 344)):
            round_one(
                still, rng, x, y, size, tall, colour(tint), colour(second or tint), skin, gloss
            )
            _top(still, x, y - size * tall * 0.86, size, top, leaf)

    return draw


def round_one(
    still: StillLife, rng: random.Random, x: float, y: float, size: float, tall: float, base: Colour,
    second: Colour, skin: Skin, gloss: float,
) -> None:  # fmt: skip
    base = mix(base, WHITE, rng.uniform(0, 0.07))
    still.ball(
        x,
        y,
        size,
        size * tall,
        base,
        second=second,
        skin=skin,
        turn=rng.uniform(-14, 14),
        gloss=gloss,
    )


def _top(still: StillLife, x: float, y: float, size: float, top: str, leaf: bool) -> None:
    if top == "stalk":
        still.ball(x, y + size * 0.06, size * 0.17, size * 0.06, mix(STALK, GREEN, 0.35), gloss=0)
        still.rod(
            [
                (x, y + size * 0.05),
                (x + size * 0.03, y - size * 0.14),
                (x + size * 0.13, y - size * 0.30),
            ],
            [3.4, 3, 4],
            STALK,
            gloss=0.1,
        )
    elif top == "calyx":
        for turn in range(0, 360, 60):
            still.leaf(x, y + size * 0.10, size * 0.42, turn + 20, colour("4E8B35"), breadth=0.4)
        still.rod([(x, y + size * 0.1), (x + 3, y - size * 0.1)], [3, 3.4], colour("4E8B35"))
    elif top == "crown":
        for turn in (-128, -104, -90, -76, -52):
            still.leaf(
                x, y + size * 0.18, size * 0.40, turn, colour("8E1E2E"), breadth=0.5, vein=False
            )
    elif top == "dot":
        still.ball(x, y + size * 0.10, size * 0.09, size * 0.06, mix(STALK, GREEN, 0.4), gloss=0)
    if leaf and top == "stalk":
        still.leaf(x + size * 0.06, y - size * 0.10, size * 0.72, -22, GREEN, breadth=0.5)


def heap(
    tint: str,
    second: str,
    count: int,
    size: float,
    *,
    stalks: bool = False,
    gloss: float = 0.7,
    skin: Skin = blush,
) -> Draw:
    """Draw many small ones in a heap."""

    def draw(still: StillLife, rng: random.Random) -> None:
        still.shadow(256, 404, 168)
        places = []
        rows = round(math.sqrt(count * 1.4))
        for row in range(rows):
            inrow = max(2, round((row + 1) * count / (rows * (rows + 1) / 2)))
            for place in range(inrow):
                share = (place + 0.5) / inrow - 0.5
                wide = 84 + 250 * (row / max(1, rows - 1))
                places.append(
                    (
                        256 + share * wide + rng.uniform(-6, 6),
                        190 + row * (206 / rows) + rng.uniform(-6, 6) - 26 * (0.25 - share * share),
                    )
                )
        for x, y in places:
            if stalks and rng.random() < 0.5:
                still.rod(
                    [(x, y - size * 0.7), (x + 14, y - size * 1.9), (x + 34, y - size * 2.8)],
                    [2, 1.8, 2.4],
                    colour("6E8B3A"),
                    gloss=0.1,
                )
            round_one(still, rng, x, y, size, 0.97, colour(tint), colour(second), skin, gloss)

    return draw


def long(
    tint: str,
    second: str,
    radii: tuple[float, ...],
    *,
    count: int = 3,
    bend: float = 24,
    skin: Skin | None = None,
    cap: str = "",
    gloss: float = 0.45,
    gap: float = 64,
) -> Draw:
    """Draw several long ones side by side, leaning."""

    def draw(still: StillLife, rng: random.Random) -> None:
        still.shadow(256, 250 + gap * count / 2 + max(radii), 190)
        for place in range(count):
            y = 256 + (place - (count - 1) / 2) * gap
            steps = len(radii) - 1
            points = [
                (
                    78 + 356 * (0.86 if cap == "leafy" else 1) * i / steps + rng.uniform(-3, 3),
                    y + 44 - 88 * i / steps - bend * math.sin(i / steps * math.pi),
                )
                for i in range(len(radii))
            ]
            still.rod(
                points,
                [r * rng.uniform(0.95, 1.04) for r in radii],
                mix(colour(tint), WHITE, rng.uniform(0, 0.06)),
                second=colour(second),
                skin=skin or _lines,
                gloss=gloss,
            )
            _cap_of(still, points[-1], cap)

    return draw


def _cap_of(still: StillLife, at: tuple[float, float], cap: str) -> None:
    x, y = at
    if cap == "leafy":
        for turn in (-50, -30, -12, 6, 24):
            still.leaf(x, y, 88, turn, colour("4E9A3C"), breadth=0.22)
    elif cap == "green":
        for turn in (120, 160, 200, 240):
            still.leaf(x + 12, y - 4, 52, turn, colour("5C8A3A"), breadth=0.5)
        still.rod(
            [(x + 6, y - 2), (x + 26, y - 8), (x + 36, y - 18)],
            [10, 6, 8],
            colour("5C8A3A"),
            gloss=0.2,
        )


def _lines(along: object, nx: object, ny: object) -> object:
    import numpy as np

    return 0.18 + 0.16 * np.sin(np.asarray(nx) * 14 + np.asarray(ny) * 12)
