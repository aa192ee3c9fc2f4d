"""How much room the disk has, what follows from it, and the ballast that a full one gives up.

``judge`` is the rule, pure. ``DiskWatch`` looks every ten seconds on its own thread, and is told
by the recorder and the uploader, on theirs, of a write that failed.

Source: docs/outbox.md, section 7.
"""

from __future__ import annotations

import contextlib
import logging
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Lock

from kiosk.messages import DiskChanged, DiskRoom, Post

log = logging.getLogger(__name__)
MIB = 1 << 20
LOOK_S = 10.0
PROBE_BYTES = 4_096


@dataclass(frozen=True, slots=True)
class Floors:
    """In bytes that are free besides the ballast.

    Below ``ample`` staff are told, below ``selling`` the kiosk stops selling; it begins again at
    ``again``, so that a disk on the edge does not open and close the till all day.
    """

    ample: int = 256 * MIB
    again: int = 128 * MIB
    selling: int = 64 * MIB
    ballast: int = 32 * MIB


@dataclass(frozen=True, slots=True)
class Seen:
    """What one look found; ``failed`` tells that writing does not work."""

    free: int
    ballast: bool
    failed: bool = False


def judge(before: DiskRoom, seen: Seen, floors: Floors) -> DiskRoom:
    """Say how it stands with the room.

    Without its ballast the kiosk sells only where there is room to make it again: a ledger
    that ran full would have nothing left to give up.
    """
    if seen.failed or seen.free < floors.selling:
        return DiskRoom.SHORT
    if seen.free >= floors.ample:
        return DiskRoom.AMPLE
    if not seen.ballast or (before is DiskRoom.SHORT and seen.free < floors.again):
        return DiskRoom.SHORT
    return DiskRoom.LOW


class DiskWatch:
    """Watches the disk of ``folder``; posts ``DiskChanged`` when that is news."""

    def __init__(
        self,
        folder: Path,
        post: Post,
        floors: Floors | None = None,
        free: Callable[[Path], int] | None = None,
    ) -> None:
        self._folder, self._post, self._floors = folder, post, floors or Floors()
        self._free = free or _free_bytes
        self._ballast = folder / "ballast"
        self._room = DiskRoom.AMPLE
        self._failures, self._failed = 0, False
        self._lock = Lock()  # a failure and a look must not overwrite each other's news

    @property
    def for_telemetry(self) -> bool:
        """Whether there is room for what may be lost; from any thread."""
        return self._room is not DiskRoom.SHORT

    def run(self, stop: Event) -> None:
        """Look until ``stop``."""
        while True:
            self.look()
            if stop.wait(LOOK_S):
                return

    def look(self) -> None:
        """Look once, and make the ballast where it is missing and there is room."""
        failures = self._failures
        seen = self._see()
        if not seen.ballast and not seen.failed and seen.free >= self._floors.ample:
            seen = self._with_ballast(seen)
        with self._lock:
            if failures == self._failures:  # else a write failed meanwhile: the next look tells
                self._failed = seen.failed
                self._turn(judge(self._room, seen, self._floors))

    def write_failed(self) -> None:
        """Say that a write failed for want of room, or because the disk is ill."""
        with self._lock:
            self._failures += 1
            self._failed = True
            self._turn(DiskRoom.SHORT)

    def make_some(self) -> None:
        """Give up the ballast, so that what is under way can be finished; selling stops."""
        with contextlib.suppress(OSError):
            self._ballast.unlink()
            log.error("ballast-given-up bytes=%d", self._floors.ballast)
        self.write_failed()

    def _turn(self, room: DiskRoom) -> None:
        if room is self._room:
            return
        log.warning("disk-room was=%s is=%s", self._room.value, room.value)
        self._room = room
        self._post(DiskChanged(room))

    def _see(self) -> Seen:
        try:
            free = self._free(self._folder)
            there = self._ballast.is_file() and self._ballast.stat().st_size >= self._floors.ballast
            if self._failed:
                _write(self._folder / ".probe", PROBE_BYTES)
                (self._folder / ".probe").unlink()
            return Seen(free, there)
        except OSError as error:
            log.error("disk-unusable reason=%s", error.strerror)
            return Seen(0, ballast=False, failed=True)

    def _with_ballast(self, seen: Seen) -> Seen:
        try:
            _write(self._ballast, self._floors.ballast)
        except OSError as error:
            log.error("ballast-failed reason=%s", error.strerror)
            return Seen(seen.free, ballast=False, failed=True)
        return Seen(seen.free - self._floors.ballast, ballast=True)


def _free_bytes(folder: Path) -> int:
    found = os.statvfs(folder)
    return found.f_bavail * found.f_frsize


def _write(file: Path, size: int) -> None:
    """Take ``size`` bytes of the disk, really; where they cannot be had, none."""
    opened = os.open(file, os.O_CREAT | os.O_WRONLY, 0o600)
    try:
        os.posix_fallocate(opened, 0, size)
        os.fsync(opened)
    except OSError:
        file.unlink()
        raise
    finally:
        os.close(opened)
