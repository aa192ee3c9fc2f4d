"""A damaged file of the outbox gets another name, so that a new one can be begun.

Source: docs/outbox.md, section 8.
"""

from __future__ import annotations

import logging
import sqlite3
from contextlib import closing
from pathlib import Path

from kiosk.errors import DataError
from kiosk.outbox.database import LOCK_WAIT_S, READABLE_VERSIONS, SCHEMA_VERSION

log = logging.getLogger(__name__)

# the log first: what is left of it would be played into a new database of the same name
_PARTS = ("-wal", "-shm", "")


def set_aside_if_damaged(file: Path) -> Path | None:
    """Give a damaged database another name; gives it, or none where that was not needed.

    To be called while nobody else has it open. It reads the file through. One that cannot be
    opened, or not be renamed, stays where it is.
    """
    if not file.is_file():
        return None
    try:
        _check(file)
    except DataError as error:
        aside = _free_name(file)
        try:
            for part in _PARTS:
                _move(Path(f"{file}{part}"), Path(f"{aside}{part}"))
        except OSError as refused:
            log.error("database-damaged: %s; expected to rename it, got %s", error, refused)
            return None
        log.error("database-damaged: %s; kept as %s", error, aside.name)
        return aside
    except sqlite3.OperationalError as error:
        log.error("database-unchecked reason=%s", error)
    return None


def _check(file: Path) -> None:
    """Read it through; raises ``DataError`` for damage, ``sqlite3.OperationalError`` else.

    It is opened for reading: a writer would throw away the log of a file that it cannot read.
    """
    address = f"{file.absolute().as_uri()}?mode=ro"
    with closing(sqlite3.connect(address, uri=True, timeout=LOCK_WAIT_S)) as connection:
        try:
            (version,) = connection.execute("PRAGMA user_version").fetchone()
            (found,) = connection.execute("PRAGMA quick_check(1)").fetchone()
        except sqlite3.OperationalError:
            raise
        # SQLite's own words may hold a piece of what is damaged, which is no text
        except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
            raise DataError(f"{file}: expected a kiosk's database, got {error}") from None
    if found != "ok":
        raise DataError(f"{file}: expected a sound database, got {' '.join(found.split())}")
    if version not in READABLE_VERSIONS:
        raise DataError(f"{file}: expected version {SCHEMA_VERSION}, got {version}")


def _free_name(file: Path) -> Path:
    number = 1
    while any(Path(f"{file}.corrupt-{number}{part}").exists() for part in _PARTS):
        number += 1
    return Path(f"{file}.corrupt-{number}")


def _move(part: Path, to: Path) -> None:
    if part.exists():
        part.rename(to)
