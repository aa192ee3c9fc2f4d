"""Rules reach kiosks: as lines of segments, in snapshots of their own, and with their products."""

from __future__ import annotations

import gzip
import json
from datetime import timedelta
from typing import Any

import pytest

from server.configuration import Configuration
from server.feed.files import whole_file
from server.feed.heads import head
from server.feed.jobs import make_snapshot
from server.feed.models import PublishedProduct, Whole
from server.feed.parts import DIGEST_BYTES
from server.feed.publisher import Publisher
from server.pricing import deeds
from server.pricing.models import FixedPrice, State
from tests.server.engines import EACH
from tests.server.feeding import milk, notes, publish, published, set_price
from tests.server.line import NOON
from tests.server.pricing.chain import OFFICE, adjustment, fix, publish_rule, set_of


@pytest.fixture
def begun(chain: Configuration) -> Configuration:
    publish(chain)
    return chain


def snapshot(chain: Configuration, form: str, sequence: int) -> list[dict[str, Any]]:
    packed = whole_file(chain, "tehran-1", sequence, form).read_bytes()
    return [json.loads(line) for line in gzip.decompress(packed).splitlines()]


@EACH
def test_a_rule_comes_changes_and_goes_as_a_line(begun: Configuration) -> None:
    deeds.save(adjustment(), OFFICE, NOON)
    assert published(begun) == []  # a draft
    publish_rule(set_of())
    deeds.publish("dairy", OFFICE, NOON)
    lines = published(begun)
    assert lines == [{"kind": "rule", "rule": adjustment()}, {"kind": "rule", "rule": set_of()}]
    publish_rule(adjustment(off_bp=2_000))
    assert published(begun) == [{"kind": "rule", "rule": adjustment(off_bp=2_000)}]
    deeds.withdraw("three", OFFICE, NOON)
    assert published(begun) == [{"kind": "rule", "id": "three", "gone": True}]
    assert published(begun) == []


def test_what_was_saved_is_not_what_kiosks_have_until_it_is_published(begun: Configuration) -> None:
    publish_rule(adjustment())
    publish(begun)
    deeds.save(adjustment(off_bp=3_000), OFFICE, NOON)
    assert published(begun) == []
    deeds.publish("dairy", OFFICE, NOON)
    (line,) = published(begun)
    assert line["rule"]["off_bp"] == 3_000


def test_a_rule_of_another_store_does_not_come_and_a_past_one_goes(begun: Configuration) -> None:
    publish_rule(adjustment(stores=["tehran-2"]))
    publish_rule(adjustment("short", when={"to": "2026-11-23T09:30:00Z"}))
    done = publish(begun)
    assert (done["tehran-1"].records, done["tehran-2"].records) == (1, 2)
    set_price(9)
    publish_rule(set_of())
    later = publish(begun, NOON + timedelta(hours=1))
    assert later["tehran-1"].records == 3  # the price, the new rule, and the one that is past


@EACH
def test_a_fixed_price_comes_with_its_product_and_alone(begun: Configuration) -> None:
    row = fix(milk(), 500_000, store_id="tehran-1", ends_at=NOON + timedelta(1))
    assert ("product", str(milk().pk), "tehran-1") in notes()
    price = {
        "id": "fix",
        "price": 500_000,
        "stores": ["tehran-1"],
        "when": {"to": "2026-11-24T08:30:00Z"},
    }
    assert published(begun) == [{"kind": "change", "sku": "10001", "prices": [price]}]
    FixedPrice.objects.update(amount=490_000)
    (change,) = published(begun)
    assert change["prices"][0]["price"] == 490_000
    deeds.switch_fixed_prices([row.rule_id], State.WITHDRAWN, OFFICE, NOON)
    assert published(begun) == [{"kind": "change", "sku": "10001", "prices": []}]


@EACH
def test_supplier_floor_and_the_like_make_a_whole_record(begun: Configuration) -> None:
    row = milk()
    row.supplier, row.floor, row.reducible, row.age_min = "mihan", 400_000, False, 18
    row.save()
    (record,) = published(begun)
    told = {name: record[name] for name in ("supplier", "floor", "reducible", "age_min")}
    assert told == {"supplier": "mihan", "floor": 400_000, "reducible": False, "age_min": 18}


def test_digests_kept_before_there_were_fixed_prices_tell_nothing_again(
    begun: Configuration,
) -> None:
    for row in PublishedProduct.objects.all():
        PublishedProduct.objects.filter(pk=row.pk).update(
            digests=bytes(row.digests)[: 5 * DIGEST_BYTES]
        )
    milk().save()  # a note, and no difference
    assert published(begun) == []
    fix(milk(), 1)
    assert [each["kind"] for each in published(begun)] == ["change"]


@EACH
def test_a_snapshot_is_made_with_its_rules_and_without_for_kiosks_of_before(
    chain: Configuration,
) -> None:
    publish_rule(adjustment())
    publish(chain)
    without, ruled = snapshot(chain, "records", 1), snapshot(chain, "ruled", 1)
    assert (without[0]["rules"], "rules" in ruled[0]) == (1, False)
    assert [line["kind"] for line in without[1:]] == [
        *("category", "category", "store", "store", "product", "end")
    ]
    assert [line["kind"] for line in ruled[1:]] == [
        *("category", "category", "store", "store", "rule", "product", "end")
    ]
    assert ruled[5]["rule"] == adjustment()
    assert ruled[-1]["records"] == len(ruled) - 2
    forms = [each["form"] for each in head("tehran-1", 0, 1, chain)["snapshots"]]
    assert forms == ["records", "ruled"]


def test_without_rules_there_is_one_form_alone(chain: Configuration) -> None:
    publish(chain)
    assert "rules" not in snapshot(chain, "records", 1)[0]
    assert set(Whole.objects.values_list("form", flat=True)) == {"records"}


def test_a_later_snapshot_has_the_rules_that_segments_told(begun: Configuration) -> None:
    publish_rule(set_of())
    publish(begun)
    made = make_snapshot("tehran-1", Publisher.of(begun), NOON)
    kinds = [line["kind"] for line in snapshot(begun, "ruled", made.sequence)]
    assert kinds.count("rule") == 1


def test_nothing_is_sold_and_still_the_rules_stand_before_the_end(chain: Configuration) -> None:
    milk().delete()
    publish_rule(set_of())
    publish(chain)
    assert [line["kind"] for line in snapshot(chain, "ruled", 1)][-2:] == ["rule", "end"]
