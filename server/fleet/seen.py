"""When each kiosk was last heard of, written in few transactions however many kiosks there are.

A kiosk is noted at most once a minute, and those that are due are written together, at most
once in five seconds. A failing write is told and lost: it keeps no request from its answer.
"""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from threading import Lock

from django.db import DatabaseError

from server.fleet.models import Kiosk

SEEN_EVERY_MS = 60_000
WRITE_EVERY_MS = 5_000

logger = logging.getLogger(__name__)


class Seen:
    """Who was seen and is not yet written; any thread may note."""

    def __init__(self) -> None:
        self._noted_ms: dict[str, int] = {}
        self._due: dict[str, int] = {}
        self._written_ms, self._lock = 0, Lock()

    def note(self, kiosk_id: str, now_ms: int) -> None:
        """Note that a kiosk was heard of, and write where it is time to."""
        with self._lock:
            if abs(now_ms - self._noted_ms.get(kiosk_id, 0)) >= SEEN_EVERY_MS:
                self._noted_ms[kiosk_id] = self._due[kiosk_id] = now_ms
            if not self._due or abs(now_ms - self._written_ms) < WRITE_EVERY_MS:
                return
            due, self._due, self._written_ms = self._due, {}, now_ms
        _write(due, now_ms)

    def forget(self) -> None:
        """Note each kiosk anew."""
        with self._lock:
            self._noted_ms.clear()
            self._due.clear()
            self._written_ms = 0


def _write(due: dict[str, int], now_ms: int) -> None:
    """Write them with one instant: they are five seconds apart at most."""
    at = datetime.fromtimestamp(now_ms / 1000, UTC)
    try:
        Kiosk.objects.filter(pk__in=due).update(last_seen_at=at)
    except DatabaseError as error:
        logger.warning("kiosk-seen-failed kiosks=%d error=%s", len(due), error)
