"""Goods that are no pack: bread, eggs, meat on a tray, and what stands in house and office.

One function a look; each gives the finished picture.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from functools import cache

from PIL import Image

from tools.sample_chain.pictures.labels import Subject, brand_mark, deep, pale, panel_label
from tools.sample_chain.pictures.paint import (
    CREAM,
    INK,
    WHITE,
    Paint,
    colour,
    mix,
    readable_on,
    scatter,
)
from tools.sample_chain.pictures.produce import herbs, produce
from tools.sample_chain.pictures.still_life import StillLife, fuzz
from tools.sample_chain.pictures.surface import Shape, carton, cut, finish, joined, pillow, turned

CRUST = colour("C98A42")
STEEL = colour("C4CAD0")
DARK = colour("2B2D31")


# ---- bread, eggs, meat


def loaf(subject: Subject) -> Image.Image:
    """A sliced loaf in a printed bag."""
    dark = any(word in subject.english for word in ("Whole", "Multi", "Barley"))
    crumb = colour("B5803F") if dark else colour("E3B571")
    paint = Paint(crumb)
    paint.fade(120, 440, mix(crumb, WHITE, 0.30), crumb)
    for x in range(96, 430, 23):
        paint.line([(x, 150), (x, 440)], mix(crumb, colour("7A4418"), 0.55), 2.2)
        paint.line([(x + 4, 150), (x + 4, 440)], mix(crumb, WHITE, 0.42), 4)
    paint.box((150, 100, 362, 460), subject.main)
    paint.band(412, 512, subject.main)
    paint.box((144, 100, 150, 412), subject.second)
    paint.box((362, 100, 368, 412), subject.second)
    panel_label(paint, subject, (166, 186, 346, 396))
    return finish(paint.picture, _loaf_shape())


@cache
def _loaf_shape() -> Shape:
    top = pillow((150, 86, 362, 200), gloss=0.7, bulge=30, radius=10, seed=8)
    return joined(top, pillow((74, 140, 438, 448), gloss=0.8, bulge=14, radius=44, seed=5))


def flatbread(subject: Subject) -> Image.Image:
    """Sheets of flat bread with their bubbles, under a paper band."""
    still = StillLife()
    still.shadow(256, 420, 190)
    rng = random.Random(subject.seed)
    barbari = "Barbari" in subject.english
    base = CRUST if barbari else colour("E6C48E")
    for layer in range(4):
        y = 372 - layer * 34
        points = [(84 - layer * 3, y + 16), (256, y), (428 + layer * 3, y + 16)]
        still.rod(
            points,
            [46, 62, 46],
            mix(base, WHITE, rng.uniform(0, 0.14)),
            second=colour("A5662A"),
            skin=lambda a, u, v: 0.5 * (abs((a * 12 + v * 0.6) % 1 - 0.5) < 0.10),
            gloss=0.06,
        )
    for _ in range(46):
        x, y = rng.uniform(80, 432), rng.uniform(226, 316)
        still.ball(
            x,
            y,
            rng.uniform(4, 13),
            rng.uniform(2, 6),
            mix(colour("9A5A24"), base, rng.random() * 0.7),
            gloss=0,
        )
    if "Sesame" in subject.english or barbari:
        for _ in range(90):
            still.ball(
                rng.uniform(80, 432),
                rng.uniform(222, 330),
                3.4,
                2,
                colour("F6E8C4"),
                turn=rng.uniform(0, 180),
                gloss=0.1,
            )
    return _with_sleeve(still.picture(), subject, (186, 196, 326, 436))


def baguette(subject: Subject) -> Image.Image:
    """Two baguettes."""
    still = StillLife()
    still.shadow(256, 420, 180)
    for lift in (0, 92):
        points = [(70, 372 - lift), (256, 292 - lift), (442, 200 - lift)]
        still.rod(
            points,
            [26, 48, 26],
            CRUST,
            second=colour("F0D49A"),
            skin=lambda a, u, v: 0.85 * (abs((a * 6 + u * 0.25) % 1 - 0.5) < 0.14),
            gloss=0.2,
        )
    return _with_sleeve(still.picture(), subject, (196, 150, 316, 410))


def buns(subject: Subject) -> Image.Image:
    """Four round buns with sesame."""
    still = StillLife()
    still.shadow(256, 408, 190)
    rng = random.Random(subject.seed)
    for x, y in ((190, 220), (330, 220), (156, 322), (360, 322)):
        still.ball(x, y + 22, 90, 54, colour("E9C892"), gloss=0.1)
        still.ball(x, y, 94, 62, CRUST, second=colour("A8642A"), skin=fuzz, gloss=0.35)
        for _ in range(24):
            still.ball(
                x + rng.uniform(-56, 56),
                y - 18 + rng.uniform(-24, 22),
                4,
                2.4,
                colour("F8ECCB"),
                turn=rng.uniform(0, 180),
                gloss=0.1,
            )
    return _with_sleeve(still.picture(), subject, (192, 250, 320, 432))


def _with_sleeve(
    picture: Image.Image, subject: Subject, box: tuple[int, int, int, int]
) -> Image.Image:
    """Lay a paper label over loose goods."""
    left, top, right, foot = box
    paint = Paint(WHITE)
    panel_label(paint, subject, (left, top, right, foot), emblem=False, fill=CREAM, mark=0.13)
    label = finish(paint.picture, _sleeve_shape(box))
    picture.alpha_composite(label)
    return picture


@cache
def _sleeve_shape(box: tuple[int, int, int, int]) -> Shape:
    from tools.sample_chain.pictures.surface import without_shadow

    left, top, right, foot = box
    return without_shadow(
        pillow((left - 1, top - 2, right + 1, foot + 1), gloss=0.1, bulge=0, radius=12, seed=9)
    )


def eggs(subject: Subject) -> Image.Image:
    """Eggs in their tray, seen from the front."""
    still = StillLife()
    still.shadow(256, 408, 196)
    small = "Quail" in subject.english
    base = (
        colour("E3C9A2")
        if small
        else (colour("D9A06A") if "Free-Range" in subject.english else colour("F3E6D6"))
    )
    rng = random.Random(subject.seed)
    columns = 6 if subject.amount > 12 else 3
    size = 31 if columns == 6 else 54
    for row in range(3 if columns == 6 else 2):
        for column in range(columns):
            x = 256 + (column - (columns - 1) / 2) * size * 2.02 * (0.88 + row * 0.06)
            y = (226 if columns == 6 else 232) + row * size * 0.95
            still.ball(
                x,
                y,
                size,
                size * 1.28,
                mix(base, WHITE, rng.uniform(0, 0.16)),
                second=colour("6B4E33"),
                skin=_spots if small else fuzz,
                gloss=0.12,
            )
    picture = still.picture()
    paint = Paint(colour("B9B0A2"))
    for x, y, r in scatter((60, 280, 452, 420), 7, 3):
        paint.oval(x, y, 1.4, 1.0, mix(colour("B9B0A2"), WHITE if r > 0.5 else INK, 0.14))
    paint.box((136, 326, 376, 404), CREAM, 8)
    paint.frame((140, 330, 372, 400), subject.main, 1.6, 6)
    paint.text(
        f"{subject.name} {subject.brand}",
        256,
        352,
        25,
        deep(subject.main),
        weight="ExtraBold",
        width=214,
    )
    paint.text(
        " · ".join(t for t in (subject.variety, subject.size) if t),
        256,
        382,
        17,
        mix(deep(subject.main), INK, 0.3),
        weight="SemiBold",
        width=200,
    )
    picture.alpha_composite(finish(paint.picture, _egg_tray()))
    return picture


def _spots(u: object, v: object, z: object) -> object:
    import numpy as np

    return 0.8 * (
        np.sin(np.asarray(u) * 17 + 4 * np.sin(np.asarray(v) * 9))
        * np.sin(np.asarray(v) * 15 + 3 * np.sin(np.asarray(u) * 11))
        > 0.42
    )


@cache
def _egg_tray() -> Shape:
    return turned([(300, 202), (330, 200), (412, 176)], gloss=0.05, bend=10, rounding=(8, 16))


def tray(subject: Subject) -> Image.Image:
    """Meat on a tray under film, with the scale's label."""
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


