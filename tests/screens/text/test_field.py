"""The field in a real window: typed, touched, and looked at."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from kiosk.screens.text import fonts
from kiosk.screens.text.caret import Caret
from kiosk.screens.text.layout import drawn
from tests.screens.text.reference import Picture, advance, drawn_by_raqm, likeness

MIXED = "سلام Galaxy"
LEFT, RIGHT, SHIFT = 276, 275, ("shift",)
PADDING, CARET_WIDTH = 24, 3
SELECTION = (191, 227, 216)  # the default selection colour
TOLERANCE_PX = 3


@pytest.fixture
def field(window: Any) -> Iterator[Any]:
    """A focused field of 700 × 90 pixels, white around it."""
    from kivy.uix.floatlayout import FloatLayout

    from kiosk.screens.text.field import PersianField

    before, window.window.clearcolor = window.window.clearcolor, (1, 1, 1, 1)
    field = PersianField(size_hint=(None, None), size=(700, 90), pos=(100, 900), font_size=44)
    box = FloatLayout()
    box.add_widget(field)
    window.show(box)
    field.focus = True
    yield field
    field.focus = False
    window.window.clearcolor = before


def width_of(text: str, rtl: bool = True) -> float:
    return advance(drawn(text), fonts.file_of(fonts.REGULAR), 44, rtl)


def right_edge(field: Any) -> int:
    return int(field.right - PADDING - CARET_WIDTH)


def picture_of(window: Any, field: Any, path: Path) -> Picture:
    """The field's pixels as RGB, top row first."""
    with Image.open(window.screenshot(path / "field.png")) as whole:
        top = whole.height - field.top
        return np.asarray(whole.crop((int(field.x), int(top), int(field.right), int(top + 90))))


# ------------------------------------------------------------------ typing
def test_typed_letters_are_joined_as_another_shaper_joins_them(
    window: Any, field: Any, tmp_path: Path
) -> None:
    field.caret_color = "#FFFFFF"
    for count, character in enumerate("گوشی A55 نو", start=1):
        window.type(character)
        if count in (2, 4, 8, 11):
            ink = 255 - picture_of(window, field, tmp_path).mean(axis=2).astype(np.uint8)
            darkest = ink.astype(float) / 226 * 255  # the text is not quite black
            wanted = drawn_by_raqm(field.text, fonts.file_of(fonts.REGULAR), 44, rtl=True)
            assert likeness(np.minimum(darkest, 255).astype(np.uint8), wanted) >= 0.6, field.text


def test_the_caret_stands_where_another_shaper_measures_the_typed_text(
    window: Any, field: Any
) -> None:
    for count in range(1, 6):
        window.type("سلام "[count - 1])
        wanted = right_edge(field) - width_of(field.text)
        assert field.caret_px == pytest.approx(wanted, abs=TOLERANCE_PX)
    for count in range(1, 7):
        window.type("Galaxy"[count - 1])
        wanted = right_edge(field) - width_of("سلام ")
        assert field.caret_px == pytest.approx(wanted, abs=TOLERANCE_PX), field.text


def test_within_a_word_the_caret_stands_between_the_joined_letters(field: Any) -> None:
    field.text = "پیشخان"
    whole = width_of("پیشخان")
    for index in range(1, 6):
        field.move_to(index)
        rest = width_of("\u200d" + field.text[index:]) if index != 5 else width_of("ن")
        assert field.caret_px == pytest.approx(right_edge(field) - whole + rest, abs=TOLERANCE_PX)


def test_an_empty_field_has_its_caret_where_persian_begins(field: Any) -> None:
    assert field.caret_px == right_edge(field)
    field.base_direction = "ltr"
    assert field.caret_px == field.x + PADDING


def test_latin_text_begins_at_the_left(field: Any) -> None:
    field.insert("AB-12")
    assert field.caret_px == pytest.approx(
        field.x + PADDING + width_of("AB-12", rtl=False), abs=TOLERANCE_PX
    )


def test_an_on_screen_keyboard_types_without_a_physical_one(field: Any) -> None:
    for key in ("م", "ی", "\u200c", "خ"):
        field.insert(key)
    field.backspace()
    field.backspace()
    assert field.text == "م"


