"""What a pack says and how it is set: brand, name, variety, size, in three manners of label."""

# ruff: noqa: PLR0913  (a drawing call is places, sizes and inks; one stroke stays on one line)

from __future__ import annotations

from dataclasses import dataclass

from tools.sample_chain.pictures.emblems import Emblem, sprig
from tools.sample_chain.pictures.paint import (
    CREAM,
    INK,
    WHITE,
    Box,
    Colour,
    Paint,
    is_light,
    mix,
    readable_on,
    tone,
)


@dataclass(frozen=True, slots=True)
class Subject:
    """All that a picture shows of a product; texts are Persian, ``size`` may be empty.

    ``main`` and ``accent`` are the brand's colours, ``inside`` that of the contents.
    """

    look: str
    name: str
    variety: str
    english: str
    brand: str
    size: str
    amount: int
    unit: str
    main: Colour
    accent: Colour
    inside: Colour
    emblem: Emblem
    seed: int
    manner: int = 0  # which of the brand's manners of label

    @property
    def second(self) -> Colour:
        """A colour for stripes and rings: the contents', unless it would drown in the main one."""
        far = sum(abs(a - b) for a, b in zip(self.inside, self.main, strict=True))
        return self.inside if far > 130 else self.accent


def brand_mark(
    paint: Paint, subject: Subject, x: float, y: float, width: float, size: float
) -> None:
    """Write the brand in its lozenge, an accent line around it."""
    half, tall = width / 2, size * 0.82
    paint.box((x - half - 2, y - tall - 2, x + half + 2, y + tall + 2), subject.accent, tall + 2)
    paint.box((x - half, y - tall, x + half, y + tall), subject.main, tall)
    ink = readable_on(subject.main)
    paint.text(
        subject.brand, x, y - size * 0.03, size, ink, weight="ExtraBold", width=width - tall * 1.1
    )


def oval_label(paint: Paint, subject: Subject, x: float, y: float, rx: float, ry: float) -> None:
    """Set everything in an oval with two rings, as on the rice sack."""
    dark = deep(subject.main)
    paint.oval(x, y, rx, ry, CREAM, subject.second, 3)
    paint.oval(x, y, rx - 7, ry - 7, None, dark, 1.6)
    subject.emblem(paint, x, y - ry * 0.62, rx * 0.24, subject.inside)
    tall = paint.paragraph(subject.name, x, y - ry * 0.08, rx * 0.36, dark, width=rx * 1.62)
    paint.text(
        subject.variety or subject.brand, x, y + ry * 0.02 + tall * 0.62, rx * 0.18,
        mix(dark, subject.second, 0.35), weight="SemiBold", width=rx * 1.45,
    )  # fmt: skip
    if subject.variety and subject.brand:
        brand_mark(paint, subject, x, y + ry * 0.66, rx * 0.86, rx * 0.145)
    else:
        sprig(paint, x, y + ry * 0.62, rx * 0.22, subject.second)


def panel_label(
    paint: Paint, subject: Subject, box: Box, *, emblem: bool = True, fill: Colour = CREAM,
    mark: float = 0.02,
) -> None:  # fmt: skip
    """Set everything on a light panel: brand on its edge, name, variety, emblem.

    ``mark`` is how far down the brand stands, as a share of the panel's height.
    """
    left, top, right, foot = box
    x, wide, tall = (left + right) / 2, right - left, foot - top
    dark = deep(subject.main)
    paint.box(box, fill, 12)
    paint.frame((left + 4, top + 4, right - 4, foot - 4), subject.second, 1.6, 9)
    size = min(wide * 0.105, tall * 0.12)
    brand_mark(paint, subject, x, top + tall * mark, min(wide * 0.62, 150), size)
    upper = top + tall * mark + size * 1.1
    lower = foot - tall * (0.36 if emblem else 0.08) - (size * 2.0 if subject.variety else 0)
    lines = 2.5 if len(subject.name) > 11 and " " in subject.name else 1.35
    large = min(wide * 0.23, (lower - upper) / lines)
    paint.paragraph(subject.name, x, (upper + lower) / 2, large, dark, width=wide * 0.86)
    if subject.variety:
        tint = mix(dark, INK, 0.3)
        paint.text(
            subject.variety,
            x,
            lower + size * 0.7,
            min(size * 1.05, wide * 0.11),
            tint,
            weight="SemiBold",
            width=wide * 0.84,
        )
    if emblem:
        subject.emblem(paint, x, foot - tall * 0.20, min(wide * 0.17, tall * 0.13), subject.inside)


def open_label(paint: Paint, subject: Subject, box: Box) -> None:
    """Set everything straight on the pack: name large, variety on a ribbon, emblem big."""
    left, top, right, foot = box
    x, wide, tall = (left + right) / 2, right - left, foot - top
    ink = readable_on(subject.main)
    mark_brand_openly(paint, subject, x, top + tall * 0.07, wide)
    large = min(wide * 0.25, tall * 0.17)
    used = paint.paragraph(subject.name, x, top + tall * 0.29, large, ink, width=wide * 0.88)
    below = top + tall * 0.29 + used * 0.56
    if subject.variety:
        size = min(wide * 0.11, tall * 0.062)
        half = min(wide * 0.44, size * 0.36 * len(subject.variety) + size * 1.2)
        y = below + size * 1.0
        paint.box(
            (x - half, y - size * 0.95, x + half, y + size * 0.95), subject.second, size * 0.95
        )
        paint.text(
            subject.variety,
            x,
            y,
            size,
            readable_on(subject.second, deep(subject.main)),
            width=half * 1.75,
        )
        below = y + size
    radius = min(wide * 0.27, (foot - below) * 0.40)
    y = (below + foot) / 2 + radius * 0.12
    paint.oval(x, y, radius * 1.28, radius * 1.28, mix(subject.main, WHITE, 0.88))
    paint.oval(x, y, radius * 1.16, radius * 1.16, None, subject.second, 1.6)
    subject.emblem(paint, x, y, radius * 0.80, subject.inside)


def mark_brand_openly(paint: Paint, subject: Subject, x: float, y: float, wide: float) -> None:
    """Write the brand between two fine lines."""
    ink = (
        subject.accent
        if is_light(subject.accent) != is_light(subject.main)
        else readable_on(subject.main)
    )
    size = wide * 0.12
    paint.text(subject.brand, x, y, size, ink, weight="ExtraBold", width=wide * 0.6)
    paint.line([(x - wide * 0.30, y + size * 0.95), (x + wide * 0.30, y + size * 0.95)], ink, 1.4)


def size_band(
    paint: Paint, subject: Subject, top: float, foot: float, x: float, width: float
) -> None:
    """Lay a band across the pack's foot with the size in it, a thin line above and below."""
    paint.band(top - 4, foot + 4, subject.second)
    paint.band(top - 1.5, foot + 1.5, CREAM)
    paint.band(top, foot, deep(subject.main))
    paint.text(
        subject.size,
        x,
        (top + foot) / 2,
        (foot - top) * 0.56,
        WHITE,
        weight="SemiBold",
        width=width,
    )


def size_note(paint: Paint, subject: Subject, x: float, y: float, size: float, ink: Colour) -> None:
    """Write the size in a corner."""
    if subject.size:
        paint.text(subject.size, x, y, size, ink, weight="SemiBold", width=150)


def deep(base: Colour) -> Colour:
    """Give a shade of the brand that can be read on cream."""
    return tone(base, 0.26) if is_light(base) or sum(base) > 380 else base


def pale(base: Colour, share: float = 0.86) -> Colour:
    """Give a tint of it."""
    return mix(base, WHITE, share)