def dates(subject: Subject) -> Image.Image:
    """A box of dates, open on top."""
    still = StillLife()
    still.shadow(256, 424, 196)
    base = (
        colour("C9903F")
        if "Zahedi" in subject.english
        else colour("4E2412")
        if "Mazafati" in subject.english
        else colour("7A4420")
    )
    rng = random.Random(subject.seed)
    for row in range(4):
        for column in range(7):
            x, y = 88 + column * 56 + 14 * (row % 2) + rng.uniform(-4, 4), 182 + row * 38
            still.ball(
                x,
                y,
                36,
                22,
                mix(base, WHITE, rng.uniform(0, 0.10)),
                second=mix(base, INK, 0.5),
                skin=lambda u, v, z: 0.7 * (abs((v * 3 + 0.4 * u * u) % 1 - 0.5) < 0.08),
                turn=rng.uniform(-24, 24),
                gloss=0.7,
            )
    picture = still.picture()
    paint = Paint(subject.main)
    paint.fade(296, 430, subject.main, mix(subject.main, INK, 0.25))
    paint.frame((66, 306, 446, 418), subject.second, 2, 6)
    paint.text(subject.brand, 256, 330, 22, subject.accent, weight="ExtraBold", width=180)
    paint.text(subject.name, 256, 362, 34, readable_on(subject.main), weight="ExtraBold", width=220)
    paint.text(f"{subject.variety} · {subject.size}", 256, 398, 18, subject.accent, width=220)
    picture.alpha_composite(finish(paint.picture, _dates_box()))
    return picture


