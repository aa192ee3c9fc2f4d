"""The events' table on PostgreSQL: a partition a month, and one for ids with a wrong clock.

An id is a UUIDv7 and so begins with the time at which it was made; ordered by id, the rows are
ordered by month, and the id alone stays unique over all of them. A box whose clock is wrong
makes ids of another month; what fits no month (also an id of another version) lies in the
default partition until a month is made for it. SQLite has one table, and none of this.

Source: PostgreSQL 15, chapter 5.11 (partitions); RFC 9562, section 5.7 (UUIDv7).
"""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from django.db import connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

TABLE = "events_event"
REST = "events_event_rest"
AHEAD = 3  # months for which there is a partition before they begin

Month = tuple[int, int]  # year and month


def months_from(first: Month, count: int) -> list[Month]:
    """Give ``count`` months in a row.

    >>> months_from((2026, 11), 3)
    [(2026, 11), (2026, 12), (2027, 1)]
    """
    start = first[0] * 12 + first[1] - 1
    return [(each // 12, each % 12 + 1) for each in range(start, start + count)]


def lowest_id(month: Month) -> UUID:
    """Give the id that all of this month and later reach, and none before it.

    >>> lowest_id((2026, 11))
    UUID('01a19467-e800-0000-0000-000000000000')
    """
    began_ms = int(datetime(*month, 1, tzinfo=UTC).timestamp() * 1000)
    return UUID(int=began_ms << 80)


def make_months_ahead(at: datetime) -> list[str]:
    """Make what is missing of this month and the next; names the new partitions, oldest first.

    Rows of such a month that lie in the default partition move into theirs.
    """
    if connection.vendor != "postgresql":
        return []
    with transaction.atomic():
        # one at a time; whoever comes second finds them made
        connection.cursor().execute(f"LOCK TABLE {REST} IN ACCESS EXCLUSIVE MODE")
        months = months_from((at.year, at.month), 1 + AHEAD)
        return [name for month in months if (name := make_month(connection, month))]


def make_month(database: BaseDatabaseWrapper, month: Month) -> str:
    """Make the partition of a month, in a transaction; an empty name where it is there."""
    name = f"{TABLE}_{month[0]:04}_{month[1]:02}"
    low, high = lowest_id(month), lowest_id(months_from(month, 2)[1])
    with database.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s)", [name])
        if cursor.fetchone()[0] is not None:
            return ""
        # all of these names and numbers are made here
        cursor.execute(f"CREATE TABLE {name} (LIKE {TABLE} INCLUDING ALL)")
        cursor.execute(
            f"WITH moved AS (DELETE FROM {REST} WHERE event_id >= %s AND event_id < %s RETURNING *)"  # noqa: S608
            f" INSERT INTO {name} SELECT * FROM moved",
            [low, high],
        )
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # before what was moved can be attached
        cursor.execute(
            f"ALTER TABLE {TABLE} ATTACH PARTITION {name} FOR VALUES FROM ('{low}') TO ('{high}')"
        )
    return name
