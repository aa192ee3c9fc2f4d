from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection

from retail.snapshot import write_instant
from server.configuration import Configuration
from server.events.kinds import BODIES, EventError, read_event
from server.events.models import Event, UnknownCode
from server.events.store import store_events
from server.fleet.keys import enrol
from server.fleet.models import Kiosk
from server.stores.models import Store
from tests.server.line import NOON

ID = "0193578f-8a00-7000-8000-000000000001"


def event(kind: str = "unknown_code", event_id: str = ID, at: datetime = NOON, **body: Any) -> Any:
    if kind == "unknown_code" and not body:
        body = {"code": "4006381333931", "symbology": "E0"}
    return {"id": event_id, "kind": kind, "at": write_instant(at), "body": body}


@pytest.fixture
def kiosk(chain: Configuration) -> Kiosk:
    enrol("tehran-1-k1", Store.objects.get(pk="tehran-1"), NOON)
    return Kiosk.objects.get()


def answers(kiosk: Kiosk, *events: object) -> list[str]:
    return [answer.status for answer in store_events(kiosk, events, NOON)]


# ---- the checks


def test_an_event_is_read_with_its_instant_in_utc() -> None:
    told = read_event({**event(), "at": "2026-11-23T12:00:00.5+03:30"})
    assert told.event_id == UUID(ID)
    assert told.at == NOON + timedelta(milliseconds=500)
    assert told.at.utcoffset() == timedelta(0)


def test_an_unknown_kind_is_taken_as_it_comes() -> None:
    assert read_event(event("door_opened", by="staff")).body == {"by": "staff"}


def test_a_known_kind_may_tell_more_than_this_server_knows() -> None:
    assert read_event(event("device_back", device="scanner", after_s=3))


WRONG: dict[str, tuple[Any, str]] = {
    "not an object": ("text", "Expected an object"),
    "a field too many": ({**event(), "more": 1}, "got 'more'"),
    "no id": ({**event(), "id": None}, "id: expected a UUID"),
    "an id in braces": (event(event_id="{" + ID + "}"), "id: expected a UUID"),
    "an id in capitals": (event(event_id=ID.upper()), "id: expected a UUID in small letters"),
    "no kind": ({**event(), "kind": 1}, "kind: expected"),
    "a kind with a blank": (event("door opened"), "kind: expected"),
    "a kind too long": (event("k" * 64), "kind: expected"),
    "no instant": ({**event(), "at": None}, "at: expected"),
    "an instant without a zone": ({**event(), "at": "2026-11-23T08:30:00"}, "at: expected"),
    "a day that there is not": ({**event(), "at": "2026-02-30T08:30:00Z"}, "at: "),
    "before all time": ({**event(), "at": "0001-01-01T00:00:00+23:59"}, "at: "),
    "no body": ({**event(), "body": []}, "body: expected an object"),
    "NUL deep in the body": (event("x", a=[{"b": "\0"}]), "without NUL"),
    "half a surrogate pair": (event("x", **{"\ud800": 1}), "lone surrogates"),
    "a code that is no text": (event(code=5, symbology=""), "body.code: expected a text"),
    "an empty code": (event(code="", symbology=""), "body.code: expected a text"),
    "a code too long": (event(code="1" * 513, symbology=""), "512 characters or fewer"),
    "no symbology": (event(code="1"), "body.symbology: expected a value, got none"),
    "hits that are true": (event("search_made", text="a", hits=True), "body.hits"),
    "fewer hits than none": (event("search_made", text="a", hits=-1), "body.hits"),
    "a GTIN with a wrong check digit": (
        event("expired_item_seen", gtin="06260100000101", expires_on="2026-11-01"),
        "body.gtin: Expected check digit 0",
    ),
    "a day in words": (
        event("expired_item_seen", gtin="06260100000100", expires_on="today"),
        "body.expires_on",
    ),
    "an item that was not found": (
        event("item_looked_up", sku="1", found=False, price_minor=1),
        "body.found: expected true",
    ),
    "an item without its number": (
        event("item_looked_up", found=True, price_minor=1),
        "either gtin or sku",
    ),
    "an item with two numbers": (
        event("item_looked_up", sku="1", gtin="06260100000100", found=True, price_minor=1),
        "either gtin or sku",
    ),
}


@pytest.mark.parametrize(("raw", "told"), WRONG.values(), ids=WRONG.keys())
def test_a_wrong_event_is_refused_with_field_expected_and_got(raw: Any, told: str) -> None:
    with pytest.raises(EventError) as error:
        read_event(raw)
    assert told in str(error.value)
    assert str(error.value).isprintable()
    assert len(str(error.value)) < 200


