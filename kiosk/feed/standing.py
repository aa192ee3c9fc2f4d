"""How the core stands to what the feed brought: read by the feed, written by the core's thread.

One frozen value is replaced as a whole, so a reader in another thread never sees half of one.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Standing:
    """``in_use`` is the sequence of the catalogue in use, 0 for none.

    ``answered`` counts the built catalogues that the core has looked at since the start, and
    ``refused`` tells whether it refused the last of them.
    """

    in_use: int = 0
    answered: int = 0
    refused: bool = False
