"""What staff see of what was sold here, worked out as data: no Kivy, no thread, no clock."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import assert_never
from uuid import UUID

from kiosk.basket.pads import CodeView, CountView, name_view
from kiosk.basket.questions import Listed, QuestionView
from kiosk.checkout.following import Due, FollowView
from kiosk.checkout.wording import doing_of
from kiosk.frame import Button, Tone
from kiosk.messages import Message
from kiosk.payment_messages import Decision
from kiosk.sales.state import (
    Amounting,
    Comparing,
    Confirming,
    Done,
    Listing,
    Looking,
    Naming,
    NotDone,
    Paper,
    Printing,
    Sale,
    Standing,
    State,
    Working,
)
from kiosk.sales.wording import PAPERS, PRINTINGS, REFUSALS, RETURNING, STANDINGS, Said
from kiosk.sales_messages import (
    AskCompared,
    AskDeed,
    AskTyped,
    BackInSales,
    DoDeed,
    GiveBack,
    GiveClerk,
    MoreSales,
    OpenSale,
    PrintCopy,
    SayCompared,
    SayOf,
    SayPrinted,
    TypeAmount,
    UndoCharge,
)
from kiosk.staff.view import number_keys
from kiosk.words import Words
from retail.values import Money


@dataclass(frozen=True, slots=True)
class SaleRow:
    """A sale in the list; a touch on it sends ``send``."""

    icon: str
    title: str
    sub: str
    standing: str
    tone: Tone
    amount: str
    currency: str
    send: Message


@dataclass(frozen=True, slots=True)
class SalesView:
    """The newest sales; ``none`` is said where there is none, or none can be read."""

    title: str
    sub: str
    back: Button
    none: str
    rows: tuple[SaleRow, ...]
    more: Button | None
    closed: Button | None = None


Body = SalesView | CodeView | CountView | QuestionView | FollowView


def view_of(state: State, words: Words) -> Body:
    """Turn a state into what is drawn."""
    match state:
        case Naming():
            return _naming(state, words)
        case Listing():
            return _list(state, words)
        case Comparing():
            return _compare(state, words)
        case Looking():
            return _look(state, words)
        case Amounting():
            return _amount(state, words)
        case Confirming():
            return _confirm(state, words)
        case Working():
            return _work(state, words)
        case _:
            assert_never(state)


# ---- the list


def _naming(state: Naming, words: Words) -> CodeView:
    text = words.say("Your name or staff number is written beside what you do.")
    on = Button(words.say("Go on"), GiveClerk(), "check")
    return name_view(state.typed, text, (on, _back(words)), words)


def _list(state: Listing, words: Words) -> SalesView:
    none = "" if state.sales else words.say("Nothing was sold at this kiosk yet.")
    if state.unread:
        reason = words.foreign(state.unread)
        none = words.say("That could not be read: {reason}", reason=reason)
    return SalesView(
        title=words.say("Payments at this kiosk"),
        sub=words.say("What waits for you stands first. You are {name}.", name=_who(state, words)),
        back=_back(words),
        none=none,
        rows=tuple(_row(sale, words) for sale in state.sales),
        more=Button(words.say("Show more"), MoreSales(), "chevron-down") if state.more else None,
        closed=Button(
            words.say("Paying is closed: compare with the terminal"),
            AskCompared(),
            "database-alert-outline",
        )
        if state.closed
        else None,
    )


def _who(state: Listing, words: Words) -> str:
    return words.foreign(state.clerk.name)


def _row(sale: Sale, words: Words) -> SaleRow:
    said = _standing(sale)
    return SaleRow(
        icon=said.icon,
        title=_number(sale, words),
        sub=_at(sale, words) + _card(sale, words),
        standing=words.say(said.text),
        tone=said.tone,
        amount=words.amount(sale.amount),
        currency=words.currency,
        send=OpenSale(sale.sale_id),
    )


def _standing(sale: Sale) -> Said:
    if sale.returning is not None:
        return RETURNING
    if sale.paper is Paper.UNSURE and sale.standing is Standing.PAID:
        return Said("printer-off-outline", "Paid. Did the receipt come out?", Tone.LOW)
    return STANDINGS[sale.standing]


def _number(sale: Sale, words: Words) -> str:
    return words.say("Number {number}", number=sale.number) if sale.number else words.say("A sale")


def _at(sale: Sale, words: Words) -> str:
    return words.say("{day} at {time}", day=words.day(sale.at), time=words.time(sale.at))


def _card(sale: Sale, words: Words) -> str:
    return f" · {words.code('…' + sale.card_last4)}" if sale.card_last4 else ""


def _compare(state: Comparing, words: Words) -> QuestionView:
    unwritten = words.say("That could not be done: {reason}", reason=words.foreign(state.unwritten))
    return QuestionView(
        icon="database-alert-outline",
        tone=Tone.BAD,
        title=words.say("Is each charge of the terminal among these sales?"),
        text=unwritten
        if state.unwritten
        else words.say(
            "This kiosk's journal of payments was damaged. Compare the terminal's own journal with "
            "the list: give back at the terminal what is not a sale here, then open paying again."
        ),
        lines=(
            Listed(words.say("Damaged"), words.foreign(state.closed)),
            Listed(words.say("By"), words.foreign(state.clerk.name)),
        ),
        actions=(
            Button(words.say("Compared: open paying again"), SayCompared(), "check"),
            _back(words),
        ),
    )


# ---- one sale


def _look(state: Looking, words: Words) -> QuestionView:
    said = _said(state, words)
    return QuestionView(
        icon=said.icon,
        tone=said.tone,
        title=words.say(_standing(state.sale).text),
        text=said.text,
        lines=tuple(_facts(state.sale, words)),
        actions=(*_deeds(state.sale, words), _back(words)),
    )


def _said(state: Looking, words: Words) -> Said:
    """Say what came of the last deed; where nothing was done, what stands."""
    stands = _standing(state.sale)
    match state.outcome:
        case None:
            return Said(stands.icon, words.foreign(state.sale.why), stands.tone)
        case Done(deed):
            text = "It is written down." if isinstance(deed, SayOf) else "It was given back."
            return Said("check-circle-outline", words.say(text), Tone.GOOD)
        case NotDone(why=why, refusal=refusal):
            text = REFUSALS[refusal] if refusal else "It was not given back."
            return Said("alert-circle-outline", f"{words.say(text)} {words.foreign(why)}", Tone.BAD)
        case Printing() as printing:
            told = PRINTINGS[printing]
            return Said(told.icon, words.say(told.text), told.tone)
        case _:
            assert_never(state.outcome)


def _facts(sale: Sale, words: Words) -> Iterator[Listed]:
    yield Listed(_number(sale, words), _at(sale, words))
    yield Listed(words.say("Amount"), words.money(sale.amount))
    if sale.standing is Standing.PART_RETURNED:
        yield Listed(words.say("May still be given back"), words.money(sale.left))
    if sale.card_last4:
        yield Listed(words.say("Card"), words.code("…" + sale.card_last4))
    if sale.standing in (Standing.PAID, Standing.PART_RETURNED, Standing.RETURNED):
        yield Listed(words.say("Receipt"), words.say(PAPERS[sale.paper]))


def _deeds(sale: Sale, words: Words) -> Iterator[Button]:
    """Give what can be done with it, the most wanted first."""
    if sale.job_id is not None:
        yield Button(
            words.say("The receipt came out"), SayPrinted(sale.job_id, True), "receipt-text-outline"
        )
        yield Button(
            words.say("It did not come out"), SayPrinted(sale.job_id, False), "printer-off-outline"
        )
        return
    if sale.standing is Standing.ATTENDANT:
        yes, no = Decision.CHARGED, Decision.NOT_CHARGED
        yield _say(sale.attempt_id, yes, "It was charged", "credit-card-check-outline", words)
        yield _say(sale.attempt_id, no, "It was not charged", "credit-card-off-outline", words)
        undone = "Charged, given back"
        yield _say(sale.attempt_id, Decision.REVERSED, undone, "credit-card-refund-outline", words)
    if sale.returning is not None:
        yes, no = Decision.REVERSED, Decision.NOT_CHARGED
        yield _say(sale.returning, yes, "It was given back", "credit-card-check-outline", words)
        yield _say(sale.returning, no, "It was not given back", "credit-card-off-outline", words)
        return
    sold = sale.standing in (Standing.PAID, Standing.PART_RETURNED, Standing.RETURNED)
    if sold:
        yield Button(words.say("Print a copy"), PrintCopy(), "printer-pos")
    if sale.reversible:
        undo = AskDeed(UndoCharge())
        yield Button(words.say("Undo the payment"), undo, "credit-card-remove-outline")
    if sale.left.minor > 0:
        yield Button(words.say("Give money back"), TypeAmount(), "cash-refund")


def _say(attempt_id: UUID, decision: Decision, text: str, icon: str, words: Words) -> Button:
    return Button(words.say(text), AskDeed(SayOf(attempt_id, decision)), icon)


# ---- money that moves


def _amount(state: Amounting, words: Words) -> CountView:
    too_much = bool(state.typed) and state.amount is None
    left = words.money(state.sale.left)
    typed = Money(int(state.typed or 0) * state.unit, state.sale.left.currency)
    all_of_it = Button(
        words.say("All of it: {money}", money=left),
        AskDeed(GiveBack(state.sale.left)),
        "cash-multiple",
    )
    return CountView(
        title=words.say("How much is given back?"),
        name=_number(state.sale, words),
        sub=_at(state.sale, words) + _card(state.sale, words),
        picture="",
        number=words.amount(typed),
        said=words.say("At most {money}", money=left)
        if too_much
        else words.say("Type the amount in {currency}", currency=words.currency),
        tone=Tone.BAD if too_much else Tone.PLAIN,
        keys=number_keys(words, AskTyped()),
        out=all_of_it,
        back=_back(words),
    )


def _confirm(state: Confirming, words: Words) -> QuestionView:
    sale = state.sale
    match state.deed:
        case UndoCharge():
            title, icon = "Undo this payment?", "credit-card-remove-outline"
            text = (
                "The terminal takes the whole charge back, without the card. It can do so until "
                "its day is closed; after that, give money back instead."
            )
            amount = sale.amount
        case GiveBack(amount):
            title, icon = "Give this back?", "cash-refund"
            text = "The terminal asks for the card that paid, and gives this amount back to it."
        case SayOf(attempt_id, decision):
            title, icon = _DECIDED[attempt_id == sale.returning, decision], "account-tie-outline"
            text = "Look into the terminal's own journal first: what you say here is written down."
            amount = sale.amount
        case _:
            assert_never(state.deed)
    return QuestionView(
        icon=icon,
        tone=Tone.LOW,
        title=words.say(title),
        text=words.say(text),
        lines=(
            Listed(_number(sale, words), _at(sale, words)),
            Listed(words.say("Amount"), words.money(amount)),
            Listed(words.say("By"), words.foreign(state.clerk.name)),
        ),
        actions=(Button(words.say("Yes, do it"), DoDeed(), "check"), _back(words)),
    )


_DECIDED = {
    (False, Decision.CHARGED): "It was charged: make it a sale?",
    (False, Decision.NOT_CHARGED): "It was not charged?",
    (False, Decision.REVERSED): "It was charged and given back?",
    (True, Decision.CHARGED): "It was given back?",
    (True, Decision.REVERSED): "It was given back?",
    (True, Decision.NOT_CHARGED): "It was not given back?",
}


def _work(state: Working, words: Words) -> FollowView:
    doing = doing_of(state.key) if state.key else None
    amount = state.deed.amount if isinstance(state.deed, GiveBack) else state.sale.amount
    return FollowView(
        due=Due(_number(state.sale, words), words.amount(amount), words.currency),
        icon=doing.icon if doing else "contactless-payment",
        tone=Tone.PLAIN,
        title=words.say(doing.title if doing else "The card terminal is being asked"),
        text=words.say(doing.text if doing else "Please wait; nothing else is needed here."),
        stages=(),
        stop=None,
        foot=words.say("What comes of it is written down, also if the power fails now."),
    )


def _back(words: Words) -> Button:
    return Button(words.say("Back"), BackInSales(), "arrow-left")
