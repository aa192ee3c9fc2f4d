"""Rows of a chain, made without a database: for tests of what is pure."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from kiosk.outbox.rows import Batch, Position, Row, State, chain_of, origin_of

EPOCH = UUID("01935900-0000-7000-8000-0000000000e0")
BOOT = UUID("6f9a1c1e-8a57-4d0a-9a34-0e1d5f7f4b11")
PARKED = "HTTP 400: no such kind"


def a_row(seq: int, before: bytes, body: str | None = None, kind: str = "scan") -> Row:
    """Make a row that goes behind ``before``."""
    text = json.dumps({"n": seq}, separators=(",", ":")) if body is None else body
    event_id = UUID(int=(0x019358 << 104) | (7 << 76) | (2 << 62) | seq)
    chain = chain_of(before, event_id, text)
    return Row(
        seq, event_id, kind, 1, 1_763_886_590_000 + seq, BOOT, 500 + seq, text, before, chain
    )


def a_batch(count: int, *, first: int = 1, parked: Sequence[int] = ()) -> Batch:
    """Make a batch whose rows ``parked`` are shells; what lies before it is made up."""
    start = origin_of(EPOCH) if first == 1 else bytes([first % 256]) * 32
    rows: list[Row] = []
    for seq in range(first, first + count):
        rows.append(a_row(seq, rows[-1].chain if rows else start))
    shells = [replace(r, state=State.PARKED, error=PARKED) if r.seq in parked else r for r in rows]
    return Batch("ledger", EPOCH, Position(first - 1, start), tuple(shells))
