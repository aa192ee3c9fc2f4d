"""When something happened, by the server's clock where that can be known.

Pure: the instant of arrival and what is known of the kiosk's boots are passed in. A boot's
*zero* is the server's time, in milliseconds since 1970 UTC, at which that boot began.

Source: docs/outbox.md, section 6; docs/line.md, section 4.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import NamedTuple
from uuid import UUID

from server.ingest.batch import Clock

REFINED_MS = 250  # a better tie of a boot to the server's time is kept from this difference on

Zeros = Mapping[UUID, int | None]  # by boot; none where a boot never spoke to the server


class Instant(NamedTuple):
    """Milliseconds since 1970 UTC; *sure* where they go by the server's clock."""

    at_ms: int
    sure: bool


def zero_of(clock: Clock, arrived_ms: int) -> int:
    """Tie the boot that is sending to the server's time; right to the time the request took."""
    return arrived_ms - clock.mono_ms


def better_zero(noted: int | None, clock: Clock, arrived_ms: int) -> int | None:
    """Give what is to be noted of the sending boot, or nothing where the noted one is as good.

    Whatever a request takes can only make a zero too late, so the earliest is the best.
    """
    zero = zero_of(clock, arrived_ms)
    return zero if noted is None or zero <= noted - REFINED_MS else None


def happened_at(
    boot_id: UUID, mono_ms: int, wall_ms: int, zeros: Zeros, arrived_ms: int
) -> Instant:
    """Tell when a row was written: not before 1970, and not after it arrived."""
    zero = zeros.get(boot_id)
    told_ms = wall_ms if zero is None else zero + mono_ms
    return Instant(min(max(told_ms, 0), arrived_ms), sure=zero is not None)


def as_datetime(ms: int) -> datetime:
    """Give an aware instant in UTC."""
    return datetime.fromtimestamp(ms / 1000, UTC)
