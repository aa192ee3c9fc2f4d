"""The pictures of products, each in a file named by the SHA-256 of its bytes.

A name says what the content must be, so a picture is right or not there at all, whoever sent
it. Nothing is drawn or decoded here.
"""

from __future__ import annotations

import gzip
import hashlib
import os
import re
import time
import zlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from kiosk.errors import DataError

_IN_RECORD = re.compile(rb'"picture":"([0-9a-f]{64})"')
_NAME = re.compile(r"[0-9a-f]{64}")
_UNUSED = ".unused"  # the mark beside a picture that nothing names, since when it was made
UNUSED_KEPT_S = 86_400.0
STARTS = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"RIFF")  # PNG, JPEG, WebP: as the server takes


class Pictures:
    """The folder of pictures; ``file_of`` is for any thread, the rest for one."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def prepare(self) -> None:
        """Make the folder, and clear away what a power cut left half written."""
        self._folder.mkdir(parents=True, exist_ok=True)
        for leftover in self._folder.glob("*.part"):
            leftover.unlink()

    def file_of(self, name: str) -> Path | None:
        """Give the file of a picture; none where it is not there, or the name is none."""
        file = self._folder / name
        return file if _NAME.fullmatch(name) and file.is_file() else None

    def check_name(self, name: str) -> None:
        """Refuse with ``DataError`` what is no picture's name."""
        if not _NAME.fullmatch(name):
            raise DataError(f"Expected a picture's SHA-256, got {name[:80]!r}")

    def sweep(self, named: Iterable[str], now_s: Callable[[], float] = time.time) -> int:
        """Mark what is not ``named``, and delete what was marked a day ago; give how many.

        A clock that was set lets an unused picture go sooner or later, and no other.
        """
        if not self._folder.is_dir():
            return 0
        with os.scandir(self._folder) as files:
            names = {each.name for each in files}
        unused = {name for name in names if _NAME.fullmatch(name)}
        for name in named:
            unused.discard(name)
        for mark in names:
            if mark.endswith(_UNUSED) and mark.removesuffix(_UNUSED) not in unused:
                (self._folder / mark).unlink(missing_ok=True)
        return sum(self._let_go(name, now_s()) for name in unused)

    def _let_go(self, name: str, now_s: float) -> bool:
        mark = self._folder / f"{name}{_UNUSED}"
        if not mark.exists():
            mark.touch()
            os.utime(mark, (now_s, now_s))
            return False
        if abs(now_s - mark.stat().st_mtime) < UNUSED_KEPT_S:
            return False
        (self._folder / name).unlink(missing_ok=True)
        mark.unlink()
        return True

    def keep(self, name: str, content: bytes) -> None:
        """Write a picture, on disk when this returns; raises ``DataError`` if it is another."""
        sha256 = hashlib.sha256(content).hexdigest()
        if sha256 != name:
            raise DataError(f"Expected a picture of SHA-256 {name}, got {sha256}")
        if not _is_picture(content):
            raise DataError(f"Expected PNG, JPEG or WebP, got {content[:12]!r}")
        part = self._folder / f"{name}.part"
        with part.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())  # else a power cut could leave the name without the content
        part.replace(self._folder / name)


def picture_names(snapshot: Path) -> Iterator[str]:
    """Give the pictures that a checked snapshot names, some of them more than once.

    It looks for the field in the bytes and parses nothing: at worst a text that looks like
    the field makes us fetch one picture that nobody shows.
    """
    try:
        with gzip.open(snapshot) as lines:
            for line in lines:
                if found := _IN_RECORD.search(line):
                    yield found[1].decode()
    except (OSError, EOFError, zlib.error) as error:
        raise DataError(f"{snapshot}: expected a snapshot, got {error}") from None


def _is_picture(content: bytes) -> bool:
    if content.startswith(b"RIFF"):
        return content[8:12] == b"WEBP"  # there are sounds and films in RIFF too
    return content.startswith(STARTS)
