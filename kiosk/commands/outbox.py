"""``kiosk outbox``: what waits for the server, what it refused, and trying that again."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Mapping
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kiosk.outbox.store import OutboxStatus, OutboxStore, RejectedEvent


def add_to(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the sub-command to the parser of ``kiosk``."""
    parser = subparsers.add_parser("outbox", help="what waits for the server, and what it refused")
    parser.add_argument(
        "action", choices=("status", "retry"), help="retry: send refused events again"
    )
    parser.add_argument("--config", type=Path, required=True, metavar="FILE", help="the settings")
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Give 0 when done, and 1 for a retry where nothing was refused."""
    from kiosk.config import load
    from kiosk.errors import DataError
    from kiosk.outbox.store import OutboxStore, open_database

    file = load(arguments.config).database
    if not file.exists():
        raise DataError(f"{file}: expected the kiosk's database, got none (has it run yet?)")
    with closing(OutboxStore(open_database(file))) as store:
        if arguments.action == "status":
            _say(_status(store), as_json=arguments.json)
            return 0
        put_back = store.retry_rejected()
        _say([{"put_back": put_back}], as_json=arguments.json)
        return 0 if put_back else 1


def _status(store: OutboxStore) -> Iterable[Mapping[str, object]]:
    """Give one line for the whole, then one for each refused event, newest first."""
    yield _whole(store.status())
    yield from map(_refused, store.rejected())


def _whole(status: OutboxStatus) -> Mapping[str, object]:
    return {
        "waiting": status.waiting,
        "oldest_waiting_at": _instant(status.oldest_waiting_at),
        "rejected": status.rejected,
        "accepted": status.accepted,
    }


def _refused(rejected: RejectedEvent) -> Mapping[str, object]:
    return {
        "rejected_id": str(rejected.event.event_id),
        "kind": rejected.event.kind,
        "at": _instant(rejected.event.at),
        "reason": rejected.reason,
        "attempts": rejected.attempts,
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
