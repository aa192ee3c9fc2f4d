"""Unpacks a fetched file within bounds, and holds it against what was offered.

However a file was made, no more is read of it than its manifest says, and no more memory is
used than a window of ``WINDOW_BYTES_MAX``. What the bytes mean is told elsewhere.

Source: RFC 8878 (zstd; frames may follow each other), RFC 1952 (gzip); docs/feed.md, section 5.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import os
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import zstandard

from kiosk.feed.faults import Reason, Refusal, RefusedError
from kiosk.feed.offer import Offer

WINDOW_BYTES_MAX = 1 << 27  # what zstd's own tools allow
CHUNK_BYTES = 1 << 16


def check_packed(file: Path, offer: Offer) -> None:
    """Compare size and SHA-256 with what was offered; raises ``RefusedError``."""
    size = file.stat().st_size
    if size != offer.size:
        reason = Reason.TRUNCATED if size < offer.size else Reason.TAMPERED
        raise refused(offer, reason, f"Expected {offer.size} bytes, got {size}")
    with file.open("rb") as opened:
        sha256 = hashlib.file_digest(opened, "sha256").hexdigest()
    if sha256 != offer.sha256:
        raise refused(offer, Reason.TAMPERED, f"Expected SHA-256 {offer.sha256}, got {sha256}")


@contextmanager
def unpacking(file: Path, offer: Offer) -> Iterator[io.BufferedReader]:
    """Give what is in the file, to be read to its end; reading raises ``RefusedError``."""
    with file.open("rb") as packed, _unpacked(packed, offer) as unpacked:
        yield io.BufferedReader(_Bounded(unpacked, offer), CHUNK_BYTES)


def unpack(file: Path, offer: Offer, to: Path) -> None:
    """Write all of it to ``to``, on the disk when this returns; raises ``RefusedError``."""
    with unpacking(file, offer) as unpacked, to.open("wb") as written:
        while chunk := unpacked.read1(CHUNK_BYTES):
            written.write(chunk)
        written.flush()
        os.fsync(written.fileno())


def refused(offer: Offer, reason: Reason, told: str) -> RefusedError:
    """Make the refusal of an offer."""
    return RefusedError(Refusal(reason, told, offer.sequence))


def _unpacked(packed: IO[bytes], offer: Offer) -> IO[bytes]:
    if offer.form in ("records", "ruled"):
        return gzip.GzipFile(fileobj=packed, mode="rb")  # type: ignore[return-value]
    bounded = zstandard.ZstdDecompressor(max_window_size=WINDOW_BYTES_MAX)
    # what comes behind a frame is another one or a fault: it would be passed over else
    return bounded.stream_reader(packed, CHUNK_BYTES, read_across_frames=True)


class _Bounded(io.RawIOBase):
    """What comes out of ``unpacked``: as many bytes as were offered, no fewer and no more."""

    def __init__(self, unpacked: IO[bytes], offer: Offer) -> None:
        self._unpacked, self._offer, self._left = unpacked, offer, offer.unpacked

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        """Fill the buffer; 0 is the end."""
        wanted = min(len(buffer), self._left) or 1  # at the end: see that nothing follows
        try:
            came = self._unpacked.read(wanted)
        except (OSError, EOFError, zlib.error, zstandard.ZstdError) as error:
            raise self._fault(error) from None
        if not came and self._left:
            raise refused(self._offer, Reason.TRUNCATED, f"Expected {self._left} bytes more")
        if len(came) > self._left:
            said = f"Expected {self._offer.unpacked} bytes unpacked, got more"
            raise refused(self._offer, Reason.BOMB, said)
        self._left -= len(came)
        buffer[: len(came)] = came
        return len(came)

    def _fault(self, error: Exception) -> Exception:
        if isinstance(error, OSError) and not isinstance(error, gzip.BadGzipFile):
            return error  # of the disk, and not of the file
        reason = Reason.TRUNCATED if isinstance(error, EOFError) else Reason.BAD_PACKING
        return refused(self._offer, reason, f"Expected a packed file, got: {error}")
