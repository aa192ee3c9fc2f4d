"""The shared values refuse what is wrong, and never change what they were given."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retail.values import Gtin, InvalidGtinError, Money, Place, check_digit

PAYLOADS = st.text("0123456789", min_size=13, max_size=13)
AMOUNTS = st.integers(-(10**15), 10**15)


@pytest.mark.parametrize(
    ("payload", "digit"),
    [
        ("400638133393", 1),  # the examples of GS1's own pages and of real packs
        ("9638507", 4),
        ("61414100003", 6),
        ("629104150021", 3),
        ("0" * 13, 0),
    ],
)
def test_the_check_digit_of_a_gtin(payload: str, digit: int) -> None:
    assert check_digit(payload) == digit


@given(PAYLOADS, st.integers(0, 12), st.integers(1, 9))
def test_one_wrong_digit_is_always_noticed(payload: str, place: int, shift: int) -> None:
    wrong = str((int(payload[place]) + shift) % 10)
    changed = payload[:place] + wrong + payload[place + 1 :]

    assert check_digit(changed) != check_digit(payload)


@pytest.mark.parametrize(
    ("text", "shortest"),
    [
        ("96385074", "96385074"),
        ("614141000036", "614141000036"),
        ("0614141000036", "614141000036"),
        ("4006381333931", "4006381333931"),
        ("14006381333938", "14006381333938"),
    ],
)
def test_a_gtin_is_kept_in_14_digits_and_shown_as_short_as_it_is_printed(
    text: str, shortest: str
) -> None:
    gtin = Gtin.parse(text)

    assert gtin.digits == text.zfill(14)
    assert str(gtin) == shortest


@given(PAYLOADS)
def test_a_gtin_read_from_its_shortest_form_is_the_same(payload: str) -> None:
    gtin = Gtin(payload + str(check_digit(payload)))

    assert Gtin.parse(gtin.shortest) == gtin


@pytest.mark.parametrize(
    "text",
    ["", "123", "4006381333932", "400638133393a", "４００６３８１３３３９３１", "۴۰۰۶۳۸۱۳۳۳۹۳۱", "-4006381333931", "4006381333931 "],
)  # fmt: skip
def test_what_is_no_gtin_is_refused(text: str) -> None:
    with pytest.raises(InvalidGtinError, match="Expected"):
        Gtin.parse(text)


@given(AMOUNTS, AMOUNTS)
def test_money_adds_takes_away_and_compares_as_whole_numbers(a: int, b: int) -> None:
    one, other = Money(a, "IRR"), Money(b, "IRR")

    assert one + other - other == one
    assert (one + other).minor == a + b
    assert (one < other) == (a < b)
    assert (one >= other) == (a >= b)
    assert one * 3 == one + one + one


@pytest.mark.parametrize(
    "mix",
    [
        lambda: Money(1, "EUR") + Money(1, "SEK"),
        lambda: Money(1, "EUR") - Money(1, "SEK"),
        lambda: Money(1, "EUR") < Money(1, "SEK"),
        lambda: Money(1, "EUR") >= Money(1, "SEK"),
    ],
    ids=["add", "take away", "less", "at least"],
)
def test_money_of_two_currencies_does_not_mix(mix: object) -> None:
    with pytest.raises(ValueError, match=r"Expected (EUR, got SEK|SEK, got EUR)"):
        mix()  # type: ignore[operator]


@pytest.mark.parametrize("minor", [1.0, "1", True, None])
def test_money_is_a_whole_number_and_nothing_else(minor: object) -> None:
    with pytest.raises(TypeError, match="Expected a whole number of the smallest unit"):
        Money(minor, "IRR")  # type: ignore[arg-type]


@pytest.mark.parametrize("currency", ["", "irr", "IR", "RIAL", "تومن", "I2R", "I R", "A-B"])
def test_a_currency_is_three_capital_letters(currency: str) -> None:
    with pytest.raises(ValueError, match="Expected a currency code"):
        Money(1, currency)


def test_a_place_has_an_aisle() -> None:
    with pytest.raises(ValueError, match="Expected an aisle"):
        Place("", "3", "2")
