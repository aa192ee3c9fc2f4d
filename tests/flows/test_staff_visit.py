"""Somebody who works here, and a shopper who comes there by accident, as steps."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from kiosk.lobby.view import AttractView, HelpView, TroubleView
from kiosk.messages import (
    CatalogueBuilt,
    CatalogueRefused,
    ChooseLanguage,
    DeviceLost,
    DiskChanged,
    DiskRoom,
    EnterPin,
    GoBack,
    GoHome,
    Language,
    Leave,
    LineDown,
    LineUp,
    OpenHelp,
    OpenProduct,
    OpenSearch,
    OpenStaff,
    RetryParked,
    SearchTyped,
    ShowMore,
    Touched,
    TypeDigit,
)
from kiosk.pin import PinHash
from kiosk.pricecheck.view import ProductView
from kiosk.search.view import SearchView
from kiosk.staff.examples import ILL
from kiosk.staff.handler import WayIn
from kiosk.staff.report import Report
from kiosk.staff.view import PinView, StaffView
from kiosk.view import View
from tests.flows.conftest import RICE, Kiosk

RICE_CODE = "4006381333931"
PIN = "493817"
SALT = b"0" * 16
KEPT = PinHash(2, 1, 1, SALT, hashlib.scrypt(PIN.encode(), salt=SALT, n=2, r=1, p=1, dklen=32))


@dataclass
class Desk:
    """Tells what it is given; counts how often it is asked, and remembers what is tried again."""

    told: Report = ILL.report
    asked: int = 0
    retried: list[UUID | None] = field(default_factory=list)

    def report(self) -> Report:
        self.asked += 1
        return self.told

    def retry(self, event_id: UUID | None = None) -> int:
        self.retried.append(event_id)
        return 1


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def kiosk(desk: Desk) -> Kiosk:
    return Kiosk(staff=WayIn(KEPT, desk))


def type_pin(kiosk: Kiosk, pin: str) -> View:
    return kiosk.do(*(TypeDigit(digit) for digit in pin), EnterPin())


def let_in(kiosk: Kiosk) -> StaffView:
    kiosk.do(OpenStaff())
    body = type_pin(kiosk, PIN).body
    assert isinstance(body, StaffView)
    return body


# ---- the way in


def test_holding_the_name_and_the_pin_let_staff_in(kiosk: Kiosk) -> None:
    view = kiosk.do(OpenStaff())
    assert isinstance(view.body, PinView)
    assert (view.frame.situation, view.frame.help, view.frame.held) == ("ویژهٔ همکاران", None, None)

    body = type_pin(kiosk, PIN).body
    assert isinstance(body, StaffView)
    assert body.title == "پیشخان طبقهٔ دوم، کنار پله‌برقی و بخش لوازم خانگی"


def test_without_a_pin_in_the_settings_holding_the_name_does_nothing() -> None:
    kiosk = Kiosk()
    before = kiosk.do(Touched())

    assert kiosk.do(OpenStaff()) == before
    assert kiosk.do(TypeDigit("1"), EnterPin(), RetryParked()) == before


def test_a_shopper_who_comes_there_by_accident_goes_back_to_what_was_there(kiosk: Kiosk) -> None:
    kiosk.scan(RICE_CODE)
    body = kiosk.do(OpenStaff(), TypeDigit("1")).body
    assert isinstance(body, PinView)
    assert body.back.send == GoBack()

    assert isinstance(kiosk.do(GoBack()).body, ProductView)
    assert isinstance(kiosk.do(GoBack()).body, AttractView)


def test_five_wrong_tries_are_counted_over_visits(kiosk: Kiosk) -> None:
    for _ in range(5):
        kiosk.do(OpenStaff())
        type_pin(kiosk, "111111")
        kiosk.do(Leave())
    body = kiosk.do(OpenStaff()).body
    assert isinstance(body, PinView)
    assert (body.keys, body.said) == (
        (),
        "چند بار رمز نادرست وارد شد. ۶۰ ثانیهٔ دیگر دوباره امتحان کنید.",
    )

    assert isinstance(type_pin(kiosk, PIN).body, PinView)
    kiosk.wait(29.0)
    kiosk.do(Touched())
    kiosk.wait(29.0)
    assert "۲ ثانیه" in str(getattr(kiosk.core.view.body, "said", ""))
    kiosk.do(Touched())
    kiosk.wait(2.0)
    assert isinstance(type_pin(kiosk, PIN).body, StaffView)


def test_no_digit_is_in_a_view_or_a_log(kiosk: Kiosk, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(0)
    kiosk.do(OpenStaff())
    type_pin(kiosk, "602715")
    type_pin(kiosk, PIN)
    shown = [repr(view) for view in kiosk.views]

    assert not any(
        pin in text for pin in ("602715", PIN, "60271") for text in (*shown, caplog.text)
    )
    assert "staff-pin-wrong left=4" in caplog.text
    assert kiosk.events == []


# ---- the way out


def test_a_scan_ends_the_staffs_view_and_nothing_leads_back_to_it(kiosk: Kiosk) -> None:
    let_in(kiosk)

    assert isinstance(kiosk.scan(RICE_CODE).body, ProductView)
    assert isinstance(kiosk.do(GoBack()).body, AttractView)


@pytest.mark.parametrize("leaving", [GoHome(), Leave(), GoBack()])
def test_leaving_ends_it_and_the_pin_is_asked_for_again(kiosk: Kiosk, leaving: Leave) -> None:
    let_in(kiosk)

    assert isinstance(kiosk.do(leaving).body, AttractView)
    assert isinstance(kiosk.do(OpenStaff()).body, PinView)


def test_going_elsewhere_forgets_that_somebody_was_let_in(kiosk: Kiosk) -> None:
    let_in(kiosk)

    assert isinstance(kiosk.do(OpenHelp()).body, HelpView)
    assert isinstance(kiosk.do(GoBack()).body, AttractView)


def test_it_ends_by_itself_when_nobody_touches_it(kiosk: Kiosk) -> None:
    let_in(kiosk)

    assert kiosk.wait(25.0).frame.still_there is not None
    assert isinstance(kiosk.wait(6.0).body, AttractView)


def test_another_language_keeps_it_open(kiosk: Kiosk) -> None:
    let_in(kiosk)

    view = kiosk.do(ChooseLanguage(Language.EN))
    assert isinstance(view.body, StaffView)
    assert view.frame.situation == "For our staff"


# ---- what is there


def test_it_is_looked_at_again_with_each_tick_while_it_is_open_and_not_otherwise(
    kiosk: Kiosk, desk: Desk
) -> None:
    kiosk.wait(1.0)
    kiosk.do(OpenStaff())
    kiosk.wait(1.0)
    assert desk.asked == 0

    type_pin(kiosk, PIN)
    kiosk.wait(1.0)
    kiosk.wait(1.0)
    assert desk.asked == 3


def test_what_the_core_knows_is_told_with_codes_in_place_of_notices(kiosk: Kiosk) -> None:
    kiosk.do(
        LineDown("no route to host"),
        DeviceLost("scanner", "no such port"),
        DeviceLost("camera", "no such device"),
        DiskChanged(DiskRoom.SHORT),
        CatalogueRefused("tampered: expected another SHA-256", "tampered", 12),
    )
    kiosk.clock.move(60)
    let_in(kiosk)
    view = kiosk.do(ChooseLanguage(Language.EN))
    body = view.body

    assert isinstance(body, StaffView)
    assert view.frame.notices == ()
    assert [fault.code for fault in body.faults] == ["K-110", "K-120", "K-122", "K-202", "K-130"]
    told = {tile.head: (tile.value, tile.foot) for tile in body.tiles}
    assert told["Line to the server"][1].startswith("for a minute, since today at 12:00")
    assert told["Scanner · \u2068scanner\u2069"] == ("Does not answer", "\u2068no such port\u2069")
    assert body.refused is not None
    assert "Number 12" in body.refused.sub


def test_a_line_that_is_back_is_told_with_since_when(kiosk: Kiosk) -> None:
    kiosk.do(LineDown("cut"))
    kiosk.clock.move(600)
    kiosk.do(LineUp())
    kiosk.clock.move(120)
    let_in(kiosk)
    body = kiosk.do(ChooseLanguage(Language.EN)).body

    assert isinstance(body, StaffView)
    assert body.tiles[0].foot == "for 2 minutes, since today at 12:10"


def test_one_parked_event_or_all_are_tried_again(kiosk: Kiosk, desk: Desk) -> None:
    body = let_in(kiosk)
    first = body.parked[0].again
    assert first is not None
    assert isinstance(first.send, RetryParked)
    assert body.again_all is not None

    kiosk.do(first.send, body.again_all.send)
    assert desk.retried == [first.send.event_id, None]
    after = kiosk.core.view.body
    assert isinstance(after, StaffView)
    assert after.banners[0].text == "یک رویداد دوباره فرستاده می‌شود."


def test_nothing_is_tried_again_by_somebody_who_was_not_let_in(kiosk: Kiosk, desk: Desk) -> None:
    kiosk.do(RetryParked(), OpenStaff(), RetryParked())

    assert desk.retried == []


def test_more_of_the_parked_events_are_shown_when_asked_for(kiosk: Kiosk) -> None:
    assert len(let_in(kiosk).parked) == 10
    body = kiosk.do(ShowMore()).body

    assert isinstance(body, StaffView)
    assert len(body.parked) == 20


# ---- where nothing works


def test_staff_come_in_where_the_kiosk_is_out_of_service_and_see_why(desk: Desk) -> None:
    kiosk = Kiosk(with_catalogue=False, staff=WayIn(KEPT, desk))
    assert isinstance(kiosk.core.view.body, TroubleView)

    body = let_in(kiosk)
    assert body.faults[0].code == "K-101"
    assert isinstance(kiosk.wait(1.0).body, StaffView)
    assert isinstance(kiosk.scan(RICE_CODE).body, TroubleView)
    let_in(kiosk)
    assert isinstance(kiosk.do(GoBack()).body, TroubleView)


def test_a_catalogue_that_comes_meanwhile_leaves_them_there(desk: Desk) -> None:
    kiosk = Kiosk(with_catalogue=False, staff=WayIn(KEPT, desk))
    let_in(kiosk)

    assert isinstance(kiosk.do(CatalogueBuilt(Path("new.db"), 2)).body, StaffView)
    assert isinstance(kiosk.do(GoBack()).body, AttractView)


def test_prices_are_as_old_as_the_catalogue_in_use(kiosk: Kiosk) -> None:
    kiosk.clock.at += timedelta(days=2)
    let_in(kiosk)
    body = kiosk.do(ChooseLanguage(Language.EN)).body

    assert isinstance(body, StaffView)
    assert body.faults[0].code == "K-121"


def test_a_search_that_staff_come_from_is_still_there_behind_them(kiosk: Kiosk) -> None:
    kiosk.do(OpenSearch(), SearchTyped("برنج"), OpenStaff())

    assert isinstance(kiosk.do(GoBack()).body, SearchView)
    assert isinstance(kiosk.do(OpenProduct(RICE.sku)).body, ProductView)
