"""Columns written in PostgreSQL's binary form are what PostgreSQL reads."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import psycopg
import pytest

from server.ingest.arrays import Array, ArrayDumper, bools, hashes, int4s, int8s, texts, uuids
from tests.postgres import postgres_or_skip

A, B = UUID(int=1), UUID(int=2**127 + 5)
COLUMNS: list[tuple[str, Callable[[Any], Array], list[Any]]] = [
    ("int8", int8s, [0, -1, 2**63 - 1, -(2**63)]),
    ("int4", int4s, [0, -1, 2**31 - 1]),
    ("bool", bools, [True, False, True]),
    ("uuid", uuids, [A, B]),
    ("uuid", uuids, [A, A, A, B, B]),
    ("uuid", uuids, [A]),
    ("bytea", hashes, [b"\0" * 32, b"\xff" * 32]),
    ("text", texts, ["", "پیشخان", 'quote " and , {}', "پیشخان", "a" * 70_000]),
    ("text", texts, []),
    ("int8", int8s, []),
]


@pytest.mark.parametrize(("kind", "write", "values"), COLUMNS)
def test_postgresql_reads_what_was_written(
    kind: str, write: Callable[[Any], Array], values: list[Any]
) -> None:
    with psycopg.connect(postgres_or_skip().address("postgres")) as connection:
        connection.adapters.register_dumper(Array, ArrayDumper)
        row = connection.execute(f"SELECT %b::{kind}[]", [write(values)]).fetchone()
    assert row == (values,)


def test_hashes_of_two_lengths_are_refused() -> None:
    with pytest.raises(ValueError, match="Expected hashes of 32 bytes, got one of 31"):
        hashes([b"\0" * 32, b"\0" * 31])
