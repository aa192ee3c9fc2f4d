"""kill -9 between every two steps of writing, evicting, settling and rewinding.

A child process does the work and kills itself, without any clean-up, at the n-th SQL statement;
n goes from the first statement to beyond the last. What is then on disk is what counts. This
leaves whatever the kernel was given; a cut that takes even that is in ``test_power_really_cut``.
"""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from kiosk.line.fake_server import FakeServer, running
from kiosk.outbox.rows import Batch
from kiosk.outbox.store import OutboxStore, open_database, transaction
from kiosk.outbox.streams import LEDGER, TELEMETRY, Stream

ROOT = Path(__file__).parents[2]
STATEMENTS_MAX = 250
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)

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
from kiosk.outbox.streams import STREAMS
from kiosk.outbox.uploader import Links, Uploader, UploaderConfig


def sell(store, connection, say, job):
    for total in (100, 200, 300):
        with transaction(connection):
            connection.execute("INSERT INTO sale VALUES (?)", (total,))
            store.put("sale", {"total": total}, datetime.now(UTC))
        say(total)


def search(store, connection, say, job):
    for _ in range(3):
        with transaction(connection):
            store.put("search_made", {"text": "x" * 4_000}, datetime.now(UTC))
            store.evict_beyond(job["bytes_max"], datetime.now(UTC))


def upload(store, connection, say, job):
    link = ServerLink(job["url"], "kiosk-key", timeout_s=5)
    clock = SystemClock()
    uploader = Uploader(UploaderConfig("k-1"), [], Links(link), LineWatch(lambda _: None), clock)
    assert uploader.step(store) is None


def work(job):
    stream = next(each for each in STREAMS if each.name == job["stream"])
    connection = open_database(Path(job["file"]), stream)
    left = job["cut_at"]

    def cut_the_power(statement):
        nonlocal left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    store = OutboxStore(connection)
    with open(job["file"] + ".said", "a", buffering=1) as said:
        connection.set_trace_callback(cut_the_power)
        say = lambda word: print(word, file=said)
        globals()[job["work"]](store, connection, say, job)
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

    def work(
        self,
        work: str,
        file: Path,
        cut_at: int,
        *,
        url: str = "",
        stream: Stream = LEDGER,
        bytes_max: int = 0,
    ) -> tuple[list[str], bool]:
        """Give what the child got to say, and whether the power was cut."""
        job = {"work": work, "file": str(file), "cut_at": cut_at, "url": url}
        job |= {"stream": stream.name, "bytes_max": bytes_max}
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
def folder() -> Iterator[Path]:
    """A folder in memory: a killed process leaves what it wrote there too, and faster."""
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if os.access(memory, os.W_OK) else None) as made:
        yield Path(made)


@pytest.fixture
def server() -> Iterator[FakeServer]:
    with running(FakeServer()) as started:
        yield started


