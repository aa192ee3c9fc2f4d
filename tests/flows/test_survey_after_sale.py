"""A survey after a sale: whoever has paid is invited once, and nothing of the sale is in it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.checkout_messages import EndCheckout
from kiosk.lobby.view import AttractView
from kiosk.messages import ChooseLanguage, Language, Leave
from kiosk.pricecheck.view import ProductView
from kiosk.survey.state import INVITING_S
from kiosk.survey.view import SurveyView, WordView
from kiosk.survey_messages import OpenSurvey
from tests.features.survey_forms import Published, survey, surveys_of
from tests.flows.paying import PayingShop
from tests.flows.shopping import RICE_CODE
from tests.flows.test_paying import pays


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[PayingShop]:
    made = PayingShop(tmp_path)
    published = Published((survey(shown_at=frozenset({"after_sale"})),))
    made.kiosk.surveys = lambda kiosk: surveys_of(published, kiosk.clock)
    made.kiosk.start_anew()
    made.teller.start()
    made.kiosk.wait(1)
    yield made
    made.close()


def test_whoever_has_paid_is_invited_and_goes_on_in_their_language(shop: PayingShop) -> None:
    pays(shop)
    shop.do(ChooseLanguage(Language.EN))
    view = shop.do(EndCheckout())
    assert isinstance(view.body, WordView)
    assert view.body.title == "Your visit"
    assert view.frame.home is None
    view = shop.do(view.body.actions[0].send)
    assert isinstance(view.body, SurveyView)
    assert view.body.pieces[0].head.title == "Were you content?"


def test_an_invitation_is_declined_by_touch_time_or_the_next_item(shop: PayingShop) -> None:
    for decline in (lambda: shop.do(Leave()), lambda: shop.kiosk.wait(INVITING_S + 1)):
        pays(shop)
        assert isinstance(shop.do(EndCheckout()).body, WordView)
        view = decline()
        assert isinstance(view.body, AttractView)
        assert view.body.invite is None
    pays(shop)
    shop.do(EndCheckout())
    assert isinstance(shop.scan(RICE_CODE).body, ProductView)


def test_nobody_is_invited_who_went_away_from_the_receipt(shop: PayingShop) -> None:
    pays(shop)
    assert isinstance(shop.kiosk.wait(600).body, AttractView)


def test_it_is_not_asked_at_the_start(shop: PayingShop) -> None:
    assert isinstance(shop.do(OpenSurvey()).body, AttractView)