@cache
def _dates_box() -> Shape:
    return pillow((52, 292, 460, 430), gloss=0.3, bulge=0, radius=8, seed=6)


def cone(subject: Subject) -> Image.Image:
    """An ice cream cone in its paper."""
    paint = Paint(subject.main)
    paint.fade(80, 470, mix(subject.main, WHITE, 0.1), mix(subject.main, INK, 0.2))
    paint.band(0, 120, subject.inside)
    for y in range(128, 500, 26):
        paint.line([(120, y), (392, y + 60)], mix(subject.main, WHITE, 0.16), 6)
    paint.oval(256, 196, 74, 62, CREAM, subject.second, 3)
    paint.text(subject.brand, 256, 168, 21, deep(subject.main), weight="ExtraBold", width=100)
    paint.text(subject.name, 256, 198, 28, deep(subject.main), weight="ExtraBold", width=124)
    paint.text(subject.variety, 256, 226, 18, mix(deep(subject.main), INK, 0.2), width=100)
    shape = turned(
        [(60, 100), (84, 106), (110, 104), (470, 12)], gloss=0.5, bend=12, rounding=(30, 6)
    )
    return finish(paint.picture, shape)


# ---- bath, paper, baby


def soap(subject: Subject) -> Image.Image:
    """A bar of soap or a rubber in its card."""
    paint = Paint(pale(subject.inside, 0.4))
    paint.fade(190, 360, pale(subject.inside, 0.7), pale(subject.inside, 0.25))
    paint.polygon([(60, 190), (240, 190), (190, 360), (60, 360)], subject.main)
    paint.polygon([(240, 190), (250, 190), (200, 360), (190, 360)], subject.second)
    paint.text(
        subject.brand, 140, 274, 30, readable_on(subject.main), weight="ExtraBold", width=120
    )
    paint.paragraph(subject.name, 314, 252, 42, deep(subject.main), width=180)
    paint.text(
        subject.variety,
        314,
        304,
        22,
        mix(deep(subject.main), INK, 0.3),
        weight="SemiBold",
        width=160,
    )
    return finish(paint.picture, carton((70, 190, 410, 350), 44, gloss=0.4))


def brush(subject: Subject) -> Image.Image:
    """A toothbrush on its card."""
    paint = Paint(WHITE)
    paint.fade(40, 470, pale(subject.main, 0.85), pale(subject.main, 0.5))
    paint.band(0, 150, subject.main)
    paint.band(150, 156, subject.second)
    paint.text(subject.brand, 256, 84, 34, readable_on(subject.main), weight="ExtraBold", width=150)
    paint.text(subject.name, 256, 126, 24, readable_on(subject.main), width=150)
    paint.box((222, 172, 290, 456), WHITE, 30)
    paint.line([(256, 440), (256, 340), (254, 250)], subject.second, 22)
    paint.line([(254, 260), (256, 190)], mix(subject.second, WHITE, 0.2), 12)
    paint.line([(258, 430), (258, 350)], WHITE, 6)
    for y in range(186, 244, 8):
        paint.box((236, y, 250, y + 6), mix(subject.main, WHITE, 0.3 if y % 16 else 0.7), 2)
    paint.text(subject.variety, 340, 300, 20, deep(subject.main), width=90)
    return finish(paint.picture, pillow((156, 40, 388, 474), gloss=0.5, bulge=0, radius=18, seed=3))


def rolls(subject: Subject) -> Image.Image:
    """Rolls under printed film."""
    if subject.unit == "roll":
        return _one_roll(subject)
    paint = Paint(WHITE)
    paint.fade(80, 440, WHITE, colour("E6EAF0"))
    for row in range(2):
        for column in range(3):
            x, y = 140 + column * 116, 160 + row * 190
            paint.oval(x, y, 58, 20, colour("F8F9FB"), colour("D5DAE2"), 1.2)
            paint.oval(x, y, 17, 6.4, colour("B99A70"))
            for dx in range(-50, 56, 14):
                for dy in range(34, 150, 18):
                    paint.oval(x + dx, y + dy, 1.5, 1.5, colour("DCE1E8"))
            paint.line([(x + 58, y), (x + 58, y + 170)], colour("CBD1DA"), 2)
    paint.box((70, 226, 442, 398), subject.main)
    paint.box((70, 222, 442, 228), subject.second)
    paint.box((70, 396, 442, 402), subject.second)
    panel_label(paint, subject, (146, 242, 366, 384), emblem=False, fill=WHITE)
    return finish(
        paint.picture,
        pillow((66, 110, 446, 462), gloss=0.9, bulge=8, radius=26, seed=subject.seed % 3),
    )


