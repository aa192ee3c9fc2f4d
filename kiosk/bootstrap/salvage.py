"""What a damaged database still has is carried over into the new one, once, at a start.

Events that the server did not have, the journal of payments, the prints, and the numbers of the
day's baskets. It is to be called when the new file is open and before anybody else writes in it.

Source: docs/outbox.md, section 8; docs/payment.md, section 8.
"""

from __future__ import annotations

import logging
import sqlite3
from contextlib import closing
from pathlib import Path

from kiosk import salvaged
from kiosk.errors import DataError
from kiosk.outbox.boot import Box
from kiosk.outbox.recorder import Recorder, Writing
from kiosk.outbox.rows import milliseconds_of
from kiosk.outbox.salvage import DAMAGE, carry_events, open_damaged, raise_if_full
from kiosk.payment.salvage import FAULT_MAX, carry_payments
from kiosk.salvaged import Salvage
from kiosk.scripts import run_script

log = logging.getLogger(__name__)
SALVAGED = "database_salvaged"
_OTHERS = (  # what is worth a try: by package, script and table
    ("kiosk.receipt", "receipt.sql", "print_job"),
    ("kiosk.basket", "basket.sql", "basket_number"),
)


def salvage_damaged(recorder: Recorder, database: Path, box: Box) -> None:
    """Work through each file that was set aside and is not yet; what fails is logged and told."""
    try:
        for file in salvaged.damaged_files(
            database
        ):  # the newest first: it says which are worked through
            done = recorder.write(lambda writing: salvaged.names(writing.connection))
            if file.name not in done:
                _salvage(recorder, file, box)
    except DataError as error:
        log.error("database-not-salvaged reason=%s", error)


def _salvage(recorder: Recorder, file: Path, box: Box) -> None:
    wall_ms = milliseconds_of(box.wall())

    def work(writing: Writing) -> Salvage:
        found = _carried(file, writing.connection)
        salvaged.note(writing.connection, found, wall_ms)
        told = {"kept_as": found.name, "events": found.events, "attempts": found.attempts}
        writing.tell(SALVAGED, {**told, "fault": found.fault})
        return found

    found = recorder.write(work)
    log.warning(
        "database-salvaged file=%s events=%d attempts=%d fault=%s",
        found.name, found.events, found.attempts, found.fault,
    )  # fmt: skip


def _carried(file: Path, new: sqlite3.Connection) -> Salvage:
    try:
        with closing(open_damaged(file)) as old:
            events = carry_events(old, new)
            later = _has_payments(new) or bool(salvaged.faults(new))
            salvaged.carry(old, new)
            attempts, fault = (0, "") if later else carry_payments(old, new)
            for package, script, table in _OTHERS:
                _carry_table(old, new, package, script, table)
    except DAMAGE as error:
        raise_if_full(error)
        return Salvage(file.name, 0, 0, str(error)[:FAULT_MAX])
    return Salvage(file.name, events, attempts, fault)


def _has_payments(new: sqlite3.Connection) -> bool:
    """Tell whether paying went on since: then what was open in an older file is long decided.

    So it is where a later file could not be read: paying is closed then until staff have compared.
    """
    there = "SELECT 1 FROM sqlite_master WHERE name = 'payment_attempt'"
    if new.execute(there).fetchone() is None:
        return False
    return new.execute("SELECT 1 FROM payment_attempt LIMIT 1").fetchone() is not None


def _carry_table(
    old: sqlite3.Connection, new: sqlite3.Connection, package: str, script: str, table: str
) -> None:
    """Copy what can be read of a table; a row that is there already stays as it is."""
    run_script(new, package, script)
    try:
        for row in old.execute(f"SELECT * FROM {table}"):  # noqa: S608  (a name of ours)
            places = ", ".join("?" * len(row))
            new.execute(f"INSERT OR IGNORE INTO {table} VALUES ({places})", row)  # noqa: S608
    except DAMAGE as error:
        log.warning("table-not-salvaged table=%s reason=%s", table, error)
