"""When the uploader sends, waits and ends: on its own thread, against a server on the loopback."""

import logging
import sqlite3
import time
from datetime import UTC, datetime, timedelta

import pytest

from kiosk.errors import DataError
from kiosk.line.backoff import Backoff
from kiosk.line.watch import Side
from kiosk.messages import LineDown, LineUp
from kiosk.outbox.store import OutboxStore
from kiosk.outbox.streams import LEDGER, TELEMETRY
from kiosk.outbox.uploader import Links, Pause, Uploader, UploaderConfig
from tests.line.outbox_line import Line, until


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


def test_a_stream_that_is_stuck_waits_longer_each_time_while_the_other_is_served(
    line: Line,
) -> None:
    line.server.book.chokes_on = {"sale_made"}
    line.put("sale_made", "sale_made")
    pauses = []
    for _ in range(4):
        line.put("search_made", store=line.telemetry)
        pauses.append(line.step())

    assert pauses == [Pause(1.0), Pause(2.0), Pause(4.0), Pause(8.0)]
    assert len(line.server.events) == 4


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
    line.uploader = line.new_uploader(base_s=60)
    line.server.fail(500)
    line.put("scan")
    with line.running():
        until(lambda: line.posted.qsize() == 1)
        line.watch.down(Side.CATALOGUE, "the feed has no answer either")
        line.watch.up(Side.CATALOGUE)

        until(lambda: len(line.server.events) == 1, within_s=1)
    assert [type(m) for m in line.told()] == [LineDown, LineUp]


def test_when_the_line_returns_it_looks_whether_the_server_still_has_all(line: Line) -> None:
    empty = line.server.book.backup()
    ids = line.put("scan")
    with line.running():
        until(lambda: line.store.status().accepted == 1)
        line.server.book.restore(empty)  # while nobody spoke to it
        line.watch.down(Side.CATALOGUE, "the feed has no answer")
        line.watch.up(Side.CATALOGUE)
        line.uploader.wake()

        until(lambda: list(line.server.events) == ids)


def test_a_stop_is_obeyed_at_once_even_in_a_long_wait(line: Line) -> None:
    line.server.fail(429, {"Retry-After": "3000"})
    line.put("scan")
    with line.running() as stop:
        until(lambda: len(line.server.requests) == 1)
        began = time.monotonic()
        stop.set()
    assert time.monotonic() - began < 0.5


def test_what_the_server_has_had_for_long_enough_is_forgotten(line: Line) -> None:
    for store in (line.store, line.telemetry):
        line.put("scan", "scan", store=store)
    line.step()
    line.clock.move(2 * 86_400)

    with line.running():
        until(lambda: line.telemetry.status().accepted == 1)
    assert line.store.status().accepted == 2  # the ledger's stay for a month
    line.clock.move(29 * 86_400)
    line.uploader = line.new_uploader()
    with line.running():
        until(lambda: line.store.status().accepted == 1)


# ---- files that fail


def uploader_that_opens(line: Line, *failures: Exception) -> Uploader:
    """Give one whose telemetry opens and whose ledger fails first."""
    left = list(failures)

    def open_ledger() -> OutboxStore:
        if left:
            raise left.pop(0)
        return line.open_store(LEDGER)

    return Uploader(
        UploaderConfig("k-1"),
        [open_ledger, lambda: line.open_store(TELEMETRY)],
        Links(line.link),
        line.watch,
        line.clock,
        line.box,
        lambda: Backoff(base_s=0.01),
    )


def test_a_file_that_cannot_be_opened_is_waited_for_and_hinders_no_other(
    line: Line, caplog: pytest.LogCaptureFixture
) -> None:
    (sold,), (seen,) = line.put("scan"), line.put("scan", store=line.telemetry)
    line.uploader = uploader_that_opens(
        line,
        sqlite3.OperationalError("unable to open database file"),
        DataError("expected a kiosk's database"),
    )
    with line.running():
        until(lambda: sold in line.server.events)

    assert list(line.server.events) == [seen, sold]
    assert caplog.text.count("outbox-not-opened") == 2


def test_a_stop_is_obeyed_while_a_file_cannot_be_opened(line: Line) -> None:
    line.uploader = uploader_that_opens(
        line, *[sqlite3.OperationalError("unable to open database file")] * 10_000
    )
    with line.running():
        time.sleep(0.05)  # leaving the block sees it end


def test_a_database_that_turns_out_to_be_damaged_does_not_end_the_uploader(
    line: Line, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def damaged(*_: int) -> object:
        raise sqlite3.DatabaseError("database disk image is malformed")

    monkeypatch.setattr(line.store, "in_sequence", damaged)

    with caplog.at_level(logging.ERROR):
        assert isinstance(line.step(), Pause)
    assert "outbox-store-failed stream=ledger" in caplog.text
    assert line.told() == []  # it is no news of the line
