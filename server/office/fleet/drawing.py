"""A kiosk as a row of the page: every text worked out, each cell in the tone of its alarm.

The template writes what stands here and decides nothing.

Source: docs/fleet.md, section 4.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from server.monitor.alarms import Alarm
from server.monitor.choosing import NAMES, Chosen, Wanted
from server.monitor.fleet import Standing
from server.monitor.report import ClockTold, DeviceTold, Report
from server.office.fleet import words
from server.office.persian import grouped, in_digits, written

NONE = "—"


@dataclass(frozen=True, slots=True)
class Cell:
    """A text, a smaller one beneath it, and the tone of what is wrong there, if anything.

    A ``latin`` one is written from left to right.
    """

    text: str = NONE
    note: str = ""
    tone: str = ""
    title: str = ""
    latin: bool = False


@dataclass(frozen=True, slots=True)
class Badge:
    """An alarm as it is shown: its tone, its name, its figures, and what to do."""

    tone: str
    name: str
    told: str
    todo: str


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the page."""

    kiosk_id: str
    name: str
    store: str
    store_id: str
    tone: str
    state: str
    badges: tuple[Badge, ...]
    seen: Cell
    prices: Cell
    outbox: Cell
    clock: Cell
    devices: tuple[Cell, ...]
    disk: Cell
    version: Cell

    @property
    def worst(self) -> Badge | None:
        """The alarm that the row is placed by."""
        return self.badges[0] if self.badges else None

    @property
    def others(self) -> str:
        """How many alarms there are besides, in digits."""
        return in_digits(str(len(self.badges) - 1)) if len(self.badges) > 1 else ""


def row_of(one: Standing) -> Row:
    """Draw a kiosk."""
    report = one.report
    tone = NAMES[one.severity]
    return Row(
        one.kiosk_id,
        one.name or one.kiosk_id,
        one.store_name,
        one.store_id,
        tone,
        words.said(words.SEVERITY_NAMES, tone),
        tuple(badge_of(alarm) for alarm in one.alarms),
        seen(one),
        prices(one),
        outbox(one),
        clock(one),
        tuple(device(each) for each in report.devices) if report else (),
        disk(one),
        version(one),
    )


def badge_of(alarm: Alarm) -> Badge:
    """Draw an alarm."""
    return Badge(NAMES[alarm.severity], words.name_of(alarm), words.told(alarm), words.todo(alarm))


def seen(one: Standing) -> Cell:
    """Draw when it was heard of last."""
    at = one.facts.seen_at
    if at is None:
        return Cell(_("never"), tone=_tone(one, "never_heard"))
    return Cell(words.ago(at, one.at), tone=_tone(one, "silent"), title=written(at))


def prices(one: Standing) -> Cell:
    """Draw which prices it has, and how old they are."""
    told = one.report.feed if one.report else None
    if told is None:
        return Cell()
    tone = _tone(one, "no_prices", "feed_ahead", "feed_behind", "feed_refused")
    age = words.ago(told.made_at, one.at) if told.made_at else ""
    title = _("the server has %(n)s") % {"n": grouped(one.facts.published.sequence)}
    return Cell(grouped(told.sequence) if told.sequence else _("none"), age, tone, title)


def outbox(one: Standing) -> Cell:
    """Draw how much waits there, for how long, and what is set aside."""
    report = one.report
    if report is None or not report.outbox:
        return Cell()
    notes = []
    if report.waiting and report.oldest_s is not None:
        notes.append(words.lasting(report.oldest_s))
    if report.parked:
        notes.append(_("%(n)s set aside") % {"n": words.rows(report.parked)})
    uncounted = any(each.waiting == words.UNCOUNTED for each in report.outbox)
    text = words.rows(report.waiting, uncounted=uncounted) if report.waiting else _("empty")
    comma = "، " if get_language() == "fa" else ", "
    return Cell(text, comma.join(notes), _tone(one, "outbox_old", "parked"))


@dataclass(frozen=True, slots=True)
class StreamRow:
    """A stream of the outbox on a kiosk's own page."""

    name: str
    waiting: str
    oldest: str
    parked: str
    tone: str


def streams(one: Standing) -> list[StreamRow]:
    """Draw the streams of the outbox one by one."""
    old = {alarm.name: NAMES[alarm.severity] for alarm in one.alarms if alarm.kind == "outbox_old"}
    return [
        StreamRow(
            words.said(words.REASONS, each.stream),
            words.rows(each.waiting),
            NONE if each.oldest_s is None else words.lasting(each.oldest_s),
            words.rows(each.parked),
            old.get(each.stream, "amber" if each.parked else ""),
        )
        for each in (one.report.outbox if one.report else ())
    ]


def clock(one: Standing) -> Cell:
    """Draw how right its time is."""
    told = one.report.clock if one.report else None
    tone = _tone(one, "clock_never", "clock_off")
    if told is None:
        return Cell(tone=tone)
    return Cell(clock_text(told), tone=tone, title=error_text(told))


