"""The packs: sacks, bottles, jars, cans, cartons, pouches. One function a look.

Each takes what a picture shows and gives flat paint and the shape that lights it. A shape is
the same for all products of a look and is computed once.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from functools import cache

from PIL import Image, ImageDraw

from tools.sample_chain.pictures.labels import (
    Subject,
    brand_mark,
    deep,
    open_label,
    oval_label,
    pale,
    panel_label,
    size_band,
    size_note,
)
from tools.sample_chain.pictures.paint import (
    CREAM,
    INK,
    WHITE,
    Box,
    Colour,
    Paint,
    colour,
    mix,
    readable_on,
    scatter,
    tone,
)
from tools.sample_chain.pictures.surface import PAINT, Shape, carton, joined, pillow, turned

Lit = tuple[Paint, Shape]
JUTE = colour("F3E8D0")


# ---- sacks, bags, pouches


@cache
def _sack_shape() -> Shape:
    neck = [(28, 46), (36, 43), (62, 50), (78, 60)]
    body = [(92, 62), (106, 74), (150, 122), (190, 136), (330, 140), (420, 138), (462, 130)]
    return turned([*neck, *body], gloss=0.10, bend=14, rounding=(2, 26))


def sack(subject: Subject) -> Lit:
    """A cloth sack tied at the neck."""
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
    """A filled bag with a window on what is in it."""
    paint = Paint(subject.main)
    paint.band(0, 68, mix(subject.main, WHITE, 0.12))
    _contents(paint, subject, (130, 330, 382, 448))
    arch = (
        [(100, 346), (100, 300)]
        + [(118 + 276 * i / 24, 346 - 40 * math.sin(i / 24 * math.pi)) for i in range(25)]
        + [(412, 300), (412, 346)]
    )
    paint.polygon([(100, 250), (412, 250), *reversed(arch[2:-2])], subject.main)
    paint.line(arch[2:-2], subject.second, 4)
    panel_label(paint, subject, (144, 100, 368, 292), emblem=False)
    paint.band(440, 512, deep(subject.main))
    _chip(paint, subject, 256, 424)
    return paint, _bag_shape(subject.seed % 3)


@cache
def _pouch_shape(seed: int) -> Shape:
    return pillow((112, 52, 400, 468), gloss=0.75, bulge=12, crimp=22, radius=8, seed=seed)


def pouch(subject: Subject) -> Lit:
    """A pillow pack, printed all over."""
    paint = Paint(subject.main)
    lower = mix(subject.main, INK, 0.35)
    paint.fade(200, 512, subject.main, lower)
    _swoosh(paint, subject, 350)
    open_label(paint, subject, (136, 92, 376, 420))
    _chip(paint, subject, 256, 428)
    return paint, _pouch_shape(subject.seed % 3)


@cache
def _crisps_shape(seed: int) -> Shape:
    return pillow((100, 36, 412, 474), gloss=0.95, bulge=20, crimp=24, radius=6, seed=seed)


def crisps(subject: Subject) -> Lit:
    """A shiny bag full of air."""
    paint = Paint(subject.inside)
    bright = tone(subject.inside, 0.50, 1.1)
    paint.fade(0, 512, bright, mix(bright, INK, 0.28))
    _rays(paint, 256, 330, mix(bright, WHITE, 0.18))
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
    _chip(paint, subject, 256, 432)
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
    """A standing pouch with a large window on its contents."""
    paint = Paint(subject.main)
    paint.fade(0, 512, subject.main, mix(subject.main, INK, 0.3))
    paint.box((146, 246, 366, 436), mix(subject.second, INK, 0.1), 64)
    _contents(paint, subject, (152, 252, 360, 430), radius=60)
    paint.text(subject.brand, 256, 96, 25, subject.accent, weight="ExtraBold", width=170)
    paint.line([(206, 116), (306, 116)], subject.accent, 1.5)
    paint.paragraph(subject.name, 256, 164, 48, readable_on(subject.main), width=220)
    if subject.variety:
        paint.text(subject.variety, 256, 222, 23, subject.accent, width=190)
    _chip(paint, subject, 256, 450)
    return paint, _doypack_shape(subject.seed % 3)


def coffee(subject: Subject) -> Lit:
    """A side-folded bag with a valve."""
    paint = Paint(mix(subject.main, (16, 14, 14), 0.35))
    dark = mix(subject.main, (16, 14, 14), 0.35)
    paint.fade(0, 512, dark, mix(dark, (0, 0, 0), 0.35))
    paint.oval(256, 84, 8, 8, mix(dark, WHITE, 0.25))
    paint.oval(256, 84, 3, 3, dark)
    box = (142, 122, 370, 380)
    paint.box(box, subject.inside if sum(subject.inside) > 330 else subject.accent, 6)
    paint.box((148, 128, 364, 374), CREAM, 4)
    panel_label(paint, subject, (160, 150, 352, 362))
    _chip(paint, subject, 256, 418)
    return paint, _doypack_shape(subject.seed % 3)


@cache
def _pasta_shape(seed: int) -> Shape:
    return pillow((132, 36, 380, 476), gloss=0.8, bulge=5, crimp=20, radius=6, seed=seed)


def pasta(subject: Subject) -> Lit:
    """A clear bag of pasta with a printed middle."""
    paint = Paint(colour("EBC673"))
    _pasta_inside(paint, subject)
    paint.band(120, 318, subject.main)
    paint.band(112, 120, subject.second)
    paint.band(318, 326, subject.second)
    panel_label(paint, subject, (154, 142, 358, 304), emblem=False)
    _chip(paint, subject, 256, 352)
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
    """A flow-packed bar, lying."""
    paint = Paint(subject.main)
    paint.fade(170, 345, mix(subject.main, WHITE, 0.08), mix(subject.main, INK, 0.25))
    paint.polygon([(330, 170), (480, 170), (480, 345), (280, 345)], subject.second)
    paint.polygon([(316, 170), (330, 170), (280, 345), (266, 345)], CREAM)
    for left in (40, 446):
        for x in range(left, left + 28, 5):
            paint.line([(x, 170), (x, 345)], mix(subject.main, WHITE, 0.25), 1.4)
    subject.emblem(
        paint, 384, 252, 52, subject.inside
    ) if subject.second != subject.inside else _on_disc(paint, subject, 380, 256, 56)
    paint.text(subject.brand, 180, 204, 22, subject.accent, weight="ExtraBold", width=150)
    paint.paragraph(subject.name, 180, 252, 50, readable_on(subject.main), width=186)
    if subject.variety:
        paint.text(subject.variety, 180, 308, 21, subject.accent, width=170)
    return paint, _wrap_shape(subject.seed % 3)


@cache
def _bar_shape() -> Shape:
    return carton((44, 178, 452, 346), 26, gloss=0.5)


def bar(subject: Subject) -> Lit:
    """A flat pack, lying: chocolate, biscuits."""
    paint = Paint(subject.main)
    paint.fade(160, 346, subject.main, mix(subject.main, INK, 0.3))
    _on_disc(paint, subject, 372, 262, 58)
    paint.text(subject.brand, 190, 210, 23, subject.accent, weight="ExtraBold", width=150)
    paint.paragraph(subject.name, 190, 258, 48, readable_on(subject.main), width=220)
    if subject.variety:
        paint.text(subject.variety, 190, 314, 21, subject.accent, width=200)
    paint.frame((54, 188, 442, 336), subject.second, 2, 4)
    return paint, _bar_shape()


# ---- boxes


@cache
def _box_shape(wide: int, tall: int, depth: int) -> Shape:
    left = 256 - (wide + depth) / 2
    foot = 256 + (tall + depth * 0.42) / 2
    return carton((left, foot - tall, left + wide, foot), depth)


def _boxed(subject: Subject, wide: int, tall: int, depth: int) -> tuple[Paint, Box, Shape]:
    left = 256 - (wide + depth) / 2
    foot = 256 + (tall + depth * 0.42) / 2
    paint = Paint(subject.main)
    return paint, (left, foot - tall, left + wide, foot), _box_shape(wide, tall, depth)


def box(subject: Subject) -> Lit:
    """A folding box, upright or lying by what is in it."""
    flat = any(
        word in subject.english
        for word in (
            "Pizza",
            "Baklava",
            "Gaz",
            "Sohan",
            "Kolucheh",
            "Cookies",
            "Gift",
            "Qottab",
            "Cakes",
            "Dates",
        )
    )
    wide, tall, depth = (330, 250, 60) if flat else (240, 348, 62)
    paint, face, shape = _boxed(subject, wide, tall, depth)
    left, top, right, foot = face
    if subject.manner % 3 == 0:
        paint.fade(top, foot, subject.main, mix(subject.main, INK, 0.3))
        open_label(paint, subject, (left + 18, top + 14, right - 18, foot - 34))
    elif subject.manner % 3 == 1:
        paint.fade(top, foot, pale(subject.second, 0.75), pale(subject.second, 0.35))
        paint.band(top - 40, top + tall * 0.20, subject.main)
        paint.polygon(
            [(left, foot), (left, foot - tall * 0.24), (right, foot - tall * 0.34), (right, foot)],
            subject.main,
        )
        paint.box((right, top, 512, foot), mix(subject.main, subject.second, 0.15))
        panel_label(
            paint,
            subject,
            (left + 22, top + tall * 0.17, right - 22, foot - tall * 0.20),
            fill=WHITE,
        )
    else:
        paint.band(top + tall * 0.66, foot + 1, subject.second)
        paint.band(top + tall * 0.65, top + tall * 0.66, CREAM)
        panel_label(paint, subject, (left + 22, top + 34, right - 22, foot - 52))
    _chip(paint, subject, (left + right) / 2, foot - 20, 15)
    return paint, shape


def smallbox(subject: Subject) -> Lit:
    """A small upright box."""
    paint, (left, top, right, foot), shape = _boxed(subject, 190, 250, 60)
    open_label(paint, subject, (left + 12, top + 10, right - 12, foot - 12))
    return paint, shape


def salt(subject: Subject) -> Lit:
    """A round canister with a lid."""
    paint = Paint(WHITE)
    paint.band(0, 118, subject.main)
    paint.band(118, 124, subject.second)
    paint.band(360, 512, subject.main)
    paint.band(352, 360, subject.second)
    panel_label(paint, subject, (178, 150, 334, 342), fill=WHITE)
    _chip(paint, subject, 256, 400)
    return paint, _canister_shape()


@cache
def _canister_shape() -> Shape:
    return turned([(52, 92), (84, 92), (84, 98), (466, 98)], gloss=0.4, bend=12, rounding=(10, 8))


@cache
def _tissue_shape() -> Shape:
    top = pillow((182, 92, 322, 236), gloss=0.0, bulge=-20, radius=60, seed=4)
    return joined(top, carton((76, 214, 392, 420), 74, gloss=0.2))


def tissue(subject: Subject) -> Lit:
    """A box of tissues, one standing out."""
    paint = Paint(subject.main)
    paint.fade(180, 420, pale(subject.main, 0.55), subject.main)
    paint.box((150, 60, 360, 184), WHITE)
    for x, y, _ in scatter((80, 220, 470, 420), 46, subject.seed):
        subject.emblem(paint, x, y, 13, pale(subject.main, 0.35))
    panel_label(paint, subject, (122, 244, 346, 404), emblem=False, fill=WHITE)
    return paint, _tissue_shape()


@cache
def _tetra_shape(tall: int) -> Shape:
    if tall:
        gable = pillow((136, 40, 340, 150), gloss=0.15, bulge=16, radius=4, seed=2)
        return joined(gable, carton((136, 116, 324, 470), 56, gloss=0.3))
    straw = turned([(70, 6), (240, 6)], gloss=0.5, bend=1, rounding=(2, 2), centre=306)
    return joined(straw, carton((150, 158, 326, 450), 56, gloss=0.3))


def tetra(subject: Subject) -> Lit:
    """A drink carton: a litre with a cap, or a small one with a straw."""
    tall = subject.amount >= 500
    foot = 470 if tall else 450
    top = 116 if tall else 158
    left, right = (136, 324) if tall else (150, 326)
    paint = Paint(WHITE)
    paint.band(0, top + 70, subject.main)
    paint.band(0, 62 if tall else 100, mix(subject.main, WHITE, 0.2))
    wave = [(100 + i * 16, top + 74 + 12 * math.sin(i / 3.1)) for i in range(22)]
    paint.polygon([*wave, (460, top), (100, top)], subject.main)
    paint.line(wave, subject.second, 5)
    low = [(100 + i * 16, foot - 96 + 16 * math.sin(i / 3.0 + 2)) for i in range(22)]
    paint.polygon([*low, (460, 512), (100, 512)], subject.inside)
    paint.line(low, pale(subject.inside, 0.5), 4)
    x = (left + right) / 2
    brand_mark(paint, subject, x, top + 36, 150, 19)
    used = paint.paragraph(subject.name, x, top + 128, 50, deep(subject.main), width=164)
    if subject.variety:
        paint.text(
            subject.variety,
            x,
            top + 128 + used * 0.58 + 12,
            23,
            mix(deep(subject.main), INK, 0.2),
            weight="SemiBold",
            width=160,
        )
    _on_disc(paint, subject, x, foot - 86, 44)
    ink = readable_on(subject.inside)
    size_note(paint, subject, x, foot - 20, 16, ink)
    if not tall:
        paint.box((296, 60, 316, 158), WHITE)
        for y in range(72, 158, 16):
            paint.polygon([(296, y), (316, y - 8), (316, y), (296, y + 8)], subject.second)
    return paint, _tetra_shape(int(tall))


# ---- bottles


@cache
def _bottle_shape(name: str) -> Shape:
    profile, gloss = {
        "oil": (
            [
                (30, 26),
                (70, 26),
                (70, 20),
                (92, 22),
                (150, 94),
                (178, 98),
                (300, 98),
                (318, 92),
                (336, 98),
                (474, 98),
            ],
            0.9,
        ),
        "glass": ([(24, 22), (66, 22), (66, 18), (140, 20), (210, 72), (470, 72)], 0.95),
        "pet": (
            [
                (24, 24),
                (56, 24),
                (56, 18),
                (76, 20),
                (168, 84),
                (196, 86),
                (214, 80),
                (330, 80),
                (346, 86),
                (420, 86),
                (446, 80),
                (476, 84),
            ],
            0.9,
        ),
        "water": (
            [
                (24, 24),
                (54, 24),
                (54, 18),
                (72, 20),
                (160, 80),
                (180, 82),
                (192, 77),
                (204, 82),
                (216, 77),
                (228, 82),
                (330, 82),
                (342, 77),
                (354, 82),
                (366, 77),
                (378, 82),
                (478, 80),
            ],
            0.9,
        ),
        "squeeze": (
            [(24, 10), (44, 12), (76, 34), (76, 46), (112, 50), (150, 82), (300, 86), (470, 76)],
            0.6,
        ),
        "dish": (
            [
                (26, 12),
                (50, 14),
                (50, 26),
                (84, 28),
                (100, 34),
                (160, 88),
                (250, 92),
                (330, 78),
                (400, 88),
                (474, 90),
            ],
            0.7,
        ),
        "pump": ([(96, 20), (120, 20), (120, 30), (146, 32), (160, 60), (190, 92), (470, 92)], 0.6),
        "trigger": ([(96, 26), (140, 28), (170, 34), (230, 88), (260, 92), (474, 92)], 0.6),
        "spray": ([(26, 44), (92, 48), (92, 58), (110, 68), (124, 72), (472, 72)], 0.8),
        "sodacan": ([(62, 60), (70, 64), (98, 82), (428, 82), (452, 66), (458, 66)], 1.0),
        "gallon": (
            [
                (40, 30),
                (78, 30),
                (78, 26),
                (96, 30),
                (150, 130),
                (180, 136),
                (250, 136),
                (262, 130),
                (274, 136),
                (340, 136),
                (352, 130),
                (364, 136),
                (474, 134),
            ],
            0.8,
        ),
    }[name]
    return turned(profile, gloss=gloss, bend=11, rounding=(4, 16))


def oil(subject: Subject) -> Lit:
    """A bottle of oil; the liquid shines through."""
    gold = colour("F2BE32") if "Corn" not in subject.english else colour("F0AE1E")
    paint = Paint(gold)
    paint.fade(92, 480, mix(gold, WHITE, 0.35), mix(gold, colour("B87400"), 0.35))
    paint.band(0, 72, subject.main)
    _ribs(paint, 30, 68, subject.main)
    label = (150, 196, 362, 432)
    paint.band(186, 442, subject.main)
    paint.band(186, 191, subject.second)
    paint.band(437, 442, subject.second)
    panel_label(paint, subject, (label[0] + 24, 214, label[2] - 24, 400))
    _chip(paint, subject, 256, 420, 14)
    return paint, _bottle_shape("gallon" if subject.unit == "gallon" else "oil")


def oilglass(subject: Subject) -> Lit:
    """A slim glass bottle; the contents give its colour."""
    glass = tone(subject.inside, 0.36, 1.0)
    light = any(word in subject.english for word in ("Distillate", "Rosewater"))
    if light:
        glass = mix(subject.inside, WHITE, 0.72)
    paint = Paint(glass)
    paint.fade(66, 480, mix(glass, INK, 0.18), mix(glass, WHITE, 0.14))
    paint.band(0, 70, subject.main)
    paint.band(66, 72, subject.accent)
    paint.band(70, 118, mix(glass, WHITE, 0.12))
    paint.box((150, 232, 362, 428), subject.accent)
    paint.box((150, 236, 362, 424), CREAM)
    panel_label(paint, subject, (194, 246, 318, 412))
    _chip(paint, subject, 256, 446, 12)
    return paint, _bottle_shape("glass")


def pet(subject: Subject) -> Lit:
    """A plastic bottle with a sleeve; in a can where the unit says so."""
    if subject.unit == "can":
        return sodacan(subject)
    english = subject.english
    liquid = colour("2A1410") if "Cola" in english else subject.inside
    if any(word in english for word in ("Doogh", "Kefir")):
        liquid = colour("FBF8F0")
    elif any(word in english for word in ("Sparkling Water", "Mouthwash", "Baby Oil")):
        liquid = mix(subject.inside, colour("DDF2FA"), 0.6)
    paint = Paint(liquid)
    paint.fade(76, 480, mix(liquid, WHITE, 0.12), mix(liquid, INK, 0.10))
    paint.band(56, 104, mix(liquid, WHITE, 0.35))
    paint.band(0, 58, subject.main)
    _ribs(paint, 24, 54, subject.main)
    paint.band(198, 350, subject.main)
    paint.band(198, 204, subject.accent)
    paint.band(344, 350, subject.accent)
    _swoosh(paint, subject, 330, low=344)
    ink = readable_on(subject.main)
    paint.text(subject.brand, 256, 228, 27, subject.accent, weight="ExtraBold", width=120)
    paint.paragraph(subject.name, 256, 276, 32, ink, width=130)
    if subject.variety:
        paint.text(subject.variety, 256, 326, 17, ink, width=120)
    size_note(paint, subject, 256, 400, 14, readable_on(liquid, mix(subject.main, INK, 0.3)))
    return paint, _bottle_shape("pet")


def sodacan(subject: Subject) -> Lit:
    """An aluminium can."""
    steel = colour("C9CED3")
    paint = Paint(subject.main)
    paint.fade(90, 440, mix(subject.main, WHITE, 0.05), mix(subject.main, INK, 0.25))
    _swoosh(paint, subject, 330)
    paint.band(0, 92, steel)
    paint.band(66, 70, mix(steel, INK, 0.35))
    paint.band(436, 512, steel)
    ink = readable_on(subject.main)
    paint.text(subject.brand, 256, 146, 33, subject.accent, weight="ExtraBold", width=126)
    paint.line([(206, 172), (306, 172)], subject.accent, 1.6)
    paint.paragraph(subject.name, 256, 214, 34, ink, width=134)
    if subject.variety:
        paint.text(subject.variety, 256, 264, 19, ink, width=124)
    _on_disc(paint, subject, 256, 336, 44)
    size_note(paint, subject, 256, 416, 14, ink)
    return paint, _bottle_shape("sodacan")


def water(subject: Subject) -> Lit:
    """A clear bottle of water; a large one where it is a canister."""
    large = subject.unit == "gallon"
    clear = colour("CDEBF7")
    paint = Paint(clear)
    paint.fade(70, 480, colour("E6F6FC"), colour("A9DBF0"))
    for y in range(184, 480, 24):
        paint.band(y, y + 1.6, colour("B5E0F2"))
    paint.band(0, 78 if large else 54, subject.main)
    _ribs(paint, 26, 74 if large else 50, subject.main)
    paint.band(236, 330, subject.main)
    paint.fade(240, 326, mix(subject.main, WHITE, 0.12), subject.main)
    peaks = [(120, 326), (180, 282), (204, 300), (256, 258), (308, 302), (336, 284), (392, 326)]
    paint.polygon(peaks, mix(subject.main, WHITE, 0.35))
    paint.polygon([(232, 280), (256, 258), (280, 280), (266, 276), (256, 284), (246, 276)], WHITE)
    paint.text(subject.brand, 256, 254, 22, WHITE, weight="ExtraBold", width=130)
    paint.text(subject.name, 256, 300, 30, WHITE, weight="ExtraBold", width=136)
    size_note(paint, subject, 256, 410, 15, subject.main)
    return paint, _bottle_shape("gallon" if large else "water")


def squeeze(subject: Subject) -> Lit:
    """A soft bottle of sauce."""
    sauce = tone(subject.inside, 0.46)
    if "Dressing" in subject.english or "Caesar" in subject.english:
        sauce = mix(subject.inside, colour("FBE3C4"), 0.72)
    paint = Paint(sauce)
    paint.fade(110, 480, mix(sauce, WHITE, 0.1), mix(sauce, INK, 0.12))
    paint.band(0, 112, subject.main)
    _ribs(paint, 78, 110, subject.main)
    panel_label(paint, subject, (188, 196, 324, 414))
    _chip(paint, subject, 256, 440, 13)
    return paint, _bottle_shape("squeeze")


def pump(subject: Subject) -> Lit:
    """A bottle with a pump; a canister where it is sold so."""
    if subject.unit == "gallon":
        return jug(subject)
    body = pale(subject.main, 0.12) if subject.manner % 2 else pale(subject.inside, 0.45)
    paint = Paint(body)
    paint.fade(160, 480, mix(body, WHITE, 0.16), mix(body, INK, 0.06))
    _cap_white(paint, 150)
    _on_disc(paint, subject, 256, 400, 36)
    ink = readable_on(body, deep(subject.main))
    brand_mark(paint, subject, 256, 222, 128, 18)
    used = paint.paragraph(subject.name, 256, 284, 38, ink, width=158)
    if subject.variety:
        paint.text(
            subject.variety, 256, 284 + used * 0.56 + 14, 17, ink, weight="SemiBold", width=152
        )
    size_note(paint, subject, 256, 454, 12, ink)
    head = turned([(52, 52), (76, 52)], gloss=0.3, bend=2, rounding=(8, 4), centre=238)
    stem = turned([(70, 9), (100, 9)], gloss=0.3, bend=1, rounding=(1, 1))
    return paint, joined(joined(stem, head), _bottle_shape("pump"))


@cache
def _trigger_shape() -> Shape:
    head = pillow((178, 40, 330, 92), gloss=0.3, bulge=4, radius=20, seed=2)
    nozzle = pillow((150, 50, 196, 76), gloss=0.2, bulge=0, radius=5, seed=2)
    lever = pillow((190, 84, 206, 150), gloss=0.2, bulge=0, radius=8, seed=2)
    return joined(joined(joined(lever, nozzle), _bottle_shape("trigger")), head)


def trigger(subject: Subject) -> Lit:
    """A spray bottle with a trigger."""
    liquid = pale(subject.inside, 0.35)
    paint = Paint(liquid)
    paint.fade(150, 480, pale(subject.inside, 0.55), liquid)
    paint.band(0, 152, subject.main)
    paint.box((140, 40, 198, 80), subject.accent)
    paint.band(250, 256, subject.accent)
    paint.band(256, 440, subject.main)
    paint.band(440, 446, subject.accent)
    panel_label(paint, subject, (184, 276, 328, 428), emblem=False, fill=WHITE)
    subject.emblem(paint, 256, 216, 24, subject.main)
    return paint, _trigger_shape()


def spray(subject: Subject) -> Lit:
    """An aerosol can."""
    paint = Paint(subject.main)
    paint.fade(120, 480, mix(subject.main, WHITE, 0.10), mix(subject.main, INK, 0.3))
    paint.band(0, 94, subject.second)
    paint.band(92, 122, colour("C9CED3"))
    _swoosh(paint, subject, 380)
    open_label(paint, subject, (194, 144, 318, 420))
    paint.band(462, 512, colour("B9BEC4"))
    size_note(paint, subject, 256, 440, 13, readable_on(subject.main))
    return paint, _bottle_shape("spray")


def dish(subject: Subject) -> Lit:
    """A bottle of washing-up liquid; a canister where it is sold so."""
    if subject.unit == "gallon":
        return jug(subject)
    liquid = tone(subject.inside, 0.56)
    paint = Paint(liquid)
    paint.fade(90, 480, mix(liquid, WHITE, 0.25), mix(liquid, INK, 0.06))
    paint.band(0, 86, subject.main)
    paint.oval(256, 300, 84, 120, WHITE)
    paint.oval(256, 300, 79, 115, subject.main)
    ink = readable_on(subject.main)
    paint.text(subject.brand, 256, 226, 25, subject.accent, weight="ExtraBold", width=110)
    paint.paragraph(subject.name, 256, 280, 30, ink, width=122)
    if subject.variety:
        paint.text(subject.variety, 256, 330, 18, subject.accent, width=100)
    _on_disc(paint, subject, 256, 372, 26)
    size_note(paint, subject, 256, 440, 13, readable_on(liquid))
    return paint, _bottle_shape("dish")


@cache
def _jug_shape() -> Shape:
    cap = turned([(34, 40), (86, 44)], gloss=0.3, bend=6, rounding=(8, 2), centre=206)
    body = turned(
        [(80, 52), (96, 96), (140, 120), (470, 120)], gloss=0.5, bend=9, rounding=(14, 18)
    )
    return joined(body, cap)


def jug(subject: Subject) -> Lit:
    """A canister with a handle."""
    body = WHITE if "Bleach" in subject.english else subject.main
    paint = Paint(body)
    paint.fade(80, 480, mix(body, WHITE, 0.12), mix(body, INK, 0.14))
    paint.box((150, 20, 252, 86), subject.second)
    _ribs(paint, 36, 84, subject.second, 164, 250)
    paint.box((276, 112, 352, 206), mix(body, INK, 0.45), 26)
    paint.box((282, 118, 352, 200), mix(body, INK, 0.62), 22)
    paint.polygon([(120, 250), (392, 222), (392, 440), (120, 440)], subject.second)
    paint.polygon([(120, 258), (392, 230), (392, 432), (120, 432)], WHITE)
    panel_label(paint, subject, (160, 266, 352, 424), fill=WHITE)
    size_note(paint, subject, 256, 452, 14, readable_on(body, deep(subject.main)))
    return paint, _jug_shape()


# ---- jars, cans, tubs


@cache
def _jar_shape(name: str) -> Shape:
    profile, gloss = {
        "jar": (
            [(86, 92), (134, 92), (134, 86), (146, 92), (176, 116), (440, 116), (462, 106)],
            0.95,
        ),
        "small": (
            [(116, 74), (172, 74), (172, 66), (186, 72), (206, 84), (436, 84), (452, 78)],
            0.95,
        ),
        "can": ([(76, 116), (86, 122), (440, 122), (450, 116)], 0.85),
        "tuna": ([(196, 172), (206, 178), (352, 178), (362, 170)], 0.9),
        "tub": ([(140, 152), (170, 152), (170, 144), (430, 116), (438, 112)], 0.5),
        "bucket": ([(104, 148), (136, 148), (136, 140), (452, 118), (460, 112)], 0.5),
        "cup": ([(150, 104), (164, 104), (164, 98), (420, 74)], 0.5),
        "tin": ([(60, 128), (74, 132), (456, 132), (468, 128)], 0.9),
    }[name]
    bend = {"tuna": 26, "tub": 16, "cup": 14}.get(name, 13)
    return turned(profile, gloss=gloss, bend=bend, rounding=(7, 12))


def jar(subject: Subject) -> Lit:
    """A glass jar with a lid; its contents show above and below the label."""
    food = subject.inside
    if any(word in subject.english for word in ("Mayonnaise", "Kashk", "Ghee", "Tahini", "Butter")):
        food = {"M": colour("FBF1CF"), "K": colour("EFE6D3"), "G": colour("F3CF66")}.get(
            _first(subject), colour("C79A5A")
        )
    paint = Paint(food)
    paint.fade(134, 480, mix(food, WHITE, 0.16), mix(food, INK, 0.16))
    if any(word in subject.english for word in ("Pickled", "Torshi", "Olives", "Liteh")):
        _chunks(paint, subject, (130, 160, 382, 470))
    paint.band(0, 136, subject.main)
    _ribs(paint, 108, 134, subject.main)
    paint.band(134, 146, mix(food, WHITE, 0.45))
    panel_label(paint, subject, (164, 206, 348, 408))
    _chip(paint, subject, 256, 432, 13)
    return paint, _jar_shape("jar")


def honey(subject: Subject) -> Lit:
    """A jar of honey with a round label."""
    amber = colour("D98E12")
    paint = Paint(amber)
    paint.fade(134, 480, colour("F2B632"), colour("B5690A"))
    paint.band(0, 136, colour("E8D9B0"))
    for x in range(150, 362, 9):
        paint.line([(x, 88), (x + 2, 134)], colour("C9B888"), 1.2)
    paint.band(122, 136, subject.main)
    for row in range(6):  # a comb behind the label
        for column in range(9):
            _hexagon(
                paint, 140 + column * 30 + 15 * (row % 2), 188 + row * 46, 17, colour("C77E10")
            )
    oval_label(paint, subject, 256, 308, 100, 104)
    _chip(paint, subject, 256, 434, 13)
    return paint, _jar_shape("jar")


def jam(subject: Subject) -> Lit:
    """A jar of jam under a checked cloth."""
    food = tone(subject.inside, 0.36, 1.05)
    paint = Paint(food)
    paint.fade(134, 480, mix(food, WHITE, 0.14), mix(food, INK, 0.2))
    _chunks(paint, subject, (130, 160, 382, 470))
    paint.band(0, 136, WHITE)
    for x in range(140, 380, 16):
        paint.box((x, 60, x + 8, 136), mix(subject.inside, WHITE, 0.35))
    for y in range(60, 136, 16):
        for x in range(140, 380, 16):
            paint.box((x, y, x + 8, y + 8), subject.inside)
            paint.box((x + 8, y, x + 16, y + 8), mix(subject.inside, WHITE, 0.5))
    paint.band(124, 136, subject.main)
    panel_label(paint, subject, (170, 212, 342, 404))
    _chip(paint, subject, 256, 430, 13)
    return paint, _jar_shape("jar")


def spice(subject: Subject) -> Lit:
    """A small glass jar with a shaker."""
    powder = _spice_colour(subject)
    paint = Paint(powder)
    paint.fade(172, 470, mix(powder, WHITE, 0.08), mix(powder, INK, 0.18))
    for x, y, r in scatter((160, 180, 352, 456), 7, subject.seed):
        paint.oval(x, y, 1.6, 1.3, mix(powder, WHITE if r > 0.5 else INK, 0.22))
    paint.band(0, 174, subject.main)
    _ribs(paint, 130, 172, subject.main)
    paint.box((150, 238, 362, 402), subject.accent)
    panel_label(paint, subject, (184, 246, 328, 394), emblem=False)
    _chip(paint, subject, 256, 424, 12)
    return paint, _jar_shape("small")


def saffron(subject: Subject) -> Lit:
    """A gift box with a window on red threads."""
    paint, (left, top, right, foot), shape = _boxed(subject, 280, 230, 70)
    paint.fade(top, foot, mix(subject.main, INK, 0.1), mix(subject.main, INK, 0.45))
    gold = colour("D9B24A")
    paint.frame((left + 10, top + 10, right - 10, foot - 10), gold, 2, 4)
    x = left + 82
    paint.oval(x, (top + foot) / 2 + 14, 58, 58, gold)
    paint.oval(x, (top + foot) / 2 + 14, 53, 53, colour("3A0A0E"))
    rng = random.Random(subject.seed)
    for _ in range(150):
        turn, far = rng.uniform(0, 6.28), 44 * math.sqrt(rng.random())
        px, py = x + far * math.cos(turn), (top + foot) / 2 + 14 + far * math.sin(turn)
        lean = rng.uniform(0, 6.28)
        paint.line(
            [(px, py), (px + 9 * math.cos(lean), py + 9 * math.sin(lean))],
            mix(colour("B3121E"), colour("E8501E"), rng.random() * 0.6),
            1.6,
        )
    x = right - 82
    paint.text(subject.brand, x, top + 50, 24, gold, weight="ExtraBold", width=130)
    paint.text(subject.name, x, top + 106, 42, CREAM, weight="ExtraBold", width=136)
    paint.text(subject.variety, x, top + 148, 24, gold, width=120)
    size_note(paint, subject, x, top + 190, 17, CREAM)
    return paint, shape


def can(subject: Subject) -> Lit:
    """A tin can with a paper label."""
    steel = colour("C9CED3")
    paint = Paint(subject.main)
    paint.fade(96, 440, subject.main, mix(subject.main, INK, 0.2))
    _swoosh(paint, subject, 370)
    for top, foot in ((0, 100), (430, 512)):
        paint.band(top, foot, steel)
    for y in (84, 90, 440, 446):
        paint.band(y, y + 2, mix(steel, INK, 0.3))
    open_label(paint, subject, (156, 118, 356, 404))
    _chip(paint, subject, 256, 414, 13)
    return paint, _jar_shape("can")


def tunacan(subject: Subject) -> Lit:
    """A flat can of fish."""
    steel = colour("D3D7DB")
    paint = Paint(subject.main)
    paint.band(0, 204, steel)
    paint.band(198, 200, mix(steel, INK, 0.3))
    paint.band(338, 512, steel)
    paint.fade(214, 336, mix(subject.main, WHITE, 0.08), mix(subject.main, INK, 0.2))
    paint.band(206, 214, subject.accent)
    subject_fish = subject.emblem
    paint.oval(150, 278, 44, 38, pale(subject.main, 0.88))
    subject_fish(paint, 150, 278, 30, subject.main)
    paint.text(subject.brand, 296, 234, 22, subject.accent, weight="ExtraBold", width=180)
    paint.text(subject.name, 296, 270, 36, readable_on(subject.main), weight="ExtraBold", width=216)
    paint.text(subject.variety, 296, 306, 21, subject.accent, width=190)
    paint.band(334, 340, subject.accent)
    return paint, _jar_shape("tuna")


def tin(subject: Subject) -> Lit:
    """A large tin of cooking fat."""
    paint = Paint(subject.main)
    paint.fade(80, 460, subject.main, mix(subject.main, INK, 0.2))
    paint.band(0, 80, colour("E3C15A"))
    paint.band(450, 512, colour("E3C15A"))
    _rays(paint, 256, 300, mix(subject.main, WHITE, 0.16))
    oval_label(paint, subject, 256, 246, 112, 112)
    size_band(paint, subject, 398, 428, 256, 200)
    return paint, _jar_shape("tin")


def tub(subject: Subject) -> Lit:
    """A tub with a lid: yoghurt, cheese, ice cream."""
    large = subject.amount >= 1_500
    paint = Paint(WHITE)
    cold = "Ice Cream" in subject.english
    ground = pale(subject.inside, 0.55) if cold else WHITE
    paint.fade(160, 460, ground, mix(ground, subject.inside, 0.14))
    paint.band(0, 138 if large else 172, subject.main)
    paint.band(136 if large else 168, 142 if large else 176, subject.second)
    low = [(80 + i * 16, 384 + 14 * math.sin(i / 2.6)) for i in range(24)]
    paint.polygon([*low, (470, 512), (80, 512)], subject.main)
    paint.line(low, subject.second, 5)
    top = 160 if large else 192
    brand_mark(paint, subject, 256, top + 22, 140, 19)
    used = paint.paragraph(subject.name, 256, top + 82, 46, deep(subject.main), width=210)
    if subject.variety:
        paint.text(
            subject.variety,
            256,
            top + 82 + used * 0.55 + 13,
            22,
            mix(deep(subject.main), INK, 0.2),
            weight="SemiBold",
            width=190,
        )
    _on_disc(paint, subject, 256, 370, 40)
    size_note(paint, subject, 256, 428, 14, readable_on(subject.main))
    return paint, _jar_shape("bucket" if large else "tub")


def cup(subject: Subject) -> Lit:
    """A small cup of fruit yoghurt."""
    paint = Paint(WHITE)
    paint.band(0, 168, colour("D9DEE3"))
    paint.fade(168, 440, WHITE, pale(subject.inside, 0.35))
    brand_mark(paint, subject, 256, 206, 118, 17)
    paint.paragraph(subject.name, 256, 254, 32, deep(subject.main), width=150)
    paint.text(
        subject.variety,
        256,
        300,
        19,
        mix(deep(subject.main), INK, 0.2),
        weight="SemiBold",
        width=130,
    )
    subject.emblem(paint, 256, 362, 40, subject.inside)
    return paint, _jar_shape("cup")


@cache
def _tube_shape() -> Shape:
    return turned(
        [(40, 92), (60, 92), (360, 70), (404, 62), (404, 50), (472, 46)],
        gloss=0.6,
        bend=6,
        rounding=(1, 6),
    )


def tube(subject: Subject) -> Lit:
    """A tube that stands on its cap."""
    paint = Paint(WHITE)
    paint.fade(40, 400, WHITE, pale(subject.inside, 0.45))
    for x in range(150, 362, 5):
        paint.line([(x, 40), (x, 60)], mix(WHITE, INK, 0.2), 1)
    paint.polygon([(140, 60), (372, 60), (372, 150), (140, 186)], subject.main)
    paint.polygon([(140, 186), (372, 150), (372, 160), (140, 198)], subject.second)
    paint.text(
        subject.brand, 256, 108, 30, readable_on(subject.main), weight="ExtraBold", width=140
    )
    used = paint.paragraph(subject.name, 256, 232, 40, deep(subject.main), width=140)
    if subject.variety:
        paint.text(
            subject.variety,
            256,
            232 + used * 0.55 + 14,
            19,
            mix(deep(subject.main), INK, 0.2),
            weight="SemiBold",
            width=134,
        )
    subject.emblem(paint, 256, 338, 32, subject.inside)
    paint.band(404, 512, subject.main)
    _ribs(paint, 408, 472, subject.main)
    return paint, _tube_shape()


# ---- what the looks share


def _chip(paint: Paint, subject: Subject, x: float, y: float, size: float = 16) -> None:
    """Write the size on a small lozenge."""
    if not subject.size:
        return
    half = len(subject.size) * size * 0.29 + size * 0.8
    paint.box((x - half, y - size * 0.9, x + half, y + size * 0.9), CREAM, size * 0.9)
    paint.text(subject.size, x, y, size, deep(subject.main), weight="Bold", width=half * 1.8)


def _on_disc(paint: Paint, subject: Subject, x: float, y: float, r: float) -> None:
    paint.oval(x, y, r * 1.16, r * 1.16, subject.second)
    paint.oval(x, y, r * 1.08, r * 1.08, pale(subject.main, 0.92))
    subject.emblem(paint, x, y, r * 0.70, subject.inside)


def _swoosh(paint: Paint, subject: Subject, y: float, low: float = 512) -> None:
    """Sweep two waves of colour across the lower part."""
    for lift, tint in ((0, mix(subject.main, subject.second, 0.45)), (26, subject.second)):
        wave = [(60 + i * 20, y + lift + 26 * math.sin(i / 4.2 + 0.6)) for i in range(22)]
        paint.polygon([*wave, (480, low), (60, low)], tint)


def _rays(paint: Paint, x: float, y: float, ink: Colour) -> None:
    for part in range(18):
        turn = part * math.pi / 9
        far = [(x + 420 * math.cos(turn + d), y + 420 * math.sin(turn + d)) for d in (0, 0.17)]
        paint.polygon([(x, y), *far], ink)


def _ribs(
    paint: Paint, top: float, foot: float, base: Colour, left: int = 200, right: int = 380
) -> None:
    """Draw the ribs of a screw cap."""
    for x in range(left - 70, right + 4, 7):
        paint.line([(x, top), (x, foot)], mix(base, INK, 0.26), 1.6)
        paint.line([(x + 2, top), (x + 2, foot)], mix(base, WHITE, 0.22), 1.2)


def _cap_white(paint: Paint, foot: float) -> None:
    paint.band(0, foot, colour("F1F3F5"))
    _ribs(paint, 122, foot - 4, colour("E3E7EA"))


def _hexagon(paint: Paint, x: float, y: float, r: float, ink: Colour) -> None:
    points = [
        (x + r * math.cos(math.radians(60 * i + 30)), y + r * math.sin(math.radians(60 * i + 30)))
        for i in range(7)
    ]
    paint.line(points, ink, 2)


def _chunks(paint: Paint, subject: Subject, area: Box) -> None:
    """Show pieces floating in a jar."""
    green = any(word in subject.english for word in ("Pickled", "Olives"))
    base = colour("7C8F35") if green else subject.inside
    for x, y, r in scatter(area, 30, subject.seed):
        tint = mix(tone(base, 0.34 + 0.2 * r), INK, 0.06)
        paint.leaf(x, y, 44, r * 180, mix(tint, INK, 0.25), 0.7)
        paint.leaf(x - 2, y - 2, 38, r * 180, tint, 0.62)
        paint.leaf(x - 5, y - 6, 14, r * 180, mix(tint, WHITE, 0.35), 0.4)


def _first(subject: Subject) -> str:
    return next(
        w
        for w in subject.english.split()
        if w in ("Mayonnaise", "Kashk", "Ghee", "Tahini", "Butter")
    )[0]


_SPICES = (
    ("Turmeric", "E8A20C"), ("Black", "3B332C"), ("White", "D9CDB4"), ("Paprika", "C2401C"),
    ("Red", "B5301C"), ("Cinnamon", "8F5127"), ("Green", "8B9A46"), ("Cumin", "8B7A45"),
    ("Cardamom", "93A05A"), ("Sumac", "7E2433"), ("Curry", "D99A1E"),
)  # fmt: skip


def _spice_colour(subject: Subject) -> Colour:
    if "Cumin" in subject.english and "Black" not in subject.english:
        return colour("9A8450")
    return next(
        (colour(tint) for word, tint in _SPICES if word in subject.english), colour("B5742B")
    )


# what lies behind a window: base colour, size of a piece, how long it is
_INSIDE = (
    ("Lentils Red", "E2743A", 9, 0.9), ("Red Lentils", "E2743A", 9, 0.9), ("Lentils", "8E8A4A", 9, 0.9),
    ("Chickpeas", "E3C28A", 15, 0.95), ("Split Peas", "E8BE5A", 11, 0.9), ("Pinto", "C79A7A", 17, 0.62),
    ("Red Beans", "8A2A22", 17, 0.62), ("White Beans", "F1E8D6", 17, 0.62), ("Black-Eyed", "EADBB8", 15, 0.66),
    ("Mung", "6E8B3A", 9, 0.8), ("Soya", "C9A36A", 18, 0.9), ("Rice", "B98F62", 12, 0.30),
    ("Flour", "F6F0E2", 3, 1), ("Barley", "D9BE8A", 11, 0.6), ("Bulgur", "C9974A", 6, 0.8),
    ("Brown Sugar", "B5793A", 4, 1), ("Sugar", "FAFAF7", 4, 1), ("Mint", "5E7A45", 10, 0.3),
    ("Limes", "6A5A3A", 26, 1), ("Herbs", "5A7A35", 9, 0.3), ("Cat", "A8713F", 17, 0.9),
    ("Dog", "8F5A30", 21, 0.9), ("Litter", "CFCBC2", 6, 1), ("Pistachio", "D9C08A", 22, 0.62),
    ("Almond", "A8672F", 24, 0.5), ("Cashew", "EBD3A0", 24, 0.5), ("Walnut", "C08A4E", 28, 0.85),
    ("Hazelnut", "A5622C", 20, 0.95), ("Peanut", "C98A4A", 20, 0.6), ("Mixed Nuts", "C08A4E", 23, 0.6),
    ("Pumpkin", "EFE6CF", 22, 0.5), ("Sunflower", "3F3A36", 20, 0.4), ("Melon", "3A2A20", 18, 0.55),
    ("Watermelon", "3A2A20", 18, 0.55), ("Raisins", "6A3A2A", 17, 0.6), ("Figs", "D9B57A", 30, 0.9),
    ("Apricots", "E8923A", 32, 0.8), ("Mulberries", "E3CFA5", 20, 0.5), ("Barberries", "9E1226", 10, 0.6),
)  # fmt: skip


def _contents(paint: Paint, subject: Subject, area: Box, radius: float = 8) -> None:
    """Show what is in the bag, piece by piece, in a window."""
    found = next((row for row in _INSIDE if row[0] in subject.english), ("", "C9A36A", 14, 0.8))
    base = colour(found[1])
    if "Green" in subject.english and "Raisins" in subject.english:
        base = colour("A8A84A")
    mixed = "Mixed" in subject.english
    heap = _heap(base, found[2], found[3], mixed, subject.seed % 3, area, radius)
    corner = (round(area[0] * PAINT), round(area[1] * PAINT))
    window = heap.crop((*corner, round(area[2] * PAINT), round(area[3] * PAINT)))
    mask = Image.new("L", window.size)
    whole = (0, 0, window.width - 1, window.height - 1)
    ImageDraw.Draw(mask).rounded_rectangle(whole, radius * PAINT, fill=255)
    paint.picture.paste(window, corner, mask)


@cache
def _heap(
    base: Colour, size: float, breadth: float, mixed: bool, seed: int, area: Box, radius: float
) -> Image.Image:  # fmt: skip
    """Lay pieces over one another in ``area``; the same heap serves every brand."""
    left, top, right, foot = area
    paint = Paint(mix(base, INK, 0.4))
    inner = (left + size * 0.5, top + size * 0.5, right - size * 0.5, foot - size * 0.5)
    kernels = [colour(text) for text in ("9A6A35", "D9C08A", "A8672F", "EBD3A0")]
    for x, y, r in scatter(inner, max(3.4, size * 0.52), seed):
        if _in_corner(x, y, inner, radius):
            continue
        lighter = WHITE if r > 0.5 else INK
        tint = kernels[int(r * 3.99)] if mixed else mix(base, lighter, abs(r - 0.5) * 0.30)
        paint.leaf(x, y + 0.8, size * 1.12, r * 180, mix(tint, INK, 0.32), breadth)
        paint.leaf(x, y, size, r * 180, tint, breadth * 0.94)
        if size > 8:
            shine = mix(tint, WHITE, 0.35)
            paint.leaf(x - size * 0.08, y - size * 0.10, size * 0.42, r * 180, shine, breadth * 0.5)
    return paint.picture


def _in_corner(x: float, y: float, area: Box, radius: float) -> bool:
    left, top, right, foot = area
    dx = max(left + radius - x, x - right + radius, 0)
    dy = max(top + radius - y, y - foot + radius, 0)
    return math.hypot(dx, dy) > radius


PACKS: dict[str, Callable[[Subject], Lit]] = {
    function.__name__: function
    for function in (
        sack, bag, pouch, crisps, nuts, coffee, pasta, wrap, bar, box, smallbox, salt, tissue, tetra,
        oil, oilglass, pet, sodacan, water, squeeze, pump, trigger, spray, dish, jug, jar, honey, jam,
        spice, saffron, can, tunacan, tin, tub, cup, tube,
    )
}  # fmt: skip
