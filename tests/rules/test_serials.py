"""Serials: what is made is read, and every slip of one sign, or of two that are swapped, is found."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retail.serials import (
    ALPHABET,
    LENGTH,
    SerialError,
    checked,
    grouped,
    new_serial,
    read_serial,
)

serials = st.text(ALPHABET, min_size=LENGTH - 1, max_size=LENGTH - 1).map(checked)


def test_nothing_in_it_looks_alike_and_the_base_is_a_prime() -> None:
    assert not set("0O1IL") & set(ALPHABET)
    assert len(set(ALPHABET)) == 31


@given(serials)
def test_what_is_printed_is_read_again_however_it_is_typed(serial: str) -> None:
    assert read_serial(grouped(serial)) == serial
    assert read_serial(f" {serial.lower()} ") == serial
    persian = str.maketrans("23456789", "۲۳۴۵۶۷۸۹")
    assert read_serial(serial.translate(persian)) == serial


@given(serials, st.integers(0, LENGTH - 1), st.sampled_from(ALPHABET))
def test_a_wrong_sign_is_found(serial: str, place: int, sign: str) -> None:
    wrong = serial[:place] + sign + serial[place + 1 :]
    if wrong != serial:
        with pytest.raises(SerialError):
            read_serial(wrong)


@given(serials, st.integers(0, LENGTH - 1), st.integers(0, LENGTH - 1))
def test_two_signs_that_are_swapped_are_found(serial: str, one: int, other: int) -> None:
    signs = list(serial)
    signs[one], signs[other] = signs[other], signs[one]
    if (wrong := "".join(signs)) != serial:
        with pytest.raises(SerialError):
            read_serial(wrong)


@pytest.mark.parametrize("text", ["", "A", "A" * 15, "A" * 17, "0" * 16, "بارانباران۱۲۳۴۵۶"])
def test_what_is_no_serial_is_refused_without_telling_it(text: str) -> None:
    with pytest.raises(SerialError) as refused:
        read_serial(text)
    assert not text or text not in str(refused.value)


def test_chance_makes_others_each_time() -> None:
    assert len({new_serial() for _ in range(1_000)}) == 1_000
    assert new_serial(Random(1).randrange) == new_serial(Random(1).randrange)


def test_one_of_31_guesses_passes_the_check_and_no_more() -> None:
    chance = Random(5)
    guesses = ("".join(chance.choice(ALPHABET) for _ in range(LENGTH)) for _ in range(31_000))
    passed = 0
    for guess in guesses:
        try:
            read_serial(guess)
        except SerialError:
            continue
        passed += 1
    assert 850 < passed < 1_150
