"""Tables that came to a file's schema after files of its number were in use.

They are made where one writes, and not being there is the same as being empty, so that no file
has to be set aside, or built anew, because of them. A program of before passes them over.

Source: docs/catalogue.md, section 1; docs/feed.md, section 6.
"""

from __future__ import annotations

import sqlite3

MADE_LATER = (
    # how far an offer was used up, as head office told last: kiosk/storage/used.py
    """CREATE TABLE IF NOT EXISTS used (
        rule_id TEXT PRIMARY KEY, times INTEGER NOT NULL, off INTEGER NOT NULL,
        by_ledger TEXT NOT NULL,  -- JSON: of each ledger of the store's kiosks, times and off
        check_sum INTEGER NOT NULL
    ) STRICT""",
    # surveys that head office has published to the store: kiosk/storage/surveys.py
    """CREATE TABLE IF NOT EXISTS survey (
        survey_id TEXT PRIMARY KEY,
        line TEXT NOT NULL,  -- JSON, as it came
        check_sum INTEGER NOT NULL
    ) STRICT""",
    # fixed prices that came and cannot be read: kiosk/storage/unread.py
    """CREATE TABLE IF NOT EXISTS unread_price (
        sku TEXT PRIMARY KEY COLLATE NOCASE, sequence INTEGER NOT NULL,
        prices TEXT NOT NULL,  -- JSON, as they came
        rule_id TEXT NOT NULL, reason TEXT NOT NULL,
        check_sum INTEGER NOT NULL
    ) STRICT""",
)


def make_later(connection: sqlite3.Connection) -> None:
    """Make those that are not there."""
    for statement in MADE_LATER:
        connection.execute(statement)


def is_there(connection: sqlite3.Connection, table: str) -> bool:
    """Tell whether a file has a table."""
    query = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?"
    return connection.execute(query, (table,)).fetchone() is not None
