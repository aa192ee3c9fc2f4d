"""The whole fleet as it stands: each kiosk with what is known of it and what is wrong.

All of it is read at once, in a number of queries that does not depend on the number of kiosks,
and judged at once: the worst first, and the figures, need every kiosk. What was read is used
again for a moment (``Board``).

Source: docs/fleet.md, sections 3 and 4.
"""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from threading import Lock
from typing import Any, Final

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery

from server.events.models import Boot, Gap, Head, Refusal
from server.feed.models import Feed, Segment, Whole
from server.fleet.models import KeyState, Kiosk, KioskKey
from server.monitor.alarms import (
    DUE_LATE,
    DUE_SOON,
    RECENT,
    Alarm,
    Facts,
    Ingested,
    Published,
    Severity,
    alarms_of,
)
from server.monitor.report import LEDGER, Report, ReportError, read_report

KEPT_S: Final = 5.0  # how long a reading is used, at least
KEPT_TIMES: Final = 10  # and how many times as long as it took
REPORTS_KEPT: Final = 16_384
_NOTHING: Final = Ingested()
logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Standing:
    """One kiosk as it stands, judged at ``at``."""

    kiosk_id: str
    name: str
    store_id: str
    store_name: str
    facts: Facts
    alarms: tuple[Alarm, ...]
    at: datetime

    @property
    def severity(self) -> int:
        """The worst of its alarms; 0 where all is well, -1 where it is switched off."""
        if not self.facts.active:
            return -1
        return self.alarms[0].severity if self.alarms else 0

    @property
    def report(self) -> Report | None:
        """What it told last."""
        return self.facts.report


def read_fleet(now: datetime, kiosk_id: str | None = None) -> list[Standing]:
    """Read and judge every kiosk, or the one of this id; the worst first, then by id."""
    of_one = Q() if kiosk_id is None else Q(kiosk=kiosk_id)
    known = _Known.read(now, of_one)
    rows = Kiosk.objects.order_by().values_list(*_COLUMNS)
    if kiosk_id is not None:
        rows = rows.filter(pk=kiosk_id)
    fleet = [_standing(row, known, now) for row in rows]
    return sorted(fleet, key=_worst_first)


def _worst_first(one: Standing) -> tuple[int, int, str]:
    reds = sum(alarm.severity is Severity.RED for alarm in one.alarms)
    return -one.severity, -reds, one.kiosk_id


_COLUMNS = (
    "kiosk_id",
    "name",
    "store_id",
    "store__name_fa",
    "active",
    "last_seen_at",
    "report__received_at",
    "report__told",
)


@dataclass(frozen=True, slots=True)
class _Known:
    """What other tables know, by kiosk or by store."""

    keys: frozenset[str]
    unsure: frozenset[str]
    ingested: Mapping[str, Ingested]
    published: Mapping[str, Published]
    version: str

    @classmethod
    def read(cls, now: datetime, of_one: Q) -> _Known:
        waiting = KioskKey.objects.filter(of_one, state=KeyState.WAITING)
        unsure = Boot.objects.filter(of_one, zero_ms=None, boot_id=F("kiosk__report__boot_id"))
        return cls(
            keys=frozenset(waiting.order_by().values_list("kiosk", flat=True)),
            unsure=frozenset(unsure.order_by().values_list("kiosk", flat=True)),
            ingested=_read_ingested(now - RECENT, of_one),
            published=read_published(now),
            version=server_version(),
        )


def _read_ingested(since: datetime, of_one: Q) -> dict[str, Ingested]:
    branches = _count(Head.objects.filter(of_one, branch__gt=0, moved_at__gte=since))
    refusals = _count(Refusal.objects.filter(of_one, refused_at__gte=since))
    noted = Gap.objects.filter(of_one, noted_at__gte=since).order_by()
    gaps = Counter(
        (kiosk, stream == LEDGER) for kiosk, stream in noted.values_list("kiosk", "stream")
    )
    kiosks = {*branches, *refusals, *(kiosk for kiosk, _ in gaps)}
    return {
        kiosk: Ingested(
            branches.get(kiosk, 0), gaps[kiosk, True], gaps[kiosk, False], refusals.get(kiosk, 0)
        )
        for kiosk in kiosks
    }


def _count(rows: QuerySet[Any]) -> dict[str, int]:
    counted = rows.order_by().values("kiosk").annotate(rows=Count("pk"))
    return dict(counted.values_list("kiosk", "rows"))


def read_published(now: datetime) -> dict[str, Published]:
    """Tell of each store how far its feed is, and how far it was a while ago."""

    def before(model: type[Segment] | type[Whole], at: datetime) -> Subquery:
        # back from the newest number: a few rows of an index, however long the feed is
        made = model._default_manager.filter(store=OuterRef("pk"), made_at__lte=at)
        return Subquery(made.order_by("-sequence").values("sequence")[:1])

    rows = Feed.objects.order_by().values_list(
        "store_id",
        "sequence",
        *(before(model, now - due) for due in (DUE_SOON, DUE_LATE) for model in (Segment, Whole)),
    )
    return {
        store: Published(sequence, max(soon or 0, whole or 0), max(late or 0, old or 0))
        for store, sequence, soon, whole, late, old in rows
    }


def _standing(row: tuple[Any, ...], known: _Known, now: datetime) -> Standing:
    kiosk_id, name, store_id, store_name, active, last_seen_at, reported_at, told = row
    heard = [at for at in (last_seen_at, reported_at) if at is not None]
    facts = Facts(
        active=active,
        seen_at=max(heard, default=None),
        reported_at=reported_at,
        report=_read(kiosk_id, told) if told else None,
        key_waits=kiosk_id in known.keys,
        boot_unsure=kiosk_id in known.unsure,
        ingested=known.ingested.get(kiosk_id, _NOTHING),
        published=known.published.get(store_id, Published()),
        server_version=known.version,
    )
    return Standing(kiosk_id, name, store_id, store_name, facts, alarms_of(facts, now), now)


_read_kept = lru_cache(REPORTS_KEPT)(read_report)  # most are the same as 15 seconds ago


def _read(kiosk_id: str, told: str) -> Report | None:
    """Read what was kept; a report that a later server kept otherwise is waited for anew."""
    try:
        return _read_kept(told)
    except ReportError as error:
        logger.warning("report-not-read kiosk=%s error=%s", kiosk_id, error)
        return None


def server_version() -> str:
    """Give this server's own version, empty where it was not installed."""
    try:
        return version("pishkhan")
    except PackageNotFoundError:
        return ""


class Board:
    """The fleet as it was read last, read anew when that is too old; for all threads."""

    def __init__(
        self,
        read: Callable[[datetime], Iterable[Standing]] = read_fleet,
        elapsed_s: Callable[[], float] = time.monotonic,
    ) -> None:
        self._read, self._elapsed_s = read, elapsed_s
        self._lock = Lock()
        self._fleet: tuple[Standing, ...] = ()
        self._until_s: float | None = None

    def fleet(self, now: datetime) -> tuple[Standing, ...]:
        """Give every kiosk, the worst first, as it stood a few seconds ago at most."""
        with self._lock:
            began_s = self._elapsed_s()
            if self._until_s is None or began_s >= self._until_s:
                self._fleet = tuple(self._read(now))
                ended_s = self._elapsed_s()
                self._until_s = ended_s + max(KEPT_S, KEPT_TIMES * (ended_s - began_s))
            return self._fleet

    def forget(self) -> None:
        """Read it anew when it is asked for next."""
        with self._lock:
            self._until_s = None


board = Board()
