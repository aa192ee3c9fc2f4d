"""A box as the server sees it: rows that chain, batches of them, and copies of its disk."""

from __future__ import annotations

import copy
import hashlib
import json
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import uuid_utils

UNKNOWN = {"code": "4006381333931", "symbology": "E0"}


@dataclass
class Box:
    """One file of a kiosk; ``mono_ms`` is the box's clock, which a row and a batch tell."""

    epoch: UUID = field(default_factory=uuid4)
    stream: str = "ledger"
    boot: UUID = field(default_factory=uuid4)
    mono_ms: int = 1_000
    wall_ms: int = 1_763_886_600_000
    rows: list[dict[str, Any]] = field(default_factory=list)

    def put(self, kind: str = "unknown_code", body: Any = None, ver: int = 1) -> dict[str, Any]:
        """Write a row."""
        body = UNKNOWN if body is None else body
        event_id = UUID(bytes=uuid_utils.uuid7().bytes)
        text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
        before = bytes.fromhex(self.chain_at(len(self.rows)))
        chain = hashlib.sha256(before + event_id.bytes + text.encode()).hexdigest()
        row = {
            "seq": len(self.rows) + 1,
            "id": str(event_id),
            "kind": kind,
            "ver": ver,
            "wall_ms": self.wall_ms,
            "boot_id": str(self.boot),
            "mono_ms": self.mono_ms,
            "chain": chain,
            "body": json.loads(text),
        }
        self.rows.append(row)
        return row

    def fill(self, count: int) -> Box:
        """Write some rows."""
        for number in range(count):
            self.put("device_back", {"device": f"scanner {number}"})
        return self

    def chain_at(self, seq: int) -> str:
        """Give the chain of a row, or what stands before the first."""
        return self.rows[seq - 1]["chain"] if seq else hashlib.sha256(self.epoch.bytes).hexdigest()

    def batch(self, after: int = 0, count: int = 50, **more: Any) -> dict[str, Any]:
        """Give what the box sends behind row ``after``."""
        rows = self.rows[after : after + count]
        return {
            "epoch": str(self.epoch),
            "stream": self.stream,
            "after": {"seq": after, "chain": self.chain_at(after)},
            "clock": self.clock(),
            "rows": rows,
            **more,
        }

    def again(self, *rows: dict[str, Any]) -> dict[str, Any]:
        """Give what the box sends to try parked rows again."""
        sent = self.batch(0, 1, rows=[*rows])
        del sent["after"]
        return sent

    def clock(self) -> dict[str, Any]:
        """Give what the box's clocks show."""
        return {"boot_id": str(self.boot), "mono_ms": self.mono_ms, "wall_ms": self.wall_ms}

    def cloned(self) -> Box:
        """Give a box with a copy of this one's disk."""
        return copy.deepcopy(self)


def as_bytes(batch: dict[str, Any]) -> bytes:
    """Write a batch as a box does: bodies are the very bytes that the chain is of."""
    return json.dumps(batch, ensure_ascii=False, separators=(",", ":")).encode()
