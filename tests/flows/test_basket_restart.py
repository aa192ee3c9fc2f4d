"""A basket and a process that dies: what is left, what is asked, what is never lost or doubled."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from kiosk.basket.view import BasketView, QuestionView
from kiosk.config import BasketSettings
from kiosk.lobby.view import AttractView
from kiosk.messages import (
    ApproveAge,
    AskStaff,
    ChangeQuantity,
    DropBasket,
    EnterPin,
    FinishBasket,
    Leave,
    LeaveBasket,
    OpenBasket,
    TakeGift,
    TypeDigit,
)
from kiosk.staff.handler import WayIn
from tests.flows.conftest import MILK
from tests.flows.shopping import (
    GIFT,
    LABEL,
    LIGHTER_CODE,
    MILK_CODE,
    RICE_CODE,
    VOUCHER,
    Shop,
    amounts,
    said,
)
from tests.flows.test_staff_visit import KEPT, PIN
from tests.flows.test_staff_visit import Desk as StaffDesk


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    made = Shop(tmp_path, staff=WayIn(KEPT, StaffDesk()))
    yield made
    made.close()


# ---- what is left


def test_the_basket_is_as_it_was_and_asks_whether_its_shopper_is_here(shop: Shop) -> None:
    before = shop.start(MILK_CODE, MILK_CODE, LABEL, LIGHTER_CODE)
    asked = shop.kiosk.start_anew().body
    assert isinstance(asked, QuestionView)
    assert len(asked.lines) == 3

    after = shop.basket(shop.kiosk.do(asked.actions[0].send))
    assert (amounts(after), after.total) == (amounts(before), before.total)
    assert after.blocked == before.blocked


def test_what_staff_approved_the_vouchers_and_the_gifts_are_left_too(shop: Shop) -> None:
    shop.with_rules(GIFT, VOUCHER)
    view = shop.start(RICE_CODE, RICE_CODE, LIGHTER_CODE, "SPRING-5")
    assert view.cards[0].action is not None
    shop.kiosk.do(view.cards[0].action.send, TakeGift("500001"))
    shop.kiosk.do(AskStaff(), *(TypeDigit(digit) for digit in PIN), EnterPin(), ApproveAge())
    before = shop.basket(shop.kiosk.core.view)

    shop.kiosk.start_anew()
    after = shop.basket(shop.kiosk.do(OpenBasket()))
    assert (amounts(after), after.total, after.vouchers) == (
        amounts(before), before.total, before.vouchers,
    )  # fmt: skip
    assert after.blocked is None
    assert shop.basket(shop.scan(LIGHTER_CODE)).blocked is None  # staff have looked once


def test_prices_that_changed_while_it_was_down_are_told(shop: Shop) -> None:
    shop.start(MILK_CODE)
    shop.with_price(MILK, 520_000)
    shop.kiosk.start_anew()
    view = shop.basket(shop.kiosk.do(OpenBasket()))
    assert any("۴۸٬۰۰۰" in note.text for note in view.rows[0].notes)
    assert isinstance(shop.kiosk.do(FinishBasket()).body, QuestionView)


def test_a_product_that_left_while_it_was_down_is_marked_by_its_name(shop: Shop) -> None:
    shop.start(MILK_CODE, RICE_CODE)
    shop.without(MILK)
    shop.kiosk.start_anew()
    view = shop.basket(shop.kiosk.do(OpenBasket()))
    assert amounts(view)[-1] == ("شیر کم‌چرب", "–")
    assert view.main is None


def test_a_scan_goes_on_with_it(shop: Shop) -> None:
    shop.start(MILK_CODE)
    shop.kiosk.start_anew()
    assert len(shop.basket(shop.scan(RICE_CODE)).rows) == 2


# ---- who is not there


@pytest.mark.parametrize("touch", [DropBasket(), None])
def test_no_or_no_answer_drops_it_and_tells_so(shop: Shop, touch: DropBasket | None) -> None:
    shop.start(MILK_CODE)
    shop.kiosk.start_anew()
    assert shop.kiosk.wait(44).frame.still_there is None  # it is a question itself
    view = shop.kiosk.do(touch) if touch else shop.kiosk.wait(2)

    assert isinstance(view.body, AttractView)
    assert [told["reason"] for told in shop.told("basket_abandoned")] == ["not_resumed"]
    assert shop.on_disk() is None


def test_one_that_was_left_alone_for_long_is_dropped_without_a_question(shop: Shop) -> None:
    shop.start(MILK_CODE)
    shop.kiosk.clock.move(601)
    assert isinstance(shop.kiosk.start_anew().body, AttractView)
    assert [told["reason"] for told in shop.told("basket_abandoned")] == ["not_resumed"]


def test_a_basket_that_has_ended_is_not_asked_about(shop: Shop) -> None:
    shop.start(MILK_CODE)
    shop.kiosk.do(LeaveBasket(), DropBasket())
    assert isinstance(shop.kiosk.start_anew().body, AttractView)


def test_an_empty_one_leaves_nothing(shop: Shop) -> None:
    shop.start(MILK_CODE)
    shop.kiosk.do(ChangeQuantity(1, -1))
    assert shop.on_disk() is None
    assert isinstance(shop.kiosk.start_anew().body, AttractView)


def test_the_tills_screen_comes_back_for_its_time(shop: Shop) -> None:
    shop.start(MILK_CODE)
    before = shop.kiosk.do(FinishBasket()).body
    assert shop.kiosk.start_anew().body == before
    assert isinstance(shop.kiosk.do(Leave()).body, AttractView)
    assert isinstance(shop.kiosk.start_anew().body, AttractView)

    shop.start(MILK_CODE)
    shop.kiosk.do(FinishBasket())
    shop.kiosk.clock.move(61)
    assert isinstance(shop.kiosk.start_anew().body, AttractView)
    assert len(shop.told("basket_finished")) == 2


@pytest.mark.parametrize(
    "body",
    [
        "{}", '{"lines": 1}', "[]",
        '{"lines": [{"line": 1}], "vouchers": [], "next_id": 2, "began_at": "2026", "age_seen": 0}',
    ],
)  # fmt: skip
def test_a_row_that_nobody_can_read_stops_no_start(shop: Shop, body: str) -> None:
    shop.start(MILK_CODE)
    with closing(sqlite3.connect(shop.database)) as connection, connection:
        connection.execute("UPDATE basket_open SET body = ?", (body,))
    assert isinstance(shop.kiosk.start_anew().body, AttractView)
    assert shop.on_disk() is None
    assert len(shop.start(RICE_CODE).rows) == 1


def test_nothing_personal_is_on_the_disk(shop: Shop) -> None:
    shop.start(MILK_CODE, LIGHTER_CODE)
    shop.scan("991234567899")
    shop.kiosk.do(AskStaff(), *(TypeDigit(digit) for digit in PIN), EnterPin(), ApproveAge())
    written = shop.database.read_bytes() + Path(f"{shop.database}-wal").read_bytes()
    assert b"991234567899" not in written
    assert PIN.encode() not in written


# ---- and besides


def test_settings_that_are_not_the_default_are_kept_to(tmp_path: Path) -> None:
    shop = Shop(tmp_path, BasketSettings(enabled=True, resume_s=5, resume_within_s=10))
    shop.start(MILK_CODE)
    shop.kiosk.clock.move(9)
    assert isinstance(shop.kiosk.start_anew().body, QuestionView)
    assert isinstance(shop.kiosk.wait(5).body, AttractView)
    shop.close()


def test_what_was_said_before_is_not_said_again(shop: Shop) -> None:
    shop.start(MILK_CODE)
    shop.kiosk.start_anew()
    view = shop.kiosk.do(OpenBasket()).body
    assert isinstance(view, BasketView)
    assert said(view) == ""
