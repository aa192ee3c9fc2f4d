"""Folding boxes, canisters and drink cartons. One function a look.

Each takes what a picture shows and gives flat paint and the shape that lights it; a shape is
computed once for all products of a look.
"""

from __future__ import annotations

import math
from functools import cache

from tools.sample_chain.pictures.labels import (
    Subject,
    brand_mark,
    deep,
    open_label,
    pale,
    panel_label,
    size_note,
)
from tools.sample_chain.pictures.paint import (
    CREAM,
    INK,
    WHITE,
    Box,
    Paint,
    mix,
    readable_on,
    scatter,
)
from tools.sample_chain.pictures.surface import Shape, carton, joined, pillow, turned
from tools.sample_chain.pictures.trims import (
    Lit,
    emblem_disc,
    size_chip,
)


@cache
def _box_shape(wide: int, tall: int, depth: int) -> Shape:
    left = 256 - (wide + depth) / 2
    foot = 256 + (tall + depth * 0.42) / 2
    return carton((left, foot - tall, left + wide, foot), depth)


def boxed(subject: Subject, wide: int, tall: int, depth: int) -> tuple[Paint, Box, Shape]:
    left = 256 - (wide + depth) / 2
    foot = 256 + (tall + depth * 0.42) / 2
    paint = Paint(subject.main)
    return paint, (left, foot - tall, left + wide, foot), _box_shape(wide, tall, depth)


def box(subject: Subject) -> Lit:
    """Draw a folding box, upright or lying by what is in it."""
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
    paint, face, shape = boxed(subject, wide, tall, depth)
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
    size_chip(paint, subject, (left + right) / 2, foot - 20, 15)
    return paint, shape


def smallbox(subject: Subject) -> Lit:
    """Draw a small upright box."""
    paint, (left, top, right, foot), shape = boxed(subject, 190, 250, 60)
    open_label(paint, subject, (left + 12, top + 10, right - 12, foot - 12))
    return paint, shape


def salt(subject: Subject) -> Lit:
    """Draw a round canister with a lid."""
    paint = Paint(WHITE)
    paint.band(0, 118, subject.main)
    paint.band(118, 124, subject.second)
    paint.band(360, 512, subject.main)
    paint.band(352, 360, subject.second)
    panel_label(paint, subject, (178, 150, 334, 342), fill=WHITE)
    size_chip(paint, subject, 256, 400)
    return paint, _canister_shape()


@cache
def _canister_shape() -> Shape:
    return turned([(52, 92), (84, 92), (84, 98), (466, 98)], gloss=0.4, bend=12, rounding=(10, 8))


@cache
def _tissue_shape() -> Shape:
    top = pillow((182, 92, 322, 236), gloss=0.0, bulge=-20, radius=60, seed=4)
    return joined(top, carton((76, 214, 392, 420), 74, gloss=0.2))


def tissue(subject: Subject) -> Lit:
    """Draw a box of tissues, one standing out."""
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
    """Draw a drink carton: a litre with a cap, or a small one with a straw."""
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
    emblem_disc(paint, subject, x, foot - 86, 44)
    ink = readable_on(subject.inside)
    size_note(paint, subject, x, foot - 20, 16, ink)
    if not tall:
        paint.box((296, 60, 316, 158), WHITE)
        for y in range(72, 158, 16):
            paint.polygon([(296, y), (316, y - 8), (316, y), (296, y + 8)], subject.second)
    return paint, _tetra_shape(int(tall))
