"""The uploader against a real server on the loopback that can do everything wrong."""

import queue
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from kiosk.clock import SetClock
from kiosk.errors import DataError
from kiosk.line.backoff import Backoff
from kiosk.line.fake_server import FakeServer, running
from kiosk.line.server import ServerLink
from kiosk.line.watch import LineWatch, Side
from kiosk.messages import LineDown, LineUp, Message
from kiosk.outbox.store import OutboxStore, open_database, transaction
from kiosk.outbox.uploader import Pause, Uploader, UploaderConfig

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
CONFIG = UploaderConfig("k-1", look_s=60)


class Line:
    """A kiosk's outbox, its uploader and the server, with what was posted to the core."""

    def __init__(self, folder: Path, server: FakeServer, config: UploaderConfig = CONFIG) -> None:
        self.file, self.server = folder / "kiosk.db", server
        self.posted: queue.Queue[Message] = queue.Queue()
        self.store = OutboxStore(open_database(self.file))
        self.link = ServerLink(server.url, "kiosk-key", timeout_s=0.3, answer_s=0.5)
        self.watch = LineWatch(self.posted.put)
        self.uploader = Uploader(
            config,
            lambda: OutboxStore(open_database(self.file)),
            self.link,
            self.watch,
            SetClock(NOON),
            Backoff(chance=lambda: 1.0),
        )

    def put(self, *kinds: str) -> list[str]:
        with transaction(self.store._connection):
            return [str(self.store.put(kind, {"n": n}, NOON)) for n, kind in enumerate(kinds)]

    def step(self) -> Pause | None:
        return self.uploader.step(self.store)

    def told(self) -> list[Message]:
        return [self.posted.get_nowait() for _ in range(self.posted.qsize())]

    def waiting(self) -> list[str]:
        return [str(event.event_id) for event in self.store.waiting(1_000)]

    def rejected(self) -> dict[str, str]:
        return {str(r.event.event_id): r.reason for r in self.store.rejected()}

    @contextmanager
    def running(self) -> Iterator[threading.Event]:
        stop = threading.Event()
        thread = threading.Thread(target=self.uploader.run, args=(stop,))
        thread.start()
        try:
            yield stop
        finally:
            stop.set()
            thread.join(timeout=3)
            assert not thread.is_alive()


@pytest.fixture
def line(tmp_path: Path) -> Iterator[Line]:
    with running(FakeServer()) as server:
        made = Line(tmp_path, server)
        yield made
        made.store.close()
        made.link.close()


def until(holds: Callable[[], bool], within_s: float = 3.0) -> None:
    ends = time.monotonic() + within_s
    while not holds():
        assert time.monotonic() < ends, "it did not come to hold in time"
        time.sleep(0.005)


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


def test_an_event_arrives_as_it_was_written(line: Line) -> None:
    (event_id,) = line.put("scan")
    line.step()

    assert line.server.events[event_id] == {
        "id": event_id,
        "kind": "scan",
        "at": "2026-11-23T12:00:00.000Z",
        "body": {"n": 0},
    }


# ---- answers that come twice, late, never, in part, or make no sense


def lose_line(line: Line) -> None:
    line.server.hang_up()


def answer_late(line: Line) -> None:
    line.server.answer_after(0.6)


def cut_mid_body(line: Line) -> None:
    line.server.cut_mid_body()


def drip(line: Line) -> None:
    line.server.drip(0.1)


def answer_nonsense(line: Line) -> None:
    line.server.say(b"<html>welcome to the hotel wifi</html>")


def answer_wrong_types(line: Line) -> None:
    line.server.say(b'{"results": [{"id": 7, "status": "accepted"}]}')


def answer_nothing_known(line: Line) -> None:
    line.server.say(b'{"results": []}')


