"""Which touch, fact and second leads where on the way from "Pay by card" to the receipt.

The visit goes in and comes out; the basket in it is frozen meanwhile. What is asked of the teller
and of the printer is asked here and nowhere else. It belongs to the core's thread.

Source: docs/checkout.md.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import TypeVar, assert_never

from kiosk.basket import told
from kiosk.basket.state import Open
from kiosk.basket_desk import BasketDesk
from kiosk.checkout import handler
from kiosk.checkout.ports import Checkouts, Standing
from kiosk.checkout.state import (
    AskingStaff,
    Attendant,
    Bill,
    Connecting,
    Deciding,
    Declined,
    Following,
    Held,
    Naming,
    NotCharged,
    NotStarted,
    OnScreenReceipt,
    Paid,
    Paper,
    State,
    Stopped,
    Stopping,
    Writing,
)
from kiosk.checkout_messages import (
    BackToAttendant,
    Decided,
    DecideLater,
    EndCheckout,
    GiveName,
    OpenDecision,
    PayAgain,
    PayByCard,
    StopPaying,
    TakeReceiptOnScreen,
)
from kiosk.clock import Clock
from kiosk.errors import DataError
from kiosk.messages import (
    ChooseLanguage,
    DropBasket,
    EnterPin,
    EraseDigit,
    FinishBasket,
    GoHome,
    LeaveBasket,
    OpenBasket,
    StayLonger,
    ToggleEase,
    Touched,
    TypeCode,
    TypeDigit,
)
from kiosk.payment_messages import (
    Decide,
    Pay,
    PaymentApproved,
    PaymentAttendant,
    PaymentFact,
    PaymentInDoubt,
    PaymentRefused,
    Refusal,
    TellerReady,
)
from kiosk.receipt_messages import (
    PrintReceipt,
    ReceiptFact,
    ReceiptWays,
    ShowReceipt,
)
from kiosk.situation import Visit
from kiosk.staff import state as staffed

log = logging.getLogger(__name__)
T = TypeVar("T")
UNATTENDED_S = 600.0  # where no staff can come in here, until the kiosk is free for others again
ALWAYS = (ChooseLanguage, ToggleEase, Touched, StayLonger)
WITH_BASKET = (OpenBasket, LeaveBasket, FinishBasket, DropBasket)


class CheckoutDesk:
    """``staffed`` tells whether staff can come in here; ``within_s`` how long they may take."""

    def __init__(
        self,
        checkouts: Checkouts | None,
        baskets: BasketDesk,
        clock: Clock,
        within_s: float,
        *,
        staffed: bool,
    ) -> None:
        self._checkouts, self._baskets, self._clock = checkouts, baskets, clock
        self._within_s, self._staffed = within_s, staffed
        self._teller_ready = False
        self._on_disk = False  # a row names what is being paid

    @property
    def ready(self) -> bool:
        """Whether a basket can be paid by card now."""
        there = self._checkouts is not None and self._teller_ready
        return there and self._known.sells and not self._known.store.closed

    # ---- what the core asks

    @staticmethod
    def passes(visit: Visit, touch: object) -> bool:
        """Tell whether a touch on a screen of the checkout is for somebody else."""
        scene = visit.scene
        if isinstance(touch, ALWAYS):
            return True
        if isinstance(scene, AskingStaff):
            return isinstance(touch, TypeDigit | EraseDigit | EnterPin)
        away = not isinstance(scene, Held | Paid) and visit.basket is not None
        return away and isinstance(touch, WITH_BASKET)

    def touched(self, visit: Visit, touch: object) -> Visit:  # noqa: C901  (one line a touch)
        """Say what a touch leads to; one for a screen that has just been replaced, nowhere."""
        scene = visit.scene
        match touch, scene:
            case PayByCard(agreed), _ if not isinstance(scene, State):
                return self._pay(visit, agreed=agreed)
            case TakeReceiptOnScreen(), OnScreenReceipt():
                return self._pay_bill(visit, scene.bill, agreed=True)
            case PayAgain(), _ if isinstance(scene, State) and handler.payable_in(scene):
                return self._pay_bill(visit, scene.bill, agreed=False)
            case StopPaying(), Connecting() | Following():
                return self._stop(visit, scene)
            case OpenDecision(), Attendant() if scene.staffed:
                return visit.replace_scene(AskingStaff(scene, staffed.Asking()))
            case TypeCode(character), Naming():
                return visit.replace_scene(handler.typed(scene, character))
            case EraseDigit(), Naming():
                return visit.replace_scene(handler.erased(scene))
            case GiveName(), Naming(typed=typed) if typed.strip():
                return visit.replace_scene(Deciding(scene.behind, typed))
            case Decided(), Deciding():
                return self._decide(visit, scene, touch)
            case DecideLater(), Deciding():
                log.info("checkout-left-to-staff attempt=%s", scene.behind.attempt_id)
                return self._free(visit)
            case BackToAttendant(), AskingStaff() | Naming() | Deciding():
                return visit.replace_scene(scene.behind)
            case EndCheckout(), Paid():
                return self._free(visit)
            case GoHome(), NotStarted() if scene.dead_end:
                return self._free(visit)
            case GoHome(), Declined() | Stopped() | NotCharged() if not scene.payable:
                return self._free(visit)
            case _:
                return visit

    @staticmethod
    def pin_typed(visit: Visit, scene: AskingStaff, pin: staffed.State) -> Visit:
        """Go on with what came of a digit: the question for the PIN, or staff are in."""
        if isinstance(pin, staffed.Asking):
            return visit.replace_scene(replace(scene, pin=pin))
        return visit.replace_scene(Naming(scene.behind))

    def ticked(self, visit: Visit) -> Visit:
        """Let a second go by: nobody finds open what only staff may do."""
        scene = visit.scene
        if not isinstance(scene, State):
            return visit
        idle_s = self._clock.elapsed_s() - visit.touched_at_s
        if isinstance(scene, AskingStaff | Naming | Deciding) and idle_s >= self._within_s:
            return visit.replace_scene(scene.behind)
        unattended = isinstance(scene, Attendant) and not scene.staffed
        return self._free(visit) if unattended and idle_s >= UNATTENDED_S else visit

    def kept(self, visit: Visit) -> None:
        """Forget on the disk what is no longer on the screen."""
        if self._on_disk and not isinstance(visit.scene, State):
            self._on_disk = self._wrote(self._forgotten) is None

    def _forgotten(self) -> bool:
        self._known.store.forget()
        return True

    # ---- facts

    def heard(self, visit: Visit, fact: PaymentFact | ReceiptFact) -> Visit:
        """Take a word of the teller or of the printer."""
        if isinstance(fact, ReceiptFact):
            if isinstance(visit.scene, Paid):
                return visit.replace_scene(handler.printed(visit.scene, fact))
            return visit
        if isinstance(fact, TellerReady):
            self._teller_ready = True
        elif isinstance(fact, PaymentRefused):
            self._teller_ready = fact.why is not Refusal.BUSY
            if fact.why is Refusal.UNREAD:
                self._read(self._known.store.look)  # the next one is not even offered it
        elif isinstance(fact, PaymentInDoubt | PaymentAttendant):
            self._teller_ready = False  # until it says so again
        scene = visit.scene
        if not isinstance(scene, State):
            return visit
        if isinstance(fact, TellerReady) and isinstance(scene, Connecting) and not scene.asked:
            return self._pay_bill(visit, scene.bill, agreed=False)
        return self._moved(visit, scene, fact)

    def _moved(self, visit: Visit, scene: State, fact: PaymentFact) -> Visit:
        there = visit.basket is not None
        after = handler.heard(scene, fact, payable=there, staffed=self._staffed)
        if isinstance(fact, PaymentRefused) and isinstance(scene, Connecting):
            after = self._by_the_journal(after)
        if after is scene:
            return visit
        if isinstance(after, Stopping) and isinstance(scene, Connecting):
            self._known.teller.cancel()  # the wish was there before the teller had begun
        if type(after) is not type(scene):
            visit = replace(visit, touched_at_s=self._clock.elapsed_s())
        if isinstance(after, Paid):
            return self._paid(visit, after, fact)
        return visit.replace_scene(after)

    def _by_the_journal(self, state: State) -> State:
        """Believe the journal before a refusal: what is open or paid is never asked for again."""
        standing = self._standing(state.bill)
        fact = standing.fact if standing else None
        if isinstance(fact, PaymentInDoubt | PaymentAttendant | PaymentApproved):
            return handler.heard(state, fact, payable=True, staffed=self._staffed)
        return state

    def _paid(
        self, visit: Visit, state: Paid, fact: PaymentFact | None, *, started: bool = False
    ) -> Visit:
        """Let the basket go, which is a sale now, and have its receipt made."""
        sale_id, receipts = state.bill.sale_id, self._known.receipts
        lines = fact.printed if isinstance(fact, PaymentApproved) else ()
        ways = self._ways
        if ways.qr:
            receipts.ask(ShowReceipt(sale_id))
        if started or ways.paper:  # at a start nobody knows yet how the printer is
            receipts.ask(PrintReceipt(sale_id, visit.language, lines))
            state = replace(state, paper=Paper.PRINTING)
        return replace(visit, scene=state, behind=(), basket=None)

    # ---- paying

    def _pay(self, visit: Visit, *, agreed: bool) -> Visit:
        open_ = self._baskets.to_be_paid(visit, agreed=agreed)
        if isinstance(open_, Visit):
            return open_
        amount, at = told.total_of(open_), self._clock.now()
        checkouts, day = self._known, self._baskets.day_of(at)
        sale_id = checkouts.new_id()
        bill = self._wrote(lambda: checkouts.store.begin(sale_id, amount, day, at))
        if bill is None:
            return self._baskets.unwritten(visit, open_)
        self._on_disk = True
        ways = self._ways
        if ways.qr and not ways.paper:
            return self._show(visit, open_, OnScreenReceipt(bill))
        return self._ask(visit, open_, bill)

    def _pay_bill(self, visit: Visit, bill: Bill, *, agreed: bool) -> Visit:
        """Pay what was shown; where it costs another amount by now, that is shown instead."""
        if not self._teller_ready:
            return visit.replace_scene(Connecting(bill, asked=False))
        open_ = self._baskets.to_be_paid(visit, agreed=agreed)
        if isinstance(open_, Visit):
            return open_
        if told.total_of(open_) != bill.amount:  # it was shown since, as another basket
            return self._baskets.unpaid(visit, open_)
        return self._ask(visit, open_, bill)

    def _ask(self, visit: Visit, open_: Open, bill: Bill) -> Visit:
        after = self._by_the_journal(Connecting(bill))
        if not isinstance(after, Connecting):
            return self._moved_to(visit, open_, after)
        on = self._baskets.day_of(bill.at)
        body = told.finished_body(open_, told.Number(on, bill.number))
        self._teller_ready = False
        self._known.teller.ask(Pay(bill.sale_id, bill.amount, body, receipt=self._ways.any))
        return self._show(visit, open_, after)

    def _moved_to(self, visit: Visit, open_: Open, after: State) -> Visit:
        shown = self._show(visit, open_, after)
        if isinstance(after, Paid):
            return self._paid(shown, after, None, started=True)
        return shown

    @staticmethod
    def _show(visit: Visit, open_: Open, scene: State) -> Visit:
        return replace(visit, scene=scene, behind=(), basket=open_)

    def _stop(self, visit: Visit, scene: Connecting | Following) -> Visit:
        match scene:
            case Connecting(asked=False):
                return visit.replace_scene(Stopped(scene.bill))
            case Connecting():
                return visit.replace_scene(replace(scene, stopping=True))
            case Following():
                self._known.teller.cancel()
                return visit.replace_scene(Stopping(scene.bill, scene.attempt_id))
            case _:
                assert_never(scene)

    def _decide(self, visit: Visit, scene: Deciding, touch: Decided) -> Visit:
        log.info("checkout-decided attempt=%s as=%s", scene.behind.attempt_id, touch.decision.value)
        self._known.teller.ask(Decide(scene.behind.attempt_id, touch.decision, scene.by))
        behind = replace(scene.behind, unwritten=False)
        return visit.replace_scene(Writing(behind, touch.decision))

    @staticmethod
    def _free(visit: Visit) -> Visit:
        """Be there for the next shopper; what became of the basket is the journal's."""
        return replace(visit.home(), basket=None)

    # ---- a start

    def restored(self, visit: Visit, *, catalogue: bool) -> Visit | None:
        """Give the first view where the last run left a payment behind, or none.

        Raises ``DataError`` where the catalogue is damaged.
        """
        if self._checkouts is None:
            return None
        store, standings = self._checkouts.store, self._checkouts.standings
        self._read(store.look)
        row = self._read(store.left)
        standing = self._read(standings.open_charge)
        if standing is None and row is not None:
            standing = self._read(lambda: standings.of_sale(row.bill.sale_id))
        self._on_disk = row is not None
        if standing is None or not isinstance(
            standing.fact, PaymentInDoubt | PaymentAttendant | PaymentApproved
        ):
            return None
        bill = row.bill if row and row.bill.sale_id == standing.bill.sale_id else standing.bill
        log.warning("checkout-restored as=%s", type(standing.fact).__name__)
        if isinstance(standing.fact, PaymentApproved):
            self._baskets.keeper.paid()
            age = self._clock.now() - (row.saved_at if row else bill.at)
            paid = Paid(bill, Paper.NONE, doubted=standing.fact.doubted)
            recent = age <= timedelta(seconds=self._baskets.resume_within_s)
            return self._paid(visit, paid, standing.fact, started=True) if recent else None
        state = handler.heard(Connecting(bill), standing.fact, payable=True, staffed=self._staffed)
        open_ = self._baskets.left_unpaid() if catalogue and row is not None else None
        return replace(visit, scene=state, behind=(), basket=open_)

    # ---- short cuts

    @property
    def _known(self) -> Checkouts:
        assert self._checkouts is not None, "a screen of the checkout is on"
        return self._checkouts

    @property
    def _ways(self) -> ReceiptWays:
        return self._known.receipts.receipt_ways()

    def _standing(self, bill: Bill) -> Standing | None:
        return self._read(lambda: self._known.standings.of_sale(bill.sale_id))

    @staticmethod
    def _read(read: Callable[[], T | None]) -> T | None:
        try:
            return read()
        except DataError as error:  # then no attempt can be begun either
            log.error("checkout-not-read reason=%s", error)
            return None

    @staticmethod
    def _wrote(write: Callable[[], T]) -> T | None:
        try:
            return write()
        except DataError as error:
            log.error("checkout-not-written reason=%s", error)
            return None
