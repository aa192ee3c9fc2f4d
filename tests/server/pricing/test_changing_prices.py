"""Many prices changed at once: as they were shown, at once or later, and undone."""

from __future__ import annotations

from datetime import timedelta

import pytest

from retail.goods import EVERYTHING, Goods
from retail.pricing.off import Amount, Percent, ToPrice
from retail.pricing.rules import Raise
from server.catalogue.models import Price, Product
from server.configuration import Configuration
from server.fleet.models import AuditEntry
from server.pricing.changing import Wish, after_of, carry_out, plan, undo
from server.pricing.deeds import DeedError
from server.pricing.models import ChangedPrice, FixedPrice, PriceChange, State
from tests.server.engines import EACH
from tests.server.feeding import milk, publish, published, set_price
from tests.server.line import NOON
from tests.server.pricing.chain import OFFICE, tea

DAIRY = Goods(categories=frozenset({"dairy"}))


def prices() -> dict[tuple[str, str | None], int]:
    rows = Price.objects.values_list("product__sku", "store_id", "amount")
    return {(sku, store): amount for sku, store, amount in rows}


def do(wish: Wish) -> PriceChange:
    return carry_out(wish, plan(wish).digest, OFFICE, NOON)


@pytest.mark.parametrize(
    ("price", "move", "round_to", "after"),
    [
        (1_000, Raise(basis_points=400), 50, 1_050),
        (1_000, Percent(1_000), 1, 900),
        (999, Percent(1_000), 1, 899),
        (1_000, Amount(1_200), 1, 0),
        (1_000, Raise(minor=7), 10, 1_010),
        (3, Percent(5_000), 10, 10),  # not to nothing
        (1_000, ToPrice(700), 1, 700),
        (500, ToPrice(700), 1, 700),  # a price that is set is set, also a higher one
    ],
)
def test_a_price_moves_and_is_rounded_half_up(
    price: int, move: object, round_to: int, after: int
) -> None:
    assert after_of(price, move, round_to) == after  # type: ignore[arg-type]


@EACH
def test_the_chains_prices_change_as_shown_and_come_back(chain: Configuration) -> None:
    tea()
    Price.objects.create(product=milk(), store_id="tehran-2", amount=700_000)
    before = prices()
    change = do(Wish(EVERYTHING, Raise(basis_points=1_000)))
    assert change.count == 2
    assert prices() == {
        ("10001", None): 594_000,
        ("10001", "tehran-2"): 700_000,
        ("20001", None): 110_000,
    }
    assert undo(change.pk, OFFICE, NOON) == (2, 0)
    assert prices() == before
    with pytest.raises(DeedError, match="not undone"):
        undo(change.pk, OFFICE, NOON)
    assert list(AuditEntry.objects.order_by("pk").values_list("deed", flat=True)) == [
        "change prices",
        "undo prices",
    ]


@EACH
def test_a_store_gets_prices_of_its_own_and_loses_them(chain: Configuration) -> None:
    before = prices()
    change = do(Wish(DAIRY, Percent(1_000), 1_000, ("tehran-1", "tehran-2")))
    assert prices() == before | {
        ("10001", "tehran-1"): 486_000,
        ("10001", "tehran-2"): 486_000,
    }
    assert undo(change.pk, OFFICE, NOON) == (2, 0)
    assert prices() == before


@EACH
def test_what_somebody_has_changed_since_stays(chain: Configuration) -> None:
    tea()
    change = do(Wish(EVERYTHING, ToPrice(1)))
    set_price(5)
    assert undo(change.pk, OFFICE, NOON) == (1, 1)
    assert prices() == {("10001", None): 5, ("20001", None): 100_000}


def test_what_is_no_longer_as_it_was_shown_is_not_done(chain: Configuration) -> None:
    wish = Wish(EVERYTHING, Percent(1_000))
    shown = plan(wish).digest
    set_price(600_000)
    with pytest.raises(DeedError, match="look again"):
        carry_out(wish, shown, OFFICE, NOON)
    assert (prices(), PriceChange.objects.count()) == ({("10001", None): 600_000}, 0)


def test_no_price_goes_below_its_floor_and_the_same_price_is_no_change(
    chain: Configuration,
) -> None:
    tea(floor=99_000)
    found = plan(Wish(EVERYTHING, Percent(1_000)))
    assert [each.sku for each in found.moved] == ["10001"]
    assert [each.sku for each in found.low] == ["20001"]
    assert plan(Wish(Goods.of("10001"), ToPrice(540_000))).moved == ()


def test_goods_are_chosen_by_their_price_too(chain: Configuration) -> None:
    tea()
    assert [each.sku for each in plan(Wish(Goods(price_to=200_000), Percent(1_000))).moved] == [
        "20001"
    ]


@EACH
def test_a_later_change_is_fixed_prices_that_kiosks_get_beforehand(chain: Configuration) -> None:
    publish(chain)
    at = NOON + timedelta(3)
    change = do(Wish(DAIRY, Raise(basis_points=1_000), starts_at=at))
    assert prices() == {("10001", None): 540_000}
    (line,) = published(chain)
    (price,) = line["prices"]
    assert (price["price"], price["when"]) == (594_000, {"from": "2026-11-26T08:30:00Z"})
    assert undo(change.pk, OFFICE, NOON) == (1, 0)
    assert FixedPrice.objects.get().state == State.WITHDRAWN
    assert published(chain) == [{"kind": "change", "sku": "10001", "prices": []}]


def test_thousands_of_prices_change_in_few_statements(
    chain: Configuration, django_statements: list[str]
) -> None:
    Product.objects.bulk_create(
        Product(sku=f"p{n}", name_fa="کالا", unit_fa="عدد", category_id="food")
        for n in range(2_000)
    )
    rows = Product.objects.filter(sku__startswith="p")
    Price.objects.bulk_create(Price(product=row, amount=1_000) for row in rows)
    django_statements.clear()
    change = do(Wish(Goods(categories=frozenset({"food"})), Raise(minor=5)))
    assert change.count == 2_001
    assert ChangedPrice.objects.count() == 2_001
    assert len(django_statements) < 60
    assert set(Price.objects.filter(product__in=rows).values_list("amount", flat=True)) == {1_005}
