"""How the box is, as the core itself knows it, for those who work here.

It puts together what the facts of devices, line, feed and disk have left in ``Health``. What the
core does not know (the outbox, the clock) is the staff's desk's: ``kiosk.staff.report``.

Source: docs/operations.md, the table of codes.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from kiosk.messages import DiskRoom
from kiosk.receipt_messages import STOPPED, PaperLow
from kiosk.situation import Devices, Health
from kiosk.staff.state import Answering, DeviceState, Known
from kiosk.surroundings import STALE_AFTER


def known_of(health: Health, devices: Devices, made_at: datetime | None, now: datetime) -> Known:
    """Say how it stands at ``now``; ``made_at`` is the age of the catalogue, if there is one."""
    return Known(
        now=now,
        line=health.line,
        made_at=made_at,
        refused=health.refused,
        rules_fault=health.rules_fault,
        surveys_unread=health.surveys_unread,
        devices=tuple(_device(name, health, devices) for name in sorted(devices.all)),
        selling_stopped=health.selling_stopped,
        printer=health.printer,
        faults=tuple(faults_of(health, devices, made_at, now)),
    )


def faults_of(
    health: Health, devices: Devices, made_at: datetime | None, now: datetime
) -> Iterator[str]:
    """Give the codes that stand, in their order; a shopper sees the same as notices or screens."""
    if made_at is None:
        yield "K-101"
    if health.closed:
        yield "K-102"
    yield from _of_devices(health, devices)
    if not health.line_up:
        yield "K-120"
    elif made_at is not None and now - made_at > STALE_AFTER:
        yield "K-121"
    if health.catalogue_refused:
        yield "K-122"
    if health.rules_fault:
        yield "K-123"
    if health.surveys_unread:
        yield "K-124"
    yield from _of_paper(health)
    if health.memory_full:
        yield "K-201"
    if health.room is not DiskRoom.AMPLE:
        yield "K-202"


def _of_devices(health: Health, devices: Devices) -> Iterator[str]:
    if devices.all and devices.all <= health.lost:
        yield "K-110"
        return
    if devices.cameras and devices.cameras <= health.lost:
        yield "K-111"
    if devices.scanners and devices.scanners <= health.lost:
        yield "K-112"


def _of_paper(health: Health) -> Iterator[str]:
    if isinstance(health.printer, STOPPED):
        yield "K-310"
    elif isinstance(health.printer, PaperLow):
        yield "K-311"
    if health.prints_unsure:
        yield "K-312"


def _device(name: str, health: Health, devices: Devices) -> DeviceState:
    is_camera = name in devices.cameras
    if name in health.lost:
        return DeviceState(name, is_camera, Answering.NO, health.reasons.get(name, ""))
    return DeviceState(
        name, is_camera, Answering.YES if name in health.ready else Answering.NOT_YET
    )
