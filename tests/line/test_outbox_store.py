"""The outbox table: what is put stays as it was, and leaves only when the server has it."""

import hashlib
import json
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from uuid import UUID

import pytest

from kiosk.errors import DataError
from kiosk.outbox.boot import SetBox
from kiosk.outbox.rows import Accepted, Batch, Position, Refused, State
from kiosk.outbox.store import OutboxStore, open_database, transaction
from kiosk.outbox.streams import LEDGER, TELEMETRY

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
    assert store.status().waiting == 2
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

    assert store.status().waiting == 0


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

    assert store.status().waiting == 0


def test_an_instant_is_kept_to_the_millisecond_in_any_zone(
    connection: sqlite3.Connection, store: OutboxStore
) -> None:
    tehran = timezone(timedelta(hours=3, minutes=30))
    put(connection, "x", at=NOON.astimezone(tehran) + timedelta(microseconds=999))

    assert store.waiting(1)[0].at == NOON


def batch_of(store: OutboxStore, limit: int = 50) -> Batch:
    batch = store.in_sequence(limit, 1 << 20)
    assert batch is not None
    return batch


def states(store: OutboxStore) -> tuple[int, int, int]:
    status = store.status()
    return status.waiting, status.accepted, status.parked


# ---- the chain


def test_each_row_chains_to_the_one_before_and_the_first_to_the_epoch(
    connection: sqlite3.Connection, store: OutboxStore
) -> None:
    put(connection, "a", "b", "c")

    batch = batch_of(store)

    assert batch.after == Position(0, hashlib.sha256(store.epoch.bytes).digest())
    chain = batch.after.chain
    for row in batch.rows:
        assert row.before == chain
        chain = hashlib.sha256(chain + row.event_id.bytes + row.body.encode()).digest()
        assert row.chain == chain


def test_a_row_goes_behind_the_last_one_or_nowhere(connection: sqlite3.Connection) -> None:
    put(connection, "a", "b")

    with pytest.raises(sqlite3.IntegrityError, match="a row goes behind the last one"):
        connection.execute(
            "INSERT INTO outbox (id, stream, kind, ver, wall_ms, boot_id, mono_ms, body, before, chain) "
            "SELECT zeroblob(16), stream, kind, 1, 0, boot_id, 0, body, before, chain FROM outbox WHERE seq = 2"
        )


def test_a_file_keeps_its_epoch_and_another_file_has_another(
    tmp_path: Path, connection: sqlite3.Connection, store: OutboxStore
) -> None:
    with closing(open_database(tmp_path / "other.db")) as other:
        assert OutboxStore(other).epoch != store.epoch
    with closing(open_database(tmp_path / "kiosk.db")) as again:
        assert OutboxStore(again).epoch == store.epoch
    for change in ("UPDATE outbox_stream SET epoch = zeroblob(16)", "DELETE FROM outbox_stream"):
        with pytest.raises(sqlite3.IntegrityError, match="a file keeps its epoch"):
            connection.execute(change)


def test_a_row_tells_all_that_the_box_knows_of_its_time(tmp_path: Path) -> None:
    box = SetBox(NOON, mono=777, boot_id=UUID(int=9))
    with closing(open_database(tmp_path / "kiosk.db")) as opened:
        store = OutboxStore(opened, box=box)
        with transaction(opened):
            store.put("scan", {}, box.wall(), ver=3)
        (row,) = batch_of(store).rows

    assert (row.boot_id, row.mono_ms, row.at, row.ver) == (UUID(int=9), 777, NOON, 3)


# ---- what goes next


def test_a_batch_ends_before_it_grows_too_large_but_has_one_row_at_least(
    connection: sqlite3.Connection, store: OutboxStore
) -> None:
    with transaction(connection):
        for _ in range(4):
            store.put("x", {"text": "x" * 1_000}, NOON)

    assert [len(found.rows) for size in (1, 2_100, 9_999)
            if (found := store.in_sequence(50, size))] == [1, 2, 4]  # fmt: skip


