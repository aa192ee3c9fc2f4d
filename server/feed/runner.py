"""The jobs that run beside the answering: publishing what has settled, snapshots, forgetting.

Any process of the server may start a runner; one at a time works, by a lock that the system
takes from a process that dies. Nothing is queued: each look finds what is due by what is there,
so a job that was cut short is found again.

Source: docs/feed.md, sections 2 to 4; docs/adr/0014-jobs-by-a-lock.md.
"""

from __future__ import annotations

import fcntl
import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psycopg
from django.db import connection
from django.utils import timezone

from server.configuration import Configuration
from server.feed import actions, counts, notes, surveys, terms
from server.feed.built import BuildError, make_built
from server.feed.jobs import (
    NoPauseError,
    built_is_due,
    make_snapshot,
    prune,
    snapshot_is_wanted,
)
from server.feed.models import Feed
from server.feed.mqtt import MqttPush
from server.feed.publish import publish_all
from server.feed.publisher import Publisher
from server.feed.watch import parameters
from server.keys import SecretMissingError
from server.pricing.checking import check_some
from server.sales.checking import check_sales

LOOK_S = 0.25
AGAIN_S = 2.0  # before the lock is tried again, or anything after a fault
MAKING_LOOK_S = 1.0
COUNTS_LOOK_S = 5.0
SURVEYS_LOOK_S = 2.0
MAKING_SHARE = 9  # a snapshot that took 1 minute is followed by 9 without one
FAILED_S = 600.0  # before a snapshot that could not be built is tried again
PRUNE_S = 3_600.0
LOCK = 0x7069736866656564  # "pishfeed"

logger = logging.getLogger(__name__)


class Runner:
    """Two threads, one that publishes and one that makes snapshots, while they hold the lock."""

    def __init__(self, configuration: Configuration) -> None:
        self._configuration = configuration
        self._stop = threading.Event()
        self._threads: list[threading.Thread] = []

    def start(self) -> None:
        """Begin to try for the lock."""
        thread = threading.Thread(target=self._run, name="feed-runner", daemon=True)
        self._threads.append(thread)
        thread.start()

    def stop(self, timeout_s: float = 5.0) -> None:
        """End what is under way, which may be begun again; a build is ended."""
        self._stop.set()
        for thread in self._threads:
            thread.join(timeout_s)

    def _run(self) -> None:
        while not self._stop.is_set():
            with _lock(self._configuration) as still_held:
                if still_held is not None:
                    logger.info("feed-runner-begun")
                    self._work(still_held)
            self._stop.wait(AGAIN_S)

    def _work(self, still_held: Callable[[], bool]) -> None:
        """Work until told to stop or the lock is lost."""
        ending = threading.Event()
        with ExitStack() as stack:
            making = Making(self._configuration, ending)
            maker = threading.Thread(target=making.run, name="feed-maker", daemon=True)
            if self._configuration.feed.push == "mqtt":
                stack.enter_context(MqttPush(self._configuration))
            maker.start()
            stack.callback(maker.join, AGAIN_S)
            stack.callback(ending.set)
            settling = Settling(self._configuration)
            while not self._stop.wait(LOOK_S) and still_held():
                _guarded(settling.look, self._stop)
            connection.close()


class Settling:
    """Publishes what was touched once it has rested for ``feed.settle_s``."""

    def __init__(self, configuration: Configuration) -> None:
        self._configuration = configuration
        self._due: float | None = None  # by the monotonic clock
        self._counts_looked = self._counts_due = 0.0
        self._surveys_looked = 0.0
        self._surveys_due = self._begun = False

    def look(self) -> None:
        """Publish if something is due."""
        settle_s = self._configuration.feed.settle_s
        if not settle_s or not self._anything():
            self._due = None
            return
        now = time.monotonic()
        if self._due is None:
            self._due = now + settle_s
        if now >= self._due:
            self._due = None
            self._counts_due, self._surveys_due, self._begun = 0.0, False, True
            publish_all(Publisher.of(self._configuration), timezone.now())

    def _anything(self) -> bool:
        """Tell whether there is something to publish, also of a publishing that was cut short."""
        return (
            notes.any_waiting()
            or Feed.objects.filter(batch__lt=notes.last_batch()).exists()
            or actions.any_waiting(timezone.now())
            or self._counts()
            or self._surveys()
            or self._other_terms()
        )

    def _counts(self) -> bool:
        """Tell whether counts of offers are to be told alone; looks at them now and then."""
        now = time.monotonic()
        if not self._counts_due and now - self._counts_looked >= COUNTS_LOOK_S:
            self._counts_looked = now
            self._counts_due = now if counts.any_due(timezone.now()) else 0.0
        return bool(self._counts_due)

    def _surveys(self) -> bool:
        """Tell whether kiosks are to be told of surveys; looks at them now and then."""
        now = time.monotonic()
        if not self._surveys_due and now - self._surveys_looked >= SURVEYS_LOOK_S:
            self._surveys_looked = now
            self._surveys_due = surveys.any_due(timezone.now())
        return self._surveys_due

    def _other_terms(self) -> bool:
        """Tell, at the start, whether the settings say other things of prices than kiosks know."""
        if not self._begun:
            self._begun = not terms.any_differ(self._configuration.chain)
        return not self._begun


