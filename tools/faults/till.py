"""One kiosk of the run, as a process that may be killed at any moment: it writes and it sends.

It is the kiosk's own outbox, recorder's files and uploader, without window and catalogue. Each
row is written in one transaction with a number in the table ``told``, every tenth of the ledger
with somebody's answers to a survey of the sample chain; what ``COMMIT`` has
promised stands in the file ``promised`` before the next begins. So whoever counts afterwards
knows, without asking the outbox, which rows must have arrived.

Started again it goes on where it was. It ends by itself when all has been sent.
"""

from __future__ import annotations

import os
import sqlite3
import sys
from functools import partial
from pathlib import Path
from random import Random
from threading import Event, Thread
from time import sleep
from uuid import NAMESPACE_OID, UUID, uuid5

from kiosk.clock import ServerClock
from kiosk.identity import load_identity, load_key
from kiosk.line.backoff import Backoff
from kiosk.line.server import ServerLink
from kiosk.line.signing import Signer
from kiosk.line.watch import LineWatch
from kiosk.outbox.boot import SystemBox
from kiosk.outbox.store import OutboxStore, open_database, transaction
from kiosk.outbox.streams import LEDGER, STREAMS, Stream, file_of
from kiosk.outbox.uploader import Links, Uploader, UploaderConfig

CODES = 97  # different codes; each event adds one to the row of its code at the server
ROWS_A_COMMIT = 20  # a shopper's basket of rows
WAITING_MAX = 5_000  # rows ahead of the line, so that the files stay small
ANSWERS_EVERY = 10  # rows of the ledger
SURVEY = "today"
_INSTANCE = (
    '<data xmlns:orx="http://openrosa.org/xforms" id="today" version="1"><mood>{mood}</mood>'
    "<meta><instanceID>uuid:{instance}</instanceID></meta></data>"
)
PAUSE_MAX_S = 0.2  # of the uploader: a run of minutes has no hours to wait
_TOLD = "CREATE TABLE IF NOT EXISTS told (number INTEGER PRIMARY KEY)"


def main() -> int:
    """Write until ``quota`` rows a stream are there, send them all, and end with 0."""
    folder, url, quota, seed = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    box, sent = SystemBox(), Event()
    uploader = _uploader(folder, url, box)
    thread = Thread(target=uploader.run, args=(sent,), name="uploader", daemon=True)
    thread.start()
    tills = [_Till(folder, stream, box, quota) for stream in STREAMS]
    chance = Random(seed)
    while [till for till in tills if till.write(chance.randrange(1, ROWS_A_COMMIT))]:
        uploader.wake()
        while max(till.ahead() for till in tills) > WAITING_MAX:
            sleep(0.02)
    while any(till.waiting() for till in tills):
        uploader.wake()
        sleep(0.2)
    sent.set()
    thread.join(10)
    return 0


class _Till:
    """One stream of this kiosk: its file, and what was promised of it."""

    def __init__(self, folder: Path, stream: Stream, box: SystemBox, quota: int) -> None:
        self._connection = open_database(file_of(stream, folder / "kiosk.db"), stream)
        self._connection.execute(_TOLD)
        self._store = OutboxStore(self._connection, box=box)
        self._box, self._quota, self._folder = box, quota, folder
        self._asks = stream is LEDGER
        row = self._connection.execute("SELECT coalesce(max(number), 0) FROM told").fetchone()
        self._number = int(row[0])
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
        self._promised = os.open(folder / f"{stream.name}.promised", flags, 0o600)

    def write(self, rows: int) -> bool:
        """Write some rows in one transaction; gives whether there are more to come."""
        last = min(self._number + rows, self._quota)
        with transaction(self._connection):
            for number in range(self._number + 1, last + 1):
                self._connection.execute("INSERT INTO told VALUES (?)", (number,))
                body = {"code": f"{number % CODES:08}", "symbology": "", "number": number}
                self._store.put("unknown_code", body, self._box.wall())
                if self._asks and number % ANSWERS_EVERY == 0:
                    answers = _answers(self._folder.name, number)
                    self._store.put("survey_answered", answers, self._box.wall())
        os.write(self._promised, f"{last}\n".encode())
        self._number = last
        return self._number < self._quota

    def ahead(self) -> int:
        """Tell how far the rows are ahead of the server's answers, at little cost."""
        newest = self._connection.execute("SELECT max(seq) FROM outbox").fetchone()[0] or 0
        return int(newest) - self._store.acked_through()

    def waiting(self) -> int:
        """Count the rows that the server has not answered for."""
        return self._store.status().waiting


def instance_of(kiosk: str, number: int) -> UUID:
    """Give the id of the answers that a kiosk gave with a row."""
    return uuid5(NAMESPACE_OID, f"{kiosk}/{number}")


def _answers(kiosk: str, number: int) -> dict[str, object]:
    instance = str(instance_of(kiosk, number))
    return {
        "instance": instance,
        "survey": SURVEY,
        "version": 1,
        "state": "complete",
        "language": "fa",
        "began_at": "2026-11-23T08:29:00Z",
        "ended_at": "2026-11-23T08:30:00Z",
        "xml": _INSTANCE.format(mood=number % 5 + 1, instance=instance),
        "times": [["/data/mood", 900]],
        "last": "/data/mood",
    }


def told_in(folder: Path, stream: Stream) -> tuple[int, int]:
    """Give how many rows were written, and how many were promised, of a kiosk's stream."""
    file = file_of(stream, folder / "kiosk.db")
    connection = sqlite3.connect(file)
    written = int(connection.execute("SELECT count(*) FROM told").fetchone()[0])
    connection.close()
    lines = (folder / f"{stream.name}.promised").read_bytes().splitlines()
    return written, max((int(line) for line in lines if line), default=0)


def _uploader(folder: Path, url: str, box: SystemBox) -> Uploader:
    identity = load_identity(folder)
    assert identity is not None, f"{folder}: expected an enrolled kiosk"
    clock = ServerClock(folder / "time.json")
    link = ServerLink(url, Signer(load_key(folder), clock), timeout_s=5.0, answer_s=10.0)

    def open_store(stream: Stream) -> OutboxStore:
        file = file_of(stream, folder / "kiosk.db")
        return OutboxStore(open_database(file, stream, durable=True), box=box)

    return Uploader(
        UploaderConfig(identity.kiosk, look_s=1.0),
        [partial(open_store, stream) for stream in STREAMS],
        Links(link),
        LineWatch(lambda _: None),
        clock,
        box,
        lambda: Backoff(0.02, PAUSE_MAX_S),
    )


if __name__ == "__main__":
    sys.exit(main())