def test_text_set_from_outside_has_the_caret_at_its_end_on_one_line(field: Any) -> None:
    field.text = "سلام\nدنیا"
    assert (field.text, field.caret) == ("سلام دنیا", Caret(9))


def test_typing_stops_at_the_longest_length(window: Any, field: Any) -> None:
    field.length_max = 3
    window.type("abcdef")
    assert field.text == "abc"


def test_enter_says_so(window: Any, field: Any) -> None:
    said = []
    field.bind(on_text_validate=lambda _: said.append(True))
    window.press(13)
    assert said == [True]


# ------------------------------------------------------------------ moving, selecting, deleting
def test_arrow_keys_move_as_seen_through_both_directions(window: Any, field: Any) -> None:
    field.text = MIXED
    field.move_to(0)
    seen = [field.caret_px]
    for _ in range(len(MIXED)):
        window.press(LEFT)
        seen.append(field.caret_px)
    assert seen == sorted(seen, reverse=True)
    assert seen[0] == right_edge(field)
    assert seen[-1] == pytest.approx(right_edge(field) - width_of(MIXED), abs=TOLERANCE_PX)
    window.press(RIGHT)
    assert field.caret_px > seen[-1]


def test_a_touch_puts_the_caret_beside_the_touched_letter(window: Any, field: Any) -> None:
    field.text = MIXED
    for index in (1, 2, 3, 7, 9):
        field.move_to(index)
        x = field.caret_px
        field.move_to(0)
        window.tap(field, (x, field.center_y))
        assert (field.caret.index, field.caret_px) == (index, x)


@pytest.mark.parametrize(
    ("start", "end", "parts"),
    [
        (0, 4, [("", "سلام")]),
        (5, 11, [("سلام ", "Galaxy")]),
        (0, 11, [("", "سلام Galaxy")]),
    ],
)
def test_the_highlight_covers_what_is_selected(
    window: Any, field: Any, tmp_path: Path, start: int, end: int, parts: list[tuple[str, str]]
) -> None:
    field.text = MIXED
    field.move_to(start)
    field.move_to(end, selecting=True)
    wanted = [
        (right_edge(field) - width_of(before + inside), right_edge(field) - width_of(before))
        for before, inside in parts
    ]
    assert np.allclose(field.selection_px, wanted, atol=TOLERANCE_PX)
    row = picture_of(window, field, tmp_path)[15]  # above the letters, below the highlight's top
    columns = np.nonzero((row == SELECTION).all(axis=1))[0] + field.x
    assert columns.min() == pytest.approx(wanted[0][0], abs=TOLERANCE_PX)
    assert columns.max() == pytest.approx(wanted[-1][1], abs=TOLERANCE_PX + CARET_WIDTH)


def test_a_selection_across_directions_is_highlighted_in_two_parts(
    window: Any, field: Any, tmp_path: Path
) -> None:
    field.text = MIXED
    field.move_to(2)
    field.move_to(8, selecting=True)
    latin, persian = field.selection_px
    start = right_edge(field) - width_of(MIXED)
    assert latin == pytest.approx((start, start + width_of("Gal", rtl=False)), abs=TOLERANCE_PX)
    assert persian[1] - persian[0] == pytest.approx(width_of("\u200dام "), abs=TOLERANCE_PX)
    row = (picture_of(window, field, tmp_path)[15] == SELECTION).all(axis=1)
    assert np.count_nonzero(np.diff(row.astype(int)) == 1) == 2


def test_dragging_selects_and_typing_replaces_it(window: Any, field: Any) -> None:
    field.text = MIXED
    y = field.center_y
    window.drag((right_edge(field), y), (right_edge(field) - width_of("سلام"), y))
    assert field.selection == (0, 4)
    window.type("X")
    assert field.text == "X Galaxy"


def test_shift_and_arrow_keys_select(window: Any, field: Any) -> None:
    field.text = MIXED
    field.move_to(0)
    window.press(LEFT, SHIFT)
    window.press(LEFT, SHIFT)
    assert field.selection == (0, 2)
    window.press(LEFT)
    assert field.selection == (3, 3)