def test_rows_up_to_where_the_server_has_all_are_accepted_and_those_it_refused_parked(
    connection: sqlite3.Connection, store: OutboxStore
) -> None:
    ids = put(connection, "a", "b", "c")

    assert store.settle_through(2, batch_of(store), {1: "no such store"}, NOON) == 3

    assert states(store) == (1, 1, 1)
    assert [(r.event_id, r.error) for r in store.parked()] == [(ids[0], "no such store")]
    batch = batch_of(store)
    assert [row.event_id for row in batch.rows] == [ids[2]]
    assert (batch.after.seq, batch.lost_through) == (2, None)


def test_settling_twice_changes_nothing(connection: sqlite3.Connection, store: OutboxStore) -> None:
    put(connection, "a")
    batch = batch_of(store)
    store.settle_through(1, batch, {}, NOON)

    assert store.settle_through(1, batch, {1: "too late"}, NOON) == 0
    assert states(store) == (0, 1, 0)


def test_a_parked_row_that_the_server_has_not_heard_of_goes_in_its_place(
    connection: sqlite3.Connection, store: OutboxStore
) -> None:
    ids = put(connection, "a", "b")
    store.settle_through(2, batch_of(store), {1: "bad"}, NOON)
    store.rewind(0)

    batch = batch_of(store)

    assert [(row.event_id, row.state) for row in batch.rows] == [
        (ids[0], State.PARKED),
        (ids[1], State.WAITING),
    ]
    assert [row.event_id for row in batch.whole] == [ids[1]]


def test_what_a_person_puts_back_is_sent_apart_and_nothing_else_is(
    connection: sqlite3.Connection, store: OutboxStore
) -> None:
    ids = put(connection, "a", "b", "c")
    store.count_attempt(batch_of(store).rows)
    store.settle_through(3, batch_of(store), {1: "bad", 2: "bad"}, NOON)

    assert store.retry([ids[0], UUID(int=7)]) == 1
    assert [(r.event_id, r.attempts, r.error) for r in store.apart(50, 1 << 20)] == [
        (ids[0], 0, "")
    ]
    assert store.in_sequence(50, 1 << 20) is None
    assert store.retry() == 1
    assert store.retry() == 0

    assert store.settle([Accepted(ids[0]), Refused(ids[1], "still bad")], NOON) == 2
    assert store.settle([Accepted(ids[1]), Accepted(UUID(int=7))], NOON) == 0
    assert states(store) == (0, 2, 1)


def test_a_shell_that_is_put_back_while_it_is_under_way_goes_on_waiting(
    connection: sqlite3.Connection, store: OutboxStore
) -> None:
    ids = put(connection, "a", "b")
    store.settle_through(2, batch_of(store), {1: "bad"}, NOON)
    store.rewind(0)
    under_way = batch_of(store)
    store.retry()

    store.settle_through(2, under_way, {}, NOON)

    assert [row.event_id for row in store.apart(50, 1 << 20)] == [ids[0]]


def test_after_a_rewind_rows_wait_again_and_what_is_gone_is_said_to_be_lost(
    connection: sqlite3.Connection, store: OutboxStore
) -> None:
    put(connection, "a", "b")
    store.settle_through(2, batch_of(store), {}, NOON)
    put(connection, "c", "d")
    store.settle_through(4, batch_of(store), {}, NOON + timedelta(days=2))
    store.forget_accepted(NOON + timedelta(days=1))

    assert store.rewind(1) == 2
    batch = batch_of(store)
    assert ([row.seq for row in batch.rows], batch.after.seq) == ([3, 4], 2)
    assert batch.lost_through == 2


def test_the_least_tried_rows_go_first_where_there_is_no_sequence(
    connection: sqlite3.Connection, store: OutboxStore
) -> None:
    stuck, fresh = put(connection, "stuck", "fresh")
    store.count_attempt(store.waiting(1))

    assert [row.event_id for row in store.waiting(10)] == [fresh, stuck]


# ---- what the database itself refuses


@pytest.mark.parametrize("column", ["id", "kind", "ver", "wall_ms", "boot_id", "mono_ms", "body", "seq", "stream", "before", "chain"])  # fmt: skip
def test_the_database_itself_lets_nobody_change_what_happened(
    connection: sqlite3.Connection, column: str
) -> None:
    put(connection, "a")

    with pytest.raises(sqlite3.IntegrityError, match="what happened cannot be changed"):
        connection.execute(f"UPDATE outbox SET {column} = {column}")


