"""Fruit, vegetables and herbs, each as it lies in the crate. One entry of ``_LOOSE`` a kind."""

# ruff: noqa: PLR0913, E501  (a drawing call is places, sizes and inks; one stroke stays on one line)

from __future__ import annotations

import math
import random
from collections.abc import Callable

from PIL import Image

from tools.sample_chain.pictures.labels import Subject
from tools.sample_chain.pictures.paint import WHITE, Colour, colour, mix
from tools.sample_chain.pictures.still_life import (
    Skin,
    StillLife,
    blush,
    fuzz,
    net,
    stripes,
    to_top,
)

GREEN = colour("5C9A3C")
STALK = colour("6B4A2A")
Draw = Callable[[StillLife, random.Random], None]
THREE = ((176, 338), (336, 338), (256, 232))  # two below, one on top, back to front: see _pile


def produce(subject: Subject) -> Image.Image:
    """Draw what lies loose in the crate."""
    still = StillLife()
    draw = _LOOSE.get(subject.english) or _fruits("C9372C")
    draw(still, random.Random(subject.seed))
    return still.picture()


def herbs(subject: Subject) -> Image.Image:
    """Draw a bunch of herbs, tied."""
    still = StillLife()
    tint, breadth, length = _HERBS.get(subject.english, ("4E9A3C", 0.36, 52))
    _bunch(still, random.Random(subject.seed), colour(tint), breadth, length)
    return still.picture()


def _fruits(
    tint: str, second: str = "", *, skin: Skin = blush, tall: float = 0.96, size: float = 88,
    leaf: bool = True, gloss: float = 0.55, top: str = "stalk",
) -> Draw:  # fmt: skip
    """Three of a round kind in a pile."""

    def draw(still: StillLife, rng: random.Random) -> None:
        still.shadow(256, 338 + size * 0.92, size * 2.0)
        for x, y in ((256, 338 - size * 1.28), (256 - size * 0.96, 338), (256 + size * 0.96, 344)):
            _one(still, rng, x, y, size, tall, colour(tint), colour(second or tint), skin, gloss)
            _top(still, x, y - size * tall * 0.86, size, top, leaf)

    return draw


