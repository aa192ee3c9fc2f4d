"""How often something may be tried, by whom, in a time; counted in the database, by all processes.

A try is written down before it is counted, so that many at once are not let through together.

Source: docs/members.md, section 8.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from server.members.models import Tried


@dataclass(frozen=True, slots=True)
class Limit:
    """At most ``most`` tries of ``what`` within ``within``."""

    what: str
    most: int
    within: timedelta


class TooOftenError(Exception):
    """It was tried too often; ``again_s`` until it may be tried again."""

    def __init__(self, again_s: int) -> None:
        super().__init__(f"Expected to be asked again in {again_s} s")
        self.again_s = again_s


def count(limits: Sequence[tuple[Limit, str]], at: datetime) -> None:
    """Count a try of each kind; raises ``TooOftenError``, and then none of them is counted."""
    rows = [Tried.objects.create(what=limit.what, of=of, at=at) for limit, of in limits]
    waits = [_wait(limit, row, at) for (limit, _of), row in zip(limits, rows, strict=True)]
    if any(waits):
        Tried.objects.filter(pk__in=[row.pk for row in rows]).delete()
        raise TooOftenError(max(waits))


def _wait(limit: Limit, row: Tried, at: datetime) -> int:
    """Give the seconds until this try would be allowed, 0 where it is."""
    since = at - limit.within
    others = Tried.objects.filter(what=limit.what, of=row.of, at__gt=since).exclude(pk=row.pk)
    instants = sorted(others.values_list("at", flat=True))
    if len(instants) < limit.most:
        return 0
    return max(1, int((instants[-limit.most] - since).total_seconds()) + 1)


def forget(before: datetime) -> int:
    """Let go of tries that count no more; gives how many."""
    return Tried.objects.filter(at__lt=before).delete()[0]
