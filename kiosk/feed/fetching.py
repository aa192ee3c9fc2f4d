"""Fetches a file that was offered, and remembers which snapshots are not worth it now.

Source: docs/feed.md, section 5.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic

from kiosk.errors import DataError
from kiosk.feed.faults import NoAnswerError, Reason
from kiosk.feed.offer import Offer
from kiosk.feed.plan import REFUSALS_MAX
from kiosk.feed.unpacking import check_packed, refused
from kiosk.line.server import ServerLink

UNFIT_AGAIN_S = 3_600.0  # a snapshot that cannot be used is not fetched over and over
# what may have happened on the way; other faults are in the file, however often it comes
_ON_THE_WAY = (Reason.TRUNCATED, Reason.TAMPERED)


@contextmanager
def fetched(
    link: ServerLink,
    offer: Offer,
    folder: Path,
    stopped: Callable[[], bool],
    along: bytes = b"",
) -> Iterator[Path]:
    """Give a file of the size and SHA-256 that were offered; it is gone after the block.

    ``along`` is what came with the head; where it is not what was offered, the file is fetched.
    Raises ``RefusedError``, ``Unreachable`` and ``NoAnswerError``.
    """
    folder.mkdir(parents=True, exist_ok=True)
    part = folder / f"{offer.form}.part"
    try:
        if not _came_along(along, offer, part):
            _download(link, offer, part, stopped)
        yield part
    finally:
        part.unlink(missing_ok=True)


def _came_along(along: bytes, offer: Offer, part: Path) -> bool:
    if len(along) != offer.size or hashlib.sha256(along).hexdigest() != offer.sha256:
        return False
    part.write_bytes(along)
    return True


def _download(link: ServerLink, offer: Offer, part: Path, stopped: Callable[[], bool]) -> None:
    try:
        answer = link.download(offer.path, part, offer.size, stopped)
    except DataError as error:  # more bytes than were offered
        raise refused(offer, Reason.TAMPERED, str(error)) from None
    if answer.status != 200:
        raise NoAnswerError(answer, of_a_file=True)
    check_packed(part, offer)


class Unfit:
    """Snapshots, by their SHA-256, that were refused."""

    def __init__(self) -> None:
        self._refused: dict[str, tuple[int, float]] = {}  # how often, and until when it counts

    def note(self, offer: Offer, reason: Reason) -> None:
        """Note a refusal: one that no fetching anew can mend counts at once."""
        times, _ = self._refused.get(offer.sha256, (0, 0.0))
        times = times + 1 if reason in _ON_THE_WAY else REFUSALS_MAX
        self._refused[offer.sha256] = (times, monotonic() + UNFIT_AGAIN_S)

    def now(self) -> frozenset[str]:
        """Give those that are not to be fetched now."""
        now = monotonic()
        self._refused = {k: each for k, each in self._refused.items() if each[1] > now}
        return frozenset(k for k, (times, _) in self._refused.items() if times >= REFUSALS_MAX)
