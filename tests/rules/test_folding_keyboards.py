"""What was typed on the wrong layout is read key by key: docs/search.md, section 3."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retail.folding import fold
from retail.keyboards import other_layout


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("nvdh", "دریا"),
        ("adv", "شیر"),
        ("',aj", "گوشت"),
        ("Hf", "آب"),
        ("NVDH", "دریآ"),
        ("fvk[", "برنج"),
        (";hgi", "کاله"),
        ("aihn", "شهاد"),
        ("nvdh 500", "دریا 500"),
    ],
)
def test_english_keys_are_read_as_persian_letters(typed: str, meant: str) -> None:
    assert fold(other_layout(typed)[0]) == fold(meant)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("سشئسعدل", "samsung"), ("سشپسعدل", "samsung"), ("ىثسفمث", "destle"), ("ؤخمش", "aola")],
)
def test_persian_letters_are_read_as_english_keys(typed: str, meant: str) -> None:
    assert fold(other_layout(typed)[0]) == meant


def test_the_key_that_differs_between_layouts_has_two_readings() -> None:
    assert other_layout("mkdv") == ("پنیر", "ئنیر")


@pytest.mark.parametrize("text", ["", "500", "۵۰۰", "شیر milk", "!?"])
def test_a_text_of_both_layouts_or_of_neither_has_no_other_reading(text: str) -> None:
    assert other_layout(text) == ()


@given(st.text("abcdefghijklnopqrstuvwxyz", min_size=1))  # all but m, which has two readings
def test_two_wrong_layouts_make_a_right_one(text: str) -> None:
    (persian,) = other_layout(text)

    assert other_layout(persian) == (text,)