def _one_roll(subject: Subject) -> Image.Image:
    paint = Paint(mix(subject.main, DARK, 0.5))
    paint.band(190, 420, subject.main)
    paint.band(184, 190, subject.second)
    paint.band(420, 426, subject.second)
    panel_label(paint, subject, (180, 210, 332, 404), emblem=False)
    return finish(
        paint.picture, turned([(112, 100), (470, 100)], gloss=0.3, bend=16, rounding=(12, 10))
    )


def rollbox(subject: Subject) -> Image.Image:
    """A long box of film or foil."""
    paint = Paint(subject.main)
    paint.fade(210, 340, subject.main, mix(subject.main, INK, 0.25))
    paint.polygon([(36, 200), (180, 200), (130, 340), (36, 340)], subject.second)
    subject.emblem(paint, 94, 270, 34, WHITE)
    paint.text(subject.brand, 300, 230, 22, subject.accent, weight="ExtraBold", width=200)
    paint.text(subject.name, 300, 272, 40, readable_on(subject.main), weight="ExtraBold", width=230)
    paint.text(subject.size, 300, 312, 19, subject.accent, width=150)
    for x in range(36, 440, 8):
        paint.polygon([(x, 338), (x + 4, 332), (x + 8, 338)], colour("D9DEE3"))
    return finish(paint.picture, carton((36, 208, 440, 338), 40, gloss=0.5))


def nappy(subject: Subject) -> Image.Image:
    """A large pack of nappies."""
    paint = Paint(subject.main)
    paint.fade(80, 460, mix(subject.main, WHITE, 0.35), subject.main)
    for x, y, r in scatter((70, 110, 442, 460), 58, subject.seed):
        paint.oval(x, y, 5 + 9 * r, 5 + 9 * r, mix(subject.main, WHITE, 0.42))
    paint.oval(256, 262, 132, 118, WHITE)
    paint.oval(256, 262, 125, 111, None, subject.second, 3)
    brand_mark(paint, subject, 256, 168, 150, 24)
    paint.paragraph(subject.name, 256, 238, 54, deep(subject.main), width=210)
    paint.text(
        subject.variety,
        256,
        296,
        32,
        subject.second if sum(subject.second) < 420 else deep(subject.main),
        weight="ExtraBold",
        width=160,
    )
    subject.emblem(paint, 256, 342, 22, colour("F08AA8"))
    paint.text(subject.size, 256, 424, 24, readable_on(subject.main, deep(subject.main)), width=150)
    return finish(
        paint.picture,
        pillow((72, 62, 440, 470), gloss=0.8, bulge=10, radius=34, seed=subject.seed % 3),
    )


# ---- kitchen and house


def pan(subject: Subject) -> Image.Image:
    """A frying pan, its handle to the right."""
    still = StillLife()
    still.shadow(220, 372, 180)
    still.rod([(330, 300), (410, 262), (482, 232)], [15, 15, 17], DARK, gloss=0.4)
    body = subject.main if "Granite" in subject.english else DARK
    still.ball(200, 312, 178, 62, mix(body, INK, 0.2), gloss=0.4)
    still.ball(200, 296, 178, 56, STEEL, gloss=0.6)
    inside = colour("4A4D52")
    still.ball(
        200,
        297,
        171,
        51,
        inside,
        second=colour("8A8E94"),
        skin=fuzz if "Granite" in subject.english else None,
        gloss=0.1,
    )
    still.ball(206, 308, 138, 34, mix(inside, WHITE, 0.07), gloss=0.05)
    return still.picture()


def pot(subject: Subject) -> Image.Image:
    """A cooking pot with a glass lid."""
    steel = "Steel" in subject.english or "Aluminium" in subject.english
    base = STEEL if steel else subject.main
    paint = Paint(base)
    paint.band(0, 222, colour("DDE6EA"))
    paint.band(214, 234, STEEL)
    paint.band(120, 156, DARK)
    if not steel:
        for x, y, r in scatter((70, 240, 442, 440), 8, 5):
            paint.oval(x, y, 1.2, 1.2, mix(base, WHITE if r > 0.5 else INK, 0.3))
    paint.text(
        subject.brand,
        256,
        330,
        24,
        mix(base, INK if steel else WHITE, 0.6),
        weight="SemiBold",
        width=150,
    )
    body = turned([(232, 150), (420, 150), (438, 146)], gloss=0.9, bend=14, rounding=(4, 26))
    lid = turned(
        [(152, 20), (168, 60), (196, 128), (218, 152), (234, 154)],
        gloss=0.8,
        bend=6,
        rounding=(2, 4),
    )
    knob = turned([(124, 26), (154, 22)], gloss=0.4, bend=3, rounding=(8, 3))
    still = StillLife()
    for side in (-1, 1):
        still.rod(
            [
                (256 + side * 140, 268),
                (256 + side * 196, 270),
                (256 + side * 196, 300),
                (256 + side * 140, 304),
            ],
            [10, 12, 12, 10],
            DARK,
            gloss=0.4,
        )
    picture = finish(paint.picture, joined(joined(lid, knob), body))
    handles = still.picture()
    handles.alpha_composite(picture)
    return handles


