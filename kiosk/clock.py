"""What time it is: passed to whoever asks, so that a test can say it.

Instants are aware and UTC; a store's date is made of one where it is needed.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol


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
