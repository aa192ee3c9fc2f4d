"""The server's side of events as docs/outbox.md has it, in memory: what the kiosk is tested on.

It knows no HTTP and starts nothing. It is a model, written from the page and not from the
server's code: heads, branches, gaps, rows known by id, and chains that it computes anew.

Source: docs/outbox.md, sections 3 and 5; docs/events.md, "The answer".
"""

from __future__ import annotations

import copy
import hashlib
import json
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import msgspec

Reply = tuple[int, dict[str, str], bytes]


class After(msgspec.Struct):
    """A row by number and chain."""

    seq: int
    chain: str


class SentRow(msgspec.Struct):
    """A row as it came; ``body`` is the very bytes."""

    seq: int
    id: str
    chain: str
    kind: str = ""
    ver: int = 0
    wall_ms: int = 0
    boot_id: str = ""
    mono_ms: int = 0
    body: msgspec.Raw = msgspec.Raw(b"")
    parked: str | None = None


class Sent(msgspec.Struct, forbid_unknown_fields=True):
    """A batch as it came."""

    epoch: str
    stream: str
    clock: dict[str, Any]
    rows: list[SentRow]
    after: After | None = None
    lost_through: int | None = None


@dataclass(slots=True)
class Branch:
    """What is stored of an epoch by one box: the chain of each row, up to the head."""

    chains: dict[int, str]
    head: int = 0


