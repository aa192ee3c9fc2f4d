"""Whatever happens in whatever order, every row is stored once, in sequence, under its chain.

A machine of hypothesis puts rows, sends, cuts requests, answers and the power, doubles, refuses,
restarts the kiosk, restores the server from backups, lets time go by and lets a person try again;
all on real SQLite files and against the model of the server in ``kiosk.line.fake_events``. After
each run the faults end, and what is then at the server is held against what was put.
"""

from __future__ import annotations

import gzip
import os
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from kiosk.clock import SetClock
from kiosk.errors import Unreachable
from kiosk.line.backoff import Backoff
from kiosk.line.fake_events import FakeEvents
from kiosk.line.server import Answer
from kiosk.line.watch import LineWatch
from kiosk.outbox.boot import SetBox
from kiosk.outbox.store import OutboxStore, open_database, transaction
from kiosk.outbox.streams import LEDGER, STREAMS, TELEMETRY, file_of
from kiosk.outbox.uploader import Links, Uploader, UploaderConfig

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
TELEMETRY_BYTES = 160_000  # some thirty rows of ``TEXT``
TEXT = "x" * 4_000
BACKUP_KEPT = timedelta(days=29)  # nobody restores an older one: the ledger keeps 30 days

RUNS = int(os.environ.get("OUTBOX_MODEL_RUNS", "30"))  # more for a long search

FAULTS = (
    "lose_request", "lose_answer", "twice", "nonsense", "half",
    "power_before", "power_after", "400", "401", "403", "409", "413", "429", "500", "503",
)  # fmt: skip


class PowerCutError(BaseException):
    """The box went dark in the middle of a request."""


