"""Puts a report together: what the core knows, and what is measured when it is sent.

It runs on the reporter's thread. What it asks (``Measured``) is what staff are told on the
kiosk's own screen; that has connections of its own here, because it belongs to one thread.

Source: docs/fleet.md, section 1; docs/outbox.md, section 10.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol

from kiosk.outbox.boot import Box
from kiosk.report.report import Clock, Disk, Prices, Report, Stream
from kiosk.report.vital import Vital

MIB = 1 << 20


class Who(Protocol):
    """What ``kiosk.staff.report.Who`` is to us."""

    @property
    def version(self) -> str: ...


class Outgoing(Protocol):
    """What ``kiosk.staff.report.Outgoing`` is to us."""

    @property
    def stream(self) -> str: ...

    @property
    def waiting(self) -> int: ...

    @property
    def oldest_at(self) -> datetime | None: ...

    @property
    def parked(self) -> int: ...

    @property
    def fault(self) -> str: ...


class Timing(Protocol):
    """What ``kiosk.staff.report.Timing`` is to us."""

    @property
    def error_ms(self) -> int | None: ...

    @property
    def wall_off_ms(self) -> int | None: ...


class Measured(Protocol):
    """What ``kiosk.staff.report.Report`` is to us."""

    @property
    def who(self) -> Who: ...

    @property
    def streams(self) -> Sequence[Outgoing]: ...

    @property
    def sequence(self) -> int: ...

    @property
    def timing(self) -> Timing: ...

    @property
    def free_bytes(self) -> int | None: ...


class Gatherer:
    """``measure`` raises nothing and takes milliseconds, as ``DeskOfKiosk.report``."""

    def __init__(self, measure: Callable[[], Measured], box: Box) -> None:
        self._measure, self._box = measure, box
        self._began_ms = box.mono_ms()

    def gather(self, vital: Vital) -> Report:
        """Give the report of this moment."""
        measured, free = self._measure(), None
        if measured.free_bytes is not None:
            free = measured.free_bytes // MIB
        return Report(
            measured.who.version,
            self._box.boot_id,
            (self._box.mono_ms() - self._began_ms) // 1000,
            Prices(measured.sequence, vital.made_at, vital.refused),
            # a stream that cannot be read is not told as an empty one
            tuple(self._stream(each) for each in measured.streams if not each.fault),
            Clock(measured.timing.error_ms, measured.timing.wall_off_ms),
            vital.devices,
            Disk(free, vital.room.value),
            vital.selling,
            vital.in_service,
        )

    def _stream(self, outgoing: Outgoing) -> Stream:
        oldest_s = None
        if outgoing.oldest_at is not None:  # by the box's own clock, so held against that one
            oldest_s = max(0, int((self._box.wall() - outgoing.oldest_at).total_seconds()))
        return Stream(outgoing.stream, outgoing.waiting, oldest_s, outgoing.parked)
