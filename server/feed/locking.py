"""The two kinds of transactions of publishing: one that gives numbers, one that only reads.

Both see the database as it is at one instant. On PostgreSQL that is REPEATABLE READ, and who
loses against another publisher begins anew; SQLite has one writer, and readers beside it.

Source: PostgreSQL 15, section 13.2.2; SQLite, "Isolation In SQLite".
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from django.db import OperationalError, connection, transaction
from psycopg.errors import SerializationFailure

TRIES = 10  # against others that publish for the same store at the same time
T = TypeVar("T")


def numbering(act: Callable[[], T]) -> T:
    """Run ``act`` in a transaction of its own, anew where another publisher was faster."""
    for left in reversed(range(TRIES)):
        try:
            with transaction.atomic(durable=True):
                _see_one_instant("")
                return act()
        except OperationalError as error:
            if not (left and isinstance(error.__cause__, SerializationFailure)):
                raise
    raise AssertionError("the last try returns or raises")


@contextmanager
def reading() -> Iterator[None]:
    """Read as of one instant, for as long as it takes, without keeping anybody from writing."""
    mode = getattr(connection, "transaction_mode", None)
    try:
        if connection.vendor == "sqlite":
            connection.transaction_mode = "DEFERRED"  # type: ignore[attr-defined]
        with transaction.atomic(durable=True):
            _see_one_instant("READ ONLY")
            yield
    finally:
        if connection.vendor == "sqlite":
            connection.transaction_mode = mode  # type: ignore[attr-defined]


def _see_one_instant(more: str) -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"SET TRANSACTION ISOLATION LEVEL REPEATABLE READ {more}")
