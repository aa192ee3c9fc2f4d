import gzip
import hashlib
import json
from datetime import UTC, datetime
from typing import Any

import pytest
import requests

from retail.snapshot import read_instant
from server.api.requests import BODY_BYTES_MAX
from server.catalogue.pictures import store_picture
from server.configuration import Configuration
from server.events.models import Event
from server.fleet.keys import enrol
from server.fleet.models import Kiosk
from server.snapshots.publish import publish
from server.stores.models import Store
from tests.server.line import NOON, Line

EVENTS = "/api/v1/events"
MANIFEST = "/api/v1/catalogue/manifest?store=tehran-1"
JSON = {"Content-Type": "application/json"}


def batch(*events: Any) -> dict[str, Any]:
    return {"kiosk": "tehran-1-k1", "events": list(events)}


def device_back(number: int) -> dict[str, Any]:
    return {
        "id": f"0193578f-8a00-7000-8000-{number:012}",
        "kind": "device_back",
        "at": "2026-11-23T08:30:00Z",
        "body": {"device": "scanner"},
    }


def test_a_kiosk_fetches_what_the_manifest_describes(line: Line, chain: Configuration) -> None:
    publish(chain, NOON)
    manifest = line.get(MANIFEST).json()
    file = line.get(manifest["path"]).content
    assert hashlib.sha256(file).hexdigest() == manifest["sha256"]
    assert len(file) == manifest["size"]
    assert json.loads(gzip.decompress(file).splitlines()[0])["sequence"] == 1


@pytest.mark.parametrize("key", ["", "wrong", "é", "x" * 5000])
def test_without_a_right_key_nothing_is_told(line: Line, chain: Configuration, key: str) -> None:
    publish(chain, NOON)
    stranger = Line(line.url, key.encode().decode("latin-1"))
    for answer in (
        stranger.get(MANIFEST),
        stranger.get("/api/v1/catalogue/snapshots/tehran-1/1"),
        stranger.get(f"/api/v1/pictures/{'0' * 64}"),
        stranger.post(EVENTS, json=batch(device_back(1))),
    ):
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"] == "Bearer"
        assert answer.json().keys() == {"error"}
    assert not Event.objects.exists()


def test_another_scheme_than_bearer_is_no_key(line: Line) -> None:
    answer = Line(line.url, "").get(MANIFEST, Authorization=f"Basic {line.key}")
    assert answer.status_code == 401


def test_a_kiosk_switched_off_or_given_a_new_key_is_no_longer_known(line: Line) -> None:
    assert line.get(MANIFEST).status_code == 404
    enrol("tehran-1-k1", Store.objects.get(pk="tehran-1"), NOON)
    assert line.get(MANIFEST).status_code == 401
    key = enrol("tehran-1-k1", Store.objects.get(pk="tehran-1"), NOON)
    Kiosk.objects.update(active=False)
    assert Line(line.url, key).get(MANIFEST).status_code == 401


def test_the_key_itself_is_stored_nowhere(line: Line, chain: Configuration) -> None:
    for file in chain.data_dir.rglob("*"):
        if file.is_file():
            assert line.key.encode() not in file.read_bytes(), file


def test_a_kiosk_gets_no_other_stores_catalogue(line: Line, chain: Configuration) -> None:
    publish(chain, NOON)
    for path in (
        "/api/v1/catalogue/manifest?store=tehran-2",
        "/api/v1/catalogue/snapshots/tehran-2/1",
    ):
        assert line.get(path).status_code == 403
    assert line.get("/api/v1/catalogue/manifest").status_code == 403


def test_a_kiosk_posts_in_its_own_name_alone(line: Line) -> None:
    answer = line.post(EVENTS, json={**batch(device_back(1)), "kiosk": "tehran-2-k1"})
    assert answer.status_code == 403
    assert not Event.objects.exists()


@pytest.mark.parametrize("sequence", ["2", "999999999999999999999", "../../secret.key", "x"])
def test_a_snapshot_that_there_is_not_is_not_found(
    line: Line, chain: Configuration, sequence: str
) -> None:
    publish(chain, NOON)
    answer = line.get(f"/api/v1/catalogue/snapshots/tehran-1/{sequence}")
    assert answer.status_code == 404
    assert answer.json().keys() == {"error"}


