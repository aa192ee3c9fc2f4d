"""Lamps, batteries and small appliances."""

from __future__ import annotations

import math

from PIL import Image

from tools.sample_chain.pictures.labels import Subject, deep
from tools.sample_chain.pictures.paint import (
    INK,
    WHITE,
    Paint,
    colour,
    mix,
)
from tools.sample_chain.pictures.still_life import StillLife
from tools.sample_chain.pictures.surface import (
    carton,
    finish,
    joined,
    pillow,
    turned,
)

CRUST = colour("C98A42")
STEEL = colour("C4CAD0")
DARK = colour("2B2D31")


def battery(subject: Subject) -> Image.Image:
    """Draw batteries on a card."""
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
    """Draw a lamp."""
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
        soft=14,
    )
    return finish(paint.picture, shape)


def torch(subject: Subject) -> Image.Image:
    """Draw a torch, its head up."""
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
    """Draw a charging cable, coiled."""
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
    """Draw a wall charger with two round pins."""
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
    """Draw a power strip."""
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
    """Draw an electric kettle."""
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
    """Draw a hand blender."""
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
