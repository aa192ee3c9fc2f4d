"""A power cut that takes all that was not synced, over and over: what is left of both streams.

How it is simulated: the writer runs under a library (``only_synced.c``, built here by gcc, loaded
by LD_PRELOAD) that copies a file at each fsync or fdatasync into another folder. The writer kills
itself at a statement that chance chooses, and what is opened then is that folder: every byte that
the program only wrote, and the kernel only held, is gone. That is harder than most disks, and it
leaves out one thing: a sector half written, which SQLite's own checksums are for.

Source: docs/outbox.md, section 1; https://www.sqlite.org/pragma.html#pragma_synchronous.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from kiosk.outbox.rows import chain_of
from kiosk.outbox.store import OutboxStore, open_database
from kiosk.outbox.streams import LEDGER, TELEMETRY, Stream

ROOT = Path(__file__).parents[2]
CUTS = int(os.environ.get("OUTBOX_POWER_CUTS", "25"))  # of each kind
STATEMENTS_MAX = 400

FORKING = """
import json, os, signal, sys
from datetime import UTC, datetime
from pathlib import Path

from kiosk.clock import SystemClock
from kiosk.line.server import Answer
from kiosk.line.watch import LineWatch
from kiosk.outbox.boot import SystemBox
from kiosk.outbox.sender import Outside, Sender
from kiosk.outbox.store import OutboxStore, open_database, transaction
from kiosk.outbox.streams import STREAMS


def work(job):
    os.environ["ONLY_SYNCED_FROM"], os.environ["ONLY_SYNCED_TO"] = job["from"], job["to"]
    stream = next(each for each in STREAMS if each.name == job["stream"])
    file = Path(job["from"]) / "outbox.db"
    said = os.open(job["said"], os.O_CREAT | os.O_APPEND | os.O_WRONLY)
    say = lambda what, seq: os.write(said, f"{what} {seq}\\n".encode())
    connection = open_database(file, stream)
    connection.execute("PRAGMA wal_autocheckpoint = 40")
    store, left = OutboxStore(connection), job["cut_at"]

    class Link:
        def post(self, path, body, *, packed=False):
            import gzip, json
            rows = json.loads(gzip.decompress(body))["rows"]
            for row in rows:
                say("sent", row["seq"])
            return Answer(200, json.dumps({"acked_through": rows[-1]["seq"]}).encode())

    def cut_the_power(statement):
        nonlocal left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    sending = OutboxStore(open_database(file, stream, durable=True))
    sender = Sender(Link(), Outside(LineWatch(lambda _: None), SystemClock(), SystemBox()))
    connection.set_trace_callback(cut_the_power)
    sending._connection.set_trace_callback(cut_the_power)
    for seq in range(1, 1000):
        with transaction(connection):
            store.put("search_made", {"text": "x" * 300}, datetime.now(UTC))
        say("wrote", seq)
        if job["send_every"] and seq % job["send_every"] == 0:
            sender.send_all(sending)


for line in sys.stdin:
    child = os.fork()
    if child == 0:
        work(json.loads(line))
        os._exit(0)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""


@dataclass(frozen=True, slots=True)
class Left:
    """What a cut left: the rows that were told of before, those that were sent, those on disk."""

    wrote: int
    sent: int
    kept: int


@pytest.fixture(scope="module")
def library() -> Iterator[Path]:
    if shutil.which("gcc") is None:
        if os.environ.get("CI"):
            pytest.fail("gcc is missing: apt-get install gcc libc6-dev")
        pytest.skip("gcc is missing: apt-get install gcc libc6-dev")
    with tempfile.TemporaryDirectory() as folder:
        built = Path(folder) / "only_synced.so"
        source = Path(__file__).with_name("only_synced.c")
        subprocess.run(["gcc", "-O2", "-shared", "-fPIC", "-o", built, source], check=True)
        yield built


@pytest.fixture(scope="module")
def forking(library: Path) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [sys.executable, "-c", FORKING],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT), "LD_PRELOAD": str(library)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield process


@pytest.fixture
def folder() -> Iterator[Path]:
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if os.access(memory, os.W_OK) else None) as made:
        yield Path(made)


def cut(
    forking: subprocess.Popen[str], folder: Path, stream: Stream, cut_at: int, send_every: int = 0
) -> Left:
    """Let rows be written (and sent) until the power goes; look at what is left."""
    lost, disk, said = (
        folder / f"{name}-{cut_at}-{send_every}" for name in ("lost", "disk", "said")
    )
    lost.mkdir()
    disk.mkdir()
    job = {"from": str(lost), "to": str(disk), "said": str(said), "stream": stream.name}
    assert forking.stdin is not None
    assert forking.stdout is not None
    print(
        json.dumps(job | {"cut_at": cut_at, "send_every": send_every}),
        file=forking.stdin,
        flush=True,
    )
    assert int(forking.stdout.readline()) == -signal.SIGKILL
    told = [line.split() for line in said.read_text().splitlines()] if said.exists() else []
    counts = {word: sum(what == word for what, _ in told) for word in ("wrote", "sent")}
    left = Left(counts["wrote"], counts["sent"], rows_on(disk / "outbox.db", stream))
    shutil.rmtree(lost)
    shutil.rmtree(disk)
    return left


def rows_on(file: Path, stream: Stream) -> int:
    """Count the rows of a sound file, whose chain is whole from the first row on."""
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    with closing(OutboxStore(open_database(file, stream))) as store:
        rows = store._rows("seq > ? ORDER BY seq", 0)
        assert [row.seq for row in rows] == list(range(1, len(rows) + 1))
        before = store._origin
        for row in rows:
            assert (row.before, row.chain) == (before, chain_of(before, row.event_id, row.body))
            before = row.chain
        return len(rows)


def chances(count: int) -> list[int]:
    """Statements to be cut at; the same in each run, none twice."""
    return random.Random(2026).sample(range(5, STATEMENTS_MAX), count)


def test_of_the_ledger_every_row_is_left_that_was_told_of(
    forking: subprocess.Popen[str], folder: Path
) -> None:
    left = [cut(forking, folder, LEDGER, at) for at in chances(CUTS)]

    assert all(each.kept - each.wrote in (0, 1) for each in left)  # or one not told of yet
    assert sum(each.wrote for each in left) > 10 * CUTS


def test_of_telemetry_the_newest_may_be_lost_and_the_rest_is_whole(
    forking: subprocess.Popen[str], folder: Path
) -> None:
    left = [cut(forking, folder, TELEMETRY, at) for at in chances(CUTS)]

    assert all(each.kept <= each.wrote + 1 for each in left)
    wrote, kept = (sum(getattr(each, name) for each in left) for name in ("wrote", "kept"))
    print(f"NORMAL kept {kept} of {wrote} rows that were told of")
    assert kept < wrote, "else it could be used for the ledger, and be faster"


def test_no_row_of_telemetry_is_lost_once_it_was_sent(
    forking: subprocess.Popen[str], folder: Path
) -> None:
    """Or the next row would have its number, and the server would see a copied disk."""
    left = [cut(forking, folder, TELEMETRY, at, send_every=7) for at in chances(CUTS)]

    assert all(each.kept >= each.sent for each in left)
    assert sum(each.sent for each in left) > CUTS
    assert sum(each.kept < each.wrote for each in left), "rows that were not sent may be lost"
