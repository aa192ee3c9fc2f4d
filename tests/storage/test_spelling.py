"""How far two words are apart, and what is looked for nearby: docs/search.md, section 7."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.storage.spelling import distance, half_slips, rests_of, slips_forgiven

WORD = st.text("ابپسش", max_size=9)


@pytest.mark.parametrize(
    ("asked", "word", "slips"),
    [
        ("شیر", "شیر", 0),
        ("شر", "شیر", 1),
        ("شییر", "شیر", 1),
        ("سیر", "شیر", 1),
        ("یشر", "شیر", 1),
        ("شکالت", "شکلات", 1),
        ("شکل", "شکلات", 2),
        ("", "شی", 2),
        ("abcd", "badc", 2),
        ("ca", "abc", 3),  # a letter takes part in one swap at most
        ("abc", "xbz", 2),
    ],
)
def test_a_slip_is_a_letter_out_in_another_or_swapped(asked: str, word: str, slips: int) -> None:
    assert distance(asked, word, 3) == slips


@given(WORD, WORD)
def test_a_distance_is_the_same_both_ways(one: str, other: str) -> None:
    assert distance(one, other, 20) == distance(other, one, 20)


@given(WORD, WORD, st.integers(0, 4))
def test_a_limit_changes_only_what_is_beyond_it(one: str, other: str, limit: int) -> None:
    whole, limited = distance(one, other, 20), distance(one, other, limit)

    assert limited == whole if whole <= limit else limited > limit


@given(WORD.filter(lambda word: len(word) > 2), WORD.filter(lambda word: len(word) > 2))
def test_words_few_slips_apart_have_a_rest_in_common(one: str, other: str) -> None:
    for slips in (1, 2):
        if distance(one, other, slips) <= slips:
            assert rests_of(one, slips) & rests_of(other, slips)


@pytest.mark.parametrize(
    ("asked", "word", "halves"),
    [
        ("سابون", "صابون", 1),
        ("هابون", "صابون", 2),
        ("تلا", "طلا", 1),
        ("زغال", "ذغال", 1),
        ("ثابوم", "صابون", 3),
        ("صابن", "صابون", 2),
        ("صاوبن", "صابون", 2),
    ],
)
def test_a_letter_that_sounds_alike_is_half_a_slip(asked: str, word: str, halves: int) -> None:
    assert half_slips(asked, word) == halves


@pytest.mark.parametrize(
    ("word", "slips"), [("شی", 0), ("شیر", 1), ("شکلات", 1), ("ماکارونی", 2), ("1000", 0), ("", 0)]
)
def test_longer_words_are_forgiven_more_and_numbers_nothing(word: str, slips: int) -> None:
    assert slips_forgiven(word) == slips
