"""Drawn text, pixel by pixel beside another shaper; and that this comparison finds what is wrong."""

import subprocess
import sys
import time
from typing import Any

import numpy as np
import pytest
from kivy.core.text.text_sdl2 import LabelSDL2

from kiosk.screens.text import fonts
from kiosk.screens.text.layout import drawn
from kiosk.screens.text.provider import FALLBACK, PersianLabel, ascent, extents, install, pieces
from tests.screens.text.reference import (
    INK,
    Picture,
    advance,
    drawn_by,
    drawn_by_raqm,
    likeness,
)

ALIKE = 0.65  # of what we draw, the least alike slice of any line here has 0.75
UNLIKE = 0.3  # of what stock Kivy draws, the least alike slice has at most 0.17

PERSIAN = (
    "گوشی Samsung Galaxy A55 مدل SM-A556E",
    "قیمت: ۱۲٬۵۰۰ تومان",
    "مانده \u2066-12,500\u2069 تومان",
    "تلفن: \u2066021-8877\u2069 (تهران)",
    "می‌خواهم کتاب‌ها را بخرم",
    "«شیر کم‌چرب ۱٫۵٪ پاستوریزه»",
    "تخفیف ۲۰٪ تا ۱۴۰۴/۰۹/۰۲",
    "پرداختِ مُعتَبَر لا إله",
    "کابل USB-C به HDMI 2.1 (۲ متری)",
)
ENGLISH = ("Price: 12,500 تومان (VAT)", "Milk 1.5% «شیر» [AB-12]")
LINES = [(text, True) for text in PERSIAN] + [(text, False) for text in ENGLISH]
PARAGRAPH = (
    "متن بلند فارسی که در چند خط شکسته می‌شود، با Latin text در میان و (پرانتز) و عدد ۱۲٬۵۰۰ هم. "
)

pytestmark = pytest.mark.usefixtures("window")


def label(text: str, rtl: bool = True, **options: Any) -> PersianLabel:
    options = {"font_name": fonts.REGULAR, "font_size": 44} | options
    return PersianLabel(text=text, base_direction="rtl" if rtl else "ltr", **options)


def reference(text: str, rtl: bool = True, size_px: int = 44) -> Picture:
    return drawn_by_raqm(text, fonts.file_of(fonts.REGULAR), size_px, rtl)


# ------------------------------------------------------------------ beside another shaper
@pytest.mark.parametrize(("text", "rtl"), LINES)
@pytest.mark.parametrize(("name", "size_px"), [(fonts.REGULAR, 44), (fonts.BOLD, 72)])
def test_a_line_looks_as_another_shaper_draws_it(
    text: str, rtl: bool, name: str, size_px: int
) -> None:
    ours = drawn_by(label(text, rtl, font_name=name, font_size=size_px))
    assert likeness(ours, drawn_by_raqm(text, fonts.file_of(name), size_px, rtl)) >= ALIKE


@pytest.mark.parametrize(("text", "rtl"), LINES)
def test_the_comparison_rejects_what_stock_kivy_draws(text: str, rtl: bool) -> None:
    stock = drawn_by(LabelSDL2(text=text, font_name=fonts.REGULAR, font_size=44))
    assert likeness(stock, reference(text, rtl)) < UNLIKE


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("گوشی Galaxy A55 مدل", "مدل Galaxy A55 گوشی"),
        ("می‌خواهم", "میخواهم"),
        ("تلفن: \u2066021-8877\u2069", "تلفن: 021-8877"),
        ("شیر (کم‌چرب)", "شیر )کم‌چرب("),
        ("قیمت ۱۲٬۵۰۰", "قیمت ۲۱٬۵۰۰"),
    ],
)
def test_the_comparison_rejects_a_small_fault(text: str, wrong: str) -> None:
    assert likeness(drawn_by(label(text)), reference(wrong)) < ALIKE


@pytest.mark.parametrize("width_px", [420, 640, 900])
def test_a_wrapped_paragraph_looks_right_line_by_line(width_px: int) -> None:
    wrapped = label(PARAGRAPH * 2, text_size=(width_px, None), halign="auto", line_height=1.1)
    picture = drawn_by(wrapped)
    lines = wrapped.layout.lines
    height = picture.shape[0] / len(lines)
    assert len(lines) >= 3
    for number, line in enumerate(lines):
        band = picture[round(number * height) : round((number + 1) * height)]
        text = wrapped.layout.text[line.start : line.end]
        assert likeness(band, reference(text)) >= ALIKE, text


