"""Sales arrive once, are worked out again, and what was given back or is in doubt is kept."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from server.__main__ import main
from server.configuration import Configuration
from server.events.kinds import BODIES, EventError, check_body
from server.events.models import Event
from server.events.store import store_events
from server.fleet.keys import enrol
from server.fleet.models import Kiosk
from server.ingest.effects import Happened, apply_effects
from server.office.exchange.sales import DoubtResource, GivenBackResource, SaleResource
from server.pricing.models import Verdict
from server.sales.checking import check_sales
from server.sales.models import Doubt, GivenBack, Sale
from server.stores.models import Store
from tests.server.engines import EACH
from tests.server.line import NOON

ATTEMPT, SALE = str(uuid.UUID(int=1)), str(uuid.UUID(int=2))
NAMED = {
    **{"attempt": ATTEMPT, "sale": SALE, "kind": "authorisation", "amount": 125_000},
    **{"currency": "IRR", "reference": "17956627403389789685"},
}
CARD = {
    **{"kind": "card", "amount": 125_000, "reference": "1", "receipt": 12, "trace": 3},
    **{"terminal_id": "123", "card_bin": "603799", "card_last4": "1234", "told_at": "12:00"},
}
COMPLETED: dict[str, Any] = {
    **{"sale": SALE, "attempt": ATTEMPT, "total": 125_000, "currency": "IRR"},
    **{"tenders": [CARD], "evidence": "completion", "basket": {}},
}
DOUBTFUL = {**NAMED, "phase": "result", "why": "the link was lost"}
ENDED = {**NAMED, "outcome": "not_charged", "row": 4, "why": "nothing new"}
FOR_STAFF = {**NAMED, "outcome": "attendant", "row": 2, "why": "it does not tell"}
UNDOING = {**NAMED, "kind": "reversal", "undoes": ATTEMPT, "by": "Sara", "completed": True}
BODIES_TOLD: Mapping[str, Mapping[str, Any]] = {
    "sale_completed": COMPLETED,
    "payment_in_doubt": DOUBTFUL,
    "payment_settled": ENDED,
    "payment_attendant": FOR_STAFF,
    "sale_reversed": UNDOING,
    "refund_made": {**UNDOING, "kind": "refund"},
}


@pytest.mark.parametrize("kind", BODIES_TOLD)
def test_what_a_kiosk_tells_is_taken(kind: str) -> None:
    check_body(kind, BODIES_TOLD[kind])


@pytest.mark.parametrize(
    ("kind", "field"), [(kind, field) for kind in BODIES_TOLD for field in BODIES[kind]]
)
def test_each_field_is_checked(kind: str, field: str) -> None:
    name = field.removesuffix("?")
    with pytest.raises(EventError, match=f"body.{name}"):
        check_body(kind, {**BODIES_TOLD[kind], name: 1.5})


@pytest.mark.parametrize(
    ("tender", "told"),
    [
        ({"card_bin": "6037991234"}, "tenders: .0..card_bin: expected at most 6 digits"),
        ({"card_last4": "6037991234"}, "tenders: .0..card_last4: expected at most 4 digits"),
        ({"amount": 0}, "tenders: .0..amount: expected 1 or more"),
    ],
)
def test_more_of_a_card_than_may_be_kept_is_refused_and_not_shown(
    tender: Mapping[str, Any], told: str
) -> None:
    with pytest.raises(EventError, match=told) as refused:
        check_body("sale_completed", {**COMPLETED, "tenders": [{**CARD, **tender}]})
    assert "6037991234" not in str(refused.value)


@pytest.fixture
def kiosk(chain: Configuration) -> Kiosk:
    enrol("tehran-1-k1", Store.objects.get(pk="tehran-1"), NOON)
    return Kiosk.objects.get(kiosk_id="tehran-1-k1")


def happened(kind: str, body: Mapping[str, Any], after_s: int = 0) -> Happened:
    return Happened(
        uuid.uuid4(), "tehran-1-k1", "tehran-1", kind, 1, NOON + timedelta(seconds=after_s), body
    )


def send(kiosk: Kiosk, kind: str, body: Mapping[str, Any]) -> uuid.UUID:
    event = happened(kind, body)
    raw = {"id": str(event.event_id), "kind": kind, "at": NOON.isoformat(), "body": dict(body)}
    (answer,) = store_events(kiosk, [raw], NOON)
    assert answer.status == "accepted", answer
    apply_effects([event])
    return event.event_id


@EACH
def test_a_sale_is_a_row_once_however_often_it_is_told(
    chain: Configuration, caplog: pytest.LogCaptureFixture
) -> None:
    first = happened("sale_completed", COMPLETED)
    apply_effects([first])
    apply_effects([first])
    apply_effects([happened("sale_completed", {**COMPLETED, "total": 1})])

    (sale,) = Sale.objects.all()
    assert (sale.event_id, sale.total, sale.store_id) == (first.event_id, 125_000, "tehran-1")
    assert caplog.text.count("sale-told-twice") == 1


@EACH
def test_money_given_back_is_kept_beside_the_sale_in_any_order(chain: Configuration) -> None:
    apply_effects([happened("refund_made", {**UNDOING, "kind": "refund"})])
    apply_effects([happened("sale_completed", COMPLETED)])

    (back,) = GivenBack.objects.all()
    assert (back.kind, back.amount, back.who) == ("refund", 125_000, "Sara")
    assert Sale.objects.filter(pk=back.sale_id).exists()


@EACH
@pytest.mark.parametrize(
    ("kinds", "state"),
    [
        (["payment_in_doubt"], "in_doubt"),
        (["payment_in_doubt", "payment_settled"], "not_charged"),
        (["payment_in_doubt", "payment_attendant"], "attendant"),
        (["payment_attendant", "payment_in_doubt"], "attendant"),
        (["payment_in_doubt", "payment_attendant", "payment_settled"], "not_charged"),
        (["payment_settled", "payment_attendant", "payment_in_doubt"], "not_charged"),
    ],
)
def test_a_doubt_is_where_it_came_to_and_what_ended_stays_ended(
    chain: Configuration, kinds: list[str], state: str
) -> None:
    for place, kind in enumerate(kinds):
        apply_effects([happened(kind, BODIES_TOLD[kind], place)])

    (doubt,) = Doubt.objects.all()
    assert doubt.state == state


def test_the_sums_of_a_sale_are_worked_out_again(kiosk: Kiosk) -> None:
    good = {**COMPLETED, "sale": str(uuid.uuid4()), "attempt": str(uuid.uuid4())}
    wrong = {**COMPLETED, "tenders": [{**CARD, "amount": 5}]}
    for body in (good, wrong):
        send(kiosk, "sale_completed", body)
    checked = {str(each.pk): each for each in check_sales(NOON)}

    assert checked[good["sale"]].verdict == Verdict.AGREES
    assert checked[SALE].verdict == Verdict.DIFFERS
    assert checked[SALE].differences == [{"field": "paid", "told": 5, "computed": 125_000}]
    assert check_sales(NOON) == []


def test_the_basket_of_a_sale_is_worked_out_again(kiosk: Kiosk) -> None:
    from retail.basket import Basket, Line
    from server.pricing.past import Then
    from tests.server.pricing.test_baskets_again import now, told

    at = now()
    milk = Then(at).tag("10001", "tehran-1", None)
    basket = told(Basket((Line(1, milk, 2),)), at)
    right = {**COMPLETED, "total": basket["total"], "basket": basket}
    right["tenders"] = [{**CARD, "amount": basket["total"]}]
    dear = {**basket, "total": basket["total"] + 7}
    wrong = {**right, "sale": str(uuid.uuid4()), "attempt": str(uuid.uuid4()), "basket": dear}
    wrong |= {"total": dear["total"], "tenders": [{**CARD, "amount": dear["total"]}]}
    for body in (right, wrong):
        check_body("sale_completed", body)
        send(kiosk, "sale_completed", body)
    verdicts = {str(each.pk): each.verdict for each in check_sales(NOON)}

    assert Event.objects.count() == 2
    assert verdicts == {SALE: Verdict.AGREES, wrong["sale"]: Verdict.DIFFERS}


def test_a_sale_beyond_the_limit_of_an_offer_is_told(kiosk: Kiosk) -> None:
    from server.pricing.using import count
    from tests.server.pricing.chain import publish_rule, set_of

    publish_rule(set_of(limits={"in_all": 1}))
    send(kiosk, "sale_completed", COMPLETED)
    quote = {"rules": ["three"], "offers": [[0, 1, 500]]}
    sales = (uuid.uuid4(), uuid.UUID(SALE))
    told = [happened("sale_completed", COMPLETED, minute * 60) for minute in range(2)]
    with transaction.atomic():
        count(zip(sales, told, (quote, quote), strict=True))
    (row,) = check_sales(NOON)
    assert row.verdict == Verdict.OVERRUN
    assert row.differences == [{"overrun": "three", "times": 1, "off": 0}]


def test_the_command_tells_what_differs_and_what_is_in_doubt(
    kiosk: Kiosk, capsys: pytest.CaptureFixture[str]
) -> None:
    send(kiosk, "sale_completed", COMPLETED)
    assert main(["sales", "--json"]) == 0
    capsys.readouterr()
    send(kiosk, "payment_attendant", FOR_STAFF)
    assert main(["sales", "--json"]) == 1
    (told,) = map(json.loads, capsys.readouterr().out.splitlines())
    assert (told["state"], told["amount"]) == ("attendant", 125_000)


def test_sales_are_exported_with_no_more_of_a_card_than_bin_and_last_four(
    chain: Configuration,
) -> None:
    apply_effects([happened("sale_completed", COMPLETED), happened("payment_in_doubt", DOUBTFUL)])
    apply_effects([happened("refund_made", {**UNDOING, "kind": "refund"})])

    (sale,) = SaleResource("name").export(queryset=Sale.objects.all()).dict
    assert sale["tenders"] == "card 125000 603799…1234"
    assert (sale["sale_id"], sale["total"], sale["evidence"]) == (SALE, 125_000, "completion")
    (back,) = GivenBackResource("name").export(queryset=GivenBack.objects.all()).dict
    assert (back["kind"], back["amount"], back["who"]) == ("refund", 125_000, "Sara")
    (doubt,) = DoubtResource("name").export(queryset=Doubt.objects.all()).dict
    assert (doubt["state"], doubt["reference"]) == ("in_doubt", NAMED["reference"])
