"""The pads and the choice of a gift, as data: a number, a voucher's code, one of several items."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.basket.questions import back_to_basket
from kiosk.basket.state import ChoosingGift, Counting, EnteringVoucher, GiftShown
from kiosk.frame import Button, Tone
from kiosk.items import PictureOf, describe_size
from kiosk.messages import (
    EraseDigit,
    SetQuantity,
    TakeGift,
    TakeOut,
    TypeCode,
    UseVoucher,
)
from kiosk.staff.view import number_keys
from kiosk.words import Words

CODE_KEYS = ("1234567890", "QWERTYUIOP", "ASDFGHJKL-", "ZXCVBNM")


@dataclass(frozen=True, slots=True)
class CountView:
    """The pad for a number of pieces; ``keys`` are 12, left to right."""

    title: str
    name: str
    sub: str
    picture: str
    number: str
    said: str
    tone: Tone
    keys: tuple[Button, ...]
    out: Button
    back: Button


@dataclass(frozen=True, slots=True)
class CodeView:
    """The keys for a voucher's code, in rows from left to right."""

    title: str
    text: str
    typed: str
    said: str
    tone: Tone
    rows: tuple[tuple[Button, ...], ...]
    use: Button
    back: Button


@dataclass(frozen=True, slots=True)
class GiftCard:
    """A gift that may be taken; without ``take`` it is sold out."""

    title: str
    sub: str
    picture: str
    take: Button | None


@dataclass(frozen=True, slots=True)
class GiftView:
    """The gifts of an offer."""

    title: str
    text: str
    gifts: tuple[GiftCard, ...]
    back: Button


def count_view(state: Counting, words: Words, picture_of: PictureOf) -> CountView:
    """Ask how many."""
    product = state.open.entries[state.line_id].product
    line = state.open.basket.line(state.line_id)
    too_many = bool(state.typed) and int(state.typed) > state.quantity_max
    return CountView(
        title=words.say("How many?"),
        name=words.of(product.name),
        sub=describe_size(product, words),
        picture=picture_of(product.picture),
        number=words.digits(state.typed) if state.typed else words.number(line.quantity),
        said=words.say("At most {count} of one item go in", count=state.quantity_max)
        if too_many
        else words.say("Type the number of pieces"),
        tone=Tone.BAD if too_many else Tone.PLAIN,
        keys=number_keys(words, SetQuantity()),
        out=Button(words.say("Take out"), TakeOut(state.line_id), "trash-can-outline"),
        back=back_to_basket(words),
    )


def name_view(typed: str, text: str, ways: tuple[Button, Button], words: Words) -> CodeView:
    """Ask a member of staff for a name; ``ways`` are on and back, ``text`` says what for."""
    return CodeView(
        title=words.say("Who are you?"),
        text=text,
        typed=words.foreign(typed) if typed else "",
        said="",
        tone=Tone.PLAIN,
        rows=_keys(words),
        use=ways[0],
        back=ways[1],
    )


def _keys(words: Words) -> tuple[tuple[Button, ...], ...]:
    erase = Button(words.say("Erase"), EraseDigit(), "backspace-outline")
    rows = [tuple(Button(each, TypeCode(each)) for each in row) for row in CODE_KEYS]
    return (*rows[:-1], (*rows[-1], erase))


def code_view(state: EnteringVoucher, words: Words) -> CodeView:
    """Ask for a voucher's code; what stands on it is Latin, whatever the screen speaks."""
    said = ""
    if state.unknown:
        said = words.say("We have no voucher {code}", code=words.foreign(state.unknown))
    return CodeView(
        title=words.say("Your voucher"),
        text=words.say("Hold its code in front of the scanner, or type it."),
        typed=words.foreign(state.typed) if state.typed else "",
        said=said,
        tone=Tone.BAD if said else Tone.PLAIN,
        rows=_keys(words),
        use=Button(words.say("Use the voucher"), UseVoucher(), "check"),
        back=back_to_basket(words),
    )


def gift_view(state: ChoosingGift, words: Words, picture_of: PictureOf) -> GiftView:
    """Show the gifts; none is forced on anybody."""
    text = (
        words.say("Choose one; it costs nothing.")
        if state.left == 1
        else words.say("Choose up to {count}; they cost nothing.", count=state.left)
    )
    return GiftView(
        title=words.say("Your gift"),
        text=text,
        gifts=tuple(_gift(gift, words, picture_of) for gift in state.gifts),
        back=back_to_basket(words, words.say("No, thank you")),
    )


def _gift(gift: GiftShown, words: Words, picture_of: PictureOf) -> GiftCard:
    product = gift.product
    take = Button(words.say("Take it"), TakeGift(product.sku), "gift-outline")
    size = describe_size(product, words)
    return GiftCard(
        title=words.of(product.name),
        sub=size if gift.in_stock else f"{size} · {words.say('Sold out')}",
        picture=picture_of(product.picture),
        take=take if gift.in_stock else None,
    )
