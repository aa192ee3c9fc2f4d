"""What the columns of a product file are called and what their cells may hold: pure.

A cell is read into the value that the catalogue keeps, or refused with the phrase that says
what was expected. Persian digits count as digits, and Arabic ي and ك as ی and ک.

Source: docs/server.md, "Importing products".
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext_noop as _

from retail.catalogue import AGE_MAX, MEASURES
from retail.values import BASIS_POINTS, GTIN_LENGTHS, Gtin, InvalidGtinError

AMOUNT_MAX = 10**15  # Rial; beyond it, a cell holds something else than a price
COUNT_MAX = 2**31 - 1  # what the database's whole numbers hold
LOST_ZEROS_DIGITS_MIN = 6  # a shorter number with a fitting last digit is no proof

NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "sku": ("کد کالا", "شناسه کالا", "item code", "product code"),
    "name_fa": ("نام", "نام کالا", "نام فارسی", "name"),
    "name_en": ("نام انگلیسی", "english name"),
    "brand_fa": ("برند", "نشان", "brand"),
    "brand_en": ("برند انگلیسی", "english brand"),
    "category": ("دسته", "دسته بندی", "گروه"),
    "unit_fa": ("واحد", "unit"),
    "unit_en": ("واحد انگلیسی", "english unit"),
    "size_amount": ("مقدار", "اندازه", "size"),
    "size_measure": ("سنجه", "واحد اندازه", "measure"),
    "gtin": ("بارکد", "gtin", "barcode", "ean"),
    "pack_gtins": ("بارکد بسته ها", "packs"),
    "price": ("قیمت", "قیمت ریال", "price rial"),
    "vat_bp": ("مالیات", "vat"),
    "popularity": ("پرفروشی", "sales"),
    "note_fa": ("توضیح", "note"),
    "note_en": ("توضیح انگلیسی", "english note"),
    "labels_fa": ("برچسب ها", "labels"),
    "labels_en": ("برچسب های انگلیسی", "english labels"),
    "supplier": ("تأمین کننده", "شناسه تأمین کننده"),
    "floor": ("کف قیمت", "price floor"),
    "reducible": ("تخفیف پذیر", "may be reduced"),
    "age_min": ("حداقل سن", "from age"),
    "picture": ("تصویر", "عکس", "image"),
}
LENGTHS: Final[Mapping[str, int]] = {
    "name_fa": 300,
    "name_en": 300,
    "brand_fa": 100,
    "brand_en": 100,
    "unit_fa": 50,
    "unit_en": 50,
    "note_fa": 500,
    "note_en": 500,
    "labels_fa": 300,
    "labels_en": 300,
}
SKU_LENGTH_MAX = 64

A_TEXT = _("a text that is not empty")
A_SHORTER_TEXT = _("a shorter text")
A_SKU = _("a SKU of 64 characters or fewer")
A_SKU_AS_TEXT = _("the SKU as text, since a number loses its leading zeros")
A_WHOLE_AMOUNT = _("a whole amount of Rial, 0 or more")
A_WHOLE_NUMBER = _("a whole number, 0 or more")
BASIS_POINTS_0_TO_10000 = _("basis points, 0 to 10000")
A_GTIN = _("a GTIN of 8, 12, 13 or 14 digits")
A_CHECK_DIGIT = _("a GTIN with a right check digit")
A_MEASURE = _("one of g, ml, piece, cm, beside an amount")
LABELS = _("as many labels as in Persian, separated by |")
PACKS = _("GTIN:pieces:price:unit:English unit, separated by |")

A_SHORT_ID = _("an id of 63 characters or fewer")
YES_OR_NO = _("yes or no, 1 or 0")
AN_AGE = _("an age in years, 0 to 99")
SUPPLIER_LENGTH_MAX = 63

_YES, _NO = (
    frozenset({"1", "yes", "true", "بله", "آری"}),
    frozenset({"0", "no", "false", "خیر", "نه"}),
)
_DIGITS = str.maketrans("۰۱۲۳۴۵۶۷۸۹٠١٢٣٤٥٦٧٨٩", "0123456789" * 2)
_LETTERS = str.maketrans("يك", "یک")
_GROUPED = re.compile(r"[0-9]{1,3}([,٬][0-9]{3})+|[0-9]{1,16}")


class CellError(ValueError):
    """A cell is not what its column holds; ``expected`` is one of the phrases above."""

    def __init__(self, expected: str, got: str) -> None:
        super().__init__(expected, got)
        self.expected, self.got = expected, got


@dataclass(frozen=True, slots=True)
class PackCell:
    """A pack as a product file tells it; ``price`` is empty for pieces × the list price."""

    gtin: Gtin
    pieces: int = 1
    price: int | None = None
    unit_fa: str = ""
    unit_en: str = ""


def column_of(header: str, names: Mapping[str, Iterable[str]] = NAMES) -> str | None:
    """Give the column that a header's word means, in Persian or English; None if unknown."""
    word = plain(header)
    for column, others in names.items():
        if word == plain(column) or word in map(plain, others):
            return column
    return None


def plain(word: str) -> str:
    """Write a header's word as it is compared: Persian letters, small ones, single spaces."""
    return " ".join(re.sub(r"[_()\u200c\s]+", " ", word.translate(_LETTERS)).split()).lower()


