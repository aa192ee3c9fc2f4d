"""What is drawn of a payment, worked out as data: no Kivy, no thread, no clock.

A new state is a new case in ``view_of``; mypy names the one that is missing.
"""

from __future__ import annotations

from dataclasses import replace
from typing import assert_never

from kiosk.basket.pads import CodeView
from kiosk.basket.questions import QuestionView
from kiosk.checkout import endings, following
from kiosk.checkout.endings import PaidView
from kiosk.checkout.following import Due, FollowView, StageMark, UnknownView
from kiosk.checkout.state import (
    AskingStaff,
    Attendant,
    Connecting,
    Deciding,
    Declined,
    Following,
    Naming,
    NotCharged,
    NotStarted,
    OnScreenReceipt,
    Paid,
    State,
    Stopped,
    Stopping,
    Unknown,
    Writing,
)
from kiosk.checkout_messages import BackToAttendant
from kiosk.frame import Button
from kiosk.staff.view import PinView, pin_view
from kiosk.words import Words

__all__ = ["Due", "FollowView", "PaidView", "StageMark", "UnknownView", "view_of"]

Body = FollowView | UnknownView | PaidView | QuestionView | CodeView | PinView


def view_of(state: State, words: Words) -> Body:  # noqa: C901  (a case each)
    """Turn a state into what is drawn."""
    match state:
        case OnScreenReceipt():
            return endings.on_screen(state, words)
        case NotStarted():
            return endings.not_started(state, words)
        case Connecting() | Following() | Stopping() | Writing():
            return following.follow(state, words)
        case Paid():
            return endings.paid(state, words)
        case Declined():
            return endings.declined(state, words)
        case Stopped():
            return endings.stopped(state, words)
        case NotCharged():
            return endings.not_charged(state, words)
        case Unknown():
            return following.unknown(state, words)
        case Attendant():
            return following.attendant(state, words)
        case AskingStaff(pin=pin):
            text = words.say("Type your PIN to say what became of this payment.")
            back = Button(words.say("Back"), BackToAttendant(), "arrow-left")
            return replace(pin_view(pin, words, text), back=back)
        case Naming():
            return endings.naming(state, words)
        case Deciding():
            return endings.deciding(state, words)
        case _:
            assert_never(state)
