"""Holds the catalogue in use, and swaps it for the next one between two messages.

Each catalogue is an *edition*: a file of its own in one folder, numbered as they come, and beside
it the file of what changed since. The newest sound one is in use; the one before is kept, to go
back to. A damaged file is set aside under another name, for the report, and never deleted. On a
disk that has turned read-only it is only passed over, and a sound one still serves.

Source: docs/catalogue.md, section 4; docs/feed.md, section 6.
"""

from __future__ import annotations

import logging
import re
from contextlib import closing
from pathlib import Path

from kiosk.errors import DataError
from kiosk.storage.catalogue import Catalogue
from kiosk.storage.changes_file import (
    DamagedChangesError,
    changes_beside,
    check_changes,
    forget,
    set_aside,
)
from kiosk.storage.file import check
from kiosk.storage.in_use import Edition, InUse
from kiosk.storage.shelf import Changing, carry_over

log = logging.getLogger(__name__)

KEPT = 2  # the edition in use, and the one to go back to
_NAME = re.compile(r"catalogue-([0-9]{6,})\.db")
_LEFTOVERS = ("*.part", "*.part-wal", "*.part-shm", "*.waiting")  # of what the power cut short


class Editions:
    """The catalogues in ``folder``; one thread uses it and owns the catalogue in use.

    ``set_aside`` names the files that turned out to be damaged since the start.
    """

    def __init__(self, folder: Path, in_use: InUse | None = None) -> None:
        self._folder = folder
        self._in_use = in_use or InUse()
        self._brought = self._in_use.brought  # the last that was looked at
        self._current: Catalogue | None = None
        self.set_aside: list[Path] = []
        self._damaged: set[Path] = set()  # for this run, whether or not they could be renamed

    @property
    def current(self) -> Catalogue | None:
        """The catalogue in use; none before the first has come."""
        return self._current

    def open(self) -> Catalogue | None:
        """Use the newest edition that is sound, at the start; gives none where there is none.

        Reads each candidate through. Clears away what a build left that the power cut short.
        """
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            for pattern in _LEFTOVERS:
                for leftover in self._folder.glob(pattern):
                    leftover.unlink()
        except OSError as error:
            log.error("catalogue-folder-not-writable reason=%s", error)
        self._finish_taking()
        return self._open_newest()

    def take_brought(self) -> Catalogue | None:
        """Use what the feed brought since the last time, if it did; gives what is in use then.

        Raises ``DataError`` where it is no catalogue, and the one in use stays.
        """
        brought = self._in_use.brought
        if brought is not self._brought:
            self._brought = brought
            if brought.file is not None:
                self.switch(brought.file)
        return self._current

    def switch(self, file: Path) -> Catalogue:
        """Use ``file``, which ``build`` made in the folder, from now on, with its changes.

        Takes milliseconds: ``build`` has read it through already. Raises ``DataError`` where it
        is no catalogue, and the one in use stays.
        """
        try:
            newer = self._opened(file)
        finally:
            self._tell(self._current.file if self._current else None)
        if self._current is not None:
            self._current.close()
        self._use(newer)
        self._clear_old(keep=file)
        return newer

    def fall_back(self) -> Catalogue | None:
        """Set what is damaged of the edition in use aside, and use what is left.

        That is its base alone where only its changes are damaged, else the edition before.
        """
        current, self._current = self._current, None
        if current is not None:
            current.close()
            if current.changes_are_damaged:
                self._set_aside(changes_beside(current.file))
            else:
                self._set_edition_aside(current.file)
        return self._open_newest(checked=current.file if current else None)

    def _open_newest(self, checked: Path | None = None) -> Catalogue | None:
        """Use the newest sound one; ``checked`` was read through, but for its changes."""
        for file in editions_in(self._folder):
            if file in self._damaged:
                continue
            try:
                if file != checked:
                    check(file)
                self._use(self._opened(file, read_through=file != checked))
            except DataError:
                self._set_edition_aside(file)
            else:
                return self._current
        self._tell(None)
        return None

    def _opened(self, file: Path, *, read_through: bool = False) -> Catalogue:
        """Open one with its changes, or without them where they are damaged."""
        changes = changes_beside(file)
        try:
            catalogue = Catalogue(file, with_changes=changes not in self._damaged)
            if read_through and changes not in self._damaged:
                check_changes(changes, catalogue.seal)
        except DamagedChangesError as error:
            log.error("catalogue-changes-damaged reason=%s", error)
            self._set_aside(changes)
            return Catalogue(file, with_changes=changes not in self._damaged)
        return catalogue

    def _finish_taking(self) -> None:
        """Carry changes over to the newest edition, where the power went before that was done."""
        newest, *before = editions_in(self._folder)[:KEPT] or [self._folder]
        if not before or changes_beside(newest).exists() or not changes_beside(before[0]).exists():
            return
        try:
            check(newest)
            with closing(Changing(before[0])) as changing:
                carry_over(changing, newest)
        except DataError as error:
            log.warning("catalogue-changes-not-carried-over reason=%s", error)

    def _use(self, catalogue: Catalogue) -> None:
        self._current = catalogue
        self._tell(catalogue.file)

    def _tell(self, file: Path | None) -> None:
        self._in_use.answer = Edition(file)

    def _set_edition_aside(self, file: Path) -> None:
        self._set_aside(file)
        if changes_beside(file).exists():
            set_aside(changes_beside(file))

    def _set_aside(self, file: Path) -> None:
        self._damaged.add(file)
        if aside := set_aside(file):
            self._damaged.discard(file)  # a later build, or later changes, may have the name
            self.set_aside.append(aside)

    def _clear_old(self, keep: Path) -> None:
        others = [file for file in editions_in(self._folder) if file != keep]
        for file in others[KEPT - 1 :]:
            forget(changes_beside(file))
            file.unlink()


def editions_in(folder: Path) -> list[Path]:
    """Give the catalogues of a folder, the newest first; none where there is no folder."""
    if not folder.is_dir():
        return []
    numbered = [
        (int(match[1]), file) for file in folder.iterdir() if (match := _NAME.fullmatch(file.name))
    ]
    return [file for _, file in sorted(numbered, reverse=True)]


def next_edition(folder: Path) -> Path:
    """Give the name under which to build the next edition; damaged ones set aside count too."""
    numbers = [
        int(match[1]) for file in folder.glob("catalogue-*") if (match := _NAME.match(file.name))
    ]
    return folder / f"catalogue-{max(numbers, default=0) + 1:06}.db"
