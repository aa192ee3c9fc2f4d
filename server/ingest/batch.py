"""From the bytes of a request to a batch whose rows are each judged.

Pure: no database, no clock. What has another shape than docs/outbox.md says refuses the whole
request (``BatchError``), and the kiosk sends it in halves. A row that cannot be taken by itself
(its chain does not fit, its body is wrong) is a ``Refused`` of the batch and keeps back no other.
A body stays the very bytes that came: the chain is computed over them.

Source: docs/outbox.md, sections 2, 3 and 5.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from msgspec import Meta, Struct

from server.events.kinds import (
    KIND,
    EventError,
    check_body,
    known,
    refuse_unstorable,
    shortened,
)

ROWS_MAX = 50
BODY_BYTES_MAX = 65_536  # of one row
REASON_LENGTH_MAX = 1_000  # of what a kiosk tells of a parked row
CHAIN_BYTES = 32

Seq = Annotated[int, Meta(ge=1, le=2**63 - 1)]
Ms = Annotated[int, Meta(ge=-(2**63), le=2**63 - 1)]
Mono = Annotated[int, Meta(ge=0, le=2**63 - 1)]


class BatchError(ValueError):
    """The request has another shape than docs/outbox.md says; the text names what was expected."""


class _After(Struct):
    seq: Annotated[int, Meta(ge=0, le=2**63 - 1)]
    chain: str


class Clock(Struct, frozen=True):
    """What the box's clocks showed when it sent."""

    boot_id: UUID
    mono_ms: Mono
    wall_ms: Ms


class _Row(Struct):
    seq: Seq
    id: UUID
    chain: str
    kind: str = ""
    ver: Annotated[int, Meta(ge=1, le=2**31 - 1)] = 1
    wall_ms: Ms = 0
    boot_id: UUID | None = None
    mono_ms: Mono = 0
    body: msgspec.Raw = msgspec.Raw()
    parked: str | None = None


class _Sent(Struct):
    epoch: UUID
    stream: Literal["ledger", "telemetry"]
    clock: Clock
    rows: Annotated[list[_Row], Meta(min_length=1, max_length=ROWS_MAX)]
    after: _After | None = None
    lost_through: Annotated[int, Meta(ge=0, le=2**63 - 1)] | None = None


class Mark(Struct, frozen=True):
    """A place in a stream: the row with this number has this chain."""

    seq: int
    chain: bytes


class Row(Struct, frozen=True):
    """A row that can be stored; ``told`` is its body, read, and nothing where it is not known."""

    mark: Mark
    id: UUID
    kind: str
    ver: int
    wall_ms: int
    boot_id: UUID
    mono_ms: int
    body: str
    told: dict[str, Any] | None


class Refused(Struct, frozen=True):
    """A row that is not stored; ``parked`` where it was the kiosk that put it aside."""

    mark: Mark
    id: UUID
    kind: str
    reason: str
    parked: bool = False


class Batch(Struct, frozen=True):
    """What one request tells; ``after`` is missing where its rows are tried again."""

    epoch: UUID
    stream: str
    clock: Clock
    after: Mark | None
    lost_through: int
    rows: tuple[Row, ...]
    refused: tuple[Refused, ...]
    marks: tuple[Mark, ...]  # of all its rows, as they were sent


_decoder = msgspec.json.Decoder(_Sent)
_body_decoder = msgspec.json.Decoder(dict[str, Any])


def read_batch(content: bytes) -> Batch:
    """Read rows in sequence, each chained to the one before; raises ``BatchError``."""
    sent = _decode(content)
    if sent.after is None:
        raise BatchError("Expected after, got none")
    after = Mark(sent.after.seq, _chain(sent.after.chain, "after"))
    for number, row in enumerate(sent.rows):
        if row.seq != after.seq + 1 + number:
            raise BatchError(
                f"rows[{number}].seq: expected {after.seq + 1 + number}, got {row.seq}"
            )
    return _judge_all(sent, after)


