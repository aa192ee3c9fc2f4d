"""The design as numbers: colours, the type scale and the sizes that everything is drawn with.

Plain values, no Kivy. Lengths are in units: one unit is a pixel on a screen whose short side
is 1080 pixels; ``kiosk.screens.theme`` scales them. Contrasts are checked by the tests: 4.5 to
1 and more for every text on its ground, 7 to 1 and more with high contrast.

Source: WCAG 2.2, 1.4.3 and 1.4.6 (contrast), 2.5.5 (target size).
"""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.frame import Tone

Colour = tuple[float, float, float, float]  # red, green, blue, opacity, each 0 to 1

SHORT_SIDE = 1080  # units
LONG_SIDE = 1920  # units
TOUCH_MIN = 88  # units, the smallest side of anything that can be touched
REACH = 0.55  # the share of an upright screen, from below, that can be reached from a wheelchair
LARGE_TEXT = 1.25  # how much larger large text is


def colour(hexadecimal: str, opacity: float = 1.0) -> Colour:
    """Read ``#RRGGBB``."""
    red, green, blue = (int(hexadecimal[i : i + 2], 16) / 255 for i in (1, 3, 5))
    return red, green, blue, opacity


@dataclass(frozen=True, slots=True)
class Pair:
    """A colour for text and icons, and the soft ground that it may stand on."""

    ink: Colour
    soft: Colour


@dataclass(frozen=True, slots=True)
class Palette:
    """Every colour by what it is for."""

    ground: Colour
    surface: Colour
    ink: Colour
    ink_second: Colour
    line: Colour
    shadow: Colour
    brand: Colour
    brand_deep: Colour
    brand_soft: Colour
    on_brand: Colour
    on_brand_veil: Colour  # a button on the brand colour
    accent: Colour  # for icons and marks on the brand colour, never for text
    member: Pair
    plain: Pair
    good: Pair
    low: Pair
    bad: Pair
    key: Colour
    key_quiet: Colour
    key_ground: Colour
    photo_top: Colour
    photo_bottom: Colour
    scrim: Colour
    moods: tuple[Pair, ...]  # of faces, from the worst to the best

    def tone(self, tone: Tone) -> Pair:
        """Choose the colours of a tone."""
        return {
            Tone.PLAIN: self.plain,
            Tone.GOOD: self.good,
            Tone.LOW: self.low,
            Tone.BAD: self.bad,
        }[tone]


DAY = Palette(
    ground=colour("#F3F5F4"),
    surface=colour("#FFFFFF"),
    ink=colour("#14211D"),
    ink_second=colour("#51615B"),
    line=colour("#DFE6E3"),
    shadow=colour("#0B3A2E", 0.16),
    brand=colour("#0B5D4B"),
    brand_deep=colour("#074436"),
    brand_soft=colour("#E6F2EE"),
    on_brand=colour("#FFFFFF"),
    on_brand_veil=colour("#FFFFFF", 0.14),
    accent=colour("#F2A71B"),
    member=Pair(colour("#7A4B00"), colour("#FFF4DC")),
    plain=Pair(colour("#0B5D4B"), colour("#E6F2EE")),
    good=Pair(colour("#0F6E3C"), colour("#E3F3E9")),
    low=Pair(colour("#8A4B00"), colour("#FFF0D9")),
    bad=Pair(colour("#B81726"), colour("#FDE8E9")),
    key=colour("#FFFFFF"),
    key_quiet=colour("#C9D2CE"),
    key_ground=colour("#DDE3E0"),
    photo_top=colour("#DDEBE6"),
    photo_bottom=colour("#F8FBFA"),
    scrim=colour("#071F19", 0.62),
    moods=(
        Pair(colour("#B81726"), colour("#FDE8E9")),
        Pair(colour("#B2470B"), colour("#FFEBDD")),
        Pair(colour("#8A5A00"), colour("#FFF3D4")),
        Pair(colour("#4A7013"), colour("#EFF6DD")),
        Pair(colour("#0F6E3C"), colour("#E3F3E9")),
    ),
)

HIGH_CONTRAST = Palette(
    ground=colour("#FFFFFF"),
    surface=colour("#FFFFFF"),
    ink=colour("#000000"),
    ink_second=colour("#1E2623"),
    line=colour("#000000"),
    shadow=colour("#000000", 0.0),
    brand=colour("#00382B"),
    brand_deep=colour("#001F18"),
    brand_soft=colour("#E6ECE9"),
    on_brand=colour("#FFFFFF"),
    on_brand_veil=colour("#000000", 0.55),
    accent=colour("#FFC53D"),
    member=Pair(colour("#4A2C00"), colour("#FFF8E8")),
    plain=Pair(colour("#00382B"), colour("#FFFFFF")),
    good=Pair(colour("#004A22"), colour("#FFFFFF")),
    low=Pair(colour("#5A2F00"), colour("#FFF8E8")),
    bad=Pair(colour("#8A0010"), colour("#FFFFFF")),
    key=colour("#FFFFFF"),
    key_quiet=colour("#E4E8E6"),
    key_ground=colour("#9DA8A3"),
    photo_top=colour("#FFFFFF"),
    photo_bottom=colour("#FFFFFF"),
    scrim=colour("#000000", 0.8),
    moods=(
        Pair(colour("#8A0010"), colour("#FFFFFF")),
        Pair(colour("#702400"), colour("#FFFFFF")),
        Pair(colour("#4A2C00"), colour("#FFFFFF")),
        Pair(colour("#2A4600"), colour("#FFFFFF")),
        Pair(colour("#004A22"), colour("#FFFFFF")),
    ),
)


@dataclass(frozen=True, slots=True)
class Face:
    """One step of the type scale: the weight's name in the font family, and the size in units."""

    weight: str
    size: int


TYPE = {
    "caption": Face("Regular", 26),
    "label": Face("Medium", 26),
    "body": Face("Regular", 30),
    "button": Face("Medium", 30),
    "strong": Face("Bold", 34),
    "row": Face("Bold", 32),
    "section": Face("Bold", 30),
    "heading": Face("ExtraBold", 52),
    "poster": Face("ExtraBold", 76),
    "price": Face("ExtraBold", 92),
    "price_second": Face("ExtraBold", 60),
    "price_before": Face("SemiBold", 40),
    "price_row": Face("ExtraBold", 40),
    "key": Face("Medium", 46),
    "field": Face("Medium", 44),
}


def luminance(one: Colour) -> float:
    """Give the relative luminance, 0 to 1, by WCAG 2.2."""

    def linear(part: float) -> float:
        return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4

    red, green, blue = (linear(part) for part in one[:3])
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def over(upper: Colour, lower: Colour) -> Colour:
    """Give what is seen of a translucent colour on an opaque one."""
    share = upper[3]
    red, green, blue = (
        a * share + b * (1 - share) for a, b in zip(upper[:3], lower[:3], strict=True)
    )
    return red, green, blue, 1.0


def contrast(one: Colour, other: Colour) -> float:
    """Give the contrast of two opaque colours, 1 to 21, by WCAG 2.2."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)
