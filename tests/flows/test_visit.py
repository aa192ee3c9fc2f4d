"""A shopper's visit as steps: what is on the screen after each, and what head office hears."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from kiosk.frame import Tone
from kiosk.lobby.view import AttractView, HelpView, ScanView, TroubleView
from kiosk.messages import (
    Aid,
    CatalogueBuilt,
    CatalogueRefused,
    ChooseLanguage,
    DeviceLost,
    DeviceReady,
    DiskChanged,
    DiskRoom,
    FilterSearch,
    GoBack,
    GoHome,
    Language,
    Leave,
    LineDown,
    LineUp,
    Message,
    OpenBrowse,
    OpenHelp,
    OpenProduct,
    OpenScan,
    OpenSearch,
    Scanned,
    SearchTyped,
    ShowMore,
    StayLonger,
    ToggleEase,
    ToggleWhy,
    Touched,
)
from kiosk.pricecheck.view import AnswerView, ProductView
from kiosk.search.view import BrowseView, SearchView
from kiosk.situation import Devices, Health
from tests.flows.conftest import APPLES, MILK, NOON, RICE, DamagedShelves, Kiosk, Shelves

RICE_CODE, MILK_CODE = "4006381333931", "96385074"


# ---- scanning


def test_a_scan_shows_name_price_stock_place_and_what_a_member_would_pay(kiosk: Kiosk) -> None:
    body = kiosk.scan(RICE_CODE).body

    assert isinstance(body, ProductView)
    assert body.name == "برنج هاشمی درجه یک آستانه"
    assert body.subtitle == "کیسهٔ ۱۰ کیلوگرمی"
    assert (body.price.amount, body.price.currency) == ("۱٬۴۲۵٬۰۰۰", "تومان")
    assert body.member is not None
    assert (body.member.amount, body.member.before) == ("۱٬۲۱۱٬۲۵۰", "۱٬۴۲۵٬۰۰۰")
    assert body.unit_price == "هر کیلوگرم ۱۴۲٬۵۰۰ تومان"
    assert [tile.value for tile in body.tiles] == ["۲۴ کیسه", "راهرو ۵"]
    assert body.nearby == (("آنجا", "۷ کیسه"),)


def test_a_scan_is_told_to_head_office_with_the_price_that_was_shown(kiosk: Kiosk) -> None:
    kiosk.scan(RICE_CODE)

    assert kiosk.noted("item_looked_up") == [
        {"gtin": "04006381333931", "found": True, "price_minor": 14_250_000}
    ]


def test_a_box_has_its_own_price(kiosk: Kiosk) -> None:
    body = kiosk.scan("14006381333938").body

    assert isinstance(body, ProductView)
    assert body.price.amount == "۵٬۴۰۰٬۰۰۰"
    assert body.subtitle == "کیسهٔ ۴تایی × کیسهٔ ۱۰ کیلوگرمی"
    assert body.unit_price == "هر کیلوگرم ۱۳۵٬۰۰۰ تومان"


def test_a_scale_label_is_priced_by_its_weight(kiosk: Kiosk) -> None:
    body = kiosk.scan("2112345015002").body  # 1,500 g of apples at 80,000 Toman

    assert isinstance(body, ProductView)
    assert body.name == "سیب سرخ"
    assert body.price.amount == "۱۲۰٬۰۰۰"
    assert body.subtitle == "۱٬۵۰۰ گرم طبق برچسب"


def test_an_unknown_code_is_said_and_remembered_for_head_office(kiosk: Kiosk) -> None:
    body = kiosk.scan("5901234123457").body

    assert isinstance(body, AnswerView)
    assert body.title == "این بارکد را هنوز نمی‌شناسیم"
    assert kiosk.noted("unknown_code") == [{"code": "5901234123457", "symbology": ""}]


def test_a_code_that_is_no_item_is_said_and_nothing_of_it_is_kept(kiosk: Kiosk) -> None:
    body = kiosk.scan("https://example.org/hello").body

    assert isinstance(body, AnswerView)
    assert kiosk.events == []


def test_a_member_card_is_greeted_and_its_number_is_nowhere(kiosk: Kiosk) -> None:
    view = kiosk.scan("991234567899")

    assert isinstance(view.body, AnswerView)
    assert view.body.icon == "card-account-details-star"
    assert "991234567899" not in repr(view)
    assert kiosk.events == []


def test_goods_past_their_date_are_not_sold(kiosk: Kiosk) -> None:
    body = kiosk.scan(b"0104006381333931" + b"17261122" + b"10A7", "d2").body

    assert isinstance(body, AnswerView)
    assert body.title == "لطفاً این یکی را نخرید"
    assert kiosk.noted("expired_item_seen") == [
        {"gtin": "04006381333931", "expires_on": "2026-11-22"}
    ]


def test_the_last_day_is_still_good_and_shown_with_the_batch(kiosk: Kiosk) -> None:
    body = kiosk.scan(b"0104006381333931" + b"17261123" + b"10A7", "d2").body

    assert isinstance(body, ProductView)
    assert body.expiry is not None
    assert body.expiry.value == "۲ آذر ۱۴۰۵"
    assert "A۷" in body.expiry.foot


def test_a_new_scan_wins_over_whatever_is_open(kiosk: Kiosk) -> None:
    for opened in (OpenHelp(), OpenSearch(), OpenBrowse(), OpenScan()):
        kiosk.do(GoHome(), opened)
        kiosk.clock.move(5)
        assert isinstance(kiosk.scan(RICE_CODE).body, ProductView)
    kiosk.do(ToggleWhy())
    body = kiosk.scan(MILK_CODE).body
    assert isinstance(body, ProductView)
    assert body.why is None


def test_camera_and_scanner_reading_one_item_is_one_look_up(kiosk: Kiosk) -> None:
    kiosk.do(Scanned("scanner", RICE_CODE.encode()), Scanned("camera", RICE_CODE.encode()))

    assert len(kiosk.noted("item_looked_up")) == 1


def test_the_same_item_a_little_later_is_looked_up_again(kiosk: Kiosk) -> None:
    kiosk.scan(RICE_CODE)
    kiosk.clock.move(2)
    kiosk.scan(RICE_CODE)

    assert len(kiosk.noted("item_looked_up")) == 2


# ---- the price and its reason


def test_a_price_on_the_screen_changes_at_the_minute_its_offer_begins(kiosk: Kiosk) -> None:
    body = kiosk.scan(MILK_CODE).body
    assert isinstance(body, ProductView)
    assert body.price.amount == "۴۸٬۰۰۰"

    kiosk.do(ToggleWhy())
    for _ in range(3):
        kiosk.do(StayLonger())
        body = kiosk.wait(20).body

    assert isinstance(body, ProductView)
    assert (body.price.amount, body.price.before, body.badge) == ("۴۳٬۲۰۰", "۴۸٬۰۰۰", "٪۱۰ تخفیف")
    assert body.why is not None, "what was open stays open"


def test_why_this_price_names_every_step(kiosk: Kiosk) -> None:
    kiosk.scan(RICE_CODE)
    body = kiosk.do(ToggleWhy()).body

    assert isinstance(body, ProductView)
    assert body.why is not None
    assert [line.text for line in body.why.lines] == [
        "قیمت پایه",
        "قیمت امروز شما",
        "هفتهٔ باشگاه: ٪۱۵ تخفیف تا ۳ آذر ۱۴۰۵، ساعت ۱۲:۰۰",
        "قیمت برای اعضای باشگاه",
        "اگر عضو باشگاه باشید ۲۱۳٬۷۵۰ تومان کمتر می‌پردازید",
        "معاف از مالیات بر ارزش افزوده",
    ]
    shut = kiosk.do(ToggleWhy()).body
    assert isinstance(shut, ProductView)
    assert shut.why is None


# ---- finding without a code


def test_search_finds_while_typing_and_opens_the_product(kiosk: Kiosk) -> None:
    body = kiosk.do(OpenSearch(), SearchTyped("شیر")).body
    assert isinstance(body, SearchView)
    assert [row.title for row in body.rows] == ["شیر کم‌چرب"]

    body = kiosk.do(body.rows[0].send).body
    assert isinstance(body, ProductView)
    assert kiosk.noted("product_opened") == [{"sku": MILK.sku, "from": "search"}]


def test_a_question_is_noted_once_when_the_shopper_goes_on(kiosk: Kiosk) -> None:
    kiosk.do(OpenSearch(), *(SearchTyped("شیر"[:n]) for n in (1, 2, 3)), OpenProduct(MILK.sku))

    assert kiosk.noted("search_made") == [{"text": "شیر", "hits": 1}]


@pytest.mark.parametrize(
    "number", ["09121234567", "۰۹۱۲۱۲۳۴۵۶۷", "0912 123 4567", "6037-9911-2345-6789"]
)
def test_a_telephone_or_card_number_typed_by_mistake_is_not_noted(
    kiosk: Kiosk, number: str
) -> None:
    kiosk.do(OpenSearch(), SearchTyped(number), GoHome())

    (noted,) = kiosk.noted("search_made")
    assert "#" in noted["text"]
    assert not any(character.isdigit() for character in noted["text"])


def test_nothing_found_says_what_to_do(kiosk: Kiosk) -> None:
    body = kiosk.do(OpenSearch(), SearchTyped("زرافه")).body

    assert isinstance(body, SearchView)
    assert body.nothing is not None
    assert body.nothing.title == "برای «زرافه» چیزی پیدا نشد"


def test_filters_hold_together_and_come_off_again(kiosk: Kiosk) -> None:
    kiosk.do(OpenSearch(), SearchTyped("ر"))

    def titles(**change: object) -> list[str]:
        body = kiosk.do(FilterSearch(**change)).body  # type: ignore[arg-type]
        assert isinstance(body, SearchView)
        return [row.title for row in body.rows]

    assert len(titles()) == 3
    assert titles(in_stock=True) == [RICE.name.fa]
    assert titles(category_id="fruit") == []
    assert titles(in_stock=False) == [APPLES.name.fa]
    assert len(titles(category_id="")) == 3


def test_back_from_a_product_is_the_list_it_was_chosen_from(kiosk: Kiosk) -> None:
    kiosk.do(OpenSearch(), SearchTyped("شیر"), OpenProduct(MILK.sku))

    body = kiosk.do(GoBack()).body

    assert isinstance(body, SearchView)
    assert body.text == "شیر"


def test_categories_lead_from_the_root_to_a_product_and_back(kiosk: Kiosk) -> None:
    root = kiosk.do(OpenBrowse()).body
    assert isinstance(root, BrowseView)
    assert [tile.title for tile in root.tiles] == ["خوراکی"]

    rice = kiosk.do(root.tiles[0].send, OpenBrowse("rice")).body
    assert isinstance(rice, BrowseView)
    assert [crumb.text for crumb in rice.crumbs] == ["همهٔ دسته‌ها", "خوراکی", "برنج"]
    assert [row.title for row in rice.rows] == [RICE.name.fa]

    assert isinstance(kiosk.do(rice.rows[0].send).body, ProductView)
    assert isinstance(kiosk.do(GoBack(), GoBack(), GoBack()).body, AttractView | BrowseView)


def test_a_touch_on_a_screen_that_was_just_replaced_does_nothing(kiosk: Kiosk) -> None:
    before = kiosk.scan(RICE_CODE).body

    assert kiosk.do(SearchTyped("x"), ShowMore(), FilterSearch(in_stock=True)).body == before


# ---- language, aids, waiting


def test_the_language_changes_in_place_and_mirrors_nothing_else(kiosk: Kiosk) -> None:
    kiosk.scan(RICE_CODE)

    view = kiosk.do(ChooseLanguage(Language.EN))

    assert isinstance(view.body, ProductView)
    assert view.body.name == "Hashemi rice, first grade, Astaneh"
    assert (view.body.price.amount, view.body.price.currency) == ("1,425,000", "Toman")
    assert view.frame.switch_language.text == "فارسی"
    assert kiosk.noted("language_chosen") == [{"language": "en"}]


def test_the_next_shopper_begins_clean(kiosk: Kiosk) -> None:
    kiosk.do(ChooseLanguage(Language.EN), ToggleEase(Aid.LARGE_TEXT))
    kiosk.scan(RICE_CODE)

    view = kiosk.wait(31)

    assert isinstance(view.body, AttractView)
    assert view.frame.language is Language.FA
    assert view.frame.aids_on == frozenset()
    assert view.frame.back is None


def test_the_kiosk_asks_before_it_forgets_and_can_be_asked_to_wait(kiosk: Kiosk) -> None:
    kiosk.scan(RICE_CODE)
    assert kiosk.wait(19).frame.still_there is None

    asked = kiosk.wait(2).frame.still_there
    assert asked is not None
    assert asked.left_s == 9

    view = kiosk.do(asked.stay.send)
    assert view.frame.still_there is None
    assert isinstance(kiosk.wait(19).body, ProductView)


def test_i_am_done_forgets_at_once(kiosk: Kiosk) -> None:
    kiosk.do(ChooseLanguage(Language.EN))
    kiosk.scan(RICE_CODE)

    view = kiosk.do(Leave())

    assert isinstance(view.body, AttractView)
    assert view.frame.language is Language.FA


@pytest.mark.parametrize("touch", [Touched(), ToggleWhy(), StayLonger()])
def test_any_touch_starts_the_waiting_anew(kiosk: Kiosk, touch: Touched) -> None:
    kiosk.scan(RICE_CODE)
    kiosk.clock.move(25)
    kiosk.do(touch)

    assert isinstance(kiosk.wait(25).body, ProductView)


def test_the_poster_does_not_count_down(kiosk: Kiosk) -> None:
    assert kiosk.wait(3_600).frame.countdown is None


def test_a_second_on_the_poster_draws_nothing_new(kiosk: Kiosk) -> None:
    kiosk.wait(1)
    drawn = len(kiosk.views)

    kiosk.wait(1)

    assert len(kiosk.views) == drawn


def test_help_and_scan_have_their_screens(kiosk: Kiosk) -> None:
    assert isinstance(kiosk.do(OpenHelp()).body, HelpView)
    assert isinstance(kiosk.do(GoHome(), OpenScan()).body, ScanView)


# ---- what the box tells


def test_a_lost_camera_is_a_line_on_the_screen_and_the_shop_goes_on(kiosk: Kiosk) -> None:
    view = kiosk.do(DeviceReady("camera"), DeviceReady("scanner"), DeviceLost("camera", "pulled"))

    assert [notice.code for notice in view.frame.notices] == ["K-111"]
    assert isinstance(kiosk.scan(RICE_CODE).body, ProductView)
    assert kiosk.do(DeviceReady("camera")).frame.notices == ()
    assert kiosk.noted("device_lost") == [{"device": "camera", "reason": "pulled"}]
    assert kiosk.noted("device_back") == [{"device": "camera"}]


def test_with_every_scanner_lost_the_shopper_is_sent_to_the_search(kiosk: Kiosk) -> None:
    view = kiosk.do(DeviceLost("camera", "x"), DeviceLost("scanner", "x"))
    body = view.body

    assert view.frame.notices == (), "nobody is sent to a scanner that does not answer"
    assert isinstance(body, TroubleView)
    assert [button.send for button in body.actions] == [OpenSearch(), OpenBrowse()]
    assert isinstance(kiosk.do(DeviceReady("scanner")).body, AttractView)


def test_a_kiosk_without_a_camera_does_not_speak_of_one() -> None:
    kiosk = Kiosk(devices=Devices(scanners=frozenset({"scanner"})))

    body = kiosk.do(DeviceReady("scanner")).body

    assert isinstance(body, AttractView)
    assert not body.camera_ready


def test_without_a_catalogue_the_kiosk_is_out_of_service_until_one_comes() -> None:
    kiosk = Kiosk(with_catalogue=False)
    body = kiosk.scan(RICE_CODE).body
    assert isinstance(body, TroubleView)
    assert "K-۱۰۱" in body.code_text

    body = kiosk.do(CatalogueBuilt(Path("x"), 1)).body

    assert isinstance(body, AttractView)
    assert kiosk.noted("catalogue_taken") == [{"sequence": 1}]


def test_out_of_service_can_be_read_in_both_languages() -> None:
    kiosk = Kiosk(with_catalogue=False)
    view = kiosk.do(Touched())

    body = kiosk.do(view.frame.switch_language.send).body

    assert isinstance(body, TroubleView)
    assert body.title == "This kiosk is out of service"


def test_a_list_that_is_gone_back_to_has_the_prices_of_now(kiosk: Kiosk) -> None:
    kiosk.do(OpenSearch(), SearchTyped("شیر"), OpenProduct(MILK.sku))
    for _ in range(3):  # MILK's offer begins after a minute
        kiosk.wait(25)
        kiosk.do(StayLonger())

    body = kiosk.do(GoBack()).body

    assert isinstance(body, SearchView)
    assert [row.price for row in body.rows] == ["۴۳٬۲۰۰"]


def test_with_a_full_disk_nobody_is_told_that_head_office_knows(kiosk: Kiosk) -> None:
    kiosk.disk_full = True

    body = kiosk.scan("5901234123457").body

    assert isinstance(body, AnswerView)
    assert "دفتر مرکزی" not in body.text


def test_a_scanned_code_is_in_no_repr() -> None:
    assert "991234567899" not in repr(Scanned("scanner", b"991234567899"))


def test_a_refused_catalogue_leaves_the_one_in_use(kiosk: Kiosk) -> None:
    view = kiosk.do(CatalogueRefused("wrong signature"))

    assert [notice.code for notice in view.frame.notices] == ["K-122"]
    assert isinstance(kiosk.scan(RICE_CODE).body, ProductView)
    assert kiosk.noted("catalogue_refused") == [{"reason": "wrong signature"}]


def test_a_catalogue_that_went_bad_gives_way_to_the_one_before(kiosk: Kiosk) -> None:
    kiosk.catalogues.current, kiosk.catalogues.before = DamagedShelves(), Shelves()

    assert isinstance(kiosk.scan(RICE_CODE).body, ProductView)
    assert [body["reason"][:20] for body in kiosk.noted("catalogue_damaged")] == [
        "catalogue-000002.db:"
    ]


def test_with_no_sound_catalogue_left_the_kiosk_is_out_of_service(kiosk: Kiosk) -> None:
    kiosk.catalogues.current = DamagedShelves()

    body = kiosk.scan(RICE_CODE).body

    assert isinstance(body, TroubleView)
    assert "K-۱۰۱" in body.code_text


def test_a_cut_line_is_told_with_the_age_of_the_prices(kiosk: Kiosk) -> None:
    view = kiosk.do(LineDown("no route"))
    assert [notice.text for notice in view.frame.notices] == [
        "ارتباط با سرور قطع است؛ قیمت‌ها مربوط به امروز ساعت ۱۲:۰۰"
    ]

    assert kiosk.do(LineUp()).frame.notices == ()


def test_old_prices_are_told_as_old(kiosk: Kiosk) -> None:
    kiosk.clock.at = NOON + timedelta(days=3)

    assert [notice.code for notice in kiosk.do(Touched()).frame.notices] == ["K-121"]


def test_with_a_full_disk_prices_go_on_and_staff_are_told(kiosk: Kiosk) -> None:
    kiosk.disk_full = True

    view = kiosk.scan(RICE_CODE)

    assert isinstance(view.body, ProductView)
    assert [notice.code for notice in view.frame.notices] == ["K-201"]


def test_a_disk_that_runs_full_is_told_to_staff_and_then_closes_the_till(kiosk: Kiosk) -> None:
    low = kiosk.do(DiskChanged(DiskRoom.LOW))
    assert [(notice.code, notice.tone) for notice in low.frame.notices] == [("K-202", Tone.LOW)]

    short = kiosk.do(DiskChanged(DiskRoom.SHORT))
    assert [notice.text for notice in short.frame.notices] == [
        "پرداخت در این پیشخان بسته است؛ قیمت‌ها همچنان نشان داده می‌شوند"
    ]
    kiosk.disk_full = True  # telemetry is no longer written, and one line is enough
    view = kiosk.scan(RICE_CODE)
    assert isinstance(view.body, ProductView)
    assert [notice.code for notice in view.frame.notices] == ["K-202"]

    kiosk.disk_full = False
    kiosk.scan(MILK_CODE)
    assert kiosk.do(DiskChanged(DiskRoom.AMPLE)).frame.notices == ()


def test_nothing_is_sold_where_it_might_not_be_written_down() -> None:
    assert Health(room=DiskRoom.SHORT).selling_stopped
    assert Health(memory_full=True).selling_stopped
    assert not Health(room=DiskRoom.LOW).selling_stopped


EVENING = timedelta(minutes=1).total_seconds() + 1  # until the offer on milk begins


@pytest.mark.parametrize("way", [(OpenSearch(), SearchTyped("شیر")), (OpenBrowse("milk"),)])
def test_a_list_that_stays_open_shows_an_offer_when_it_begins(
    kiosk: Kiosk, way: tuple[Message, ...]
) -> None:
    before = kiosk.do(*way).body
    kiosk.wait(20)
    kiosk.do(Touched())
    kiosk.wait(20)
    kiosk.do(Touched())
    assert kiosk.core.view.body == before
    after = kiosk.wait(EVENING - 40).body
    assert before != after
    assert "۴۸٬۰۰۰" in repr(before)
    assert "۴۳٬۲۰۰" in repr(after)


def test_similar_items_show_an_offer_when_it_begins(kiosk: Kiosk) -> None:
    before = kiosk.scan("4006381333931").body
    kiosk.wait(20)
    kiosk.do(Touched())
    kiosk.wait(20)
    kiosk.do(Touched())
    after = kiosk.wait(EVENING - 40).body
    assert "۴۳٬۲۰۰" not in repr(before)
    assert "۴۳٬۲۰۰" in repr(after)
