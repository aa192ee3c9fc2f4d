"""A kiosk's bearer key: made once, shown once, kept as a hash.

The key is 256 random bits, so one round of SHA-256 is enough to keep it: there is no
dictionary to try, and no salt that would add anything.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from datetime import datetime, timedelta
from pathlib import Path

from django.db.models import Q

from server.fleet.models import Kiosk
from server.stores.models import Store

KEY_BYTES = 32
SEEN_EVERY = timedelta(minutes=1)  # spares a write a request


def enrol(kiosk_id: str, store: Store, at: datetime) -> str:
    """Make the kiosk, or move it and give it a new key; the key is returned this once."""
    key = secrets.token_urlsafe(KEY_BYTES)
    changes = {"store": store, "key_sha256": key_digest(key), "active": True}
    Kiosk.objects.update_or_create(
        kiosk_id=kiosk_id, defaults=changes, create_defaults={**changes, "enrolled_at": at}
    )
    return key


def key_digest(key: str) -> str:
    """Give the SHA-256 of a key, in hex."""
    return hashlib.sha256(key.encode()).hexdigest()


def kiosk_of(key: str) -> Kiosk | None:
    """Give the active kiosk that holds ``key``, in a time that tells nothing of it."""
    digest = key_digest(key)
    kiosk = Kiosk.objects.select_related("store").filter(key_sha256=digest, active=True).first()
    if kiosk is None or not hmac.compare_digest(kiosk.key_sha256 or "", digest):
        return None
    return kiosk


def mark_seen(kiosk: Kiosk, at: datetime) -> None:
    """Note that the kiosk was heard of at ``at``, at most once in ``SEEN_EVERY``."""
    due = Q(last_seen_at__isnull=True) | Q(last_seen_at__lt=at - SEEN_EVERY)
    Kiosk.objects.filter(due, pk=kiosk.pk).update(last_seen_at=at)


def write_key(file: Path, key: str) -> None:
    """Write the key to ``file`` for its owner's eyes only; what stood there is replaced."""
    file.unlink(missing_ok=True)
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as stream:
        stream.write(f"{key}\n")
