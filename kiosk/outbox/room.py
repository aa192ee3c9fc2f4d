"""Room on the disk, as those see it who write: what they may ask, and which failures are its.

Who watches the disk and gives up the ballast is ``disk``.

Source: docs/outbox.md, section 7.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable
from typing import Protocol, TypeVar

log = logging.getLogger(__name__)
T = TypeVar("T")
_ROOM_OR_DISK = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY)


class Room(Protocol):
    """What the disk says and is told."""

    @property
    def for_telemetry(self) -> bool:
        """Whether there is room for what may be lost."""
        ...

    def write_failed(self) -> None:
        """Say that a write failed for want of room, or because the disk is ill."""
        ...

    def make_some(self) -> None:
        """Give up the ballast, so that what is under way can be finished."""
        ...


def is_of_the_disk(error: sqlite3.Error) -> bool:
    """Tell a full, broken or read-only disk from a lock or a fault of ours."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in _ROOM_OR_DISK


def with_room(work: Callable[[], T], make_room: Callable[[], None]) -> T:
    """Do ``work``; where the disk does not let it, make room and do it once more.

    Raises what ``work`` raises, the second time too.
    """
    try:
        return work()
    except sqlite3.Error as error:
        if not is_of_the_disk(error):
            raise
        log.error("outbox-full reason=%s", error)
    make_room()
    return work()
