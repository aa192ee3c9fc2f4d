"""Storing batches, many of many kiosks in one transaction, and answering each.

Nothing is committed here by halves: what a batch stores, what its events do elsewhere, its head,
its gaps and refusals stand together or not at all. Where one batch of several cannot be stored,
``store_one_by_one`` finds which.

Source: docs/outbox.md, sections 3 and 5.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import DatabaseError, OperationalError, transaction

from server.events.models import Event, Refusal
from server.ingest.batch import Batch, Mark, Refused, Row
from server.ingest.boots import Boots
from server.ingest.clocks import Zeros, as_datetime, happened_at
from server.ingest.effects import Happened, apply_effects
from server.ingest.heads import Spot, Stream, lock_streams, note_gap, write_heads
from server.ingest.place import Follows, Forks, Missing, Overlaps, Place, Skips, at_head, place
from server.ingest.rows import EventRow, insert_new

OTHERS = "id: expected a new one, got another kiosk's"


@dataclass(frozen=True, slots=True)
class Submitted:
    """A batch of an admitted kiosk; ``arrived_ms`` by the server's clock, since 1970 UTC."""

    kiosk_id: str
    store_id: str
    batch: Batch
    arrived_ms: int


@dataclass(frozen=True, slots=True)
class Stored:
    """Each row is stored, or was, or is among ``rejected``."""

    acked_through: int
    branch: int
    rejected: tuple[Refused, ...]
    accepted: tuple[UUID, ...] = ()  # of rows that were tried again


Answer = Stored | Missing | DatabaseError


@dataclass(slots=True)
class Told:
    """What is worth a line in the log or a number in the metrics, once it is committed."""

    counts: Counter[str] = field(default_factory=Counter)
    lines: list[tuple[str, tuple[object, ...]]] = field(default_factory=list)


def store_group(submitted: Sequence[Submitted], told: Told) -> list[Answer]:
    """Store batches in one transaction and answer in their order; raises what the database does."""
    with transaction.atomic():
        return _Group(submitted, told).store()


def store_one_by_one(submitted: Sequence[Submitted], told: Told) -> list[Answer]:
    """Store batches in one transaction where a bad one harms no other, each in a savepoint."""
    answers: list[Answer] = []
    with transaction.atomic():
        for each in submitted:
            mine = Told()
            try:
                with transaction.atomic():
                    answers += _Group([each], mine).store()
            except OperationalError:
                raise  # the database itself: none of the others would fare better
            except DatabaseError as error:
                answers.append(error)
                continue
            told.counts += mine.counts
            told.lines += mine.lines
    return answers


@dataclass(slots=True)
class _Placed:
    """A batch with its place, its rows for the table, and what was refused of it so far."""

    submitted: Submitted
    stream: Stream
    place: Follows | Overlaps | Skips | Forks
    spots: Mapping[UUID, Spot]  # of rows that are tried again: each has its own place
    rows: dict[UUID, tuple[Row, EventRow]]
    refused: list[Refused]

    def spot(self, event_id: UUID, mark: Mark) -> Spot:
        """Tell where a row belongs."""
        if self.spots and (spot := self.spots.get(event_id)):
            return spot
        return Spot(self.place.branch, mark)


