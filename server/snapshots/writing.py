"""The bytes of a snapshot and of its manifest: pure, with no database, file or clock.

The same records, sequence and instant give the same bytes with the same zlib, so that two
servers can be compared, and a file that was lost can be made again and still fit its signature.

Source: docs/snapshot.md, "The file" and "The manifest".
"""

from __future__ import annotations

import hashlib
import json
import zlib
from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from retail.snapshot import FORMAT, Record, write_instant

GZIP_WBITS = 16 + zlib.MAX_WBITS  # zlib's word for the gzip format, with time 0
_PRODUCT = b'{"kind":"product"'
COMPRESSION = 6  # beyond it, a 1,500-product file gets 1 % smaller and takes twice as long
UNSIGNED = ("signature", "path")  # fields of the manifest that the signature does not cover


@dataclass(frozen=True, slots=True)
class Heading:
    """What the first line says of the snapshot; ``made_at`` is aware.

    ``rules`` is how many rules are left out, for readers that know none.
    """

    chain: str
    store: str
    currency: str
    zone: str
    sequence: int
    made_at: datetime
    rules: int = 0
    vat_included: bool = True

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
            **({"rules": self.rules} if self.rules else {}),
            **({} if self.vat_included else {"vat_included": False}),
        }


def write_line(record: Record) -> bytes:
    """Write one record as a line of the snapshot, with its line feed."""
    return msgspec.json.encode(record) + b"\n"


@dataclass(frozen=True, slots=True)
class FileDigest:
    """What a manifest says of a file: SHA-256 in hex, bytes as fetched, bytes unpacked."""

    sha256: str
    size: int
    unpacked: int


class Packing:
    """A snapshot's file made piece by piece, however many lines it has."""

    def __init__(self) -> None:
        self._size = self._unpacked = self.products = 0
        self._sha256, self._content = hashlib.sha256(), hashlib.sha256()

    def pieces(self, heading: Heading, lines: Iterable[bytes]) -> Iterator[bytes]:
        """Put ``lines`` (of ``write_line``) between heading and end; the pieces are the file."""
        packer = zlib.compressobj(COMPRESSION, zlib.DEFLATED, GZIP_WBITS)
        for line in self._framed(heading, lines):
            self._unpacked += len(line)
            yield self._measured(packer.compress(line))
        yield self._measured(packer.flush())

    @property
    def digest(self) -> FileDigest:
        """What a manifest says of the file, once all pieces are made."""
        return FileDigest(self._sha256.hexdigest(), self._size, self._unpacked)

    @property
    def content_sha256(self) -> str:
        """The SHA-256 of what the snapshot says, apart from its sequence and instant."""
        return self._content.hexdigest()

    def _framed(self, heading: Heading, lines: Iterable[bytes]) -> Iterator[bytes]:
        yield write_line(heading.record())
        records = 0
        for line in lines:
            self._content.update(line)
            self.products += line.startswith(_PRODUCT)
            records += 1
            yield line
        yield write_line({"kind": "end", "records": records})

    def _measured(self, piece: bytes) -> bytes:
        self._size += len(piece)
        self._sha256.update(piece)
        return piece


def write_manifest(
    heading: Heading, file: FileDigest, key: Ed25519PrivateKey, path: str
) -> dict[str, Any]:
    """Describe and sign a snapshot's file; ``path`` is where the server gives it."""
    manifest: dict[str, Any] = {
        "format": FORMAT,
        "store": heading.store,
        "sequence": heading.sequence,
        "made_at": write_instant(heading.made_at),
        "sha256": file.sha256,
        "size": file.size,
    }
    signature = b64encode(key.sign(signed_bytes(manifest))).decode("ascii")
    return {**manifest, "signature": signature, "path": path}


def signed_bytes(manifest: Mapping[str, Any]) -> bytes:
    """Give the bytes of a manifest that its signature is over."""
    covered = {name: value for name, value in manifest.items() if name not in UNSIGNED}
    return json.dumps(covered, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
