"""What becomes of rows, against a real server on the loopback that can do everything wrong."""

import json
import sqlite3
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from kiosk.line.fake_server import FakeServer, running
from kiosk.messages import LineDown, LineUp
from kiosk.outbox.store import transaction
from kiosk.outbox.uploader import Pause
from tests.line.outbox_line import NOON, Line

# ---- when all is well


def test_what_waits_is_sent_in_batches_and_settled(line: Line) -> None:
    ids = line.put(*["scan"] * 120)

    assert line.step() is None

    assert [len(batch) for batch in line.server.batches] == [50, 50, 20]
    assert [event_id for batch in line.server.batches for event_id in batch] == ids
    assert list(line.server.events) == ids
    assert (line.waiting(), line.told()) == ([], [LineUp()])


def test_an_empty_outbox_asks_nothing_of_the_server(line: Line) -> None:
    assert line.step() is None
    assert (line.server.requests, line.told()) == ([], [])


def test_an_event_arrives_as_it_was_written_and_packed(line: Line) -> None:
    (event_id,) = line.put("scan")
    line.step()

    assert line.server.events[event_id] == {
        "id": event_id,
        "seq": 1,
        "kind": "scan",
        "ver": 1,
        "wall_ms": 1_795_435_200_000,
        "boot_id": str(UUID(int=1)),
        "mono_ms": 1_000,
        "body": {"n": 0},
    }


def test_the_ledger_goes_first_and_each_stream_by_itself(line: Line) -> None:
    (seen,) = line.put("search_made", store=line.telemetry)
    (sold,) = line.put("sale_made")

    line.step()

    assert line.server.batches == [[sold], [seen]]
    assert [json.loads(body)["stream"] for body in line.server.bodies] == ["ledger", "telemetry"]
    assert len(line.server.book.branches) == 2


# ---- answers that come twice, late, never, in part, or make no sense


def answer_nonsense(server: FakeServer) -> None:
    server.say(b"<html>welcome to the hotel wifi</html>")


def answer_wrong_types(server: FakeServer) -> None:
    server.say(b'{"acked_through": "3"}')


def answer_that_nothing_came(server: FakeServer) -> None:
    server.say(b'{"acked_through": 0}')


def answer_beyond_what_was_sent(server: FakeServer) -> None:
    server.say(b'{"acked_through": 4}')


def answer_of_a_stranger(server: FakeServer) -> None:
    stranger = {"id": str(UUID(int=7)), "reason": "x"}
    server.change_answer(lambda answer: {**answer, "rejected": [stranger]})


def answer_late(server: FakeServer) -> None:
    server.answer_after(0.6)


def drip(server: FakeServer) -> None:
    server.drip(0.1)


LOST: list[Callable[[FakeServer], None]] = [
    FakeServer.hang_up,
    answer_late,
    FakeServer.cut_mid_body,
    drip,
    answer_nonsense,
    answer_wrong_types,
    answer_that_nothing_came,
    answer_beyond_what_was_sent,
    answer_of_a_stranger,
]


@pytest.mark.parametrize("lose", LOST)
def test_without_a_sound_answer_nothing_is_settled_and_nothing_doubles(
    line: Line, lose: Callable[[FakeServer], None]
) -> None:
    ids = line.put("scan", "scan", "sale")
    line.be_patient(lose not in (answer_late, drip))
    lose(line.server)

    assert line.step() == Pause(1.0)
    assert line.waiting() == ids
    line.be_patient(True)
    assert list(line.server.events) == ids  # the server has them, and we cannot know
    assert isinstance(line.told()[-1], LineDown)

    assert line.step() is None
    assert line.waiting() == []
    assert list(line.server.events) == ids
    assert line.server.batches == [ids, ids]  # the same rows under the same ids
    assert line.told() == [LineUp()]


def test_a_request_that_is_lost_is_made_again(line: Line) -> None:
    ids = line.put("scan")
    line.server.lose_request()

    assert line.step() == Pause(1.0)
    assert line.step() is None
    assert list(line.server.events) == ids