def read_again(content: bytes) -> Batch:
    """Read rows that were parked and are tried again, in any order; raises ``BatchError``."""
    sent = _decode(content)
    for number, row in enumerate(sent.rows):
        if row.parked is not None:
            raise BatchError(f"rows[{number}]: expected a body, got a parked row")
    return _judge_all(sent, None)


def first_mark(epoch: UUID) -> Mark:
    """Give the place before the very first row of a file."""
    return Mark(0, hashlib.sha256(epoch.bytes).digest())


def next_chain(before: bytes, event_id: UUID, body: bytes) -> bytes:
    """Give the chain of a row from that of the row before it."""
    return hashlib.sha256(before + event_id.bytes + body).digest()


def _decode(content: bytes) -> _Sent:
    try:
        return _decoder.decode(content)
    except (ValueError, RecursionError) as error:  # msgspec's own errors are ValueErrors
        raise BatchError(f"Expected a batch of docs/outbox.md, got {error}") from None


def _judge_all(sent: _Sent, after: Mark | None) -> Batch:
    rows: list[Row] = []
    refused: list[Refused] = []
    marks: list[Mark] = []
    before = after.chain if after else None
    for number, raw in enumerate(sent.rows):
        mark = Mark(raw.seq, _chain(raw.chain, f"rows[{number}].chain"))
        judged = _judge(raw, mark, before, number)
        if isinstance(judged, Row):
            rows.append(judged)
        else:
            refused.append(judged)
        marks.append(mark)
        before = mark.chain if after else None
    _refuse_doubles(sent.rows)
    return Batch(
        sent.epoch,
        sent.stream,
        sent.clock,
        after,
        sent.lost_through or 0,
        tuple(rows),
        tuple(refused),
        tuple(marks),
    )


def _judge(raw: _Row, mark: Mark, before: bytes | None, number: int) -> Row | Refused:
    """Judge one row; without ``before``, the chain of the row before, no chain is looked at."""
    if raw.parked is not None:
        return Refused(mark, raw.id, _clean(raw.kind, 63), _clean(raw.parked), parked=True)
    body = bytes(raw.body)
    if raw.boot_id is None or not raw.kind or not body:
        raise BatchError(f"rows[{number}]: expected kind, boot_id and body, or parked; got less")
    if before is not None and next_chain(before, raw.id, body) != mark.chain:
        return Refused(
            mark, raw.id, _clean(raw.kind, 63), "chain: expected one that fits, got another"
        )
    try:
        told = _read_body(raw.kind, raw.ver, body)
        text = body.decode()
    except (EventError, ValueError, RecursionError) as error:
        return Refused(mark, raw.id, _clean(raw.kind, 63), _clean(str(error)))
    return Row(mark, raw.id, raw.kind, raw.ver, raw.wall_ms, raw.boot_id, raw.mono_ms, text, told)


def _read_body(kind: str, ver: int, body: bytes) -> dict[str, Any] | None:
    """Check a body; gives nothing where this server does not know what it means."""
    if len(body) > BODY_BYTES_MAX:
        raise EventError(f"body: expected at most {BODY_BYTES_MAX} bytes, got {len(body)}")
    told = _body_decoder.decode(body)
    if b"\\u0000" in body:  # no other way leads to what a database cannot hold
        refuse_unstorable(told)
    if not known(kind, ver):
        if not KIND.fullmatch(kind):
            raise EventError(f"kind: expected a name such as unknown_code, got {shortened(kind)}")
        return None
    check_body(kind, told)
    return told


def _clean(text: str, length_max: int = REASON_LENGTH_MAX) -> str:
    """Shorten a kiosk's words, and take out what a database cannot hold."""
    return text[:length_max].replace("\0", "\ufffd")


def _chain(text: str, place: str) -> bytes:
    try:
        chain = bytes.fromhex(text)
    except ValueError:
        chain = b""
    if len(chain) != CHAIN_BYTES:
        raise BatchError(f"{place}: expected 64 hex digits, got {shortened(text)}")
    return chain


def _refuse_doubles(rows: Sequence[_Row]) -> None:
    if len({row.id for row in rows}) < len(rows):
        raise BatchError("rows: expected each id once, got one twice")
