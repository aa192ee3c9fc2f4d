"""Keeps the newest report of each kiosk, in few transactions however many come at once.

Whoever comes while others are being written is written with all who come meanwhile, by the
first of them; so a thousand kiosks that report in one second cost some transactions.

Source: docs/fleet.md, section 2.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from threading import Event as Signal
from threading import Lock

from django.db import DatabaseError

from server.monitor.models import Report as Row
from server.monitor.report import Report, write_report


@dataclass(slots=True)
class _Batch:
    """Rows that are written together; ``fault`` is what became of all of them."""

    rows: dict[str, Row] = field(default_factory=dict)
    written: Signal = field(default_factory=Signal)
    fault: DatabaseError | None = None


class Newest:
    """The way to the table; ``keep`` may be called by any thread."""

    def __init__(self) -> None:
        self._next = _Batch()
        self._joining, self._writing = Lock(), Lock()

    def keep(self, kiosk_id: str, report: Report, at: datetime) -> None:
        """Put a report in the place of the one before; it is in the database when this returns.

        Raises ``DatabaseError``.
        """
        told = write_report(report)
        row = Row(kiosk_id=kiosk_id, received_at=at, boot_id=report.boot_id, told=told)
        with self._joining:
            batch, first = self._next, not self._next.rows
            batch.rows[kiosk_id] = row
        if first:
            self._write_all(batch)
        else:
            batch.written.wait()
        if batch.fault is not None:
            raise batch.fault

    def _write_all(self, batch: _Batch) -> None:
        with self._writing:  # those before; meanwhile others join
            with self._joining:
                self._next = _Batch()
            try:
                _write(list(batch.rows.values()))
            except DatabaseError as error:
                batch.fault = error
            finally:
                batch.written.set()


def _write(rows: list[Row]) -> None:
    rows.sort(key=lambda row: row.kiosk_id)  # in one order, or two processes wait for each other
    Row.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["kiosk"],
        update_fields=["received_at", "boot_id", "told"],
    )


newest = Newest()
