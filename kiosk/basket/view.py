"""What is drawn of a basket, worked out as data: no Kivy, no thread, no clock.

A new state is a new case in ``view_of``; mypy names the one that is missing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import assert_never

from kiosk.basket import questions
from kiosk.basket.code import Matrix
from kiosk.basket.pads import CodeView, CountView, GiftView, code_view, count_view, gift_view
from kiosk.basket.questions import AgeView, QuestionView, TillView
from kiosk.basket.remarks import note_of
from kiosk.basket.rows import (
    BasketRow,
    Card,
    Note,
    SumLine,
    brief_sum_of,
    cards_of,
    rows_of,
    sums_of,
)
from kiosk.basket.state import (
    Agreeing,
    AskingStaff,
    AtTill,
    ChoosingGift,
    Counting,
    Deciding,
    EnteringVoucher,
    Filling,
    Leaving,
    Open,
    Resuming,
    State,
)
from kiosk.checkout_messages import PayByCard
from kiosk.frame import Button, Chip, Tone
from kiosk.items import PictureOf
from kiosk.messages import (
    AskStaff,
    DropVoucher,
    FinishBasket,
    LeaveBasket,
    OpenSearch,
    OpenVoucher,
    PutBack,
)
from kiosk.staff.view import PinView, pin_view
from kiosk.words import Words
from retail.values import Money

__all__ = [
    "AgeView", "BasketRow", "BasketView", "Card", "CodeView", "CountView", "GiftView", "Matrix",
    "Note", "QuestionView", "SumLine", "TillView", "view_of",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class UndoBar:
    """What was just taken out, and the way to put it back."""

    text: str
    action: Button


@dataclass(frozen=True, slots=True)
class Empty:
    """Nothing is in yet: what to do."""

    icon: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Total:
    """What is to be paid, with what a member would save and the tax that is in it."""

    label: str
    amount: str
    currency: str
    member: str
    tax: str


@dataclass(frozen=True, slots=True)
class BasketView:
    """The basket itself; ``blocked`` says why it cannot be finished, and ``main`` what is next.

    ``brief`` stands for ``sums`` where there is little room.
    """

    title: str
    count_text: str
    remark: Note | None
    undo: UndoBar | None
    cards: tuple[Card, ...]
    rows: tuple[BasketRow, ...]
    empty: Empty | None
    vouchers: tuple[Chip, ...]
    sums: tuple[SumLine, ...]
    brief: SumLine | None
    total: Total
    blocked: Note | None
    main: Button | None
    ways: tuple[Button, ...]
    fresh: int


Body = BasketView | CountView | CodeView | GiftView | PinView | AgeView | QuestionView | TillView


def view_of(state: State, words: Words, picture_of: PictureOf) -> Body:  # noqa: C901  (a case each)
    """Turn a state into what is drawn."""
    match state:
        case Filling():
            return _basket(state, words, picture_of)
        case Counting():
            return count_view(state, words, picture_of)
        case EnteringVoucher():
            return code_view(state, words)
        case ChoosingGift():
            return gift_view(state, words, picture_of)
        case AskingStaff(pin=pin):
            text = "Type your PIN to look at the shopper's age; nothing else opens here."
            asked = pin_view(pin, words, words.say(text))
            return replace(asked, back=questions.back_to_basket(words))
        case Deciding():
            return questions.age(state, words)
        case Agreeing():
            return questions.agree(state, words)
        case Leaving(open_):
            return questions.leave(open_, words)
        case Resuming(open_):
            return questions.resume(open_, words)
        case AtTill():
            return questions.at_till(state, words)
        case _:
            assert_never(state)


def _basket(state: Filling, words: Words, picture_of: PictureOf) -> BasketView:
    open_ = state.open
    lines, pieces = len(open_.basket.lines), sum(line.quantity for line in open_.basket.lines)
    blocked = _blocked(state, words)
    return BasketView(
        title=words.say("Your basket"),
        count_text=_count_text(lines, pieces, words) if lines else "",
        remark=note_of(open_.remark, open_, words) if open_.remark and not open_.undo else None,
        undo=_undo(open_, words),
        cards=cards_of(open_, words),
        rows=rows_of(open_, words, picture_of),
        empty=_empty(words) if open_.empty else None,
        vouchers=_vouchers(open_, words),
        sums=sums_of(open_, words),
        brief=brief_sum_of(open_, words),
        total=_total(open_, words),
        blocked=blocked,
        main=_main(state, words, blocked=blocked is not None),
        ways=_ways(open_, words),
        fresh=open_.fresh,
    )


def _count_text(lines: int, pieces: int, words: Words) -> str:
    if lines == 1 < pieces:
        return words.say("{count} pieces", count=pieces)
    if lines == pieces:
        return words.say("One item") if lines == 1 else words.say("{count} items", count=lines)
    return words.say("{count} pieces of {lines} items", count=pieces, lines=lines)


def _undo(open_: Open, words: Words) -> UndoBar | None:
    if open_.undo is None:
        return None
    said = words.say("{item} was taken out", item=words.of(open_.undo.entry.product.name))
    text = words.say("Put back ({seconds})", seconds=open_.undo.left_s)
    return UndoBar(said, Button(text, PutBack(), "undo-variant"))


def _empty(words: Words) -> Empty:
    return Empty(
        "barcode-scan",
        words.say("Scan your first item"),
        words.say("Each item that you scan goes into the basket, with its price and its offers."),
    )


def _vouchers(open_: Open, words: Words) -> tuple[Chip, ...]:
    """Write the vouchers; touching one puts it away."""
    waiting = {each.voucher for each in open_.quote.vouchers if each.reason}
    return tuple(
        Chip(words.foreign(code), DropVoucher(code), code not in waiting, "ticket-percent-outline")
        for code in sorted(open_.basket.vouchers)
    )


def _total(open_: Open, words: Words) -> Total:
    quote, currency = open_.quote, open_.currency
    member = ""
    if open_.member_total is not None:
        less = words.money(Money(quote.total - open_.member_total, currency))
        member = words.say("As a club member you would pay {money} less", money=less)
    tax = ""
    if quote.vat and quote.total == quote.subtotal - quote.off:
        tax = words.say("with {money} of VAT", money=words.money(Money(quote.vat, currency)))
    amount = words.amount(Money(quote.total, currency))
    return Total(words.say("To pay"), amount, words.currency, member, tax)


def _blocked(state: Filling, words: Words) -> Note | None:
    """Say calmly why the basket cannot be finished now, if it cannot."""
    open_ = state.open
    if not state.means.writable:
        said = words.say("This kiosk cannot finish a basket right now; please go to the till.")
        return Note("harddisk", said, Tone.BAD)
    if open_.gone:
        said = words.say("Please take out what is no longer in our list; our staff can help.")
        return Note("package-variant-remove", said, Tone.LOW)
    waiting = open_.waits_for_staff
    if not waiting:
        return None
    if not state.means.staff:
        said = words.say("Some items need a look at your age: please pay them at the till.")
        return Note("card-account-details-outline", said, Tone.LOW)
    if len(waiting) == 1:
        said = words.say(
            "One item needs a look at your age. Please call our staff; scan on meanwhile."
        )
    else:
        text = "{count} items need a look at your age. Please call our staff; scan on meanwhile."
        said = words.say(text, count=len(waiting))
    return Note("card-account-details-outline", said, Tone.LOW)


def _main(state: Filling, words: Words, *, blocked: bool) -> Button | None:
    open_ = state.open
    if open_.empty:
        return None
    if not blocked and state.means.card and open_.quote.total > 0:
        return Button(words.say("Pay by card"), PayByCard(), "credit-card-outline")
    if not blocked:
        return Button(words.say("Finish"), FinishBasket(), "check")
    if state.means.writable and not open_.gone and state.means.staff:
        return Button(words.say("Our staff are here"), AskStaff(), "account-check-outline")
    return None


def _ways(open_: Open, words: Words) -> tuple[Button, ...]:
    search = Button(words.say("Search"), OpenSearch(), "magnify")
    if open_.empty:
        return (search, Button(words.say("Back to the start"), LeaveBasket(), "home"))
    return (
        search,
        Button(words.say("Voucher"), OpenVoucher(), "ticket-percent-outline"),
        Button(words.say("Leave"), LeaveBasket(), "cart-remove"),
    )
