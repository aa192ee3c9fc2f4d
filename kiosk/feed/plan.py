"""What to fetch next, of what is here and what is offered. Pure.

Source: docs/feed.md, section 4 (the table) and section 6 (when a new base is taken).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from kiosk.feed.faults import Reason, Refusal
from kiosk.feed.head import Head
from kiosk.feed.offer import Offer

REFUSALS_MAX = 3  # of one segment; then the snapshot is taken instead


@dataclass(frozen=True, slots=True)
class Have:
    """What is here: ``sequence`` is 0 where there is nothing, or another store's catalogue.

    ``base`` is the sequence of the sealed file under the changes, and ``wants_base`` says that
    these have grown too large for it. ``schema`` is that of the catalogues that we can read.
    """

    sequence: int
    base: int
    schema: int
    wants_base: bool = False


@dataclass(frozen=True, slots=True)
class Past:
    """What went wrong before: ``refusals`` in a row of the next segment.

    ``unfit`` are SHA-256 of snapshots that are not to be fetched now.
    """

    refusals: int = 0
    unfit: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class Idle:
    """There is nothing to fetch."""


@dataclass(frozen=True, slots=True)
class TakeSegments:
    """Fetch these one by one, each checked and applied before the next; at least one."""

    segments: tuple[Offer, ...]


@dataclass(frozen=True, slots=True)
class TakeBase:
    """Fetch this snapshot."""

    snapshot: Offer


Step = Idle | TakeSegments | TakeBase | Refusal


def next_step(have: Have, head: Head, past: Past, fold_after: int) -> Step:
    """Say what comes next; a base ``fold_after`` segments newer than ours is taken in any case."""
    if head.sequence < have.sequence:
        said = f"Expected a feed that has {have.sequence}, got one that ends at {head.sequence}"
        return Refusal(Reason.WENT_BACK, said, head.sequence)
    if have.sequence == 0:
        newest = _best(have, head, past, after=0)
        return TakeBase(newest) if newest else head.bad_snapshot or Idle()
    if head.sequence == have.sequence:
        return _fold(have, head, past, fold_after)
    return _go_on(have, head, past)


def check_next(offer: Offer, sequence: int) -> Refusal | None:
    """Say why a segment may not be applied to a catalogue of ``sequence``, if it may not."""
    expected = sequence + 1
    if offer.sequence == expected:
        return None
    reason = Reason.REPLAYED if offer.sequence < expected else Reason.HOLE
    said = f"Expected segment {expected}, got {offer.sequence}"
    return Refusal(reason, said, offer.sequence)


def _go_on(have: Have, head: Head, past: Past) -> Step:
    """Say how to get from what is here to something newer."""
    segments, refused = _in_sequence(have, head)
    newer = _best(have, head, past, after=have.sequence)
    if newer is not None and (
        (not head.segments and refused is None)
        or past.refusals >= REFUSALS_MAX
        or newer.size < _bytes_to(newer.sequence, segments)
    ):
        return TakeBase(newer)
    if segments:
        return TakeSegments(segments)
    said = f"Expected segment {have.sequence + 1} or a newer snapshot, got neither"
    return refused or head.bad_snapshot or Refusal(Reason.HOLE, said, have.sequence + 1)


def _in_sequence(have: Have, head: Head) -> tuple[tuple[Offer, ...], Refusal | None]:
    """Give the segments that follow on what is here, and why there are not more."""
    good: list[Offer] = []
    for number, offer in enumerate(head.segments):
        if refused := check_next(offer, have.sequence + number):
            return tuple(good), refused
        good.append(offer)
    return tuple(good), head.refused


def _fold(have: Have, head: Head, past: Past, fold_after: int) -> Step:
    """Say whether a newer base is to be put under what is here."""
    newer = _best(have, head, past, after=have.base)
    if newer is None:
        return Idle()
    far = newer.form == "built" and newer.sequence >= have.base + fold_after
    return TakeBase(newer) if far or have.wants_base else Idle()


def _best(have: Have, head: Head, past: Past, after: int) -> Offer | None:
    """Give the newest built snapshot that we can read, else of records, those with rules first."""
    fit = [
        each
        for each in head.snapshots
        if after < each.sequence <= head.sequence
        and each.sha256 not in past.unfit
        and (each.form != "built" or each.schema == have.schema)
    ]
    return max(
        fit,
        key=lambda each: (each.form == "built", each.sequence, each.form == "ruled"),
        default=None,
    )


def _bytes_to(sequence: int, segments: tuple[Offer, ...]) -> int:
    """Give how many bytes are to be fetched as segments up to ``sequence``, as far as is known."""
    return sum(each.size for each in segments if each.sequence <= sequence)