def test_a_line_that_doubles_a_request_doubles_no_row(line: Line) -> None:
    ids = line.put("scan", "scan")
    line.server.take_twice()

    assert line.step() is None
    assert (list(line.server.events), line.server.batches) == (ids, [ids, ids])


def test_half_an_answer_settles_that_half_and_the_rest_is_sent_again(line: Line) -> None:
    ids = line.put(*["scan"] * 4)
    line.server.change_answer(lambda answer: {**answer, "acked_through": 2})

    assert line.step() is None
    assert line.server.batches == [ids, ids[2:]]
    assert line.waiting() == []


def test_a_server_that_is_not_there_is_told_once(tmp_path: Path) -> None:
    with running(FakeServer()) as server:
        line = Line(tmp_path, server)
    ids = line.put("scan")

    assert [line.step() for _ in range(3)] == [Pause(1.0), Pause(2.0), Pause(4.0)]
    (told,) = line.told()
    assert isinstance(told, LineDown)
    assert "refused" in told.reason
    assert line.waiting() == ids
    line.close()


# ---- refusals


def test_a_refused_event_is_parked_with_the_reason_and_the_rest_go(line: Line) -> None:
    line.server.book.rejects = {"odd": "no such kind"}
    good, odd, good_too = line.put("scan", "odd", "scan")

    assert line.step() is None
    assert line.parked() == {odd: "no such kind"}
    assert list(line.server.events) == [good, good_too]


@pytest.mark.parametrize("status", [400, 413, 422])
def test_a_batch_refused_as_a_whole_is_divided_until_the_bad_row_is_alone(
    line: Line, status: int
) -> None:
    line.server.book.chokes_on, line.server.book.chokes_with = {"poison"}, status
    ids = line.put(*["scan"] * 20, "poison", *["scan"] * 29)
    poison = ids[20]

    assert line.step() is None

    assert line.parked() == {poison: f"HTTP {status}: no such kind"}
    assert list(line.server.events) == [each for each in ids if each != poison]
    assert line.server.book.shells == {poison: f"HTTP {status}: no such kind"}
    assert len(line.server.batches) <= 13  # 1 + 2 for each halving of 50
    assert line.told() == [LineUp()]


@pytest.mark.parametrize("kinds", [["poison"], ["poison", "scan"], ["scan", "poison"], ["scan", "poison", "poison"]])  # fmt: skip
def test_a_row_refused_alone_is_parked_once_the_server_has_its_shell(
    line: Line, kinds: list[str]
) -> None:
    line.server.book.chokes_on = {"poison"}
    ids = line.put(*kinds)
    bad = [event_id for event_id, kind in zip(ids, kinds, strict=True) if kind == "poison"]

    assert line.step() is None
    assert set(line.parked()) == set(bad) == set(line.server.book.shells)
    assert list(line.server.events) == [each for each in ids if each not in bad]
    assert line.store.acked_through() == len(ids)


def test_a_server_that_refuses_every_row_parks_none_because_it_is_not_the_rows(line: Line) -> None:
    line.server.book.chokes_on = {"scan"}
    ids = line.put(*["scan"] * 8)

    assert line.step() == Pause(1.0)
    assert (line.waiting(), line.parked()) == (ids, {})
    assert isinstance(line.told()[-1], LineDown)

    line.server.book.chokes_on = set()
    assert line.step() is None
    assert list(line.server.events) == ids


@pytest.mark.parametrize("kinds", [["poison"], ["scan", "poison"]])
def test_where_even_the_shell_is_refused_it_is_not_the_row(line: Line, kinds: list[str]) -> None:
    line.server.book.chokes_on, line.server.book.chokes_on_shells = {"poison"}, True
    line.put(*kinds)

    assert line.step() == Pause(1.0)
    assert line.parked() == {}
    line.server.book.chokes_on_shells = False
    assert line.step() is None
    assert len(line.parked()) == 1


