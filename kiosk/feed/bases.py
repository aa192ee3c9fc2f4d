"""Brings a snapshot in as a catalogue file: fetched, checked, and laid among the editions.

A built one is unpacked and read through here; one of records is built apart, in a process of
its own. Either has its final name when it is whole, and is used by nobody before that.

Source: docs/feed.md, sections 3 to 6.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from kiosk.errors import DataError
from kiosk.feed.faults import Reason
from kiosk.feed.offer import Offer
from kiosk.feed.unpacking import CHUNK_BYTES, refused, unpack, unpacking
from kiosk.storage import CatalogueInfo, check, next_edition

HEADING_BYTES_MAX = 1 << 16
Stopped = Callable[[], bool]
Build = Callable[[Path, Stopped], Path]  # a snapshot's file to a catalogue's; see ``build_apart``


@dataclass(frozen=True, slots=True)
class Bases:
    """``folder`` is that of the editions."""

    folder: Path
    build: Build
    check: Callable[[Path], CatalogueInfo] = check

    def make(self, packed: Path, offer: Offer, stopped: Stopped) -> Path:
        """Make a catalogue of a file whose size and SHA-256 are right; gives its file.

        Raises ``RefusedError`` where it is not what was offered, and ``Unreachable`` where
        ``stopped``; nothing is left of it then.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        file = self._unpacked(packed, offer) if offer.form == "built" else None
        if file is None:
            _check_records(packed, offer)
            file = self._built(packed, offer, stopped)
        return file

    def _unpacked(self, packed: Path, offer: Offer) -> Path:
        file = next_edition(self.folder)
        part = file.with_name(f"{file.name}.part")
        try:
            unpack(packed, offer, part)
            self._check(part, offer)
            return part.replace(file)
        finally:
            part.unlink(missing_ok=True)

    def _built(self, packed: Path, offer: Offer, stopped: Stopped) -> Path:
        try:
            file = self.build(packed, stopped)
        except DataError as error:
            raise refused(offer, Reason.NOT_BUILT, str(error)) from None
        try:
            self._check(file, offer)
        except DataError:
            file.unlink(missing_ok=True)
            raise
        return file

    def _check(self, file: Path, offer: Offer) -> None:
        try:
            info = self.check(file)
        except DataError as error:
            raise refused(offer, Reason.BAD_FILE, str(error)) from None
        if (info.store_id, info.sequence) != (offer.store, offer.sequence):
            said = f"Expected {offer.sequence} of {offer.store!r}, got {info.sequence} of "
            raise refused(offer, Reason.BAD_HEADING, f"{said}{info.store_id!r:.80}")


def _check_records(packed: Path, offer: Offer) -> None:
    """Read a snapshot of records through, for its size, and hold its heading against the offer."""
    with unpacking(packed, offer) as unpacked:
        line = unpacked.readline(HEADING_BYTES_MAX)
        try:
            heading = json.loads(line)
            told = (heading["store"], heading["sequence"])
        except (ValueError, TypeError, KeyError, RecursionError):
            said = f"Expected a heading, got {line[:60]!r}"
            raise refused(offer, Reason.BAD_HEADING, said) from None
        if told != (offer.store, offer.sequence):
            said = f"Expected {offer.sequence} of {offer.store!r}, got {told!r:.200}"
            raise refused(offer, Reason.BAD_HEADING, said)
        while unpacked.read1(CHUNK_BYTES):
            pass
