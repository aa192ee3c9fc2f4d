"""The core's side of the outbox: it writes, or says that it cannot, and never ends the kiosk."""

from __future__ import annotations

import json
import logging
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kiosk.errors import DataError
from kiosk.outbox.boot import SetBox
from kiosk.outbox.recorder import Recorder, Writing
from kiosk.outbox.store import OutboxStore, open_database
from kiosk.outbox.streams import LEDGER, TELEMETRY, Stream, file_of

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
BODY = {"text": "x" * 900}


class FakeRoom:
    """A disk that says what it is told to say."""

    def __init__(self) -> None:
        self.for_telemetry = True
        self.failures = self.made = 0

    def write_failed(self) -> None:
        self.failures += 1

    def make_some(self) -> None:
        self.made += 1


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "kiosk.db"


@pytest.fixture
def room() -> FakeRoom:
    return FakeRoom()


@pytest.fixture
def recorder(file: Path, room: FakeRoom) -> Iterator[Recorder]:
    made = Recorder(file, SetBox(NOON), lambda: None, room)
    yield made
    made.close()


def events(database: Path, stream: Stream = LEDGER) -> list[tuple[str, str]]:
    file = file_of(stream, database)
    with closing(OutboxStore(open_database(file, stream))) as store:
        return [(event.kind, event.body) for event in store.waiting(1_000)]


def fill(file: Path) -> None:
    with closing(Recorder(file, SetBox(NOON), lambda: None, FakeRoom())) as before:
        for _ in range(200):
            before.record("database_damaged", BODY)


# ---- where a row goes


def test_each_kind_goes_to_its_stream(file: Path, recorder: Recorder) -> None:
    recorder.record("search_made", {})
    recorder.record("database_damaged", {"kept_as": "x"})

    assert events(file, TELEMETRY) == [("search_made", "{}")]
    assert events(file) == [("database_damaged", '{"kept_as":"x"}')]


def test_a_kind_that_no_stream_is_told_for_is_a_fault_of_the_program(recorder: Recorder) -> None:
    with pytest.raises(KeyError):
        recorder.record("something_new", {})


def test_a_row_of_the_ledger_is_written_with_what_it_tells_or_not_at_all(
    file: Path, recorder: Recorder
) -> None:
    def sell(writing: Writing, fails: bool) -> int:
        writing.connection.execute("CREATE TABLE IF NOT EXISTS sale (total INTEGER)")
        writing.connection.execute("INSERT INTO sale VALUES (7)")
        writing.tell("database_damaged", {"kept_as": "x"})
        if fails:
            raise ZeroDivisionError
        return 7

    with pytest.raises(ZeroDivisionError):
        recorder.write(lambda writing: sell(writing, fails=True))
    assert events(file) == []
    assert recorder.write(lambda writing: sell(writing, fails=False)) == 7
    assert len(events(file)) == 1


def test_telemetry_is_not_told_with_a_sale(recorder: Recorder) -> None:
    with pytest.raises(AssertionError, match="search_made"):
        recorder.write(lambda writing: writing.tell("search_made", {}))


# ---- a full disk


def full_disk() -> sqlite3.OperationalError:
    error = sqlite3.OperationalError("database or disk is full")
    error.sqlite_errorcode = sqlite3.SQLITE_FULL
    return error


def test_without_room_telemetry_is_not_written_and_the_ledger_is(
    file: Path, recorder: Recorder, room: FakeRoom
) -> None:
    room.for_telemetry = False

    with pytest.raises(DataError, match="search_made: expected room for telemetry"):
        recorder.record("search_made", {})
    recorder.record("database_damaged", {})
    assert len(events(file)) == 1


def test_a_ledger_that_is_full_gets_the_ballast_and_is_written(
    file: Path, recorder: Recorder, room: FakeRoom
) -> None:
    failures = [full_disk()]

    def sell(writing: Writing) -> None:
        writing.tell("database_damaged", {})
        if failures:
            raise failures.pop()

    recorder.write(sell)

    assert (room.made, len(events(file))) == (1, 1)


def test_a_ledger_that_stays_full_is_told_and_keeps_what_it_has(
    file: Path, recorder: Recorder, room: FakeRoom
) -> None:
    recorder.record("database_damaged", {})

    def sell(writing: Writing) -> None:
        writing.tell("database_damaged", {})
        raise full_disk()

    with pytest.raises(DataError, match="expected room to write, got database or disk is full"):
        recorder.write(sell)
    assert (room.made, len(events(file))) == (1, 1)


def test_a_lock_is_no_full_disk(recorder: Recorder, room: FakeRoom) -> None:
    def locked(_: Writing) -> None:
        raise sqlite3.OperationalError("database is locked")

    with pytest.raises(DataError, match="expected to write a row, got database is locked"):
        recorder.write(locked)
    assert (room.made, room.failures) == (0, 0)


def test_telemetry_that_finds_no_room_says_so_to_the_disk(
    file: Path, recorder: Recorder, room: FakeRoom
) -> None:
    recorder.record("search_made", {})
    telemetry = recorder._opened(TELEMETRY).connection
    pages = telemetry.execute("PRAGMA page_count").fetchone()[0]
    telemetry.execute(f"PRAGMA max_page_count = {pages}")

    def fill_it() -> None:
        for _ in range(50):
            recorder.record("search_made", BODY)

    with pytest.raises(DataError, match="search_made: expected room to write it"):
        fill_it()
    assert room.failures == 1