@pytest.mark.parametrize(
    "lever",
    [lose_line, answer_late, cut_mid_body, drip, answer_nonsense, answer_wrong_types, answer_nothing_known],
)  # fmt: skip
def test_without_a_sound_answer_nothing_is_settled_and_nothing_doubles(
    line: Line, lever: Callable[[Line], None]
) -> None:
    ids = line.put("scan", "scan", "sale")
    lever(line)

    assert line.step() == Pause(1.0)
    assert line.waiting() == ids
    assert sorted(line.server.events) == sorted(ids)  # the server has them, and we cannot know
    assert [type(message) for message in line.told()] == [LineDown]

    assert line.step() is None
    assert line.waiting() == []
    assert sorted(line.server.events) == sorted(ids)
    assert line.server.batches == [ids, ids]  # the same rows under the same ids
    assert line.told() == [LineUp()]


def test_a_server_that_is_not_there_is_told_once(tmp_path: Path) -> None:
    with running(FakeServer()) as server:
        line = Line(tmp_path, server)
    ids = line.put("scan")

    pauses = [line.step() for _ in range(3)]

    assert pauses == [Pause(1.0), Pause(2.0), Pause(4.0)]
    (told,) = line.told()
    assert isinstance(told, LineDown)
    assert "refused" in told.reason
    assert line.waiting() == ids
    line.store.close()


def test_half_an_answer_settles_that_half_and_the_rest_is_sent_again(line: Line) -> None:
    ids = line.put(*["scan"] * 4)
    line.server.change_answer(lambda answer: {"results": answer["results"][:2]})

    assert line.step() is None
    assert line.server.batches == [ids, ids[2:]]
    assert line.waiting() == []


def test_a_row_that_the_server_never_speaks_of_keeps_no_other_back(line: Line) -> None:
    (stuck,) = line.put("scan")
    line.uploader._config = replace(CONFIG, batch_max=1)

    def silent_on_stuck(answer: dict[str, list[dict[str, str]]]) -> object:
        return {"results": [r for r in answer["results"] if r["id"] != stuck]}

    line.server.change_answer(silent_on_stuck, times=9)
    assert line.step() == Pause(1.0)
    fresh = line.put("scan", "scan")
    assert line.step() is not None

    assert line.waiting() == [stuck]
    assert set(fresh) < set(line.server.events)


def test_an_answer_given_twice_settles_once(line: Line) -> None:
    line.put("scan", "scan")
    line.server.change_answer(lambda answer: {"results": answer["results"] * 2})

    assert line.step() is None
    assert line.store.status().accepted == 2


def test_what_the_server_says_of_strange_ids_is_passed_over(line: Line) -> None:
    ids = line.put("scan")
    stranger = {"id": str(UUID(int=1)), "status": "rejected", "reason": "x"}
    line.server.change_answer(lambda answer: {"results": [stranger, *answer["results"]]})

    assert line.step() is None
    assert (list(line.server.events), line.rejected()) == (ids, {})


# ---- refusals


def test_a_refused_event_is_parked_with_the_reason_and_the_rest_go(line: Line) -> None:
    line.server.rejects = {"odd": "no such kind"}
    good, odd, good_too = line.put("scan", "odd", "scan")

    assert line.step() is None
    assert line.rejected() == {odd: "no such kind"}
    assert list(line.server.events) == [good, good_too]


@pytest.mark.parametrize("status", [400, 413, 422])
def test_a_batch_refused_as_a_whole_is_divided_until_the_bad_row_is_alone(
    line: Line, status: int
) -> None:
    line.server.chokes_on, line.server.chokes_with = {"poison"}, status
    ids = line.put(*["scan"] * 20, "poison", *["scan"] * 29)
    poison = ids[20]

    assert line.step() is None

    assert line.rejected() == {poison: f"HTTP {status}: no such kind"}
    assert sorted(line.server.events) == sorted(set(ids) - {poison})
    assert len(line.server.batches) <= 13  # 1 + 2 for each halving of 50
    assert line.told() == [LineUp()]


def test_a_row_that_is_refused_alone_is_parked(line: Line) -> None:
    line.server.chokes_on = {"poison"}
    (poison,) = line.put("poison")

    assert line.step() is None
    assert line.rejected() == {poison: "HTTP 400: no such kind"}


def test_a_server_that_refuses_every_row_parks_none_because_it_is_not_the_rows(line: Line) -> None:
    line.server.chokes_on = {"scan"}
    ids = line.put(*["scan"] * 8)

    assert line.step() == Pause(1.0)
    assert (sorted(line.waiting()), line.rejected()) == (sorted(ids), {})
    assert isinstance(line.told()[-1], LineDown)

    line.server.chokes_on = set()
    assert line.step() is None
    assert sorted(line.server.events) == sorted(ids)


