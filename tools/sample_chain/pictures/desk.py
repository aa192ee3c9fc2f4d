"""Pens, pencils and notebooks."""

from __future__ import annotations

import random

from PIL import Image

from tools.sample_chain.pictures.labels import Subject, deep
from tools.sample_chain.pictures.paint import (
    CREAM,
    INK,
    WHITE,
    Paint,
    colour,
    mix,
)
from tools.sample_chain.pictures.sleeves import with_sleeve
from tools.sample_chain.pictures.still_life import StillLife
from tools.sample_chain.pictures.surface import (
    carton,
    finish,
)

CRUST = colour("C98A42")
STEEL = colour("C4CAD0")
DARK = colour("2B2D31")


def pen(subject: Subject) -> Image.Image:
    """Draw ballpoint pens, leaning."""
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
    """Draw a row of pencils, leaning."""
    base = colour("C4202B") if "Red" in subject.english else subject.main
    return _row_of_pencils(subject, [base] * 5, base if "Red" in subject.english else DARK)


def pencils(subject: Subject) -> Image.Image:
    """Draw pencils or felt pens of every colour."""
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
    return with_sleeve(still.picture(), subject, (160, 276, 352, 408))


def book(subject: Subject) -> Image.Image:
    """Draw a notebook."""
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
