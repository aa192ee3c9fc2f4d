"""What stands on a kiosk's own page below its state: the newest of each table, bounded.

Source: docs/fleet.md, sections 4 and 6.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext as _

from server.events.models import Boot, Gap, Head, Refusal
from server.feed.models import Action
from server.fleet.models import AuditEntry, KioskKey
from server.monitor.fleet import Standing
from server.monitor.models import SentLog
from server.office.fleet import words
from server.office.fleet.drawing import NONE, at_time
from server.office.persian import grouped

NEWEST: Final = 20  # of each table; the tables themselves are in the office too


@dataclass(frozen=True, slots=True)
class Text:
    """A cell: ``latin`` is written from left to right, ``tone`` says what is wrong."""

    text: str
    latin: bool = False
    tone: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class Listing:
    """A table under its title; ``empty`` stands there where there are no rows."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Text, ...], ...]
    empty: str


def history_of(one: Standing, user: AbstractBaseUser | AnonymousUser) -> list[Listing]:
    """Give the tables that this person may see."""
    kiosk_id = one.kiosk_id
    may = user.has_perm if hasattr(user, "has_perm") else lambda _permission: False
    listings = [_actions(kiosk_id)]
    if may("monitor.view_sentlog"):
        listings.append(_logs(kiosk_id))
    listings += [_heads(kiosk_id), _gaps(kiosk_id), _refusals(kiosk_id), _boots(kiosk_id)]
    if may("fleet.view_kiosk"):
        listings.append(_keys(kiosk_id))
    if may("fleet.view_auditentry"):
        listings.append(_audit(kiosk_id))
    return listings


def _actions(kiosk_id: str) -> Listing:
    rows = Action.objects.filter(kiosk=kiosk_id).select_related("asked_by")[:NEWEST]
    return _listing(
        _("Asked of it"),
        (_("asked at"), _("what"), _("by"), _("words"), _("told with"), _("outcome")),
        (
            (
                Text(at_time(row.asked_at)),
                Text(words.said(words.DOINGS, row.do)),
                Text(row.asked_by.get_username(), latin=True),
                Text(" / ".join(filter(None, (row.words_fa, row.words_en))) or NONE),
                Text(grouped(row.sequence) if row.sequence else _("not yet")),
                _outcome(row),
            )
            for row in rows
        ),
        _("Nothing was asked of it."),
    )


def _outcome(row: Action) -> Text:
    if row.done_at is None:
        return Text(_("until %(at)s") % {"at": at_time(row.until)})
    tone = "well" if row.outcome == "done" else "amber"
    return Text(f"{words.said(words.OUTCOMES, row.outcome)}، {at_time(row.done_at)}", tone=tone)


def _logs(kiosk_id: str) -> Listing:
    rows = SentLog.objects.filter(kiosk=kiosk_id).order_by("-received_at")[:NEWEST]
    return _listing(
        _("Logs"),
        (_("received at"), _("size"), _("file")),
        (
            (
                Text(at_time(row.received_at)),
                Text(words.size(row.size)),
                Text(_("Download"), address=str(row.pk)),
            )
            for row in rows
        ),
        _("It has sent no log. Ask for one above."),
    )


def _heads(kiosk_id: str) -> Listing:
    rows = Head.objects.filter(kiosk=kiosk_id).order_by("-moved_at")[:NEWEST]
    return _listing(
        _("Chains of events"),
        (_("stream"), _("epoch"), _("branch"), _("rows"), _("begun at"), _("last moved at")),
        (
            (
                Text(words.said(words.REASONS, row.stream)),
                Text(str(row.epoch)[:8], latin=True),
                _branch(row),
                Text(grouped(row.seq)),
                Text(at_time(row.made_at)),
                Text(at_time(row.moved_at)),
            )
            for row in rows
        ),
        _("It has sent no events by the second version of the line."),
    )


def _branch(row: Head) -> Text:
    if not row.branch:
        return Text(_("the first"))
    told = {"branch": grouped(row.branch), "seq": grouped(row.fork_seq)}
    return Text(_("%(branch)s, after row %(seq)s") % told, tone="red")


def _gaps(kiosk_id: str) -> Listing:
    rows = Gap.objects.filter(kiosk=kiosk_id).order_by("-noted_at")[:NEWEST]
    return _listing(
        _("Rows that were lost"),
        (_("noted at"), _("stream"), _("rows"), _("epoch")),
        (
            (
                Text(at_time(row.noted_at)),
                Text(words.said(words.REASONS, row.stream)),
                Text(f"{grouped(row.from_seq)} – {grouped(row.to_seq)}"),
                Text(str(row.epoch)[:8], latin=True),
            )
            for row in rows
        ),
        _("None."),
    )


def _refusals(kiosk_id: str) -> Listing:
    rows = Refusal.objects.filter(kiosk=kiosk_id).order_by("-refused_at")[:NEWEST]
    return _listing(
        _("Events that were refused"),
        (_("refused at"), _("kind"), _("row"), _("set aside"), _("reason")),
        (
            (
                Text(at_time(row.refused_at)),
                Text(row.kind or NONE, latin=True),
                Text(grouped(row.seq)),
                Text(_("at the kiosk") if row.parked else _("by the server")),
                Text(row.reason[:300], latin=True),
            )
            for row in rows
        ),
        _("None."),
    )


def _boots(kiosk_id: str) -> Listing:
    rows = Boot.objects.filter(kiosk=kiosk_id).order_by("-first_seen_at")[:NEWEST]
    return _listing(
        _("Starts of the box"),
        (_("first heard of at"), _("boot"), _("clock")),
        (
            (
                Text(at_time(row.first_seen_at)),
                Text(str(row.boot_id)[:8], latin=True),
                Text(_("never set"), tone="amber")
                if row.zero_ms is None
                else Text(_("by the server's time")),
            )
            for row in rows
        ),
        _("None is known."),
    )


def _keys(kiosk_id: str) -> Listing:
    rows = KioskKey.objects.filter(kiosk=kiosk_id)[:NEWEST]
    tones = {"waiting": "amber", "active": "well"}
    return _listing(
        _("Keys"),
        (_("fingerprint"), _("state"), _("asked at"), _("hardware"), _("address"), _("decided by")),
        (
            (
                Text(row.key_id, latin=True),
                Text(row.get_state_display(), tone=tones.get(row.state, "")),
                Text(at_time(row.asked_at)),
                Text(row.hardware or NONE, latin=bool(row.hardware)),
                Text(row.address or NONE, latin=bool(row.address)),
                Text(row.decided_by or NONE, latin=bool(row.decided_by)),
            )
            for row in rows
        ),
        _("It has no key of its own: version 1, or not enrolled."),
    )


def _audit(kiosk_id: str) -> Listing:
    rows = AuditEntry.objects.filter(kiosk_id=kiosk_id)[:NEWEST]
    return _listing(
        _("Log of the kiosk"),
        (_("at"), _("by"), _("deed"), _("detail")),
        (
            (
                Text(at_time(row.at)),
                Text(row.who, latin=True),
                Text(row.deed, latin=True),
                Text(
                    json.dumps(row.detail, ensure_ascii=False)[:300] if row.detail else NONE,
                    latin=True,
                ),
            )
            for row in rows
        ),
        _("None."),
    )


def _listing(
    title: str, columns: tuple[str, ...], rows: Iterable[tuple[Text, ...]], empty: str
) -> Listing:
    return Listing(title, columns, tuple(rows), empty)
