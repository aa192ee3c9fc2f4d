"""Lines, shortening and clusters, with a font in which every character is 10 pixels wide."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.screens.text.layout import Box, Cut, Layout, clusters, drawn, lay_out
from kiosk.screens.text.levels import base_level

PERSIAN = "متن بلند فارسی با Latin و (۱۲۳) در میان"
anything = st.text(alphabet="سلام می‌خب abAB 12۱۲ -،.()\n\u2066\u2069\u064b", max_size=60)


def measure(text: str, rtl: bool) -> int:
    return 10 * len(text)


def lines_of(layout: Layout) -> list[str]:
    return [layout.text[line.start : line.end] for line in layout.lines]


def shown(
    text: str, width_px: int | None = None, lines_max: int = 0, cut: Cut = "end"
) -> list[str]:
    return lines_of(lay_out(text, measure, base_level, Box(width_px, lines_max, cut)))


def test_text_without_a_box_is_one_line_for_each_paragraph() -> None:
    assert shown("یک دو\nسه\r\nچهار") == ["یک دو", "سه", "چهار"]


def test_breaks_at_spaces_and_leaves_them_out() -> None:
    assert shown("aaa bbb  ccc", 70) == ["aaa bbb", "ccc"]


def test_breaks_a_word_that_is_longer_than_the_line() -> None:
    assert shown("aaaaaaa bb", 30) == ["aaa", "aaa", "a", "bb"]


def test_never_breaks_between_a_letter_and_its_vowel_mark() -> None:
    assert shown("سَلا", 10)[0] == "سَ"


def test_does_not_break_at_a_no_break_space() -> None:
    assert shown("aa b\u00a0c", 50) == ["aa", "b\u00a0c"]


def test_what_exceeds_the_lines_gives_way_to_an_ellipsis() -> None:
    assert shown("aaa bbb ccc ddd", 70, lines_max=1) == ["aaa bb…"]
    assert shown("aaa bbb ccc ddd eee", 70, lines_max=2) == ["aaa bbb", "ccc dd…"]


def test_text_that_fits_has_no_ellipsis() -> None:
    layout = lay_out("aaa bbb", measure, base_level, Box(70, 1))
    assert (lines_of(layout), layout.shortened) == (["aaa bbb"], False)


@pytest.mark.parametrize(
    ("cut", "wanted"), [("end", "abcd…"), ("start", "…fghi"), ("middle", "ab…hi")]
)
def test_one_line_is_cut_at_the_end_at_the_start_or_in_the_middle(cut: Cut, wanted: str) -> None:
    assert shown("abcdefghi", 50, lines_max=1, cut=cut) == [wanted]


def test_persian_is_shortened_in_reading_order_with_the_ellipsis_at_the_left() -> None:
    layout = lay_out("سلام دنیا", measure, base_level, Box(60, 1))
    assert lines_of(layout) == ["سلام…"]
    assert [run.rtl for run in layout.lines[0].runs] == [True]


def test_an_isolate_that_is_cut_is_closed_before_the_ellipsis() -> None:
    layout = lay_out(
        "\u2066abcdefgh\u2069 سلام", lambda t, rtl: 10 * len(t), lambda _: 1, Box(60, 1)
    )
    assert layout.text.endswith("\u2069…")
    assert layout.lines[0].runs[0].rtl  # the ellipsis belongs to the Persian line, at its left


def test_a_box_too_narrow_for_anything_still_shows_the_ellipsis() -> None:
    assert shown("abc", 1, lines_max=1) == ["…"]


def test_line_breaks_become_spaces_where_one_line_is_allowed() -> None:
    assert shown("ab\ncd", 100, lines_max=1) == ["ab cd"]


@given(anything, st.integers(20, 200))
def test_no_line_is_wider_than_the_box(text: str, width_px: int) -> None:
    for line in lay_out(text, measure, base_level, Box(width_px)).lines:
        one_cluster = len(list(clusters(text[line.start : line.end]))) <= 1
        assert line.width <= width_px or one_cluster


@given(anything, st.integers(20, 200))
def test_lines_hold_every_character_once_but_for_white_space(text: str, width_px: int) -> None:
    together = "".join(lines_of(lay_out(text, measure, base_level, Box(width_px))))
    assert together.replace(" ", "") == text.replace(" ", "").replace("\n", "")


@given(anything, st.integers(20, 200), st.integers(1, 3))
def test_never_more_lines_than_allowed_and_an_ellipsis_whenever_shortened(
    text: str, width_px: int, lines_max: int
) -> None:
    layout = lay_out(text, measure, base_level, Box(width_px, lines_max))
    assert len(layout.lines) <= lines_max
    assert layout.shortened == layout.text.endswith("…")


@given(anything)
def test_the_runs_of_a_line_are_its_characters_each_once(text: str) -> None:
    for line in lay_out(text, measure, base_level, Box(80)).lines:
        indices = sorted(i for run in line.runs for i in range(run.start, run.end))
        assert indices == list(range(line.start, line.end))


def test_layout_controls_are_not_drawn_but_joiners_and_number_signs_are() -> None:
    assert drawn("\u2066a\u2069\u200f\ufeff\u00ad\tb\u200c\u0600") == "a b\u200c\u0600"


def test_clusters_keep_marks_and_joiners_with_their_letter() -> None:
    text = "سَّمی‌خ"
    assert [text[start:end] for start, end in clusters(text)] == ["سَّ", "م", "ی‌", "خ"]