class _Group:
    """One transaction's work; used once."""

    def __init__(self, submitted: Sequence[Submitted], told: Told) -> None:
        self._submitted, self._told = submitted, told
        self._at = as_datetime(max(each.arrived_ms for each in submitted))
        self._pending: list[_Placed] = []
        self._pending_ids: set[UUID] = set()
        self._happened: list[Happened] = []

    def store(self) -> list[Answer]:
        """Store all, then let it have its effects."""
        streams = lock_streams(map(_stream_of, self._submitted), self._at)
        boots = Boots((each.kiosk_id, each.batch) for each in self._submitted)
        answers = [self._store(each, streams, boots) for each in self._submitted]
        self._flush()
        apply_effects(self._happened)
        boots.write(self._at)
        write_heads(streams.values(), self._at)
        return [_answer(each) if isinstance(each, _Placed) else each for each in answers]

    def _store(
        self, each: Submitted, streams: dict[tuple[str, UUID], Stream], boots: Boots
    ) -> _Placed | Missing:
        stream = streams[each.kiosk_id, each.batch.epoch]
        found = self._place(each.batch, stream)
        if isinstance(found, Missing):
            self._told.counts["gap"] += 1
            return found
        zeros = boots.zeros(each.kiosk_id, each.batch, each.arrived_ms)
        again = each.batch.after is None
        spots = stream.spots(_marks(each.batch)) if again else {}
        placed = _Placed(each, stream, found, spots, {}, [*each.batch.refused])
        placed.rows = _rows(placed, zeros)
        self._move(placed)
        if not self._pending_ids.isdisjoint(placed.rows):
            self._flush()
        self._pending.append(placed)
        self._pending_ids.update(placed.rows)
        if not isinstance(found, Follows):
            self._flush()
        return placed

    def _place(self, batch: Batch, stream: Stream) -> Place:
        tips = [*stream.tips.values()]
        if batch.after is None:
            self._flush()  # what came just before may tell where these belong
            return Overlaps(0)
        if found := at_head(batch.after, tips):
            return found
        self._flush()  # what came just before may be what this one repeats
        stored = stream.stored([batch.after, *batch.marks])
        return place(batch.after, batch.marks, batch.lost_through, tips, stored)

    def _move(self, placed: _Placed) -> None:
        stream, batch = placed.stream, placed.submitted.batch
        match placed.place:
            case _ if batch.after is None:
                return
            case Forks() as forks:
                stream.fork(forks, batch.marks[-1])
                self._say(
                    "events-branch-made kiosk=%s stream=%s branch=%d after=%d",
                    stream,
                    forks.branch,
                    forks.fork_seq,
                )
            case Skips() as skips:
                note_gap(stream, skips, self._at)
                stream.move(skips.branch, batch.marks[-1])
                self._say(
                    "events-gap-noted kiosk=%s stream=%s from=%d to=%d",
                    stream,
                    skips.from_seq,
                    skips.to_seq,
                )
            case Follows(branch) | Overlaps(branch):
                stream.move(branch, batch.marks[-1])

    def _say(self, text: str, stream: Stream, *more: object) -> None:
        self._told.lines.append((text, (stream.kiosk_id, stream.name, *more)))

    def _flush(self) -> None:
        """Bring what is waiting to the table."""
        pending, self._pending, self._pending_ids = self._pending, [], set()
        rows = [row for each in pending for _, row in each.rows.values()]
        owners = insert_new(rows)
        for each in pending:
            self._settle(each, owners)

    def _settle(self, placed: _Placed, owners: Mapping[UUID, str]) -> None:
        kiosk_id = placed.submitted.kiosk_id
        for event_id, (row, stored) in placed.rows.items():
            owner = owners.get(event_id)
            if owner is None:
                self._happen(placed, row, stored)
            elif owner != kiosk_id:
                placed.refused.append(Refused(row.mark, event_id, row.kind, OTHERS))
            else:
                self._told.counts["known"] += 1
        if not isinstance(placed.place, Follows):
            Refusal.objects.filter(kiosk_id=kiosk_id, event_id__in=placed.rows).delete()
        if placed.refused:
            self._refuse(placed)

    def _happen(self, placed: _Placed, row: Row, stored: EventRow) -> None:
        self._told.counts["stored"] += 1
        if row.told is None:
            self._told.counts["unread"] += 1
            return
        who = placed.submitted
        self._happened.append(
            Happened(
                row.id,
                who.kiosk_id,
                who.store_id,
                row.kind,
                row.ver,
                as_datetime(stored.at_ms),
                row.told,
                who.batch.epoch,
            )
        )

    def _refuse(self, placed: _Placed) -> None:
        """Keep what was refused as part of its chain, unless it was stored before."""
        known = Event.objects.filter(pk__in=[each.id for each in placed.refused])
        own = set(known.filter(kiosk_id=placed.submitted.kiosk_id).values_list("pk", flat=True))
        placed.refused = [each for each in placed.refused if each.id not in own]
        rows = [_refusal(placed, each, self._at) for each in placed.refused]
        Refusal.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["kiosk", "event_id"],
            update_fields=["reason", "parked", "refused_at"],
        )
        for each in placed.refused:
            self._told.counts["parked" if each.parked else "refused"] += 1
            self._say(
                "events-row-refused kiosk=%s stream=%s seq=%d id=%s parked=%s reason=%s",
                placed.stream,
                each.mark.seq,
                each.id,
                each.parked,
                each.reason,
            )


def _stream_of(each: Submitted) -> Stream:
    return Stream(each.kiosk_id, each.batch.epoch, each.batch.stream)


def _marks(batch: Batch) -> dict[UUID, Mark]:
    rows: tuple[Row | Refused, ...] = batch.rows + batch.refused
    return {row.id: row.mark for row in rows}


def _rows(placed: _Placed, zeros: Zeros) -> dict[UUID, tuple[Row, EventRow]]:
    each = placed.submitted
    batch, rows = each.batch, {}
    boots: dict[UUID, UUID] = {}  # one object for each, of which a column is written faster
    for row in batch.rows:
        spot = placed.spot(row.id, row.mark)
        at = happened_at(row.boot_id, row.mono_ms, row.wall_ms, zeros, each.arrived_ms)
        stored = EventRow(
            row.id,
            each.kiosk_id,
            row.kind,
            row.ver,
            at.at_ms,
            at.sure,
            row.told is not None,
            row.body,
            each.arrived_ms,
            batch.stream,
            batch.epoch,
            spot.branch,
            spot.mark.seq,
            spot.mark.chain,
            boots.setdefault(row.boot_id, row.boot_id),
            row.wall_ms,
            row.mono_ms,
        )
        rows[row.id] = row, stored
    return rows


def _refusal(placed: _Placed, refused: Refused, at: datetime) -> Refusal:
    spot = placed.spot(refused.id, refused.mark)
    return Refusal(
        kiosk_id=placed.submitted.kiosk_id,
        event_id=refused.id,
        epoch=placed.stream.epoch,
        stream=placed.stream.name,
        branch=spot.branch,
        seq=spot.mark.seq,
        chain=spot.mark.chain,
        kind=refused.kind,
        parked=refused.parked,
        reason=refused.reason,
        refused_at=at,
    )


def _answer(placed: _Placed) -> Stored:
    batch = placed.submitted.batch
    rejected = tuple(each for each in placed.refused if not each.parked)
    lost = {each.id for each in rejected}
    accepted = tuple(each for each in placed.rows if each not in lost)
    return Stored(
        acked_through=batch.marks[-1].seq,
        branch=placed.place.branch,
        rejected=rejected,
        accepted=accepted if batch.after is None else (),
    )