def knife(subject: Subject) -> Image.Image:
    """A kitchen knife, its point to the left."""
    paint = Paint(STEEL)
    paint.fade(200, 300, colour("F1F4F6"), colour("AEB6BD"))
    if "Serrated" in subject.english:
        for x in range(60, 330, 10):
            paint.line([(x, 290), (x + 5, 312)], colour("8A939B"), 2)
    paint.text(subject.brand, 262, 252, 17, colour("7F8890"), width=100)
    curve = [(338 - 304 * i / 20, 312 - 72 * (i / 20) ** 2.6) for i in range(21)]
    blade = cut([(338, 226), (120, 224), (34, 238), *reversed(curve)], gloss=0.7)
    picture = finish(paint.picture, blade)
    still = StillLife()
    still.rod(
        [(330, 254), (400, 258), (482, 270)], [20, 19, 23], mix(subject.main, DARK, 0.6), gloss=0.4
    )
    for x in (362, 404, 446):
        still.ball(x, 258 + (x - 362) * 0.08, 5, 5, STEEL, gloss=0.5)
    picture.alpha_composite(still.picture())
    return picture


def glass(subject: Subject) -> Image.Image:
    """A tumbler."""
    tint = colour("DCEAF0")
    paint = Paint(tint)
    paint.fade(90, 450, colour("F3F9FB"), colour("BFD6E0"))
    for x in range(120, 400, 22):
        paint.line([(x, 250), (256 + (x - 256) * 0.9, 440)], colour("A9C6D3"), 2)
        paint.line([(x + 5, 250), (256 + (x + 5 - 256) * 0.9, 440)], WHITE, 3)
    paint.band(86, 104, colour("E9F3F6"))
    paint.band(418, 512, colour("A5C3D0"))
    shape = turned([(84, 112), (440, 88)], gloss=1.2, bend=14, rounding=(3, 14))
    picture = finish(paint.picture, shape)
    if "Handled" in subject.english:
        still = StillLife()
        still.rod(
            [(346, 170), (420, 180), (420, 320), (340, 346)], [12, 13, 13, 12], tint, gloss=0.9
        )
        handle = still.picture()
        handle.alpha_composite(picture)
        return handle
    return picture


def plate(subject: Subject) -> Image.Image:
    """A plate, standing."""
    still = StillLife()
    still.shadow(256, 452, 120)
    for r, tint in ((196, colour("E9E4DC")), (192, colour("FBF9F5"))):
        still.ball(256, 256, r, r, tint, gloss=0.12)
    paint = Paint(colour("FBF9F5"))
    paint.oval(256, 256, 184, 184, None, subject.main, 5)
    paint.oval(256, 256, 174, 174, None, subject.second, 2)
    for part in range(24):
        turn = math.radians(part * 15)
        paint.leaf(
            256 + 154 * math.cos(turn),
            256 + 154 * math.sin(turn),
            26,
            part * 15 + 60,
            subject.main if part % 2 else subject.second,
            0.5,
        )
    paint.oval(256, 256, 122, 122, colour("FDFCFA"), colour("E3DDD2"), 2)
    subject.emblem(paint, 256, 256, 40, pale(subject.main, 0.35))
    from tools.sample_chain.pictures.surface import without_shadow

    picture = still.picture()
    picture.alpha_composite(
        finish(
            paint.picture,
            without_shadow(pillow((64, 64, 448, 448), gloss=0.2, bulge=0, radius=192, seed=2)),
        )
    )
    return picture


def towel(subject: Subject) -> Image.Image:
    """A folded towel with a border."""
    base = pale(subject.main, 0.30)
    paint = Paint(base)
    for layer, y in enumerate((196, 262, 328)):
        paint.fade(y, y + 66, mix(base, WHITE, 0.16), mix(base, INK, 0.14))
        paint.line([(60, y + 65), (452, y + 65)], mix(base, INK, 0.4), 2.4)
        del layer
    for x, y, r in scatter((64, 196, 448, 396), 6, 2):
        paint.oval(x, y, 1.3, 2.0, mix(base, WHITE if r > 0.5 else INK, 0.10))
    paint.box((110, 180, 134, 400), subject.accent)
    paint.box((142, 180, 148, 400), subject.accent)
    paint.box((300, 246, 420, 346), CREAM, 8)
    paint.text(subject.brand, 360, 274, 20, deep(subject.main), weight="ExtraBold", width=100)
    paint.paragraph(subject.name, 360, 312, 24, deep(subject.main), width=106)
    return finish(
        paint.picture, pillow((64, 192, 448, 398), gloss=0.05, bulge=2, radius=34, seed=4)
    )


