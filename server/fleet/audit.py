"""Who did what to a kiosk, written in the transaction of the deed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from server.fleet.models import AuditEntry

WHO_LENGTH_MAX = 150


def note(who: str, deed: str, kiosk_id: str, at: datetime, **detail: Any) -> None:
    """Write an entry; ``detail`` is plain JSON, and holds no code and no key but fingerprints."""
    AuditEntry.objects.create(
        at=at, who=who[:WHO_LENGTH_MAX], deed=deed, kiosk_id=kiosk_id, detail=detail
    )