def test_a_picture_is_given_by_its_hash_and_may_be_kept_for_ever(
    line: Line, chain: Configuration
) -> None:
    content = b"\x89PNG\r\n\x1a\n" + bytes(100)
    picture = store_picture(chain, content)
    answer = line.get(f"/api/v1/pictures/{picture.sha256}")
    assert answer.content == content
    assert answer.headers["Content-Type"] == "image/png"
    assert "immutable" in answer.headers["Cache-Control"]
    for wrong in ("0" * 64, picture.sha256.upper(), "..%2fsecret.key", "x"):
        assert line.get(f"/api/v1/pictures/{wrong}").status_code == 404


def test_events_may_come_packed(line: Line) -> None:
    body = gzip.compress(json.dumps(batch(device_back(1))).encode())
    answer = line.post(EVENTS, data=body, headers={**JSON, "Content-Encoding": "gzip"})
    assert answer.json()["results"][0]["status"] == "accepted"


def test_a_batch_of_none_is_answered_with_none_and_50_are_taken(line: Line) -> None:
    assert line.post(EVENTS, json=batch()).json() == {"results": []}
    answer = line.post(EVENTS, json=batch(*map(device_back, range(50))))
    assert {each["status"] for each in answer.json()["results"]} == {"accepted"}


PACKED = {**JSON, "Content-Encoding": "gzip"}
REFUSED: dict[str, tuple[bytes, dict[str, str], int]] = {
    "no JSON": (b"{", JSON, 400),
    "NaN": (b'{"kiosk":"tehran-1-k1","events":[],"x":NaN}', JSON, 400),
    "no UTF-8": (b'"\xff"', JSON, 400),
    "lists without end": (b"[" * 100_000, JSON, 400),
    "a number without end": (b"1" * 100_000, JSON, 400),
    "a list": (b"[]", JSON, 400),
    "no list of events": (b'{"kiosk":"tehran-1-k1","events":{}}', JSON, 400),
    "another content": (b"{}", {"Content-Type": "text/plain"}, 415),
    "another packing": (b"{}", {**JSON, "Content-Encoding": "br"}, 415),
    "no gzip": (b"{}", PACKED, 400),
    "half a gzip": (gzip.compress(b'{"kiosk":1}')[:-5], PACKED, 400),
    "two gzips": (gzip.compress(b'{"kiosk":"tehran-1-k1","events":[]}') * 2, PACKED, 400),
    "too long": (b" " * (BODY_BYTES_MAX + 1), JSON, 413),
    "a gzip bomb": (gzip.compress(bytes(200 * BODY_BYTES_MAX // 10)), PACKED, 413),
}


@pytest.mark.parametrize(("body", "headers", "status"), REFUSED.values(), ids=REFUSED.keys())
def test_a_request_that_is_wrong_as_a_whole_is_refused_in_json(
    line: Line, body: bytes, headers: dict[str, str], status: int
) -> None:
    answer = line.post(EVENTS, data=body, headers=headers)
    assert answer.status_code == status
    assert answer.json()["error"].startswith("Expected ")
    assert not Event.objects.exists()


def test_each_path_has_its_one_method(line: Line) -> None:
    assert line.get(EVENTS).status_code == 405
    answer = line.post(MANIFEST)
    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET")
    assert line.get("/api/v3/anything").json().keys() == {"error"}


def test_health_tells_the_time_to_anybody(line: Line) -> None:
    answer = Line(line.url, "").get("/api/v1/health").json()
    assert answer["status"] == "ok"
    assert abs((read_instant(answer["at"]) - datetime.now(UTC)).total_seconds()) < 60


def test_a_database_that_fails_is_said_in_json(line: Line, chain: Configuration) -> None:
    chain.database_file.write_bytes(b"no database any more")
    answer = requests.get(f"{line.url}/api/v1/health", timeout=10)
    assert answer.status_code == 503
    assert answer.json().keys() == {"error"}


def test_a_request_under_another_name_is_refused(line: Line) -> None:
    assert line.get("/api/v1/health", Host="evil.example").status_code == 400
    assert line.get("/office/login/", Host="evil.example").status_code == 400


def test_it_is_noted_when_a_kiosk_was_last_heard_of(line: Line) -> None:
    line.get(MANIFEST)
    first = Kiosk.objects.get().last_seen_at
    line.get(MANIFEST)
    assert first is not None
    assert Kiosk.objects.get().last_seen_at == first  # not written again within the minute