def battery(subject: Subject) -> Image.Image:
    """Batteries on a card."""
    paint = Paint(subject.main)
    paint.fade(40, 480, subject.main, mix(subject.main, INK, 0.35))
    paint.oval(256, 70, 16, 9, WHITE)
    paint.text(subject.brand, 256, 112, 38, subject.accent, weight="ExtraBold", width=200)
    paint.text(f"{subject.name} {subject.variety}", 256, 160, 22, WHITE, width=220)
    for x in (170, 227, 284, 341)[: min(4, max(2, subject.amount))]:
        shift = 57 if subject.amount == 2 else 0
        _cell(paint, subject, x + shift)
    paint.text(subject.size, 256, 452, 20, subject.accent, width=120)
    return finish(paint.picture, pillow((118, 40, 394, 480), gloss=0.5, bulge=0, radius=16, seed=1))


def _cell(paint: Paint, subject: Subject, x: float) -> None:
    for dx in range(-22, 23):
        light = math.cos((dx + 7) / 26 * 1.35)
        for top, foot, tint in ((206, 218, STEEL), (218, 276, subject.accent), (276, 420, DARK)):
            wide = 9 if tint is STEEL else 22
            if abs(dx) <= wide:
                shade = (
                    mix(tint, INK, max(0, 0.75 - light * 0.8))
                    if light < 0.94
                    else mix(tint, WHITE, 0.28)
                )
                paint.box((x + dx, top, x + dx + 1.2, foot), shade)
    paint.text("+", x, 248, 26, INK)


def bulb(subject: Subject) -> Image.Image:
    """A lamp."""
    paint = Paint(colour("FFFDF4"))
    paint.fade(50, 280, WHITE, colour("F6EFD6"))
    paint.band(276, 376, colour("EDEFF2"))
    paint.text(subject.brand, 256, 310, 19, deep(subject.main), width=80)
    paint.text(subject.variety, 256, 340, 20, INK, width=84)
    paint.band(376, 452, STEEL)
    for y in range(384, 450, 14):
        paint.band(y, y + 5, mix(STEEL, INK, 0.35))
    paint.band(452, 512, DARK)
    shape = turned(
        [
            (48, 30),
            (70, 84),
            (140, 128),
            (200, 116),
            (290, 62),
            (376, 52),
            (376, 42),
            (452, 40),
            (470, 20),
        ],
        gloss=0.6,
        bend=8,
        rounding=(28, 8),
        soft=7,
    )
    return finish(paint.picture, shape)


def torch(subject: Subject) -> Image.Image:
    """A torch, its head up."""
    paint = Paint(mix(subject.main, DARK, 0.3))
    paint.band(0, 96, colour("F6F2D6"))
    paint.band(92, 168, DARK)
    for y in range(240, 450, 9):
        paint.band(y, y + 4, mix(subject.main, INK, 0.6))
    paint.box((240, 196, 272, 226), subject.accent, 8)
    shape = turned(
        [(70, 74), (96, 78), (150, 76), (178, 48), (440, 46), (466, 44)],
        gloss=0.7,
        bend=10,
        rounding=(4, 12),
    )
    return finish(paint.picture, shape)


def cable(subject: Subject) -> Image.Image:
    """A charging cable, coiled."""
    still = StillLife()
    still.shadow(256, 424, 150)
    base = mix(subject.main, DARK, 0.35)
    for r in (150, 134, 118):
        ring = [
            (
                256 + r * math.cos(t / 12 * 2 * math.pi),
                262 + r * 0.9 * math.sin(t / 12 * 2 * math.pi),
            )
            for t in range(13)
        ]
        still.rod(ring, [8] * 13, mix(base, WHITE, (150 - r) / 160), gloss=0.4)
    for x, turn in ((176, 1), (336, -1)):
        still.rod(
            [(x - turn * 30, 356), (x, 400), (x + turn * 16, 424)], [8, 8, 9], base, gloss=0.4
        )
        still.rod(
            [(x + turn * 16, 424), (x + turn * 30, 452)], [16, 15], colour("E3E6EA"), gloss=0.4
        )
        still.rod([(x + turn * 32, 456), (x + turn * 38, 470)], [9, 9], STEEL, gloss=0.6)
    still.rod([(256, 96), (256, 166)], [22, 22], subject.accent, gloss=0.3)
    return still.picture()


