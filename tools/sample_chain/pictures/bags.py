"""Sacks, bags and pouches: what is soft. One function a look.

Each takes what a picture shows and gives flat paint and the shape that lights it; a shape is
computed once for all products of a look.
"""

from __future__ import annotations

import math
import random
from functools import cache

from tools.sample_chain.pictures.labels import (
    Subject,
    deep,
    open_label,
    oval_label,
    panel_label,
    size_band,
)
from tools.sample_chain.pictures.paint import (
    CREAM,
    INK,
    WHITE,
    Paint,
    colour,
    mix,
    readable_on,
    scatter,
    tone,
)
from tools.sample_chain.pictures.surface import Shape, carton, pillow, turned
from tools.sample_chain.pictures.trims import (
    Lit,
    emblem_disc,
    rays,
    size_chip,
    swoosh,
    window,
)

JUTE = colour("F3E8D0")


@cache
def _sack_shape() -> Shape:
    neck = [(28, 46), (36, 43), (62, 50), (78, 60)]
    body = [(92, 62), (106, 74), (150, 122), (190, 136), (330, 140), (420, 138), (462, 130)]
    return turned([*neck, *body], gloss=0.10, bend=14, rounding=(2, 26))


def sack(subject: Subject) -> Lit:
    """Draw a cloth sack tied at the neck."""
    paint = Paint(JUTE)
    for step in range(0, 1024, 5):  # the weave
        paint.line([(0, step / 2), (512, step / 2)], mix(JUTE, (150, 120, 70), 0.05), 0.5)
        paint.line([(step / 2, 0), (step / 2, 512)], mix(JUTE, WHITE, 0.22), 0.5)
    for x in range(206, 310, 13):  # gathers above and below the tie
        paint.line(
            [(256 + (x - 256) * 1.02, 26), (256 + (x - 256) * 0.92, 80)], mix(JUTE, INK, 0.22), 1.1
        )
        paint.line(
            [(256 + (x - 256) * 0.9, 92), (256 + (x - 256) * 1.9, 128 + abs(x - 256) / 3)],
            mix(JUTE, INK, 0.10),
            1.2,
        )
    paint.band(74, 95, mix(subject.main, INK, 0.2))
    paint.band(77, 90, subject.main)
    paint.band(80, 82.5, mix(subject.main, WHITE, 0.55))
    oval_label(paint, subject, 256, 246, 106, 92)
    size_band(paint, subject, 366, 398, 256, 200)
    return paint, _sack_shape()


@cache
def _bag_shape(seed: int) -> Shape:
    return pillow((118, 40, 394, 470), gloss=0.55, bulge=10, crimp=26, radius=10, seed=seed)


def bag(subject: Subject) -> Lit:
    """Draw a filled bag with a window on what is in it."""
    paint = Paint(subject.main)
    paint.band(0, 68, mix(subject.main, WHITE, 0.12))
    window(paint, subject, (130, 330, 382, 448))
    arch = (
        [(100, 346), (100, 300)]
        + [(118 + 276 * i / 24, 346 - 40 * math.sin(i / 24 * math.pi)) for i in range(25)]
        + [(412, 300), (412, 346)]
    )
    paint.polygon([(100, 250), (412, 250), *reversed(arch[2:-2])], subject.main)
    paint.line(arch[2:-2], subject.second, 4)
    panel_label(paint, subject, (144, 100, 368, 292), emblem=False)
    paint.band(440, 512, deep(subject.main))
    size_chip(paint, subject, 256, 424)
    return paint, _bag_shape(subject.seed % 3)


@cache
def _pouch_shape(seed: int) -> Shape:
    return pillow((112, 52, 400, 468), gloss=0.75, bulge=12, crimp=22, radius=8, seed=seed)


def pouch(subject: Subject) -> Lit:
    """Draw a pillow pack, printed all over."""
    paint = Paint(subject.main)
    lower = mix(subject.main, INK, 0.35)
    paint.fade(200, 512, subject.main, lower)
    swoosh(paint, subject, 350)
    open_label(paint, subject, (136, 92, 376, 420))
    size_chip(paint, subject, 256, 428)
    return paint, _pouch_shape(subject.seed % 3)


@cache
def _crisps_shape(seed: int) -> Shape:
    return pillow((100, 36, 412, 474), gloss=0.95, bulge=20, crimp=24, radius=6, seed=seed)


