"""Alarms, states and figures in words, in the language that is on.

Every kind of alarm has a short name, a sentence with its figures, and what to do. Digits are
those of the language; nothing here decides anything.

Source: docs/fleet.md, section 3.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from server.monitor.alarms import Alarm
from server.monitor.report import LEDGER
from server.office.persian import grouped, in_digits

UNCOUNTED: Final = 1_001  # by which a kiosk says "more than 1,000"
MINUTE_S, HOUR_S, DAY_S = 60, 3_600, 86_400


@dataclass(frozen=True, slots=True)
class Wording:
    """``name`` stands in a list; ``todo`` tells people in head office what to do."""

    name: Any
    todo: Any


WORDINGS: Final[Mapping[str, Wording]] = {
    "copied_disk": Wording(
        lazy("Copied disk"),
        lazy("Two boxes write under one name. Find the second one, and enrol one of them anew."),
    ),
    "rows_lost": Wording(
        lazy("Events lost"),
        lazy("Compare the day's sales with the till; have the disk of the box looked at."),
    ),
    "selling_stopped": Wording(
        lazy("Selling has stopped"),
        lazy("Make room on its disk. Prices are still shown; paying opens again by itself."),
    ),
    "silent": Wording(
        lazy("Silent"),
        lazy("Ask the store for power and network. What happens there is kept and sent later."),
    ),
    "never_heard": Wording(
        lazy("Never heard of"), lazy("It is enrolled, but its box has not spoken yet.")
    ),
    "no_report": Wording(
        lazy("No report"), lazy("It works, but its software tells nothing of itself: update it.")
    ),
    "no_prices": Wording(
        lazy("No prices"),
        lazy("It cannot serve. Publish for its store; if that was done, look at its log."),
    ),
    "feed_refused": Wording(
        lazy("Prices refused"),
        lazy("It keeps the last good prices. Ask for its log, and tell the technical team."),
    ),
    "feed_ahead": Wording(
        lazy("Prices ahead of the server"),
        lazy("The server was restored from a backup: kiosk-server feed restart."),
    ),
    "feed_behind": Wording(
        lazy("Prices behind"), lazy("Look at its network; it fetches what is missing by itself.")
    ),
    "outbox_old": Wording(
        lazy("Events not sent"), lazy("Nothing is lost. Look at its network, and at its log.")
    ),
    "parked": Wording(
        lazy("Events set aside"),
        lazy("The server refused them; the reason stands below. Mend that, then try again there."),
    ),
    "events_refused": Wording(
        lazy("Events refused"), lazy("The reasons stand on the page of the kiosk.")
    ),
    "devices_lost": Wording(
        lazy("Device lost"), lazy("Have it plugged in again; if that does not help, replace it.")
    ),
    "disk_low": Wording(
        lazy("Disk nearly full"), lazy("Have room made; below 64 MiB it stops selling.")
    ),
    "clock_never": Wording(
        lazy("Clock never set"),
        lazy("The times of its events are unsure until it reaches the server after its start."),
    ),
    "clock_off": Wording(
        lazy("Clock is off"),
        lazy("Prices go by the server's time; have the box's battery changed."),
    ),
    "key_waiting": Wording(
        lazy("Key waits"), lazy("Compare its fingerprint with the box, then approve or refuse it.")
    ),
    "old_version": Wording(lazy("Old version"), lazy("Update its software.")),
    "out_of_service": Wording(
        lazy("Out of service"), lazy("Head office closed it; open it again when that is over.")
    ),
}
REASONS: Final[Mapping[str, Any]] = {"ledger": lazy("ledger"), "telemetry": lazy("telemetry")}
STATES: Final[Mapping[str, Any]] = {
    "ready": lazy("answers"),
    "lost": lazy("lost"),
    "starting": lazy("starting"),
}
ROOMS: Final[Mapping[str, Any]] = {
    "ample": lazy("ample"),
    "low": lazy("low"),
    "short": lazy("short"),
}
SEVERITY_NAMES: Final[Mapping[str, Any]] = {
    "red": lazy("Go now"),
    "amber": lazy("Look today"),
    "blue": lazy("Good to know"),
    "well": lazy("All is well"),
    "off": lazy("Switched off"),
}
DEVICES: Final[Mapping[str, Any]] = {"scanner": lazy("scanner"), "camera": lazy("camera")}
DOINGS: Final[Mapping[str, Any]] = {
    "restart": lazy("Restart"),
    "out_of_service": lazy("Take out of service"),
    "in_service": lazy("Back into service"),
    "send_logs": lazy("Ask for the log"),
}
OUTCOMES: Final[Mapping[str, Any]] = {
    "done": lazy("done"),
    "late": lazy("too late"),
    "failed": lazy("failed"),
}


def name_of(alarm: Alarm) -> str:
    """Say an alarm in two or three words."""
    wording = WORDINGS.get(alarm.kind)
    return str(wording.name) if wording else alarm.kind


def told(alarm: Alarm) -> str:
    """Say an alarm with its figures; empty where there are none."""
    say = _FIGURES.get(alarm.kind)
    return say(alarm) if say else ""


def todo(alarm: Alarm) -> str:
    """Say what to do about it."""
    wording = WORDINGS.get(alarm.kind)
    return str(wording.todo) if wording else ""


def device_name(name: str) -> str:
    """Say which device it is; another than the usual ones is called as the settings do."""
    return str(DEVICES.get(name, name))


def said(words: Mapping[str, Any], key: str) -> str:
    """Say ``key`` in words where there are such."""
    return str(words.get(key, key))


# ---- figures


def rows(count: int, *, uncounted: bool = False) -> str:
    """Write how many rows; above 1,000 kiosks count no further."""
    if uncounted or count == UNCOUNTED:
        return _("more than %(count)s") % {"count": grouped(count - 1)}
    return grouped(count)


def lasting(seconds: float) -> str:
    """Write how long something lasts, as people say it: one unit, or two where it matters."""
    whole = max(0, int(seconds))
    if whole < MINUTE_S:
        return _n("%(n)s second", "%(n)s seconds", whole)
    if whole < HOUR_S:
        return _n("%(n)s minute", "%(n)s minutes", whole // MINUTE_S)
    if whole < 2 * DAY_S:
        return _n("%(n)s hour", "%(n)s hours", whole // HOUR_S)
    return _n("%(n)s day", "%(n)s days", whole // DAY_S)


def ago(at: datetime, now: datetime) -> str:
    """Write how long ago it was: just now, 3 minutes ago, yesterday."""
    seconds = (now - at).total_seconds()
    if seconds < MINUTE_S:
        return _("just now")
    return _("%(lasting)s ago") % {"lasting": lasting(seconds)}


def room(mib: int) -> str:
    """Write how much room there is, in MB or GB."""
    if mib < 1_024:
        return _("%(n)s MB") % {"n": grouped(mib)}
    whole, tenths = divmod(mib * 10 // 1_024, 10)
    number = grouped(whole)
    if whole < 10 and tenths:
        mark = "٫" if get_language() == "fa" else "."
        number += f"{mark}{in_digits(str(tenths))}"
    return _("%(n)s GB") % {"n": number}


def size(count: int) -> str:
    """Write a file's size."""
    return _("%(n)s kB") % {"n": grouped(-(-count // 1_000))}


def _n(one: str, many: str, count: int) -> str:
    return ngettext(one, many, count) % {"n": grouped(count)}


def _stream(alarm: Alarm) -> str:
    return _("%(rows)s in the %(stream)s") % {
        "rows": _n("%(n)s gap", "%(n)s gaps", alarm.count),
        "stream": said(REASONS, alarm.name),
    }


def _oldest(alarm: Alarm) -> str:
    text = _("the oldest for %(lasting)s")
    if alarm.name != LEDGER:
        text = _("telemetry, the oldest for %(lasting)s")
    return text % {"lasting": lasting(alarm.count)}


def _lost(alarm: Alarm) -> str:
    return (
        device_name(alarm.name) if alarm.name else _n("%(n)s device", "%(n)s devices", alarm.count)
    )


def _events(alarm: Alarm) -> str:
    return _n("%(n)s event", "%(n)s events", alarm.count)


def _publishings(alarm: Alarm) -> str:
    return _n("by %(n)s publishing", "by %(n)s publishings", alarm.count)


_FIGURES: Final[Mapping[str, Callable[[Alarm], str]]] = {
    "copied_disk": lambda alarm: _n("%(n)s box", "%(n)s boxes", alarm.count),
    "rows_lost": _stream,
    "silent": lambda alarm: _("for %(lasting)s") % {"lasting": lasting(alarm.count)},
    "feed_refused": lambda alarm: alarm.name,
    "feed_ahead": _publishings,
    "feed_behind": _publishings,
    "outbox_old": _oldest,
    "parked": _events,
    "events_refused": _events,
    "devices_lost": _lost,
    "disk_low": lambda alarm: _("%(room)s left") % {"room": room(alarm.count)},
    "clock_off": lambda alarm: _("by %(lasting)s") % {"lasting": lasting(alarm.count)},
    "old_version": lambda alarm: alarm.name,
}
