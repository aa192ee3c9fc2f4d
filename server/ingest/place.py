"""Where a batch belongs in its stream: at the head, before it, after a gap, on a new branch.

Pure: heads and the chains of stored rows are passed in. A chain at a place stands for everything
up to it, so two rows with the same chain have the same history, and one comparison tells a lost
answer from a copied disk.

Source: docs/outbox.md, section 5.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from server.ingest.batch import Mark


@dataclass(frozen=True, slots=True)
class Tip:
    """The head of a branch; up to ``fork_seq`` its rows are those of ``parent``."""

    branch: int
    mark: Mark
    parent: int | None = None
    fork_seq: int = 0


@dataclass(frozen=True, slots=True)
class Follows:
    """The batch begins at the head of this branch: its rows are new."""

    branch: int


@dataclass(frozen=True, slots=True)
class Overlaps:
    """It begins before the head and chains with what is stored: an answer was lost."""

    branch: int


@dataclass(frozen=True, slots=True)
class Skips:
    """It begins after the head, and the rows between are no more; both ends are missing."""

    branch: int
    from_seq: int
    to_seq: int


@dataclass(frozen=True, slots=True)
class Forks:
    """It contradicts what is stored: a copied disk. Up to ``fork_seq`` it is as ``parent``."""

    branch: int
    parent: int | None
    fork_seq: int


@dataclass(frozen=True, slots=True)
class Missing:
    """Rows between the head and the batch are missing and can still be had."""

    acked_through: int


Place = Follows | Overlaps | Skips | Forks | Missing
Stored = Mapping[tuple[int, int], bytes]  # branch and seq → chain, of stored and refused rows


def at_head(after: Mark, tips: Sequence[Tip]) -> Follows | None:
    """Find the branch whose head the batch begins at; most batches need no more than this."""
    return next((Follows(tip.branch) for tip in tips if tip.mark == after), None)


def place(
    after: Mark, marks: Sequence[Mark], lost_through: int, tips: Sequence[Tip], stored: Stored
) -> Place:
    """Place a batch; ``marks`` are those of its rows, ``stored`` knows these and ``after``.

    There is at least one tip. What fits no branch, and lies behind the head of one, is taken for
    that branch with rows missing: the kiosk then sends from there, and a contradiction shows.
    """
    if found := at_head(after, tips):
        return found
    views = [_compare(tip, [after, *marks], tips, stored) for tip in tips]
    best = max(views, key=lambda view: (view.agreed_seq >= 0, view.whole, view.agreed_seq))
    behind = [tip for tip in tips if tip.mark.seq < after.seq]
    new = 1 + max(tip.branch for tip in tips)
    if best.whole:
        return Overlaps(best.branch)
    if best.agreed_seq >= 0:
        return Forks(new, best.branch, best.agreed_seq)
    if not behind:
        return Forks(new, None, after.seq)
    nearest = max(behind, key=lambda tip: tip.mark.seq)
    if lost_through < after.seq:
        return Missing(nearest.mark.seq)
    return Skips(nearest.branch, nearest.mark.seq + 1, after.seq)


@dataclass(frozen=True, slots=True)
class _View:
    """How a batch compares with a branch: all of what both know, or up to a place (-1: none)."""

    branch: int
    whole: bool
    agreed_seq: int


def _compare(tip: Tip, marks: Sequence[Mark], tips: Sequence[Tip], stored: Stored) -> _View:
    if marks[0].seq >= tip.mark.seq:
        return _View(tip.branch, whole=False, agreed_seq=-1)
    agreed = -1
    for mark in marks:
        if mark.seq > tip.mark.seq:
            break
        chain = _chain_at(tip, mark.seq, tips, stored)
        if chain is not None and chain != mark.chain:
            return _View(tip.branch, whole=False, agreed_seq=agreed)
        agreed = mark.seq if chain is not None else agreed
    return _View(tip.branch, whole=True, agreed_seq=agreed)


def _chain_at(tip: Tip, seq: int, tips: Sequence[Tip], stored: Stored) -> bytes | None:
    """Give the chain of a row as this branch has it; nothing where it lies in a gap."""
    while tip.parent is not None and seq <= tip.fork_seq:
        tip = next(each for each in tips if each.branch == tip.parent)
    return tip.mark.chain if seq == tip.mark.seq else stored.get((tip.branch, seq))
