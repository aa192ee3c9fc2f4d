"""What a kiosk may ask of its store's feed, over a real socket, signed."""

from __future__ import annotations

import base64
import gzip
import hashlib
from datetime import timedelta
from typing import Any

import pytest
import requests
import zstandard
from django.core.asgi import get_asgi_application

from server.application import Application
from server.configuration import Configuration
from server.feed import heads
from server.feed.models import Segment
from server.feed.publisher import Publisher
from server.feed.wholes import begin
from server.fleet.gate import admit
from server.snapshots.publish import publish as publish_by_hand
from tests.server.engines import EACH
from tests.server.feeding import publish, set_price
from tests.server.line import NOON, Line
from tests.server.running import running
from tests.server.signing import SignedLine, a_kiosk

HEAD = "/api/v2/feed/head"


@pytest.fixture
def kiosk(line: Line) -> SignedLine:
    return SignedLine(line.url, a_kiosk())


def head(kiosk: SignedLine, after: int | None = None) -> dict[str, Any]:
    query = "" if after is None else f"after={after}"
    answer = kiosk.ask("GET", "/api/v2/feed/head", query)
    assert answer.status_code == 200, answer.text
    assert "Pishkhan-Time" in answer.headers
    return answer.json()  # type: ignore[no-any-return]


def sequences(manifests: list[dict[str, Any]]) -> list[int]:
    return [each["sequence"] for each in manifests]


@EACH
def test_before_the_first_publishing_there_is_nothing_yet(kiosk: SignedLine) -> None:
    answer = kiosk.ask("GET", "/api/v2/feed/head")
    assert (answer.status_code, answer.json()["code"]) == (404, "nothing_yet")


@EACH
def test_a_kiosk_is_led_from_nothing_to_the_newest_number(
    kiosk: SignedLine, chain: Configuration
) -> None:
    publish(chain)
    for amount in (1, 2):
        set_price(amount)
        publish(chain)
    told = head(kiosk)
    assert (told["sequence"], told["segments"], told["more"]) == (3, [], False)
    assert sequences(told["snapshots"]) == [1]
    assert sequences(head(kiosk, 1)["segments"]) == [2, 3]
    assert sequences(head(kiosk, 2)["segments"]) == [3]
    for has in (3, 4):
        told = head(kiosk, has)
        assert (told["sequence"], told["segments"]) == (3, [])


@EACH
def test_files_come_as_their_manifests_say_and_may_be_kept_for_ever(
    kiosk: SignedLine, chain: Configuration
) -> None:
    publish(chain)
    set_price(1)
    publish(chain)
    told = head(kiosk, 1)
    for manifest, unpack in (
        (told["segments"][0], zstandard.decompress),
        (told["snapshots"][0], gzip.decompress),
    ):
        answer = kiosk.ask("GET", manifest["path"])
        assert answer.status_code == 200
        assert "immutable" in answer.headers["Cache-Control"]
        assert "Content-Encoding" not in answer.headers
        assert len(answer.content) == manifest["size"]
        assert hashlib.sha256(answer.content).hexdigest() == manifest["sha256"]
        assert len(unpack(answer.content)) == manifest["unpacked"]


@EACH
def test_small_segments_come_along_with_the_head(kiosk: SignedLine, chain: Configuration) -> None:
    publish(chain)
    for amount in (1, 2):
        set_price(amount)
        publish(chain)
    told = head(kiosk, 1)
    assert told["files"].keys() == {"2", "3"}
    for manifest in told["segments"]:
        file = base64.b64decode(told["files"][str(manifest["sequence"])])
        assert hashlib.sha256(file).hexdigest() == manifest["sha256"]
    assert head(kiosk, 3)["files"] == {}


