"""The newest part of a log, without what could be a person's number, sent to head office.

The log has no such number by itself (docs/ARCHITECTURE.md, invariants). This is the second
lock: what leaves the box is masked whether or not a line of ours, or of a library, was careless.

Source: docs/feed.md, section 8.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

from kiosk.errors import Rejected
from kiosk.feed.faults import NoAnswerError
from kiosk.line.server import ServerLink

BYTES_MAX = 2 << 20
PATH = "/api/v2/logs/"
MASK = "[number]"
_AGAIN = (401, 403, 408, 429)  # not of this file: another time may be better
# seven digits and more, as cards and phones are written: together or in groups, in any digits
# of Unicode; an instant is no such number, and a log without its instants is of little use
_NUMBERS = re.compile(
    r"(?P<instant>\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:[.,]\d{1,6})?)?(?!\d))"
    r"|\d(?:[ \t.\u00a0\u200c()_/-]{0,2}\d){6,}"
)


def masked(text: str) -> str:
    """Put ``[number]`` in the place of each long number."""
    return _NUMBERS.sub(lambda found: found["instant"] or MASK, text)


def newest(file: Path, bytes_max: int = BYTES_MAX) -> str:
    """Give whole lines from the end of a log, ``bytes_max`` at most; raises ``OSError``."""
    with file.open("rb") as log:
        size = log.seek(0, 2)
        log.seek(max(0, size - bytes_max))
        tail = log.read(bytes_max)
    return (tail if size <= bytes_max else _without_first_line(tail)).decode("utf-8", "replace")


def send(link: ServerLink, action_id: UUID, read: Callable[[], str]) -> None:
    """Send what ``read`` gives, masked; raises as ``Door.send_logs`` says."""
    body = masked(read()).encode()
    if len(body) > BYTES_MAX:  # a mask may be longer than what it hides
        body = _without_first_line(body[-BYTES_MAX:])
    answer = link.put(f"{PATH}{action_id}", body, "text/plain; charset=utf-8")
    if 400 <= answer.status < 500 and answer.status not in _AGAIN:
        raise Rejected(answer.in_words())
    if not 200 <= answer.status < 300:
        raise NoAnswerError(answer)


def _without_first_line(tail: bytes) -> bytes:
    """Leave out a line that was cut, perhaps within a number."""
    return tail.partition(b"\n")[2]
