"""Fruit that has a shape of its own: bananas, melons, grapes."""

from __future__ import annotations

import math
import random

from tools.sample_chain.pictures.paint import colour
from tools.sample_chain.pictures.piles import GREEN, STALK, Draw, round_one
from tools.sample_chain.pictures.still_life import (
    Skin,
    StillLife,
    blush,
    fuzz,
)


def bunch_of_grapes(tint: str, second: str, tall: float = 1.0) -> Draw:
    def draw(still: StillLife, rng: random.Random) -> None:
        still.shadow(256, 428, 100)
        still.rod([(256, 120), (262, 84), (300, 66)], [6, 5, 7], STALK, gloss=0.1)
        still.leaf(262, 104, 110, -158, GREEN, breadth=0.9)
        for row, inrow in enumerate((4, 6, 7, 6, 5, 4, 3, 2, 1)):
            for place in range(inrow):
                x = 256 + (place - (inrow - 1) / 2) * 38 + rng.uniform(-5, 5)
                y = 132 + row * 34 + rng.uniform(-5, 5)
                round_one(still, rng, x, y, 24, tall, colour(tint), colour(second), blush, 0.7)

    return draw


def bananas(still: StillLife, rng: random.Random) -> None:
    still.shadow(256, 400, 170)
    for lift in (0, 46, 92):
        points = [
            (104, 210 - lift * 0.5),
            (150, 330 - lift),
            (262, 386 - lift),
            (372, 338 - lift),
            (424, 238 - lift * 0.6),
        ]
        still.rod(
            points,
            [7, 34, 42, 34, 9],
            colour("F5CB2E"),
            second=colour("DDA81C"),
            skin=lambda a, x, y: 0.5 * (y > 0.35),
            gloss=0.25,
        )
        still.rod([points[-1], (432, 206 - lift * 0.6)], [9, 8], colour("A8A03A"), gloss=0.1)
        still.ball(102, 206 - lift * 0.5, 7, 8, colour("4A3A22"), gloss=0)


def melon(tint: str, second: str, skin: Skin, tall: float = 0.9, size: float = 168) -> Draw:
    def draw(still: StillLife, rng: random.Random) -> None:
        still.shadow(256, 256 + size * tall, size)
        still.ball(
            256,
            262,
            size,
            size * tall,
            colour(tint),
            second=colour(second),
            skin=skin,
            turn=-12,
            gloss=0.45,
        )
        still.rod(
            [(244, 266 - size * tall * 0.97), (240, 244 - size * tall), (262, 224 - size * tall)],
            [7, 5, 5],
            colour("7A8B3A"),
            gloss=0.1,
        )

    return draw


def pears(still: StillLife, rng: random.Random) -> None:
    still.shadow(256, 406, 160)
    for x, y in ((330, 250), (182, 256)):
        still.rod(
            [(x + 8, y - 110), (x + 4, y - 40), (x, y + 62)],
            [32, 44, 84],
            colour("B9C246"),
            second=colour("D98A3A"),
            skin=lambda a, u, v: 0.55 * (u > 0.1) * u,
            gloss=0.45,
        )
        still.rod(
            [(x + 8, y - 138), (x + 12, y - 162), (x + 24, y - 178)],
            [4, 3.4, 4.4],
            STALK,
            gloss=0.1,
        )
        still.leaf(x + 12, y - 152, 58, -8, GREEN, breadth=0.5)


def strawberries(still: StillLife, rng: random.Random) -> None:
    still.shadow(256, 398, 150)
    for x, y in ((256, 178), (172, 300), (338, 304), (256, 312)):
        still.rod(
            [(x, y - 20), (x, y + 24), (x, y + 66)],
            [50, 44, 14],
            colour("DE2638"),
            second=colour("F6D36A"),
            skin=lambda a, u, v: (
                0.9
                * (
                    (abs(((a * 9) % 1) - 0.5) < 0.14)
                    & (abs(((u * 4 + (a * 9 // 1) * 0.5) % 1) - 0.5) < 0.12)
                )
            ),
            gloss=0.7,
        )
        for turn in range(0, 360, 45):
            still.leaf(x, y - 58, 40, turn + 10, colour("4E9A3C"), breadth=0.5)


def pineapple(still: StillLife, rng: random.Random) -> None:
    still.shadow(256, 460, 92)
    for turn in (-150, -130, -112, -98, -82, -68, -50, -30):
        still.leaf(256, 196, 158, turn, colour("4E8B4A"), breadth=0.26)
    still.ball(
        256,
        320,
        96,
        138,
        colour("D99A2A"),
        second=colour("8A5A1E"),
        skin=lambda u, v, z: (
            0.75
            * ((abs((u * 4 + v * 4) % 1 - 0.5) > 0.40) | (abs((u * 4 - v * 4) % 1 - 0.5) > 0.40))
        ),
        gloss=0.25,
    )


def kiwis(still: StillLife, rng: random.Random) -> None:
    still.shadow(256, 396, 170)
    for x, y in ((256, 210), (340, 310)):
        still.ball(
            x, y, 94, 76, colour("8A6A3A"), second=colour("6B4E28"), skin=fuzz, turn=-16, gloss=0.12
        )
    still.ball(170, 312, 90, 84, colour("7A5A30"), gloss=0.1)
    still.ball(170, 310, 83, 78, colour("8FC13E"), gloss=0.1)
    still.ball(170, 310, 30, 27, colour("EEF3C9"), gloss=0.1)
    for part in range(22):
        turn = part / 22 * 2 * math.pi
        still.ball(
            170 + 42 * math.cos(turn),
            310 + 39 * math.sin(turn),
            4,
            6,
            colour("25301A"),
            turn=math.degrees(turn) + 90,
            gloss=0.2,
        )


def avocados(still: StillLife, rng: random.Random) -> None:
    still.shadow(256, 410, 160)
    still.rod(
        [(334, 150), (336, 210), (332, 300)],
        [40, 60, 92],
        colour("4A5A2A"),
        second=colour("2E3A1A"),
        skin=fuzz,
        gloss=0.3,
    )
    still.rod([(186, 166), (184, 224), (182, 310)], [42, 62, 92], colour("3E4A22"), gloss=0.2)
    still.rod(
        [(186, 168), (184, 226), (182, 310)],
        [33, 53, 82],
        colour("C9D66A"),
        second=colour("E9E7A0"),
        skin=lambda a, u, v: 0.7 - 0.6 * (u * u + v * v),
        gloss=0.1,
    )
    still.ball(182, 306, 44, 44, colour("8A5428"), gloss=0.7)
