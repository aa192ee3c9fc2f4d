"""What an answer means, decided without a socket or a database: section 4 of the page as code.

``judge`` reads the answer to a batch, ``judge_again`` that to rows that were tried again; what
is then done with the rows is the sender's.

Source: docs/outbox.md, section 4; docs/line.md, sections 3 and 5.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

from kiosk.errors import DataError, ServerError
from kiosk.line.server import Answer
from kiosk.line.versions import is_missing
from kiosk.outbox.rows import Batch, Settlement
from kiosk.outbox.wire import Acked, read_acked, read_again, read_refusal

T = TypeVar("T")
_WHOLE_BATCH_REFUSED = (400, 413, 422)
_KEY_REFUSED = (401, 403)
_BUSY = 429


@dataclass(frozen=True, slots=True)
class Gap:
    """The server lacks rows behind ``acked_through``: they wait again, or are said to be lost."""

    acked_through: int


@dataclass(frozen=True, slots=True)
class Whole:
    """The request was refused as a whole: it is divided to find the row that is to blame."""

    told: str


@dataclass(frozen=True, slots=True)
class NotNow:
    """Every row stays as it is, until after a pause; ``asked_s`` is the server's wish.

    ``down`` tells that the server is of no use at present; ``missing`` that nothing of ours
    answered at this path. Where it is the ``stream`` alone that does not go on, the other may.
    ``key`` is why the server refuses the kiosk's key, if it does.
    """

    told: str
    asked_s: float | None = None
    down: bool = True
    missing: bool = False
    stream: bool = False
    key: str = ""


Verdict = Acked | Gap | Whole | NotNow
AgainVerdict = tuple[Settlement, ...] | Whole | NotNow


class NotNowError(ServerError):
    """What to do is to wait."""

    def __init__(self, why: NotNow) -> None:
        super().__init__(why.told)
        self.why = why


def judge(answer: Answer, sent: Batch) -> Verdict:
    """Say what the answer to a batch means."""
    match answer.status:
        case 200:
            return _sound(lambda: read_acked(answer.body, sent), answer)
        case 409:
            return _gap(answer, sent)
        case _:
            return judge_refusal(answer)


def judge_again(answer: Answer, sent: Collection[UUID]) -> AgainVerdict:
    """Say what the answer to rows that were tried again means."""
    if answer.status == 200:
        return _sound(lambda: read_again(answer.body, sent), answer)
    return judge_refusal(answer)


def _sound(read: Callable[[], T], answer: Answer) -> T | NotNow:
    try:
        return read()
    except DataError as error:
        told = f"the server's answer makes no sense: {error}"
        return NotNow(told, answer.retry_after_s, stream=True)


def _gap(answer: Answer, sent: Batch) -> Gap | NotNow:
    acked = read_refusal(answer.body).acked_through
    if acked is None:
        return NotNow(answer.in_words(), answer.retry_after_s)
    if acked >= sent.after.seq:  # then the batch would have begun where the server ends
        told = f"Expected a gap before row {sent.after.seq}, got one behind {acked}"
        return NotNow(told, answer.retry_after_s, stream=True)
    return Gap(acked)


def judge_refusal(answer: Answer) -> Whole | NotNow:
    """Say what any answer but 200 means; another time may be better, and nothing is destroyed."""
    told, status, key = answer.in_words(), answer.status, ""
    if status in _WHOLE_BATCH_REFUSED:
        return Whole(told)
    if status in _KEY_REFUSED:  # the link has signed anew already where that was asked for
        told = f"the server does not know this kiosk: {told}"
        key = answer.code() or f"HTTP {status}"
    down, missing = status != _BUSY, is_missing(answer)
    return NotNow(told, answer.retry_after_s, down, missing, key=key)
