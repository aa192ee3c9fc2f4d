"""The bytes of a segment and of the feed's manifests: pure, with no database, file or clock.

Source: docs/feed.md, section 3; docs/snapshot.md, "The manifest" (what is signed, and how).
"""

from __future__ import annotations

import hashlib
from base64 import b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import zstandard
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from retail.segment import FORMAT, SegmentHeading, heading_record
from retail.snapshot import write_instant
from server.snapshots.writing import FileDigest, signed_bytes, write_line

COMPRESSION = 12  # of zstd: 10,500 changes take 0.1 s; 19 takes five times that for 3 % less
Form = Literal["segment", "records", "ruled", "built"]


@dataclass(frozen=True, slots=True)
class Packed:
    """A file as it is fetched, and how many bytes it unpacks to."""

    content: bytes
    unpacked: int

    @property
    def digest(self) -> FileDigest:
        """What a manifest says of it."""
        sha256 = hashlib.sha256(self.content).hexdigest()
        return FileDigest(sha256, len(self.content), self.unpacked)


@dataclass(frozen=True, slots=True)
class About:
    """What a manifest says besides of its file; ``schema`` is a built one's, else None."""

    form: Form
    store: str
    sequence: int
    made_at: datetime
    path: str
    schema: int | None = None


def write_segment(heading: SegmentHeading, lines: Iterable[bytes]) -> Packed:
    """Put ``lines`` (of ``write_line``) between heading and end, and compress them."""
    body = list(lines)
    end = {"kind": "end", "records": len(body)}
    plain = b"".join([write_line(heading_record(heading)), *body, write_line(end)])
    return Packed(zstandard.compress(plain, COMPRESSION), len(plain))


def write_manifest(about: About, file: FileDigest, key: Ed25519PrivateKey) -> dict[str, Any]:
    """Describe and sign a file of the feed."""
    manifest: dict[str, Any] = {
        "format": FORMAT,
        "form": about.form,
        "store": about.store,
        "sequence": about.sequence,
        "made_at": write_instant(about.made_at),
        "sha256": file.sha256,
        "size": file.size,
        "unpacked": file.unpacked,
    }
    if about.schema is not None:
        manifest["schema"] = about.schema
    signature = b64encode(key.sign(signed_bytes(manifest))).decode("ascii")
    return {**manifest, "signature": signature, "path": about.path}


def segment_path(store: str, sequence: int) -> str:
    """Give the URL path of a segment."""
    return f"/api/v2/feed/segments/{store}/{sequence}"


def snapshot_path(store: str, sequence: int, form: Form) -> str:
    """Give the URL path of a snapshot in one of its forms."""
    return f"/api/v2/feed/snapshots/{store}/{sequence}/{form}"
