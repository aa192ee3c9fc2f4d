"""Which sales a gate has let out: a small file, locked, on the disk before it is believed.

A line is a sale's id and when it was let out. What is older than a gate looks back for goes when
the file has grown.

Source: docs/receipts.md, section 3, "Checking".
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

from kiosk.errors import DataError

BYTES_MAX = 1 << 20  # some 16,000 sales
KEPT = timedelta(days=2)


class SeenFile:
    """Called as ``kiosk.receipt.checking.Seen``; several processes may share the file.

    ``kept`` is to be longer than a receipt is good for. Raises ``DataError`` where it cannot be
    read or written.
    """

    def __init__(self, file: Path, kept: timedelta = KEPT) -> None:
        self._file, self._kept = file, kept

    def __call__(self, sale_id: UUID, now: datetime) -> datetime | None:
        """Give when the sale was let out before; where it was not, note that it is now."""
        try:
            with self._locked():
                content = self._file.read_bytes() if self._file.exists() else b""
                known = _read(content)
                if sale_id in known:
                    return known[sale_id]
                if len(content) >= BYTES_MAX:
                    content = self._made_smaller(known, now)
                self._append(sale_id, now, content)
        except OSError as error:
            raise DataError(f"{self._file}: expected to note a sale, got {error}") from None
        return None

    @contextmanager
    def _locked(self) -> Iterator[None]:
        with self._beside(".lock").open("ab") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _append(self, sale_id: UUID, now: datetime, content: bytes) -> None:
        with self._file.open("ab") as stream:
            stream.truncate(content.rfind(b"\n") + 1)  # the power may have cut the last one short
            stream.write(_line(sale_id, now))
            stream.flush()
            os.fsync(stream.fileno())

    def _made_smaller(self, known: Mapping[UUID, datetime], now: datetime) -> bytes:
        """Put a file with the young ones alone in its place, whole; gives what is in it."""
        young = {sale: at for sale, at in known.items() if at > now - self._kept}
        content = b"".join(_line(*each) for each in young.items())
        with self._beside(".new").open("wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        self._beside(".new").replace(self._file)
        return content

    def _beside(self, ending: str) -> Path:
        return self._file.with_name(self._file.name + ending)


def _line(sale_id: UUID, at: datetime) -> bytes:
    return f"{sale_id} {at.astimezone(UTC).isoformat(timespec='seconds')}\n".encode()


def _read(content: bytes) -> dict[UUID, datetime]:
    """Read all whole lines; half a line is one that was never believed."""
    known: dict[UUID, datetime] = {}
    whole = content[: content.rfind(b"\n") + 1]
    for line in whole.decode("ascii", "replace").splitlines():
        sale, _, told = line.partition(" ")
        try:
            at = datetime.fromisoformat(told)
            known.setdefault(UUID(sale), at if at.tzinfo else at.replace(tzinfo=UTC))
        except ValueError:
            continue
    return known