def test_a_line_cut_while_a_batch_is_divided_settles_only_what_was_answered(line: Line) -> None:
    line.server.book.chokes_on = {"poison"}
    ids = line.put("scan", "scan", "poison", "scan")
    line.server.let_pass(2)
    line.server.fail(500)

    assert line.step() == Pause(1.0)
    assert (line.waiting(), line.parked()) == (ids[2:], {})
    assert line.step() is None
    assert list(line.parked()) == [ids[2]]


def test_a_shell_that_the_server_did_not_take_parks_no_row(line: Line) -> None:
    line.server.book.chokes_on = {"poison"}
    ids = line.put("scan", "poison", "scan")
    line.server.let_pass(4)
    line.server.change_answer(lambda answer: {**answer, "acked_through": 1})

    assert line.step() == Pause(1.0)
    assert (line.waiting(), line.parked()) == (ids[1:], {})
    assert line.step() is None
    assert list(line.parked()) == ids[1:2]


def test_what_stops_one_stream_does_not_stop_the_other(line: Line) -> None:
    line.server.book.chokes_on = {"sale_made"}
    line.put("sale_made", "sale_made")
    (seen,) = line.put("search_made", store=line.telemetry)

    assert [line.step(), line.step()] == [Pause(1.0), Pause(2.0)]
    assert list(line.server.events) == [seen]


@pytest.mark.parametrize("status", [401, 403])
def test_a_key_that_is_not_known_destroys_nothing(line: Line, status: int) -> None:
    ids = line.put("scan")
    line.put("scan", store=line.telemetry)
    line.server.fail(status, body=b"unknown kiosk", times=2)

    assert line.step() == Pause(1.0)
    assert line.step() == Pause(2.0)
    assert (line.waiting(), line.parked()) == (ids, {})
    (told,) = line.told()
    assert isinstance(told, LineDown)
    assert told.reason == f"the server does not know this kiosk: HTTP {status}: unknown kiosk"

    assert line.step() is None
    assert line.waiting() == []


@pytest.mark.parametrize("status", [204, 302, 404, 405, 408, 409, 500, 502, 503])
def test_any_other_answer_means_later_and_is_not_followed(line: Line, status: int) -> None:
    ids = line.put("scan")
    line.server.fail(status, {"Location": "http://127.0.0.1:1/"})

    assert line.step() == Pause(1.0)
    assert (line.waiting(), line.parked()) == (ids, {})
    assert isinstance(line.told()[0], LineDown)


# ---- what is tried again


def test_what_a_person_puts_back_is_sent_apart_and_stored(line: Line) -> None:
    line.server.book.rejects = {"odd": "no such kind"}
    odd, good = line.put("odd", "scan")
    line.step()
    line.server.book.rejects = {}

    line.store.retry([UUID(odd)])
    assert line.step() is None

    assert line.server.requests[-1] == "POST /api/v2/events/again"
    assert list(line.server.events) == [good, odd]
    assert line.store.status().accepted == 2


def test_what_is_refused_again_is_parked_again_and_holds_up_nothing(line: Line) -> None:
    line.server.book.rejects = {"odd": "no such kind"}
    line.server.book.chokes_on = {"poison"}
    odd, poison, other = line.put("odd", "poison", "poison")
    line.put("scan")
    line.step()
    line.server.book.chokes_on, line.server.book.rejects_ids = {"odd"}, {poison: "still bad"}

    line.store.retry()
    fresh = line.put("scan")
    assert line.step() is None

    assert line.parked() == {odd: "HTTP 400: no such kind", poison: "still bad"}
    assert set(line.server.events) >= {other, *fresh}


def test_an_answer_lost_to_a_row_tried_again_doubles_nothing(line: Line) -> None:
    line.server.book.rejects = {"odd": "no such kind"}
    (odd,) = line.put("odd")
    line.step()
    line.server.book.rejects = {}
    line.store.retry()
    line.server.hang_up()

    assert line.step() == Pause(1.0)
    assert line.step() is None
    assert (list(line.server.events), line.store.status().accepted) == ([odd], 1)


