"""PostgreSQL's binary form of arrays, a whole column at a time.

psycopg writes an array element by element, in Python; a column of thousands of the same kind is
joined here in a few calls. One dimension, no NULLs.

>>> int8s([7]).data.hex(" ", 4)
'00000001 00000000 00000014 00000001 00000001 00000008 00000000 00000007'

Source: PostgreSQL, src/backend/utils/adt/arrayfuncs.c, ``array_recv``; the types' numbers are
those of src/include/catalog/pg_type.dat.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain, repeat
from struct import Struct, pack
from typing import Any, Final
from uuid import UUID

from psycopg.adapt import Dumper
from psycopg.pq import Format

_HEAD: Final = Struct(
    "!iiIii"
)  # dimensions, whether NULLs, the elements' type, length, first index
_LENGTH: Final = Struct("!i")
_BOOL, _BYTEA, _INT8, _INT4, _TEXT, _UUID = 16, 17, 20, 23, 25, 2950
_TRUE_FALSE: Final = (b"\0", b"\1")


@dataclass(frozen=True, slots=True)
class Array:
    """An array as it goes over the wire; the statement names its type."""

    data: bytes


class ArrayDumper(Dumper):
    """Hands an ``Array`` to psycopg as it is."""

    format = Format.BINARY

    def dump(self, obj: Any) -> bytes:
        """Give the bytes."""
        return bytes(obj.data)


def int8s(numbers: Sequence[int]) -> Array:
    """Write ``int8[]``."""
    return _numbers(_INT8, "iq", 8, numbers)


def int4s(numbers: Sequence[int]) -> Array:
    """Write ``int4[]``."""
    return _numbers(_INT4, "ii", 4, numbers)


def bools(values: Iterable[bool]) -> Array:
    """Write ``bool[]``."""
    return _same_length(_BOOL, 1, [_TRUE_FALSE[value] for value in values])


def uuids(values: Sequence[UUID]) -> Array:
    """Write ``uuid[]``; one object that comes again and again is written once."""
    known = {id(value): value for value in values}
    if len(known) > len(values) // 2:
        return _same_length(_UUID, 16, [value.bytes for value in values])
    written = {key: value.bytes for key, value in known.items()}
    return _same_length(_UUID, 16, [written[id(value)] for value in values])


def hashes(values: Sequence[bytes]) -> Array:
    """Write ``bytea[]`` of values of one length; raises ``ValueError`` where they differ."""
    length = len(values[0]) if values else 0
    for value in values:
        if len(value) != length:
            raise ValueError(f"Expected hashes of {length} bytes, got one of {len(value)}")
    return _same_length(_BYTEA, length, values)


def texts(values: Sequence[str]) -> Array:
    """Write ``text[]``."""
    known = {value: _text(value) for value in set(values)}
    return _array(_TEXT, len(values), [known[value] for value in values])


def _text(value: str) -> bytes:
    data = value.encode()
    return _LENGTH.pack(len(data)) + data


def _numbers(kind: int, form: str, length: int, numbers: Sequence[int]) -> Array:
    count = len(numbers)
    flat = chain.from_iterable(zip(repeat(length), numbers, strict=False))
    return _array(kind, count, [pack(f"!{form * count}", *flat)])


def _same_length(kind: int, length: int, values: Sequence[bytes]) -> Array:
    before = _LENGTH.pack(length)
    return _array(kind, len(values), [before.join((b"", *values))])


def _array(kind: int, count: int, parts: list[bytes]) -> Array:
    if not count:
        return Array(_HEAD.pack(0, 0, kind, 0, 0)[:12])
    return Array(b"".join((_HEAD.pack(1, 0, kind, count, 1), *parts)))
