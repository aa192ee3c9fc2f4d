"""What is wrong with a kiosk: rules over what it told, what is known of it, and the instant.

Pure: no database, no clock, no wording (``server.monitor.words``). A rule gives at most one
alarm. A kiosk that is silent is silent and not also behind: what it told last is judged only by
the rules whose answer stays true without a word from it.

Source: docs/fleet.md, section 3.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum
from typing import Final

from server.monitor.report import LEDGER, TELEMETRY, Report

SILENT_AFTER, LOST_AFTER = timedelta(minutes=5), timedelta(hours=1)
DUE_SOON, DUE_LATE = timedelta(minutes=5), timedelta(hours=1)  # what was published before these
RECENT: Final = timedelta(days=7)  # for how long a branch, a gap or a refusal is an alarm
LEDGER_OLD_S, LEDGER_VERY_OLD_S, TELEMETRY_OLD_S = 15 * 60, 4 * 3600, 24 * 3600
FREE_MIB_MIN = 256
WALL_OFF_MS, ERROR_MS = 5 * 60_000, 5_000
FORGED: Final = frozenset({"bad_signature", "tampered", "replayed", "went_back"})
_NUMBER = re.compile(r"\d{1,9}")


class Severity(IntEnum):
    """How bad it is: the higher, the sooner somebody goes there."""

    BLUE = 1  # good to know
    AMBER = 2  # look at it today
    RED = 3  # shoppers or money are concerned


@dataclass(frozen=True, slots=True)
class Alarm:
    """``count`` and ``name`` are what its words speak of: rows, seconds, a device, a reason."""

    kind: str
    severity: Severity
    count: int = 0
    name: str = ""


@dataclass(frozen=True, slots=True)
class Published:
    """How far a store's feed is: now, 5 minutes ago, and an hour ago."""

    sequence: int = 0
    soon: int = 0
    late: int = 0


@dataclass(frozen=True, slots=True)
class Ingested:
    """What came in from a kiosk within ``RECENT`` that should not have; counts."""

    branches: int = 0
    ledger_gaps: int = 0
    telemetry_gaps: int = 0
    refusals: int = 0


@dataclass(frozen=True, slots=True)
class Facts:
    """All that is known of one kiosk; instants are aware."""

    active: bool = True
    seen_at: datetime | None = None  # of its newest request or report
    reported_at: datetime | None = None
    report: Report | None = None
    key_waits: bool = False
    boot_unsure: bool = False  # its events in this boot go by the box's own clock
    ingested: Ingested = Ingested()
    published: Published = Published()
    server_version: str = ""


def alarms_of(facts: Facts, now: datetime) -> tuple[Alarm, ...]:
    """Give what is wrong, the worst first; nothing of a kiosk that is switched off."""
    return tuple(sorted(_alarms(facts, now), key=lambda alarm: -alarm.severity))


def _alarms(facts: Facts, now: datetime) -> Iterator[Alarm]:
    if not facts.active:
        return
    found = [silent(facts, now), *(rule(facts) for rule in _OF_THE_SERVER)]
    if facts.report is not None:
        found += [rule(facts.report) for rule in _OF_ANY_REPORT]
        if facts.reported_at is not None and now - facts.reported_at <= SILENT_AFTER:
            found += [rule(facts, facts.report) for rule in _OF_A_NEW_REPORT]
    yield from (each for each in found if each is not None)


# ---- what the server knows by itself


def silent(facts: Facts, now: datetime) -> Alarm | None:
    """Tell of a kiosk that says nothing, or speaks and reports nothing."""
    if facts.seen_at is None:
        return Alarm("never_heard", Severity.BLUE)
    since = now - facts.seen_at
    seconds = int(since.total_seconds())
    if since > LOST_AFTER:
        return Alarm("silent", Severity.RED, seconds)
    if since > SILENT_AFTER:
        return Alarm("silent", Severity.AMBER, seconds)
    if facts.reported_at is None or now - facts.reported_at > SILENT_AFTER:
        return Alarm("no_report", Severity.BLUE)
    return None


def copied_disk(facts: Facts) -> Alarm | None:
    """Tell of two boxes that write one chain."""
    branches = facts.ingested.branches
    return Alarm("copied_disk", Severity.RED, branches + 1) if branches else None


def rows_lost(facts: Facts) -> Alarm | None:
    """Tell of rows that a box lost before it sent them."""
    if facts.ingested.ledger_gaps:
        return Alarm("rows_lost", Severity.RED, facts.ingested.ledger_gaps, LEDGER)
    if facts.ingested.telemetry_gaps:
        return Alarm("rows_lost", Severity.BLUE, facts.ingested.telemetry_gaps, TELEMETRY)
    return None


def events_refused(facts: Facts) -> Alarm | None:
    """Tell of rows that the server refused or that were parked, some days long."""
    refusals = facts.ingested.refusals
    return Alarm("events_refused", Severity.BLUE, refusals) if refusals else None


def key_waiting(facts: Facts) -> Alarm | None:
    """Tell of a box that wants to be let in."""
    return Alarm("key_waiting", Severity.AMBER) if facts.key_waits else None


# ---- what stays true until the kiosk says otherwise


