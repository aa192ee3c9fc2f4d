"""Backups of a whole server, and the way back: database, keys, and the files that rows name.

The database comes first, then the files: a file is on the disk before its row is, and never
changes, so whatever the copied rows name is there to be copied. A backup is complete when its
``backup.json`` is there, which is written last. Restoring deletes nothing: what stood there is
set aside beside it.

Source: https://www.sqlite.org/backup.html; PostgreSQL 15, pg_dump and pg_restore; docs/server.md.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Any

from server.configuration import Configuration
from server.keys import PUBLIC_FILE, SECRET_FILE, SIGNING_FILE

FORMAT = 1
ABOUT_FILE = "backup.json"
SQLITE_FILE, POSTGRESQL_FILE = "server.db", "server.dump"
KEYS = (SECRET_FILE, SIGNING_FILE, PUBLIC_FILE)
BEFORE = "before_"  # begins the name of a schema that was set aside
FOLDERS = ("snapshots", "pictures", "feed")


class BackupError(Exception):
    """A backup cannot be made or restored; the text says what was expected."""


@dataclass(frozen=True, slots=True)
class About:
    """What a backup is of; ``made_at`` in UTC."""

    format: int
    engine: str
    made_at: str
    files: int


def make_backup(configuration: Configuration, folder: Path, at: datetime) -> About:
    """Write a backup to ``folder``, which must not be there yet; the server may be running."""
    if folder.exists():
        raise BackupError(f"Expected a new folder, got one that is there: {folder}")
    part = folder.with_name(f"{folder.name}.part")
    shutil.rmtree(part, ignore_errors=True)  # of a backup that was cut short
    part.mkdir(mode=0o700, parents=True)
    engine = configuration.database.engine
    if engine == "sqlite":
        _copy_sqlite(configuration.database_file, part / SQLITE_FILE)
    else:
        how = ("--format=custom", f"--exclude-schema={BEFORE}*")
        _postgresql(configuration, "pg_dump", *how, f"--file={part / POSTGRESQL_FILE}")
    files = sum(_copy_new(file, part / name) for file, name in _files(configuration.data_dir))
    about = About(FORMAT, engine, at.isoformat(timespec="seconds"), files)
    (part / ABOUT_FILE).write_text(json.dumps(asdict(about)) + "\n", "utf-8")
    os.sync()  # all of it, before it has the name of a backup
    part.rename(folder)
    return about


def restore_backup(configuration: Configuration, folder: Path) -> About:
    """Bring back what ``folder`` has; the server must not be running."""
    about = read_about(folder)
    if about.engine != configuration.database.engine:
        raise BackupError(
            f"Expected a backup of {configuration.database.engine}, got one of {about.engine}"
        )
    configuration.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    for file, name in _files(folder):
        target = configuration.data_dir / name
        if name in KEYS and target.is_file() and target.read_bytes() != file.read_bytes():
            _set_aside(target)
        _copy_new(file, target)
    if about.engine == "sqlite":
        _restore_sqlite(folder / SQLITE_FILE, configuration.database_file)
    else:
        _restore_postgresql(configuration, folder / POSTGRESQL_FILE)
    return about


def read_about(folder: Path) -> About:
    """Read what a backup is of; raises ``BackupError`` where it is none, or not whole."""
    try:
        about = About(**json.loads((folder / ABOUT_FILE).read_text("utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise BackupError(f"Expected a whole backup in {folder}, got {error}") from None
    if about.format != FORMAT:
        raise BackupError(f"Expected a backup of format {FORMAT}, got {about.format}")
    return about


def _files(base: Path) -> Iterator[tuple[Path, Path | str]]:
    """Give the keys and files below ``base``, each with its place."""
    for name in KEYS:
        if (base / name).is_file():
            yield base / name, name
    for folder in FOLDERS:
        for file in sorted((base / folder).rglob("*")):
            if file.is_file():
                yield file, file.relative_to(base)


def _copy_new(file: Path, target: Path) -> int:
    """Copy a file that is not there yet; gives how many. One that was deleted just now is none."""
    if target.is_file():
        return 0
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        shutil.copy2(file, target)
    except FileNotFoundError:
        return 0
    return 1


def _copy_sqlite(source: Path, target: Path) -> None:
    """Copy a database that may be in use, in one step: its writers need not wait for that."""
    if not source.is_file():
        raise BackupError(f"Expected a database {source} (run: kiosk-server setup), got none")
    with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target)) as new:
        old.backup(new)
        (said,) = new.execute("PRAGMA quick_check(1)").fetchone()
    if said != "ok":
        raise BackupError(f"Expected a sound database, got {said}")


def _restore_sqlite(source: Path, target: Path) -> None:
    for part in ("-wal", "-shm", ""):  # the database last: without it the others are nothing
        file = target.with_name(f"{target.name}{part}")
        if file.is_file():
            _set_aside(file)
    with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target)) as new:
        old.backup(new)


def _restore_postgresql(configuration: Configuration, dump: Path) -> None:
    """Restore into an empty schema; the old one is set aside, and put back where that fails.

    ``pg_restore --clean`` is of no use here: it cannot drop the keys of partitions.
    """
    import psycopg

    with psycopg.connect(**_address(configuration), autocommit=True) as connection:
        schemas = {name for (name,) in connection.execute("SELECT nspname FROM pg_namespace")}
        aside = next(name for n in count(1) if (name := f"{BEFORE}{n}") not in schemas)
        with connection.transaction():
            connection.execute(f"ALTER SCHEMA public RENAME TO {aside}")
            connection.execute("CREATE SCHEMA public")
        try:
            how = ("--no-owner", "--exit-on-error", "--single-transaction")
            _postgresql(configuration, "pg_restore", *how, str(dump))
        except BackupError:
            with connection.transaction():
                connection.execute("DROP SCHEMA public CASCADE")
                connection.execute(f"ALTER SCHEMA {aside} RENAME TO public")
            raise


def _set_aside(file: Path) -> None:
    for number in count(1):
        aside = file.with_name(f"{file.name}.before-{number}")
        if not aside.exists():
            file.rename(aside)
            return


def _postgresql(configuration: Configuration, program: str, *words: str) -> None:
    """Run one of PostgreSQL's programs on our database."""
    address = _address(configuration)
    where = (f"--host={address['host']}", f"--port={address['port']}")
    who = (f"--username={address['user']}", "--no-password", f"--dbname={address['dbname']}")
    environment = {**os.environ, "PGPASSWORD": address.get("password", "")}
    command = [_find(program), *where, *who, *words]
    done = subprocess.run(command, env=environment, capture_output=True, text=True)  # noqa: S603
    if done.returncode:
        raise BackupError(f"Expected {program} to succeed, got {done.stderr.strip()[:500]}")


def _address(configuration: Configuration) -> dict[str, Any]:
    database = configuration.database
    address: dict[str, Any] = {
        "host": database.host,
        "port": database.port,
        "user": database.user,
        "dbname": database.name,
    }
    if database.password_file is not None:
        address["password"] = database.password_file.read_text("utf-8").strip()
    return address


def _find(program: str) -> str:
    """Find the newest of PostgreSQL's programs; Debian keeps them out of the path."""
    everywhere = Path("/usr/lib/postgresql").glob(f"*/bin/{program}")
    found = sorted(everywhere, key=lambda file: file.parts[-3].zfill(4))
    path = str(found[-1]) if found else shutil.which(program)
    if path is None:
        raise BackupError(
            f"Expected the program {program} (apt-get install postgresql-client), got none"
        )
    return path
