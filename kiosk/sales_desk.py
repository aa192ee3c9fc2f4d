"""Which touch and fact leads where on the staff's pages of what was sold here.

The visit goes in and comes out. What moves money is asked of the teller here, after a second
touch, with the name of who asked. It belongs to the core's thread.

Source: docs/checkout.md, "What staff do with a sale".
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from uuid import UUID

from kiosk.checkout.handler import NAME_MAX
from kiosk.checkout.ports import Checkouts
from kiosk.errors import DataError
from kiosk.messages import (
    ChooseLanguage,
    EraseDigit,
    GoBack,
    GoHome,
    Leave,
    StayLonger,
    ToggleEase,
    Touched,
    TypeCode,
    TypeDigit,
)
from kiosk.payment_messages import Decide, PaymentFact, Refund, Reverse
from kiosk.receipt_messages import (
    PrinterChanged,
    ReceiptFact,
    ReceiptSigned,
    ReprintReceipt,
    SettlePrint,
)
from kiosk.sales import handler
from kiosk.sales.ports import SalesBook
from kiosk.sales.state import (
    SALES_PAGE,
    Amounting,
    Clerk,
    Comparing,
    Confirming,
    Listing,
    Looking,
    Naming,
    OfOneSale,
    Printing,
    Sale,
    State,
    Working,
)
from kiosk.sales_messages import (
    AskCompared,
    AskDeed,
    AskTyped,
    BackInSales,
    Deed,
    DoDeed,
    GiveBack,
    GiveClerk,
    MoreSales,
    OpenSale,
    OpenSales,
    PrintCopy,
    SayCompared,
    SayOf,
    SayPrinted,
    TypeAmount,
    UndoCharge,
)
from kiosk.situation import Visit
from kiosk.staff import state as staffed
from retail.values import Money

log = logging.getLogger(__name__)
ALWAYS = (ChooseLanguage, ToggleEase, Touched, StayLonger)
SURELY_S = 0.7  # a touch that comes sooner was meant for what was there before
AWAY = (GoHome, GoBack, Leave)


@dataclass(frozen=True, slots=True)
class SalesMeans:
    """What the pages work with: whom they ask, what they read, and the unit of shown money."""

    checkouts: Checkouts
    book: SalesBook
    unit: int


class SalesDesk:
    """``inside`` gives the staff's view, which these pages are opened from and lead back to."""

    def __init__(self, means: SalesMeans | None, inside: Callable[[], staffed.State]) -> None:
        self._means, self._inside = means, inside

    @property
    def there(self) -> bool:
        """Whether anything is sold here."""
        return self._means is not None

    @property
    def closed(self) -> str:
        """Why nobody can pay, where a damaged journal was not compared; else ``""``."""
        return self._means.checkouts.store.closed if self._means is not None else ""

    @property
    def waiting(self) -> int:
        """How many sales wait for a person's word on a payment, as far as that can be read."""
        if self._means is None:
            return 0
        try:
            return self._means.book.waiting()
        except DataError:
            return 0  # the page itself says so when it is opened

    @staticmethod
    def passes(visit: Visit, touch: object) -> bool:
        """Tell whether a touch on one of these pages is for somebody else."""
        away = isinstance(touch, AWAY) and not isinstance(visit.scene, Working)
        return away or isinstance(touch, ALWAYS)

    def touched(self, visit: Visit, touch: object) -> Visit:  # noqa: C901  (one line a touch)
        """Say what a touch leads to; one for a page that has just been replaced, nowhere."""
        scene = visit.scene
        match touch, scene:
            case OpenSales(), staffed.Inside() if self.there:
                return replace(visit, scene=Naming(), behind=())
            case TypeCode(character), Naming(typed):
                return visit.replace_scene(Naming((typed + character)[:NAME_MAX]))
            case EraseDigit(), Naming(typed):
                return visit.replace_scene(Naming(typed[:-1]))
            case GiveClerk(), Naming(typed) if typed.strip():
                return visit.replace_scene(self._list(Clerk(typed.strip())))
            case MoreSales(), Listing(clerk):
                more = replace(clerk, listed=clerk.listed + SALES_PAGE)
                return visit.replace_scene(self._list(more))
            case OpenSale(sale_id), Listing(clerk, sales):
                found = [each for each in sales if each.sale_id == sale_id]
                return visit.replace_scene(Looking(clerk, found[0])) if found else visit
            case AskCompared(), Listing(clerk, closed=closed) if closed:
                return visit.replace_scene(Comparing(clerk, closed))
            case SayCompared(), Comparing():
                return visit.replace_scene(self._compared(scene))
            case BackInSales(), _ if isinstance(scene, State):
                return visit.replace_scene(self._back(scene))
            case _ if isinstance(scene, Looking | Amounting | Confirming):
                return self._of_one(visit, scene, touch)
            case _:
                return visit

    def _of_one(
        self, visit: Visit, scene: Looking | Amounting | Confirming, touch: object
    ) -> Visit:
        clerk, sale = scene.clerk, scene.sale
        match touch, scene:
            case PrintCopy(), Looking() if scene.outcome is not Printing.ASKED:
                ask = ReprintReceipt(sale.sale_id, visit.language, clerk.name)
                return self._paper(visit, scene, ask, Printing.ASKED)
            case SayPrinted(job_id, came_out), Looking() if self._may_say(scene, job_id):
                said = SettlePrint(job_id, came_out, clerk.name)
                return self._paper(visit, scene, said, Printing.NOTED)
            case TypeAmount(), Looking() if sale.left.minor > 0:
                return visit.replace_scene(Amounting(clerk, sale, self._known.unit))
            case TypeDigit(digit), Amounting():
                return visit.replace_scene(handler.typed(scene, digit))
            case EraseDigit(), Amounting():
                return visit.replace_scene(handler.erased(scene))
            case AskTyped(), Amounting() if scene.amount is not None:
                return visit.replace_scene(
                    Confirming(clerk, sale, GiveBack(scene.amount), visit.touched_at_s)
                )
            case AskDeed(deed), Looking() | Amounting():
                return visit.replace_scene(Confirming(clerk, sale, deed, visit.touched_at_s))
            case DoDeed(), Confirming() if visit.touched_at_s - scene.shown_at_s >= SURELY_S:
                return self._do(visit, scene)
            case _:
                return visit

    @staticmethod
    def _may_say(scene: Looking, job_id: UUID) -> bool:
        return job_id == scene.sale.job_id and scene.outcome is not Printing.NOTED

    def heard(self, visit: Visit, fact: PaymentFact | ReceiptFact) -> Visit:
        """Take a word of the teller or of the printer."""
        scene = visit.scene
        if isinstance(fact, PrinterChanged | ReceiptSigned) or not isinstance(scene, OfOneSale):
            return visit
        after: State = scene
        if isinstance(fact, ReceiptFact):
            if isinstance(scene, Looking):
                after = handler.printed(scene, fact)
        elif isinstance(scene, Working):
            after = handler.worked(scene, fact)
        moved = after != scene or isinstance(fact, ReceiptFact)
        if isinstance(after, Looking) and moved:
            after = self._read_again(after)
        return visit.replace_scene(after)

    # ---- short cuts

    def _do(self, visit: Visit, scene: Confirming) -> Visit:
        deed, sale, by = scene.deed, scene.sale, scene.clerk.name
        log.info("staff-deed sale=%s deed=%s", sale.sale_id, type(deed).__name__)
        working = visit.replace_scene(Working(scene.clerk, sale, deed))
        self._known.checkouts.teller.ask(_request_of(sale, deed, by))
        return working

    def _paper(
        self, visit: Visit, scene: Looking, ask: ReprintReceipt | SettlePrint, outcome: Printing
    ) -> Visit:
        log.info("staff-paper sale=%s ask=%s", scene.sale.sale_id, type(ask).__name__)
        self._known.checkouts.receipts.ask(ask)
        return visit.replace_scene(replace(scene, outcome=outcome))

    def _back(self, scene: State) -> State | staffed.State:
        match scene:
            case Naming() | Listing():
                return self._inside()
            case Looking() | Comparing():
                return self._list(scene.clerk)
            case Amounting() | Confirming():
                return Looking(scene.clerk, scene.sale)
            case Working():
                return scene

    def _list(self, clerk: Clerk) -> Listing:
        try:
            self._known.checkouts.store.look()  # a person may have compared at a command line
            sales = self._known.book.newest(clerk.listed)
        except DataError as error:
            log.error("sales-unread reason=%s", error)
            return Listing(clerk, unread=str(error))
        return Listing(clerk, sales, more=len(sales) >= clerk.listed, closed=self.closed)

    def _compared(self, scene: Comparing) -> State:
        log.warning("payments-compared by=%s", scene.clerk.name)
        try:
            self._known.checkouts.store.compare(scene.clerk.name)
        except DataError as error:
            return replace(scene, unwritten=str(error))
        return self._list(scene.clerk)

    def _read_again(self, state: Looking) -> Looking:
        try:
            sale = self._known.book.sale(state.sale.sale_id)
        except DataError as error:
            log.error("sale-unread reason=%s", error)
            nothing = Money(0, state.sale.left.currency)  # nobody moves money by what was once so
            return replace(state, sale=replace(state.sale, reversible=False, left=nothing))
        return replace(state, sale=sale) if sale is not None else state

    @property
    def _known(self) -> SalesMeans:
        assert self._means is not None, "a page of it is on"
        return self._means


def _request_of(sale: Sale, deed: Deed, by: str) -> Reverse | Refund | Decide:
    match deed:
        case UndoCharge():
            return Reverse(sale.sale_id, by)
        case GiveBack(amount):
            return Refund(sale.sale_id, amount, by)
        case SayOf(attempt_id, decision):
            return Decide(attempt_id, decision, by)
