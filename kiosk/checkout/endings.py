"""What is drawn before a payment begins, when it has ended, and for staff who decide, as data."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kiosk.basket.code import Matrix
from kiosk.basket.pads import CodeView, name_view
from kiosk.basket.questions import Listed, QuestionView, back_to_basket, draw_once
from kiosk.checkout.following import Due, due_of
from kiosk.checkout.state import (
    Bill,
    Deciding,
    Declined,
    Naming,
    NotCharged,
    NotStarted,
    OnScreenReceipt,
    Paid,
    Paper,
    Stopped,
)
from kiosk.checkout.wording import REFUSALS, reason_of
from kiosk.checkout_messages import (
    BackToAttendant,
    Decided,
    DecideLater,
    EndCheckout,
    GiveName,
    PayAgain,
    TakeReceiptOnScreen,
)
from kiosk.frame import Button, Tone
from kiosk.messages import FinishBasket, GoHome, LeaveBasket
from kiosk.payment_messages import Decision, Ending
from kiosk.words import Words

NOT_STARTED_CODE = "K-303"


@dataclass(frozen=True, slots=True)
class PaidView:
    """It is paid: thanks, and the receipt; ``code`` is its signed reference, if it is there."""

    title: str
    text: str
    due: Due
    number_label: str
    number: str
    receipt_icon: str
    receipt_tone: Tone
    receipt_text: str
    code: Matrix | None
    code_text: str
    done: Button


# ---- paid


def paid(state: Paid, words: Words) -> PaidView:
    """Say thank you, and where the receipt is."""
    icon, tone, text = _receipt(state)
    number = state.bill.number
    return PaidView(
        title=words.say("Paid. Thank you!"),
        text=words.say("The terminal has confirmed your payment after all.")
        if state.doubted
        else "",
        due=due_of(state.bill, words, "Paid"),
        number_label=words.say("Your number") if number else "",
        number=words.number(number) if number else "",
        receipt_icon=icon,
        receipt_tone=tone,
        receipt_text=words.say(text),
        code=draw_once(state.code) if state.code else None,
        code_text=words.say("Take a picture of this code: it is your receipt.")
        if state.code
        else "",
        done=Button(words.say("I am done"), EndCheckout(), "check"),
    )


def _receipt(state: Paid) -> tuple[str, Tone, str]:
    match state.paper:
        case Paper.PRINTING:
            return "printer-pos", Tone.PLAIN, "Your receipt is being printed"
        case Paper.PRINTED:
            return "receipt-text-outline", Tone.GOOD, "Please take your receipt"
        case Paper.FAILED if state.code:
            return "printer-off-outline", Tone.LOW, "The printer has stopped: your receipt is here"
        case Paper.NONE if state.code:
            return "qrcode", Tone.PLAIN, "Your receipt is here on the screen"
        case Paper.NONE:
            return "timer-sand", Tone.PLAIN, "One moment: your receipt is being made"
        case Paper.FAILED:
            said = "The printer has stopped. Our staff give you the receipt for your number."
            return "printer-off-outline", Tone.LOW, said


# ---- not paid


def on_screen(state: OnScreenReceipt, words: Words) -> QuestionView:
    """Ask whether a receipt on the screen will do."""
    return QuestionView(
        icon="printer-off-outline",
        tone=Tone.LOW,
        title=words.say("Your receipt will be on the screen"),
        text=words.say(
            "The printer has no paper or does not answer. After paying you see a code of which "
            "you can take a picture: it is your receipt."
        ),
        lines=_lines(state.bill, words),
        actions=(
            Button(words.say("Fine, pay by card"), TakeReceiptOnScreen(), "credit-card-outline"),
            back_to_basket(words),
        ),
    )


def declined(state: Declined, words: Words) -> QuestionView:
    """Say why, and how it can go on."""
    reason = reason_of(state.why)
    again = (
        Button(words.say("Use another card"), PayAgain(), "credit-card-plus-outline")
        if reason.other_card
        else Button(words.say("Try once more"), PayAgain(), "credit-card-sync-outline")
    )
    return QuestionView(
        icon=reason.icon,
        tone=Tone.LOW,
        title=words.say(reason.title),
        text=_and_nothing_charged(reason.text, words),
        lines=_lines(state.bill, words),
        actions=_ways(again, words) if state.payable else _way_home(words),
    )


def stopped(state: Stopped, words: Words) -> QuestionView:
    """Say that nothing was charged."""
    again = Button(words.say("Pay by card after all"), PayAgain(), "credit-card-outline")
    return QuestionView(
        icon="hand-back-right-outline",
        tone=Tone.PLAIN,
        title=words.say("The payment was stopped"),
        text=words.say("Your card was not charged.")
        + (" " + words.say("Your basket is as it was.") if state.payable else ""),
        lines=_lines(state.bill, words),
        actions=_ways(again, words) if state.payable else _way_home(words),
    )


def not_charged(state: NotCharged, words: Words) -> QuestionView:
    """Say how a doubt ended: without a charge."""
    text = (
        "The terminal has answered: nothing was taken from your card."
        if state.ending is Ending.NOT_CHARGED
        else "The terminal has answered: what was taken from your card was given back. Your bank "
        "may show both for a few days."
    )
    again = Button(words.say("Pay by card"), PayAgain(), "credit-card-outline")
    return QuestionView(
        icon="credit-card-refund-outline",
        tone=Tone.GOOD,
        title=words.say("It is clear now: you have not paid"),
        text=words.say(text) + " " + words.say("We are sorry that you had to wait."),
        lines=_lines(state.bill, words),
        actions=_ways(again, words) if state.payable else _way_home(words),
    )


def not_started(state: NotStarted, words: Words) -> QuestionView:
    """Say why nothing was begun."""
    reason = REFUSALS[state.why]
    again = Button(words.say("Try once more"), PayAgain(), "credit-card-sync-outline")
    code = words.say("For staff: {code}", code=words.code(NOT_STARTED_CODE))
    ways = (_till(words), back_to_basket(words))
    return QuestionView(
        icon=reason.icon,
        tone=Tone.LOW,
        title=words.say(reason.title),
        text=_and_nothing_charged(reason.text, words),
        lines=(*_lines(state.bill, words), Listed(code, "")),
        actions=_way_home(words) if state.dead_end else (again, *ways) if state.again else ways,
    )


def _and_nothing_charged(text: str, words: Words) -> str:
    return words.say(text) + " " + words.say("Your card was not charged.")


def _lines(bill: Bill, words: Words) -> tuple[Listed, ...]:
    return (Listed(words.say("To pay"), words.money(bill.amount)),)


def _ways(again: Button, words: Words) -> tuple[Button, ...]:
    leave = Button(words.say("Leave"), LeaveBasket(), "cart-remove")
    return (again, back_to_basket(words), leave)


def _till(words: Words) -> Button:
    return Button(words.say("Pay at the till"), FinishBasket(), "cash-register")


def _way_home(words: Words) -> tuple[Button, ...]:
    return (Button(words.say("Back to the start"), GoHome(), "home"),)


# ---- for staff


def naming(state: Naming, words: Words) -> CodeView:
    """Ask who decides."""
    text = words.say("Your name or staff number is written beside what you decide.")
    on = Button(words.say("Go on"), GiveName(), "check")
    return name_view(state.typed, text, (on, _back(words)), words)


def deciding(state: Deciding, words: Words) -> QuestionView:
    """Ask what stands in the terminal's own journal."""
    charged = Decided(Decision.CHARGED)
    not_ = Decided(Decision.NOT_CHARGED)
    return QuestionView(
        icon="account-tie-outline",
        tone=Tone.LOW,
        title=words.say("Was this payment charged?"),
        text=words.say(
            "Please look into the terminal's own journal: is this amount there, at this time?"
        ),
        lines=tuple(_facts(state, words)),
        actions=(
            Button(words.say("Yes, it was charged"), charged, "credit-card-check-outline"),
            Button(words.say("No, it was not"), not_, "credit-card-off-outline"),
            Button(words.say("Decide later"), DecideLater(), "account-clock-outline"),
            _back(words),
        ),
    )


def _facts(state: Deciding, words: Words) -> Iterator[Listed]:
    bill = state.bill
    yield Listed(words.say("Amount"), words.money(bill.amount))
    at = words.say("{day} at {time}", day=words.day(bill.at), time=words.time(bill.at))
    yield Listed(words.say("Number {number}", number=bill.number), at)
    yield Listed(words.foreign(state.behind.why), words.foreign(state.by))


def _back(words: Words) -> Button:
    return Button(words.say("Back"), BackToAttendant(), "arrow-left")
