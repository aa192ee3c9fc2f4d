"""What the feed needs of the catalogue; ``kiosk.storage`` has it, ``fake_shelf`` for tests.

It is called on the feed's thread alone. Readers on other threads go on meanwhile and see one
published sequence or the next, never something between.

Source: docs/feed.md, section 6.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Protocol

from kiosk.feed.segment_file import SegmentRecord
from retail.segment import SegmentHeading


class Shelf(Protocol):
    """The catalogue as the feed changes it."""

    @property
    def sequence(self) -> int:
        """What is in use leads up to this; 0 where there is no catalogue."""
        ...

    @property
    def made_at(self) -> datetime | None:
        """When head office published that, aware UTC; none where there is no catalogue."""
        ...

    @property
    def base_sequence(self) -> int:
        """The sequence of the sealed file under the changes; 0 where there is none."""
        ...

    @property
    def store_id(self) -> str:
        """Whose catalogue it is; empty where there is none."""
        ...

    @property
    def wants_base(self) -> bool:
        """The changes have grown so large that a newer base is to be taken."""
        ...

    def apply(self, heading: SegmentHeading, records: Iterable[SegmentRecord]) -> None:
        """Go from N-1 to N = ``heading.sequence``, in one transaction, on the disk after it.

        The records are read to their end before the commit. Whatever is raised, by them or
        here (``DataError`` where they do not fit), leaves N-1.
        """
        ...

    def take_base(self, file: Path) -> None:
        """Use ``file``, a sound catalogue in the folder of editions, as the base from now on.

        What was applied since its sequence is kept: ``sequence`` never goes back, but where
        the base is another store's. Raises ``DataError``, and then all is as before and the
        file is deleted by the caller. The file has its name before this is called, so a power
        cut may leave an edition there that was never taken; it must not be used at the next
        start if that would let ``sequence`` go back.
        """
        ...

    def named_pictures(self) -> Iterable[str]:
        """Give the names of all pictures that products have, some of them more than once.

        They are read to the end, or let go, before anything else is called.
        """
        ...
