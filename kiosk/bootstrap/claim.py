"""One kiosk a folder: whoever comes second is told so and ends.

The folder itself is locked, with the process that holds it.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kiosk.errors import ConfigError


def make_folder(folder: Path) -> None:
    """Make ``data_dir`` where it is not there; raises ``ConfigError``."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(f"data_dir: expected a folder to write in, got {error}") from None


@contextmanager
def sole_use(folder: Path) -> Iterator[None]:
    """Keep other kiosks off a folder while the block lasts; raises ``ConfigError`` if one is there.

    The folder itself is locked: no lock file is left behind, it works on a disk that has turned
    read-only, and the lock goes with the process however that ends.
    """
    try:
        opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except OSError as error:
        raise ConfigError(f"data_dir: expected a folder, got {error}") from None
    try:
        _lock(opened, folder)
        yield
    finally:
        os.close(opened)


def _lock(opened: int, folder: Path) -> None:
    try:
        fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise ConfigError(f"data_dir: expected {folder} unused, got a kiosk that runs") from None
