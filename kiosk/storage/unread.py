"""Products whose fixed prices came and cannot be read; the product itself has the last good ones.

What came is kept, so that a later version of the kiosk can read it. It is told as a fault until
others come, or the product goes.

Source: docs/feed.md, section 6, "Rules".
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final
from zlib import crc32

import msgspec

from kiosk.rules_fault import RulesFault
from kiosk.storage.made_later import is_there
from retail.fields import RecordError
from retail.segment import Change
from retail.snapshot import read_fixed_prices
from retail.unread_prices import FIELD, Unread

_COLUMNS = "sku, sequence, prices, rule_id, reason"


@dataclass(frozen=True, slots=True)
class UnreadPrices:
    """What came with the publication of ``sequence``; ``rule_id`` is the first that is unread."""

    sku: str
    sequence: int
    prices: Any
    rule_id: str
    reason: str

    @classmethod
    def of(cls, unread: Unread, sequence: int) -> UnreadPrices:
        """Keep what came with a segment or a snapshot."""
        return cls(unread.sku, sequence, unread.prices, unread.rule_id, unread.reason)

    @property
    def fault(self) -> RulesFault:
        """What staff and head office are told."""
        return RulesFault(self.sequence, self.rule_id, f"product {self.sku!r}: {self.reason}")

    def healed(self) -> Change | None:
        """Give the change that puts them in, where this version can read them."""
        try:
            return Change(self.sku, fixed_prices=read_fixed_prices({FIELD: self.prices}, self.sku))
        except (RecordError, ValueError):
            return None


Faults = Mapping[str, UnreadPrices]  # by SKU, in its order
NO_FAULTS: Final[Faults] = MappingProxyType({})


def read_unread(connection: sqlite3.Connection) -> Faults:
    """Read them; raises ``ValueError`` for a row that is not as it was written."""
    if not is_there(connection, "unread_price"):
        return {}
    query = f"SELECT {_COLUMNS}, check_sum FROM unread_price ORDER BY sku"  # noqa: S608
    return {row[0]: _read(row) for row in connection.execute(query)}


def write_unread(
    connection: sqlite3.Connection, settled: Iterable[str], told: Iterable[UnreadPrices]
) -> None:
    """Forget those of products that have others now, and keep what ``told`` says."""
    connection.executemany("DELETE FROM unread_price WHERE sku = ?", ((sku,) for sku in settled))
    insert = "INSERT OR REPLACE INTO unread_price VALUES (?, ?, ?, ?, ?, ?)"
    connection.executemany(insert, map(_row, told))


def _row(each: UnreadPrices) -> tuple[Any, ...]:
    prices = json.dumps(each.prices, ensure_ascii=False, separators=(",", ":"))
    columns = (each.sku, each.sequence, prices, each.rule_id, each.reason)
    return (*columns, _check_sum(columns))


def _read(row: tuple[Any, ...]) -> UnreadPrices:
    *columns, check_sum = row
    if _check_sum(tuple(columns)) != check_sum:
        raise ValueError(f"expected prices of {row[0]!r} as they were written, got others")
    sku, sequence, prices, rule_id, reason = columns
    return UnreadPrices(sku, sequence, json.loads(prices), rule_id, reason)


def _check_sum(columns: tuple[Any, ...]) -> int:
    return crc32(msgspec.json.encode(columns))
