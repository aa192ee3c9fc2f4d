"""How a batch and the answers to it look on the wire: pure functions, bytes on one side.

A body's bytes stand in the request as they were hashed and stored. An answer is believed whole
or not at all: what has a wrong type, speaks of what was not sent, or says two things is a
``DataError``.

Source: docs/outbox.md, section 3; the server's own tests hold the same examples.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from kiosk.errors import DataError
from kiosk.outbox.boot import Box
from kiosk.outbox.rows import Accepted, Batch, Refused, Row, Settlement, State, milliseconds_of

EVENTS_PATH = "/api/v2/events"
AGAIN_PATH = "/api/v2/events/again"
ROWS_MAX = 50
BATCH_BYTES_MAX = 1 << 20
ROW_BYTES_MAX = 4_096  # what stands around a body, a shell's reason included
BODIES_BYTES_MAX = BATCH_BYTES_MAX - (ROWS_MAX + 1) * ROW_BYTES_MAX
SEQ_MAX = (1 << 63) - 1


@dataclass(frozen=True, slots=True)
class Acked:
    """Up to ``through`` the server has all, but for ``rejected``; a ``branch`` is a copied disk."""

    through: int
    rejected: tuple[Refused, ...]
    branch: int


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a request was refused; ``acked_through`` is what a gap tells."""

    code: str
    acked_through: int | None = None


def write_batch(batch: Batch, box: Box) -> bytes:
    """Write the body of a request, not yet packed."""
    head: dict[str, object] = {
        "epoch": str(batch.epoch),
        "stream": batch.stream,
        "after": {"seq": batch.after.seq, "chain": batch.after.chain.hex()},
        "clock": _clock(box),
    }
    if batch.lost_through is not None:
        head["lost_through"] = batch.lost_through
    return _with_rows(head, batch.rows)


def write_again(stream: str, epoch: UUID, rows: Iterable[Row], box: Box) -> bytes:
    """Write a request for rows that are tried again, apart from their sequence."""
    return _with_rows({"epoch": str(epoch), "stream": stream, "clock": _clock(box)}, rows)


def read_acked(body: bytes, sent: Batch) -> Acked:
    """Read what became of a batch; raises ``DataError``."""
    answer = _object(body)
    through = _whole(answer, "acked_through", sent.after.seq, sent.last_seq)
    rejected = _rejected(answer, {row.event_id for row in sent.rows})
    return Acked(through, rejected, _whole(answer, "branch", 0, SEQ_MAX, otherwise=0))


def read_again(body: bytes, sent: Collection[UUID]) -> tuple[Settlement, ...]:
    """Read what became of rows that were tried again; raises ``DataError``.

    Those that are not spoken of are left out.
    """
    answer = _object(body)
    ids = answer.get("accepted")
    if not isinstance(ids, list):
        raise DataError(f"Expected a list 'accepted', got {ids!r:.80}")
    accepted = {_id(each, sent) for each in ids}
    rejected = _rejected(answer, sent)
    if both := accepted & {each.event_id for each in rejected}:
        raise DataError(f"Expected one result an event, got two for {min(both)}")
    return (*map(Accepted, sorted(accepted)), *rejected)


def read_refusal(body: bytes) -> Refusal:
    """Read the code of a refusal, and what a gap tells; of anything else, an empty code."""
    try:
        answer = _object(body)
        code = answer.get("code")
        if code == "gap":
            return Refusal("gap", _whole(answer, "acked_through", 0, SEQ_MAX))
    except DataError:
        return Refusal("")
    return Refusal(code if isinstance(code, str) else "")


def _clock(box: Box) -> Mapping[str, object]:
    return {
        "boot_id": str(box.boot_id),
        "mono_ms": box.mono_ms(),
        "wall_ms": milliseconds_of(box.wall()),
    }


def _with_rows(head: Mapping[str, object], rows: Iterable[Row]) -> bytes:
    written = ",".join(_write_row(row) for row in rows)
    return f'{_json(head)[:-1]},"rows":[{written}]}}'.encode()


def _write_row(row: Row) -> str:
    known = {"seq": row.seq, "id": str(row.event_id)}
    if row.state is State.PARKED:
        return _json({**known, "chain": row.chain.hex(), "parked": row.error})
    head = {
        **known,
        "kind": row.kind,
        "ver": row.ver,
        "wall_ms": row.wall_ms,
        "boot_id": str(row.boot_id),
        "mono_ms": row.mono_ms,
        "chain": row.chain.hex(),
    }
    return f'{_json(head)[:-1]},"body":{row.body}}}'  # never written anew: it was hashed


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _object(body: bytes) -> Mapping[str, Any]:
    try:
        answer = json.loads(body, object_pairs_hook=_without_doubles)
    except (ValueError, RecursionError) as error:
        raise DataError(f"Expected JSON, got {error}") from None
    if not isinstance(answer, dict):
        raise DataError(f"Expected an object, got {body[:80]!r}")
    return answer


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        raise DataError("Expected each field once, got one twice")
    return made


def _whole(
    answer: Mapping[str, Any], name: str, least: int, most: int, otherwise: int | None = None
) -> int:
    value = answer.get(name, otherwise)
    if type(value) is not int or not least <= value <= most:  # True is an int too
        raise DataError(f"Expected {name!r} from {least} to {most}, got {value!r:.80}")
    return value


def _rejected(answer: Mapping[str, Any], sent: Collection[UUID]) -> tuple[Refused, ...]:
    told = answer.get("rejected", [])
    if not isinstance(told, list):
        raise DataError(f"Expected a list 'rejected', got {told!r:.80}")
    read: dict[UUID, Refused] = {}
    for each in told:
        refused = _refused(each, sent)
        if read.setdefault(refused.event_id, refused) != refused:
            raise DataError(f"Expected one result an event, got two for {refused.event_id}")
    return tuple(read.values())


def _refused(told: object, sent: Collection[UUID]) -> Refused:
    if not isinstance(told, dict):
        raise DataError(f"Expected an object for each rejected event, got {told!r:.80}")
    reason = told.get("reason") or "the server gave no reason"
    if not isinstance(reason, str):
        raise DataError(f"Expected a reason in words, got {reason!r:.80}")
    return Refused(_id(told.get("id"), sent), _storable(reason))


def _id(told: object, sent: Collection[UUID]) -> UUID:
    try:
        event_id = UUID(told) if isinstance(told, str) else None
    except ValueError:
        event_id = None
    if event_id is None or event_id not in sent:
        raise DataError(f"Expected the id of an event that was sent, got {told!r:.80}")
    return event_id


def _storable(reason: str) -> str:
    """Replace lone surrogates, which no database takes."""
    return reason.encode("utf-8", "replace").decode()
