"""Which kind of code it is: the one place that decides, and that turns faults into a value.

The order of the questions is that of docs/barcodes.md, "Which kind of code".
"""

from __future__ import annotations

from datetime import date

from retail.barcodes.codes import Code, CodeError, Reason, TradeItem, Unreadable, sound_gtin
from retail.barcodes.digital_link import is_web_address, split_link
from retail.barcodes.elements import GS, item_of, split_bracketed, split_message
from retail.barcodes.in_store import CodeRules
from retail.barcodes.upc_e import expand_upc_e
from retail.values import GTIN_LENGTHS, Gtin, InvalidGtinError, check_digit

CODE_BYTES_MAX = 1_024  # a GS1 message has at most 90 in one element; web addresses are longer
TYPED_MAX = 64
# AIM identifiers (ISO/IEC 15424): GS1-128, DataBar, DataMatrix, QR, DotCode with FNC1 first
_GS1_MESSAGES = frozenset({"C1", "e0", "d2", "Q3", "J1"})
_EAN_13, _EAN_13_ADD_ON, _EAN_8 = "E0", "E3", "E4"
_PERSIAN_AND_ARABIC = str.maketrans("۰۱۲۳۴۵۶۷۸۹٠١٢٣٤٥٦٧٨٩", "0123456789" * 2)
_BETWEEN_DIGITS = str.maketrans("", "", " \t-\u00a0\u200c\u200e\u200f")


def read(raw: bytes, rules: CodeRules, today: date, symbology: str = "") -> Code:
    """Say what the bytes of one code mean; ``today`` is the store's date.

    ``symbology`` is the AIM identifier without its bracket, such as ``"d2"``, where the
    device tells it apart from the data; in the data itself, as ``]d2``, it counts too.
    """
    try:
        text, symbology = _take_symbology(_text_of(raw), symbology)
        return _code_of(text, rules, today, symbology)
    except CodeError as error:
        return Unreadable(error.reason, str(error))


def read_typed(text: str, rules: CodeRules, today: date) -> Code:
    """Say what a person typed; Persian and Arabic digits count, spaces and hyphens do not."""
    if len(text) > TYPED_MAX:
        return Unreadable(Reason.TOO_LONG, f"Expected {TYPED_MAX} characters, got {len(text)}")
    plain = text.translate(_PERSIAN_AND_ARABIC).translate(_BETWEEN_DIGITS)
    return read(plain.encode("utf-8", "surrogatepass"), rules, today)


def _text_of(raw: bytes) -> str:
    if len(raw) > CODE_BYTES_MAX:
        raise CodeError(Reason.TOO_LONG, f"Expected {CODE_BYTES_MAX} bytes, got {len(raw)}")
    try:
        text = raw.decode().strip(" \t\r\n")
    except UnicodeDecodeError as error:
        raise CodeError(Reason.NOT_TEXT, f"Expected text, got {error}") from None
    if not text.strip(GS):
        raise CodeError(Reason.EMPTY, "Expected a code, got nothing")
    if not text.replace(GS, "").isprintable():
        raise CodeError(Reason.NOT_TEXT, f"Expected printable characters, got {text[:16]!r}")
    return text


def _take_symbology(text: str, told: str) -> tuple[str, str]:
    if text[0] == "]" and len(text) > 3:
        return text[3:], text[1:3]
    return text, told.removeprefix("]")


def _code_of(text: str, rules: CodeRules, today: date, symbology: str) -> Code:
    if card := next((card for layout in rules.cards if (card := layout.read(text))), None):
        return card
    if symbology in _GS1_MESSAGES or text[0] in (GS, "("):
        bracketed = text.lstrip(GS)[:1] == "("
        return item_of(split_bracketed(text) if bracketed else split_message(text), today)
    if is_web_address(text):
        return item_of(split_link(text), today)
    if GS in text or _may_be_message(text):
        return item_of(split_message(text), today)
    if symbology == _EAN_13_ADD_ON:
        text = text[:13]  # two or five digits follow: the issue of a magazine
    if text.isascii() and text.isdecimal():
        return _in_store_or_item(_gtin_of(text, symbology), rules)
    raise CodeError(Reason.NO_ITEM, f"Expected an item number, got {text[:32]!r}")


def _may_be_message(text: str) -> bool:
    """Tell whether a reader that hides its symbology sent a GS1 message: AI 01 and a GTIN."""
    gtin = text[2:16]
    whole = text.startswith("01") and len(gtin) == 14 and gtin.isascii() and gtin.isdecimal()
    return whole and check_digit(gtin[:13]) == int(gtin[13])


def _gtin_of(digits: str, symbology: str) -> Gtin:
    """Read a number without elements; a UPC-E without check digit only from a device."""
    if _is_upc_e(digits, symbology):
        try:
            digits = expand_upc_e(digits)
        except InvalidGtinError as error:
            raise CodeError(Reason.WRONG_CHECK_DIGIT, str(error)) from None
    if len(digits) not in GTIN_LENGTHS:
        raise CodeError(Reason.WRONG_LENGTH, f"Expected 8, 12, 13 or 14 digits, got {len(digits)}")
    return sound_gtin(digits)


def _is_upc_e(digits: str, symbology: str) -> bool:
    if symbology == _EAN_13:  # AIM gives UPC-E the identifier of EAN-13
        return len(digits) in (6, 7, 8)
    reads_as_ean_8 = symbology == _EAN_8 or check_digit(digits[:-1]) == int(digits[-1])
    return len(digits) == 8 and not reads_as_ean_8 and digits[0] in "01"


def _in_store_or_item(gtin: Gtin, rules: CodeRules) -> Code:
    for layout in rules.layouts:
        if found := layout.read(gtin, rules.currency):
            return found
    return TradeItem(gtin)
