"""Uses of offers are counted once a basket, told to kiosks, and reported where limits are passed."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta
from html import unescape
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from retail.used_lines import Use
from server.configuration import Configuration
from server.feed import counts
from server.feed.jobs import make_snapshot
from server.feed.models import Segment
from server.feed.publisher import Publisher
from server.fleet.keys import enrol
from server.ingest.effects import Happened, apply_effects
from server.pricing import deeds
from server.pricing.models import OfferUse, OfferUsed, PriceRule
from server.pricing.using import Standing, beyond_limits, standing_of, used_in_all, uses_of
from server.stores.models import Store
from tests.server.engines import EACH
from tests.server.feeding import publish, published, segment, sequence, set_price
from tests.server.line import NOON
from tests.server.pricing.chain import OFFICE, adjustment, publish_rule, set_of

LEDGER_1, LEDGER_2, ELSEWHERE = (uuid.UUID(int=n) for n in (1, 2, 3))
MINUTE = timedelta(minutes=1)
LIMITED = {"limits": {"in_all": 10, "budget": 1_000_000}}


def finished(
    *offers: tuple[str, int, int],
    kiosk: str = "tehran-1-k1",
    epoch: uuid.UUID | None = LEDGER_1,
    at: datetime = NOON,
    knows: bool = True,
    basket: uuid.UUID | None = None,
) -> Happened:
    """A basket that a kiosk finished, with what it had of each offer."""
    body: dict[str, Any] = {"total": 1, "rules": [rule for rule, _times, _off in offers]}
    body["offers"] = [[place, times, off] for place, (_rule, times, off) in enumerate(offers)]
    body |= {"used": []} if knows else {}
    told = (basket or uuid.uuid4(), kiosk, kiosk[:8], "basket_finished", 1, at, body, epoch)
    return Happened(*told)


def sold(sale: uuid.UUID, basket: dict[str, Any]) -> Happened:
    body = {"sale": str(sale), "attempt": str(uuid.uuid4()), "total": 1, "currency": "IRR"}
    body |= {"tenders": [], "evidence": "probe", "basket": basket}
    told = ("tehran-1-k1", "tehran-1", "sale_completed", 1, NOON, body, LEDGER_1)
    return Happened(uuid.uuid4(), *told)


def rows() -> set[tuple[str, str, int, int, int]]:
    fields = ("rule_id", "kiosk_id", "epoch", "times", "off")
    return {(r, k, e.int, t, o) for r, k, e, t, o in OfferUsed.objects.values_list(*fields)}


@pytest.fixture
def begun(chain: Configuration) -> Iterator[Configuration]:
    for kiosk, store in (("tehran-1-k1", 1), ("tehran-1-k2", 1), ("tehran-2-k1", 2)):
        enrol(kiosk, Store.objects.get(pk=f"tehran-{store}"), NOON)
    publish_rule(set_of(**LIMITED))
    publish(chain)
    return chain


@EACH
def test_a_basket_counts_once_whatever_comes_twice(chain: Configuration) -> None:
    first = finished(("three", 2, 500), ("other", 1, 7))
    apply_effects([first, finished(("three", 1, 100))])
    apply_effects([first])
    apply_effects([finished(("three", 1, 50), kiosk="tehran-1-k2", epoch=LEDGER_2)])
    assert rows() == {
        ("three", "tehran-1-k1", 1, 3, 600),
        ("other", "tehran-1-k1", 1, 1, 7),
        ("three", "tehran-1-k2", 2, 1, 50),
    }
    assert used_in_all("three") == Use(4, 650)
    assert OfferUse.objects.filter(rule_id="three").count() == 3


@EACH
def test_a_sale_counts_once_too_and_one_without_a_basket_not_at_all(chain: Configuration) -> None:
    sale, basket = uuid.uuid4(), {"rules": ["three"], "offers": [[0, 1, 90]], "used": []}
    apply_effects([sold(sale, basket), sold(uuid.uuid4(), {})])
    apply_effects([sold(sale, basket)])
    assert used_in_all("three") == Use(1, 90)


@pytest.mark.parametrize(
    "quote",
    [
        {},
        {"rules": [], "offers": [[0, 1, 1]]},
        {"rules": ["a"], "offers": [[0, 1]]},
        {"rules": ["a"], "offers": [[0, 1, 1, 1]]},
        {"rules": ["a"], "offers": [[0, 1, 2**62]]},
        {"rules": ["a" * 64], "offers": [[0, 1, 1]]},
    ],
)
def test_what_no_kiosk_would_tell_counts_for_nothing(quote: dict[str, Any]) -> None:
    assert uses_of(quote) == {}


def test_what_a_kiosk_does_not_count_itself_is_told_of_no_ledger(begun: Configuration) -> None:
    apply_effects([finished(("three", 1, 5), knows=False), finished(("three", 1, 5), epoch=None)])
    (line,) = published_after_a_minute(begun)
    assert line == {"kind": "used", "id": "three", "times": 2, "off": 10}


def published_after_a_minute(chain: Configuration, minutes: int = 1) -> list[dict[str, Any]]:
    done = publish(chain, NOON + minutes * MINUTE)["tehran-1"]
    return segment(chain, done.sequence) if done.new else []


@EACH
def test_kiosks_are_told_with_what_came_from_their_own_ledgers(begun: Configuration) -> None:
    own = finished(("three", 2, 500), ("unlimited", 1, 1))
    there = finished(("three", 3, 300), kiosk="tehran-2-k1", epoch=ELSEWHERE)
    apply_effects([own, there])
    by = {str(LEDGER_1): [2, 500]}
    line = {"kind": "used", "id": "three", "times": 5, "off": 800, "by": by}
    assert published_after_a_minute(begun) == [line]
    assert published_after_a_minute(begun, 2) == []
    done = Segment.objects.get(store="tehran-2")
    (other,) = segment(begun, done.sequence, "tehran-2")
    assert other["by"] == {str(ELSEWHERE): [3, 300]}


@EACH
def test_counts_go_alone_once_a_minute_and_with_everything_else(begun: Configuration) -> None:
    def told(at: datetime) -> list[str]:
        done = publish(begun, at)["tehran-1"]
        return [line["kind"] for line in segment(begun, done.sequence)] if done.new else []

    at = NOON + MINUTE
    apply_effects([finished(("three", 1, 5))])
    assert counts.any_due(at)
    assert told(at) == ["used"]
    apply_effects([finished(("three", 1, 5))])
    assert not counts.any_due(at + MINUTE / 2)
    assert told(at + MINUTE / 2) == []
    set_price(9)
    assert told(at + MINUTE / 2) == ["used", "change"]
    assert not counts.any_due(at + 3 * MINUTE)
    alone = list(Segment.objects.filter(store="tehran-1").values_list("counts_only", flat=True))
    assert sorted(alone) == [False, True]


def test_an_offer_that_is_taken_back_or_loses_its_limits_is_counted_no_more(
    begun: Configuration,
) -> None:
    apply_effects([finished(("three", 1, 5))])
    published_after_a_minute(begun)
    publish_rule(set_of())
    kinds = [(line["kind"], line.get("gone")) for line in published(begun)]
    assert kinds == [("rule", None), ("used", True)]


def test_after_a_snapshot_all_counts_are_told_again(begun: Configuration) -> None:
    apply_effects([finished(("three", 1, 5))])
    before = published_after_a_minute(begun)
    set_price(9)
    publish(begun, NOON + MINUTE)
    make_snapshot("tehran-1", Publisher.of(begun), NOON + MINUTE)
    assert counts.any_due(NOON + MINUTE)
    assert published_after_a_minute(begun) == before


def test_snapshots_that_kiosks_need_are_not_made_for_counts_alone(begun: Configuration) -> None:
    from server.feed.jobs import built_is_due
    from server.feed.models import Whole

    Whole.objects.create(
        store_id="tehran-1", sequence=1, form="built", made_at=NOON, size=10**9, manifest={}
    )
    for minute in range(1, 4):
        apply_effects([finished(("three", 1, 5))])
        published_after_a_minute(begun, minute)
    assert sequence() == 4
    assert not built_is_due("tehran-1", 2)
    for amount in (7, 8):
        set_price(amount)
        publish(begun)
    assert built_is_due("tehran-1", 2)


# ---- what head office sees


@EACH
def test_an_overrun_is_laid_to_the_last_baskets_and_their_kiosks(begun: Configuration) -> None:
    rule = PriceRule.objects.get()
    told = [
        finished(("three", 6, 600_000), at=NOON),
        finished(("three", 3, 300_000), kiosk="tehran-1-k2", at=NOON + MINUTE),
        finished(("three", 3, 150_000), kiosk="tehran-2-k1", at=NOON + 2 * MINUTE),
    ]
    apply_effects(told[:1])
    assert standing_of(rule) == Standing(Use(6, 600_000), 4, 400_000)
    apply_effects([told[2]])
    assert beyond_limits(told[2].event_id) == []
    apply_effects([told[1]])  # it was offline, and comes late
    over = Use(2, 50_000)
    by = (("tehran-2-k1", over),)
    assert standing_of(rule) == Standing(Use(12, 1_050_000), 0, 0, over, by)
    found = {each.kiosk_id: beyond_limits(each.event_id) for each in told}
    assert [each.record() for each in found.pop("tehran-2-k1")] == [
        {"overrun": "three", "times": 2, "off": 50_000}
    ]
    assert set(map(tuple, found.values())) == {()}


def test_an_overrun_over_several_baskets_is_shared_out(begun: Configuration) -> None:
    apply_effects([finished(("three", 9, 0))])
    for n, kiosk in enumerate(("tehran-1-k1", "tehran-1-k2", "tehran-1-k2"), 1):
        apply_effects([finished(("three", 2, 0), kiosk=kiosk, at=NOON + n * MINUTE)])
    standing = standing_of(PriceRule.objects.get())
    assert standing is not None
    assert (standing.over, dict(standing.by)) == (
        Use(5, 0),
        {"tehran-1-k1": Use(1, 0), "tehran-1-k2": Use(4, 0)},
    )


def test_the_limits_are_those_of_the_instant_of_the_basket(begun: Configuration) -> None:
    early = finished(("three", 12, 0), at=NOON + MINUTE)
    apply_effects([early])
    publish_rule(set_of(limits={"in_all": 50}), NOON + timedelta(hours=1))
    standing = standing_of(PriceRule.objects.get())
    assert standing is not None
    assert standing.times_left == 38
    (beyond,) = beyond_limits(early.event_id)
    assert beyond.use == Use(2, 0)


def test_the_page_of_a_rule_tells_what_is_used_left_and_overrun(begun: Configuration) -> None:
    client = Client(headers={"host": "localhost"})
    client.force_login(User.objects.create_superuser("office"))

    def card(rule_id: str) -> str:
        page = unescape(client.get(f"/office/pricing/pricerule/{rule_id}/change/").content.decode())
        found = re.search(r"<h2>مصرف تاکنون</h2>.*?</section>", page, re.DOTALL)
        return re.sub(r"<[^>]+>|\s+", " ", found.group()) if found else ""

    publish_rule(adjustment())
    assert card("dairy") == ""
    apply_effects([finished(("three", 12, 400_000), kiosk="tehran-1-k2")])
    said = card("three")
    for each in ("۱۲", "۴۰۰٬۰۰۰", "۶۰۰٬۰۰۰", "tehran-1-k2", "۲"):
        assert each in said
    deeds.withdraw("three", OFFICE, NOON)
    assert "۱۲" in card("three")


def test_the_body_of_an_event_may_tell_what_the_kiosk_knew() -> None:
    from server.events.kinds import EventError, check_body

    body = json.loads(BASKET)
    check_body("basket_finished", {**body, "used": [[0, 3, 500], [1, 0, 0, 2]]})
    with pytest.raises(EventError, match=r"body.used: expected a whole number"):
        check_body("basket_finished", {**body, "used": [[0, -1, 5]]})


BASKET = """{"number": 1, "date": "2026-11-26", "sequence": 1, "currency": "IRR",
 "began_at": "2026-11-26T08:00:00Z", "quoted_at": "2026-11-26T08:00:00Z", "groups": [],
 "vouchers": [], "lines": [], "offers": [], "rules": ["a", "b"], "subtotal": 0, "off": 0,
 "vat": 0, "total": 0, "exact": true}"""