def crisps(subject: Subject) -> Lit:
    """Draw a shiny bag full of air."""
    paint = Paint(subject.inside)
    bright = tone(subject.inside, 0.50, 1.1)
    paint.fade(0, 512, bright, mix(bright, INK, 0.28))
    rays(paint, 256, 330, mix(bright, WHITE, 0.18))
    paint.oval(256, 186, 140, 96, subject.main)
    paint.oval(256, 186, 132, 88, None, subject.accent, 3)
    paint.text(subject.brand, 256, 128, 24, subject.accent, weight="ExtraBold", width=150)
    paint.paragraph(subject.name, 256, 186, 58, readable_on(subject.main), width=216)
    paint.text(subject.variety, 256, 242, 25, subject.accent, width=170)
    rng = random.Random(subject.seed)
    if "Puff" in subject.english:
        for x, y, r in scatter((150, 330, 360, 400), 34, subject.seed):
            paint.leaf(x, y, 52, r * 180, colour("D9801E"), 0.52)
            paint.leaf(x - 1, y - 2, 46, r * 180, colour("F7A934"), 0.42)
    elif "Popcorn" in subject.english:
        for x, y, r in scatter((160, 330, 352, 400), 30, subject.seed):
            for dx, dy in ((-8, 0), (8, 2), (0, -8), (1, 8)):
                paint.oval(x + dx, y + dy, 10, 9, mix(colour("FFF6DA"), colour("EBC878"), r * 0.6))
    else:
        for x, y, _ in scatter((160, 330, 352, 392), 52, subject.seed):
            _crisp(paint, x, y, rng.uniform(30, 40), rng.uniform(-0.5, 0.5))
    size_chip(paint, subject, 256, 432)
    return paint, _crisps_shape(subject.seed % 3)


def _crisp(paint: Paint, x: float, y: float, r: float, turn: float) -> None:
    edge = [
        (x + r * math.cos(t / 10), y + r * (0.66 + turn * 0.2) * math.sin(t / 10 + turn))
        for t in range(63)
    ]
    paint.polygon(edge, colour("D99A2B"))
    inner = [(x + (px - x) * 0.90, y + (py - y) * 0.90 - 1) for px, py in edge]
    paint.polygon(inner, colour("F4C75A"))
    for step in (-0.4, 0.0, 0.4):
        paint.line(
            [(x - r * 0.5, y + step * r * 0.7), (x + r * 0.5, y + step * r * 0.7 - 3)],
            colour("E8B445"),
            2,
        )


@cache
def _doypack_shape(seed: int) -> Shape:
    return pillow((124, 48, 388, 472), gloss=0.6, bulge=7, crimp=20, radius=16, seed=seed)


def nuts(subject: Subject) -> Lit:
    """Draw a standing pouch with a large window on its contents."""
    paint = Paint(subject.main)
    paint.fade(0, 512, subject.main, mix(subject.main, INK, 0.3))
    paint.box((146, 246, 366, 436), mix(subject.second, INK, 0.1), 64)
    window(paint, subject, (152, 252, 360, 430), radius=60)
    paint.text(subject.brand, 256, 96, 25, subject.accent, weight="ExtraBold", width=170)
    paint.line([(206, 116), (306, 116)], subject.accent, 1.5)
    paint.paragraph(subject.name, 256, 164, 48, readable_on(subject.main), width=220)
    if subject.variety:
        paint.text(subject.variety, 256, 222, 23, subject.accent, width=190)
    size_chip(paint, subject, 256, 450)
    return paint, _doypack_shape(subject.seed % 3)


def coffee(subject: Subject) -> Lit:
    """Draw a side-folded bag with a valve."""
    paint = Paint(mix(subject.main, (16, 14, 14), 0.35))
    dark = mix(subject.main, (16, 14, 14), 0.35)
    paint.fade(0, 512, dark, mix(dark, (0, 0, 0), 0.35))
    paint.oval(256, 84, 8, 8, mix(dark, WHITE, 0.25))
    paint.oval(256, 84, 3, 3, dark)
    box = (142, 122, 370, 380)
    paint.box(box, subject.inside if sum(subject.inside) > 330 else subject.accent, 6)
    paint.box((148, 128, 364, 374), CREAM, 4)
    panel_label(paint, subject, (160, 150, 352, 362))
    size_chip(paint, subject, 256, 418)
    return paint, _doypack_shape(subject.seed % 3)


