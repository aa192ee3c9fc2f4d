"""The logs that kiosks sent: files in the data directory, a bounded number of them.

A file is on the disk before its row is. What a log says is not looked at here; a kiosk masks
what could be a person's number before it sends it.

Source: docs/fleet.md, section 5; docs/feed.md, section 8.
"""

from __future__ import annotations

import contextlib
import os
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final
from uuid import UUID

from django.db import IntegrityError, transaction

from server.configuration import Configuration
from server.feed.models import Action
from server.monitor.models import SentLog

BYTES_MAX: Final = 2 << 20
OF_A_KIOSK_MAX, IN_ALL_MAX = 10, 500
GRACE: Final = timedelta(minutes=10)  # after ``until``: a log that was begun in time


def file_of(configuration: Configuration, action_id: UUID) -> Path:
    """Name the file of a log."""
    return configuration.data_dir / "logs" / f"{action_id}.log"


def take(
    configuration: Configuration, kiosk_id: str, action_id: UUID, body: bytes, at: datetime
) -> bool:
    """Keep the log that this kiosk was asked for; False where it was not.

    What came for the same action before stays: the kiosk may not have heard that it is here.
    """
    asked = Action.objects.filter(pk=action_id, kiosk=kiosk_id, do="send_logs")
    if SentLog.objects.filter(pk=action_id, kiosk=kiosk_id).exists():
        return True
    if not asked.filter(until__gt=at - GRACE).exists():
        return False
    _write(file_of(configuration, action_id), body)
    with contextlib.suppress(IntegrityError), transaction.atomic():  # twice at the same time
        SentLog.objects.create(
            action_id=action_id, kiosk_id=kiosk_id, size=len(body), received_at=at
        )
    _forget_old(configuration, kiosk_id)
    return True


def _write(file: Path, body: bytes) -> None:
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    new = file.with_name(f"{file.name}.{os.getpid()}.new")
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as stream:
        stream.write(body)
        stream.flush()
        os.fsync(stream.fileno())
    new.replace(file)


def _forget_old(configuration: Configuration, kiosk_id: str) -> None:
    """Let go of what is beyond the bounds, oldest first."""
    newest_first = SentLog.objects.order_by("-received_at", "pk")
    beyond = [
        *newest_first.filter(kiosk=kiosk_id).values_list("pk", flat=True)[OF_A_KIOSK_MAX:],
        *newest_first.values_list("pk", flat=True)[IN_ALL_MAX:],
    ]
    SentLog.objects.filter(pk__in=beyond).delete()
    for action_id in beyond:
        file_of(configuration, action_id).unlink(missing_ok=True)