# ---- a server that has less than it had, a box that has less, a box that is two


def test_a_server_restored_from_a_backup_gets_again_what_it_lost(line: Line) -> None:
    ids = line.put(*["scan"] * 60)
    line.step()
    backup = line.server.book.backup()
    ids += line.put(*["scan"] * 70)
    line.step()
    line.server.book.restore(backup)
    ids += line.put("scan")

    assert line.step() is None

    assert list(line.server.events) == ids
    assert (line.waiting(), line.server.book.gaps) == ([], [])


def test_what_the_box_has_no_more_is_said_to_be_lost_and_the_rest_goes(line: Line) -> None:
    empty = line.server.book.backup()
    line.put("scan", "scan", store=line.telemetry)
    line.step()
    line.put("scan", store=line.telemetry)
    line.step()
    line.telemetry.forget_accepted(NOON + timedelta(days=9))
    line.server.book.restore(empty)
    (fresh,) = line.put("scan", store=line.telemetry)

    assert line.step() is None

    assert len(line.server.events) == 2  # the newest row stays for its chain
    assert fresh in line.server.events
    assert line.server.book.gaps == [(str(line.telemetry.epoch), 1, 2)]


def test_evicted_telemetry_is_said_to_be_lost_at_once(line: Line) -> None:
    with transaction(line.telemetry._connection):
        for _ in range(100):
            line.telemetry.put("search_made", {"text": "x" * 4_000}, NOON)
        gone = line.telemetry.evict_beyond(200_000, NOON)

    left = line.telemetry.status().waiting

    assert line.step() is None

    assert len(line.server.events) == left
    assert line.server.book.gaps == [(str(line.telemetry.epoch), 1, gone)]
    assert not any("gap" in request for request in line.server.requests)


def test_a_parked_row_goes_as_its_shell_to_a_server_that_lost_it(line: Line) -> None:
    empty = line.server.book.backup()
    line.server.book.rejects = {"odd": "no such kind"}
    odd, good = line.put("odd", "scan")
    line.step()
    line.server.book.restore(empty)
    (fresh,) = line.put("scan")

    assert line.step() is None
    assert line.server.book.shells == {odd: "no such kind"}
    assert list(line.server.events) == [good, fresh]


def test_a_quiet_kiosk_looks_whether_the_server_still_has_what_it_had(line: Line) -> None:
    empty = line.server.book.backup()
    ids = line.put("scan", "scan")
    (seen,) = line.put("search_made", store=line.telemetry)
    line.step()
    line.server.book.restore(empty)
    assert line.step() is None
    assert line.server.events == {}, "there was nothing to send"

    line.uploader.keep_house()
    assert line.step() is None

    assert list(line.server.events) == [*ids, seen]
    assert line.server.book.gaps == []


def test_nothing_is_forgotten_before_the_server_said_that_it_still_has_it(line: Line) -> None:
    empty = line.server.book.backup()
    ids = line.put("scan", "scan", "scan")
    line.step()
    line.server.book.restore(empty)
    line.clock.move(31 * 86_400)  # without a line
    line.uploader.keep_house()

    assert line.step() is None

    assert list(line.server.events) == ids
    assert line.store.status().accepted == 3, "they were accepted today"


@pytest.mark.parametrize("status", [400, 413, 422])
def test_a_server_that_refuses_to_be_looked_at_lets_nothing_be_forgotten(
    line: Line, status: int
) -> None:
    empty = line.server.book.backup()
    ids = line.put("scan", "scan", "scan")
    line.step()
    line.server.book.restore(empty)
    line.clock.move(31 * 86_400)
    line.uploader.keep_house()
    line.server.fail(status)

    assert line.step() is None
    assert line.store.status().accepted == 3
    assert line.step() is None
    assert len(line.server.requests) == 2, "it is asked again in an hour, not at once"

    line.uploader = line.new_uploader()
    line.uploader.keep_house()
    assert line.step() is None
    assert list(line.server.events) == ids


