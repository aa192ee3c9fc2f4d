"""SQL scripts that ship with the program, run within whatever transaction is open."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from importlib import resources


def run_script(connection: sqlite3.Connection, package: str, name: str) -> None:
    """Run the script ``name`` of a package of ours; raises ``sqlite3.Error``."""
    script = resources.files(package).joinpath(name).read_text("utf-8")
    for statement in statements_of(script):
        connection.execute(statement)


def statements_of(script: str) -> Iterator[str]:
    """Cut a script into statements: ``executescript`` would end the transaction we are in."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
