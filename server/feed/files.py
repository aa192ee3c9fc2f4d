"""Where the feed's files lie, and how one gets there whole or not at all.

Source: docs/feed.md, sections 1 and 4.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from server.configuration import Configuration

_SUFFIXES = {"records": "ndjson.gz", "ruled": "ruled.ndjson.gz", "built": "db.zst"}


def segment_file(configuration: Configuration, store_id: str, sequence: int) -> Path:
    """Give where a segment lies."""
    return configuration.feed_dir / store_id / f"{sequence}.ndjson.zst"


def whole_file(configuration: Configuration, store_id: str, sequence: int, form: str) -> Path:
    """Give where a snapshot lies, in one of its forms of ``server.feed.writing``."""
    return configuration.snapshots_dir / store_id / f"{sequence}.{_SUFFIXES[form]}"


@contextmanager
def writing(folder: Path) -> Iterator[BinaryIO]:
    """Give a new file in ``folder``; what was not moved away by ``move`` is deleted at the end."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=folder, prefix=".new-", delete=False) as stream:
        try:
            yield stream  # type: ignore[misc]  # a wrapper that has all of BinaryIO
        finally:
            with suppress(FileNotFoundError):
                Path(stream.name).unlink()


def move(new: Path, file: Path) -> None:
    """Give a flushed file its name, and flush the name too; what stood there is replaced."""
    new.replace(file)
    folder = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
