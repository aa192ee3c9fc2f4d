"""A disk that runs full: the rule as a table, the watch with a pretended disk, and a real one.

The real one is a tmpfs of a few MiB, which root alone may mount; the ballast and the floors are
as much smaller. What the kernel and SQLite do when the last page is gone is thus the real thing.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.errors import DataError
from kiosk.line.backoff import Backoff
from kiosk.line.fake_server import FakeServer, running
from kiosk.messages import DiskChanged, DiskRoom, Message
from kiosk.outbox.boot import SetBox
from kiosk.outbox.disk import MIB, DiskWatch, Floors, Seen, judge
from kiosk.outbox.recorder import Recorder
from kiosk.outbox.room import Room
from kiosk.outbox.store import OutboxStore, open_database
from kiosk.outbox.streams import STREAMS
from kiosk.outbox.uploader import Links, Uploader, UploaderConfig
from tests.line.outbox_line import Line, until

AMPLE, LOW, SHORT = DiskRoom
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
FLOORS = Floors()


# ---- the rule


@pytest.mark.parametrize(
    ("before", "free_mib", "ballast", "failed", "after"),
    [
        (AMPLE, 9_000, True, False, AMPLE),
        (AMPLE, 256, True, False, AMPLE),
        (AMPLE, 255, True, False, LOW),
        (AMPLE, 64, True, False, LOW),
        (AMPLE, 63, True, False, SHORT),
        (LOW, 64, True, False, LOW),
        (LOW, 300, True, False, AMPLE),
        # it begins to sell again with some room to spare
        (SHORT, 64, True, False, SHORT),
        (SHORT, 127, True, False, SHORT),
        (SHORT, 128, True, False, LOW),
        (SHORT, 256, True, False, AMPLE),
        # without ballast, only when there is room for it again
        (AMPLE, 255, False, False, SHORT),
        (SHORT, 200, False, False, SHORT),
        (SHORT, 256, False, False, AMPLE),
        # what cannot be written to sells nothing, however much is free
        (AMPLE, 9_000, True, True, SHORT),
    ],
)
def test_what_follows_from_how_much_is_free(
    before: DiskRoom, free_mib: int, ballast: bool, failed: bool, after: DiskRoom
) -> None:
    assert judge(before, Seen(free_mib * MIB, ballast, failed), FLOORS) is after


@given(st.sampled_from(DiskRoom), st.integers(0, 400), st.booleans(), st.booleans())
def test_less_room_is_never_better(
    before: DiskRoom, free_mib: int, ballast: bool, failed: bool
) -> None:
    order = [AMPLE, LOW, SHORT]
    more, less = (
        judge(before, Seen(mib * MIB, ballast, failed), FLOORS) for mib in (free_mib + 1, free_mib)
    )

    assert order.index(more) <= order.index(less)
    if less is not SHORT:
        assert free_mib >= 64
        assert not failed


# ---- the watch


class PretendedDisk:
    """A folder whose disk has as much room as is said; files of ours count."""

    def __init__(self, folder: Path, free_mib: int) -> None:
        self.folder, self.mib = folder, free_mib
        self.posted: list[Message] = []
        self.floors = Floors(ballast=1 * MIB)
        self.watch = self.new_watch()

    def new_watch(self) -> DiskWatch:
        return DiskWatch(self.folder, self.posted.append, self.floors, lambda _: self.mib * MIB)

    def rooms(self) -> list[DiskRoom]:
        told = [each.room for each in self.posted if isinstance(each, DiskChanged)]
        self.posted.clear()
        return told


@pytest.fixture
def disk(tmp_path: Path) -> PretendedDisk:
    return PretendedDisk(tmp_path, 1_000)


def test_at_the_start_the_ballast_is_made_and_nothing_is_told(disk: PretendedDisk) -> None:
    disk.watch.look()

    ballast = os.stat(disk.folder / "ballast")
    assert (ballast.st_size, ballast.st_blocks * 512 >= MIB) == (MIB, True), "it takes its room"
    assert disk.rooms() == []


def test_each_change_is_told_once(disk: PretendedDisk) -> None:
    disk.watch.look()
    for disk.mib in (200, 200, 10, 10, 100, 130, 300):
        disk.watch.look()

    assert disk.rooms() == [LOW, SHORT, LOW, AMPLE]


def test_telemetry_is_written_unless_the_room_is_short(disk: PretendedDisk) -> None:
    allowed = []
    for disk.mib in (1_000, 200, 10):
        disk.watch.look()
        allowed.append(disk.watch.for_telemetry)

    assert allowed == [True, True, False]


def test_the_ballast_that_was_given_up_closes_the_till_until_it_is_made_again(
    disk: PretendedDisk,
) -> None:
    disk.watch.look()
    disk.watch.make_some()
    assert not (disk.folder / "ballast").exists()
    disk.mib = 200
    disk.watch.look()
    assert disk.rooms() == [SHORT]

    disk.watch = disk.new_watch()  # a restart opens nothing
    disk.watch.look()
    assert disk.rooms() == [SHORT]
    disk.mib = 600
    disk.watch.look()
    assert disk.rooms() == [AMPLE]
    assert (disk.folder / "ballast").stat().st_size == MIB


def test_a_write_that_failed_closes_the_till_until_writing_works(disk: PretendedDisk) -> None:
    disk.watch.look()
    disk.watch.write_failed()
    assert (disk.rooms(), disk.watch.for_telemetry) == ([SHORT], False)

    disk.watch.look()
    assert disk.rooms() == [AMPLE]
    assert sorted(each.name for each in disk.folder.iterdir()) == ["ballast"]


def test_a_folder_that_cannot_be_written_to_closes_the_till(
    disk: PretendedDisk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(30, "Read-only file system")

    with monkeypatch.context() as patched:
        patched.setattr(os, "posix_fallocate", refuse)
        disk.watch.look()
        disk.watch.look()
    assert disk.rooms() == [SHORT]
    assert "ballast-failed reason=Read-only file system" in caplog.text
    disk.watch.look()
    assert disk.rooms() == [AMPLE]


def test_a_ballast_that_was_cut_short_is_made_whole(disk: PretendedDisk) -> None:
    (disk.folder / "ballast").write_bytes(b"half")
    disk.watch.look()

    assert (disk.folder / "ballast").stat().st_size == MIB


def test_the_watch_looks_at_once_and_ends_at_once(disk: PretendedDisk) -> None:
    stop = threading.Event()
    disk.mib = 10
    thread = threading.Thread(target=disk.watch.run, args=(stop,))
    thread.start()
    until(lambda: bool(disk.posted))
    stop.set()
    thread.join(1)
    assert not thread.is_alive()


# ---- a real disk that is full


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "small"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=8m", "outbox", folder], capture_output=True, text=True
    )
    if mounted.returncode != 0:
        pytest.skip(f"a small disk needs root that may mount: {mounted.stderr.strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


SMALL = Floors(ample=2_400 << 10, again=800 << 10, selling=400 << 10, ballast=2 << 20)


def fill(folder: Path, leave: int = 0) -> Path:
    """Fill the disk with something that is not ours, but for ``leave`` bytes."""
    free = shutil.disk_usage(folder).free
    file = folder / "logs-of-somebody"
    with file.open("wb") as opened:
        os.posix_fallocate(opened.fileno(), 0, free - leave)
    return file


def test_a_full_disk_loses_nothing_finishes_what_is_under_way_and_recovers(
    small_disk: Path,
) -> None:
    posted: list[Message] = []
    watch = DiskWatch(small_disk, posted.append, SMALL)
    database = small_disk / "kiosk.db"
    with closing(Recorder(database, SetBox(NOON), lambda: None, watch)) as recorder:
        recorder.open()
        watch.look()
        recorder.record("search_made", {"n": 0})
        recorder.record("action_done", {"n": 0})
        others = fill(small_disk)

        for n in range(1, 40):  # each is under way when the room goes
            recorder.record("action_done", {"n": n, "text": "x" * 9_000})
        with pytest.raises(DataError, match="expected room for telemetry"):
            recorder.record("search_made", {"n": 1})
        assert not (small_disk / "ballast").exists()
        assert posted == [DiskChanged(SHORT)]

        upload(small_disk)  # what is there can be sent, and settled, on the full disk
        others.unlink()
        watch.look()
        assert posted[-1] == DiskChanged(AMPLE)
        assert (small_disk / "ballast").exists()
        recorder.record("search_made", {"n": 2})


def upload(folder: Path) -> None:
    with running(FakeServer()) as server:
        line = Line(folder, server)
        assert line.step() is None
        numbers = [e["body"]["n"] for e in server.events.values() if e["kind"] == "action_done"]
        assert numbers == list(range(40))
        assert line.waiting() == []
        line.close()


def uploader_with(line: Line, room: Room) -> Uploader:
    return Uploader(
        UploaderConfig("k-1"),
        [partial(line.open_store, stream) for stream in STREAMS],
        Links(line.link),
        line.watch,
        line.clock,
        line.box,
        lambda: Backoff(base_s=0.05),
        room,
    )


@pytest.mark.parametrize("has_ballast", [True, False])
def test_rows_drain_from_a_disk_that_was_full_before_they_were_tried(
    small_disk: Path, has_ballast: bool, caplog: pytest.LogCaptureFixture
) -> None:
    watch = DiskWatch(small_disk, lambda _: None, SMALL)
    with running(FakeServer()) as server, closing(Line(small_disk, server)) as line:
        ids = line.put(*["scan"] * 120)
        if has_ballast:
            watch.look()
        line.store._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # no room in the log
        others = fill(small_disk)
        line.uploader = uploader_with(line, watch)
        with line.running():
            until(lambda: list(server.events)[:50] == ids[:50])
            if not has_ballast:  # what was sent stays, and is sent again once there is room
                assert line.waiting() == ids
                others.unlink()
            until(lambda: line.waiting() == [])

    assert list(server.events) == ids
    assert not (small_disk / "ballast").exists()
    assert not watch.for_telemetry
    assert "outbox-full" in caplog.text
    assert ("outbox-attempt-not-counted" in caplog.text) is not has_ballast


def test_rows_drain_after_a_start_on_a_full_disk(small_disk: Path) -> None:
    watch = DiskWatch(small_disk, lambda _: None, SMALL)
    with running(FakeServer()) as server:
        line = Line(small_disk, server)
        ids = line.put(*["scan"] * 120)
        watch.look()
        line.close()  # and with it go the files that SQLite needs beside each of ours
        fill(small_disk)
        line.uploader = uploader_with(line, watch)
        with line.running():
            until(lambda: list(server.events) == ids)


def test_a_ledger_without_room_even_by_the_ballast_says_so_and_keeps_what_it_has(
    small_disk: Path,
) -> None:
    watch = DiskWatch(small_disk, lambda _: None, SMALL)
    database = small_disk / "kiosk.db"
    written = 0
    with closing(Recorder(database, SetBox(NOON), lambda: None, watch)) as recorder:
        recorder.open()
        watch.look()
        fill(small_disk)
        with pytest.raises(DataError, match="expected room to write"):  # noqa: PT012
            for n in range(1_000):
                recorder.record("action_done", {"n": n, "text": "x" * 9_000})
                written += 1
        assert written > 50, "the ballast was there to be written over"
    with closing(sqlite3.connect(database)) as opened:
        assert opened.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    with closing(OutboxStore(open_database(database))) as store:
        assert store.status().waiting == written