def read_sku(cell: str) -> str:
    """Read a SKU; its leading zeros count."""
    sku = cell.translate(_DIGITS)
    if not sku or len(sku) > SKU_LENGTH_MAX:
        raise CellError(A_SKU, cell)
    return sku


def may_have_lost_zeros(sku: str, known: Container[str]) -> bool:
    """Tell whether a SKU that was a number may be another one's without its leading zeros."""
    return any(sku.zfill(length) in known for length in range(len(sku) + 1, SKU_LENGTH_MAX + 1))


def read_text(column: str, cell: str, *, required: bool) -> str:
    """Read a wording, with the Persian letters that Persian keyboards write."""
    text = " ".join(cell.translate(_LETTERS).split())
    if required and not text:
        raise CellError(A_TEXT, cell)
    if len(text) > LENGTHS[column]:
        raise CellError(A_SHORTER_TEXT, cell)
    return text


def read_amount(cell: str) -> int:
    """Read an amount: ``1250000``, ``1,250,000`` or ``۱٬۲۵۰٬۰۰۰``."""
    digits = cell.translate(_DIGITS)
    amount = int(re.sub("[,٬]", "", digits)) if _GROUPED.fullmatch(digits) else -1
    if not 0 <= amount <= AMOUNT_MAX:
        raise CellError(A_WHOLE_AMOUNT, cell)
    return amount


def read_count(cell: str) -> int:
    """Read a whole number; an empty cell is 0."""
    digits = cell.translate(_DIGITS) or "0"
    if not (digits.isascii() and digits.isdecimal()) or len(digits) > 10 or int(digits) > COUNT_MAX:
        raise CellError(A_WHOLE_NUMBER, cell)
    return int(digits)


def read_basis_points(cell: str) -> int:
    """Read a share in basis points; an empty cell is 0."""
    try:
        points = read_count(cell)
    except CellError:
        raise CellError(BASIS_POINTS_0_TO_10000, cell) from None
    if points > BASIS_POINTS:
        raise CellError(BASIS_POINTS_0_TO_10000, cell)
    return points


def read_supplier(cell: str) -> str:
    """Read the id of a supplier; empty for none."""
    supplier = " ".join(cell.split())
    if len(supplier) > SUPPLIER_LENGTH_MAX:
        raise CellError(A_SHORT_ID, cell)
    return supplier


def read_floor(cell: str) -> int | None:
    """Read a price that no rule goes below; empty for none."""
    return read_amount(cell) if cell else None


def read_yes(cell: str) -> bool:
    """Read yes or no; an empty cell is yes."""
    word = cell.translate(_DIGITS).translate(_LETTERS).lower()
    if word in _NO:
        return False
    if word and word not in _YES:
        raise CellError(YES_OR_NO, cell)
    return True


def read_age(cell: str) -> int:
    """Read an age in years; an empty cell is 0, for everybody."""
    try:
        age = read_count(cell)
    except CellError:
        raise CellError(AN_AGE, cell) from None
    if age > AGE_MAX:
        raise CellError(AN_AGE, cell)
    return age


def read_size(amount: str, measure: str) -> tuple[int | None, str]:
    """Read what one piece holds; both cells empty: not told."""
    if not amount and not measure:
        return None, ""
    count = read_count(amount)
    if count < 1 or measure not in MEASURES:
        raise CellError(A_MEASURE, f"{amount} {measure}".strip())
    return count, measure


def read_gtin(cell: str) -> tuple[Gtin, bool]:
    """Read a GTIN, and tell whether lost zeros were put back.

    A spreadsheet drops leading zeros. They add nothing to the check digit, so a number of an
    odd length is taken as the GTIN it was if its last digit fits, and refused if not.
    """
    digits = cell.translate(_DIGITS)
    if not (digits.isascii() and digits.isdecimal()):
        raise CellError(A_GTIN, cell)
    if not LOST_ZEROS_DIGITS_MIN <= len(digits) <= max(GTIN_LENGTHS):
        raise CellError(A_GTIN, cell)
    try:
        return Gtin(digits.zfill(14)), len(digits) not in GTIN_LENGTHS
    except InvalidGtinError:
        whole = len(digits) in GTIN_LENGTHS
        raise CellError(A_CHECK_DIGIT if whole else A_GTIN, cell) from None


def read_packs(cell: str) -> tuple[PackCell, ...]:
    """Read further packs: ``GTIN:pieces:price:unit:English unit``, separated by ``|``."""
    return tuple(_read_pack(part) for part in cell.split("|") if part.strip())


def _read_pack(part: str) -> PackCell:
    fields = [field.strip() for field in part.split(":")]
    if not 2 <= len(fields) <= 5:
        raise CellError(PACKS, part)
    gtin, pieces, price, unit_fa, unit_en = (*fields, "", "", "")[:5]
    number, _mended = read_gtin(gtin)
    count = read_count(pieces)
    if count < 1:
        raise CellError(PACKS, part)
    return PackCell(
        number,
        count,
        read_amount(price) if price else None,
        read_text("unit_fa", unit_fa, required=False),
        read_text("unit_en", unit_en, required=False),
    )