def charger(subject: Subject) -> Image.Image:
    """A wall charger with two round pins."""
    pins = StillLife()
    for x in (212, 272):
        pins.rod([(x, 150), (x, 70)], [11, 9], STEEL, gloss=0.7)
    paint = Paint(colour("F6F7F9"))
    paint.fade(130, 440, WHITE, colour("E1E5EA"))
    paint.text(subject.brand, 236, 240, 30, deep(subject.main), weight="ExtraBold", width=150)
    paint.text(subject.variety, 236, 290, 26, colour("6B737C"), width=150)
    paint.box((206, 384, 266, 404), DARK, 9)
    picture = pins.picture()
    picture.alpha_composite(finish(paint.picture, carton((150, 150, 322, 430), 56, gloss=0.4)))
    return picture


def strip(subject: Subject) -> Image.Image:
    """A power strip."""
    still = StillLife()
    still.rod(
        [(440, 262), (478, 250), (486, 190), (440, 150), (380, 140)],
        [8, 8, 8, 8, 8],
        colour("E9ECEF"),
        gloss=0.3,
    )
    paint = Paint(colour("F6F7F9"))
    paint.fade(200, 330, WHITE, colour("DDE1E6"))
    count = 5 if "5" in subject.english else 3
    for place in range(count):
        x = 104 + (place + 0.5) * 300 / count
        paint.oval(x, 264, 27, 27, colour("E3E7EB"), colour("B9C0C8"), 1.6)
        for dx in (-9, 9):
            paint.oval(x + dx, 264, 4, 4, DARK)
    paint.box((410, 246, 434, 282), colour("D9362E"), 5)
    paint.text(subject.brand, 96, 222, 12, deep(subject.main), width=60)
    picture = still.picture()
    picture.alpha_composite(
        finish(paint.picture, pillow((56, 204, 450, 326), gloss=0.4, bulge=0, radius=26, seed=1))
    )
    return picture


def kettle(subject: Subject) -> Image.Image:
    """An electric kettle."""
    clear = "Glass" in subject.english
    still = StillLife()
    still.rod([(352, 150), (430, 160), (436, 300), (362, 380)], [15, 17, 17, 15], DARK, gloss=0.5)
    still.rod(
        [(170, 190), (130, 160), (112, 138)],
        [34, 20, 12],
        colour("D9E6EA") if clear else STEEL,
        gloss=0.7,
    )
    paint = Paint(colour("D5E8EF") if clear else STEEL)
    if clear:
        paint.fade(130, 420, colour("EAF4F7"), colour("A9D3E3"))
    paint.band(0, 128, DARK)
    paint.band(412, 512, DARK)
    paint.band(404, 412, subject.accent)
    paint.text(subject.brand, 250, 300, 26, colour("5E676F"), weight="ExtraBold", width=120)
    body = turned(
        [(84, 60), (104, 92), (128, 96), (412, 126), (412, 132), (458, 134)],
        gloss=0.9,
        bend=12,
        rounding=(10, 10),
        centre=250,
    )
    knob = turned([(62, 20), (90, 24)], gloss=0.5, bend=2, rounding=(8, 2), centre=250)
    picture = still.picture()
    picture.alpha_composite(finish(paint.picture, joined(knob, body)))
    return picture


def blender(subject: Subject) -> Image.Image:
    """A hand blender."""
    paint = Paint(WHITE)
    paint.fade(40, 240, WHITE, colour("E3E7EB"))
    paint.oval(256, 120, 17, 21, subject.accent)
    paint.oval(256, 168, 13, 15, DARK)
    paint.text(subject.brand, 256, 216, 19, deep(subject.main), weight="ExtraBold", width=74)
    paint.band(246, 258, subject.main)
    paint.band(258, 512, STEEL)
    paint.fade(440, 480, STEEL, mix(STEEL, INK, 0.3))
    shape = turned(
        [(34, 34), (90, 46), (200, 48), (258, 42), (280, 25), (400, 24), (432, 58), (470, 66)],
        gloss=0.8,
        bend=7,
        rounding=(18, 6),
    )
    return finish(paint.picture, shape)


# ---- pens and paper


def pen(subject: Subject) -> Image.Image:
    """Ballpoint pens, leaning."""
    still = StillLife()
    ink = next(
        (
            colour(t)
            for w, t in (
                ("Blue", "1E4FB5"),
                ("Black", "22242A"),
                ("Red", "C4202B"),
                ("Green", "1E8A4A"),
            )
            if w in subject.english
        ),
        subject.main,
    )
    count = min(5, subject.amount)
    still.shadow(256, 430, 60 + 34 * count)
    for place in range(count):
        x = 256 + (place - (count - 1) / 2) * 62
        still.rod([(x - 30, 404), (x - 36, 430)], [8, 2], STEEL, gloss=0.6)
        still.rod(
            [(x + 14, 190), (x - 30, 400)],
            [14, 14],
            colour("F3F5F7"),
            second=ink,
            skin=lambda a, u, v: 0.75 * (abs(u) < 0.34),
            gloss=0.8,
        )
        still.rod([(x + 42, 66), (x + 14, 196)], [15, 16], ink, gloss=0.7)
        still.rod([(x + 60, 92), (x + 36, 190)], [4, 4], mix(ink, WHITE, 0.25), gloss=0.6)
    return still.picture()


