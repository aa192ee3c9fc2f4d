"""``kiosk outbox``: what waits for the server, what is parked and why, and trying that again."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

if TYPE_CHECKING:
    from kiosk.outbox.rows import OutboxStatus, Row
    from kiosk.outbox.store import OutboxStore


def add_to(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the sub-command to the parser of ``kiosk``."""
    parser = subparsers.add_parser("outbox", help="what waits for the server, and what is parked")
    parser.add_argument("action", choices=("status", "retry"), help="retry: send parked rows again")
    parser.add_argument("ids", nargs="*", metavar="ID", help="retry these alone; default: all")
    parser.add_argument("--config", type=Path, required=True, metavar="FILE", help="the settings")
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Give 0 when done, and 1 for a retry where nothing was parked."""
    from kiosk.config import load
    from kiosk.errors import DataError

    file = load(arguments.config).database
    if not file.exists():
        raise DataError(f"{file}: expected the kiosk's database, got none (has it run yet?)")
    ids = _read_ids(arguments.ids, arguments.action)
    with _stores(file) as stores:
        if arguments.action == "status":
            for store in stores:
                _say(_status(store), as_json=arguments.json)
            return 0
        put_back = sum(store.retry(ids) for store in stores)
        _say([{"put_back": put_back}], as_json=arguments.json)
        return 0 if put_back else 1


@contextmanager
def _stores(database: Path) -> Iterator[Sequence[OutboxStore]]:
    """Open the streams that there are: asking makes no file."""
    from kiosk.outbox.store import OutboxStore, open_database
    from kiosk.outbox.streams import STREAMS, file_of

    there = [stream for stream in STREAMS if file_of(stream, database).exists()]
    with ExitStack() as opened:
        stores = []
        for stream in there:
            stores.append(OutboxStore(open_database(file_of(stream, database), stream)))
            opened.callback(stores[-1].close)
        yield stores


def _read_ids(words: Sequence[str], action: str) -> list[UUID] | None:
    from kiosk.errors import ConfigError

    if words and action == "status":
        raise ConfigError(f"outbox status: expected no id, got {words[0]!r}")
    try:
        return [UUID(word) for word in words] or None
    except ValueError:
        raise ConfigError(f"outbox retry: expected ids of events, got {' '.join(words)}") from None


def _status(store: OutboxStore) -> Iterable[Mapping[str, object]]:
    """Give one line for the stream, then one for each parked row, newest first."""
    status = store.status()
    yield _whole(status)
    for row in store.parked():
        yield _parked(status.stream, row)


def _whole(status: OutboxStatus) -> Mapping[str, object]:
    return {
        "stream": status.stream,
        "waiting": status.waiting,
        "oldest_waiting_at": _instant(status.oldest_waiting_at),
        "parked": status.parked,
        "accepted": status.accepted,
        "acked_through": status.acked_through,
        "epoch": str(status.epoch),
    }


def _parked(stream: str, row: Row) -> Mapping[str, object]:
    return {
        "parked_id": str(row.event_id),
        "stream": stream,
        "seq": row.seq,
        "kind": row.kind,
        "at": _instant(row.at),
        "reason": row.error,
        "attempts": row.attempts,
    }


def _instant(at: datetime | None) -> str | None:
    return at.isoformat(timespec="seconds").replace("+00:00", "Z") if at else None


def _say(lines: Iterable[Mapping[str, object]], *, as_json: bool) -> None:
    for line in lines:
        text = (
            json.dumps(line, ensure_ascii=False)
            if as_json
            else "  ".join(
                f"{key} {'none' if value is None else value}" for key, value in line.items()
            )
        )
        sys.stdout.write(text + "\n")
