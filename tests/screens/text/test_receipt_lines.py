"""Lines of receipts beside another shaper: the screen's own, which orders and joins by itself.

Receipts are drawn by Pillow with raqm; the screen's text provider knows nothing of it.
"""

import numpy as np
import pytest
from PIL import Image

from kiosk.messages import Language
from kiosk.receipt.drawing import draw, look_of
from kiosk.receipt.examples import receipts
from kiosk.receipt.parts import Pair, Receipt, Title, Words
from kiosk.screens.text import fonts
from kiosk.screens.text.provider import PersianLabel
from tests.screens.text.reference import Picture, cut_to_ink, drawn_by, likeness

ALIKE = 0.7  # the least alike slice of any line here has 0.78, and of a faulty one 0.67
WIDE = 4_000  # dots, so that no line is broken

pytestmark = pytest.mark.usefixtures("window")


def texts_of(language: Language) -> list[str]:
    """All that stands at the start or the end of a line, each once.

    What dots part is taken apart: over so long a line the two shapers' advances drift by more
    than the comparison allows for.
    """
    told: dict[str, None] = {}
    for receipt in receipts(language).values():
        for part in receipt.parts:
            if isinstance(part, Words):
                told |= dict.fromkeys(part.text.split(" · "))
            if isinstance(part, Pair):
                told |= {part.start: None, part.end: None}
    return list(told)


LINES = [(text, language) for language in Language for text in texts_of(language)]


def on_paper(text: str, language: Language) -> Picture:
    """Draw it as large as the largest text is, where a small fault is large enough to be found."""
    picture = draw(Receipt(language.value, (Title(text),)), WIDE)
    return cut_to_ink(255 - np.asarray(picture.convert("L")))


def on_screen(text: str, language: Language) -> Picture:
    size_px = look_of(WIDE).title.size
    direction = "rtl" if language.rtl else "ltr"
    made = PersianLabel(
        text=text, base_direction=direction, font_name=fonts.EXTRABOLD, font_size=size_px
    )
    return drawn_by(made)


@pytest.mark.parametrize(("text", "language"), LINES)
def test_a_line_on_paper_looks_as_the_screen_draws_it(text: str, language: Language) -> None:
    assert likeness(on_paper(text, language), on_screen(text, language)) >= ALIKE


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("شیر کم‌چرب Kalleh ۱ لیتری", "شیر کم چرب Kalleh ۱ لیتری"),
        ("شیر Kalleh ۱ لیتری", "لیتری ۱ Kalleh شیر"),
        ("۱ × ۱٬۲۸۵٬۰۰۰", "۱٬۲۸۵٬۰۰۰ × ۱"),
        ("کارت \u2066603799******4821\u2069", "کارت 603799******4821"),
        ("بستهٔ ۵۰۰ گرمی (کد ۱۲-A)", "بستهٔ ۵۰۰ گرمی )کد ۱۲-A("),
    ],
)
def test_the_comparison_rejects_a_small_fault(text: str, wrong: str) -> None:
    assert likeness(on_paper(wrong, Language.FA), on_screen(text, Language.FA)) < ALIKE


def test_a_picture_has_black_and_white_alone() -> None:
    picture = draw(receipts(Language.FA)["plain"], 576)
    assert isinstance(picture, Image.Image)
    assert (picture.mode, picture.width) == ("1", 576)
