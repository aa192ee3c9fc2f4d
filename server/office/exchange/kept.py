"""Files between their preview and their import: in the data directory, for an hour at most.

What was shown is signed along with the file's name, so that another person, another table or
another file is refused, and what is then done is compared with what was shown.
"""

from __future__ import annotations

import re
import secrets
import time
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from django.core import signing

from server.configuration import Configuration

KEPT_S: Final = 3_600
_SALT = "office.exchange.preview"
_NAME = re.compile(r"[0-9a-f]{32}")


class NotKeptError(Exception):
    """There is no such preview, or it is too old, or it is another person's."""


@dataclass(frozen=True, slots=True)
class Preview:
    """What a person was shown: ``file`` is its name here, ``name`` the one that they gave it."""

    file: str
    name: str
    table: str
    user: str
    at: str  # ISO 8601: the instant that the import goes by
    digest: str

    @property
    def instant(self) -> datetime:
        """The instant as of which the file was tried."""
        return datetime.fromisoformat(self.at)

    def signed(self) -> str:
        """Write it for a form."""
        return signing.dumps(asdict(self), salt=_SALT)

    @classmethod
    def of(cls, text: str, table: str, user: str) -> Preview:
        """Read what a form brings back; raises ``NotKeptError``."""
        try:
            preview = cls(**signing.loads(text, salt=_SALT, max_age=KEPT_S))
        except signing.BadSignature:
            raise NotKeptError from None
        if (preview.table, preview.user) != (table, user):
            raise NotKeptError
        return preview


def keep(configuration: Configuration, content: bytes) -> str:
    """Keep a file, forget those that are too old, and give its name."""
    folder = _folder(configuration)
    folder.mkdir(mode=0o700, exist_ok=True)
    for old in folder.iterdir():
        with suppress(FileNotFoundError):  # another process forgot it at the same time
            if old.stat().st_mtime < time.time() - KEPT_S:
                old.unlink()
    name = secrets.token_hex(16)
    (folder / name).write_bytes(content)
    return name


def kept(configuration: Configuration, name: str) -> bytes:
    """Give what was kept; raises ``NotKeptError``."""
    assert _NAME.fullmatch(name), name  # it was signed
    try:
        return (_folder(configuration) / name).read_bytes()
    except FileNotFoundError:
        raise NotKeptError from None


def forget(configuration: Configuration, name: str) -> None:
    """Forget a file that was imported."""
    (_folder(configuration) / name).unlink(missing_ok=True)


def _folder(configuration: Configuration) -> Path:
    return configuration.data_dir / "imports"
