"""What is done with rules: refused where it makes no sense, and written into the log."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from retail.fields import RecordError
from server.configuration import Configuration
from server.fleet.models import AuditEntry
from server.pricing import deeds
from server.pricing.choosing import products_of_goods
from server.pricing.deeds import DeedError
from server.pricing.models import FixedPrice, PriceRule, State
from server.pricing.rules import fixed_price_of
from tests.server.engines import EACH
from tests.server.feeding import milk
from tests.server.line import NOON
from tests.server.pricing.chain import OFFICE, adjustment, fix, publish_rule, set_of, tea


def log() -> list[str]:
    return list(AuditEntry.objects.order_by("pk").values_list("deed", flat=True))


@EACH
def test_a_rule_is_saved_published_changed_and_taken_back(chain: Configuration) -> None:
    row = deeds.save(adjustment(), OFFICE, NOON)
    assert (row.state, row.kind, row.name_fa, row.published) == (
        *("draft", "adjustment", "لبنیات ارزان", None),
    )
    row = deeds.publish("dairy", OFFICE, NOON)
    assert (row.state, row.differs) == (State.PUBLISHED, False)
    assert deeds.save(adjustment(off_bp=5), OFFICE, NOON).differs
    deeds.publish("dairy", OFFICE, NOON)
    row = deeds.withdraw("dairy", OFFICE, NOON)
    assert (row.state, row.published) == (State.WITHDRAWN, None)
    assert log() == [
        *("save rule", "publish rule", "save rule", "publish rule", "withdraw rule"),
    ]


def test_scheduling_moves_the_beginning_and_nothing_else(chain: Configuration) -> None:
    deeds.save(adjustment(when={"to": "2026-12-01T00:00:00Z"}), OFFICE, NOON)
    row = deeds.publish("dairy", OFFICE, NOON, NOON + timedelta(1))
    assert row.published["when"] == {"from": "2026-11-24T08:30:00Z", "to": "2026-12-01T00:00:00Z"}
    assert row.starts_at == NOON + timedelta(1)
    with pytest.raises(RecordError, match="a start before the end"):
        deeds.publish("dairy", OFFICE, NOON, NOON + timedelta(30))


def test_what_makes_no_sense_is_refused(chain: Configuration) -> None:
    publish_rule(adjustment())
    with pytest.raises(DeedError, match="a change since"):
        deeds.publish("dairy", OFFICE, NOON)
    with pytest.raises(DeedError, match="never published"):
        deeds.delete("dairy", OFFICE, NOON)
    deeds.withdraw("dairy", OFFICE, NOON)
    with pytest.raises(DeedError, match="a published rule"):
        deeds.withdraw("dairy", OFFICE, NOON)
    with pytest.raises(DeedError, match="a rule that there is"):
        deeds.publish("nothing", OFFICE, NOON)
    with pytest.raises(RecordError, match="off_bp"):
        deeds.save(adjustment(off_bp=0), OFFICE, NOON)
    with pytest.raises(DeedError, match="got a fixed price"):
        deeds.save({"rule": "fixed_price", "id": "x", "sku": "10001", "price": 1}, OFFICE, NOON)


def test_a_copy_is_a_draft_with_an_id_of_its_own(chain: Configuration) -> None:
    publish_rule(set_of())
    copies = [deeds.copy("three", OFFICE, NOON).pk for _ in range(2)]
    assert copies == ["three-copy-1", "three-copy-2"]
    assert set(PriceRule.objects.filter(pk__in=copies).values_list("state", flat=True)) == {"draft"}
    deeds.delete(copies[0], OFFICE, NOON)
    assert not PriceRule.objects.filter(pk=copies[0]).exists()


@EACH
@pytest.mark.parametrize(
    "wrong",
    [
        {"amount": -1},
        {"gtin": "123"},
        {"starts_at": NOON, "ends_at": NOON},
        {"ends_at": NOON.replace(year=9999)},
        {"state": "odd"},
        {"rule_id": ""},
    ],
)
def test_the_database_refuses_a_fixed_price_that_cannot_be(
    chain: Configuration, wrong: dict[str, object]
) -> None:
    row = fix(milk(), 5)
    with pytest.raises(IntegrityError), transaction.atomic():
        FixedPrice.objects.filter(pk=row.pk).update(**wrong)


@EACH
def test_the_database_refuses_a_rule_that_is_published_without_being(chain: Configuration) -> None:
    deeds.save(adjustment(), OFFICE, NOON)
    for wrong in ({"state": "published"}, {"published": {}}, {"kind": "odd"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            PriceRule.objects.update(**wrong)


def test_goods_as_rows_are_the_goods_of_the_rules(chain: Configuration) -> None:
    from itertools import product as every

    from retail.goods import Goods
    from retail.tags import item_of
    from server.pricing.baskets import Above
    from server.snapshots.assemble import products
    from server.stores.models import Store

    tea("1", brand_fa="احمد", supplier="s1")
    tea("2", brand_fa="گلستان", supplier="s2")
    above, store = Above(), Store.objects.get(pk="tehran-1")
    items = [item_of(each, above.of(each.category_id)) for _, each in products(store, "IRR", NOON)]
    some = (frozenset(), frozenset({"1", "10001"}))
    for skus, categories, brands, suppliers, but, not_in in every(
        some,
        (frozenset(), frozenset({"dairy"}), frozenset({"food"})),
        (frozenset(), frozenset({"احمد"})),
        (frozenset(), frozenset({"s1", "s2"})),
        (frozenset(), frozenset({"1"})),
        (frozenset(), frozenset({"dairy"})),
    ):
        goods = Goods(skus, categories, brands, suppliers, but, not_in)
        by_rows = set(products_of_goods(goods).values_list("sku", flat=True))
        assert by_rows == {item.sku for item in items if goods.has(item)}, goods


def test_a_row_of_a_fixed_price_is_the_value_of_the_rules(chain: Configuration) -> None:
    hours = [{"days": ["thu"], "from": "17:00", "to": "20:00"}]
    row = fix(milk(), 9, gtin="06260100000100", store_id="tehran-1", weekly=hours, priority=3)
    rule = fixed_price_of(row)
    assert (rule.sku, rule.price, rule.priority) == ("10001", 9, 3)
    assert rule.scope.stores == {"tehran-1"}
    assert rule.scope.window.bounded