def _one(
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


def _heap(
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
            _one(still, rng, x, y, size, 0.97, colour(tint), colour(second), skin, gloss)

    return draw


def _bunch_of_grapes(tint: str, second: str, tall: float = 1.0) -> Draw:
    def draw(still: StillLife, rng: random.Random) -> None:
        still.shadow(256, 428, 100)
        still.rod([(256, 120), (262, 84), (300, 66)], [6, 5, 7], STALK, gloss=0.1)
        still.leaf(262, 104, 110, -158, GREEN, breadth=0.9)
        for row, inrow in enumerate((4, 6, 7, 6, 5, 4, 3, 2, 1)):
            for place in range(inrow):
                x = 256 + (place - (inrow - 1) / 2) * 38 + rng.uniform(-5, 5)
                y = 132 + row * 34 + rng.uniform(-5, 5)
                _one(still, rng, x, y, 24, tall, colour(tint), colour(second), blush, 0.7)

    return draw


def _long(
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


def _bananas(still: StillLife, rng: random.Random) -> None:
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


def _melon(tint: str, second: str, skin: Skin, tall: float = 0.9, size: float = 168) -> Draw:
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


def _pears(still: StillLife, rng: random.Random) -> None:
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


def _strawberries(still: StillLife, rng: random.Random) -> None:
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


def _mushrooms(still: StillLife, rng: random.Random) -> None:
    still.shadow(256, 400, 170)
    for x, y, size in ((256, 196, 84), (160, 300, 88), (350, 306, 92)):
        still.rod([(x, y + 20), (x, y + 84)], [30, 34], colour("EFE6D6"), gloss=0.1)
        still.ball(x, y + 30, size * 0.86, 20, colour("B79B80"), gloss=0)
        still.ball(
            x, y, size, size * 0.62, colour("F6EFE3"), second=colour("D9C7AC"), skin=fuzz, gloss=0.2
        )


def _garlic(still: StillLife, rng: random.Random) -> None:
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


def _onions(tint: str, second: str) -> Draw:
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


def _peppers(tint: str) -> Draw:
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


def _floret(base: str, tip: str) -> Draw:
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


def _cabbage(tint: str, vein: str) -> Draw:
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


def _lettuce(still: StillLife, rng: random.Random) -> None:
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


def _corn(still: StillLife, rng: random.Random) -> None:
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


def _pineapple(still: StillLife, rng: random.Random) -> None:
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


def _kiwis(still: StillLife, rng: random.Random) -> None:
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


def _avocados(still: StillLife, rng: random.Random) -> None:
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


def _ginger(still: StillLife, rng: random.Random) -> None:
    still.shadow(256, 372, 180)
    skin = lambda a, u, v: 0.5 * (abs((a * 14) % 1 - 0.5) > 0.44)  # noqa: E731
    for points, radii in (
        ([(250, 250), (220, 170), (236, 120)], [44, 38, 26]),
        ([(330, 270), (380, 210), (430, 190)], [46, 38, 24]),
        ([(110, 300), (220, 290), (330, 280), (420, 320)], [40, 58, 60, 34]),
        ([(170, 300), (130, 350), (96, 366)], [40, 30, 20]),
    ):
        still.rod(points, radii, colour("D9B27A"), second=colour("B5874A"), skin=skin, gloss=0.15)


def _bunch(
    still: StillLife, rng: random.Random, tint: Colour, breadth: float, length: float
) -> None:
    still.shadow(256, 456, 80)
    for place in range(-7, 8):
        x = 256 + place * 5
        still.rod(
            [(x, 456), (256 + place * 4.2, 372), (256 + place * 11, 280)],
            [3.6, 3.4, 2.6],
            mix(tint, colour("C9DE9A"), 0.45),
            gloss=0.1,
        )
    for row in range(13):
        for _ in range(15):
            share = rng.uniform(-1, 1)
            y = 330 - row * 19 + rng.uniform(-10, 10) + share * share * 46
            x = 256 + share * (66 + row * 8.5)
            turn = -90 + share * 62 + rng.uniform(-34, 34)
            shade = mix(tint, (14, 40, 14), max(0, 0.40 - row * 0.03) + rng.uniform(0, 0.10))
            still.leaf(
                x,
                y,
                length * rng.uniform(0.8, 1.2),
                turn,
                mix(shade, WHITE, rng.uniform(0, 0.10) * (row > 7)),
                breadth=breadth,
            )
    still.rod([(216, 384), (256, 392), (296, 384)], [8, 8, 8], colour("C9402E"), gloss=0.3)


_HERBS: dict[str, tuple[str, float, float]] = {
    "Mixed Fresh Herbs": ("4E9A3C", 0.40, 54), "Basil": ("3F7F3A", 0.62, 58),
    "Mint": ("4FA04A", 0.55, 50), "Parsley": ("3F8B34", 0.60, 34), "Coriander": ("55A040", 0.66, 30),
    "Dill": ("5FA058", 0.10, 58), "Garlic Chives": ("3F8F46", 0.09, 120),
    "Spinach": ("2F7A36", 0.70, 84), "Fenugreek": ("6AA548", 0.52, 34), "Tarragon": ("4F8F50", 0.16, 62),
}  # fmt: skip

_LOOSE: dict[str, Draw] = {
    "Red Apples": _fruits("C41E2B", "E8A24A"), "Green Apples": _fruits("8FBF3F", "C9DE6A"),
    "Golab Apples": _fruits("E6D36A", "E8806A", size=80), "Navel Oranges": _fruits("F28A1B", "E07410", skin=fuzz, top="dot", tall=1.0),
    "Blood Oranges": _fruits("E8641B", "B5281E", top="dot", tall=1.0), "Tangerines": _fruits("F7941E", "E8780E", skin=fuzz, tall=0.84),
    "Limes": _fruits("9CC63A", "6FA52A", skin=fuzz, size=74, top="dot", tall=1.04), "Sweet Lemons": _fruits("F2D84A", "E0BE2A", skin=fuzz, top="dot"),
    "Grapefruit": _fruits("F6B04A", "F28A5A", size=94, top="dot"), "Bananas": _bananas,
    "Saveh Pomegranates": _fruits("B5202E", "E0704A", top="crown", size=92), "Black Grapes": _bunch_of_grapes("3A1E4A", "5A3A7A"),
    "Askari Grapes": _bunch_of_grapes("B9CC5A", "DDE08A", 1.14), "Peaches": _fruits("F6B05A", "D9402E", gloss=0.12),
    "Nectarines": _fruits("E8502E", "F6B04A", gloss=0.6), "Apricots": _fruits("F6A53A", "E8702E", size=74, gloss=0.15),
    "Cherries": _heap("8E0F26", "C41E3A", 15, 37, stalks=True), "Sour Cherries": _heap("C4122E", "E8304A", 18, 32, stalks=True),
    "Strawberries": _strawberries, "Mashhadi Melon": _melon("E3C84A", "B5A040", net, 0.66, 186),
    "Cantaloupe": _melon("E3B56A", "F3E3B0", net, 0.92, 158), "Watermelon": _melon("4F9A3E", "1E5A2A", stripes, 0.88, 176),
    "Kiwis": _kiwis, "Pears": _pears, "Quinces": _fruits("E8C83A", "C9A82A", skin=fuzz, tall=1.04, gloss=0.1),
    "Fresh Figs": _fruits("5A2E5A", "8FA04A", skin=to_top, tall=1.08, size=78, leaf=False), "Persimmons": _fruits("F07A1E", "F6A04A", tall=0.86, top="calyx"),
    "Pineapple": _pineapple, "Mangoes": _fruits("F6A82E", "D9402E", tall=0.80, size=96, top="dot"), "Avocados": _avocados,
    "Tomatoes": _fruits("D92A1E", "F0603A", tall=0.88, top="calyx", gloss=0.8), "Cherry Tomatoes": _heap("D92A1E", "F0603A", 15, 38, gloss=0.85),
    "Cucumbers": _long("3F8A3A", "6FB05A", (16, 34, 37, 34, 16)), "Greenhouse Cucumbers": _long("2F6F34", "4F9048", (14, 28, 30, 29, 14), count=4, gap=54),
    "Potatoes": _fruits("C9A062", "A57A42", skin=fuzz, tall=0.74, size=98, top="", gloss=0.08), "Onions": _onions("D99A4A", "B5702A"),
    "Red Onions": _onions("8E2A5A", "5E1A3E"), "Garlic": _garlic, "Carrots": _long("F0791E", "D9601A", (5, 20, 29, 33, 30), cap="leafy", bend=6),
    "Aubergines": _long("3A1A4A", "5E3A70", (34, 50, 48, 40, 28), count=2, gap=112, cap="green", gloss=0.9), "Courgettes": _long("5C9A45", "86B868", (22, 36, 36, 34, 22), cap=""),
    "Pumpkin": _melon("E8862A", "B5601A", lambda u, v, z: 0.8 * (abs((u / (1.02 - v * v * 0.5)) * 4 % 1 - 0.5) < 0.09), 0.76, 172),
    "Green Peppers": _peppers("3F9A3A"), "Red Peppers": _peppers("CF1F26"), "Yellow Peppers": _peppers("F6C41E"),
    "White Cabbage": _cabbage("BBD88A", "E6F0C9"), "Red Cabbage": _cabbage("6E2A66", "B585B0"),
    "Cauliflower": _floret("EDE6CF", "FBF8EC"), "Broccoli": _floret("2F6F34", "5C9A45"), "Lettuce": _lettuce, "Mushrooms": _mushrooms,
    "Beetroot": _fruits("6E1A3E", "9E3A5E", top="stalk", gloss=0.2), "Turnips": _fruits("F3ECE6", "A04A8A", skin=to_top, tall=0.9, gloss=0.3),
    "Sweetcorn Cobs": _corn, "Green Beans": _long("5C9A3C", "86B85A", (5, 10, 11, 11, 10, 5), count=8, gap=25, bend=14),
    "Okra": _long("6F9A45", "97BA6A", (4, 12, 17, 19, 15), count=6, gap=36, bend=4, skin=None), "Fresh Ginger": _ginger,
}  # fmt: skip
