"""A shopper with a basket as steps: what is on the screen, and what head office hears of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.basket.view import (
    AgeView,
    BasketView,
    CodeView,
    CountView,
    GiftView,
    QuestionView,
    TillView,
)
from kiosk.config import BasketSettings
from kiosk.lobby.view import AttractView, HelpView, TroubleView
from kiosk.messages import (
    AddToBasket,
    ApproveAge,
    AskQuantity,
    AskStaff,
    ChangeQuantity,
    ChooseLanguage,
    DeviceLost,
    DiskChanged,
    DiskRoom,
    DropBasket,
    DropVoucher,
    EnterPin,
    EraseDigit,
    FinishBasket,
    GoBack,
    GoHome,
    Language,
    Leave,
    LeaveBasket,
    LineDown,
    OpenBasket,
    OpenBrowse,
    OpenGift,
    OpenHelp,
    OpenProduct,
    OpenSearch,
    OpenStaff,
    OpenVoucher,
    PutBack,
    RefuseAge,
    ServiceClosed,
    ServiceOpened,
    SetQuantity,
    StayLonger,
    TakeGift,
    TakeOut,
    Touched,
    TypeCode,
    TypeDigit,
    UseVoucher,
)
from kiosk.pricecheck.view import AnswerView, ProductView
from kiosk.search.view import SearchView
from kiosk.staff.handler import WayIn
from kiosk.staff.view import PinView, StaffView
from retail.pricing.rules import Scope
from retail.pricing.window import Window
from tests.flows.conftest import MILK, RICE, Kiosk
from tests.flows.shopping import (
    GIFT,
    HALF,
    LABEL,
    LIGHTER_CODE,
    MILK_CODE,
    MINUTE,
    RICE_CODE,
    VOUCHER,
    Shop,
    amounts,
    said,
)
from tests.flows.test_staff_visit import KEPT, PIN
from tests.flows.test_staff_visit import Desk as StaffDesk

MILK_FA, RICE_FA = "شیر کم‌چرب", "برنج هاشمی درجه یک آستانه"


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    made = Shop(tmp_path, staff=WayIn(KEPT, StaffDesk()))
    yield made
    made.close()


# ---- where it begins


def test_without_a_basket_a_scan_shows_a_price_from_where_one_is_begun(shop: Shop) -> None:
    view = shop.scan(RICE_CODE)
    assert isinstance(view.body, ProductView)
    assert view.body.add is not None
    assert view.body.add.send == AddToBasket()

    assert amounts(shop.add()) == [(RICE_FA, "۱٬۴۲۵٬۰۰۰")]


def test_the_poster_begins_one_and_every_scan_adds(shop: Shop) -> None:
    poster = shop.kiosk.do(Touched()).body
    assert isinstance(poster, AttractView)
    assert poster.actions[0].send == OpenBasket()

    view = shop.start(MILK_CODE, RICE_CODE, LABEL)
    assert amounts(view) == [
        ("سیب سرخ", "۱۲۰٬۰۰۰"),
        (RICE_FA, "۱٬۴۲۵٬۰۰۰"),
        (MILK_FA, "۴۸٬۰۰۰"),
    ]
    assert view.total.amount == "۱٬۵۹۳٬۰۰۰"


def test_where_a_scan_opens_a_basket_the_first_one_does(tmp_path: Path) -> None:
    shop = Shop(tmp_path, BasketSettings(enabled=True, scan_opens=True))
    assert amounts(shop.basket(shop.scan(MILK_CODE))) == [(MILK_FA, "۴۸٬۰۰۰")]
    shop.kiosk.do(LeaveBasket(), DropBasket())
    assert isinstance(shop.scan("5901234123457").body, AnswerView)  # nothing to put in
    shop.close()


def test_where_baskets_are_not_enabled_there_is_no_way_in() -> None:
    plain = Kiosk()
    view = plain.scan(RICE_CODE)
    assert isinstance(view.body, ProductView)
    assert view.body.add is None
    assert isinstance(plain.do(AddToBasket(), OpenBasket()).body, ProductView)
    assert plain.do(FinishBasket(), LeaveBasket()).body == view.body


def test_a_product_that_was_searched_is_put_in_from_its_price(shop: Shop) -> None:
    shop.start(MILK_CODE)
    view = shop.kiosk.do(OpenSearch())
    assert isinstance(view.body, SearchView)
    assert view.frame.home is not None
    assert (view.frame.home.text, view.frame.home.send) == ("سبد (۱)", OpenBasket())

    shop.kiosk.do(OpenProduct(RICE.sku))
    assert amounts(shop.add())[0] == (RICE_FA, "۱٬۴۲۵٬۰۰۰")


# ---- a new scan wins


@pytest.mark.parametrize(
    "steps",
    [
        (LeaveBasket(),),
        (AskQuantity(1),),
        (OpenVoucher(), TypeCode("A")),
        (OpenHelp(),),
        (OpenSearch(),),
        (OpenBrowse(),),
        (OpenProduct(RICE.sku),),
        (OpenStaff(), TypeDigit("1")),
        (ChangeQuantity(1, 1), OpenGift("none")),
    ],
)
def test_a_scan_wins_over_whatever_is_on_the_screen(shop: Shop, steps: tuple[object, ...]) -> None:
    shop.start(MILK_CODE)
    shop.kiosk.do(*steps)  # type: ignore[arg-type]
    assert amounts(shop.basket(shop.scan(RICE_CODE)))[0] == (RICE_FA, "۱٬۴۲۵٬۰۰۰")


def test_a_scan_does_not_answer_a_question(shop: Shop) -> None:
    shop.start(MILK_CODE)
    assert isinstance(shop.kiosk.do(LeaveBasket()).body, QuestionView)
    shop.scan(RICE_CODE)
    assert shop.told("basket_abandoned") == []


def test_what_is_no_item_is_said_and_the_basket_is_as_it_was(shop: Shop) -> None:
    before = shop.start(RICE_CODE)
    for code, words in (
        ("5901234123457", "نمی‌شناسیم"),
        ("https://example.org", "کالا"),
        ("991234567899", "کارت باشگاه"),
    ):
        view = shop.basket(shop.scan(code))
        assert words in said(view)
        assert (view.rows[0].amount, view.total) == (before.rows[0].amount, before.total)


def test_a_member_card_that_is_held_up_changes_no_price(shop: Shop) -> None:
    view = shop.start(RICE_CODE)
    after = shop.basket(shop.scan("991234567899"))
    assert after.total == view.total
    assert "991234567899" not in repr(after)


def test_goods_past_their_date_are_not_put_in(shop: Shop) -> None:
    shop.start(MILK_CODE)
    raw = b"0104006381333931" + b"17261122" + b"10A7"
    shop.kiosk.clock.move(2)
    view = shop.basket(shop.kiosk.scan(raw, "d2"))
    assert "تاریخش گذشته" in said(view)
    assert len(view.rows) == 1


def test_the_same_code_twice_within_a_second_is_one_scan(shop: Shop) -> None:
    shop.start(MILK_CODE)
    shop.kiosk.clock.move(0.3)
    view = shop.basket(shop.kiosk.scan(MILK_CODE))
    assert view.count_text == "یک کالا"


# ---- how many, and offers


def test_one_more_saves_and_then_the_offer_stands_on_the_line(shop: Shop) -> None:
    view = shop.start(MILK_CODE)
    hint = view.cards[0]
    assert "۲۴٬۰۰۰ تومان" in hint.text
    assert hint.action is not None

    view = shop.basket(shop.kiosk.do(hint.action.send))
    assert said(view) == "«دومی نصف قیمت» فعال شد: ۲۴٬۰۰۰ تومان سود شما"
    assert any("دومی نصف قیمت" in note.text for note in view.rows[0].notes)
    assert [line.text for line in view.sums] == ["جمع کالاها", "دومی نصف قیمت"]
    assert (view.rows[0].before, view.rows[0].amount) == ("۹۶٬۰۰۰", "۷۲٬۰۰۰")


def test_an_items_own_reduction_is_named_and_struck_through(shop: Shop) -> None:
    shop.kiosk.wait(60)  # a reduction of the milk begins
    (row,) = shop.start(MILK_CODE).rows
    assert (row.before, row.amount) == ("۴۸٬۰۰۰", "۴۳٬۲۰۰")


def test_a_large_number_is_typed_on_the_pad(shop: Shop) -> None:
    shop.start(RICE_CODE)
    pad = shop.kiosk.do(
        AskQuantity(1), TypeDigit("1"), TypeDigit("2"), TypeDigit("3"), EraseDigit()
    )
    assert isinstance(pad.body, CountView)
    assert pad.body.number == "۱۲"
    view = shop.basket(shop.kiosk.do(SetQuantity()))
    assert view.rows[0].count is not None
    assert view.rows[0].count.text == "۱۲"


def test_more_than_the_limit_is_said_on_the_pad_and_refused(shop: Shop) -> None:
    shop.start(RICE_CODE)
    pad = shop.kiosk.do(AskQuantity(1), *(TypeDigit("9") for _ in range(5)))
    assert isinstance(pad.body, CountView)
    assert pad.body.number == "۹۹۹"
    assert "۹۹" in pad.body.said
    assert "۹۹" in said(shop.basket(shop.kiosk.do(SetQuantity())))


def test_nothing_typed_is_no_number_and_none_takes_the_line_out(shop: Shop) -> None:
    shop.start(RICE_CODE)
    assert isinstance(shop.kiosk.do(AskQuantity(1), SetQuantity()).body, CountView)
    assert shop.basket(shop.kiosk.do(TypeDigit("0"), SetQuantity())).empty is not None


def test_what_was_taken_out_comes_back_for_a_few_seconds(shop: Shop) -> None:
    shop.start(RICE_CODE, MILK_CODE)
    view = shop.basket(shop.kiosk.do(TakeOut(1)))
    assert view.undo is not None
    assert view.undo.action.text == "برگردان (۸)"
    assert len(shop.basket(shop.kiosk.do(view.undo.action.send)).rows) == 2

    shop.kiosk.do(TakeOut(1))
    assert shop.basket(shop.kiosk.wait(9)).undo is None
    assert len(shop.basket(shop.kiosk.do(PutBack())).rows) == 1


def test_a_touch_on_a_screen_that_has_just_been_replaced_does_nothing(shop: Shop) -> None:
    before = shop.start(RICE_CODE)
    late = (SetQuantity(), TakeGift("1"), UseVoucher(), ApproveAge(), RefuseAge(), TypeDigit("1"),
            EraseDigit(), TypeCode("A"), AskQuantity(9), OpenGift("none"), ChangeQuantity(9, 1),
            PutBack(), AskStaff(), EnterPin())  # fmt: skip
    for touch in late:
        view = shop.kiosk.do(touch)
        assert isinstance(view.body, BasketView), touch
        assert (view.body.rows, view.body.total) == (before.rows, before.total)


# ---- vouchers and gifts


def test_a_voucher_is_typed_and_put_away_again(shop: Shop) -> None:
    shop.with_rules(HALF, VOUCHER)
    shop.start(RICE_CODE)
    keys = [TypeCode(each) for each in "SPRINGX"]
    view = shop.kiosk.do(OpenVoucher(), *keys, UseVoucher()).body
    assert isinstance(view, CodeView)
    assert "SPRINGX" in view.said

    view = shop.kiosk.do(*(TypeCode(each) for each in "SPRING5"), UseVoucher()).body
    assert isinstance(view, BasketView)
    assert said(view) == "بن شما ۱۴۲٬۵۰۰ تومان کم کرد"
    assert [(chip.on, chip.send) for chip in view.vouchers] == [(True, DropVoucher("SPRING-5"))]
    view = shop.basket(shop.kiosk.do(DropVoucher("SPRING-5")))
    assert (view.vouchers, view.total.amount) == ((), "۱٬۴۲۵٬۰۰۰")


def test_a_voucher_is_scanned_and_is_no_unknown_code(shop: Shop) -> None:
    shop.with_rules(VOUCHER)
    shop.start(RICE_CODE)
    view = shop.basket(shop.scan("SPRING-5"))
    assert view.total.amount == "۱٬۲۸۲٬۵۰۰"
    assert shop.kiosk.noted("unknown_code") == []


def test_a_voucher_that_is_scanned_first_opens_a_basket(shop: Shop) -> None:
    shop.with_rules(VOUCHER)
    view = shop.basket(shop.scan("SPRING-5"))
    assert (len(view.vouchers), view.empty is not None) == (1, True)
    assert shop.basket(shop.scan(RICE_CODE)).total.amount == "۱٬۲۸۲٬۵۰۰"


def test_a_gift_is_chosen_or_not(shop: Shop) -> None:
    shop.with_rules(GIFT)
    view = shop.start(RICE_CODE, RICE_CODE)
    assert view.cards[0].action is not None
    gifts = shop.kiosk.do(view.cards[0].action.send).body
    assert isinstance(gifts, GiftView)
    assert gifts.back.text == "نه، متشکرم"
    assert len(shop.basket(shop.kiosk.do(gifts.back.send)).rows) == 1

    take = gifts.gifts[0].take
    assert take is not None
    view = shop.basket(shop.kiosk.do(view.cards[0].action.send, take.send))
    assert (view.rows[0].amount, view.rows[0].more) == ("رایگان", None)
    assert view.total.amount == "۲٬۸۵۰٬۰۰۰"


# ---- staff and age


def test_what_not_everybody_may_buy_waits_calmly_and_staff_decide(shop: Shop) -> None:
    view = shop.start(MILK_CODE, LIGHTER_CODE)
    assert view.blocked is not None
    assert view.main is not None
    assert (view.main.send, view.main.text) == (AskStaff(), "همکار فروشگاه آمد")
    assert isinstance(shop.kiosk.do(FinishBasket()).body, BasketView)  # it does not help to hurry

    pin = shop.kiosk.do(AskStaff())
    assert isinstance(pin.body, PinView)
    assert pin.frame.scan_prompt == "اسکن، این صفحه را می‌بندد"
    deciding = shop.kiosk.do(*(TypeDigit(digit) for digit in PIN), EnterPin()).body
    assert isinstance(deciding, AgeView)
    assert (deciding.born, deciding.born_other) == ("۳ آذر ۱۳۸۷", "\u2066۲۰۰۸/۱۱/۲۳\u2069")
    view = shop.basket(shop.kiosk.do(deciding.approve.send))
    assert (view.blocked, said(view)) == (None, "سپاس؛ همکار ما تأیید کرد")
    assert isinstance(shop.kiosk.do(FinishBasket()).body, TillView)


def test_a_wrong_pin_lets_nobody_decide_and_counts_with_the_others(shop: Shop) -> None:
    shop.start(LIGHTER_CODE)
    wrong = [*(TypeDigit("0") for _ in range(6)), EnterPin()]
    for _ in range(5):
        body = shop.kiosk.do(AskStaff(), *wrong).body
        assert isinstance(body, PinView)
    assert body.keys == ()
    assert isinstance(shop.kiosk.do(ApproveAge()).body, PinView)
    shop.kiosk.do(OpenBasket())
    asked = shop.kiosk.do(AskStaff()).body  # going away and coming back gains nobody a try
    assert isinstance(asked, PinView)
    closed = shop.kiosk.do(TypeDigit("1")).body
    assert isinstance(closed, PinView)
    assert closed.dots == 0
    again = shop.kiosk.wait(61).body
    assert isinstance(again, PinView)
    assert len(again.keys) == 12


def test_staff_may_refuse_and_then_it_is_out_for_good(shop: Shop) -> None:
    shop.start(MILK_CODE, LIGHTER_CODE)
    shop.kiosk.do(AskStaff(), *(TypeDigit(digit) for digit in PIN), EnterPin())
    view = shop.basket(shop.kiosk.do(RefuseAge()))
    assert (len(view.rows), view.undo, view.blocked) == (1, None, None)


def test_without_a_pin_in_the_settings_it_is_sold_at_the_till(tmp_path: Path) -> None:
    shop = Shop(tmp_path)
    view = shop.start(LIGHTER_CODE)
    assert (view.main, view.blocked is not None) == (None, True)
    assert isinstance(shop.kiosk.do(AskStaff()).body, BasketView)
    shop.close()


def test_staff_who_look_after_the_kiosk_come_back_to_the_basket(shop: Shop) -> None:
    shop.start(MILK_CODE)
    inside = shop.kiosk.do(OpenStaff(), *(TypeDigit(digit) for digit in PIN), EnterPin()).body
    assert isinstance(inside, StaffView)
    assert len(shop.basket(shop.kiosk.do(Leave())).rows) == 1


# ---- prices that change meanwhile


def test_a_price_that_rose_is_said_and_asked_about_before_the_end(shop: Shop) -> None:
    shop.start(RICE_CODE)
    view = shop.basket(shop.with_price(RICE, 15_000_000))
    assert view.total.amount == "۱٬۵۰۰٬۰۰۰"
    assert "تغییر کرد" in said(view)
    assert any("۱٬۴۲۵٬۰۰۰" in note.text for note in view.rows[0].notes)

    asked = shop.kiosk.do(FinishBasket()).body
    assert isinstance(asked, QuestionView)
    assert asked.lines[0].value == "از ۱٬۴۲۵٬۰۰۰ به ۱٬۵۰۰٬۰۰۰"
    till = shop.kiosk.do(asked.actions[0].send).body
    assert isinstance(till, TillView)
    assert till.total == "۱٬۵۰۰٬۰۰۰"


def test_a_price_that_fell_is_taken_without_a_question(shop: Shop) -> None:
    shop.start(RICE_CODE)
    assert shop.basket(shop.with_price(RICE, 14_000_000)).total.amount == "۱٬۴۰۰٬۰۰۰"
    assert isinstance(shop.kiosk.do(FinishBasket()).body, TillView)


def test_a_line_that_left_the_catalogue_stays_marked_until_it_is_taken_out(shop: Shop) -> None:
    shop.start(RICE_CODE, MILK_CODE)
    view = shop.basket(shop.without(RICE))
    assert amounts(view) == [(MILK_FA, "۴۸٬۰۰۰"), (RICE_FA, "–")]
    assert (view.main, view.blocked is not None) == (None, True)
    assert isinstance(shop.kiosk.do(FinishBasket()).body, BasketView)
    shop.kiosk.do(TakeOut(1))
    assert isinstance(shop.kiosk.do(FinishBasket()).body, TillView)


def test_an_offer_that_ends_in_the_last_second_is_shown_before_anything_is_finished(
    shop: Shop,
) -> None:
    ends = shop.kiosk.clock.now() + 5 * MINUTE
    shop.kiosk.wait(60)  # a reduction of the milk begins
    shop.with_rules(replace(HALF, scope=Scope(window=Window(None, ends))))
    view = shop.start(MILK_CODE, MILK_CODE)
    assert view.total.amount == "۶۴٬۸۰۰"
    for _ in range(3):
        shop.kiosk.clock.move(70)
        shop.kiosk.do(StayLonger())
    shop.kiosk.clock.move(35)  # past the end; the tick that would tell it has not come
    view = shop.basket(shop.kiosk.do(FinishBasket()))
    assert view.total.amount == "۸۶٬۴۰۰"
    assert "۸۶٬۴۰۰" in said(view)
    till = shop.kiosk.do(FinishBasket()).body
    assert isinstance(till, TillView)
    assert till.total == "۸۶٬۴۰۰"


def test_the_price_check_behind_the_basket_follows_the_catalogue_too(shop: Shop) -> None:
    shop.start(MILK_CODE)
    shop.kiosk.do(OpenProduct(RICE.sku))
    view = shop.with_price(MILK, 400_000)
    assert isinstance(view.body, ProductView)
    assert shop.basket(shop.kiosk.do(GoHome())).total.amount == "۴۰٬۰۰۰"


# ---- the end


def test_finishing_gives_a_number_and_tells_head_office_the_whole_quote(shop: Shop) -> None:
    shop.start(MILK_CODE, MILK_CODE, LABEL)
    view = shop.kiosk.do(FinishBasket())
    assert isinstance(view.body, TillView)
    assert (view.body.number, view.body.total) == ("۱", "۱۹۲٬۰۰۰")
    assert (view.frame.home, view.frame.scan_prompt) == (None, "از خرید شما سپاسگزاریم")

    (told,) = shop.told("basket_finished")
    assert (told["number"], told["date"], told["total"], told["off"]) == (
        1, "2026-11-23", 1_920_000, 240_000,
    )  # fmt: skip
    assert told["lines"][0] | {"steps": []} == {
        "line": 1, "sku": MILK.sku, "gtin": "00000096385074", "quantity": 2,
        "list_price": 480_000, "price": 480_000, "amount": 960_000, "paid": 720_000, "vat": 0,
        "due": 720_000, "shares": [[0, 240_000]], "steps": [],
    }  # fmt: skip
    assert told["rules"][0] == "half"
    assert told["lines"][1]["grams"] == 1_500
    assert shop.on_disk() is None

    assert isinstance(shop.kiosk.do(Leave()).body, AttractView)
    assert shop.on_disk("basket_at_till") is None


def test_numbers_count_up_within_a_day_and_begin_anew_on_the_next(shop: Shop) -> None:
    numbers = []
    for seconds in (1, 1, 86_400):
        shop.kiosk.clock.move(seconds)
        shop.start(MILK_CODE)
        body = shop.kiosk.do(FinishBasket()).body
        assert isinstance(body, TillView)
        numbers.append(body.number)
        shop.kiosk.do(Leave())
    assert numbers == ["۱", "۲", "۱"]


def test_the_tills_screen_goes_by_itself_and_a_scan_begins_the_next_visit(shop: Shop) -> None:
    shop.start(MILK_CODE)
    shop.kiosk.do(FinishBasket())
    assert isinstance(shop.kiosk.wait(59).body, TillView)
    assert isinstance(shop.kiosk.wait(2).body, AttractView)

    shop.start(MILK_CODE)
    shop.kiosk.do(FinishBasket())
    assert isinstance(shop.scan(RICE_CODE).body, ProductView)
    assert shop.told("basket_abandoned") == []


def test_leaving_asks_once_and_tells_what_was_left(shop: Shop) -> None:
    shop.start(RICE_CODE)
    asked = shop.kiosk.do(LeaveBasket()).body
    assert isinstance(asked, QuestionView)
    assert isinstance(shop.kiosk.do(asked.actions[0].send).body, BasketView)

    assert isinstance(shop.kiosk.do(LeaveBasket(), asked.actions[1].send).body, AttractView)
    (told,) = shop.told("basket_abandoned")
    assert (told["reason"], told["total"]) == ("left", 14_250_000)
    assert shop.on_disk() is None


def test_an_empty_basket_is_left_without_a_question_or_an_event(shop: Shop) -> None:
    shop.start()
    shop.kiosk.do(ChooseLanguage(Language.EN))
    view = shop.kiosk.do(LeaveBasket())
    assert isinstance(view.body, AttractView)
    assert view.frame.language is Language.EN  # it may be the same shopper
    assert shop.told("basket_abandoned") == []


def test_nobody_there_is_asked_and_then_the_screen_is_clean(shop: Shop) -> None:
    shop.start(RICE_CODE)
    assert shop.kiosk.wait(59).frame.still_there is None
    asked = shop.kiosk.wait(2).frame.still_there
    assert asked is not None
    assert asked.leave.send == DropBasket()
    assert "۲۹ ثانیه" in asked.text
    assert isinstance(shop.kiosk.do(asked.stay.send).body, BasketView)

    shop.kiosk.wait(61)
    view = shop.kiosk.wait(30)
    assert isinstance(view.body, AttractView)
    assert [told["reason"] for told in shop.told("basket_abandoned")] == ["idle"]
    assert isinstance(shop.scan(MILK_CODE).body, ProductView)  # nothing of it is left


def test_help_and_search_keep_the_basket_and_its_patience(shop: Shop) -> None:
    shop.start(RICE_CODE)
    assert isinstance(shop.kiosk.do(OpenHelp()).body, HelpView)
    assert isinstance(shop.kiosk.wait(45).body, HelpView)
    assert isinstance(shop.kiosk.do(GoBack()).body, BasketView)
    assert isinstance(shop.kiosk.do(OpenSearch(), GoHome()).body, BasketView)


# ---- the box


def test_cables_and_lines_that_fail_keep_the_basket(shop: Shop) -> None:
    shop.start(RICE_CODE)
    lost = (DeviceLost("scanner", "cable"), DeviceLost("camera", "cable"), LineDown("cut"))
    view = shop.kiosk.do(*lost)
    assert isinstance(view.body, BasketView)
    assert isinstance(shop.kiosk.do(FinishBasket()).body, TillView)


def test_head_office_closes_the_kiosk_when_the_basket_has_ended(shop: Shop) -> None:
    shop.start(RICE_CODE)
    assert isinstance(shop.kiosk.do(ServiceClosed()).body, BasketView)
    assert isinstance(shop.kiosk.do(FinishBasket()).body, TillView)
    assert isinstance(shop.kiosk.do(Leave()).body, TroubleView)
    assert isinstance(shop.kiosk.do(ServiceOpened()).body, AttractView)


def test_a_basket_that_cannot_be_written_down_is_not_finished(shop: Shop) -> None:
    shop.start(RICE_CODE)
    shop.ledger.full = True
    view = shop.basket(shop.scan(MILK_CODE))
    assert len(view.rows) == 2  # what is in goes on being shown
    view = shop.basket(shop.kiosk.do(FinishBasket()))
    assert (view.main, view.blocked is not None) == (None, True)
    shop.ledger.full = False
    shop.scan(MILK_CODE)
    assert isinstance(shop.kiosk.do(FinishBasket()).body, TillView)


def test_a_disk_that_fills_up_is_said_at_once_and_one_with_room_again_too(shop: Shop) -> None:
    shop.start(RICE_CODE)
    view = shop.basket(shop.kiosk.do(DiskChanged(DiskRoom.SHORT)))
    assert (view.main, view.blocked is not None) == (None, True)
    view = shop.basket(shop.kiosk.do(DiskChanged(DiskRoom.AMPLE)))
    assert (view.main is not None, view.blocked) == (True, None)


def test_a_lost_catalogue_ends_the_basket_and_tells_so(shop: Shop) -> None:
    shop.start(RICE_CODE)
    shop.kiosk.catalogues.current = None
    assert isinstance(shop.kiosk.do(Touched()).body, TroubleView)
    assert [told["reason"] for told in shop.told("basket_abandoned")] == ["closed"]
