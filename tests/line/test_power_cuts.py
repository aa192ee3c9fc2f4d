"""Power cut (kill -9) between every two steps of writing and of settling an event.

A child process does the work and kills itself, without any clean-up, at the n-th SQL statement;
n goes from the first statement to beyond the last. What is then on disk is what counts.
"""

import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest

from kiosk.line.fake_server import FakeServer, running
from kiosk.outbox.store import OutboxStore, open_database, transaction

PREAMBLE = """
import os, signal, sys
from datetime import UTC, datetime
from pathlib import Path
from kiosk.outbox.store import OutboxStore, open_database, transaction

connection = open_database(Path(sys.argv[1]))
left = int(sys.argv[2])

def cut_the_power(statement):
    global left
    left -= 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)

connection.set_trace_callback(cut_the_power)
store = OutboxStore(connection)
"""
SELL = """
for total in (100, 200, 300):
    with transaction(connection):
        connection.execute("INSERT INTO sale VALUES (?)", (total,))
        store.put("sale", {"total": total}, datetime.now(UTC))
    print(total, flush=True)
print("done", flush=True)
"""
UPLOAD = """
from kiosk.clock import SystemClock
from kiosk.line.server import ServerLink
from kiosk.line.watch import LineWatch
from kiosk.outbox.uploader import Uploader, UploaderConfig

link = ServerLink(sys.argv[3], "kiosk-key", timeout_s=2)
config = UploaderConfig("k-1", batch_max=2)
uploader = Uploader(config, lambda: store, link, LineWatch(lambda _: None), SystemClock())
assert uploader.step(store) is None
print("done", flush=True)
"""
ROOT = Path(__file__).parents[2]
STATEMENTS_MAX = 60


def child(work: str, file: Path, cut_at: int, *arguments: str) -> tuple[list[str], bool]:
    """Run ``work``; give the lines that it got to say, and whether the power was cut."""
    run = subprocess.run(
        [sys.executable, "-c", PREAMBLE + work, str(file), str(cut_at), *arguments],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert run.returncode in (0, -signal.SIGKILL), run.stderr
    return run.stdout.split(), run.returncode != 0


@pytest.fixture
def server() -> Iterator[FakeServer]:
    with running(FakeServer()) as started:
        yield started


def rows(file: Path, query: str) -> list[tuple[int, ...]]:
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        return connection.execute(query).fetchall()


def test_a_sale_and_its_event_are_both_there_or_both_not(tmp_path: Path) -> None:
    cuts = 0
    for cut_at in range(1, STATEMENTS_MAX):
        file = tmp_path / f"cut-{cut_at}.db"
        with closing(open_database(file)) as connection:
            connection.execute("CREATE TABLE sale (total INTEGER)")

        said, cut = child(SELL, file, cut_at)
        cuts += cut

        sold = rows(file, "SELECT total FROM sale ORDER BY rowid")
        told = rows(file, "SELECT json_extract(body, '$.total') FROM outbox ORDER BY seq")
        assert sold == told
        assert [(int(total),) for total in said if total != "done"] == sold[: len(said)]
        assert len(sold) - len(said) in ((0, 1) if cut else (-1,))  # at most one not yet told of
        if not cut:
            break
    assert said[-1] == "done"
    assert cuts >= 3 * 4  # begin, sale, event, commit: three times


def test_an_upload_cut_anywhere_loses_nothing_and_doubles_nothing(
    tmp_path: Path, server: FakeServer
) -> None:
    cuts = 0
    for cut_at in range(1, STATEMENTS_MAX):
        file = tmp_path / f"cut-{cut_at}.db"
        server.events.clear()
        server.batches.clear()
        server.rejects = {"odd": "no such kind"}
        ids = _put(file, "scan", "odd", "scan")

        _, cut = child(UPLOAD, file, cut_at, server.url)
        cuts += cut
        settled = {i for (i,) in rows(file, "SELECT id FROM outbox WHERE state <> 'waiting'")}
        heard_of = {event_id for batch in server.batches for event_id in batch}
        assert {_text(i) for i in settled} <= heard_of  # nothing is settled that was not sent

        said, cut_again = child(UPLOAD, file, 10_000, server.url)
        assert (said, cut_again) == (["done"], False)
        assert sorted(server.events) == sorted([ids[0], ids[2]])
        states = rows(file, "SELECT state, count(*) FROM outbox GROUP BY state ORDER BY state")
        assert states == [("accepted", 2), ("rejected", 1)]
        if not cut:
            break
    assert not cut
    assert cuts >= 2 * 7  # look, begin, count, commit, begin, settle, commit: two batches


def _put(file: Path, *kinds: str) -> list[str]:
    with closing(open_database(file)) as connection, transaction(connection):
        store = OutboxStore(connection)
        return [str(store.put(kind, {}, datetime.now(UTC))) for kind in kinds]


def _text(raw: object) -> str:
    assert isinstance(raw, bytes)
    return str(UUID(bytes=raw))
