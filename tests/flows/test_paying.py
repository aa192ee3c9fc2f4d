"""A shopper who pays as steps: scan, touch, what the terminal says, a cable, a power cut."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kiosk.basket.view import BasketView, CodeView, QuestionView, TillView
from kiosk.checkout.view import FollowView, PaidView, UnknownView
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
from kiosk.errors import DataError
from kiosk.lobby.view import AttractView, TroubleView
from kiosk.messages import (
    AddToBasket,
    Aid,
    ChooseLanguage,
    DropBasket,
    EnterPin,
    FinishBasket,
    GoHome,
    Language,
    Leave,
    LeaveBasket,
    OpenBasket,
    OpenHelp,
    OpenSearch,
    OpenStaff,
    ServiceClosed,
    ToggleEase,
    Touched,
    TypeCode,
    TypeDigit,
)
from kiosk.payment.journal import JournalError
from kiosk.payment_messages import Decision, Pay, PaymentRefused, Refusal
from kiosk.receipt_messages import (
    NotPrinted,
    PrintReceipt,
    ReceiptNotPrinted,
    ReceiptPrinted,
    ReceiptSigned,
    ReceiptWays,
    ShowReceipt,
)
from kiosk.staff.handler import WayIn
from kiosk.staff.view import PinView
from kiosk.view import View
from tests.flows.conftest import MILK, RICE
from tests.flows.paying import PayingShop, PowerCutError, power_cut
from tests.flows.shopping import LIGHTER_CODE, MILK_CODE, RICE_CODE, Shop, amounts, said
from tests.flows.test_staff_visit import KEPT, PIN
from tests.flows.test_staff_visit import Desk as StaffDesk

MILK_FA = "شیر کم‌چرب"
NOT_AGAIN = "دوباره پرداخت نکنید"


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[PayingShop]:
    made = PayingShop(tmp_path, staff=WayIn(KEPT, StaffDesk()))
    yield made
    made.close()


def pays(shop: PayingShop) -> View:
    """Fill a basket with a milk and pay it."""
    shop.start(MILK_CODE)
    return shop.do(PayByCard())


def buttons(view: View) -> list[str]:
    body: Any = view.body
    actions = getattr(body, "actions", ()) or [getattr(body, "stop", None)]
    return [each.text for each in actions if each]


def title(view: View) -> str:
    body: Any = view.body
    return str(body.title)


# ---- the way to the receipt


def test_pay_by_card_stands_on_the_basket_where_a_terminal_is_ready(shop: PayingShop) -> None:
    view = shop.start(MILK_CODE)
    assert view.main is not None
    assert (view.main.text, view.main.send) == ("پرداخت با کارت", PayByCard())


def test_what_the_terminal_says_is_on_the_screen_up_to_the_receipt(shop: PayingShop) -> None:
    shop.start(MILK_CODE)
    with shop.at("taken", lambda: None) as taken, shop.at("deciding", lambda: None) as deciding:
        view = shop.do(PayByCard())
    assert isinstance(taken[0].body, FollowView)
    assert isinstance(deciding[0].body, FollowView)
    assert (deciding[0].body.title, deciding[0].body.due.amount) == (
        "لطفاً رمز کارت را روی کارت‌خوان وارد کنید",
        "۴۸٬۰۰۰",
    )
    assert isinstance(view.body, PaidView)
    (sale,) = shop.sale_ids
    assert shop.receipts.asked[0] == ShowReceipt(sale)
    assert isinstance(shop.receipts.asked[1], PrintReceipt)

    shop.do(ReceiptSigned(sale, "PR1*BARAN"))
    view = shop.do(ReceiptPrinted(sale, sale, copy=False))
    assert isinstance(view.body, PaidView)
    assert view.body.code is not None
    assert view.body.receipt_text == "لطفاً رسید خود را بردارید"
    assert isinstance(shop.do(EndCheckout()).body, AttractView)


def test_a_paid_basket_is_one_sale_and_one_event_with_the_whole_quote(shop: PayingShop) -> None:
    pays(shop)
    shop.do(EndCheckout())
    (told,) = shop.told("sale_completed")
    assert (told["total"], told["basket"]["total"], told["basket"]["number"]) == (480_000,) * 2 + (
        1,
    )
    assert shop.told("basket_finished") == shop.told("basket_abandoned") == []
    assert (shop.on_disk(), shop.on_disk("checkout")) == (None, None)
    assert shop.teller.charges == 1


def test_the_next_scan_begins_anew(shop: PayingShop) -> None:
    pays(shop)
    shop.do(ChooseLanguage(Language.EN))
    shop.scan(RICE_CODE)
    shop.kiosk.do(AddToBasket())
    assert len(shop.basket(shop.kiosk.core.view).rows) == 1


def test_the_poster_comes_by_itself_when_the_receipt_was_seen(shop: PayingShop) -> None:
    pays(shop)
    assert isinstance(shop.kiosk.wait(59).body, PaidView)
    assert isinstance(shop.kiosk.wait(1).body, AttractView)


def test_baskets_and_sales_count_with_one_another(shop: PayingShop) -> None:
    shop.start(MILK_CODE)
    shop.do(FinishBasket(), Leave())
    pays(shop)
    (told,) = shop.told("sale_completed")
    assert told["basket"]["number"] == 2


# ---- what is paid is what was shown


def test_a_total_that_changes_at_that_instant_is_shown_and_nothing_is_asked(
    shop: PayingShop,
) -> None:
    shop.start(MILK_CODE)
    shop.kiosk.clock.move(60)  # a reduction of the milk begins, and no second has ticked yet
    view = shop.basket(shop.do(PayByCard()))
    assert view.total.amount == "۴۳٬۲۰۰"
    assert said(view)
    assert shop.teller.asked == []

    shop.do(PayByCard())
    assert shop.told("sale_completed")[0]["total"] == 432_000


def test_a_price_that_rose_is_agreed_to_before_it_is_paid(shop: PayingShop) -> None:
    shop.start(MILK_CODE)
    shop.with_price(RICE, 15_000_000)  # another one does not matter
    shop.with_price(MILK, 500_000)
    view = shop.do(PayByCard())
    assert isinstance(view.body, QuestionView)
    assert view.body.actions[0].send == PayByCard(agreed=True)
    shop.do(PayByCard(agreed=True))
    assert shop.told("sale_completed")[0]["total"] == 500_000


def test_nothing_is_paid_that_waits_for_staff(shop: PayingShop) -> None:
    shop.start(LIGHTER_CODE)
    assert isinstance(shop.do(PayByCard()).body, BasketView)
    assert shop.teller.asked == []


@pytest.mark.parametrize(
    "act",
    [
        lambda shop: shop.scan(RICE_CODE),
        lambda shop: shop.kiosk.wait(61),
        lambda shop: shop.with_price(RICE, 1),
        lambda shop: shop.kiosk.do(OpenHelp(), OpenSearch(), OpenStaff(), GoHome(), Leave()),
        lambda shop: shop.kiosk.do(OpenBasket(), AddToBasket(), LeaveBasket(), DropBasket()),
        lambda shop: shop.kiosk.do(PayByCard(), PayAgain(), FinishBasket(), EndCheckout()),
        lambda shop: shop.kiosk.do(ServiceClosed()),
        lambda shop: shop.kiosk.do(ToggleEase(Aid.LARGE_TEXT), Touched()),
    ],
)
def test_nothing_changes_a_basket_that_is_being_paid(shop: PayingShop, act: Any) -> None:
    shop.start(MILK_CODE)
    with shop.at("deciding", lambda: act(shop)) as seen:
        shop.do(PayByCard())
    assert isinstance(seen[0].body, FollowView)
    (told,) = shop.told("sale_completed")
    assert [line["sku"] for line in told["basket"]["lines"]] == ["200001"]
    assert len(shop.teller.asked) == 1


def test_the_language_may_change_in_the_middle(shop: PayingShop) -> None:
    shop.start(MILK_CODE)
    with shop.at("deciding", lambda: shop.kiosk.do(ChooseLanguage(Language.EN))) as seen:
        shop.do(PayByCard())
    assert title(seen[0]) == "Please enter your PIN at the terminal"
    assert title(shop.kiosk.core.view) == "Paid. Thank you!"


def test_the_idle_timer_never_fires_while_the_terminal_works(shop: PayingShop) -> None:
    shop.start(MILK_CODE)

    def hours_go_by() -> None:
        for _ in range(24):
            shop.kiosk.wait(3_600)
            assert shop.kiosk.core.view.frame.countdown is None
            assert shop.kiosk.core.view.frame.still_there is None

    with shop.at("accepted", hours_go_by) as seen:
        shop.do(PayByCard())
    assert isinstance(seen[0].body, FollowView)
    assert isinstance(shop.kiosk.core.view.body, PaidView)


def test_it_begins_anew_with_the_screen_that_ends_it(shop: PayingShop) -> None:
    shop.pull(outcome="decline")
    shop.start(MILK_CODE)
    with shop.at("accepted", lambda: shop.kiosk.wait(3_600)):
        shop.do(PayByCard())
    assert isinstance(shop.kiosk.wait(59).body, QuestionView)
    assert shop.kiosk.core.view.frame.still_there is None
    assert isinstance(shop.kiosk.wait(40).body, AttractView)
    assert shop.told("basket_abandoned")[0]["reason"] == "idle"


def test_nothing_of_the_card_is_in_a_view_or_a_state(shop: PayingShop) -> None:
    pays(shop)
    shop.do(ReceiptSigned(shop.sale_ids[0], "PR1"))
    everything = repr(shop.kiosk.views) + repr(shop.kiosk.core._visit)
    assert "1234" not in everything
    assert "603799" not in everything


# ---- stopping


def test_the_shopper_may_stop_and_the_terminal_decides(shop: PayingShop) -> None:
    shop.start(MILK_CODE)
    with shop.at("taken", lambda: shop.kiosk.do(StopPaying())) as seen:
        view = shop.do(PayByCard())
    assert buttons(seen[0]) == []
    assert title(view) == "پرداخت متوقف شد"
    assert shop.teller.charges == 0

    assert amounts(shop.basket(shop.do(OpenBasket()))) == [(MILK_FA, "۴۸٬۰۰۰")]
    assert shop.on_disk("checkout") is None


def test_where_the_terminal_goes_on_the_payment_counts(shop: PayingShop) -> None:
    shop.start(MILK_CODE)
    with shop.at("deciding", lambda: shop.kiosk.do(StopPaying(), StopPaying())):
        view = shop.do(PayByCard())
    assert isinstance(view.body, PaidView)


def test_a_wish_to_stop_before_the_teller_has_begun_is_kept(shop: PayingShop) -> None:
    shop.start(MILK_CODE)
    shop.kiosk.do(PayByCard())
    assert buttons(shop.kiosk.do(StopPaying())) == []
    shop.teller.work()
    assert title(shop.kiosk.core.view) == "پرداخت متوقف شد"


def test_pay_again_after_stopping_is_a_new_attempt_of_the_same_sale(shop: PayingShop) -> None:
    shop.start(MILK_CODE)
    with shop.at("taken", lambda: shop.kiosk.do(StopPaying())):
        shop.do(PayByCard())
    assert isinstance(shop.do(PayAgain()).body, PaidView)
    first, second = shop.teller.asked
    assert isinstance(first, Pay)
    assert isinstance(second, Pay)
    assert (first.sale_id, first.basket["number"]) == (second.sale_id, second.basket["number"])
    assert shop.teller.charges == 1


# ---- declined, and not begun


def test_a_decline_says_why_and_how_it_goes_on(shop: PayingShop) -> None:
    shop.pull(outcome="decline")
    view = pays(shop)
    assert title(view) == "بانک شما پرداخت را نپذیرفت"
    assert buttons(view) == ["پرداخت با کارت دیگر", "بازگشت به سبد", "خروج"]

    shop.pull(outcome="approve")
    assert isinstance(shop.do(PayAgain()).body, PaidView)


def test_after_a_decline_the_basket_can_be_changed_and_is_then_another_sale(
    shop: PayingShop,
) -> None:
    shop.pull(outcome="decline")
    pays(shop)
    shop.pull(outcome="approve")
    shop.basket(shop.scan(RICE_CODE))
    shop.do(PayByCard())
    assert len(set(shop.sale_ids)) == 2
    assert shop.told("sale_completed")[0]["total"] == 14_730_000


def test_another_total_is_never_paid_by_trying_again(shop: PayingShop) -> None:
    shop.pull(outcome="decline")
    pays(shop)
    shop.pull(outcome="approve")
    shop.kiosk.wait(61)  # a reduction of the milk begins on this screen
    view = shop.basket(shop.do(PayAgain()))
    assert view.total.amount == "۴۳٬۲۰۰"
    assert len(shop.teller.asked) == 1


@pytest.mark.parametrize(
    ("lever", "words"),
    [({"gone": -1}, "کارت‌خوان پاسخ نمی‌دهد"), ({"busy": -1}, "کارت‌خوان مشغول است")],
)
def test_a_terminal_that_cannot_leaves_the_till(
    shop: PayingShop, lever: dict[str, int], words: str
) -> None:
    shop.pull(**lever)
    view = pays(shop)
    assert title(view) == words
    assert buttons(view) == ["دوباره امتحان کنید", "پرداخت در صندوق", "بازگشت به سبد"]
    assert isinstance(shop.do(FinishBasket()).body, TillView)
    assert len(shop.told("basket_finished")) == 1


def test_a_terminal_that_came_back_is_paid_at(shop: PayingShop) -> None:
    shop.pull(gone=-1)
    pays(shop)
    shop.pull(gone=0)
    assert isinstance(shop.do(PayAgain()).body, PaidView)


def test_a_full_disk_begins_no_payment(shop: PayingShop) -> None:
    shop.teller.room = False
    view = pays(shop)
    assert title(view) == "پرداخت در این پیشخان بسته است"
    assert buttons(view) == ["پرداخت در صندوق", "بازگشت به سبد"]


def test_what_cannot_be_written_is_not_asked_for(shop: PayingShop) -> None:
    shop.start(MILK_CODE)
    shop.ledger.full = True
    assert said(shop.basket(shop.do(PayByCard())))
    assert shop.teller.asked == []


def test_a_basket_that_the_journal_calls_paid_can_be_paid_nowhere(shop: PayingShop) -> None:
    shop.start(MILK_CODE)
    shop.kiosk.do(PayByCard())
    view = shop.kiosk.do(PaymentRefused(shop.sale_ids[0], Refusal.PAID))
    assert buttons(view) == ["بازگشت به آغاز"]
    shop.kiosk.do(PayAgain(), GoHome())
    assert isinstance(shop.kiosk.core.view.body, AttractView)
    assert shop.told("basket_abandoned") == []


# ---- the receipt first


def test_without_paper_the_screen_is_offered_before_anything_is_paid(shop: PayingShop) -> None:
    shop.receipts.ways = ReceiptWays(paper=False, qr=True)
    view = pays(shop)
    assert title(view) == "رسید شما روی صفحه نشان داده می‌شود"
    assert shop.teller.asked == []

    view = shop.do(TakeReceiptOnScreen())
    assert isinstance(view.body, PaidView)
    assert shop.receipts.asked == [ShowReceipt(shop.sale_ids[0])]


def test_without_any_receipt_no_payment_is_begun(shop: PayingShop) -> None:
    shop.receipts.ways = ReceiptWays(paper=False, qr=False)
    assert title(pays(shop)) == "اکنون اینجا نمی‌توان رسید داد"
    assert shop.teller.charges == 0


def test_a_printer_that_stops_leaves_the_receipt_on_the_screen(shop: PayingShop) -> None:
    pays(shop)
    sale = shop.sale_ids[0]
    shop.do(ReceiptSigned(sale, "PR1*BARAN"))
    view = shop.do(ReceiptNotPrinted(sale, NotPrinted.PRINTER))
    assert isinstance(view.body, PaidView)
    assert view.body.receipt_text == "چاپگر متوقف شد: رسید شما همین‌جاست"
    assert view.body.code is not None


# ---- not known yet


def test_a_cable_that_is_pulled_leads_to_the_calm_screen_and_to_an_end(shop: PayingShop) -> None:
    shop.pull(lose="booked")
    shop.start(MILK_CODE)
    seen: list[View] = []
    shop.teller.desk.wait = lambda s: seen.append(shop.kiosk.core.view) or shop.teller._wait(s)
    view = shop.do(PayByCard())
    assert isinstance(seen[0].body, UnknownView)
    assert NOT_AGAIN in seen[0].body.warning
    assert (seen[0].body.number, seen[0].body.actions) == ("۱", ())
    assert len(shop.told("payment_in_doubt")) == 1
    assert isinstance(view.body, PaidView)
    assert view.body.text
    assert shop.teller.charges == 1


def test_what_was_not_charged_after_all_may_be_paid_again(shop: PayingShop) -> None:
    shop.pull(lose="taken", after_loss="gives_up")
    view = pays(shop)
    assert title(view) == "روشن شد: پرداختی انجام نشده است"
    assert isinstance(shop.do(PayAgain()).body, PaidView)
    assert shop.teller.charges == 1


def test_what_the_terminal_gave_back_by_itself_is_said(shop: PayingShop) -> None:
    shop.pull(lose="booked", unacked="reverses")
    view = pays(shop)
    assert isinstance(view.body, QuestionView)
    assert "برگشت" in view.body.text
    assert shop.teller.charges == 0


def test_a_charge_of_another_amount_is_given_back(shop: PayingShop) -> None:
    shop.pull(amount_off=1)
    view = pays(shop)
    assert title(view) == "روشن شد: پرداختی انجام نشده است"
    assert shop.teller.charges == 0


def test_nobody_closes_or_leaves_what_is_not_known(shop: PayingShop) -> None:
    left_in_doubt(shop)
    shop.kiosk.wait(36_000)
    shop.kiosk.do(ServiceClosed(), GoHome(), Leave(), DropBasket(), FinishBasket(), OpenStaff())
    shop.scan(RICE_CODE)
    assert isinstance(shop.kiosk.core.view.body, UnknownView)
    assert shop.told("basket_abandoned") == shop.told("basket_finished") == []


def left_in_doubt(shop: PayingShop) -> View:
    """Pay, lose the link, and let the terminal stay silent."""
    shop.pull(lose="booked", gone=0)
    shop.teller.waits_end = True
    shop.start(MILK_CODE)
    with shop.at("booked", lambda: shop.pull(gone=-1)):
        return shop.do(PayByCard())


# ---- a process that dies


@pytest.mark.parametrize("point", ["taken", "accepted", "booked", "resulted", "acked", "finished"])
def test_a_start_shows_at_once_that_it_is_not_known(shop: PayingShop, point: str) -> None:
    shop.start(MILK_CODE)
    with pytest.raises(PowerCutError), shop.at(point, power_cut):
        shop.do(PayByCard())
    view = shop.start_anew()
    assert isinstance(view.body, UnknownView)
    assert view.body.number == "۱"

    shop.teller.start()
    assert isinstance(shop.kiosk.core.view.body, PaidView)
    assert shop.teller.charges == len(shop.told("sale_completed")) == 1
    shop.kiosk.do(EndCheckout())
    assert (shop.on_disk(), shop.on_disk("checkout")) == (None, None)


def test_what_was_never_sent_asks_whether_to_go_on(shop: PayingShop) -> None:
    shop.start(MILK_CODE)
    with pytest.raises(PowerCutError), shop.at("connected", power_cut):
        shop.do(PayByCard())
    shop.start_anew()
    shop.teller.start()
    view = shop.kiosk.core.view
    assert title(view) == "روشن شد: پرداختی انجام نشده است"
    assert isinstance(shop.do(PayAgain()).body, PaidView)
    assert shop.teller.charges == 1


def test_a_process_that_dies_before_it_has_asked_asks_whether_to_go_on(shop: PayingShop) -> None:
    shop.start(MILK_CODE)
    shop.kiosk.do(PayByCard())  # and the teller never hears of it
    assert isinstance(shop.start_anew().body, QuestionView)
    shop.kiosk.do(OpenBasket())
    shop.teller.start()
    assert isinstance(shop.do(PayByCard()).body, PaidView)


def test_a_process_that_dies_when_it_is_paid_shows_the_receipt_again(shop: PayingShop) -> None:
    pays(shop)
    view = shop.start_anew()
    assert isinstance(view.body, PaidView)
    assert [type(each) for each in shop.receipts.asked] == [ShowReceipt, PrintReceipt] * 2
    assert shop.on_disk() is None
    shop.teller.start()
    shop.kiosk.do(EndCheckout())
    assert isinstance(shop.start_anew().body, AttractView)


def test_hours_later_nobody_waits_for_that_receipt(shop: PayingShop) -> None:
    pays(shop)
    shop.kiosk.clock.move(3_600)
    assert isinstance(shop.start_anew().body, AttractView)
    assert shop.on_disk() is None


def test_a_sale_that_was_settled_as_the_kiosk_died_is_no_basket_any_more(
    shop: PayingShop,
) -> None:
    """The teller has settled the sale, and the core never heard of it."""
    shop.start(MILK_CODE)
    shop.kiosk.do(PayByCard())
    shop.teller.desk.post = lambda _fact: None
    shop.teller.work()
    assert shop.on_disk() is not None
    assert isinstance(shop.start_anew().body, PaidView)
    assert shop.on_disk() is None


def test_a_start_without_a_catalogue_says_so_all_the_same(shop: PayingShop) -> None:
    left_in_doubt(shop)
    shelves = shop.kiosk.catalogues.current
    shop.kiosk.catalogues.current = None
    assert isinstance(shop.start_anew().body, UnknownView)
    shop.pull(gone=0)
    shop.teller.start()
    assert isinstance(shop.kiosk.core.view.body, PaidView)
    shop.kiosk.do(EndCheckout())
    assert isinstance(shop.kiosk.core.view.body, TroubleView)
    shop.kiosk.catalogues.current = shelves


# ---- staff


def waits_for_staff(shop: PayingShop) -> View:
    """Pay at a terminal that then cannot tell what became of it."""
    shop.pull(lose="booked", probes=0)
    return pays(shop)


def decides(shop: PayingShop, *more: Any) -> View:
    shop.do(OpenDecision(), *(TypeDigit(digit) for digit in PIN), EnterPin())
    return shop.do(*(TypeCode(letter) for letter in "SARA"), GiveName(), *more)


def test_what_only_a_person_can_tell_calls_staff(shop: PayingShop) -> None:
    view = waits_for_staff(shop)
    assert isinstance(view.body, UnknownView)
    assert NOT_AGAIN in view.body.warning
    assert buttons(view) == ["همکار فروشگاه آمد"]
    assert len(shop.told("payment_attendant")) == 1


def test_staff_decide_behind_their_pin_with_their_name(shop: PayingShop) -> None:
    waits_for_staff(shop)
    assert isinstance(shop.do(OpenDecision()).body, PinView)
    shop.do(*(TypeDigit(digit) for digit in PIN), EnterPin())
    assert isinstance(shop.kiosk.core.view.body, CodeView)
    assert isinstance(shop.do(GiveName()).body, CodeView)  # nobody is no name
    view = shop.do(*(TypeCode(letter) for letter in "SARA"), GiveName())
    assert title(view) == "آیا این پرداخت انجام شده است؟"

    assert isinstance(shop.do(Decided(Decision.CHARGED)).body, PaidView)
    assert shop.told("sale_completed")[0]["evidence"] == "staff"
    assert "SARA" in str(shop.teller.journal.of_sale(shop.sale_ids[0])[0].steps[-2].detail)


def test_not_charged_by_staff_lets_the_shopper_pay_again(shop: PayingShop) -> None:
    waits_for_staff(shop)
    view = decides(shop, Decided(Decision.NOT_CHARGED))
    assert title(view) == "روشن شد: پرداختی انجام نشده است"
    shop.pull(probes=1)
    assert isinstance(shop.do(PayAgain()).body, PaidView)


def test_later_frees_the_kiosk_and_loses_nothing(shop: PayingShop) -> None:
    waits_for_staff(shop)
    assert isinstance(decides(shop, DecideLater()).body, AttractView)
    assert (shop.on_disk(), shop.on_disk("checkout")) == (None, None)
    assert shop.told("basket_abandoned") == []
    shop.pull(probes=1)
    assert isinstance(pays(shop).body, PaidView)


def test_nobody_finds_the_decision_open(shop: PayingShop) -> None:
    waits_for_staff(shop)
    decides(shop)
    assert isinstance(shop.kiosk.wait(30).body, UnknownView)
    shop.do(Decided(Decision.CHARGED))
    assert shop.told("sale_completed") == []


def test_a_wrong_pin_opens_nothing(shop: PayingShop) -> None:
    waits_for_staff(shop)
    view = shop.do(OpenDecision(), *(TypeDigit("1") for _ in range(6)), EnterPin())
    assert isinstance(view.body, PinView)
    assert isinstance(shop.do(BackToAttendant()).body, UnknownView)


def test_a_decision_that_cannot_be_written_is_said_and_made_again(shop: PayingShop) -> None:
    waits_for_staff(shop)
    decides(shop)
    shop.teller.journal._ledger = _Full()  # type: ignore[assignment]
    with pytest.raises(JournalError):
        shop.do(Decided(Decision.CHARGED))
    attempt = shop.teller.asked[-1].attempt_id  # type: ignore[union-attr]
    view = shop.kiosk.do(PaymentRefused(attempt, Refusal.NO_ROOM))
    assert isinstance(view.body, UnknownView)
    assert "ثبت نشد" in view.body.text


class _Full:
    def write(self, work: Any) -> Any:
        raise DataError("full")


def test_a_start_that_finds_an_attempt_for_staff_shows_it(shop: PayingShop) -> None:
    waits_for_staff(shop)
    view = shop.start_anew()
    assert buttons(view) == ["همکار فروشگاه آمد"]
    shop.teller.start()
    assert isinstance(decides(shop, Decided(Decision.CHARGED)).body, PaidView)


def test_without_a_pin_the_kiosk_is_free_again_after_a_while(tmp_path: Path) -> None:
    shop = PayingShop(tmp_path)
    view = waits_for_staff(shop)
    assert buttons(view) == []
    assert isinstance(shop.kiosk.wait(599).body, UnknownView)
    assert isinstance(shop.kiosk.wait(1).body, AttractView)
    assert shop.told("basket_abandoned") == []
    shop.close()


# ---- without a terminal


def test_without_a_terminal_the_till_stays(tmp_path: Path) -> None:
    plain = Shop(tmp_path)
    view = plain.start(MILK_CODE)
    assert view.main is not None
    assert view.main.send == FinishBasket()
    assert isinstance(plain.kiosk.do(PayByCard()).body, BasketView)
    plain.close()
