"""The part of the tour at the bank terminal: paid, declined, and a cable pulled in mid-payment.

The terminal is a process of its own, behind a real wire; the kiosk's own driver speaks to it.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from kiosk.words import Words
from tools.demo.tour import MILK, RICE, TEA, Tour
from tools.stage.hands import NotSeenError

CHAIN_FA = "فروشگاه‌های باران"  # as tools/stage/stage.py names it

log = logging.getLogger("tour")


class WholeTour(Tour):
    """The tour, with a card in the hand."""

    @property
    def paying(self) -> tuple[Callable[[Words], None], ...]:
        """The steps at the bank terminal."""
        return (
            self._pay_a_basket,
            self._be_declined,
            self._lose_the_terminal_while_paying,
            self._have_staff_undo_it,
        )

    def _pay_a_basket(self, words: Words) -> None:
        """Pay at the terminal, with all that it says, up to the receipt."""
        self._begin_to_pay(RICE, words)
        self._picture("paying-hold-the-card")
        self._bank.decide("approve")
        self._see(words.say("Please enter your PIN at the terminal"))
        self._picture("paying-enter-the-pin")
        self._see_paid(words)
        self._see(words.say("Please take your receipt"))
        self._see(words.say("Take a picture of this code: it is your receipt."))
        self._picture("paid-with-receipt")
        if not list(self.stage.receipts.glob("*.png")):
            raise NotSeenError("expected a receipt to be printed, got none")
        self._answer_what_is_asked_after_a_sale(words)

    def _be_declined(self, words: Words) -> None:
        """Have too little money on one card, and pay with another."""
        self._begin_to_pay(TEA, words)
        self._bank.decide("decline funds")
        self._see(words.say("Not enough money in the account"))
        self._picture("paying-declined")
        self._hands_touch(words.say("Use another card"))
        self._see(words.say("Please hold or insert your card"))
        self._bank.decide("approve")
        self._see_paid(words)
        self._go_without_answering(words)

    def _lose_the_terminal_while_paying(self, words: Words) -> None:
        """Pull the cable in mid-payment: it books all the same, and nobody pays again."""
        self._begin_to_pay(MILK, words)
        self._bank.pull_cable()
        self._bank.decide("approve")
        self._see(words.say("We do not know yet whether you have paid"), wait_s=60)
        self._picture("outcome-unknown")
        self.told["payment_in_doubt"] += 1
        self.stage.scanner.scan(TEA)  # nothing comes of it
        self._bank.plug_in()
        plugged = time.monotonic()
        self._see(words.say("The terminal has confirmed your payment after all."), wait_s=60)
        log.info("settled %.1f s after the cable was in again", time.monotonic() - plugged)
        self.told["payment_settled"] += 1
        self.told["sale_completed"] += 1
        self._picture("settled-paid-after-all")
        self._go_without_answering(words)

    def _have_staff_undo_it(self, words: Words) -> None:
        """Staff print a copy of the last receipt, and undo its payment."""
        from kiosk.screens.shell import HELD_S  # it wants the window, which is there by now

        self.hands.hold(CHAIN_FA, HELD_S + 0.5)
        self._see(words.say("For our staff"))
        for digit in self.stage.pin:
            self._hands_touch(words.digits(digit), whole=True)
        self._hands_touch(words.say("Enter"))
        self._hands_touch(words.say("Payments"))
        for letter in "SARA":
            self._hands_touch(letter, whole=True)
        self._hands_touch(words.say("Go on"))
        self._see(words.say("Payments at this kiosk"))
        self._picture("staff-payments")
        self._hands_touch(words.say("Paid"))
        self._hands_touch(words.say("Print a copy"))
        self._see(words.say("The copy is printed."))
        self._hands_touch(words.say("Undo the payment"))
        self._picture("staff-undo-a-payment")
        self._hands_touch(words.say("Yes, do it"))
        self._see(words.say("It was given back."), wait_s=30)
        self._picture("staff-it-was-given-back")
        self.told["sale_reversed"] += 1
        self._hands_touch(words.say("Home"))
        self._see(words.say("Touch to start"))

    def _answer_what_is_asked_after_a_sale(self, words: Words) -> None:
        """Say how likely it is that one recommends the shop."""
        self._hands_touch(words.say("I am done"))
        self._see(words.say("Answer now"))
        self._picture("asked-after-the-sale")
        self._hands_touch(words.say("Answer now"))
        self._see(words.say("Very likely"))
        self._hands_touch(words.digits("9"), whole=True)
        self._picture("survey-score")
        self._hands_touch(words.say("Send my answers"))
        self._see(words.say("Thank you!"))
        self._picture("survey-thanks")
        self.told["survey_answered"] += 1
        self._hands_touch(words.say("Back to the start"))
        self._see(words.say("Touch to start"))

    def _go_without_answering(self, words: Words) -> None:
        self._hands_touch(words.say("I am done"))
        self._hands_touch(words.say("No, thank you"))
        self._see(words.say("Touch to start"))

    def _begin_to_pay(self, code: str, words: Words) -> None:
        """Put an item in, and touch "Pay by card"."""
        self._scan_item(code, again=True)
        self._hands_touch(words.say("Add to basket"))
        self._hands_touch(words.say("Pay by card"), wait_s=40)  # once nothing is open any more
        self._see(words.say("Please hold or insert your card"), wait_s=30)

    def _see_paid(self, words: Words) -> None:
        self._see(words.say("Paid. Thank you!"), wait_s=40)
        self.told["sale_completed"] += 1
