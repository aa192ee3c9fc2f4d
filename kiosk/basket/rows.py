"""The lines of the basket, its hints, gifts and sums, as data that is ready to draw.

Source: docs/basket.md, "Lines".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from kiosk.basket.state import Entry, Open
from kiosk.frame import Button, Tone
from kiosk.items import PictureOf, describe_size
from kiosk.messages import AskQuantity, ChangeQuantity, OpenGift, TakeOut
from kiosk.words import Words
from retail.basket import Line
from retail.pricing.quoted import AppliedOffer, GiftChoice, Nearly, QuotedLine
from retail.values import Money

CARDS_MAX = 2
OFFERS_MAX = 2  # in the sums; what is more stands in one line
GRAMS = 1_000  # of a kilogram


@dataclass(frozen=True, slots=True)
class Note:
    """Something that is said in one line, with its icon."""

    icon: str
    text: str
    tone: Tone


@dataclass(frozen=True, slots=True)
class BasketRow:
    """A line: ``less`` and ``more`` count it, ``count`` opens the pad; gifts have none of them."""

    line_id: int
    title: str
    sub: str
    amount: str
    less: Button | None
    more: Button | None = None
    count: Button | None = None
    picture: str = ""
    before: str = ""
    notes: tuple[Note, ...] = ()
    fresh: bool = False


@dataclass(frozen=True, slots=True)
class Card:
    """A hint or a gift: what is to be had, and the touch that takes it, if one does."""

    icon: str
    text: str
    sub: str
    action: Button | None = None


@dataclass(frozen=True, slots=True)
class SumLine:
    """One step from the items to the total."""

    text: str
    amount: str
    tone: Tone = Tone.PLAIN


def rows_of(open_: Open, words: Words, picture_of: PictureOf) -> tuple[BasketRow, ...]:
    """Write every line, the newest first."""
    quoted = {line.line_id: line for line in open_.quote.lines}
    names = names_of(open_, words)
    lines = reversed(open_.basket.lines)
    rows = _Rows(open_, names, words, picture_of)
    return tuple(rows.row(line, quoted.get(line.line_id)) for line in lines)


@dataclass(frozen=True, slots=True)
class _Rows:
    open: Open
    names: Mapping[str, str]
    words: Words
    picture_of: PictureOf

    def row(self, line: Line, quoted: QuotedLine | None) -> BasketRow:
        entry, words = self.open.entries[line.line_id], self.words
        counted = not (line.gift_of or entry.gone or line.tag.one_piece_only)
        return BasketRow(
            line_id=line.line_id,
            title=words.of(entry.product.name),
            sub=self._sub(line, entry, quoted),
            amount=self._amount(line, quoted),
            before=self._before(line, quoted),
            less=self._less(line, counted=counted),
            more=self._button("plus", ChangeQuantity(line.line_id, 1), "One more")
            if counted
            else None,
            count=Button(words.number(line.quantity), AskQuantity(line.line_id))
            if counted
            else None,
            picture=self.picture_of(entry.product.picture),
            notes=tuple(self._notes(line, entry, quoted)),
            fresh=line.line_id == self.open.fresh,
        )

    def _button(self, icon: str, send: ChangeQuantity | TakeOut, text: str) -> Button:
        return Button(self.words.say(text), send, icon)

    def _less(self, line: Line, *, counted: bool) -> Button:
        if counted and line.quantity > 1:
            return self._button("minus", ChangeQuantity(line.line_id, -1), "One less")
        return self._button("trash-can-outline", TakeOut(line.line_id), "Take out")

    def _sub(self, line: Line, entry: Entry, quoted: QuotedLine | None) -> str:
        words = self.words
        if quoted is None:
            return ""
        each = words.money(Money(quoted.price.price, self.open.currency))
        if line.tag.grams is not None:
            weight = words.say("{grams} g", grams=line.tag.grams)
            return f"{weight} · {words.say('{money} per kg', money=each)}"
        if line.tag.printed:
            return words.say("price on its label")
        size = describe_size(entry.product, words)
        if entry.pack.pieces > 1:
            unit = words.joined(entry.pack.unit or entry.product.unit)
            size = words.say(
                "{unit} of {count} × {size}", unit=unit, count=entry.pack.pieces, size=size
            )
        return f"{size} · {each}"

    def _amount(self, line: Line, quoted: QuotedLine | None) -> str:
        if quoted is None:
            return "–"
        if line.gift_of and not quoted.due:
            return self.words.say("Free")
        return self.words.amount(Money(quoted.paid, self.open.currency))

    def _before(self, line: Line, quoted: QuotedLine | None) -> str:
        if quoted is None or line.gift_of:
            return ""
        before = quoted.amount
        if quoted.price.reduced:
            before = _at(quoted.price.base, line)
        money = Money(before, self.open.currency)
        return self.words.amount(money) if before > quoted.paid else ""

    def _notes(self, line: Line, entry: Entry, quoted: QuotedLine | None) -> Iterator[Note]:
        words = self.words
        if entry.gone or quoted is None:
            said = words.say("No longer in our list: please take it out")
            yield Note("package-variant-remove", said, Tone.BAD)
        if line.waits:
            said = words.say("From {age} years on: our staff will look", age=line.age_min)
            yield Note("card-account-details-outline", said, Tone.LOW)
        elif line.age_min:
            yield Note("check-decagram-outline", words.say("Age seen by our staff"), Tone.GOOD)
        if quoted is None:
            return
        yield from self._of_price(entry, quoted)
        if line.gift_of:
            name = self.names.get(line.gift_of, "")
            said = words.say("Gift of “{offer}”", offer=name) if name else words.say("Gift")
            yield Note("gift-outline", said, Tone.GOOD)
            return
        for share in quoted.shares:
            off = words.amount(Money(-share.off, self.open.currency))
            name = self.names.get(share.rule_id, "") or words.say("Offer")
            yield Note("tag-outline", f"{off} · {name}", Tone.GOOD)

    def _of_price(self, entry: Entry, quoted: QuotedLine) -> Iterator[Note]:
        for step in quoted.price.steps:
            named = step.name_fa if self.words.language.rtl else step.name_en or step.name_fa
            if step.after < step.before and named:
                yield Note("tag-outline", named, Tone.GOOD)
        price, words, currency = quoted.price.price, self.words, self.open.currency
        if entry.told is not None and price > entry.told:
            money = words.money(Money(entry.told, currency))
            yield Note(
                "arrow-up-bold", words.say("Dearer since: it was {money}", money=money), Tone.LOW
            )
        elif entry.before is not None and price < entry.before:
            money = words.money(Money(entry.before, currency))
            yield Note(
                "arrow-down-bold",
                words.say("Cheaper since: it was {money}", money=money),
                Tone.GOOD,
            )


def _at(price: int, line: Line) -> int:
    """Give what a line would be at another price of a pack, or of a kilogram."""
    if line.tag.grams is not None:
        return (price * line.tag.grams + GRAMS // 2) // GRAMS
    return price * line.quantity


def names_of(open_: Open, words: Words) -> Mapping[str, str]:
    """Name what takes something off, or gives something, by the rule's id."""
    told: list[AppliedOffer | GiftChoice | Nearly] = [
        *open_.quote.offers,
        *open_.quote.gifts,
        *open_.quote.nearly,
    ]
    return {each.rule_id: name_of(each, words) for each in told}


