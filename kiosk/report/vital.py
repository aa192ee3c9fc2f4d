"""What the core knows of the box that head office is told, and which change of it is news. Pure.

The core's thread makes a ``Vital`` after each message and hands it to the reporter; all else in
a report is measured by the reporter's own thread when it sends.

Source: docs/fleet.md, section 1.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from kiosk.messages import DiskRoom
from kiosk.report.report import Device, Refused


@dataclass(frozen=True, slots=True)
class Vital:
    """``made_at`` is when head office made the prices in use; ``refused`` is what still stands."""

    devices: tuple[Device, ...] = ()
    selling: bool = True
    in_service: bool = True
    room: DiskRoom = DiskRoom.AMPLE
    made_at: datetime | None = None
    refused: Refused | None = None


class RefusedCatalogue(Protocol):
    """What ``kiosk.staff.state.Refused`` is to us."""

    @property
    def name(self) -> str: ...

    @property
    def sequence(self) -> int: ...

    @property
    def stands(self) -> bool: ...


class Health(Protocol):
    """What ``kiosk.situation.Health`` is to us."""

    @property
    def lost(self) -> frozenset[str]: ...

    @property
    def ready(self) -> frozenset[str]: ...

    @property
    def reasons(self) -> Mapping[str, str]: ...

    @property
    def room(self) -> DiskRoom: ...

    @property
    def refused(self) -> RefusedCatalogue | None: ...

    @property
    def selling_stopped(self) -> bool: ...


def vital_of(
    health: Health, devices: Iterable[str], made_at: datetime | None, *, in_service: bool
) -> Vital:
    """Put together what the core knows; ``devices`` are the names of all that are configured."""
    refused = health.refused
    return Vital(
        tuple(_device(health, name) for name in sorted(devices)),
        not health.selling_stopped,
        in_service,
        health.room,
        made_at,
        Refused(refused.sequence, refused.name) if refused and refused.stands else None,
    )


def _device(health: Health, name: str) -> Device:
    if name in health.lost:
        return Device(name, "lost", health.reasons.get(name, ""))
    return Device(name, "ready" if name in health.ready else "starting")


def matters(before: Vital | None, after: Vital) -> bool:
    """Tell whether head office is to hear of this change at once.

    Newer prices are no such news: a whole chain takes them in the same seconds.
    """
    return before is None or _told_at_once(before) != _told_at_once(after)


def _told_at_once(vital: Vital) -> tuple[object, ...]:
    states = tuple((device.name, device.state) for device in vital.devices)
    return states, vital.selling, vital.in_service, vital.room, vital.refused
