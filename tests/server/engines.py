"""Django on a database of the test's own, of either engine, in this process."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from itertools import count
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connections

from server.configuration import Configuration, DatabaseSettings
from server.settings import _database
from tests.postgres import USER, Postgres, postgres_or_skip

EACH = pytest.mark.parametrize("engine", ["sqlite", "postgresql"])  # for tests that run on both
_numbers = count(1)


@contextmanager
def database(configuration: Configuration, engine: str, migrated: Path) -> Iterator[Configuration]:
    """Let Django use a fresh, migrated database; gives the configuration that says so."""
    if engine == "sqlite":
        shutil.copy(migrated, configuration.database_file)
        here = configuration
    else:
        postgres, name = postgres_or_skip(), f"test_{next(_numbers)}"
        postgres.copy(_template(), name)
        here = replace(configuration, database=_settings(postgres, name))
    with _used(here):
        yield here


def _settings(postgres: Postgres, name: str) -> DatabaseSettings:
    return DatabaseSettings(engine="postgresql", port=postgres.port, name=name, user=USER)


@cache
def _template() -> str:
    """Make the migrated database that the others are copied from, once."""
    postgres = postgres_or_skip()
    postgres.make("migrated")
    with _used(replace(settings.CONFIGURATION, database=_settings(postgres, "migrated"))):
        call_command("migrate", interactive=False, verbosity=0)
    return "migrated"


@contextmanager
def _used(configuration: Configuration) -> Iterator[None]:
    _forget()
    before = connections.settings["default"]
    made = connections.configure_settings({"default": _database(configuration)})["default"]
    connections.settings["default"] = made
    try:
        yield
    finally:
        _forget()
        connections.settings["default"] = before


def _forget() -> None:
    """Close what is open: the next use makes a connection of the engine that is set then."""
    connection = connections["default"]
    connection.close()
    if connection.vendor == "postgresql":
        connection.close_pool()  # type: ignore[attr-defined]
    del connections["default"]
