"""Which edition is in use: what the core's thread and the feed's tell one another of it.

Each writes one attribute and reads the other's; a frozen value is replaced as a whole, so neither
waits and neither sees half of one.

Source: docs/feed.md, section 6; docs/catalogue.md, section 4.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, eq=False)
class Edition:
    """A catalogue's file; each one said is another one, also about the same file."""

    file: Path | None = None


class InUse:
    """``brought`` is what the feed wants used from now on; ``answer`` what the core uses."""

    def __init__(self) -> None:
        self.brought = Edition()  # written by the feed's thread
        self.answer = Edition()  # written by the core's thread
