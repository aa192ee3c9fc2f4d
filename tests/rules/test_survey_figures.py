"""What answers come to, against the standard library's statistics and by hand."""

from __future__ import annotations

import statistics
from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retail.survey_figures import Bin, bins, crossed, numbers, shares, steps, top_words

NUMBERS = st.lists(st.floats(-1e6, 1e6).map(lambda x: round(x, 3)), min_size=1, max_size=60)


@given(NUMBERS)
def test_numbers_are_as_statistics_has_them(values: list[float]) -> None:
    told = numbers(Counter(values))
    assert told is not None
    assert told.count == len(values)
    assert told.mean == pytest.approx(statistics.fmean(values), abs=1e-6)
    assert told.median == pytest.approx(statistics.median(values))
    assert (told.least, told.most) == (min(values), max(values))
    if len(values) > 1:
        assert told.deviation == pytest.approx(statistics.stdev(values), abs=1e-3)
    else:
        assert told.deviation is None


def test_no_numbers_are_nothing() -> None:
    assert numbers({}) is None
    assert bins({}) == ()


@given(NUMBERS)
def test_every_number_is_in_one_bin_and_bins_touch(values: list[float]) -> None:
    told = bins(Counter(values))
    assert sum(each.count for each in told) == len(values)
    assert 1 <= len(told) <= 14
    assert told[0].start <= min(values)
    for one, next_one in pairwise(told):
        assert one.end == pytest.approx(next_one.start)


def test_bins_are_of_a_width_that_a_person_would_take() -> None:
    assert bins({0: 1, 7: 2, 23: 1}, 5) == (
        Bin(0, 5, 1), Bin(5, 10, 2), Bin(10, 15, 0), Bin(15, 20, 0), Bin(20, 25, 1)
    )  # fmt: skip
    assert bins({4: 9}) == (Bin(4, 5, 9),)


def test_shares_are_of_people_and_choices_nobody_took_are_there() -> None:
    told = shares({"b": 3, "x": 1}, 4, ["a", "b"])
    assert [(each.value, each.count, each.share) for each in told] == [
        ("a", 0, 0.0), ("b", 3, 0.75), ("x", 1, 0.25)
    ]  # fmt: skip
    assert shares({}, 0, ["a"])[0].share == 0


def test_a_table_of_two_questions() -> None:
    told = crossed({("old", "yes"): 2, ("new", "no"): 1}, 3, ["new", "old"], ["yes", "no", "?"])
    assert told.cells == ((0, 1, 0), (2, 0, 0))
    assert (told.row_sums, told.column_sums) == ((1, 2), (2, 1, 0))
    assert crossed({}, 0).column_sums == ()


def test_where_people_leave() -> None:
    told = steps(["/d/a", "/d/b", "/d/c"], 6, {"/d/b": 3, "/d/c": 1, "/gone": 9})
    assert [(each.reached, each.left) for each in told] == [(10, 0), (10, 3), (7, 1)]
    assert told[1].share_left == pytest.approx(0.3)


def test_words_are_folded_counted_once_a_text_and_little_ones_left_out() -> None:
    texts = ["صف خيلي طولانی بود، صف", "صف صندوق", "the Queue and the queue", "12"]
    assert top_words(texts)[0] == ("صف", 2)
    assert dict(top_words(texts))["queue"] == 1
    assert not {"the", "خیلی", "بود", "12"} & dict(top_words(texts)).keys()