def test_the_database_itself_drops_nothing_that_the_server_lacks(
    connection: sqlite3.Connection, store: OutboxStore
) -> None:
    put(connection, "a", "b", "c")
    store.settle_through(2, batch_of(store), {2: "no"}, NOON)

    with pytest.raises(sqlite3.IntegrityError, match="the server does not have it yet"):
        connection.execute("DELETE FROM outbox WHERE seq > 1")
    with pytest.raises(sqlite3.IntegrityError, match="the server has it already"):
        connection.execute("UPDATE outbox SET state = 'waiting'")
    assert sum(states(store)) == 3


def test_the_newest_row_stays_because_the_next_one_chains_to_it(
    connection: sqlite3.Connection, store: OutboxStore
) -> None:
    put(connection, "a", "b")
    store.settle_through(2, batch_of(store), {}, NOON)

    with pytest.raises(sqlite3.IntegrityError, match="the next row chains to the newest one"):
        connection.execute("DELETE FROM outbox WHERE seq = 2")
    assert store.forget_accepted(NOON + timedelta(days=99)) == 1
    put(connection, "c")
    batch = batch_of(store)
    assert ([row.seq for row in batch.rows], batch.after.seq) == ([3], 2)


def test_a_row_is_forgotten_so_long_after_it_was_accepted_not_after_it_happened(
    connection: sqlite3.Connection, store: OutboxStore
) -> None:
    put(connection, "a", "b", "c", at=NOON - timedelta(days=400))
    store.settle_through(2, batch_of(store), {}, NOON)

    assert store.forget_accepted(NOON) == 0
    assert store.forget_accepted(NOON + timedelta(seconds=1)) == 2
    assert states(store) == (1, 0, 0)


# ---- telemetry's bound


BIG = {"text": "x" * 4_000}


@pytest.fixture
def telemetry(tmp_path: Path) -> Iterator[OutboxStore]:
    made = OutboxStore(open_database(tmp_path / "telemetry.db", TELEMETRY))
    yield made
    made.close()


def put_bounded(store: OutboxStore, bytes_max: int) -> int:
    with transaction(store._connection):
        store.put("search_made", BIG, NOON)
        return store.evict_beyond(bytes_max, NOON)


def test_telemetry_beyond_its_bound_loses_the_oldest_and_a_row_says_which(
    telemetry: OutboxStore, tmp_path: Path
) -> None:
    bound = 512 * 1024
    gone = [put_bounded(telemetry, bound) for _ in range(300)]

    told = [
        json.loads(row.body) for row in telemetry.waiting(999) if row.kind == "telemetry_evicted"
    ]
    (first_kept,) = telemetry._connection.execute("SELECT min(seq) FROM outbox").fetchone()
    assert sum(gone) == first_kept - 1
    assert told[-1]["to_seq"] == first_kept - 1
    assert all(each["rows"] == each["to_seq"] - each["from_seq"] + 1 for each in told)
    batch = batch_of(telemetry)
    assert (batch.after.seq, batch.lost_through) == (first_kept - 1, first_kept - 1)
    telemetry._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert (tmp_path / "telemetry.db").stat().st_size < bound * 1.1


def test_what_the_server_has_goes_first_and_nothing_is_lost_by_it(telemetry: OutboxStore) -> None:
    for _ in range(100):
        put_bounded(telemetry, 1 << 30)
    telemetry.settle_through(50, batch_of(telemetry), {}, NOON)

    assert [put_bounded(telemetry, 460_000) for _ in range(20)] == [0] * 20
    waiting, accepted, _ = states(telemetry)
    assert waiting == 70
    assert 0 < accepted < 50
    assert batch_of(telemetry).lost_through is None


def evict_told_as(store: OutboxStore, to_seq: int) -> None:
    with transaction(store._connection):
        store.put("telemetry_evicted", {"from_seq": 1, "to_seq": to_seq, "rows": to_seq}, NOON)
        store._connection.execute("DELETE FROM outbox WHERE seq <= 2")


def test_an_eviction_that_is_not_told_of_or_tells_less_is_refused(telemetry: OutboxStore) -> None:
    for _ in range(3):
        put_bounded(telemetry, 1 << 30)

    with pytest.raises(sqlite3.IntegrityError, match="does not have it yet"):
        telemetry._connection.execute("DELETE FROM outbox WHERE seq = 1")
    with pytest.raises(sqlite3.IntegrityError, match="does not have it yet"):
        evict_told_as(telemetry, to_seq=1)
    assert states(telemetry) == (3, 0, 0)
    evict_told_as(telemetry, to_seq=2)


