"""Every event that a visit causes is one that the server takes as it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from kiosk.messages import (
    CatalogueRefused,
    ChooseLanguage,
    DeviceLost,
    DeviceReady,
    GoHome,
    Language,
    OpenBrowse,
    OpenProduct,
    OpenSearch,
    SearchTyped,
)
from kiosk.rules_fault import RulesFault
from server.events.kinds import BODIES, read_event
from tests.flows.conftest import MILK, Kiosk

# told in the transaction of what they tell, by the parts that own it: outbox and feed
TOLD_BY_OTHERS = {"database_damaged", "telemetry_evicted", "action_done"}


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
    kiosk.wait(1)
    return kiosk.events


def test_the_server_takes_every_event_of_the_core() -> None:
    for kind, body in everything_that_can_happen():
        read_event(
            {"id": str(uuid4()), "kind": kind, "at": "2026-11-23T08:30:00Z", "body": dict(body)}
        )


def test_the_core_tells_every_kind_that_the_server_knows() -> None:
    told = {kind for kind, _ in everything_that_can_happen()}

    assert BODIES.keys() - told == TOLD_BY_OTHERS
