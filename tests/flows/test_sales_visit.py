"""Staff who look a sale up, print a copy, give money back, and decide, as steps."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest

from kiosk import salvaged
from kiosk.basket.pads import CodeView, CountView
from kiosk.basket.questions import QuestionView
from kiosk.basket.view import BasketView
from kiosk.checkout.view import FollowView
from kiosk.checkout_messages import DecideLater, EndCheckout, GiveName, OpenDecision, PayByCard
from kiosk.frame import Button
from kiosk.lobby.view import AttractView
from kiosk.messages import (
    AddToBasket,
    DropBasket,
    EnterPin,
    EraseDigit,
    FinishBasket,
    GoHome,
    Leave,
    OpenBasket,
    OpenStaff,
    TypeCode,
    TypeDigit,
)
from kiosk.payment_messages import Refund, Reverse
from kiosk.receipt.jobs import Jobs, NewJob
from kiosk.receipt.parts import Receipt
from kiosk.receipt_messages import (
    CoverOpen,
    NoPaper,
    NotPrinted,
    NotThere,
    Offline,
    PaperLow,
    PrinterChanged,
    PrintInDoubt,
    Ready,
    ReceiptNotPrinted,
    ReceiptPrinted,
    ReprintReceipt,
    SettlePrint,
)
from kiosk.sales.view import SalesView
from kiosk.sales_messages import (
    AskDeed,
    AskTyped,
    BackInSales,
    DoDeed,
    GiveBack,
    GiveClerk,
    OpenSale,
    OpenSales,
    PrintCopy,
    SayCompared,
    SayOf,
    SayPrinted,
    TypeAmount,
    UndoCharge,
)
from kiosk.salvaged import Salvage
from kiosk.staff.handler import WayIn
from kiosk.staff.view import StaffView
from kiosk.view import View
from retail.tender import Kind
from retail.values import RIAL, Money
from tests.flows.paying import PayingShop, PowerCutError, power_cut
from tests.flows.shopping import MILK_CODE, Shop
from tests.flows.test_staff_visit import KEPT, PIN
from tests.flows.test_staff_visit import Desk as StaffDesk


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[PayingShop]:
    made = PayingShop(tmp_path, staff=WayIn(KEPT, StaffDesk()))
    yield made
    made.close()


def sold(shop: PayingShop) -> UUID:
    """Sell a milk; gives the sale."""
    shop.kiosk.scan(MILK_CODE)
    shop.do(AddToBasket(), OpenBasket(), PayByCard())
    shop.do(EndCheckout())
    return shop.sale_ids[-1]


def let_in(shop: PayingShop) -> View:
    return shop.do(OpenStaff(), *(TypeDigit(digit) for digit in PIN), EnterPin())


def listed(shop: PayingShop) -> SalesView:
    let_in(shop)
    body = shop.do(OpenSales(), TypeCode("A"), TypeCode("L"), TypeCode("I"), GiveClerk()).body
    assert isinstance(body, SalesView), body
    return body


def question(view: View) -> QuestionView:
    assert isinstance(view.body, QuestionView), view.body
    return view.body


def sends(buttons: tuple[Button, ...]) -> list[object]:
    return [button.send for button in buttons]


PRICE = Money(480_000, RIAL)


# ---- the way there


def test_the_staffs_view_leads_to_the_payments_where_there_are_any(shop: PayingShop) -> None:
    body = let_in(shop).body
    assert isinstance(body, StaffView)
    assert body.sales is not None
    assert body.sales.send == OpenSales()


def test_without_payment_there_are_no_such_pages(tmp_path: Path) -> None:
    shop = Shop(tmp_path, staff=WayIn(KEPT, StaffDesk()))
    view = shop.kiosk.do(OpenStaff(), *(TypeDigit(digit) for digit in PIN), EnterPin())
    assert isinstance(view.body, StaffView)
    assert view.body.sales is None
    assert shop.kiosk.do(OpenSales()) == view
    shop.recorder.close()


def test_nobody_comes_there_but_by_the_pin(shop: PayingShop) -> None:
    sale = sold(shop)
    for touch in (OpenSales(), OpenSale(sale), AskDeed(UndoCharge()), DoDeed(), PrintCopy()):
        assert isinstance(shop.do(touch).body, AttractView)
    assert shop.teller.ledger.books()[-1].kind is Kind.AUTHORISATION


def test_who_looks_is_asked_first_and_no_name_is_no_answer(shop: PayingShop) -> None:
    let_in(shop)
    assert isinstance(shop.do(OpenSales()).body, CodeView)
    assert isinstance(shop.do(TypeCode(" "), GiveClerk()).body, CodeView)
    assert isinstance(shop.do(EraseDigit(), TypeCode("X"), GiveClerk()).body, SalesView)
    assert isinstance(shop.do(BackInSales()).body, StaffView)
    assert isinstance(shop.do(Leave()).body, AttractView)


def test_the_newest_sale_stands_first_and_shows_what_may_be_done(shop: PayingShop) -> None:
    first, second = sold(shop), sold(shop)
    rows = listed(shop).rows
    assert [row.send for row in rows] == [OpenSale(second), OpenSale(first)]
    assert {(row.amount, row.standing) for row in rows} == {("۴۸٬۰۰۰", "پرداخت‌شده")}

    body = question(shop.do(OpenSale(second)))
    assert sends(body.actions) == [
        PrintCopy(), AskDeed(UndoCharge()), TypeAmount(), BackInSales()
    ]  # fmt: skip


def test_the_pages_close_by_themselves_and_with_a_scan(shop: PayingShop) -> None:
    sold(shop)
    listed(shop)
    assert isinstance(shop.kiosk.wait(31).body, AttractView)
    listed(shop)
    shop.kiosk.scan(MILK_CODE)
    assert isinstance(shop.do(GoHome()).body, AttractView)


# ---- money back


def test_a_charge_is_undone_with_the_second_touch_and_once(shop: PayingShop) -> None:
    sale = sold(shop)
    listed(shop)
    asked = question(shop.do(OpenSale(sale), AskDeed(UndoCharge())))
    assert sends(asked.actions) == [DoDeed(), BackInSales()]
    assert ("به نام", "ALI") in [(each.text, each.value.strip("⁦⁧⁨⁩")) for each in asked.lines]
    assert shop.teller.charges == 1

    body = question(shop.do(DoDeed(), DoDeed()))
    assert body.text == "بازگردانده شد."
    assert sends(body.actions) == [PrintCopy(), BackInSales()]
    assert shop.teller.asked[1:] == [Reverse(sale, "ALI")]
    assert shop.teller.charges == 0
    (told,) = shop.told("sale_reversed")
    assert (told["by"], told["completed"]) == ("ALI", True)


def test_a_part_is_given_back_and_the_rest_may_follow_but_no_more(shop: PayingShop) -> None:
    sale = sold(shop)
    listed(shop)
    pad = shop.do(OpenSale(sale), TypeAmount()).body
    assert isinstance(pad, CountView)

    typed = shop.do(*(TypeDigit(each) for each in "48001"), AskTyped()).body
    assert isinstance(typed, CountView)  # more than was paid: nothing is asked
    shop.do(*(EraseDigit() for _ in range(5)), TypeDigit("0"), AskTyped())
    assert isinstance(shop.kiosk.core.view.body, CountView)  # nothing is no amount
    part = question(shop.do(*(TypeDigit(each) for each in "15000"), AskTyped()))
    assert any("۱۵٬۰۰۰" in each.value for each in part.lines)
    body = question(shop.do(DoDeed()))
    assert body.text == "بازگردانده شد."
    assert shop.teller.asked[-1] == Refund(sale, Money(150_000, RIAL), "ALI")
    # a part is given back: the whole charge can be undone no more
    assert AskDeed(UndoCharge()) not in sends(body.actions)

    rest = shop.do(TypeAmount()).body
    assert isinstance(rest, CountView)
    assert rest.out.send == AskDeed(GiveBack(Money(330_000, RIAL)))
    body = question(shop.do(rest.out.send, DoDeed()))
    assert sends(body.actions) == [PrintCopy(), BackInSales()]
    given = [e for e in shop.teller.ledger.books() if e.kind is Kind.REFUND]
    assert sum(each.amount for each in given) == PRICE.minor


def test_what_the_terminal_refuses_is_said_and_may_be_tried_again(shop: PayingShop) -> None:
    sale = sold(shop)
    listed(shop)
    shop.pull(gone="3")
    body = question(shop.do(OpenSale(sale), AskDeed(UndoCharge()), DoDeed()))
    assert "کارت‌خوان پاسخ نمی‌دهد" in body.text
    assert "fake: the cable is out" in body.text
    shop.pull(gone="0")
    assert question(shop.do(AskDeed(UndoCharge()), DoDeed())).text == "بازگردانده شد."


def test_nobody_is_sent_away_and_nothing_scanned_while_the_terminal_works(
    shop: PayingShop,
) -> None:
    sale = sold(shop)
    listed(shop)
    shop.do(OpenSale(sale), AskDeed(UndoCharge()))
    shop.kiosk.clock.move(1)
    shop.kiosk.do(DoDeed())  # the teller has not begun
    for view in (
        shop.kiosk.wait(900), shop.kiosk.scan(MILK_CODE), shop.kiosk.do(GoHome(), Leave(), BackInSales())
    ):  # fmt: skip
        assert isinstance(view.body, FollowView)
        assert (view.frame.home, view.frame.back, view.frame.countdown) == (None, None, None)
    shop.teller.work()
    assert question(shop.kiosk.core.view).text == "بازگردانده شد."


# ---- what waits for a person


def left_to_staff(shop: PayingShop) -> UUID:
    """Leave a sale of which only a person can tell, and the kiosk free for others."""
    shop.pull(lose="booked", probes=0)
    shop.kiosk.scan(MILK_CODE)
    shop.do(AddToBasket(), OpenBasket(), PayByCard())
    shop.do(OpenDecision(), *(TypeDigit(digit) for digit in PIN), EnterPin())
    shop.do(TypeCode("B"), GiveName(), DecideLater())
    shop.pull(lose="", probes=1)
    return shop.sale_ids[-1]


def test_what_was_left_to_staff_stands_first_until_they_say(shop: PayingShop) -> None:
    waits = left_to_staff(shop)
    sold(shop)
    body = let_in(shop).body
    assert isinstance(body, StaffView)
    assert "K-302" in [each.code for each in body.faults]
    shop.do(Leave())

    rows = listed(shop).rows
    assert rows[0].send == OpenSale(waits)
    look = question(shop.do(OpenSale(waits)))
    charged, not_charged, reversed_, *rest = sends(look.actions)
    assert rest == [BackInSales()]
    for send, decision in ((charged, "charged"), (not_charged, "not_charged")):
        assert isinstance(send, AskDeed)
        assert isinstance(send.deed, SayOf)
        assert send.deed.decision.value == decision
    assert isinstance(reversed_, AskDeed)

    done = question(shop.do(charged, DoDeed()))  # type: ignore[arg-type]
    assert done.text == "ثبت شد."
    assert [each["sale"] for each in shop.told("sale_completed")][-1] == str(waits)
    assert PrintCopy() in sends(done.actions)
    body = shop.do(BackInSales(), BackInSales()).body
    assert isinstance(body, StaffView)
    assert "K-302" not in [each.code for each in body.faults]


def test_a_refund_of_which_nobody_can_tell_is_for_staff_and_nothing_is_sent_twice(
    shop: PayingShop,
) -> None:
    sale = sold(shop)
    listed(shop)
    shop.pull(lose="booked", probes=0)
    body = question(shop.do(OpenSale(sale), AskDeed(GiveBack(PRICE)), DoDeed()))
    assert "بازگردانده نشد" in body.text
    shop.pull(lose="", probes=1)
    yes, no, back = sends(body.actions)
    assert back == BackInSales()
    assert isinstance(yes, AskDeed)
    assert isinstance(no, AskDeed)

    done = question(shop.do(yes, DoDeed()))
    assert done.text == "ثبت شد."
    assert sends(done.actions) == [PrintCopy(), BackInSales()]
    assert len(shop.told("refund_made")) == 1
    refunds = [e for e in shop.teller.ledger.books() if e.kind is Kind.REFUND]
    assert len(refunds) == 1


def test_power_that_fails_in_a_reversal_is_settled_at_the_next_start(shop: PayingShop) -> None:
    sale = sold(shop)
    listed(shop)
    shop.do(OpenSale(sale), AskDeed(UndoCharge()))
    shop.teller.hooks["booked"] = power_cut
    with pytest.raises(PowerCutError):
        shop.do(DoDeed())
    shop.start_anew()
    shop.teller.start()
    assert shop.teller.charges == 0
    assert len(shop.told("sale_reversed")) == 1
    (row,) = listed(shop).rows
    assert row.standing == "بازگردانده شد"


def test_a_damaged_journal_closes_paying_until_staff_have_compared(shop: PayingShop) -> None:
    bad = Salvage("kiosk.db.corrupt-1", 0, 0, "malformed")
    shop.recorder.write(lambda writing: salvaged.note(writing.connection, bad, 0))
    shop.start_anew()
    shop.teller.start()
    shop.kiosk.scan(MILK_CODE)
    view = shop.do(AddToBasket(), OpenBasket())
    assert isinstance(view.body, BasketView)
    assert view.body.main is not None
    assert view.body.main.send == FinishBasket()  # at the till
    shop.do(DropBasket())

    body = let_in(shop).body
    assert isinstance(body, StaffView)
    (fault,) = [each for each in body.faults if each.code == "K-304"]
    assert "kiosk.db.corrupt-1: malformed" in fault.detail
    shop.do(Leave())
    rows = listed(shop)
    assert rows.closed is not None
    body = question(shop.do(rows.closed.send))
    assert sends(body.actions) == [SayCompared(), BackInSales()]
    after = shop.do(SayCompared()).body
    assert isinstance(after, SalesView)
    assert after.closed is None
    assert shop.told("payments_compared") == [{"by": "ALI"}]
    shop.do(GoHome())
    sold(shop)


# ---- paper


def test_a_copy_bears_the_name_of_who_asked_and_what_came_of_it_is_said(shop: PayingShop) -> None:
    sale = sold(shop)
    listed(shop)
    shop.do(OpenSale(sale), PrintCopy())
    (ask,) = [each for each in shop.receipts.asked if isinstance(each, ReprintReceipt)]
    assert (ask.sale_id, ask.by) == (sale, "ALI")

    shop.do(ReceiptPrinted(UUID(int=1), UUID(int=2), copy=True))  # of another sale
    assert question(shop.kiosk.core.view).text == "رونوشت در حال چاپ است."
    body = question(shop.do(ReceiptPrinted(UUID(int=1), sale, copy=True)))
    assert body.text == "رونوشت چاپ شد."
    body = question(shop.do(PrintCopy(), ReceiptNotPrinted(sale, NotPrinted.PRINTER)))
    assert "چیزی چاپ نشد" in body.text


@pytest.mark.parametrize(
    ("state", "code"),
    [
        (NoPaper(), "K-310"),
        (CoverOpen(), "K-310"),
        (Offline("no route to host"), "K-310"),
        (PaperLow(), "K-311"),
        (Ready(), ""),
        (NotThere(), ""),
    ],
)
def test_how_the_printer_is_stands_before_staff(shop: PayingShop, state: object, code: str) -> None:
    shop.kiosk.do(PrinterChanged(state))  # type: ignore[arg-type]
    body = let_in(shop).body
    assert isinstance(body, StaffView)
    assert [each.code for each in body.faults if each.code.startswith("K-31")] == (
        [code] if code else []
    )
    if isinstance(state, Offline):
        (fault,) = [each for each in body.faults if each.code == "K-310"]
        assert state.why in fault.detail


def test_head_office_hears_of_a_printer_that_stops_and_comes_back_once(shop: PayingShop) -> None:
    tell = shop.kiosk.do
    tell(PrinterChanged(NotThere()), PrinterChanged(Ready()), PrinterChanged(PaperLow()))
    assert shop.kiosk.noted("device_lost") == []
    tell(PrinterChanged(NoPaper()), PrinterChanged(NoPaper()), PrinterChanged(Ready()))
    assert shop.kiosk.noted("device_lost") == [{"device": "printer", "reason": "no paper"}]
    assert shop.kiosk.noted("device_back") == [{"device": "printer"}]


def test_a_print_in_doubt_stands_before_staff_until_they_say(shop: PayingShop) -> None:
    sale = sold(shop)
    shop.do(PrintInDoubt(UUID(int=7), sale, "1", "the cable is out"))
    assert shop.kiosk.noted("receipt_failed") == [{"sale": str(sale), "why": "unsure"}]
    body = let_in(shop).body
    assert isinstance(body, StaffView)
    assert "K-312" in [each.code for each in body.faults]
    shop.do(ReceiptPrinted(UUID(int=7), sale, copy=False))
    body = shop.kiosk.wait(1).body
    assert isinstance(body, StaffView)
    assert "K-312" not in [each.code for each in body.faults]


def test_staff_say_whether_a_receipt_came_out(shop: PayingShop) -> None:
    sale = sold(shop)
    job = NewJob(sale, "1", Receipt("fa", ()), "")
    jobs = Jobs(shop.recorder, shop.teller.box)
    made = jobs.begin(jobs.queue(job))
    jobs.unsure(made, "the cable is out")
    listed(shop)
    body = question(shop.do(OpenSale(sale)))
    came_out = SayPrinted(made.job_id, came_out=True)
    not_ = SayPrinted(made.job_id, came_out=False)
    assert sends(body.actions) == [came_out, not_, BackInSales()]
    shop.do(came_out)
    assert shop.receipts.asked[-1] == SettlePrint(made.job_id, True, "ALI")
    jobs.settle(made.job_id, "ALI", came_out=True)
    body = question(shop.do(ReceiptPrinted(made.job_id, sale, copy=False)))
    assert body.text == "ثبت شد."
    assert PrintCopy() in sends(body.actions)


@pytest.mark.parametrize("away", [GoHome(), Leave()])
def test_a_basket_that_is_open_meanwhile_is_there_afterwards(
    shop: PayingShop, away: object
) -> None:
    shop.kiosk.scan(MILK_CODE)
    shop.do(AddToBasket())
    listed(shop)
    view = shop.do(away)  # type: ignore[arg-type]
    assert isinstance(view.body, BasketView)
    assert shop.told("basket_abandoned") == []


def test_a_double_touch_confirms_nothing_and_prints_one_copy(shop: PayingShop) -> None:
    sale = sold(shop)
    listed(shop)
    shop.do(OpenSale(sale))
    shop.kiosk.do(AskDeed(UndoCharge()), DoDeed())  # the second touch comes at once
    assert isinstance(question(shop.kiosk.core.view), QuestionView)
    assert shop.teller.charges == 1
    shop.do(BackInSales(), PrintCopy(), PrintCopy())
    assert len([each for each in shop.receipts.asked if isinstance(each, ReprintReceipt)]) == 1
