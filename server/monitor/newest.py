"""Keeps the newest report of each kiosk, in few transactions however many come at once.

Whoever comes while others are being written waits and is written with all who came meanwhile,
so a thousand kiosks that report in one second cost some transactions and not a thousand.

Source: docs/fleet.md, section 2.
"""

from __future__ import annotations

from datetime import datetime
from threading import Lock

from server.monitor.models import Report as Row
from server.monitor.report import Report, write_report


class Newest:
    """The way to the table; ``keep`` may be called by any thread."""

    def __init__(self) -> None:
        self._due: dict[str, Row] = {}
        self._taking, self._writing = Lock(), Lock()

    def keep(self, kiosk_id: str, report: Report, at: datetime) -> None:
        """Put a report in the place of the one before; it is in the database when this returns.

        Raises ``DatabaseError``, for whoever's report it was that failed with the others.
        """
        row = Row(
            kiosk_id=kiosk_id,
            received_at=at,
            boot_id=report.boot_id,
            told=write_report(report),
        )
        with self._taking:
            self._due[kiosk_id] = row
        with self._writing:
            with self._taking:
                due, self._due = self._due, {}
            if due:
                _write(list(due.values()))


def _write(rows: list[Row]) -> None:
    rows.sort(key=lambda row: row.kiosk_id)  # in one order, or two processes wait for each other
    Row.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["kiosk"],
        update_fields=["received_at", "boot_id", "told"],
    )


newest = Newest()
