"""Vegetables that have a shape of their own: onions, cabbages, corn."""

from __future__ import annotations

import math
import random

from tools.sample_chain.pictures.paint import colour, mix
from tools.sample_chain.pictures.piles import Draw
from tools.sample_chain.pictures.still_life import (
    StillLife,
    fuzz,
)


def mushrooms(still: StillLife, rng: random.Random) -> None:
    still.shadow(256, 400, 170)
    for x, y, size in ((256, 196, 84), (160, 300, 88), (350, 306, 92)):
        still.rod([(x, y + 20), (x, y + 84)], [30, 34], colour("EFE6D6"), gloss=0.1)
        still.ball(x, y + 30, size * 0.86, 20, colour("B79B80"), gloss=0)
        still.ball(
            x, y, size, size * 0.62, colour("F6EFE3"), second=colour("D9C7AC"), skin=fuzz, gloss=0.2
        )


def garlic(still: StillLife, rng: random.Random) -> None:
    still.shadow(256, 384, 170)
    for x, y in ((256, 220), (164, 306), (348, 310)):
        still.rod(
            [(x, y - 50), (x + 4, y - 96), (x + 14, y - 128)],
            [18, 9, 8],
            colour("EADFCB"),
            gloss=0.1,
        )
        for dx in (-44, 44, -22, 22, 0):
            still.ball(
                x + dx,
                y + abs(dx) * 0.12,
                40,
                70 - abs(dx) * 0.3,
                colour("F5EFE4"),
                second=colour("C9A6B4"),
                skin=lambda u, v, z: 0.5 * (abs(u * 3 % 1 - 0.5) < 0.1),
                gloss=0.25,
            )


def onions(tint: str, second: str) -> Draw:
    def draw(still: StillLife, rng: random.Random) -> None:
        still.shadow(256, 408, 176)
        for x, y in ((256, 216), (166, 318), (348, 322)):
            still.rod(
                [(x, y - 64), (x + 2, y - 94), (x + 12, y - 118)],
                [16, 8, 5],
                colour(second),
                gloss=0.1,
            )
            still.ball(
                x,
                y,
                92,
                82,
                colour(tint),
                second=colour(second),
                skin=lambda u, v, z: (
                    0.35 + 0.35 * (abs((u / (1.05 - v * v * 0.6)) * 7 % 1 - 0.5) < 0.12)
                ),
                gloss=0.5,
            )

    return draw


def peppers(tint: str) -> Draw:
    def draw(still: StillLife, rng: random.Random) -> None:
        still.shadow(256, 404, 160)
        for x, y in ((330, 256), (188, 274)):
            for dx, wide in ((-46, 48), (46, 48), (0, 58)):
                still.rod(
                    [(x + dx, y - 62), (x + dx * 0.96, y + 10), (x + dx * 0.72, y + 92)],
                    [wide * 0.92, wide, wide * 0.62],
                    colour(tint),
                    gloss=0.8,
                )
            still.ball(x, y - 84, 44, 18, colour("4E8B35"), gloss=0.2)
            still.rod(
                [(x, y - 88), (x + 4, y - 122), (x + 18, y - 144)],
                [13, 9, 12],
                colour("4E8B35"),
                gloss=0.2,
            )

    return draw


def floret(base: str, tip: str) -> Draw:
    def draw(still: StillLife, rng: random.Random) -> None:
        still.shadow(256, 424, 130)
        if base == "EDE6CF":
            for turn in (-200, -170, -10, 20, 60, 120):
                still.leaf(256, 350, 178, turn, colour("7FB05A"), breadth=0.8)
        still.rod([(256, 300), (256, 400)], [62, 46], colour("B9D08A"), gloss=0.2)
        for row in range(7):
            for place in range(9):
                x = (
                    256
                    + (place - 4) * 42 * (0.72 + 0.4 * math.sin((row + 1) / 8 * math.pi))
                    + rng.uniform(-7, 7)
                )
                y = 150 + row * 30 + abs(place - 4) ** 2 * 4.0 + rng.uniform(-6, 6)
                for _ in range(4):
                    still.ball(
                        x + rng.uniform(-17, 17),
                        y + rng.uniform(-14, 14),
                        21,
                        18,
                        mix(colour(base), colour(tip), rng.random()),
                        gloss=0.08,
                    )

    return draw


def cabbage(tint: str, vein: str) -> Draw:
    def draw(still: StillLife, rng: random.Random) -> None:
        still.shadow(256, 410, 150)
        for turn in (200, 170, -20, 10, 230, -50):
            still.leaf(256, 300, 206, turn, mix(colour(tint), (0, 0, 0), 0.12), breadth=1.0)
        still.ball(
            256,
            266,
            150,
            142,
            colour(tint),
            second=colour(vein),
            skin=lambda u, v, z: (
                0.8 * (abs((u * 5 + 1.6 * v * u) % 1 - 0.5) < 0.055)
                + 0.3 * (abs((v * 4 + 2 * u * u) % 1 - 0.5) < 0.05)
            ),
            gloss=0.3,
        )

    return draw


def lettuce(still: StillLife, rng: random.Random) -> None:
    still.shadow(256, 444, 96)
    for ring, tint in ((1.0, "4E9438"), (0.8, "66A945"), (0.62, "86C05A"), (0.44, "ABD67A")):
        for place in range(7):
            turn = -90 + (place - 3) * 13 * ring + rng.uniform(-4, 4)
            still.leaf(
                256 + (place - 3) * 8,
                438,
                350 * (0.7 + 0.3 * ring),
                turn,
                colour(tint),
                breadth=0.42,
            )
    still.rod([(256, 410), (256, 440)], [34, 26], colour("E4EBC9"), gloss=0.2)


def corn(still: StillLife, rng: random.Random) -> None:
    still.shadow(256, 398, 190)
    for y in (200, 306):
        points = [(96, y + 48), (240, y + 8), (420, y - 34)]
        still.rod(
            points,
            [34, 46, 22],
            colour("F6C92E"),
            second=colour("D9981A"),
            skin=lambda a, u, v: (
                0.8 * ((abs((a * 30) % 1 - 0.5) > 0.36) | (abs((v * 4) % 1 - 0.5) > 0.38))
            ),
            gloss=0.4,
        )
        for turn in (-2, -24, 16):
            still.leaf(70, y + 58, 220, turn, colour("7FB34A"), breadth=0.34)


def ginger(still: StillLife, rng: random.Random) -> None:
    still.shadow(256, 372, 180)
    skin = lambda a, u, v: 0.5 * (abs((a * 14) % 1 - 0.5) > 0.44)  # noqa: E731
    for points, radii in (
        ([(250, 250), (220, 170), (236, 120)], [44, 38, 26]),
        ([(330, 270), (380, 210), (430, 190)], [46, 38, 24]),
        ([(110, 300), (220, 290), (330, 280), (420, 320)], [40, 58, 60, 34]),
        ([(170, 300), (130, 350), (96, 366)], [40, 30, 20]),
    ):
        still.rod(points, radii, colour("D9B27A"), second=colour("B5874A"), skin=skin, gloss=0.15)
