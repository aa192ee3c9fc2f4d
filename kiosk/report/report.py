"""The kiosk's report as a value, and as the JSON that the server takes. Pure.

It tells facts and judges nothing. What is written fits the server's bounds, whatever it was made
of: a report that was refused for a device's long reason would hide all else that it tells.

Source: docs/fleet.md, section 1.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal
from uuid import UUID

from retail.snapshot import INSTANT_END, INSTANT_MIN, write_instant

COUNT_MAX: Final = 2**53
STREAMS_MAX, DEVICES_MAX = 8, 32
VERSION_MAX, NAME_MAX, REASON_MAX = 64, 63, 200
_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")
_NAME = re.compile(r"[a-z0-9][a-z0-9_.-]{0,62}")

Answering = Literal["starting", "ready", "lost"]


@dataclass(frozen=True, slots=True)
class Refused:
    """What came down and was not right; ``reason`` is a name of docs/feed.md, section 5."""

    sequence: int
    reason: str


@dataclass(frozen=True, slots=True)
class Prices:
    """The prices in use: their sequence, 0 for none, and when head office made them."""

    sequence: int = 0
    made_at: datetime | None = None
    refused: Refused | None = None


@dataclass(frozen=True, slots=True)
class Stream:
    """A stream of the outbox; ``oldest_s`` is for how long its oldest row waits."""

    name: str
    waiting: int = 0
    oldest_s: int | None = None
    parked: int = 0


@dataclass(frozen=True, slots=True)
class Clock:
    """How right the time is, and how far the box's own clock is ahead of it; none: not known."""

    error_ms: int | None = None
    wall_off_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Device:
    """A device by its name in the settings; ``reason`` tells why it is lost."""

    name: str
    state: Answering
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Disk:
    """Free MiB, none where that is not known, and the room as docs/outbox.md, section 7, has it."""

    free_mib: int | None = None
    room: str = "ample"


@dataclass(frozen=True, slots=True)
class Report:
    """All that is told at one moment."""

    version: str
    boot_id: UUID
    up_s: int = 0
    prices: Prices = Prices()
    outbox: tuple[Stream, ...] = ()
    clock: Clock = Clock()
    devices: tuple[Device, ...] = ()
    disk: Disk = Disk()
    selling: bool = True
    in_service: bool = True


def write(report: Report) -> bytes:
    """Write the body of ``POST /api/v2/status``."""
    return json.dumps(record(report), ensure_ascii=False, separators=(",", ":")).encode()


def record(report: Report) -> dict[str, Any]:
    """Give the report as the object that goes over the line."""
    return {
        "version": _line(report.version, VERSION_MAX) or "unknown",
        "boot_id": str(report.boot_id),
        "up_s": _count(report.up_s),
        "feed": _prices(report.prices),
        "outbox": [_stream(each) for each in report.outbox[:STREAMS_MAX]],
        "clock": {
            "error_ms": _maybe(report.clock.error_ms),
            "wall_off_ms": _offset(report.clock.wall_off_ms),
        },
        "devices": [_device(each) for each in report.devices[:DEVICES_MAX]],
        "disk": {"free_mib": _maybe(report.disk.free_mib), "room": _name(report.disk.room)},
        "selling": report.selling,
        "service": "in" if report.in_service else "out",
    }


def _prices(prices: Prices) -> dict[str, Any]:
    made_at, refused = prices.made_at, prices.refused
    known = made_at is not None and INSTANT_MIN <= made_at < INSTANT_END
    return {
        "sequence": _count(prices.sequence),
        "made_at": write_instant(made_at) if made_at is not None and known else None,
        "refused": refused
        and {"sequence": _count(refused.sequence), "reason": _name(refused.reason)},
    }


def _stream(stream: Stream) -> dict[str, Any]:
    return {
        "stream": _name(stream.name),
        "waiting": _count(stream.waiting),
        "oldest_s": _maybe(stream.oldest_s),
        "parked": _count(stream.parked),
    }


def _device(device: Device) -> dict[str, Any]:
    told = {"name": _line(device.name, NAME_MAX), "state": device.state}
    reason = _line(device.reason, REASON_MAX)
    return {**told, "reason": reason} if reason else told


def _line(text: str, length_max: int) -> str:
    """Make one line of a text that can be sent, and cut it."""
    sendable = text.encode("utf-8", "replace").decode("utf-8")
    return _CONTROL.sub(" ", sendable).strip()[:length_max]


def _name(text: str) -> str:
    """Give a name as it is; what is none could only be refused."""
    return text if _NAME.fullmatch(text) else "other"


def _count(number: int) -> int:
    return min(max(number, 0), COUNT_MAX)


def _maybe(number: int | None) -> int | None:
    return None if number is None else _count(number)


def _offset(number: int | None) -> int | None:
    return None if number is None else min(max(number, -COUNT_MAX), COUNT_MAX)
