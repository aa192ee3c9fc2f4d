"""Receipts to look at: for the gallery and for tests."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from kiosk.config import MoneyStyle
from kiosk.messages import Language
from kiosk.receipt.content import Besides, Shop, receipt_of
from kiosk.receipt.parts import Receipt
from kiosk.receipt.sold import Body, Named, SaleRow, Sold, read_sold
from kiosk.words import Words, read_texts
from retail.catalogue import Text

SHOP = Shop(
    Text("فروشگاه زنجیره‌ای نمونه", "Sample Chain Stores"),
    Text("شعبهٔ ونک", "Vanak branch"),
    "vanak-03",
    Text(
        "خیابان ولیعصر، شمارهٔ ۲۲۴۰ – تلفن\u00a0۰۲۱۸۸۷۷۶۶۵۵",
        "2240 Vali-e Asr St – Tel.\u00a0021\u00a08877\u00a06655",
    ),
)
SALE_ID = UUID("0193d3a8-5c00-7000-8000-0000000000a1")
AT = datetime(2026, 11, 26, 11, 2, 40, tzinfo=UTC)
REFERENCE = (
    "PR1*VANAK*VANAK-03*AGJ5HKC4AAAHAAAAAAAAAAAAUE*20261126T110240Z*15533000IRR*"
    "5R2QZ7T6H4NQOW3DPX5JX4CJZ2W7T3S6HGFDKLM4XQ2N7VY5BZ6C3EAU4IR7XOPK6LW2JM5TQ3YHDGSN7VBZC4EXA6ORI2FPKUWJL5A"
)
NAMES = Named(
    {
        "RICE": Text("برنج هاشمی درجه یک ۱۰ کیلوگرم", "Hashemi rice, first grade, 10 kg"),
        "MILK": Text("شیر کم‌چرب Kalleh ۱ لیتری", "Kalleh low-fat milk, 1 litre"),
        "SHAMPOO": Text("شامپو Head & Shoulders 400 ml", "Head & Shoulders shampoo, 400 ml"),
        "CHEESE": Text("پنیر لیقوان گوسفندی", "Lighvan sheep's cheese"),
        "TEA": Text(
            "چای سیاه ممتاز بهارهٔ لاهیجان، بستهٔ ۵۰۰ گرمی Refah Gold Edition (کد ۱۲-A) با طعم ملایم",
            "Lahijan first flush black tea, the 500 g pack of Refah Gold Edition (12-A), mild",
        ),
        "BREAD": Text("نان سنگک", "Sangak bread"),
    },
    {
        "second-half": Text("دومی نصف قیمت", "The second at half price"),
        "club": Text("باشگاه مشتریان", "Customer club"),
    },
)
PLAIN: Body = {
    "number": 127,
    "date": "2026-11-26",
    "currency": "IRR",
    "rules": ["club"],
    "lines": [
        {"sku": "RICE", "quantity": 1, "price": 12_850_000, "amount": 12_850_000},
        {"sku": "MILK", "quantity": 2, "price": 459_000, "amount": 918_000},
        {"sku": "SHAMPOO", "quantity": 1, "price": 1_890_000, "amount": 1_890_000,
         "shares": [[0, 125_000]]},
    ],
    "subtotal": 15_658_000, "off": 125_000, "vat": 1_412_091, "total": 15_533_000,
}  # fmt: skip
LONG: Body = {
    "number": 12_041,
    "date": "2026-11-26",
    "currency": "IRR",
    "rules": ["second-half", "gone-rule", "club"],
    "lines": [
        {"sku": "TEA", "quantity": 3, "price": 1_234_560, "amount": 3_703_680,
         "shares": [[0, 617_280], [2, 30_864]]},
        {"sku": "CHEESE", "quantity": 1, "grams": 1_275, "price": 4_150_000, "amount": 5_291_250},
        {"sku": "CHEESE", "quantity": 1, "grams": 500, "printed": True, "price": 2_075_000,
         "amount": 2_075_000},
        {"sku": "BREAD", "quantity": 12, "price": 150_000, "amount": 1_800_000},
        {"sku": "40-9917/B", "quantity": 1, "price": 990_000, "amount": 990_000,
         "shares": [[1, 99_000]]},
        {"sku": "MILK", "quantity": 1, "price": 459_000, "amount": 459_000, "gift_of": 1,
         "shares": [[1, 459_000]]},
        {"sku": "RICE", "gone": True, "quantity": 1, "list_price": 1},
    ],
    "subtotal": 14_318_930, "off": 1_206_144, "vat": 1_180_151, "total": 14_292_937,
}  # fmt: skip
CARD: Body = {
    "kind": "card",
    "card_bin": "603799",
    "card_last4": "4821",
    "terminal_id": "21884410",
    "receipt": 1532,
    "trace": 400_127,
}
SLIP = (
    "      کارتخوان بانک نمونه",
    "پذیرنده: فروشگاه زنجیره‌ای نمونه",
    "شماره کارت      603799******4821",
    "مبلغ            15,533,000 ریال",
    "TERMINAL ID          21884410",
    "*** APPROVED ***",
)


def words_of(language: Language, style: MoneyStyle = MoneyStyle.TOMAN) -> Words:
    """Give the words of a language as a store of the sample chain has them."""
    return Words(language, ZoneInfo("Asia/Tehran"), style, read_texts(language))


def sold(basket: Body, *tenders: Body, currency: str = "IRR", names: Named = NAMES) -> Sold:
    """Give a sale of the sample chain; the last tender pays what the others leave."""
    *others, last = tenders
    left = basket["total"] - sum(each["amount"] for each in others)
    paid = (*others, {**last, "amount": left})
    return read_sold(SaleRow(SALE_ID, AT, basket["total"], currency, basket, paid), names)


def receipts(language: Language) -> Mapping[str, Receipt]:
    """Give each example by its name."""
    words, signed = words_of(language), Besides(REFERENCE)
    plain = sold(PLAIN, CARD)
    split = sold(LONG, {"kind": "points", "amount": 500_000}, CARD)
    euro = sold({"total": 1_299, "subtotal": 1_299, "off": 0, "vat": 207}, CARD, currency="EUR")
    rial = words_of(language, MoneyStyle.RIAL)
    return {
        "plain": receipt_of(plain, SHOP, words, signed),
        "copy": receipt_of(plain, SHOP, words, Besides(REFERENCE, copy=True)),
        "everything": receipt_of(split, SHOP, words, Besides(REFERENCE, SLIP)),
        "rial, no reference": receipt_of(plain, SHOP, rial),
        "no basket": receipt_of(euro, SHOP, words, signed),
    }
