"""Jars, tins, tubs and tubes. One function a look.

Each takes what a picture shows and gives flat paint and the shape that lights it; a shape is
computed once for all products of a look.
"""

from __future__ import annotations

import math
import random
from functools import cache

from tools.sample_chain.pictures.boxes import boxed
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
    Paint,
    colour,
    mix,
    readable_on,
    scatter,
    tone,
)
from tools.sample_chain.pictures.surface import Shape, turned
from tools.sample_chain.pictures.trims import (
    Lit,
    chunks,
    emblem_disc,
    food_word,
    hexagon,
    rays,
    ribs,
    size_chip,
    spice_colour,
    swoosh,
)


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
    """Draw a glass jar with a lid; its contents show above and below the label."""
    food = subject.inside
    if any(word in subject.english for word in ("Mayonnaise", "Kashk", "Ghee", "Tahini", "Butter")):
        food = {"M": colour("FBF1CF"), "K": colour("EFE6D3"), "G": colour("F3CF66")}.get(
            food_word(subject), colour("C79A5A")
        )
    paint = Paint(food)
    paint.fade(134, 480, mix(food, WHITE, 0.16), mix(food, INK, 0.16))
    if any(word in subject.english for word in ("Pickled", "Torshi", "Olives", "Liteh")):
        chunks(paint, subject, (130, 160, 382, 470))
    paint.band(0, 136, subject.main)
    ribs(paint, 108, 134, subject.main)
    paint.band(134, 146, mix(food, WHITE, 0.45))
    panel_label(paint, subject, (164, 206, 348, 408))
    size_chip(paint, subject, 256, 432, 13)
    return paint, _jar_shape("jar")


def honey(subject: Subject) -> Lit:
    """Draw a jar of honey with a round label."""
    amber = colour("D98E12")
    paint = Paint(amber)
    paint.fade(134, 480, colour("F2B632"), colour("B5690A"))
    paint.band(0, 136, colour("E8D9B0"))
    for x in range(150, 362, 9):
        paint.line([(x, 88), (x + 2, 134)], colour("C9B888"), 1.2)
    paint.band(122, 136, subject.main)
    for row in range(6):  # a comb behind the label
        for column in range(9):
            hexagon(paint, 140 + column * 30 + 15 * (row % 2), 188 + row * 46, 17, colour("C77E10"))
    oval_label(paint, subject, 256, 308, 100, 104)
    size_chip(paint, subject, 256, 434, 13)
    return paint, _jar_shape("jar")


def jam(subject: Subject) -> Lit:
    """Draw a jar of jam under a checked cloth."""
    food = tone(subject.inside, 0.36, 1.05)
    paint = Paint(food)
    paint.fade(134, 480, mix(food, WHITE, 0.14), mix(food, INK, 0.2))
    chunks(paint, subject, (130, 160, 382, 470))
    paint.band(0, 136, WHITE)
    for x in range(140, 380, 16):
        paint.box((x, 60, x + 8, 136), mix(subject.inside, WHITE, 0.35))
    for y in range(60, 136, 16):
        for x in range(140, 380, 16):
            paint.box((x, y, x + 8, y + 8), subject.inside)
            paint.box((x + 8, y, x + 16, y + 8), mix(subject.inside, WHITE, 0.5))
    paint.band(124, 136, subject.main)
    panel_label(paint, subject, (170, 212, 342, 404))
    size_chip(paint, subject, 256, 430, 13)
    return paint, _jar_shape("jar")


def spice(subject: Subject) -> Lit:
    """Draw a small glass jar with a shaker."""
    powder = spice_colour(subject)
    paint = Paint(powder)
    paint.fade(172, 470, mix(powder, WHITE, 0.08), mix(powder, INK, 0.18))
    for x, y, r in scatter((160, 180, 352, 456), 7, subject.seed):
        paint.oval(x, y, 1.6, 1.3, mix(powder, WHITE if r > 0.5 else INK, 0.22))
    paint.band(0, 174, subject.main)
    ribs(paint, 130, 172, subject.main)
    paint.box((150, 238, 362, 402), subject.accent)
    panel_label(paint, subject, (184, 246, 328, 394), emblem=False)
    size_chip(paint, subject, 256, 424, 12)
    return paint, _jar_shape("small")


def saffron(subject: Subject) -> Lit:
    """Draw a gift box with a window on red threads."""
    paint, (left, top, right, foot), shape = boxed(subject, 280, 230, 70)
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
    """Draw a tin can with a paper label."""
    steel = colour("C9CED3")
    paint = Paint(subject.main)
    paint.fade(96, 440, subject.main, mix(subject.main, INK, 0.2))
    swoosh(paint, subject, 370)
    for top, foot in ((0, 100), (430, 512)):
        paint.band(top, foot, steel)
    for y in (84, 90, 440, 446):
        paint.band(y, y + 2, mix(steel, INK, 0.3))
    open_label(paint, subject, (156, 118, 356, 404))
    size_chip(paint, subject, 256, 414, 13)
    return paint, _jar_shape("can")


def tunacan(subject: Subject) -> Lit:
    """Draw a flat can of fish."""
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
    """Draw a large tin of cooking fat."""
    paint = Paint(subject.main)
    paint.fade(80, 460, subject.main, mix(subject.main, INK, 0.2))
    paint.band(0, 80, colour("E3C15A"))
    paint.band(450, 512, colour("E3C15A"))
    rays(paint, 256, 300, mix(subject.main, WHITE, 0.16))
    oval_label(paint, subject, 256, 246, 112, 112)
    size_band(paint, subject, 398, 428, 256, 200)
    return paint, _jar_shape("tin")


def tub(subject: Subject) -> Lit:
    """Draw a tub with a lid: yoghurt, cheese, ice cream."""
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
    emblem_disc(paint, subject, 256, 370, 40)
    size_note(paint, subject, 256, 428, 14, readable_on(subject.main))
    return paint, _jar_shape("bucket" if large else "tub")


def cup(subject: Subject) -> Lit:
    """Draw a small cup of fruit yoghurt."""
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
    """Draw a tube that stands on its cap."""
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
    ribs(paint, 408, 472, subject.main)
    return paint, _tube_shape()
