"""Putting a message into the outbox: once for its key, in its time, and not to who wants none.

Source: docs/members.md, section 9.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from retail.sms import parts_of
from server.members.codes import number_hash
from server.sms.models import Stopped, TextMessage

CODE: Final = "code"
PARTS_MAX: Final = 4
STOP_WORDS: Final = frozenset({"لغو", "لغو11", "stop", "11"})


@dataclass(frozen=True, slots=True)
class Quiet:
    """From ``start`` up to ``end`` of the chain's clock nobody is sent anything but codes."""

    zone: ZoneInfo
    start: time = time(22)
    end: time = time(8)

    def not_before(self, at: datetime) -> datetime:
        """Give the instant from which a message may be sent."""
        wall = at.astimezone(self.zone)
        overnight = self.end <= self.start
        quiet = (
            wall.time() >= self.start or wall.time() < self.end
            if overnight
            else self.start <= wall.time() < self.end
        )
        if not quiet:
            return at
        day = wall.date()
        if overnight and wall.time() >= self.start:
            day += timedelta(days=1)
        return datetime.combine(day, self.end, self.zone).astimezone(at.tzinfo)


@dataclass(frozen=True, slots=True)
class Text:
    """What is to be sent to whom; ``ends_at``: of no use after that."""

    key: str
    kind: str
    mobile: str
    body: str
    ends_at: datetime | None = None


def queue(text: Text, quiet: Quiet, at: datetime) -> TextMessage:
    """Queue a message, or give the one of this key; raises ``ValueError`` for none or too long."""
    counted = parts_of(text.body)
    if not 1 <= counted.parts <= PARTS_MAX:
        raise ValueError(f"Expected a text of 1 to {PARTS_MAX} parts, got {counted.parts}")
    unwanted = text.kind != CODE and Stopped.objects.filter(pk=number_hash(text.mobile)).exists()
    state = TextMessage.State.DROPPED if unwanted else TextMessage.State.WAITING
    return TextMessage.objects.get_or_create(
        key=text.key,
        defaults={
            "kind": text.kind,
            "mobile": "" if unwanted else text.mobile,
            "body": text.body,
            "parts": counted.parts,
            "made_at": at,
            "not_before": at if text.kind == CODE else quiet.not_before(at),
            "ends_at": text.ends_at,
            "state": state,
            "why": "the number wants none" if unwanted else "",
            "changed_at": at,
        },
    )[0]


def heard(mobile: str, body: str, at: datetime) -> bool:
    """Take an answer; tells whether it asks for no more messages. What waits is dropped."""
    if "".join(body.split()).casefold() not in STOP_WORDS:
        return False
    Stopped.objects.get_or_create(pk=number_hash(mobile), defaults={"at": at})
    waiting = TextMessage.objects.filter(mobile=mobile, state=TextMessage.State.WAITING)
    waiting.exclude(kind=CODE).update(
        state=TextMessage.State.DROPPED, why="the number wants none", mobile="", changed_at=at
    )
    return True