def pencil(subject: Subject) -> Image.Image:
    """A row of pencils, leaning."""
    base = colour("C4202B") if "Red" in subject.english else subject.main
    return _row_of_pencils(subject, [base] * 5, base if "Red" in subject.english else DARK)


def pencils(subject: Subject) -> Image.Image:
    """Pencils or felt pens of every colour."""
    many = ("D9262E", "F2811D", "F6CB1E", "4FA83A", "1E8FB5", "2E4FB5", "7A3AA5", "D9488A")
    return _row_of_pencils(subject, [colour(t) for t in many], None)


def _row_of_pencils(
    subject: Subject, tints: list[tuple[int, int, int]], lead: tuple[int, int, int] | None
) -> Image.Image:
    still = StillLife()
    still.shadow(256, 432, 190)
    step = 330 / len(tints)
    felt = "Felt" in subject.english
    for place, tint in enumerate(tints):
        x = 256 + (place - (len(tints) - 1) / 2) * step
        y = 96 + 16 * (place % 2)
        wide = min(21.0, step * 0.42)
        still.rod(
            [(x, y + 66), (x, 430)],
            [wide, wide],
            WHITE if felt else tint,
            second=mix(tint, INK, 0.3),
            skin=lambda a, u, v: 0.5 * (abs(u) < 0.3) * (not felt),
            gloss=0.5,
        )
        if felt:
            still.rod([(x, y + 20), (x, y + 130)], [wide * 0.96, wide * 1.04], tint, gloss=0.6)
            continue
        still.rod(
            [(x, y + 8), (x, y + 66)], [wide * 0.26, wide * 0.96], colour("E8C493"), gloss=0.1
        )
        still.rod([(x, y - 8), (x, y + 14)], [1.6, wide * 0.36], lead or tint, gloss=0.1)
    return _with_sleeve(still.picture(), subject, (160, 276, 352, 408))


def book(subject: Subject) -> Image.Image:
    """A notebook."""
    paint = Paint(subject.main)
    left, top, right, foot = 120, 60, 366, 440
    paint.fade(top, foot, mix(subject.main, WHITE, 0.1), mix(subject.main, INK, 0.25))
    rng = random.Random(subject.seed)
    for _ in range(9):
        x, y, r = rng.uniform(left, right), rng.uniform(top, foot), rng.uniform(16, 62)
        paint.oval(
            x, y, r, r, mix(subject.main, rng.choice((subject.second, subject.accent, WHITE)), 0.4)
        )
    paint.box((152, 150, 334, 280), CREAM, 10)
    paint.frame((157, 155, 329, 275), subject.main, 1.6, 7)
    paint.text(subject.brand, 243, 178, 18, deep(subject.main), width=120)
    paint.text(subject.name, 243, 214, 38, deep(subject.main), weight="ExtraBold", width=150)
    paint.text(subject.variety, 243, 254, 18, INK, weight="SemiBold", width=160)
    for y in range(310, 420, 20):
        paint.line([(170, y), (316, y)], mix(subject.main, WHITE, 0.5), 1)
    paint.box((right, top - 40, 512, foot), colour("F6F3EA"))
    for x in range(right + 1, right + 30, 3):
        paint.line([(x, top - 20), (x, foot)], colour("D5D0C2"), 0.8)
    picture = finish(paint.picture, carton((left, top, right, foot), 26, gloss=0.4))
    if "Spiral" in subject.english:
        still = StillLife()
        for y in range(top + 16, foot - 8, 20):
            still.rod(
                [(left + 12, y), (left - 6, y - 6), (left - 10, y + 6), (left + 6, y + 8)],
                [3.2] * 4,
                STEEL,
                gloss=0.8,
            )
        picture.alpha_composite(still.picture())
    return picture


SOLIDS: dict[str, Callable[[Subject], Image.Image]] = {
    function.__name__: function
    for function in (
        produce, herbs, loaf, flatbread, baguette, buns, eggs, tray, dates, cone, soap, brush, rolls,
        rollbox, nappy, pan, pot, knife, glass, plate, towel, battery, bulb, torch, cable, charger,
        strip, kettle, blender, pen, pencil, pencils, book,
    )
}  # fmt: skip
