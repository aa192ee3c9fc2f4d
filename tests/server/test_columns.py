import pytest
from hypothesis import given
from hypothesis import strategies as st

from retail.values import Gtin, check_digit
from server.importing import columns
from server.importing.columns import CellError, PackCell, column_of


@pytest.mark.parametrize(
    ("header", "column"),
    [
        ("sku", "sku"),
        ("SKU", "sku"),
        ("کد کالا", "sku"),
        ("كد كالا", "sku"),  # written with Arabic letters
        ("Name (fa)", "name_fa"),
        ("name_en", "name_en"),
        ("نام\u200cکالا", "name_fa"),
        ("دسته‌بندی", "category"),
        ("قیمت (ریال)", "price"),
        ("بارکد", "gtin"),
        ("Barcode", "gtin"),
        ("رنگ", None),
        ("", None),
    ],
)
def test_headers_are_understood_in_persian_and_english(header: str, column: str | None) -> None:
    assert column_of(header) == column


@pytest.mark.parametrize(
    ("cell", "amount"),
    [
        ("0", 0),
        ("1250000", 1_250_000),
        ("1,250,000", 1_250_000),
        ("۱٬۲۵۰٬۰۰۰", 1_250_000),
        ("٩٠", 90),
    ],
)
def test_amounts_are_read(cell: str, amount: int) -> None:
    assert columns.read_amount(cell) == amount


@pytest.mark.parametrize(
    "cell", ["", "-1", "12.5", "1,25", "1,2500", "1e5", "۱۲٫۵", "5 ریال", "9" * 17, "²", "1" * 5000]
)
def test_what_is_no_whole_amount_is_refused(cell: str) -> None:
    with pytest.raises(CellError):
        columns.read_amount(cell)


@given(st.integers(0, 10**13 - 1))
def test_a_gtin_that_lost_its_zeros_is_found_again(number: int) -> None:
    digits = f"{number:013}{check_digit(f'{number:013}')}"
    cut = digits.lstrip("0")
    if len(cut) < columns.LOST_ZEROS_DIGITS_MIN:
        with pytest.raises(CellError):
            columns.read_gtin(cut)
        return
    gtin, mended = columns.read_gtin(cut)
    assert gtin == Gtin(digits)
    assert mended == (len(cut) not in (8, 12, 13, 14))


@given(st.text(max_size=20))
def test_any_text_is_either_a_gtin_or_refused(text: str) -> None:
    try:
        gtin, _mended = columns.read_gtin(text)
    except CellError:
        return
    assert isinstance(gtin, Gtin)


@pytest.mark.parametrize(
    "cell", ["6260100000101", "626010000011", "62601000002", "6.2601E+12", "12"]
)
def test_a_number_that_its_check_digit_does_not_prove_is_refused(cell: str) -> None:
    with pytest.raises(CellError):
        columns.read_gtin(cell)


def test_packs_are_read_with_and_without_a_price() -> None:
    assert columns.read_packs("16260100000107:6:3150000:شیرینک:6-pack|96385074:2") == (
        PackCell(Gtin("16260100000107"), 6, 3_150_000, "شیرینک", "6-pack"),
        PackCell(Gtin("00000096385074"), 2),
    )
    assert columns.read_packs("") == ()


@pytest.mark.parametrize(
    "cell", ["16260100000107", "16260100000107:0", "16260100000107:x", "1:6", "96385074:2:3:4:5:6"]
)
def test_a_wrong_pack_is_refused(cell: str) -> None:
    with pytest.raises(CellError):
        columns.read_packs(cell)


def test_wordings_are_kept_in_persian_letters_and_single_spaces() -> None:
    assert columns.read_text("name_fa", "  شير   كم‌چرب ", required=True) == "شیر کم‌چرب"
    with pytest.raises(CellError):
        columns.read_text("name_fa", " ", required=True)
    with pytest.raises(CellError):
        columns.read_text("unit_fa", "ب" * 51, required=True)


def test_a_size_needs_both_its_parts() -> None:
    assert columns.read_size("۱۰۰۰", "g") == (1000, "g")
    assert columns.read_size("", "") == (None, "")
    for amount, measure in (("5", ""), ("", "g"), ("0", "g"), ("5", "oz"), ("x", "g")):
        with pytest.raises(CellError):
            columns.read_size(amount, measure)


@pytest.mark.parametrize("cell", ["10001", "-1", "9%", "1.5"])
def test_basis_points_are_0_to_10000(cell: str) -> None:
    assert columns.read_basis_points("") == 0
    assert columns.read_basis_points("10000") == 10_000
    with pytest.raises(CellError):
        columns.read_basis_points(cell)
