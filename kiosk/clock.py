"""What time it is: passed to whoever asks, so that a test can say it.

Instants are aware and UTC; a store's date is made of one where it is needed.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Lock
from typing import Protocol

log = logging.getLogger(__name__)

BOOT_ID_FILE = Path("/proc/sys/kernel/random/boot_id")
DRIFT_PPM = 100  # how much faster one of two cheap quartzes may run than the other
KEPT_EVERY_MS = 3_600_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Clock(Protocol):
    """Tells the instant, and counts seconds that no change of the clock can turn back."""

    def now(self) -> datetime:
        """Give the instant, aware UTC."""
        ...

    def elapsed_s(self) -> float:
        """Give the seconds since some fixed moment; only differences mean anything."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        """Give the instant, aware UTC."""
        return datetime.now(UTC)

    def elapsed_s(self) -> float:
        """Give the seconds of the monotonic clock."""
        return time.monotonic()


@dataclass(slots=True)
class SetClock:
    """A clock that stands until it is moved: for tests, the gallery and the simulator."""

    at: datetime
    elapsed: float = 0.0

    def now(self) -> datetime:
        """Give the instant it was set to."""
        return self.at

    def elapsed_s(self) -> float:
        """Give the seconds that it was moved on by."""
        return self.elapsed

    def move(self, seconds: float) -> None:
        """Let ``seconds`` go by."""
        self.at += timedelta(seconds=seconds)
        self.elapsed += seconds


@dataclass(frozen=True, slots=True)
class Tie:
    """The server's time at an instant of the box's own: surely from ``earliest_ms`` on.

    ``mono_ms`` is when it was ``earliest_ms`` to ``earliest_ms + span_ms`` at the server.
    """

    mono_ms: int
    earliest_ms: int
    span_ms: int

    def span_at(self, mono_ms: int) -> int:
        """Give the span at ``mono_ms``: it grows, because no two clocks run alike."""
        return self.span_ms + abs(mono_ms - self.mono_ms) * DRIFT_PPM // 1_000_000

    def server_ms(self, mono_ms: int) -> int:
        """Give the likeliest time at the server at ``mono_ms``."""
        return self.earliest_ms + self.span_ms // 2 + mono_ms - self.mono_ms


class ServerClock:
    """The server's clock as far as it is known here, else the box's own; for all threads.

    Each answer of the server tells its time. That ties it to a clock of the box that nobody can
    set (``CLOCK_BOOTTIME``), so ``now`` stays right whatever is done to the wall clock. ``kept``
    is a file that lets a restart of the program within one boot know it too.

    Source: docs/line.md, section 4.
    """

    def __init__(
        self,
        kept: Path | None = None,
        wall_ms: Callable[[], int] = lambda: time.time_ns() // 1_000_000,
        mono_ms: Callable[[], int] | None = None,
        boot_id: str | None = None,
    ) -> None:
        self._kept, self._wall_ms, self.mono_ms = kept, wall_ms, mono_ms or boottime_ms
        self._boot_id = _boot_id() if boot_id is None else boot_id
        self._lock = Lock()
        self._tie = _read_tie(kept, self._boot_id) if kept else None
        self._written_ms = 0

    def now(self) -> datetime:
        """Give the instant, aware UTC, by the server where it is known."""
        return _EPOCH + timedelta(milliseconds=self.now_ms())

    def now_ms(self) -> int:
        """Give the instant in milliseconds since 1970 UTC."""
        tie = self._tie
        return self._wall_ms() if tie is None else tie.server_ms(self.mono_ms())

    def earliest_ms(self) -> int:
        """Give an instant that the server's clock has surely reached, if it is known at all."""
        tie = self._tie
        if tie is None:
            return self._wall_ms()
        now_ms = self.mono_ms()
        return tie.server_ms(now_ms) - tie.span_at(now_ms) // 2

    def elapsed_s(self) -> float:
        """Give the seconds of the monotonic clock."""
        return time.monotonic()

    def error_ms(self) -> int | None:
        """Tell by how much ``now`` may be wrong at most; ``None`` where no server spoke yet."""
        tie = self._tie
        return None if tie is None else (tie.span_at(self.mono_ms()) + 1) // 2

    def wall_off_ms(self) -> int | None:
        """Tell by how much the wall clock is ahead of the server's (behind: below 0)."""
        tie = self._tie
        return None if tie is None else self._wall_ms() - tie.server_ms(self.mono_ms())

    def learn(self, told_ms: int, asked_ms: int, answered_ms: int) -> None:
        """Take the time that an answer told; the other two are ``mono_ms`` around it.

        What is known better is kept, unless the two cannot both be true: then the server's
        clock was set, and goes by the newer.
        """
        new = Tie(answered_ms, told_ms, max(answered_ms - asked_ms, 0))
        with self._lock:
            old = self._tie
            if old is None or new.span_ms <= old.span_at(answered_ms) or not _agree(old, new):
                self._tie = new
                if self._kept and (old is None or not _agree(old, new) or self._is_old(new)):
                    self._keep(self._kept, new)

    def _is_old(self, tie: Tie) -> bool:
        return tie.mono_ms - self._written_ms > KEPT_EVERY_MS

    def _keep(self, file: Path, tie: Tie) -> None:
        """Write the tie down; without it a restart goes by the wall clock until the next answer."""
        self._written_ms = tie.mono_ms
        new = file.with_name(f"{file.name}.new")
        try:
            new.write_text(json.dumps({"boot_id": self._boot_id, **asdict(tie)}), "ascii")
            new.replace(file)
        except OSError as error:
            log.warning("server-time-unkept file=%s error=%s", file, error.strerror)


def boottime_ms() -> int:
    """Give the milliseconds since the box was started, its sleep included; nobody can set it."""
    return time.clock_gettime_ns(time.CLOCK_BOOTTIME) // 1_000_000


def _agree(old: Tie, new: Tie) -> bool:
    """Tell whether one time at the server can fit both."""
    span = old.span_at(new.mono_ms)
    earliest = old.server_ms(new.mono_ms) - span // 2
    return earliest <= new.earliest_ms + new.span_ms and new.earliest_ms <= earliest + span


def _read_tie(file: Path, boot_id: str) -> Tie | None:
    """Read what was written in this boot; another boot's says nothing, a broken file neither."""
    try:
        table = json.loads(file.read_bytes())
        if table["boot_id"] != boot_id or not boot_id:
            return None
        numbers = [table[name] for name in ("mono_ms", "earliest_ms", "span_ms")]
    except (OSError, ValueError, TypeError, KeyError):
        return None
    return Tie(*numbers) if all(type(each) is int for each in numbers) else None


def _boot_id() -> str:
    try:
        return BOOT_ID_FILE.read_text("ascii").strip()
    except OSError:
        return ""