def test_a_line_cut_while_a_batch_is_divided_settles_only_what_was_answered(line: Line) -> None:
    line.server.chokes_on = {"poison"}
    ids = line.put("scan", "scan", "poison", "scan")
    line.server.fail(400)
    line.server.fail(500)

    assert line.step() == Pause(1.0)
    assert line.waiting() == sorted(ids, key=lambda i: (ids.index(i) < 2, ids.index(i)))
    assert line.step() is None
    assert list(line.rejected()) == [ids[2]]


@pytest.mark.parametrize("status", [401, 403])
def test_a_key_that_is_not_known_destroys_nothing(line: Line, status: int) -> None:
    ids = line.put("scan")
    line.server.fail(status, body=b"unknown kiosk", times=2)

    assert line.step() == Pause(1.0)
    assert line.step() == Pause(2.0)
    assert (line.waiting(), line.rejected()) == (ids, {})
    (told,) = line.told()
    assert isinstance(told, LineDown)
    assert told.reason == f"the server does not know this kiosk: HTTP {status}: unknown kiosk"

    assert line.step() is None
    assert line.waiting() == []


@pytest.mark.parametrize("status", [204, 302, 404, 405, 408, 500, 502, 503])
def test_any_other_answer_means_later_and_is_not_followed(line: Line, status: int) -> None:
    ids = line.put("scan")
    line.server.fail(status, {"Location": "http://127.0.0.1:1/"})

    assert line.step() == Pause(1.0)
    assert (line.waiting(), line.rejected()) == (ids, {})
    assert isinstance(line.told()[0], LineDown)


# ---- waiting


@pytest.mark.parametrize(
    ("headers", "pause"),
    [
        ({"Retry-After": "7"}, Pause(7.0, asked=True)),
        ({"Retry-After": "0"}, Pause(1.0, asked=True)),
        ({"Retry-After": "999999999999"}, Pause(3_600.0, asked=True)),
        ({"Retry-After": "-5"}, Pause(1.0)),
        ({"Retry-After": "soon"}, Pause(1.0)),
        ({"Retry-After": "²"}, Pause(1.0)),
    ],
)
def test_a_busy_server_is_left_alone_as_long_as_it_asks(
    line: Line, headers: dict[str, str], pause: Pause
) -> None:
    ids = line.put("scan")
    line.server.fail(429, headers)

    assert line.step() == pause
    assert line.waiting() == ids
    assert line.told() == []  # it answered: the line is as it was


def test_a_date_to_wait_for_is_held_against_the_servers_own_clock(line: Line) -> None:
    line.put("scan")
    until_date = datetime.now(UTC) + timedelta(seconds=90)
    line.server.fail(503, {"Retry-After": until_date.strftime("%a, %d %b %Y %H:%M:%S GMT")})

    pause = line.step()

    assert pause is not None
    assert pause.asked
    assert 85 < pause.seconds <= 90


def test_waits_double_up_to_five_minutes_and_begin_anew_after_success() -> None:
    backoff = Backoff(chance=lambda: 1.0)

    assert [backoff.next_s() for _ in range(11)] == [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]
    backoff.reset()
    assert backoff.next_s() == 1


def test_after_a_success_the_next_failure_waits_briefly_again(line: Line) -> None:
    line.put("scan")
    line.server.fail(500, times=3)
    assert [line.step() for _ in range(4)] == [Pause(1.0), Pause(2.0), Pause(4.0), None]

    line.put("scan")
    line.server.fail(500)
    assert line.step() == Pause(1.0)


def test_waits_are_spread_by_chance_over_their_whole_length() -> None:
    chances = iter([0.0, 0.5, 0.999])
    backoff = Backoff(base_s=10, cap_s=10, chance=lambda: next(chances))

    assert [backoff.next_s() for _ in range(3)] == [0.0, 5.0, 9.99]