class Making:
    """Makes snapshots that are due, works baskets out again, forgets what is old; one by one."""

    def __init__(self, configuration: Configuration, stop: threading.Event) -> None:
        self._configuration, self._stop = configuration, stop
        self._rested = 0.0  # when the next may be made, by the monotonic clock
        self._failed: dict[str, float] = {}  # until when a store is left alone
        self._pruned = time.monotonic()

    def run(self) -> None:
        """Look again and again, until told to stop."""
        while not self._stop.wait(MAKING_LOOK_S):
            _guarded(self.look, self._stop)
        connection.close()

    def look(self) -> None:
        """Do what is due now."""
        for store_id in list(Feed.objects.values_list("store_id", flat=True)):
            now = time.monotonic()
            if now < self._rested or self._stop.is_set():
                break
            if now >= self._failed.get(store_id, 0.0):
                self._make_if_due(store_id)
        check_some(timezone.now())
        check_sales(timezone.now())
        if time.monotonic() - self._pruned > PRUNE_S:
            self._pruned = time.monotonic()
            for store_id in list(Feed.objects.values_list("store_id", flat=True)):
                prune(store_id, self._configuration, timezone.now())

    def _make_if_due(self, store_id: str) -> None:
        built = built_is_due(store_id, self._configuration.feed.snapshot_every)
        if not (built or snapshot_is_wanted(store_id)):
            return
        began = time.monotonic()
        try:
            self._make(store_id, built)
        except (BuildError, NoPauseError) as error:
            self._failed[store_id] = time.monotonic() + FAILED_S
            if not self._stop.is_set():
                logger.warning("feed-snapshot-failed store=%s error=%s", store_id, error)
        now = time.monotonic()
        self._rested = now + MAKING_SHARE * (now - began)

    def _make(self, store_id: str, built: bool) -> None:
        publisher = Publisher.of(self._configuration)
        snapshot = make_snapshot(store_id, publisher, timezone.now())
        if built:
            whole = make_built(snapshot, publisher, self._stop)
            logger.info(
                "feed-snapshot-built store=%s sequence=%d bytes=%d",
                store_id,
                whole.sequence,
                whole.size,
            )
        prune(store_id, self._configuration, timezone.now())


def _guarded(look: Callable[[], None], stop: threading.Event) -> None:
    """Look; a fault of disk or database is told, and the next look comes a little later."""
    try:
        look()
    except SecretMissingError:
        stop.wait(AGAIN_S)  # before the first set-up
    except Exception:
        logger.exception("feed-job-failed")
        connection.close()
        stop.wait(AGAIN_S)


@contextmanager
def _lock(configuration: Configuration) -> Iterator[Callable[[], bool] | None]:
    """Give a question whether the lock is still held; None where another has it."""
    way = _lock_of_postgresql if connection.vendor == "postgresql" else _lock_of_file
    with way(configuration) as held:
        yield held


@contextmanager
def _lock_of_file(configuration: Configuration) -> Iterator[Callable[[], bool] | None]:
    """Take a lock on a file, which ends with its process: SQLite is on one machine."""
    file: Path = configuration.data_dir / "feed.lock"
    with file.open("a") as opened:
        try:
            fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield None
        else:
            yield lambda: True


@contextmanager
def _lock_of_postgresql(_configuration: Configuration) -> Iterator[Callable[[], bool] | None]:
    """Take a lock by a session of its own, which ends with it."""
    try:
        session = psycopg.connect(**parameters(), autocommit=True)
    except psycopg.Error:
        yield None
        return
    with session:
        row = session.execute("SELECT pg_try_advisory_lock(%s)", [LOCK]).fetchone()
        yield _asking(session) if row and row[0] else None


def _asking(session: psycopg.Connection[tuple[bool]]) -> Callable[[], bool]:
    def still_held() -> bool:
        try:
            session.execute("SELECT 1")
        except psycopg.Error:
            return False
        return True

    return still_held
