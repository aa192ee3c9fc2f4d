"""Bread, eggs, dates and cones."""

from __future__ import annotations

import random
from functools import cache

from PIL import Image

from tools.sample_chain.pictures.labels import Subject, deep, panel_label
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
from tools.sample_chain.pictures.sleeves import with_sleeve
from tools.sample_chain.pictures.still_life import StillLife, fuzz
from tools.sample_chain.pictures.surface import (
    Shape,
    finish,
    joined,
    pillow,
    turned,
)

CRUST = colour("C98A42")
STEEL = colour("C4CAD0")
DARK = colour("2B2D31")


def loaf(subject: Subject) -> Image.Image:
    """Draw a sliced loaf in a printed bag."""
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
    """Draw sheets of flat bread with their bubbles, under a paper band."""
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
    return with_sleeve(still.picture(), subject, (186, 196, 326, 436))


def baguette(subject: Subject) -> Image.Image:
    """Draw two baguettes."""
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
    return with_sleeve(still.picture(), subject, (196, 150, 316, 410))


def buns(subject: Subject) -> Image.Image:
    """Draw four round buns with sesame."""
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
    return with_sleeve(still.picture(), subject, (192, 250, 320, 432))


def eggs(subject: Subject) -> Image.Image:
    """Draw eggs in their tray, seen from the front."""
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


def dates(subject: Subject) -> Image.Image:
    """Draw a box of dates, open on top."""
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
    """Draw an ice cream cone in its paper."""
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
