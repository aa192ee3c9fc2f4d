"""The fleet as a file: the kiosks that are chosen on the fleet's page, all pages of them.

Source: docs/fleet.md, section 4.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from server.monitor.choosing import NAMES, Wanted, all_chosen
from server.monitor.fleet import Standing, board
from server.office.exchange.admin import file_name, note_export
from server.office.exchange.columns import Column
from server.office.exchange.formats import Csv, Xlsx
from server.office.exchange.forms import headings_wanted
from server.office.exchange.resource import TableResource
from server.office.fleet.views import SEE, check
from server.office.fleet.words import SEVERITY_NAMES, name_of, said, told

FORMATS: Final[Mapping[str, type[Any]]] = {"xlsx": Xlsx, "csv": Csv}


def _state(one: Standing) -> str:
    return said(SEVERITY_NAMES, NAMES[one.severity])


def _alarms(one: Standing) -> str:
    texts = (f"{name_of(alarm)} ({told(alarm)})" for alarm in one.alarms)
    return "، ".join(text.removesuffix(" ()") for text in texts)


class FleetResource(TableResource):
    """Each kiosk as it stands, the worst first."""

    kiosk_id = Column("شناسهٔ کیوسک", "kiosk id", attribute="kiosk_id")
    name = Column("نام", "name", attribute="name")
    store = Column("فروشگاه", "store", attribute="store_id")
    store_name = Column("نام فروشگاه", "store's name", attribute="store_name")
    state = Column("وضعیت", "state", write=_state)
    alarms = Column("هشدارها", "alarms", write=_alarms)
    last_heard_at = Column("آخرین تماس", "last heard of", write=lambda one: one.facts.seen_at)
    reported_at = Column("آخرین گزارش", "last report", write=lambda one: one.facts.reported_at)
    version = Column(
        "نسخه", "version", write=lambda one: one.report.version if one.report else None
    )


@require_GET
def fleet_file(request: HttpRequest) -> HttpResponse:
    """Give the file; ``format`` is xlsx or csv, the rest of the query what the page has."""
    check(request, SEE)
    file_format = FORMATS.get(request.GET.get("format", ""), Xlsx)()
    chosen = all_chosen(board.fleet(timezone.now()), Wanted.of(request.GET.dict()))
    dataset = FleetResource(headings_wanted(get_language())).export(queryset=chosen)
    dataset.title = "fleet"
    note_export(request, "monitor.report", len(dataset), file_format)
    answer = HttpResponse(
        file_format.export_data(dataset), content_type=file_format.get_content_type()
    )
    answer["Content-Disposition"] = f'attachment; filename="{file_name("fleet", file_format)}"'
    return answer
