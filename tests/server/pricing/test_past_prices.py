"""What an item cost at any past instant: rules by their revisions, all else by what was kept."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection

from retail.pricing.book import Shopper
from retail.values import Gtin
from server.__main__ import main
from server.catalogue.models import Category, Offer, Pack, Price, Product
from server.configuration import Configuration
from server.pricing import deeds, noting
from server.pricing.models import FixedPrice, Past, RuleRevision, State
from server.pricing.past import Asked, NotKnownError, PastPrice, price_at
from tests.server.engines import EACH
from tests.server.feeding import milk, set_price
from tests.server.line import NOON
from tests.server.pricing.chain import OFFICE, adjustment, fix, publish_rule, tea

DAY = timedelta(1)
MEMBER = Shopper(frozenset({"member"}))


def then(days: int) -> datetime:
    return NOON + days * DAY


Keep = Callable[[int], None]


@pytest.fixture
def kept(chain: Configuration) -> Keep:
    """Say that what was noted since the last time was noted on a day: no clock can be set."""
    last = 0

    def keep(days: int) -> None:
        nonlocal last
        Past.objects.filter(pk__gt=last).update(at=then(days))
        last = Past.objects.order_by("pk").values_list("pk", flat=True).last() or 0

    return keep


def price(days: int, sku: str = "10001", **more: Any) -> PastPrice:
    asked = Asked(sku, more.pop("store", "tehran-1"), then(days), **more)
    return price_at(asked, ZoneInfo("Asia/Tehran"), "IRR")


@EACH
def test_list_prices_are_known_as_they_were_whatever_wrote_them(
    chain: Configuration, kept: Keep
) -> None:
    kept(0)
    set_price(600_000)
    kept(2)
    Price.objects.create(product=milk(), store_id="tehran-2", amount=650_000)
    kept(3)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE catalogue_price SET amount = 1 WHERE store_id IS NULL")
    kept(4)
    found = [price(day).price.price for day in range(5)]
    assert found == [540_000, 540_000, 600_000, 600_000, 1]
    in_the_other = [price(day, store="tehran-2").price.price for day in range(5)]
    assert in_the_other == [540_000, 540_000, 600_000, 650_000, 650_000]
    Product.objects.all().delete()
    kept(6)
    assert price(5).price.price == 1
    with pytest.raises(NotKnownError, match="an item that there was"):
        price(6)


@EACH
def test_rules_are_known_as_kiosks_had_them(chain: Configuration, kept: Keep) -> None:
    kept(0)
    publish_rule(adjustment(off_bp=1_000), then(1))
    deeds.save(adjustment(off_bp=5_000), OFFICE, then(2))
    deeds.publish("dairy", OFFICE, then(3))
    deeds.withdraw("dairy", OFFICE, then(4))
    found = [price(day).price.price for day in range(5)]
    assert found == [540_000, 486_000, 486_000, 270_000, 540_000]
    (step,) = price(3).price.steps
    assert (step.rule_id, step.before, step.after) == ("dairy", 540_000, 270_000)
    assert [row.number for row in RuleRevision.objects.all()] == [3, 2, 1]


@EACH
def test_facts_fixed_prices_and_reductions_are_known_as_they_were(
    chain: Configuration, kept: Keep
) -> None:
    kept(0)
    row = fix(milk(), 500_000, weekly=[{"days": ["mon"], "from": "00:00", "to": "00:00"}])
    kept(1)
    offer = Offer.objects.create(
        offer_id="club",
        name_fa="باشگاه",
        starts_at=then(0),
        ends_at=then(30),
        off_basis_points=1_000,
        members_only=True,
    )
    offer.products.add(milk())
    kept(2)
    publish_rule(adjustment(), then(3))
    Category.objects.create(category_id="drinks", name_fa="نوشیدنی")
    kept(3)
    Product.objects.update(category_id="drinks", floor=480_000)
    kept(4)
    FixedPrice.objects.filter(pk=row.pk).update(state=State.WITHDRAWN)
    kept(8)
    assert [price(day).price.price for day in (0, 1, 3, 4)] == [540_000, 540_000, 486_000, 540_000]
    assert [price(day).price.price for day in (7, 14)] == [500_000, 540_000]  # Mondays
    assert [price(day, shopper=MEMBER).price.price for day in (1, 2, 7)] == [
        540_000,
        486_000,
        480_000,  # the floor
    ]


def test_a_pack_has_its_own_price_of_then(chain: Configuration, kept: Keep) -> None:
    box = Pack.objects.create(product=milk(), gtin="4006381333931", pieces=6)
    kept(0)
    Pack.objects.filter(pk=box.pk).update(price=3_000_000)
    kept(1)
    gtin = Gtin.parse("4006381333931")
    assert [price(day, gtin=gtin).price.price for day in (0, 1)] == [6 * 540_000, 3_000_000]
    with pytest.raises(NotKnownError, match="a pack"):
        price(1, gtin=Gtin.parse("6260100000117"))


def test_what_was_never_sold_is_not_known(chain: Configuration, kept: Keep) -> None:
    Price.objects.all().delete()
    kept(0)
    with pytest.raises(NotKnownError, match="tehran-1 sold"):
        price(1)
    with pytest.raises(NotKnownError, match="nothing is known before 2026-11-23T08:30:00Z"):
        price(-1)


@EACH
def test_what_prices_are_not_made_of_is_not_kept(chain: Configuration) -> None:
    before = Past.objects.count()
    Product.objects.update(popularity=9, name_fa="شیر تازه")
    Price.objects.update(amount=540_000)
    assert Past.objects.count() == before
    tea()
    assert Past.objects.count() == before + 2


@EACH
def test_triggers_that_were_lost_are_put_back_and_the_present_is_noted(
    chain: Configuration,
) -> None:
    with connection.cursor() as cursor:
        on_table = " ON catalogue_price" if connection.vendor == "postgresql" else ""
        cursor.execute(f"DROP TRIGGER past_catalogue_price_update{on_table}")
    set_price(7)
    assert [each.table for each in noting.missing(connection)] == ["catalogue_price"]
    noting.after_migrations()
    assert noting.missing(connection) == []
    last = Past.objects.filter(kind="price").order_by("pk").last()
    assert last is not None
    assert last.told == {"store_id": None, "amount": 7}


def test_the_command_tells_it_as_json_and_in_words(
    chain: Configuration, kept: Keep, capsys: pytest.CaptureFixture[str]
) -> None:
    kept(0)
    publish_rule(adjustment(), then(0))
    words = ["price", "10001", "--store", "tehran-1", "--at", "2026-11-24T12:00:00+03:30"]
    assert main([*words, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["price"], told["list_price"], told["at"]) == (
        486_000,
        540_000,
        "2026-11-24T08:30:00Z",
    )
    assert told["why"][0]["rule"] == "dairy"
    assert main(words) == 0
    assert "dairy: 540,000 -> 486,000" in capsys.readouterr().out
    assert main(["price", "nothing", "--store", "tehran-1"]) == 1
    assert main(["price", "10001", "--store", "nowhere"]) == 2
    assert main([*words[:-1], "yesterday"]) == 2
