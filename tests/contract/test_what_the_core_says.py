"""Every event that a visit causes is one that the server takes as it is."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from kiosk.bootstrap.salvage import salvage_damaged
from kiosk.messages import (
    ApproveAge,
    AskStaff,
    CatalogueRefused,
    ChooseLanguage,
    DeviceLost,
    DeviceReady,
    DropBasket,
    EnterPin,
    FinishBasket,
    GoHome,
    Language,
    Leave,
    OpenBrowse,
    OpenGift,
    OpenProduct,
    OpenSearch,
    SearchTyped,
    TakeGift,
    TypeDigit,
)
from kiosk.receipt_messages import (
    NoPaper,
    PrinterChanged,
    PrintInDoubt,
    Ready,
    ReceiptPrinted,
)
from kiosk.rules_fault import RulesFault
from kiosk.staff.handler import WayIn
from kiosk.survey_messages import LeaveSurvey, NextPage, OpenSurvey
from server.events.kinds import BODIES, EventError, check_body, read_event
from server.surveys.packing import unpacked
from tests.features.survey_forms import survey
from tests.flows.conftest import MILK, RICE, Kiosk
from tests.flows.shopping import (
    GIFT,
    HALF,
    LABEL,
    LIGHTER_CODE,
    MILK_CODE,
    RICE_CODE,
    VOUCHER,
    Shop,
)
from tests.flows.test_staff_visit import KEPT, PIN
from tests.flows.test_staff_visit import Desk as StaffDesk
from tests.flows.test_survey_visit import Asked, answer_all
from tests.payment.rig import Rig

# told in the transaction of what they tell, by the parts that own it: outbox, feed, basket, payment
BASKETS = {"basket_finished", "basket_abandoned"}
PAYMENTS = {
    *("sale_completed", "sale_reversed", "refund_made"),
    *("payment_in_doubt", "payment_settled", "payment_attendant"),
    "payments_compared",
}
SURVEYS = {"survey_answered", "survey_left"}
TOLD_BY_OTHERS = {
    *("database_damaged", "database_salvaged", "telemetry_evicted", "action_done"),
    *BASKETS,
    *PAYMENTS,
    *SURVEYS,
}


def everything_that_can_happen() -> list[tuple[str, Mapping[str, Any]]]:
    kiosk = Kiosk()
    kiosk.scan("4006381333931", "E0")
    kiosk.scan("5901234123457", "E0")
    kiosk.scan(b"010400638133393117261122", "d2")
    kiosk.do(OpenSearch(), SearchTyped("شیر"), OpenProduct(MILK.sku), GoHome())
    kiosk.do(OpenBrowse("milk"), OpenProduct(MILK.sku), ChooseLanguage(Language.EN))
    kiosk.do(DeviceLost("camera", "the cable is out"), DeviceReady("camera"))
    kiosk.do(CatalogueRefused("wrong signature"), CatalogueRefused("other bytes", "tampered", 8))
    assert kiosk.catalogues.current is not None
    kiosk.catalogues.current.rules_fault = RulesFault(9, "spring", "Expected steps that go up")
    kiosk.do(
        PrinterChanged(NoPaper()),
        PrinterChanged(Ready()),
        ReceiptPrinted(uuid4(), uuid4(), copy=False),
        PrintInDoubt(uuid4(), uuid4(), "47", "the cable is out"),
    )
    kiosk.wait(1)
    return kiosk.events


def test_the_server_takes_every_event_of_the_core() -> None:
    for kind, body in everything_that_can_happen():
        read_event(
            {"id": str(uuid4()), "kind": kind, "at": "2026-11-23T08:30:00Z", "body": dict(body)}
        )


def test_the_server_takes_what_is_told_of_baskets(tmp_path: Path) -> None:
    shop = Shop(tmp_path, staff=WayIn(KEPT, StaffDesk()))
    shop.with_rules(HALF, GIFT, VOUCHER)
    for end in (FinishBasket(), DropBasket()):
        shop.start(MILK_CODE, MILK_CODE, RICE_CODE, RICE_CODE, LABEL, LIGHTER_CODE, "SPRING-5")
        shop.kiosk.do(OpenGift("mug"), TakeGift("500001"))
        shop.kiosk.do(AskStaff(), *(TypeDigit(digit) for digit in PIN), EnterPin(), ApproveAge())
        shop.kiosk.do(end, Leave())
    shop.start(MILK_CODE, RICE_CODE)
    shop.without(RICE)
    shop.kiosk.do(DropBasket())
    told = [(kind, body) for kind in sorted(BASKETS) for body in shop.told(kind)]
    shop.close()

    assert [kind for kind, _ in told] == [*["basket_abandoned"] * 2, "basket_finished"]
    for kind, body in told:
        read_event({"id": str(uuid4()), "kind": kind, "at": "2026-11-23T08:30:00Z", "body": body})


def test_the_server_takes_what_is_told_of_a_damaged_database(tmp_path: Path) -> None:
    (tmp_path / "kiosk.db.corrupt-1").write_bytes(b"no database")
    rig = Rig(tmp_path)
    rig.recorder.open()
    salvage_damaged(rig.recorder, rig.database, rig.box)
    rig.journal.compare("SARA")
    for kind in ("database_salvaged", "payments_compared"):
        (body,) = rig.told(kind)
        check_body(kind, body)
    rig.close()


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"total": -1}, "body.total: expected a whole number"),
        ({"lines": [{"line": 1}]}, r"body.lines: \[0\].sku: expected a value"),
        ({"quoted_at": "noon"}, "body.quoted_at: expected such as"),
        ({"rules": ["a", 1]}, "body.rules: expected a text"),
        ({"offers": [[0, 1, True]]}, "body.offers: expected a whole number"),
        ({"exact": 1}, "body.exact: expected true or false"),
    ],
)
def test_a_basket_that_is_told_wrongly_is_refused_by_the_name_of_its_field(
    tmp_path: Path, change: Mapping[str, Any], named: str
) -> None:
    shop = Shop(tmp_path)
    shop.start(MILK_CODE)
    shop.kiosk.do(FinishBasket())
    (body,) = shop.told("basket_finished")
    shop.close()
    check_body("basket_finished", body)
    with pytest.raises(EventError, match=named):
        check_body("basket_finished", {**body, **change})


def test_the_server_takes_what_is_told_of_surveys(tmp_path: Path) -> None:
    asked = Asked(tmp_path, survey())
    answer_all(asked)
    asked.do(NextPage(), Leave(), OpenSurvey(), LeaveSurvey())
    told = [(kind, body) for kind in sorted(SURVEYS) for body in asked.told(kind)]
    asked.recorder.close()

    assert [kind for kind, _ in told] == ["survey_answered", "survey_left"]
    for kind, body in told:
        read_event({"id": str(uuid4()), "kind": kind, "at": "2026-11-23T08:30:00Z", "body": body})
    # docs/surveys.md, section 6: what is read of it at head office is its XML
    assert unpacked(told[0][1]).count("<liked>no</liked>") == 1


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"version": 0}, "body.version: expected a version from 1"),
        ({"state": "half"}, "body.state: expected one of complete, partial"),
        ({"packed": "eA=="}, "body: expected either xml or packed"),
        ({"xml": "x" * 40_001}, "body.xml: expected a text of at most 40000 bytes"),
        ({"times": [["/data/a", -1]]}, r"body.times: \[0\]: expected milliseconds"),
        ({"times": [["/data/a"]]}, r"body.times: \[0\]: expected a pair"),
        ({"files": [["../a.png", ""]]}, r"body.files: \[0\]: expected a file's name"),
        ({"files": [["a.png", "ä"]]}, "body.files: expected base64"),
        ({"marks": ["twice"]}, "body.marks: expected marks"),
        ({"instance": "1"}, "body.instance"),
    ],
)
def test_answers_that_are_told_wrongly_are_refused_by_the_name_of_their_field(
    tmp_path: Path, change: Mapping[str, Any], named: str
) -> None:
    asked = Asked(tmp_path, survey())
    answer_all(asked)
    asked.do(NextPage())
    (body,) = asked.told("survey_answered")
    asked.recorder.close()
    with pytest.raises(EventError, match=named):
        check_body("survey_answered", {**body, **change})


def test_the_core_tells_every_kind_that_the_server_knows() -> None:
    told = {kind for kind, _ in everything_that_can_happen()}

    assert BODIES.keys() - told == TOLD_BY_OTHERS
