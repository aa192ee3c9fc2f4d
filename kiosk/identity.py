"""Who this kiosk is: its own key, and what the server said of it when it was enrolled.

Two files in ``data_dir/identity``. ``key.pem`` is the private half of an Ed25519 key; it is made
here, for its owner's eyes alone, and never leaves the box. ``identity.json`` is the answer to
``GET /api/v2/me``. How both come about is ``kiosk.line.enrolment``.

Source: docs/line.md, sections 1 and 2.
"""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
    load_pem_public_key,
)
from pydantic import Field

import settings
from kiosk.errors import ConfigError, DataError
from settings import Name, SettingsError

FOLDER, KEY_FILE, IDENTITY_FILE = "identity", "key.pem", "identity.json"
FINGERPRINT_BYTES = 16
_AGAIN = "run: kiosk enrol CODE"


@dataclass(frozen=True, slots=True)
class Push:
    """How the server tells that there is news; what ``kind`` needs besides is in ``more``."""

    kind: str = "poll"
    more: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Identity:
    """What the server says that this kiosk is; ``server_key`` is a PEM, ``name`` for people."""

    kiosk: Name
    store: Name
    chain: str
    server_key: str
    name: str = ""
    push: Push = Push()
    versions: Annotated[tuple[int, ...], Field(min_length=1)] = (1,)

    def server_public_key(self) -> Ed25519PublicKey:
        """Give the key that signs what comes down."""
        return read_public_key(self.server_key.encode())


_KNOWN = ("kiosk", "store", "chain", "server_key", "name", "versions")


def read_identity(text: bytes) -> Identity:
    """Read an answer of ``/api/v2/me``, passing over what is not known; raises ``DataError``."""
    try:
        told = json.loads(text)
        known = {name: told[name] for name in _KNOWN if name in told}
        push = dict(told.get("push") or {})
        known["push"] = {"kind": push.pop("kind", "poll"), "more": push}
        identity = settings.read_table(Identity, known)
        identity.server_public_key()
    except SettingsError as error:
        raise DataError(f"Expected an identity, got one with {error}") from None
    except (ValueError, TypeError, AttributeError, KeyError, RecursionError) as error:
        raise DataError(f"Expected an identity, got another answer: {error}") from None
    return identity


def load_identity(data_dir: Path) -> Identity | None:
    """Give the identity of the kiosk in ``data_dir``, if it has one; raises ``ConfigError``."""
    file = data_dir / FOLDER / IDENTITY_FILE
    try:
        return read_identity(file.read_bytes())
    except FileNotFoundError:
        return None
    except (OSError, DataError) as error:
        raise ConfigError(f"{file}: {error}; to ask for it anew run: kiosk enrol") from None


def keep_identity(data_dir: Path, answer: bytes) -> Identity:
    """Check an answer of ``/api/v2/me`` and put it in the place of the one before, on disk."""
    identity = read_identity(answer)
    _write(data_dir / FOLDER / IDENTITY_FILE, answer)
    return identity


def load_key(data_dir: Path) -> Ed25519PrivateKey:
    """Read the kiosk's key; raises ``ConfigError``."""
    file = data_dir / FOLDER / KEY_FILE
    try:
        key = load_pem_private_key(file.read_bytes(), password=None)
    except (OSError, ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise ConfigError(f"{file}: expected this kiosk's key ({_AGAIN}), got {error}") from None
    if not isinstance(key, Ed25519PrivateKey):
        kind = type(key).__name__
        raise ConfigError(f"{file}: expected an Ed25519 key ({_AGAIN}), got {kind}")
    return key


def make_key(data_dir: Path) -> Ed25519PrivateKey:
    """Give the kiosk's key, made now where there is none; raises ``ConfigError``."""
    file = data_dir / FOLDER / KEY_FILE
    if file.exists():
        return load_key(data_dir)
    key = Ed25519PrivateKey.generate()
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    try:
        _write(file, pem)
    except OSError as error:
        raise ConfigError(f"{file}: expected to keep a key there, got {error}") from None
    return key


def set_key_aside(data_dir: Path) -> Path:
    """Rename the key, so that a new one can be made; gives the name that it has now."""
    file = data_dir / FOLDER / KEY_FILE
    number = 1
    while (aside := file.with_name(f"{KEY_FILE}.old-{number}")).exists():
        number += 1
    file.rename(aside)
    return aside


def fingerprint(key: Ed25519PublicKey) -> str:
    """Name a public key: the first 16 bytes of the SHA-256 of its 32 raw bytes, in hex."""
    return hashlib.sha256(key.public_bytes_raw()).digest()[:FINGERPRINT_BYTES].hex()


def read_public_key(pem: bytes) -> Ed25519PublicKey:
    """Read a PEM; raises ``DataError``."""
    try:
        key = load_pem_public_key(pem)
    except (ValueError, UnsupportedAlgorithm) as error:
        raise DataError(f"Expected a public key, got {error}") from None
    if not isinstance(key, Ed25519PublicKey):
        raise DataError(f"Expected an Ed25519 key, got {type(key).__name__}")
    return key


def _write(file: Path, content: bytes) -> None:
    """Put a file in its place, whole and on the disk, for its owner's eyes alone."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    new = file.with_name(f"{file.name}.new")
    new.unlink(missing_ok=True)
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    new.replace(file)
    for folder in (file.parent, file.parent.parent):
        opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)
