"""Notices in every process of the server that a store's feed has a new number.

PostgreSQL tells it by NOTIFY when the publishing commits. On SQLite the process that published
knows at once, and the others look every ``LOOK_S`` whether the file changed, which costs some
microseconds. Only numbers are told; whoever misses one asks for the head.

Source: docs/feed.md, section 7; PostgreSQL 15, "NOTIFY"; SQLite, "PRAGMA data_version".
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import Any

import psycopg
from django.db import DatabaseError, connection, transaction

from server.feed.models import Feed

CHANNEL = "pishkhan_feed"
LOOK_S = 0.1
STOP_S = 0.5  # how long a stop may go unnoticed
AGAIN_S = 2.0  # before the database is asked again after a fault
Numbers = Mapping[str, int]  # sequence by store

_committed = threading.Condition()
_commits = 0


def announce(store_id: str) -> None:
    """Tell everyone of the store's number once the transaction that is open has committed."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, store_id])
    else:
        transaction.on_commit(_poke)


def numbers() -> Numbers:
    """Give the number of each store's feed."""
    return dict(Feed.objects.values_list("store_id", "sequence"))


def watch(tell: Callable[[Numbers], None], stop: threading.Event) -> None:
    """Call ``tell`` with all numbers now and after each change, until ``stop``.

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


def _watch_postgresql(tell: Callable[[Numbers], None], stop: threading.Event) -> None:
    with psycopg.connect(**_parameters(), autocommit=True) as listening:
        listening.execute(f"LISTEN {CHANNEL}")
        tell(numbers())
        while not stop.is_set():
            # the first one that comes, and with it all that are there already
            if list(listening.notifies(timeout=STOP_S, stop_after=1)):
                tell(numbers())


def _parameters() -> dict[str, Any]:
    """Give Django's own parameters, for a connection apart that a pool need not spare."""
    wanted = ("dbname", "host", "port", "user", "password", "service", "passfile", "sslmode")
    parameters = connection.get_connection_params()
    return {name: parameters[name] for name in wanted if parameters.get(name)}


def _watch_sqlite(tell: Callable[[Numbers], None], stop: threading.Event) -> None:
    seen, told = None, None
    while not stop.is_set():
        commits, version = _commits, _data_version()
        if (commits, version) != seen:
            seen = (commits, version)
            if (now := numbers()) != told:
                told = now
                tell(now)
        with _committed:
            _committed.wait_for(lambda before=commits: _commits != before, LOOK_S)  # type: ignore[misc]


def _data_version() -> int:
    """Give a number that differs when another connection has committed."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA data_version")
        return int(cursor.fetchone()[0])


def _poke() -> None:
    global _commits  # one count a process
    with _committed:
        _commits += 1
        _committed.notify_all()