def name_of(told: AppliedOffer | GiftChoice | Nearly, words: Words) -> str:
    """Name an offer in the shopper's language; empty where head office gave it no name."""
    if words.language.rtl:
        return told.name_fa or told.name_en
    return told.name_en or told.name_fa


# ---- hints and gifts


def cards_of(open_: Open, words: Words) -> tuple[Card, ...]:
    """Write the gifts that may be taken, then what is nearly earned, the greatest saving first."""
    gifts = [_gift(gift, words) for gift in open_.quote.gifts if gift.taken < gift.quantity]
    near = sorted(open_.quote.nearly, key=lambda each: -each.saves)
    return (*gifts, *(_hint(each, open_, words) for each in near))[:CARDS_MAX]


def _gift(gift: GiftChoice, words: Words) -> Card:
    name = name_of(gift, words)
    if not gift.in_stock:
        return Card("gift-off-outline", words.say("The gift is sold out here"), name)
    action = Button(words.say("Choose"), OpenGift(gift.rule_id), "gift-outline")
    return Card("gift-outline", words.say("A gift is yours, if you like"), name, action)


def _hint(near: Nearly, open_: Open, words: Words) -> Card:
    name = name_of(near, words)
    entry = open_.entries.get(near.line_id or 0)
    if near.pieces and entry is not None:
        money = words.money(Money(near.saves, open_.currency))
        text = (
            words.say("One more, and you save {money}", money=money)
            if near.pieces == 1
            else words.say("{count} more, and you save {money}", count=near.pieces, money=money)
        )
        sub = " · ".join(filter(None, [words.of(entry.product.name), name]))
        send = ChangeQuantity(near.line_id or 0, near.pieces)
        return Card("lightbulb-on-outline", text, sub, Button(_plus(near, words), send, "plus"))
    if near.pieces:
        text = words.say("{count} more of these goods, and the offer counts", count=near.pieces)
    else:
        money = words.money(Money(near.money, open_.currency))
        text = words.say("{money} more, and the offer counts", money=money)
    return Card("lightbulb-on-outline", text, name)


def _plus(near: Nearly, words: Words) -> str:
    return words.say("Put {count} in", count=near.pieces)


# ---- sums


def sums_of(open_: Open, words: Words) -> tuple[SumLine, ...]:
    """Write the steps from the items to the total, where there are any."""
    quote, currency = open_.quote, open_.currency
    on_top = quote.total != quote.subtotal - quote.off
    if not quote.offers and not on_top:
        return ()
    lines = [SumLine(words.say("Items"), words.amount(Money(quote.subtotal, currency)))]
    offers = sorted(quote.offers, key=lambda offer: -offer.off)
    for offer in offers[:OFFERS_MAX]:
        name = name_of(offer, words) or words.say("Offer")
        lines.append(SumLine(name, words.amount(Money(-offer.off, currency)), Tone.GOOD))
    if rest := offers[OFFERS_MAX:]:
        many = "{count} more offers"
        said = words.say("One more offer") if len(rest) == 1 else words.say(many, count=len(rest))
        off = sum(offer.off for offer in rest)
        lines.append(SumLine(said, words.amount(Money(-off, currency)), Tone.GOOD))
    if on_top:
        lines.append(SumLine(words.say("VAT"), words.amount(Money(quote.vat, currency))))
    return tuple(lines)


def brief_sum_of(open_: Open, words: Words) -> SumLine | None:
    """Write what all offers take off in one line, if any does."""
    quote = open_.quote
    if not quote.offers:
        return None
    many = "{count} offers"
    said = (
        words.say("Offers") if len(quote.offers) == 1 else words.say(many, count=len(quote.offers))
    )
    return SumLine(said, words.amount(Money(-quote.off, open_.currency)), Tone.GOOD)
