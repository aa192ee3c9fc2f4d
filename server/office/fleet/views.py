"""The addresses of the fleet: the page, a kiosk's own page, and a log as a download.

Each asks for its permission itself, see ``server.office.fleet.admin``.

Source: docs/fleet.md, sections 4 to 6.
"""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from server.fleet.audit import note
from server.monitor import logs
from server.monitor.choosing import Wanted, choose
from server.monitor.fleet import board, read_fleet
from server.monitor.models import SentLog
from server.office.fleet import drawing
from server.office.fleet.history import history_of
from server.office.fleet.words import DOINGS
from server.office.persian import grouped

SEE, ASK, READ_LOGS = "monitor.view_report", "monitor.ask_kiosk", "monitor.view_sentlog"
RENEW_S: Final = 15


def check(request: HttpRequest, *permissions: str) -> None:
    """Refuse whoever has not all of these; raises ``PermissionDenied``."""
    if not request.user.has_perms(permissions):
        raise PermissionDenied


@require_GET
def fleet_page(request: HttpRequest) -> HttpResponse:
    """Show the fleet, or what was chosen of it."""
    check(request, SEE)
    now = timezone.now()
    fleet = board.fleet(now)
    chosen = choose(fleet, Wanted.of(request.GET.dict()))
    context = {
        **_around(request, _("Fleet")),
        "wanted": chosen.wanted,
        "filtered": chosen.wanted.address() != "?",
        "export_query": chosen.wanted.address(),
        "rows": [drawing.row_of(one) for one in chosen.rows],
        "count": grouped(chosen.count),
        "all": grouped(len(fleet)),
        "tiles": drawing.tiles(chosen),
        "stores": drawing.stores(chosen, drawing.names_of(fleet)),
        "alarms": drawing.alarms(chosen),
        "versions": drawing.versions(chosen),
        "pages": drawing.pages(chosen),
        "at": drawing.at_time(fleet[0].at if fleet else now),
    }
    return render(request, "office/fleet/fleet.html", context)


@require_GET
def kiosk_page(request: HttpRequest, kiosk_id: str) -> HttpResponse:
    """Show all that is known of one kiosk, read anew."""
    check(request, SEE)
    found = read_fleet(timezone.now(), kiosk_id)
    if not found:
        raise Http404
    one = found[0]
    row = drawing.row_of(one)
    context = {
        **_around(request, row.name),
        "row": row,
        "report": one.report,
        "up_since": drawing.up_since(one.report) if one.report else drawing.NONE,
        "reported": drawing.at_time(one.facts.reported_at),
        "seen_at": drawing.at_time(one.facts.seen_at),
        "streams": drawing.streams(one),
        "history": history_of(one, request.user),
        "may_see_logs": request.user.has_perm(READ_LOGS),
        "at": drawing.at_time(one.at),
    }
    return render(request, "office/fleet/kiosk.html", context)


@require_GET
def log_file(request: HttpRequest, action_id: UUID) -> HttpResponseBase:
    """Give a log as a file; who took it is in the log of kiosks."""
    check(request, SEE, READ_LOGS)
    row = SentLog.objects.filter(pk=action_id).first()
    if row is None:
        raise Http404
    try:
        stream = logs.file_of(settings.CONFIGURATION, action_id).open("rb")
    except FileNotFoundError:
        raise Http404 from None
    who, at = request.user.get_username(), timezone.now()
    note(who, "read log", row.kiosk_id, at, action=str(action_id))
    name = f"{row.kiosk_id}-{row.received_at:%Y%m%d-%H%M}.log"
    answer = FileResponse(stream, as_attachment=True, filename=name)
    answer["Content-Type"] = "text/plain; charset=utf-8"
    answer["X-Content-Type-Options"] = "nosniff"  # whatever it says, no browser runs it
    answer["Cache-Control"] = "no-store"
    return answer


def _around(request: HttpRequest, title: str) -> dict[str, Any]:
    """Give what both pages have in common."""
    return {
        **admin.site.each_context(request),
        "title": title,
        "renew_s": RENEW_S,
        "may_ask": request.user.has_perm(ASK),
        "doings": DOINGS.items(),
    }
