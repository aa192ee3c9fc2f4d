"""Writing 5,000 rows a commit without a server: staged COPY, and what our committer does.

``python -m tools.bench.ingesting.writing copy|writer`` prints rows a second. Both get their rows
ready: COPY as tuples, the writer as batches that are read and checked.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime

KIOSKS, BATCHES, COMMITS = 100, 1, 8  # 100 kiosks of 50 rows are 5,000 rows a commit


def main() -> int:
    """Write, and print rows a second."""
    import django

    django.setup()
    seconds = (_copy if sys.argv[1] == "copy" else _writer)()
    print(5_000 * COMMITS / seconds)
    return 0


def _groups() -> list[list[object]]:
    """Give the batches of each commit."""
    from server.ingest.batch import read_batch
    from server.ingest.store import Submitted
    from tools.bench.ingesting.sending import requests_of

    now_ms = time.time_ns() // 1_000_000
    streams = [requests_of(f"bench-{n % 16}", 50 * COMMITS, "/") for n in range(KIOSKS)]
    return [
        [
            Submitted(
                f"bench-{number % 16}",
                "bench",
                read_batch(stream[commit].partition(b"\r\n\r\n")[2]),
                now_ms,
            )
            for number, stream in enumerate(streams)
        ]
        for commit in range(COMMITS)
    ]


def _writer() -> float:
    from server.ingest.store import Told, store_group

    return _time([lambda group=group: store_group(group, Told()) for group in _groups()])  # type: ignore[misc]


def _copy() -> float:
    from django.db import connection
    from psycopg import Cursor

    columns = (
        "event_id, kiosk_id, kind, ver, at, sure, read, body, received_at,"
        " stream, epoch, branch, seq, chain, boot, wall_ms, mono_ms"
    )
    connection.ensure_connection()
    raw = connection.connection
    raw.execute("CREATE TEMP TABLE staged (LIKE events_event) ON COMMIT DELETE ROWS")
    now = datetime.now(UTC)
    tuples = [
        [
            (row.id, each.kiosk_id, row.kind, row.ver, now, True, True, row.body, now,  # type: ignore[attr-defined]
             each.batch.stream, each.batch.epoch, 0, row.mark.seq, row.mark.chain, row.boot_id,  # type: ignore[attr-defined]
             row.wall_ms, row.mono_ms)
            for each in group for row in each.batch.rows  # type: ignore[attr-defined]
        ]
        for group in _groups()
    ]  # fmt: skip

    def commit(rows: list[tuple[object, ...]]) -> None:
        with raw.transaction(), Cursor(raw) as cursor:
            with cursor.copy(f"COPY staged ({columns}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
            cursor.execute(
                f"INSERT INTO events_event ({columns}) SELECT {columns} FROM staged"
                " ON CONFLICT DO NOTHING"
            )

    return _time([lambda rows=rows: commit(rows) for rows in tuples])  # type: ignore[misc]


def _time(deeds: list[Callable[[], object]]) -> float:
    deeds[0]()  # so that all is loaded and planned
    began = time.perf_counter()
    for deed in deeds[1:]:
        deed()
    return (time.perf_counter() - began) * len(deeds) / (len(deeds) - 1)


if __name__ == "__main__":
    import os

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "server.settings")
    sys.exit(main())
