"""The server's two secrets, each a file of the data directory that its owner alone may read.

They are made once, at the first set-up, and never stand in settings, logs or the database.

- ``secret.key``: signs sessions and forms of the office; losing it only logs people out.
- ``signing.key``: the Ed25519 key that signs snapshots. Its public half, ``signing.pub``, is on
  every kiosk; losing it means carrying a new one to each.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

SECRET_FILE = "secret.key"  # noqa: S105  (a file's name)
SIGNING_FILE = "signing.key"
PUBLIC_FILE = "signing.pub"
OWNER_ONLY = 0o600


class SecretMissingError(Exception):
    """A secret is not there or cannot be used; the text says what to do."""


def make_secrets(data_dir: Path) -> list[Path]:
    """Make what is missing of the secrets and give the files that are new."""
    data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    made = []
    secret_file, signing_file = data_dir / SECRET_FILE, data_dir / SIGNING_FILE
    if _write_new(secret_file, secrets.token_urlsafe(64).encode()):
        made.append(secret_file)
    pem = Ed25519PrivateKey.generate().private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
    )
    if _write_new(signing_file, pem):
        made.append(signing_file)
    public = signing_key(data_dir).public_key()
    (data_dir / PUBLIC_FILE).write_bytes(
        public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    )
    return made


def secret_key(data_dir: Path) -> str:
    """Give Django's secret key, or an empty text before the first set-up."""
    try:
        return (data_dir / SECRET_FILE).read_text("ascii").strip()
    except FileNotFoundError:
        return ""


def signing_key(data_dir: Path) -> Ed25519PrivateKey:
    """Give the key that signs snapshots; raises ``SecretMissingError``."""
    file = data_dir / SIGNING_FILE
    try:
        key = load_pem_private_key(file.read_bytes(), password=None)
    except (OSError, ValueError) as error:
        raise SecretMissingError(
            f"Expected a signing key in {file} (run: kiosk-server setup), got {error}"
        ) from None
    if not isinstance(key, Ed25519PrivateKey):
        raise SecretMissingError(f"Expected an Ed25519 key in {file}, got another kind")
    return key


def _write_new(file: Path, content: bytes) -> bool:
    """Write ``content`` for the owner's eyes, unless the file is there already."""
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY)
    except FileExistsError:
        return False
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    return True