@pytest.mark.parametrize("kind", BODIES)
def test_each_known_kind_is_refused_with_an_empty_body(kind: str) -> None:
    with pytest.raises(EventError, match="body"):
        read_event({"id": ID, "kind": kind, "at": "2026-11-23T08:30:00Z", "body": {}})


# ---- the storing


@pytest.mark.parametrize(
    ("told", "stored"),
    [
        ("9999-12-31T23:59:59Z", NOON),
        ("2026-11-23T08:30:01Z", NOON),
        ("2026-11-23T08:29:59Z", NOON - timedelta(seconds=1)),
        ("0001-01-01T00:00:00Z", datetime(1970, 1, 1, tzinfo=UTC)),
    ],
)
def test_an_event_lies_neither_in_the_future_nor_before_1970(
    kiosk: Kiosk, told: str, stored: datetime
) -> None:
    assert answers(kiosk, {**event(), "at": told}) == ["accepted"]
    assert Event.objects.get().at == stored
    code = UnknownCode.objects.get()
    assert (code.first_seen_at, code.last_seen_at) == (stored, stored)


def test_an_event_is_stored_once_however_often_it_comes(kiosk: Kiosk) -> None:
    assert answers(kiosk, event(), event()) == ["accepted", "known"]
    assert answers(kiosk, event()) == ["known"]
    stored = Event.objects.get()
    assert (str(stored.event_id), stored.kiosk, stored.at) == (ID, kiosk, NOON)


def test_an_event_of_a_kind_that_is_not_known_waits_to_be_read(kiosk: Kiosk) -> None:
    answers(kiosk, event("door_opened", by="staff"), event(event_id=str(uuid4())))
    assert dict(Event.objects.values_list("kind", "read")) == {
        "door_opened": False,
        "unknown_code": True,
    }


def test_a_bad_event_keeps_back_no_other(kiosk: Kiosk) -> None:
    batch = [event(event_id=str(uuid4())), {"id": "x"}, event(event_id=str(uuid4()))]
    results = store_events(kiosk, batch, NOON)
    assert [answer.status for answer in results] == ["accepted", "rejected", "accepted"]
    assert [answer.event_id for answer in results] == [batch[0]["id"], "x", batch[2]["id"]]
    assert Event.objects.count() == 2


def test_an_id_of_another_kiosk_is_rejected_and_its_event_stays(kiosk: Kiosk) -> None:
    enrol("tehran-2-k1", Store.objects.get(pk="tehran-2"), NOON)
    other = Kiosk.objects.get(pk="tehran-2-k1")
    answers(other, event("device_back", device="scanner"))
    assert answers(kiosk, event()) == ["rejected"]
    assert Event.objects.get().kiosk == other


def test_a_batch_that_fails_in_the_middle_leaves_nothing(
    kiosk: Kiosk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("power cut")

    monkeypatch.setattr(UnknownCode.objects, "update_or_create", fail)
    with pytest.raises(RuntimeError):
        answers(kiosk, event("device_back", str(uuid4()), device="scanner"), event())
    assert not Event.objects.exists()


def test_the_same_batch_on_several_lines_at_once_is_stored_once(kiosk: Kiosk) -> None:
    batch = [event(event_id=str(uuid4())) for _ in range(10)]

    def send(_: int) -> list[str]:
        try:
            return answers(kiosk, *batch)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        told = [status for statuses in pool.map(send, range(4)) for status in statuses]
    assert (told.count("accepted"), told.count("known")) == (10, 30)
    assert UnknownCode.objects.get().count == 10


def test_unknown_codes_are_counted_with_when_and_where_they_were_last_seen(kiosk: Kiosk) -> None:
    for days in (2, 1, 3):
        answers(kiosk, event(event_id=str(uuid4()), at=NOON - timedelta(days)))
    answers(kiosk, event(event_id=str(uuid4()), code="4006381333931", symbology="d2"))
    code = UnknownCode.objects.get(symbology="E0")
    assert code.count == 3
    assert (code.first_seen_at, code.last_seen_at) == (NOON - timedelta(3), NOON - timedelta(1))
    assert code.last_store_id == "tehran-1"
    assert UnknownCode.objects.count() == 2


def test_an_event_that_came_twice_is_counted_once(kiosk: Kiosk) -> None:
    answers(kiosk, event(), event())
    assert UnknownCode.objects.get().count == 1
