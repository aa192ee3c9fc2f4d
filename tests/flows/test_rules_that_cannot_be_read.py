"""A kiosk that was sent a rule it cannot read says so, keeps the last good ones, and sells on."""

from __future__ import annotations

from dataclasses import replace

from kiosk.messages import CatalogueChanged
from kiosk.pricecheck.view import ProductView
from kiosk.rules_fault import RulesFault
from retail.goods import Goods
from retail.pricing.off import Percent
from retail.pricing.rules import Adjustment
from tests.flows.conftest import MILK, NOON, Kiosk, Shelves, book_of

GOOD = Adjustment("good", Percent(1_000), Goods.of(MILK.sku))
FAULT = RulesFault(9, "lottery", "rule: Expected one of adjustment, offer, got 'lottery'")
SHOP = Shelves((replace(MILK, offers=()),), book=book_of(GOOD))


def codes(kiosk: Kiosk) -> list[str]:
    return [notice.code for notice in kiosk.core.view.frame.notices]


def test_it_is_told_once_and_the_last_good_rules_go_on(kiosk: Kiosk) -> None:
    kiosk.catalogues.current = SHOP
    kiosk.wait(1)
    kiosk.catalogues.current = replace(SHOP, rules_fault=FAULT)
    kiosk.do(CatalogueChanged(9, NOON))
    kiosk.wait(1)
    body = kiosk.scan("96385074").body

    told = {"sequence": 9, "rule": "lottery", "reason": FAULT.reason}
    assert kiosk.noted("rules_refused") == [told]
    assert codes(kiosk) == ["K-123"]
    assert isinstance(body, ProductView)
    assert body.price.amount == "۴۳٬۲۰۰"


def test_another_rule_that_cannot_be_read_is_told_anew(kiosk: Kiosk) -> None:
    kiosk.catalogues.current = replace(SHOP, rules_fault=FAULT)
    kiosk.wait(1)
    kiosk.catalogues.current = replace(SHOP, rules_fault=replace(FAULT, rule_id="raffle"))
    kiosk.wait(1)
    assert [body["rule"] for body in kiosk.noted("rules_refused")] == ["lottery", "raffle"]


def test_a_later_good_set_heals_it(kiosk: Kiosk) -> None:
    kiosk.catalogues.current = replace(SHOP, rules_fault=FAULT)
    kiosk.wait(1)
    kiosk.catalogues.current = SHOP
    kiosk.do(CatalogueChanged(10, NOON))
    assert codes(kiosk) == []


def test_it_is_known_from_the_start(kiosk: Kiosk) -> None:
    kiosk.catalogues.current = replace(SHOP, rules_fault=FAULT)
    kiosk.wait(1)
    assert codes(kiosk) == ["K-123"]


def test_a_long_reason_is_cut_to_what_head_office_takes(kiosk: Kiosk) -> None:
    kiosk.catalogues.current = replace(SHOP, rules_fault=RulesFault(9, "r" * 500, "why " * 500))
    kiosk.wait(1)
    (body,) = kiosk.noted("rules_refused")
    assert (len(body["rule"]), len(body["reason"])) == (80, 300)
