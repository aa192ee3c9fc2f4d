"""What staff are told of real databases, how long that takes, and trying again in them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter
from uuid import UUID

import pytest

from kiosk.errors import DataError
from kiosk.outbox.rows import Accepted, Refused
from kiosk.outbox.store import OutboxStore, open_database, transaction
from kiosk.outbox.streams import LEDGER, TELEMETRY, Stream, file_of
from kiosk.staff.report import Outgoing, Timing, Who
from kiosk.staff_desk import PARKED_MAX, DeskOfKiosk, Sources

NOON = datetime(2026, 11, 23, 8, 30, tzinfo=UTC)
WHO = Who("k1", "s1", "1.0")
REPORT_MAX_S = 0.005


@dataclass
class Time:
    """The server's time as far as it is known."""

    error: int | None = 40
    off: int | None = -90

    def error_ms(self) -> int | None:
        return self.error

    def wall_off_ms(self) -> int | None:
        return self.off


@dataclass
class Place:
    """A kiosk's files, and the desk that tells of them."""

    folder: Path
    retried: list[bool] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.database = self.folder / "kiosk.db"
        sources = Sources(lambda: 12, lambda: "key_revoked", lambda: self.retried.append(True))
        self.desk = DeskOfKiosk(WHO, self.database, Time(), sources)

    def put(self, stream: Stream, count: int, at: datetime = NOON) -> list[UUID]:
        """Write rows, a second apart."""
        connection = open_database(file_of(stream, self.database), stream)
        store = OutboxStore(connection)
        with transaction(connection):
            ids = [
                store.put("search_made", {"text": "x" * 60, "hits": 3}, at + timedelta(seconds=i))
                for i in range(count)
            ]
        store.close()
        return ids

    def settle(self, stream: Stream, *settlements: Accepted | Refused) -> None:
        """Say what the server answered."""
        store = OutboxStore(open_database(file_of(stream, self.database), stream))
        store.settle(settlements, NOON)
        store.close()

    def told(self) -> tuple[Outgoing, Outgoing]:
        ledger, telemetry = self.desk.report().streams
        return ledger, telemetry


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    made = Place(tmp_path)
    yield made
    made.desk.close()


def test_all_that_is_asked_elsewhere_is_in_the_report(place: Place) -> None:
    report = place.desk.report()

    assert (report.who, report.sequence, report.key_refused) == (WHO, 12, "key_revoked")
    assert report.timing == Timing(40, -90)
    assert report.free_bytes is not None
    assert report.free_bytes > 0


def test_of_each_stream_is_told_how_many_wait_and_since_when(place: Place) -> None:
    place.put(LEDGER, 2)
    ids = place.put(TELEMETRY, 3)
    place.settle(TELEMETRY, Accepted(ids[0]))

    assert place.told() == (
        Outgoing("ledger", 2, NOON),
        Outgoing("telemetry", 2, NOON + timedelta(seconds=1)),
    )


def test_what_is_new_is_told_by_the_next_report(place: Place) -> None:
    place.put(LEDGER, 1)
    place.put(TELEMETRY, 1)
    place.told()
    place.put(LEDGER, 1)

    assert place.told()[0].waiting == 2


def test_parked_events_are_told_with_their_reason_newest_first(place: Place) -> None:
    place.put(LEDGER, 1)
    ids = place.put(TELEMETRY, 3)
    place.settle(TELEMETRY, Refused(ids[0], "Expected a, got b"), Refused(ids[2], "Expected c"))
    told = place.told()[1]

    assert (told.waiting, told.parked) == (1, 2)
    assert [(row.event_id, row.reason) for row in told.rows] == [
        (ids[2], "Expected c"),
        (ids[0], "Expected a, got b"),
    ]
    assert (told.rows[1].kind, told.rows[1].at) == ("search_made", NOON)


def test_files_that_are_not_there_are_told_and_not_made(place: Place) -> None:
    ledger, telemetry = place.told()

    assert ledger.fault == "kiosk.db: unable to open database file"
    assert telemetry.fault.startswith("telemetry.db: ")
    assert list(place.folder.iterdir()) == []


def test_a_file_that_is_none_of_ours_is_told_and_the_other_still_is(place: Place) -> None:
    place.put(LEDGER, 1)
    (place.folder / "telemetry.db").write_bytes(b"no database at all" * 100)
    ledger, telemetry = place.told()

    assert ledger.waiting == 1
    assert "not a database" in telemetry.fault


def test_a_file_that_comes_later_is_read_then(place: Place) -> None:
    place.told()
    place.put(LEDGER, 1)

    assert place.told()[0] == Outgoing("ledger", 1, NOON)


def test_one_event_or_all_are_tried_again_and_the_uploader_is_told(place: Place) -> None:
    one = place.put(LEDGER, 1)
    more = place.put(TELEMETRY, 2)
    place.settle(LEDGER, Refused(one[0], "no"))
    place.settle(TELEMETRY, *(Refused(each, "no") for each in more))

    assert place.desk.retry(more[1]) == 1
    assert [stream.parked for stream in place.told()] == [1, 1]
    assert place.desk.retry() == 2
    assert [stream.parked for stream in place.told()] == [0, 0]
    assert place.desk.retry() == 0
    assert place.retried == [True, True]


def test_an_event_that_waits_already_is_not_tried_again(place: Place) -> None:
    ids = place.put(LEDGER, 1)

    assert place.desk.retry(ids[0]) == 0
    assert place.retried == []


def test_why_nothing_can_be_tried_again_is_told(place: Place) -> None:
    place.database.write_bytes(b"no database at all" * 100)

    with pytest.raises(DataError, match="expected a kiosk's database"):
        place.desk.retry()


def test_somebody_who_writes_holds_up_no_report(place: Place) -> None:
    place.put(LEDGER, 1)
    writing = open_database(place.database, LEDGER)
    writing.execute("BEGIN IMMEDIATE")
    try:
        assert place.told()[0].waiting == 1
    finally:
        writing.close()


def test_a_large_outbox_is_told_in_a_few_milliseconds_and_not_counted_to_its_end(
    place: Place,
) -> None:
    place.put(LEDGER, 1)
    place.put(TELEMETRY, 40_000)
    with sqlite3.connect(place.folder / "telemetry.db") as connection:
        connection.execute("UPDATE outbox SET state = 'accepted' WHERE seq <= 20000")
        connection.execute("UPDATE outbox SET state = 'parked', error = 'no' WHERE seq > 36000")
    connection.close()
    took_s = []
    for _ in range(20):
        begin = perf_counter()
        told = place.told()[1]
        took_s.append(perf_counter() - begin)

    assert (told.waiting, told.parked, len(told.rows)) == (1_001, 1_001, PARKED_MAX)
    assert min(took_s) < REPORT_MAX_S, took_s
