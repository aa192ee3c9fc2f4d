"""The colours can be read, and there are few enough fonts for Kivy to keep them open."""

from __future__ import annotations

import pytest

from kiosk.frame import Tone
from kiosk.screens.tokens import DAY, HIGH_CONTRAST, LARGE_TEXT, TYPE, Palette, contrast, over

FONTS_KEPT_OPEN = 64  # by Kivy's text provider


@pytest.mark.parametrize(
    ("palette", "least"), [(DAY, 4.5), (HIGH_CONTRAST, 7.0)], ids=["day", "high"]
)
def test_every_text_stands_out_from_its_ground(palette: Palette, least: float) -> None:
    grounds = (palette.ground, palette.surface)
    veil = over(palette.on_brand_veil, palette.brand)
    pairs = [
        *((ink, ground) for ground in grounds for ink in (palette.ink, palette.ink_second)),
        *((palette.brand, ground) for ground in (*grounds, palette.brand_soft)),
        *((palette.on_brand, ground) for ground in (palette.brand, palette.brand_deep, veil)),
        *((palette.tone(tone).ink, palette.tone(tone).soft) for tone in Tone),
        *((palette.tone(tone).ink, palette.surface) for tone in Tone),
        (palette.member.ink, palette.member.soft),
        *((mood.ink, mood.soft) for mood in palette.moods),
        *((palette.on_brand, mood.ink) for mood in palette.moods),
        (palette.brand, palette.member.soft),
        (palette.on_brand, palette.bad.ink),
        (palette.ink, palette.key),
        (palette.ink, palette.key_quiet),
        (palette.ink_second, over(palette.photo_top, palette.surface)),
    ]
    assert [round(contrast(*pair), 2) for pair in pairs if contrast(*pair) < least] == []


def test_contrast_is_that_of_the_standard() -> None:
    assert contrast((0, 0, 0, 1), (1, 1, 1, 1)) == pytest.approx(21)
    assert contrast((1, 1, 1, 1), (1, 1, 1, 1)) == pytest.approx(1)


def test_both_sizes_of_all_fonts_can_stay_open() -> None:
    fonts = {
        (face.weight, round(face.size * larger))
        for face in TYPE.values()
        for larger in (1, LARGE_TEXT)
    }
    assert len(fonts) <= FONTS_KEPT_OPEN / 2
