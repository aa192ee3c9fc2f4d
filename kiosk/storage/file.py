"""Tells whether a file is a sound catalogue, and what it says of itself.

A finished catalogue is *sealed*: it holds the SHA-256 of all its other bytes, so that a single
flipped bit in a price is known before the price is shown. SQLite's own check sees only the
structure; it runs once, when the file is built.

Source: docs/catalogue.md, sections 1 and 4.
"""

from __future__ import annotations

import hashlib
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

from kiosk.errors import DataError

APPLICATION_ID = 0x70697368  # "pish": where a SQLite file says whose it is
SCHEMA_VERSION = 3  # of schema.sql and of how names are folded; another one is built anew
UNSEALED = hashlib.sha256(b"a catalogue that is not finished").digest()
_CHUNK_BYTES = 1 << 20
_DAMAGE = ("SQLITE_CORRUPT", "SQLITE_NOTADB", "SQLITE_IOERR", "SQLITE_CANTOPEN")


class DamagedRowError(Exception):
    """A row has not the shape in which it was written; the text says which and how.

    It becomes a ``DataError`` where the file's name is known (``Catalogue``).
    """


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
    vat_included: bool = True


def open_read_only(file: Path) -> sqlite3.Connection:
    """Open a catalogue for reading; whoever opens it uses it from one thread at a time.

    ``immutable`` spares the locks and the looks at whether the file changed, a third of a
    look-up: a catalogue is replaced by another file, never written to.
    """
    uri = f"file:{quote(str(file.absolute()))}?mode=ro&immutable=1"
    return sqlite3.connect(uri, uri=True, check_same_thread=False, isolation_level=None)


def read_info(connection: sqlite3.Connection, file: Path) -> CatalogueInfo:
    """Read the catalogue's word on itself; raises ``DataError`` where it is none of ours."""
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if application != APPLICATION_ID:
        raise DataError(f"{file}: expected a catalogue, got another SQLite file ({application:#x})")
    if version != SCHEMA_VERSION:
        raise DataError(f"{file}: expected schema {SCHEMA_VERSION}, got {version}")
    row = connection.execute("SELECT * FROM info").fetchone()
    if row is None or row[-1] == UNSEALED:
        raise DataError(f"{file}: expected a finished catalogue, got one that is not sealed")
    chain, store, currency, zone, vat_included, sequence, made_at, products, packs, _ = row
    of_store = (chain, store, currency, zone, sequence, datetime.fromtimestamp(made_at, UTC))
    return CatalogueInfo(*of_store, products, packs, bool(vat_included))


def check(file: Path) -> CatalogueInfo:
    """Read the file through and give its info; raises ``DataError`` where a bit is not as built."""
    try:
        with closing(open_read_only(file)) as connection:
            info = read_info(connection, file)
            (seal,) = connection.execute("SELECT seal FROM info").fetchone()
            at = _seal_at(connection, file, seal)
        if _digest(file, at) != seal:
            raise DataError(f"{file}: expected the bytes that were built, got others")
    except (sqlite3.Error, OSError, ValueError, TypeError, OverflowError) as error:
        raise DataError(f"{file}: expected a sound catalogue, got: {error}") from None
    return info


def seal(file: Path) -> None:
    """Check the structure of a file just built, and put its digest into it; nobody has it open."""
    with closing(sqlite3.connect(file)) as connection:
        (answer,) = connection.execute("PRAGMA quick_check(1)").fetchone()
        if answer != "ok":
            raise DataError(f"{file}: expected a sound catalogue, got: {answer}")
        at = _seal_at(connection, file, UNSEALED)
    with file.open("r+b") as opened:
        opened.seek(at)
        opened.write(_digest(file, at))


def is_damage(error: sqlite3.Error) -> bool:
    """Tell whether an error is the file's fault, and not that of who asked."""
    name = getattr(error, "sqlite_errorname", "") or ""
    return name.startswith(_DAMAGE) or "decode" in str(error)  # text that is no UTF-8 has no code


def _seal_at(connection: sqlite3.Connection, file: Path, written: bytes) -> int:
    """Give the place in the file of the seal, which is ``written`` there now."""
    (page,) = connection.execute(
        "SELECT rootpage FROM sqlite_schema WHERE name = 'info'"
    ).fetchone()
    (page_bytes,) = connection.execute("PRAGMA page_size").fetchone()
    with file.open("rb") as opened:
        opened.seek((page - 1) * page_bytes)
        within = opened.read(page_bytes).find(written)
    if within < 0:
        raise DataError(f"{file}: expected a seal on page {page}, got none")
    return int((page - 1) * page_bytes + within)


def _digest(file: Path, seal_at: int) -> bytes:
    """Give the SHA-256 of the file as it was before it was sealed."""
    digest = hashlib.sha256()
    with file.open("rb") as opened:
        digest.update(opened.read(seal_at))
        digest.update(UNSEALED)
        opened.seek(seal_at + len(UNSEALED))
        while chunk := opened.read(_CHUNK_BYTES):
            digest.update(chunk)
    return digest.digest()
