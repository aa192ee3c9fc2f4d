"""The boots of kiosks in one transaction: what ties their clocks to the server's.

Source: docs/outbox.md, section 6.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from server.events.models import Boot
from server.ingest.batch import Batch
from server.ingest.clocks import Zeros, better_zero, zero_of

Key = tuple[str, UUID]  # kiosk and boot
_NONE = UUID(int=0)


class Boots:
    """What is known of the boots that these batches speak of, and what they add to it."""

    def __init__(self, told: Iterable[tuple[str, Batch]]) -> None:
        self._wanted = {(kiosk, boot) for kiosk, batch in told for boot in _boots_of(batch)}
        self._zeros: dict[Key, int | None] = {}
        self._new: set[Key] = set()
        self._better: set[Key] = set()
        found = Boot.objects.filter(boot_id__in={boot for _, boot in self._wanted})
        for kiosk_id, boot_id, zero_ms in found.values_list("kiosk_id", "boot_id", "zero_ms"):
            self._zeros[kiosk_id, boot_id] = zero_ms

    def zeros(self, kiosk_id: str, batch: Batch, arrived_ms: int) -> Zeros:
        """Give the zero of each boot in a batch, and note what the batch tells of its own."""
        sending = batch.clock.boot_id
        self._note(kiosk_id, batch, arrived_ms)
        zeros: dict[UUID, int | None] = {}
        for boot in _boots_of(batch):
            key = kiosk_id, boot
            if key not in self._zeros:
                self._zeros[key] = None
                self._new.add(key)
            zeros[boot] = self._zeros[key]
        return {**zeros, sending: zero_of(batch.clock, arrived_ms)}

    def write(self, at: datetime) -> None:
        """Write what is new or known better; in a fixed order."""
        if self._new:
            new = [
                Boot(kiosk_id=key[0], boot_id=key[1], zero_ms=self._zeros[key], first_seen_at=at)
                for key in sorted(self._new)
            ]
            Boot.objects.bulk_create(new, ignore_conflicts=True)
        for kiosk_id, boot_id in sorted(self._better):
            Boot.objects.filter(kiosk_id=kiosk_id, boot_id=boot_id).update(
                zero_ms=self._zeros[kiosk_id, boot_id]
            )

    def _note(self, kiosk_id: str, batch: Batch, arrived_ms: int) -> None:
        key = kiosk_id, batch.clock.boot_id
        better = better_zero(self._zeros.get(key), batch.clock, arrived_ms)
        if better is None:
            return
        (self._better if key in self._zeros and key not in self._new else self._new).add(key)
        self._zeros[key] = better


def _boots_of(batch: Batch) -> set[UUID]:
    """Name the boots; rows of the kiosk's first version tell none, which is written as zeros."""
    return {batch.clock.boot_id, *(row.boot_id for row in batch.rows)} - {_NONE}
