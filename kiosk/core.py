"""The one owner of state: one message in, new state, then a view out and what happened noted.

It runs on the core thread alone and handles a message to its end before the next. It knows
rules, features and the ports below; no window, no device, no thread and no clock of its own.
In tests there is no thread: ``core.handle(Scanned(…))``, then look at the last view.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import assert_never, get_args

from kiosk.basket import state as basket
from kiosk.basket.state import Means
from kiosk.basket_desk import BasketDesk
from kiosk.box_desk import BoxDesk, BoxFact
from kiosk.checkout import state as checkout
from kiosk.checkout_desk import CheckoutDesk
from kiosk.checkout_messages import CheckoutTouch
from kiosk.condition import known_of
from kiosk.errors import DataError
from kiosk.items import Priced
from kiosk.lobby import view as lobby
from kiosk.messages import (
    BasketTouch,
    CatalogueBuilt,
    CatalogueChanged,
    CatalogueRefused,
    ChooseLanguage,
    EnterPin,
    EraseDigit,
    FilterSearch,
    GoBack,
    GoHome,
    Language,
    Leave,
    Message,
    OpenBrowse,
    OpenHelp,
    OpenProduct,
    OpenScan,
    OpenSearch,
    OpenStaff,
    PlainTouch,
    RetryParked,
    Scanned,
    SearchTyped,
    ShowMore,
    StaffTouch,
    StayLonger,
    Ticked,
    ToggleEase,
    ToggleWhy,
    Touch,
    Touched,
    TypeDigit,
)
from kiosk.notes import Notes
from kiosk.payment_messages import PaymentFact
from kiosk.ports import Catalogue as Catalogue
from kiosk.ports import Catalogues as Catalogues
from kiosk.ports import Ports as Ports
from kiosk.pricecheck import handler as pricecheck
from kiosk.pricecheck import state as priced
from kiosk.receipt_messages import ReceiptFact
from kiosk.sales import state as sales
from kiosk.sales_desk import SalesDesk, SalesMeans
from kiosk.sales_messages import SalesTouch
from kiosk.scenes import body_of, with_surveys, with_way_in
from kiosk.search import state as sought
from kiosk.search_desk import SearchDesk
from kiosk.situation import Health, Visit
from kiosk.staff import handler as staff
from kiosk.staff import state as staffed
from kiosk.surroundings import Surroundings, frame_of, waits_of
from kiosk.survey import state as survey
from kiosk.survey_desk import SurveyDesk
from kiosk.survey_messages import SurveyTouch
from kiosk.view import View
from kiosk.words import Words
from retail.barcodes import MemberCard, read
from retail.catalogue import Product

log = logging.getLogger(__name__)
OVER = basket.AtTill | checkout.Paid | survey.Inviting | survey.Thanking  # whoever scans is next
CLOSED_BY_SCAN = (  # nothing of theirs is gone back to
    *(lobby.Attracting, lobby.Scanning, lobby.ScannersLost, lobby.Helping),
    *(staffed.Asking, staffed.Inside, survey.Choosing, *get_args(sales.State)),
)
AskingStaff = basket.AskingStaff | checkout.AskingStaff
SAME_SCAN_S = 1.0  # a second reading of what is already shown is the same scan


class Core:
    """Handles messages one by one; ``view`` is what the screen shows now."""

    def __init__(
        self,
        ports: Ports,
        desk: pricecheck.Desk,
        around: Surroundings,
        words: Mapping[Language, Words],
        language: Language,
    ) -> None:
        self._ports, self._desk, self._around = ports, desk, around
        self._words, self._language = words, language
        self._notes = Notes(ports.record)
        self._box = BoxDesk(ports.catalogues, self._notes, ports.clock)
        self._gate = staff.Gate()
        self._searches = SearchDesk(lambda: self._catalogue, self._price)
        self._baskets = BasketDesk(
            ports.baskets, desk, ports.clock, lambda: self._catalogue, lambda: self._means
        )
        self._checkouts = CheckoutDesk(
            ports.checkouts,
            self._baskets,
            ports.clock,
            around.idle_s,
            staffed=ports.staff is not None,
        )
        self._surveys = SurveyDesk(
            ports.surveys, ports.record, ports.clock, desk.zone, self._is_member_card
        )
        self._sales = SalesDesk(self._sales_means, self._inside)
        self._visit = self._new_visit()
        self._visit = self._in_service(self._despite_damage(self._first_visit))
        self._scanned: tuple[bytes, float] = (b"", float("-inf"))
        self._shown: View | None = None

    @property
    def view(self) -> View:
        """What the screen shows now."""
        visit, words = self._visit, self._words[self._visit.language]
        frame = frame_of(
            visit,
            self._box.health,
            self._around,
            words,
            self._now,
            self._ports.clock.elapsed_s(),
            self._box.made_at,
        )
        body = body_of(visit.scene, words, self._ports.picture_of)
        if self._baskets.enabled or visit.basket is not None:
            body = with_way_in(body, words)
        if isinstance(visit.scene, lobby.Attracting):
            body = with_surveys(body, words, *self._surveys.on_poster(visit.language, words))
        return View(frame, body)

    @property
    def health(self) -> Health:
        """How the box is, as far as the core knows."""
        return self._box.health

    @property
    def made_at(self) -> datetime | None:
        """When head office made the prices in use, aware UTC; none where there are none."""
        return self._box.made_at

    @property
    def in_service(self) -> bool:
        """Whether shoppers are served."""
        return self._box.closed is None

    def handle(self, message: Message) -> None:
        """Take one message to its end, and show what came of it if it shows."""
        visit = self._in_service(self._despite_damage(lambda: self._next(message)))
        self._visit = self._baskets.kept(self._surveys.kept(visit))
        self._checkouts.kept(self._visit)
        self._box.heed_rules()
        self._box.heed_surveys(self._surveys.unread)
        view = self.view
        if view != self._shown:
            self._shown = view
            self._ports.show(view)

    def _despite_damage(self, step: Callable[[], Visit]) -> Visit:
        """Take a step, with the catalogue before where the one in use is damaged."""
        while self._ports.catalogues.current is not None:
            try:
                return step()
            except DataError as error:
                log.error("catalogue-damaged: %s", error)
                self._ports.catalogues.fall_back()
                self._notes.note("catalogue_damaged", {"reason": str(error)})
                kept = self._visit.basket
                if not self._baskets.frozen(self._visit):
                    self._visit = self._in_service(replace(self._new_visit(), basket=kept))
        return step()

    def _heard(self, fact: PaymentFact | ReceiptFact) -> Visit:
        if isinstance(fact, ReceiptFact):
            self._box.heard_paper(fact)
        return self._sales.heard(self._checkouts.heard(self._visit, fact), fact)

    @property
    def _frozen(self) -> bool:
        working = isinstance(self._visit.scene, sales.Working)
        return working or self._baskets.frozen(self._visit)

    def _next(self, message: Message) -> Visit:
        if isinstance(message, PaymentFact | ReceiptFact):
            return self._heard(message)
        if isinstance(message, BoxFact):
            self._box.heard(message)
            return self._visit
        match message:
            case Ticked():
                return self._tick()
            case Scanned() if isinstance(self._visit.scene, survey.Under):
                now_s = self._ports.clock.elapsed_s()
                return self._surveys.scanned(replace(self._visit, touched_at_s=now_s), message)
            case Scanned() if not self._frozen:
                return self._scan(message)
            case Scanned():
                return self._visit  # while it is being paid
            case CatalogueBuilt() | CatalogueRefused():
                return self._take_catalogue(message)
            case CatalogueChanged(sequence):
                return self._show_changed(sequence)
            case _:
                return self._touch(message)

    # ---- the shopper

    def _touch(self, touch: Touch) -> Visit:
        visit = replace(self._visit, touched_at_s=self._ports.clock.elapsed_s())
        if isinstance(visit.scene, lobby.OutOfService) and not isinstance(
            touch, ChooseLanguage | OpenStaff
        ):
            return visit
        if isinstance(touch, SurveyTouch) or self._surveys.wants(visit, touch):
            return self._surveys.touched(visit, touch)
        at_sales = isinstance(visit.scene, sales.State) and not self._sales.passes(visit, touch)
        if at_sales or isinstance(touch, SalesTouch):
            return self._sales.touched(visit, touch)
        paying = isinstance(visit.scene, checkout.State)
        if paying and not self._checkouts.passes(visit, touch):
            after = self._checkouts.touched(visit, touch)
            return self._surveys.after_sale(visit, after)
        if reason := self._baskets.ends_visit(visit, touch):
            after = self._ended(visit, reason)
        elif isinstance(touch, BasketTouch) or self._baskets.wants(touch, visit):
            after = self._baskets.touched(visit, touch)
        elif isinstance(touch, CheckoutTouch):
            after = self._checkouts.touched(visit, touch)
        else:
            after = self._move(visit, touch)
        self._notes.search_left(visit.scene, after.scene)
        return after

    def _ended(self, visit: Visit, reason: str) -> Visit:
        """Begin anew for the next shopper, and tell what became of this one's basket."""
        self._baskets.ended(visit, reason)
        return self._new_visit()

    def _move(self, visit: Visit, touch: PlainTouch) -> Visit:  # noqa: C901  (one line a touch)
        match touch:
            case Touched() | StayLonger():
                return visit
            case GoHome():
                return visit.home()
            case Leave():
                return self._ended(visit, "left")
            case GoBack():
                return self._searches.asked_anew(visit.back())
            case ChooseLanguage(language):
                self._notes.language_chosen(language)
                return replace(visit, language=language)
            case ToggleEase(aid):
                return replace(visit, aids=visit.aids ^ {aid})
            case OpenHelp():
                return (
                    visit if isinstance(visit.scene, lobby.Helping) else visit.go(lobby.Helping())
                )
            case OpenScan():
                return visit.go(lobby.Scanning())
            case OpenProduct(sku):
                return self._open_product(visit, sku)
            case ToggleWhy():
                return _with_why_toggled(visit)
            case OpenSearch() | SearchTyped() | FilterSearch() | OpenBrowse():
                return self._searches.touched(visit, touch)
            case ShowMore():
                return self._list_more(visit)
            case OpenStaff() | TypeDigit() | EraseDigit() | EnterPin() | RetryParked():
                return self._serve_staff(visit, touch)
            case _:
                assert_never(touch)

    def _list_more(self, visit: Visit) -> Visit:
        if isinstance(visit.scene, staffed.Inside):
            return visit.replace_scene(staff.show_more(visit.scene))
        return self._searches.touched(visit, ShowMore())

    def _open_product(self, visit: Visit, sku: str) -> Visit:
        state = pricecheck.open_product(sku, self._catalogue, self._desk, self._now)
        self._notes.product_opened(sku, visit.scene)
        if isinstance(visit.scene, priced.Found):  # one of the similar items
            return visit.replace_scene(state)
        return visit.go(state)

    def _scan(self, scan: Scanned) -> Visit:
        visit = replace(self._visit, touched_at_s=self._ports.clock.elapsed_s())
        if isinstance(visit.scene, lobby.OutOfService) or self._seen_just_now(scan):
            return visit
        if self._ports.catalogues.current is None:
            return visit.home()  # it was the staff's view, which ends
        state = pricecheck.answer(scan.raw, scan.symbology, self._catalogue, self._desk, self._now)
        if not self._baskets.is_voucher(state, scan):
            self._notes.answer(state, scan)
        if isinstance(state, priced.Unknown):
            state = replace(state, told=not self._notes.memory_full)
        self._notes.search_left(visit.scene, state)
        if isinstance(visit.scene, OVER):
            visit = replace(self._ended(visit, "left"), language=visit.language, aids=visit.aids)
        if self._baskets.takes(visit, state, scan):
            return self._baskets.scanned(visit, state, scan)
        match visit.scene:
            case sought.Searching() | sought.Browsing():
                return visit.go(state)
            case scene if isinstance(scene, CLOSED_BY_SCAN):
                return replace(visit, scene=state, behind=())
            case _:
                return visit.replace_scene(state)

    def _seen_just_now(self, scan: Scanned) -> bool:
        """Tell whether camera and scanner read the same item, or one of them read it twice."""
        raw, at_s = self._scanned
        now_s = self._ports.clock.elapsed_s()
        self._scanned = (scan.raw, now_s)
        shown = not isinstance(self._visit.scene, lobby.Attracting | lobby.Scanning)
        return shown and scan.raw == raw and now_s - at_s < SAME_SCAN_S

    # ---- time

    def _tick(self) -> Visit:
        visit = self._visit
        idle_s = self._ports.clock.elapsed_s() - visit.touched_at_s
        if isinstance(visit.scene, lobby.OutOfService):
            return visit
        if idle_s >= waits_of(visit, self._around).idle_s:
            self._notes.search_left(visit.scene, lobby.Attracting())
            resuming = isinstance(visit.scene, basket.Resuming)
            return self._ended(visit, "not_resumed" if resuming else "idle")
        self._surveys.look(visit)
        visit = self._checkouts.ticked(self._baskets.ticked(visit))
        if isinstance(visit.scene, priced.Found):
            again = pricecheck.requote(visit.scene, self._catalogue, self._desk, self._now)
            return visit.replace_scene(again)
        if isinstance(visit.scene, sought.State):
            return visit.replace_scene(self._searches.repriced(visit.scene, self._now))
        if isinstance(visit.scene, staffed.State) and (moment := self._staff_moment):
            return visit.replace_scene(staff.ticked(visit.scene, self._gate, moment))
        scene = visit.scene
        if isinstance(scene, AskingStaff) and (moment := self._staff_moment):
            return self._pin_typed(visit, scene, staff.ticked(scene.pin, self._gate, moment))
        return visit

    def _pin_typed(self, visit: Visit, scene: AskingStaff, pin: staffed.State) -> Visit:
        if isinstance(scene, basket.AskingStaff):
            return self._baskets.pin_typed(visit, scene, pin)
        return self._checkouts.pin_typed(visit, scene, pin)

    def _first_visit(self) -> Visit:
        """Begin, with the basket that was open when the kiosk ended, if there is one."""
        there = self._ports.catalogues.current is not None
        if paying := self._checkouts.restored(self._new_visit(), catalogue=there):
            return paying
        if not there:
            return self._new_visit()  # it is asked for again when one has come
        return self._baskets.restored(self._new_visit())

    def _new_visit(self) -> Visit:
        return Visit(lobby.Attracting(), self._language, self._ports.clock.elapsed_s())

    # ---- those who work here

    def _serve_staff(self, visit: Visit, touch: StaffTouch) -> Visit:
        scene, moment = visit.scene, self._staff_moment
        if isinstance(scene, AskingStaff) and moment and not isinstance(touch, OpenStaff):
            pin, self._gate = staff.touched(scene.pin, touch, self._gate, moment)
            return self._pin_typed(visit, scene, pin)
        if moment is None or isinstance(touch, OpenStaff) == isinstance(scene, staffed.State):
            return visit  # closed; or for a screen that has just been replaced
        if isinstance(touch, OpenStaff):
            return visit.go(staff.ask(self._gate, moment.elapsed_s))
        assert isinstance(scene, staffed.State)
        scene, self._gate = staff.touched(scene, touch, self._gate, moment)
        return visit.replace_scene(scene)

    @property
    def _staff_moment(self) -> staff.Moment | None:
        way = self._ports.staff
        if way is None:
            return None
        known = known_of(self._box.health, self._around.devices, self._box.made_at, self._now)
        known = replace(known, sells=self._sales.there, waiting=self._sales.waiting)
        known = replace(known, closed=self._sales.closed)
        return staff.Moment(way, known, self._ports.clock.elapsed_s())

    def _inside(self) -> staffed.State:
        moment = self._staff_moment
        assert moment is not None, "staff came in by it"
        return staff.let_in(moment)

    @property
    def _sales_means(self) -> SalesMeans | None:
        checkouts, book = self._ports.checkouts, self._ports.sales
        if checkouts is None or book is None:
            return None
        return SalesMeans(checkouts, book, self._words[self._language].unit)

    # ---- the box

    def _take_catalogue(self, fact: CatalogueBuilt | CatalogueRefused) -> Visit:
        if not self._box.took(fact):
            return self._visit
        if isinstance(self._visit.scene, lobby.OutOfService):
            return self._first_visit()  # what was open before there was none, if anything
        return self._baskets.looked_up_again(self._visit)

    def _show_changed(self, sequence: int) -> Visit:
        """Show what is on the screen by the newest prices, at once."""
        self._box.changed(sequence)
        visit = self._baskets.looked_up_again(self._visit)
        if isinstance(visit.scene, priced.Found):
            again = pricecheck.look_up_again(visit.scene, self._catalogue, self._desk, self._now)
            return visit.replace_scene(again)
        return self._searches.asked_anew(visit)

    def _in_service(self, visit: Visit) -> Visit:
        """Make the scene fit what the box can do now."""
        if self._baskets.frozen(visit) or isinstance(visit.scene, checkout.Paid):
            return visit  # nothing closes before it is clear, and the receipt is seen
        if (closed := self._box.closed) is not None:
            under_way = self._baskets.busy(visit) or isinstance(visit.scene, survey.Under)
            if closed.fault is lobby.Fault.BY_OFFICE and under_way:
                return visit
            if visit.basket is not None:
                self._baskets.ended(visit, "closed")
            shown = visit.scene if isinstance(visit.scene, staffed.State | sales.State) else closed
            return replace(
                visit, scene=shown, behind=(), basket=None
            )  # staff come as nothing works
        camera_ready = self._box.camera_ready(self._around.devices)
        match visit.scene:
            case lobby.OutOfService():
                return self._in_service(self._new_visit())
            case lobby.Scanning():
                return visit.replace_scene(lobby.Scanning(camera_ready))
            case lobby.Attracting() | lobby.ScannersLost():
                lost = self._box.readers_lost(self._around.devices)
                return visit.replace_scene(
                    lobby.ScannersLost() if lost else lobby.Attracting(camera_ready)
                )
            case _:
                return visit

    @property
    def _means(self) -> Means:
        writable = not (self._box.health.selling_stopped or self._baskets.keeper.unwritten)
        return Means(self._ports.staff is not None, writable, self._checkouts.ready)

    # ---- short cuts

    def _is_member_card(self, scan: Scanned) -> bool:
        at = self._desk.date_at(self._now)
        return isinstance(read(scan.raw, self._desk.rules, at, scan.symbology), MemberCard)

    @property
    def _now(self) -> datetime:
        return self._ports.clock.now()

    @property
    def _catalogue(self) -> Catalogue:
        catalogue = self._ports.catalogues.current
        assert catalogue is not None  # without one the scene is OutOfService
        return catalogue

    def _price(self, product: Product) -> Priced:
        return self._desk.price(product, self._catalogue, self._now)


def _with_why_toggled(visit: Visit) -> Visit:
    scene = visit.scene
    if not isinstance(scene, priced.Found):
        return visit
    return visit.replace_scene(replace(scene, why_open=not scene.why_open))