@pytest.mark.parametrize(("text", "rtl"), LINES)
def test_a_line_is_as_wide_as_another_shaper_measures_it(text: str, rtl: bool) -> None:
    one_line = label(text, rtl).one_line(text)
    wanted = advance(drawn(text), fonts.file_of(fonts.REGULAR), 44, rtl)
    assert one_line.width == pytest.approx(wanted, abs=1 + len(text) / 6)


def test_controls_that_steer_the_layout_leave_no_trace() -> None:
    plain = drawn_by(label("کد AB-12"))
    steered = drawn_by(label("\u200fکد \u2066AB-12\u2069\ufeff\u200e"))
    assert np.array_equal(plain, steered)


# ------------------------------------------------------------------ glyphs and fonts
def test_a_character_that_the_font_lacks_is_drawn_in_the_fallback() -> None:
    vazirmatn = str(fonts.file_of(fonts.REGULAR))
    assert list(pieces("خوب ✓", vazirmatn)) == [("خوب ", vazirmatn), ("✓", FALLBACK)]
    assert list(pieces("﷼ ۱۲", vazirmatn)) == [("﷼ ۱۲", vazirmatn)]
    tick = drawn_by_raqm("✓", FALLBACK, 44, rtl=False)
    assert likeness(drawn_by(label("✓")), tick) >= ALIKE


def test_a_fallback_glyph_after_persian_stands_at_its_left() -> None:
    tick = drawn_by_raqm("✓", FALLBACK, 44, rtl=False)
    picture = drawn_by(label("خوب ✓"))
    left, _ = left_and_right_gap(picture)
    assert likeness(picture[:, left : left + tick.shape[1]], tick) >= ALIKE


def test_a_fallback_glyph_stands_on_the_baseline_of_the_line() -> None:
    alone = label("✓", rtl=False, font_name=FALLBACK)
    in_line = label("✓", rtl=False)
    foot_alone, foot_in_line = (
        int(np.nonzero(drawn_by(each) >= INK)[0].max()) - ascent(each.style)
        for each in (alone, in_line)
    )
    assert foot_in_line == foot_alone


def test_text_is_measured_alike_after_kivy_has_closed_the_font() -> None:
    before = label("گوشی Samsung").one_line("گوشی Samsung").width
    for size_px in range(10, 90):  # Kivy keeps 64 fonts open
        drawn_by(label("م", font_size=size_px))
    extents.cache_clear()
    assert label("گوشی Samsung").one_line("گوشی Samsung").width == before


# ------------------------------------------------------------------ boxes
def left_and_right_gap(picture: Picture) -> tuple[int, int]:
    columns = np.nonzero((picture >= INK).any(axis=0))[0]
    return int(columns.min()), int(picture.shape[1] - 1 - columns.max())


@pytest.mark.parametrize(
    ("halign", "rtl", "side"),
    [
        ("auto", True, "right"),
        ("auto", False, "left"),
        ("left", True, "left"),
        ("right", False, "right"),
    ],
)
def test_a_line_is_aligned_to_its_side(halign: str, rtl: bool, side: str) -> None:
    left, right = left_and_right_gap(
        drawn_by(label("سلام", rtl, halign=halign, text_size=(600, 80)))
    )
    assert (left < 10) == (side == "left")
    assert (right < 10) == (side == "right")


def test_a_centred_line_has_the_same_gap_on_both_sides() -> None:
    left, right = left_and_right_gap(drawn_by(label("سلام", halign="center", text_size=(600, 80))))
    assert abs(left - right) <= 8


@pytest.mark.parametrize(("text", "rtl", "halign"), [("ش", True, "left"), ("W", False, "right")])
def test_a_letter_that_is_too_wide_keeps_its_beginning_in_sight(
    text: str, rtl: bool, halign: str
) -> None:
    narrow = label(text, rtl, text_size=(12, None), halign=halign)
    shown, whole = drawn_by(narrow), drawn_by(label(text, rtl))
    assert whole.shape[1] > 24
    assert np.array_equal(shown, whole[:, -12:] if rtl else whole[:, :12])


