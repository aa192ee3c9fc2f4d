"""What may be wrong with what the feed brings, each with its name.

A name stands in the log, on the staff's screen and in the event ``feed_refused``; the words
beside it are for people. Checks give a ``Refusal`` as a value; where one ends a piece of work
it travels as ``RefusedError``.

Source: docs/feed.md, section 5.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from kiosk.errors import DataError, ServerError
from kiosk.line.server import Answer

_BUSY = 429
_GONE = (404, 410)


class Reason(Enum):
    """Why something was refused; in the order in which it is looked for."""

    BAD_FORMAT = "bad_format"  # no JSON, another format, a field of another kind
    BAD_SIGNATURE = "bad_signature"
    OTHER_STORE = "other_store"
    WENT_BACK = "went_back"  # the server is behind this kiosk
    REPLAYED = "replayed"  # older than what is here
    HOLE = "hole"  # newer than the next one
    TRUNCATED = "truncated"
    TAMPERED = "tampered"
    BAD_PACKING = "bad_packing"  # no zstd, or no gzip
    BOMB = "bomb"  # it unpacks to more than was said
    BAD_HEADING = "bad_heading"
    BAD_RECORD = "bad_record"
    BAD_COUNT = "bad_count"
    BAD_FILE = "bad_file"  # a built catalogue that is not sound
    NOT_BUILT = "not_built"  # no catalogue could be built of it
    NOT_APPLIED = "not_applied"  # it is right, and does not fit what is here


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why what came is not used; ``sequence`` is what it was to lead to, 0 where none is told."""

    reason: Reason
    told: str
    sequence: int = 0

    def in_words(self) -> str:
        """Give it as one line for people."""
        return f"{self.reason.value}: {self.told}"


class RefusedError(DataError):
    """What came is refused; what is in use stays."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.in_words())
        self.refusal = refusal


class NoAnswerError(ServerError):
    """The server answered something else than what was asked for.

    ``down`` tells that it is of no use at present; where it has taken away a file that it
    offered a moment ago, it is not.
    """

    def __init__(self, answer: Answer, *, of_a_file: bool = False) -> None:
        super().__init__(answer.in_words())
        self.retry_after_s = answer.retry_after_s
        self.down = answer.status != _BUSY and not (of_a_file and answer.status in _GONE)