def rows(file: Path, query: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        return connection.execute(query).fetchall()


def batch_of(store: OutboxStore) -> Batch:
    batch = store.in_sequence(50, 1 << 20)
    assert batch is not None
    return batch


def test_a_sale_and_its_event_are_both_there_or_both_not(kiosk: Kiosk, folder: Path) -> None:
    cuts = 0
    for cut_at in range(1, STATEMENTS_MAX):
        file = folder / f"cut-{cut_at}.db"
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
    assert cuts >= 3 * 4  # begin, sale, event, commit, and each trigger: three times


def test_a_row_that_is_evicted_is_gone_with_the_row_that_says_so_or_there(
    kiosk: Kiosk, folder: Path
) -> None:
    evicted = 0
    for cut_at in range(1, STATEMENTS_MAX):
        file = folder / f"cut-{cut_at}.db"
        with closing(open_database(file, TELEMETRY)) as connection, transaction(connection):
            for _ in range(60):
                OutboxStore(connection).put("search_made", {"text": "x" * 4_000}, NOON)

        _, cut = kiosk.work("search", file, cut_at, stream=TELEMETRY, bytes_max=250_000)

        ((first, last, count),) = rows(file, "SELECT min(seq), max(seq), count(*) FROM outbox")
        told = rows(file, "SELECT json_extract(body, '$.to_seq') FROM outbox WHERE kind = 'telemetry_evicted' ORDER BY seq")  # fmt: skip
        assert (first, count) == (int(str(told[-1][0])) + 1 if told else 1, int(str(last)) - int(str(first)) + 1)  # fmt: skip
        evicted += bool(told)
        if not cut:
            break
    assert not cut
    assert evicted


# ---- uploads that are cut


def a_refused_row(store: OutboxStore, server: FakeServer) -> tuple[set[str], set[str]]:
    server.book.rejects = {"odd": "no such kind"}
    good, odd, good_too = put(store, "scan", "odd", "scan")
    return {good, good_too}, {odd}


def a_batch_that_is_halved(store: OutboxStore, server: FakeServer) -> tuple[set[str], set[str]]:
    server.book.chokes_on = {"poison"}
    good, poison, good_too, good_as_well = put(store, "scan", "poison", "scan", "scan")
    return {good, good_too, good_as_well}, {poison}


def a_restored_server(store: OutboxStore, server: FakeServer) -> tuple[set[str], set[str]]:
    ids = put(store, "scan", "scan", "scan")
    store.settle_through(2, batch_of(store), {}, NOON)
    return set(ids), set()


def a_row_put_back(store: OutboxStore, server: FakeServer) -> tuple[set[str], set[str]]:
    ids = put(store, "odd", "scan")
    store.settle_through(2, batch_of(store), {1: "no such kind"}, NOON)
    server.book.take(_as_sent(store, parked=1))
    store.retry()
    return set(ids), set()


def _as_sent(store: OutboxStore, parked: int) -> bytes:
    from kiosk.outbox.boot import SystemBox
    from kiosk.outbox.wire import write_batch

    acked = store.acked_through()
    store.rewind(0)
    body = write_batch(batch_of(store).up_to(acked, {parked: "no such kind"}), SystemBox())
    store.settle_through(acked, batch_of(store), {parked: "no such kind"}, NOON)
    return body


def put(store: OutboxStore, *kinds: str) -> list[str]:
    with transaction(store._connection):
        return [
            str(store.put(kind, {}, NOON + timedelta(seconds=n))) for n, kind in enumerate(kinds)
        ]


Scene = Callable[[OutboxStore, FakeServer], tuple[set[str], set[str]]]


@pytest.mark.parametrize(
    "scene", [a_refused_row, a_batch_that_is_halved, a_restored_server, a_row_put_back]
)
def test_an_upload_cut_anywhere_loses_nothing_and_doubles_nothing(
    kiosk: Kiosk, folder: Path, server: FakeServer, scene: Scene
) -> None:
    sent_again = 0
    for cut_at in range(1, STATEMENTS_MAX):
        file = folder / f"cut-{cut_at}.db"
        server.book.__init__()  # type: ignore[misc]
        with closing(OutboxStore(open_database(file))) as store:
            stored, parked = scene(store, server)
            before = len(server.batches)

        _, cut = kiosk.work("upload", file, cut_at, url=server.url)
        accepted = {str(UUID(bytes=raw)) for (raw,) in rows(file, "SELECT id FROM outbox WHERE state = 'accepted'")}  # type: ignore[arg-type]  # fmt: skip
        if scene is not a_restored_server:  # there the kiosk believes in what the server lost
            assert accepted <= set(server.events)

        said, cut_again = kiosk.work("upload", file, 100_000, url=server.url)
        assert (said, cut_again) == (["done"] if cut else ["done", "done"], False)
        assert set(server.events) == stored
        assert server.book.gaps == []
        states = rows(file, "SELECT state, count(*) FROM outbox GROUP BY state ORDER BY state")
        assert dict(states) == {"accepted": len(stored)} | ({"parked": 1} if parked else {})  # type: ignore[arg-type]  # fmt: skip
        sent = [event_id for batch in server.batches[before:] for event_id in batch]
        sent_again += len(sent) > len(set(sent))
        if not cut:
            break
    assert not cut
    assert cut_at > 10
    assert sent_again  # among them, cuts after the server had stored and before we had settled
