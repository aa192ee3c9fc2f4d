"""An instant on the wire: UTC, whole seconds, as ``2026-11-23T08:30:00Z``; read here alone.

Source: docs/snapshot.md.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from retail.fields import Record, RecordError, refusing, take

# instants outside of these years are slips of a program or of a typist, and "endless" offers,
# which no calendar writes; the first and the one after the last
INSTANT_MIN: Final = datetime(2000, 1, 1, tzinfo=UTC)
INSTANT_END: Final = datetime(2200, 1, 1, tzinfo=UTC)


def write_instant(at: datetime) -> str:
    """Write an aware instant as ``2026-11-23T08:30:00Z``, whole seconds."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def read_instant(text: str) -> datetime:
    """Read what ``write_instant`` wrote; refuses no zone, and years before 2000 and after 2199."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise RecordError(f"Expected an instant with its zone, got {text!r}") from None
    if at.tzinfo is None:
        raise RecordError(f"Expected an instant with its zone, got {text!r}")
    if not INSTANT_MIN <= at < INSTANT_END:  # compared before it is moved, which may overflow
        raise RecordError(f"Expected an instant in the years 2000 to 2199, got {text!r}")
    return at.astimezone(UTC)


def take_instant(record: Record, field: str) -> datetime:
    """Take an instant that must be there; refuses with ``RecordError``."""
    return refusing(field, lambda: read_instant(take(record, field, str)))
