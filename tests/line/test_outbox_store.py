"""The outbox table: what is put stays as it was, and leaves only when the server has it."""

import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from uuid import UUID

import pytest

from kiosk.errors import DataError
from kiosk.outbox.store import Accepted, OutboxStore, Refused, open_database, transaction

NOON = datetime(2026, 11, 23, 12, 0, 0, 250_000, tzinfo=UTC)


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    opened = open_database(tmp_path / "kiosk.db")
    yield opened
    opened.close()


@pytest.fixture
def store(connection: sqlite3.Connection) -> OutboxStore:
    return OutboxStore(connection)


def put(connection: sqlite3.Connection, *kinds: str, at: datetime = NOON) -> list[UUID]:
    with transaction(connection):
        return [OutboxStore(connection).put(kind, {"کد": kind}, at) for kind in kinds]


def test_what_was_put_waits_in_the_order_of_writing(
    connection: sqlite3.Connection, store: OutboxStore
) -> None:
    ids = put(connection, "first") + put(connection, "second", at=NOON - timedelta(hours=1))

    events = store.waiting(10)

    assert [event.event_id for event in events] == ids
    assert (events[0].kind, events[0].at, events[0].body) == ("first", NOON, '{"کد":"first"}')
    assert store.depth() == 2
    assert store.oldest_waiting_at() == NOON
    assert len(store.waiting(1)) == 1


def test_an_id_is_a_uuid_of_version_7_and_never_the_same(connection: sqlite3.Connection) -> None:
    ids = put(connection, *["x"] * 200)

    assert {event_id.version for event_id in ids} == {7}
    assert len(set(ids)) == 200


def test_an_event_goes_with_the_transaction_it_is_written_in(
    connection: sqlite3.Connection, store: OutboxStore
) -> None:
    def sell_and_fail() -> None:
        with transaction(connection):
            store.put("sale", {}, NOON)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        sell_and_fail()

    assert store.depth() == 0


def test_an_event_cannot_be_written_outside_a_transaction(store: OutboxStore) -> None:
    with pytest.raises(AssertionError, match="written with what it tells"):
        store.put("sale", {}, NOON)


@pytest.mark.parametrize(
    ("body", "at", "message"),
    [
        ({"x": {1}}, NOON, "Expected an event's body in JSON"),
        ({"x": float("nan")}, NOON, "Expected an event's body in JSON"),
        ({"x": "\ud800"}, NOON, "Expected an event's body in JSON"),
        ({"x": "ی" * 40_000}, NOON, "Expected a body of at most 65536 bytes, got 80008"),
        ({}, datetime(2026, 11, 23), "Expected an instant with its zone"),  # noqa: DTZ001
    ],
)
def test_what_could_never_be_sent_is_refused_at_once(
    connection: sqlite3.Connection,
    store: OutboxStore,
    body: dict[str, object],
    at: datetime,
    message: str,
) -> None:
    with pytest.raises(DataError, match=message), transaction(connection):
        store.put("x", body, at)

    assert store.depth() == 0


def test_an_instant_is_kept_to_the_millisecond_in_any_zone(
    connection: sqlite3.Connection, store: OutboxStore
) -> None:
    tehran = timezone(timedelta(hours=3, minutes=30))
    put(connection, "x", at=NOON.astimezone(tehran) + timedelta(microseconds=999))

    assert store.waiting(1)[0].at == NOON


def test_accepted_and_refused_rows_wait_no_longer(
    connection: sqlite3.Connection, store: OutboxStore
) -> None:
    taken, refused, left = put(connection, "a", "b", "c")

    assert store.settle([Accepted(taken), Refused(refused, "no such store")]) == 2

    assert [event.event_id for event in store.waiting(10)] == [left]
    assert [(r.event.event_id, r.reason) for r in store.rejected()] == [(refused, "no such store")]
    status = store.status()
    assert (status.waiting, status.accepted, status.rejected) == (1, 1, 1)
    assert status.oldest_waiting_at == NOON


def test_settling_twice_or_the_other_way_changes_nothing(
    connection: sqlite3.Connection, store: OutboxStore
) -> None:
    (event_id,) = put(connection, "a")
    store.settle([Accepted(event_id)])

    assert store.settle([Accepted(event_id), Refused(event_id, "too late")]) == 0
    assert store.settle([Accepted(UUID(int=7))]) == 0
    assert store.status().accepted == 1
    assert store.rejected() == ()


def test_the_least_tried_rows_go_first_so_that_none_keeps_the_others_back(
    connection: sqlite3.Connection, store: OutboxStore
) -> None:
    stuck, fresh = put(connection, "stuck", "fresh")
    store.count_attempt(store.waiting(1))

    assert [event.event_id for event in store.waiting(10)] == [fresh, stuck]


