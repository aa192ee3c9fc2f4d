"""Builds a catalogue file from a snapshot: all of it, checked, or nothing.

Two passes. The first reads the snapshot through to its end and lays the product lines into
a file of its own beside the target; the second takes them out again by popularity, so that
rows and index are written once, in order. Memory does not grow with the number of products,
only with what they share (categories, brands, offers, places). The finished file gets its
name by a rename, so a power cut leaves the old catalogue or the new one.

Source: docs/catalogue.md, section 2; why in this order: docs/adr/0005-search-index.md.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from importlib import resources
from itertools import islice
from pathlib import Path
from typing import TypeVar

from kiosk.errors import DataError
from kiosk.storage.bitsets import fill_terms
from kiosk.storage.file import APPLICATION_ID, SCHEMA_VERSION, UNSEALED, CatalogueInfo, check, seal
from kiosk.storage.made_later import make_later
from kiosk.storage.rows import INSERTS, Row, Rows, category_rows, store_rows
from kiosk.storage.snapshot_file import Heading, Line, read_heading, read_lines, refusal
from kiosk.storage.spelling import fill_misspellings
from kiosk.storage.unread import UnreadPrices, write_unread
from retail.catalogue import Category, Product, Store
from retail.fields import Record
from retail.rule_lines import read_rule_line
from retail.snapshot import read_category, read_store
from retail.unread_prices import Unread, read_product_told

NUMBER_END = 1 << 63  # SQLite's integers have 64 bits
BATCH = 2_000  # products whose rows are held in memory at a time
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Shared:
    """What the first pass found, apart from the products, which wait in their own file."""

    categories: dict[str, Category] = field(default_factory=dict)
    stores: dict[str, Store] = field(default_factory=dict)
    rules: dict[str, Record] = field(default_factory=dict)
    unread: list[UnreadPrices] = field(default_factory=list)


def build(snapshot: Path, into: Path) -> CatalogueInfo:
    """Make the catalogue file ``into`` of a snapshot; what stood there before is replaced.

    Raises ``DataError`` that names line and field of the first thing that is wrong, or that
    the file could not be written; nothing is left of the attempt then.
    """
    part, waiting = into.with_name(f"{into.name}.part"), into.with_name(f"{into.name}.waiting")
    try:
        for leftover in (part, waiting):  # of a build that the power cut short
            leftover.unlink(missing_ok=True)
        with closing(_create(part)) as target:
            target.execute("ATTACH ? AS waiting", (str(waiting),))
            target.execute("PRAGMA waiting.journal_mode = OFF")
            target.execute("PRAGMA waiting.synchronous = OFF")
            _fill(target, snapshot)
        seal(part)
        info = check(part)
        _make_durable(part, into)
    except (sqlite3.OperationalError, OSError) as error:
        raise DataError(f"{into}: expected to write a catalogue, got: {error}") from None
    finally:
        for leftover in (part, waiting):
            leftover.unlink(missing_ok=True)
    return info


def _create(file: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(file)
    # no journal: until the rename this file is nobody's, and a broken one is thrown away
    connection.executescript(
        f"""
        PRAGMA application_id = {APPLICATION_ID};
        PRAGMA user_version = {SCHEMA_VERSION};
        PRAGMA journal_mode = OFF;
        PRAGMA synchronous = OFF;
        PRAGMA locking_mode = EXCLUSIVE;
        PRAGMA cache_size = -32000;
        """
    )
    connection.executescript(resources.files(__package__).joinpath("schema.sql").read_text("utf-8"))
    return connection


def _fill(target: sqlite3.Connection, snapshot: Path) -> None:
    heading = read_heading(snapshot)
    shared = _stage(target, snapshot)
    rows = Rows(heading, shared.categories, shared.stores)
    products = _write_products(target, snapshot, heading, rows, shared.unread)
    target.execute("INSERT INTO words (words) VALUES ('optimize')")
    _write_shared(target, shared, rows)
    fill_misspellings(target)
    fill_terms(target, products)
    target.execute(
        "INSERT INTO info SELECT ?, ?, ?, ?, ?, ?, ?, ?, count(*), ? FROM pack",
        (
            heading.chain,
            heading.store,
            heading.currency,
            heading.zone,
            int(heading.vat_included),
            heading.sequence,
            int(heading.made_at.timestamp()),
            products,
            UNSEALED,
        ),
    )
    target.commit()


def _stage(target: sqlite3.Connection, snapshot: Path) -> _Shared:
    """Read the snapshot to its end; product lines wait in the attached file."""
    target.execute("CREATE TABLE waiting.line (number INTEGER PRIMARY KEY, popularity, raw)")
    shared, lines = _Shared(), read_lines(snapshot)
    while batch := list(islice(lines, BATCH)):
        products = [line for line in batch if line.kind == "product"]
        waiting = [(line.number, _popularity(snapshot, line), line.raw) for line in products]
        target.executemany("INSERT INTO waiting.line VALUES (?, ?, ?)", waiting)
        for line in batch[: len(batch) - len(products)]:  # products come last
            _add_shared(shared, snapshot, line)
    return shared


def _popularity(snapshot: Path, line: Line) -> int:
    popularity = line.record.get("popularity", 0)
    if type(popularity) is not int or not 0 <= popularity < NUMBER_END:
        what = f"popularity: expected a whole number from 0, got {popularity!r}"
        raise refusal(snapshot, line.number, what)
    return popularity


def _add_shared(shared: _Shared, snapshot: Path, line: Line) -> None:
    """Add a category, a store or a rule to ``shared``; what a rule says is not read here."""
    if line.kind == "category":
        category = _read(snapshot, line.number, lambda: read_category(line.record))
        if category.parent and category.parent not in shared.categories:
            what = f"parent: expected a category that came before, got {category.parent!r}"
            raise refusal(snapshot, line.number, what)
        known = shared.categories.setdefault(category.category_id, category) is not category
        told = category.category_id
    elif line.kind == "store":
        store = _read(snapshot, line.number, lambda: read_store(line.record))
        known = shared.stores.setdefault(store.store_id, store) is not store
        told = store.store_id
    else:
        rule = _read(snapshot, line.number, lambda: read_rule_line(line.record))
        known = shared.rules.setdefault(rule.rule_id, rule.record) is not rule.record
        told = rule.rule_id
    if known:
        what = f"id: expected one that is new, got {told!r} again"
        raise refusal(snapshot, line.number, what)


def _write_products(
    target: sqlite3.Connection,
    snapshot: Path,
    heading: Heading,
    rows: Rows,
    unread: list[UnreadPrices],
) -> int:
    """Write products, packs, stock and index by popularity; gives how many products.

    Fixed prices that cannot be read are left out, and added to ``unread``.
    """
    waiting = target.execute(
        "SELECT number, raw FROM waiting.line ORDER BY popularity DESC, number"
    )
    written = 0
    while batch := waiting.fetchmany(BATCH):
        for rank, (number, raw) in enumerate(batch, written + 1):
            _read(snapshot, number, lambda: rows.add(rank, _product(raw, heading, unread)))  # noqa: B023
        taken = rows.take()
        try:
            for table, insert in INSERTS.items():
                target.executemany(insert, taken[table])
        except (sqlite3.IntegrityError, OverflowError):
            rank, what = _find_fault(target, taken)
            raise refusal(snapshot, batch[rank - written - 1][0], what) from None
        written += len(batch)
    return written


def _product(raw: bytes, heading: Heading, unread: list[UnreadPrices]) -> Product:
    told = read_product_told(json.loads(raw), heading.currency)
    if not isinstance(told, Unread):
        return told
    assert isinstance(told.record, Product)
    unread.append(UnreadPrices.of(told, heading.sequence))
    return told.record


def _find_fault(target: sqlite3.Connection, taken: dict[str, list[Row]]) -> tuple[int, str]:
    """Give the rank of the product that the tables do not take, and what to say of it."""
    for table, rows in taken.items():
        for row in rows:
            for number in row:
                if isinstance(number, int) and abs(number) >= NUMBER_END:
                    rank = row[1] if table == "pack" else row[0]
                    return rank, f"expected numbers below 2^63, got {number}"
    for rank, sku, *_ in taken["product"]:
        query = "SELECT 1 FROM product WHERE sku = ? COLLATE NOCASE AND rank <> ?"
        if target.execute(query, (sku, rank)).fetchone():
            return rank, f"sku: expected one that is new, got {sku!r} again"
    for gtin, rank, position, *_ in taken["pack"]:
        query = "SELECT 1 FROM pack WHERE gtin = ? AND (rank, position) <> (?, ?)"
        if target.execute(query, (gtin, rank, position)).fetchone():
            return rank, f"packs[{position}]: gtin: expected one that is new, got {gtin:014} again"
    raise AssertionError("rows were refused, and none is wrong")


def _write_shared(target: sqlite3.Connection, shared: _Shared, rows: Rows) -> None:
    import sqlite_utils  # here, as it takes 0.15 s to import and a kiosk that only reads has no use

    database = sqlite_utils.Database(target)
    database["category"].insert_all(category_rows(shared.categories))
    database["store"].insert_all(store_rows(shared.stores))
    database["rule"].insert_all(
        {"rule_id": rule_id, "record": json.dumps(record, ensure_ascii=False)}
        for rule_id, record in sorted(shared.rules.items())
    )
    for table, entries in rows.shared().items():
        database[table].insert_all(entries)
    if shared.unread:
        make_later(target)
        write_unread(target, (), shared.unread)


def _read(snapshot: Path, number: int, read: Callable[[], T]) -> T:
    """Put file and line before what ``read`` has to say of its record."""
    try:
        return read()
    except ValueError as error:
        raise refusal(snapshot, number, str(error)) from None


def _make_durable(part: Path, into: Path) -> None:
    """Get the bytes onto the disk, then the name, so that the name never leads to less."""
    with part.open("rb") as file:
        os.fsync(file.fileno())
    part.replace(into)
    folder = os.open(into.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