def test_looking_back_at_a_server_that_has_all_is_one_request_and_changes_nothing(
    line: Line,
) -> None:
    ids = line.put("scan", "scan")
    line.step()
    line.uploader.keep_house()

    assert [line.step(), line.step()] == [None, None]

    assert line.server.batches == [ids, ids[1:]]
    assert list(line.server.events) == ids
    assert line.store.status().accepted == 2


def test_a_server_that_sees_a_gap_wherever_we_begin_is_left_alone_for_a_while(line: Line) -> None:
    line.put("scan", "scan")
    line.step()
    line.put("scan")
    line.server.fail(409, body=b'{"code": "gap", "acked_through": 1}')
    line.server.fail(409, body=b'{"code": "gap", "acked_through": 0}')

    assert line.step() == Pause(1.0)
    assert line.step() is None
    assert len(line.server.events) == 3


def copy_of(line: Line, folder: Path) -> Line:
    """Put a copy of the disk into a second box, which speaks to the same server."""
    folder.mkdir()
    for store, name in ((line.store, "kiosk.db"), (line.telemetry, "telemetry.db")):
        copy = sqlite3.connect(folder / name)
        store._connection.backup(copy)
        copy.close()
    return Line(folder, line.server)


def test_two_boxes_with_one_disk_are_stored_side_by_side_and_told(
    line: Line, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    before = line.put("scan", "scan")
    line.step()
    twin = copy_of(line, tmp_path / "twin")
    ours, theirs = [], []
    for _ in range(3):
        ours += line.put("scan")
        theirs += twin.put("scan")
        assert (line.step(), twin.step()) == (None, None)

    assert set(line.server.events) == {*before, *ours, *theirs}
    (branches,) = line.server.book.branches.values()
    assert [branch.head for branch in branches] == [5, 5]
    assert caplog.text.count("outbox-branch stream=ledger") == 1  # said once, not each time
    twin.close()


# ---- files


def test_a_clock_set_back_changes_neither_order_nor_what_is_forgotten(line: Line) -> None:
    line.put("first")
    with transaction(line.store._connection):
        line.store.put("second", {}, NOON - timedelta(days=400))
    with transaction(line.store._connection):
        line.store.put("third", {}, NOON + timedelta(days=400))

    assert line.step() is None
    assert [event["kind"] for event in line.server.events.values()] == ["first", "second", "third"]
    assert line.store.forget_accepted(NOON - timedelta(days=30)) == 0


def test_a_week_without_a_line_is_sent_when_it_returns(line: Line) -> None:
    ids = line.put(*["scan"] * 5_000)

    assert line.step() is None
    assert len(line.server.batches) == 100
    assert list(line.server.events) == ids


def test_a_disk_that_is_full_loses_nothing_and_is_tried_again(
    line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = line.put("scan")
    (seen,) = line.put("scan", store=line.telemetry)

    def full(*_: object) -> int:
        raise sqlite3.OperationalError("database or disk is full")

    with monkeypatch.context() as patched:
        patched.setattr(line.store, "settle_through", full)
        assert line.step() == Pause(1.0)
    assert line.waiting() == ids
    assert seen in line.server.events, "the other file is sound"
    assert line.told() == [LineUp()]  # it is no news of the line

    assert line.step() is None
    assert line.server.batches == [ids, [seen], ids]


def test_an_attempt_that_cannot_be_counted_keeps_no_row_back(
    line: Line, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    ids = line.put("scan")

    def full(*_: object) -> None:
        error = sqlite3.OperationalError("database or disk is full")
        error.sqlite_errorcode = sqlite3.SQLITE_FULL
        raise error

    monkeypatch.setattr(line.store, "count_attempt", full)

    assert line.step() is None
    assert (list(line.server.events), line.waiting()) == (ids, [])
    assert "outbox-attempt-not-counted stream=ledger" in caplog.text
