"""A sale → what its receipt says, in Persian or English. Pure.

Amounts stand without their currency, which the total names once. The calendar is the language's.

Source: docs/receipts.md, section 1.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from persiantools.jdatetime import JalaliDate

from kiosk import words as speaking
from kiosk.messages import Language
from kiosk.receipt.parts import (
    Centred,
    Mark,
    Pair,
    Part,
    Receipt,
    Rule,
    Size,
    Slip,
    Square,
    Title,
    Words,
)
from kiosk.receipt.sold import Paid, Sold, SoldLine, masked
from retail.catalogue import Text
from retail.values import Money

CARD = "card"
SLIP_MAX = 60  # lines of a terminal's own receipt
RIAL = "IRR"
_HUNDREDTHS = 100


@dataclass(frozen=True, slots=True)
class Shop:
    """Who sells: ``contact`` is a line of address and telephone, empty where there is none."""

    chain: Text
    store: Text
    kiosk: str
    contact: Text | None = None


@dataclass(frozen=True, slots=True)
class Besides:
    """What a receipt has beside the sale: its signed reference, if anything is signed here.

    ``terminal_lines`` are the bank terminal's own receipt. ``copy`` marks all but the first one.
    """

    reference: str = ""
    terminal_lines: tuple[str, ...] = ()
    copy: bool = False


def receipt_of(
    sold: Sold, shop: Shop, words: speaking.Words, besides: Besides = Besides()
) -> Receipt:
    """Write the receipt."""
    write = _Writer(sold, shop, words)
    parts = (
        *(write.mark() if besides.copy else ()),
        *write.head(),
        *write.items(),
        *write.sums(),
        *write.tenders(),
        *write.slip(besides.terminal_lines),
        *write.foot(besides.reference),
    )
    return Receipt(words.language.value, parts)


def number_of(sold: Sold) -> str:
    """Name a sale as people say it: the store's date and its number on that day.

    The date is the Jalali one in each language, so that a sale has one number. A sale without a
    basket has the end of its id.
    """
    if sold.number is None or sold.on is None:
        return sold.sale_id.hex[-8:].upper()
    on = JalaliDate(sold.on)
    return f"{on.year:04}{on.month:02}{on.day:02}-{sold.number:05}"


@dataclass(frozen=True, slots=True)
class _Writer:
    sold: Sold
    shop: Shop
    words: speaking.Words

    def mark(self) -> Iterator[Part]:
        # both languages, whoever checks it: the one who reads it did not choose the language
        yield Mark("رونوشت  •  COPY")

    def head(self) -> Iterator[Part]:
        words, shop = self.words, self.shop
        yield Title(words.of(shop.chain))
        yield Centred(words.of(shop.store))
        if shop.contact is not None:
            yield Centred(words.of(shop.contact))
        yield Rule()
        number = words.code(number_of(self.sold))
        yield Pair(words.say("Receipt {number}", number=number), self._at())
        yield Words(words.say("Kiosk {kiosk}", kiosk=words.code(shop.kiosk)), Size.SMALL)

    def _at(self) -> str:
        words, local = self.words, self.sold.at.astimezone(self.words.zone)
        day: object = local.date()
        if words.language is Language.FA:
            on = JalaliDate(local.date())
            day = f"{on.year:04}/{on.month:02}/{on.day:02}"
        return words.code(f"{day}  {local:%H:%M}")

    def items(self) -> Iterator[Part]:
        if not self.sold.lines:
            return
        yield Rule(dashed=True)
        for line in self.sold.lines:
            yield Words(self._name(line))
            yield Pair(self._count(line), self._amount(line.amount))
            for share in line.shares:
                off = words_of_share(self.words, share.name, gift=line.gift)
                yield Pair(off, self._amount(-share.off))

    def _name(self, line: SoldLine) -> str:
        words = self.words
        if line.name is None:
            return words.say("Item {sku}", sku=words.code(line.sku))
        return masked(words.of(line.name))

    def _count(self, line: SoldLine) -> str:
        words, price = self.words, self._amount(line.price)
        if line.grams is None:
            return words.say("{count} × {price}", count=line.quantity, price=price)
        weight = words.code(_kilos(line.grams))
        if line.priced:
            return words.say("{kilos} kg", kilos=weight)
        return words.say("{kilos} kg × {price}", kilos=weight, price=price)

    def sums(self) -> Iterator[Part]:
        sold, say = self.sold, self.words.say
        yield Rule(dashed=True)
        if sold.off or not sold.vat_included:
            yield Pair(say("Subtotal"), self._amount(sold.subtotal))
        if sold.off:
            yield Pair(say("Discounts"), self._amount(-sold.off))
        if sold.vat and not sold.vat_included:
            yield Pair(say("VAT"), self._amount(sold.vat))
        total = say("Total ({currency})", currency=self._currency())
        yield Pair(total, self._amount(sold.total), Size.STRONG)
        if sold.vat and sold.vat_included:
            yield Pair(say("VAT in the total"), self._amount(sold.vat))
        yield Rule()

    def tenders(self) -> Iterator[Part]:
        for paid in self.sold.paid:
            yield Pair(self._tender(paid), self._amount(paid.amount))
            told = " · ".join(self._told(paid))
            if told:
                yield Words(told, Size.SMALL)

    def _tender(self, paid: Paid) -> str:
        words = self.words
        if paid.kind != CARD:
            return words.say(_TENDER_TEXTS.get(paid.kind, "Other means"))
        if not paid.card_last4:
            return words.say("Bank card")
        hidden = f"{paid.card_bin}{'*' * (6 if paid.card_bin else 4)}{paid.card_last4}"
        return words.say("Bank card {number}", number=words.code(hidden))

    def _told(self, paid: Paid) -> Iterator[str]:
        say, code = self.words.say, self.words.code
        if paid.terminal_id:
            yield say("Terminal {number}", number=code(paid.terminal_id))
        if paid.receipt:
            yield say("Slip {number}", number=code(paid.receipt))
        if paid.trace:
            yield say("Trace {number}", number=code(paid.trace))

    def slip(self, lines: Sequence[str]) -> Iterator[Part]:
        shown = [masked(line).rstrip() for line in lines[:SLIP_MAX]]
        while shown and not shown[-1].strip():
            shown.pop()
        if any(line.strip() for line in shown):
            yield Rule(dashed=True)
            yield from map(Slip, shown)

    def foot(self, reference: str) -> Iterator[Part]:
        yield Rule()
        if reference:
            yield Square(reference)
            yield Centred(self.words.say("Show this code if you are asked for it when you leave"))
        yield Centred(self.words.say("Thank you for shopping with us"), Size.STRONG)

    def _amount(self, minor: int) -> str:
        words, currency = self.words, self.sold.currency
        if currency == RIAL:
            return words.amount(Money(minor, currency))
        whole, rest = divmod(abs(minor), _HUNDREDTHS)
        return words.code(f"{'-' if minor < 0 else ''}{whole:,}.{rest:02}")

    def _currency(self) -> str:
        return self.words.currency if self.sold.currency == RIAL else self.sold.currency


_TENDER_TEXTS = {
    "points": "Club points",
    "credit": "Credit",
    "gift_card": "Gift card",
    "voucher": "Voucher",
    "cash": "Cash",
}


def words_of_share(words: speaking.Words, name: Text | None, *, gift: bool) -> str:
    """Name what takes something off a line."""
    if name is not None:
        return masked(words.of(name))
    return words.say("Gift") if gift else words.say("Offer")


def _kilos(grams: int) -> str:
    whole, rest = divmod(grams, 1_000)
    return f"{whole}" + (f".{rest:03}".rstrip("0") if rest else "")