def selling_stopped(report: Report) -> Alarm | None:
    """Tell of a kiosk that takes no money."""
    return None if report.selling else Alarm("selling_stopped", Severity.RED)


def parked(report: Report) -> Alarm | None:
    """Tell of rows that wait for a person."""
    return Alarm("parked", Severity.AMBER, report.parked) if report.parked else None


def outbox_old(report: Report) -> Alarm | None:
    """Tell of rows that wait for too long to be sent."""
    ledger, telemetry = report.stream(LEDGER), report.stream(TELEMETRY)
    age_s = (ledger and ledger.oldest_s) or 0
    if age_s > LEDGER_VERY_OLD_S:
        return Alarm("outbox_old", Severity.RED, age_s, LEDGER)
    if age_s > LEDGER_OLD_S:
        return Alarm("outbox_old", Severity.AMBER, age_s, LEDGER)
    age_s = (telemetry and telemetry.oldest_s) or 0
    return Alarm("outbox_old", Severity.BLUE, age_s, TELEMETRY) if age_s > TELEMETRY_OLD_S else None


# ---- what a new report says


def feed(facts: Facts, report: Report) -> Alarm | None:
    """Tell of a kiosk whose prices are none, older than they should be, or from nowhere."""
    if report.feed is None:
        return None
    here, published = report.feed.sequence, facts.published
    if not here:
        return Alarm("no_prices", Severity.RED)
    if here > published.sequence:
        return Alarm("feed_ahead", Severity.RED, here - published.sequence)
    behind = published.sequence - here
    if here < published.late:
        return Alarm("feed_behind", Severity.RED, behind)
    return Alarm("feed_behind", Severity.AMBER, behind) if here < published.soon else None


def feed_refused(_facts: Facts, report: Report) -> Alarm | None:
    """Tell of a kiosk that was sent what it does not take."""
    if report.feed is None or report.feed.refused is None:
        return None
    reason = report.feed.refused.reason
    severity = Severity.RED if reason in FORGED else Severity.AMBER
    return Alarm("feed_refused", severity, report.feed.refused.sequence, reason)


def devices_lost(_facts: Facts, report: Report) -> Alarm | None:
    """Tell of scanners and cameras that do not answer."""
    lost = report.lost
    if not lost:
        return None
    every = len(lost) == len(report.devices)
    severity = Severity.RED if every else Severity.AMBER
    return Alarm("devices_lost", severity, len(lost), lost[0].name if len(lost) == 1 else "")


def disk_low(_facts: Facts, report: Report) -> Alarm | None:
    """Tell of a disk that fills up."""
    disk = report.disk
    if disk is None:
        return None
    free_mib = FREE_MIB_MIN if disk.free_mib is None else disk.free_mib
    if disk.room == "short":
        return Alarm("disk_low", Severity.RED, free_mib)
    low = disk.room == "low" or free_mib < FREE_MIB_MIN
    return Alarm("disk_low", Severity.AMBER, free_mib) if low else None


def clock(facts: Facts, report: Report) -> Alarm | None:
    """Tell of a kiosk that does not know what time it is, or whose own clock does not."""
    told = report.clock
    if facts.boot_unsure or (told is not None and told.error_ms is None):
        return Alarm("clock_never", Severity.AMBER)
    if told is None or told.error_ms is None:
        return None
    off_ms = abs(told.wall_off_ms or 0)
    if off_ms >= WALL_OFF_MS:
        return Alarm("clock_off", Severity.AMBER, off_ms // 1000)
    if told.error_ms >= ERROR_MS:
        return Alarm("clock_off", Severity.AMBER, told.error_ms // 1000)
    return None


def old_version(facts: Facts, report: Report) -> Alarm | None:
    """Tell of software that is older than the server's."""
    here, newest = _release(report.version), _release(facts.server_version)
    if here is None or newest is None or here >= newest:
        return None
    if here[0] < newest[0] or here[1] + 2 <= newest[1]:
        return Alarm("old_version", Severity.AMBER, name=report.version)
    return Alarm("old_version", Severity.BLUE, name=report.version)


def out_of_service(_facts: Facts, report: Report) -> Alarm | None:
    """Tell of a kiosk that serves nobody, because head office said so."""
    return Alarm("out_of_service", Severity.BLUE) if report.service == "out" else None


def _release(version: str) -> tuple[int, int] | None:
    """Give major and minor of a version; none where it is written in another way."""
    parts = version.split(".")[:2]
    if len(parts) < 2 or not all(_NUMBER.fullmatch(part) for part in parts):
        return None
    return int(parts[0]), int(parts[1])


_OF_THE_SERVER: Final[tuple[Callable[[Facts], Alarm | None], ...]] = (
    copied_disk,
    rows_lost,
    key_waiting,
    events_refused,
)
_OF_ANY_REPORT: Final[tuple[Callable[[Report], Alarm | None], ...]] = (
    selling_stopped,
    outbox_old,
    parked,
)
_OF_A_NEW_REPORT: Final[tuple[Callable[[Facts, Report], Alarm | None], ...]] = (
    feed,
    feed_refused,
    devices_lost,
    disk_low,
    clock,
    old_version,
    out_of_service,
)
