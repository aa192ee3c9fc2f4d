"""Tells whether a file is a sound catalogue, and what it says of itself.

Source: docs/catalogue.md, sections 1 and 4.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

from kiosk.errors import DataError

APPLICATION_ID = 0x70697368  # "pish": where a SQLite file says whose it is
SCHEMA_VERSION = 1  # of schema.sql and of how names are folded; another one is built anew
_HEADER_BYTES = 100  # sqlite.org/fileformat2.html, section 1.3


@dataclass(frozen=True, slots=True)
class CatalogueInfo:
    """What a catalogue says of itself; ``made_at`` is aware UTC, by head office's clock."""

    chain: str
    store_id: str
    currency: str
    zone: str
    sequence: int
    made_at: datetime
    products: int
    packs: int


def open_read_only(file: Path) -> sqlite3.Connection:
    """Open a catalogue for reading; whoever opens it uses it from one thread at a time.

    ``immutable`` spares the locks and the looks at whether the file changed, a third of a
    look-up: a catalogue is replaced by another file, never written to.
    """
    uri = f"file:{quote(str(file.absolute()))}?mode=ro&immutable=1"
    connection = sqlite3.connect(uri, uri=True, check_same_thread=False, isolation_level=None)
    connection.execute("PRAGMA query_only = ON")
    return connection


def read_info(connection: sqlite3.Connection, file: Path) -> CatalogueInfo:
    """Read the catalogue's word on itself; raises ``DataError`` where it is none of ours."""
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if application != APPLICATION_ID:
        raise DataError(f"{file}: expected a catalogue, got another SQLite file ({application:#x})")
    if version != SCHEMA_VERSION:
        raise DataError(f"{file}: expected schema {SCHEMA_VERSION}, got {version}")
    row = connection.execute("SELECT * FROM info").fetchone()
    if row is None:
        raise DataError(f"{file}: expected a finished catalogue, got one without its info")
    chain, store, currency, zone, sequence, made_at, products, packs = row
    made_at = datetime.fromtimestamp(made_at, UTC)
    return CatalogueInfo(chain, store, currency, zone, sequence, made_at, products, packs)


def check(file: Path) -> CatalogueInfo:
    """Read the file through and give its info; raises ``DataError`` where it is not sound.

    Takes about 2 s for a million products.
    """
    try:
        _check_length(file)
        with closing(open_read_only(file)) as connection:
            info = read_info(connection, file)
            (answer,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    except (sqlite3.DatabaseError, OSError, UnicodeDecodeError) as error:
        raise DataError(f"{file}: expected a sound catalogue, got: {error}") from None
    if answer != "ok":
        raise DataError(f"{file}: expected a sound catalogue, got: {answer}")
    return info


def _check_length(file: Path) -> None:
    """See that no page is missing: an immutable file is not asked for its length by SQLite."""
    with file.open("rb") as opened:
        header = opened.read(_HEADER_BYTES)
    if len(header) < _HEADER_BYTES or not header.startswith(b"SQLite format 3\0"):
        raise DataError(f"{file}: expected a catalogue, got {header[:16]!r}")
    page_bytes = int.from_bytes(header[16:18]) if header[16:18] != b"\0\1" else 65_536
    expected = page_bytes * int.from_bytes(header[28:32])
    if file.stat().st_size != expected:
        got = file.stat().st_size
        raise DataError(f"{file}: expected {expected} bytes, got {got}")