def test_a_row_that_is_put_is_sent_at_once(line: Line) -> None:
    with line.running():
        for n in range(1, 4):
            line.put("scan")
            line.uploader.wake()
            until(lambda n=n: len(line.server.events) == n, within_s=0.5)  # type: ignore[misc]


def test_a_row_that_is_put_does_not_hurry_a_server_that_fails(line: Line) -> None:
    line.server.fail(500, times=100)
    line.put("scan")
    with line.running():
        until(lambda: len(line.server.requests) == 1)
        for _ in range(5):
            line.put("scan")
            line.uploader.wake()
            time.sleep(0.05)

        assert len(line.server.requests) == 1


def test_a_line_that_returns_ends_the_wait(line: Line) -> None:
    line.uploader._backoff = Backoff(base_s=60, chance=lambda: 1.0)
    line.server.fail(500)
    line.put("scan")
    with line.running():
        until(lambda: line.posted.qsize() == 1)
        line.watch.down(Side.CATALOGUE, "the feed has no answer either")
        line.watch.up(Side.CATALOGUE)

        until(lambda: len(line.server.events) == 1, within_s=1)
    assert [type(m) for m in line.told()] == [LineDown, LineUp]


def test_a_stop_is_obeyed_at_once_even_in_a_long_wait(line: Line) -> None:
    line.server.fail(429, {"Retry-After": "3000"})
    line.put("scan")
    with line.running() as stop:
        until(lambda: len(line.server.requests) == 1)
        began = time.monotonic()
        stop.set()
    assert time.monotonic() - began < 0.5


def test_a_clock_set_back_changes_neither_order_nor_waiting(line: Line) -> None:
    line.put("first")
    with transaction(line.store._connection):
        line.store.put("second", {}, NOON - timedelta(days=400))

    assert line.step() is None
    assert [event["kind"] for event in line.server.events.values()] == ["first", "second"]


def test_a_week_without_a_line_is_sent_when_it_returns(line: Line) -> None:
    ids = line.put(*["scan"] * 5_000)

    assert line.step() is None
    assert len(line.server.batches) == 100
    assert list(line.server.events) == ids


def test_a_disk_that_is_full_loses_nothing_and_is_tried_again(
    line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = line.put("scan")

    def full(_: object) -> int:
        raise sqlite3.OperationalError("database or disk is full")

    with monkeypatch.context() as patched:
        patched.setattr(line.store, "settle", full)
        assert line.step() == Pause(1.0)
    assert line.waiting() == ids

    assert line.step() is None
    assert list(line.server.events) == ids
    assert line.server.batches == [ids, ids]


def test_what_the_server_has_had_for_a_month_is_forgotten_at_start(line: Line) -> None:
    with transaction(line.store._connection):
        line.store.put("old", {}, NOON - timedelta(days=31))
    line.put("new")
    line.step()

    with line.running():
        until(lambda: line.store.status().accepted == 1)


def test_a_database_that_cannot_be_opened_is_waited_for(
    line: Line, caplog: pytest.LogCaptureFixture
) -> None:
    (event_id,) = line.put("scan")
    failures: list[Exception] = [
        sqlite3.OperationalError("unable to open database file"),
        DataError("expected a kiosk's database"),
    ]

    def open_store() -> OutboxStore:
        if failures:
            raise failures.pop()
        return OutboxStore(open_database(line.file))

    line.uploader._open_store = open_store
    line.uploader._backoff = Backoff(base_s=0.01)
    with line.running():
        until(lambda: event_id in line.server.events)

    assert caplog.text.count("outbox-not-opened") == 2


def test_a_stop_is_obeyed_while_no_database_can_be_opened(line: Line) -> None:
    def open_store() -> OutboxStore:
        raise sqlite3.OperationalError("unable to open database file")

    line.uploader._open_store = open_store
    with line.running():
        time.sleep(0.05)  # it waits a second by now; leaving the block sees it end


def test_a_database_that_turns_out_to_be_damaged_does_not_end_the_uploader(
    line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    def damaged(_: int) -> object:
        raise sqlite3.DatabaseError("database disk image is malformed")

    monkeypatch.setattr(line.store, "waiting", damaged)

    assert isinstance(line.step(), Pause)
    assert line.told() == []  # it is no news of the line
