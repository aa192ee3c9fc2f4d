"""What is drawn while the terminal works, and while nobody knows yet, as data."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.checkout.state import (
    Attendant,
    Bill,
    Connecting,
    Following,
    Stopping,
    Unknown,
    Writing,
)
from kiosk.checkout.wording import Doing, Stage, doing_of
from kiosk.checkout_messages import OpenDecision, StopPaying
from kiosk.frame import Button, Tone
from kiosk.words import Words

UNKNOWN_CODE, ATTENDANT_CODE = "K-301", "K-302"
_STAGES = (
    (Stage.CARD, "credit-card-chip-outline", "Card"),
    (Stage.PIN, "dialpad", "PIN"),
    (Stage.BANK, "bank-outline", "Bank"),
)


@dataclass(frozen=True, slots=True)
class StageMark:
    """One of the stages of a payment; ``on`` where it is now."""

    icon: str
    text: str
    on: bool


@dataclass(frozen=True, slots=True)
class Due:
    """What is to be paid, or was."""

    label: str
    amount: str
    currency: str


@dataclass(frozen=True, slots=True)
class FollowView:
    """What the terminal wants; ``stop`` is the way out, while there is one."""

    due: Due
    icon: str
    tone: Tone
    title: str
    text: str
    stages: tuple[StageMark, ...]
    stop: Button | None
    foot: str


@dataclass(frozen=True, slots=True)
class UnknownView:
    """Nobody can tell yet whether it is paid; ``warning`` is the one thing that must be read."""

    icon: str
    tone: Tone
    title: str
    warning: str
    text: str
    number_label: str
    number: str
    due: Due
    since: str
    code_text: str
    actions: tuple[Button, ...]


def due_of(bill: Bill, words: Words, label: str = "To pay") -> Due:
    """Write an amount."""
    return Due(words.say(label), words.amount(bill.amount), words.currency)


def follow(state: Connecting | Following | Stopping | Writing, words: Words) -> FollowView:
    """Show what the terminal wants."""
    match state:
        case Following(key=key):
            doing = doing_of(key)
            return _follow(state.bill, doing, words, stop=True)
        case Connecting(stopping=False):
            doing = Doing(
                "contactless-payment",
                "The card terminal is being asked",
                "Please have your card ready; the terminal tells you when.",
            )
            return _follow(state.bill, doing, words, stop=True)
        case Connecting() | Stopping():
            return _stopping(state, words)
        case Writing():
            doing = Doing("account-clock-outline", "One moment, please", "It is being written.")
            return _follow(state.bill, doing, words, stop=False)


def _follow(bill: Bill, doing: Doing, words: Words, *, stop: bool) -> FollowView:
    stages = tuple(
        StageMark(icon, words.say(text), stage is doing.stage) for stage, icon, text in _STAGES
    )
    return FollowView(
        due=due_of(bill, words),
        icon=doing.icon,
        tone=Tone.PLAIN,
        title=words.say(doing.title),
        text=words.say(doing.text),
        stages=stages if stop else (),
        stop=Button(words.say("Stop paying"), StopPaying(), "close-circle-outline")
        if stop
        else None,
        foot=words.say("Nothing is charged before the terminal says so.") if stop else "",
    )


def _stopping(state: Connecting | Stopping, words: Words) -> FollowView:
    said = doing_of(state.key) if isinstance(state, Stopping) and state.key else None
    return FollowView(
        due=due_of(state.bill, words),
        icon=said.icon if said else "hand-back-right-outline",
        tone=Tone.LOW,
        title=words.say("The terminal is being asked to stop"),
        text=words.say(said.title)
        if said
        else words.say("Please take your card out of the terminal if it is in."),
        stages=(),
        stop=None,
        foot=words.say("If the terminal goes on all the same, the payment counts."),
    )


def unknown(state: Unknown, words: Words) -> UnknownView:
    """Say calmly and honestly that it is not known yet."""
    return UnknownView(
        icon="progress-question",
        tone=Tone.LOW,
        title=words.say("We do not know yet whether you have paid"),
        warning=words.say("Please do not pay again. Help is on its way."),
        text=words.say(
            "The line to the card terminal broke off. This kiosk asks it again by itself; our "
            "staff have been told. Your basket is kept."
        ),
        number_label=words.say("Your number") if state.bill.number else "",
        number=words.number(state.bill.number) if state.bill.number else "",
        due=due_of(state.bill, words, "Amount in question"),
        since=words.say("since {time}", time=words.time(state.bill.at)),
        code_text=words.say("For staff: {code}", code=words.code(UNKNOWN_CODE)),
        actions=(),
    )


def attendant(state: Attendant, words: Words) -> UnknownView:
    """Say that a person is needed."""
    text = (
        "The terminal cannot tell us by itself. Our staff look it up and come back to you; please "
        "stay here and keep your receipt from the terminal, if you got one."
    )
    unwritten = "That could not be written down. Please try it once more."
    return UnknownView(
        icon="account-voice",
        tone=Tone.LOW,
        title=words.say("Our staff will find out whether you have paid"),
        warning=words.say("Please do not pay again."),
        text=words.say(unwritten) if state.unwritten else words.say(text),
        number_label=words.say("Your number") if state.bill.number else "",
        number=words.number(state.bill.number) if state.bill.number else "",
        due=due_of(state.bill, words, "Amount in question"),
        since=words.say("since {time}", time=words.time(state.bill.at)),
        code_text=words.say("For staff: {code}", code=words.code(ATTENDANT_CODE)),
        actions=(Button(words.say("Our staff are here"), OpenDecision(), "account-check-outline"),)
        if state.staffed
        else (),
    )
