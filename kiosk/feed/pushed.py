"""What a push says, and when the feed then looks. Pure but for the clock that it is given.

A push says "sequence N" and nothing else; whoever forges one costs the server one question. How
long to wait before it is said too, so that ten thousand kiosks do not ask in one second.

Source: docs/feed.md, section 7.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from kiosk.feed.manifest import without_doubles
from kiosk.feed.offer import SEQUENCE_END

SPREAD_MS_MAX = 10_000
GAP_S = 0.5  # between two looks because of pushes: a flood of forged ones is no flood of questions
MESSAGE_BYTES_MAX = 1_024


@dataclass(frozen=True, slots=True)
class Pushed:
    """There is a sequence N; ask within ``spread_ms``."""

    sequence: int
    spread_ms: int = 0


def read_pushed(data: bytes) -> Pushed | None:
    """Read a push; none where it says nothing that makes sense."""
    if len(data) > MESSAGE_BYTES_MAX:
        return None
    try:
        told = json.loads(data, object_pairs_hook=without_doubles)
        sequence, spread_ms = told["sequence"], told.get("spread_ms", 0)
    except (ValueError, TypeError, AttributeError, KeyError, RecursionError):
        return None
    if type(sequence) is not int or type(spread_ms) is not int or spread_ms < 0:
        return None
    if not 0 < sequence < SEQUENCE_END:
        return None
    return Pushed(sequence, min(spread_ms, SPREAD_MS_MAX))


@dataclass(slots=True)
class Rest:
    """The wait between two looks, in seconds of one clock that is never set.

    It ends at ``ends_s``, unless a push lets it end earlier; before ``earliest_s`` none can,
    because the server asked to be left alone.
    """

    ends_s: float
    earliest_s: float = 0.0

    def hear(self, pushed: Pushed, here: int, now_s: float, chance: float) -> None:
        """Take a push into account; ``here`` is the sequence in use, ``chance`` from 0 up to 1."""
        if pushed.sequence > here:
            after = now_s + pushed.spread_ms / 1_000 * chance
            self.ends_s = min(self.ends_s, max(after, self.earliest_s))
