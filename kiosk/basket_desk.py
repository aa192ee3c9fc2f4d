"""Which touch, scan and second leads to which move of the basket: the core's side of it.

The visit goes in and comes out, with the basket in it; what of it is on the disk is the keeper's.
It belongs to the core's thread and decides nothing about prices.

Source: docs/basket.md.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from typing import TypeGuard, assert_never

from kiosk.basket import ages, handler, perks, quoting
from kiosk.basket.handler import Moment
from kiosk.basket.keeper import Baskets, Keeper
from kiosk.basket.quoting import Shelf
from kiosk.basket.state import (
    Agreeing,
    AskingStaff,
    AtTill,
    ChoosingGift,
    Counting,
    Deciding,
    EnteringVoucher,
    Filling,
    Leaving,
    Means,
    Open,
    Remark,
    Resuming,
    Sort,
    State,
    WithBasket,
)
from kiosk.checkout.state import Held, Paid
from kiosk.clock import Clock
from kiosk.config import BasketSettings
from kiosk.messages import (
    AddToBasket,
    ApproveAge,
    AskQuantity,
    AskStaff,
    BasketTouch,
    ChangeQuantity,
    DropBasket,
    DropVoucher,
    EraseDigit,
    FinishBasket,
    GoBack,
    GoHome,
    Leave,
    LeaveBasket,
    OpenBasket,
    OpenGift,
    OpenVoucher,
    PutBack,
    RefuseAge,
    Scanned,
    SetQuantity,
    TakeGift,
    TakeOut,
    TypeCode,
    TypeDigit,
    UseVoucher,
)
from kiosk.pricecheck import state as priced
from kiosk.pricecheck.handler import Desk
from kiosk.sales import state as sales
from kiosk.situation import Visit
from kiosk.staff import state as staffed

DIGITS_MAX = 3  # of a quantity
Touch = BasketTouch | TypeDigit | EraseDigit | GoBack | GoHome | Leave


class BasketDesk:
    """``shelf`` is only asked while there is a catalogue; ``means`` is asked each time."""

    def __init__(
        self,
        baskets: Baskets | None,
        desk: Desk,
        clock: Clock,
        shelf: Callable[[], Shelf],
        means: Callable[[], Means],
    ) -> None:
        self._baskets, self._desk, self._clock = baskets, desk, clock
        self._shelf, self._means = shelf, means
        self.keeper = Keeper(baskets)

    @property
    def enabled(self) -> bool:
        """Whether baskets are put together here, and could be written down."""
        return self._baskets is not None and self._means().writable

    @staticmethod
    def busy(visit: Visit) -> bool:
        """Tell whether there is a basket that has not ended: what can wait is to wait for it."""
        return visit.basket is not None or isinstance(visit.scene, AtTill | Paid)

    @staticmethod
    def frozen(visit: Visit) -> bool:
        """Tell whether the basket is being paid: nothing may change it."""
        return isinstance(visit.scene, Held)

    # ---- touches

    def wants(self, touch: object, visit: Visit) -> TypeGuard[Touch]:
        """Tell whether a touch that is not only a basket's is for the basket here."""
        leaving = isinstance(touch, GoBack | GoHome | Leave)
        if isinstance(visit.scene, State):
            return leaving or (
                isinstance(touch, TypeDigit | EraseDigit)
                and not isinstance(visit.scene, AskingStaff)
            )
        away = isinstance(touch, GoHome | Leave) or (leaving and not visit.behind)
        return away and visit.basket is not None

    def touched(self, visit: Visit, touch: Touch) -> Visit:  # noqa: C901  (one line a touch)
        """Say what a touch leads to; one for a screen that has just been replaced, nowhere."""
        if self._baskets is None:
            return visit
        open_ = self._newest(visit)
        if open_ is None:
            return self._begin(visit, touch)
        match touch:
            case OpenBasket():
                return self._fill(visit, open_)
            case GoBack() | GoHome() | Leave() | LeaveBasket():
                return self._leave(visit, open_, touch)
            case AddToBasket():
                return self._put_in(visit, open_)
            case ChangeQuantity(line_id, by):
                return self._fill(visit, handler.change(open_, line_id, by, self._moment))
            case TakeOut(line_id):
                return self._fill(visit, handler.take_out(open_, line_id, self._moment))
            case PutBack():
                return self._fill(visit, handler.put_back(open_, self._moment))
            case AskQuantity() | SetQuantity() | TypeDigit() | EraseDigit() | TypeCode():
                return self._typed(visit, open_, touch)
            case OpenVoucher() | UseVoucher() | DropVoucher() | OpenGift() | TakeGift():
                return self._perk(visit, open_, touch)
            case AskStaff() | ApproveAge() | RefuseAge():
                return self._staffed(visit, open_, touch)
            case FinishBasket(agreed_):
                return self._finish(visit, open_, agreed=agreed_)
            case DropBasket():
                return visit  # the core ends the visit
            case _:
                assert_never(touch)

    def ends_visit(self, visit: Visit, touch: object) -> str:
        """Give why a touch ends the visit, if it does: one of docs/basket.md's reasons."""
        if isinstance(touch, DropBasket):
            return "not_resumed" if isinstance(visit.scene, Resuming) else "left"
        over = isinstance(touch, GoBack | GoHome | Leave) and isinstance(visit.scene, AtTill)
        return "left" if over else ""

    def _begin(self, visit: Visit, touch: Touch) -> Visit:
        if not self.enabled or not isinstance(touch, OpenBasket | AddToBasket):
            return visit
        open_ = handler.begin(self._moment)
        if isinstance(touch, AddToBasket):
            return self._put_in(visit, open_)
        return self._fill(visit, open_)

    def _put_in(self, visit: Visit, open_: Open) -> Visit:
        if not isinstance(visit.scene, priced.Found):
            return visit
        return self._fill(visit, handler.add(open_, visit.scene, self._moment))

    def _typed(
        self,
        visit: Visit,
        open_: Open,
        touch: AskQuantity | SetQuantity | TypeDigit | EraseDigit | TypeCode,
    ) -> Visit:
        match touch, visit.scene:
            case AskQuantity(line_id), _:
                if all(line.line_id != line_id for line in open_.basket.lines):
                    return visit
                most = self._settings.quantity_max
                return _show(visit, open_, Counting(open_, line_id, quantity_max=most))
            case TypeDigit(digit), Counting(typed=typed) as scene:
                longer = (typed + digit).lstrip("0")[:DIGITS_MAX] or "0"
                return visit.replace_scene(replace(scene, typed=longer))
            case EraseDigit(), Counting(typed=typed) as scene:
                return visit.replace_scene(replace(scene, typed=typed[:-1]))
            case SetQuantity(), Counting(line_id=line_id, typed=typed) if typed:
                after = handler.set_quantity(open_, line_id, int(typed), self._moment)
                return self._fill(visit, after)
            case TypeCode(character), EnteringVoucher(typed=typed) as scene:
                longer = (typed + character)[: perks.CODE_MAX]
                return visit.replace_scene(replace(scene, typed=longer, unknown=""))
            case EraseDigit(), EnteringVoucher(typed=typed) as scene:
                return visit.replace_scene(replace(scene, typed=typed[:-1], unknown=""))
            case _:
                return visit

    def _perk(
        self,
        visit: Visit,
        open_: Open,
        touch: OpenVoucher | UseVoucher | DropVoucher | OpenGift | TakeGift,
    ) -> Visit:
        match touch, visit.scene:
            case OpenVoucher(), _:
                return _show(visit, open_, EnteringVoucher(open_))
            case UseVoucher(), EnteringVoucher(typed=typed) if typed:
                after = perks.show_voucher(open_, typed, self._moment)
                if after is None:
                    return _show(visit, open_, EnteringVoucher(open_, "", unknown=typed))
                return self._fill(visit, after)
            case DropVoucher(code), _:
                return self._fill(visit, perks.drop_voucher(open_, code, self._moment))
            case OpenGift(rule_id), _:
                scene = perks.choose_gift(open_, rule_id, self._moment)
                return visit if scene is None else _show(visit, open_, scene)
            case TakeGift(sku), ChoosingGift(rule_id=rule_id):
                return self._fill(visit, perks.take_gift(open_, rule_id, sku, self._moment))
            case _:
                return visit

    def _leave(
        self, visit: Visit, open_: Open, touch: GoBack | GoHome | Leave | LeaveBasket
    ) -> Visit:
        """Go back to the basket; from there to the start, which is asked once if anything is in."""
        meant = isinstance(touch, Leave | LeaveBasket) and not isinstance(
            visit.scene, staffed.State | sales.State
        )
        if open_.empty and (meant or isinstance(visit.scene, Filling)):
            return replace(visit.home(), basket=None)
        if meant and not open_.empty:
            return _show(visit, open_, Leaving(open_))
        return self._fill(visit, open_)

    def _fill(self, visit: Visit, open_: Open) -> Visit:
        return _show(visit, open_, Filling(open_, self._means()))

    # ---- staff who look at the shopper's age

    def _staffed(
        self, visit: Visit, open_: Open, touch: AskStaff | ApproveAge | RefuseAge
    ) -> Visit:
        match touch, visit.scene:
            case AskStaff(), Filling() if open_.waits_for_staff and self._means().staff:
                return _show(visit, open_, AskingStaff(open_, staffed.Asking()))
            case ApproveAge(), Deciding():
                return self._fill(visit, ages.approve(open_))
            case RefuseAge(), Deciding():
                return self._fill(visit, ages.refuse(open_, self._moment))
            case _:
                return visit

    def pin_typed(self, visit: Visit, scene: AskingStaff, pin: staffed.State) -> Visit:
        """Go on with what came of a digit: the question for the PIN, or staff are in."""
        if isinstance(pin, staffed.Asking):
            return visit.replace_scene(replace(scene, pin=pin))
        return visit.replace_scene(Deciding(scene.open, self._clock.now()))

    # ---- scans

    def takes(self, visit: Visit, state: priced.State, scan: Scanned) -> bool:
        """Tell whether a scan goes into a basket instead of showing a price."""
        if visit.basket is not None:
            return True
        opens = self._baskets is not None and self._settings.scan_opens
        wanted = opens and isinstance(state, priced.Found)
        return self.enabled and (wanted or self.is_voucher(state, scan))

    def scanned(self, visit: Visit, state: priced.State, scan: Scanned) -> Visit:
        """Put in what a scan led to, or say what it was instead."""
        open_ = self._newest(visit) or handler.begin(self._moment)
        if (after := self._voucher(open_, state, scan)) is not None:
            return self._fill(visit, after)
        if isinstance(state, priced.Found):
            return self._fill(visit, handler.add(open_, state, self._moment))
        return self._fill(visit, handler.remarked(open_, _remark_on(state)))

    def is_voucher(self, state: priced.State, scan: Scanned) -> bool:
        """Tell whether a code that is no item's is a voucher of a rule in use."""
        if self._baskets is None or isinstance(state, priced.Found | priced.Expired):
            return False
        return perks.known_voucher(_text_of(scan), self._shelf().book.vouchers) is not None

    def _voucher(self, open_: Open, state: priced.State, scan: Scanned) -> Open | None:
        if not self.is_voucher(state, scan):
            return None
        return perks.show_voucher(open_, _text_of(scan), self._moment)

    # ---- time, and the catalogue

    def ticked(self, visit: Visit) -> Visit:
        """Let a second go by."""
        if visit.basket is None or self.frozen(visit):
            return visit
        return _with(visit, handler.ticked(visit.basket, self._moment))

    def looked_up_again(self, visit: Visit) -> Visit:
        """Quote the open basket by a newer catalogue, or other rules."""
        if visit.basket is None or self.frozen(visit):
            return visit
        return _with(visit, handler.look_up_again(visit.basket, self._moment))

    def joined(self, visit: Visit, groups: frozenset[str]) -> Visit:
        """Quote the open basket for a shopper of these groups from now on: who has proved it."""
        if visit.basket is None:
            return visit
        joined = replace(visit.basket, groups=groups)
        return _with(visit, handler.requote(joined, self._moment))

    def _newest(self, visit: Visit) -> Open | None:
        """Give the open basket, by the products and rules that are in use by now."""
        open_ = visit.basket
        if open_ is not None and open_.sequence != self._shelf().sequence:
            return handler.look_up_again(open_, self._moment)
        return open_

    # ---- the end

    def _finish(self, visit: Visit, shown: Open, *, agreed: bool) -> Visit:
        now = self._as_shown(visit, shown, agreed=agreed, paying=False)
        if isinstance(now, Visit):
            return now
        at = self._clock.now()
        till = self.keeper.finish(now, self._desk.date_at(at), at)
        if till is None:
            return self.unwritten(visit, now)
        return replace(visit, scene=till, behind=(), basket=None)

    def to_be_paid(self, visit: Visit, *, agreed: bool) -> Visit | Open:
        """Give the basket as it may be paid, or what is to be shown instead: nothing is paid."""
        open_ = self._newest(visit)
        if open_ is None:
            return visit
        if not self._means().card or not open_.quote.total:
            return self._fill(visit, open_)
        return self._as_shown(visit, open_, agreed=agreed, paying=True)

    def unwritten(self, visit: Visit, open_: Open) -> Visit:
        """Show the basket, and that what was wanted could not be written."""
        return self._fill(visit, handler.remarked(open_, Remark(Sort.NOT_WRITTEN)))

    def _as_shown(self, visit: Visit, shown: Open, *, agreed: bool, paying: bool) -> Visit | Open:
        """Give the basket where it costs what the shopper saw, or what is to be shown instead."""
        now = handler.renewed(shown, handler.requote(shown, self._moment))
        stays = now.empty or now.gone or now.waits_for_staff or not self._means().writable
        if stays or now.quote.total != shown.quote.total:
            return self._fill(visit, now)
        if now.rises and not agreed:
            return _show(visit, now, Agreeing(now, paying))
        return quoting.agreed(now)

    def unpaid(self, visit: Visit, open_: Open) -> Visit:
        """Show the basket again: it is another one than was to be paid."""
        return self._fill(visit, open_)

    def left_unpaid(self) -> Open | None:
        """Give the basket of a payment that the last run left behind; asks the catalogue."""
        return None if self._baskets is None else self.keeper.being_paid(self._moment)

    def day_of(self, at: datetime) -> date:
        """Give the store's date at an instant, on which baskets are counted."""
        return self._desk.date_at(at)

    @property
    def resume_within_s(self) -> float:
        """How long what was on the screen is worth showing again."""
        return self._settings.resume_within_s

    def ended(self, visit: Visit, reason: str) -> None:
        """End the visit's basket, if one is open: it was left, or nobody is here."""
        self.keeper.end(visit.basket, reason)

    def kept(self, visit: Visit) -> Visit:
        """Bring the scene in step with the basket, and the disk with both."""
        visit = self._in_step(visit)
        self.keeper.keep(visit.basket, at_till=isinstance(visit.scene, AtTill))
        return visit

    def _in_step(self, visit: Visit) -> Visit:
        """Let the screen show basket and means as they are now, or the start where none is open."""
        scene = visit.scene
        if not isinstance(scene, WithBasket):
            return visit
        if visit.basket is None:
            return visit.home()
        if scene.open is not visit.basket:
            scene = replace(scene, open=visit.basket)
        if isinstance(scene, Filling) and scene.means != (means := self._means()):
            scene = replace(scene, means=means)
        return visit if scene is visit.scene else visit.replace_scene(scene)

    def restored(self, visit: Visit) -> Visit:
        """Ask whether to go on with what was open when the kiosk ended, if that was just now."""
        if self._baskets is None:
            return visit
        left = self.keeper.left(self._moment)
        if isinstance(left, Open):
            return _show(visit, left, Resuming(left))
        return visit if left is None else replace(visit, scene=left, behind=())

    # ---- short cuts

    @property
    def _known(self) -> Baskets:
        assert self._baskets is not None
        return self._baskets

    @property
    def _settings(self) -> BasketSettings:
        return self._known.settings

    @property
    def _moment(self) -> Moment:
        clock = self._clock
        store_id = self._desk.store_id
        return Moment(self._shelf(), store_id, self._settings, clock.now(), clock.elapsed_s())


def _show(visit: Visit, open_: Open, scene: State) -> Visit:
    return replace(visit, scene=scene, behind=(), basket=open_)


def _with(visit: Visit, open_: Open) -> Visit:
    return visit if open_ is visit.basket else replace(visit, basket=open_)


def _text_of(scan: Scanned) -> str:
    return scan.raw.decode("ascii", "replace").strip()


def _remark_on(state: priced.State) -> Remark:
    match state:
        case priced.Expired(product):
            return Remark(Sort.EXPIRED, product)
        case priced.Unknown(code):
            return Remark(Sort.UNKNOWN_CODE, text=code)
        case priced.MemberCardShown():
            return Remark(Sort.MEMBER_CARD)
        case _:
            return Remark(Sort.NO_ITEM)
