"""The heads of streams in one transaction: locked, moved, written back.

Whoever holds a stream's head holds the stream: two requests of one kiosk are stored one after
the other, whatever process takes them.

Source: docs/outbox.md, section 5.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import connection

from server.events.models import Event, Gap, Head, Refusal
from server.ingest.batch import Mark, first_mark
from server.ingest.place import Forks, Skips, Stored, Tip

Key = tuple[str, UUID]  # kiosk and epoch


@dataclass(frozen=True, slots=True)
class Spot:
    """A row's place in a branch; where it is the kiosk's word alone, its chain is empty.

    Without a chain it takes no part in placing others: it may be of another box's history.
    """

    branch: int
    mark: Mark


@dataclass(slots=True)
class Stream:
    """One file's rows at one kiosk, with a tip for each branch."""

    kiosk_id: str
    epoch: UUID
    name: str
    tips: dict[int, Tip] = field(default_factory=dict)
    rows: dict[int, int] = field(default_factory=dict)  # branch → id of its row
    moved: set[int] = field(default_factory=set)

    def move(self, branch: int, mark: Mark) -> None:
        """Let a branch's head be at ``mark``, unless it is further on."""
        tip = self.tips[branch]
        if mark.seq > tip.mark.seq:
            self.tips[branch] = Tip(branch, mark, tip.parent, tip.fork_seq)
            self.moved.add(branch)

    def fork(self, forks: Forks, mark: Mark) -> None:
        """Begin a branch whose head is at ``mark``."""
        self.tips[forks.branch] = Tip(forks.branch, mark, forks.parent, forks.fork_seq)
        self.moved.add(forks.branch)

    def stored(self, marks: Sequence[Mark]) -> Stored:
        """Read the chains that are known of the rows with the numbers of ``marks``."""
        begin, end = marks[0].seq, marks[-1].seq
        known: dict[tuple[int, int], bytes] = {(0, 0): first_mark(self.epoch).chain}
        for model in (Event, Refusal):
            found = model._default_manager.filter(
                kiosk_id=self.kiosk_id, epoch=self.epoch, seq__range=(begin, end)
            )
            for branch, seq, chain in found.values_list("branch", "seq", "chain"):
                if chain:
                    known[branch, seq or 0] = bytes(chain)  # the number is not missing here
        return known

    def spots(self, told: Mapping[UUID, Mark]) -> dict[UUID, Spot]:
        """Find the places of rows that are tried again: where they were refused, or a head."""
        tips = {tip.mark: tip.branch for tip in self.tips.values()}
        spots = {
            event_id: Spot(tips[mark], mark) if mark in tips else Spot(0, Mark(mark.seq, b""))
            for event_id, mark in told.items()
        }
        refusals = Refusal.objects.filter(
            kiosk_id=self.kiosk_id, epoch=self.epoch, event_id__in=told
        )
        for event_id, branch, seq, chain in refusals.values_list(
            "event_id", "branch", "seq", "chain"
        ):
            spots[event_id] = Spot(branch, Mark(seq, bytes(chain)))
        return spots


def lock_streams(wanted: Iterable[Stream], at: datetime) -> dict[Key, Stream]:
    """Lock the streams that are named, and make those that are new; in a transaction."""
    streams = {(each.kiosk_id, each.epoch): each for each in wanted}
    _read(streams)
    if new := sorted(key for key, stream in streams.items() if not stream.tips):
        Head.objects.bulk_create(
            [_first_head(streams[key], at) for key in new], ignore_conflicts=True
        )
        _read({key: streams[key] for key in new})
    return streams


def write_heads(streams: Iterable[Stream], at: datetime) -> None:
    """Write what has moved."""
    moved = []
    for stream in streams:
        for branch in sorted(stream.moved):
            if branch in stream.rows:
                mark = stream.tips[branch].mark
                moved.append((mark.seq, mark.chain, stream.rows[branch]))
            else:
                _head(stream, stream.tips[branch], at).save()
    if moved:
        _move(moved, at)


def _move(moved: Sequence[tuple[int, bytes, int]], at: datetime) -> None:
    instant = connection.ops.adapt_datetimefield_value(at)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":  # one journey, however many heads
            columns = [list(each) for each in zip(*moved, strict=True)]
            cursor.execute(_MOVE_ALL, [instant, *columns])
        else:
            cursor.executemany(_MOVE, [(instant, *each) for each in moved])


def note_gap(stream: Stream, skips: Skips, at: datetime) -> None:
    """Note rows that are no more; noted once, however often it is told."""
    Gap.objects.get_or_create(
        kiosk_id=stream.kiosk_id,
        epoch=stream.epoch,
        branch=skips.branch,
        from_seq=skips.from_seq,
        defaults={"stream": stream.name, "to_seq": skips.to_seq, "noted_at": at},
    )


def _read(streams: dict[Key, Stream]) -> None:
    """Read and lock, always in the same order, so that no two transactions wait for each other."""
    heads = Head.objects.select_for_update().filter(epoch__in=[epoch for _, epoch in streams])
    columns = ("id", "kiosk_id", "epoch", "branch", "stream", "seq", "chain", "parent", "fork_seq")
    for row in heads.order_by("kiosk_id", "epoch", "branch").values_list(*columns):
        number, kiosk_id, epoch, branch, name, seq, chain, parent, fork_seq = row
        if stream := streams.get((kiosk_id, epoch)):
            stream.name = name
            stream.rows[branch] = number
            stream.tips[branch] = Tip(branch, Mark(seq, bytes(chain)), parent, fork_seq)


def _first_head(stream: Stream, at: datetime) -> Head:
    return _head(stream, Tip(0, first_mark(stream.epoch)), at)


def _head(stream: Stream, tip: Tip, at: datetime) -> Head:
    return Head(
        kiosk_id=stream.kiosk_id,
        epoch=stream.epoch,
        stream=stream.name,
        branch=tip.branch,
        seq=tip.mark.seq,
        chain=tip.mark.chain,
        parent=tip.parent,
        fork_seq=tip.fork_seq,
        made_at=at,
        moved_at=at,
    )


_MOVE = "UPDATE events_head SET moved_at = %s, seq = %s, chain = %s WHERE id = %s"
_MOVE_ALL = """
UPDATE events_head AS head SET moved_at = %s, seq = moved.seq, chain = moved.chain
FROM unnest(%s::bigint[], %s::bytea[], %s::bigint[]) AS moved (seq, chain, id)
WHERE head.id = moved.id
"""
