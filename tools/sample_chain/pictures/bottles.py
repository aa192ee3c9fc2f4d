"""Bottles, cans of drink and sprays. One function a look.

Each takes what a picture shows and gives flat paint and the shape that lights it; a shape is
computed once for all products of a look.
"""

from __future__ import annotations

from functools import cache

from tools.sample_chain.pictures.bottle_shapes import bottle_shape
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
    Paint,
    colour,
    mix,
    readable_on,
    tone,
)
from tools.sample_chain.pictures.surface import Shape, joined, pillow, turned
from tools.sample_chain.pictures.trims import (
    Lit,
    emblem_disc,
    ribs,
    size_chip,
    swoosh,
    white_cap,
)


def oil(subject: Subject) -> Lit:
    """Draw a bottle of oil; the liquid shines through."""
    gold = colour("F2BE32") if "Corn" not in subject.english else colour("F0AE1E")
    paint = Paint(gold)
    paint.fade(92, 480, mix(gold, WHITE, 0.35), mix(gold, colour("B87400"), 0.35))
    paint.band(0, 72, subject.main)
    ribs(paint, 30, 68, subject.main)
    label = (150, 196, 362, 432)
    paint.band(186, 442, subject.main)
    paint.band(186, 191, subject.second)
    paint.band(437, 442, subject.second)
    panel_label(paint, subject, (label[0] + 24, 214, label[2] - 24, 400))
    size_chip(paint, subject, 256, 420, 14)
    return paint, bottle_shape("gallon" if subject.unit == "gallon" else "oil")


def oilglass(subject: Subject) -> Lit:
    """Draw a slim glass bottle; the contents give its colour."""
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
    size_chip(paint, subject, 256, 446, 12)
    return paint, bottle_shape("glass")


def pet(subject: Subject) -> Lit:
    """Draw a plastic bottle with a sleeve; in a can where the unit says so."""
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
    ribs(paint, 24, 54, subject.main)
    paint.band(198, 350, subject.main)
    paint.band(198, 204, subject.accent)
    paint.band(344, 350, subject.accent)
    swoosh(paint, subject, 330, low=344)
    ink = readable_on(subject.main)
    paint.text(subject.brand, 256, 228, 27, subject.accent, weight="ExtraBold", width=120)
    paint.paragraph(subject.name, 256, 276, 32, ink, width=130)
    if subject.variety:
        paint.text(subject.variety, 256, 326, 17, ink, width=120)
    size_note(paint, subject, 256, 400, 14, readable_on(liquid, mix(subject.main, INK, 0.3)))
    return paint, bottle_shape("pet")


def sodacan(subject: Subject) -> Lit:
    """Draw an aluminium can."""
    steel = colour("C9CED3")
    paint = Paint(subject.main)
    paint.fade(90, 440, mix(subject.main, WHITE, 0.05), mix(subject.main, INK, 0.25))
    swoosh(paint, subject, 330)
    paint.band(0, 92, steel)
    paint.band(66, 70, mix(steel, INK, 0.35))
    paint.band(436, 512, steel)
    ink = readable_on(subject.main)
    paint.text(subject.brand, 256, 146, 33, subject.accent, weight="ExtraBold", width=126)
    paint.line([(206, 172), (306, 172)], subject.accent, 1.6)
    paint.paragraph(subject.name, 256, 214, 34, ink, width=134)
    if subject.variety:
        paint.text(subject.variety, 256, 264, 19, ink, width=124)
    emblem_disc(paint, subject, 256, 336, 44)
    size_note(paint, subject, 256, 416, 14, ink)
    return paint, bottle_shape("sodacan")


def water(subject: Subject) -> Lit:
    """Draw a clear bottle of water; a large one where it is a canister."""
    large = subject.unit == "gallon"
    clear = colour("CDEBF7")
    paint = Paint(clear)
    paint.fade(70, 480, colour("E6F6FC"), colour("A9DBF0"))
    for y in range(184, 480, 24):
        paint.band(y, y + 1.6, colour("B5E0F2"))
    paint.band(0, 78 if large else 54, subject.main)
    ribs(paint, 26, 74 if large else 50, subject.main)
    paint.band(236, 330, subject.main)
    paint.fade(240, 326, mix(subject.main, WHITE, 0.12), subject.main)
    peaks = [(120, 326), (180, 282), (204, 300), (256, 258), (308, 302), (336, 284), (392, 326)]
    paint.polygon(peaks, mix(subject.main, WHITE, 0.35))
    paint.polygon([(232, 280), (256, 258), (280, 280), (266, 276), (256, 284), (246, 276)], WHITE)
    paint.text(subject.brand, 256, 254, 22, WHITE, weight="ExtraBold", width=130)
    paint.text(subject.name, 256, 300, 30, WHITE, weight="ExtraBold", width=136)
    size_note(paint, subject, 256, 410, 15, subject.main)
    return paint, bottle_shape("gallon" if large else "water")


