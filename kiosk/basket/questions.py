"""The questions that a basket asks, and its end at the till, as data."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from kiosk.basket.ages import age_wanted, last_birthday
from kiosk.basket.code import Matrix, qr_of
from kiosk.basket.state import Agreeing, AtTill, Deciding, Open
from kiosk.checkout_messages import PayByCard
from kiosk.frame import Button, Tone
from kiosk.messages import (
    ApproveAge,
    DropBasket,
    FinishBasket,
    Leave,
    OpenBasket,
    RefuseAge,
)
from kiosk.words import Words
from retail.values import Money

LISTED_MAX = 6  # lines of a question; the basket itself has the others
draw_once = lru_cache(maxsize=2)(qr_of)


@dataclass(frozen=True, slots=True)
class Listed:
    """A line of a question: an item, and what is asked about it."""

    text: str
    value: str


@dataclass(frozen=True, slots=True)
class QuestionView:
    """A question with its answers, the first of which is the one that most people want."""

    icon: str
    tone: Tone
    title: str
    text: str
    lines: tuple[Listed, ...]
    actions: tuple[Button, ...]


@dataclass(frozen=True, slots=True)
class AgeView:
    """What staff look at: the items, and the last day of birth that will do."""

    title: str
    text: str
    born_label: str
    born: str
    born_other: str
    lines: tuple[Listed, ...]
    approve: Button
    refuse: Button
    back: Button


@dataclass(frozen=True, slots=True)
class TillView:
    """The basket is finished: what to say or show at the till."""

    title: str
    text: str
    number_label: str
    number: str
    total_label: str
    total: str
    currency: str
    count_text: str
    code: Matrix
    code_text: str
    done: Button


def back_to_basket(words: Words, text: str = "") -> Button:
    """Give the way back to the basket."""
    return Button(text or words.say("Back to the basket"), OpenBasket(), "arrow-left")


def agree(state: Agreeing, words: Words) -> QuestionView:
    """Ask whether prices that rose are taken."""
    open_ = state.open
    rises = open_.rises
    prices = {line.line_id: line.price.price for line in open_.quote.lines}
    lines = [
        Listed(
            words.of(open_.entries[line_id].product.name),
            words.say(
                "{before} → {after}",
                before=words.amount(Money(told, open_.currency)),
                after=words.amount(Money(prices[line_id], open_.currency)),
            ),
        )
        for line_id, told in rises.items()
    ]
    one = "A price has risen while its item was in your basket"
    many = "{count} prices have risen while their items were in your basket"
    total = words.money(Money(open_.quote.total, open_.currency))
    return QuestionView(
        icon="swap-vertical-bold",
        tone=Tone.LOW,
        title=words.say(one) if len(rises) == 1 else words.say(many, count=len(rises)),
        text=words.say(
            "The total is {money} now. You may take out what you no longer want.", money=total
        ),
        lines=tuple(lines[:LISTED_MAX]),
        actions=(
            Button(words.say("Pay these prices"), PayByCard(agreed=True), "credit-card-outline")
            if state.paying
            else Button(words.say("Finish at these prices"), FinishBasket(agreed=True), "check"),
            back_to_basket(words),
        ),
    )


def leave(open_: Open, words: Words) -> QuestionView:
    """Ask whether leaving is meant."""
    return QuestionView(
        icon="cart-remove",
        tone=Tone.LOW,
        title=words.say("Leave without buying?"),
        text=_worth(open_, words) + " " + words.say("It is emptied when you leave."),
        lines=(),
        actions=(
            Button(words.say("No, go on with my basket"), OpenBasket(), "cart"),
            Button(words.say("Yes, leave"), DropBasket(), "cart-remove"),
        ),
    )


def resume(open_: Open, words: Words) -> QuestionView:
    """Ask whether the basket's shopper is still here, after a crash."""
    return QuestionView(
        icon="history",
        tone=Tone.PLAIN,
        title=words.say("Go on with your basket?"),
        text=_worth(open_, words)
        + " "
        + words.say("This kiosk had to start anew; nothing that you scanned is lost."),
        lines=tuple(_newest(open_, words)),
        actions=(
            Button(words.say("Yes, go on"), OpenBasket(), "cart"),
            Button(words.say("No, that is not mine"), DropBasket(), "cart-remove"),
        ),
    )


def _worth(open_: Open, words: Words) -> str:
    pieces = sum(line.quantity for line in open_.basket.lines)
    total = words.money(Money(open_.quote.total, open_.currency))
    if pieces == 1:
        return words.say("There is one item for {money} in the basket.", money=total)
    return words.say(
        "There are {count} items for {money} in the basket.", count=pieces, money=total
    )


def _newest(open_: Open, words: Words) -> Iterator[Listed]:
    for line in open_.basket.lines[::-1][:LISTED_MAX]:
        name = words.of(open_.entries[line.line_id].product.name)
        yield Listed(name, f"× {words.number(line.quantity)}")


def age(state: Deciding, words: Words) -> AgeView:
    """Show staff what they have to decide."""
    open_, years = state.open, age_wanted(state.open)
    born = last_birthday(years, state.at.astimezone(words.zone).date())
    return AgeView(
        title=words.say("Is the shopper {age} or older?", age=years),
        text=words.say("Please look at a document with the day of birth."),
        born_label=words.say("Born on this day or before"),
        born=words.day(born),
        born_other=words.other_day(born),
        lines=tuple(
            Listed(
                words.of(open_.entries[line.line_id].product.name),
                words.say("from {age}", age=line.age_min),
            )
            for line in open_.waits_for_staff[:LISTED_MAX]
        ),
        approve=Button(words.say("Yes, approve"), ApproveAge(), "check"),
        refuse=Button(words.say("No, take out"), RefuseAge(), "cart-remove"),
        back=back_to_basket(words),
    )


def at_till(state: AtTill, words: Words) -> TillView:
    """Show the number and the code for the till."""
    count = state.pieces
    total = Money(state.total, state.currency)
    text = "Show this at the till, or say the number."
    return TillView(
        title=words.say("Please pay at the till"),
        text=words.say(text),
        number_label=words.say("Your number"),
        number=words.number(state.number),
        total_label=words.say("To pay"),
        total=words.amount(total),
        currency=words.currency,
        count_text=words.say("One item") if count == 1 else words.say("{count} items", count=count),
        code=draw_once(state.code),
        code_text=words.time(state.at),
        done=Button(words.say("I am done"), Leave(), "check"),
    )
