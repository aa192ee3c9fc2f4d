"""A wall clock that is set back and forward by a year changes neither order, chain nor sending.

A process writes and sends with each clock in turn, all under libfaketime, which stands between
Python and the kernel's clocks: so it is the real ``datetime.now`` that lies, and the real
``CLOCK_BOOTTIME`` that does not. Injected clocks do the same elsewhere in this folder.

Source: docs/outbox.md, section 6; libfaketime, README, "DONT_FAKE_MONOTONIC".
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kiosk.line.fake_server import FakeServer, running

ROOT = Path(__file__).parents[2]
PLACES = ("/usr/lib/x86_64-linux-gnu/faketime", "/usr/lib/aarch64-linux-gnu/faketime", "/usr/lib/faketime")  # fmt: skip

WRITE_AND_SEND = """
import sys
from pathlib import Path

from kiosk.clock import SystemClock
from kiosk.line.server import ServerLink
from kiosk.line.watch import LineWatch
from kiosk.outbox.boot import SystemBox
from kiosk.outbox.store import OutboxStore, open_database, transaction
from kiosk.outbox.uploader import Links, Uploader, UploaderConfig

file, url, kind = sys.argv[1:]
box = SystemBox()
store = OutboxStore(open_database(Path(file)), box=box)
with transaction(store._connection):
    for _ in range(3):
        store.put(kind, {}, box.wall())
link = ServerLink(url, "kiosk-key")
uploader = Uploader(UploaderConfig("k-1"), [], Links(link), LineWatch(lambda _: None), SystemClock(), box)
uploader.keep_house()
assert uploader.step(store) is None
store.close()
"""


@pytest.fixture
def faketime() -> str:
    found = [Path(place, "libfaketime.so.1") for place in PLACES]
    for library in found:
        if library.is_file():
            return str(library)
    if os.environ.get("CI"):
        pytest.fail("libfaketime is missing: apt-get install libfaketime")
    pytest.skip("libfaketime is missing: apt-get install libfaketime")


@pytest.fixture
def server() -> Iterator[FakeServer]:
    with running(FakeServer()) as started:
        yield started


def test_a_clock_set_forward_and_back_by_a_year_changes_nothing_but_what_it_says(
    tmp_path: Path, server: FakeServer, faketime: str
) -> None:
    shifts = {"now": 0, "ahead": 365, "behind": -365, "again": 0}
    for kind, days in shifts.items():
        environment = os.environ | {"PYTHONPATH": str(ROOT)}
        if days:
            shift = f"{days:+d}d"
            environment |= {"LD_PRELOAD": faketime, "FAKETIME": shift, "DONT_FAKE_MONOTONIC": "1"}
        command = [
            sys.executable,
            "-c",
            WRITE_AND_SEND,
            str(tmp_path / "kiosk.db"),
            server.url,
            kind,
        ]
        subprocess.run(command, env=environment, check=True, timeout=60)

    events = list(server.events.values())
    assert [each["kind"] for each in events] == [kind for kind in shifts for _ in range(3)]
    assert [each["seq"] for each in events] == list(range(1, 13))
    (branches,) = server.book.branches.values()
    assert len(branches) == 1
    assert server.book.gaps == []
    for each in events:
        told = datetime.fromtimestamp(each["wall_ms"] / 1_000, UTC)
        off = told - datetime.now(UTC) - timedelta(days=shifts[each["kind"]])
        assert abs(off) < timedelta(minutes=5), "the wall clock is told as it is"
    monos = [each["mono_ms"] for each in events]
    assert monos == sorted(monos), "what nobody can set goes on"
    assert monos[-1] - monos[0] < 300_000
    assert len({each["boot_id"] for each in events}) == 1