def squeeze(subject: Subject) -> Lit:
    """Draw a soft bottle of sauce."""
    sauce = tone(subject.inside, 0.46)
    if "Dressing" in subject.english or "Caesar" in subject.english:
        sauce = mix(subject.inside, colour("FBE3C4"), 0.72)
    paint = Paint(sauce)
    paint.fade(110, 480, mix(sauce, WHITE, 0.1), mix(sauce, INK, 0.12))
    paint.band(0, 112, subject.main)
    ribs(paint, 78, 110, subject.main)
    panel_label(paint, subject, (188, 196, 324, 414))
    size_chip(paint, subject, 256, 440, 13)
    return paint, bottle_shape("squeeze")


def pump(subject: Subject) -> Lit:
    """Draw a bottle with a pump; a canister where it is sold so."""
    if subject.unit == "gallon":
        return jug(subject)
    body = pale(subject.main, 0.12) if subject.manner % 2 else pale(subject.inside, 0.45)
    paint = Paint(body)
    paint.fade(160, 480, mix(body, WHITE, 0.16), mix(body, INK, 0.06))
    white_cap(paint, 150)
    emblem_disc(paint, subject, 256, 400, 36)
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
    return paint, joined(joined(stem, head), bottle_shape("pump"))


@cache
def _trigger_shape() -> Shape:
    head = pillow((178, 40, 330, 92), gloss=0.3, bulge=4, radius=20, seed=2)
    nozzle = pillow((150, 50, 196, 76), gloss=0.2, bulge=0, radius=5, seed=2)
    lever = pillow((190, 84, 206, 150), gloss=0.2, bulge=0, radius=8, seed=2)
    return joined(joined(joined(lever, nozzle), bottle_shape("trigger")), head)


def trigger(subject: Subject) -> Lit:
    """Draw a spray bottle with a trigger."""
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
    """Draw an aerosol can."""
    paint = Paint(subject.main)
    paint.fade(120, 480, mix(subject.main, WHITE, 0.10), mix(subject.main, INK, 0.3))
    paint.band(0, 94, subject.second)
    paint.band(92, 122, colour("C9CED3"))
    swoosh(paint, subject, 380)
    open_label(paint, subject, (194, 144, 318, 420))
    paint.band(462, 512, colour("B9BEC4"))
    size_note(paint, subject, 256, 440, 13, readable_on(subject.main))
    return paint, bottle_shape("spray")


def dish(subject: Subject) -> Lit:
    """Draw a bottle of washing-up liquid; a canister where it is sold so."""
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
    emblem_disc(paint, subject, 256, 372, 26)
    size_note(paint, subject, 256, 440, 13, readable_on(liquid))
    return paint, bottle_shape("dish")


@cache
def _jug_shape() -> Shape:
    cap = turned([(34, 40), (86, 44)], gloss=0.3, bend=6, rounding=(8, 2), centre=206)
    body = turned(
        [(80, 52), (96, 96), (140, 120), (470, 120)], gloss=0.5, bend=9, rounding=(14, 18)
    )
    return joined(body, cap)


def jug(subject: Subject) -> Lit:
    """Draw a canister with a handle."""
    body = WHITE if "Bleach" in subject.english else subject.main
    paint = Paint(body)
    paint.fade(80, 480, mix(body, WHITE, 0.12), mix(body, INK, 0.14))
    paint.box((150, 20, 252, 86), subject.second)
    ribs(paint, 36, 84, subject.second, 164, 250)
    paint.box((276, 112, 352, 206), mix(body, INK, 0.45), 26)
    paint.box((282, 118, 352, 200), mix(body, INK, 0.62), 22)
    paint.polygon([(120, 250), (392, 222), (392, 440), (120, 440)], subject.second)
    paint.polygon([(120, 258), (392, 230), (392, 432), (120, 432)], WHITE)
    panel_label(paint, subject, (160, 266, 352, 424), fill=WHITE)
    size_note(paint, subject, 256, 452, 14, readable_on(body, deep(subject.main)))
    return paint, _jug_shape()
