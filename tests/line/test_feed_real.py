"""The feed with the real catalogue, the real outbox and the real build, as a kiosk runs it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

from kiosk.clock import SetClock
from kiosk.feed.actions import Actions, read_service
from kiosk.feed.apart import build_apart
from kiosk.feed.bases import Bases
from kiosk.feed.faults import Reason, RefusedError
from kiosk.line.fake_feed import FakeFeed, Packed
from kiosk.outbox.boot import SystemBox
from kiosk.outbox.disk import DiskWatch
from kiosk.outbox.kinds import STREAM_OF
from kiosk.outbox.recorder import Recorder
from kiosk.storage import build, check
from kiosk.storage.file import SCHEMA_VERSION
from retail.segment import read_action
from tests.line.feed_rig import NOW, Kept
from tests.line.feeding import TEA, action, offer_of, product

RECORDS = [TEA, product("1"), product("2")]


@pytest.fixture
def feed() -> FakeFeed:
    made = FakeFeed(schema=SCHEMA_VERSION)
    made.publish(RECORDS)
    made.add_snapshot("records", RECORDS)
    return made


@pytest.fixture
def bases(tmp_path: Path) -> Bases:
    folder = tmp_path / "catalogue"
    return Bases(folder, partial(build_apart, folder=folder))


def built(feed: FakeFeed, folder: Path) -> bytes:
    """Build a catalogue of the feed's records, as the server has it built."""
    (folder / "snapshot.gz").write_bytes(feed.snapshots[1, "records"].content)
    build(folder / "snapshot.gz", folder / "built.db")
    return (folder / "built.db").read_bytes()


def make(bases: Bases, feed: FakeFeed, packed: Packed, folder: Path) -> Path:
    (folder / "packed").write_bytes(packed.content)
    return bases.make(folder / "packed", offer_of(feed, packed), lambda: False)


def test_a_snapshot_of_records_is_built_in_a_process_of_its_own(
    feed: FakeFeed, bases: Bases, tmp_path: Path
) -> None:
    file = make(bases, feed, feed.snapshots[1, "records"], tmp_path)
    assert file.name == "catalogue-000001.db"
    assert (check(file).products, check(file).sequence) == (2, 1)


def test_a_built_catalogue_is_laid_beside_the_others_as_it_was_built(
    feed: FakeFeed, bases: Bases, tmp_path: Path
) -> None:
    content = built(feed, tmp_path)
    feed.add_snapshot_file("built", content)
    (tmp_path / "catalogue").mkdir()
    (tmp_path / "catalogue" / "catalogue-000007.db").touch()
    file = make(bases, feed, feed.snapshots[1, "built"], tmp_path)
    assert file.name == "catalogue-000008.db"
    assert file.read_bytes() == content


def test_a_built_catalogue_with_one_bit_fallen_over_is_refused(
    feed: FakeFeed, bases: Bases, tmp_path: Path
) -> None:
    content = bytearray(built(feed, tmp_path))
    content[len(content) // 2] ^= 1
    feed.add_snapshot_file("built", bytes(content))  # signed all the same
    with pytest.raises(RefusedError) as refused:
        make(bases, feed, feed.snapshots[1, "built"], tmp_path)
    assert refused.value.refusal.reason is Reason.BAD_FILE
    assert list((tmp_path / "catalogue").iterdir()) == []


def test_records_that_cannot_be_built_leave_nothing(bases: Bases, tmp_path: Path) -> None:
    feed = FakeFeed()
    feed.publish([])
    feed.add_snapshot("records", [product("1", -5)])
    with pytest.raises(RefusedError) as refused:
        make(bases, feed, feed.snapshots[1, "records"], tmp_path)
    assert refused.value.refusal.reason is Reason.NOT_BUILT
    assert "line 2" in refused.value.refusal.told
    assert list((tmp_path / "catalogue").iterdir()) == []


# ---- the kiosk's own database


@pytest.fixture
def recorder(tmp_path: Path) -> Iterator[Recorder]:
    database = tmp_path / "kiosk.db"
    disk = DiskWatch(tmp_path, lambda _: None)
    with closing(Recorder(database, SystemBox(), lambda: None, disk)) as made:
        yield made


def test_what_is_asked_is_kept_in_the_transaction_of_its_event(
    recorder: Recorder, tmp_path: Path
) -> None:
    assert STREAM_OF["action_done"].name == "ledger"
    actions = Actions(recorder, door := Kept(), SetClock(NOW))
    actions.note(7, [read_action(action(1, "out_of_service")), read_action(action(2, "restart"))])
    actions.perform()

    assert door.asked == ["out_of_service", "restart"]
    with closing(sqlite3.connect(tmp_path / "kiosk.db", isolation_level=None)) as connection:
        rows = connection.execute("SELECT kind, body FROM outbox ORDER BY seq").fetchall()
        done = connection.execute("SELECT outcome FROM feed_action").fetchall()
        assert read_service(connection) is not None
    assert [kind for kind, _ in rows] == ["action_done"] * 2
    assert [json.loads(body)["outcome"] for _, body in rows] == ["done", "done"]
    assert done == [("done",)] * 2


def test_a_core_and_a_feed_write_to_one_database(recorder: Recorder, tmp_path: Path) -> None:
    disk = DiskWatch(tmp_path, lambda _: None)
    with closing(Recorder(tmp_path / "kiosk.db", SystemBox(), lambda: None, disk)) as core:
        core.open()
        actions = Actions(recorder, Kept(), SetClock(NOW))
        for number in range(1, 6):
            core.record("database_damaged", {"kept_as": str(number)})
            actions.note(number, [read_action(action(number, "restart"))])
            actions.perform()
    with closing(sqlite3.connect(tmp_path / "kiosk.db")) as connection:
        (rows,) = connection.execute("SELECT count(*) FROM outbox").fetchone()
    assert rows == 10
