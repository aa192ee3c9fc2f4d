"""What stands in the kitchen."""

from __future__ import annotations

import math

from PIL import Image

from tools.sample_chain.pictures.labels import Subject, deep, pale
from tools.sample_chain.pictures.paint import (
    CREAM,
    INK,
    WHITE,
    Paint,
    colour,
    mix,
    scatter,
)
from tools.sample_chain.pictures.still_life import StillLife, fuzz
from tools.sample_chain.pictures.surface import (
    cut,
    finish,
    joined,
    pillow,
    turned,
    without_shadow,
)

CRUST = colour("C98A42")
STEEL = colour("C4CAD0")
DARK = colour("2B2D31")


def pan(subject: Subject) -> Image.Image:
    """Draw a frying pan, its handle to the right."""
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
    """Draw a cooking pot with a glass lid."""
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
    """Draw a kitchen knife, its point to the left."""
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
    """Draw a tumbler."""
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
    """Draw a plate, standing."""
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

    picture = still.picture()
    picture.alpha_composite(
        finish(
            paint.picture,
            without_shadow(pillow((64, 64, 448, 448), gloss=0.2, bulge=0, radius=192, seed=2)),
        )
    )
    return picture


def towel(subject: Subject) -> Image.Image:
    """Draw a folded towel with a border."""
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