def test_refused_rows_wait_again_when_staff_say_so(
    connection: sqlite3.Connection, store: OutboxStore
) -> None:
    (event_id,) = put(connection, "a")
    store.count_attempt(store.waiting(1))
    store.settle([Refused(event_id, "unknown kind")])

    assert store.retry_rejected() == 1
    assert store.retry_rejected() == 0
    assert [event.event_id for event in store.waiting(10)] == [event_id]
    assert store.rejected() == ()


@pytest.mark.parametrize("column", ["id", "kind", "at", "body", "seq"])
def test_the_database_itself_lets_nobody_change_what_happened(
    connection: sqlite3.Connection, column: str
) -> None:
    put(connection, "a")

    with pytest.raises(sqlite3.IntegrityError, match="what happened cannot be changed"):
        connection.execute(f"UPDATE outbox SET {column} = {column}")


def test_the_database_itself_drops_nothing_that_the_server_lacks(
    connection: sqlite3.Connection, store: OutboxStore
) -> None:
    taken, refused, _ = put(connection, "a", "b", "c")
    store.settle([Accepted(taken), Refused(refused, "no")])

    with pytest.raises(sqlite3.IntegrityError, match="the server does not have it yet"):
        connection.execute("DELETE FROM outbox")
    with pytest.raises(sqlite3.IntegrityError, match="the server has it already"):
        connection.execute("UPDATE outbox SET state = 'waiting'")
    assert sum(vars_of(store)) == 3


def vars_of(store: OutboxStore) -> tuple[int, int, int]:
    status = store.status()
    return status.waiting, status.accepted, status.rejected


def test_only_accepted_rows_of_long_ago_are_forgotten(
    connection: sqlite3.Connection, store: OutboxStore
) -> None:
    old = put(connection, "a", "b", at=NOON - timedelta(days=31))
    new = put(connection, "c")
    store.settle([Accepted(old[0]), Accepted(new[0])])

    assert store.forget_accepted(NOON - timedelta(days=30)) == 1
    assert vars_of(store) == (1, 1, 0)


def test_a_full_disk_undoes_the_whole_transaction_and_is_told(
    connection: sqlite3.Connection, store: OutboxStore
) -> None:
    connection.execute("CREATE TABLE sale (total INTEGER)")
    pages = connection.execute("PRAGMA page_count").fetchone()[0]
    connection.execute(f"PRAGMA max_page_count = {pages}")

    def sell() -> None:
        with transaction(connection):
            connection.execute("INSERT INTO sale VALUES (1)")
            for _ in range(10):
                store.put("sale", {"note": "x" * 4_000}, NOON)

    with pytest.raises(sqlite3.OperationalError, match="full"):
        sell()

    connection.execute("PRAGMA max_page_count = 100000")
    assert store.depth() == 0
    assert connection.execute("SELECT count(*) FROM sale").fetchone() == (0,)
    put(connection, "sale")
    assert store.depth() == 1


def test_two_connections_see_each_others_rows(tmp_path: Path) -> None:
    one, other = (OutboxStore(open_database(tmp_path / "kiosk.db")) for _ in range(2))
    with transaction(one._connection):
        event_id = one.put("a", {}, NOON)

    assert other.settle([Accepted(event_id)]) == 1
    assert one.depth() == 0
    one.close()
    other.close()


def test_threads_that_open_a_new_database_at_once_all_get_it(tmp_path: Path) -> None:
    for n in range(20):
        file = tmp_path / f"{n}.db"
        with ThreadPoolExecutor(4) as threads:
            for opened in [threads.submit(lambda: open_database(file).close()) for _ in range(4)]:  # noqa: B023
                opened.result()


def test_a_folder_that_is_not_there_is_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(sqlite3.OperationalError, match="unable to open"):
        open_database(tmp_path / "absent/kiosk.db")


def test_every_row_is_on_disk_before_it_is_told_of(connection: sqlite3.Connection) -> None:
    assert connection.execute("PRAGMA synchronous").fetchone() == (2,)  # FULL
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_a_database_of_a_newer_program_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "kiosk.db"
    open_database(file).close()
    with sqlite3.connect(file) as newer:
        newer.execute("PRAGMA user_version = 99")
    newer.close()

    with pytest.raises(DataError, match="version 99; this program knows 1"):
        open_database(file)


def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "kiosk.db"
    file.write_bytes(b"not a database at all, " * 100)

    with pytest.raises(DataError, match="expected a kiosk's database"):
        open_database(file)
    assert file.read_bytes().startswith(b"not a database")