def test_a_ledger_drops_nothing_whatever_is_told(
    connection: sqlite3.Connection, store: OutboxStore
) -> None:
    put(connection, "a", "b")

    with pytest.raises(sqlite3.IntegrityError, match="does not have it yet"):
        evict_told_as(store, to_seq=2)


# ---- files


def test_a_ledger_is_on_disk_before_it_is_told_of_and_telemetry_may_be_later(
    connection: sqlite3.Connection, telemetry: OutboxStore
) -> None:
    assert connection.execute("PRAGMA synchronous").fetchone() == (2,)  # FULL
    assert telemetry._connection.execute("PRAGMA synchronous").fetchone() == (1,)  # NORMAL


def test_the_connection_that_sends_is_durable_for_both(tmp_path: Path) -> None:
    with closing(open_database(tmp_path / "telemetry.db", TELEMETRY, durable=True)) as opened:
        assert opened.execute("PRAGMA synchronous").fetchone() == (2,)


def test_the_file_of_the_other_stream_is_refused(tmp_path: Path, telemetry: OutboxStore) -> None:
    with pytest.raises(DataError, match="the stream 'telemetry', expected 'ledger'"):
        open_database(tmp_path / "telemetry.db", LEDGER)


VERSION_1 = (Path(__file__).parents[1] / "data" / "outbox_1.sql").read_text("utf-8")


def test_a_file_of_version_1_keeps_what_waited_and_what_was_refused_as_a_ledger(
    tmp_path: Path,
) -> None:
    file = tmp_path / "kiosk.db"
    with closing(sqlite3.connect(file)) as old:
        old.executescript(VERSION_1)
        for number, state in enumerate(("accepted", "waiting", "rejected", "waiting"), 1):
            old.execute(
                "INSERT INTO outbox (id, kind, at, body, state, reason, attempts) VALUES (?, 'scan', ?, ?, ?, ?, 4)",
                (
                    UUID(int=number).bytes,
                    number * 1_000,
                    f'{{"n": {number}}}',
                    state,
                    "bad" if state == "rejected" else "",
                ),
            )
        old.commit()

    with closing(open_database(file)) as opened:
        store = OutboxStore(opened)
        batch = batch_of(store)
        assert [(row.event_id.int, row.body, row.state.value) for row in batch.rows] == [
            (2, '{"n": 2}', "waiting"), (3, '{"n": 3}', "parked"), (4, '{"n": 4}', "waiting")
        ]  # fmt: skip
        assert [(row.boot_id.int, row.wall_ms, row.attempts) for row in batch.rows] == [
            (0, 2_000, 4), (0, 3_000, 4), (0, 4_000, 4)
        ]  # fmt: skip
        assert [row.error for row in store.parked()] == ["bad"]
        assert opened.execute(
            "SELECT count(*) FROM sqlite_master WHERE name = 'outbox_1'"
        ).fetchone() == (0,)
        put(opened, "new")
        assert batch_of(store).last_seq == 4


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
    assert store.status().waiting == 0
    assert connection.execute("SELECT count(*) FROM sale").fetchone() == (0,)
    put(connection, "sale")
    assert store.status().waiting == 1


def test_two_connections_see_each_others_rows(tmp_path: Path) -> None:
    one, other = (OutboxStore(open_database(tmp_path / "kiosk.db")) for _ in range(2))
    with transaction(one._connection):
        event_id = one.put("a", {}, NOON)

    assert other.settle([Accepted(event_id)], NOON) == 1
    assert one.status().waiting == 0
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


def test_a_database_of_a_newer_program_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "kiosk.db"
    open_database(file).close()
    with sqlite3.connect(file) as newer:
        newer.execute("PRAGMA user_version = 99")
    newer.close()

    with pytest.raises(DataError, match="version 99; this program knows 2"):
        open_database(file)


def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "kiosk.db"
    file.write_bytes(b"not a database at all, " * 100)

    with pytest.raises(DataError, match="expected a kiosk's database"):
        open_database(file)
    assert file.read_bytes().startswith(b"not a database")