def test_backspace_and_delete_keys_delete(window: Any, field: Any) -> None:
    field.text = "abسَcd"
    field.move_to(4)
    window.press(8)
    assert (field.text, field.caret.index) == ("abسcd", 3)
    window.press(127)
    assert field.text == "abسd"


# ------------------------------------------------------------------ looks
def test_the_hint_is_shown_until_something_is_typed(
    window: Any, field: Any, tmp_path: Path
) -> None:
    field.focus = False
    field.hint_text = "نام کالا"
    assert (picture_of(window, field, tmp_path) < 250).any()
    hint = picture_of(window, field, tmp_path)
    field.insert("نام کالا")
    typed = picture_of(window, field, tmp_path)
    assert hint.min() > typed.min()  # the hint is paler
    field.clear()
    assert np.array_equal(picture_of(window, field, tmp_path), hint)


def test_a_long_text_scrolls_so_that_the_caret_stays_in_sight(
    window: Any, field: Any, tmp_path: Path
) -> None:
    field.text = (
        "این متن از پهنای کادر بسیار درازتر است و باید به چپ و راست برود تا Samsung Galaxy دیده شود"
    )
    inside = range(int(field.x) + PADDING, right_edge(field) + 1)
    for index in (len(field.text), 0, 30, 75, len(field.text)):
        field.move_to(index)
        picture = picture_of(window, field, tmp_path)
        assert field.caret_px in inside
        assert (picture[:, : PADDING - 1] == 255).all()
        assert (picture[:, -PADDING + 1 :] == 255).all()


def test_the_highlight_of_a_long_text_stays_inside_the_field(
    window: Any, field: Any, tmp_path: Path
) -> None:
    field.text = "متن درازتر از پهنای کادر " * 4
    field.select_all()
    picture = picture_of(window, field, tmp_path)
    assert (picture[15, PADDING + 1 : -PADDING - CARET_WIDTH] == SELECTION).all()
    assert (picture[:, : PADDING - 1] == 255).all()
    assert (picture[:, -PADDING + 1 :] == 255).all()


def test_the_caret_blinks_only_while_the_field_has_the_focus(
    window: Any, field: Any, tmp_path: Path
) -> None:
    from kiosk.screens.text.field import BLINK_S

    def lit() -> bool:
        return bool((picture_of(window, field, tmp_path) < 250).any())

    assert lit()
    window.until(lambda: not lit(), wait_s=4 * BLINK_S)
    window.until(lit, wait_s=4 * BLINK_S)
    field.focus = False
    assert not lit()


# ------------------------------------------------------------------ focus
def test_one_field_has_the_focus_and_gets_the_keys(window: Any, field: Any) -> None:
    from kiosk.screens.text.field import PersianField

    other = PersianField(size_hint=(None, None), size=(700, 90), pos=(100, 700))
    field.parent.add_widget(other)
    window.pump(2)
    window.tap(other)
    window.type("ب")
    assert (field.focus, field.text, other.text) == (False, "", "ب")


def test_a_touch_elsewhere_leaves_the_focus_for_the_keyboard_on_screen(
    window: Any, field: Any
) -> None:
    window.drag((500, 300), (500, 300), steps=0)
    assert field.focus


def test_a_field_that_left_the_screen_gets_no_keys(window: Any, field: Any) -> None:
    field.parent.remove_widget(field)
    window.type("ب")
    assert field.text == ""


def test_never_asks_the_system_for_a_keyboard(
    window: Any, field: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []
    for name in ("request_keyboard", "show_keyboard"):
        monkeypatch.setattr(
            type(window.window), name, lambda *_, n=name: asked.append(n), raising=False
        )
    field.focus = False
    window.tap(field)
    window.type("سلام")
    assert (asked, field.text) == ([], "سلام")


def test_a_disabled_field_takes_no_touch(window: Any, field: Any) -> None:
    field.focus = False
    field.disabled = True
    window.tap(field)
    assert not field.focus
