"""A kiosk's report as a value: its fields, their bounds, and what a missing one stands for.

Pure: no database, no clock. Fields that are not known are passed over, and every field but the
version may be missing, so that kiosks older and newer than this server are understood. What is
kept is read again by the thousand for the fleet's page, which is why these are msgspec's.

Source: docs/fleet.md, section 1; https://jcristharif.com/msgspec/constraints.html.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Final
from uuid import UUID

import msgspec
from msgspec import Meta, Struct

from retail.snapshot import INSTANT_END, INSTANT_MIN

COUNT_MAX: Final = 2**53  # what every reader of JSON holds exactly
LEDGER, TELEMETRY = "ledger", "telemetry"

Count = Annotated[int, Meta(ge=0, le=COUNT_MAX)]
Offset = Annotated[int, Meta(ge=-COUNT_MAX, le=COUNT_MAX)]
Name = Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9_.-]{0,62}$(?!\n)")]
# one line each; ``$`` alone would let a line's end pass
Version = Annotated[str, Meta(min_length=1, max_length=64, pattern=r"^[^\x00-\x1f\x7f]+$(?!\n)")]
Device = Annotated[str, Meta(max_length=63, pattern=r"^[^\x00-\x1f\x7f]*$(?!\n)")]
Reason = Annotated[str, Meta(max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$(?!\n)")]
Instant = Annotated[datetime, Meta(tz=True)]


class FeedRefused(Struct, frozen=True, omit_defaults=True):
    """What came down and was not right, by the name of docs/feed.md, section 5."""

    reason: Name
    sequence: Count = 0


class FeedTold(Struct, frozen=True, omit_defaults=True):
    """Which prices are in use; 0 is none."""

    sequence: Count
    made_at: Instant | None = None
    refused: FeedRefused | None = None

    def __post_init__(self) -> None:
        """Refuse an instant that no calendar of the office could show."""
        if self.made_at is not None and not INSTANT_MIN <= self.made_at < INSTANT_END:
            raise ValueError("Expected an instant in the years 2000 to 2199")


class StreamTold(Struct, frozen=True, omit_defaults=True):
    """A stream of the outbox; ``oldest_s`` is how long its oldest row has been waiting."""

    stream: Name
    waiting: Count = 0
    oldest_s: Count | None = None
    parked: Count = 0


class ClockTold(Struct, frozen=True, omit_defaults=True):
    """How right the time is; none where no server told it since the boot."""

    error_ms: Count | None = None
    wall_off_ms: Offset | None = None


class DeviceTold(Struct, frozen=True, omit_defaults=True):
    """A device; ``state`` is ``starting``, ``ready``, ``lost``, or one that comes later."""

    name: Device
    state: Name
    reason: Reason = ""


class DiskTold(Struct, frozen=True, omit_defaults=True):
    """The room to write what happens; ``room`` is ``ample``, ``low`` or ``short``."""

    free_mib: Count | None = None
    room: Name = "ample"


class Report(Struct, frozen=True, omit_defaults=True):
    """All that a kiosk tells of itself at one moment."""

    version: Version
    boot_id: UUID | None = None
    up_s: Count | None = None
    feed: FeedTold | None = None
    outbox: Annotated[tuple[StreamTold, ...], Meta(max_length=8)] = ()
    clock: ClockTold | None = None
    devices: Annotated[tuple[DeviceTold, ...], Meta(max_length=32)] = ()
    disk: DiskTold | None = None
    selling: bool = True
    service: Name = "in"

    def stream(self, name: str) -> StreamTold | None:
        """Give a stream by its name."""
        return next((each for each in self.outbox if each.stream == name), None)

    @property
    def parked(self) -> int:
        """How many rows wait for a person, in all streams."""
        return sum(each.parked for each in self.outbox)

    @property
    def waiting(self) -> int:
        """How many rows wait to be sent, in all streams."""
        return sum(each.waiting for each in self.outbox)

    @property
    def oldest_s(self) -> int | None:
        """For how long the oldest of all rows has been waiting."""
        ages = [each.oldest_s for each in self.outbox if each.oldest_s is not None]
        return max(ages, default=None)

    @property
    def lost(self) -> tuple[DeviceTold, ...]:
        """The devices that do not answer."""
        return tuple(each for each in self.devices if each.state == "lost")


_reader = msgspec.json.Decoder(Report)
_writer = msgspec.json.Encoder()


class ReportError(ValueError):
    """It is not what docs/fleet.md says; the message names field, expected and got."""


_FAULTS = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)


def read_report(text: str | bytes) -> Report:
    """Read a report as ``write_report`` wrote it; raises ``ReportError``."""
    try:
        return _reader.decode(text)
    except _FAULTS as error:
        raise ReportError(str(error)) from None


def read_sent(body: bytes) -> Report:
    """Read a report as it was sent; to JSON 380.0 is a whole number too. ``ReportError``."""
    try:
        return msgspec.convert(_with_whole_numbers(msgspec.json.decode(body)), Report)
    except _FAULTS as error:
        raise ReportError(str(error)) from None


def _with_whole_numbers(node: Any) -> Any:
    match node:
        case dict():
            return {key: _with_whole_numbers(each) for key, each in node.items()}
        case list():
            return [_with_whole_numbers(each) for each in node]
        case float() if node.is_integer():
            return int(node)
        case _:
            return node


def write_report(report: Report) -> str:
    """Write what ``read_report`` reads."""
    return _writer.encode(report).decode()


def schema() -> dict[str, Any]:
    """Describe a report in JSON Schema, in one piece."""
    (described,), parts = msgspec.json.schema_components([Report], ref_template="{name}")

    def whole(node: Any) -> Any:
        if isinstance(node, list):
            return [whole(each) for each in node]
        if not isinstance(node, dict):
            return node
        if "$ref" in node:
            return whole(parts[node["$ref"]])
        return {key: whole(each) for key, each in node.items()}

    described = whole(described)
    assert isinstance(described, dict)
    return described
