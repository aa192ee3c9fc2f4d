"""Holds the catalogue in use, and swaps it for the next one between two messages.

Each catalogue is an *edition*: a file of its own in one folder, numbered as they come. The newest
sound one is in use; the one before is kept, to go back to. A damaged file is set aside under
another name, for the report, and never deleted. On a disk that has turned read-only it is only
passed over, and a sound one still serves.

Source: docs/catalogue.md, section 4.
"""

from __future__ import annotations

import logging
import re
from pathlib import Path

from kiosk.errors import DataError
from kiosk.storage.catalogue import Catalogue
from kiosk.storage.file import check

log = logging.getLogger(__name__)

KEPT = 2  # the edition in use, and the one to go back to
_NAME = re.compile(r"catalogue-([0-9]{6,})\.db")
_LEFTOVERS = ("*.part", "*.waiting")  # of a build that the power cut short


class Editions:
    """The catalogues in ``folder``; one thread uses it and owns the catalogue in use.

    ``set_aside`` names the files that turned out to be damaged since the start.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
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
        return self._open_newest()

    def switch(self, file: Path) -> Catalogue:
        """Use ``file``, which ``build`` made in the folder, from now on.

        Takes milliseconds: ``build`` has read it through already. Raises ``DataError`` where it
        is no catalogue, and the one in use stays.
        """
        newer = Catalogue(file)
        if self._current is not None:
            self._current.close()
        self._current = newer
        self._clear_old(keep=file)
        return newer

    def fall_back(self) -> Catalogue | None:
        """Set the edition in use aside, which turned out to be damaged, and use the one before."""
        if self._current is not None:
            self._current.close()
            self._set_aside(self._current.file)
            self._current = None
        return self._open_newest()

    def _open_newest(self) -> Catalogue | None:
        for file in editions_in(self._folder):
            if file in self._damaged:
                continue
            try:
                check(file)
                self._current = Catalogue(file)
            except DataError:
                self._set_aside(file)
            else:
                return self._current
        return None

    def _set_aside(self, file: Path) -> None:
        self._damaged.add(file)
        number = 1
        while (aside := file.with_name(f"{file.name}.corrupt-{number}")).exists():
            number += 1
        try:
            file.rename(aside)
        except OSError as error:
            log.error("catalogue-not-set-aside reason=%s", error)
            return
        self._damaged.discard(file)  # a later build may have the name
        self.set_aside.append(aside)

    def _clear_old(self, keep: Path) -> None:
        others = [file for file in editions_in(self._folder) if file != keep]
        for file in others[KEPT - 1 :]:
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
