"""The core's side of the outbox: it writes, or says that it cannot, and never ends the kiosk."""

from __future__ import annotations

import logging
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kiosk.clock import SetClock
from kiosk.errors import DataError
from kiosk.outbox.recorder import Recorder
from kiosk.outbox.store import OutboxStore, open_database

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
BODY = {"text": "x" * 900}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "kiosk.db"


@pytest.fixture
def recorder(file: Path) -> Iterator[Recorder]:
    made = Recorder(file, SetClock(NOON), lambda: None)
    yield made
    made.close()


def events(file: Path) -> list[tuple[str, str]]:
    with closing(OutboxStore(open_database(file))) as store:
        return [(event.kind, event.body) for event in store.waiting(1_000)]


def fill(file: Path) -> None:
    with closing(Recorder(file, SetClock(NOON), lambda: None)) as before:
        for _ in range(200):
            before.record("search_made", BODY)


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
    recorder.record("search_made", {})

    assert (file.parent / "kiosk.db.corrupt-1").read_bytes() == damaged
    assert events(file) == [
        ("database_damaged", '{"kept_as":"kiosk.db.corrupt-1"}'),
        ("search_made", "{}"),
    ]


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
    with pytest.raises(DataError, match="expected a database, got unable to open"):
        recorder.record("search_made", {})

    file.rmdir()
    recorder.record("search_made", {})
    assert events(file) == [("search_made", "{}")]


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
        recorder.record("search_made", {})
    assert file.read_bytes().startswith(b"not a database")


def test_a_locked_database_is_no_damaged_one(
    file: Path,
    recorder: Recorder,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr("kiosk.outbox.store.LOCK_WAIT_S", 0.05)
    monkeypatch.setattr("kiosk.outbox.recorder.LOCK_WAIT_S", 0.05)
    fill(file)
    with closing(sqlite3.connect(file)) as other, caplog.at_level(logging.ERROR):
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        recorder.open()
        assert list(file.parent.glob("*.corrupt-*")) == []
        other.rollback()
    recorder.record("search_made", {})

    assert "database-unchecked reason=database is locked" in caplog.text
    assert len(events(file)) == 201


def test_what_a_power_cut_left_in_the_log_is_not_taken_for_damage(
    tmp_path: Path, file: Path
) -> None:
    after_cut = tmp_path / "after" / "kiosk.db"
    after_cut.parent.mkdir()
    with closing(Recorder(file, SetClock(NOON), lambda: None)) as before:
        before.record("search_made", BODY)
        for part in ("", "-wal"):
            shutil.copy(f"{file}{part}", f"{after_cut}{part}")

    with closing(Recorder(after_cut, SetClock(NOON), lambda: None)) as recorder:
        recorder.open()

    assert [kind for kind, _ in events(after_cut)] == ["search_made"]
