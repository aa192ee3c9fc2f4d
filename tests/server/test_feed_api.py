"""What a kiosk may ask of its store's feed, over a real socket, signed."""

from __future__ import annotations

import gzip
import hashlib
from datetime import timedelta
from typing import Any

import pytest
import zstandard

from server.configuration import Configuration
from server.feed.publisher import Publisher
from server.feed.wholes import begin
from server.snapshots.publish import publish as publish_by_hand
from tests.server.engines import EACH
from tests.server.feeding import publish, set_price
from tests.server.line import NOON, Line
from tests.server.signing import SignedLine, a_kiosk


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