def clock_text(told: ClockTold) -> str:
    """Say how far the box's own clock is off."""
    if told.error_ms is None or told.wall_off_ms is None:
        return _("not set")
    off_s = abs(told.wall_off_ms) / 1000
    if off_s < 2:
        return _("right")
    text = _("%(lasting)s ahead") if told.wall_off_ms > 0 else _("%(lasting)s behind")
    return text % {"lasting": words.lasting(off_s)}


def error_text(told: ClockTold) -> str:
    """Say by how much the kiosk's own time may be wrong."""
    return "" if told.error_ms is None else _("± %(n)s ms") % {"n": grouped(told.error_ms)}


def device(told: DeviceTold) -> Cell:
    """Draw a device."""
    tone = {"lost": "red", "ready": "well"}.get(told.state, "")
    return Cell(
        words.device_name(told.name), words.said(words.STATES, told.state), tone, told.reason
    )


def disk(one: Standing) -> Cell:
    """Draw the room that is left."""
    told = one.report.disk if one.report else None
    tone = _tone(one, "disk_low", "selling_stopped")
    note = _("sells nothing") if one.report and not one.report.selling else ""
    if told is None or told.free_mib is None:
        return Cell(note=note, tone=tone)
    return Cell(words.room(told.free_mib), note, tone)


def version(one: Standing) -> Cell:
    """Draw which software it runs."""
    if one.report is None:
        return Cell()
    told = one.report.version
    return Cell(in_digits(told), tone=_tone(one, "old_version"), title=told, latin=True)


def _tone(one: Standing, *kinds: str) -> str:
    """Give the tone of the worst alarm of these kinds."""
    return next((NAMES[alarm.severity] for alarm in one.alarms if alarm.kind in kinds), "")


# ---- what stands around the rows


@dataclass(frozen=True, slots=True)
class Choice:
    """Something to choose: its value, its words, how many kiosks, where it leads, if it is on."""

    value: str
    text: str
    count: str
    address: str
    on: bool


def tiles(chosen: Chosen) -> list[Choice]:
    """Draw the figures by severity; one that is on leads back to all."""
    return [
        Choice(
            name,
            str(text),
            grouped(chosen.severities.get(name, 0)),
            chosen.wanted.address(severity="" if chosen.wanted.severity == name else name),
            chosen.wanted.severity == name,
        )
        for name, text in words.SEVERITY_NAMES.items()
    ]


def stores(chosen: Chosen, names: Mapping[str, str]) -> list[Choice]:
    """Draw the stores to choose from, by name."""
    texts = {store: names.get(store, store) for store in chosen.stores}
    found = _choices(texts, chosen.stores, chosen.wanted, "store", chosen.wanted.store)
    return sorted(found, key=lambda each: (each.text, each.value))


def alarms(chosen: Chosen) -> list[Choice]:
    """Draw the alarms to choose from, in the order of docs/fleet.md."""
    texts = {kind: str(wording.name) for kind, wording in words.WORDINGS.items()}
    kinds = [kind for kind in texts if kind in chosen.alarms or kind == chosen.wanted.alarm]
    texts = {kind: texts[kind] for kind in kinds}
    return _choices(texts, chosen.alarms, chosen.wanted, "alarm", chosen.wanted.alarm)


def versions(chosen: Chosen) -> list[Choice]:
    """Draw the versions to choose from, the newest first as far as texts tell."""
    texts = {each: in_digits(each) for each in sorted(chosen.versions, reverse=True)}
    return _choices(texts, chosen.versions, chosen.wanted, "version", chosen.wanted.version)


def _choices(
    texts: Mapping[str, str], counts: Mapping[str, int], wanted: Wanted, part: str, now: str
) -> list[Choice]:
    return [
        Choice(key, text, grouped(counts.get(key, 0)), wanted.address(**{part: key}), key == now)
        for key, text in texts.items()
    ]


def pages(chosen: Chosen) -> list[Choice]:
    """Draw the pages: the first, the last, and those around this one; gaps are empty."""
    if chosen.pages == 1:
        return []
    here = chosen.wanted.page
    near = {1, chosen.pages, *range(max(1, here - 2), min(chosen.pages, here + 2) + 1)}
    found: list[Choice] = []
    before = 0
    for page in sorted(near):
        if page > before + 1:
            found.append(Choice("", "…", "", "", on=False))
        address = chosen.wanted.address(page=page)
        found.append(Choice(str(page), grouped(page), "", address, on=page == here))
        before = page
    return found


def names_of(fleet: Collection[Standing]) -> dict[str, str]:
    """Name the stores that have kiosks."""
    return {one.store_id: one.store_name for one in fleet}


def up_since(report: Report) -> str:
    """Say for how long the program has been running."""
    return NONE if report.up_s is None else words.lasting(report.up_s)


def at_time(at: datetime | None) -> str:
    """Write an instant as the office does."""
    return written(at) if at else NONE
