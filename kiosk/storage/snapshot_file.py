"""Reads a catalogue snapshot from its file, record by record, and refuses one that is not whole.

Bytes become records here and nothing more: what a record means is ``retail.snapshot``, who
may be trusted is settled before (the line to the server checks the signature). One line is
in memory at a time.

Source: docs/snapshot.md.
"""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from kiosk.errors import DataError
from retail.snapshot import FORMAT, read_instant

LINE_BYTES_MAX = 1 << 20  # no product is longer; it bounds what one line may cost
_PARTS = (
    "category",
    "store",
    "rule",
    "product",
)  # in this order, none of them again after a later one


@dataclass(frozen=True, slots=True)
class Heading:
    """What the first line says of the whole snapshot; ``made_at`` is aware UTC."""

    chain: str
    store: str
    currency: str
    zone: str
    sequence: int
    made_at: datetime
    vat_included: bool = True


@dataclass(frozen=True, slots=True)
class Line:
    """One record between heading and end, with its number in the file, from 1."""

    number: int
    kind: str
    record: dict[str, Any]
    raw: bytes


def read_heading(snapshot: Path) -> Heading:
    """Read the first line alone; raises ``DataError``."""
    return _heading(snapshot, next(_records(snapshot)))


def read_lines(snapshot: Path) -> Iterator[Line]:
    """Give the records in order; raises ``DataError`` at the first thing that is wrong.

    A file without its end, or with another count than its end tells, is refused when it is
    read through, so nothing may be used before that.
    """
    lines = _records(snapshot)
    _heading(snapshot, next(lines))
    part, line = 0, None
    for line in lines:
        if line.kind == "end":
            break
        if line.kind not in _PARTS[part:]:
            expected = ", ".join((*_PARTS[part:], "end"))
            raise refusal(snapshot, line.number, f"kind: expected {expected}, got {line.kind!r}")
        part = _PARTS.index(line.kind)
        yield line
    if line is None or line.kind != "end":
        raise refusal(snapshot, line.number if line else 1, "expected an end record, got no more")
    if line.record.get("records") != line.number - 2:
        told = line.record.get("records")
        what = f"records: expected {line.number - 2}, as many as there are, got {told!r}"
        raise refusal(snapshot, line.number, what)
    for more in lines:
        raise refusal(snapshot, more.number, "expected nothing after the end")


def refusal(snapshot: Path, number: int, what: str) -> DataError:
    """Say what is wrong in which line of which file."""
    return DataError(f"{snapshot.name} line {number}: {what}")


def _records(snapshot: Path) -> Iterator[Line]:
    number = 0
    try:
        with gzip.open(snapshot) as file:
            while raw := file.readline(LINE_BYTES_MAX + 1):
                number += 1
                yield _line(snapshot, number, raw)
    except FileNotFoundError:
        raise DataError(f"{snapshot}: expected a snapshot, got no file") from None
    except (OSError, EOFError, zlib.error) as error:
        raise refusal(snapshot, number + 1, f"expected gzip data, got: {error}") from None
    if not number:
        raise refusal(snapshot, 1, "expected a heading, got an empty file")


def _line(snapshot: Path, number: int, raw: bytes) -> Line:
    if len(raw) > LINE_BYTES_MAX:
        raise refusal(snapshot, number, f"expected at most {LINE_BYTES_MAX} bytes, got more")
    try:
        record = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise refusal(snapshot, number, f"expected a JSON object, got: {error}") from None
    if not isinstance(record, dict) or not isinstance(record.get("kind"), str):
        raise refusal(snapshot, number, f"expected an object with its kind, got {raw[:60]!r}")
    return Line(number, record["kind"], record, raw)


def _heading(snapshot: Path, line: Line) -> Heading:
    record = line.record
    if line.kind != "catalogue":
        raise refusal(snapshot, line.number, f"kind: expected 'catalogue', got {line.kind!r}")
    if record.get("format") != FORMAT:
        what = f"format: expected {FORMAT}, got {record.get('format')!r}"
        raise refusal(snapshot, line.number, what)
    for field, kind in {"sequence": int, **dict.fromkeys(_HEADING_TEXTS, str)}.items():
        if type(record.get(field)) is not kind:
            what = f"{field}: expected {kind.__name__}, got {record.get(field)!r}"
            raise refusal(snapshot, line.number, what)
    vat_included = record.get("vat_included", True)
    if type(vat_included) is not bool:
        what = f"vat_included: expected bool, got {vat_included!r}"
        raise refusal(snapshot, line.number, what)
    if record.get("rules", 0) != 0:
        what = (
            f"rules: expected a snapshot with all of its rules, got one without {record['rules']!r}"
        )
        raise refusal(snapshot, line.number, what)
    try:
        made_at = read_instant(record["made_at"])
    except ValueError as error:
        raise refusal(snapshot, line.number, f"made_at: {error}") from None
    return Heading(
        record["chain"],
        record["store"],
        record["currency"],
        record["zone"],
        record["sequence"],
        made_at,
        vat_included,
    )


_HEADING_TEXTS = ("chain", "store", "currency", "made_at", "zone")
