"""What head office has counted of offers with limits, as it came last: rows beside the changes.

They come with segments alone, never with a base, so a newer base keeps those that were here.

Source: docs/feed.md, section 6, "Counts".
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from uuid import UUID
from zlib import crc32

import msgspec

from kiosk.storage.made_later import is_there
from retail.segment import Gone
from retail.used_lines import ToldUsed, Use

Counts = Mapping[str, ToldUsed]  # by the offer's id
_COLUMNS = "rule_id, times, off, by_ledger"


def read_used(connection: sqlite3.Connection) -> Counts:
    """Read the counts; raises ``ValueError`` for a row that is not as it was written."""
    if not is_there(connection, "used"):
        return {}
    rows = connection.execute(f"SELECT {_COLUMNS}, check_sum FROM used ORDER BY rule_id")  # noqa: S608
    return {row[0]: _read(row) for row in rows}


def write_used(connection: sqlite3.Connection, news: Iterable[ToldUsed | Gone]) -> None:
    """Put what a segment told in the place of what there was."""
    for each in news:
        if isinstance(each, Gone):
            connection.execute("DELETE FROM used WHERE rule_id = ?", (each.key,))
        else:
            insert = "INSERT OR REPLACE INTO used VALUES (?, ?, ?, ?, ?)"
            connection.execute(insert, _row(each))


def _row(told: ToldUsed) -> tuple[str, int, int, str, int]:
    by = msgspec.json.encode({epoch.hex: use for epoch, use in sorted(told.by.items())}).decode()
    columns = (told.rule_id, told.whole.times, told.whole.off, by)
    return (*columns, _check_sum(columns))


def _read(row: tuple[str, int, int, str, int]) -> ToldUsed:
    rule_id, times, off, by, check_sum = row
    if _check_sum(row[:4]) != check_sum:
        raise ValueError(f"expected the count of {rule_id!r} as it was written, got others")
    ledgers = msgspec.json.decode(by)
    return ToldUsed(
        rule_id, Use(times, off), {UUID(epoch): Use(*use) for epoch, use in ledgers.items()}
    )


def _check_sum(columns: tuple[str, int, int, str]) -> int:
    return crc32(msgspec.json.encode(columns))
