"""Power cut (kill -9) between every two steps of writing and of settling an event.

A child process does the work and kills itself, without any clean-up, at the n-th SQL statement;
n goes from the first statement to beyond the last. What is then on disk is what counts.
"""

import json
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

ROOT = Path(__file__).parents[2]
STATEMENTS_MAX = 60

# A process that has everything loaded and no threads; it forks a child for each job, waits for
# the child's end, and tells how that was.
FORKING = """
import json, os, signal, sys
from datetime import UTC, datetime
from pathlib import Path

from kiosk.clock import SystemClock
from kiosk.line.server import ServerLink
from kiosk.line.watch import LineWatch
from kiosk.outbox.store import OutboxStore, open_database, transaction
from kiosk.outbox.uploader import Uploader, UploaderConfig


def sell(store, connection, say, job):
    for total in (100, 200, 300):
        with transaction(connection):
            connection.execute("INSERT INTO sale VALUES (?)", (total,))
            store.put("sale", {"total": total}, datetime.now(UTC))
        say(total)


def upload(store, connection, say, job):
    link = ServerLink(job["url"], "kiosk-key", timeout_s=5)
    config = UploaderConfig("k-1", batch_max=2)
    uploader = Uploader(config, lambda: store, link, LineWatch(lambda _: None), SystemClock())
    assert uploader.step(store) is None


def work(job):
    connection = open_database(Path(job["file"]))
    left = job["cut_at"]

    def cut_the_power(statement):
        nonlocal left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    with open(job["file"] + ".said", "a", buffering=1) as said:
        connection.set_trace_callback(cut_the_power)
        say = lambda word: print(word, file=said)
        globals()[job["work"]](OutboxStore(connection), connection, say, job)
        say("done")


for line in sys.stdin:
    child = os.fork()
    if child == 0:
        work(json.loads(line))
        os._exit(0)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""


class Kiosk:
    """The forking process: ``work`` in a child whose power is cut at a statement."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def work(self, work: str, file: Path, cut_at: int, url: str = "") -> tuple[list[str], bool]:
        """Give what the child got to say, and whether the power was cut."""
        job = {"work": work, "file": str(file), "cut_at": cut_at, "url": url}
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        print(json.dumps(job), file=self._process.stdin, flush=True)
        status = int(self._process.stdout.readline())
        assert status in (0, -signal.SIGKILL)
        return Path(f"{file}.said").read_text().split(), status != 0


@pytest.fixture(scope="module")
def kiosk() -> Iterator[Kiosk]:
    with subprocess.Popen(
        [sys.executable, "-c", FORKING],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield Kiosk(process)


@pytest.fixture
def server() -> Iterator[FakeServer]:
    with running(FakeServer()) as started:
        yield started


def rows(file: Path, query: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        return connection.execute(query).fetchall()


def put(file: Path, *kinds: str) -> list[str]:
    with closing(open_database(file)) as connection, transaction(connection):
        store = OutboxStore(connection)
        return [str(store.put(kind, {}, datetime.now(UTC))) for kind in kinds]


def test_a_sale_and_its_event_are_both_there_or_both_not(kiosk: Kiosk, tmp_path: Path) -> None:
    cuts = 0
    for cut_at in range(1, STATEMENTS_MAX):
        file = tmp_path / f"cut-{cut_at}.db"
        with closing(open_database(file)) as connection:
            connection.execute("CREATE TABLE sale (total INTEGER)")

        said, cut = kiosk.work("sell", file, cut_at)
        cuts += cut

        sold = [str(total) for (total,) in rows(file, "SELECT total FROM sale ORDER BY rowid")]
        told = rows(file, "SELECT json_extract(body, '$.total') FROM outbox ORDER BY seq")
        assert sold == [str(total) for (total,) in told]
        said_sold = [word for word in said if word != "done"]
        assert sold[: len(said_sold)] == said_sold  # what was told of is there
        assert len(sold) - len(said_sold) in (0, 1)  # and at most one that was not told of yet
        if not cut:
            break
    assert said == ["100", "200", "300", "done"]
    assert cuts == 3 * 4  # begin, sale, event, commit: three times


def test_an_upload_cut_anywhere_loses_nothing_and_doubles_nothing(
    kiosk: Kiosk, tmp_path: Path, server: FakeServer
) -> None:
    cuts = sent_again = 0
    server.rejects = {"odd": "no such kind"}
    for cut_at in range(1, STATEMENTS_MAX):
        file = tmp_path / f"cut-{cut_at}.db"
        server.events.clear()
        server.batches.clear()
        ids = put(file, "scan", "odd", "scan")

        _, cut = kiosk.work("upload", file, cut_at, server.url)
        cuts += cut
        settled = rows(file, "SELECT id FROM outbox WHERE state <> 'waiting'")
        heard_of = {event_id for batch in server.batches for event_id in batch}
        assert {str(UUID(bytes=raw)) for (raw,) in settled} <= heard_of  # type: ignore[arg-type]

        said, cut_again = kiosk.work("upload", file, 10_000, server.url)
        assert (said, cut_again) == (["done"] if cut else ["done", "done"], False)
        assert sorted(server.events) == sorted([ids[0], ids[2]])
        states = rows(file, "SELECT state, count(*) FROM outbox GROUP BY state ORDER BY state")
        assert states == [("accepted", 2), ("rejected", 1)]
        sent = [event_id for batch in server.batches for event_id in batch]
        sent_again += len(sent) > len(set(sent))
        if not cut:
            break
    assert not cut
    assert cuts >= 2 * 7  # look, begin, count, commit, begin, settle, commit: two batches
    assert sent_again  # among them, cuts after the server had stored and before we had settled
