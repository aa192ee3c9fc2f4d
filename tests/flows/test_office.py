"""What head office does to a kiosk while somebody stands before it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from kiosk.lobby.view import AttractView, TroubleView
from kiosk.messages import (
    CatalogueChanged,
    CatalogueRefused,
    ChooseLanguage,
    Language,
    OpenSearch,
    SearchTyped,
    ServiceClosed,
    ServiceOpened,
)
from kiosk.pricecheck.view import ProductView
from kiosk.search.view import SearchView
from retail.catalogue import Text
from retail.values import Money
from tests.flows.conftest import APPLES, MILK, NOON, RICE, Kiosk, Shelves

DEARER = replace(RICE, list_price=Money(15_000_000, "IRR"))
LATER = NOON + timedelta(minutes=1)


def publish(kiosk: Kiosk, *products: object) -> None:
    kiosk.catalogues.current = Shelves(products, LATER)  # type: ignore[arg-type]
    kiosk.do(CatalogueChanged(8, LATER))


def test_a_price_that_changes_while_it_is_shown_changes_on_the_screen_at_once(
    kiosk: Kiosk,
) -> None:
    before = kiosk.scan("4006381333931").body
    publish(kiosk, DEARER, MILK)
    after = kiosk.core.view.body
    assert isinstance(before, ProductView)
    assert isinstance(after, ProductView)
    assert before != after
    assert kiosk.noted("catalogue_taken") == [{"sequence": 8}]


def test_a_list_that_is_open_shows_the_new_prices(kiosk: Kiosk) -> None:
    before = kiosk.do(OpenSearch(), SearchTyped("برنج")).body
    publish(kiosk, DEARER, MILK)
    after = kiosk.core.view.body
    assert isinstance(after, SearchView)
    assert before != after


def test_an_item_that_is_no_longer_sold_is_said_to_be_gone_not_shown_at_its_old_price(
    kiosk: Kiosk,
) -> None:
    kiosk.scan("4006381333931")
    publish(kiosk, MILK)
    assert not isinstance(kiosk.core.view.body, ProductView)


def test_newer_prices_end_the_word_of_a_refused_catalogue(kiosk: Kiosk) -> None:
    kiosk.do(CatalogueRefused("other bytes", "tampered", 8))
    assert kiosk.core.health.catalogue_refused == "other bytes"
    publish(kiosk, RICE, MILK)
    assert kiosk.core.health.catalogue_refused == ""
    assert kiosk.noted("feed_refused") == [{"sequence": 8, "reason": "tampered"}]


def test_a_kiosk_that_head_office_closes_says_its_words_in_both_languages(kiosk: Kiosk) -> None:
    kiosk.scan("4006381333931")
    said = Text("تا ساعت ۱۸ بسته است.", "Closed until 6 p.m.")
    body = kiosk.do(ServiceClosed(said)).body
    assert isinstance(body, TroubleView)
    assert body.text == said.fa
    assert "K-۱۰۲" in body.code_text or "K-102" in body.code_text
    assert not kiosk.core.in_service

    body = kiosk.do(ChooseLanguage(Language.EN)).body
    assert isinstance(body, TroubleView)
    assert body.text == said.en


def test_a_closed_kiosk_takes_no_scan_and_forgets_the_shopper(kiosk: Kiosk) -> None:
    kiosk.scan("4006381333931")
    kiosk.do(ServiceClosed())
    assert isinstance(kiosk.scan("4006381333931").body, TroubleView)
    assert isinstance(kiosk.wait(60).body, TroubleView)

    opened = kiosk.do(ServiceOpened())
    assert isinstance(opened.body, AttractView)
    assert opened.frame.back is None
    assert kiosk.core.in_service


def test_without_words_of_head_office_the_kiosk_has_its_own(kiosk: Kiosk) -> None:
    body = kiosk.do(ServiceClosed()).body
    assert isinstance(body, TroubleView)
    assert body.text


def test_a_weighed_piece_costs_by_the_new_price_of_a_kilogram(kiosk: Kiosk) -> None:
    before = kiosk.scan("2112345015002").body  # 1,500 g of apples at 80,000 Toman
    publish(kiosk, RICE, MILK, replace(APPLES, list_price=Money(1_000_000, "IRR")))
    after = kiosk.core.view.body
    assert isinstance(before, ProductView)
    assert isinstance(after, ProductView)
    assert (before.price.amount, after.price.amount) == ("۱۲۰٬۰۰۰", "۱۵۰٬۰۰۰")
