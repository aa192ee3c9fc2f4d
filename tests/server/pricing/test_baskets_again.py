"""Finished baskets are worked out again: by what head office knew, and by what the kiosk had."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from retail.basket import Basket, Line
from retail.pricing.basket_price import quote_basket
from retail.pricing.book import ANYONE
from retail.pricing.quoted import QuotedLine
from server.__main__ import main
from server.catalogue.models import Pack
from server.configuration import Configuration
from server.events.store import store_events
from server.fleet.keys import enrol
from server.fleet.models import Kiosk
from server.ingest.effects import Happened, apply_effects
from server.pricing import deeds
from server.pricing.baskets import basket_of, book_of, priceable
from server.pricing.checking import check_some
from server.pricing.models import BasketCheck, Past, Verdict
from server.pricing.recompute import recompute
from server.stores.models import Store
from tests.server.engines import EACH
from tests.server.feeding import publish, set_price
from tests.server.pricing.chain import OFFICE, adjustment, publish_rule, set_of, tea

STORE = "tehran-1"


def now() -> datetime:
    return datetime.now(UTC)


def told(basket: Basket, at: datetime, sequence: int = 1, **other: Any) -> dict[str, Any]:
    """Give the body that a kiosk would send of a basket, quoted with what is published now."""
    quote = quote_basket(book_of(STORE, at), basket, at, ANYONE)
    quoted = {line.line_id: line for line in quote.lines}
    return {
        **{"number": 1, "date": "2026-11-26", "sequence": sequence, "currency": "IRR"},
        **{"began_at": at.isoformat(), "quoted_at": at.isoformat(), "groups": [], "vouchers": []},
        "lines": [_line(line, quoted[line.line_id]) for line in basket.lines],
        **{"offers": [], "rules": [], "subtotal": quote.subtotal, "off": quote.off},
        **{"vat": quote.vat, "total": quote.total, "exact": quote.exact, **other},
    }


def _line(line: Line, quoted: QuotedLine) -> dict[str, Any]:
    tag = line.tag
    record = {
        **{"line": line.line_id, "sku": tag.item.sku, "quantity": line.quantity},
        **{"list_price": tag.list_price, "price": quoted.price.price, "amount": quoted.amount},
        **{"paid": quoted.paid, "vat": quoted.vat, "due": quoted.due},
    }
    return record | ({"gtin": tag.gtin.digits} if tag.gtin else {})


def basket(at: datetime, *wanted: tuple[str, int]) -> Basket:
    items = priceable([sku for sku, _n in wanted], Store.objects.get(pk=STORE), at)
    return basket_of(wanted, items)


@pytest.fixture
def shop(chain: Configuration) -> Configuration:
    tea()
    publish_rule(set_of(), now() - timedelta(minutes=1))
    publish(chain, now())
    return chain


@EACH
def test_a_basket_that_was_quoted_right_agrees(shop: Configuration) -> None:
    at = now()
    body = told(basket(at, ("10001", 2), ("20001", 1)), at)
    assert body["total"] == 1_080_000
    found = recompute(body, STORE)
    assert (found.verdict, found.total, found.differences) == (Verdict.AGREES, 1_080_000, ())


@pytest.mark.parametrize("field", ["total", "off", "vat", "subtotal"])
def test_each_amount_that_differs_is_told(shop: Configuration, field: str) -> None:
    at = now()
    body = told(basket(at, ("10001", 3)), at)
    found = recompute({**body, field: body[field] + 1}, STORE)
    assert found.verdict == Verdict.DIFFERS
    assert [each.record() for each in found.differences] == [
        {"field": field, "told": body[field] + 1, "computed": body[field]}
    ]


def test_a_line_that_differs_is_told_by_its_id(shop: Configuration) -> None:
    at = now()
    body = told(basket(at, ("10001", 1)), at)
    body["lines"][0]["price"] += 7
    (difference,) = recompute(body, STORE).differences
    assert (difference.line, difference.field, difference.told - difference.computed) == (
        *(1, "price", 7),
    )


@EACH
def test_a_kiosk_that_was_offline_is_right_by_what_it_had(shop: Configuration) -> None:
    before = told(basket(now(), ("10001", 3)), now())
    _age()
    set_price(600_000)
    publish_rule(adjustment(), now())
    late = {**before, "quoted_at": now().isoformat()}
    found = recompute(late, STORE)
    assert (found.verdict, found.differences) == (Verdict.BEHIND, ())
    deeds.withdraw("dairy", OFFICE, now())
    assert recompute({**late, "sequence": 99}, STORE).verdict == Verdict.DIFFERS


def _age() -> None:
    """Let all that is there have been there for an hour, and the publishing for some seconds."""
    from server.feed.models import Whole
    from server.pricing.models import RuleRevision

    Past.objects.update(at=now() - timedelta(hours=1))
    RuleRevision.objects.update(at=now() - timedelta(hours=1))
    Whole.objects.update(made_at=now() - timedelta(seconds=10))


@pytest.mark.parametrize("own_price", [None, 700_000])
def test_what_was_weighed_or_labelled_is_worked_out_as_the_kiosk_does(
    shop: Configuration, own_price: int | None
) -> None:
    from retail.tags import printed_tag, weighed_tag
    from retail.values import Money

    cheese = tea("30001", 1_000_000, floor=900_000, size_amount=500, size_measure="g")
    Pack.objects.create(product=cheese, gtin="4006381333931", price=own_price)
    publish_rule(adjustment("all", 500, goods={}), now() - timedelta(minutes=1))
    at = now()
    product = priceable(["30001"], Store.objects.get(pk=STORE), at)["30001"].product
    (pack,) = product.packs
    weighed = Line(0, weighed_tag(product, pack, 320, ["food"]))
    printed = Line(0, printed_tag(product, pack, Money(640_000, "IRR"), ["food"]))
    whole = Basket().add(weighed).add(printed)
    body = told(whole, at)
    body["lines"][0]["grams"] = 320
    body["lines"][1]["printed"] = True
    found = recompute(body, STORE)
    assert (found.verdict, found.differences) == (Verdict.AGREES, ())


@pytest.mark.parametrize(
    "wrong",
    [
        {"quoted_at": "yesterday"},
        {"lines": [{"line": 1, "sku": "nothing", "quantity": 1}]},
        {"lines": [{"line": 1, "sku": "10001", "quantity": 0}]},
        {"lines": [{"line": 1, "sku": "10001", "quantity": 1, "gtin": "4006381333931"}]},
        {"lines": [{"line": 1, "sku": "10001", "quantity": 1, "gift_of": 4}]},
        {"lines": 5},
        {"total": "much"},
    ],
)
def test_what_cannot_be_worked_out_is_said_to_be_so(
    shop: Configuration, wrong: Mapping[str, Any]
) -> None:
    at = now()
    found = recompute({**told(basket(at, ("10001", 1)), at), **wrong}, STORE)
    assert found.verdict == Verdict.UNKNOWN
    assert found.reason


def _happened(event: Mapping[str, Any]) -> Happened:
    event_id, kind = uuid.UUID(event["id"]), event["kind"]
    return Happened(event_id, "tehran-1-k1", STORE, kind, 1, now(), event["body"])


@EACH
def test_baskets_are_noted_as_they_arrive_and_worked_out_once(
    shop: Configuration, capsys: pytest.CaptureFixture[str]
) -> None:
    enrol("tehran-1-k1", Store.objects.get(pk=STORE), now())
    at = now()
    right = told(basket(at, ("10001", 3)), at)
    events = [
        {
            "id": str(uuid.uuid4()),
            "kind": "basket_finished",
            "at": at.isoformat().replace("+00:00", "Z"),
            "body": body,
        }
        for body in (right, {**right, "total": 5})
    ]
    for _ in range(2):  # the second time they are known
        store_events(Kiosk.objects.get(), json.loads(json.dumps(events)), now())
        apply_effects([_happened(each) for each in events])
    assert set(BasketCheck.objects.values_list("told", "verdict")) == {(1_080_000, ""), (5, "")}
    assert main(["baskets", "--json"]) == 1
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {line["verdict"] for line in lines} == {"agrees", "differs"}
    assert check_some(now()) == []
    differing = BasketCheck.objects.get(verdict=Verdict.DIFFERS)
    assert differing.differences == [{"field": "total", "told": 5, "computed": 1_080_000}]
    assert main(["baskets"]) == 0
