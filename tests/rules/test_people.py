"""Mobile numbers and national ids as people type them, and what is shown of them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retail.people import PersonError, masked_mobile, masked_name, read_mobile, read_national_id


@pytest.mark.parametrize(
    "text",
    [
        "09123456789", "9123456789", "+989123456789", "00989123456789", "989123456789",
        "0912 345 6789", "0912-345-6789", "(0912) 345.6789", "۰۹۱۲۳۴۵۶۷۸۹", "٠٩١٢٣٤٥٦٧٨٩",
        "\u200e+98 912 345 6789\u200f",
    ],
)  # fmt: skip
def test_one_number_is_one_however_it_is_typed(text: str) -> None:
    assert read_mobile(text) == "989123456789"


@pytest.mark.parametrize(
    "text",
    ["", "0912345678", "091234567890", "02188881234", "09x23456789", "+19123456789", "0" * 400],
)
def test_what_is_no_mobile_number_is_refused_without_telling_it(text: str) -> None:
    with pytest.raises(PersonError) as refused:
        read_mobile(text)
    assert not text or text not in str(refused.value)


def test_of_a_number_the_middle_is_hidden() -> None:
    assert masked_mobile("989123456789") == "0912•••6789"
    assert masked_name("سارا  احمدی") == "س••• ا•••"
    assert masked_name("") == ""


@pytest.mark.parametrize(
    "text", ["0084575948", "84575948", "۰۰۸۴۵۷۵۹۴۸", "008-457594-8", "0499370899"]
)
def test_a_national_id_whose_check_digit_is_right(text: str) -> None:
    assert len(read_national_id(text)) == 10


@pytest.mark.parametrize(
    "text", ["1111111111", "0084575947", "123", "00845759481", "", "abcdefghij"]
)
def test_a_national_id_with_a_slip(text: str) -> None:
    with pytest.raises(PersonError):
        read_national_id(text)


@given(st.integers(10**8, 10**9 - 1), st.integers(0, 9), st.integers(0, 9))
def test_a_wrong_digit_is_found(nine: int, place: int, other: int) -> None:
    """By a modulus of 11 every single slip is found, but for the digit that stands for 10."""
    sums = sum(int(d) * (10 - n) for n, d in enumerate(f"{nine:09d}")) % 11
    good = f"{nine:09d}{sums if sums < 2 else 11 - sums}"
    wrong = good[:place] + str(other) + good[place + 1 :]
    if len(set(good)) == 1:
        return
    assert read_national_id(good) == good
    if wrong != good and not (place < 9 and int(good[-1]) in (0, 1)):
        with pytest.raises(PersonError):
            read_national_id(wrong)
