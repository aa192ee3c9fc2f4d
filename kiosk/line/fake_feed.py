"""A store's feed as the central server keeps it, in memory: what the kiosk's side is tested on.

It publishes what it is told to, signs rightly, and answers for the head, segments, snapshots
and pictures. ``FeedServer`` serves it over a real socket, with the levers of ``FakeServer``.

Source: docs/feed.md, sections 3 and 4.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import zstandard
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiosk.line.fake_server import FakeServer
from retail.segment import SegmentHeading, heading_record
from retail.snapshot import write_instant

Line = Mapping[str, Any]
HEAD_PATH = "/api/v2/feed/head"
BEGAN = datetime(2026, 11, 23, 8, 30, tzinfo=UTC)
HEAD_MAX = 100


@dataclass(frozen=True, slots=True)
class Packed:
    """A file and its manifest without signature."""

    content: bytes
    manifest: dict[str, Any]


@dataclass(slots=True)
class FakeFeed:
    """One store's feed; ``kept_from`` is the first segment that is still there.

    ``along`` are segments that come with the head, by sequence.
    """

    store: str = "tehran-1"
    chain: str = "pishkhan"
    currency: str = "IRR"
    schema: int = 2
    key: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)
    sequence: int = 0
    kept_from: int = 1
    segments: dict[int, Packed] = field(default_factory=dict)
    along: dict[int, bytes] = field(default_factory=dict)
    snapshots: dict[tuple[int, str], Packed] = field(default_factory=dict)

    def publish(self, records: Iterable[Line], **changes: Any) -> int:
        """Publish the next segment; ``changes`` are made to its manifest before it is signed."""
        self.sequence += 1
        plain = ndjson(self._heading(self.sequence), records)
        packed = zstandard.compress(plain, 3)
        path = f"/api/v2/feed/segments/{self.store}/{self.sequence}"
        manifest = self._manifest("segment", packed, len(plain), path) | changes
        self.segments[self.sequence] = Packed(packed, manifest)
        return self.sequence

    def add_snapshot(self, form: str, records: Iterable[Line], **changes: Any) -> None:
        """Offer a snapshot as of now; a built one is the lines themselves, for ``FakeShelf``."""
        heading = {"kind": "catalogue", "format": 1, "chain": self.chain, "store": self.store,
                   "currency": self.currency, "sequence": self.sequence,
                   "made_at": write_instant(self.made_at(self.sequence)),
                   "zone": "Asia/Tehran"}  # fmt: skip
        self.add_snapshot_file(form, ndjson(heading, records), **changes)

    def add_snapshot_file(self, form: str, plain: bytes, **changes: Any) -> None:
        """Offer ``plain`` as a snapshot, packed as its form wants."""
        pack = zstandard.compress if form == "built" else lambda raw: gzip.compress(raw, mtime=0)
        packed = pack(plain)
        path = f"/api/v2/feed/snapshots/{self.store}/{self.sequence}/{form}"
        manifest = self._manifest(form, packed, len(plain), path)
        if form == "built":
            manifest["schema"] = self.schema
        self.snapshots[self.sequence, form] = Packed(packed, manifest | changes)

    def signed(self, manifest: Mapping[str, Any]) -> dict[str, Any]:
        """Sign a manifest."""
        covered = {k: v for k, v in manifest.items() if k not in ("signature", "path")}
        text = json.dumps(covered, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        signature = base64.b64encode(self.key.sign(text.encode())).decode("ascii")
        return {**manifest, "signature": signature}

    def head(self, after: int) -> dict[str, Any]:
        """Answer for the head, as the server does."""
        whole = after + 1 >= self.kept_from
        following = range(after + 1, self.sequence + 1) if whole else range(0)
        manifests = [self.segments[each].manifest for each in following[:HEAD_MAX]]
        return {
            "store": self.store,
            "sequence": self.sequence,
            "segments": [self.signed(each) for each in manifests],
            "snapshots": [self.signed(each.manifest) for each in self.snapshots.values()],
            "more": len(following) > HEAD_MAX,
            "files": {str(n): base64.b64encode(b).decode("ascii") for n, b in self.along.items()},
        }

    def file(self, path: str) -> bytes | None:
        """Give the file at a path; none where there is none."""
        for each in (*self.segments.values(), *self.snapshots.values()):
            if each.manifest["path"] == path:
                return each.content
        return None

    def made_at(self, sequence: int) -> datetime:
        """Give when a sequence was published."""
        return BEGAN + timedelta(minutes=sequence)

    def _heading(self, sequence: int) -> dict[str, Any]:
        made_at = self.made_at(sequence)
        heading = SegmentHeading(self.chain, self.store, self.currency, sequence, made_at)
        return heading_record(heading)

    def _manifest(self, form: str, packed: bytes, unpacked: int, path: str) -> dict[str, Any]:
        return {
            "format": 2,
            "form": form,
            "store": self.store,
            "sequence": self.sequence,
            "made_at": write_instant(self.made_at(self.sequence)),
            "sha256": hashlib.sha256(packed).hexdigest(),
            "size": len(packed),
            "unpacked": unpacked,
            "path": path,
        }


class FeedServer(FakeServer):
    """A server with a feed; ``files`` come first, so that a test can put in anything."""

    def __init__(self, feed: FakeFeed | None = None, key: str = "kiosk-key") -> None:
        super().__init__(key)
        self.feed = feed or FakeFeed()

    def give(self, path: str) -> tuple[int, dict[str, str], bytes]:
        """Answer for what lies at a path."""
        at = urlsplit(path)
        if at.path in self.files:
            return super().give(path)
        if at.path == HEAD_PATH and not self.feed.sequence:
            refusal = {"code": "nothing_yet", "error": "Expected a published feed, got none"}
            return 404, {}, json.dumps(refusal).encode()
        if at.path == HEAD_PATH:
            after = int(parse_qs(at.query).get("after", ["0"])[0])
            return 200, {}, json.dumps(self.feed.head(after)).encode()
        content = self.feed.file(at.path)
        return (404, {}, b"nothing here") if content is None else (200, {}, content)


def ndjson(heading: Line, records: Iterable[Line]) -> bytes:
    """Write heading, records and end, a line each."""
    body = list(records)
    lines = [heading, *body, {"kind": "end", "records": len(body)}]
    text = (json.dumps(each, separators=(",", ":"), ensure_ascii=False) + "\n" for each in lines)
    return "".join(text).encode()
