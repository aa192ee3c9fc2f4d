"""What typing and deleting leave behind."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.screens.text.caret import Caret
from kiosk.screens.text.editing import (
    Edited,
    delete_after,
    delete_before,
    insert,
    move_to,
    select_all,
)

ZWNJ = "\u200c"


def at(text: str, index: int | None = None, anchor: int | None = None) -> Edited:
    return Edited(text, Caret(len(text) if index is None else index), anchor)


def test_typing_puts_text_at_the_caret_and_the_caret_behind_it() -> None:
    assert insert(at("سلام", 2), "XY") == at("سلXYام", 4)


def test_typing_replaces_what_is_selected() -> None:
    assert insert(at("abcdef", 4, anchor=1), "X") == at("aXef", 2)


def test_what_exceeds_the_longest_length_is_left_out() -> None:
    assert insert(at("abc"), "defg", length_max=5) == at("abcde")
    assert insert(at("abcde", 3, anchor=0), "xyz1", length_max=5) == at("xyzde", 3)


def test_line_breaks_and_controls_become_spaces() -> None:
    assert insert(at(""), "a\nb\tc\u2029") == at("a b c ")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("سلام", "سلا"),
        ("سَ", "س"),  # the mark alone, to put it right
        ("سَلا", "سَل"),
        (f"می{ZWNJ}", "م"),  # the joiner shows nothing here, so its letter goes too
        ("👨\u200d👩", "👨\u200d"),
        ("", ""),
    ],
)
def test_backspace_takes_away_what_was_seen(before: str, after: str) -> None:
    assert delete_before(at(before)) == at(after)


def test_backspace_between_letters_takes_the_joiner_alone_for_the_letters_then_join() -> None:
    assert delete_before(at(f"می{ZWNJ}خواهم", 3)) == at("میخواهم", 2)


def test_delete_takes_a_letter_with_its_marks_and_joiner() -> None:
    assert delete_after(at("سَّلام", 0)) == at("لام", 0)
    assert delete_after(at(f"می{ZWNJ}خ", 1)) == at("مخ", 1)
    assert delete_after(at("abc")) == at("abc")


@pytest.mark.parametrize("delete", [delete_before, delete_after])
def test_deleting_a_selection_leaves_the_caret_in_its_place(delete: object) -> None:
    assert callable(delete)
    assert delete(at("abcdef", 1, anchor=4)) == at("aef", 1)


def test_selecting_keeps_where_it_began_and_moving_ends_it() -> None:
    begun = move_to(at("abcdef", 2), Caret(4), selecting=True)
    longer = move_to(begun, Caret(5), selecting=True)
    assert (longer.selection, move_to(longer, Caret(0)).selection) == ((2, 5), (0, 0))


def test_all_can_be_selected() -> None:
    assert select_all(at("abc", 1)).selection == (0, 3)


@given(st.text(alphabet="سلام‌َab\u200d", max_size=12), st.data())
def test_backspace_empties_any_text_in_no_more_presses_than_characters(
    text: str, data: st.DataObject
) -> None:
    edited = at(text, data.draw(st.integers(0, len(text))))
    for _ in range(edited.caret.index):
        shorter = delete_before(edited)
        assert edited.caret.index == 0 or len(shorter.text) < len(edited.text)
        edited = shorter
    assert edited.caret.index == 0
