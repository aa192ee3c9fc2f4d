"""What several packs share: lozenges, discs, waves, the ribs of a cap, goods behind a window."""

# ruff: noqa: PLR0913, E501  (a drawing call is places, sizes and inks; one stroke stays on one line)

from __future__ import annotations

import math
from functools import cache

from PIL import Image, ImageDraw

from tools.sample_chain.pictures.labels import (
    Subject,
    deep,
    pale,
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
    scatter,
    tone,
)
from tools.sample_chain.pictures.surface import PAINT, Shape

Lit = tuple[Paint, Shape]


def size_chip(paint: Paint, subject: Subject, x: float, y: float, size: float = 16) -> None:
    """Write the size on a small lozenge."""
    if not subject.size:
        return
    half = len(subject.size) * size * 0.29 + size * 0.8
    paint.box((x - half, y - size * 0.9, x + half, y + size * 0.9), CREAM, size * 0.9)
    paint.text(subject.size, x, y, size, deep(subject.main), weight="Bold", width=half * 1.8)


def emblem_disc(paint: Paint, subject: Subject, x: float, y: float, r: float) -> None:
    paint.oval(x, y, r * 1.16, r * 1.16, subject.second)
    paint.oval(x, y, r * 1.08, r * 1.08, pale(subject.main, 0.92))
    subject.emblem(paint, x, y, r * 0.70, subject.inside)


def swoosh(paint: Paint, subject: Subject, y: float, low: float = 512) -> None:
    """Sweep two waves of colour across the lower part."""
    for lift, tint in ((0, mix(subject.main, subject.second, 0.45)), (26, subject.second)):
        wave = [(60 + i * 20, y + lift + 26 * math.sin(i / 4.2 + 0.6)) for i in range(22)]
        paint.polygon([*wave, (480, low), (60, low)], tint)


def rays(paint: Paint, x: float, y: float, ink: Colour) -> None:
    for part in range(18):
        turn = part * math.pi / 9
        far = [(x + 420 * math.cos(turn + d), y + 420 * math.sin(turn + d)) for d in (0, 0.17)]
        paint.polygon([(x, y), *far], ink)


def ribs(
    paint: Paint, top: float, foot: float, base: Colour, left: int = 200, right: int = 380
) -> None:
    """Draw the ribs of a screw cap."""
    for x in range(left - 70, right + 4, 7):
        paint.line([(x, top), (x, foot)], mix(base, INK, 0.26), 1.6)
        paint.line([(x + 2, top), (x + 2, foot)], mix(base, WHITE, 0.22), 1.2)


def white_cap(paint: Paint, foot: float) -> None:
    paint.band(0, foot, colour("F1F3F5"))
    ribs(paint, 122, foot - 4, colour("E3E7EA"))


def hexagon(paint: Paint, x: float, y: float, r: float, ink: Colour) -> None:
    points = [
        (x + r * math.cos(math.radians(60 * i + 30)), y + r * math.sin(math.radians(60 * i + 30)))
        for i in range(7)
    ]
    paint.line(points, ink, 2)


def chunks(paint: Paint, subject: Subject, area: Box) -> None:
    """Show pieces floating in a jar."""
    green = any(word in subject.english for word in ("Pickled", "Olives"))
    base = colour("7C8F35") if green else subject.inside
    for x, y, r in scatter(area, 30, subject.seed):
        tint = mix(tone(base, 0.34 + 0.2 * r), INK, 0.06)
        paint.leaf(x, y, 44, r * 180, mix(tint, INK, 0.25), 0.7)
        paint.leaf(x - 2, y - 2, 38, r * 180, tint, 0.62)
        paint.leaf(x - 5, y - 6, 14, r * 180, mix(tint, WHITE, 0.35), 0.4)


def food_word(subject: Subject) -> str:
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


def spice_colour(subject: Subject) -> Colour:
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


def window(paint: Paint, subject: Subject, area: Box, radius: float = 8) -> None:
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