def test_large_segments_are_fetched_apart(
    kiosk: SignedLine, chain: Configuration, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(chain)
    for amount in (1, 2, 3):
        set_price(amount)
        publish(chain)
    size = Segment.objects.filter(store="tehran-1", sequence=2).get().size
    monkeypatch.setattr(heads, "FILES_BYTES_MAX", 2 * size + 20)
    told = head(kiosk, 1)
    assert (sequences(told["segments"]), told["files"].keys()) == ([2, 3, 4], {"2", "3"})


def test_the_head_in_front_of_django_answers_as_the_described_one(chain: Configuration) -> None:
    key = a_kiosk()
    publish(chain)
    set_price(1)
    publish(chain)
    described = Application(chain, get_asgi_application(), admit, lambda _parts: {})
    with running(described) as url:
        expected = [SignedLine(url, key).ask("GET", HEAD, f"after={n}").json() for n in range(3)]
    with running(Application(chain, get_asgi_application(), admit)) as url:
        answers = [SignedLine(url, key).ask("GET", HEAD, f"after={n}").json() for n in range(3)]
        assert requests.post(f"{url}{HEAD}", timeout=10).status_code == 405
    assert answers == expected


def test_a_hundred_at_a_time(kiosk: SignedLine, chain: Configuration) -> None:
    publish(chain)
    for amount in range(103):
        set_price(amount)
        publish(chain)
    told = head(kiosk, 1)
    assert (sequences(told["segments"]), told["more"]) == (list(range(2, 102)), True)
    told = head(kiosk, 101)
    assert (sequences(told["segments"]), told["more"]) == (list(range(102, 105)), False)


def test_where_the_next_segment_is_kept_no_more_the_snapshot_is_to_be_taken(
    kiosk: SignedLine, chain: Configuration
) -> None:
    for day in range(5):
        set_price(day)
        publish_by_hand(chain, NOON + timedelta(day))
    assert sequences(head(kiosk, 1)["segments"]) == [2, 3, 4, 5]  # at least 30 days'
    set_price(9)
    publish_by_hand(chain, NOON + timedelta(60))
    told = head(kiosk, 1)
    assert (told["segments"], sequences(told["snapshots"])) == ([], [6])
    assert sequences(head(kiosk, 5)["segments"]) == [6]  # since the second-newest snapshot


def test_a_feed_begun_anew_has_no_segment_that_leads_there(
    kiosk: SignedLine, chain: Configuration
) -> None:
    publish(chain)
    begin("tehran-1", Publisher.of(chain), NOON, above=50)
    told = head(kiosk, 40)
    assert (told["sequence"], told["segments"], sequences(told["snapshots"])) == (51, [], [51])


def test_another_stores_files_are_not_given(kiosk: SignedLine, chain: Configuration) -> None:
    publish(chain)
    set_price(1)
    publish(chain)
    for where in ("segments/tehran-2/2", "snapshots/tehran-2/1/records"):
        answer = kiosk.ask("GET", f"/api/v2/feed/{where}")
        assert (answer.status_code, answer.json()["code"]) == (403, "store")


@pytest.mark.parametrize(
    ("where", "status"),
    [
        ("head?after=-1", 422),
        ("head?after=x", 422),
        ("head?after=99999999999999999999", 422),
        ("segments/tehran-1/0", 422),
        ("segments/tehran-1/99999999999999999999", 422),
        ("segments/tehran-1/7", 404),
        ("snapshots/tehran-1/7/records", 404),
        ("snapshots/tehran-1/1/built", 404),
        ("snapshots/tehran-1/1/segment", 422),
        ("nothing", 404),
    ],
)
def test_a_wrong_question_is_refused(
    kiosk: SignedLine, chain: Configuration, where: str, status: int
) -> None:
    publish(chain)
    place, _, query = where.partition("?")
    answer = kiosk.ask("GET", f"/api/v2/feed/{place}", query)
    assert answer.status_code == status
    assert answer.json().keys() >= {"code", "error"}


def test_nobody_is_answered_without_a_signature(kiosk: SignedLine, chain: Configuration) -> None:
    publish(chain)
    for where in ("head", "segments/tehran-1/2", "snapshots/tehran-1/1/records"):
        assert kiosk.send("GET", f"/api/v2/feed/{where}", "", b"", {}).status_code == 401


def test_a_file_that_was_lost_is_not_kept(kiosk: SignedLine, chain: Configuration) -> None:
    publish(chain)
    for each in (chain.snapshots_dir / "tehran-1").iterdir():
        each.unlink()
    answer = kiosk.ask("GET", "/api/v2/feed/snapshots/tehran-1/1/records")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_kept")
