"""What the box knows of time by itself: its wall clock, and how long it has been up.

The wall clock may be wrong by years and may be set at any moment. The count since the boot is
never set and goes on in a sleep; it means nothing without the name of its boot.

Source: docs/outbox.md, section 6; clock_gettime(2), CLOCK_BOOTTIME; random(4), boot_id.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol
from uuid import UUID

BOOT_ID_FILE = Path("/proc/sys/kernel/random/boot_id")
NO_BOOT = UUID(int=0)  # of a row that was written before boots were noted


class Box(Protocol):
    """The box's own clocks."""

    @property
    def boot_id(self) -> UUID:
        """The name of this boot."""
        ...

    def mono_ms(self) -> int:
        """Give the milliseconds since the boot."""
        ...

    def wall(self) -> datetime:
        """Give what the box believes to be the time, aware UTC."""
        ...


class SystemBox:
    """The machine itself; where it names no boots, each start of the kiosk counts as one."""

    def __init__(self, boot_id_file: Path = BOOT_ID_FILE) -> None:
        self._boot_id = _read_boot_id(boot_id_file)

    @property
    def boot_id(self) -> UUID:
        """The name of this boot."""
        return self._boot_id

    def mono_ms(self) -> int:
        """Give the milliseconds since the boot."""
        return time.clock_gettime_ns(time.CLOCK_BOOTTIME) // 1_000_000

    def wall(self) -> datetime:
        """Give what the box believes to be the time, aware UTC."""
        return datetime.now(UTC)


@dataclass(slots=True)
class SetBox:
    """A box whose clocks stand until they are moved, apart from each other: for tests."""

    at: datetime
    mono: int = 1_000
    boot_id: UUID = field(default_factory=lambda: UUID(int=1))

    def mono_ms(self) -> int:
        """Give the milliseconds that were set."""
        return self.mono

    def wall(self) -> datetime:
        """Give the instant that was set."""
        return self.at

    def move(self, seconds: float) -> None:
        """Let ``seconds`` go by."""
        self.at += timedelta(seconds=seconds)
        self.mono += int(seconds * 1_000)

    def set_wall(self, at: datetime) -> None:
        """Set the wall clock alone, as a person or an empty battery does."""
        self.at = at


def _read_boot_id(file: Path) -> UUID:
    try:
        return UUID(file.read_text("ascii").strip())
    except (OSError, ValueError):
        import uuid_utils

        return UUID(bytes=uuid_utils.uuid7().bytes)
