"""Version 1 of the wire, for a server of the release before: events in any order, id by id.

Source: docs/events.md, "The request", "The answer"; docs/line.md, section 7.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from kiosk.errors import DataError
from kiosk.outbox.rows import Accepted, Refused, Row, Settlement

EVENTS_PATH = "/api/v1/events"


def write_batch(kiosk_id: str, rows: Iterable[Row]) -> bytes:
    """Write the body of a request; a row gives the same bytes each time that it is sent."""
    batch = {
        "kiosk": kiosk_id,
        "events": [
            {
                "id": str(row.event_id),
                "kind": row.kind,
                "at": _write_instant(row.at),
                "body": json.loads(row.body),
            }
            for row in rows
        ],
    }
    return json.dumps(batch, ensure_ascii=False, separators=(",", ":")).encode()


def read_answer(body: bytes, sent: Collection[UUID]) -> tuple[Settlement, ...]:
    """Read what became of the events in ``sent``; those that are not spoken of are left out.

    What is told of other events is passed over. Raises ``DataError`` where the answer is not
    what it should be: then none of it is believed.
    """
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise DataError(f"Expected JSON, got {error}") from None
    results = answer.get("results") if isinstance(answer, dict) else None
    if not isinstance(results, list):
        raise DataError(f"Expected an object with a list 'results', got {body[:80]!r}")
    settlements: dict[UUID, Settlement] = {}
    for result in results:
        settlement = _read_result(result)
        if settlements.setdefault(settlement.event_id, settlement) != settlement:
            raise DataError(f"Expected one result an event, got two for {settlement.event_id}")
    return tuple(s for s in settlements.values() if s.event_id in sent)


def _read_result(result: Any) -> Settlement:
    if not isinstance(result, dict):
        raise DataError(f"Expected an object for each event, got {result!r:.80}")
    try:
        event_id = UUID(result["id"])
    except (KeyError, ValueError, TypeError, AttributeError):
        raise DataError(f"Expected an event's id, got {result.get('id')!r:.80}") from None
    match result.get("status"):
        case "accepted" | "known":
            return Accepted(event_id)
        case "rejected":
            reason = result.get("reason") or "the server gave no reason"
            if isinstance(reason, str):
                return Refused(event_id, reason.encode("utf-8", "replace").decode())
            raise DataError(f"Expected a reason in words, got {reason!r:.80}")
        case status:
            raise DataError(f"Expected accepted, known or rejected, got {status!r:.80}")


def _write_instant(at: datetime) -> str:
    """Write milliseconds too: events of one second keep their distance."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
