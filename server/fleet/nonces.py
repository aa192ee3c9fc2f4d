"""Which requests were seen: two ways to remember a nonce for as long as it could be used again.

``MemoryNonces`` is for one process. What was signed before it began to remember it refuses,
because the process before it may have taken that. For the same reason it takes next to nothing
signed ahead of the server's clock: such a request could be played to the process that comes
after. ``TableNonces`` is a table that all processes on one PostgreSQL share, and outlives them.

Neither verifies anything: only what was rightly signed is to be brought here.

Source: docs/line.md, section 3.
"""

from __future__ import annotations

import time
from base64 import urlsafe_b64decode
from collections.abc import Callable
from enum import Enum, auto
from threading import Lock
from typing import Protocol

from django.db import connection

AGE_S_MAX = 300
BUCKET_S = 16
NONCES_MAX = 500_000  # about 50 MB; five minutes of 1,600 requests a second
SET_BACK_MS = 2_000  # the server's clock jumped, and not two threads overtook each other
PRUNE_EVERY_MS = 30_000


class Freshness(Enum):
    """What is to be said of a request's time and nonce."""

    FRESH = auto()
    OFF_CLOCK = auto()
    REPLAYED = auto()


class Nonces(Protocol):
    """Remembers what was seen; any thread may ask."""

    def judge(self, key_id: str, nonce: str, created_s: int, now_ms: int) -> Freshness:
        """Judge a request, and remember it where it is fresh."""
        ...


class MemoryNonces:
    """The nonces of one process; ``began_ms`` is when it began, on the server's clock.

    Where there are too many, the oldest are forgotten and what is as old as they is refused:
    whoever is refused signs anew. In the first two seconds such a refusal is held back until a
    newly signed request will be taken.
    """

    ahead_s_max = 1

    def __init__(
        self,
        began_ms: int,
        nonces_max: int = NONCES_MAX,
        wait: Callable[[float], None] = time.sleep,
    ) -> None:
        self._nonces_max, self._wait, self._lock = nonces_max, wait, Lock()
        self._seen: dict[int, set[bytes]] = {}  # by created_s // BUCKET_S
        self._count, self._latest_ms = 0, began_ms
        self._floor_s = 0
        self._begin(began_ms)

    def judge(self, key_id: str, nonce: str, created_s: int, now_ms: int) -> Freshness:
        """Judge a request, and remember it where it is fresh."""
        with self._lock:
            self._look_at_clock(now_ms)
            floor_s = self._floor_s
            age_ms = now_ms - created_s * 1000
            in_time = -self.ahead_s_max * 1000 <= age_ms <= AGE_S_MAX * 1000
            if in_time and created_s >= floor_s:
                return self._remember(bytes.fromhex(key_id) + _raw(nonce), created_s, now_ms)
        held_back_s = floor_s - now_ms / 1000
        if 0 < held_back_s <= self.ahead_s_max + 1:
            self._wait(held_back_s)
        return Freshness.OFF_CLOCK

    def _begin(self, now_ms: int) -> None:
        """Refuse all that could have been taken before ``now_ms``."""
        self._floor_s = now_ms // 1000 + self.ahead_s_max + 1

    def _look_at_clock(self, now_ms: int) -> None:
        """Begin anew where the server's clock was set back: what is forgotten could be young."""
        if now_ms < self._latest_ms - SET_BACK_MS:
            self._begin(now_ms)
            self._latest_ms = now_ms
        self._latest_ms = max(self._latest_ms, now_ms)

    def _remember(self, seen: bytes, created_s: int, now_ms: int) -> Freshness:
        bucket = self._seen.get(created_s // BUCKET_S)
        if bucket is None:
            kept_s = AGE_S_MAX + SET_BACK_MS // 1000 + 1  # a little back goes unnoticed
            self._forget_before((now_ms // 1000 - kept_s) // BUCKET_S)
            bucket = self._seen.setdefault(created_s // BUCKET_S, set())
        if seen in bucket:
            return Freshness.REPLAYED
        if self._count >= self._nonces_max:
            oldest = min(self._seen)
            self._floor_s = max(self._floor_s, (oldest + 1) * BUCKET_S)
            self._forget_before(oldest + 1)
            if created_s < self._floor_s:
                return Freshness.OFF_CLOCK
        bucket.add(seen)
        self._count += 1
        return Freshness.FRESH

    def _forget_before(self, number: int) -> None:
        for old in [each for each in self._seen if each < number]:
            self._count -= len(self._seen.pop(old))


class TableNonces:
    """The nonces of all processes, as rows; to be asked outside of any transaction.

    A row need not be on the disk before the answer: what a crash takes is less than a second's.
    """

    ahead_s_max = AGE_S_MAX

    def __init__(self) -> None:
        self._pruned_ms = 0

    def judge(self, key_id: str, nonce: str, created_s: int, now_ms: int) -> Freshness:
        """Judge a request, and remember it where it is fresh."""
        if not -self.ahead_s_max * 1000 <= now_ms - created_s * 1000 <= AGE_S_MAX * 1000:
            return Freshness.OFF_CLOCK
        assert not connection.in_atomic_block, "its commit would not wait for the disk"
        with connection.cursor() as cursor:
            if abs(now_ms - self._pruned_ms) > PRUNE_EVERY_MS:
                self._pruned_ms = now_ms
                # twice the age: another process' clock may be behind this one's
                cursor.execute(_PRUNE, [now_ms // 1000 - 2 * AGE_S_MAX])
            cursor.execute(_INSERT[connection.vendor], [key_id, nonce, created_s])
            return Freshness.FRESH if cursor.rowcount else Freshness.REPLAYED


_PRUNE = "DELETE FROM fleet_nonce WHERE created_s < %s"
_INTO = "INSERT INTO fleet_nonce (key_id, nonce, created_s)"
_INSERT = {
    # one statement, one journey: the setting lasts until the statement's own commit
    "postgresql": f"WITH later AS MATERIALIZED"  # noqa: S608  (all of it is written here)
    f" (SELECT set_config('synchronous_commit', 'off', true) AS said)"
    f" {_INTO} SELECT %s, %s, %s FROM later WHERE said = 'off' ON CONFLICT DO NOTHING",
    "sqlite": f"{_INTO} VALUES (%s, %s, %s) ON CONFLICT DO NOTHING",
}


def _raw(nonce: str) -> bytes:
    return urlsafe_b64decode(f"{nonce}==")
