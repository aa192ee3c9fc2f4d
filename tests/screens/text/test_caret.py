"""Carets, arrows, touches and selections in mixed lines; each character is 10 pixels wide."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.screens.text.caret import Caret, caret_at, caret_beside, caret_x, selection_spans, stops
from kiosk.screens.text.layout import Line, drawn, set_line

MIXED = "سلام abc"  # on screen: abc at 0 to 30, the space at 30, سلام from 40 to 80
anything = st.text(alphabet="سلامدورabAB 12۱۲-()", min_size=1, max_size=20)


def measure(text: str, rtl: bool) -> int:
    return 10 * len(text.replace("\u200d", ""))


def line_of(text: str, base: int = 1) -> Line:
    return set_line(text, 0, len(text), measure, base)


def x_of(text: str, index: int, trailing: bool = True, base: int = 1) -> int:
    return caret_x(text, line_of(text, base), Caret(index, trailing), measure)


@pytest.mark.parametrize(("index", "x"), [(0, 80), (1, 70), (4, 40), (5, 30), (6, 10), (8, 30)])
def test_the_caret_stands_after_the_character_before_it(index: int, x: int) -> None:
    assert x_of(MIXED, index) == x


def test_where_directions_meet_the_other_place_is_before_the_next_character() -> None:
    assert x_of(MIXED, 5, trailing=True) == 30
    assert x_of(MIXED, 5, trailing=False) == 0


def test_a_number_typed_in_persian_has_the_caret_at_its_right() -> None:
    assert x_of("کد ۱۲", 5) == 20


def test_an_empty_line_has_one_place() -> None:
    assert x_of("", 0) == 0
    assert caret_at("", line_of(""), 50, measure) == Caret(0)


@given(anything, st.sampled_from([0, 1]))
def test_arrow_keys_walk_through_every_place_on_screen_and_back(text: str, base: int) -> None:
    line = line_of(text, base)
    places = sorted({stop.x for stop in stops(text, line, measure)})
    for step, wanted in ((1, places), (-1, places[::-1])):
        caret = caret_at(text, line, wanted[0], measure)
        walked = [caret_x(text, line, caret, measure)]
        for _ in wanted[1:]:
            caret = caret_beside(text, line, caret, step, measure)
            walked.append(caret_x(text, line, caret, measure))
        assert walked == wanted
        assert caret_beside(text, line, caret, step, measure) == caret


@given(anything, st.sampled_from([0, 1]), st.integers(-20, 250))
def test_a_touch_puts_the_caret_no_further_than_half_a_character_away(
    text: str, base: int, x: int
) -> None:
    line = line_of(text, base)
    found = caret_x(text, line, caret_at(text, line, x, measure), measure)
    assert abs(found - min(max(x, 0), line.width)) <= 5


def test_a_touch_where_directions_meet_goes_to_the_character_that_was_touched() -> None:
    line = line_of(MIXED)
    assert caret_at(MIXED, line, 29, measure) == Caret(8, trailing=True)
    assert caret_at(MIXED, line, 31, measure) == Caret(5, trailing=True)


@pytest.mark.parametrize(
    ("start", "end", "spans"),
    [
        (0, 4, ((40, 80),)),
        (5, 8, ((0, 30),)),
        (0, 8, ((0, 80),)),
        (3, 6, ((0, 10), (30, 50))),
        (2, 2, ()),
    ],
)
def test_a_selection_is_highlighted_where_its_characters_stand(
    start: int, end: int, spans: tuple[tuple[int, int], ...]
) -> None:
    assert selection_spans(MIXED, line_of(MIXED), start, end, measure) == spans


@given(anything, st.sampled_from([0, 1]), st.integers(0, 20), st.integers(0, 20))
def test_a_highlight_is_as_wide_as_the_characters_it_covers(
    text: str, base: int, one: int, other: int
) -> None:
    start, end = sorted((min(one, len(text)), min(other, len(text))))
    spans = selection_spans(text, line_of(text, base), start, end, measure)
    assert sum(right - left for left, right in spans) == measure(drawn(text[start:end]), False)


def test_a_letter_before_the_caret_is_measured_in_the_form_it_is_drawn_in() -> None:
    measured = []

    def record(text: str, rtl: bool) -> int:
        measured.append(text)
        return 10 * len(text)

    caret_x("سلام", line_of("سلام"), Caret(1), record)
    assert "س\u200d" in measured  # س joins لا here, and is narrower than alone
    assert "سلام\u200d" not in measured


def test_zero_width_non_joiner_is_no_place_of_its_own() -> None:
    indices = {stop.caret.index for stop in stops("می‌خ", line_of("می‌خ"), measure)}
    assert indices == {0, 1, 3, 4}
