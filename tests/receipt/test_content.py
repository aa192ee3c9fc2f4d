"""What a receipt says, as data: in both languages, in both calendars, with nothing of a card."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from kiosk.config import MoneyStyle
from kiosk.errors import DataError
from kiosk.messages import Language
from kiosk.receipt.content import Besides, number_of, receipt_of
from kiosk.receipt.examples import (
    CARD,
    LONG,
    NAMES,
    PLAIN,
    REFERENCE,
    SALE_ID,
    SHOP,
    SLIP,
    receipts,
    sold,
    words_of,
)
from kiosk.receipt.parts import Mark, Pair, Receipt, Slip, Square, read_receipt, receipt_record
from kiosk.receipt.parts import Words as Said
from kiosk.receipt.sold import Named, SaleRow, Sold, masked, read_sold

CANARY = "5413330089020011"  # a test card's number, with a right check digit
PERSIAN_CANARY = CANARY.translate(str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹"))


def bare(text: str) -> str:
    return re.sub("[\u2066-\u2069]", "", text)


def pairs(receipt: Receipt) -> list[tuple[str, str]]:
    return [(bare(p.start), bare(p.end)) for p in receipt.parts if isinstance(p, Pair)]


def written(
    basket: dict[str, Any], *tenders: Any, language: Language = Language.EN, **more: Any
) -> Receipt:
    return receipt_of(
        sold(basket, *(tenders or (CARD,))), SHOP, words_of(language), Besides(**more)
    )


def test_a_persian_receipt_from_top_to_bottom() -> None:
    receipt = receipts(Language.FA)["plain"]
    assert [bare(text) for text in receipt.texts[:2]] == ["فروشگاه زنجیره‌ای نمونه", "شعبهٔ ونک"]
    assert receipt.texts[-1] == "از خرید شما سپاسگزاریم"
    assert "شیر کم‌چرب Kalleh ۱ لیتری" in receipt.texts
    assert pairs(receipt) == [
        ("رسید ۱۴۰۵۰۹۰۵-۰۰۱۲۷", "۱۴۰۵/۰۹/۰۵  ۱۴:۳۲"),
        ("۱ × ۱٬۲۸۵٬۰۰۰", "۱٬۲۸۵٬۰۰۰"),
        ("۲ × ۴۵٬۹۰۰", "۹۱٬۸۰۰"),
        ("۱ × ۱۸۹٬۰۰۰", "۱۸۹٬۰۰۰"),
        ("باشگاه مشتریان", "-۱۲٬۵۰۰"),
        ("جمع", "۱٬۵۶۵٬۸۰۰"),
        ("تخفیف‌ها", "-۱۲٬۵۰۰"),
        ("مبلغ پرداختی (تومان)", "۱٬۵۵۳٬۳۰۰"),
        ("مالیات بر ارزش افزوده در این مبلغ", "۱۴۱٬۲۰۹٫۱"),
        ("کارت بانکی ۶۰۳۷۹۹******۴۸۲۱", "۱٬۵۵۳٬۳۰۰"),
    ]


def test_an_english_receipt_has_the_gregorian_date_and_the_same_number() -> None:
    receipt = receipts(Language.EN)["plain"]
    assert pairs(receipt)[0] == ("Receipt 14050905-00127", "2026-11-26  14:32")
    assert pairs(receipt)[7:] == [
        ("Total (Toman)", "1,553,300"),
        ("VAT in the total", "141,209.1"),
        ("Bank card 603799******4821", "1,553,300"),
    ]


def test_the_day_is_the_stores_and_not_that_of_greenwich() -> None:
    late = replace(sold(PLAIN, CARD), at=datetime(2026, 11, 26, 21, 0, tzinfo=UTC))
    assert pairs(receipt_of(late, SHOP, words_of(Language.FA)))[0][1] == "۱۴۰۵/۰۹/۰۶  ۰۰:۳۰"
    assert pairs(receipt_of(late, SHOP, words_of(Language.EN)))[0][1] == "2026-11-27  00:30"


def test_lines_offers_and_sums_add_up_to_what_is_paid() -> None:
    receipt = written(dict(LONG), {"kind": "points", "amount": 500_000}, CARD)
    got = pairs(receipt)
    amounts = dict(got)
    assert got[1:9] == [
        ("3 × 123,456", "370,368"),
        ("The second at half price", "-61,728"),
        ("Customer club", "-3,086.4"),
        ("1.275 kg × 415,000", "529,125"),
        ("0.5 kg", "207,500"),
        ("12 × 15,000", "180,000"),
        ("1 × 99,000", "99,000"),
        ("Offer", "-9,900"),  # head office has no such rule any more
    ]
    assert amounts["Gift"] == "-45,900"
    at = next(i for i, (start, _) in enumerate(got) if start == "Subtotal")
    subtotal, off, vat, total, points, card = tenths_of(got[at:])
    lines = tenths_of(got[1:at])
    assert subtotal == sum(each for each in lines if each > 0)
    assert off == sum(each for each in lines if each < 0)
    assert subtotal + off + vat == total == points + card


def tenths_of(got: list[tuple[str, str]]) -> list[int]:
    return [round(10 * float(end.replace(",", ""))) for _, end in got]


def test_an_item_without_a_name_is_told_by_its_number_and_what_left_is_not_told() -> None:
    said = [bare(part.text) for part in written(dict(LONG)).parts if isinstance(part, Said)]
    assert "Item 40-9917/B" in said
    assert not [text for text in said if "rice" in text]


def test_amounts_in_rial_where_the_store_says_so() -> None:
    rial = receipt_of(sold(PLAIN, CARD), SHOP, words_of(Language.EN, MoneyStyle.RIAL))
    assert ("Total (Rial)", "15,533,000") in pairs(rial)


def test_a_sale_of_another_currency_without_a_basket() -> None:
    receipt = receipts(Language.EN)["no basket"]
    assert pairs(receipt) == [
        ("Receipt 000000A1", "2026-11-26  14:32"),
        ("Total (EUR)", "12.99"),
        ("VAT in the total", "2.07"),
        ("Bank card 603799******4821", "12.99"),
    ]


@pytest.mark.parametrize("language", Language)
def test_all_but_the_first_are_marked_as_a_copy_in_both_languages(language: Language) -> None:
    first, copy = receipts(language)["plain"], receipts(language)["copy"]
    assert not [part for part in first.parts if isinstance(part, Mark)]
    assert copy.parts[0] == Mark("رونوشت  •  COPY")
    assert copy.parts[1:] == first.parts


def test_the_terminals_own_lines_are_there_where_they_are_given() -> None:
    slips = [
        part.text
        for part in written(dict(PLAIN), terminal_lines=SLIP).parts
        if isinstance(part, Slip)
    ]
    assert slips == [line.rstrip() for line in SLIP]
    assert not [part for part in written(dict(PLAIN)).parts if isinstance(part, Slip)]
    assert not [
        p for p in written(dict(PLAIN), terminal_lines=(" ", "")).parts if isinstance(p, Slip)
    ]


def test_the_reference_is_in_the_square_as_it_is() -> None:
    squares = [
        part for part in written(dict(PLAIN), reference=REFERENCE).parts if isinstance(part, Square)
    ]
    assert squares == [Square(REFERENCE)]


@pytest.mark.parametrize(
    "line",
    [
        f"CARD {CANARY}",
        f"کارت {PERSIAN_CANARY}",
        "PAN 5413 3300 8902 0011 OK",
        "PAN ۵۴۱۳-۳۳۰۰-۸۹۰۲-۰۰۱۱",
        f"\x1b@{CANARY}",
        f"{CANARY[:8]}\u202e{CANARY[8:]}",
    ],
)
def test_no_card_number_gets_onto_a_receipt(line: str) -> None:
    tender = {**CARD, "card_bin": CANARY, "card_last4": CANARY, "terminal_id": CANARY,
              "trace": CANARY, "receipt": CANARY}  # fmt: skip
    basket = {**PLAIN, "lines": [{**PLAIN["lines"][0], "sku": "CARD"}]}
    names = Named({"CARD": NAMES.items["RICE"]}, {})
    made = sold(basket, tender, names=names)
    receipt = receipt_of(made, SHOP, words_of(Language.EN), Besides("", (line,)))
    digits = re.sub("[^0-9۰-۹]", "", "".join(receipt.texts))
    assert CANARY not in digits
    assert PERSIAN_CANARY not in digits
    assert CANARY[6:12] not in digits
    assert ("Bank card 541333******0011", "1,553,300") in pairs(receipt)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("کم‌چرب", "کم‌چرب"),  # what joins and parts letters stays
        ("a\u202eb\u2066c", "abc"),
        ("a\x00b\nc", "a b c"),
        ("0989 5550 123", "0989 5550 123"),
    ],
)
def test_words_from_outside_are_letters_alone(text: str, shown: str) -> None:
    assert masked(text) == shown


@pytest.mark.parametrize(
    "broken",
    [
        {"lines": [{"sku": "A"}]},
        {"lines": [{**PLAIN["lines"][0], "shares": [[4, 1]]}], "rules": []},
        {"date": "26.11.2026"},
        {"lines": 7},
    ],
)
def test_a_broken_sale_is_refused_at_the_edge(broken: dict[str, Any]) -> None:
    with pytest.raises(DataError, match="Expected the sale"):
        read_sold(SaleRow(SALE_ID, datetime.now(UTC), 1, "IRR", broken, ()))


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("name", receipts(Language.EN))
def test_a_receipt_comes_back_from_the_journal_as_it_was(name: str, language: Language) -> None:
    receipt = receipts(language)[name]
    assert read_receipt(receipt_record(receipt)) == receipt


@pytest.mark.parametrize(
    "record",
    [{}, {"language": "fa", "parts": [{"part": "picture"}]}, {"language": "fa", "parts": [{}]},
     {"language": "fa", "parts": [{"part": "pair", "start": "a"}]}],
)  # fmt: skip
def test_a_broken_record_is_refused(record: dict[str, Any]) -> None:
    with pytest.raises(DataError, match="Expected a receipt"):
        read_receipt(record)


def test_a_sale_has_one_number_whoever_reads_it() -> None:
    made: Sold = sold(PLAIN, CARD)
    assert number_of(made) == "14050905-00127"
    assert number_of(replace(made, number=None)) == "000000A1"
