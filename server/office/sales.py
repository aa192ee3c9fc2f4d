"""Sales, money given back and payments in doubt, as the office looks at them."""

from __future__ import annotations

import json

from django.contrib import admin
from django.utils.html import format_html
from django.utils.translation import gettext_lazy

from server.office.exchange.admin import Exports
from server.office.exchange.sales import DoubtResource, GivenBackResource, SaleResource
from server.office.tables import ToldAdmin, instant, number
from server.sales.models import Doubt, GivenBack, Sale


@admin.register(Sale)
class SaleAdmin(Exports, ToldAdmin):
    """The sales that kiosks took money for, each worked out again."""

    resource_classes = (SaleResource,)
    list_display = ("kiosk_id", "shown_at", "shown_total", "shown_computed", "verdict")
    list_filter = ("verdict", "store_id")
    search_fields = ("kiosk_id", "sale_id")
    fields = (
        *("sale_id", "event_id", "attempt_id", "kiosk_id", "store_id", "shown_at"),
        *("shown_total", "currency", "shown_tenders", "evidence"),
        *("shown_computed", "verdict", "shown_differences"),
    )
    readonly_fields = fields
    shown_at = instant("at", gettext_lazy("at"))
    shown_total = number("total", gettext_lazy("total"))
    shown_computed = number("computed", gettext_lazy("total by head office"))

    @admin.display(description=gettext_lazy("paid by"))
    def shown_tenders(self, row: Sale) -> str:
        """Show them as they were told, from left to right."""
        return _code(row.tenders)

    @admin.display(description=gettext_lazy("differences"))
    def shown_differences(self, row: Sale) -> str:
        """Show them as they were written, from left to right."""
        return _code(row.differences)


@admin.register(GivenBack)
class GivenBackAdmin(Exports, ToldAdmin):
    """Reversals and refunds."""

    resource_classes = (GivenBackResource,)
    list_display = ("kiosk_id", "shown_at", "kind", "shown_amount", "who")
    list_filter = ("kind", "store_id")
    search_fields = ("kiosk_id", "sale_id", "who")
    fields = (
        *("attempt_id", "sale_id", "kind", "kiosk_id", "store_id", "shown_at"),
        *("shown_amount", "currency", "who", "completed"),
    )
    readonly_fields = fields
    shown_at = instant("at", gettext_lazy("at"))
    shown_amount = number("amount", gettext_lazy("amount"))


@admin.register(Doubt)
class DoubtAdmin(Exports, ToldAdmin):
    """Payments of which a kiosk could not tell the outcome."""

    resource_classes = (DoubtResource,)
    list_display = ("kiosk_id", "shown_at", "shown_amount", "state", "why")
    list_filter = ("state", "store_id")
    search_fields = ("kiosk_id", "sale_id", "reference")
    fields = (
        *("attempt_id", "sale_id", "kind", "kiosk_id", "store_id", "shown_at"),
        *("shown_amount", "currency", "reference", "state", "why"),
    )
    readonly_fields = fields
    shown_at = instant("at", gettext_lazy("at"))
    shown_amount = number("amount", gettext_lazy("amount"))


def _code(told: object) -> str:
    text = json.dumps(told, ensure_ascii=False, indent=1)
    return format_html('<code dir="ltr" class="office-body">{}</code>', text)