@cache
def _pasta_shape(seed: int) -> Shape:
    return pillow((132, 36, 380, 476), gloss=0.8, bulge=5, crimp=20, radius=6, seed=seed)


def pasta(subject: Subject) -> Lit:
    """Draw a clear bag of pasta with a printed middle."""
    paint = Paint(colour("EBC673"))
    _pasta_inside(paint, subject)
    paint.band(120, 318, subject.main)
    paint.band(112, 120, subject.second)
    paint.band(318, 326, subject.second)
    panel_label(paint, subject, (154, 142, 358, 304), emblem=False)
    size_chip(paint, subject, 256, 352)
    paint.band(0, 58, subject.main)
    paint.band(454, 512, subject.main)
    return paint, _pasta_shape(subject.seed % 3)


def _pasta_inside(paint: Paint, subject: Subject) -> None:
    wheat = colour("EBC673") if "Whole" not in subject.english else colour("B98A4F")
    long = any(word in subject.english for word in ("Spaghetti", "Noodles", "Vermicelli"))
    if long:
        for i, x in enumerate(range(120, 396, 4)):
            paint.line(
                [(x, 40), (x + 3 * math.sin(i), 480)],
                mix(wheat, INK, 0.16 + 0.1 * (i % 3 == 0)),
                1.0,
            )
            paint.line([(x + 2, 40), (x + 2 + 3 * math.sin(i), 480)], mix(wheat, WHITE, 0.34), 1.2)
        return
    for x, y, r in scatter((120, 44, 392, 470), 24, subject.seed):
        turn = r * 180
        paint.leaf(x, y, 44, turn, mix(wheat, INK, 0.22), 0.5)
        paint.leaf(x - 1, y - 2, 40, turn, mix(wheat, WHITE, 0.1 + 0.2 * r), 0.4)
        paint.leaf(x - 1, y - 2, 26, turn, mix(wheat, INK, 0.10), 0.16)


@cache
def _wrap_shape(seed: int) -> Shape:
    return pillow((40, 176, 472, 338), gloss=0.9, bulge=0, crimp=0, radius=8, seed=seed)


def wrap(subject: Subject) -> Lit:
    """Draw a flow-packed bar, lying."""
    paint = Paint(subject.main)
    paint.fade(170, 345, mix(subject.main, WHITE, 0.08), mix(subject.main, INK, 0.25))
    paint.polygon([(330, 170), (480, 170), (480, 345), (280, 345)], subject.second)
    paint.polygon([(316, 170), (330, 170), (280, 345), (266, 345)], CREAM)
    for left in (40, 446):
        for x in range(left, left + 28, 5):
            paint.line([(x, 170), (x, 345)], mix(subject.main, WHITE, 0.25), 1.4)
    subject.emblem(
        paint, 384, 252, 52, subject.inside
    ) if subject.second != subject.inside else emblem_disc(paint, subject, 380, 256, 56)
    paint.text(subject.brand, 180, 204, 22, subject.accent, weight="ExtraBold", width=150)
    paint.paragraph(subject.name, 180, 252, 50, readable_on(subject.main), width=186)
    if subject.variety:
        paint.text(subject.variety, 180, 308, 21, subject.accent, width=170)
    return paint, _wrap_shape(subject.seed % 3)


@cache
def _bar_shape() -> Shape:
    return carton((44, 178, 452, 346), 26, gloss=0.5)


def bar(subject: Subject) -> Lit:
    """Draw a flat pack, lying: chocolate, biscuits."""
    paint = Paint(subject.main)
    paint.fade(160, 346, subject.main, mix(subject.main, INK, 0.3))
    emblem_disc(paint, subject, 372, 262, 58)
    paint.text(subject.brand, 190, 210, 23, subject.accent, weight="ExtraBold", width=150)
    paint.paragraph(subject.name, 190, 258, 48, readable_on(subject.main), width=220)
    if subject.variety:
        paint.text(subject.variety, 190, 314, 21, subject.accent, width=200)
    paint.frame((54, 188, 442, 336), subject.second, 2, 4)
    return paint, _bar_shape()
