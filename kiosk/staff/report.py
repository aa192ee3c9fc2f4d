"""What staff are told that the core does not know itself, and whom it asks for it.

Source: docs/outbox.md, section 10; docs/operations.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

COUNTED_MAX = 1_000  # rows; what is more is not counted, for that takes long in a large table


@dataclass(frozen=True, slots=True)
class Parked:
    """An event that the server would not take, why, and how often it was sent."""

    event_id: UUID
    kind: str
    at: datetime
    reason: str
    attempts: int = 0


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A stream of the outbox; ``rows`` are the newest parked ones, the newest first.

    ``waiting`` and ``parked`` are counted up to ``COUNTED_MAX + 1``, which says "more".
    ``fault`` tells why none of this could be read.
    """

    stream: str
    waiting: int = 0
    oldest_at: datetime | None = None
    parked: int = 0
    rows: tuple[Parked, ...] = ()
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Who:
    """Which kiosk this is; ``fingerprint`` is its key's, empty where it has none of its own."""

    kiosk_id: str
    store_id: str
    version: str
    name: str = ""
    fingerprint: str = ""


@dataclass(frozen=True, slots=True)
class Timing:
    """How right the time is: none where no server told it since the box was started.

    ``error_ms`` is by how much it may be wrong; ``wall_off_ms`` by how much the box's own clock
    is ahead of it (behind: below 0).
    """

    error_ms: int | None = None
    wall_off_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """All of it at one moment.

    ``sequence`` is that of the prices in use, 0 for none; ``key_refused`` the code by which the
    server refuses this kiosk's key, if it does; ``free_bytes`` is none where it is not known.
    """

    who: Who
    streams: tuple[Outgoing, ...] = ()
    sequence: int = 0
    timing: Timing = Timing()
    free_bytes: int | None = None
    key_refused: str = ""


class StaffDesk(Protocol):
    """Tells, and does the one thing that staff can have done. It belongs to the core's thread."""

    def report(self) -> Report:
        """Tell how it stands now, within a few milliseconds; raises nothing."""
        ...

    def retry(self, event_id: UUID | None = None) -> int:
        """Let parked events wait again, one or all; gives how many. Raises ``DataError``."""
        ...
