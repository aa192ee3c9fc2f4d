"""Receipts as pictures: within the paper, right-to-left, wrapped, and with a code that is read."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import zxingcpp
from PIL import Image, features

from kiosk.errors import DeviceError
from kiosk.messages import Language
from kiosk.receipt import lettering
from kiosk.receipt.drawing import draw, look_of
from kiosk.receipt.examples import REFERENCE, receipts
from kiosk.receipt.lettering import Style, broken, is_rtl, width_of
from kiosk.receipt.parts import Mark, Pair, Receipt, Rule, Size, Slip, Title, Words

PAPERS = (576, 512, 384)
PLAIN = Style("Medium", 28)
TEA = "چای سیاه ممتاز بهارهٔ لاهیجان، بستهٔ ۵۰۰ گرمی Refah Gold Edition (کد ۱۲-A) با طعم ملایم"


def ink(picture: Image.Image) -> tuple[int, int, int, int]:
    """Left, top, right, bottom of what is black."""
    rows, columns = np.nonzero(~np.asarray(picture))
    return int(columns.min()), int(rows.min()), int(columns.max()) + 1, int(rows.max()) + 1


@pytest.mark.parametrize("dots", PAPERS)
@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("name", receipts(Language.EN))
def test_a_receipt_is_as_wide_as_the_paper_and_nothing_touches_its_edge(
    name: str, language: Language, dots: int
) -> None:
    picture = draw(receipts(language)[name], dots)
    left, top, right, bottom = ink(picture)
    assert (picture.mode, picture.width) == ("1", dots)
    assert left >= 2
    assert right <= dots - 2
    assert 0 < top < bottom < picture.height


@pytest.mark.parametrize("dots", PAPERS)
@pytest.mark.parametrize("language", Language)
def test_the_code_is_read_off_the_paper(language: Language, dots: int) -> None:
    picture = draw(receipts(language)["everything"], dots).convert("L")
    codes = zxingcpp.read_barcodes(np.asarray(picture))
    assert [code.text for code in codes] == [REFERENCE]


@pytest.mark.parametrize("dots", PAPERS)
def test_the_code_is_read_where_the_head_has_dead_dots(dots: int) -> None:
    grey = np.array(draw(receipts(Language.FA)["plain"], dots).convert("L"))
    middle = dots // 2
    grey[:, [middle - 41, middle + 3, middle + 52]] = 255
    codes = zxingcpp.read_barcodes(grey)
    assert [code.text for code in codes] == [REFERENCE]


@pytest.mark.parametrize(("language", "start_is_right"), [("fa", True), ("en", False)])
def test_a_pair_stands_at_the_sides_of_its_language(language: str, start_is_right: bool) -> None:
    look = look_of(576)
    both = draw(Receipt(language, (Pair("جمع", "1"),)), 576)
    start = ink(draw(Receipt(language, (Pair("جمع", ""),)), 576))
    end = ink(draw(Receipt(language, (Pair("", "1"),)), 576))
    assert (start[0] > end[2]) is start_is_right
    left, _, right, _ = ink(both)
    assert left <= look.margin + 8
    assert right >= 576 - look.margin - 8


def test_a_long_name_goes_on_below_and_its_amount_stays_beside_its_beginning() -> None:
    short = draw(Receipt("fa", (Pair("چای", "۱٬۲۰۰", Size.PLAIN),)), 576)
    long = draw(Receipt("fa", (Pair(TEA, "۱٬۲۰۰", Size.PLAIN),)), 576)
    assert long.height > short.height + 28
    left = long.crop((0, 0, 100, short.height))
    assert ink(left)[3] <= short.height  # the amount is in the first line
    below = np.asarray(long.crop((0, short.height, 100, long.height)))
    assert below.all()


def test_an_amount_too_wide_for_its_line_has_one_of_its_own() -> None:
    wide = draw(Receipt("en", (Pair("Something to pay", "1" * 34),)), 576)
    assert wide.height > draw(Receipt("en", (Pair("Something", "1"),)), 576).height


def test_an_empty_receipt_is_a_picture_too() -> None:
    assert draw(Receipt("fa", ()), 384).width == 384
    assert draw(Receipt("fa", (Words(""), Slip(""), Title(""), Mark(""))), 384).width == 384


def test_a_copy_is_white_on_black() -> None:
    marked = np.asarray(draw(Receipt("fa", (Mark("رونوشت"), Rule())), 576))
    assert np.count_nonzero(~marked[20:50]) > 0.6 * marked[20:50].size


# ---- where lines are broken


@pytest.mark.parametrize("width", [180, 260, 400, 552])
@pytest.mark.parametrize(
    "text",
    [
        TEA,
        "Head & Shoulders 400 ml",
        "SKU-40-9917/B-EXTRA-LONG-CODE",
        "ا" * 200,
        "W" * 120,
        "",
        "  ",
    ],
)
def test_no_line_is_wider_than_it_may_be_and_no_letter_is_lost(text: str, width: int) -> None:
    rtl = is_rtl(text)
    lines = broken(text, PLAIN, width, rtl=rtl)
    assert all(width_of(line, PLAIN, rtl=rtl) <= width for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")


def test_breaks_at_spaces_where_it_can() -> None:
    lines = broken(TEA, PLAIN, 400, rtl=True)
    assert " ".join(lines) == TEA
    assert len(lines) == 3


@pytest.mark.parametrize("mark", ["\u0654", "\u064e", "\u200c", "\u0651\u064f"])
def test_never_breaks_before_a_mark_of_the_letter_before(mark: str) -> None:
    lines = broken(("ه" + mark) * 90, PLAIN, 200, rtl=True)
    assert len(lines) > 1
    assert not [line for line in lines if line.startswith(tuple(mark))]


# ---- the machine


def test_a_machine_without_raqm_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(features, "check", lambda name: name != "fribidi")
    lettering.font_of.cache_clear()
    with pytest.raises(DeviceError, match="install libfribidi0"):
        draw(receipts(Language.FA)["plain"], 576)


def test_this_machine_has_raqm() -> None:
    lettering.check_lettering()


def test_nothing_is_drawn_or_loaded_by_an_import() -> None:
    told = subprocess.run(
        [sys.executable, "-c", "import sys, kiosk.receipt.content, kiosk.receipt.jobs;"
         "print(sorted({'PIL', 'escpos', 'kivy', 'numpy'} & set(sys.modules)))"],
        capture_output=True, text=True, cwd=Path(__file__).parents[2], check=True,
    )  # fmt: skip
    assert told.stdout == "[]\n"
