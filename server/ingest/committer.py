"""Threads that commit what is waiting, as much as there is at once: group commit.

Nobody waits for company: whoever is alone is committed alone, and while that is under way the next
ones gather. On SQLite there is one thread, for there is one writer; on PostgreSQL there may be
several. A future is answered after the commit, never before.

Source: docs/outbox.md, section 5; docs/scale.md.
"""

from __future__ import annotations

import logging
import os
import threading
from asyncio import AbstractEventLoop
from asyncio import Future as AsyncFuture
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future

from django.db import DatabaseError, connection
from django.utils import timezone

from server.events.partitions import make_months_ahead
from server.ingest.metrics import Metrics
from server.ingest.store import Answer, Submitted, Told, store_group, store_one_by_one

GROUP_ROWS_MAX = 5_000  # of one transaction
WAITING_ROWS_MAX = 50_000  # about 50 MB; more are told to come again

logger = logging.getLogger(__name__)

Store = Callable[[Sequence[Submitted], Told], list[Answer]]
_Future = Future[Answer] | AsyncFuture[Answer]


class BusyError(RuntimeError):
    """More is waiting than the database takes; the kiosk is to come again."""


class Committer:
    """``threads`` writers and what waits for them; ``start`` before, ``stop`` behind it."""

    def __init__(self, threads: int, metrics: Metrics, store: Store = store_group) -> None:
        self._metrics, self._store = metrics, store
        self._waiting: deque[tuple[Submitted, _Future]] = deque()
        self._waiting_rows, self._stopping = 0, False
        self._changed = threading.Condition()
        self._looked_on = timezone.now().date()  # made at the start of the server
        self._threads = [
            threading.Thread(target=self._run, name=f"committer-{number}")
            for number in range(threads)
        ]

    def start(self) -> None:
        """Start the threads."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Commit what is waiting, then end the threads."""
        with self._changed:
            self._stopping = True
            self._changed.notify_all()
        for thread in self._threads:
            thread.join()

    def submit(self, submitted: Submitted) -> Future[Answer]:
        """Let a batch be stored; the future has the answer, or a ``DatabaseError``.

        Raises ``BusyError``.
        """
        future: Future[Answer] = Future()
        self.put(submitted, future)
        return future

    def put(self, submitted: Submitted, future: _Future) -> None:
        """As ``submit``, for a future of whoever waits, of a thread's or of an event loop's."""
        with self._changed:
            if self._stopping or self._waiting_rows >= WAITING_ROWS_MAX:
                raise BusyError(f"Expected fewer than {WAITING_ROWS_MAX} rows to wait, got more")
            self._waiting.append((submitted, future))
            self._waiting_rows += len(submitted.batch.marks)
            self._metrics.waiting.set(self._waiting_rows)
            self._changed.notify()

    def _run(self) -> None:
        try:
            while group := self._take():
                self._look_ahead()
                self._commit(group)
        except BaseException:
            # as any thread of ours: what nobody expected ends the process, the start recovers
            logger.critical("committer-failed", exc_info=True)
            os._exit(70)
        finally:
            connection.close()

    def _take(self) -> list[tuple[Submitted, _Future]]:
        """Wait for batches and take as many as one transaction holds; none at the end."""
        group: list[tuple[Submitted, _Future]] = []
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._stopping)
            rows = 0
            while self._waiting and rows < GROUP_ROWS_MAX:
                submitted, future = self._waiting.popleft()
                rows += len(submitted.batch.marks)
                group.append((submitted, future))
            self._waiting_rows -= rows
            self._metrics.waiting.set(self._waiting_rows)
        return group

    def _look_ahead(self) -> None:
        """Once a day make the months ahead, so that a server may run for years."""
        today = timezone.now()
        if today.date() == self._looked_on:
            return
        self._looked_on = today.date()
        try:
            for name in make_months_ahead(today):
                logger.info("events-partition-made name=%s", name)
        except DatabaseError as error:  # a month later than it could be: nothing is lost by that
            logger.warning("events-partition-failed error=%s", error)
            connection.close()

    def _commit(self, group: list[tuple[Submitted, _Future]]) -> None:
        submitted = [each for each, _ in group]
        with self._metrics.commit_seconds.time():
            told, answers = self._answers(submitted)
        self._metrics.group_rows.observe(sum(len(each.batch.marks) for each in submitted))
        for outcome, count in told.counts.items():
            self._metrics.rows.labels(outcome).inc(count)
        for text, values in told.lines:
            logger.warning(text, *values)
        self._deliver([future for _, future in group], answers)

    def _deliver(self, futures: Sequence[_Future], answers: Sequence[Answer]) -> None:
        """Answer; an event loop is woken once for all of its futures."""
        by_loop: dict[AbstractEventLoop, list[tuple[_Future, Answer]]] = {}
        for future, answer in zip(futures, answers, strict=True):
            if isinstance(future, AsyncFuture):
                by_loop.setdefault(future.get_loop(), []).append((future, answer))
            else:
                _settle(future, answer)
        for loop, settled in by_loop.items():
            if not loop.is_closed():  # closed: the server has stopped, nobody waits
                loop.call_soon_threadsafe(_settle_all, settled)

    def _answers(self, submitted: Sequence[Submitted]) -> tuple[Told, list[Answer]]:
        told = Told()
        try:
            return told, self._store(submitted, told)
        except DatabaseError as error:
            logger.warning("events-group-failed batches=%d error=%s", len(submitted), error)
            connection.close()  # it may be the connection
        told = Told()
        try:
            return told, store_one_by_one(submitted, told)
        except DatabaseError as error:
            logger.error("events-failed batches=%d error=%s", len(submitted), error)
            connection.close()
            return Told(), [error] * len(submitted)


def _settle(future: _Future, answer: Answer) -> None:
    if isinstance(answer, DatabaseError):
        future.set_exception(answer)
    else:
        future.set_result(answer)


def _settle_all(settled: Sequence[tuple[_Future, Answer]]) -> None:
    for future, answer in settled:
        if not future.done():  # whoever waited may have gone
            _settle(future, answer)
