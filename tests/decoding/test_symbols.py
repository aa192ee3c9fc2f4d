"""Readings: one spelling and one key for each number, and no number with a wrong check digit."""

from hypothesis import given
from hypothesis import strategies as st

from kiosk.decoding.symbols import RETAIL, Format, Reading, retail_reading
from retail.values import check_digit

HERE = ((0.0, 0.0), (90.0, 0.0), (90.0, 40.0), (0.0, 40.0))
TWELVE = st.text("0123456789", min_size=12, max_size=12)
ELEVEN = st.text("0123456789", min_size=11, max_size=11)
SEVEN = st.text("0123456789", min_size=7, max_size=7)


def whole(payload):
    return payload + str(check_digit(payload))


@given(TWELVE)
def test_an_ean_13_is_read_as_it_is_or_as_upc_a_where_it_begins_with_0(payload):
    digits = whole(payload)
    reading = retail_reading(Format.EAN13, digits, HERE)
    assert reading.raw.decode() == digits
    assert reading.format is (Format.UPCA if digits[0] == "0" else Format.EAN13)
    assert reading.text == (digits[1:] if digits[0] == "0" else digits)


@given(ELEVEN)
def test_a_upc_a_has_the_key_of_the_ean_13_with_a_0_before_it(payload):
    digits = whole(payload)
    as_upc = retail_reading(Format.UPCA, digits, HERE)
    as_ean = retail_reading(Format.EAN13, "0" + digits, HERE)
    assert as_upc == as_ean
    assert as_upc.key == as_ean.key


@given(SEVEN)
def test_an_ean_8_keeps_its_8_digits(payload):
    reading = retail_reading(Format.EAN8, whole(payload), HERE)
    assert (reading.text, reading.raw) == (whole(payload), whole(payload).encode())
    assert reading.symbology == "E4"


@given(TWELVE, st.integers(1, 9))
def test_no_number_with_a_wrong_check_digit_becomes_a_reading(payload, off):
    wrong = payload + str((int(check_digit(payload)) + off) % 10)
    assert retail_reading(Format.EAN13, wrong, HERE) is None


@given(TWELVE, st.integers(0, 11), st.integers(1, 9))
def test_no_number_with_one_wrong_digit_becomes_a_reading(payload, at, off):
    digits = whole(payload)
    wrong = digits[:at] + str((int(digits[at]) + off) % 10) + digits[at + 1 :]
    assert retail_reading(Format.EAN13, wrong, HERE) is None


@given(st.sampled_from(sorted(RETAIL, key=lambda each: each.name)), st.text(max_size=20))
def test_whatever_a_library_says_it_is_a_reading_or_nothing(format_, text):
    reading = retail_reading(format_, text, HERE)
    assert reading is None or reading.raw.isdigit()


@given(st.sampled_from([Format.ITF, Format.CODE128, Format.QRCODE]), st.binary(min_size=1))
def test_other_codes_are_the_same_if_format_and_bytes_are(format_, raw):
    one = Reading(format_, "one spelling", raw, "X0", HERE)
    other = Reading(format_, "another", raw, "X0", ((1.0, 1.0),) * 4)
    assert one.key == other.key
    assert one.key != Reading(Format.DATAMATRIX, "one spelling", raw, "X0", HERE).key