@pytest.mark.parametrize(
    "options",
    [{"max_lines": 2}, {"text_size": (400, 150), "valign": "middle"}, {"shorten": True}],
)
def test_text_that_does_not_fit_ends_in_an_ellipsis(options: dict[str, Any]) -> None:
    full = label(PARAGRAPH, **({"text_size": (400, None), "shorten_from": "right"} | options))
    full.refresh()
    assert full.is_shortened
    assert full.layout.text.endswith("…")
    assert len(full.layout.lines) == (1 if "shorten" in options else 2)


def test_height_grows_by_lines_and_line_height() -> None:
    one, two = label("سلام"), label("سلام\nسلام", line_height=1.5)
    assert two.render()[1] == 2 * one.render()[1] * 1.5


def test_padding_is_added_around_the_text() -> None:
    plain, padded = label("سلام"), label("سلام", padding=[10, 20, 30, 40])
    (width, height), (padded_width, padded_height) = plain.render(), padded.render()
    assert (padded_width, padded_height) == (width + 40, height + 60)


def test_empty_text_draws_nothing() -> None:
    empty = label("")
    empty.refresh()
    assert (empty.render(), empty.texture.size) == ((0, 0), (1, 1))


def test_base_direction_none_goes_by_the_first_letter_and_weak_rtl_by_letters_if_any() -> None:
    for direction, text, base in (
        (None, "abc سلام", 0),
        (None, "سلام abc", 1),
        (None, "۱۲۳", 0),
        ("weak_rtl", "۱۲۳", 1),
        ("weak_rtl", "abc", 0),
        ("rtl", "abc", 1),
    ):
        found = PersianLabel(text=text, base_direction=direction, font_name=fonts.REGULAR)
        assert found.one_line(text).base == base, (direction, text)


# ------------------------------------------------------------------ refusals and installing
def test_markup_is_refused() -> None:
    from kivy.uix.label import Label

    with pytest.raises(ValueError, match="expected a label without markup"):
        Label(text="[b]سلام[/b]", markup=True)


def test_justified_text_is_refused() -> None:
    with pytest.raises(
        ValueError, match="expected halign left, center, right or auto, got justify"
    ):
        drawn_by(label("سلام", halign="justify", text_size=(300, None)))


def test_every_kivy_label_draws_with_it() -> None:
    from kivy.uix.label import Label

    install()  # again is harmless
    assert isinstance(Label(text="سلام")._label, PersianLabel)


def run(program: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False
    )


def test_installing_too_late_is_an_error_and_not_wrong_letters() -> None:
    done = run(
        "import kivy.uix.label\nfrom kiosk.screens.text.provider import install\n"
        "try: install()\nexcept RuntimeError as error: print(error)"
    )
    assert done.stdout.strip() == (
        "expected install() before kivy.uix.label is imported, got it after"
    )


def test_importing_changes_nothing_and_opens_no_window() -> None:
    done = run(
        "import sys, threading, kivy.core.text as text; before = text.Label\n"
        "from kiosk.screens.text import field, fonts, provider\n"
        "print(text.Label is before, 'kivy.core.window' in sys.modules, threading.active_count())\n"
        "print('kivy.core.clipboard' in sys.modules, 'Icons' in text.LabelBase._fonts)"
    )
    assert done.stdout.split() == ["True", "False", "1", "False", "False"], done.stderr


# ------------------------------------------------------------------ speed
def test_a_new_label_is_drawn_in_a_few_milliseconds() -> None:
    texts = [f"گوشی Samsung Galaxy A{number} مدل SM-{number}E" for number in range(50)]
    drawn_by(label(texts[0]))
    start = time.perf_counter()
    for text in texts:
        drawn_by(label(text))
    each_ms = (time.perf_counter() - start) / len(texts) * 1000
    print(f"{each_ms:.2f} ms a label")
    assert each_ms < 10


def test_a_snug_label_is_as_wide_as_its_longest_line_and_breaks_where_the_others_do() -> None:
    wide, snug = label(PARAGRAPH, text_size=(600, None)), label(PARAGRAPH, text_size=(600, None))
    snug.snug = True
    for each in (wide, snug):
        each.refresh()
    assert snug.layout == wide.layout
    assert wide.texture.width == 600
    assert snug.texture.width == snug.layout.width < 600


def test_what_was_drawn_is_kept_once_as_a_texture() -> None:
    drawn_once = label(PERSIAN[0])
    drawn_once.refresh()
    drawn_once.texture.bind()
    assert drawn_once._surface is None
