"""The fleet's place in the office: its entry in the menu, and its addresses.

Source: docs/fleet.md, sections 4 to 6.
"""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path

from server.monitor.models import Report
from server.office.exchange.fleet import fleet_file
from server.office.fleet.asking import ask_page
from server.office.fleet.views import fleet_page, kiosk_page, log_file
from server.office.tables import ToldAdmin


@admin.register(Report)
class FleetAdmin(ToldAdmin):
    """Django's entry for the page; its own list and form are never shown."""

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the fleet in the place of a plain table."""
        return fleet_page(request)

    def get_urls(self) -> list[URLPattern]:
        """Give the fleet's own addresses and no other."""
        guard = self.admin_site.admin_view
        return [
            path("", guard(self.changelist_view), name="monitor_report_changelist"),
            path("export/", guard(fleet_file), name="monitor_report_export"),
            path("ask/", guard(ask_page), name="monitor_report_ask"),
            path("kiosk/<str:kiosk_id>/", guard(kiosk_page), name="monitor_report_kiosk"),
            path("log/<uuid:action_id>/", guard(log_file), name="monitor_report_log"),
        ]