class ModelLink:
    """Reaches the model without a socket; each fault is for one request."""

    def __init__(self) -> None:
        self.book, self.faults = FakeEvents(), list[str]()

    def post(self, path: str, body: bytes, *, packed: bool = False) -> Answer:
        content = gzip.decompress(body) if packed else body
        work = self.book.take_again if path.endswith("/again") else self.book.take
        fault = self.faults.pop(0) if self.faults else ""
        if fault.isdecimal():
            return Answer(int(fault), b"a proxy says so")
        if fault in ("lose_request", "power_before"):
            raise Unreachable("lost") if fault == "lose_request" else PowerCutError
        if fault == "twice":
            work(content)
        status, _, answer = work(content)
        if fault in ("lose_answer", "power_after"):
            raise Unreachable("lost") if fault == "lose_answer" else PowerCutError
        if fault in ("nonsense", "half"):
            answer = b"<html>" if fault == "nonsense" else answer[: len(answer) // 2]
        return Answer(status, answer)


class Outbox(RuleBasedStateMachine):
    """A kiosk with both streams, and the server."""

    def __init__(self) -> None:
        super().__init__()
        memory = Path("/dev/shm")
        self.folder = tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None)
        self.link, self.clock, self.box = ModelLink(), SetClock(NOON), SetBox(NOON)
        self.put_ids: dict[str, list[str]] = {stream.name: [] for stream in STREAMS}
        self.seqs: dict[str, int] = {}  # of telemetry
        self.backups: list[tuple[datetime, Any]] = [(NOON, self.link.book.backup())]
        self.start()

    # ---- what may happen

    def start(self) -> None:
        database = Path(self.folder.name) / "kiosk.db"
        self.ledger, self.telemetry = (
            OutboxStore(open_database(file_of(each, database), each), box=self.box)
            for each in STREAMS
        )
        self.uploader = Uploader(
            UploaderConfig("k-1"),
            [],
            Links(self.link),
            LineWatch(lambda _: None),
            self.clock,
            self.box,
            lambda: Backoff(chance=lambda: 0.0),
        )
        self.keep_house()

    def keep_house(self) -> None:
        self.uploader._kept_house_at_s = None
        self.uploader.keep_house()

    @initialize()
    def first_rows(self) -> None:
        self.put_ledger(["scan"] * 3)

    @rule(kinds=st.lists(st.sampled_from(["scan", "scan", "scan", "odd", "poison"]), max_size=12))
    def put_ledger(self, kinds: list[str]) -> None:
        with transaction(self.ledger._connection):
            ids = [str(self.ledger.put(kind, {"of": kind}, self.box.at)) for kind in kinds]
        self.put_ids[LEDGER.name] += ids

    @rule(count=st.sampled_from([60, 120]))
    def put_many(self, count: int) -> None:
        self.put_ledger(["scan"] * count)

    @rule(count=st.integers(1, 12))
    def put_telemetry(self, count: int) -> None:
        for _ in range(count):
            with transaction(self.telemetry._connection):
                event_id = str(self.telemetry.put("search_made", {"text": TEXT}, self.box.at))
                self.seqs[event_id] = self.telemetry._end().seq
                self.telemetry.evict_beyond(TELEMETRY_BYTES, self.box.at)
            self.put_ids[TELEMETRY.name].append(event_id)

    @rule(faults=st.lists(st.sampled_from(["", *FAULTS]), max_size=6))
    def send(self, faults: list[str]) -> None:
        self.link.faults = faults
        try:
            self.uploader.step(self.ledger, self.telemetry)
        except PowerCutError:
            self.restart()
        self.link.faults = []

    @rule()
    def restart(self) -> None:
        self.ledger.close()
        self.telemetry.close()
        self.start()

    @rule(kinds=st.sets(st.sampled_from(["odd", "scan"])), whole=st.sets(st.just("poison")))
    def refuse(self, kinds: set[str], whole: set[str]) -> None:
        self.link.book.rejects = dict.fromkeys(kinds, "no such kind")
        self.link.book.chokes_on = whole

    @rule()
    def try_again(self) -> None:
        self.ledger.retry()
        self.telemetry.retry()

    @rule()
    def back_up(self) -> None:
        self.backups.append((self.clock.at, self.link.book.backup()))

    @rule()
    def restore(self) -> None:
        fresh = [each for each in self.backups if each[0] > self.clock.at - BACKUP_KEPT]
        if fresh:
            self.link.book.restore(fresh[0][1])

    @rule(days=st.integers(1, 40))
    def wait(self, days: int) -> None:
        self.clock.move(days * 86_400)
        self.box.move(days * 86_400)
        self.keep_house()

    @rule(years=st.sampled_from([-1, 1]))
    def set_the_wall_clock(self, years: int) -> None:
        self.box.set_wall(self.box.at + timedelta(days=365 * years))

    # ---- what must hold in the end

    def teardown(self) -> None:
        try:
            self.restart()
            self._quiet()
            self._check_ledger(parked={str(row.event_id) for row in self.ledger.parked(10_000)})
            self._check_telemetry()
            self.link.book.rejects, self.link.book.chokes_on = {}, set()
            self.try_again()
            self._quiet()
            self._check_ledger(parked=set())
        finally:
            self.ledger.close()
            self.telemetry.close()
            self.folder.cleanup()

    def _quiet(self) -> None:
        """Send until nothing is left; where a whole stream is refused, end that too."""
        for _ in range(4):
            if self.uploader.step(self.ledger, self.telemetry) is None:
                return
            self.link.book.chokes_on = set()
        raise AssertionError("expected an end, got none")

    def _check_ledger(self, parked: set[str]) -> None:
        put, book = self.put_ids[LEDGER.name], self.link.book
        # a stored row whose answer was lost may be parked, if the server changed its mind since
        assert set(put) - set(book.events) <= parked
        assert self.ledger.status().waiting == 0
        seqs = [book.events[event_id]["seq"] for event_id in put if event_id in book.events]
        assert seqs == sorted(seqs), "numbers follow the order of writing, whatever the clock did"
        self._check_chain(self.ledger)
        assert not [gap for gap in book.gaps if gap[0] == str(self.ledger.epoch)]
        assert all(row.error for row in self.ledger.parked(10_000)), "each says why"

    def _check_telemetry(self) -> None:
        put, book = self.put_ids[TELEMETRY.name], self.link.book
        gaps = [gap[1:] for gap in book.gaps if gap[0] == str(self.telemetry.epoch)]
        parked = {str(row.event_id) for row in self.telemetry.parked(10_000)}
        for event_id in put:
            lost = any(first <= self.seqs[event_id] <= last for first, last in gaps)
            assert event_id in book.events or event_id in parked or lost
        self._check_chain(self.telemetry)

    def _check_chain(self, store: OutboxStore) -> None:
        """One branch, and the chain at the server is the one on the box."""
        branches = self.link.book.branches.get(str(store.epoch), [])
        rows = store._rows("seq > ? ORDER BY seq", 0)
        assert len(branches) == (1 if rows else 0), "no lost answer is taken for a copied disk"
        for row in rows:
            known = branches[0].chains.get(row.seq)
            assert known in (None, row.chain.hex())
        if rows:
            assert branches[0].chains[rows[-1].seq] == rows[-1].chain.hex()


TestOutbox: Callable[..., Any] = Outbox.TestCase
TestOutbox.settings = settings(  # type: ignore[attr-defined]
    max_examples=RUNS,
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
