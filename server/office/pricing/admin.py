"""The place of prices in the office: entries in the menu, and the addresses of the pages."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from server.fleet.audit import note
from server.office.exchange.admin import Exports, Imports
from server.office.persian import grouped
from server.office.pricing import asking_past, editing, files, listing, many, picking, trying
from server.office.pricing.around import who
from server.office.pricing.exchange import FixedPriceResource, RuleResource
from server.office.pricing.fixed import FixedPriceForm
from server.office.tables import INSTANTS, KeyedAdmin, ToldAdmin, instant, number
from server.pricing import deeds
from server.pricing.models import BasketCheck, CustomerGroup, FixedPrice, PriceRule, State


@admin.register(PriceRule)
class PriceRuleAdmin(Exports, ToldAdmin):
    """Django's entry for the pages; its own list and form are never shown."""

    resource_classes = (RuleResource,)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Let the menu offer a new rule to whoever may add one."""
        return request.user.has_perm("pricing.add_pricerule")

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show our list in the place of a plain table."""
        return listing.list_page(request)

    def get_urls(self) -> list[URLPattern]:
        """Give the pages' own addresses and no other."""
        pages = [
            ("", self.changelist_view, "changelist"),
            ("add/", editing.choose_page, "add"),
            ("add/<slug:kind>/", editing.add_page, "add_kind"),
            ("pick/", picking.pick, "pick"),
            ("past/", asking_past.past_page, "past"),
            ("many/", many.many_page, "many"),
            ("many/undo/<uuid:change_id>/", many.undo_page, "undo"),
            ("rules.json", files.rules_file, "export_json"),
            ("export/", self.export_action, "export"),
            ("import/", files.import_page, "import_json"),
            ("<slug:rule_id>/change/", editing.edit_page, "change"),
            ("<slug:rule_id>/try/", trying.trial_page, "try"),
            ("<slug:rule_id>/do/", editing.do_page, "do"),
        ]
        guard = self.admin_site.admin_view
        return [path(way, guard(view), name=f"pricing_pricerule_{n}") for way, view, n in pages]


@admin.register(FixedPrice)
class FixedPriceAdmin(Imports, Exports, KeyedAdmin):
    """The fixed prices, each a row; published ones reach kiosks with their products."""

    key = "rule_id"
    form = FixedPriceForm
    resource_classes = (FixedPriceResource,)
    formfield_overrides = INSTANTS
    list_display = (
        *("product", "shown_amount", "store", "group", "shown_start", "shown_end"),
        *("priority", "state", "rule_id"),
    )
    list_select_related = ("product", "store", "group")
    list_filter = ("state", "store", "group")
    search_fields = ("rule_id", "product__sku", "product__name_fa", "gtin")
    autocomplete_fields = ("product", "store", "group")
    fields = (
        ("rule_id", "state"),
        ("product", "gtin"),
        ("amount", "priority"),
        ("store", "group"),
        ("starts_at", "ends_at"),
        "weekly",
    )
    actions = ("publish", "withdraw")
    shown_amount = number("amount", gettext_lazy("price (Rial)"))
    shown_start = instant("starts_at", gettext_lazy("starts at"))
    shown_end = instant("ends_at", gettext_lazy("ends at"))

    def save_model(self, request: HttpRequest, obj: FixedPrice, form: Any, change: bool) -> None:
        """Save a row, and write it into the log."""
        super().save_model(request, obj, form, change)
        told = {name: str(form.cleaned_data.get(name)) for name in form.changed_data}
        note(who(request), "save fixed price", "", timezone.now(), rule=obj.rule_id, told=told)

    def delete_model(self, request: HttpRequest, obj: FixedPrice) -> None:
        """Delete a row, and write it into the log."""
        note(who(request), "delete fixed price", "", timezone.now(), rule=obj.rule_id)
        super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[FixedPrice]) -> None:
        """Delete rows, and write them into the log."""
        ids = list(queryset.values_list("rule_id", flat=True))
        note(who(request), "delete fixed price", "", timezone.now(), rules=ids[:1_000])
        super().delete_queryset(request, queryset)

    @admin.action(permissions=["publish"], description=gettext_lazy("Publish"))
    def publish(self, request: HttpRequest, rows: QuerySet[FixedPrice]) -> None:
        """Let kiosks have them."""
        self._switch(request, rows, State.PUBLISHED)

    @admin.action(permissions=["publish"], description=gettext_lazy("Take back"))
    def withdraw(self, request: HttpRequest, rows: QuerySet[FixedPrice]) -> None:
        """Let kiosks forget them."""
        self._switch(request, rows, State.WITHDRAWN)

    def has_publish_permission(self, request: HttpRequest) -> bool:
        """Tell whether the person may publish."""
        return request.user.has_perm("pricing.publish_rule")

    def _switch(self, request: HttpRequest, rows: QuerySet[FixedPrice], state: State) -> None:
        ids = list(rows.exclude(state=state).values_list("rule_id", flat=True))
        count = deeds.switch_fixed_prices(ids, state, who(request), timezone.now())
        messages.success(request, _("Done for %(n)s prices.") % {"n": grouped(count)})


@admin.register(BasketCheck)
class BasketCheckAdmin(ToldAdmin):
    """The baskets that head office has worked out again."""

    list_display = ("kiosk_id", "shown_at", "shown_told", "shown_computed", "verdict")
    list_filter = ("verdict", "store_id")
    search_fields = ("kiosk_id",)
    fields = (
        *("event_id", "kiosk_id", "store_id", "shown_at", "shown_told", "shown_computed"),
        *("verdict", "shown_differences"),
    )
    readonly_fields = fields
    shown_at = instant("at", gettext_lazy("at"))
    shown_told = number("told", gettext_lazy("total by the kiosk"))
    shown_computed = number("computed", gettext_lazy("total by head office"))

    @admin.display(description=gettext_lazy("differences"))
    def shown_differences(self, row: BasketCheck) -> str:
        """Show them as they were written, from left to right."""
        told = json.dumps(row.differences, ensure_ascii=False, indent=1)
        return format_html('<code dir="ltr" class="office-body">{}</code>', told)


@admin.register(CustomerGroup)
class CustomerGroupAdmin(KeyedAdmin):
    """The customer groups."""

    key = "group_id"
    list_display = ("name_fa", "name_en", "group_id")
    search_fields = ("group_id", "name_fa", "name_en")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Keep the group of all members, which kiosks know."""
        built_in = obj is not None and obj.pk == "member"
        return not built_in and super().has_delete_permission(request, obj)
