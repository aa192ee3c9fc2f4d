"""The manifest of version 1: what the server says is newest, and whether to believe it.

Those of format 2 are ``kiosk.feed.offer``; both are signed in the same way. Pure but for
reading the files it is given. Every check that stands between a file from the line and a price
on the screen is here; making a catalogue of the file is not.

Source: docs/snapshot.md, "The manifest" (fields, signed text, order of the checks).
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import re
import zlib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from kiosk.errors import ConfigError, DataError
from retail.snapshot import FORMAT, read_instant

SNAPSHOT_BYTES_MAX = 1 << 30  # a million products are about a tenth of it
HEADING_BYTES_MAX = 1 << 16
_SHA_256 = re.compile(r"[0-9a-f]{64}")
_PATH = re.compile(r"/[A-Za-z0-9][A-Za-z0-9._~/-]{0,200}")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Manifest:
    """A snapshot that the server offers, with a right signature; ``size`` is in bytes."""

    store: str
    sequence: int
    made_at: datetime
    sha256: str
    size: int
    path: str


def load_public_key(file: Path) -> Ed25519PublicKey:
    """Read the key that snapshots are signed with, a PEM file; raises ``ConfigError``."""
    try:
        key = load_pem_public_key(file.read_bytes())
    except (OSError, ValueError) as error:
        raise ConfigError(
            f"server.public_key_file: expected an Ed25519 key in {file}, got {error}"
        ) from None
    if not isinstance(key, Ed25519PublicKey):
        kind = type(key).__name__
        raise ConfigError(f"server.public_key_file: expected an Ed25519 key in {file}, got {kind}")
    return key


def read_manifest(body: bytes, key: Ed25519PublicKey) -> Manifest:
    """Read and believe a manifest; raises ``DataError`` where it is wrong or not signed."""
    try:
        told = json.loads(body, object_pairs_hook=without_doubles)
    except (ValueError, RecursionError) as error:
        raise DataError(f"manifest: expected JSON, got {error}") from None
    if not isinstance(told, dict):
        raise DataError(f"manifest: expected an object, got {body[:60]!r}")
    if told.get("format") != FORMAT:
        raise DataError(f"manifest: expected format {FORMAT}, got {told.get('format')!r}")
    _check_signature(told, key)
    return Manifest(
        store=_take(told, "store", str),
        sequence=_at_least_1(told, "sequence"),
        made_at=_instant(told),
        sha256=_matching(told, "sha256", _SHA_256),
        size=_at_least_1(told, "size"),
        path=_matching(told, "path", _PATH),  # unsigned, so it may lead nowhere but to the server
    )


def signed_text(manifest: dict[str, Any]) -> bytes:
    """Give the bytes that are signed: all fields but the signature itself and the path."""
    signed = {k: v for k, v in manifest.items() if k not in ("signature", "path")}
    return json.dumps(signed, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def check_wanted(manifest: Manifest, store: str, sequence: int) -> bool:
    """Tell whether the snapshot is newer than the one of ``sequence``, and so to be fetched.

    Raises ``DataError`` for another store's, and for one that is older: it was signed once,
    and whoever plays it to us again wants old prices on the screen.
    """
    if manifest.store != store:
        raise DataError(f"manifest: expected store {store!r}, got {manifest.store!r}")
    if manifest.sequence < sequence:
        raise DataError(f"manifest: expected sequence {sequence} or more, got {manifest.sequence}")
    if manifest.size > SNAPSHOT_BYTES_MAX:
        raise DataError(
            f"manifest: expected at most {SNAPSHOT_BYTES_MAX} bytes, got {manifest.size}"
        )
    return manifest.sequence > sequence


def check_file(file: Path, manifest: Manifest) -> None:
    """Hold a fetched file against its manifest; raises ``DataError``."""
    size = file.stat().st_size
    if size != manifest.size:
        raise DataError(f"snapshot: expected {manifest.size} bytes, got {size}")
    with file.open("rb") as opened:
        sha256 = hashlib.file_digest(opened, "sha256").hexdigest()
    if sha256 != manifest.sha256:
        raise DataError(f"snapshot: expected SHA-256 {manifest.sha256}, got {sha256}")
    heading = _read_heading(file)
    for field, expected in (("store", manifest.store), ("sequence", manifest.sequence)):
        if heading.get(field) != expected:
            got = heading.get(field)
            raise DataError(f"snapshot: expected {field} {expected!r} in its heading, got {got!r}")


def _read_heading(file: Path) -> dict[str, Any]:
    try:
        with gzip.open(file) as unpacked:
            heading = json.loads(unpacked.readline(HEADING_BYTES_MAX))
    except (OSError, EOFError, zlib.error, ValueError, RecursionError) as error:
        raise DataError(f"snapshot: expected a heading, got {error}") from None
    if not isinstance(heading, dict):
        raise DataError(f"snapshot: expected a heading, got {heading!r:.60}")
    return heading


def is_signed(told: dict[str, Any], key: Ed25519PublicKey) -> bool:
    """Tell whether a manifest, as it was read, has a right signature."""
    try:
        signature = base64.b64decode(told.get("signature"), validate=True)  # type: ignore[arg-type]
        key.verify(signature, signed_text(told))
    except (ValueError, TypeError, RecursionError, InvalidSignature):
        return False
    return True


def _check_signature(told: dict[str, Any], key: Ed25519PublicKey) -> None:
    _take(told, "signature", str)
    if not is_signed(told, key):
        raise DataError("manifest: expected the server's signature, got another")


def without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Refuse a field that stands there twice: two readers could each believe another one."""
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise ValueError("a field twice")
    return fields


def _take(told: dict[str, Any], field: str, kind: type[T]) -> T:
    value = told.get(field)
    if type(value) is not kind:
        raise DataError(f"manifest: expected {kind.__name__} in {field!r}, got {value!r:.60}")
    return value


def _at_least_1(told: dict[str, Any], field: str) -> int:
    value = _take(told, field, int)
    if value < 1:
        raise DataError(f"manifest: expected {field} of 1 or more, got {value}")
    return value


def _matching(told: dict[str, Any], field: str, pattern: re.Pattern[str]) -> str:
    value = _take(told, field, str)
    if not pattern.fullmatch(value):
        raise DataError(f"manifest: expected {field} as {pattern.pattern}, got {value[:80]!r}")
    return value


def _instant(told: dict[str, Any]) -> datetime:
    try:
        return read_instant(_take(told, "made_at", str))
    except ValueError as error:
        raise DataError(f"manifest: made_at: {error}") from None