@dataclass(slots=True)
class FakeEvents:
    """What is stored, and the levers of refusing."""

    events: dict[str, dict[str, Any]] = field(default_factory=dict)  # by id, in order of arrival
    shells: dict[str, str] = field(default_factory=dict)  # id: why the kiosk parked it
    branches: dict[str, list[Branch]] = field(default_factory=dict)  # by epoch
    gaps: list[tuple[str, int, int]] = field(default_factory=list)  # epoch, from, to
    batches: list[list[str]] = field(default_factory=list)  # the ids of each request, in order
    rejects: dict[str, str] = field(default_factory=dict)  # kind of event: reason
    rejects_ids: dict[str, str] = field(default_factory=dict)  # id: reason
    chokes_on: set[str] = field(default_factory=set)  # kinds for which all is refused
    chokes_on_shells: bool = False
    chokes_with: int = 400

    def backup(self) -> Any:
        """Give what is stored as it is now, for ``restore``."""
        return copy.deepcopy((self.events, self.shells, self.branches, self.gaps))

    def restore(self, backup: Any) -> None:
        """Be as at the time of ``backup``."""
        self.events, self.shells, self.branches, self.gaps = copy.deepcopy(backup)

    # ---- version 1

    def take_v1(self, content: bytes) -> Reply:
        """Keep the events of a batch, each once, and answer id by id."""
        events = json.loads(content)["events"]
        self.batches.append([event["id"] for event in events])
        if any(event["kind"] in self.chokes_on for event in events):
            return self.chokes_with, {}, b"no such kind"
        return _json(200, {"results": [self._keep_v1(event) for event in events]})

    def _keep_v1(self, event: dict[str, Any]) -> dict[str, str]:
        if event["id"] in self.events:
            return {"id": event["id"], "status": "known"}
        if reason := self._reason_against(event["id"], event["kind"]):
            return {"id": event["id"], "status": "rejected", "reason": reason}
        self.events[event["id"]] = event
        return {"id": event["id"], "status": "accepted"}

    # ---- version 2

    def take(self, content: bytes) -> Reply:
        """Store a batch in sequence and answer how far all is stored."""
        sent = msgspec.json.decode(content, type=Sent)
        if refused := self._refuse_all(sent):
            return refused
        after = sent.after
        if after is None or [row.seq for row in sent.rows] != _following(after.seq, len(sent.rows)):
            return _json(400, {"code": "shape", "error": "Expected rows in sequence, got others"})
        branches = self.branches.setdefault(sent.epoch, [Branch({0: _origin(sent.epoch)})])
        number = self._branch_for(sent, after, branches)
        if number is None:
            head = max(branch.head for branch in branches if branch.head < after.seq)
            return _json(409, {"code": "gap", "error": "rows lack", "acked_through": head})
        rejected = self._store_all(sent, after, branches[number])
        acked = sent.rows[-1].seq
        return _json(200, {"acked_through": acked, "rejected": rejected, "branch": number})

    def take_again(self, content: bytes) -> Reply:
        """Store rows apart from their sequence, id by id."""
        sent = msgspec.json.decode(content, type=Sent)
        if refused := self._refuse_all(sent):
            return refused
        rejected = [told for row in sent.rows if (told := self._keep(row, None))]
        gone = {told["id"] for told in rejected}
        accepted = [row.id for row in sent.rows if row.id not in gone]
        return _json(200, {"accepted": accepted, "rejected": rejected, "branch": 0})

    def _refuse_all(self, sent: Sent) -> Reply | None:
        self.batches.append([row.id for row in sent.rows])
        shells = self.chokes_on_shells and any(row.parked is not None for row in sent.rows)
        if shells or any(row.kind in self.chokes_on for row in sent.rows):
            return self.chokes_with, {}, b"no such kind"
        return None

    def _branch_for(self, sent: Sent, after: After, branches: list[Branch]) -> int | None:
        """Find the branch that the batch goes on with, or begin one; none for a gap."""
        for number, branch in enumerate(branches):
            if branch.head == after.seq and branch.chains[after.seq] == after.chain:
                return number
        for number, branch in enumerate(branches):
            if branch.head > after.seq and _agree(branch, after, sent.rows):
                return number
        behind = [branch for branch in branches if branch.head < after.seq]
        if behind and not any(branch.head > after.seq for branch in branches):
            return self._skip(sent, after, branches, max(behind, key=lambda each: each.head))
        branches.append(Branch({after.seq: after.chain}, after.seq))
        return len(branches) - 1

    def _skip(
        self, sent: Sent, after: After, branches: list[Branch], nearest: Branch
    ) -> int | None:
        if sent.lost_through is None or sent.lost_through < after.seq:
            return None
        self.gaps.append((sent.epoch, nearest.head + 1, after.seq))
        nearest.chains[after.seq], nearest.head = after.chain, after.seq
        return branches.index(nearest)

    def _store_all(self, sent: Sent, after: After, branch: Branch) -> list[dict[str, str]]:
        rejected, before = [], after.chain
        for row in sent.rows:
            if told := self._keep(row, before):
                rejected.append(told)
            branch.chains[row.seq] = before = row.chain
        branch.head = max(branch.head, sent.rows[-1].seq)
        return rejected

    def _keep(self, row: SentRow, before: str | None) -> dict[str, str] | None:
        """Store a row once; gives why not. ``before`` is the chain that it should go on with."""
        if row.parked is not None:
            self.shells[row.id] = row.parked
            return None
        if row.id in self.events:  # passed over, whatever is thought of its kind by now
            return None
        body = bytes(row.body)
        fits = before is None or chain_of(before, row.id, body) == row.chain
        reason = self._reason_against(row.id, row.kind) if fits else "chain: does not fit"
        if reason:
            return {"id": row.id, "reason": reason}
        told = {"seq": row.seq, "kind": row.kind, "ver": row.ver, "wall_ms": row.wall_ms}
        times = {"boot_id": row.boot_id, "mono_ms": row.mono_ms}
        self.events[row.id] = {"id": row.id, **told, **times, "body": json.loads(body)}
        self.shells.pop(row.id, None)
        return None

    def _reason_against(self, event_id: str, kind: str) -> str:
        return self.rejects_ids.get(event_id) or self.rejects.get(kind, "")


def chain_of(before: str, event_id: str, body: bytes) -> str:
    """Work out a chain, in hex."""
    return hashlib.sha256(bytes.fromhex(before) + UUID(event_id).bytes + body).hexdigest()


def _origin(epoch: str) -> str:
    return hashlib.sha256(UUID(epoch).bytes).hexdigest()


def _following(seq: int, count: int) -> list[int]:
    return list(range(seq + 1, seq + 1 + count))


def _agree(branch: Branch, after: After, rows: list[SentRow]) -> bool:
    """Tell whether a batch says what is stored wherever both say something."""
    told = [(after.seq, after.chain), *((row.seq, row.chain) for row in rows)]
    known = [(seq, chain) for seq, chain in told if seq in branch.chains]
    return bool(known) and all(branch.chains[seq] == chain for seq, chain in known)


def _json(status: int, answer: object) -> Reply:
    return status, {}, json.dumps(answer).encode()
