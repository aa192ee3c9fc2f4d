"""Triggers by which the database itself notes what was touched, whatever wrote.

One note a row and statement; the same thing may be noted twice. Nothing is compared here:
that is for publishing. SQLite forgets the triggers of a table that a migration makes anew, so
that they are put back after each ``migrate``, and everything is then compared once.

Source: docs/feed.md, section 2; SQLite, "CREATE TRIGGER"; PostgreSQL 15, section 39.1
("transition tables": one function call a statement, not one a row).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.recorder import MigrationRecorder

MIGRATION = ("feed", "0002_triggers")
EVERYTHING = "all"  # the kind of a note by which each product is compared
_NOTE_EVERYTHING = "INSERT INTO feed_change (kind, key) VALUES ('all', '')"
_FUNCTION = "feed_note"


@dataclass(frozen=True, slots=True)
class Watched:
    """A table whose rows reach kiosks; ``store`` is the column of whose kiosks, or all."""

    table: str
    kind: str
    key: str
    store: str | None = None


WATCHED = (
    Watched("catalogue_product", "product", "id"),
    Watched("catalogue_pack", "product", "product_id"),
    Watched("catalogue_price", "product", "product_id", "store_id"),
    Watched("catalogue_stock", "product", "product_id"),  # each kiosk tells of all branches
    Watched("catalogue_place", "product", "product_id", "store_id"),
    Watched("catalogue_offer_products", "product", "product_id"),
    Watched("catalogue_offer", "offer", "offer_id"),
    Watched("pricing_fixedprice", "product", "product_id", "store_id"),
    Watched("pricing_pricerule", "rule", "rule_id"),
    Watched("catalogue_category", "category", "category_id"),
    Watched("stores_store", "store", "store_id"),
)


def install(connection: BaseDatabaseWrapper) -> None:
    """Put every trigger in its place, also where an older one stands."""
    _carry_out(connection, _removing(connection))
    there = _there(connection)
    making = _for_postgresql if connection.vendor == "postgresql" else _for_sqlite
    _carry_out(connection, making(there))


def remove(connection: BaseDatabaseWrapper) -> None:
    """Take every trigger away."""
    _carry_out(connection, _removing(connection))
    if connection.vendor == "postgresql":
        _carry_out(connection, [f"DROP FUNCTION IF EXISTS {_FUNCTION}()"])


def missing(connection: BaseDatabaseWrapper) -> set[str]:
    """Give the names of the triggers that should be there and are not."""
    query = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    if connection.vendor == "postgresql":
        query = "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
    with connection.cursor() as cursor:
        cursor.execute(query)
        there = {name for (name,) in cursor.fetchall()}
    return {name for name, _, _, _ in _triggers(connection.vendor, _there(connection))} - there


def after_migrations(using: str = DEFAULT_DB_ALIAS, **_: Any) -> None:
    """Put back what a migration of another app took along, and have everything compared."""
    connection = connections[using]
    if MIGRATION not in MigrationRecorder(connection).applied_migrations():
        return
    if missing(connection):
        install(connection)
        _carry_out(connection, [_NOTE_EVERYTHING])


def _there(connection: BaseDatabaseWrapper) -> list[Watched]:
    """Give those whose tables there are: some are made by later migrations of other apps."""
    tables = set(connection.introspection.table_names())
    return [watched for watched in WATCHED if watched.table in tables]


def _triggers(vendor: str, watching: Iterable[Watched]) -> Iterator[tuple[str, Watched, str, str]]:
    """Give name, table, event, and the letters of the rows that the event has."""
    events = [("insert", "n"), ("update", "no"), ("delete", "o")]
    if vendor == "postgresql":
        events.append(("truncate", ""))
    for watched in watching:
        for event, rows in events:
            yield f"feed_{watched.table}_{event}", watched, event, rows


def _for_sqlite(watching: Iterable[Watched]) -> Iterator[str]:
    for name, watched, event, rows in _triggers("sqlite", watching):
        notes = "".join(_sqlite_note(watched, row, moved=row != rows[0]) for row in rows)
        yield f"CREATE TRIGGER {name} AFTER {event} ON {watched.table} BEGIN {notes} END"


def _sqlite_note(watched: Watched, row: str, *, moved: bool) -> str:
    """Write a note of the row after (n) or before (o); the latter only where it moved away."""
    word = {"n": "NEW", "o": "OLD"}[row]
    store = f"{word}.{watched.store}" if watched.store else "NULL"
    note = (
        "INSERT INTO feed_change (kind, key, store_id) "
        f"SELECT '{watched.kind}', {word}.{watched.key}, {store}"
    )
    if moved:
        columns = filter(None, (watched.key, watched.store))
        note += " WHERE " + " OR ".join(f"OLD.{each} IS NOT NEW.{each}" for each in columns)
    return f"{note}; "


def _for_postgresql(watching: Iterable[Watched]) -> Iterator[str]:
    yield _POSTGRESQL_FUNCTION
    for name, watched, event, rows in _triggers("postgresql", watching):
        tables = {"n": "NEW TABLE AS new_rows", "o": "OLD TABLE AS old_rows"}
        referencing = " ".join(tables[row] for row in rows)
        words = (watched.kind, watched.key, watched.store or "NULL")
        arguments = ", ".join(f"'{word}'" for word in words)
        yield (
            f"CREATE TRIGGER {name} AFTER {event} ON {watched.table} "
            f"{'REFERENCING ' if rows else ''}{referencing} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION {_FUNCTION}({arguments})"
        )


_POSTGRESQL_FUNCTION = """
CREATE OR REPLACE FUNCTION feed_note() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    touched text := format('%L, %I::text, %s', TG_ARGV[0], TG_ARGV[1], TG_ARGV[2]);
    note constant text := 'INSERT INTO feed_change (kind, key, store_id) ';
BEGIN
    IF TG_OP = 'TRUNCATE' THEN
        INSERT INTO feed_change (kind, key) VALUES ('all', '');
    ELSIF TG_OP = 'INSERT' THEN
        EXECUTE note || 'SELECT DISTINCT ' || touched || ' FROM new_rows';
    ELSIF TG_OP = 'DELETE' THEN
        EXECUTE note || 'SELECT DISTINCT ' || touched || ' FROM old_rows';
    ELSE
        EXECUTE note || 'SELECT ' || touched || ' FROM new_rows UNION SELECT '
            || touched || ' FROM old_rows';
    END IF;
    RETURN NULL;
END $$
"""


def _removing(connection: BaseDatabaseWrapper) -> Iterator[str]:
    on_table = connection.vendor == "postgresql"
    for name, watched, _, _ in _triggers(connection.vendor, _there(connection)):
        yield f"DROP TRIGGER IF EXISTS {name}" + (f" ON {watched.table}" if on_table else "")


def _carry_out(connection: BaseDatabaseWrapper, statements: Any) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
