"""Triggers by which the database itself keeps the past of what prices are made of.

Whatever writes (the office, an import, SQL by hand), each change of a row adds one to
``pricing_past``: what it says from now on. Only the columns that prices are made of count.
SQLite forgets the triggers of a table that a migration makes anew, so they are put back after
each ``migrate``, and what the tables say then is noted once more.

Source: docs/pricing.md, "At head office"; ``server.feed.triggers``, which works alike.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.recorder import MigrationRecorder

MIGRATION = ("pricing", "0002_past")
EVENTS = ("insert", "update", "delete")
_INTO = "INSERT INTO pricing_past (kind, key, of, at, told) "
# both are instants in UTC as Django reads them
_NOW = {
    "sqlite": "strftime('%Y-%m-%d %H:%M:%f', 'now') || '000'",
    "postgresql": "clock_timestamp()",
}
_JSON = {"sqlite": "json_object", "postgresql": "jsonb_build_object"}


@dataclass(frozen=True, slots=True)
class Kept:
    """A table whose past is kept: ``of`` is the column that it is looked up by."""

    table: str
    kind: str
    key: str
    of: str
    columns: tuple[str, ...]
    json: tuple[str, ...] = ()  # those of ``columns`` that hold JSON themselves

    def told(self, row: str, vendor: str) -> str:
        """Write the columns of ``row`` as a JSON object."""
        parts = [f"'{column}', {self._value(row, column, vendor)}" for column in self.columns]
        return f"{_JSON[vendor]}({', '.join(parts)})"

    def _value(self, row: str, column: str, vendor: str) -> str:
        value = f"{row}.{column}"
        return f"json({value})" if column in self.json and vendor == "sqlite" else value


KEPT = (
    Kept(
        "catalogue_product",
        "product",
        "id",
        "sku",
        (
            *("sku", "category_id", "brand_fa", "supplier", "vat_basis_points", "floor"),
            *("reducible", "size_amount", "size_measure"),
        ),
    ),
    Kept("catalogue_price", "price", "id", "product_id", ("store_id", "amount")),
    Kept("catalogue_pack", "pack", "id", "product_id", ("gtin", "pieces", "price")),
    Kept(
        "catalogue_offer",
        "offer",
        "offer_id",
        "offer_id",
        (
            *("name_fa", "name_en", "starts_at", "ends_at"),
            *("off_basis_points", "members_only", "store_id"),
        ),
    ),
    Kept("catalogue_offer_products", "offered", "id", "product_id", ("offer_id",)),
    Kept("catalogue_category", "category", "category_id", "category_id", ("parent_id",)),
    Kept(
        "pricing_fixedprice",
        "fixed",
        "id",
        "product_id",
        (
            *("rule_id", "gtin", "amount", "store_id", "group_id"),
            *("starts_at", "ends_at", "weekly", "priority", "state"),
        ),
        json=("weekly",),
    ),
)


def install(connection: BaseDatabaseWrapper, kept: Iterable[Kept] = KEPT) -> None:
    """Put every trigger in its place, also where an older one stands, and note what there is."""
    for each in kept:
        _carry_out(connection, _removing(each, connection.vendor))
        making = _for_postgresql if connection.vendor == "postgresql" else _for_sqlite
        _carry_out(connection, making(each))
        _carry_out(connection, [_as_it_is(each, connection.vendor)])


def remove(connection: BaseDatabaseWrapper) -> None:
    """Take every trigger away."""
    for each in KEPT:
        _carry_out(connection, _removing(each, connection.vendor))
        if connection.vendor == "postgresql":
            _carry_out(connection, [f"DROP FUNCTION IF EXISTS {_function(each)}()"])


def missing(connection: BaseDatabaseWrapper) -> list[Kept]:
    """Give the tables that have not all of their triggers."""
    query = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    if connection.vendor == "postgresql":
        query = "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
    with connection.cursor() as cursor:
        cursor.execute(query)
        there = {name for (name,) in cursor.fetchall()}
    return [each for each in KEPT if not there.issuperset(_names(each))]


def after_migrations(using: str = DEFAULT_DB_ALIAS, **_: Any) -> None:
    """Put back what a migration of another app took along."""
    connection = connections[using]
    if MIGRATION in MigrationRecorder(connection).applied_migrations():
        install(connection, missing(connection))


def _names(kept: Kept) -> list[str]:
    return [f"past_{kept.table}_{event}" for event in EVENTS]


def _function(kept: Kept) -> str:
    return f"pricing_note_{kept.table}"


def _as_it_is(kept: Kept, vendor: str) -> str:
    return f"{_note(kept, 'there', vendor)} FROM {kept.table} AS there"


def _note(kept: Kept, row: str, vendor: str, *, gone: bool = False) -> str:
    told = "NULL" if gone else kept.told(row, vendor)
    key, of = f"{row}.{kept.key}", f"{row}.{kept.of}"
    return f"{_INTO}SELECT '{kept.kind}', {key}, {of}, {_NOW[vendor]}, {told}"


def _differs(kept: Kept, vendor: str) -> str:
    word = "IS NOT" if vendor == "sqlite" else "IS DISTINCT FROM"
    columns = dict.fromkeys((kept.of, *kept.columns))
    return " OR ".join(f"OLD.{column} {word} NEW.{column}" for column in columns)


def _for_sqlite(kept: Kept) -> Iterator[str]:
    inserted, updated, deleted = _names(kept)
    new, gone = _note(kept, "NEW", "sqlite"), _note(kept, "OLD", "sqlite", gone=True)
    on = f"ON {kept.table}"
    yield f"CREATE TRIGGER {inserted} AFTER INSERT {on} BEGIN {new}; END"
    moved = f"{gone} WHERE OLD.{kept.of} IS NOT NEW.{kept.of}"
    when = _differs(kept, "sqlite")
    yield f"CREATE TRIGGER {updated} AFTER UPDATE {on} WHEN {when} BEGIN {moved}; {new}; END"
    yield f"CREATE TRIGGER {deleted} AFTER DELETE {on} BEGIN {gone}; END"


def _for_postgresql(kept: Kept) -> Iterator[str]:
    new, gone = _note(kept, "NEW", "postgresql"), _note(kept, "OLD", "postgresql", gone=True)
    yield f"""
CREATE OR REPLACE FUNCTION {_function(kept)}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        {gone};
    ELSE
        IF TG_OP = 'UPDATE' THEN
            {gone} WHERE OLD.{kept.of} IS DISTINCT FROM NEW.{kept.of};
        END IF;
        {new};
    END IF;
    RETURN NULL;
END $$"""
    for name, event in zip(_names(kept), EVENTS, strict=True):
        when = f" WHEN ({_differs(kept, 'postgresql')})" if event == "update" else ""
        yield (
            f"CREATE TRIGGER {name} AFTER {event} ON {kept.table} FOR EACH ROW{when} "
            f"EXECUTE FUNCTION {_function(kept)}()"
        )


def _removing(kept: Kept, vendor: str) -> Iterator[str]:
    for name in _names(kept):
        yield f"DROP TRIGGER IF EXISTS {name}" + (
            f" ON {kept.table}" if vendor == "postgresql" else ""
        )


def _carry_out(connection: BaseDatabaseWrapper, statements: Iterable[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
