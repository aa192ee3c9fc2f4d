"""The same endpoint as one writes it with Litestar and psycopg: a transaction a request."""

from __future__ import annotations

import hashlib
from collections import Counter
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec
from litestar import Litestar, Request, post
from psycopg_pool import AsyncConnectionPool

from server.events.kinds import check_body


class Row(msgspec.Struct):
    """A row as it is sent."""

    seq: int
    id: UUID
    kind: str
    ver: int
    wall_ms: int
    boot_id: UUID
    mono_ms: int
    chain: str
    body: msgspec.Raw


class After(msgspec.Struct):
    """The row before the first."""

    seq: int
    chain: str


class Clock(msgspec.Struct):
    """The box's clocks."""

    boot_id: UUID
    mono_ms: int
    wall_ms: int


class Batch(msgspec.Struct):
    """A request."""

    epoch: UUID
    stream: str
    after: After
    clock: Clock
    rows: list[Row]


_decoder = msgspec.json.Decoder(Batch)
_HEAD = "SELECT seq FROM events_head WHERE kiosk_id = %s AND epoch = %s AND branch = 0 FOR UPDATE"
_NEW_HEAD = """
INSERT INTO events_head (kiosk_id, epoch, branch, stream, seq, chain, fork_seq, made_at, moved_at)
VALUES (%s, %s, 0, %s, 0, %s, 0, now(), now()) ON CONFLICT DO NOTHING
"""
_MOVE = """
UPDATE events_head SET seq = %s, chain = %s, moved_at = now()
WHERE kiosk_id = %s AND epoch = %s AND branch = 0
"""
_INSERT = """
INSERT INTO events_event (event_id, kiosk_id, kind, ver, at, sure, read, body, received_at, stream,
                          epoch, branch, seq, chain, boot, wall_ms, mono_ms)
SELECT id, %s, kind, ver, at, true, true, body, %s, %s, %s, 0, seq, decode(chain, 'hex'), boot_id,
       wall_ms, mono_ms
FROM json_to_recordset(%s) AS sent (id uuid, kind text, ver int, at timestamptz, body json,
                                    seq bigint, chain text, boot_id uuid, wall_ms bigint,
                                    mono_ms bigint)
ON CONFLICT DO NOTHING RETURNING event_id
"""
_COUNT = """
INSERT INTO events_unknowncode AS old
  (code, symbology, count, first_seen_at, last_seen_at, last_store_id)
VALUES (%s, %s, %s, now(), now(), 'bench')
ON CONFLICT (code, symbology) DO UPDATE SET
  count = old.count + excluded.count, last_seen_at = excluded.last_seen_at
"""


def make(address: str) -> Litestar:
    """Make the application for the database at ``address``."""
    pool = AsyncConnectionPool(address, min_size=4, max_size=16, open=False)

    @post("/api/events", status_code=200)
    async def take(request: Request[Any, Any, Any]) -> dict[str, Any]:
        # not by Litestar's own decoding: it makes values of all first, and the bytes are lost
        data = _decoder.decode(await request.body())
        kiosk_id, now = request.headers["signature-input"], datetime.now(UTC)
        zero = now.timestamp() - data.clock.mono_ms / 1000
        rows, codes, chain = [], Counter[tuple[str, str]](), bytes.fromhex(data.after.chain)
        for row in data.rows:
            body = msgspec.json.decode(row.body)
            check_body(row.kind, body)
            if hashlib.sha256(chain + row.id.bytes + row.body).hexdigest() != row.chain:
                raise ValueError("chain")
            chain = bytes.fromhex(row.chain)
            if row.kind == "unknown_code":
                codes[body["code"], body["symbology"]] += 1
            rows.append(
                {
                    "id": row.id,
                    "kind": row.kind,
                    "ver": row.ver,
                    "at": datetime.fromtimestamp(zero + row.mono_ms / 1000, UTC),
                    "body": row.body,
                    "seq": row.seq,
                    "chain": row.chain,
                    "boot_id": row.boot_id,
                    "wall_ms": row.wall_ms,
                    "mono_ms": row.mono_ms,
                }
            )
        sent = msgspec.json.encode(rows).decode()
        last = data.rows[-1]
        async with pool.connection() as connection, connection.cursor() as cursor:
            await cursor.execute(_HEAD, (kiosk_id, data.epoch))
            if await cursor.fetchone() is None:
                first = bytes.fromhex(data.after.chain)
                await cursor.execute(_NEW_HEAD, (kiosk_id, data.epoch, data.stream, first))
                await cursor.execute(_HEAD, (kiosk_id, data.epoch))
            await cursor.execute(_INSERT, (kiosk_id, now, data.stream, data.epoch, sent))
            if codes:
                counted = [(*code, count) for code, count in sorted(codes.items())]
                await cursor.executemany(_COUNT, counted)
            await cursor.execute(_MOVE, (last.seq, chain, kiosk_id, data.epoch))
        return {"acked_through": last.seq, "rejected": [], "branch": 0}

    return Litestar([take], on_startup=[pool.open], on_shutdown=[pool.close], openapi_config=None)
