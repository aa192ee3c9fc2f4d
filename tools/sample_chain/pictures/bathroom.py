"""Soap, paper and nappies."""

from __future__ import annotations

from PIL import Image

from tools.sample_chain.pictures.labels import Subject, brand_mark, deep, pale, panel_label
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
    carton,
    finish,
    pillow,
    turned,
)

CRUST = colour("C98A42")
STEEL = colour("C4CAD0")
DARK = colour("2B2D31")


def soap(subject: Subject) -> Image.Image:
    """Draw a bar of soap or a rubber in its card."""
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
    """Draw a toothbrush on its card."""
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
    """Draw rolls under printed film."""
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
    """Draw a long box of film or foil."""
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
    """Draw a large pack of nappies."""
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