# ---- damage


def overwritten(file: Path) -> None:
    file.write_bytes(b"not a database at all, " * 100)


def cut_in_half(file: Path) -> None:
    with file.open("r+b") as opened:
        opened.truncate(file.stat().st_size // 2 // 4_096 * 4_096)


def one_page_bad(file: Path) -> None:
    with file.open("r+b") as opened:
        opened.seek(5 * 4_096)
        opened.write(b"\xff" * 4_096)


@pytest.mark.parametrize("damage", [overwritten, cut_in_half, one_page_bad])
def test_a_damaged_database_is_kept_aside_and_a_new_one_begun(
    file: Path, recorder: Recorder, damage: Callable[[Path], None]
) -> None:
    fill(file)
    damage(file)
    damaged = file.read_bytes()

    recorder.open()
    recorder.record("database_damaged", {})

    assert (file.parent / "kiosk.db.corrupt-1").read_bytes() == damaged
    assert events(file) == [
        ("database_damaged", '{"kept_as":"kiosk.db.corrupt-1"}'),
        ("database_damaged", "{}"),
    ]


def test_damaged_telemetry_is_told_in_the_ledger(file: Path, recorder: Recorder) -> None:
    overwritten(file.with_name("telemetry.db"))
    recorder.open()
    recorder.record("search_made", {})

    assert events(file) == [("database_damaged", '{"kept_as":"telemetry.db.corrupt-1"}')]
    assert events(file, TELEMETRY) == [("search_made", "{}")]


def test_what_was_set_aside_before_is_never_written_over(file: Path, recorder: Recorder) -> None:
    (file.parent / "kiosk.db.corrupt-1").write_text("the first")
    overwritten(file)
    recorder.open()

    assert (file.parent / "kiosk.db.corrupt-1").read_text() == "the first"
    assert (file.parent / "kiosk.db.corrupt-2").read_bytes().startswith(b"not a database")


def test_the_log_goes_with_its_database_and_not_into_the_new_one(
    file: Path, recorder: Recorder
) -> None:
    overwritten(file)
    Path(f"{file}-wal").write_bytes(b"what was not yet written back")
    recorder.open()

    assert Path(f"{file}.corrupt-1-wal").read_bytes() == b"what was not yet written back"
    assert [kind for kind, _ in events(file)] == ["database_damaged"]


def test_a_sound_database_goes_on_as_it_was(file: Path, recorder: Recorder) -> None:
    fill(file)
    recorder.open()

    assert len(events(file)) == 200
    assert list(file.parent.glob("*.corrupt-*")) == []


def test_without_any_database_each_record_fails_until_there_is_one(
    file: Path, recorder: Recorder, caplog: pytest.LogCaptureFixture
) -> None:
    file.mkdir()
    recorder.open()
    assert "database-failed" in caplog.text
    for kind in ("database_damaged", "search_made"):
        with pytest.raises(DataError, match="expected a database, got unable to open"):
            recorder.record(kind, {})

    file.rmdir()
    recorder.record("database_damaged", {})
    assert events(file) == [("database_damaged", "{}")]
    assert events(file, TELEMETRY) == [("search_made", "{}")], "it needs no ledger to be written"


def test_a_database_that_cannot_be_renamed_stays_and_stops_nothing(
    file: Path,
    recorder: Recorder,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    overwritten(file)

    def refuse(*_: object) -> Path:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(Path, "rename", refuse)
    recorder.open()

    assert "expected to rename it, got [Errno 30]" in caplog.text
    with pytest.raises(DataError, match="expected a kiosk's database"):
        recorder.record("database_damaged", {})
    assert file.read_bytes().startswith(b"not a database")


def test_a_locked_database_is_no_damaged_one(
    file: Path,
    recorder: Recorder,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr("kiosk.outbox.database.LOCK_WAIT_S", 0.05)
    monkeypatch.setattr("kiosk.outbox.damage.LOCK_WAIT_S", 0.05)
    fill(file)
    with closing(sqlite3.connect(file)) as other, caplog.at_level(logging.ERROR):
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        recorder.open()
        assert list(file.parent.glob("*.corrupt-*")) == []
        other.rollback()
    recorder.record("database_damaged", {})

    assert "database-unchecked reason=database is locked" in caplog.text
    assert len(events(file)) == 201


def test_what_a_power_cut_left_in_the_log_is_not_taken_for_damage(
    tmp_path: Path, file: Path
) -> None:
    after_cut = tmp_path / "after" / "kiosk.db"
    after_cut.parent.mkdir()
    with closing(Recorder(file, SetBox(NOON), lambda: None, FakeRoom())) as before:
        before.record("database_damaged", BODY)
        for part in ("", "-wal"):
            shutil.copy(f"{file}{part}", f"{after_cut}{part}")

    with closing(Recorder(after_cut, SetBox(NOON), lambda: None, FakeRoom())) as recorder:
        recorder.open()

    assert [body for _, body in events(after_cut)] == [json.dumps(BODY, separators=(",", ":"))]
