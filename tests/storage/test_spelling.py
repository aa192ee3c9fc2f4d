"""How far two words are apart, and what is looked for nearby: docs/search.md, section 7."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
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
    assert min(distance(one, other, 2), 3) == min(distance(other, one, 2), 3)


def by_table(one: str, other: str) -> int:
    """Count the slips as textbooks do, by the table of all pairs of beginnings."""
    rows = [list(range(len(other) + 1))]
    for i, letter in enumerate(one, 1):
        row = [i]
        for j, against in enumerate(other, 1):
            exchanged = rows[-1][j - 1] + (letter != against)
            slips = [rows[-1][j] + 1, row[-1] + 1, exchanged]
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == against:
                slips.append(rows[-2][j - 2] + 1)
            row.append(min(slips))
        rows.append(row)
    return rows[-1][-1]


@given(WORD, WORD, st.integers(0, 4))
@settings(max_examples=500)
def test_a_distance_is_the_textbooks_up_to_the_limit(one: str, other: str, limit: int) -> None:
    whole, limited = by_table(one, other), distance(one, other, limit)

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
    assert half_slips(asked, word, distance(asked, word, 2)) == halves


@pytest.mark.parametrize(
    ("word", "slips"), [("شی", 0), ("شیر", 1), ("شکلات", 1), ("ماکارونی", 2), ("1000", 0), ("", 0)]
)
def test_longer_words_are_forgiven_more_and_numbers_nothing(word: str, slips: int) -> None:
    assert slips_forgiven(word) == slips
