"""Notices in every process of the server that a store's feed has a new number.

PostgreSQL tells it by NOTIFY when the publishing commits. On SQLite the process that published
knows at once, and the others look every ``LOOK_S`` whether the file changed, which costs some
microseconds. Only numbers are told; whoever misses one asks for the head.

Source: docs/feed.md, section 7; PostgreSQL 15, "NOTIFY"; SQLite, "PRAGMA data_version".
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from math import ceil
from typing import Any

import psycopg
from django.db import DatabaseError, connection, transaction

CHANNEL = "pishkhan_feed"
LOOK_S = 0.1
SPREAD_MS_A_KIOSK = 0.1
SPREAD_MS_MAX = 10_000
STOP_S = 0.5  # how long a stop may go unnoticed
AGAIN_S = 2.0  # before the database is asked again after a fault
_NUMBERS = "SELECT store_id, sequence FROM feed_feed WHERE sequence > 0"
_KIOSKS = "SELECT count(*) FROM fleet_kiosk"

_committed = threading.Condition()
_commits = 0


@dataclass(frozen=True, slots=True)
class News:
    """The number of each store's feed that has begun, and how many kiosks there are."""

    numbers: Mapping[str, int]
    kiosks: int


Tell = Callable[[News], None]


def spread_ms(kiosks: int) -> int:
    """Give within which time so many kiosks are to ask for the head, each at a random moment."""
    return min(SPREAD_MS_MAX, ceil(kiosks * SPREAD_MS_A_KIOSK))


def message(number: int | None, kiosks: int) -> str:
    """Write what kiosks are told, in JSON."""
    return f'{{"sequence":{number},"spread_ms":{spread_ms(kiosks)}}}'


def announce(store_id: str) -> None:
    """Tell everyone of the store's number once the transaction that is open has committed."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, store_id])
    else:
        transaction.on_commit(_poke)


def watch(tell: Tell, stop: threading.Event) -> None:
    """Call ``tell`` with all numbers now and after each change, until ``stop``.

    On PostgreSQL it has a connection apart, which no pool has to spare.

    A database that fails is asked again; nothing is told meanwhile.
    """
    while not stop.is_set():
        try:
            if connection.vendor == "postgresql":
                _watch_postgresql(tell, stop)
            else:
                _watch_sqlite(tell, stop)
        except (DatabaseError, psycopg.Error):
            stop.wait(AGAIN_S)
        finally:
            connection.close()


def _watch_postgresql(tell: Tell, stop: threading.Event) -> None:
    with psycopg.connect(**parameters(), autocommit=True) as listening:
        listening.execute(f"LISTEN {CHANNEL}")
        cursor = listening.cursor()
        tell(_read(cursor))
        while not stop.is_set():
            # the first one that comes, and with it all that are there already
            if list(listening.notifies(timeout=STOP_S, stop_after=1)):
                tell(_read(cursor))


def _read(cursor: Any) -> News:
    """Ask by SQL, with a cursor of Django's or of psycopg's."""
    cursor.execute(_NUMBERS)
    numbers = dict(cursor.fetchall())
    cursor.execute(_KIOSKS)
    return News(numbers, cursor.fetchall()[0][0])


def parameters() -> dict[str, Any]:
    """Give those of Django's parameters that say where the database is."""
    wanted = ("dbname", "host", "port", "user", "password", "service", "passfile", "sslmode")
    parameters = connection.get_connection_params()
    return {name: parameters[name] for name in wanted if parameters.get(name)}


def _watch_sqlite(tell: Tell, stop: threading.Event) -> None:
    seen, told = None, None
    with connection.cursor() as cursor:
        while not stop.is_set():
            commits = _commits
            # a number that differs when another connection has committed
            (version,) = cursor.execute("PRAGMA data_version").fetchone()
            if (commits, version) != seen:
                seen = (commits, version)
                if (now := _read(cursor)) != told:
                    told = now
                    tell(now)
            with _committed:
                _committed.wait_for(partial(_has_passed, commits), LOOK_S)


def _has_passed(commits: int) -> bool:
    return _commits != commits


def _poke() -> None:
    global _commits  # one count a process
    with _committed:
        _commits += 1
        _committed.notify_all()
