"""The uploader before a server of the release before, that knows version 1 alone."""

import time
from pathlib import Path

import pytest

from kiosk.line.fake_server import FakeServer, running
from kiosk.messages import LineDown, LineUp
from kiosk.outbox.uploader import Pause
from tests.line.outbox_line import Line


def asked_of(line: Line) -> list[str]:
    """Give the version of each request."""
    return [request.split("/")[2] for request in line.server.requests]


def test_a_server_without_version_2_is_spoken_to_in_version_1_for_an_hour(
    old_line: Line,
) -> None:
    ids = old_line.put(*["scan"] * 60)
    (seen,) = old_line.put("search_made", store=old_line.telemetry)

    assert old_line.step() is None
    assert sorted(old_line.server.events) == sorted([*ids, seen])
    assert old_line.told() == [LineUp()]
    old_line.put("scan")
    old_line.step()
    asked = [request.split()[1] for request in old_line.server.requests]
    assert asked == ["/api/v2/events", *["/api/v1/events"] * 4]


def test_each_hour_it_is_asked_for_version_2_first(
    old_line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    old_line.uploader.keep_house()
    old_line.put("scan")
    assert old_line.step() is None
    for hours, versions in ((1, {1}), (2, {1, 2})):
        old_line.server.versions = versions
        later = time.monotonic() + hours * 3_601
        monkeypatch.setattr("kiosk.outbox.uploader.monotonic", lambda later=later: later)
        old_line.uploader.keep_house()
        assert old_line.step() is None, "a quiet hour at an old server is no fault"

    assert asked_of(old_line) == ["v2", "v1", "v2", "v2"]
    assert old_line.store.acked_through() == 1


def test_a_404_after_version_2_was_heard_is_waited_out(old_line: Line) -> None:
    old_line.server.versions = {1, 2}
    old_line.put("scan")
    assert old_line.step() is None
    ids = old_line.put("scan")
    old_line.server.fail(404)

    assert old_line.step() == Pause(1.0)
    assert old_line.waiting() == ids
    assert old_line.step() is None
    assert asked_of(old_line) == ["v2", "v2", "v2"]


def test_a_404_that_is_version_2s_own_turns_nothing(old_line: Line) -> None:
    old_line.put("scan")
    old_line.server.fail(404, body=b'{"code": "not_found", "error": "Expected another"}')

    assert old_line.step() == Pause(1.0)
    assert asked_of(old_line) == ["v2"]


@pytest.mark.parametrize("status", [401, 403, 404, 500])
def test_after_any_failure_of_version_1_it_is_asked_for_version_2_first(
    old_line: Line, status: int
) -> None:
    old_line.put("scan")
    assert old_line.step() is None
    old_line.put("scan")
    old_line.server.fail(status)
    assert old_line.step() == Pause(1.0)

    old_line.server.versions = {1, 2}
    assert old_line.step() is None
    assert asked_of(old_line) == ["v2", "v1", "v1", "v2"]


def test_a_404_to_a_quiet_kiosk_turns_nothing_and_lets_nothing_be_forgotten(
    old_line: Line,
) -> None:
    old_line.server.versions = {1, 2}
    old_line.put("scan", "scan")
    old_line.step()
    old_line.uploader = old_line.new_uploader(old=True)  # the next start
    old_line.clock.move(31 * 86_400)
    old_line.uploader.keep_house()
    old_line.server.fail(404)

    assert old_line.step() == Pause(1.0)
    assert old_line.store.status().accepted == 2
    assert old_line.step() is None
    assert old_line.store.status().accepted == 1
    assert asked_of(old_line) == ["v2", "v2", "v2"]


def test_an_enrolled_kiosk_forgets_nothing_on_the_word_of_version_1(old_line: Line) -> None:
    old_line.put("scan", "scan")
    old_line.step()
    old_line.clock.move(31 * 86_400)
    old_line.put("scan")
    old_line.uploader.keep_house()

    assert old_line.step() is None
    assert old_line.store.status().accepted == 3


def test_two_streams_that_version_1_does_not_take_are_asked_for_once_a_round(
    old_line: Line,
) -> None:
    old_line.server.book.chokes_on = {"scan"}
    for store in (old_line.store, old_line.telemetry):
        old_line.put("scan", "scan", store=store)

    assert old_line.step() == Pause(1.0)
    assert asked_of(old_line)[:2] == ["v2", "v1"]
    assert asked_of(old_line).count("v2") == 1


def test_an_event_arrives_in_the_form_of_version_1(old_line: Line) -> None:
    (event_id,) = old_line.put("scan")
    old_line.step()

    assert old_line.server.events[event_id] == {
        "id": event_id,
        "kind": "scan",
        "at": "2026-11-23T12:00:00.000Z",
        "body": {"n": 0},
    }


def test_without_a_key_of_version_1_it_is_waited_for_version_2(tmp_path: Path) -> None:
    with running(FakeServer()) as server:
        server.versions = {1}
        line = Line(tmp_path, server)
        ids = line.put("scan")

        assert line.step() == Pause(1.0)
        assert (line.waiting(), list(server.events)) == (ids, [])
        server.versions = {1, 2}
        assert line.step() is None
        line.close()


def test_a_proxy_that_hides_both_versions_for_a_while_does_not_pin_us_to_the_old_one(
    old_line: Line,
) -> None:
    old_line.server.versions = set()
    ids = old_line.put("scan")
    assert old_line.step() == Pause(1.0)
    assert isinstance(old_line.told()[-1], LineDown)

    old_line.server.versions = {1, 2}
    assert old_line.step() is None
    assert old_line.server.requests[-1] == "POST /api/v2/events"
    assert list(old_line.server.events) == ids


def test_half_an_answer_settles_that_half_and_a_doubled_one_settles_once(old_line: Line) -> None:
    ids = old_line.put(*["scan"] * 4)
    old_line.server.let_pass()
    old_line.server.change_answer(lambda answer: {"results": answer["results"][:2] * 2})

    assert old_line.step() is None
    assert old_line.server.batches == [ids, ids[2:]]


def test_a_row_that_the_server_never_speaks_of_keeps_no_other_back(old_line: Line) -> None:
    ids = old_line.put(*["scan"] * 60)
    old_line.server.let_pass()
    stuck = ids[0]

    def silent_on_stuck(answer: dict[str, list[dict[str, str]]]) -> object:
        return {"results": [each for each in answer["results"] if each["id"] != stuck]}

    old_line.server.change_answer(silent_on_stuck, times=9)

    assert old_line.step() == Pause(1.0)
    assert old_line.waiting() == [stuck]


def test_refused_rows_are_parked_and_tried_again_when_a_person_says_so(old_line: Line) -> None:
    book = old_line.server.book
    book.rejects, book.chokes_on = {"odd": "no such kind"}, {"poison"}
    odd, poison, _ = old_line.put("odd", "poison", "scan")
    assert old_line.step() is None
    assert old_line.parked() == {odd: "no such kind", poison: "HTTP 400: no such kind"}

    book.rejects, book.chokes_on = {}, set()
    old_line.store.retry()
    assert old_line.step() is None
    assert {odd, poison} < set(old_line.server.events)


def test_a_server_that_refuses_every_row_parks_none_because_it_is_not_the_rows(
    old_line: Line,
) -> None:
    old_line.server.book.chokes_on = {"scan"}
    ids = old_line.put(*["scan"] * 8)

    assert old_line.step() == Pause(1.0)
    assert (sorted(old_line.waiting()), old_line.parked()) == (sorted(ids), {})


@pytest.mark.parametrize("body", [b"<html>", b'{"results": []}', b'{"results": [{"id": 7}]}'])
def test_an_answer_that_settles_nothing_means_later(old_line: Line, body: bytes) -> None:
    ids = old_line.put("scan")
    old_line.server.let_pass()
    old_line.server.say(body)

    assert old_line.step() == Pause(1.0)
    assert old_line.waiting() == ids


@pytest.mark.parametrize("status", [401, 403, 429, 500])
def test_a_refusal_destroys_nothing(old_line: Line, status: int) -> None:
    ids = old_line.put("scan")
    old_line.server.let_pass()
    old_line.server.fail(status, {"Retry-After": "9"})

    assert old_line.step() == Pause(9.0, asked=True)
    assert old_line.waiting() == ids


def test_a_server_that_learns_version_2_gets_all_in_sequence_and_doubles_nothing(
    old_line: Line,
) -> None:
    old_line.server.book.rejects = {"odd": "no such kind"}
    ids = old_line.put("scan", "odd", "scan")
    old_line.step()
    old_line.server.versions = {1, 2}
    old_line.uploader = old_line.new_uploader(old=True)  # the next start
    fresh = old_line.put("scan")

    assert old_line.step() is None

    assert list(old_line.server.events) == [ids[0], ids[2], *fresh]
    assert set(old_line.server.book.shells) == {ids[1]}
    assert old_line.server.book.gaps == []
    assert old_line.store.acked_through() == 4
