"""From a code to what is shown, case by case: labels, boxes, dates, offers and branches."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from kiosk.frame import Tone
from kiosk.messages import Language
from kiosk.pricecheck.handler import Desk, answer, look_up_again, open_product, requote
from kiosk.pricecheck.state import Expired, Found, Gone, State, Unknown
from kiosk.pricecheck.view import AnswerView, ProductView, view_of
from kiosk.words import Words, read_texts
from retail.barcodes import CodeRules, InStoreLayout
from retail.catalogue import Pack, Product, Size, Stock, Text
from retail.pricing.rules import Adjustment
from retail.reductions import Reduction
from retail.values import Gtin, Money, check_digit
from tests.flows.conftest import APPLES, DAY, HERE, MILK, NOON, RICE, THERE, Shelves

TEHRAN = ZoneInfo("Asia/Tehran")
WEIGHED, PRICED = InStoreLayout("21IIIIIWWWWWC"), InStoreLayout("22IIIIIPPPPPC", unit=100)
DESK = Desk(HERE, TEHRAN, CodeRules((WEIGHED, PRICED)))
FA = Words(Language.FA, TEHRAN, texts=read_texts(Language.FA))
EN = Words(Language.EN, TEHRAN)


def scanned(code: str, *products: Product, at: datetime = NOON, symbology: str = "") -> State:
    shelves = Shelves(products or (RICE, MILK, APPLES))
    return answer(code.encode(), symbology, shelves, DESK, at)


def found(code: str, *products: Product, at: datetime = NOON) -> Found:
    state = scanned(code, *products, at=at)
    assert isinstance(state, Found)
    return state


def shown(state: State, words: Words = FA) -> ProductView:
    view = view_of(state, words, lambda name: name)
    assert isinstance(view, ProductView)
    return view


def checked(digits: str) -> str:
    return digits + str(check_digit(digits))


def off(
    basis_points: int,
    *,
    ends_at: datetime = NOON + DAY,
    members: bool = False,
    sku: str = RICE.sku,
    offer_id: str = "o",
) -> Adjustment:
    return Reduction(offer_id, NOON - DAY, ends_at, basis_points, members).on(sku)


# ---- scale labels

APPLE_LABEL = checked("211234500432")  # 432 g
CHEAPER_APPLES = replace(APPLES, offers=(off(1_000, sku=APPLES.sku),))


@pytest.mark.parametrize(
    ("grams", "rial"), [(1, 800), (432, 345_600), (1_000, 800_000), (99_999, 79_999_200)]
)
def test_a_label_costs_its_weight_times_the_price_of_a_kilogram(grams: int, rial: int) -> None:
    state = found(checked(f"2112345{grams:05}"))

    assert (state.measured_g, state.price.price.minor) == (grams, rial)


def test_a_label_of_an_item_in_half_kilograms_counts_from_the_kilogram() -> None:
    halves = replace(APPLES, size=Size(500, "g"))

    assert found(APPLE_LABEL, halves).price.price == Money(691_200, "IRR")


def test_a_label_with_a_price_is_believed_and_its_weight_worked_out() -> None:
    apples = replace(APPLES, packs=(Pack(Gtin.parse(checked("221234500000"))),))

    state = found(checked("221234503456"), apples)  # 345,600 Rial

    assert (state.price.price.minor, state.measured_g) == (345_600, 432)


def test_a_label_keeps_its_price_and_weight_when_an_offer_ends_on_the_screen() -> None:
    state = found(APPLE_LABEL, CHEAPER_APPLES)
    assert state.price.price.minor == 311_040

    later = requote(state, Shelves((CHEAPER_APPLES,)), DESK, NOON + DAY)

    assert (later.price.price.minor, later.measured_g) == (345_600, 432)


def test_a_newer_catalogue_changes_no_price_that_is_printed_on_the_label() -> None:
    apples = replace(APPLES, packs=(Pack(Gtin.parse(checked("221234500000"))),))
    label = found(checked("221234503456"), apples)
    dearer = replace(apples, list_price=Money(1_600_000, "IRR"))
    again = look_up_again(label, Shelves((dearer,)), DESK, NOON)
    assert isinstance(again, Found)
    assert again.price.list_price == label.price.list_price
    assert again.product.list_price == dearer.list_price


def test_a_pack_that_left_the_catalogue_is_gone_though_its_product_is_there() -> None:
    boxed = found("14006381333938")
    single_only = replace(RICE, packs=RICE.packs[:1])
    assert look_up_again(boxed, Shelves((single_only,)), DESK, NOON) == Gone()


@pytest.mark.parametrize("size", [None, Size(500, "g"), Size(1_000, "g")])
def test_a_label_shows_the_price_of_a_kilogram(size: Size | None) -> None:
    state = found(APPLE_LABEL, replace(APPLES, size=size))

    per_kg = 160_000 if size == Size(500, "g") else 80_000
    assert shown(state, EN).unit_price == f"{per_kg:,} Toman per kg"


# ---- a price on the screen


def test_nothing_is_priced_anew_before_an_offer_begins_or_ends() -> None:
    state = found("4006381333931", RICE, APPLES)

    later = NOON + DAY - timedelta(seconds=1)
    assert requote(state, Shelves((RICE, APPLES)), DESK, later) is state


def test_what_the_code_told_and_the_shopper_opened_stay_when_it_is_priced_anew() -> None:
    message = "0104006381333931" + "17261231" + "10A7"
    state = scanned(message, at=NOON, symbology="d2")
    assert isinstance(state, Found)

    later = requote(replace(state, why_open=True), Shelves(), DESK, NOON + DAY)

    assert (later.batch, later.expires_on) == ("A7", date(2026, 12, 31))
    assert later.why_open
    assert later.member_price is None


def test_a_member_price_is_shown_only_where_it_is_lower() -> None:
    same = replace(RICE, offers=(off(1_500), off(1_500, members=True, offer_id="m")))

    assert found("4006381333931", same).member_price is None
    assert found("4006381333931").member_price is not None


@pytest.mark.parametrize(
    ("offers", "badge"),
    [
        ((), ""),
        ((off(1_500),), "15% off"),
        ((off(1_500, members=True),), "15% off for members"),
        ((off(1_000), off(1_500, members=True, offer_id="m")), "10% off"),
    ],
    ids=["none", "for anyone", "for members", "both: what anyone gets"],
)
def test_the_badge_promises_nobody_what_only_others_get(
    offers: tuple[Adjustment, ...], badge: str
) -> None:
    assert shown(found("4006381333931", replace(RICE, offers=offers)), EN).badge == badge


@pytest.mark.parametrize(
    ("ends_at", "remark"),
    [
        (datetime(2026, 11, 30, 20, 30, tzinfo=UTC), "until 30 November 2026"),  # midnight there
        (datetime(2026, 11, 30, 20, 31, tzinfo=UTC), "until 1 December 2026"),
        (datetime(2199, 12, 31, tzinfo=UTC), ""),
    ],
    ids=["ends at midnight", "ends a minute later", "never ends"],
)
def test_an_offer_is_said_to_hold_until_its_last_day(ends_at: datetime, remark: str) -> None:
    view = shown(found("4006381333931", replace(RICE, offers=(off(1_000, ends_at=ends_at),))), EN)

    assert view.price.remark == " · ".join(filter(None, ["You save 142,500 Toman", remark]))


def test_an_offer_that_ends_at_noon_is_explained_with_its_time() -> None:
    state = replace(found("4006381333931", replace(RICE, offers=(off(1_000),))), why_open=True)

    why = shown(state, EN).why

    assert why is not None
    assert [(line.text, line.amount) for line in why.lines[:3]] == [
        ("List price", "1,425,000 Toman"),
        ("Offer: 10% off until 24 November 2026, 12:00", "\u2066-142,500\u2069"),
        ("Price for you today", "1,282,500 Toman"),
    ]


# ---- dates on the piece


@pytest.mark.parametrize(
    ("at", "sold"),
    [
        (datetime(2026, 11, 23, 20, 29, tzinfo=UTC), True),  # 23:59 in the store
        (datetime(2026, 11, 23, 20, 30, tzinfo=UTC), False),  # the next day there, not in UTC
    ],
)
def test_the_day_counts_in_the_store(at: datetime, sold: bool) -> None:
    state = scanned("010400638133393117261123", at=at, symbology="d2")

    assert isinstance(state, Found if sold else Expired)


@pytest.mark.parametrize(
    ("ai", "day", "head", "tone"),
    [
        ("17", "261231", "Use by", Tone.GOOD),
        ("15", "261231", "Best before", Tone.GOOD),
        ("15", "261123", "Best before", Tone.GOOD),
        ("15", "261122", "Best before", Tone.LOW),
    ],
)
def test_use_by_and_best_before_are_two_things(ai: str, day: str, head: str, tone: Tone) -> None:
    tile = shown(scanned(f"0104006381333931{ai}{day}", symbology="d2"), EN).expiry

    assert tile is not None
    assert (tile.head, tile.tone) == (head, tone)


# ---- packs and branches


@pytest.mark.parametrize("packs", [RICE.packs, RICE.packs[::-1]], ids=["first", "last"])
def test_a_chosen_product_is_shown_as_a_single_piece(packs: tuple[Pack, ...]) -> None:
    state = open_product(RICE.sku, Shelves((replace(RICE, packs=packs),)), DESK, NOON)

    assert isinstance(state, Found)
    assert (state.pack.pieces, state.price.price) == (1, RICE.list_price)


def test_a_product_that_has_left_the_list_is_said_to_have_left_it() -> None:
    state = open_product("gone", Shelves(), DESK, NOON)

    assert state == Gone()
    view = view_of(state, EN, lambda name: name)
    assert isinstance(view, AnswerView)
    assert "Head office" not in view.text


def test_an_unknown_code_claims_to_be_told_only_if_it_is() -> None:
    texts = []
    for told in (True, False):
        view = view_of(Unknown("5901234123457", told), EN, lambda name: name)
        assert isinstance(view, AnswerView)
        texts.append(view.text)

    assert ["Head office has been told" in text for text in texts] == [True, False]


def test_other_branches_are_shown_with_the_fullest_first_and_without_the_empty() -> None:
    stores = ("baran-02", "baran-03", "baran-04", "nowhere")
    counts = dict(zip(stores, (3, 9, 0, 50), strict=True))
    product = replace(
        RICE, stock=tuple(Stock(store, n, NOON) for store, n in {HERE: 7, **counts}.items())
    )

    class ManyStores(Shelves):
        def stores(self):  # type: ignore[no-untyped-def]
            here = Shelves.stores(self)[THERE]
            return {name: replace(here, store_id=name) for name in (HERE, *stores[:3])}

    state = answer(b"4006381333931", "", ManyStores((product,)), DESK, NOON)

    assert isinstance(state, Found)
    assert [(near.store.store_id, near.on_hand) for near in state.nearby] == [
        ("baran-03", 9),
        ("baran-02", 3),
    ]


@pytest.mark.parametrize(
    ("on_hand", "value", "tone"),
    [(0, "Sold out", Tone.BAD), (4, "4 in stock", Tone.LOW), (5, "5 in stock", Tone.GOOD)],
)
def test_few_pieces_feel_few(on_hand: int, value: str, tone: Tone) -> None:
    product = replace(RICE, stock=(Stock(HERE, on_hand, NOON),))

    tile = shown(found("4006381333931", product), EN).tiles[0]

    assert (tile.value, tile.tone) == (value, tone)


def test_a_store_that_never_counted_it_says_so() -> None:
    assert shown(found("4006381333931", replace(RICE, stock=())), EN).tiles[0].value == "Not known"


@pytest.mark.parametrize(
    ("size", "unit", "fa", "en"),
    [
        (Size(10_000, "g"), "کیسه", "کیسه\u0654 ۱۰ کیلوگرمی", "10 kg x"),
        (Size(2_500, "g"), "بسته", "بسته\u0654 ۲٫۵ کیلوگرمی", "2.5 kg x"),
        (Size(400, "ml"), "بطری", "بطری ۴۰۰ میلی‌لیتری", "400 ml x"),
        (Size(1_500, "ml"), "بطری", "بطری ۱٫۵ لیتری", "1.5 litre x"),
        (Size(12, "piece"), "جعبه", "جعبه\u0654 ۱۲ عددی", "x of 12"),
        (None, "عدد", "عدد", "x"),
    ],
)
def test_a_size_is_said_as_people_say_it(size: Size | None, unit: str, fa: str, en: str) -> None:
    product = replace(RICE, size=size, unit=Text(unit, "x"))

    state = found("4006381333931", product)

    assert (shown(state).subtitle, shown(state, EN).subtitle) == (fa, en)
