"""The bytes of a snapshot and of its manifest: pure, with no database, file or clock.

The same records, sequence and instant give the same bytes with the same zlib, so that two
servers can be compared, and a file that was lost can be made again and still fit its signature.

Source: docs/snapshot.md, "The file" and "The manifest".
"""

from __future__ import annotations

import gzip
import hashlib
import json
from base64 import b64encode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from retail.snapshot import FORMAT, Record, write_instant

COMPRESSION = 6  # beyond it, a 1,500-product file gets 1 % smaller and takes twice as long
UNSIGNED = ("signature", "path")  # fields of the manifest that the signature does not cover


@dataclass(frozen=True, slots=True)
class Heading:
    """What the first line says of the snapshot; ``made_at`` is aware."""

    chain: str
    store: str
    currency: str
    zone: str
    sequence: int
    made_at: datetime

    def record(self) -> dict[str, Any]:
        """Write the snapshot's first line."""
        return {
            "kind": "catalogue",
            "format": FORMAT,
            "chain": self.chain,
            "store": self.store,
            "currency": self.currency,
            "sequence": self.sequence,
            "made_at": write_instant(self.made_at),
            "zone": self.zone,
        }


def write_line(record: Record) -> bytes:
    """Write one record as a line of the snapshot, with its line feed."""
    return json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def write_snapshot(heading: Heading, lines: Iterable[bytes]) -> bytes:
    """Put ``lines`` (of ``write_line``) between heading and end, and compress them."""
    body = list(lines)
    end = {"kind": "end", "records": len(body)}
    plain = b"".join([write_line(heading.record()), *body, write_line(end)])
    return gzip.compress(plain, COMPRESSION, mtime=0)


def content_digest(lines: Iterable[bytes]) -> str:
    """Give the SHA-256 of what a snapshot says, apart from its sequence and instant."""
    digest = hashlib.sha256()
    for line in lines:
        digest.update(line)
    return digest.hexdigest()


def write_manifest(
    heading: Heading, file: bytes, key: Ed25519PrivateKey, path: str
) -> dict[str, Any]:
    """Describe and sign the snapshot ``file``; ``path`` is where the server gives it."""
    manifest: dict[str, Any] = {
        "format": FORMAT,
        "store": heading.store,
        "sequence": heading.sequence,
        "made_at": write_instant(heading.made_at),
        "sha256": hashlib.sha256(file).hexdigest(),
        "size": len(file),
    }
    signature = b64encode(key.sign(signed_bytes(manifest))).decode("ascii")
    return {**manifest, "signature": signature, "path": path}


def signed_bytes(manifest: Mapping[str, Any]) -> bytes:
    """Give the bytes of a manifest that its signature is over."""
    covered = {name: value for name, value in manifest.items() if name not in UNSIGNED}
    return json.dumps(covered, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
